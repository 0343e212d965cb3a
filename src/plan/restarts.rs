//! How often a job restarts, in words that need no strategy's machine.

use super::Plan;
use crate::protocol::restart::Config;

/// What bounds the restarts of a job (R67-R69).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restarts {
    /// There are none.
    Never,
    /// So many in the life of the job.
    Attempts(u32),
    /// So many since the last calm; `u32::MAX` for no limit.
    AttemptsBeforeCalm(u32),
    /// One after each failure, of which so many may fall within an interval.
    Failures(u32),
}

impl Plan {
    /// What bounds the restarts of its job.
    pub const fn restarts(&self) -> Restarts {
        match self.restart {
            Config::None => Restarts::Never,
            Config::FixedDelay { attempts, .. } => Restarts::Attempts(attempts),
            Config::FailureRate { max_failures, .. } => Restarts::Failures(max_failures),
            Config::ExponentialDelay { attempts, .. } => Restarts::AttemptsBeforeCalm(attempts),
        }
    }
}
