//! A job that restarts for ever without a fault is found, by a run, by campaigns and by the search; one that gives up, or
//! that will come further, is not accused.

use cutline::action::{Action, Ask};
use cutline::explore::{
    Bounds, Campaign, Case, Charge, Direction, Effort, NoReturn, Strategy, explore, no_return, shrink,
};
use cutline::ids::{CheckpointId, Micros, Step, TaskId};
use cutline::operator::Logic;
use cutline::plan::{Defect, Moment, Plan, RandomFaults, RuleName, Schedule, SinkKind, StateSize, Time, User};
use cutline::protocol::JobStatus;
use cutline::protocol::restart::Config;
use cutline::run::{Choice, End, Keep, Order, Outcome, Runner};
use cutline::testing::Shape;

const FOR_EVER: Config = Config::FixedDelay { attempts: 1_000_000, delay: Micros::millis(10) };

/// An operator that throws at its second record, always.
fn poisoned(restart: Config) -> Plan {
    let mut plan = Shape::Chain.plan(4, Logic::FailOn(2), SinkKind::TwoPhaseCommit);
    plan.restart = restart;
    plan
}

/// The regression `stale-ack.ron`, whose newest checkpoint lacks a snapshot, and a crash behind it: no restore succeeds.
fn unreadable() -> Plan {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/regressions/stale-ack.ron");
    let text = std::fs::read_to_string(path).expect("it is there");
    let mut plan = cutline::scenario::load(&text, path).expect("it is valid");
    let Schedule::Deviations(steps) = &mut plan.schedule else { panic!("it pins steps") };
    steps.push((Step(42), Action::Crash(TaskId(1))));
    plan
}

/// State that the JobManager never takes, and a checkpoint failure is one too many.
fn too_large() -> Plan {
    let mut plan = Shape::Chain.plan(4, Logic::Sum, SinkKind::TwoPhaseCommit);
    plan.restart = Config::usual(true);
    plan.storage.state = plan.vertices.ids().map(|vertex| (vertex, StateSize::Fixed(1 << 30))).collect();
    plan.checkpointing.tolerable_failed = Some(0);
    plan
}

fn runs(plan: &Plan, order: &Order) -> Outcome {
    Runner::new(plan.clone()).run(order, Keep::default())
}

/// A run of each policy.
fn orders() -> impl Iterator<Item = Order> {
    (0..40).map(|seed| Strategy::Portfolio.order(seed))
}

#[track_caller]
fn is_accused(outcome: &Outcome, words: &str) {
    assert_eq!(outcome.end, End::Circling, "{:?}: {outcome:?}", outcome.order);
    let found = outcome.violations.iter().find(|violation| violation.rule == RuleName::Progress).expect("it is said");
    assert!(found.detail.starts_with("the job restarts for ever: ") && found.detail.contains(words), "{found:?}");
    assert!(outcome.steps < 3_000, "that took {} steps", outcome.steps);
}

#[track_caller]
fn nobody_is_accused(plan: &Plan, status: JobStatus) {
    for order in orders() {
        let outcome = runs(plan, &order);
        let found = outcome.violations.iter().find(|violation| violation.rule == RuleName::Progress);
        assert_eq!((found, &outcome.end), (None, &End::Over(status)), "{order:?}");
    }
}

#[test]
fn an_operator_that_always_throws_is_found_by_every_policy() {
    for restart in [FOR_EVER, Config::usual(true)] {
        for order in orders() {
            is_accused(&runs(&poisoned(restart), &order), "each time b fails (its operator threw)");
        }
    }
}

#[test]
fn a_snapshot_that_cannot_be_read_is_found() {
    let plan = unreadable();
    is_accused(&runs(&plan, &Order::of(&plan)), "yellow fails (its state could not be read)");
}

#[test]
fn state_that_is_always_too_large_is_found() {
    let plan = too_large();
    is_accused(&runs(&plan, &Order::of(&plan)), "too many checkpoints fail");
}

/// Although no two of its states are equal: attempts are numbered.
#[test]
fn every_way_to_search_finds_it() {
    let mut plan = poisoned(FOR_EVER);
    plan.limits.checkpoints = 1;
    for (reduce, walk) in
        [(true, Direction::Breadth), (true, Direction::Depth), (false, Direction::Breadth), (false, Direction::Depth)]
    {
        let search = explore(&plan, &Bounds { reduce, walk, ..Bounds::default() });
        let finding = search.failure().unwrap_or_else(|| panic!("nothing is found: {search:?}"));
        assert_eq!(finding.violation.rule, RuleName::Progress);
        assert!(search.states < 1_000, "{}", search.states);
        let order = Order {
            seed: plan.seed,
            time: Time::Untimed,
            choice: Choice::Pinned(Schedule::Prefix(finding.path.clone())),
        };
        is_accused(&runs(&plan, &order), "b fails");
        assert_eq!(finding.violation, finding.outcome.violations[0]);
    }
}

/// A search in which nothing else is wrong covers everything, with the circles left where they begin.
#[test]
fn a_search_does_not_run_along_a_circle() {
    let mut plan = poisoned(FOR_EVER);
    plan.limits.crashes = 0;
    plan.limits.checkpoints = 1;
    let bounds = Bounds { failures: usize::MAX, ..Bounds::default() };
    let search = explore(&plan, &bounds);
    assert_eq!(search.end, cutline::explore::End::Complete, "{search:?}");
    assert!(search.states < 10_000, "{}", search.states);
}

