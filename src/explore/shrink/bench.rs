//! One attempt: a plan and wishes for its schedule are run, and what was done becomes a schedule of its own.

use super::ByHand;
use super::size::Size;
use crate::action::Action;
use crate::explore::case::{Case, Shows};
use crate::explore::fault::guarded;
use crate::ids::{Step, TaskId};
use crate::oracle::{Violation, promised};
use crate::plan::{Expectation, Plan, RuleName, Schedule, Time};
use crate::run::{End, Keep, Order, Outcome, Runner};
use crate::schedule::{Loose, Made, Policy, Wishes};
use crate::trace::{Entry, Event};

/// How many runs a shrinking search may make, and how long they may be together. No clock: what comes out depends on
/// nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effort {
    /// Runs. One that has begun is confirmed by one more.
    pub runs: u64,
    /// Steps of all runs.
    pub steps: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { runs: 20_000, steps: 5_000_000 }
    }
}

/// What a run is accused of: what must stay the same while it shrinks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Accusation {
    /// The rule.
    pub rule: RuleName,
    /// The invariant of it; empty if it has none.
    pub invariant: &'static str,
    /// Whether it is about a channel.
    pub of_channel: bool,
}

impl Accusation {
    /// What a violation says.
    pub fn of(violation: &Violation) -> Self {
        let Violation { rule, invariant, channel, .. } = violation;
        Self { rule: *rule, invariant, of_channel: channel.is_some() }
    }

    /// The first violation among these that says the same.
    pub fn first<'a>(&self, violations: &'a [Violation]) -> Option<&'a Violation> {
        violations.iter().find(|violation| Self::of(violation) == *self)
    }
}

/// What must stay the same while a case shrinks.
#[derive(Clone, Debug)]
enum Same {
    /// The rule breaks in the same way.
    Broken {
        accusation: Accusation,
        /// Whether a simpler plan must promise to keep the rule, as the first one does.
        promised: bool,
    },
    /// The expectation is not met, although the timed run of the same plan meets it: else a sum that is right for some
    /// records is wrong for fewer of them, and nothing is left but a file that expects nonsense.
    Unmet,
    /// The expectation is not met, in these words: nor does the timed run of the first plan meet it.
    UnmetSo(String),
}

/// The plan with what it is accused of as its only expectation.
pub(super) fn accused(case: &Case) -> Plan {
    let expect = match &case.shows {
        Shows::Broken(violation) => Expectation::Violates(violation.rule),
        Shows::Unmet { expectation, .. } => expectation.clone(),
    };
    Plan { expect: vec![expect], ..case.plan.clone() }
}

/// A case on its way to become smaller.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// The plan; its schedule says where it differs from the timed order.
    pub(super) plan: Plan,
    /// Its steps until it shows.
    pub(super) made: Vec<Made>,
    pub(super) size: Size,
}

impl Draft {
    /// The steps that differ from the timed order.
    pub(super) fn deviations(&self) -> &[(Step, Action)] {
        match &self.plan.schedule {
            Schedule::Deviations(deviations) => deviations,
            Schedule::Free | Schedule::Prefix(_) => &[],
        }
    }

    pub(super) fn chosen(&self) -> impl Iterator<Item = Action> {
        self.made.iter().map(|made| made.chosen)
    }
}

/// Makes attempts, and counts them.
pub(super) struct Bench {
    same: Same,
    effort: Effort,
    pub(super) runs: u64,
    steps: u64,
    /// A simpler plan may take somewhat longer than the first one, but not run away.
    longest: u64,
    /// Whether the run of the last attempt did.
    pub(super) ran_away: bool,
    /// The runner of the last attempt, which serves the next one if the plan is the same.
    runner: Option<Runner>,
    /// The plan whose timed run was made last, and whether that meets what it expects.
    usual: Option<(Plan, bool)>,
}

impl Bench {
    pub(super) fn new(case: &Case, effort: Effort) -> Self {
        let mut bench = Self {
            same: Same::Unmet,
            effort,
            runs: 0,
            steps: 0,
            longest: case.outcome.steps * 2 + 1_000,
            ran_away: false,
            runner: None,
            usual: None,
        };
        match &case.shows {
            Shows::Broken(violation) => {
                let promised = promised(&case.plan, violation.rule);
                bench.same = Same::Broken { accusation: Accusation::of(violation), promised };
            }
            Shows::Unmet { why, .. } => {
                if !bench.usually_meets(&accused(case)) {
                    bench.same = Same::UnmetSo(why.clone());
                }
            }
        }
        bench
    }

    /// Steps of all runs.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether the effort is spent.
    pub(super) fn is_spent(&self) -> bool {
        self.runs >= self.effort.runs || self.steps >= self.effort.steps
    }

    /// Runs a plan with these wishes; the draft that it makes if it is accused of the same.
    pub(super) fn attempt(&mut self, plan: &Plan, wishes: Wishes) -> Option<Draft> {
        match &self.same {
            Same::Broken { accusation, promised: true } if !promised(plan, accusation.rule) => return None,
            // What it was about is gone.
            Same::Unmet | Same::UnmetSo(_) if plan.expect.is_empty() => return None,
            Same::Broken { .. } | Same::Unmet | Same::UnmetSo(_) => {}
        }
        let mut policy = Loose::new(wishes.clone());
        self.ran_away = false;
        let outcome = self.run(plan, &wishes, &mut policy)?;
        self.ran_away = outcome.end == End::OutOfSteps && self.longest < plan.limits.steps;
        if self.ran_away {
            return None;
        }
        let step = self.shows(plan, &outcome)?;
        if !self.makes_sense(plan) {
            return None;
        }
        Some(draft(plan, policy.made, step, &outcome.trace))
    }

