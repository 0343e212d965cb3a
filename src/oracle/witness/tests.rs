//! Which runs have a witness and which have none, told event by event; each claim fails once.

use super::*;
use crate::ids::{Attempt, CheckpointId, Execution, ManagerId, VertexId};
use crate::operator::record::source_name;
use crate::oracle::story::{OUT, SRC, SUM, Story, handles, name, plan, topology};
use crate::protocol::two_phase::TransactionId;
use crate::trace::Origin;

fn judge_of(plan: &Plan, events: &[Event], finals: &[(TaskId, u64)]) -> Explanation {
    let mut witness = Witness::new(plan, &topology(plan));
    // What another run left behind does not matter.
    Story::told().events.iter().for_each(|event| witness.observe(event));
    witness.judge(&[]);
    witness.reset();
    events.iter().for_each(|event| witness.observe(event));
    witness.judge(finals)
}

#[track_caller]
fn explained(story: &Story, steps: u64) {
    assert_eq!(judge_of(&plan(), &story.events, &story.finals()), Explanation::Explained { steps });
}

#[track_caller]
fn refuted(story: &Story, claim: Claim, task: TaskId, why: &str) -> Unexplained {
    match judge_of(&plan(), &story.events, &[]) {
        Explanation::Unexplained(unexplained) => {
            assert_eq!((unexplained.claim, unexplained.task, unexplained.why.as_str()), (claim, task, why));
            unexplained
        }
        other => panic!("{claim:?} holds: {other:?}"),
    }
}

/// The whole story, told with one change.
fn told_but(change: impl FnOnce(&mut Story)) -> Story {
    let mut story = Story::told();
    change(&mut story);
    story
}

#[test]
fn the_story_is_explained() {
    explained(&Story::told(), 12);
}

#[test]
fn a_run_may_end_anywhere() {
    let story = Story::told();
    for length in 0..story.events.len() {
        if let Some(Event::Received { task: OUT, .. }) = story.events[..length].last() {
            // In the middle of a step: the row comes with the record.
            continue;
        }
        let explanation = judge_of(&plan(), &story.events[..length], &[]);
        assert!(matches!(explanation, Explanation::Explained { .. }), "{length}: {explanation:?}");
    }
}

#[test]
fn a_run_may_end_while_tasks_restart() {
    // `out` has not read its state yet, and still has what it took before the crash.
    let mut story = Story::told();
    let cut = story.find(5, |event| matches!(event, Event::Restored { .. }));
    story.events.truncate(cut);
    let finals = [(OUT, 17)];
    assert!(matches!(judge_of(&plan(), &story.events, &finals), Explanation::Explained { steps: 6 }));
}

#[test]
fn a_lost_task_manager_is_a_crash_of_all_its_tasks() {
    let story = told_but(|story| {
        let at = story.find(0, |event| matches!(event, Event::Crashed { .. }));
        story.events.splice(at..at + 4, [Event::ManagerCrashed { manager: ManagerId(0) }]);
    });
    explained(&story, 12);
}

#[test]
fn at_least_once_has_no_witness() {
    let mut plan = plan();
    plan.checkpointing.mode = Mode::AtLeastOnce;
    assert_eq!(judge_of(&plan, &Story::told().events, &[]), Explanation::NotApplicable);
}

#[test]
fn a_restart_without_any_checkpoint_begins_anew() {
    let mut story = Story::default();
    story.restore(0).emit().sum().crash().restore(0).emit().sum().emit();
    explained(&story, 3);
}

#[test]
fn cut_needs_a_snapshot_of_every_task() {
    let story = told_but(|story| {
        let at = story.find(1, |event| matches!(event, Event::Snapshot { .. }));
        story.events.remove(at);
    });
    refuted(&story, Claim::Cut, SUM, "`sum` goes back to checkpoint 1, of which the kept run has no snapshot of it");
}

#[test]
fn cut_must_not_be_rolled_back_itself() {
    // Checkpoint 2 completes; the job goes back to 1, and later to 2, of which nothing is left.
    let mut story = Story::default();
    story.restore(0).emit().sum().out().checkpoint(1).emit().sum().out().checkpoint(2);
    story.crash().restore(1).crash().restore(2);
    refuted(&story, Claim::Cut, SRC, "`src` goes back to checkpoint 2, of which the kept run has no snapshot of it");
}

