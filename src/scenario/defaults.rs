//! Defaults that have no other home: Flink's restart strategy (R67), and the pace of a source.

use crate::ids::Micros;
use crate::protocol::restart::Config;

/// After how many records a source sends a watermark if it says nothing.
pub(super) const WATERMARK_EVERY: u32 = 1;
/// The pace of a source that says none.
pub(super) const PACE: Micros = Micros::millis(10);
/// Flink: `restart-strategy.exponential-delay.initial-backoff`.
pub(super) const INITIAL_BACKOFF: Micros = Micros::millis(1_000);
/// Flink: `restart-strategy.exponential-delay.max-backoff`.
pub(super) const MAX_BACKOFF: Micros = Micros::millis(60_000);
/// Flink: `restart-strategy.exponential-delay.backoff-multiplier`, in thousandths.
pub(super) const MULTIPLIER: u32 = 1_500;
/// Flink: `restart-strategy.exponential-delay.reset-backoff-threshold`.
pub(super) const RESET_THRESHOLD: Micros = Micros::millis(3_600_000);
/// Flink: `restart-strategy.exponential-delay.jitter-factor`, in thousandths.
pub(super) const JITTER: u32 = 100;

/// The strategy of a job that names none: exponential delay if there are periodic checkpoints, else none (R67).
pub(super) const fn restart(periodic: bool) -> Config {
    if !periodic {
        return Config::None;
    }
    Config::ExponentialDelay {
        initial_backoff: INITIAL_BACKOFF,
        max_backoff: MAX_BACKOFF,
        multiplier_thousandths: MULTIPLIER,
        reset_threshold: RESET_THRESHOLD,
        jitter_thousandths: JITTER,
        attempts: u32::MAX,
    }
}
