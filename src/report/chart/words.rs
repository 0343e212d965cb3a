//! What all pictures call the same.

use crate::action::Ask;
use crate::trace::JobStatus;

/// What a person asks for.
pub(in crate::report) const fn asked(ask: Ask) -> &'static str {
    match ask {
        Ask::Checkpoint => "checkpoint by hand",
        Ask::Cancel => "cancel by hand",
        Ask::Start => "start by hand",
    }
}

/// How a job has ended.
pub(in crate::report) const fn over(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Running | JobStatus::Restarting => "the job goes on",
        JobStatus::Finished => "the job has finished",
        JobStatus::Failed => "the job has failed",
        JobStatus::Canceled => "the job is cancelled",
        JobStatus::Suspended => "the job is suspended",
    }
}