#[test]
fn emission_goes_on_behind_the_cut() {
    // A source that was not rewound.
    let story = told_but(|story| {
        let again = story.find(1, |event| handles(event, SRC, 3));
        let next = story.find(1, |event| handles(event, SRC, 4));
        story.events.drain(again..next);
    });
    let why = "`src` reads 4 at offset 3 of split 0; without failures it reads 3 (record 3 of `src`) at offset 2 of split \
               0 next";
    let unexplained = refuted(&story, Claim::Emission, SRC, why);
    assert_eq!(unexplained.record, Some(name(4)));
    assert!(handles(&story.events[unexplained.event as usize], SRC, 4));
}

#[test]
fn emission_ends_with_the_log() {
    let story = told_but(|story| {
        story.say(Event::Emitted { task: SRC, split: 0, index: 4, name: name(5), value: 5 });
    });
    let why = "`src` reads 5 at offset 4 of split 0; without failures it has nothing left to read";
    refuted(&story, Claim::Emission, SRC, why);
}

#[test]
fn delivery_loses_nothing() {
    let story = told_but(|story| {
        let lost = story.find(1, |event| handles(event, SUM, 3));
        story.events.remove(lost);
        // What `sum` would have sent is not taken either.
        let its = story.find(1, |event| handles(event, OUT, 6));
        story.events.drain(its..its + 2);
    });
    let why = "`sum` takes 4 (record 4 of `src`) from `src -> sum`, but 1 before it are missing, the first is 3 (record 3 \
               of `src`)";
    assert_eq!(refuted(&story, Claim::Delivery, SUM, why).record, Some(name(4)));
}

#[test]
fn delivery_repeats_nothing() {
    let story = told_but(|story| {
        let at = story.find(0, |event| handles(event, SUM, 2));
        story.events.insert(at, story.events[at]);
    });
    let why = "`sum` takes 2 (record 2 of `src`) from `src -> sum`, but it is taken 2 times";
    refuted(&story, Claim::Delivery, SUM, why);
}

#[test]
fn delivery_needs_a_sender() {
    // `sum` took its snapshot after 3, which `src` will read again: the cut is not closed.
    let mut story = Story::default();
    story.restore(0).emit().sum();
    let (cut, (early, _)) = (story.events.len(), story.state(SRC));
    story.emit().sum().checkpoint(1);
    let at = story.find(0, |event| matches!(event, Event::Snapshot { .. }));
    let mut snapshot = story.events.remove(at);
    if let Event::Snapshot { state, .. } = &mut snapshot {
        *state = early;
    }
    story.events.insert(cut, snapshot);
    story.crash().restore(1);
    let why = "`sum` takes 2 (record 2 of `src`) from `src -> sum`, but the kept run does not send it there, and nothing \
               else is on the way";
    refuted(&story, Claim::Delivery, SUM, why);
}

#[test]
fn delivery_is_by_value_too() {
    let story = told_but(|story| {
        let at = story.find(0, |event| handles(event, OUT, 3));
        let Event::Received { value, .. } = &mut story.events[at] else { unreachable!() };
        *value = 4;
    });
    let why = "`out` takes 4 (record 2 of `src`) from `sum -> out`, but without failures its value is 3";
    refuted(&story, Claim::Delivery, OUT, why);
}

#[test]
fn end_of_data_waits_for_all_data() {
    let mut story = Story::default();
    story.restore(0).emit().say(Event::EndOfData { task: SRC });
    let why = "`src` says that it has no more data, but split 0 is not exhausted";
    refuted(&story, Claim::EndOfData, SRC, why);

    let mut story = Story::default();
    story.restore(0).emit().say(Event::EndOfData { task: SUM });
    let why = "`sum` says that it has no more data, but 1 from `src` is still to be taken";
    refuted(&story, Claim::EndOfData, SUM, why);

    let mut story = Story::default();
    story.restore(0).say(Event::EndOfData { task: OUT });
    refuted(&story, Claim::EndOfData, OUT, "`out` says that it has no more data, but `sum` has not ended");
}

