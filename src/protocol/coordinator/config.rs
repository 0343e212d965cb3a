//! The checkpoint configuration of a job: what is set, what it means, what is refused.
//!
//! Flink: `CheckpointConfig`, `CheckpointingOptions`, `CheckpointCoordinatorConfiguration`,
//! `CheckpointOptions.forConfig`.
//!
//! | rule | here |
//! | --- | --- |
//! | R1 | [`Config::options`]: how the barriers of a snapshot meet data |
//! | R2 | [`Config::validate`]: what is refused; [`Config::effective_interval`], [`Config::effective_min_pause`] and [`Config::effective_retained`]: what is corrected |
//! | R27 | [`Retention`]: the table itself is in [`crate::protocol::completed`] |

use crate::ids::Micros;
use crate::protocol::{Alignment, SnapshotKind};

/// The checkpoint configuration of a job. The names are Flink's keys under `execution.checkpointing`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Config {
    /// Between two periodic triggers; `None`: no periodic checkpoints.
    pub interval: Option<Micros>,
    /// How long a checkpoint may be pending (R24).
    pub timeout: Micros,
    /// From a completion to the next periodic checkpoint (R10.3).
    pub min_pause: Micros,
    /// How many may be pending at a time (R10.2).
    pub max_concurrent: u32,
    /// How many counted failures are borne (R30); `None`: any number.
    pub tolerable_failed: Option<u32>,
    /// What a restored job promises.
    pub mode: Mode,
    /// Whether barriers may overtake data.
    pub unaligned: bool,
    /// How long an unaligned checkpoint tries to be aligned; zero: not at all.
    pub aligned_timeout: Micros,
    /// Checkpoints go on after some tasks finished (FLIP-147, R16, R54).
    pub after_finish: bool,
    /// How many completed checkpoints are retained (R22).
    pub retained: u32,
    /// What outlives the job (R27).
    pub retention: Retention,
    /// How many requests may wait (R9). Not configurable in Flink.
    pub max_queued: usize,
}

/// What a restored job promises. Flink: `CheckpointingMode`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mode {
    /// The effect of every record is in the state once.
    ExactlyOnce,
    /// Once or more: nothing waits for barriers.
    AtLeastOnce,
}

/// Which completed checkpoints outlive the job. Flink: `ExternalizedCheckpointRetention`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Retention {
    /// None.
    NoExternalized,
    /// Those of a job that failed.
    DeleteOnCancellation,
    /// Those of a job that failed, was cancelled or suspended.
    RetainOnCancellation,
}

/// The smallest interval and timeout that Flink takes.
const SHORTEST: Micros = Micros::millis(10);
/// The longest min pause that Flink takes: 365 days.
const LONGEST_PAUSE: Micros = Micros::millis(365 * 24 * 60 * 60 * 1_000);

/// Why a configuration is refused (R2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConfigError {
    /// Flink's job settings would take it as "disabled", which nobody means who writes it.
    #[error("the checkpoint interval must be at least 10 ms, not {} ms", .0.as_millis())]
    IntervalTooShort(Micros),
    /// Every checkpoint would expire at once.
    #[error("the checkpoint timeout must be at least 10 ms, not {} ms", .0.as_millis())]
    TimeoutTooShort(Micros),
    /// No checkpoint could ever be pending.
    #[error("at least one checkpoint must be allowed at a time")]
    NoneConcurrent,
    /// Channel state of two checkpoints would overlap.
    #[error("unaligned checkpoints allow one checkpoint at a time, not {0}")]
    UnalignedConcurrent(u32),
}

impl Default for Config {
    /// The defaults of Flink 2.3.
    fn default() -> Self {
        Self {
            interval: None,
            timeout: Micros::millis(600_000),
            min_pause: Micros::ZERO,
            max_concurrent: 1,
            tolerable_failed: Some(0),
            mode: Mode::ExactlyOnce,
            unaligned: false,
            aligned_timeout: Micros::ZERO,
            after_finish: true,
            retained: 1,
            retention: Retention::NoExternalized,
            max_queued: 1_000,
        }
    }
}

