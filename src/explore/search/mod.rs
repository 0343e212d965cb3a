//! Every schedule of a plan within its limits, with state merging.
//!
//! A walk over the states of an untimed world, breadth first or depth first. Two paths that lead to the same world *and*
//! the same memory of the judges are one from there on; a 64-bit fingerprint of both stands for them, and
//! [`Search::collision`] says how likely it is that two different ones were taken for one. Every step spends something,
//! but for the periodic triggers at the end of all data: those are followed until they come to something
//! ([`crate::run::liveness`]). Choices that need not be tried are left out ([`super::reduction`]), unless the bounds say
//! otherwise.
//!
//! A state is a row of numbers, one for each part of the world and of what the judges remember: the number says which of
//! the values it is that this part was ever met with. So a state that waits takes a few hundred bytes, going from one to
//! another copies only the parts in which they differ, and a step that was made before where all that it reads was the
//! same is recalled, not made again.
//!
//! Breadth first finds a path to each finding that is shortest among those that are tried, and keeps a row for each state
//! that it has not gone on from; depth first keeps those of one path.
//!
//! The online judges see every step. What they cannot decide without the order of everything, the witness decides: on
//! every finding, and on a sample of the finished paths, each made once more by a
//! [`Runner`](crate::run::Runner). A path that the online judges accept and the full judgement does not is a finding too
//! ([`Judge::Full`]).
//!
//! # Expectations
//!
//! `Always`, `Never` and `Sometimes` are judged on the paths that are made once more only: one to each state in which the
//! job ends, up to a thousand, then a sample. So a passed one was *not* checked in every schedule. `Violates` is met by a finding of that rule, which is then no failure; the same holds for
//! rules that the job does not promise.
//!
//! # Liveness
//!
//! A state in which nothing moves any more is a finding of [`RuleName::Progress`](crate::plan::RuleName): nothing is left
//! to do, or only a checkpoint that is pending could expire, or triggers go in circles; and the same where a limit of the
//! plan keeps the job from going on, and it would not go on without. Nothing is tried from there. Every state has its
//! fault-free continuations in the search itself, so none has to be made for it.
//!
//! # The end
//!
//! [`End::Complete`] says that every schedule within the plan's `limits` was covered (paths that such a limit cut off are
//! counted in [`Search::bounded`]); [`End::Stopped`] says which bound of the search ended it, and proves nothing.
//!
//! | file | holds |
//! | --- | --- |
//! | `walk` | which states come first, and what is kept of each |
//! | `states` | states as rows, and the world in which steps are made |
//! | `recall` | what steps did |
//! | `known` | which states were seen |
//! | `liveness` | states from which the job never comes to anything |
//! | `arrive` | what is judged, counted and found at each state |

mod arrive;
pub(super) mod known;
mod liveness;
mod recall;
pub(super) mod states;
mod walk;

use super::reduction::{Mutant, Reduction, Unreduced};
use crate::action::Action;
use crate::oracle::expect::{Tally, Verdict};
use crate::oracle::{Memory, Violation};
use crate::plan::{Expectation, Plan, RuleName};
use crate::run::Outcome;
use crate::world::World;

use walk::Walk;

/// What ends a search that is not complete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Different states.
    pub states: u64,
    /// Steps of a path, beside the plan's own limit.
    pub depth: u64,
    /// Findings that are failures, each of another rule.
    pub failures: usize,
    /// One of so many finished paths is made once more and judged in full; 0: none. Where the plan expects something, so
    /// are the first thousand.
    pub sample: u64,
    /// Whether choices are left out that need not be tried ([`super::reduction`]).
    pub reduce: bool,
    /// Which states come first.
    pub walk: Direction,
}

/// Which states a search goes on from first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// The nearest to the start.
    Breadth,
    /// The newest.
    Depth,
}

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Different states so far.
    pub states: u64,
    /// Steps tried so far.
    pub transitions: u64,
    /// States that wait to be gone on from.
    pub frontier: u64,
}

/// Looks on while a search runs.
pub trait Observer {
    /// A state of a kind that reduction must not lose, with what the judges remember; some come more than once.
    fn see(&mut self, _: Sight, _: &World, _: &Memory) {}

    /// Asked every [`PAUSE`] steps: a bound that only the onlooker knows, once it is reached.
    fn pause(&mut self, _: Progress) -> Option<Bound> {
        None
    }
}

/// How many steps lie between two questions to the [`Observer`].
pub const PAUSE: u64 = 1_024;

/// Nobody looks on.
struct Nobody;

impl Observer for Nobody {}

impl Default for Bounds {
    fn default() -> Self {
        Self { states: 10_000_000, depth: u64::MAX, failures: 1, sample: 100, reduce: true, walk: Direction::Breadth }
    }
}

/// A bound that was reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// [`Bounds::states`].
    States,
    /// [`Bounds::depth`], or the plan's limit of steps.
    Depth,
    /// [`Bounds::failures`].
    Failures,
    /// The memory that the onlooker grants.
    Memory,
    /// The time that the onlooker grants.
    Time,
    /// The onlooker wants no more.
    Interrupt,
}

