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

#[cfg(test)]
mod tests {
    use super::*;
    use FailureReason::{CheckpointDeclined, CheckpointExpired, CheckpointSubsumed, IoException};

    const TASK: Source = Source::Task { from: EXECUTION, alive: true };
    const BY_TASK: Verdict = Verdict::TooManyBy { from: EXECUTION, alive: true };
    const EXECUTION: Execution = Execution { task: crate::ids::TaskId(4), attempt: crate::ids::Attempt(0) };

    /// Failed checkpoints, one is tolerable; id 0 is "unknown".
    #[track_caller]
    fn check(manager: &mut FailureManager, ids: &[u64], verdict: Verdict) {
        let mut last = Verdict::Bearable;
        for &id in ids {
            let (id, kind) = (CheckpointId(id), SnapshotKind::Checkpoint);
            last = manager.failed(Some(1), id, kind, CheckpointExpired, Source::JobManager);
        }
        assert_eq!(last, verdict, "{manager:?}");
    }

    #[track_caller]
    fn check_one(kind: SnapshotKind, reason: FailureReason, source: Source, verdict: Verdict) {
        let mut manager = FailureManager::default();
        assert_eq!(manager.failed(Some(0), CheckpointId(1), kind, reason, source), verdict);
    }

    #[test]
    fn r28_savepoints_are_free_at_job_level_only() {
        check_one(SnapshotKind::Savepoint, CheckpointExpired, Source::JobManager, Verdict::Bearable);
        check_one(SnapshotKind::Suspend, CheckpointExpired, Source::JobManager, Verdict::Bearable);
        check_one(SnapshotKind::Savepoint, CheckpointDeclined, TASK, BY_TASK);
        check_one(SnapshotKind::Suspend, CheckpointSubsumed, TASK, Verdict::StopFailed);
        // Pre-flight: at job level, whoever says it.
        check_one(SnapshotKind::Suspend, IoException, TASK, Verdict::Bearable);
        check_one(SnapshotKind::Checkpoint, IoException, TASK, Verdict::TooMany);
    }

    #[test]
    fn r29_some_reasons_do_not_count() {
        check_one(SnapshotKind::Checkpoint, CheckpointSubsumed, TASK, Verdict::Bearable);
        check_one(SnapshotKind::Checkpoint, CheckpointDeclined, TASK, BY_TASK);
    }

    #[test]
    fn r30_each_id_once_and_one_too_many_clears_the_counter() {
        let mut manager = FailureManager::default();
        check(&mut manager, &[5, 5], Verdict::Bearable);
        check(&mut manager, &[6], Verdict::TooMany);
        check(&mut manager, &[7], Verdict::Bearable);
    }

    #[test]
    fn r30_unknown_ids_count_every_time() {
        check(&mut FailureManager::default(), &[0, 0], Verdict::TooMany);
    }

    #[test]
    fn r31_a_success_forgives_what_is_older() {
        let mut manager = FailureManager::default();
        check(&mut manager, &[7], Verdict::Bearable);
        manager.succeeded(CheckpointId(10));
        check(&mut manager, &[9, 8, 10], Verdict::Bearable);
        assert_eq!(manager.count(), 0);
        check(&mut manager, &[11], Verdict::Bearable);
        manager.succeeded(CheckpointId(3));
        check(&mut manager, &[12], Verdict::TooMany);
    }
}