#[test]
fn view_is_that_of_the_same_records() {
    let story = told_but(|story| {
        let at = story.find(1, |event| handles(event, SUM, 3));
        let Event::Received { view, .. } = &mut story.events[at] else { unreachable!() };
        *view = 9;
    });
    let why = "`sum` shows 9 after 3 (record 3 of `src`); without failures it shows 6";
    refuted(&story, Claim::View, SUM, why);
}

#[test]
fn snapshot_is_the_state_at_its_place() {
    let story = told_but(|story| {
        let at = story.find(1, |event| matches!(event, Event::Snapshot { .. }));
        let Event::Snapshot { state, view, .. } = &mut story.events[at] else { unreachable!() };
        (*state, *view) = (1, 5);
    });
    let why = "the snapshot of `sum` for checkpoint 1 shows 5; without failures it has the state that shows 3";
    refuted(&story, Claim::Snapshot, SUM, why);
}

#[test]
fn restored_is_the_state_of_the_cut() {
    let story = told_but(|story| {
        let at = story.find(4, |event| matches!(event, Event::Restored { .. }));
        let Event::Restored { state, view, .. } = &mut story.events[at] else { unreachable!() };
        (*state, *view) = (1, 6);
    });
    let why = "`sum`, restored from checkpoint 1, shows 6; without failures it has the state that shows 3";
    refuted(&story, Claim::Restored, SUM, why);
}

#[test]
fn final_states_are_compared() {
    let story = Story::told();
    let Explanation::Unexplained(found) = judge_of(&plan(), &story.events, &[(SUM, 1)]) else {
        panic!("another final state is accepted")
    };
    assert_eq!((found.claim, found.task, found.event), (Claim::Final, SUM, story.events.len() as u64));
    assert_eq!(found.why, "at the end `sum` has another state; without failures it has the state that shows 10");
}

#[test]
fn rows_are_what_the_sink_took() {
    let story = told_but(|story| {
        let at = story.find(0, |event| matches!(event, Event::Row { .. }));
        story.events.remove(at);
    });
    let why = "`out` writes 3 (record 2 of `src`); by what it took, 1 (record 1 of `src`) is the next";
    refuted(&story, Claim::Rows, OUT, why);
    let story = told_but(|story| {
        let at = story.find(4, |event| matches!(event, Event::Row { .. }));
        story.events.remove(at);
    });
    refuted(&story, Claim::Rows, OUT, "`out` does not write 10 (record 4 of `src`)");
}

#[test]
fn rolled_back_rows_are_never_visible() {
    // Committed when it was written, not when a checkpoint had completed.
    let story = told_but(|story| {
        let at = story.find(0, |event| matches!(event, Event::Crashed { .. }));
        let transaction = TransactionId(1);
        story.events.insert(at, Event::Committed { task: OUT, transaction, again: false });
    });
    let why = "6 (record 3 of `src`) is visible at `out`, but it was written after the cut that the job went back to";
    refuted(&story, Claim::RolledBack, OUT, why);
}

#[test]
fn visible_rows_are_a_prefix() {
    let twice = told_but(|story| {
        story.commit(0);
    });
    let why =
        "1 (record 1 of `src`) is visible at `out`, but without failures all that the sink writes is visible already";
    refuted(&twice, Claim::Prefix, OUT, why);
    let gap = told_but(|story| {
        let at = story.find(0, |event| matches!(event, Event::Committed { .. }));
        story.events.remove(at);
    });
    let why = "6 (record 3 of `src`) is visible at `out`, but without failures 1 (record 1 of `src`) is the next";
    refuted(&gap, Claim::Prefix, OUT, why);
    let again = told_but(|story| {
        story.say(Event::Committed { task: OUT, transaction: TransactionId(0), again: true });
    });
    explained(&again, 12);
}

#[test]
fn a_finished_job_has_committed_everything() {
    let story = told_but(|story| {
        let at = story.find(1, |event| matches!(event, Event::Committed { .. }));
        story.events.remove(at);
    });
    let why = "the job has finished, but 6 (record 3 of `src`) of `out` is not visible";
    refuted(&story, Claim::Complete, OUT, why);
    let mut plan = plan();
    plan.checkpointing.interval = None;
    assert_eq!(judge_of(&plan, &story.events, &[]), Explanation::Explained { steps: 12 });
}

