//! The check that a run is a function of its input: made again, every menu must be as long, begin alike, and lead to the
//! same choice. What the steps bring about is compared elsewhere, event by event.

use super::{Mismatch, Policy};
use crate::action::{Action, Menu};
use crate::ids::Step;

/// What one run was offered and chose.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recording {
    /// For each step, the number of offers, the first one, and the choice.
    pub steps: Vec<(usize, Action, Action)>,
}

/// Another policy, whose menus are recorded, or compared with a recording.
#[derive(Clone, Debug)]
pub struct Twice<P> {
    policy: P,
    /// What this run saw.
    pub recording: Recording,
    /// What the first run saw, if this is the second.
    pub first: Option<Recording>,
    /// The first step at which the two differ.
    pub differs_at: Option<usize>,
}

impl<P: Policy> Twice<P> {
    /// Records a run of this policy.
    pub fn record(policy: P) -> Self {
        Self { policy, recording: Recording::default(), first: None, differs_at: None }
    }

    /// Compares a run of this policy with a recording.
    pub fn compare(policy: P, first: Recording) -> Self {
        Self { first: Some(first), ..Self::record(policy) }
    }
}

impl<P: Policy> Policy for Twice<P> {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        let action = self.policy.choose(menu)?;
        let seen = (menu.len(), menu.nth(0), action);
        let step = self.recording.steps.len();
        if let Some(first) = &self.first
            && self.differs_at.is_none()
            && first.steps.get(step) != Some(&seen)
        {
            self.differs_at = Some(step);
        }
        self.recording.steps.push(seen);
        Ok(action)
    }

    fn unmade(&self) -> Option<(Step, Action)> {
        self.policy.unmade()
    }

    fn insists_on_fault(&self) -> bool {
        self.policy.insists_on_fault()
    }
}
