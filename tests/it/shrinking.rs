//! Shrinking: every planted defect is found by a campaign and made small. What comes out breaks the same rule, can be run
//! again, cannot be made smaller by leaving out one thing, and stays as it is when it is shrunk once more.

use cutline::action::{Action, Alarm, Menu};
use cutline::explore::no_return::MOST_STATES;
use cutline::explore::shrink::Accusation;
use cutline::explore::{
    Campaign, Case, Charge, Effort, NoReturn, Shows, Shrunk, Standing, Status, Strategy, judge, no_return, shrink,
};
use cutline::operator::Records;
use cutline::oracle::Violation;
use cutline::plan::{
    Amount, Check, Defect, Expectation, Fault, Moment, Plan, RuleName, Schedule, Time, Topology, VertexKind,
};
use cutline::run::{Choice, Keep, Order, Runner};
use cutline::schedule::{Mismatch, Policy};
use cutline::testing::{all_to_all, reference};
use cutline::trace::JobStatus;

/// The reference job with a defect, and what it takes to see it.
fn job(defect: Defect) -> Plan {
    let mut plan = reference(4, 3, 2, 2);
    plan.limits.late_acks = if defect == Defect::StaleAck { 2 } else { 0 };
    plan.defect = Some(defect);
    plan
}

/// A finding of each rule that breaks in some runs.
fn cases(plan: &Plan) -> Vec<Case> {
    let campaign = Campaign { plan: plan.clone(), seeds: 0..1_000, strategy: Strategy::default(), jobs: 0 };
    let evidence = campaign.run().expect("nothing panics");
    let case = |(&rule, seed): (&RuleName, u64)| {
        Case::of(plan, &campaign.order(seed), Charge::Rule(rule)).expect("it shows again")
    };
    evidence.broken.iter().map(|(rule, broken)| case((rule, broken.seed))).collect()
}

fn violation(case: &Case) -> &Violation {
    case.shows.violation().expect("it is a case of a rule")
}

fn shrunk(case: &Case) -> Shrunk {
    shrink(case, &Effort::default()).expect("the case breaks its rule")
}

/// Whether the plan's own run is accused of the same as the case.
fn is_accused(plan: &Plan, case: &Case) -> bool {
    let outcome = Runner::new(plan.clone()).run(&Order::of(plan), Keep::default());
    Accusation::of(violation(case)).first(&outcome.violations).is_some()
}

#[track_caller]
fn check(case: &Case) -> Shrunk {
    let small = shrunk(case);
    let result = &small.case;
    assert_eq!(Accusation::of(violation(result)), Accusation::of(violation(case)));
    assert!(!small.from.is_below(&small.to) && small.is_minimal, "{small:#?}");
    assert!(small.to.deviations + small.to.faults <= 20, "{small:#?}");
    // It never passes, and shows the same whenever it is run.
    let judged = judge(&result.plan, Keep { trace: true, actions: false }).expect("nothing panics");
    assert_eq!((judged.status(), judged.evidence.runs()), (Status::Holds, 1), "the rule breaks, as the case says");
    let names = Topology::new(&result.plan).names;
    assert_eq!(judged.outcome.digest(&names).value(), result.digest.value());
    is_one_minimal(result);
    let again = shrunk(result);
    assert_eq!((&again.case.plan, again.to), (&result.plan, small.to), "shrunk once more it is another one");
    small
}

/// Leaves out one thing at a time, by hand.
fn is_one_minimal(case: &Case) {
    let plan = &case.plan;
    if let Schedule::Deviations(deviations) = &plan.schedule {
        for place in 0..deviations.len() {
            let mut rest = deviations.clone();
            let gone = rest.remove(place);
            let schedule = if rest.is_empty() { Schedule::Free } else { Schedule::Deviations(rest) };
            assert!(!is_accused(&Plan { schedule, ..plan.clone() }, case), "{gone:?} can be left out of {plan:#?}");
        }
    }
    for place in 0..plan.faults.len() {
        let mut less = plan.clone();
        less.faults.remove(place);
        assert!(!is_accused(&less, case), "placed fault {place} can be left out of {plan:#?}");
    }
    for vertex in plan.vertices.ids() {
        let mut less = plan.clone();
        match &mut less.vertices[vertex].kind {
            VertexKind::Source { records: Records::Range { from, to, .. }, .. } if *to > *from => *to -= 1,
            _ => continue,
        }
        assert!(!is_accused(&less, case), "a record of {vertex:?} can be left out of {plan:#?}");
    }
}

