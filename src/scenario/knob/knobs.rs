//! The values of all knobs of a plan.

use super::value::{Value, value};
use super::{KNOBS, Knob, Slot, older_backend};
use crate::ids::Micros;
use crate::plan::{Plan, StorageKind};
use crate::protocol::coordinator::{self, Mode, Retention};
use crate::protocol::restart;

/// The values of all knobs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::scenario) struct Knobs {
    pub(in crate::scenario) checkpointing: coordinator::Config,
    pub(in crate::scenario) initial_delay: Option<Micros>,
    /// Flink's word for the restart strategy; none if nobody named one.
    strategy: Option<&'static str>,
    fixed_attempts: u32,
    fixed_delay: Micros,
    rate_failures: u32,
    rate_interval: Micros,
    rate_delay: Micros,
    initial_backoff: Micros,
    max_backoff: Micros,
    multiplier: u32,
    reset_threshold: Micros,
    jitter: u32,
    reset_attempts: u32,
    /// The word for the state backend, if a key said one.
    backend: Option<&'static str>,
    /// The checkpoint storage, if a key said one.
    storage: Option<StorageKind>,
}

impl Default for Knobs {
    /// The defaults of the table.
    fn default() -> Self {
        let mut knobs = Self {
            checkpointing: coordinator::Config::default(),
            initial_delay: None,
            strategy: None,
            fixed_attempts: 0,
            fixed_delay: Micros::ZERO,
            rate_failures: 0,
            rate_interval: Micros::ZERO,
            rate_delay: Micros::ZERO,
            initial_backoff: Micros::ZERO,
            max_backoff: Micros::ZERO,
            multiplier: 0,
            reset_threshold: Micros::ZERO,
            jitter: 0,
            reset_attempts: 0,
            backend: None,
            storage: None,
        };
        for knob in KNOBS.iter().filter(|knob| !knob.default.is_empty()) {
            if let Some(slot) = knob.slot() {
                knobs.set(slot, value(knob, knob.default).expect("the table's defaults are values"));
            }
        }
        // Nobody has said these.
        (knobs.backend, knobs.storage) = (None, None);
        knobs
    }
}

impl Knobs {
    /// The knobs of a plan.
    pub(in crate::scenario) fn of(plan: &Plan) -> Self {
        let checkpointing = plan.checkpointing.clone();
        let mut knobs = Self { checkpointing, initial_delay: plan.initial_delay, ..Self::default() };
        match plan.restart {
            restart::Config::None => knobs.strategy = Some("none"),
            restart::Config::FixedDelay { attempts, delay } => {
                knobs.strategy = Some("fixed-delay");
                (knobs.fixed_attempts, knobs.fixed_delay) = (attempts, delay);
            }
            restart::Config::FailureRate { max_failures, interval, delay } => {
                knobs.strategy = Some("failure-rate");
                (knobs.rate_failures, knobs.rate_interval, knobs.rate_delay) = (max_failures, interval, delay);
            }
            restart::Config::ExponentialDelay {
                initial_backoff,
                max_backoff,
                multiplier_thousandths,
                reset_threshold,
                jitter_thousandths,
                attempts,
            } => {
                knobs.strategy = Some("exponential-delay");
                (knobs.initial_backoff, knobs.max_backoff) = (initial_backoff, max_backoff);
                (knobs.multiplier, knobs.jitter) = (multiplier_thousandths, jitter_thousandths);
                (knobs.reset_threshold, knobs.reset_attempts) = (reset_threshold, attempts);
            }
        }
        knobs
    }

