//! Which failed checkpoints count, and when they fail the job.
//!
//! Flink: `CheckpointFailureManager`.
//!
//! | rule | here |
//! | --- | --- |
//! | R28 | [`FailureManager::failed`]: at job level savepoints are free; a task that fails a stop-with-savepoint fails the job |
//! | R29 | which reasons count: [`FailureReason::counts`] |
//! | R30 | [`FailureManager::failed`]: each id once, more than is tolerable fails the job and clears the counter |
//! | R31 | [`FailureManager::succeeded`] |

use crate::ids::{CheckpointId, Execution};
use crate::protocol::{FailureReason, SnapshotKind};

/// Who let a checkpoint fail (R28).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// An attempt declined.
    Task {
        /// Which.
        from: Execution,
        /// Whether it is still running or initializing.
        alive: bool,
    },
    /// The coordinator itself.
    JobManager,
}

/// What a failed checkpoint means for the job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing: not counted, or still tolerable.
    Bearable,
    /// More failures than are tolerable, the last one at job level: the job fails.
    TooMany,
    /// The same, the last one on account of this attempt: the job fails if the attempt is still alive.
    TooManyBy {
        /// The attempt.
        from: Execution,
        /// Whether it is still running or initializing.
        alive: bool,
    },
    /// A task failed a stop-with-savepoint: the job fails, whatever is tolerable.
    StopFailed,
}

/// The counter of failed checkpoints. It survives a failover of the job, not one of the JobManager (R31, R65).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct FailureManager {
    count: u32,
    /// The ids among the counted ones, ascending; never more than are tolerable, and all above `succeeded`.
    counted: Vec<CheckpointId>,
    succeeded: CheckpointId,
}

impl FailureManager {
    /// A snapshot completed: what failed before it is forgiven (R31).
    pub fn succeeded(&mut self, id: CheckpointId) {
        if id > self.succeeded {
            self.succeeded = id;
            self.forget();
        }
    }

    /// A checkpoint failed, or a trigger did: then the id is [`CheckpointId::NONE`] (R28-R30).
    ///
    /// `tolerable` is the number of counted failures that are borne; `None`: any number.
    pub fn failed(
        &mut self,
        tolerable: Option<u32>,
        id: CheckpointId,
        kind: SnapshotKind,
        reason: FailureReason,
        source: Source,
    ) -> Verdict {
        match source {
            Source::Task { from, alive } if !reason.is_pre_flight() => {
                if kind.is_synchronous() {
                    Verdict::StopFailed
                } else if self.exceeds(tolerable, id, reason) {
                    Verdict::TooManyBy { from, alive }
                } else {
                    Verdict::Bearable
                }
            }
            Source::Task { .. } | Source::JobManager => {
                if !kind.is_savepoint() && self.exceeds(tolerable, id, reason) {
                    Verdict::TooMany
                } else {
                    Verdict::Bearable
                }
            }
        }
    }

    /// How many failures count at the moment.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Counts a failure (R30); whether there are too many now, which clears the counter.
    fn exceeds(&mut self, tolerable: Option<u32>, id: CheckpointId, reason: FailureReason) -> bool {
        let Some(tolerable) = tolerable else { return false };
        let forgiven = id.given().is_some_and(|id| id <= self.succeeded);
        if forgiven || !reason.counts() {
            return false;
        }
        if let Some(id) = id.given() {
            let Err(place) = self.counted.binary_search(&id) else { return false };
            self.counted.insert(place, id);
        }
        self.count += 1;
        let too_many = self.count > tolerable;
        if too_many {
            self.forget();
        }
        too_many
    }

    fn forget(&mut self) {
        self.count = 0;
        self.counted.clear();
    }
}
