//! Channels, latencies, limits; and who runs in which TaskManager.

use super::job::{self, Job};
use crate::ids::{CheckpointId, TaskId};
use crate::plan::{Channels, Latencies, Latency, Limits, Manager};
use crate::scenario::read::{Pairs, Raw, Reader};
use crate::scenario::syntax;

/// The version of Flink whose protocol runs, in the name of its profile.
const PROFILE: &str = "flink-2.3";

/// `profile`: there is one so far.
pub(super) fn profile<'a>(r: &mut Reader<'a>, raw: Raw<'a>) {
    let Some(name) = raw.given().and_then(|raw| r.text(raw)) else { return };
    if name == "flink-1.10" {
        r.error(raw, "not-modelled", "the profile `flink-1.10` is not modelled yet")
            .note("it comes later: savepoints that are stored and notified, setPreferCheckpointForRecovery, other failures that count; until then every run is one of Flink 2.3")
            .help(format!("leave `profile` out, or write \"{PROFILE}\""));
    } else if name != PROFILE {
        r.error(raw, "unknown-word", format!("`{name}` is no profile"))
            .label(format!("did you mean `{PROFILE}`?"))
            .note("a profile is a version of Flink whose protocol runs; `flink-1.10` comes later");
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
    let written: syntax::Channels<'a> = r.or(raw, syntax::Channels::default(), Reader::parts);
    let mut channels = Channels::default();
    channels.buffers = r.or(written.buffers, channels.buffers, |r, raw| r.small(raw, 1..=u32::MAX));
    channels.credit = r.or(written.credit, channels.credit, |r, raw| r.small(raw, 1..=u32::MAX));
    channels.latency = r.or(written.latency, channels.latency, latency);
    for raw in r.list(written.overrides) {
        let Some(syntax::Override { from, to, latency: latency_at }) = r.parts(raw) else { continue };
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
    let written: syntax::Latencies<'a> = r.or(raw, syntax::Latencies::default(), Reader::parts);
    let Latencies { rpc, detection, restore } = Latencies::default();
    Latencies {
        rpc: r.or(written.rpc, rpc, latency),
        detection: r.or(written.detection, detection, latency),
        restore: r.or(written.restore, restore, latency),
    }
}

/// How long something takes.
pub(super) fn latency<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Latency> {
    match r.parts(raw)? {
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
    let written: syntax::Limits<'a> = r.or(raw, syntax::Limits::default(), Reader::parts);
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
