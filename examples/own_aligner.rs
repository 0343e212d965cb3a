//! A builder's own barrier aligner and operator, tested like ours: `cargo run --example own_aligner`.
//!
//! The aligner ([`Gate`]) is the kind of device that engines have: the caller tells it of each barrier, and it answers
//! what to do. It knows nothing of cutline. The adapter ([`Adapter`]) translates, in forty lines. Then one line tests it
//! over many schedules, and one line over all schedules of a small job. The tests at the end are what a builder's own
//! test file looks like; `cargo test` and `cargo nextest run` run them.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use cutline::ids::{CheckpointId, Rule};
use cutline::operator::{self, Operator, Outputs, Record};
use cutline::plan::Plan;
use cutline::protocol::barrier::{BarrierHandler, Effect, Facts, Input};
use cutline::protocol::{Barrier, FailureReason};
use cutline::testing::{EFFORT, check_exactly_once, reference, with_handler, with_operator};

// ---- the device, as it stands in the engine ----

/// What the device wants done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Do {
    Pause(usize),
    Resume(usize),
    Snapshot(u64),
    Abandon(u64),
}

/// Holds inputs back until the barrier of a checkpoint has come on all of them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Gate {
    /// The checkpoint that is being aligned, and the inputs on which its barrier has come.
    open: Option<(u64, BTreeSet<usize>)>,
    /// Inputs that have ended.
    ended: BTreeSet<usize>,
    /// The newest checkpoint that was stored or abandoned.
    over: u64,
    /// A mistake to look for: inputs whose barrier has come are not held back.
    leaks: bool,
}

impl Gate {
    fn barrier(&mut self, input: usize, id: u64, inputs: usize) -> Vec<Do> {
        let mut todo = Vec::new();
        match self.open.as_ref().map(|open| open.0) {
            _ if id <= self.over => return vec![Do::Resume(input)],
            Some(open) if id < open => return vec![Do::Resume(input)],
            Some(open) if id > open => {
                todo = self.abandon(open);
                self.open = Some((id, BTreeSet::new()));
            }
            Some(_) => {}
            None => self.open = Some((id, BTreeSet::new())),
        }
        if let Some((_, here)) = &mut self.open {
            here.insert(input);
        }
        todo.push(if self.leaks { Do::Resume(input) } else { Do::Pause(input) });
        todo.extend(self.finish(inputs));
        todo
    }

    fn end(&mut self, input: usize, inputs: usize) -> Vec<Do> {
        self.ended.insert(input);
        self.finish(inputs)
    }

    /// The checkpoint will not be: whoever waits for it goes on.
    fn abandon(&mut self, id: u64) -> Vec<Do> {
        if id <= self.over {
            return Vec::new();
        }
        self.over = id;
        let held = self.open.take().map(|open| open.1).unwrap_or_default();
        held.into_iter().map(Do::Resume).chain([Do::Abandon(id)]).collect()
    }

    fn finish(&mut self, inputs: usize) -> Vec<Do> {
        let complete = |here: &BTreeSet<usize>| (0..inputs).all(|n| here.contains(&n) || self.ended.contains(&n));
        match self.open.take() {
            Some((id, here)) if complete(&here) => {
                self.over = id;
                [Do::Snapshot(id)].into_iter().chain(here.into_iter().map(Do::Resume)).collect()
            }
            open => {
                self.open = open;
                Vec::new()
            }
        }
    }
}

// ---- the adapter: what cutline says, in the device's words, and back ----

#[derive(Clone, Hash, Debug)]
struct Adapter {
    gate: Gate,
    /// The barrier whose number the device knows: its kind goes with it.
    barrier: Option<Barrier>,
}

impl BarrierHandler for Adapter {
    fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        let (rule, todo) = match input {
            Input::Barrier { on, barrier, .. } => {
                if self.barrier.is_none_or(|newest| newest.id < barrier.id) {
                    self.barrier = Some(barrier);
                }
                (Rule(42), self.gate.barrier(on, barrier.id.0, facts.inputs))
            }
            Input::CancelMarker { id, .. } => (Rule(44), self.gate.abandon(id.0)),
            Input::EndOfPartition { on } => (Rule(45), self.gate.end(on, facts.inputs)),
        };
        effects.extend(todo.into_iter().filter_map(|todo| match todo {
            Do::Pause(input) => Some(Effect::Block(input)),
            Do::Resume(input) => Some(Effect::Resume(input)),
            Do::Snapshot(_) => self.barrier.map(Effect::Trigger),
            Do::Abandon(id) => {
                let reason = FailureReason::CheckpointDeclinedSubsumed;
                Some(Effect::Abort { id: CheckpointId(id), reason })
            }
        }));
        rule
    }

    fn boxed(&self) -> Box<dyn BarrierHandler> {
        Box::new(self.clone())
    }

    fn fingerprint(&self, mut hasher: &mut dyn Hasher) {
        self.hash(&mut hasher);
    }
}

