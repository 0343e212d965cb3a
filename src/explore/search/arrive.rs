//! What is judged, counted and found at each state.

use super::walk::{Frame, Walk};
use super::{Bound, End, Finding, Judge, Sight};
use crate::explore::evidence::Standing;
use crate::ids::Step;
use crate::oracle::Violation;
use crate::plan::{Schedule, Time};
use crate::run::{Choice, Keep, Order, Outcome};
use crate::trace::Event;

impl Walk<'_> {
    /// Judges the state at the end of the path, one step from another one; what to go on from, unless it is known or at
    /// an end.
    pub(super) fn arrive(&mut self, from: Option<&Frame>) -> Option<Frame> {
        self.observe();
        self.show();
        let fingerprint = self.fingerprint(from);
        let is_new = self.known.insert(fingerprint);
        if is_new {
            self.search.states += 1;
            self.search.depth = self.search.depth.max(self.path.len() as u64);
        }
        // Also the last step to a known state may break a rule.
        if self.judge_online() || !is_new {
            return None;
        }
        if self.stands_still() {
            return None;
        }
        let is_deep = self.path.len() as u64 >= self.depth;
        let menu = self.world.menu();
        if menu.len() > menu.faults() {
            if is_deep {
                self.stop(Bound::Depth);
                return None;
            }
            let chosen = self.reduction.as_mut().and_then(|reduction| reduction.choose(&self.world));
            return Some(self.frame(chosen));
        }
        if self.world.is_over() {
            self.search.finished += 1;
            let quiescent = !self.world.state().job.stopped;
            self.oracles.end(Step(self.path.len() as u64), self.world.now(), quiescent);
            let sampled = self.bounds.sample > 0 && self.search.finished % self.bounds.sample == 1 % self.bounds.sample;
            if !self.judge_online() && sampled {
                self.sample();
            }
        } else if let Some(mut end) = self.suffixes.stuck(&self.world) {
            self.accuse(&mut end);
        } else {
            self.search.bounded += 1;
        }
        if self.world.menu().is_empty() {
            return None;
        }
        if is_deep {
            self.stop(Bound::Depth);
            return None;
        }
        // A fault may still move on what nothing else does. The judges have heard of the end.
        self.fingerprint(None);
        Some(self.frame(None))
    }

    fn show(&mut self) {
        let (world, memory) = (&self.world, self.oracles.memory());
        if self.path.last().is_some_and(|action| action.is_fault()) {
            self.observer.see(Sight::Struck, world, memory);
        }
        if world.events().iter().any(|event| matches!(event, Event::Restarting { .. })) {
            self.observer.see(Sight::Restarting, world, memory);
        }
        if world.menu().len() == world.menu().faults() {
            self.observer.see(Sight::End, world, memory);
        }
    }

    fn observe(&mut self) {
        let step = Step((self.path.len() as u64).saturating_sub(1));
        for event in self.world.events() {
            self.oracles.observe(step, self.world.now(), event);
        }
    }

    /// Whether the online judges have found a failure, beyond which nothing is worth exploring.
    pub(super) fn judge_online(&mut self) -> bool {
        if self.oracles.violations().is_empty() {
            return false;
        }
        let violations = self.oracles.violations().to_vec();
        self.oracles = self.oracles.with_memory(self.oracles.memory().clone());
        let mut failed = false;
        for violation in violations {
            failed |= self.found(violation, Judge::Online, None);
        }
        failed
    }

    /// Makes the path once more and judges it in full.
    fn sample(&mut self) {
        let outcome = self.again();
        self.search.sampled += 1;
        for violation in outcome.violations.clone() {
            self.found(violation, Judge::Full, Some(&outcome));
        }
    }

    pub(super) fn again(&mut self) -> Outcome {
        let choice = Choice::Pinned(Schedule::Prefix(self.path.clone()));
        let order = Order { seed: self.runner.plan().seed, time: Time::Untimed, choice };
        let outcome = self.runner.run(&order, Keep::default());
        self.search.tally.add(self.search.tally.runs(), outcome.seen.clone());
        outcome
    }

    /// Keeps a finding if it is the first of its rule; whether it is a failure.
    pub(super) fn found(&mut self, violation: Violation, judge: Judge, outcome: Option<&Outcome>) -> bool {
        let fails = Standing::of(self.runner.plan(), violation.rule) == Standing::Failure;
        if !self.search.findings.iter().any(|finding| finding.violation.rule == violation.rule) {
            let outcome = outcome.cloned().unwrap_or_else(|| self.again());
            self.search.findings.push(Finding { violation, judge, fails, path: self.path.clone(), outcome });
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