#[test]
fn a_finished_task_keeps_what_it_did() {
    // `src` had finished before checkpoint 2, which therefore says nothing of it.
    let mut story = Story::default();
    story.restore(0);
    for _ in 0..4 {
        story.emit();
    }
    story.say(Event::EndOfData { task: SRC });
    let execution = |task| Execution { task, attempt: Attempt(0) };
    story.say(Event::Finished { execution: execution(SRC) });
    story.sum().out().checkpoint(1);
    let at = story.find(0, |event| matches!(event, Event::Snapshot { .. }));
    story.events.remove(at);
    story.say(Event::Crashed { execution: execution(OUT), origin: Origin::Fault });
    story.say(Event::Restarting { from: CheckpointId(1) });
    assert!(matches!(judge_of(&plan(), &story.events, &[]), Explanation::Explained { steps: 6 }));
}

#[test]
fn r60_a_region_that_is_not_restarted_keeps_its_list() {
    let mut plan = plan();
    let other =
        plan.vertices.push(crate::plan::Vertex { name: "other".to_owned(), ..plan.vertices[VertexId(0)].clone() });
    let read = |index: u64| {
        let (name, value) = (source_name(other, 0, index), index as i64 + 1);
        Event::Emitted { task: TaskId(3), split: 0, index, name, value }
    };
    let mut story = Story::default();
    let fresh = topology(&plan).fresh(&plan, TaskId(3)).print();
    let execution = Execution { task: TaskId(3), attempt: Attempt(0) };
    story.restore(0).say(Event::Restored { execution, from: CheckpointId::NONE, state: fresh, view: 0 });
    story.emit().say(read(0)).checkpoint(1).say(read(1)).emit().crash().say(read(2)).restore(1).emit().say(read(3));
    assert_eq!(judge_of(&plan, &story.events, &[]), Explanation::Explained { steps: 6 });
    // Were it lost too, it would have to go back to a snapshot that it never took.
    let at = story.find(0, |event| matches!(event, Event::Crashed { .. }));
    story.events.insert(at, Event::FailureNoticed { task: TaskId(3), origin: Origin::Fault });
    assert!(
        matches!(judge_of(&plan, &story.events, &[]), Explanation::Unexplained(found) if found.claim == Claim::Cut)
    );
}

#[test]
fn r60_a_region_on_its_way_back_is_not_restarted_again_with_another() {
    let mut plan = plan();
    plan.vertices.push(crate::plan::Vertex { name: "other".to_owned(), ..plan.vertices[VertexId(0)].clone() });
    let fresh = topology(&plan).fresh(&plan, TaskId(3)).print();
    let restored = |attempt| {
        let execution = Execution { task: TaskId(3), attempt: Attempt(attempt) };
        Event::Restored { execution, from: CheckpointId::NONE, state: fresh, view: 0 }
    };
    let mut story = Story::default();
    story.restore(0).say(restored(0)).emit().crash().restore(0).emit().sum().out();
    // The other region restarts while the source has read a record again and the sink has not read its state.
    let emitted = story.find(1, |event| matches!(event, Event::Emitted { .. }));
    let moved: Vec<Event> = story.events.drain(emitted..emitted + 2).collect();
    let sink = story.find(1, |event| matches!(event, Event::Restored { execution, .. } if execution.task == OUT));
    let failed = Event::FailureNoticed { task: TaskId(3), origin: Origin::Fault };
    let restart = [failed, Event::Restarting { from: CheckpointId::NONE }, restored(1)];
    story.events.splice(sink..sink, moved.into_iter().chain(restart));
    assert_eq!(judge_of(&plan, &story.events, &[]), Explanation::Explained { steps: 3 });
}

#[test]
fn a_finding_is_a_broken_rule() {
    let mut story = Story::default();
    story.restore(0).emit().say(Event::EndOfData { task: SRC });
    let Explanation::Unexplained(found) = judge_of(&plan(), &story.events, &[]) else { panic!("it is no end") };
    let violation = found.violation(Step(3), Micros(4));
    assert_eq!((violation.rule, violation.task, violation.detail), (RuleName::Explained, Some(SRC), found.why));
}
