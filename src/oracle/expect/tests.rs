//! What runs show of each check: stories told event by event, and runs cut short.

use super::*;
use crate::ids::{ChannelId, VertexId};
use crate::operator::Logic;
use crate::oracle::Witness;
use crate::oracle::story::{OUT, SRC, SUM, Story, handles, plan, topology};
use crate::plan::{Amount, CheckpointStatus, Moment, Phase, SinkKind, Time, VertexKind};
use crate::protocol::FailureReason;
use crate::trace::JobStatus;

const SUMS: VertexId = VertexId(1);
const SINK: VertexId = VertexId(2);
const HOLDS: Seen = Seen::Holds(String::new());

fn fails(why: &str) -> Seen {
    Seen::Fails(why.to_owned())
}

fn not_judged(why: &str) -> Seen {
    Seen::NotJudged(why.to_owned())
}

/// What a run of this plan shows of a check; the clock moves by a millisecond with each event.
fn seen_in(mut plan: Plan, events: &[Event], check: Check) -> Seen {
    plan.expect = vec![Expectation::Never(Check::Explained), Expectation::Always(check)];
    let topology = topology(&plan);
    let (mut watcher, mut witness) = (Watcher::new(&plan, &topology), Witness::new(&plan, &topology));
    for run in [Story::told().events.as_slice(), events] {
        watcher.reset(plan.time);
        witness.reset();
        for (millis, event) in (0..).zip(run) {
            watcher.observe(Micros::millis(millis), event);
            witness.observe(event);
        }
    }
    let explanation = witness.judge(&[]);
    let mut judged = watcher.judge(&plan, &End { explanation: Some(&explanation), broken: &[], cut_short: false });
    judged.pop().expect("two expectations are judged").1
}

/// What the story shows of a check.
#[track_caller]
fn check(check: Check, expected: Seen) {
    assert_eq!(seen_in(plan(), &Story::told().events, check), expected);
}

#[track_caller]
fn at(moment: Moment, inner: Check, expected: Seen) {
    check(Check::At(moment, Box::new(inner)), expected);
}

fn state(task: crate::ids::TaskId, is: i64) -> Check {
    Check::State { task, key: None, is }
}

#[test]
fn the_end_of_the_story() {
    check(Check::Job(JobStatus::Finished), HOLDS);
    check(Check::Job(JobStatus::Failed), fails("the job is Finished"));
    check(Check::Final { vertex: SUMS, total: 10 }, HOLDS);
    check(Check::Final { vertex: SUMS, total: 13 }, fails("the sum is 10"));
    check(Check::Output { sink: SINK, is: vec![10, 6, 3, 1] }, HOLDS);
    check(Check::Output { sink: SINK, is: vec![1] }, fails("visible are [1, 3, 6, 10]"));
    check(Check::FailedByCheckpoints, fails("the job was not failed because of its checkpoints"));
    check(Check::Explained, Seen::Holds("by a run of 12 steps".to_owned()));
}

#[test]
fn restarts_and_restores_are_counted() {
    let restores = |count, from| Check::Restores { count, from };
    check(Check::Restarts(Amount::Exactly(1)), HOLDS);
    check(Check::Restarts(Amount::AtLeast(2)), fails("saw 1 restart"));
    check(restores(Amount::Exactly(1), Some(CheckpointId(1))), HOLDS);
    check(restores(Amount::Exactly(1), Some(CheckpointId(2))), fails("saw one from checkpoint 1"));
    check(restores(Amount::AtMost(0), None), fails("saw 1 restore"));
}

#[test]
fn checkpoints_by_status_and_reason() {
    let of = |id, status, reason| Check::Checkpoint { id: Some(CheckpointId(id)), status, reason };
    check(of(2, CheckpointStatus::Completed, None), HOLDS);
    check(of(2, CheckpointStatus::Failed, None), fails("checkpoint 2 completed"));
    check(of(3, CheckpointStatus::Failed, None), fails("checkpoint 3 neither completed nor failed"));
    check(Check::Checkpoints(CheckpointStatus::Completed, Amount::Exactly(2)), HOLDS);
    check(Check::Retained(Amount::Exactly(2)), HOLDS);
    check(Check::Retained(Amount::AtMost(1)), fails("saw 2 checkpoints in the store"));
    let mut story = Story::told();
    story.say(Event::Subsumed { id: CheckpointId(1) });
    assert_eq!(seen_in(plan(), &story.events, Check::Retained(Amount::Exactly(1))), HOLDS);

    let reason = FailureReason::CheckpointExpired;
    let expired = of(3, CheckpointStatus::Failed, Some(reason));
    let mut story = Story::told();
    story.say(Event::Aborted { id: CheckpointId(3), reason });
    assert_eq!(seen_in(plan(), &story.events, expired.clone()), HOLDS);
    let untimed = Plan { time: Time::Untimed, ..plan() };
    let why = "in untimed runs checkpoints expire at will";
    assert_eq!(seen_in(untimed, &story.events, expired), not_judged(why));
    let declined = of(3, CheckpointStatus::Failed, Some(FailureReason::CheckpointDeclined));
    let why = "checkpoint 3 failed: CHECKPOINT_EXPIRED";
    assert_eq!(seen_in(plan(), &story.events, declined), fails(why));
}

