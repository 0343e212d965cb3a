//! What people do to a job.

use super::Moment;
use crate::action::Ask;

/// Something that a person asks the JobManager for, once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct User {
    /// What they ask for.
    pub ask: Ask,
    /// When; once, when that moment first comes.
    pub at: Moment,
}
