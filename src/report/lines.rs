//! A line a scenario, with what is wrong below it, and a summary of all.

use std::fmt::Write;

use super::{Subject, words};
use crate::explore::{Judgement, Standing, Status};
use crate::oracle::expect::Verdict;

/// How many letters names get in lines of so many: those of the longest one, unless that leaves nothing to the rest.
pub fn names<'n>(names: impl Iterator<Item = &'n str>, width: Option<usize>) -> usize {
    const REST: usize = "PASS".len() + 2 + 2 + "12 expectations".len();
    let longest = names.map(|name| name.chars().count()).max().unwrap_or(0);
    width.map_or(longest, |width| longest.min(width.saturating_sub(REST)))
}

/// The line of a scenario; names get so many letters.
pub fn line(subject: &Subject<'_>, judgement: &Judgement, width: usize) -> String {
    let status = judgement.status();
    let evidence = &judgement.evidence;
    let tally = match (status, evidence.tally.verdicts().len() as u64) {
        (Status::Holds, 0) => "no expectations".to_owned(),
        (Status::Holds, all) => words::count(all, "expectation"),
        _ => words::tally(evidence),
    };
    let notes = words::remarks(subject, judgement).join("; ");
    let notes = if notes.is_empty() { notes } else { format!("   ({notes})") };
    let name = &subject.plan.name;
    let mut text = format!("{}  {name:<width$}  {tally}{notes}", words::status(status)).trim_end().to_owned();
    text.push('\n');
    if status != Status::Holds {
        text.push_str(&faults(subject, judgement));
    }
    text
}

/// What is wrong, indented.
fn faults(subject: &Subject<'_>, judgement: &Judgement) -> String {
    let (mut text, evidence) = (String::new(), &judgement.evidence);
    for (_, broken) in evidence.broken(Standing::Failure) {
        let _ =
            write!(text, "      VIOLATED  {}", words::violation(subject, &broken.violation, &judgement.outcome.trace));
        if evidence.runs() > 1 {
            let _ = writeln!(text, "          first with seed {:#x}", broken.seed);
        }
    }
    let mut is_placed = false;
    for (number, (expectation, verdict)) in subject.expectations.iter().zip(evidence.tally.verdicts()).enumerate() {
        match verdict {
            Verdict::Passed => {}
            Verdict::Failed { why, .. } | Verdict::Inconclusive(why) => {
                let _ = writeln!(text, "      {expectation}   {why}\n      --> {}", subject.place(number));
                is_placed = true;
            }
        }
    }
    if !is_placed {
        let _ = writeln!(text, "      --> {}", subject.path);
    }
    text
}

/// The summary of scenarios with these results, and of so many that were not run.
pub fn summary(results: &[Status], not_run: usize) -> String {
    let count = |wanted: Status| results.iter().filter(|&&status| status == wanted).count();
    let mut text = format!("{}: {} passed", words::count(results.len() as u64, "scenario"), count(Status::Holds));
    for (status, word) in [(Status::Violated, "failed"), (Status::Inconclusive, "inconclusive")] {
        if count(status) > 0 {
            let _ = write!(text, ", {} {word}", count(status));
        }
    }
    if not_run > 0 {
        let _ = write!(text, "; {not_run} not run");
    }
    text.push('\n');
    text
}