/// A job with this gate in front of every task.
fn gated(job: Plan, gate: Gate) -> Plan {
    with_handler(job, Adapter { gate, barrier: None })
}

// ---- an operator of one's own ----

/// The largest record so far.
#[derive(Clone, Debug)]
struct Largest(i64);

impl Operator for Largest {
    fn process(&mut self, _: usize, record: Record, out: &mut Outputs) -> Result<(), operator::Failure> {
        self.0 = self.0.max(record.value);
        out.push(record.key, self.0);
        Ok(())
    }

    fn view(&self, _: i64) -> i64 {
        self.0
    }

    fn boxed(&self) -> Box<dyn Operator> {
        Box::new(self.clone())
    }

    fn fingerprint(&self, hasher: &mut dyn Hasher) {
        hasher.write_i64(self.0);
    }
}

/// Shows what the assertions say: of a gate that holds, and of one that leaks.
fn main() {
    let job = with_operator(reference(4, 3, 1, 2), Largest(0));
    match check_exactly_once(&gated(job, Gate::default()), 0..400) {
        Ok(summary) => println!("a gate that holds:\n\n{summary}\n"),
        Err(failure) => println!("{failure}"),
    }
    match check_exactly_once(&gated(reference(4, 3, 1, 2), Gate { leaks: true, ..Gate::default() }), 0..400) {
        Ok(summary) => println!("nothing is found:\n\n{summary}"),
        Err(failure) => println!("a gate that leaks:\n\n{}", failure.shrunk(&EFFORT)),
    }
}

#[cfg(test)]
mod tests {
    use cutline::operator::Logic;
    use cutline::plan::{RuleName, SinkKind};
    use cutline::testing::{Shape, assert_every_schedule, assert_exactly_once, coarse};

    use super::*;

    #[test]
    fn the_gate_holds_over_many_schedules() {
        assert_exactly_once(&gated(reference(4, 3, 1, 2), Gate::default()), 0..200);
    }

    #[test]
    fn the_gate_holds_under_every_schedule_with_at_most_one_crash() {
        // Two sources of one record, one sum, one two-phase sink; at most two checkpoints. Of a gate of one's own little is
        // known, so no order is left out here: the job must be very small.
        let mut job = coarse(Shape::Merge.plan(1, Logic::Sum, SinkKind::TwoPhaseCommit));
        job.limits.checkpoints = 2;
        assert_every_schedule(&gated(job, Gate::default()), 1);
    }

    #[test]
    fn the_operator_counts_every_record_once() {
        assert_exactly_once(&with_operator(reference(4, 3, 1, 2), Largest(0)), 0..200);
    }

    #[test]
    fn a_gate_that_leaks_is_found() {
        let leaks = Gate { leaks: true, ..Gate::default() };
        let failure = check_exactly_once(&gated(reference(4, 3, 1, 2), leaks), 0..200).expect_err("it leaks");
        assert_eq!(failure.violation.rule, RuleName::ConsistentCut);
        assert!(failure.to_string().contains("The barrier handler is the test's own"), "{failure}");
    }

    /// Whatever is written in Rust must be a function of its inputs: what has a counter of its own somewhere is not.
    #[test]
    #[should_panic(expected = "are not the same")]
    fn an_operator_that_remembers_other_runs_is_found() {
        use std::sync::atomic::{AtomicI64, Ordering};
        static CALLS: AtomicI64 = AtomicI64::new(0);

        #[derive(Clone, Debug)]
        struct Counter;
        impl Operator for Counter {
            fn process(&mut self, _: usize, record: Record, out: &mut Outputs) -> Result<(), operator::Failure> {
                out.push(record.key, CALLS.fetch_add(1, Ordering::Relaxed));
                Ok(())
            }
            fn view(&self, _: i64) -> i64 {
                0
            }
            fn boxed(&self) -> Box<dyn Operator> {
                Box::new(Self)
            }
            fn fingerprint(&self, _: &mut dyn Hasher) {}
        }
        assert_exactly_once(&with_operator(reference(4, 3, 1, 2), Counter), 0..10);
    }
}
