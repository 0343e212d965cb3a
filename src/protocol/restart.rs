//! Restart strategies (R67-R69). Flink: `RestartBackoffTimeStrategy` and its four implementations.

use crate::ids::Micros;

/// Which strategy, with its configuration in integers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Config {
    /// The first failure is fatal.
    None,
    /// So many restarts, so far apart (R68).
    FixedDelay {
        /// Restarts allowed in the whole life of the job.
        attempts: u32,
        /// The pause before each.
        delay: Micros,
    },
    /// So many failures within an interval (R68).
    FailureRate {
        /// Failures allowed within one interval.
        max_failures: u32,
        /// Its length.
        interval: Micros,
        /// The pause before each restart.
        delay: Micros,
    },
    /// A pause that grows with every failure (R69).
    ExponentialDelay {
        /// The first pause.
        initial_backoff: Micros,
        /// The longest pause.
        max_backoff: Micros,
        /// How much longer each pause is, in thousandths: 1500 is 1.5.
        multiplier_thousandths: u32,
        /// A calm of this length, counted from the planned restart, starts over.
        reset_threshold: Micros,
        /// The share of a pause that is drawn at random, in thousandths: 100 is 0.1.
        jitter_thousandths: u32,
        /// Failures before the job is given up, `u32::MAX` for no limit.
        attempts: u32,
    },
}

/// A deadline of a strategy: a comparison of clocks, settled as soon as the clock passes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// The oldest remembered failure has left the window (failure rate).
    Forget,
    /// The planned restart has come: the next failure is a new one (exponential delay).
    BackoffOver,
    /// The calm after which the backoff starts over (exponential delay).
    Calm,
}

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Input {
    /// The job failed. `jitter` is drawn by the caller, uniform in [-1000, 1000]: thousandths of the jitter's span.
    Failed {
        /// See above; 0 where the strategy has none.
        jitter: i32,
    },
    /// A deadline has passed.
    Expired(Timer),
}

/// What the caller has to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// Arm a deadline, this long from now. Several of [`Timer::Forget`] may be armed.
    Arm(Timer, Micros),
    /// Cancel every armed deadline of this kind.
    Cancel(Timer),
    /// Restart after this pause. `new` is false for a failure that was merged with the one before (R69).
    Restart {
        /// The pause.
        delay: Micros,
        /// Whether it counts as a new attempt.
        new: bool,
    },
    /// The job is given up.
    GiveUp {
        /// Whether the failure counted as a new attempt.
        new: bool,
    },
}
