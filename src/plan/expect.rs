//! What a scenario expects of its runs.

use super::fault::Moment;
use crate::ids::{CheckpointId, TaskId, VertexId};
use crate::protocol::{FailureReason, JobStatus};

/// One line of a scenario's `expect`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expectation {
    /// Holds in every run that is made.
    Always(Check),
    /// Occurs in none.
    Never(Check),
    /// Occurs in at least one; else the result is inconclusive.
    Sometimes(Check),
    /// This rule is broken in at least one run; breaking it is then no failure.
    Violates(RuleName),
}

/// Something that a run shows or does not show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Check {
    /// The job ended so.
    Job(JobStatus),
    /// What is true at a moment.
    At(Moment, Box<Check>),
    /// A task's state: its number, for keyed state that of `key`.
    State {
        /// Which task.
        task: TaskId,
        /// Which key; none where state is not keyed.
        key: Option<i64>,
        /// The number.
        is: i64,
    },
    /// What a task's part of the checkpoint named by the moment around this holds, or of the newest complete one.
    Stored {
        /// Which task.
        task: TaskId,
        /// The number.
        is: i64,
    },
    /// The sum of the numbers of all subtasks (and all keys) of a vertex at the end.
    Final {
        /// Which vertex.
        vertex: VertexId,
        /// The sum.
        total: i64,
    },
    /// What became of checkpoints.
    Checkpoint {
        /// Which; any if none is named.
        id: Option<CheckpointId>,
        /// What became of it.
        status: CheckpointStatus,
        /// Why it failed; any reason if none is named.
        reason: Option<FailureReason>,
    },
    /// How many checkpoints ended so.
    Checkpoints(CheckpointStatus, Amount),
    /// How many completed checkpoints are in the store: those that were not subsumed. None, once the job is over.
    Retained(Amount),
    /// How many restarts of the job there were.
    Restarts(Amount),
    /// How many restores there were, and from which checkpoint all of them were (0: none, tasks start empty).
    Restores {
        /// How many.
        count: Amount,
        /// From which.
        from: Option<CheckpointId>,
    },
    /// Every record has its effect on this sink's visible output exactly once.
    ExactlyOnce {
        /// Which sink.
        sink: VertexId,
    },
    /// A record appears twice in this sink's visible output.
    Duplicates {
        /// Which sink.
        sink: VertexId,
    },
    /// The visible output of a sink, as a multiset of values.
    Output {
        /// Which sink.
        sink: VertexId,
        /// The values, in any order.
        is: Vec<i64>,
    },
    /// No record is missing in this vertex's state.
    NoLoss {
        /// Which vertex.
        vertex: VertexId,
    },
    /// Some record is counted twice in this vertex's state.
    Overcount {
        /// Which vertex.
        vertex: VertexId,
    },
    /// How many records this vertex dropped because they were late, in all attempts of its tasks: Flink's
    /// `numLateRecordsDropped`, which starts again with each attempt, added up.
    Late {
        /// Which vertex.
        vertex: VertexId,
        /// How many.
        count: Amount,
    },
    /// The job was failed because of failed checkpoints.
    FailedByCheckpoints,
    /// The run was explained by a failure-free one that was executed.
    Explained,
}

impl Check {
    /// Whether the state in which a run ends decides it, whatever the way there: what the job is then, and what is visible
    /// outside.
    pub const fn is_of_the_end(&self) -> bool {
        match self {
            Self::Job(_) | Self::ExactlyOnce { .. } | Self::Duplicates { .. } | Self::Output { .. } => true,
            Self::At(..)
            | Self::State { .. }
            | Self::Stored { .. }
            | Self::Final { .. }
            | Self::Checkpoint { .. }
            | Self::Checkpoints(..)
            | Self::Retained(_)
            | Self::Restarts(_)
            | Self::Restores { .. }
            | Self::NoLoss { .. }
            | Self::Overcount { .. }
            | Self::Late { .. }
            | Self::FailedByCheckpoints
            | Self::Explained => false,
        }
    }
}

/// What became of a checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CheckpointStatus {
    /// Every task acknowledged, and it was stored.
    Completed,
    /// It was given up.
    Failed,
}

/// How many.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Amount {
    /// This many.
    Exactly(u64),
    /// This many or more.
    AtLeast(u64),
    /// This many or fewer.
    AtMost(u64),
}

impl Amount {
    /// Whether `n` is such an amount.
    pub fn admits(self, n: u64) -> bool {
        match self {
            Self::Exactly(m) => n == m,
            Self::AtLeast(m) => n >= m,
            Self::AtMost(m) => n <= m,
        }
    }
}

/// A rule that oracles judge, by the word that files and messages use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RuleName {
    /// Every completed checkpoint is a consistent cut (I10-I13).
    ConsistentCut,
    /// What a task absorbed is what was sent to it, each record once (I20).
    StateExactlyOnce,
    /// Nothing is lost: no state and no committed output lacks a record (I12, I20, I29, I30). Judged of jobs that promise
    /// no more; of the others the two stronger rules say it.
    AtLeastOnce,
    /// Committed output is a prefix of a failure-free run's, each record once (I26-I28).
    ExactlyOnce,
    /// The run is explained by a failure-free one.
    Explained,
    /// Checkpoints, tasks and channels obey the lifecycle invariants (I1-I9, I15, I16, I20-I22).
    Lifecycle,
    /// Once faults stop, checkpoints complete and the job ends.
    Progress,
}

impl RuleName {
    /// Every rule.
    pub const ALL: [Self; 7] = [
        Self::ConsistentCut,
        Self::StateExactlyOnce,
        Self::AtLeastOnce,
        Self::ExactlyOnce,
        Self::Explained,
        Self::Lifecycle,
        Self::Progress,
    ];

    /// The word for it, for example `exactly-once`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ConsistentCut => "consistent-cut",
            Self::StateExactlyOnce => "state-exactly-once",
            Self::AtLeastOnce => "at-least-once",
            Self::ExactlyOnce => "exactly-once",
            Self::Explained => "explained",
            Self::Lifecycle => "lifecycle",
            Self::Progress => "progress",
        }
    }

    /// The rule with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.word() == word)
    }
}