#[track_caller]
fn shrinks(defect: Defect, at_least: usize) {
    let cases = cases(&job(defect));
    assert!(cases.len() >= at_least, "only {} rules break", cases.len());
    for case in &cases {
        check(case);
    }
}

#[test]
fn no_alignment_shrinks() {
    shrinks(Defect::NoAlignment, 3);
}

#[test]
fn a_stale_acknowledgement_shrinks() {
    shrinks(Defect::StaleAck, 2);
}

#[test]
fn no_rewind_shrinks() {
    shrinks(Defect::NoRewind, 3);
}

#[test]
fn an_early_commit_shrinks() {
    shrinks(Defect::EarlyCommit, 2);
}

#[test]
fn a_dropped_record_shrinks() {
    shrinks(Defect::DroppedRecord, 3);
}

#[test]
fn an_input_that_stays_held_back_shrinks() {
    shrinks(Defect::NoResume, 1);
}

/// 1. A wide job with long input breaks where a barrier is not waited for.
/// 2. Two sources and one sum with two records are enough.
#[test]
fn a_wide_job_becomes_narrow() {
    let mut plan = all_to_all(3, 60);
    plan.defect = Some(Defect::NoAlignment);
    let cases = cases(&plan);
    let case = cases.iter().find(|case| violation(case).rule == RuleName::ConsistentCut).expect("it is found");
    let small = check(case);
    assert!(small.from.tasks == 9 && small.to.tasks <= 3 && small.to.records <= 8, "{small:#?}");
    assert!(small.to.deviations <= 2 && small.to.faults == 0, "{small:#?}");
}

/// Placed faults that do nothing go, those that matter stay.
#[test]
fn placed_faults_go() {
    let mut plan = reference(4, 3, 0, 2);
    plan.defect = Some(Defect::NoRewind);
    let crash = |task: u32, n: u64| {
        let task = cutline::ids::TaskId(task);
        Fault::Crash { task, at: Moment::Record { task, n, before: false } }
    };
    plan.faults = vec![crash(0, 2), crash(3, 2), crash(4, 1)];
    let order = Order { seed: 7, time: Time::Timed, choice: Choice::Timed };
    let case = Case::of(&plan, &order, Charge::Rule(RuleName::StateExactlyOnce)).expect("it breaks");
    let small = check(&case);
    assert_eq!((small.from.faults, small.to.faults), (3, 1), "{small:#?}");
}

/// Scenarios with a planted defect, each with another one in turn: whatever is found becomes small. An optimised build takes
/// them all.
#[test]
fn each_scenario_with_a_defect_shrinks() {
    let (one_in, seeds, least) = if cfg!(debug_assertions) { (9, 60, 4) } else { (1, 200, 40) };
    let mut found = 0;
    for (plan, &defect) in scenarios().into_iter().zip(Defect::ALL.iter().cycle()).step_by(one_in) {
        let plan = Plan { defect: Some(defect), ..plan };
        let campaign = Campaign { plan: plan.clone(), seeds: 0..seeds, strategy: Strategy::default(), jobs: 0 };
        let evidence = campaign.run().expect("nothing panics");
        for (rule, broken) in evidence.broken(Standing::Failure) {
            let case = Case::of(&plan, &campaign.order(broken.seed), Charge::Rule(rule)).expect("it shows again");
            let small = shrunk(&case);
            found += 1;
            assert!(
                small.is_minimal && small.to.deviations + small.to.faults <= 20,
                "{} {defect:?} {rule:?}: {:?}",
                plan.name,
                small.to
            );
        }
    }
    assert!(found > least, "only {found} findings");
}

/// The scenarios without a defect of their own.
fn scenarios() -> Vec<Plan> {
    let mut paths = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it is a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    let plan = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("it is text");
        cutline::scenario::load(&text, &path.display().to_string()).expect("it is valid")
    };
    paths.iter().map(plan).filter(|plan| plan.defect.is_none() && plan.schedule == Schedule::Free).collect()
}

