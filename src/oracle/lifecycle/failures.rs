//! The failures of checkpoints, counted anew: the job may be failed for them only when too many have (I9).

use super::{Report, broken};
use crate::ids::CheckpointId;
use crate::protocol::FailureReason;

/// What is remembered of failed checkpoints.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(in crate::oracle) struct Failures {
    /// Failures that count since the last success, or since they last were too many (R30, R31).
    counted: u32,
    /// They have just been too many: the job may be failed.
    too_many: bool,
}

impl Failures {
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// A checkpoint failed, or could not be triggered.
    pub(super) fn count(&mut self, reason: FailureReason, report: &Report<'_>) {
        if let (true, Some(tolerable)) = (reason.counts(), report.facts.tolerable_failed) {
            self.counted += 1;
            // The count starts over, also where the task at fault is gone and the job goes on (R30).
            self.too_many = self.counted > tolerable;
            if self.too_many {
                self.counted = 0;
            }
        }
    }

    /// The job is failed because of its checkpoints.
    pub(super) fn fail_the_job(&mut self, report: &mut Report<'_>) {
        if !self.too_many {
            let tolerable = report.facts.tolerable_failed.map_or("any number".to_owned(), |number| number.to_string());
            let detail =
                format!("the job is failed after {} failed checkpoints, but {tolerable} are tolerable", self.counted);
            broken(report, "I9", CheckpointId::NONE, detail);
        }
        self.too_many = false;
    }
}
