//! What runs of one plan showed, added up. Parts of a campaign add up to the same in whatever order they are merged.

use std::collections::BTreeMap;

use super::case::Charge;
use crate::ids::RuleSet;
use crate::oracle::expect::{Tally, Verdict};
use crate::oracle::{Violation, promised};
use crate::plan::{Expectation, Plan, RuleName, Unmet};
use crate::run::{End, Outcome};
use crate::trace::Kinds;

/// What runs of one plan showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// What they say of the plan's expectations.
    pub tally: Tally,
    /// The rules that were broken.
    pub broken: BTreeMap<RuleName, Broken>,
    /// Runs that ended early.
    pub cut_short: Option<CutShort>,
    /// The situations that they met.
    pub met: Totals,
    /// What the plan places at moments that came in none of them; `None` before the first run.
    pub never: Option<Vec<Unmet>>,
    /// Steps of all runs.
    pub steps: u64,
    /// Steps of the longest one.
    pub longest: u64,
    /// How many of them were made twice, and agreed.
    pub twice: u64,
}

/// A rule that was broken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// Whether that is bad.
    pub standing: Standing,
    /// The lowest seed that breaks it.
    pub seed: u64,
    /// How many runs do.
    pub runs: u64,
    /// How that seed breaks it first.
    pub violation: Violation,
}

/// What it means that a rule is broken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Standing {
    /// The plan promises to keep it, and the file does not say otherwise.
    Failure,
    /// The file says that it breaks.
    Expected,
    /// The plan does not promise it.
    NotPromised,
}

impl Standing {
    /// What it means for this plan if this rule is broken.
    pub fn of(plan: &Plan, rule: RuleName) -> Self {
        if plan.expect.contains(&Expectation::Violates(rule)) {
            Self::Expected
        } else if promised(plan, rule) {
            Self::Failure
        } else {
            Self::NotPromised
        }
    }
}

/// Runs that a bound, or a pinned step that was not possible, ended early.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CutShort {
    /// How many.
    pub runs: u64,
    /// The lowest seed among them.
    pub seed: u64,
    /// How that one ended.
    pub end: End,
}

/// The situations that runs met; see [`crate::run::Met`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Crashes of tasks.
    pub crashes: u64,
    /// Checkpoints completed.
    pub completed: u64,
    /// Checkpoints given up.
    pub aborted: u64,
    /// Restarts of the job.
    pub restarts: u64,
    /// Runs with a crash between a trigger and the completion of its checkpoint.
    pub crash_while_pending: u64,
    /// Runs with a fault between two acknowledgements of one checkpoint.
    pub crash_between_acks: u64,
    /// Runs with a fault between the completion of a checkpoint and its notification.
    pub crash_before_notice: u64,
    /// Runs with a fault inside a restore.
    pub crash_in_restore: u64,
    /// Runs that restored a completed checkpoint.
    pub restored_checkpoint: u64,
    /// Runs in which a barrier blocked an input.
    pub aligned: u64,
    /// The kinds of events that there were.
    pub kinds: Kinds,
    /// The rules of the protocol that acted.
    pub rules: RuleSet,
}

/// What is known in the end, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// Everything that was asked for holds.
    Holds,
    /// Something could not be decided.
    Inconclusive,
    /// A promise is broken, or an expectation is not met.
    Violated,
}

impl Evidence {
    /// Nothing yet about this plan.
    pub fn new(plan: &Plan) -> Self {
        Self {
            tally: Tally::new(plan),
            broken: BTreeMap::new(),
            cut_short: None,
            met: Totals::default(),
            never: None,
            steps: 0,
            longest: 0,
            twice: 0,
        }
    }

    /// Adds a run of `plan`, the same plan every time.
    pub fn add(&mut self, plan: &Plan, outcome: &Outcome) {
        let seed = outcome.order.seed;
        self.tally.add(seed, outcome.seen.clone());
        self.steps += outcome.steps;
        self.longest = self.longest.max(outcome.steps);
        self.met.add(&outcome.met);
        self.add_never(Some(&outcome.never));
        for (number, violation) in outcome.violations.iter().enumerate() {
            // Only the first one of each rule counts.
            if outcome.violations[..number].iter().all(|earlier| earlier.rule != violation.rule) {
                let standing = Standing::of(plan, violation.rule);
                let broken = Broken { standing, seed, runs: 1, violation: violation.clone() };
                self.add_broken(violation.rule, broken);
            }
        }
        if outcome.end.is_inconclusive() {
            self.add_cut_short(CutShort { runs: 1, seed, end: outcome.end.clone() });
        }
    }

