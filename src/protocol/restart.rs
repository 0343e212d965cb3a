//! Restart strategies (R67-R69). Flink: `RestartBackoffTimeStrategy` and its four implementations.
//!
//! | rule | strategy | input | restart | deadlines |
//! | --- | --- | --- | --- | --- |
//! | R67 | none | failure | never | none |
//! | R68 | fixed delay | failure | the first `attempts` times | none |
//! | R68 | failure rate | failure | if at most `max_failures` are remembered, this one included | forget it once it is older than `interval` |
//! | R69 | exponential delay | failure in a backoff | as planned | none |
//! | R69 | exponential delay | failure | the first `attempts` times since the last calm | backoff over, calm |
//!
//! Every failure is remembered, also one that was refused. A strategy knows durations only: that something is longer
//! ago than a limit is a deadline one unit behind the limit.

use crate::ids::{Micros, Rule};

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

impl Config {
    /// Whether pauses are drawn: only then is the word of [`Input::Failed`] looked at.
    pub const fn has_jitter(&self) -> bool {
        matches!(self, Self::ExponentialDelay { jitter_thousandths: 1.., .. })
    }

    /// How many failures it lets pass at least: in the life of a job, within an interval, or without a calm in between.
    pub const fn bound(&self) -> u32 {
        match *self {
            Self::None => 0,
            Self::FixedDelay { attempts, .. } | Self::ExponentialDelay { attempts, .. } => attempts,
            Self::FailureRate { max_failures, .. } => max_failures,
        }
    }

    /// The strategy of a job that names none: exponential delay with Flink's numbers if there are periodic checkpoints,
    /// else none (R67).
    pub const fn usual(periodic: bool) -> Self {
        if !periodic {
            return Self::None;
        }
        Self::ExponentialDelay {
            initial_backoff: Micros::millis(1_000),
            max_backoff: Micros::millis(60_000),
            multiplier_thousandths: 1_500,
            reset_threshold: Micros::millis(3_600_000),
            jitter_thousandths: 100,
            attempts: u32::MAX,
        }
    }
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
    /// The job failed.
    Failed {
        /// A random word, all 64 bits uniform, for the jitter (R69). Not looked at without jitter.
        draw: u64,
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
    /// Restart after this pause.
    Restart {
        /// The pause.
        delay: Micros,
    },
    /// The failure is merged with the one before (R69): restart when the pause that was asked for then is over, or at
    /// once if it just ended.
    RestartAsPlanned,
    /// The job is given up.
    GiveUp {
        /// Whether the failure counted as a new attempt.
        new: bool,
    },
}

/// A restart strategy and what it remembers of past failures.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Strategy(Memory);

/// What each strategy remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Memory {
    None,
    FixedDelay {
        /// All failures so far.
        failures: u32,
    },
    FailureRate {
        /// Failures of the last interval.
        recent: u32,
    },
    ExponentialDelay {
        /// New attempts since the last calm.
        attempt: u32,
        /// The planned restart has not come yet.
        backing_off: bool,
    },
}

impl Strategy {
    /// A strategy that has seen no failure.
    pub fn new(config: &Config) -> Self {
        Self(match config {
            Config::None => Memory::None,
            Config::FixedDelay { .. } => Memory::FixedDelay { failures: 0 },
            Config::FailureRate { .. } => Memory::FailureRate { recent: 0 },
            Config::ExponentialDelay { .. } => Memory::ExponentialDelay { attempt: 0, backing_off: false },
        })
    }