#[test]
fn it_shrinks_and_it_is_too_late_from_the_start() {
    for order in orders().take(4) {
        let case = Case::of(&poisoned(FOR_EVER), &order, Charge::Rule(RuleName::Progress)).expect("it shows again");
        let small = shrink(&case, &Effort::default()).expect("it is accused");
        assert!(small.is_minimal && small.runs < 200, "{small:?}");
        assert_eq!((small.to.faults, small.to.deviations, small.to.records), (0, 0, 1), "{small:?}");
    }
    let plan = unreadable();
    let case = Case::shown(plan, Charge::Rule(RuleName::Progress)).expect("it is accused");
    assert!(matches!(no_return(&case, 100_000), NoReturn::At { .. }));
}

// ---- not accused ----

#[test]
fn who_gives_up_has_failed_and_does_not_circle() {
    let rate = Config::FailureRate { max_failures: 7, interval: Micros::millis(1_000_000), delay: Micros::millis(100) };
    let exponential = match Config::usual(true) {
        Config::ExponentialDelay {
            initial_backoff, max_backoff, multiplier_thousandths, jitter_thousandths, ..
        } => Config::ExponentialDelay {
            initial_backoff,
            max_backoff,
            multiplier_thousandths,
            reset_threshold: Micros::millis(100_000_000),
            jitter_thousandths,
            attempts: 9,
        },
        other => other,
    };
    let fixed = Config::FixedDelay { attempts: 100, delay: Micros::millis(10) };
    for restart in [Config::None, fixed, rate, exponential] {
        nobody_is_accused(&poisoned(restart), JobStatus::Failed);
    }
    let outcome = runs(&poisoned(exponential), &Order::of(&poisoned(exponential)));
    assert_eq!((outcome.end, outcome.violations, outcome.met.restarts), (End::Over(JobStatus::Failed), vec![], 9));
}

/// So few failures in an interval that the strategy never gives up.
#[test]
fn a_failure_rate_that_is_never_reached_is_a_circle() {
    let rate = Config::FailureRate { max_failures: 3, interval: Micros::millis(100), delay: Micros::millis(60) };
    for order in orders() {
        is_accused(&runs(&poisoned(rate), &order), "each time b fails");
    }
}

/// Checkpoints 1 to 6 fail, and the job with each of them; the seventh completes.
#[test]
fn who_fails_often_and_then_goes_on_is_not_accused() {
    let mut plan = Shape::Chain.plan(4, Logic::Sum, SinkKind::TwoPhaseCommit);
    plan.restart = Config::usual(true);
    plan.checkpointing.tolerable_failed = Some(0);
    plan.storage.fails = (1..=6).map(CheckpointId).collect();
    plan.limits.checkpoints = 10;
    nobody_is_accused(&plan, JobStatus::Finished);
    let outcome = runs(&plan, &Order::of(&plan));
    assert_eq!(outcome.met.restarts, 6);
}

/// Crash after crash, with pauses that grow.
#[test]
fn faults_from_outside_are_no_circle() {
    let mut plan = Shape::Chain.plan(6, Logic::Sum, SinkKind::TwoPhaseCommit);
    plan.restart = Config::usual(true);
    plan.checkpointing.interval = Some(Micros::millis(1_000_000_000));
    plan.initial_delay = plan.checkpointing.interval;
    plan.random_faults = Some(RandomFaults {
        at_least: 10,
        at_most: 30,
        tasks: vec![],
        within: (Micros::ZERO, Micros::millis(100_000)),
    });
    plan.limits.crashes = 30;
    for order in orders() {
        let outcome = runs(&plan, &order);
        assert!(outcome.violations.is_empty() && outcome.end != End::Circling, "{outcome:?}");
    }
}

/// The pauses count where only alarms move the clock, too: each failure is a new one, and the job does not restart
/// without end at one instant (R69).
#[test]
fn r69_pauses_grow_in_untimed_runs_as_well() {
    let mut plan = poisoned(Config::usual(true));
    plan.stop = Some(Micros::millis(60_000));
    plan.limits.crashes = 0;
    for order in orders() {
        let outcome = runs(&plan, &order);
        assert_eq!((&outcome.end, &outcome.violations), (&End::Stopped, &vec![]), "{order:?}");
        // 1 s, 1.5 s, 2.25 s, ... 17 s, a tenth more or less: the eighth comes after 49 s.
        assert!((7..=9).contains(&outcome.met.restarts), "{order:?}: {outcome:?}");
    }
}

/// A person cancels it after a while, or the file cuts it off.
#[test]
fn what_a_person_ends_is_not_for_ever() {
    let at = Micros::millis(60_000);
    let mut canceled = poisoned(FOR_EVER);
    canceled.user = vec![User { ask: Ask::Cancel, at: Moment::Time(at) }];
    let outcome = runs(&canceled, &Order::of(&canceled));
    assert_eq!((outcome.end, outcome.violations), (End::Over(JobStatus::Canceled), vec![]));
    let mut stopped = poisoned(FOR_EVER);
    stopped.stop = Some(at);
    let outcome = runs(&stopped, &Order::of(&stopped));
    assert_eq!((outcome.end, outcome.violations), (End::Stopped, vec![]));
}

/// The defect is found as before, and what follows is short.
#[test]
fn a_campaign_over_a_circling_job_is_short() {
    let mut plan = poisoned(FOR_EVER);
    plan.defect = Some(Defect::EarlyCommit);
    let campaign = Campaign { plan, seeds: 0..200, strategy: Strategy::Portfolio, jobs: 0 };
    let evidence = campaign.run().expect("nothing panics");
    assert_eq!(evidence.broken[&RuleName::Progress].runs, 200);
    assert!(evidence.cut_short.is_none() && evidence.longest < 3_000, "{evidence:?}");
}
