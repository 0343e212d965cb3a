//! Laws: what holds for every small job, every fault plan and every schedule.
//!
//! The jobs are random graphs of sources, operators and sinks with random knobs; the faults are random; half of the runs
//! follow due times, half any order. `CUTLINE_CASES` makes more cases than the usual few hundred, `CUTLINE_SEED` other
//! ones.

use std::cell::Cell;

use cutline::ids::{CheckpointId, Id, Micros, PerId, TaskId, VertexId};
use cutline::operator::{EventTime, Function, KeyBy, Logic, Pick, Predicate, Records, Ship, Stamp, Total};
use cutline::oracle::promised;
use cutline::plan::{
    Backend, Edge, Latency, Manager, Plan, RandomFaults, SinkKind, StateSize, StorageKind, Topology, Vertex,
    VertexKind, Write,
};
use cutline::protocol::coordinator::Mode;
use cutline::protocol::restart;
use cutline::run::{Keep, Order, Runner};
use cutline::scenario;
use cutline::testing::{FaultyPlan, Summary, check_exactly_once, fault_plans};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Runs of each random plan.
const RUNS: u64 = 6;

#[test]
fn the_honest_protocol_is_never_accused() {
    let total = Cell::new(Summary::default());
    let outcome = runner(400).run(&faulty_jobs(), |FaultyPlan(plan)| {
        match check_exactly_once(&plan, plan.seed..plan.seed + RUNS) {
            Ok(summary) => {
                let mut sum = total.get();
                sum.add(summary);
                total.set(sum);
                prop_assert!(summary.inconclusive == 0, "a run was cut off");
                Ok(())
            }
            Err(failure) => Err(TestCaseError::fail(failure.to_string())),
        }
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let met = total.get();
    println!("{met:?}");
    assert!(met.crashed_while_pending * 5 >= met.runs, "too few runs crash while a checkpoint is pending: {met:?}");
    assert!(met.restored_checkpoint * 5 >= met.runs, "too few runs restore a checkpoint: {met:?}");
}

/// What an at-least-once job promises is less, and it is kept.
#[test]
fn the_honest_protocol_is_not_accused_of_what_at_least_once_promises() {
    let outcome = runner(200).run(&faulty_jobs(), |FaultyPlan(mut plan)| {
        plan.checkpointing.mode = Mode::AtLeastOnce;
        let mut runs = Runner::new(plan.clone());
        for seed in plan.seed..plan.seed + RUNS {
            let outcome = runs.run(&Order::alternating(seed), Keep::default());
            let broken = outcome.violations.iter().find(|violation| promised(&plan, violation.rule));
            prop_assert!(broken.is_none(), "seed {}: {:?}", seed, broken);
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn every_plan_survives_its_text() {
    let outcome = runner(400).run(&faulty_jobs(), |FaultyPlan(plan)| {
        let text = scenario::print(&plan).expect("no operator is a builder's own");
        let read = scenario::load(&text, "printed.ron");
        prop_assert_eq!(read.as_ref(), Ok(&plan), "{}", text);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// The same cases every time; `CUTLINE_CASES` and `CUTLINE_SEED` change that.
fn runner(cases: u32) -> TestRunner {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let cases = number("CUTLINE_CASES").map_or(cases, |cases| cases as u32);
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number("CUTLINE_SEED").unwrap_or(0).to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// A random small job with random knobs and random faults.
fn faulty_jobs() -> impl Strategy<Value = FaultyPlan> {
    (jobs(), knobs(), any::<u32>()).prop_flat_map(|(vertices, knobs, seed)| {
        let mut plan = Plan::new("random", vertices);
        plan.seed = u64::from(seed);
        knobs.apply(&mut plan);
        fault_plans(&plan, 3)
    })
}

// ---- jobs ----

/// One vertex, as drawn: what it takes its input from is a number that is folded into those that are there.
#[derive(Clone, Debug)]
struct Drawn {
    logic: Logic,
    parallelism: u32,
    cost: u64,
    inputs: Vec<(usize, Ship)>,
}

fn jobs() -> impl Strategy<Value = PerId<VertexId, Vertex>> {
    let sources = vec((1..=3_u32, 0..=2_u32, 0..=12_i64, 0..=10_u64), 1..=3);
    let kind = proptest::sample::select(vec![SinkKind::TwoPhaseCommit, SinkKind::Append, SinkKind::Upsert]);
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

// ---- knobs ----

/// Everything of a plan but its job and its faults.
#[derive(Clone, Debug)]
struct Knobs {
    buffers: u32,
    latency: u64,
    interval: u64,
    min_pause: u64,
    timeout: u64,
    concurrent: u32,
    retained: u32,
    after_finish: bool,
    restart: u8,
    managers: usize,
    fails: Vec<u64>,
    heavy: bool,
    crashes: u32,
    late_acks: u32,
    haste: u32,
}

fn knobs() -> impl Strategy<Value = Knobs> {
    let channels = (1..=4_u32, 0..=6_u64);
    let pace = (prop_oneof![Just(10_u64), Just(20), Just(40)], 0..=20_u64);
    let timeout = prop_oneof![3 => Just(600_000_u64), 1 => 60..=120_u64];
    let coordinator = (timeout, 1..=3_u32, 1..=3_u32, prop_oneof![3 => Just(true), 1 => Just(false)]);
    let fails = prop_oneof![3 => Just(Vec::new()), 1 => (1..=4_u64).prop_map(|id| vec![id])];
    let heavy = prop_oneof![4 => Just(false), 1 => Just(true)];
    let faults = ((fails, heavy), 1..=3_u32, 0..=2_u32, 0..=1_u32);
    (channels, pace, coordinator, 0..=3_u8, 0..=3_usize, faults).prop_map(
        |(
            (buffers, latency),
            (interval, min_pause),
            (timeout, concurrent, retained, after_finish),
            restart,
            managers,
            ((fails, heavy), crashes, late_acks, haste),
        )| Knobs {
            buffers,
            latency,
            interval,
            min_pause,
            timeout,
            concurrent,
            retained,
            after_finish,
            restart,
            managers,
            fails,
            heavy,
            crashes,
            late_acks,
            haste,
        },
    )
}

impl Knobs {
    fn apply(&self, plan: &mut Plan) {
        plan.channels.buffers = self.buffers;
        plan.channels.latency = Latency::Uniform(Micros::ZERO, Micros::millis(self.latency));
        let config = &mut plan.checkpointing;
        config.interval = Some(Micros::millis(self.interval));
        config.min_pause = Micros::millis(self.min_pause);
        config.timeout = Micros::millis(self.timeout);
        config.max_concurrent = self.concurrent;
        config.retained = self.retained;
        config.after_finish = self.after_finish;
        config.tolerable_failed = None;
        plan.storage.fails = self.fails.iter().map(|&id| CheckpointId(id)).collect();
        if self.heavy {
            // In files: in the JobManager a job whose state is too large never ends.
            plan.storage.kind = StorageKind::FileSystem;
            let each = |vertex| (vertex, StateSize::PerEntry(1 << 20));
            plan.storage.state = plan.vertices.ids().map(each).collect();
            plan.storage.write = Write::PerMegabyte(Micros::millis(1));
            plan.backend = Backend::RocksDb { access: Micros::millis(1) };
        }
        plan.restart = self.strategy();
        plan.limits.checkpoints = 5;
        plan.limits.crashes = self.crashes;
        plan.limits.late_acks = self.late_acks;
        plan.limits.haste = self.haste;
        plan.limits.steps = 100_000;
        let (within, tasks) = ((Micros::millis(20), Micros::millis(100)), Vec::new());
        plan.random_faults = Some(RandomFaults { at_least: 1, at_most: self.crashes, tasks, within });
        let tasks = Topology::new(plan).tasks.len();
        plan.managers = (0..self.managers.min(tasks))
            .map(|number| Manager {
                name: format!("tm{number}"),
                tasks: (number..tasks).step_by(self.managers.min(tasks)).map(TaskId::at).collect(),
            })
            .collect();
    }

    fn strategy(&self) -> restart::Config {
        let delay = Micros::millis(20);
        match self.restart {
            0 => restart::Config::FixedDelay { attempts: 1_000, delay },
            1 => restart::Config::FixedDelay { attempts: 1_000, delay: Micros::ZERO },
            2 => restart::Config::FailureRate { max_failures: 1_000, interval: Micros::millis(1_000), delay },
            _ => restart::Config::ExponentialDelay {
                initial_backoff: Micros::millis(10),
                max_backoff: Micros::millis(100),
                multiplier_thousandths: 1_500,
                reset_threshold: Micros::millis(500),
                jitter_thousandths: 100,
                attempts: u32::MAX,
            },
        }
    }
}
