//! The knobs. Every part that has its default is left out.

use super::layout::Item;
use super::{Namer, decimal, duration, quoted};
use crate::ids::{Bytes, CheckpointId, Micros, VertexId};
use crate::plan::{Backend, Channels, Latencies, Latency, Limits, Plan, StateSize, Storage, Write};
use crate::protocol::coordinator;
use crate::protocol::restart;
use crate::scenario::{defaults, words};

/// Named parts without those that have their default.
struct Parts(Vec<(&'static str, Item)>);

impl Parts {
    fn put<T: PartialEq + Copy>(&mut self, name: &'static str, value: T, usual: T, item: impl FnOnce(T) -> Item) {
        if value != usual {
            self.0.push((name, item(value)));
        }
    }

    fn item(self, name: &'static str) -> Item {
        Item::Call(name, self.0)
    }
}

pub(super) fn managers(plan: &Plan, namer: &Namer<'_>) -> Item {
    let entry = |manager: &crate::plan::Manager| (quoted(&manager.name).flat(), namer.tasks(&manager.tasks));
    Item::Map(plan.managers.iter().map(entry).collect())
}

pub(super) fn channels(plan: &Plan) -> Item {
    let usual = Channels::default();
    let Channels { buffers, credit, latency: between, ref overrides } = plan.channels;
    let mut parts = Parts(Vec::new());
    parts.put("buffers", buffers, usual.buffers, Item::word);
    parts.put("credit", credit, usual.credit, Item::word);
    parts.put("latency", between, usual.latency, latency);
    if !overrides.is_empty() {
        let name = |vertex| quoted(&plan.vertices[vertex].name);
        let item = |&(from, to, other): &(_, _, _)| {
            Item::named("", [("from", name(from)), ("to", name(to)), ("latency", latency(other))])
        };
        parts.0.push(("overrides", Item::List(overrides.iter().map(item).collect())));
    }
    parts.item("")
}

pub(super) fn latencies(latencies: &Latencies) -> Item {
    let usual = Latencies::default();
    let mut parts = Parts(Vec::new());
    parts.put("rpc", latencies.rpc, usual.rpc, latency);
    parts.put("detection", latencies.detection, usual.detection, latency);
    parts.put("restore", latencies.restore, usual.restore, latency);
    parts.item("")
}

fn latency(latency: Latency) -> Item {
    match latency {
        Latency::Fixed(always) => Item::call("Fixed", [duration(always)]),
        Latency::Uniform(from, to) => Item::call("Uniform", [duration(from), duration(to)]),
    }
}

pub(super) fn checkpointing(plan: &Plan) -> Item {
    let usual = coordinator::Config::default();
    let config = &plan.checkpointing;
    let mut parts = Parts(Vec::new());
    parts.put("mode", config.mode, usual.mode, |mode| words::MODES.word(mode).into());
    parts.put("interval", config.interval, usual.interval, |interval| super::option(interval, duration));
    parts.put("timeout", config.timeout, usual.timeout, duration);
    parts.put("min_pause", config.min_pause, usual.min_pause, duration);
    parts.put("max_concurrent_checkpoints", config.max_concurrent, usual.max_concurrent, Item::word);
    parts.put("tolerable_failed_checkpoints", config.tolerable_failed, usual.tolerable_failed, |tolerable| {
        tolerable.map_or_else(|| Item::word("Unlimited"), Item::word)
    });
    parts.put("num_retained", config.retained, usual.retained, Item::word);
    parts.put("checkpoints_after_tasks_finish", config.after_finish, usual.after_finish, Item::word);
    parts.put("externalized_checkpoint_retention", config.retention, usual.retention, |retention| {
        words::RETENTIONS.word(retention).into()
    });
    parts.put("initial_delay", plan.initial_delay, None, |delay| super::option(delay, duration));
    parts.item("")
}

pub(super) fn restart(config: &restart::Config) -> Item {
    match *config {
        restart::Config::None => Item::word("None"),
        restart::Config::FixedDelay { attempts, delay } => {
            Item::named("FixedDelay", [("attempts", Item::word(attempts)), ("delay", duration(delay))])
        }
        restart::Config::FailureRate { max_failures, interval, delay } => Item::named(
            "FailureRate",
            [
                ("max_failures_per_interval", Item::word(max_failures)),
                ("failure_rate_interval", duration(interval)),
                ("delay", duration(delay)),
            ],
        ),
        restart::Config::ExponentialDelay {
            initial_backoff,
            max_backoff,
            multiplier_thousandths,
            reset_threshold,
            jitter_thousandths,
            attempts,
        } => {
            let mut parts = Parts(Vec::new());
            parts.put("initial_backoff", initial_backoff, defaults::INITIAL_BACKOFF, duration);
            parts.put("max_backoff", max_backoff, defaults::MAX_BACKOFF, duration);
            parts.put("backoff_multiplier", multiplier_thousandths, defaults::MULTIPLIER, decimal);
            parts.put("reset_backoff_threshold", reset_threshold, defaults::RESET_THRESHOLD, duration);
            parts.put("jitter_factor", jitter_thousandths, defaults::JITTER, decimal);
            parts.put("attempts_before_reset_backoff", attempts, u32::MAX, Item::word);
            parts.item("ExponentialDelay")
        }
    }
}

pub(super) fn backend(backend: Backend) -> Item {
    match backend {
        Backend::HashMap => Item::word("HashMap"),
        Backend::RocksDb { access } => {
            let mut parts = Parts(Vec::new());
            parts.put("access", access, Micros::ZERO, duration);
            parts.item("RocksDB")
        }
    }
}

pub(super) fn storage(plan: &Plan) -> Item {
    let (storage, usual) = (&plan.storage, Storage::default());
    let mut parts = Parts(Vec::new());
    parts.put("kind", storage.kind, usual.kind, |kind| words::STORAGE_KINDS.word(kind).into());
    parts.put("max_state_size", storage.max_state_size, usual.max_state_size, bytes);
    parts.put("write", storage.write, usual.write, |write| match write {
        Write::Takes(takes) => latency(takes),
        Write::PerMegabyte(each) => Item::call("PerMegabyte", [duration(each)]),
    });
    if !storage.state.is_empty() {
        let size = |&(vertex, size): &(VertexId, StateSize)| {
            let size = match size {
                StateSize::Fixed(always) => bytes(always),
                StateSize::PerEntry(each) => Item::call("PerEntry", [bytes(each)]),
            };
            (quoted(&plan.vertices[vertex].name).flat(), size)
        };
        parts.0.push(("state", Item::Map(storage.state.iter().map(size).collect())));
    }
    if !storage.fails.is_empty() {
        let item = |&id: &CheckpointId| Item::call("Checkpoint", [Item::word(id)]);
        parts.0.push(("fails", Item::List(storage.fails.iter().map(item).collect())));
    }
    parts.item("")
}

fn bytes(bytes: u64) -> Item {
    quoted(&Bytes(bytes).to_string())
}

pub(super) fn limits(limits: Limits) -> Item {
    let usual = Limits::default();
    let mut parts = Parts(Vec::new());
    parts.put("checkpoints", limits.checkpoints, usual.checkpoints, Item::word);
    parts.put("haste", limits.haste, usual.haste, Item::word);
    parts.put("crashes", limits.crashes, usual.crashes, Item::word);
    parts.put("late_acks", limits.late_acks, usual.late_acks, Item::word);
    parts.put("steps", limits.steps, usual.steps, count);
    parts.put("records", limits.records, usual.records, count);
    parts.item("")
}

/// A count of at least 1, in short where that is exact.
fn count(count: u64) -> Item {
    match count {
        millions if millions.is_multiple_of(1_000_000) => Item::Word(format!("\"{}M\"", millions / 1_000_000)),
        thousands if thousands.is_multiple_of(1_000) => Item::Word(format!("\"{}k\"", thousands / 1_000)),
        count => Item::word(count),
    }
}
