//! A finding made into a plan that shows it again: the whole plan, with the steps of that run up to the violation, or what
//! a shrinking search has left of them.

use super::evidence::Standing;
use super::fault::{Fault, guarded};
use crate::oracle::Violation;
use crate::plan::{Expectation, Plan, RuleName, Schedule};
use crate::run::{Keep, Order, Outcome, Runner};
use crate::trace::Digest;

/// A finding as a plan of its own.
#[derive(Clone, Debug)]
pub struct Case {
    /// The plan: it expects that the rule breaks, and what else breaks in this run.
    pub plan: Plan,
    /// How it breaks, when the plan is run.
    pub violation: Violation,
    /// That run, with its trace.
    pub outcome: Outcome,
    /// The digest of its trace.
    pub digest: Digest,
    /// How many steps are pinned.
    pub pinned: usize,
}

impl Case {
    /// The case of a run, made in this order, that breaks this rule.
    ///
    /// # Errors
    /// [`Fault::Lost`] if the rule does not break at the same step when the case is run; [`Fault::Panicked`].
    pub fn of(plan: &Plan, order: &Order, rule: RuleName) -> Result<Self, Fault> {
        let seed = order.seed;
        let lost = || Fault::Lost { seed, rule };
        let keep = Keep { actions: true, trace: false };
        let mut outcome = guarded(seed, || Runner::new(plan.clone()).run(order, keep))?;
        let found = outcome.violations.iter().find(|violation| violation.rule == rule).ok_or_else(lost)?;
        // What shows at the end only needs all steps.
        outcome.actions.truncate(found.step.0 as usize + 1);
        let pinned = outcome.actions.len();
        let plan = Plan {
            seed,
            time: order.time,
            schedule: if pinned == 0 { Schedule::Free } else { Schedule::Prefix(outcome.actions) },
            ..plan.clone()
        };
        let case = Self::shown(plan, rule)?;
        if (case.violation.step, &case.violation.detail) != (found.step, &found.detail) {
            return Err(lost());
        }
        Ok(case)
    }

    /// The case of a plan whose own run breaks this rule. What the plan expected is replaced.
    ///
    /// # Errors
    /// [`Fault::Lost`] if the run does not break the rule; [`Fault::Panicked`].
    pub fn shown(plan: Plan, rule: RuleName) -> Result<Self, Fault> {
        Self::shown_as(plan, rule, &|violation| violation.rule == rule)
    }

    /// The same, of the first violation of the rule that is meant: one run may break a rule in several ways.
    pub(super) fn shown_as(
        mut plan: Plan,
        rule: RuleName,
        is_meant: &dyn Fn(&Violation) -> bool,
    ) -> Result<Self, Fault> {
        let seed = plan.seed;
        plan.expect = vec![Expectation::Violates(rule)];
        let pinned = match &plan.schedule {
            Schedule::Free => 0,
            Schedule::Prefix(actions) => actions.len(),
            Schedule::Deviations(deviations) => deviations.len(),
        };
        let (again, digest) = guarded(seed, || {
            let mut runner = Runner::new(plan.clone());
            let again = runner.run(&Order::of(&plan), Keep { trace: true, actions: false });
            let digest = again.digest(&runner.topology().names);
            (again, digest)
        })?;
        let same = again.violations.iter().find(|violation| is_meant(violation));
        let violation = same.ok_or(Fault::Lost { seed, rule })?.clone();
        // One cause often breaks several rules; the file is red unless it says so.
        for violation in &again.violations {
            if Standing::of(&plan, violation.rule) == Standing::Failure {
                plan.expect.push(Expectation::Violates(violation.rule));
            }
        }
        Ok(Self { plan, violation, outcome: again, digest, pinned })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Campaign, Status, Strategy, judge};
    use crate::plan::Defect;
    use crate::testing::jobs::reference;

    #[test]
    fn a_case_shows_what_was_found() {
        for defect in Defect::ALL {
            let mut plan = reference(4, 3, 1, 2);
            plan.defect = Some(defect);
            plan.limits.late_acks = 2;
            plan.limits.crashes = 2;
            let campaign = Campaign { plan, seeds: 0..2_000, strategy: Strategy::Portfolio, jobs: 0 };
            let evidence = campaign.run().expect("nothing panics");
            assert!(!evidence.broken.is_empty(), "{defect:?} is not found");
            for (&rule, broken) in &evidence.broken {
                let case = Case::of(&campaign.plan, &campaign.order(broken.seed), rule).expect("it shows again");
                assert_eq!(case.violation, broken.violation);
                let judgement = judge(&case.plan, Keep { trace: true, actions: false }).expect("nothing panics");
                assert_eq!((judgement.status(), judgement.evidence.runs()), (Status::Holds, 1), "{defect:?}");
                let names = crate::plan::Topology::new(&case.plan).names;
                assert_eq!(judgement.outcome.digest(&names).value(), case.digest.value());
            }
        }
    }
}
