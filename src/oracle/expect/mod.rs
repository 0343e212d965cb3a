//! Judges what a scenario expects of its runs.
//!
//! | file | holds |
//! | --- | --- |
//! | [`facts`] | what is known of a run so far: as much as the checks ask for |
//! | [`moments`] | when a moment comes, told from events |
//! | [`checks`] | what a run shows of each check |
//! | [`upserts`] | the table of an upsert sink, compared as a map |
//! | [`tally`] | what many runs say together: `Always`, `Never`, `Sometimes`, `Violates` |
//!
//! A [`Watcher`] says of one run whether a check *holds* in it; whether that is good is for the [`Tally`] to say.
//! Checks that depend on how long things take are judged on timed runs only. A check at a moment that never came is not
//! judged, which is no pass.

mod checks;
mod facts;
mod moments;
mod tally;
mod upserts;

#[cfg(test)]
mod tests;

pub use tally::{Tally, Verdict};

use std::sync::Arc;

use self::facts::Facts;
use self::moments::Watched;
use super::Explanation;
use crate::ids::{CheckpointId, Micros};
use crate::plan::{Check, Expectation, Moment, Plan, RuleName, Time, Topology};
use crate::trace::Event;

/// What one run shows of a check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// It holds; how, if there is something to say.
    Holds(String),
    /// It does not; why.
    Fails(String),
    /// This run cannot tell; why.
    NotJudged(String),
}

impl Seen {
    /// Why a run that shows this does not meet the expectation, if one run is enough to tell.
    pub fn misses(&self, expectation: &Expectation) -> Option<String> {
        let (why, usual) = match (expectation, self) {
            (Expectation::Always(_), Self::Fails(why)) => (why, tally::DOES_NOT_HOLD),
            (Expectation::Never(_), Self::Holds(why)) => (why, tally::OCCURS),
            _ => return None,
        };
        Some(if why.is_empty() { usual.to_owned() } else { why.clone() })
    }

    /// Whether a run that shows this meets an expectation that each run has to meet.
    pub fn meets(&self, expectation: &Expectation) -> bool {
        matches!(
            (expectation, self),
            (Expectation::Always(_), Self::Holds(_)) | (Expectation::Never(_), Self::Fails(_))
        )
    }
}

/// What is known at the end of a run only.
#[derive(Clone, Copy, Debug)]
pub struct End<'a> {
    /// What the witness says, if it was asked.
    pub explanation: Option<&'a Explanation>,
    /// The rules that were broken.
    pub broken: &'a [RuleName],
    /// Whether a bound, or a pinned step that was not possible, ended the run early: what did not happen until then
    /// says nothing.
    pub cut_short: bool,
}

/// Watches a run for what a plan expects. One watcher serves many runs.
#[derive(Debug)]
pub struct Watcher {
    facts: Facts,
    watched: Vec<Watched>,
    now: Micros,
    idle: bool,
}

impl Watcher {
    /// A watcher of runs of this plan. It runs the job once without failures if a check compares with that.
    pub fn new(plan: &Plan, topology: &Arc<Topology>) -> Self {
        let checks = plan.expect.iter().filter_map(check_of);
        let within: Vec<&Check> =
            checks.map(|check| if let Check::At(_, inner) = check { inner } else { check }).collect();
        let watched = plan.expect.iter().enumerate().filter_map(|(number, expectation)| match check_of(expectation)? {
            Check::At(moment, check) => Some(Watched::new(number, *moment, (**check).clone())),
            _ => None,
        });
        Self {
            facts: Facts::new(plan, topology, &within),
            watched: watched.collect(),
            now: Micros::ZERO,
            idle: plan.expect.is_empty(),
        }
    }

    /// Forgets the run. The next one is made in this `time`, which need not be the plan's.
    pub fn reset(&mut self, time: Time) {
        self.facts.reset();
        self.facts.timed = time == Time::Timed;
        self.watched.iter_mut().for_each(Watched::reset);
        self.now = Micros::ZERO;
    }

    /// Takes the next event of the run; the clock shows `now`.
    #[inline]
    pub fn observe(&mut self, now: Micros, event: &Event) {
        if !self.idle {
            self.watch(now, event);
        }
    }

    fn watch(&mut self, now: Micros, event: &Event) {
        self.now = now;
        self.watched.iter_mut().for_each(|watched| watched.before(&self.facts, now, event));
        self.facts.observe(event);
        self.watched.iter_mut().for_each(|watched| watched.after(&self.facts));
    }

    /// What the run shows of each expectation of the plan, by number. The plan is the one that the watcher was made for.
    pub fn judge(&self, plan: &Plan, end: &End<'_>) -> Vec<(usize, Seen)> {
        let seen = |(number, expectation)| match self.seen(number, expectation, end) {
            Seen::Fails(_) if end.cut_short && might_still_come(expectation) => {
                (number, Seen::NotJudged("the run was cut short".to_owned()))
            }
            seen => (number, seen),
        };
        plan.expect.iter().enumerate().map(seen).collect()
    }

    fn seen(&self, number: usize, expectation: &Expectation, end: &End<'_>) -> Seen {
        if let Expectation::Violates(rule) = expectation {
            return match end.broken.contains(rule) {
                true => Seen::Holds(String::new()),
                false => Seen::Fails(format!("{} was not broken", rule.word())),
            };
        }
        match self.watched.iter().find(|watched| watched.expectation == number) {
            Some(watched) => watched.seen(&self.facts, self.now, end),
            None => {
                let check = check_of(expectation).expect("only a rule has no check");
                checks::seen(&self.facts, check, CheckpointId::NONE, Some(end))
            }
        }
    }
}

/// The check of an expectation, if it has one.
fn check_of(expectation: &Expectation) -> Option<&Check> {
    match expectation {
        Expectation::Always(check) | Expectation::Never(check) | Expectation::Sometimes(check) => Some(check),
        Expectation::Violates(_) => None,
    }
}

/// Whether what an expectation is about, and did not happen in a run that was cut short, might have happened later.
fn might_still_come(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Never(_) | Expectation::Sometimes(_) | Expectation::Violates(_) => true,
        Expectation::Always(check) => match check {
            Check::Job(_)
            | Check::At(Moment::End, _)
            | Check::Final { .. }
            | Check::Checkpoint { .. }
            | Check::Checkpoints(..)
            | Check::Restarts(_)
            | Check::Restores { .. }
            | Check::Duplicates { .. }
            | Check::Output { .. }
            | Check::Overcount { .. }
            | Check::Late { .. }
            | Check::FailedByCheckpoints => true,
            // These were right or wrong when they were looked at.
            Check::At(..)
            | Check::State { .. }
            | Check::Stored { .. }
            | Check::ExactlyOnce { .. }
            | Check::NoLoss { .. }
            | Check::Retained(_)
            | Check::Explained => false,
        },
    }
}
