//! Exactly-once over many seeds.
//!
//! The runs are those of a campaign: even seeds follow due times, odd ones are untimed and random. All judges count, not
//! only the one that is called `exactly-once`: a broken cut today is a wrong sum tomorrow.

use std::fmt;
use std::ops::Range;

use super::trace::lines;
use crate::ids::Step;
use crate::oracle::{Violation, promised};
use crate::plan::Plan;
use crate::protocol::coordinator::Mode;
use crate::run::{End, Keep, Order, Runner};
use crate::scenario;
use crate::trace::Level;

/// Lines of the trace that a failure shows.
const MOST_LINES: usize = 40;

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

/// The first run that broke a rule. As text it says which, where and why, how to make the run again, and shows the trace
/// around the place.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What was broken.
    pub violation: Violation,
    /// How the run was made.
    pub order: Order,
    /// The plan as a scenario file, if it has a text.
    pub scenario: String,
    /// At most 40 lines of the trace around the violation, `>` before those of its step.
    pub trace: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { rule, invariant, step, at, detail, .. } = &self.violation;
        let invariant = if invariant.is_empty() { String::new() } else { format!(" ({invariant})") };
        writeln!(f, "{}{invariant} is broken at step {step}, {at} s: {detail}", rule.word())?;
        writeln!(f, "seed {}, {:?}: make it again with `{:?}`", self.order.seed, self.order.time, self.order)?;
        writeln!(f, "\n{}\nthe trace around it:\n{}", self.scenario, self.trace)
    }
}

impl std::error::Error for Failure {}

/// Makes a run for each seed and judges it.
///
/// # Errors
/// The first run that breaks a rule which the job promises, or gets stuck.
///
/// # Panics
/// If the plan does not ask for exactly-once: there is nothing to check then. Without an interval a job is
/// at-least-once (R1).
#[track_caller]
pub fn check_exactly_once(plan: &Plan, seeds: Range<u64>) -> Result<Summary, Box<Failure>> {
    let mode = plan.checkpointing.effective_mode();
    assert_eq!(mode, Mode::ExactlyOnce, "{} promises no exactly-once: it needs an interval and the mode", plan.name);
    let mut runner = Runner::new(plan.clone());
    let mut summary = Summary::default();
    for seed in seeds {
        let order = Order::alternating(seed);
        let outcome = runner.run(&order, Keep::default());
        if let Some(violation) = outcome.violations.into_iter().find(|violation| promised(plan, violation.rule)) {
            return Err(Box::new(failure(&mut runner, order, violation)));
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

/// Makes a run for each seed and panics with a [`Failure`] if one breaks a rule which the job promises, or gets stuck.
///
/// # Panics
/// As said; and if the plan does not ask for exactly-once, or if every run was cut off by a limit of the plan: that
/// would be no pass.
#[track_caller]
pub fn assert_exactly_once(plan: &Plan, seeds: Range<u64>) -> Summary {
    match check_exactly_once(plan, seeds) {
        Ok(summary) => {
            assert!(summary.runs > summary.inconclusive, "no run came to an end: {summary:?}");
            summary
        }
        Err(failure) => panic!("{failure}"),
    }
}

/// The run once more, with its trace.
fn failure(runner: &mut Runner, order: Order, violation: Violation) -> Failure {
    let outcome = runner.run(&order, Keep { trace: true, actions: false });
    let scenario = scenario::print(runner.plan()).unwrap_or_else(|unprintable| format!("({unprintable})\n"));
    let names = &runner.topology().names;
    let shown: Vec<_> = outcome.trace.iter().filter(|entry| Level::Records.shows(&entry.event)).collect();
    let place = shown.iter().position(|entry| entry.step >= violation.step).unwrap_or(shown.len());
    let from = place.saturating_sub(MOST_LINES * 3 / 4);
    let to = shown.len().min(from + MOST_LINES);
    let mut trace = String::new();
    for entry in &shown[from..to] {
        let mark = if entry.step == violation.step && entry.step != Step(0) { "> " } else { "  " };
        trace.push_str(mark);
        trace.push_str(&lines(std::slice::from_ref(entry), names, Level::Records));
    }
    Failure { violation, order, scenario, trace }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Defect;
    use crate::testing::reference;

    #[test]
    fn a_failure_says_what_to_do() {
        let plan = Plan { defect: Some(Defect::EarlyCommit), ..reference(4, 3, 1, 2) };
        let failure = check_exactly_once(&plan, 0..2_000).expect_err("an early commit is found");
        let text = failure.to_string();
        assert!(text.starts_with("exactly-once"), "{text}");
        assert!(text.contains("defect: EarlyCommit") && text.contains("seed "), "{text}");
        assert!((1..=MOST_LINES).contains(&failure.trace.lines().count()), "{text}");
        assert!(failure.trace.lines().any(|line| line.starts_with("> ")), "{text}");
    }

    #[test]
    #[should_panic(expected = "promises no exactly-once")]
    fn a_job_without_checkpoints_promises_nothing() {
        let mut plan = reference(1, 1, 0, 2);
        plan.checkpointing.interval = None;
        let _ = check_exactly_once(&plan, 0..1);
    }
}
