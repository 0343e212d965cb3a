//! One job at parallelism 1, 3 and 128, with every kind of edge: the same sums.

use cutline::ids::{CheckpointId, Micros, PerId, TaskId, VertexId};
use cutline::operator::{Function, KeyBy, Logic, Predicate, Records, Ship};
use cutline::oracle::Explanation;
use cutline::oracle::expect::Seen;
use cutline::plan::{Check, Edge, Expectation, Fault, Moment, Plan, SinkKind, Vertex, VertexKind};
use cutline::protocol::restart;
use cutline::run::{End, Keep, Order, Runner};
use cutline::trace::JobStatus;

/// 1 to 256, plus 1 each, summed by key and the even ones counted; after checkpoint 1 a counting task dies.
fn job(parallelism: u32) -> Plan {
    let vertex = |name: &str, parallelism, kind, inputs: &[(u32, Ship)]| Vertex {
        name: name.to_owned(),
        parallelism,
        kind,
        inputs: inputs.iter().map(|&(from, ship)| Edge { from: VertexId(from), ship }).collect(),
        cost: Micros::ZERO,
    };
    let p = parallelism;
    let records = Records::Range { from: 1, to: 256, step: 1 };
    // Some pace: else the wide job has read everything before its first checkpoint.
    let every = Micros(u64::from(p) * 250);
    let operator = VertexKind::Operator;
    let vertices = [
        vertex("numbers", p, VertexKind::Source { records, splits: p, every, event_time: None }, &[]),
        vertex("add", p, operator(Logic::Map(Function::Add(1))), &[(0, Ship::Forward)]),
        vertex("sum", p, operator(Logic::SumPerKey), &[(1, Ship::Hash(KeyBy::Mod(50)))]),
        vertex("count", p, operator(Logic::Count), &[(1, Ship::Where(Predicate::Even))]),
        vertex("all", 1, operator(Logic::Count), &[(2, Ship::Broadcast), (3, Ship::Rebalance)]),
        vertex("sums", p, VertexKind::Sink(SinkKind::TwoPhaseCommit), &[(2, Ship::Rebalance)]),
        vertex("seen", 1, VertexKind::Sink(SinkKind::TwoPhaseCommit), &[(4, Ship::Forward)]),
    ];
    let mut plan = Plan::new("edges", vertices.into_iter().collect::<PerId<_, _>>());
    plan.checkpointing.interval = Some(Micros::millis(20));
    plan.initial_delay = Some(Micros::millis(15));
    plan.restart = restart::Config::FixedDelay { attempts: 3, delay: Micros::millis(10) };
    let at = Moment::Complete(CheckpointId(1));
    plan.limits.crashes = 0;
    plan.faults = vec![Fault::Crash { task: TaskId(3 * p), at }];
    let total = |vertex, total| Expectation::Always(Check::Final { vertex: VertexId(vertex), total });
    let sum = (2..=257).sum();
    plan.expect = vec![total(0, 256), total(2, sum), total(3, 128), total(4, 256 + 128)];
    plan
}

#[track_caller]
fn check(parallelism: u32, orders: &[Order]) {
    let mut runner = Runner::new(job(parallelism));
    for order in orders {
        let outcome = runner.run(order, Keep::default());
        assert_eq!(outcome.end, End::Over(JobStatus::Finished), "{order:?}");
        assert_eq!(outcome.violations, [], "{order:?}");
        assert!(matches!(outcome.explanation, Explanation::Explained { .. }), "{:?}", outcome.explanation);
        assert!(outcome.seen.iter().all(|(_, seen)| matches!(seen, Seen::Holds(_))), "{:?}", outcome.seen);
        assert!(outcome.met.crashes > 0 && outcome.met.restored_checkpoint, "{:?}", outcome.met);
    }
}

#[test]
fn one_subtask_each() {
    check(1, &[0, 1, 2, 3].map(Order::alternating));
}

#[test]
fn three_subtasks_each() {
    check(3, &[0, 1, 2, 3].map(Order::alternating));
}

#[test]
fn a_hundred_and_twenty_eight_subtasks_each() {
    check(128, &[Order::alternating(0)]);
}
