//! The shapes of very small jobs.

use crate::ids::{Micros, VertexId};
use crate::operator::{KeyBy, Logic, Predicate, Records, Ship};
use crate::plan::{Edge, Plan, SinkKind, Vertex, VertexKind};
use crate::testing::jobs::plan;

/// The shape of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A source and a sink.
    Pair,
    /// A source, an operator, a sink.
    Chain,
    /// Two sources, one operator, one sink.
    Merge,
    /// One source, an operator for even records and one for odd ones, one sink: the order of merging shows.
    Diamond,
    /// A source, an operator; a sink of both: one way is shorter.
    Shortcut,
    /// Two subtasks of a source and of a sink, everything to everything.
    Shuffle,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 6] = [Self::Pair, Self::Chain, Self::Merge, Self::Diamond, Self::Shortcut, Self::Shuffle];

    /// The job of this shape: each source reads 1 to `records`, operators do this, sinks write so. Checkpoints every
    /// 25 ms, the first after 25 ms, and enough restarts.
    pub fn plan(self, records: i64, logic: Logic, sink: SinkKind) -> Plan {
        let source = |name, parallelism| {
            let records = Records::Range { from: 1, to: records, step: 1 };
            let kind = VertexKind::Source { records, splits: parallelism, every: Micros::millis(10), event_time: None };
            vertex(name, parallelism, kind, &[])
        };
        let operator = |name, inputs: &[_]| vertex(name, 1, VertexKind::Operator(logic.clone()), inputs);
        let sink = |parallelism, inputs: &[_]| vertex("out", parallelism, VertexKind::Sink(sink), inputs);
        let vertices = match self {
            Self::Pair => vec![source("a", 1), sink(1, &[(0, Ship::Forward)])],
            Self::Chain => {
                vec![source("a", 1), operator("b", &[(0, Ship::Forward)]), sink(1, &[(1, Ship::Forward)])]
            }
            Self::Merge => vec![
                source("a", 1),
                source("b", 1),
                operator("c", &[(0, Ship::Forward), (1, Ship::Forward)]),
                sink(1, &[(2, Ship::Forward)]),
            ],
            Self::Diamond => vec![
                source("a", 1),
                operator("even", &[(0, Ship::Where(Predicate::Even))]),
                operator("odd", &[(0, Ship::Where(Predicate::Odd))]),
                sink(1, &[(1, Ship::Forward), (2, Ship::Forward)]),
            ],
            Self::Shortcut => vec![
                source("a", 1),
                operator("b", &[(0, Ship::Forward)]),
                sink(1, &[(1, Ship::Forward), (0, Ship::Forward)]),
            ],
            Self::Shuffle => vec![source("a", 2), sink(2, &[(0, Ship::Hash(KeyBy::Value))])],
        };
        let mut plan = plan("tiny", vertices);
        plan.initial_delay = plan.checkpointing.interval;
        plan
    }
}

fn vertex(name: &str, parallelism: u32, kind: VertexKind, inputs: &[(u32, Ship)]) -> Vertex {
    let inputs = inputs.iter().map(|&(from, ship)| Edge { from: VertexId(from), ship }).collect();
    Vertex { name: name.to_owned(), parallelism, kind, inputs, cost: Micros::ZERO }
}