/// 1. The job restarts whenever somebody crashes; the plan expects that it never does.
/// 2. What is left is one crash, and the plan of the case expects the opposite, which holds.
/// 3. Whatever is left out then, the expectation is met: of another job it says the same.
#[test]
fn an_expectation_that_is_not_met_shrinks() {
    let mut plan = reference(4, 3, 2, 2);
    let never = Expectation::Never(Check::Restarts(Amount::AtLeast(1)));
    plan.expect = vec![Expectation::Always(Check::Job(JobStatus::Finished)), never.clone()];
    let campaign = Campaign { plan: plan.clone(), seeds: 0..40, strategy: Strategy::default(), jobs: 0 };
    let charges = campaign.run().expect("nothing panics").charges(&plan);
    let &[(charge @ Charge::Expectation(1), seed)] = &charges[..] else { panic!("{charges:?}") };
    let case = Case::of(&plan, &campaign.order(seed), charge).expect("it shows again");
    let small = shrunk(&case);
    assert_eq!((small.to.faults, small.to.records, small.is_minimal), (1, 1, true), "{small:#?}");
    let Shows::Unmet { expectation, .. } = &small.case.shows else { panic!("{small:#?}") };
    assert_eq!(*expectation, never);
    assert_eq!(small.case.plan.expect, [Expectation::Always(Check::Restarts(Amount::AtLeast(1)))]);
    let judged = judge(&small.case.plan, Keep::default()).expect("nothing panics");
    assert_eq!(judged.status(), Status::Holds);
    let again = shrunk(&small.case);
    assert_eq!((&again.case.plan, again.to), (&small.case.plan, small.to));
}

#[test]
fn an_effort_that_is_spent_is_said() {
    let case = cases(&job(Defect::NoAlignment)).remove(0);
    let whole = shrunk(&case);
    let mut last = whole.from;
    for runs in [1, 10, 40, whole.runs] {
        let some = shrink(&case, &Effort { runs, ..Effort::default() }).expect("it breaks");
        // Never worse with more work, never above the first.
        assert!(!last.is_below(&some.to) && some.runs <= runs + 1, "{some:#?}");
        assert!(is_accused(&some.case.plan, &case));
        last = some.to;
        if runs < whole.runs {
            assert!(!some.is_minimal, "{runs} runs are too few to know");
        }
    }
}

// ---- the moment of no return ----

/// Some steps, then anything.
struct Continue<'a> {
    steps: &'a [Action],
    random: u64,
}

impl Policy for Continue<'_> {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        if let Some((&next, rest)) = self.steps.split_first() {
            assert!(menu.contains(next));
            self.steps = rest;
            return Ok(next);
        }
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Ok(menu.nth((self.random >> 33) as usize % menu.len()))
    }
}

/// Whether each of some random continuations breaks a rule.
fn all_break(case: &Case, path: &[Action], steps: &[Action], runs: u64) -> bool {
    let mut plan = Plan { time: Time::Untimed, schedule: Schedule::Free, ..case.plan.clone() };
    // What the search grants: no more checkpoints, crashes and hasty alarms than in the case.
    let count = |is: fn(&&Action) -> bool| path.iter().filter(is).count() as u32;
    plan.limits.haste = count(|action| matches!(action, Action::Alarm(alarm) if *alarm != Alarm::Trigger));
    plan.limits.late_acks = 0;
    plan.limits.crashes = count(|action| matches!(action, Action::Crash(_)));
    plan.limits.checkpoints = count(|action| matches!(action, Action::Alarm(Alarm::Trigger)));
    let mut runner = Runner::new(plan);
    let order = Order { seed: case.plan.seed, time: Time::Untimed, choice: Choice::Timed };
    let mut breaks = |random: u64| {
        let outcome = runner.run_with(&mut Continue { steps, random: random * 7_919 }, &order, Keep::default());
        !outcome.violations.is_empty()
    };
    (0..runs).all(&mut breaks)
}