#[test]
fn moments_are_told_from_events() {
    let barrier = |task, phase| Moment::Barrier { task, checkpoint: CheckpointId(1), phase };
    at(Moment::Trigger(CheckpointId(1)), state(SRC, 2), HOLDS);
    at(Moment::Complete(CheckpointId(2)), state(SUM, 10), HOLDS);
    at(Moment::Complete(CheckpointId(3)), state(SUM, 10), not_judged("the end of checkpoint 3 never came"));
    at(barrier(SUM, Phase::AfterSnapshot), state(SUM, 3), HOLDS);
    at(barrier(SRC, Phase::FirstBarrier), state(SRC, 2), HOLDS);
    at(Moment::End, state(SUM, 9), fails("`sum` shows 10"));
    // The fourth record that it takes is 3 once more.
    at(Moment::Record { task: SUM, n: 4, before: false }, state(SUM, 6), HOLDS);
    at(Moment::Record { task: SUM, n: 4, before: true }, state(SUM, 3), HOLDS);
    at(Moment::Record { task: SRC, n: 3, before: false }, state(SRC, 3), HOLDS);
    at(Moment::Restore { task: SUM, n: 2 }, state(SUM, 3), HOLDS);
    at(Moment::Restore { task: SUM, n: 3 }, state(SUM, 3), not_judged("restore 3 of `sum` never came"));
    at(Moment::Time(Micros::millis(6)), state(SRC, 1), HOLDS);
    at(Moment::Time(Micros::millis(900)), state(SRC, 1), not_judged("0.900 s never came"));
}

#[test]
fn the_last_barrier_aligns() {
    let mut story = Story::default();
    let barrier = |channel| Event::BarrierTaken { task: OUT, channel, id: CheckpointId(1), blocks: true };
    story.restore(0).emit().say(barrier(ChannelId(1))).emit();
    let moment = |phase| Moment::Barrier { task: OUT, checkpoint: CheckpointId(1), phase };
    for phase in [Phase::FirstBarrier, Phase::Aligned] {
        let at = Check::At(moment(phase), Box::new(state(SRC, 1)));
        assert_eq!(seen_in(plan(), &story.events, at), HOLDS);
    }
}

#[test]
fn a_dead_task_shows_nothing() {
    let mut story = Story::told();
    let crashed = story.find(0, |event| matches!(event, Event::Crashed { .. }));
    story.events.truncate(crashed + 1);
    let seen = seen_in(plan(), &story.events, state(SUM, 6));
    assert_eq!(seen, fails("`sum` has no state: it is not running"));
}

#[test]
fn stored_is_what_a_checkpoint_holds() {
    let stored = |is| Check::Stored { task: SUM, is };
    at(Moment::Complete(CheckpointId(1)), stored(3), HOLDS);
    at(Moment::Complete(CheckpointId(1)), stored(4), fails("checkpoint 1 holds 3 of `sum`"));
    at(Moment::Restore { task: SUM, n: 2 }, stored(3), HOLDS);
    at(Moment::Trigger(CheckpointId(1)), stored(3), fails("checkpoint 1 holds nothing of `sum`"));
    check(stored(10), HOLDS);
}

#[test]
fn keyed_state_is_looked_up() {
    let mut plan = plan();
    plan.vertices[SUMS].kind = VertexKind::Operator(Logic::SumPerKey);
    let mut story = Story::default();
    story.restore(0).emit().sum().emit().say(Event::Holds { task: SUM, key: 9, value: 5 });
    let of = |key, is| Check::State { task: SUM, key, is };
    assert_eq!(seen_in(plan.clone(), &story.events, of(Some(1), 1)), HOLDS);
    assert_eq!(seen_in(plan.clone(), &story.events, of(Some(9), 5)), HOLDS);
    assert_eq!(seen_in(plan.clone(), &story.events, of(Some(7), 0)), HOLDS);
    assert_eq!(seen_in(plan, &story.events, Check::Final { vertex: SUMS, total: 6 }), HOLDS);
}

