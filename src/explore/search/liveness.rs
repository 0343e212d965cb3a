//! Fault-free continuations of the states of a search: which of them never come to anything.
//!
//! A search tries every fair continuation itself, as far as the plan's bounds allow. What is left to look at are the
//! states at which only a bound of the plan keeps the job from going on, and those from which the periodic trigger
//! fires beyond its bound ([`crate::run::liveness`]). Continuations flow together: a state of the world from which one
//! is known to go on is not continued again. What the judges remember does not matter for that.
//!
//! A job that restarts for ever has no state twice: attempts are numbered, and failures counted. So a state in which the
//! job has just failed by itself is continued at once ([`crate::run::circles`]), and nothing is tried from it if it circles.

use std::collections::BTreeSet;

use super::Judge;
use super::walk::Walk;
use crate::action::Action;
use crate::ids::Step;
use crate::oracle::Violation;
use crate::parts::print;
use crate::plan::RuleName;
use crate::run::circles::circle_ahead;
use crate::run::liveness::{cycle, dead_end};
use crate::world::World;

/// The states from which the job is known to go on.
#[derive(Debug, Default)]
pub(super) struct Suffixes {
    known: BTreeSet<u64>,
}

impl Walk<'_> {
    /// Whether nothing goes on from the state that the walk has just come to but in circles, or by the expiry of a
    /// checkpoint: then that is judged, and nothing is tried from there.
    pub(super) fn stands_still(&mut self) -> bool {
        if self.states.progress(&self.row) {
            return false;
        }
        self.states.return_to(&self.row);
        if self.states.world.is_hung() {
            self.states.world.report_stuck();
            self.states.observe(self.length + 1);
            self.judge_online();
            return true;
        }
        let Some((steps, mut end)) = self.suffixes.cycle(&self.states.world) else { return false };
        self.beyond = steps;
        self.accuse(&mut end);
        self.beyond.clear();
        true
    }

    /// Whether the job has just failed by itself, and will restart for ever: then that is judged, and nothing is tried
    /// from there. Only where the run of the path says so, too.
    pub(super) fn restarts_for_ever(&mut self) -> bool {
        let is_known = self.search.findings.iter().any(|finding| finding.violation.rule == RuleName::Progress);
        circle_ahead(&self.states.world).is_some() && (is_known || self.run_is_accused())
    }

    /// Makes the path once more; whether that run is accused of standing still.
    fn run_is_accused(&mut self) -> bool {
        let outcome = self.again();
        let is_progress = |violation: &&Violation| violation.rule == RuleName::Progress;
        let Some(violation) = outcome.violations.iter().find(is_progress).cloned() else { return false };
        let until = violation.step.0;
        self.found(violation, Judge::Online, Some(&outcome), Some(until));
        true
    }

    /// Judges a world in which nothing moves any more, and which the path leads to. A run of the path may see that
    /// earlier: it knows how many triggers came to nothing before.
    pub(super) fn accuse(&mut self, end: &mut World) {
        let is_progress = |violation: &Violation| violation.rule == RuleName::Progress;
        if self.search.findings.iter().any(|finding| is_progress(&finding.violation)) {
            return;
        }
        if self.run_is_accused() {
            return;
        }
        end.report_stuck();
        let step = Step(self.length + self.beyond.len() as u64);
        end.events().iter().for_each(|event| self.states.oracles.observe(step, end.now(), event));
        self.judge_online();
    }
}

impl Suffixes {
    /// For a state in which nothing but faults can happen, and the job is not over: the world in which it shows that it
    /// never goes on; nothing if only a bound of the plan keeps it from that.
    pub(super) fn stuck(&mut self, world: &World) -> Option<World> {
        if !world.is_bounded() {
            return Some(world.copy());
        }
        let state = print(world.state());
        if self.known.contains(&state) {
            return None;
        }
        let end = dead_end(world);
        if end.is_none() {
            self.known.insert(state);
        }
        end
    }

    /// For any state: the steps, and the world behind them, that show that it only circles; nothing if it may go on, or
    /// if the search tries that itself.
    pub(super) fn cycle(&mut self, world: &World) -> Option<(Vec<Action>, World)> {
        if !world.is_idle() || !world.triggers_beyond_bound() {
            return None;
        }
        let state = print(world.state());
        if self.known.contains(&state) {
            return None;
        }
        let found = cycle(world);
        if found.is_none() {
            self.known.insert(state);
        }
        found
    }
}
