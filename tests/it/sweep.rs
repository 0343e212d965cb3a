//! A crash at every single step of the teaching scenarios, of everybody who lives then: all hold.

use std::ops::ControlFlow;
use std::path::Path;

use cutline::explore::{Strike, Victim, sweep};
use cutline::ids::VertexId;
use cutline::oracle::Explanation;
use cutline::oracle::expect::Seen;
use cutline::plan::{Check, Expectation, Plan};
use cutline::run::End;
use cutline::scenario;
use cutline::trace::JobStatus;

/// The scenario without what it says of its own run; instead, the sums at the end.
fn seed(name: &str, totals: &[(u32, i64)]) -> Plan {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/seeds").join(name);
    let mut plan = scenario::load_file(&path).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let total = |&(vertex, total)| Expectation::Always(Check::Final { vertex: VertexId(vertex), total });
    plan.expect = totals.iter().map(total).collect();
    plan
}

#[track_caller]
fn check(plan: &Plan, at_least: usize) {
    let mut restored = 0;
    let swept = sweep(plan, 0, |strike| {
        judge(&strike);
        restored += usize::from(strike.outcome.met.restored_checkpoint);
        ControlFlow::Continue(())
    });
    let strikes = swept.strikes;
    assert!(strikes >= at_least, "only {strikes} crashes");
    assert!(restored * 3 > strikes, "only {restored} of {strikes} restored a checkpoint");
}

fn judge(Strike { after, victim, plan, outcome }: &Strike) {
    let holds = outcome.violations.is_empty()
        && outcome.end == End::Over(JobStatus::Finished)
        && matches!(outcome.explanation, Explanation::Explained { .. })
        && outcome.seen.iter().all(|(_, seen)| matches!(seen, Seen::Holds(_)))
        && outcome.met.crashes > 0;
    let text = || scenario::print(plan).expect("a file has a text");
    assert!(holds, "a crash of {victim:?} after {after} steps: {outcome:#?}\n{}", text());
}

#[test]
fn recovery_survives_a_crash_at_every_step() {
    check(&seed("recovery.ron", &[(0, 7), (1, 12), (2, 16)]), 400);
}

#[test]
fn alignment_survives_a_crash_at_every_step() {
    check(&seed("alignment.ron", &[(0, 6), (1, 6), (2, 24), (3, 18)]), 600);
}

#[test]
fn where_one_crash_takes_all_it_strikes_once_at_each_step() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference/n2k1c1q2.ron");
    let plan = scenario::load_file(&path).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let swept = sweep(&plan, 0, |strike| {
        assert!(strike.outcome.violations.is_empty() && !strike.shown().cut_short, "{strike:#?}");
        ControlFlow::Continue(())
    });
    assert_eq!(swept.strikes, swept.steps);
    assert!(swept.steps > 20, "only {} steps", swept.steps);
}

/// 1. Both the task managers and the tasks crash, at each step.
/// 2. However many cores there are, the strikes come in the same order and show the same.
#[test]
fn task_managers_crash_too_and_the_number_of_cores_does_not_show() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/task-manager-crash.ron");
    let mut plan = scenario::load_file(&path).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    (plan.faults, plan.expect) = (Vec::new(), Vec::new());
    let swept = |jobs| {
        let mut shown = Vec::new();
        sweep(&plan, jobs, |strike| {
            shown.push((strike.after, strike.victim, strike.outcome.steps, strike.outcome.violations.len()));
            ControlFlow::Continue(())
        });
        shown
    };
    let one = swept(1);
    assert_eq!(one, swept(3));
    let managers = one.iter().filter(|(_, victim, ..)| matches!(victim, Victim::Manager(_))).count();
    assert!(managers > 50 && one.len() > 3 * managers, "{managers} of {}", one.len());
    assert!(one.iter().all(|&(.., violations)| violations == 0));
}
