//! The words of a line for statuses, kinds and answers.

use std::fmt;

use super::JobStatus;
use crate::action::Ask;
use crate::protocol::SnapshotKind;
use crate::protocol::coordinator::Answer;

pub(super) const fn of_status(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Running => "RUNNING",
        JobStatus::Restarting => "RESTARTING",
        JobStatus::Finished => "FINISHED",
        JobStatus::Failed => "FAILED",
        JobStatus::Canceled => "CANCELED",
        JobStatus::Suspended => "SUSPENDED",
    }
}

pub(super) const fn of_ask(ask: Ask) -> &'static str {
    match ask {
        Ask::Checkpoint => "a checkpoint",
        Ask::Cancel => "the end of the job",
        Ask::Start => "a new life of the job",
    }
}

/// Periodic checkpoints are the rule, so nothing is said of them.
pub(super) const fn of_kind(kind: SnapshotKind) -> &'static str {
    match kind {
        SnapshotKind::Checkpoint => "",
        SnapshotKind::FullCheckpoint => "full",
        SnapshotKind::Savepoint => "savepoint",
        SnapshotKind::Suspend => "stop with savepoint",
        SnapshotKind::Terminate => "drain and stop with savepoint",
    }
}

pub(super) const fn of_answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Success => "taken",
        Answer::Duplicate => "taken before",
        Answer::Unknown => "not the attempt that was asked",
        Answer::Late => "too late",
        Answer::Gone => "no such checkpoint",
    }
}

/// A time that records bear; the end of all time has a name.
pub(super) struct EventTime(pub(super) i64);

impl fmt::Display for EventTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            i64::MAX => f.write_str("end of time"),
            millis => write!(f, "{millis} ms"),
        }
    }
}

/// Whether a task says that nothing will come for a while.
pub(super) const fn of_idle(idle: bool) -> &'static str {
    if idle { "idle" } else { "active" }
}
