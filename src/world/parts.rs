//! The state in its parts ([`crate::parts`]), for those who search.

use std::sync::Arc;

use super::channel::Channel;
use super::clock::Face;
use super::external::External;
use super::fault::{Budget, Watch};
use super::job::Job;
use super::storage::Storage;
use super::task::Task;
use super::timers::Timers;
use super::{Scratch, State, World};
use crate::action::{Action, Alarm};
use crate::ids::{ManagerId, PerId};
use crate::parts::{Table, Visit};
use crate::protocol::coordinator::Coordinator;
use crate::protocol::restart::Strategy;

/// The different parts that worlds of a plan have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    tasks: Table<Task>,
    channels: Table<Channel>,
    job: Table<Job>,
    lost: Table<PerId<ManagerId, bool>>,
    coordinator: Table<Coordinator>,
    strategy: Table<Strategy>,
    timers: Table<Timers>,
    storage: Table<Storage>,
    external: Table<External>,
    budget: Table<Budget>,
    watch: Table<Watch>,
    faces: Table<Face>,
}

impl World {
    /// A copy without the last events.
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

    /// Goes to every part of an untimed world: what its clock shows, then those of the state.
    pub(crate) fn visit(&mut self, tables: &mut Tables, visit: &mut impl Visit) {
        let State { job, tasks, channels, lost, coordinator, strategy, timers, storage, external, budget, watch } =
            &mut self.state;
        visit.part(&mut self.clock.face, &mut tables.faces);
        tasks.iter_mut().for_each(|task| visit.part(task, &mut tables.tasks));
        channels.iter_mut().for_each(|channel| visit.part(channel, &mut tables.channels));
        visit.part(job, &mut tables.job);
        visit.part(lost, &mut tables.lost);
        visit.part(coordinator, &mut tables.coordinator);
        visit.part(strategy, &mut tables.strategy);
        visit.part(timers, &mut tables.timers);
        visit.part(storage, &mut tables.storage);
        visit.part(external, &mut tables.external);
        visit.part(budget, &mut tables.budget);
        visit.part(watch, &mut tables.watch);
    }

    /// Offers this after all parts became those of another world.
    pub(crate) fn offer_again(&mut self, words: impl Iterator<Item = u64>, alarm: Option<Alarm>) {
        self.menu.offer_again(words, alarm);
        self.touched.clear();
        self.touched.set_idle(self.menu.progress() == 0);
    }

    /// What has happened is of another world.
    pub(crate) fn forget_events(&mut self) {
        self.events.clear();
    }

    /// Performs an action like [`World::apply`], but does not look at the alarm, which depends on what else is possible.
    pub(crate) fn apply_but_alarm(&mut self, action: Action) {
        self.perform(action);
        self.refresh_but_alarm();
    }

    /// Looks at the alarm.
    pub(crate) fn offer_alarm(&mut self) {
        self.look_at_alarm();
        self.touched.clear();
        self.touched.set_idle(self.menu.progress() == 0);
    }

    /// The menu, that it may tell what was looked at.
    pub(crate) fn menu_mut(&mut self) -> &mut crate::action::Menu {
        &mut self.menu
    }
}
