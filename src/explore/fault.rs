//! What is wrong with the program itself. None of it says anything about the protocol.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::case::Charge;
use crate::action::{Action, Names};
use crate::plan::Plan;
use crate::run::{Choice, End, Keep, Order, Outcome, Runner};
use crate::schedule::twice::Recording;
use crate::schedule::{Pct, Policy, Random, Replay, Swarm, Timed, Twice};
use crate::trace::render;

/// The program itself is at fault.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// A run panicked.
    #[error("the run of seed {seed:#x} panicked: {message}")]
    Panicked {
        /// The seed of that run.
        seed: u64,
        /// What the panic said.
        message: String,
    },
    /// A run that was made twice was not the same.
    #[error(
        "two runs of seed {seed:#x} are not the same; the first difference is at step {step}\n  first   {first}\n  second  {second}"
    )]
    Differs {
        /// The seed of both.
        seed: u64,
        /// The first step at which they differ.
        step: u64,
        /// What the first one shows there.
        first: String,
        /// What the second one shows there.
        second: String,
    },
    /// A finding was not there when it was made again from its own steps.
    #[error("the steps of seed {seed:#x}, made again, {}", innocent(.charge))]
    Lost {
        /// The seed of the finding.
        seed: u64,
        /// What the run is accused of.
        charge: Charge,
    },
}

impl Fault {
    /// The seed of the run in which it showed.
    pub fn seed(&self) -> u64 {
        match *self {
            Self::Panicked { seed, .. } | Self::Differs { seed, .. } | Self::Lost { seed, .. } => seed,
        }
    }
}

fn innocent(charge: &Charge) -> String {
    match charge {
        Charge::Rule(rule) => format!("do not break {}", rule.word()),
        Charge::Expectation(number) => format!("meet expectation {} of the file", number + 1),
    }
}

/// Makes a run, and turns a panic into a fault. What the run was made with must not be used any more then.
///
/// # Errors
/// [`Fault::Panicked`].
pub fn guarded<T>(seed: u64, make: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(make)).map_err(|panic| Fault::Panicked { seed, message: words(&*panic) })
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a word".to_owned())
}

/// Makes a run twice, the second time with a runner that has made no other, and returns the first.
///
/// # Errors
/// [`Fault::Differs`] unless the two are the same in every menu, choice and event, and in what is said of them.
pub fn twice(plan: &Plan, runner: &mut Runner, order: &Order) -> Result<Outcome, Fault> {
    twice_until(plan, runner, order, &|| false)
}

/// The same, but once `stop` says so the runs are cut off, and are not compared any more.
///
/// # Errors
/// As above.
pub fn twice_until(plan: &Plan, runner: &mut Runner, order: &Order, stop: &dyn Fn() -> bool) -> Result<Outcome, Fault> {
    match &order.choice {
        Choice::Timed => compared(plan, runner, order, stop, Timed::new),
        Choice::Random => compared(plan, runner, order, stop, || Random::new(order.seed)),
        Choice::Pct => compared(plan, runner, order, stop, || Pct::new(order.seed)),
        Choice::Swarm => compared(plan, runner, order, stop, || Swarm::new(order.seed)),
        Choice::Pinned(schedule) => compared(plan, runner, order, stop, || Replay::new(schedule.clone())),
    }
}

fn compared<P: Policy>(
    plan: &Plan,
    runner: &mut Runner,
    order: &Order,
    stop: &dyn Fn() -> bool,
    policy: impl Fn() -> P,
) -> Result<Outcome, Fault> {
    let keep = Keep { trace: true, actions: false };
    let mut first = Twice::record(policy());
    let outcome = runner.run_with_until(&mut first, order, keep, stop);
    if outcome.end == End::Interrupted {
        return Ok(outcome);
    }
    let mut fresh = Runner::new(plan.clone());
    let mut second = Twice::compare(policy(), first.recording.clone());
    let again = fresh.run_with_until(&mut second, order, keep, stop);
    if again.end == End::Interrupted {
        return Ok(again);
    }
    let names = &fresh.topology().names;
    match difference(names, (&first.recording, &outcome), (&second.recording, &again)) {
        None => Ok(outcome),
        Some((step, first, second)) => Err(Fault::Differs { seed: order.seed, step, first, second }),
    }
}

