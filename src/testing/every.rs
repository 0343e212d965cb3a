//! Exactly-once under every schedule: the exhaustive search as an assertion.

use std::fmt;

use super::assert::must_promise;
use super::failure::{EFFORT, Failure};
use crate::explore::{Bounds, End, Search, explore};
use crate::plan::{Plan, Schedule, Time};
use crate::report::{Subject, search};
use crate::run::{Choice, Order};

/// States after which an assertion gives up: some minutes without optimisation, half a minute with it.
pub const MOST_STATES: u64 = 1_000_000;

/// What a search that found nothing has covered. Its text is the last line of `cutline explore`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Covered {
    /// How it ended: every schedule was tried, or a bound of the search came first, which shows nothing.
    pub end: End,
    /// Different states.
    pub states: u64,
    /// Steps tried.
    pub transitions: u64,
    /// States in which only a limit of the plan keeps the job from going on: behind them nothing was tried.
    pub bounded: u64,
    text: String,
}

impl Covered {
    fn by(plan: &Plan, found: &Search) -> Self {
        let Search { end, states, transitions, bounded, .. } = *found;
        let text = search::last(&Subject::new(plan, Vec::new()), found).trim_end().to_owned();
        Self { end, states, transitions, bounded, text }
    }

    /// Whether every schedule within the limits of the plan was tried.
    pub fn is_complete(&self) -> bool {
        self.end == End::Complete
    }
}

impl fmt::Display for Covered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Tries every schedule with at most so many crashes, beside those that the plan places, and judges each.
///
/// Neither time nor what the plan pins of its own run counts in it: messages may take any time. The other limits are the
/// plan's ([`crate::plan::Limits`]): how many periodic checkpoints, how many alarms in haste, how many late
/// acknowledgements. Cuts, states and commits are judged in every state; the witness judges every finding, and one in
/// [`Bounds::sample`] of the paths that come to an end.
///
/// # Errors
/// The first path that breaks a rule which the job promises; a shortest one, if the bounds do not ask for depth first.
///
/// # Panics
/// If the plan does not ask for exactly-once, or a part of the job panics.
#[track_caller]
pub fn check_every_schedule(plan: &Plan, crashes: u32, bounds: &Bounds) -> Result<Covered, Box<Failure>> {
    must_promise(plan);
    let mut plan = plan.clone();
    plan.limits.crashes = crashes;
    // What a plan expects of its own run is not asked here.
    plan.expect.clear();
    let found = explore(&plan, bounds);
    match found.failure() {
        Some(finding) => {
            let choice = Choice::Pinned(Schedule::Prefix(finding.path.clone()));
            let order = Order { seed: plan.seed, time: Time::Untimed, choice };
            Err(Box::new(Failure::of(&plan, &order, &finding.violation)))
        }
        None => Ok(Covered::by(&plan, &found)),
    }
}

/// Asserts that no schedule with at most so many crashes breaks a rule which the job promises, and that all were tried.
///
/// ```
/// use cutline::testing::{assert_every_schedule, coarse, reference};
///
/// // Exactly once, under every schedule with at most one crash:
/// assert_every_schedule(&coarse(reference(2, 1, 0, 2)), 1);
/// ```
///
/// [`coarse`](super::coarse) makes a job small enough. Of an operator or a barrier handler of one's own little is known, so
/// few orders, or none, are left out of the search ([`crate::explore::reduction`]), and the job must be smaller still: a
/// [`Shape`](super::Shape) with a record or two.
///
/// # Panics
/// With the text of a [`Failure`], as small as it goes, if one breaks a rule. If the search came to [`MOST_STATES`]
/// before its end, which is no pass: make the job smaller, or call [`check_every_schedule`] with other bounds. As
/// [`check_every_schedule`] does.
#[track_caller]
pub fn assert_every_schedule(plan: &Plan, crashes: u32) -> Covered {
    match check_every_schedule(plan, crashes, &Bounds { states: MOST_STATES, ..Bounds::default() }) {
        Ok(covered) => {
            assert!(covered.is_complete(), "{covered}; that is no proof: make the job smaller, or the bounds larger");
            covered
        }
        Err(failure) => panic!("{}", failure.shrunk(&EFFORT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::search::Bound;
    use crate::plan::{Defect, RuleName};
    use crate::testing::{chain, reference};

    #[test]
    fn a_wrong_protocol_is_found_with_a_schedule_that_shows_it() {
        let plan = Plan { defect: Some(Defect::EarlyCommit), ..reference(1, 1, 0, 1) };
        let failure = check_every_schedule(&plan, 1, &Bounds::default()).expect_err("an early commit is found");
        assert_eq!(failure.violation.rule, RuleName::ExactlyOnce, "{failure}");
        assert!(failure.found.time == Time::Untimed && failure.to_string().contains("on a path of "), "{failure}");
        let small = failure.clone().shrunk(&EFFORT);
        assert!(small.scenario().len() <= failure.scenario().len(), "{small}");
    }

    #[test]
    fn the_number_of_crashes_counts() {
        let plan = Plan { defect: Some(Defect::NoRewind), ..chain(0, 2) };
        let covered = assert_every_schedule(&plan, 0);
        assert!(
            covered.to_string().starts_with("complete: every schedule with at most 0 crashes and 3 checkpoints, "),
            "{covered}"
        );
        check_every_schedule(&plan, 1, &Bounds::default()).expect_err("with a crash it shows");
    }

    #[test]
    fn a_bound_is_no_pass() {
        let plan = reference(2, 1, 0, 2);
        let bounds = Bounds { states: 100, ..Bounds::default() };
        let covered = check_every_schedule(&plan, 1, &bounds).expect("nothing is found so far");
        assert_eq!(covered.end, End::Stopped { at: Bound::States });
        assert!(!covered.is_complete() && covered.to_string().starts_with("stopped at the bound on states"));
    }
}
