//! Jobs that the shipped scenarios show, under many schedules: nobody is accused who did nothing wrong.

use std::path::Path;

use cutline::ids::CheckpointId;
use cutline::oracle::expect::Seen;
use cutline::oracle::promised;
use cutline::plan::{Check, Expectation, Plan};
use cutline::run::{End, Keep, Order, Runner};
use cutline::scenario;
use cutline::trace::Event;

fn shipped(name: &str) -> Plan {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    scenario::load_file(&path).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// Random and timed runs with crashes: no promise is broken, and what is said of output and of explanations never fails.
#[track_caller]
fn check(name: &str, seeds: u64) {
    let mut plan = shipped(name);
    plan.limits.crashes = 2;
    plan.limits.haste = 1;
    let mut runner = Runner::new(plan.clone());
    let mut restored = 0;
    for seed in 0..seeds {
        let outcome = runner.run(&Order::alternating(seed), Keep::default());
        let broken = outcome.violations.iter().find(|violation| promised(&plan, violation.rule));
        assert_eq!(broken, None, "{name}, seed {seed}");
        for (number, seen) in &outcome.seen {
            let is_safety =
                matches!(plan.expect[*number], Expectation::Always(Check::ExactlyOnce { .. } | Check::Explained));
            assert!(!is_safety || !matches!(seen, Seen::Fails(_)), "{name}, seed {seed}: {seen:?}");
        }
        restored += u32::from(outcome.met.restored_checkpoint);
    }
    assert!(restored > 0, "{name}: no run restored a checkpoint");
}

#[test]
fn sources_without_an_end() {
    check("endless-source.ron", 40);
}

#[test]
fn tables_by_key() {
    check("upsert-sink.ron", 60);
}

#[test]
fn extremes_and_unions() {
    check("extremes-and-union.ron", 40);
}

#[test]
fn an_endless_job_without_latencies_ends_at_its_limit() {
    let mut plan = shipped("endless-source.ron");
    plan.stop = None;
    plan.faults.clear();
    plan.limits.crashes = 0;
    let mut runner = Runner::new(plan);
    let outcome = runner.run(&Order::random(3), Keep { trace: true, actions: false });
    assert_eq!((outcome.end, outcome.violations), (End::Bounded, vec![]));
    let read = outcome.trace.iter().filter(|entry| matches!(entry.event, Event::Emitted { .. }));
    assert_eq!(read.count(), 30);
    let completed = outcome.trace.iter().filter_map(|entry| match entry.event {
        Event::Completed { id, .. } => Some(id),
        _ => None,
    });
    assert_eq!(completed.collect::<Vec<_>>(), [1, 2, 3].map(CheckpointId));
}
