//! The knobs: checkpointing, restart, channels, latencies, limits; and who runs in which TaskManager.

use super::job::{self, Job};
use crate::ids::{CheckpointId, Micros, TaskId};
use crate::plan::{Channels, Latencies, Latency, Limits, Manager};
use crate::protocol::coordinator::{self, ConfigError};
use crate::protocol::restart;
use crate::scenario::explain::flink_key;
use crate::scenario::read::{Pairs, Raw, Reader};
use crate::scenario::{defaults, syntax, words};

/// `checkpointing`, and the initial delay, which is no part of the protocol's configuration.
pub(super) fn checkpointing<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> (coordinator::Config, Option<Micros>) {
    let mut config = coordinator::Config::default();
    let written: syntax::Checkpointing<'a> = r.or(raw, syntax::Checkpointing::default(), Reader::read);
    config.mode = r.or(written.mode, config.mode, |r, raw| r.word(raw, &words::MODES));
    config.interval = written.interval.given().and_then(|raw| r.duration(raw));
    config.timeout = r.or(written.timeout, config.timeout, Reader::duration);
    config.min_pause = r.or(written.min_pause, config.min_pause, Reader::duration);
    config.max_concurrent =
        r.or(written.max_concurrent_checkpoints, config.max_concurrent, |r, raw| r.small(raw, 0..=i32::MAX as u32));
    config.tolerable_failed = match written.tolerable_failed_checkpoints.get() {
        "Unlimited" => None,
        _ => Some(r.or(written.tolerable_failed_checkpoints, 0, |r, raw| r.small(raw, 0..=i32::MAX as u32))),
    };
    config.retained = r.or(written.num_retained, config.retained, |r, raw| r.small(raw, 0..=i32::MAX as u32));
    config.after_finish = r.or(written.checkpoints_after_tasks_finish, config.after_finish, Reader::read);
    config.retention =
        r.or(written.externalized_checkpoint_retention, config.retention, |r, raw| r.word(raw, &words::RETENTIONS));
    refusals(r, &config, &written);
    corrections(r, &config, &written);
    let initial_delay = written.initial_delay.given().and_then(|raw| r.duration(raw));
    (config, initial_delay)
}

/// Reports what Flink refuses (R2): all of it, by mending one mistake after the other in a copy.
fn refusals<'a>(r: &mut Reader<'a>, config: &coordinator::Config, written: &syntax::Checkpointing<'a>) {
    let mut config = config.clone();
    let defaults = coordinator::Config::default();
    while let Err(error) = config.validate() {
        let (at, field) = match error {
            ConfigError::IntervalTooShort(_) => {
                config.interval = None;
                (written.interval, "interval")
            }
            ConfigError::TimeoutTooShort(_) => {
                config.timeout = defaults.timeout;
                (written.timeout, "timeout")
            }
            ConfigError::NoneConcurrent => {
                config.max_concurrent = defaults.max_concurrent;
                (written.max_concurrent_checkpoints, "max_concurrent_checkpoints")
            }
            ConfigError::UnalignedConcurrent(_) => {
                config.max_concurrent = defaults.max_concurrent;
                (written.max_concurrent_checkpoints, "max_concurrent_checkpoints")
            }
        };
        r.error(at, "refused-by-flink", error.to_string()).note(format!("Flink calls it {}", flink_key(field)));
    }
}

/// Warns of what Flink corrects silently (R1, R2).
fn corrections<'a>(r: &mut Reader<'a>, config: &coordinator::Config, written: &syntax::Checkpointing<'a>) {
    if config.retained == 0 {
        r.warning(written.num_retained, "corrected-by-flink", "one checkpoint is retained, not none");
    }
    if config.interval.is_some() && config.interval != config.effective_interval() {
        r.warning(written.interval, "corrected-by-flink", "the interval is raised to the min pause");
    }
    if config.interval.is_none() && written.mode.get() == "ExactlyOnce" {
        r.warning(written.mode, "no-interval", "without an interval there are no periodic checkpoints")
            .help("add `interval: \"1s\"`");
    }
}