    /// The step at which a run of this plan shows what it is accused of.
    fn shows(&self, plan: &Plan, outcome: &Outcome) -> Option<Step> {
        match &self.same {
            Same::Broken { accusation, .. } => accusation.first(&outcome.violations).map(|violation| violation.step),
            Same::Unmet => outcome.unmet(plan).next().map(|_| Step(outcome.steps)),
            Same::UnmetSo(words) => {
                outcome.unmet(plan).next().filter(|(_, why)| why == words).map(|_| Step(outcome.steps))
            }
        }
    }

    /// Whether the expectation is one that the plan meets by itself, if it was before.
    fn makes_sense(&mut self, plan: &Plan) -> bool {
        !matches!(self.same, Same::Unmet) || self.usually_meets(plan)
    }

    /// Whether the timed run of a plan, with its placed and drawn faults, meets its expectation.
    fn usually_meets(&mut self, plan: &Plan) -> bool {
        let usual = Plan { schedule: Schedule::Free, time: Time::Timed, ..plan.clone() };
        if let Some((known, meets)) = &self.usual
            && *known == usual
        {
            return *meets;
        }
        self.runs += 1;
        let order = Order::of(&usual);
        let outcome = guarded(usual.seed, || Runner::new(usual.clone()).run(&order, Keep::default()));
        let meets = outcome.is_ok_and(|outcome| {
            self.steps += outcome.steps;
            outcome.seen.first().is_some_and(|(_, seen)| seen.meets(&usual.expect[0]))
        });
        self.usual = Some((usual, meets));
        meets
    }

    /// Whether the draft, run as it stands, is accused of the same at the same step.
    pub(super) fn confirms(&mut self, draft: &Draft) -> bool {
        self.runs += 1;
        let plan = draft.plan.clone();
        let outcome = guarded(plan.seed, || {
            let order = Order::of(&plan);
            Runner::new(plan).run(&order, Keep::default())
        });
        let Ok(outcome) = outcome else { return false };
        self.steps += outcome.steps;
        self.shows(&draft.plan, &outcome) == Some(draft.size.step)
    }

    /// The step at which a plan breaks its rule under a policy; as many crashes may come as these wishes have.
    pub(super) fn breaks_at(&mut self, plan: &Plan, wishes: &Wishes, policy: &mut dyn Policy) -> Option<Step> {
        let outcome = self.run(plan, wishes, policy)?;
        self.shows(plan, &outcome)
    }

    /// What becomes of a plan that is run as it stands; nothing if it panics.
    pub(super) fn by_hand(&mut self, mut plan: Plan) -> Option<ByHand> {
        plan.limits.steps = plan.limits.steps.min(self.longest);
        self.runs += 1;
        let order = Order::of(&plan);
        let outcome = guarded(plan.seed, || Runner::new(plan.clone()).run(&order, Keep::default())).ok()?;
        self.steps += outcome.steps;
        let breaks = self.shows(&plan, &outcome).is_some() && self.makes_sense(&plan);
        Some(match outcome.end {
            End::Mismatch(mismatch) => ByHand::Misfits(mismatch.step),
            _ if breaks => ByHand::Breaks,
            End::OutOfSteps => ByHand::RunsAway,
            _ => ByHand::Holds,
        })
    }

    /// Runs a plan with a policy that follows these wishes; nothing if it panics, which is another finding.
    pub(super) fn run(&mut self, plan: &Plan, wishes: &Wishes, policy: &mut dyn Policy) -> Option<Outcome> {
        let staged = staged(plan, wishes, self.longest);
        let order = Order::of(&staged);
        let runner = self.runner.take().filter(|runner| **runner.plan() == staged);
        self.runs += 1;
        let (runner, outcome) = guarded(order.seed, || {
            let mut runner = runner.unwrap_or_else(|| Runner::new(staged));
            let outcome = runner.run_with(policy, &order, Keep { trace: true, actions: false });
            (runner, outcome)
        })
        .ok()?;
        self.runner = Some(runner);
        self.steps += outcome.steps;
        Some(outcome)
    }
}

/// The plan as it is run with wishes: a timed run offers as many crashes as its schedule pins.
fn staged(plan: &Plan, wishes: &Wishes, longest: u64) -> Plan {
    let is_crash = |action: &Action| matches!(action, Action::Crash(_) | Action::CrashManager(_));
    let crashes = match wishes {
        Wishes::Order(actions) => actions.iter().filter(|action| is_crash(action)).count(),
        Wishes::Steps(steps) => steps.iter().filter(|(_, action)| is_crash(action)).count(),
    };
    let mut staged = plan.clone();
    staged.schedule = Schedule::Deviations(vec![(Step(0), Action::Crash(TaskId(0))); crashes]);
    staged.limits.steps = staged.limits.steps.min(longest);
    staged
}

/// What was made until it showed at `step`, as a draft.
fn draft(plan: &Plan, mut made: Vec<Made>, step: Step, trace: &[Entry]) -> Draft {
    // What shows at the end only needs all steps.
    made.truncate(step.0 as usize + 1);
    let differs =
        |(step, made): (usize, &Made)| (made.usual != made.chosen).then_some((Step(step as u64), made.chosen));
    let deviations: Vec<_> = made.iter().enumerate().filter_map(differs).collect();
    let schedule = if deviations.is_empty() { Schedule::Free } else { Schedule::Deviations(deviations) };
    let plan = Plan { schedule, ..plan.clone() };
    let is_trigger = |entry: &&Entry| entry.step <= step && matches!(entry.event, Event::Triggered { .. });
    let triggers = trace.iter().filter(is_trigger).count();
    let size = Size::new(&plan, step, triggers as u64);
    Draft { plan, made, size }
}
