//! Small jobs run to their end, by due time and at random.

use std::sync::Arc;

use super::World;
use crate::ids::{Micros, PerId, VertexId};
use crate::operator::{Logic, Predicate, Records, Ship};
use crate::plan::{Edge, Plan, SinkKind, Time, Topology, Vertex, VertexKind};
use crate::protocol::restart;
use crate::schedule::{Policy, Random, Timed};
use crate::trace::JobStatus;

/// Two sources of `n` numbers each; evens to one sum, odds to the other; a sink behind each.
pub fn reference(n: i64) -> Plan {
    let source = |name: &str| Vertex {
        name: name.to_owned(),
        parallelism: 1,
        kind: VertexKind::Source {
            records: Records::Range { from: 1, to: n, step: 1 },
            splits: 1,
            every: Micros::millis(10),
        },
        inputs: Vec::new(),
        cost: Micros::ZERO,
    };
    let edge = |from, ship| Edge { from: VertexId(from), ship };
    let sum = |name: &str, predicate| Vertex {
        name: name.to_owned(),
        parallelism: 1,
        kind: VertexKind::Operator(Logic::Sum),
        inputs: vec![edge(0, Ship::Where(predicate)), edge(1, Ship::Where(predicate))],
        cost: Micros::ZERO,
    };
    let sink = |name: &str, from| Vertex {
        name: name.to_owned(),
        parallelism: 1,
        kind: VertexKind::Sink(SinkKind::TwoPhaseCommit),
        inputs: vec![edge(from, Ship::Forward)],
        cost: Micros::ZERO,
    };
    let vertices = [
        source("blue"),
        source("yellow"),
        sum("even", Predicate::Even),
        sum("odd", Predicate::Odd),
        sink("evens", 2),
        sink("odds", 3),
    ];
    let mut plan = Plan::new("reference", vertices.into_iter().collect::<PerId<_, _>>());
    plan.channels.buffers = 2;
    plan.checkpointing.interval = Some(Micros::millis(25));
    plan.restart = restart::Config::FixedDelay { attempts: 3, delay: Micros::millis(50) };
    plan
}

#[cfg(test)]
fn drive(plan: &Plan, seed: u64, time: Time, policy: &mut impl Policy) -> (World, usize) {
    let plan = Arc::new(plan.clone());
    let topology = Arc::new(Topology::new(&plan));
    let mut world = World::new(&plan, &topology, seed, time, time == Time::Timed);
    let mut steps = 0;
    while !world.menu().is_empty() && steps < 10_000 {
        let action = policy.choose(world.menu()).expect("these policies always choose");
        if std::env::var_os("SHOW").is_some() {
            println!("{} {}", world.now(), topology.names.text(action));
        }
        world.apply(action);
        if std::env::var_os("SHOW").is_some() {
            world.events().iter().for_each(|event| println!("      {event:?}"));
        }
        steps += 1;
    }
    (world, steps)
}

#[test]
fn the_timed_order_ends() {
    let (world, steps) = drive(&reference(4), 1, Time::Timed, &mut Timed::new());
    assert_eq!(world.status(), JobStatus::Finished, "after {steps} steps");
}

#[test]
fn random_orders_end() {
    let plan = reference(4);
    let mut total = 0;
    for seed in std::env::var("SEED").map_or(0..300, |s| {
        let s: u64 = s.parse().unwrap();
        s..s + 1
    }) {
        let (world, steps) = drive(&plan, seed, Time::Untimed, &mut Random::new(seed));
        assert_eq!(world.status(), JobStatus::Finished, "seed {seed}, after {steps} steps");
        total += steps;
    }
    assert!(total > 0);
    println!("{total}");
}