/// `restart`, or what Flink takes without it (R67).
pub(super) fn restart<'a>(r: &mut Reader<'a>, raw: Raw<'a>, periodic: bool) -> restart::Config {
    let fallback = defaults::restart(periodic);
    if raw.get().is_empty() {
        return fallback;
    }
    // A count, which Flink keeps in 31 bits.
    let count = |least: u32| move |r: &mut Reader<'a>, raw: Raw<'a>| r.small(raw, least..=i32::MAX as u32);
    let second = Micros::millis(1_000);
    match r.read(raw) {
        None => fallback,
        Some(syntax::Restart::None) => restart::Config::None,
        Some(syntax::Restart::FixedDelay { attempts, delay }) => restart::Config::FixedDelay {
            attempts: r.or(attempts, 1, count(0)),
            delay: r.or(delay, second, Reader::duration),
        },
        Some(syntax::Restart::FailureRate { max_failures_per_interval, failure_rate_interval, delay }) => {
            let interval = r.or(failure_rate_interval, Micros::millis(60_000), Reader::duration);
            if interval == Micros::ZERO {
                r.error(failure_rate_interval, "out-of-range", "the interval of a failure rate is longer than zero");
            }
            restart::Config::FailureRate {
                max_failures: r.or(max_failures_per_interval, 1, count(1)),
                interval,
                delay: r.or(delay, second, Reader::duration),
            }
        }
        Some(syntax::Restart::ExponentialDelay {
            initial_backoff,
            max_backoff,
            backoff_multiplier,
            reset_backoff_threshold,
            jitter_factor,
            attempts_before_reset_backoff,
        }) => {
            let initial = r.or(initial_backoff, defaults::INITIAL_BACKOFF, Reader::duration);
            let max = r.or(max_backoff, defaults::MAX_BACKOFF, Reader::duration);
            if max < initial {
                let at = max_backoff.given().unwrap_or(initial_backoff);
                r.error(at, "out-of-range", "the longest backoff is shorter than the initial one");
            }
            restart::Config::ExponentialDelay {
                initial_backoff: initial,
                max_backoff: max,
                multiplier_thousandths: r
                    .or(backoff_multiplier, defaults::MULTIPLIER, |r, raw| r.thousandths(raw, 1_001..=u32::MAX)),
                reset_threshold: r.or(reset_backoff_threshold, defaults::RESET_THRESHOLD, Reader::duration),
                jitter_thousandths: r.or(jitter_factor, defaults::JITTER, |r, raw| r.thousandths(raw, 0..=1_000)),
                attempts: match attempts_before_reset_backoff.get() {
                    "Unlimited" => u32::MAX,
                    _ => r.or(attempts_before_reset_backoff, u32::MAX, count(1)),
                },
            }
        }
    }
}

/// `task_managers`.
pub(super) fn managers<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>) -> Vec<Manager> {
    let Some(Pairs(entries)) = raw.given().and_then(|raw| r.read(raw)) else { return Vec::new() };
    let mut managers: Vec<Manager> = Vec::new();
    let mut home: Vec<Option<usize>> = vec![None; job.task_count()];
    let mut sound = true;
    for (name_at, tasks_at) in entries {
        let Some(name) = job::name(r, name_at) else { continue };
        if managers.iter().any(|manager| manager.name == name) {
            r.error(name_at, "duplicate-name", format!("a second TaskManager is called `{name}`"));
        }
        let mut tasks: Vec<TaskId> = Vec::new();
        for at in r.list(tasks_at) {
            let Some(named) = job.tasks(r, at) else {
                sound = false;
                continue;
            };
            for task in named {
                let Some(home) = home.get_mut(task.0 as usize) else { continue };
                if let Some(other) = home.replace(managers.len()) {
                    let other = managers.get(other).map_or(name.as_str(), |manager| &manager.name);
                    let message = format!("`{}` runs in `{other}` already", job.task_name(task));
                    r.error(at, "task-in-two-managers", message);
                }
                tasks.push(task);
            }
        }
        tasks.sort_unstable();
        managers.push(Manager { name, tasks });
    }
    if sound && !managers.is_empty() {
        let homeless: Vec<String> = (0..home.len())
            .filter(|&task| home[task].is_none())
            .take(5)
            .map(|task| format!("`{}`", job.task_name(TaskId(task as u32))))
            .collect();
        if !homeless.is_empty() {
            r.missing(raw, format!("no TaskManager runs {}", homeless.join(", ")))
                .help("assign every task, or leave `task_managers` out: then one runs all of them");
        }
    }
    managers
}

