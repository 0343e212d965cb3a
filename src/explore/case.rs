//! A finding made into a plan that shows it again: the whole plan, with the steps of that run up to the violation, or what
//! a shrinking search has left of them.
//!
//! The plan of a case expects what it shows, so that its run holds: that the rule breaks; of an expectation that is not
//! met, the opposite.

use super::evidence::Standing;
use super::fault::{Fault, guarded};
use crate::ids::Step;
use crate::oracle::Violation;
use crate::plan::{Expectation, Plan, RuleName, Schedule};
use crate::run::{Keep, Order, Outcome, Runner};
use crate::trace::Digest;

/// What a run is accused of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Charge {
    /// It breaks this rule.
    Rule(RuleName),
    /// It does not meet this expectation of its plan, by number.
    Expectation(usize),
}

/// What a case shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shows {
    /// A rule is broken.
    Broken(Violation),
    /// An expectation is not met.
    Unmet {
        /// The expectation.
        expectation: Expectation,
        /// Why it is not met.
        why: String,
        /// All steps of the run lie before this one: an expectation is judged at the end.
        step: Step,
    },
}

impl Shows {
    /// The step at which it shows.
    pub fn step(&self) -> Step {
        match self {
            Self::Broken(violation) => violation.step,
            Self::Unmet { step, .. } => *step,
        }
    }

    /// The violation, if it is one.
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Broken(violation) => Some(violation),
            Self::Unmet { .. } => None,
        }
    }

    /// What a run of this plan shows of a charge; nothing if it is innocent.
    fn of(charge: Charge, plan: &Plan, outcome: &Outcome) -> Option<Self> {
        match charge {
            Charge::Rule(rule) => {
                outcome.violations.iter().find(|violation| violation.rule == rule).cloned().map(Self::Broken)
            }
            Charge::Expectation(number) => {
                let why = outcome.unmet(plan).find(|unmet| unmet.0 == number)?.1;
                Some(Self::Unmet { expectation: plan.expect[number].clone(), why, step: Step(outcome.steps) })
            }
        }
    }

    /// Whether both say the same of the same step.
    fn agrees_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Broken(one), Self::Broken(other)) => (one.step, &one.detail) == (other.step, &other.detail),
            (Self::Broken(_) | Self::Unmet { .. }, _) => self == other,
        }
    }
}

/// A finding as a plan of its own.
#[derive(Clone, Debug)]
pub struct Case {
    /// The plan: it expects what it shows, and what else breaks in this run.
    pub plan: Plan,
    /// What that is, when the plan is run.
    pub shows: Shows,
    /// That run, with its trace.
    pub outcome: Outcome,
    /// The digest of its trace.
    pub digest: Digest,
    /// How many steps are pinned.
    pub pinned: usize,
}

impl Case {
    /// The case of a run, made in this order, that is guilty of this.
    ///
    /// # Errors
    /// [`Fault::Lost`] if it does not show at the same step when the case is run; [`Fault::Panicked`].
    pub fn of(plan: &Plan, order: &Order, charge: Charge) -> Result<Self, Fault> {
        let seed = order.seed;
        let lost = || Fault::Lost { seed, charge };
        let keep = Keep { actions: true, trace: false };
        let mut outcome = guarded(seed, || Runner::new(plan.clone()).run(order, keep))?;
        let found = Shows::of(charge, plan, &outcome).ok_or_else(lost)?;
        // What shows at the end only needs all steps.
        outcome.actions.truncate(found.step().0 as usize + 1);
        let pinned = outcome.actions.len();
        let plan = Plan {
            seed,
            time: order.time,
            schedule: if pinned == 0 { Schedule::Free } else { Schedule::Prefix(outcome.actions) },
            ..plan.clone()
        };
        let case = Self::shown(plan, charge)?;
        if case.shows.agrees_with(&found) { Ok(case) } else { Err(lost()) }
    }

