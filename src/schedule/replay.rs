//! A recorded schedule, or one that a person pinned: what is not pinned follows the timed order.

use super::timed::Timed;
use super::{Mismatch, Policy};
use crate::action::{Action, Menu, Schedule};
use crate::ids::Step;

/// Follows a schedule.
#[derive(Clone, Debug)]
pub struct Replay {
    schedule: Schedule,
    usual: Timed,
    step: u64,
    next: usize,
}

impl Replay {
    /// The policy that follows this schedule.
    pub fn new(schedule: Schedule) -> Self {
        Self { schedule, usual: Timed::new(), step: 0, next: 0 }
    }

    fn pinned(&self) -> Option<Action> {
        match &self.schedule {
            Schedule::Free => None,
            Schedule::Prefix(actions) => actions.get(self.next).copied(),
            Schedule::Deviations(deviations) => {
                deviations.get(self.next).filter(|(step, _)| step.0 == self.step).map(|&(_, action)| action)
            }
        }
    }
}

impl Policy for Replay {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        // The timed order is followed along, so that it is up to date when its turn comes.
        let usual = self.usual.choose(menu)?;
        let Some(wanted) = self.pinned() else {
            self.step += 1;
            return Ok(usual);
        };
        if !menu.contains(wanted) {
            return Err(Mismatch { step: Step(self.step), wanted, offered: menu.iter().collect(), over: None });
        }
        self.step += 1;
        self.next += 1;
        Ok(wanted)
    }

    fn unmade(&self) -> Option<(Step, Action)> {
        match &self.schedule {
            Schedule::Free => None,
            Schedule::Prefix(actions) => actions.get(self.next).map(|&action| (Step(self.next as u64), action)),
            Schedule::Deviations(deviations) => deviations.get(self.next).copied(),
        }
    }

    fn insists_on_fault(&self) -> bool {
        self.pinned().is_some_and(Action::is_fault)
    }
}