/// `channels`.
pub(super) fn channels<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>) -> Channels {
    let written: syntax::Channels<'a> = r.or(raw, syntax::Channels::default(), Reader::read);
    let mut channels = Channels::default();
    channels.buffers = r.or(written.buffers, channels.buffers, |r, raw| r.small(raw, 1..=u32::MAX));
    channels.credit = r.or(written.credit, channels.credit, |r, raw| r.small(raw, 1..=u32::MAX));
    channels.latency = r.or(written.latency, channels.latency, latency);
    for raw in r.list(written.overrides) {
        let Some(syntax::Override { from, to, latency: latency_at }) = r.read(raw) else { continue };
        let ends = (job.vertex(r, from), job.vertex(r, to));
        let latency = latency(r, latency_at);
        let ((Some(from), Some(to)), Some(latency)) = (ends, latency) else { continue };
        if !job.vertices[to].inputs.iter().any(|edge| edge.from == from) {
            let (from, to) = (&job.vertices[from].name, &job.vertices[to].name);
            r.error(raw, "no-such-edge", format!("`{to}` has no input from `{from}`"));
        }
        if channels.overrides.iter().any(|other| (other.0, other.1) == (from, to)) {
            r.error(raw, "duplicate-override", "this edge has another latency already");
        }
        channels.overrides.push((from, to, latency));
    }
    channels
}

/// `latencies`.
pub(super) fn latencies<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Latencies {
    let written: syntax::Latencies<'a> = r.or(raw, syntax::Latencies::default(), Reader::read);
    let Latencies { rpc, detection, restore } = Latencies::default();
    Latencies {
        rpc: r.or(written.rpc, rpc, latency),
        detection: r.or(written.detection, detection, latency),
        restore: r.or(written.restore, restore, latency),
    }
}

/// How long something takes.
pub(super) fn latency<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Latency> {
    match r.read(raw)? {
        syntax::Latency::Fixed(duration) => r.duration(duration).map(Latency::Fixed),
        syntax::Latency::Uniform(from, to) => {
            let (from, to) = (r.duration(from), r.duration(to));
            let (from, to) = (from?, to?);
            if from > to {
                r.error(raw, "reversed-range", "the shortest latency is longer than the longest one");
            }
            Some(Latency::Uniform(from, to))
        }
    }
}

/// The number of a checkpoint that somebody will make.
pub(super) fn checkpoint<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<CheckpointId> {
    if raw.get() == "0" {
        r.error(raw, "checkpoint-zero", "there is no checkpoint 0: the first one is 1");
        return None;
    }
    r.number(raw, 1..=u64::MAX).map(CheckpointId)
}

/// `limits`.
pub(super) fn limits<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Limits {
    let written: syntax::Limits<'a> = r.or(raw, syntax::Limits::default(), Reader::read);
    let Limits { checkpoints, haste, crashes, late_acks, steps, records } = Limits::default();
    let any = |r: &mut Reader<'a>, raw: Raw<'a>| r.small(raw, 0..=u32::MAX);
    Limits {
        checkpoints: r.or(written.checkpoints, checkpoints, any),
        haste: r.or(written.haste, haste, any),
        crashes: r.or(written.crashes, crashes, any),
        late_acks: r.or(written.late_acks, late_acks, any),
        steps: r.or(written.steps, steps, Reader::count),
        records: r.or(written.records, records, Reader::count),
    }
}
