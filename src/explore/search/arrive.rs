//! What is judged, counted and found at each state.

use super::walk::Walk;
use super::{Bound, End, Finding, Judge, Sight, Unmet};
use crate::explore::evidence::Standing;
use crate::ids::Step;
use crate::oracle::Violation;
use crate::plan::{Schedule, Time};
use crate::run::{Choice, Keep, Order, Outcome};
use crate::trace::Event;

/// So many ends are judged in full before only a sample is, where the plan expects nothing; else all are.
const FIRST: u64 = 1_000;

impl Walk<'_> {
    /// Judges the state that the walk has just come to. Whether there is something to go on from: unless it is known or
    /// at an end. `was_performed` as [`super::states::States::step`] says; `print`: that state's.
    pub(super) fn arrive(&mut self, was_performed: bool, print: u64) -> bool {
        self.show(was_performed);
        // Whether all are known shows when the next one comes.
        self.is_full = self.search.states >= self.bounds.states && !self.known.contains(print);
        let is_new = !self.is_full && self.known.insert(print);
        if self.is_full {
            self.stop(Bound::States);
        }
        if is_new {
            self.search.states += 1;
            self.search.depth = self.search.depth.max(self.length);
        }
        // Also the last step to a known state may break a rule.
        if was_performed && self.judge_online() || !is_new {
            return false;
        }
        if was_performed && self.restarts_for_ever() || self.stands_still() {
            return false;
        }
        let is_deep = self.length >= self.depth;
        if self.states.goes_on(&self.row) {
            if is_deep {
                self.stop(Bound::Depth);
            }
            return !is_deep;
        }
        self.states.return_to(&self.row);
        if self.states.world.is_over() {
            self.search.finished += 1;
            let quiescent = !self.states.world.state().job.stopped;
            let (step, at) = (Step(self.length), self.states.world.now());
            self.states.oracles.end(step, at, quiescent);
            if !self.judge_online() && self.is_sampled() {
                self.sample();
            }
        } else if let Some(mut end) = self.suffixes.stuck(&self.states.world) {
            self.accuse(&mut end);
        } else {
            self.search.bounded += 1;
        }
        if self.states.world.menu().is_empty() {
            return false;
        }
        if is_deep {
            self.stop(Bound::Depth);
            return false;
        }
        // A fault may still move on what nothing else does. The judges have heard of the end.
        self.states.note(&mut self.row);
        true
    }

    fn show(&mut self, was_performed: bool) {
        let ends = !self.states.goes_on(&self.row);
        if !was_performed && !ends {
            return;
        }
        if !was_performed {
            self.states.return_to(&self.row);
        }
        let (world, memory) = (&self.states.world, self.states.oracles.memory());
        if self.last_step().is_some_and(|action| action.is_fault()) {
            self.observer.see(Sight::Struck, world, memory);
        }
        if world.events().iter().any(|event| matches!(event, Event::Restarting { .. } | Event::Started { .. })) {
            self.observer.see(Sight::Restarting, world, memory);
        }
        if ends {
            self.observer.see(Sight::End, world, memory);
        }
    }

    /// Whether the online judges have found a failure, beyond which nothing is worth exploring.
    pub(super) fn judge_online(&mut self) -> bool {
        let violations = self.states.oracles.take_violations();
        let mut failed = false;
        for violation in violations {
            failed |= self.found(violation, Judge::Online, None, None);
        }
        failed
    }

    /// Whether the path that has just ended is one of those that are judged in full.
    fn is_sampled(&self) -> bool {
        let (finished, sample) = (self.search.finished, self.bounds.sample);
        let is_wanted = finished <= FIRST || !self.runner.plan().expect.is_empty();
        sample > 0 && (is_wanted || finished % sample == 1 % sample)
    }

    /// Makes the path once more and judges it in full.
    fn sample(&mut self) {
        let outcome = self.again();
        self.search.sampled += 1;
        for violation in outcome.violations.clone() {
            self.found(violation, Judge::Full, Some(&outcome), None);
        }
    }

    pub(super) fn again(&mut self) -> Outcome {
        let path = self.path();
        let choice = Choice::Pinned(Schedule::Prefix(path.clone()));
        let order = Order { seed: self.runner.plan().seed, time: Time::Untimed, choice };
        let outcome = self.runner.run(&order, Keep::default());
        for (expectation, _) in outcome.unmet(self.runner.plan()) {
            if self.search.unmet.iter().all(|unmet| unmet.expectation != expectation) {
                self.search.unmet.push(Unmet { expectation, path: path.clone() });
            }
        }
        self.search.tally.add(self.search.tally.runs(), outcome.seen.clone());
        outcome
    }

    /// Keeps a finding if it is the first of its rule; whether it is a failure. `until`: only so many steps of the path
    /// lead to it.
    pub(super) fn found(
        &mut self,
        violation: Violation,
        judge: Judge,
        outcome: Option<&Outcome>,
        until: Option<u64>,
    ) -> bool {
        let fails = Standing::of(self.runner.plan(), violation.rule) == Standing::Failure;
        if !self.search.findings.iter().any(|finding| finding.violation.rule == violation.rule) {
            let outcome = outcome.cloned().unwrap_or_else(|| self.again());
            let mut path = self.path();
            path.truncate(until.map_or(usize::MAX, |until| until as usize));
            self.search.findings.push(Finding { violation, judge, fails, path, outcome });
            if self.search.findings.iter().filter(|finding| finding.fails).count() >= self.bounds.failures {
                self.stop(Bound::Failures);
            }
        }
        fails
    }

    pub(super) fn stop(&mut self, at: Bound) {
        if self.search.end == End::Complete || at == Bound::Failures {
            self.search.end = End::Stopped { at };
        }
    }
}
