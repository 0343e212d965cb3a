//! Planted bugs prove that the judges can see: each is found, and by the judge whose business it is.
//!
//! | defect | found by |
//! | --- | --- |
//! | no alignment | consistent-cut: a record behind the barrier is in the snapshot |
//! | stale acknowledgement | consistent-cut: a checkpoint completes without the current attempt |
//! | no rewind | state-exactly-once: a restored source is not where its checkpoint says |
//! | early commit | exactly-once: a transaction is visible before its checkpoint completed |
//! | no resume | progress: an input stays held back, and the next barrier never comes |
//! | dropped record | consistent-cut: sent before the one snapshot, missing in the other |

use cutline::explore::{Bound, Bounds, End, Search, explore};
use cutline::ids::PerId;
use cutline::operator::Ship;
use cutline::oracle::{Explanation, promised};
use cutline::plan::{Defect, Plan, RuleName, Schedule, Time};
use cutline::protocol::coordinator::Mode;
use cutline::run::{self, Choice, Keep, Order, Outcome, Runner};
use cutline::testing::{chain, reference};

/// The judge whose business a defect is.
fn judge_of(defect: Defect) -> RuleName {
    match defect {
        Defect::NoAlignment | Defect::StaleAck | Defect::DroppedRecord => RuleName::ConsistentCut,
        Defect::NoRewind => RuleName::StateExactlyOnce,
        Defect::EarlyCommit => RuleName::ExactlyOnce,
        Defect::NoResume => RuleName::Progress,
    }
}

// ---- campaigns ----

/// The first run among `seeds` that breaks a rule.
fn first_broken(plan: &Plan, seeds: u64) -> Option<Outcome> {
    let mut runner = Runner::new(plan.clone());
    (0..seeds)
        .map(|seed| runner.run(&Order::alternating(seed), Keep::default()))
        .find(|outcome| !outcome.violations.is_empty())
}

#[track_caller]
fn found_by_campaign(defect: Defect, plan: Plan) {
    let outcome = first_broken(&Plan { defect: Some(defect), ..plan.clone() }, 2_000);
    let outcome = outcome.unwrap_or_else(|| panic!("2000 runs did not find {defect:?}"));
    let first = &outcome.violations[0];
    assert_eq!(first.rule, judge_of(defect), "{defect:?} was found by the wrong judge: {outcome:#?}");
    if let Some(accused) = first_broken(&plan, 2_000) {
        panic!("the honest protocol is accused: {:#?}", accused.violations);
    }
}

#[test]
fn no_alignment_is_found() {
    found_by_campaign(Defect::NoAlignment, reference(4, 3, 1, 2));
}

#[test]
fn a_stale_acknowledgement_is_found() {
    let mut plan = reference(4, 3, 2, 2);
    plan.limits.late_acks = 2;
    found_by_campaign(Defect::StaleAck, plan);
}

#[test]
fn no_rewind_is_found() {
    found_by_campaign(Defect::NoRewind, reference(4, 3, 1, 2));
}

/// At-least-once promises less, but not nothing.
#[test]
fn what_loses_records_is_found_in_an_at_least_once_job() {
    for defect in [Defect::NoRewind, Defect::DroppedRecord] {
        let mut plan = reference(4, 3, 1, 2);
        plan.checkpointing.mode = Mode::AtLeastOnce;
        let failing = |outcome: &Outcome| outcome.violations.iter().any(|found| promised(&plan, found.rule));
        let runs = |defect| {
            let mut runner = Runner::new(Plan { defect, ..plan.clone() });
            (0..500).map(|seed| runner.run(&Order::alternating(seed), Keep::default())).find(failing)
        };
        assert!(runs(Some(defect)).is_some(), "500 runs did not find {defect:?}");
        assert!(runs(None).is_none(), "the honest protocol is accused");
    }
}

#[test]
fn an_early_commit_is_found() {
    found_by_campaign(Defect::EarlyCommit, reference(4, 3, 1, 2));
}

#[test]
fn a_dropped_record_is_found() {
    found_by_campaign(Defect::DroppedRecord, reference(4, 3, 1, 2));
}

#[test]
fn an_input_that_stays_held_back_is_found() {
    found_by_campaign(Defect::NoResume, reference(4, 3, 1, 2));
}

// ---- search ----

/// Two sources and one sum: the smallest job with something to align.
fn fan_in(records: i64, crashes: u32) -> Plan {
    let mut plan = reference(records, 1, crashes, 2);
    let vertices: Vec<_> = plan.vertices.iter().take(3).cloned().collect();
    plan.vertices = vertices.into_iter().collect::<PerId<_, _>>();
    let sum = cutline::ids::VertexId(2);
    plan.vertices[sum].inputs.iter_mut().for_each(|edge| edge.ship = Ship::Rebalance);
    plan
}

