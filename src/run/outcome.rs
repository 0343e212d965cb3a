//! What a run showed, and how it ended.

use super::{Met, Order};
use crate::action::{Action, Names};
use crate::ids::Micros;
use crate::oracle::Violation;
use crate::oracle::expect::Seen;
use crate::oracle::witness::Explanation;
use crate::plan::{Plan, Unmet};
use crate::schedule::Mismatch;
use crate::trace::{Digest, Entry, JobStatus};

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// The job is over, with this status: finished, failed, cancelled or suspended.
    Over(JobStatus),
    /// [`Plan::stop`] cut it off.
    Stopped,
    /// Nothing moves any more, and the job is not over: see [`super::liveness`].
    Stuck,
    /// The job fails again and again without a fault, and starts again from the same checkpoint: see [`super::circles`].
    Circling,
    /// Nothing can happen because a bound of [`Plan::limits`] forbids it.
    Bounded,
    /// [`crate::plan::Limits::steps`] was reached.
    OutOfSteps,
    /// Whoever ordered the run did not want more of it: see [`super::Runner::run_until`].
    Interrupted,
    /// A pinned step was not possible.
    Mismatch(Mismatch),
}

impl End {
    /// Whether nothing can be concluded from what did not happen.
    pub fn is_inconclusive(&self) -> bool {
        matches!(self, Self::Bounded | Self::OutOfSteps | Self::Interrupted | Self::Mismatch(_))
    }
}

/// What a run showed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it was made.
    pub order: Order,
    /// How it ended.
    pub end: End,
    /// Steps made: actions that the world performed.
    pub steps: u64,
    /// Virtual time at the end.
    pub at: Micros,
    /// The rules that were broken, in the order of discovery; those that the plan does not promise among them.
    pub violations: Vec<Violation>,
    /// What the witness says: whether a failure-free run shows the same states and the same committed output.
    pub explanation: Explanation,
    /// For each expectation of the plan, what was seen.
    pub seen: Vec<(usize, Seen)>,
    /// The situations that it met.
    pub met: Met,
    /// What the plan places at moments that never came.
    pub never: Vec<Unmet>,
    /// The events, if they were kept.
    pub trace: Vec<Entry>,
    /// The actions, if they were kept.
    pub actions: Vec<Action>,
}

impl Outcome {
    /// The expectations of the plan, by number, that this run alone shows not to be met, and why.
    pub fn unmet(&self, plan: &Plan) -> impl Iterator<Item = (usize, String)> {
        self.seen.iter().filter_map(|(number, seen)| Some((*number, seen.misses(&plan.expect[*number])?)))
    }

    /// The digest of the events that were kept; `names` are those of the plan's topology.
    pub fn digest(&self, names: &Names) -> Digest {
        let mut digest = Digest::new();
        self.trace.iter().for_each(|entry| digest.add(entry, names));
        digest
    }
}
