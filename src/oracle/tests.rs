//! What concerns several judges: order, crashes, repeated restores, and jobs that make no promise.

use super::table::{TASKS, at_least_once, check_in, memory_after, oracles, plan, tell};
use super::*;
use crate::plan::SinkKind;

/// A step that a crash wipes in the world is wiped here too: the crash leaves the same memory with and without it.
#[test]
fn a_crash_forgets_what_it_wipes() {
    let before = "start\nemit blue 0; send 0 7; trigger 1; snap blue 1 1; snap yellow 1 0; ack blue 1\n";
    for (volatile, crash) in [
        ("take 0 7", "crash sum"),
        ("take 0 7; send 2 8", "crash sum"),
        ("snap sum 1", "crash sum"),
        ("take 0 7; snap sum 1; put 2 1; sendack sum 1", "crash sum"),
        ("block 0 1", "crash sum"),
        ("snap sink 1", "crash sink"),
        ("row 1 3", "crash sink"),
        ("emit yellow 0; send 1 3", "crash yellow"),
        ("sendack yellow 1", "crash yellow"),
    ] {
        let [with, without] = [format!("{before}{volatile}; {crash}"), format!("{before}{crash}")];
        assert_eq!(memory_after(&with), memory_after(&without), "{volatile}; {crash}");
    }
}

#[test]
fn i12_a_surplus_adds_up_over_restores() {
    let mut oracles = oracles(&at_least_once());
    let round = |id: u64, attempt: u64, emitted: u64| {
        format!(
            "trigger {id}; snap blue {id} {emitted}; snap yellow {id} 0; barrier 0 {id}; emit blue {emitted}; \
             send 0 7; take 0 7; barrier 1 {id}; snap sum {id}; snap sink {id}
             ack blue {id} {attempt}; ack yellow {id} {attempt}; ack sum {id} {attempt}; ack sink {id} {attempt}
             complete {id}\nback {id} {}\n",
            attempt + 1
        )
    };
    let sum = TaskId(2);
    tell(&mut oracles, &format!("start\n{}", round(1, 0, 0)));
    assert_eq!((oracles.memory().surplus(sum).over, oracles.memory().surplus(TaskId(3)).over), (1, 0));
    tell(&mut oracles, &format!("{}subsume 1", round(2, 1, 0)));
    assert_eq!(oracles.memory().surplus(sum).over, 2);
    assert_eq!(oracles.memory().surplus_stored(CheckpointId(1), sum), None);
    let found: Vec<_> =
        oracles.violations().iter().map(|found| (found.rule, found.invariant, &*found.detail)).collect();
    assert_eq!(
        found,
        [
            (
                RuleName::StateExactlyOnce,
                "I12",
                "sum restored checkpoint 1 with the effect of 1 record that will come again"
            ),
            (
                RuleName::StateExactlyOnce,
                "I12",
                "sum restored checkpoint 2 with the effect of 2 records that will come again"
            ),
        ]
    );
}

/// Where acknowledgements of dead attempts may arrive, a snapshot outlives its task once its acknowledgement is sent.
#[test]
fn a_late_acknowledgement_counts_until_the_task_is_replaced() {
    let mut plan = plan();
    plan.limits.late_acks = 1;
    let story = "start\ntrigger 1; snap blue 1 0; snap yellow 1 0; snap sum 1; snap sink 1; sendack sum 1; crash sum
                 ack blue 1; ack yellow 1; ack sink 1; ack sum 1; complete 1";
    check_in(&plan, story, &[]);
}

#[test]
fn what_is_promised() {
    let promises = |plan: &Plan| RuleName::ALL.map(|rule| promised(plan, rule));
    // Cut, state, nothing lost, output, explained, lifecycle, progress.
    assert_eq!(promises(&plan()), [true; 7]);
    assert_eq!(promises(&at_least_once()), [true, false, true, false, false, true, true]);
    let mut append = plan();
    append.vertices.iter_mut().filter(|vertex| vertex.name == "sink").for_each(|sink| {
        sink.kind = crate::plan::VertexKind::Sink(SinkKind::Append);
    });
    assert_eq!(promises(&append), [true, true, true, false, true, true, true]);
    let mut without = plan();
    without.checkpointing.interval = None;
    assert_eq!(promises(&without), [true, false, true, false, false, true, true]);
}

/// A job that promises at-least-once only must not lose a record all the same; to count one twice is a remark.
#[test]
fn i12_a_loss_breaks_what_at_least_once_promises() {
    let read = "emit blue 0; emit blue 1; emit blue 2; emit yellow 0; emit yellow 1; emit yellow 2";
    let skips = "start\nemit blue 0\ncheckpoint 1 1 0\nemit blue 1\nback 1 1\nemit blue 2";
    let again = "start\nemit blue 0\nemit blue 0";
    let other = "start\ncheckpoint 1 0 0\nrestart 1; deploy sum 1; restore sum 1 5";
    let undelivered = &format!("start\n{read}; send 0 7\nfinished");
    let uncommitted = &format!("start\n{read}; send 2 7; take 2 7; row 1 7; finished");
    let (loss, more) = (RuleName::AtLeastOnce, RuleName::StateExactlyOnce);
    for (story, expected) in [(skips, loss), (again, more), (other, loss), (undelivered, loss), (uncommitted, loss)] {
        let mut judges = oracles(&at_least_once());
        tell(&mut judges, story);
        judges.end(Step(9), Micros::ZERO, true);
        let broken: Vec<RuleName> = judges.violations().iter().map(|violation| violation.rule).collect();
        assert_eq!(broken, [expected], "{story}");
    }
}

