//! Strategies for proptest: small jobs, knobs, faults, and how a run is made.
//!
//! | file | draws | shrinks to |
//! | --- | --- | --- |
//! | [`jobs`] | the job graph | one source and one sink, few records, plain operators and edges |
//! | [`knobs`] | values of Flink's configuration, from the table of knobs | nothing set |
//! | [`faults`] | crashes, by meaning, by record, by time | none, of earlier tasks, at simpler moments |
//! | here | a whole plan, and the order of a run | a timed run with a small seed |
//!
//! Every plan that is drawn is sound: it has a text, and the text can be read. Parts are drawn apart from each other and
//! put together afterwards, so that each shrinks by itself. No strategy refuses what it has drawn.

pub mod faults;
pub mod jobs;
pub mod knobs;

use std::fmt;

use proptest::prelude::*;

use super::failure::in_words;
use crate::plan::{Plan, Time};
use crate::run::{Choice, Order};
use crate::scenario;

pub use faults::{Faults, any_faults, fault_plans};
pub use jobs::{any_job, tiny_job};
pub use knobs::{Knobs, any_knobs};

/// A plan that was drawn. Its `Debug` is the text of a scenario file, so what proptest prints can be saved and run; parts
/// that are written in Rust have no text, and comments say which.
#[derive(Clone, PartialEq, Eq)]
pub struct AnyPlan(pub Plan);

impl fmt::Debug for AnyPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plan, notes) = in_words(&self.0);
        match scenario::print(&plan) {
            Ok(text) => {
                f.write_str("\n")?;
                notes.iter().try_for_each(|note| writeln!(f, "// {note}"))?;
                f.write_str(&text)
            }
            Err(_) => write!(f, "{:#?}", self.0),
        }
    }
}

/// A small job with knobs of Flink's and at most three crashes. It asks for exactly-once.
///
/// ```
/// use cutline::testing::{any_order, any_plan, check_run};
/// use proptest::test_runner::{Config, TestCaseError, TestRunner};
///
/// let mut runner = TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
/// let property = runner.run(&(any_plan(), any_order()), |(plan, order)| {
///     check_run(&plan.0, &order).map(drop).map_err(|failure| TestCaseError::fail(failure.to_string()))
/// });
/// property.unwrap();
/// ```
pub fn any_plan() -> impl Strategy<Value = AnyPlan> {
    (any_job(), any_knobs(), any_faults(3)).prop_map(|(job, knobs, faults)| AnyPlan(faults.apply(&knobs.apply(&job.0))))
}

/// How a run is made: by due times, at random, by PCT or by swarm, with a seed below 10,000.
pub fn any_order() -> impl Strategy<Value = Order> {
    let choice = proptest::sample::select(vec![Choice::Timed, Choice::Random, Choice::Pct, Choice::Swarm]);
    (choice, 0..10_000_u64).prop_map(|(choice, seed)| {
        let time = if choice == Choice::Timed { Time::Timed } else { Time::Untimed };
        Order { seed, time, choice }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::barrier::Aligned;
    use crate::testing::{check_run, reference, with_handler, with_parts_of};
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

    /// Draws `cases` plans, and each of the plans that it shrinks to at first.
    #[track_caller]
    fn check_sound(plans: impl Strategy<Value = AnyPlan>, cases: u32) {
        let mut runner = TestRunner::deterministic();
        for _ in 0..cases {
            let mut tree = plans.new_tree(&mut runner).expect("nothing is refused");
            for _ in 0..8 {
                let plan = tree.current().0;
                let text = scenario::print(&plan).expect("it has a text");
                let read = scenario::load(&text, "printed.ron");
                assert_eq!(read.as_ref(), Ok(&plan), "{text}");
                if !tree.simplify() {
                    break;
                }
            }
        }
    }

    #[test]
    fn what_is_drawn_is_a_scenario() {
        check_sound(any_job(), 60);
        check_sound(tiny_job(), 60);
        check_sound(any_plan(), 120);
        check_sound(fault_plans(&reference(2, 1, 1, 2), 3), 60);
        check_sound(any_knobs().prop_map(|knobs| AnyPlan(knobs.apply(&reference(2, 1, 1, 2)))), 120);
    }

    /// What proptest prints of a plan can be saved, with parts of one's own, too.
    #[test]
    fn what_is_printed_is_a_scenario() {
        let own = with_handler(reference(2, 1, 1, 2), Aligned::new());
        let text = format!("{:?}", AnyPlan(own.clone()));
        assert!(
            text.starts_with("\n// The barrier handler is the test's own: `with_parts_of` puts it back.\n"),
            "{text}"
        );
        let read = scenario::load(&text, "printed.ron").expect("it can be read");
        assert_eq!(with_parts_of(read, &own), own);
    }

    /// Where everything fails, nothing is left but what a job must have.
    #[test]
    fn what_does_not_matter_goes_away() {
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let outcome = runner.run(&(any_plan(), any_order()), |_| Err(TestCaseError::fail("always")));
        let Err(TestError::Fail(_, (AnyPlan(plan), order))) = outcome else { panic!("{outcome:?}") };
        assert_eq!(order, Order { seed: 0, time: Time::Timed, choice: Choice::Timed });
        assert_eq!((plan.vertices.len(), plan.faults.len()), (2, 0), "{:?}", AnyPlan(plan));
    }

    /// Most runs of drawn plans come to an end, and some of them put the promise to the test.
    #[test]
    fn what_is_drawn_is_worth_running() {
        let (mut runner, plans) = (TestRunner::deterministic(), (any_plan(), any_order()));
        let (mut ended, mut restored) = (0, 0);
        for _ in 0..200 {
            let (plan, order) = plans.new_tree(&mut runner).expect("nothing is refused").current();
            let outcome = check_run(&plan.0, &order).expect("the honest protocol is not accused");
            ended += u32::from(!outcome.end.is_inconclusive());
            restored += u32::from(outcome.met.restored_checkpoint);
        }
        assert!(ended > 150 && restored > 20, "{ended} of 200 came to an end, {restored} restored a checkpoint");
    }
}
