//! Vertices and inputs.

use super::layout::Item;
use super::{Unprintable, duration, quoted};
use crate::ids::Micros;
use crate::operator::{EventTime, Function, KeyBy, Logic, Predicate, Records, Ship, Stamp, Total};
use crate::plan::{Edge, Plan, Vertex, VertexKind};
use crate::scenario::{defaults, words};

pub(super) fn job(plan: &Plan) -> Result<Item, Unprintable> {
    plan.vertices.iter().map(|info| vertex(plan, info)).collect::<Result<_, _>>().map(Item::Lines)
}

fn vertex(plan: &Plan, info: &Vertex) -> Result<Item, Unprintable> {
    let mut parts = vec![("name", quoted(&info.name))];
    let kind = match &info.kind {
        VertexKind::Source { records, splits, every, event_time } => {
            parts.push(("records", self::records(records)));
            if *every != defaults::PACE {
                parts.push(("every", duration(*every)));
            }
            if *splits != info.parallelism {
                parts.push(("splits", Item::word(splits)));
            }
            parts.extend(event_time.iter().flat_map(|&event_time| self::event_time(event_time)));
            "Source"
        }
        VertexKind::Operator(logic) => {
            let logic =
                self::logic(logic).ok_or_else(|| Unprintable { what: format!("the operator of `{}`", info.name) })?;
            parts.push(("logic", logic));
            "Operator"
        }
        VertexKind::Sink(kind) => {
            parts.push(("kind", words::SINK_KINDS.word(*kind).into()));
            "Sink"
        }
    };
    if !info.inputs.is_empty() {
        parts.push(("inputs", Item::List(info.inputs.iter().map(|edge| input(plan, edge)).collect())));
    }
    if info.parallelism != 1 {
        parts.push(("parallelism", Item::word(info.parallelism)));
    }
    if info.cost != Micros::ZERO {
        parts.push(("cost", duration(info.cost)));
    }
    Ok(Item::Call(kind, parts))
}

fn records(records: &Records) -> Item {
    match records {
        Records::List(values) => {
            Item::Call("List", vec![("", Item::Fill(values.iter().map(i64::to_string).collect()))])
        }
        Records::Range { from, to, step } => {
            let mut parts = vec![("from", Item::word(from)), ("to", Item::word(to))];
            if *step != 1 {
                parts.push(("step", Item::word(step)));
            }
            Item::Call("Range", parts)
        }
        Records::Repeat { of, times } => {
            let of = Item::Fill(of.iter().map(i64::to_string).collect());
            let times = times.map(|times| ("times", Item::word(times)));
            Item::Call("Repeat", [("of", of)].into_iter().chain(times).collect())
        }
        Records::Endless => Item::word("Endless"),
    }
}

/// `None` for a builder's own operator.
fn logic(logic: &Logic) -> Option<Item> {
    Some(match logic {
        Logic::Map(function) => Item::call("Map", [self::function(*function)]),
        Logic::Filter(predicate) => Item::call("Filter", [self::predicate(*predicate)]),
        Logic::Repeat(times) => Item::call("FlatMap", [Item::call("Repeat", [Item::word(times)])]),
        Logic::Sum => Item::word("Sum"),
        Logic::SumPerKey => Item::word("SumPerKey"),
        Logic::Count => Item::word("Count"),
        Logic::CountPerKey => Item::word("CountPerKey"),
        Logic::OrderSensitive => Item::word("OrderSensitive"),
        Logic::FailOn(record) => Item::named("FailOn", [("record", Item::word(record))]),
        Logic::Pick(pick) => words::PICKS.word(*pick).into(),
        Logic::PickPerKey(pick) => words::PICKS_PER_KEY.word(*pick).into(),
        Logic::Distinct => Item::word("Distinct"),
        Logic::Union => Item::word("Union"),
        Logic::Window { size, total } => {
            let total = (*total != Total::Sum).then(|| ("total", words::TOTALS.word(*total).into()));
            Item::Call("Window", [("size", millis(*size))].into_iter().chain(total).collect())
        }
        Logic::Join { within } => Item::named("Join", [("within", millis(*within))]),
        Logic::Own(_) => return None,
    })
}

/// What time records bear, and, unless it is the usual, when watermarks are sent.
fn event_time(event_time: EventTime) -> Vec<(&'static str, Item)> {
    let EventTime { stamp, out_of_orderness, every, idle_after } = event_time;
    let stamp = match stamp {
        Stamp::Value => Item::word("Value"),
        Stamp::Step(step) => Item::call("Step", [millis(step)]),
    };
    let mut watermarks = Vec::new();
    if every != defaults::WATERMARK_EVERY {
        watermarks.push(("every", Item::word(every)));
    }
    if out_of_orderness != 0 {
        watermarks.push(("out_of_orderness", millis(out_of_orderness)));
    }
    watermarks.extend(idle_after.map(|after| ("idle_after", duration(after))));
    let mut parts = vec![("event_time", stamp)];
    if !watermarks.is_empty() {
        parts.push(("watermarks", Item::Call("", watermarks)));
    }
    parts
}

/// A stretch of event time.
fn millis(millis: i64) -> Item {
    duration(Micros::millis(millis.unsigned_abs()))
}

fn function(function: Function) -> Item {
    match function {
        Function::Add(n) => Item::call("Add", [Item::word(n)]),
        Function::Multiply(n) => Item::call("Multiply", [Item::word(n)]),
        Function::Remainder(n) => Item::call("Remainder", [Item::word(n)]),
        Function::Negate => Item::word("Negate"),
    }
}

fn predicate(predicate: Predicate) -> Item {
    match predicate {
        Predicate::Even => Item::word("Even"),
        Predicate::Odd => Item::word("Odd"),
        Predicate::AtLeast(n) => Item::call("AtLeast", [Item::word(n)]),
        Predicate::Below(n) => Item::call("Below", [Item::word(n)]),
        Predicate::MultipleOf(n) => Item::call("MultipleOf", [Item::word(n)]),
    }
}

fn input(plan: &Plan, edge: &Edge) -> Item {
    let from = quoted(&plan.vertices[edge.from].name);
    match edge.ship {
        Ship::Forward => Item::call("Forward", [from]),
        Ship::Hash(KeyBy::Value) => Item::call("Hash", [from]),
        Ship::Hash(KeyBy::Key) => Item::call("Hash", [from, Item::word("Key")]),
        Ship::Hash(KeyBy::Parity) => Item::call("Hash", [from, Item::word("Parity")]),
        Ship::Hash(KeyBy::Mod(n)) => Item::call("Hash", [from, Item::call("Mod", [Item::word(n)])]),
        Ship::Rebalance => Item::call("Rebalance", [from]),
        Ship::Broadcast => Item::call("Broadcast", [from]),
        Ship::Where(question) => Item::call("Where", [from, predicate(question)]),
    }
}
