//! Who goes next. A policy sees the menu and nothing else, so it cannot cheat and can be tested with invented menus.
//!
//! | file | policy |
//! | --- | --- |
//! | [`timed`] | the earliest due action; ties by the order of offers |
//! | [`random`] | any action, seeded; faults now and then |
//! | [`pct`] | the chain of messages with the highest priority, which changes now and then |
//! | [`swarm`] | any action; which kinds of faults there are is drawn first |
//! | [`loose`] | the timed order bent by wishes, which are passed over where they are not possible |
//! | [`replay`] | a recorded schedule, or pinned steps, and the timed order for the rest |
//! | [`twice`] | another policy, checked against a recording of the same run |

pub mod loose;
pub mod pct;
pub mod random;
pub mod replay;
pub mod swarm;
pub mod timed;
pub mod twice;

mod calendar;

pub use loose::{Loose, Made, Wishes};
pub use pct::Pct;
pub use random::Random;
pub use replay::Replay;
pub use swarm::Swarm;
pub use timed::Timed;
pub use twice::Twice;

use crate::action::{Action, Menu};
use crate::ids::Step;

/// Chooses what happens next. A run asks once for each step; the entry that is chosen is performed.
pub trait Policy {
    /// Picks one entry of a menu that is not empty.
    ///
    /// # Errors
    /// [`Mismatch`] if the policy was told what to do and that is not possible.
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch>;

    /// What the policy was told to do, at which step, and has not come to; none by default.
    fn unmade(&self) -> Option<(Step, Action)> {
        None
    }

    /// Whether its next choice is a fault whatever else is possible: then a run goes on where only a fault could move it.
    fn insists_on_fault(&self) -> bool {
        false
    }
}

/// A step that a schedule asks for is not on the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mismatch {
    /// Which step.
    pub step: Step,
    /// What was asked for.
    pub wanted: Action,
    /// What was possible instead; empty if the run was over.
    pub offered: Vec<Action>,
    /// After so many steps the run was over, if it was.
    pub over: Option<Step>,
}
