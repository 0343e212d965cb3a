//! Small jobs for property tests.
//!
//! Both strategies set what [`crate::testing::reference`] sets, too: checkpoints every 25 ms and enough restarts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::AnyPlan;
use crate::ids::{Id, Micros, PerId, VertexId};
use crate::operator::{EventTime, Function, KeyBy, Logic, Pick, Predicate, Records, Ship, Stamp, Total};
use crate::plan::{Edge, SinkKind, Vertex, VertexKind};
use crate::testing::jobs::plan;
use crate::testing::shapes::Shape;

/// A job of one to three sources of at most 12 records, up to three operators, one or two sinks or as many as it takes to
/// take everything in, with all kinds of edges; parallelism 1 to 3. It finishes within some hundred milliseconds.
///
/// An untimed run has at most five checkpoints and one crash; no run has more than 100,000 steps.
pub fn any_job() -> impl Strategy<Value = AnyPlan> {
    graph().prop_map(|vertices| {
        let mut plan = plan("random", vertices.iter().cloned());
        plan.limits.checkpoints = 5;
        plan.limits.steps = 100_000;
        AnyPlan(plan)
    })
}

/// A job so small that all its schedules can be tried, if it has [coarse steps](crate::testing::coarse): one of a few
/// [shapes](Shape), with one or two records.
pub fn tiny_job() -> impl Strategy<Value = AnyPlan> {
    let shape = select(Shape::ALL.to_vec());
    let logic = select(vec![Logic::Sum, Logic::OrderSensitive, Logic::Filter(Predicate::Odd), Logic::Repeat(2)]);
    let sink = select(vec![SinkKind::TwoPhaseCommit, SinkKind::TwoPhaseCommit, SinkKind::Append]);
    // Watermarks on their way, and sources that say that nothing comes.
    let event_time = select(vec![None, None, Some(None), Some(Some(Micros::millis(20)))]);
    (shape, 1..3_i64, logic, sink, event_time).prop_map(|(shape, records, logic, sink, event_time)| {
        let mut plan = shape.plan(records, logic, sink);
        for vertex in plan.vertices.iter_mut() {
            if let VertexKind::Source { event_time: of_source, .. } = &mut vertex.kind {
                *of_source = event_time.map(|idle_after| EventTime {
                    stamp: Stamp::Value,
                    out_of_orderness: 0,
                    every: 1,
                    idle_after,
                });
            }
        }
        AnyPlan(plan)
    })
}

/// One vertex, as drawn: what it takes its input from is a number that is folded into those that are there.
#[derive(Clone, Debug)]
struct Drawn {
    logic: Logic,
    parallelism: u32,
    cost: u64,
    inputs: Vec<(usize, Ship)>,
}

fn graph() -> impl Strategy<Value = PerId<VertexId, Vertex>> {
    let sources = vec((1..=3_u32, 0..=2_u32, 0..=12_i64, 0..=10_u64), 1..=3);
    let kind = select(vec![SinkKind::TwoPhaseCommit, SinkKind::Append, SinkKind::Upsert]);
    let sinks = vec((kind, 1..=3_u32, input()), 1..=2);
    (sources, vec(operator(), 0..=3), sinks, event_time()).prop_map(|(sources, operators, sinks, event_time)| {
        let mut vertices: PerId<VertexId, Vertex> = PerId::empty();
        for (parallelism, more_splits, records, pace) in sources {
            let records = Records::Range { from: 1, to: records, step: 1 };
            let splits = parallelism + more_splits;
            let kind = VertexKind::Source { records, splits, every: Micros::millis(pace), event_time };
            add(&mut vertices, "source", parallelism, kind, &[], 0);
        }
        for Drawn { logic, parallelism, cost, mut inputs } in operators {
            let logic = if event_time.is_none() && logic.needs_event_time() { Logic::Count } else { logic };
            if let Logic::Join { .. } = logic {
                inputs = vec![inputs[0], inputs[inputs.len() - 1]];
            }
            add(&mut vertices, "operator", parallelism, VertexKind::Operator(logic), &inputs, cost);
        }
        // What nobody listens to is a sink's input.
        for (kind, parallelism, input) in sinks {
            let open = unheard(&vertices).unwrap_or(input.0);
            add(&mut vertices, "sink", parallelism, VertexKind::Sink(kind), &[(open, input.1)], 0);
        }
        while let Some(open) = unheard(&vertices) {
            let kind = VertexKind::Sink(SinkKind::TwoPhaseCommit);
            add(&mut vertices, "sink", 1, kind, &[(open, Ship::Rebalance)], 0);
        }
        vertices
    })
}

