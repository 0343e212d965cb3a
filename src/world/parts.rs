//! The state in its parts ([`crate::parts`]), for those who search.

use std::sync::Arc;

use super::{Scratch, State, World};
use crate::parts::{print, reprint, restore};

impl World {
    /// Becomes what another world of the same plan, untimed too, is; its last events are forgotten.
    pub fn return_to(&mut self, other: &Self) {
        let State { job, tasks, channels, lost, coordinator, strategy, timers, storage, external, budget, watch } =
            &mut self.state;
        let there = &other.state;
        tasks.iter_mut().zip(there.tasks.iter()).for_each(|(here, there)| restore(here, there));
        channels.iter_mut().zip(there.channels.iter()).for_each(|(here, there)| restore(here, there));
        restore(job, &there.job);
        restore(lost, &there.lost);
        restore(coordinator, &there.coordinator);
        restore(strategy, &there.strategy);
        restore(timers, &there.timers);
        restore(storage, &there.storage);
        restore(external, &there.external);
        restore(budget, &there.budget);
        restore(watch, &there.watch);
        self.clock.clone_from(&other.clock);
        self.menu.return_to(&other.menu);
        self.touched.return_to(&other.touched);
        self.events.clear();
    }

    /// A copy, as [`World::return_to`] makes one.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self {
            plan: Arc::clone(&self.plan),
            topology: Arc::clone(&self.topology),
            state: self.state.clone(),
            clock: self.clock.clone(),
            menu: self.menu.clone(),
            events: Vec::new(),
            touched: self.touched.clone(),
            scratch: Scratch::default(),
            ..*self
        }
    }

    /// The prints of the parts of the state. `before` is a world of the same plan with its prints: what is the same there
    /// is not hashed again.
    pub(crate) fn prints(&self, prints: &mut Vec<u64>, before: Option<(&Self, &[u64])>) {
        let there = before.map(|(world, known)| (&world.state, known));
        let State { job, tasks, channels, lost, coordinator, strategy, timers, storage, external, budget, watch } =
            &self.state;
        for (id, task) in tasks.pairs() {
            reprint(prints, task, there.map(|(state, known)| (&state.tasks[id], known)));
        }
        for (id, channel) in channels.pairs() {
            reprint(prints, channel, there.map(|(state, known)| (&state.channels[id], known)));
        }
        reprint(prints, coordinator, there.map(|(state, known)| (&state.coordinator, known)));
        reprint(prints, storage, there.map(|(state, known)| (&state.storage, known)));
        reprint(prints, external, there.map(|(state, known)| (&state.external, known)));
        // The rest is small.
        prints.push(print(&(job, lost, strategy, timers, budget, watch)));
    }
}
