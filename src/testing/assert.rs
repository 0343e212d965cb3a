//! Exactly-once over many seeds, and in one run.
//!
//! The runs are those that `cutline check` makes: due times, random orders, PCT and swarm in turn. All judges count, not
//! only the one that is called `exactly-once`: a broken cut today is a wrong sum tomorrow.

use std::fmt;
use std::ops::Range;

use super::failure::{EFFORT, Failure, found};
use crate::explore::{Strategy, fault};
use crate::oracle::promised;
use crate::plan::Plan;
use crate::protocol::coordinator::Mode;
use crate::run::{End, Keep, Order, Outcome, Runner};

/// What many runs met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Runs made.
    pub runs: u64,
    /// Runs with a crash between a trigger and the completion of its checkpoint.
    pub crashed_while_pending: u64,
    /// Runs that restored a completed checkpoint.
    pub restored_checkpoint: u64,
    /// Runs that a limit of the plan cut off: they show nothing.
    pub inconclusive: u64,
}

impl Summary {
    /// Adds what other runs met.
    pub fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.crashed_while_pending += other.crashed_while_pending;
        self.restored_checkpoint += other.restored_checkpoint;
        self.inconclusive += other.inconclusive;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, crashed_while_pending, restored_checkpoint, inconclusive } = self;
        write!(
            f,
            "{runs} runs: {crashed_while_pending} with a crash while a checkpoint was pending, {restored_checkpoint} \
             with a restored checkpoint, {inconclusive} cut off by a limit"
        )
    }
}

/// Makes a run for each seed and judges it. The seeds draw what `cutline check` draws for them.
///
/// If the plan has parts of its own, the first run is made twice.
///
/// # Errors
/// The first run that breaks a rule which the job promises, or gets stuck; as it was found, not shrunk: see
/// [`Failure::shrunk`].
///
/// # Panics
/// If the plan does not ask for exactly-once: there is nothing to check then. Without an interval a job is
/// at-least-once (R1). If a part of the job panics, or is no function of its inputs; the message says in which run.
#[track_caller]
pub fn check_exactly_once(plan: &Plan, seeds: Range<u64>) -> Result<Summary, Box<Failure>> {
    must_promise(plan);
    let mut runner = Runner::new(plan.clone());
    let mut summary = Summary::default();
    let mut doubtful = has_own_parts(plan);
    for seed in seeds {
        let order = Strategy::default().order(seed);
        let outcome = fault::guarded(seed, || match std::mem::take(&mut doubtful) {
            true => fault::twice(plan, &mut runner, &order),
            false => Ok(runner.run(&order, Keep::default())),
        });
        let outcome =
            outcome.and_then(|outcome| outcome).unwrap_or_else(|fault| panic!("{fault}\n  {}", found(&order)));
        if let Some(failure) = failure(plan, &order, &outcome) {
            return Err(failure);
        }
        debug_assert!(outcome.end != End::Stuck, "progress judges that");
        summary.add(Summary {
            runs: 1,
            crashed_while_pending: u64::from(outcome.met.crash_while_pending),
            restored_checkpoint: u64::from(outcome.met.restored_checkpoint),
            inconclusive: u64::from(outcome.end.is_inconclusive()),
        });
    }
    Ok(summary)
}

/// Makes a run for each seed and panics if one breaks a rule which the job promises, or gets stuck.
///
/// ```
/// use cutline::testing::{assert_exactly_once, reference};
///
/// assert_exactly_once(&reference(4, 3, 1, 2), 0..40);
/// ```
///
/// # Panics
/// With the text of a [`Failure`] that is as small as it goes. As [`check_exactly_once`] does; and if every run was cut
/// off by a limit of the plan: that would be no pass.
#[track_caller]
pub fn assert_exactly_once(plan: &Plan, seeds: Range<u64>) -> Summary {
    match check_exactly_once(plan, seeds) {
        Ok(summary) => {
            assert!(summary.runs > summary.inconclusive, "no run came to an end, so nothing is shown: {summary}");
            summary
        }
        Err(failure) => panic!("{}", failure.shrunk(&EFFORT)),
    }
}

/// Makes one run and judges it.
///
/// # Errors
/// If it breaks a rule which the job promises, or gets stuck: a failure as it was found, not shrunk. What a limit of the
/// plan cut off is no error, and shows nothing: [`End::is_inconclusive`].
///
/// # Panics
/// If a part of the job panics.
pub fn check_run(plan: &Plan, order: &Order) -> Result<Outcome, Box<Failure>> {
    let outcome = Runner::new(plan.clone()).run(order, Keep::default());
    match failure(plan, order, &outcome) {
        Some(failure) => Err(failure),
        None => Ok(outcome),
    }
}