/// The first vertex whose output goes nowhere.
fn unheard(vertices: &PerId<VertexId, Vertex>) -> Option<usize> {
    let heard = |id: VertexId| vertices.iter().any(|other| other.inputs.iter().any(|edge| edge.from == id));
    let open = |(id, vertex): &(VertexId, &Vertex)| !matches!(vertex.kind, VertexKind::Sink(_)) && !heard(*id);
    vertices.pairs().find(open).map(|(id, _)| id.index())
}

fn add(
    vertices: &mut PerId<VertexId, Vertex>,
    name: &str,
    parallelism: u32,
    kind: VertexKind,
    inputs: &[(usize, Ship)],
    cost: u64,
) {
    let senders: Vec<usize> = vertices
        .pairs()
        .filter(|(_, vertex)| !matches!(vertex.kind, VertexKind::Sink(_)))
        .map(|(id, _)| id.index())
        .collect();
    let edge = |&(from, ship): &(usize, Ship)| {
        let from = VertexId::at(senders[from % senders.len()]);
        let fits = ship != Ship::Forward || vertices[from].parallelism == parallelism;
        Edge { from, ship: if fits { ship } else { Ship::Rebalance } }
    };
    let inputs = inputs.iter().map(edge).collect();
    let name = format!("{name}{}", vertices.len());
    vertices.push(Vertex { name, parallelism, kind, inputs, cost: Micros::millis(cost) });
}

fn operator() -> impl Strategy<Value = Drawn> {
    let logic = prop_oneof![
        1 => Just(Logic::Map(Function::Add(1))),
        1 => Just(Logic::Filter(Predicate::Even)),
        1 => Just(Logic::Sum),
        1 => Just(Logic::SumPerKey),
        1 => Just(Logic::Count),
        1 => Just(Logic::OrderSensitive),
        1 => Just(Logic::Repeat(2)),
        1 => Just(Logic::Pick(Pick::Min)),
        1 => Just(Logic::PickPerKey(Pick::Last)),
        1 => Just(Logic::Distinct),
        1 => Just(Logic::Union),
        2 => Just(Logic::Window { size: 100, total: Total::Sum }),
        2 => Just(Logic::Join { within: 20 }),
    ];
    (logic, 1..=3_u32, 0..=3_u64, vec(input(), 1..=2)).prop_map(|(logic, parallelism, cost, inputs)| Drawn {
        logic,
        parallelism,
        cost,
        inputs,
    })
}

/// The event time of all sources, or none: in order, or so that some records are late.
fn event_time() -> impl Strategy<Value = Option<EventTime>> {
    let stamp = prop_oneof![2 => Just(Stamp::Step(40)), 1 => Just(Stamp::Value)];
    let idle_after = prop::option::weighted(0.3, (1..=20_u64).prop_map(Micros::millis));
    let drawn = (stamp, 0..=50_i64, 1..=3_u32, idle_after);
    prop::option::of(drawn.prop_map(|(stamp, out_of_orderness, every, idle_after)| EventTime {
        stamp,
        out_of_orderness,
        every,
        idle_after,
    }))
}

fn input() -> impl Strategy<Value = (usize, Ship)> {
    let ship = prop_oneof![
        Just(Ship::Forward),
        Just(Ship::Rebalance),
        Just(Ship::Hash(KeyBy::Mod(3))),
        Just(Ship::Broadcast),
        Just(Ship::Where(Predicate::Odd)),
    ];
    (0..6_usize, ship)
}