/// How a search ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Every schedule was covered.
    Complete,
    /// Some were not.
    Stopped {
        /// The first bound that was reached.
        at: Bound,
    },
}

/// Who found it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judge {
    /// The online judges, at the last step of the path.
    Online,
    /// The full judgement of a path that the online judges accept.
    Full,
}

/// A path on which a rule is broken.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is broken.
    pub violation: Violation,
    /// Who found it.
    pub judge: Judge,
    /// Whether it is a failure: the job promises the rule, and the plan does not expect that it is broken.
    pub fails: bool,
    /// The steps that lead there: a schedule for [`Prefix`](crate::plan::Schedule::Prefix) of an untimed run.
    pub path: Vec<Action>,
    /// The same path made once more and completed in the usual order, judged in full.
    pub outcome: Outcome,
}

/// A path on which an expectation is not met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmet {
    /// Its number.
    pub expectation: usize,
    /// The steps of the path: a schedule for [`Prefix`](crate::plan::Schedule::Prefix) of an untimed run.
    pub path: Vec<Action>,
}

/// What a search covered and found.
#[derive(Clone, Debug)]
pub struct Search {
    /// How it ended.
    pub end: End,
    /// Different states, the first one included.
    pub states: u64,
    /// Steps tried, also those that led to a known state.
    pub transitions: u64,
    /// The length of the longest path.
    pub depth: u64,
    /// States in which a run is over.
    pub finished: u64,
    /// States in which only a limit of the plan keeps the job from going on.
    pub bounded: u64,
    /// Finished paths that were made once more and judged in full.
    pub sampled: u64,
    /// Why reduction left little or nothing out; none if it was on.
    pub unreduced: Option<Unreduced>,
    /// The first finding of each rule, in the order of discovery.
    pub findings: Vec<Finding>,
    /// The first path, of those that were made once more, on which an expectation is not met; one for each.
    pub unmet: Vec<Unmet>,
    /// What the paths that were made once more show of the plan's expectations; runs are numbered in that order.
    pub tally: Tally,
}

impl Search {
    /// The chance, at most, that two different states had one fingerprint: states squared / 2^64, twice what it is for
    /// one hash of 64 bits.
    pub fn collision(&self) -> f64 {
        let states = self.states as f64;
        states * states / (u64::MAX as f64 + 1.0)
    }

    /// The verdict on each expectation of the plan, in its order. That a rule never breaks is said only once all schedules
    /// were covered, and of a rule that is judged along the way; that something always holds, or never, only if every end
    /// was judged and the end alone decides it: of several ways to one end the search goes one. Else it is open.
    pub fn verdicts(&self, plan: &Plan) -> Vec<Verdict> {
        let every_end = self.end == End::Complete && self.sampled >= self.finished;
        let open = |(expectation, verdict): (&Expectation, Verdict)| match (expectation, verdict) {
            (Expectation::Always(check) | Expectation::Never(check), Verdict::Passed)
                if !(every_end && check.is_of_the_end()) =>
            {
                Verdict::Inconclusive(match self.end {
                    End::Complete => "so it is on one way to each end; others were not judged".to_owned(),
                    End::Stopped { .. } => "so far, and not all was covered".to_owned(),
                })
            }
            (&Expectation::Violates(rule), Verdict::Failed { why, .. })
                if self.end != End::Complete || rule == RuleName::Explained =>
            {
                Verdict::Inconclusive(format!("{why}, and not all was covered"))
            }
            (_, verdict) => verdict,
        };
        plan.expect.iter().zip(self.tally.verdicts()).map(open).collect()
    }

    /// The first finding that is a failure.
    pub fn failure(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.fails)
    }
}

/// Tries every schedule of a plan, untimed, within its limits and these bounds.
pub fn explore(plan: &Plan, bounds: &Bounds) -> Search {
    explore_watched(plan, bounds, &mut Nobody)
}

/// A kind of state that reduction must not lose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sight {
    /// A fault has just struck.
    Struck,
    /// The job has just been told to start again: of the old tasks nothing is left.
    Restarting,
    /// Nothing but a fault can happen.
    End,
}

/// The same, with somebody who looks on.
pub fn explore_watched(plan: &Plan, bounds: &Bounds, observer: &mut dyn Observer) -> Search {
    let mut walk = Walk::new(plan, bounds, observer);
    walk.run();
    walk.search
}

/// The same, reduced by a rule with a mistake in it, for those who test that mistakes show.
pub fn explore_mutant(plan: &Plan, bounds: &Bounds, observer: &mut dyn Observer, mutant: Mutant) -> Search {
    let mut walk = Walk::new(plan, bounds, observer);
    walk.reduction = Some(Reduction::mutant(walk.runner.plan(), walk.runner.topology(), mutant));
    walk.run();
    walk.search
}
