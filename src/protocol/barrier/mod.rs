//! What a task does with the barriers on its inputs: the frame that all handlers share.
//!
//! | handler | Flink | mode |
//! | --- | --- | --- |
//! | [`Aligned`] | `SingleCheckpointBarrierHandler.aligned` | exactly-once |
//! | [`Tracker`] | `CheckpointBarrierTracker` | at-least-once |
//! | [`Foreign`] | a builder's own [`BarrierHandler`] | whatever it does |
//!
//! The channel owns its blocked bit: a barrier of a blocking kind blocks its channel when it leaves the sender's queue
//! (R33). [`Effect::Block`] therefore only states a fact; [`Effect::Resume`] is a command.

mod aligned;
mod foreign;
#[cfg(test)]
mod script;
mod tracker;

pub use aligned::Aligned;
pub use foreign::Foreign;
pub use tracker::Tracker;

use std::fmt::Debug;
use std::hash::Hasher;

use super::{Barrier, FailureReason};
use crate::ids::{CheckpointId, Rule};

/// What a handler is told each time.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// How many inputs the task has.
    pub inputs: usize,
    /// Checkpoints go on after tasks finish (FLIP-147): an ended input counts as aligned (R45).
    pub after_finish: bool,
}

/// What happened on an input of the task. Inputs are numbered from 0 in the order of the task's channels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Input {
    /// A barrier arrived (R40).
    Barrier {
        /// The input it came on.
        on: usize,
        /// The barrier.
        barrier: Barrier,
        /// It came by RPC from the coordinator, not on the wire: nothing is blocked (R50).
        via_rpc: bool,
    },
    /// A cancel marker arrived (R44).
    CancelMarker {
        /// The input it came on.
        on: usize,
        /// The checkpoint that is given up.
        id: CheckpointId,
    },
    /// The input ended for good (R45).
    EndOfPartition {
        /// The input that ended.
        on: usize,
    },
}

/// What the task has to do, in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// A fact: this input is held back by its barrier.
    Block(usize),
    /// The channel behind this input may move again.
    Resume(usize),
    /// Run the task's checkpoint now, before any input resumes.
    Trigger(Barrier),
    /// Give up a checkpoint: decline it and pass a cancel marker on (R57).
    Abort {
        /// Which checkpoint.
        id: CheckpointId,
        /// Why.
        reason: FailureReason,
    },
}

/// A barrier aligner: what a builder implements to put their own in place of ours.
///
/// The device must be a deterministic function of its inputs. It is cloned when an exploration branches, and two devices
/// count as the same when their fingerprints are: feed *everything* that decides the future into it.
pub trait BarrierHandler: Debug + Send + Sync {
    /// Takes one input and appends what the task has to do.
    fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule;

    /// A copy of the device as it is.
    fn boxed(&self) -> Box<dyn BarrierHandler>;

    /// Feeds everything that decides the future into `hasher`.
    fn fingerprint(&self, hasher: &mut dyn Hasher);
}

/// The handler of a task: one of ours or a builder's own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Handler {
    /// Exactly-once: inputs wait for each other.
    Aligned(Aligned),
    /// At-least-once: nothing waits.
    Tracker(Tracker),
    /// A builder's own.
    Own(Foreign),
}

impl Handler {
    /// Takes one input and appends what the task has to do.
    pub fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        match self {
            Self::Aligned(aligned) => aligned.step(facts, input, effects),
            Self::Tracker(tracker) => tracker.step(facts, input, effects),
            Self::Own(foreign) => foreign.step(facts, input, effects),
        }
    }
}
