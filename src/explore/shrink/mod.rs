//! A finding made as small as it goes: fewer faults, fewer deviations from the timed order, fewer records, tasks and
//! checkpoints, settings at their defaults; accused of the same all the while.
//!
//! | file | holds |
//! | --- | --- |
//! | here | the search: every simplification, again and again, until none leads further |
//! | `moves` | what can be tried |
//! | `bench` | one attempt |
//! | `elsewhere` | one other deviation in place of several |
//! | `afresh` | other schedules |
//! | [`size`] | which of two cases is smaller |
//!
//! A schedule is kept as its differences from the timed order. An attempt changes the plan, or the wishes for its
//! schedule, runs it loosely ([`crate::schedule::Loose`]), and takes what was done for the new schedule, with its
//! differences counted anew. It is accepted if the run is accused of the same rule and invariant and the case is
//! smaller ([`Size::is_below`]); so the search ends, and never returns what passes.
//!
//! At the end every single simplification has been tried on the result, and none leads further: [`Shrunk::tried`] lists
//! them with what became of each, and with what becomes of the file if a person edits it so. Nothing depends on a clock or
//! on cores.

mod afresh;
mod bench;
mod elsewhere;
mod moves;
mod size;

pub use bench::{Accusation, Effort};
pub use size::Size;

use super::case::{Case, Shows};
use super::fault::Fault;
use crate::action::Action;
use crate::ids::Step;
use crate::plan::{Plan, Schedule, Topology};
use crate::schedule::Wishes;
use bench::{Bench, Draft};

/// A case that has been made smaller.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The case.
    pub case: Case,
    /// How much there was to understand at first.
    pub from: Size,
    /// How much there is now.
    pub to: Size,
    /// What is pinned.
    pub pinned: Vec<Pinned>,
    /// How many runs that took.
    pub runs: u64,
    /// Whether every simplification was tried on the result. If not, the effort was spent before, or nobody wanted more.
    pub is_minimal: bool,
    /// The simplifications that were tried on the result.
    pub tried: Vec<Tried>,
}

/// A step that differs from the timed order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pinned {
    /// Which step.
    pub step: Step,
    /// What is done.
    pub action: Action,
    /// What the timed order would do.
    pub usual: Action,
}

/// A simplification that did not lead further.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tried {
    /// What it was.
    pub what: String,
    /// What becomes of the file that a person makes by this one edit, and nothing else; none if it was no single edit.
    pub by_hand: Option<ByHand>,
    /// What became of it in so many ways to carry the schedule over; the edit by hand is the first of them.
    pub fate: Fate,
    /// How many ways.
    pub ways: usize,
}

/// What becomes of a file that a person has edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByHand {
    /// Its run is not accused of this any more.
    Holds,
    /// It is, and there is not less to understand.
    Breaks,
    /// A step that is still pinned is not possible then.
    Misfits(Step),
    /// Its run goes on and on.
    RunsAway,
}

/// Why a simplification did not lead further.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// The run is not accused of this any more.
    Holds,
    /// It is, but there is not less to understand.
    NotSmaller(Size),
    /// The run goes on and on, far longer than the first one.
    RunsAway,
}

/// Makes a case as small as it goes within this effort.
///
/// # Errors
/// [`Fault::Lost`] if the case, or what became of it, does not break its rule; [`Fault::Panicked`].
pub fn shrink(case: &Case, effort: &Effort) -> Result<Shrunk, Fault> {
    shrink_until(case, effort, &|| false)
}

/// The same, but as small as it is once `stop` says so.
///
/// # Errors
/// Those of [`shrink()`].
pub fn shrink_until(case: &Case, effort: &Effort, stop: &dyn Fn() -> bool) -> Result<Shrunk, Fault> {
    let mut search = Search::new(case, effort, stop)?;
    let from = search.draft.size;
    let is_minimal = search.run();
    let Search { bench, draft, tried, .. } = search;
    let pinned = |(step, made): (usize, &crate::schedule::Made)| {
        let step = Step(step as u64);
        (made.usual != made.chosen).then_some(Pinned { step, action: made.chosen, usual: made.usual })
    };
    let pinned = draft.made.iter().enumerate().filter_map(pinned).collect();
    let charge = case.charge();
    let lost = Fault::Lost { seed: draft.plan.seed, charge };
    let small = match &case.shows {
        Shows::Broken(violation) => {
            let accusation = Accusation::of(violation);
            Case::broken(draft.plan, accusation.rule, &|violation| Accusation::of(violation) == accusation)?
        }
        // A smaller job has other tasks: the draft says which the expectation is about.
        Shows::Unmet { .. } => {
            let expectation = draft.plan.expect.first().cloned().ok_or_else(|| lost.clone())?;
            Case::unmet(draft.plan, expectation)?.ok_or(lost)?
        }
    };
    Ok(Shrunk { pinned, case: small, from, to: draft.size, runs: bench.runs, is_minimal, tried })
}

