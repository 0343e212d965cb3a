//! The job graph: vertices, and the edges by which each gets its input.

use crate::ids::{Micros, VertexId};
use crate::operator::{EventTime, Logic, Records, Ship};

/// A vertex of the job graph. Flink: `JobVertex`; operators are not chained here, each is a vertex.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vertex {
    /// What it is called.
    pub name: String,
    /// How many subtasks it has; at least 1.
    pub parallelism: u32,
    /// Source, operator or sink.
    pub kind: VertexKind,
    /// Where its input comes from; the position is the input's number.
    pub inputs: Vec<Edge>,
    /// How long one record keeps one subtask busy; in timed runs only.
    pub cost: Micros,
}

/// What kind of vertex it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VertexKind {
    /// Reads records.
    Source {
        /// What it reads.
        records: Records,
        /// How many splits it has; at least its parallelism.
        splits: u32,
        /// The pace: time between two records of a subtask.
        every: Micros,
        /// What time its records bear, and when it sends watermarks; `None`: records have no event time.
        event_time: Option<EventTime>,
    },
    /// Computes.
    Operator(Logic),
    /// Writes records to the outside.
    Sink(SinkKind),
}

/// How a sink writes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SinkKind {
    /// At once: after a restore rows are repeated, in any mode.
    Append,
    /// In transactions that are committed once a checkpoint has completed (R80-R83).
    TwoPhaseCommit,
    /// At once, one row for each key: what is written replaces what the key had. Writing it again after a restore is
    /// harmless, so the table is exact once a deterministic job has caught up.
    Upsert,
}

/// An edge of the job graph, seen from its receiver.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// The sender.
    pub from: VertexId,
    /// Which channels a record takes.
    pub ship: Ship,
}

impl VertexKind {
    /// Whether it may throw, or runs an operator of a builder's own: then nothing is known of what its steps do.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Operator(Logic::FailOn(_) | Logic::Own(_)))
    }
}
