//! Once faults stop, the job goes on: whoever stands still or goes in circles is found, by a run, by campaigns and by
//! the search, and the honest protocol never is.

use std::hash::Hasher;

use cutline::explore::{
    Bound, Bounds, Campaign, Case, Charge, Direction, End, NoReturn, Search, Strategy, explore, no_return,
};
use cutline::ids::{CheckpointId, Micros, Rule, VertexId};
use cutline::operator::Records;
use cutline::oracle::Violation;
use cutline::plan::{Defect, Plan, RuleName, Schedule, Time, VertexKind};
use cutline::protocol::barrier::{BarrierHandler, Effect, Facts, Foreign, Input};
use cutline::run::{self, Choice, Keep, Order, Outcome, Runner};
use cutline::testing::{chain, check_exactly_once, reference};

/// A builder's handler that aligns, and never lets go of an input.
#[derive(Clone, Debug, Default)]
struct Holding {
    newest: CheckpointId,
    arrived: usize,
}

impl BarrierHandler for Holding {
    fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        if let Input::Barrier { barrier, .. } = input {
            if barrier.id > self.newest {
                (self.newest, self.arrived) = (barrier.id, 0);
            }
            self.arrived += 1;
            if self.arrived == facts.inputs.max(1) {
                effects.push(Effect::Trigger(barrier));
            }
        }
        Rule(40)
    }

    fn boxed(&self) -> Box<dyn BarrierHandler> {
        Box::new(self.clone())
    }

    fn fingerprint(&self, hasher: &mut dyn Hasher) {
        hasher.write_u64(self.newest.0);
        hasher.write_usize(self.arrived);
    }
}

/// A source of so many records and a two-phase sink, with room for one record on the way.
fn small(records: i64, checkpoints: u32) -> Plan {
    let mut plan = chain(0, records);
    plan.channels.buffers = 1;
    plan.channels.credit = 1;
    plan.limits.checkpoints = checkpoints;
    plan.limits.crashes = 0;
    plan
}

fn held(plan: Plan) -> Plan {
    Plan { handler: Some(Foreign::new(Holding::default())), ..plan }
}

fn broken(plan: Plan) -> Plan {
    Plan { defect: Some(Defect::NoResume), ..plan }
}

fn runs(plan: &Plan, time: Time, choice: Choice) -> Outcome {
    Runner::new(plan.clone()).run(&Order { seed: plan.seed, time, choice }, Keep::default())
}

#[track_caller]
fn progress(outcome: &Outcome) -> &Violation {
    assert_eq!(outcome.end, run::End::Stuck, "{outcome:?}");
    let found = outcome.violations.iter().find(|violation| violation.rule == RuleName::Progress);
    found.unwrap_or_else(|| panic!("nobody is accused: {outcome:?}"))
}

/// Every way to search for it.
fn searches(plan: &Plan) -> Vec<Search> {
    let ways =
        [(true, Direction::Breadth), (true, Direction::Depth), (false, Direction::Breadth), (false, Direction::Depth)];
    ways.map(|(reduce, walk)| explore(plan, &Bounds { reduce, walk, ..Bounds::default() })).into()
}

/// 1. Each way to search finds it.
/// 2. The path leads there again, and the run says the same.
#[track_caller]
fn is_searched_out(plan: &Plan, words: &str) {
    for search in searches(plan) {
        assert_eq!(search.end, End::Stopped { at: Bound::Failures }, "{search:?}");
        let finding = search.failure().expect("it was stopped by one");
        assert_eq!(finding.violation.rule, RuleName::Progress, "{:?}", finding.violation);
        assert!(finding.violation.detail.contains(words), "{}", finding.violation.detail);
        let again = runs(plan, Time::Untimed, Choice::Pinned(Schedule::Prefix(finding.path.clone())));
        assert_eq!(progress(&again), &finding.violation);
    }
}

// ---- found ----

#[test]
fn an_input_that_is_never_let_go_is_found_by_a_run() {
    let outcome = runs(&broken(reference(40, 3, 0, 2)), Time::Timed, Choice::Timed);
    let found = progress(&outcome);
    let words = "even holds blue -> even back and waits for nothing, and does not resume it";
    assert!(
        found.detail.contains(words) && found.detail.contains("blue waits for room on blue -> "),
        "{}",
        found.detail
    );
    // Ten minutes later the checkpoint would have expired.
    assert!(outcome.at < Micros::millis(100) && found.checkpoint == CheckpointId(2), "{found:?}");
}