#[test]
fn a_clean_run_loses_and_repeats_nothing() {
    check(Check::ExactlyOnce { sink: SINK }, HOLDS);
    check(Check::NoLoss { vertex: SUMS }, HOLDS);
    check(Check::NoLoss { vertex: VertexId(0) }, HOLDS);
    check(Check::Overcount { vertex: SUMS }, fails("no record is counted twice in `sum`"));
    check(Check::Duplicates { sink: SINK }, fails("no record appears twice in the visible output of `out`"));
}

#[test]
fn an_unfinished_run_is_exactly_once_so_far() {
    let story = Story::told();
    let half = &story.events[..story.events.len() - 1];
    let so_far = Seen::Holds("by the run that explains this one".to_owned());
    assert_eq!(seen_in(plan(), half, Check::ExactlyOnce { sink: SINK }), so_far);
    assert_eq!(seen_in(plan(), half, Check::NoLoss { vertex: SUMS }), not_judged("the job has not finished"));
}

#[test]
fn an_appending_sink_repeats_rows() {
    let mut plan = plan();
    plan.vertices[SINK].kind = VertexKind::Sink(SinkKind::Append);
    let mut story = Story::told();
    for event in &mut story.events {
        if let Event::Row { transaction, .. } = event {
            *transaction = None;
        }
    }
    let why = "what follows from record 3 of split 0 of `src` is there 2× in the visible output, not 1×";
    assert_eq!(seen_in(plan.clone(), &story.events, Check::ExactlyOnce { sink: SINK }), fails(why));
    let seen = seen_in(plan.clone(), &story.events, Check::Duplicates { sink: SINK });
    assert_eq!(seen, Seen::Holds(why.replace("the visible", "its visible")));
    // State is another claim.
    assert_eq!(seen_in(plan, &story.events, Check::NoLoss { vertex: SUMS }), HOLDS);
}

#[test]
fn a_lost_record_is_named() {
    let mut story = Story::told();
    let lost = story.find(1, |event| handles(event, SUM, 3));
    story.events.remove(lost);
    let why = "what follows from record 3 of split 0 of `src` is missing in `sum`";
    assert_eq!(seen_in(plan(), &story.events, Check::NoLoss { vertex: SUMS }), fails(why));
    let row = story.find(3, |event| matches!(event, Event::Row { .. }));
    story.events.remove(row);
    let why = "what follows from record 3 of split 0 of `src` is missing in the visible output";
    assert_eq!(seen_in(plan(), &story.events, Check::ExactlyOnce { sink: SINK }), fails(why));
}

#[test]
fn a_record_that_is_counted_twice_is_named() {
    let mut story = Story::told();
    let taken = story.find(0, |event| handles(event, SUM, 2));
    story.events.insert(taken, story.events[taken]);
    let how = "what follows from record 2 of split 0 of `src` is there 2× in its state, not 1×";
    assert_eq!(seen_in(plan(), &story.events, Check::Overcount { vertex: SUMS }), Seen::Holds(how.to_owned()));
}

#[test]
fn rules_are_broken_or_not() {
    let mut plan = plan();
    plan.expect = vec![Expectation::Violates(RuleName::ExactlyOnce)];
    let watcher = Watcher::new(&plan, &topology(&plan));
    let judged = |broken: &[RuleName]| watcher.judge(&plan, &End { explanation: None, broken, cut_short: false });
    assert_eq!(judged(&[RuleName::ExactlyOnce]), [(0, HOLDS)]);
    assert_eq!(judged(&[RuleName::Progress]), [(0, fails("exactly-once was not broken"))]);
}

#[test]
fn what_did_not_happen_in_a_run_cut_short_says_nothing() {
    let mut plan = plan();
    let finished = Check::Job(JobStatus::Finished);
    let sum = Check::At(Moment::Trigger(CheckpointId(1)), Box::new(state(SUM, 99)));
    plan.expect = vec![
        Expectation::Always(finished.clone()),
        Expectation::Sometimes(finished.clone()),
        Expectation::Never(finished),
        Expectation::Violates(RuleName::ExactlyOnce),
        Expectation::Always(sum),
    ];
    let mut watcher = Watcher::new(&plan, &topology(&plan));
    watcher.reset(plan.time);
    let story = Story::told();
    story.events[..story.events.len() - 1].iter().for_each(|event| watcher.observe(Micros::ZERO, event));
    let seen = watcher.judge(&plan, &End { explanation: None, broken: &[], cut_short: true });
    let unknown = not_judged("the run was cut short");
    assert!(seen[..4].iter().all(|(_, seen)| *seen == unknown), "{seen:?}");
    // What came too late to be mended is a failure all the same.
    assert!(matches!(seen[4].1, Seen::Fails(_)), "{seen:?}");
}