    /// Flink's word for the strategy in force: exponential delay if there are periodic checkpoints and nobody says
    /// otherwise, else none (R67).
    pub(in crate::scenario) fn strategy(&self) -> &'static str {
        let usual = if self.checkpointing.interval.is_some() { "exponential-delay" } else { "none" };
        self.strategy.unwrap_or(usual)
    }

    /// The strategy in force, with its parameters.
    pub(in crate::scenario) fn restart(&self) -> restart::Config {
        match self.strategy() {
            "fixed-delay" => restart::Config::FixedDelay { attempts: self.fixed_attempts, delay: self.fixed_delay },
            "failure-rate" => restart::Config::FailureRate {
                max_failures: self.rate_failures,
                interval: self.rate_interval,
                delay: self.rate_delay,
            },
            "exponential-delay" => restart::Config::ExponentialDelay {
                initial_backoff: self.initial_backoff,
                max_backoff: self.max_backoff,
                multiplier_thousandths: self.multiplier,
                reset_threshold: self.reset_threshold,
                jitter_thousandths: self.jitter,
                attempts: self.reset_attempts,
            },
            _ => restart::Config::None,
        }
    }

    /// Whether a key says RocksDB; none if no key names a state backend.
    pub(in crate::scenario) fn is_rocksdb(&self) -> Option<bool> {
        self.backend.map(|word| word == "RocksDB")
    }

    /// The checkpoint storage that a key says; a state backend of older versions says one, and has the last word, as in
    /// Flink.
    pub(in crate::scenario) fn storage(&self) -> Option<StorageKind> {
        self.backend.and_then(older_backend).map(|older| older.0).or(self.storage)
    }

    /// Sets a value. One of another kind than the table says for this slot is ignored.
    pub(in crate::scenario) fn set(&mut self, slot: Slot, value: Value) {
        let config = &mut self.checkpointing;
        match (slot, value) {
            (Slot::Mode, Value::Word("AT_LEAST_ONCE")) => config.mode = Mode::AtLeastOnce,
            (Slot::Mode, Value::Word(_)) => config.mode = Mode::ExactlyOnce,
            (Slot::Interval, Value::Duration(interval)) => config.interval = Some(interval),
            (Slot::Interval, Value::Nothing) => config.interval = None,
            (Slot::Timeout, Value::Duration(timeout)) => config.timeout = timeout,
            (Slot::MinPause, Value::Duration(pause)) => config.min_pause = pause,
            (Slot::MaxConcurrent, Value::Count(n)) => config.max_concurrent = n,
            (Slot::TolerableFailed, Value::Count(n)) => config.tolerable_failed = Some(n),
            (Slot::TolerableFailed, Value::Nothing) => config.tolerable_failed = None,
            (Slot::Retained, Value::Count(n)) => config.retained = n,
            (Slot::AfterFinish, Value::Flag(on)) => config.after_finish = on,
            (Slot::Retention, Value::Word("DELETE_ON_CANCELLATION")) => {
                config.retention = Retention::DeleteOnCancellation;
            }
            (Slot::Retention, Value::Word("RETAIN_ON_CANCELLATION")) => {
                config.retention = Retention::RetainOnCancellation;
            }
            (Slot::Retention, Value::Word(_)) => config.retention = Retention::NoExternalized,
            (Slot::Unaligned, Value::Flag(on)) => config.unaligned = on,
            (Slot::AlignedTimeout, Value::Duration(timeout)) => config.aligned_timeout = timeout,
            (Slot::InitialDelay, Value::Duration(delay)) => self.initial_delay = Some(delay),
            (Slot::InitialDelay, Value::Nothing) => self.initial_delay = None,
            (Slot::Strategy, Value::Word(strategy)) => self.strategy = Some(strategy),
            (Slot::FixedAttempts, Value::Count(n)) => self.fixed_attempts = n,
            (Slot::FixedDelay, Value::Duration(delay)) => self.fixed_delay = delay,
            (Slot::RateFailures, Value::Count(n)) => self.rate_failures = n,
            (Slot::RateInterval, Value::Duration(interval)) => self.rate_interval = interval,
            (Slot::RateDelay, Value::Duration(delay)) => self.rate_delay = delay,
            (Slot::InitialBackoff, Value::Duration(backoff)) => self.initial_backoff = backoff,
            (Slot::MaxBackoff, Value::Duration(backoff)) => self.max_backoff = backoff,
            (Slot::Multiplier, Value::Thousandths(factor)) => self.multiplier = factor,
            (Slot::ResetThreshold, Value::Duration(calm)) => self.reset_threshold = calm,
            (Slot::Jitter, Value::Thousandths(share)) => self.jitter = share,
            (Slot::ResetAttempts, Value::Count(n)) => self.reset_attempts = n,
            (Slot::ResetAttempts, Value::Nothing) => self.reset_attempts = u32::MAX,
            (Slot::StateBackend, Value::Word(word)) => self.backend = Some(word),
            (Slot::CheckpointStorage, Value::Word("FileSystem")) => self.storage = Some(StorageKind::FileSystem),
            (Slot::CheckpointStorage, Value::Word(_)) => self.storage = Some(StorageKind::JobManager),
            _ => {}
        }
    }

    /// The value in a slot.
    pub(in crate::scenario) fn get(&self, slot: Slot) -> Value {
        let config = &self.checkpointing;
        let optional = |duration: Option<Micros>| duration.map_or(Value::Nothing, Value::Duration);
        match slot {
            Slot::Mode => Value::Word(match config.mode {
                Mode::ExactlyOnce => "EXACTLY_ONCE",
                Mode::AtLeastOnce => "AT_LEAST_ONCE",
            }),
            Slot::Interval => optional(config.interval),
            Slot::Timeout => Value::Duration(config.timeout),
            Slot::MinPause => Value::Duration(config.min_pause),
            Slot::MaxConcurrent => Value::Count(config.max_concurrent),
            Slot::TolerableFailed => config.tolerable_failed.map_or(Value::Nothing, Value::Count),
            Slot::Retained => Value::Count(config.retained),
            Slot::AfterFinish => Value::Flag(config.after_finish),
            Slot::Retention => Value::Word(match config.retention {
                Retention::NoExternalized => "NO_EXTERNALIZED_CHECKPOINTS",
                Retention::DeleteOnCancellation => "DELETE_ON_CANCELLATION",
                Retention::RetainOnCancellation => "RETAIN_ON_CANCELLATION",
            }),
            Slot::InitialDelay => optional(self.initial_delay),
            Slot::Unaligned => Value::Flag(config.unaligned),
            Slot::AlignedTimeout => Value::Duration(config.aligned_timeout),
            Slot::Strategy => Value::Word(self.strategy()),
            Slot::FixedAttempts => Value::Count(self.fixed_attempts),
            Slot::FixedDelay => Value::Duration(self.fixed_delay),
            Slot::RateFailures => Value::Count(self.rate_failures),
            Slot::RateInterval => Value::Duration(self.rate_interval),
            Slot::RateDelay => Value::Duration(self.rate_delay),
            Slot::InitialBackoff => Value::Duration(self.initial_backoff),
            Slot::MaxBackoff => Value::Duration(self.max_backoff),
            Slot::Multiplier => Value::Thousandths(self.multiplier),
            Slot::ResetThreshold => Value::Duration(self.reset_threshold),
            Slot::Jitter => Value::Thousandths(self.jitter),
            Slot::ResetAttempts if self.reset_attempts == u32::MAX => Value::Nothing,
            Slot::ResetAttempts => Value::Count(self.reset_attempts),
            Slot::StateBackend => Value::Word(self.backend.unwrap_or("HashMap")),
            Slot::CheckpointStorage => Value::Word(match self.storage().unwrap_or_default() {
                StorageKind::JobManager => "JobManager",
                StorageKind::FileSystem => "FileSystem",
            }),
        }
    }

    /// The modelled knobs that a file may hold, with their values.
    pub(in crate::scenario) fn modelled(&self) -> impl Iterator<Item = (&'static Knob, Value)> {
        let knobs = KNOBS.iter().filter(|knob| knob.is_modelled());
        knobs.filter_map(|knob| knob.slot().map(|slot| (knob, self.get(slot))))
    }
}