#[test]
fn a_reset_is_a_new_start() {
    let mut judges = oracles(&plan());
    tell(
        &mut judges,
        "start\nemit blue 0; send 0 7; row 1 7; block 0 1; put 2 1; trigger 1; snap blue 1 1; finish blue",
    );
    tell(&mut judges, "trigger 1; finished; checkpoint 2 1 0; commit 1");
    assert!(!judges.violations().is_empty());
    judges.reset();
    assert!(judges.violations().is_empty());
    assert_eq!(judges.memory(), oracles(&plan()).memory());
}

#[cfg(feature = "proptest")]
mod order {
    use proptest::prelude::*;

    use super::*;

    /// What one task, or the coordinator, does next.
    #[derive(Clone, PartialEq, Eq, Debug)]
    struct Deed {
        actor: usize,
        text: String,
        /// Deeds of others that must come first.
        after: Vec<usize>,
    }

    const COORDINATOR: usize = 4;

    /// A history of the small job, sound or not: snapshots come at any time after their trigger, records as they were
    /// sent. Every number makes at most one thing happen.
    fn history(choices: &[u8]) -> Vec<Deed> {
        let mut deeds: Vec<Deed> = Vec::new();
        let mut queues: [Vec<(usize, usize)>; 3] = Default::default();
        let (mut emitted, mut name, mut id, mut triggered) = ([0; 2], 0, 0, None);
        let mut snapshots = [None; 4];
        for &choice in choices {
            let (kind, which) = (choice % 8, usize::from(choice / 8));
            let place = deeds.len();
            let mut push = |actor, text, after| deeds.push(Deed { actor, text, after });
            match kind {
                0..=1 if emitted[which % 2] < 200 => {
                    let source = which % 2;
                    queues[source].push((name, place));
                    push(source, format!("emit {} {}; send {source} {name}", TASKS[source], emitted[source]), vec![]);
                    (emitted[source], name) = (emitted[source] + 1, name + 1);
                }
                2..=4 => {
                    let channel = which % 3;
                    if queues[channel].is_empty() {
                        continue;
                    }
                    let (taken, sent) = queues[channel].remove(0);
                    if channel == 2 {
                        push(3, format!("take 2 {taken}; row {id} {taken}"), vec![sent]);
                    } else {
                        push(2, format!("take {channel} {taken}; send 2 {name}"), vec![sent]);
                        queues[2].push((name, place));
                        name += 1;
                    }
                }
                5 if triggered.is_none() => {
                    id += 1;
                    triggered = Some(place);
                    snapshots = [None; 4];
                    push(COORDINATOR, format!("trigger {id}"), vec![]);
                }
                6 => {
                    let (task, Some(trigger)) = (which % 4, triggered) else { continue };
                    if snapshots[task].is_none() {
                        snapshots[task] = Some(place);
                        let view = emitted.get(task).copied().unwrap_or(0);
                        push(task, format!("snap {} {id} {view}", TASKS[task]), vec![trigger]);
                    }
                }
                7 if triggered.is_some() => {
                    if let [Some(a), Some(b), Some(c), Some(d)] = snapshots {
                        let acks: Vec<_> = TASKS.iter().map(|task| format!("ack {task} {id}")).collect();
                        push(COORDINATOR, format!("{}; complete {id}", acks.join("; ")), vec![a, b, c, d]);
                        triggered = None;
                    } else if which % 4 == 0 {
                        push(COORDINATOR, format!("abort {id}"), vec![]);
                        triggered = None;
                    }
                }
                _ => {}
            }
        }
        deeds
    }

    /// Another order of the same deeds in which each actor does what it did, and nothing precedes what it needs.
    fn reordered(deeds: &[Deed], choices: &[usize]) -> Vec<usize> {
        let mut done = vec![false; deeds.len()];
        let mut order = Vec::new();
        let mut choices = choices.iter().cycle();
        while order.len() < deeds.len() {
            let ready: Vec<usize> = (0..=COORDINATOR)
                .filter_map(|actor| (0..deeds.len()).find(|&deed| !done[deed] && deeds[deed].actor == actor))
                .filter(|&deed| deeds[deed].after.iter().all(|&before| done[before]))
                .collect();
            let next = ready[choices.next().expect("an endless cycle") % ready.len()];
            done[next] = true;
            order.push(next);
        }
        order
    }

    fn told(deeds: &[Deed], order: impl Iterator<Item = usize>) -> (Memory, Vec<String>) {
        let mut judges = oracles(&plan());
        tell(&mut judges, "start");
        order.for_each(|deed| tell(&mut judges, &deeds[deed].text));
        let mut found: Vec<_> = judges.violations().iter().map(|found| found.detail.clone()).collect();
        found.sort();
        (judges.memory().clone(), found)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn facts_of_different_tasks_commute(
            choices in proptest::collection::vec(any::<u8>(), 1..120),
            other in proptest::collection::vec(any::<usize>(), 1..200),
        ) {
            let deeds = history(&choices);
            let usual = told(&deeds, 0..deeds.len());
            prop_assert_eq!(usual, told(&deeds, reordered(&deeds, &other).into_iter()));
        }
    }
}

/// Which judge asks for what is said in two places: there, and in [`Oracles::observe`].
#[test]
fn no_judge_misses_what_it_asks_for() {
    let plan = story::plan();
    let mut short = Oracles::new(&plan, &story::topology(&plan));
    for (step, event) in story::Story::told().events.iter().enumerate() {
        let (step, at) = (Step(step as u64), Micros::ZERO);
        let mut full = short.clone();
        short.observe(step, at, event);
        if !matches!(event, Event::Emitted { .. } | Event::Received { .. } | Event::Sent { .. }) {
            full.observe_rare(step, at, event);
            assert_eq!((&short.memory, &short.violations), (&full.memory, &full.violations), "{event:?}");
        }
    }
}
