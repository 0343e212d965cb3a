//! Planted bugs: what a broken implementation would do. They prove that the oracles can see.
//!
//! | defect | the mistake | where |
//! | --- | --- | --- |
//! | `NoAlignment` | a task takes its snapshot at the first barrier | a wrong twin of the handler, here |
//! | `StaleAck` | acknowledgements are matched by task alone | the input of the coordinator is changed |
//! | `NoRewind` | a source goes on where it was after a restore | what a restored source gets is changed |
//! | `EarlyCommit` | a sink commits when it should only pre-commit | the effect is carried out too early |
//! | `DroppedRecord` | a record is lost on its way | the third record of the run never arrives |
//! | `NoResume` | an input that was held back stays so | the effect is not carried out |

mod no_alignment;

use no_alignment::NoAlignment;

use super::task;
use crate::plan::{Defect, Plan};
use crate::protocol::barrier::{Foreign, Handler};
use crate::protocol::coordinator::Mode;

/// The barrier handler of a new execution: a builder's own, a wrong twin, or ours.
pub(super) fn handler(plan: &Plan, mode: Mode) -> Handler {
    match (&plan.handler, plan.defect) {
        (Some(own), _) => Handler::Own(own.clone()),
        (None, Some(Defect::NoAlignment)) => Handler::Own(Foreign::new(NoAlignment::default())),
        (None, _) => task::handler(mode),
    }
}