impl Config {
    /// Checks what R2 refuses, in the order of the fields. What Flink corrects silently is no error: see the methods
    /// that begin with `effective`.
    ///
    /// # Errors
    /// The first field that Flink refuses.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if let Some(interval) = self.interval.filter(|&interval| interval < SHORTEST) {
            return Err(ConfigError::IntervalTooShort(interval));
        }
        if self.timeout < SHORTEST {
            return Err(ConfigError::TimeoutTooShort(self.timeout));
        }
        if self.max_concurrent == 0 {
            return Err(ConfigError::NoneConcurrent);
        }
        if self.unaligned && self.max_concurrent > 1 {
            return Err(ConfigError::UnalignedConcurrent(self.max_concurrent));
        }
        Ok(())
    }

    /// How the barriers of a snapshot of this kind meet data (R1).
    pub fn options(&self, kind: SnapshotKind) -> Alignment {
        if self.effective_mode() == Mode::AtLeastOnce {
            Alignment::AtLeastOnce
        } else if kind.is_savepoint() || !self.unaligned {
            Alignment::Aligned
        } else if self.aligned_timeout == Micros::ZERO || self.aligned_timeout == Micros::MAX {
            Alignment::Unaligned
        } else {
            Alignment::Timeoutable(self.aligned_timeout)
        }
    }

    /// The mode that counts, at the coordinator and in the tasks: without periodic checkpoints it is at-least-once,
    /// whatever was set (R1).
    pub fn effective_mode(&self) -> Mode {
        if self.interval.is_some() { self.mode } else { Mode::AtLeastOnce }
    }

    /// The interval, at least the min pause (R2); `None`: no periodic checkpoints.
    pub fn effective_interval(&self) -> Option<Micros> {
        self.interval.map(|interval| interval.max(self.effective_min_pause()))
    }

    /// The min pause, at most a year (R2).
    pub fn effective_min_pause(&self) -> Micros {
        self.min_pause.min(LONGEST_PAUSE)
    }

    /// How many completed checkpoints are retained: at least one (R2).
    pub fn effective_retained(&self) -> usize {
        self.retained.max(1) as usize
    }

    /// Whether a request made by hand passes the limit on pending checkpoints (R7).
    pub fn is_forced(&self, kind: SnapshotKind) -> bool {
        kind.is_savepoint() && !self.unaligned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS_50: Micros = Micros::millis(50);

    fn periodic() -> Config {
        Config { interval: Some(Micros::millis(100)), ..Config::default() }
    }

    #[track_caller]
    fn check(config: &Config, checkpoint: Alignment, savepoint: Alignment) {
        let options = [SnapshotKind::Checkpoint, SnapshotKind::Savepoint].map(|kind| config.options(kind));
        assert_eq!(options, [checkpoint, savepoint]);
    }

    #[test]
    fn r1_options() {
        use Alignment::{Aligned, AtLeastOnce, Timeoutable, Unaligned};
        let unaligned = Config { unaligned: true, ..periodic() };
        check(&periodic(), Aligned, Aligned);
        check(&unaligned, Unaligned, Aligned);
        check(&Config { aligned_timeout: MS_50, ..unaligned.clone() }, Timeoutable(MS_50), Aligned);
        check(&Config { aligned_timeout: Micros::MAX, ..unaligned.clone() }, Unaligned, Aligned);
        check(&Config { mode: Mode::AtLeastOnce, ..unaligned.clone() }, AtLeastOnce, AtLeastOnce);
        check(&Config { interval: None, ..unaligned }, AtLeastOnce, AtLeastOnce);
    }

    #[test]
    fn r2_refused() {
        let refusal = |config: Config| config.validate().err();
        assert_eq!(refusal(Config::default()), None);
        assert_eq!(refusal(periodic()), None);
        let (short, three) = (Micros::millis(9), 3);
        assert_eq!(refusal(Config { interval: Some(short), ..periodic() }), Some(ConfigError::IntervalTooShort(short)));
        assert_eq!(refusal(Config { timeout: short, ..periodic() }), Some(ConfigError::TimeoutTooShort(short)));
        assert_eq!(refusal(Config { max_concurrent: 0, ..periodic() }), Some(ConfigError::NoneConcurrent));
        assert_eq!(
            refusal(Config { unaligned: true, max_concurrent: three, ..periodic() }),
            Some(ConfigError::UnalignedConcurrent(three))
        );
    }

    #[test]
    fn r2_corrected() {
        let config = Config { min_pause: Micros::millis(300), retained: 0, ..periodic() };
        assert_eq!(config.effective_interval(), Some(Micros::millis(300)));
        assert_eq!(config.effective_retained(), 1);
        let patient = Config { min_pause: Micros::MAX, ..periodic() };
        assert_eq!(patient.effective_min_pause().as_millis(), 31_536_000_000);
    }

    #[test]
    fn r7_savepoints_are_forced_unless_unaligned() {
        assert!(periodic().is_forced(SnapshotKind::Suspend));
        assert!(!periodic().is_forced(SnapshotKind::FullCheckpoint));
        assert!(!Config { unaligned: true, ..periodic() }.is_forced(SnapshotKind::Savepoint));
    }
}