/// Makes the one run that a plan asks for, by its seed, its time and its pinned steps: of a case file, for example, with
/// the test's own parts put back. Rules count that the job promises; what the plan expects of itself does not.
///
/// ```
/// use std::path::Path;
///
/// use cutline::scenario;
/// use cutline::testing::assert_run;
///
/// let plan = scenario::load_file(Path::new("scenarios/crash-during-restore.ron")).unwrap();
/// assert!(assert_run(&plan).met.restored_checkpoint);
/// ```
///
/// # Panics
/// With the text of a [`Failure`] if the run breaks a rule which the job promises; if it decides nothing, because a
/// limit of the plan cut it off or a pinned step is not possible any more; and if a part of the job panics.
#[track_caller]
pub fn assert_run(plan: &Plan) -> Outcome {
    let outcome = check_run(plan, &Order::of(plan)).unwrap_or_else(|failure| panic!("{}", failure.shrunk(&EFFORT)));
    assert!(!outcome.end.is_inconclusive(), "the run of {} decides nothing: {:?}", plan.name, outcome.end);
    outcome
}

/// Panics if a plan promises nothing that could be checked.
#[track_caller]
pub(super) fn must_promise(plan: &Plan) {
    let mode = plan.checkpointing.effective_mode();
    assert_eq!(mode, Mode::ExactlyOnce, "{} promises no exactly-once: it needs an interval and the mode", plan.name);
}

/// Whether something in the job is written by who tests it.
fn has_own_parts(plan: &Plan) -> bool {
    plan.handler.is_some() || plan.vertices.iter().any(|vertex| vertex.kind.is_unknown())
}

/// The first promised rule that a run broke.
fn failure(plan: &Plan, order: &Order, outcome: &Outcome) -> Option<Box<Failure>> {
    let broken = outcome.violations.iter().find(|violation| promised(plan, violation.rule));
    broken.map(|violation| Box::new(Failure::of(plan, order, violation)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Defect;
    use crate::scenario;
    use crate::testing::reference;
    use crate::testing::window::MOST_LINES;

    fn early() -> Plan {
        Plan { defect: Some(Defect::EarlyCommit), ..reference(4, 3, 1, 2) }
    }

    #[test]
    fn a_failure_says_what_to_do() {
        let found = check_exactly_once(&early(), 0..2_000).expect_err("an early commit is found");
        let failure = found.clone().shrunk(&EFFORT);
        let text = failure.to_string();
        assert!(text.starts_with(&format!("{} is broken: ", failure.violation.rule.word())), "{text}");
        for piece in
            ["  rule     ", "  I27      ", "  shrunk   to ", "  replay   cutline replay ", "defect: EarlyCommit"]
        {
            assert!(text.contains(piece), "`{piece}` is missing:\n{text}");
        }
        assert!((1..=MOST_LINES).contains(&failure.trace.lines().count()), "{text}");
        let marked: Vec<&str> = failure.trace.lines().filter_map(|line| line.strip_prefix("> ")).collect();
        let step = |line: &&str| line.split_whitespace().next() == Some(&failure.violation.step.to_string());
        assert!(!marked.is_empty() && marked.iter().all(step), "{text}");
        assert!(failure.scenario().len() < found.scenario().len(), "{text}");
        assert_eq!(format!("{failure:?}"), text);
    }

    /// What is printed, found and shrunk, is a scenario that shows the failure.
    #[test]
    fn the_scenario_of_a_failure_shows_it() {
        let found = check_exactly_once(&early(), 0..2_000).expect_err("an early commit is found");
        for failure in [(*found).clone(), found.shrunk(&EFFORT)] {
            assert!(failure.has_text());
            let plan = scenario::load(&failure.scenario(), "failure.ron").expect("it is a scenario");
            assert_eq!(plan, failure.plan);
            let outcome = Runner::new(plan.clone()).run(&Order::of(&plan), Keep::default());
            assert!(outcome.violations.contains(&failure.violation), "{failure}");
        }
    }

    #[test]
    #[should_panic(expected = "decides nothing")]
    fn a_run_that_is_cut_off_decides_nothing() {
        let mut plan = reference(4, 3, 1, 2);
        plan.limits.steps = 3;
        assert_run(&plan);
    }

    #[test]
    #[should_panic(expected = "exactly-once is broken")]
    fn the_run_of_a_case_fails_until_it_is_mended() {
        let failure = check_exactly_once(&early(), 0..2_000).expect_err("an early commit is found");
        assert_run(&failure.plan);
    }

    #[test]
    #[should_panic(expected = "promises no exactly-once")]
    fn a_job_without_checkpoints_promises_nothing() {
        let mut plan = reference(1, 1, 0, 2);
        plan.checkpointing.interval = None;
        let _ = check_exactly_once(&plan, 0..1);
    }
}