#[test]
fn behind_the_moment_of_no_return_everything_fails() {
    let mut decided = 0;
    for defect in [Defect::NoAlignment, Defect::NoRewind, Defect::EarlyCommit, Defect::DroppedRecord] {
        for case in cases(&job(defect)) {
            let small = shrunk(&case).case;
            let keep = Keep { actions: true, trace: false };
            let path = Runner::new(small.plan.clone()).run(&Order::of(&small.plan), keep).actions;
            let until = path.len().min(small.shows.step().0 as usize + 1);
            let path = &path[..until];
            match no_return(&small, MOST_STATES) {
                NoReturn::At { step, action } => {
                    decided += 1;
                    let step = step.0 as usize;
                    assert_eq!(path[step], action);
                    assert!(all_break(&small, path, &path[..=step], 100), "{defect:?}: there is a way out");
                    assert!(!all_break(&small, path, &path[..step], 5_000), "{defect:?}: it was too late before");
                }
                NoReturn::Start => {
                    decided += 1;
                    assert!(all_break(&small, path, &[], 100), "{defect:?}: there is a way out");
                }
                NoReturn::Between { .. } | NoReturn::Unknown(_) => {}
            }
        }
    }
    assert!(decided >= 5, "only {decided} were decided");
}

// ---- what a reader would do by hand ----

/// A finding of a rule in the job that this text says.
fn finding(text: &str, rule: RuleName) -> Case {
    let plan = cutline::scenario::load(text, "job.ron").expect("it is valid");
    let campaign = Campaign { plan: plan.clone(), seeds: 0..2_000, strategy: Strategy::default(), jobs: 0 };
    let evidence = campaign.run().expect("nothing panics");
    let broken = evidence.broken.get(&rule).unwrap_or_else(|| panic!("{:?}", evidence.broken));
    Case::of(&plan, &campaign.order(broken.seed), Charge::Rule(rule)).expect("it shows again")
}

/// The crash of a task will do for that of its TaskManager, and one subtask of the sink for two.
#[test]
fn a_crash_of_a_task_is_simpler_than_that_of_its_task_manager() {
    let case = finding(
        "Scenario(version: 1, defect: EarlyCommit,
            job: [
                Source(name: \"blue\", records: Range(from: 1, to: 4)),
                Sink(name: \"out\", kind: TwoPhaseCommit, parallelism: 2, inputs: [Rebalance(\"blue\")]),
            ],
            task_managers: {\"tm1\": [\"blue\"], \"tm2\": [\"out[0]\", \"out[1]\"]},
            checkpointing: (interval: \"25ms\"), restart: FixedDelay(attempts: 100, delay: \"50ms\"),
            limits: (checkpoints: 2, crashes: 1))",
        RuleName::Explained,
    );
    let small = check(&case);
    assert!(small.case.plan.managers.is_empty(), "{small:#?}");
    assert_eq!((small.to.faults, small.to.tasks, small.to.records), (1, 2, 1), "{small:#?}");
}

/// A source alone is a job.
#[test]
fn what_reads_from_a_source_may_go() {
    let case = finding(
        "Scenario(version: 1, defect: NoRewind,
            job: [
                Source(name: \"blue\", records: Range(from: 1, to: 4)),
                Operator(name: \"sum\", logic: Sum, inputs: [Forward(\"blue\")]),
            ],
            checkpointing: (interval: \"25ms\"), restart: FixedDelay(attempts: 100, delay: \"50ms\"),
            limits: (checkpoints: 1, crashes: 1))",
        RuleName::StateExactlyOnce,
    );
    let small = check(&case);
    assert_eq!((small.to.faults, small.to.tasks, small.to.records), (1, 1, 1), "{small:#?}");
}

/// With a record less before them, pinned steps come sooner, all alike.
#[test]
fn pinned_steps_move_with_what_is_before_them() {
    let case = finding(
        "Scenario(version: 1, defect: NoAlignment,
            job: [
                Source(name: \"a\", records: Range(from: 1, to: 2)),
                Source(name: \"b\", records: Range(from: 1, to: 1)),
                Operator(name: \"sum\", logic: Sum, inputs: [Forward(\"a\"), Forward(\"b\")]),
            ],
            checkpointing: (interval: \"25ms\"), limits: (checkpoints: 1, crashes: 0))",
        RuleName::ConsistentCut,
    );
    let small = check(&case);
    assert!(small.to.deviations <= 2 && small.to.records <= 2, "{small:#?}");
}
