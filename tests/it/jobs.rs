//! Jobs that the shipped scenarios show, under many schedules: nobody is accused who did nothing wrong.

use std::path::Path;

use cutline::ids::{CheckpointId, TaskId};
use cutline::oracle::expect::Seen;
use cutline::oracle::witness::Claim;
use cutline::oracle::{Explanation, Witness, promised};
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
fn windows_joins_and_watermarks() {
    check("tumbling-window.ron", 60);
    check("late-records.ron", 60);
    check("join-on-watermarks.ron", 40);
}

/// What the witness says of the run of a file after a change.
#[track_caller]
fn refuted(change: impl FnOnce(&mut Vec<Event>), claim: Claim) {
    let mut runner = Runner::new(shipped("tumbling-window.ron"));
    let order = Order::of(runner.plan());
    let outcome = runner.run(&order, Keep { trace: true, actions: false });
    let mut events: Vec<Event> = outcome.trace.iter().map(|entry| entry.event).collect();
    change(&mut events);
    let mut witness = Witness::new(runner.plan(), runner.topology());
    events.iter().for_each(|event| witness.observe(event));
    match witness.judge(&[]) {
        Explanation::Unexplained(unexplained) => assert_eq!(unexplained.claim, claim, "{}", unexplained.why),
        other => panic!("{claim:?} holds: {other:?}"),
    }
}

/// The place of the nth event of a kind, from 0.
fn find(events: &[Event], nth: usize, is_it: impl Fn(&Event) -> bool) -> usize {
    let mut places = (0..events.len()).filter(|&place| is_it(&events[place]));
    places.nth(nth).expect("there are so many")
}

const WINDOW: TaskId = TaskId(1);

#[test]
fn r93_a_source_that_promises_too_much_is_found() {
    let lie = |events: &mut Vec<Event>| {
        let place = find(events, 2, |event| matches!(event, Event::Watermark { task: TaskId(0), .. }));
        let Event::Watermark { time, .. } = &mut events[place] else { unreachable!("that was looked for") };
        *time += 1;
    };
    refuted(lie, Claim::Watermark);
}

#[test]
fn r93_a_task_whose_time_runs_ahead_is_found() {
    let lie = |events: &mut Vec<Event>| {
        let place = find(events, 2, |event| matches!(event, Event::Watermark { task: WINDOW, .. }));
        let Event::Watermark { time, .. } = &mut events[place] else { unreachable!("that was looked for") };
        *time += 1;
    };
    refuted(lie, Claim::Watermark);
}

#[test]
fn r94_a_watermark_that_leaves_its_place_is_found() {
    let overtake = |events: &mut Vec<Event>| {
        let taken = find(events, 2, |event| matches!(event, Event::WatermarkTaken { task: WINDOW, .. }));
        let earlier = events[..taken].iter().rposition(|event| matches!(event, Event::Received { task: WINDOW, .. }));
        let watermark = events.remove(taken);
        events.insert(earlier.expect("the record before it"), watermark);
    };
    refuted(overtake, Claim::Delivery);
    let lose = |events: &mut Vec<Event>| {
        let taken = find(events, 2, |event| matches!(event, Event::WatermarkTaken { task: WINDOW, .. }));
        events.remove(taken);
    };
    refuted(lose, Claim::Watermark);
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