    /// The case of a plan whose own run is guilty of this. What the plan expected is replaced.
    ///
    /// # Errors
    /// [`Fault::Lost`] if the run is innocent; [`Fault::Panicked`].
    pub fn shown(plan: Plan, charge: Charge) -> Result<Self, Fault> {
        match charge {
            Charge::Rule(rule) => Self::broken(plan, rule, &|violation| violation.rule == rule),
            Charge::Expectation(number) => {
                let expectation = plan.expect.get(number).cloned();
                let lost = Fault::Lost { seed: plan.seed, charge };
                Self::unmet(plan, expectation.ok_or_else(|| lost.clone())?)?.ok_or(lost)
            }
        }
    }

    /// The case of a plan whose own run breaks a rule as it is meant: one run may break a rule in several ways.
    pub(super) fn broken(mut plan: Plan, rule: RuleName, is_meant: &dyn Fn(&Violation) -> bool) -> Result<Self, Fault> {
        let lost = Fault::Lost { seed: plan.seed, charge: Charge::Rule(rule) };
        plan.expect = vec![Expectation::Violates(rule)];
        let (outcome, digest) = again(&plan)?;
        let violation = outcome.violations.iter().find(|violation| is_meant(violation)).ok_or(lost)?.clone();
        Ok(Self::new(plan, Shows::Broken(violation), outcome, digest))
    }

    /// The case of a plan whose own run does not meet this expectation; nothing if it does.
    pub(super) fn unmet(mut plan: Plan, expectation: Expectation) -> Result<Option<Self>, Fault> {
        let Some(opposite) = opposite(&expectation) else { return Ok(None) };
        plan.expect = vec![opposite];
        let (mut outcome, mut digest) = again(&plan)?;
        let is_met = outcome.seen.first().is_some_and(|(_, seen)| seen.meets(&plan.expect[0]));
        // Of a run that is cut short less can be said of what does not occur: then the case stays red.
        if !is_met {
            plan.expect = vec![expectation.clone()];
            (outcome, digest) = again(&plan)?;
        }
        let Some(why) = outcome.seen.first().and_then(|(_, seen)| seen.misses(&expectation)) else { return Ok(None) };
        let shows = Shows::Unmet { expectation, why, step: Step(outcome.steps) };
        Ok(Some(Self::new(plan, shows, outcome, digest)))
    }

    fn new(mut plan: Plan, shows: Shows, outcome: Outcome, digest: Digest) -> Self {
        // One cause often breaks several rules; the file is red unless it says so.
        for violation in &outcome.violations {
            if Standing::of(&plan, violation.rule) == Standing::Failure {
                plan.expect.push(Expectation::Violates(violation.rule));
            }
        }
        let pinned = match &plan.schedule {
            Schedule::Free => 0,
            Schedule::Prefix(actions) => actions.len(),
            Schedule::Deviations(deviations) => deviations.len(),
        };
        Self { plan, shows, outcome, digest, pinned }
    }

    /// The charge, for the plan of the case.
    pub fn charge(&self) -> Charge {
        match &self.shows {
            Shows::Broken(violation) => Charge::Rule(violation.rule),
            Shows::Unmet { .. } => Charge::Expectation(0),
        }
    }
}

/// What holds of a run that does not meet an expectation.
pub fn opposite(expectation: &Expectation) -> Option<Expectation> {
    match expectation {
        Expectation::Always(check) => Some(Expectation::Never(check.clone())),
        Expectation::Never(check) => Some(Expectation::Always(check.clone())),
        Expectation::Sometimes(_) | Expectation::Violates(_) => None,
    }
}

fn again(plan: &Plan) -> Result<(Outcome, Digest), Fault> {
    guarded(plan.seed, || {
        let mut runner = Runner::new(plan.clone());
        let again = runner.run(&Order::of(plan), Keep { trace: true, actions: false });
        let digest = again.digest(&runner.topology().names);
        (again, digest)
    })
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
                let case =
                    Case::of(&campaign.plan, &campaign.order(broken.seed), Charge::Rule(rule)).expect("it shows again");
                assert_eq!(case.shows, Shows::Broken(broken.violation.clone()));
                let judgement = judge(&case.plan, Keep { trace: true, actions: false }).expect("nothing panics");
                assert_eq!((judgement.status(), judgement.evidence.runs()), (Status::Holds, 1), "{defect:?}");
                let names = crate::plan::Topology::new(&case.plan).names;
                assert_eq!(judgement.outcome.digest(&names).value(), case.digest.value());
            }
        }
    }
}