    /// Adds what other runs of the same plan showed.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.tally.merge(other.tally);
        other.broken.into_iter().for_each(|(rule, broken)| self.add_broken(rule, broken));
        other.cut_short.into_iter().for_each(|cut_short| self.add_cut_short(cut_short));
        self.met.merge(&other.met);
        self.add_never(other.never.as_deref());
        self.steps += other.steps;
        self.longest = self.longest.max(other.longest);
        self.twice += other.twice;
        self
    }

    fn add_never(&mut self, other: Option<&[Unmet]>) {
        let Some(other) = other else { return };
        match &mut self.never {
            None => self.never = Some(other.to_vec()),
            Some(never) => never.retain(|unmet| other.contains(unmet)),
        }
    }

    fn add_broken(&mut self, rule: RuleName, other: Broken) {
        match self.broken.get_mut(&rule) {
            None => _ = self.broken.insert(rule, other),
            Some(known) => {
                let runs = known.runs + other.runs;
                if other.seed < known.seed {
                    *known = other;
                }
                known.runs = runs;
            }
        }
    }

    fn add_cut_short(&mut self, other: CutShort) {
        match &mut self.cut_short {
            None => self.cut_short = Some(other),
            Some(known) => {
                let runs = known.runs + other.runs;
                if other.seed < known.seed {
                    *known = other;
                }
                known.runs = runs;
            }
        }
    }

    /// How many runs there were.
    pub fn runs(&self) -> u64 {
        self.tally.runs()
    }

    /// The broken rules of this standing.
    pub fn broken(&self, standing: Standing) -> impl Iterator<Item = (RuleName, &Broken)> {
        self.broken.iter().filter(move |(_, broken)| broken.standing == standing).map(|(&rule, broken)| (rule, broken))
    }

    /// What can be shown with a run of its own, and the lowest seed that shows it: the failures, and then the expectations of
    /// the plan that a run does not meet.
    pub fn charges(&self, plan: &Plan) -> Vec<(Charge, u64)> {
        let rules = self.broken(Standing::Failure).map(|(rule, broken)| (Charge::Rule(rule), broken.seed));
        let verdicts = self.tally.verdicts().into_iter().zip(&plan.expect).enumerate();
        let unmet = verdicts.filter_map(|(number, (verdict, expectation))| match (verdict, expectation) {
            (Verdict::Failed { run, .. }, Expectation::Always(_) | Expectation::Never(_)) => {
                Some((Charge::Expectation(number), run))
            }
            _ => None,
        });
        rules.chain(unmet).collect()
    }

    /// What is known in the end.
    pub fn status(&self) -> Status {
        let verdicts = self.tally.verdicts().into_iter().map(|verdict| match verdict {
            Verdict::Passed => Status::Holds,
            Verdict::Failed { .. } => Status::Violated,
            Verdict::Inconclusive(_) => Status::Inconclusive,
        });
        let broken = self.broken(Standing::Failure).map(|_| Status::Violated);
        let cut_short = self.cut_short.iter().map(|_| Status::Inconclusive);
        // Without a run nothing is known.
        let none = (self.runs() == 0).then_some(Status::Inconclusive);
        verdicts.chain(broken).chain(cut_short).chain(none).max().unwrap_or(Status::Holds)
    }
}

impl Totals {
    fn add(&mut self, met: &crate::run::Met) {
        self.crashes += u64::from(met.crashes);
        self.completed += u64::from(met.completed);
        self.aborted += u64::from(met.aborted);
        self.restarts += u64::from(met.restarts);
        self.crash_while_pending += u64::from(met.crash_while_pending);
        self.crash_between_acks += u64::from(met.crash_between_acks);
        self.crash_before_notice += u64::from(met.crash_before_notice);
        self.crash_in_restore += u64::from(met.crash_in_restore);
        self.restored_checkpoint += u64::from(met.restored_checkpoint);
        self.aligned += u64::from(met.aligned);
        self.kinds.merge(met.kinds);
        self.rules = self.rules.union(met.rules);
    }

    fn merge(&mut self, other: &Self) {
        self.crashes += other.crashes;
        self.completed += other.completed;
        self.aborted += other.aborted;
        self.restarts += other.restarts;
        self.crash_while_pending += other.crash_while_pending;
        self.crash_between_acks += other.crash_between_acks;
        self.crash_before_notice += other.crash_before_notice;
        self.crash_in_restore += other.crash_in_restore;
        self.restored_checkpoint += other.restored_checkpoint;
        self.aligned += other.aligned;
        self.kinds.merge(other.kinds);
        self.rules = self.rules.union(other.rules);
    }
}