    /// Takes one input and appends what the caller has to do.
    ///
    /// # Panics
    ///
    /// If `config` is of another kind than the one the strategy was made for.
    pub fn step(&mut self, config: &Config, input: Input, effects: &mut Vec<Effect>) -> Rule {
        match (&mut self.0, *config, input) {
            (Memory::None, Config::None, Input::Failed { .. }) => {
                effects.push(Effect::GiveUp { new: true });
                Rule(67)
            }
            (Memory::FixedDelay { failures }, Config::FixedDelay { attempts, delay }, Input::Failed { .. }) => {
                *failures = failures.saturating_add(1);
                effects.push(restart_if(*failures <= attempts, delay));
                Rule(68)
            }
            (
                Memory::FailureRate { recent },
                Config::FailureRate { max_failures, interval, delay },
                Input::Failed { .. },
            ) => {
                *recent = recent.saturating_add(1);
                // One that is exactly as old as the interval still counts.
                effects.push(Effect::Arm(Timer::Forget, interval.plus(Micros::ONE)));
                effects.push(restart_if(*recent <= max_failures, delay));
                Rule(68)
            }
            (Memory::FailureRate { recent }, Config::FailureRate { .. }, Input::Expired(Timer::Forget)) => {
                *recent = recent.saturating_sub(1);
                Rule(68)
            }
            (
                Memory::ExponentialDelay { attempt, backing_off: true },
                Config::ExponentialDelay { attempts, .. },
                Input::Failed { .. },
            ) => {
                let allowed = *attempt <= attempts;
                effects.push(if allowed { Effect::RestartAsPlanned } else { Effect::GiveUp { new: false } });
                Rule(69)
            }
            (
                Memory::ExponentialDelay { attempt, backing_off: backing_off @ false },
                Config::ExponentialDelay {
                    initial_backoff,
                    max_backoff,
                    multiplier_thousandths,
                    reset_threshold,
                    jitter_thousandths,
                    attempts,
                },
                Input::Failed { draw },
            ) => {
                let base = grown(initial_backoff, multiplier_thousandths, *attempt);
                let jittered = base.saturating_add(jitter(base, jitter_thousandths, draw));
                let (least, most) = (whole_millis(initial_backoff), whole_millis(max_backoff));
                let delay = Micros::millis(jittered.min(most).max(least).unsigned_abs());
                *attempt = attempt.saturating_add(1);
                *backing_off = true;
                effects.push(Effect::Cancel(Timer::Calm));
                // A failure at the very moment of the planned restart is still merged; a calm need only be as long as the threshold.
                effects.push(Effect::Arm(Timer::BackoffOver, delay.plus(Micros::ONE)));
                effects.push(Effect::Arm(Timer::Calm, delay.plus(reset_threshold)));
                effects.push(restart_if(*attempt <= attempts, delay));
                Rule(69)
            }
            (
                Memory::ExponentialDelay { backing_off, .. },
                Config::ExponentialDelay { .. },
                Input::Expired(Timer::BackoffOver),
            ) => {
                *backing_off = false;
                Rule(69)
            }
            (
                Memory::ExponentialDelay { attempt, .. },
                Config::ExponentialDelay { .. },
                Input::Expired(Timer::Calm),
            ) => {
                *attempt = 0;
                Rule(69)
            }
            // Deadlines that this strategy never arms.
            (Memory::None, Config::None, Input::Expired(Timer::Forget | Timer::BackoffOver | Timer::Calm)) => Rule(67),
            (
                Memory::FixedDelay { .. },
                Config::FixedDelay { .. },
                Input::Expired(Timer::Forget | Timer::BackoffOver | Timer::Calm),
            )
            | (
                Memory::FailureRate { .. },
                Config::FailureRate { .. },
                Input::Expired(Timer::BackoffOver | Timer::Calm),
            ) => Rule(68),
            (Memory::ExponentialDelay { .. }, Config::ExponentialDelay { .. }, Input::Expired(Timer::Forget)) => {
                Rule(69)
            }
            (
                Memory::None | Memory::FixedDelay { .. } | Memory::FailureRate { .. } | Memory::ExponentialDelay { .. },
                Config::None | Config::FixedDelay { .. } | Config::FailureRate { .. } | Config::ExponentialDelay { .. },
                Input::Failed { .. } | Input::Expired(_),
            ) => panic!("a strategy keeps the configuration that it was made for"),
        }
    }
}

/// What a failure that counts as a new attempt leads to.
fn restart_if(allowed: bool, delay: Micros) -> Effect {
    if allowed { Effect::Restart { delay } } else { Effect::GiveUp { new: true } }
}

/// The backoff of this attempt before jitter and limits, in whole milliseconds.
///
/// Flink raises the multiplier to a power in double. Multiplying in a loop gives the same milliseconds, and the same on every
/// platform. The result saturates, so a loop that has come so far may end.
fn grown(initial: Micros, multiplier_thousandths: u32, attempt: u32) -> i64 {
    let (initial, multiplier) = (whole_millis(initial) as f64, f64::from(multiplier_thousandths) / 1_000.0);
    let mut power = 1.0;
    for _ in 0..attempt {
        if initial * power >= i64::MAX as f64 {
            break;
        }
        power *= multiplier;
    }
    (initial * power) as i64
}

/// A whole number of milliseconds out of [-o, o], o being this share of the backoff (R69).
///
/// Scaling the word instead of dividing by it leaves a bias of one in 2^64 / o at most.
fn jitter(base: i64, jitter_thousandths: u32, draw: u64) -> i64 {
    let most = (base as f64 * (f64::from(jitter_thousandths) / 1_000.0)) as i64;
    let choices = 2 * u128::from(most.unsigned_abs()) + 1;
    let chosen = (u128::from(draw) * choices) >> 64;
    (chosen as i128 - i128::from(most)) as i64
}

/// The unit of Flink's strategies.
fn whole_millis(duration: Micros) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