#[test]
fn a_builders_handler_is_found_by_each_of_them() {
    let job = held(reference(4, 2, 1, 2));
    assert_eq!(progress(&runs(&job, Time::Timed, Choice::Timed)).rule, RuleName::Progress);
    let failure = check_exactly_once(&job, 0..4).expect_err("it is wrong");
    assert_eq!(failure.violation.rule, RuleName::Progress, "{failure}");
    let campaign = Campaign { plan: job, seeds: 0..40, strategy: Strategy::default(), jobs: 1 };
    assert!(campaign.run().expect("nothing panics").broken.contains_key(&RuleName::Progress));
    is_searched_out(&held(small(3, 2)), "out holds numbers -> out back");
}

/// Reduction is not switched off by this defect.
#[test]
fn the_search_finds_it_with_and_without_reduction() {
    is_searched_out(&broken(small(3, 2)), "out holds numbers -> out back and waits for nothing");
    let mut crashes = small(2, 2);
    crashes.limits.crashes = 1;
    is_searched_out(&broken(crashes), "out holds numbers -> out back");
}

/// After the only checkpoint the plan allows no further one, in which it would show that nothing goes on.
#[test]
fn a_bound_on_checkpoints_hides_nothing() {
    let mut plan = broken(small(6, 1));
    plan.checkpointing.after_finish = false;
    is_searched_out(&plan, "out holds numbers -> out back");
    let mut untimed = 0;
    for seed in 0..40 {
        let outcome = Runner::new(plan.clone()).run(&Order::random(seed), Keep::default());
        assert_ne!(outcome.end, run::End::Bounded, "seed {seed}");
        untimed += u32::from(outcome.end == run::End::Stuck);
    }
    assert!(untimed > 5, "{untimed}");
}

/// The last checkpoint completes again and again, and the end of the channel stays behind its barrier.
#[test]
fn triggers_that_change_nothing_are_a_cycle() {
    let plan = broken(small(1, 0));
    is_searched_out(&plan, "out holds numbers -> out back");
    let timed = runs(&plan, Time::Timed, Choice::Timed);
    assert!(progress(&timed).detail.contains("out holds numbers -> out back"), "{timed:?}");
}

/// What cannot go well from the start on is said to be so.
#[test]
fn it_is_too_late_once_a_barrier_holds_the_channel() {
    let plan = broken(small(2, 1));
    let case = Case::of(&plan, &Order::of(&plan), Charge::Rule(RuleName::Progress)).expect("it is found");
    let found = no_return(&case, 100_000);
    assert!(!matches!(found, NoReturn::Unknown(_)), "{found:?}");
}

// ---- not accused ----

/// An endless source that may read no more, with checkpoints and without: a bound, and nobody's fault.
#[test]
fn an_honest_job_is_bounded_and_not_stuck() {
    for (checkpoints, crashes) in [(0, 0), (1, 0), (2, 0), (1, 1)] {
        let mut plan = small(2, checkpoints);
        let VertexKind::Source { records, .. } = &mut plan.vertices[VertexId(0)].kind else { panic!("a source") };
        *records = Records::Endless;
        plan.limits.records = 2;
        plan.limits.crashes = crashes;
        let search = explore(&plan, &Bounds { states: 400_000, ..Bounds::default() });
        assert!(search.findings.is_empty() && search.bounded > 0, "{search:?}");
        let random = Runner::new(plan.clone()).run(&Order::random(1), Keep::default());
        assert_eq!(random.end, run::End::Bounded, "{:?}", random.violations);
    }
}

/// A checkpoint whose writes take longer than it may is slow, not stuck.
#[test]
fn a_checkpoint_that_expires_under_way_is_no_standstill() {
    let mut plan = reference(4, 2, 0, 2);
    plan.checkpointing.timeout = Micros::millis(10);
    plan.checkpointing.tolerable_failed = None;
    plan.storage.write = cutline::plan::Write::Takes(cutline::plan::Latency::Fixed(Micros::millis(50)));
    let outcome = runs(&plan, Time::Timed, Choice::Timed);
    assert!(outcome.violations.is_empty() && outcome.met.aborted > 0, "{outcome:?}");
}
