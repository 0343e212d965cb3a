//! Laws: what holds for every small job, every fault plan and every schedule.
//!
//! The jobs are random graphs of sources, operators and sinks with random knobs; the faults are random; half of the runs
//! follow due times, half any order. `CUTLINE_CASES` makes more cases than the usual few hundred, `CUTLINE_SEED` other
//! ones.

use std::cell::Cell;

use cutline::ids::{CheckpointId, Id, Micros, TaskId};
use cutline::oracle::promised;
use cutline::plan::{Backend, Latency, Manager, Plan, RandomFaults, StateSize, StorageKind, Topology, Write};
use cutline::protocol::coordinator::Mode;
use cutline::protocol::restart;
use cutline::run::{Keep, Order, Runner};
use cutline::scenario;
use cutline::testing::{AnyPlan, Summary, any_faults, any_job, any_order, any_plan, check_exactly_once, check_run};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Runs of each random plan.
const RUNS: u64 = 6;

#[test]
fn the_honest_protocol_is_never_accused() {
    let total = Cell::new(Summary::default());
    let outcome =
        runner(400).run(&faulty_jobs(), |AnyPlan(plan)| match check_exactly_once(&plan, plan.seed..plan.seed + RUNS) {
            Ok(summary) => {
                let mut sum = total.get();
                sum.add(summary);
                total.set(sum);
                prop_assert!(summary.inconclusive == 0, "a run was cut off");
                Ok(())
            }
            Err(failure) => Err(TestCaseError::fail(failure.to_string())),
        });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let met = total.get();
    println!("{met:?}");
    assert!(met.crashed_while_pending * 5 >= met.runs, "too few runs crash while a checkpoint is pending: {met:?}");
    assert!(met.restored_checkpoint * 5 >= met.runs, "too few runs restore a checkpoint: {met:?}");
}

/// Whatever Flink's knobs are set to, and whoever goes next.
#[test]
fn the_honest_protocol_is_never_accused_with_any_knobs() {
    let (conclusive, total) = (Cell::new(0), Cell::new(0));
    let outcome =
        runner(400).run(&(any_plan(), any_order()), |(AnyPlan(plan), order)| match check_run(&plan, &order) {
            Ok(outcome) => {
                total.set(total.get() + 1);
                conclusive.set(conclusive.get() + u32::from(!outcome.end.is_inconclusive()));
                Ok(())
            }
            Err(failure) => Err(TestCaseError::fail(failure.to_string())),
        });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let (conclusive, total) = (conclusive.get(), total.get());
    assert!(conclusive * 10 >= total * 9, "only {conclusive} of {total} runs came to an end");
}

/// What an at-least-once job promises is less, and it is kept.
#[test]
fn the_honest_protocol_is_not_accused_of_what_at_least_once_promises() {
    let outcome = runner(200).run(&faulty_jobs(), |AnyPlan(mut plan)| {
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
    let outcome = runner(400).run(&faulty_jobs(), |AnyPlan(plan)| {
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

/// A random small job with random circumstances and random faults.
fn faulty_jobs() -> impl Strategy<Value = AnyPlan> {
    (any_job(), circumstances(), any::<u32>(), any_faults(3)).prop_map(|(AnyPlan(mut plan), around, seed, faults)| {
        plan.seed = u64::from(seed);
        around.apply(&mut plan);
        AnyPlan(faults.apply(&plan))
    })
}

/// Everything of a plan but its job and its faults.
#[derive(Clone, Debug)]
struct Circumstances {
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

fn circumstances() -> impl Strategy<Value = Circumstances> {
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
        )| Circumstances {
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

impl Circumstances {
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
