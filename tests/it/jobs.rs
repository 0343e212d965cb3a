//! Jobs that the shipped scenarios show, under many schedules: nobody is accused who did nothing wrong.

use std::path::Path;

use cutline::ids::{CheckpointId, TaskId};
use cutline::oracle::expect::Seen;
use cutline::oracle::witness::Claim;
use cutline::oracle::{Explanation, Witness, promised};
use cutline::plan::{Check, Expectation, Plan};
use cutline::run::{End, Keep, Order, Runner};
use cutline::scenario;
use cutline::testing::{assert_exactly_once, join, windows};
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
    check("idle-source.ron", 60);
}

#[test]
fn states_that_are_too_large() {
    check("state-in-the-jobmanager.ron", 40);
    check("state-in-files.ron", 40);
    check("state-in-rocksdb.ron", 40);
}

/// How often each of these happens in runs of a job, all of which are exactly once.
#[track_caller]
fn happens<const N: usize>(plan: &Plan, seeds: u64, kinds: [fn(&Event) -> bool; N]) -> [usize; N] {
    assert!(assert_exactly_once(plan, 0..seeds).restored_checkpoint > 0, "no run restored a checkpoint");
    let mut runner = Runner::new(plan.clone());
    let mut counts = [0; N];
    for seed in 0..seeds {
        let outcome = runner.run(&Order::alternating(seed), Keep { trace: true, actions: false });
        for (count, is_it) in counts.iter_mut().zip(kinds) {
            *count += outcome.trace.iter().filter(|entry| is_it(&entry.event)).count();
        }
    }
    counts
}

#[test]
fn r93_r95_windows_and_joins_of_any_parallelism() {
    for parallelism in 1..=3 {
        let [fired, late] = happens(
            &windows(parallelism, 24),
            40,
            [|event| matches!(event, Event::Fired { .. }), |event| matches!(event, Event::Late { .. })],
        );
        // Each source subtask reads in order, and the window waits for the slowest.
        assert!(fired > 40 && late == 0, "{fired} fired, {late} late");
        let [idle, woken, taken, late] = happens(
            &join(parallelism, 24),
            40,
            [
                |event| matches!(event, Event::Status { idle: true, .. }),
                |event| matches!(event, Event::Status { idle: false, .. }),
                |event| matches!(event, Event::StatusTaken { .. }),
                |event| matches!(event, Event::Late { .. }),
            ],
        );
        assert!(idle > 40 && woken > 40 && taken > 40 && late > 0, "{idle} idle, {woken} woken, {taken}, {late} late");
    }
}

/// What the witness says of the run of a file after a change.
#[track_caller]
fn refuted(name: &str, change: impl FnOnce(&mut Vec<Event>), claim: Claim) {
    let mut runner = Runner::new(shipped(name));
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
    refuted("tumbling-window.ron", lie, Claim::Watermark);
}

#[test]
fn r93_a_task_whose_time_runs_ahead_is_found() {
    let lie = |events: &mut Vec<Event>| {
        let place = find(events, 2, |event| matches!(event, Event::Watermark { task: WINDOW, .. }));
        let Event::Watermark { time, .. } = &mut events[place] else { unreachable!("that was looked for") };
        *time += 1;
    };
    refuted("tumbling-window.ron", lie, Claim::Watermark);
}

#[test]
fn r94_a_watermark_that_leaves_its_place_is_found() {
    let overtake = |events: &mut Vec<Event>| {
        let taken = find(events, 2, |event| matches!(event, Event::WatermarkTaken { task: WINDOW, .. }));
        let earlier = events[..taken].iter().rposition(|event| matches!(event, Event::Received { task: WINDOW, .. }));
        let watermark = events.remove(taken);
        events.insert(earlier.expect("the record before it"), watermark);
    };
    refuted("tumbling-window.ron", overtake, Claim::Delivery);
    let lose = |events: &mut Vec<Event>| {
        let taken = find(events, 2, |event| matches!(event, Event::WatermarkTaken { task: WINDOW, .. }));
        events.remove(taken);
    };
    refuted("tumbling-window.ron", lose, Claim::Watermark);
}

#[test]
fn r93_a_task_that_falls_idle_without_cause_is_found() {
    let place = |events: &[Event]| find(events, 2, |event| matches!(event, Event::Watermark { task: TaskId(0), .. }));
    // The web never falls idle, and the window only if both of its inputs do.
    for task in [TaskId(0), TaskId(2)] {
        let lie = |events: &mut Vec<Event>| events.insert(place(events), Event::Status { task, idle: true });
        refuted("idle-source.ron", lie, Claim::Watermark);
    }
}

#[test]
fn r93_news_of_an_idle_input_that_is_lost_is_found() {
    let lose = |events: &mut Vec<Event>| {
        let taken = find(events, 0, |event| matches!(event, Event::StatusTaken { .. }));
        events.remove(taken);
    };
    refuted("idle-source.ron", lose, Claim::Watermark);
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
