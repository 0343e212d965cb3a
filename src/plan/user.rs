//! What people do to a job.

use super::Moment;
use crate::action::Ask;

/// Something that a person asks the JobManager for, once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct User {
    /// What.
    pub ask: Ask,
    /// When.
    pub at: Moment,
}
