//! What a search says of itself: whether reduction was on, and what is open because not all was covered.

use cutline::explore::{Bounds, Direction, End, Status, explore};
use cutline::ids::{Id, TaskId};
use cutline::operator::Logic;
use cutline::oracle::expect::Verdict;
use cutline::plan::{Check, Coarse, Defect, Expectation, Manager, Plan, RuleName, SinkKind, Steps, Topology};
use cutline::report::Subject;
use cutline::report::search::{search as text, status};
use cutline::testing::Shape;

fn small() -> Plan {
    let mut plan = Shape::Pair.plan(2, Logic::Sum, SinkKind::TwoPhaseCommit);
    (plan.limits.checkpoints, plan.limits.crashes) = (1, 0);
    plan
}

/// One TaskManager for each task, so that links carry what they send.
fn apart(plan: &mut Plan) {
    let manager = |task: usize| Manager { name: format!("tm{task}"), tasks: vec![TaskId::at(task)] };
    plan.managers = (0..Topology::new(plan).tasks.len()).map(manager).collect();
}

fn said(plan: &Plan, bounds: &Bounds) -> String {
    let search = explore(plan, bounds);
    text(&Subject::new(plan, cutline::scenario::expectations(plan)), &search, &Default::default())
}

const OFF: &str = "reduction is off: ";
const LITTLE: &str = "reduction leaves little out: ";

/// 1. Where nothing can be left out the report says why, and where something can it says nothing.
/// 2. What it says is so: with and without reduction the same states are visited, or not.
#[test]
fn a_search_says_why_reduction_is_off() {
    let with = |change: fn(&mut Plan)| {
        let mut plan = small();
        change(&mut plan);
        plan
    };
    for (plan, why) in [
        (small(), None),
        (with(|plan| plan.checkpointing.max_concurrent = 2), Some((OFF, "several checkpoints may be pending at once"))),
        (
            with(|plan| {
                plan.checkpointing.max_concurrent = 2;
                apart(plan);
            }),
            Some((LITTLE, "several checkpoints may be pending at once")),
        ),
        (with(|plan| plan.defect = Some(Defect::DroppedRecord)), Some((OFF, "`DroppedRecord`"))),
        (
            with(|plan| plan.steps = [Coarse::MergedAsync].into_iter().collect::<Steps>()),
            Some((OFF, "only some of the coarse")),
        ),
        (with(|plan| plan.limits.late_acks = 1), None),
        (with(|plan| plan.limits.haste = 1), Some((LITTLE, "as long as an alarm may still come early"))),
        (with(|plan| plan.checkpointing.after_finish = false), Some((OFF, "no checkpoints after tasks finish"))),
        (Shape::Chain.plan(1, Logic::FailOn(7), SinkKind::TwoPhaseCommit), Some((OFF, "an operator may throw"))),
    ] {
        let plan = Plan { limits: cutline::plan::Limits { checkpoints: 1, ..plan.limits }, ..plan };
        let bounds = Bounds { failures: usize::MAX, states: 30_000, ..Bounds::default() };
        let (reduced, full) = (explore(&plan, &bounds), explore(&plan, &Bounds { reduce: false, ..bounds }));
        let line = said(&plan, &bounds);
        println!("{why:?}: {} of {} states", reduced.states, full.states);
        match why {
            Some((how, why)) => assert!(line.contains(&format!("\n  {how}")) && line.contains(why), "{line}"),
            None => assert!(!line.contains("reduction"), "{line}"),
        }
        let is_off = matches!(why, Some((how, _)) if how == OFF);
        assert_eq!(reduced.states == full.states, is_off, "{why:?}: {} {}", reduced.states, full.states);
        assert!(said(&plan, &Bounds { reduce: false, ..bounds }).contains("reduction is off: it is switched off"));
    }
}

/// That a rule was not broken yet says nothing before all is covered.
#[test]
fn what_a_search_has_not_seen_yet_is_open() {
    let mut plan = small();
    plan.expect = vec![
        Expectation::Violates(RuleName::ExactlyOnce),
        Expectation::Never(Check::Duplicates { sink: cutline::ids::VertexId(1) }),
    ];
    let stopped = explore(&plan, &Bounds { states: 20, ..Bounds::default() });
    assert_ne!(stopped.end, End::Complete);
    assert_eq!(status(&plan, &stopped), Status::Inconclusive);
    let all = Bounds { sample: 1, ..Bounds::default() };
    let complete = explore(&plan, &all);
    assert_eq!((complete.end, status(&plan, &complete)), (End::Complete, Status::Violated));
    assert!(matches!(complete.verdicts(&plan)[0], Verdict::Failed { .. }));
    plan.expect.remove(0);
    let line = said(&plan, &all);
    assert!(line.contains("  ok    Never("), "{line}");
    let line = said(&plan, &Bounds { states: 20, ..Bounds::default() });
    assert!(line.contains("  open  Never("), "{line}");
}

/// 1. What some end shows is seen in whatever order the states come: every end is judged in full, of a small job.
/// 2. What the way to an end decides is open, since of several only one is judged; which rules broke as expected is said.
#[test]
fn every_end_of_a_small_job_is_judged() {
    let file = |expect: &str, defect: &str| {
        let text = format!(
            "Scenario(version: 1, name: \"small\", job: [Source(name: \"blue\", records: Range(from: 1, to: 1)),
            Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Forward(\"blue\")])],
            checkpointing: (interval: \"25ms\"), restart: FixedDelay(attempts: 100, delay: \"50ms\"),
            limits: (checkpoints: 1, crashes: 1), {defect} expect: [{expect}])"
        );
        cutline::scenario::load(&text, "small.ron").expect("it is valid")
    };
    for walk in [Direction::Breadth, Direction::Depth] {
        let bounds = Bounds { walk, ..Bounds::default() };
        for (expect, status_is) in [
            ("Never(Checkpoint(id: 1, status: Failed))", Status::Violated),
            ("Never(Restores(count: Exactly(1), from: 1))", Status::Violated),
            ("Sometimes(Restores(count: Exactly(1), from: 1))", Status::Holds),
            ("Never(Restores(count: AtLeast(2)))", Status::Inconclusive),
            ("Never(Duplicates(sink: \"out\")), Job(Finished)", Status::Holds),
        ] {
            let plan = file(expect, "");
            let search = explore(&plan, &bounds);
            assert_eq!((search.end, status(&plan, &search)), (End::Complete, status_is), "{walk:?} {expect}");
            assert_eq!(search.tally.runs(), search.finished, "{walk:?} {expect}");
        }
    }
    let met = said(&file("Never(Restores(count: AtLeast(2)))", ""), &Bounds::default());
    assert!(met.contains("  open  Never(Restores(count: AtLeast(2)))   so it is on one way to each end"), "{met}");
    assert!(met.contains("INCONCLUSIVE  no rule violated, but not every expectation was decided"), "{met}");
    let known =
        "Violates(rule: \"consistent-cut\"), Violates(rule: \"state-exactly-once\"), Violates(rule: \"explained\")";
    let known = said(&file(known, "defect: NoRewind,"), &Bounds::default());
    assert!(known.contains("\nas known") && known.contains("; no rule violated but those expected"), "{known}");
}