/// A source and a two-phase sink: the smallest job with something to commit.
fn source_to_sink(records: i64, checkpoints: u32, crashes: u32) -> Plan {
    let mut plan = chain(0, records);
    plan.channels.buffers = 2;
    plan.limits.checkpoints = checkpoints;
    plan.limits.crashes = crashes;
    plan
}

fn search(plan: &Plan) -> Search {
    explore(plan, &Bounds { sample: 10, ..Bounds::default() })
}

#[track_caller]
fn found_by_search(defect: Defect, plan: Plan) {
    let plan = Plan { defect: Some(defect), ..plan };
    let search = search(&plan);
    assert_eq!(search.end, End::Stopped { at: Bound::Failures }, "{defect:?} was not found");
    let finding = search.failure().expect("a search that was stopped by a failure has one");
    assert_eq!(finding.violation.rule, judge_of(defect), "{:?}", finding.violation);

    // The path is a schedule: it leads there again, and the full judgement agrees.
    let choice = Choice::Pinned(Schedule::Prefix(finding.path.clone()));
    let order = Order { seed: plan.seed, time: Time::Untimed, choice };
    let again = Runner::new(plan).run(&order, Keep::default());
    assert_eq!(again.violations.first(), Some(&finding.violation));
    assert_eq!(again.violations, finding.outcome.violations);
}

#[track_caller]
fn nothing_is_found(plan: &Plan) -> Search {
    let search = explore(plan, &Bounds { sample: 10, reduce: false, ..Bounds::default() });
    assert_eq!(search.end, End::Complete, "{:#?}", search.failure().map(|finding| &finding.violation));
    assert!(search.findings.is_empty() && search.sampled > 0 && search.bounded == 0, "{search:?}");
    search
}

#[test]
fn search_finds_no_alignment() {
    found_by_search(Defect::NoAlignment, fan_in(2, 1));
}

#[test]
fn search_finds_a_stale_acknowledgement() {
    let mut plan = source_to_sink(3, 2, 1);
    plan.limits.late_acks = 1;
    found_by_search(Defect::StaleAck, plan);
}

#[test]
fn search_finds_no_rewind() {
    found_by_search(Defect::NoRewind, source_to_sink(2, 1, 1));
}

#[test]
fn search_finds_an_early_commit() {
    found_by_search(Defect::EarlyCommit, source_to_sink(2, 1, 0));
}

#[test]
fn search_finds_a_dropped_record() {
    found_by_search(Defect::DroppedRecord, source_to_sink(3, 2, 0));
}

#[test]
fn search_finds_an_input_that_stays_held_back() {
    found_by_search(Defect::NoResume, source_to_sink(2, 1, 0));
}

/// How many states there are is a fact of the model: whoever changes what is in a state, or the grain of a step, sees
/// it here.
#[test]
fn the_honest_protocol_holds_in_every_schedule_of_small_jobs() {
    assert_eq!(nothing_is_found(&source_to_sink(2, 1, 0)).states, 813);
    assert_eq!(nothing_is_found(&source_to_sink(2, 1, 1)).states, 13_727);
    assert_eq!(nothing_is_found(&fan_in(1, 0)).states, 21_583);
}

#[test]
fn a_bound_is_no_proof() {
    let plan = fan_in(1, 1);
    let stopped = |bounds| explore(&plan, &bounds).end;
    let few = Bounds { states: 1_000, ..Bounds::default() };
    assert_eq!(stopped(few), End::Stopped { at: Bound::States });
    let shallow = Bounds { depth: 10, ..Bounds::default() };
    assert_eq!(stopped(shallow), End::Stopped { at: Bound::Depth });
}

#[test]
fn a_broken_rule_that_the_file_expects_is_no_failure() {
    let mut plan = Plan { defect: Some(Defect::EarlyCommit), ..source_to_sink(1, 1, 0) };
    plan.expect = vec![cutline::plan::Expectation::Violates(RuleName::ExactlyOnce)];
    let search = search(&plan);
    assert_eq!(search.end, End::Complete, "{search:?}");
    assert!(search.failure().is_none() && search.findings.len() == 1, "{search:?}");
    assert_eq!(search.tally.verdicts(), [cutline::oracle::expect::Verdict::Passed]);
    let outcome = &search.findings[0].outcome;
    assert!(matches!(outcome.end, run::End::Over(_)), "{outcome:?}");
    assert!(!matches!(outcome.explanation, Explanation::NotApplicable), "{outcome:?}");
}
