//! What an exhaustive search found, and how far that goes.

use std::fmt::Write;

use super::campaign::{Cases, Saved};
use super::{Subject, words};
use crate::explore::reduction::Unreduced;
use crate::explore::search::{Bound, End, Search};
use crate::explore::{Charge, Status};
use crate::oracle::expect::Verdict;
use crate::plan::Plan;

/// What is known after a search.
pub fn status(plan: &Plan, search: &Search) -> Status {
    let verdicts = search.verdicts(plan).into_iter().map(|verdict| match verdict {
        Verdict::Passed => Status::Holds,
        Verdict::Failed { .. } => Status::Violated,
        Verdict::Inconclusive(_) => Status::Inconclusive,
    });
    let failure = search.failure().map(|_| Status::Violated);
    let stopped = (search.end != End::Complete).then_some(Status::Inconclusive);
    verdicts.chain(failure).chain(stopped).max().unwrap_or(Status::Holds)
}

/// The text. `saved` has the case files.
pub fn search(subject: &Subject<'_>, search: &Search, saved: &Cases) -> String {
    let mut text = format!(
        "explore {}   crashes ≤ {}   {}, {} tried, {} at an end, depth {}\n",
        subject.plan.name,
        subject.plan.limits.crashes,
        words::count(search.states, "state"),
        words::count(search.transitions, "step"),
        search.finished,
        search.depth,
    );
    let _ = match search.unreduced {
        Some(Unreduced::All(why)) => writeln!(text, "  reduction is off: {why}"),
        Some(Unreduced::ButLinks(why)) => writeln!(text, "  reduction leaves little out: {why}"),
        None => Ok(()),
    };
    if !subject.expectations.is_empty() {
        let paths = words::count(search.tally.runs(), "path");
        let _ = writeln!(text, "\n  judged on {paths} in full:");
        for (expectation, verdict) in subject.expectations.iter().zip(search.verdicts(subject.plan)) {
            let _ = match verdict {
                Verdict::Passed => writeln!(text, "  ok    {expectation}"),
                Verdict::Failed { why, .. } => writeln!(text, "  FAIL  {expectation}   {why}"),
                Verdict::Inconclusive(why) => writeln!(text, "  open  {expectation}   {why}"),
            };
        }
    }
    for finding in &search.findings {
        let rule = finding.violation.rule;
        let saved = saved.get(&Charge::Rule(rule));
        let trace = saved.map_or(&[][..], |saved| &saved.trace);
        let word = if finding.fails { "VIOLATED" } else { "as known" };
        let _ = write!(text, "\n{word}  {}", words::violation(subject, &finding.violation, trace));
        text.push_str(&saved.map(Saved::lines).unwrap_or_default());
    }
    for (number, verdict) in search.tally.verdicts().iter().enumerate() {
        if let (Some(saved), Verdict::Failed { why, .. }) = (saved.get(&Charge::Expectation(number)), verdict) {
            let expectation = subject.expectations.get(number).map_or("", String::as_str);
            let _ = write!(text, "\nFAIL  {expectation}   {why}\n{}", saved.lines());
        }
    }
    text.push('\n');
    text.push_str(&last(subject, search));
    if search.end == End::Complete {
        if search.bounded > 0 {
            let _ = writeln!(
                text,
                "          in {} only a limit of the file keeps the job from going on",
                words::count(search.bounded, "state")
            );
        }
        let _ =
            writeln!(text, "          chance that a fingerprint collision hid a state: below {}", collision(search));
    }
    text
}

/// The verdict alone, in one line.
pub fn last(subject: &Subject<'_>, search: &Search) -> String {
    let states = words::count(search.states, "state");
    let every = || format!("every schedule with at most {}, {states}", limits(subject));
    let covered = match search.end {
        End::Complete => every(),
        End::Stopped { at: Bound::Failures } => states.clone(),
        End::Stopped { at: Bound::Interrupt } => format!("{states}, interrupted"),
        End::Stopped { at } => format!("{states}, stopped at the bound on {}", word(at)),
    };
    let unbroken = match search.findings.is_empty() {
        true => "no rule violated",
        false => "no rule violated but those expected",
    };
    match (status(subject.plan, search), search.end) {
        (Status::Violated, _) => {
            let rules = search.findings.iter().filter(|finding| finding.fails).count();
            format!("FAIL  {}   {covered}\n", words::failed(rules, &search.verdicts(subject.plan)))
        }
        (Status::Inconclusive, End::Complete) => {
            format!("INCONCLUSIVE  {unbroken}, but not every expectation was decided   {covered}\n")
        }
        (_, End::Complete) => format!("complete: {covered}; {unbroken}{}\n", explained(search)),
        (_, End::Stopped { at: Bound::Interrupt }) => format!("interrupted, {states}; {unbroken} so far\n"),
        (_, End::Stopped { at }) => format!("stopped at the bound on {}, {states}; {unbroken} so far\n", word(at)),
    }
}

/// On how many ends the word on the rule rests that only a whole run shows.
fn explained(search: &Search) -> String {
    match search.sampled < search.finished {
        true => format!(" (`explained` on {} of {} ends)", search.sampled, search.finished),
        false => String::new(),
    }
}

/// What a schedule may have, with the bound on each.
fn limits(subject: &Subject<'_>) -> String {
    let limits = &subject.plan.limits;
    let mut faults = words::count(u64::from(limits.crashes), "crash");
    for (most, noun) in [(limits.late_acks, "late acknowledgement"), (limits.haste, "hasty alarm")] {
        if most > 0 {
            let _ = write!(faults, ", {}", words::count(u64::from(most), noun));
        }
    }
    let _ = write!(faults, " and {}", words::count(u64::from(limits.checkpoints), "checkpoint"));
    faults
}

/// The word for a bound.
pub fn word(bound: Bound) -> &'static str {
    match bound {
        Bound::States => "states",
        Bound::Depth => "steps",
        Bound::Failures => "failures",
        Bound::Memory => "memory",
        Bound::Time => "time",
        Bound::Interrupt => "interrupt",
    }
}

/// The chance that a fingerprint collision hid a state, as `1e-9`: it is below that.
pub fn collision(search: &Search) -> String {
    format!("1e-{}", below(search.collision()))
}

/// The largest `k` up to 30 such that the chance is below ten to the power of minus `k`.
fn below(chance: f64) -> u32 {
    let (mut rest, mut exponent) = (chance, 0);
    while rest < 0.1 && exponent < 30 {
        rest *= 10.0;
        exponent += 1;
    }
    exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_rounded_up() {
        for (chance, expected) in [(0.0, 30), (0.5, 0), (0.099, 1), (0.011, 1), (2e-9, 8)] {
            assert_eq!(below(chance), expected, "{chance}");
        }
    }
}