struct Search<'a> {
    bench: Bench,
    stop: &'a dyn Fn() -> bool,
    /// What was to be made smaller.
    first: Plan,
    draft: Draft,
    /// What was tried on the draft as it is.
    tried: Vec<Tried>,
}

impl<'a> Search<'a> {
    fn new(case: &Case, effort: &Effort, stop: &'a dyn Fn() -> bool) -> Result<Self, Fault> {
        let plan = &bench::accused(case);
        let mut bench = Bench::new(case, *effort);
        let wishes = match &plan.schedule {
            Schedule::Free => Wishes::Steps(Vec::new()),
            Schedule::Prefix(actions) => Wishes::Order(actions.clone()),
            Schedule::Deviations(steps) => {
                Wishes::Steps(steps.iter().map(|&(step, action)| (step.0, action)).collect())
            }
        };
        let draft = bench.attempt(plan, wishes).filter(|draft| draft.size.step == case.shows.step());
        let lost = Fault::Lost { seed: plan.seed, charge: case.charge() };
        Ok(Self { bench, stop, first: plan.clone(), draft: draft.ok_or(lost)?, tried: Vec::new() })
    }

    /// Tries everything until nothing leads further; false if that ends before.
    fn run(&mut self) -> bool {
        loop {
            self.tried.clear();
            match self.pass() {
                None => return false,
                Some(true) => {}
                Some(false) => match self.elsewhere() {
                    None => return false,
                    Some(true) => {}
                    Some(false) => match self.anew() {
                        None => return false,
                        Some(true) => {}
                        Some(false) => {
                            self.by_hand();
                            return true;
                        }
                    },
                },
            }
        }
    }

    /// Tries every simplification once; whether any led further, or nothing if the effort is spent.
    fn pass(&mut self) -> Option<bool> {
        let mut smaller = false;
        let (mut all, mut names) = self.moves();
        let mut at = 0;
        while at < all.len() {
            let tried = std::mem::take(&mut self.tried);
            let next = all[at].clone();
            let what = next.words(&self.draft, &names);
            match self.attempt(next.plan(&self.draft).clone(), next.wishes(&self.draft))? {
                Ok(()) => {
                    smaller = true;
                    // What follows is looked for anew; what was tried is tried again in the next pass.
                    (all, names) = self.moves();
                }
                Err(fate) => {
                    self.tried = tried;
                    let ways = next.wishes(&self.draft).len();
                    self.tried.push(Tried { what, by_hand: None, fate, ways });
                    at += 1;
                }
            }
        }
        Some(smaller)
    }

    /// Makes the edit of each simplification, as a person would.
    fn by_hand(&mut self) {
        let (all, _) = self.moves();
        for (next, place) in all.iter().zip(0..self.tried.len()) {
            if let Some(Wishes::Steps(steps)) = next.wishes(&self.draft).into_iter().next() {
                let steps: Vec<_> = steps.into_iter().map(|(step, action)| (Step(step), action)).collect();
                let schedule = if steps.is_empty() { Schedule::Free } else { Schedule::Deviations(steps) };
                let plan = Plan { schedule, ..next.plan(&self.draft).clone() };
                self.tried[place].by_hand = self.bench.by_hand(plan);
            }
        }
    }

    fn moves(&self) -> (Vec<moves::Move>, crate::action::Names) {
        (moves::moves(&self.draft), Topology::new(&self.draft.plan).names)
    }

    /// Runs a plan with each of these wishes until one leads further, and takes that; nothing if the effort is spent.
    fn attempt(&mut self, plan: Plan, wishes: Vec<Wishes>) -> Option<Result<(), Fate>> {
        let mut fate = Fate::Holds;
        for wishes in wishes {
            if self.bench.is_spent() || (self.stop)() {
                return None;
            }
            let Some(draft) = self.bench.attempt(&plan, wishes) else {
                if self.bench.ran_away && fate == Fate::Holds {
                    fate = Fate::RunsAway;
                }
                continue;
            };
            if draft.size.is_below(&self.draft.size) {
                if self.bench.confirms(&draft) {
                    self.draft = draft;
                    return Some(Ok(()));
                }
            } else if !matches!(fate, Fate::NotSmaller(_)) {
                fate = Fate::NotSmaller(draft.size);
            }
        }
        Some(Err(fate))
    }
}
