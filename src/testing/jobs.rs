//! Small jobs with Flink's defaults but for what each says. All have checkpoints every 25 ms and enough restarts.

use crate::ids::{Id, Micros, PerId, VertexId};
use crate::operator::{EventTime, KeyBy, Logic, Predicate, Records, Ship, Stamp, Total};
use crate::plan::{Edge, Plan, SinkKind, Steps, Vertex, VertexKind};
use crate::protocol::restart;

/// The reference job: two sources that each emit 1 to `records`; evens go to one sum, odds to the other, and each sum to
/// a two-phase sink. An untimed run has at most `checkpoints` periodic checkpoints and at most `crashes` crashes; a
/// channel takes `buffers` records.
pub fn reference(records: i64, checkpoints: u32, crashes: u32, buffers: u32) -> Plan {
    let sum = |predicate| [edge(0, Ship::Where(predicate)), edge(1, Ship::Where(predicate))];
    let mut plan = plan(
        "reference",
        [
            source("blue", 1, records),
            source("yellow", 1, records),
            vertex("even", 1, VertexKind::Operator(Logic::Sum), sum(Predicate::Even)),
            vertex("odd", 1, VertexKind::Operator(Logic::Sum), sum(Predicate::Odd)),
            vertex("evens", 1, VertexKind::Sink(SinkKind::TwoPhaseCommit), [edge(2, Ship::Forward)]),
            vertex("odds", 1, VertexKind::Sink(SinkKind::TwoPhaseCommit), [edge(3, Ship::Forward)]),
        ],
    );
    plan.channels.buffers = buffers;
    plan.limits.checkpoints = checkpoints;
    plan.limits.crashes = crashes;
    plan
}

/// Sources, keyed sums and two-phase sinks of this parallelism; the sources share 1 to `records`, and every source
/// subtask is connected with every sum.
pub fn all_to_all(parallelism: u32, records: i64) -> Plan {
    plan(
        "all-to-all",
        [
            source("numbers", parallelism, records),
            vertex("sum", parallelism, VertexKind::Operator(Logic::SumPerKey), [edge(0, Ship::Hash(KeyBy::Mod(16)))]),
            vertex("out", parallelism, VertexKind::Sink(SinkKind::TwoPhaseCommit), [edge(1, Ship::Forward)]),
        ],
    )
}

/// A source of 1 to `records`, so many maps in a row, and a two-phase sink: `operators + 2` tasks.
pub fn chain(operators: u32, records: i64) -> Plan {
    let map = |number: u32| {
        let logic = Logic::Map(crate::operator::Function::Add(1));
        vertex(&format!("map{number}"), 1, VertexKind::Operator(logic), [edge(number - 1, Ship::Forward)])
    };
    let sink = vertex("out", 1, VertexKind::Sink(SinkKind::TwoPhaseCommit), [edge(operators, Ship::Forward)]);
    plan("chain", [source("numbers", 1, records)].into_iter().chain((1..=operators).map(map)).chain([sink]))
}

/// A source of 1 to `records`, one every 10 ms of event time, a sum of every 100 ms for each of four keys, and a two-phase
/// sink, all of this parallelism.
pub fn windows(parallelism: u32, records: i64) -> Plan {
    let logic = Logic::Window { size: 100, total: Total::Sum };
    plan(
        "windows",
        [
            timed(source("numbers", parallelism, records), None),
            vertex("sums", parallelism, VertexKind::Operator(logic), [edge(0, Ship::Hash(KeyBy::Mod(4)))]),
            vertex("out", parallelism, VertexKind::Sink(SinkKind::TwoPhaseCommit), [edge(1, Ship::Forward)]),
        ],
    )
}

/// Two sources of 1 to `records` each, one every 10 ms of event time, of which the second may fall idle; a join of
/// records that are at most 20 ms apart and alike modulo 4, and a two-phase sink, all of this parallelism.
pub fn join(parallelism: u32, records: i64) -> Plan {
    let key = Ship::Hash(KeyBy::Mod(4));
    let join = VertexKind::Operator(Logic::Join { within: 20 });
    plan(
        "join",
        [
            timed(source("left", parallelism, records), None),
            timed(source("right", parallelism, records), Some(Micros::millis(5))),
            vertex("pairs", parallelism, join, [edge(0, key), edge(1, key)]),
            vertex("out", parallelism, VertexKind::Sink(SinkKind::TwoPhaseCommit), [edge(2, Ship::Forward)]),
        ],
    )
}

/// The same job with the coarse steps of the reference model ([`Steps::coarse`]), and no checkpoint after a task has
/// finished: so that every schedule can be tried. Two records and a crash of the reference job have thousands of states
/// then, in place of millions.
///
/// What such a job does not show: anything between a crash and the restart, or while a snapshot is being written; a
/// notification that comes late; a last checkpoint of a finished task; which of two equal records was lost.
#[must_use]
pub fn coarse(mut plan: Plan) -> Plan {
    plan.steps = Steps::coarse();
    plan.checkpointing.after_finish = false;
    plan
}

pub(super) fn plan(name: &str, vertices: impl IntoIterator<Item = Vertex>) -> Plan {
    let mut plan = Plan::new(name, vertices.into_iter().collect::<PerId<VertexId, Vertex>>());
    plan.checkpointing.interval = Some(Micros::millis(25));
    plan.restart = restart::Config::FixedDelay { attempts: 100, delay: Micros::millis(50) };
    plan
}

fn source(name: &str, parallelism: u32, records: i64) -> Vertex {
    let records = Records::Range { from: 1, to: records, step: 1 };
    let kind = VertexKind::Source { records, splits: parallelism, every: Micros::millis(10), event_time: None };
    vertex(name, parallelism, kind, [])
}

/// The source with event time.
fn timed(mut source: Vertex, idle_after: Option<Micros>) -> Vertex {
    if let VertexKind::Source { event_time, .. } = &mut source.kind {
        *event_time = Some(EventTime { stamp: Stamp::Step(10), out_of_orderness: 0, every: 1, idle_after });
    }
    source
}

fn vertex(name: &str, parallelism: u32, kind: VertexKind, inputs: impl Into<Vec<Edge>>) -> Vertex {
    Vertex { name: name.to_owned(), parallelism, kind, inputs: inputs.into(), cost: Micros::ZERO }
}

fn edge(from: u32, ship: Ship) -> Edge {
    Edge { from: VertexId::at(from as usize), ship }
}
