//! The knobs. Every part that has its default is left out.

use super::layout::Item;
use super::{Namer, decimal, duration, quoted};
use crate::ids::{Bytes, CheckpointId, VertexId};
use crate::plan::{Backend, Channels, Latencies, Latency, Limits, Plan, StateSize, Storage, Write};
use crate::scenario::knob::{Knob, Knobs, Value, camel};
use crate::scenario::words;

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

/// `checkpointing`: what has not Flink's default.
pub(super) fn checkpointing(plan: &Plan) -> Item {
    let (knobs, usual) = (Knobs::of(plan), Knobs::default());
    let parts = knobs.modelled().filter(|(knob, value)| knob.slot().is_some_and(|slot| usual.get(slot) != *value));
    let parts = parts.filter_map(|(knob, value)| Some((knob.checkpointing_field()?, self::value(value))));
    Item::Fields(String::new(), parts.collect())
}

/// `restart`: the strategy with its parameters; of those of the exponential delay, which are many, what has not Flink's
/// default.
pub(super) fn restart(plan: &Plan) -> Item {
    let (knobs, usual) = (Knobs::of(plan), Knobs::default());
    let strategy = knobs.strategy();
    if strategy == "none" {
        return Item::word("None");
    }
    let is_said = |knob: &Knob, value| {
        strategy != "exponential-delay" || knob.slot().is_some_and(|slot| usual.get(slot) != value)
    };
    let parts = knobs.modelled().filter_map(|(knob, value)| {
        let (of, field) = knob.restart_field()?;
        (of == strategy && is_said(knob, value)).then(|| (field, self::value(value)))
    });
    Item::Fields(camel(strategy), parts.collect())
}

/// Whether the strategy is another one than Flink takes without a word (R67).
pub(super) fn names_its_strategy(plan: &Plan) -> bool {
    let mut usual = Knobs::default();
    usual.checkpointing.interval = plan.checkpointing.interval;
    plan.restart != usual.restart()
}

fn value(value: Value) -> Item {
    match value {
        Value::Nothing => Item::word("Unlimited"),
        Value::Duration(time) => duration(time),
        Value::Count(n) => Item::word(n),
        Value::Thousandths(n) => decimal(n),
        Value::Flag(on) => Item::word(on),
        Value::Word(word) => Item::Word(camel(word)),
        Value::Size(bytes) => quoted(&format!("{bytes} bytes")),
        Value::Text => quoted(""),
    }
}

pub(super) fn backend(backend: Backend) -> Item {
    match backend {
        Backend::HashMap => Item::word("HashMap"),
        Backend::RocksDb { access } => {
            let mut parts = Parts(Vec::new());
            if backend != Backend::ROCKSDB {
                parts.0.push(("access", duration(access)));
            }
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