/// The first step at which two runs differ, and what each shows there.
fn difference(
    names: &Names,
    first: (&Recording, &Outcome),
    second: (&Recording, &Outcome),
) -> Option<(u64, String, String)> {
    let menu = |steps: &[(usize, Action, Action)], at: usize| match steps.get(at) {
        None => "the run is over".to_owned(),
        Some(&(offers, head, chosen)) => {
            format!("{offers} offers from `{}` on; `{}` is chosen", names.text(head), names.text(chosen))
        }
    };
    let (one, other) = (&first.0.steps, &second.0.steps);
    let offered = (0..one.len().max(other.len())).find(|&at| one.get(at) != other.get(at));
    let (one_trace, other_trace) = (&first.1.trace, &second.1.trace);
    let happened = (0..one_trace.len().max(other_trace.len())).find(|&at| one_trace.get(at) != other_trace.get(at));
    let event = |outcome: &Outcome, at: usize| {
        outcome.trace.get(at).map_or("the run is over".to_owned(), |entry| {
            let mut line = String::new();
            render::line(entry, names, &mut line);
            line
        })
    };
    let step_of = |at: usize| one_trace.get(at).or(other_trace.get(at)).map_or(u64::MAX, |entry| entry.step.0);
    match (offered, happened) {
        (Some(step), happened) if happened.is_none_or(|at| step_of(at) >= step as u64) => {
            Some((step as u64, menu(one, step), menu(other, step)))
        }
        (_, Some(at)) => Some((step_of(at), event(first.1, at), event(second.1, at))),
        (_, None) => {
            let said = |outcome: &Outcome| format!("{:?} {:?} {:?}", outcome.end, outcome.violations, outcome.seen);
            let (one, other) = (said(first.1), said(second.1));
            (one != other).then_some((first.1.steps, one, other))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::jobs::reference;

    #[test]
    fn a_run_is_the_same_twice() {
        let plan = reference(4, 3, 1, 2);
        let mut runner = Runner::new(plan.clone());
        for seed in 0..6 {
            let order = Order::alternating(seed);
            let outcome = twice(&plan, &mut runner, &order).expect("runs are functions of their seeds");
            assert_eq!(outcome.order, order);
        }
    }

    #[test]
    fn a_run_that_is_not_the_same_twice_is_a_fault() {
        let plan = reference(4, 3, 1, 2);
        let mut runner = Runner::new(plan.clone());
        let drawn = std::cell::Cell::new(0);
        let policy = || {
            drawn.set(drawn.get() + 1);
            Random::new(drawn.get())
        };
        let fault = compared(&plan, &mut runner, &Order::random(1), &|| false, policy).expect_err("chance decides");
        assert!(matches!(fault, Fault::Differs { seed: 1, .. }), "{fault}");
    }

    #[test]
    fn the_first_difference_is_named() {
        let plan = reference(4, 3, 1, 2);
        let keep = Keep { trace: true, actions: false };
        let made = |seed: u64| {
            let mut policy = Twice::record(Random::new(seed));
            let outcome = Runner::new(plan.clone()).run_with(&mut policy, &Order::random(1), keep);
            (policy.recording, outcome)
        };
        let (one, other) = (made(1), made(2));
        let names = crate::plan::Topology::new(&plan).names;
        let (step, first, second) = difference(&names, (&one.0, &one.1), (&other.0, &other.1)).expect("they differ");
        let at = step as usize;
        assert_eq!(one.0.steps[..at], other.0.steps[..at]);
        assert_ne!(one.0.steps[at], other.0.steps[at]);
        assert_ne!(first, second);
        assert_eq!(difference(&names, (&one.0, &one.1), (&one.0, &one.1)), None);
    }

    #[test]
    fn a_panic_becomes_a_fault_with_its_seed() {
        let fault = guarded(0x2A, || panic!("of course")).expect_err("it panics");
        assert_eq!(fault.to_string(), "the run of seed 0x2a panicked: of course");
    }
}
