//! What `run` makes of a plan: its own run, and as many more as its expectations ask for.

use super::evidence::{Evidence, Status};
use super::fault::{Fault, guarded};
use crate::plan::{Plan, Schedule};
use crate::run::{Keep, Order, Outcome, Runner};

/// What is known of a plan after `run`.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The run that the plan describes.
    pub outcome: Outcome,
    /// What it and the further runs showed.
    pub evidence: Evidence,
}

impl Judgement {
    /// What is known in the end.
    pub fn status(&self) -> Status {
        self.evidence.status()
    }
}

/// Makes the run that the plan describes and judges it. If something must be seen at least once and was not, the runs
/// of the next seeds follow, until it was, or until there are as many runs as the plan's `seeds` say; they are
/// timed and random in turn. A plan with a schedule is judged on that alone.
///
/// # Errors
/// [`Fault::Panicked`].
pub fn judge(plan: &Plan, keep: Keep) -> Result<Judgement, Fault> {
    judge_until(plan, keep, &|| false)
}

/// The same, but once `stop` says so there are no further runs, and the one under way is cut off:
/// [`crate::run::End::Interrupted`].
///
/// # Errors
/// [`Fault::Panicked`].
pub fn judge_until(plan: &Plan, keep: Keep, stop: &dyn Fn() -> bool) -> Result<Judgement, Fault> {
    let (mut runner, outcome) = guarded(plan.seed, || {
        let mut runner = Runner::new(plan.clone());
        let outcome = runner.run_until(&Order::of(plan), keep, stop);
        (runner, outcome)
    })?;
    let mut evidence = Evidence::new(plan);
    evidence.add(plan, &outcome);
    if plan.schedule == Schedule::Free {
        for further in 1..u64::from(plan.seeds) {
            if !evidence.tally.is_waiting() || stop() {
                break;
            }
            let order = Order::alternating(plan.seed.wrapping_add(further));
            let outcome = guarded(order.seed, || runner.run_until(&order, Keep::default(), stop))?;
            evidence.add(plan, &outcome);
        }
    }
    Ok(Judgement { outcome, evidence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Check, Defect, Expectation, RuleName};
    use crate::testing::jobs::reference;
    use crate::trace::JobStatus;

    fn judged(plan: &Plan) -> Judgement {
        judge(plan, Keep::default()).expect("nothing panics")
    }

    #[test]
    fn one_run_is_enough_for_what_always_holds() {
        let mut plan = reference(4, 3, 1, 2);
        plan.expect = vec![Expectation::Always(Check::Job(JobStatus::Finished))];
        let judged = judged(&plan);
        assert_eq!((judged.status(), judged.evidence.runs()), (Status::Holds, 1));
    }

    #[test]
    fn runs_go_on_until_a_rule_breaks() {
        let mut plan = reference(4, 3, 1, 2);
        plan.defect = Some(Defect::NoAlignment);
        plan.expect = vec![Expectation::Violates(RuleName::StateExactlyOnce)];
        let judged = judged(&plan);
        let runs = judged.evidence.runs();
        assert!(runs > 1 && runs < u64::from(plan.seeds), "{runs}");
        assert!(!judged.evidence.tally.is_waiting());
    }

    #[test]
    fn a_rule_that_never_breaks_makes_the_file_red() {
        let mut plan = reference(4, 3, 1, 2);
        plan.seeds = 5;
        plan.expect = vec![Expectation::Violates(RuleName::ExactlyOnce)];
        let violated = judged(&plan);
        assert_eq!((violated.status(), violated.evidence.runs()), (Status::Violated, 5));
        plan.expect = vec![Expectation::Sometimes(Check::Job(JobStatus::Failed))];
        let unseen = judged(&plan);
        assert_eq!((unseen.status(), unseen.evidence.runs()), (Status::Inconclusive, 5));
    }
}
