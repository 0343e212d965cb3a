//! Pieces that several texts share.

use std::fmt::Write;

use super::Subject;
use crate::action::Ask;
use crate::explore::{Evidence, Judgement, Standing, Status};
use crate::ids::{Bytes, Micros, Name};
use crate::oracle::expect::Verdict;
use crate::oracle::{Explanation, Violation};
use crate::plan::{RuleName, Unmet};
use crate::run::End;
use crate::schedule::Mismatch;
use crate::trace::{Entry, Event, JobStatus, Refusal};

/// The word in front of a verdict.
pub const fn status(status: Status) -> &'static str {
    match status {
        Status::Holds => "PASS",
        Status::Violated => "FAIL",
        Status::Inconclusive => "INCONCLUSIVE",
    }
}

/// A number with its noun: `1 seed`, `2 seeds`.
pub fn count(n: u64, noun: &str) -> String {
    match (n, noun) {
        (1, _) => format!("1 {noun}"),
        (_, "vertex") => format!("{n} vertices"),
        (_, "crash") => format!("{n} crashes"),
        (_, _) => format!("{n} {noun}s"),
    }
}

/// A duration with the unit that suits it: `18 ms`, `1.25 s`.
pub fn duration(duration: Micros) -> String {
    let micros = duration.0;
    // Three digits behind the point at most, and none that say nothing.
    let decimal = |unit: u64, name: &str| {
        let text = format!("{}.{:03}", micros / unit, micros % unit / (unit / 1_000));
        format!("{} {name}", text.trim_end_matches('0').trim_end_matches('.'))
    };
    match micros {
        0 => "0 ms".to_owned(),
        1..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => decimal(1_000, "ms"),
        _ => decimal(1_000_000, "s"),
    }
}

/// A size with the unit that suits it, as Flink shows it: `312 B`, `1.5 KiB`.
pub fn bytes(bytes: Bytes) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let exact = bytes.0;
    if exact < 1_024 {
        return format!("{exact} B");
    }
    let power = (exact.ilog2() / 10) as usize;
    let unit = 1_u64 << (10 * power);
    // Two digits behind the point at most, and none that say nothing.
    let hundredths = (exact % unit) as u128 * 100 / u128::from(unit);
    let text = format!("{}.{hundredths:02}", exact / unit);
    format!("{} {}", text.trim_end_matches('0').trim_end_matches('.'), UNITS[power - 1])
}

/// How a run ended.
pub fn end(subject: &Subject<'_>, end: &End) -> String {
    match end {
        End::Over(JobStatus::Finished) => "the job finished".to_owned(),
        End::Over(JobStatus::Failed) => "the job failed".to_owned(),
        End::Over(JobStatus::Canceled) => "the job was cancelled".to_owned(),
        End::Over(JobStatus::Suspended) => "the job was suspended".to_owned(),
        End::Over(JobStatus::Running | JobStatus::Restarting) => "the job is over".to_owned(),
        End::Stopped => "cut off by `stop`".to_owned(),
        End::Stuck => "stuck: nothing moves any more, and the job is not over".to_owned(),
        End::Circling => "the job restarts for ever, without progress and without a fault".to_owned(),
        End::Bounded => "a limit of the file keeps it from going on: see `limits`".to_owned(),
        End::OutOfSteps => format!("the limit of {} was reached", count(subject.plan.limits.steps, "step")),
        End::Interrupted => "interrupted".to_owned(),
        End::Mismatch(mismatch) => self::mismatch(subject, mismatch),
    }
}

/// A pinned step that was not possible, and what was.
fn mismatch(subject: &Subject<'_>, mismatch: &Mismatch) -> String {
    const MOST: usize = 8;
    let text = |action| format!("`{}`", subject.names().text(action));
    let wanted = text(mismatch.wanted);
    if let Some(over) = mismatch.over {
        return format!(
            "step {} should be {wanted}, but the run is over after {}",
            mismatch.step,
            count(over.0, "step")
        );
    }
    let offered: Vec<String> = mismatch.offered.iter().take(MOST).map(|&action| text(action)).collect();
    let more = mismatch.offered.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "step {} should be {wanted}, which is not possible; possible are {}{more}",
        mismatch.step,
        offered.join(", ")
    )
}

/// What the witness says.
pub fn explanation(explanation: &Explanation) -> String {
    match explanation {
        Explanation::Explained { steps } => {
            format!("explained by a failure-free run of {}", count(*steps, "step"))
        }
        Explanation::Unexplained(unexplained) => format!("not explained: {}", unexplained.why),
        Explanation::NotApplicable => "an at-least-once job has no failure-free explanation".to_owned(),
    }
}

/// A broken rule, in two lines; the second says where. The trace, if there is one, gives the value of a record.
pub fn violation(subject: &Subject<'_>, violation: &Violation, trace: &[Entry]) -> String {
    let mut text = violation.rule.word().to_owned();
    if !violation.invariant.is_empty() {
        let _ = write!(text, " ({})", violation.invariant);
    }
    let _ = write!(text, "   {}\n          ", violation.detail);
    if let Some(task) = violation.task {
        let _ = write!(text, "task {}, ", subject.names().task(task));
    }
    if let Some(channel) = violation.channel {
        let _ = write!(text, "channel {}, ", subject.names().channel(channel));
    }
    if let Some(value) = violation.record.and_then(|record| value_of(record, trace)) {
        let _ = write!(text, "record {value}, ");
    }
    if let Some(id) = violation.checkpoint.given() {
        let _ = write!(text, "checkpoint {id}, ");
    }
    let _ = writeln!(text, "step {} at {} s", violation.step, violation.at);
    text
}

/// The value of a record, by its name.
fn value_of(record: Name, trace: &[Entry]) -> Option<i64> {
    trace.iter().find_map(|entry| match entry.event {
        Event::Emitted { name, value, .. }
        | Event::Sent { name, value, .. }
        | Event::Received { name, value, .. }
        | Event::Row { name, value, .. }
            if name == record =>
        {
            Some(value)
        }
        _ => None,
    })
}

/// One line for each expectation, indented by two: the verdict, the expectation, and why if it is not met.
pub fn expectations(subject: &Subject<'_>, evidence: &Evidence) -> String {
    let mut text = String::new();
    for (expectation, verdict) in subject.expectations.iter().zip(evidence.tally.verdicts()) {
        let _ = match verdict {
            Verdict::Passed => writeln!(text, "  ok    {expectation}"),
            Verdict::Failed { run, why } if evidence.runs() > 1 => {
                writeln!(text, "  FAIL  {expectation}   {why}   (seed {run:#x})")
            }
            Verdict::Failed { why, .. } => writeln!(text, "  FAIL  {expectation}   {why}"),
            Verdict::Inconclusive(why) => writeln!(text, "  open  {expectation}   {why}"),
        };
    }
    text
}

/// What went wrong: rules violated, expectations not met or not decided; if nothing did, how many expectations are met.
pub fn tally(evidence: &Evidence) -> String {
    let verdicts = evidence.tally.verdicts();
    let failed = failed(evidence.broken(Standing::Failure).count(), &verdicts);
    let open = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Inconclusive(_))).count();
    match verdicts.len() as u64 {
        _ if !failed.is_empty() => failed,
        0 => "no expectations".to_owned(),
        all if open > 0 => format!("{open} of {} not decided", count(all, "expectation")),
        all => format!("{all} of {}", count(all, "expectation")),
    }
}

/// How many rules are violated, and how many expectations are not met; empty if there are none.
pub fn failed(rules: usize, verdicts: &[Verdict]) -> String {
    let failed = |verdict: &&Verdict| matches!(verdict, Verdict::Failed { .. });
    let mut parts = Vec::new();
    if rules > 0 {
        parts.push(format!("{} violated", count(rules as u64, "rule")));
    }
    match verdicts.iter().filter(failed).count() {
        0 => {}
        some => parts.push(format!("{some} of {} not met", count(verdicts.len() as u64, "expectation"))),
    }
    parts.join(", ")
}

/// Behind "no violation": the broken rules that the file says are broken, if there are such.
pub fn but_expected(rules: impl Iterator<Item = RuleName>) -> String {
    let rules: Vec<&str> = rules.map(RuleName::word).collect();
    if rules.is_empty() { String::new() } else { format!(" but those expected ({})", rules.join(", ")) }
}

/// Broken rules that are no failure, and runs that ended early: one sentence each.
pub fn notes(subject: &Subject<'_>, evidence: &Evidence) -> Vec<String> {
    let runs = evidence.runs();
    let of_runs = |some: u64| if runs > 1 { format!(" in {some} of {} runs", runs) } else { String::new() };
    let expected = evidence
        .broken(Standing::Expected)
        .map(|(rule, broken)| format!("violates {}{}, as expected", rule.word(), of_runs(broken.runs)));
    let not_promised = evidence.broken(Standing::NotPromised).map(|(rule, broken)| {
        format!("breaks {}{}, which this job does not promise", rule.word(), of_runs(broken.runs))
    });
    let cut_short = evidence.cut_short.iter().map(|cut_short| {
        let seed = if runs > 1 { format!(", first with seed {:#x}", cut_short.seed) } else { String::new() };
        format!("cut short{}{seed}: {}", of_runs(cut_short.runs), end(subject, &cut_short.end))
    });
    let never = never_came(subject, evidence).into_iter().map(|what| match runs {
        1 => format!("never came: {what}"),
        runs => format!("never came in {runs} runs: {what}"),
    });
    expected.chain(not_promised).chain(cut_short).chain(never).collect()
}

/// The notes of a judgement that has kept its trace: those of its runs, and what people asked for in vain.
pub fn remarks(subject: &Subject<'_>, judgement: &Judgement) -> Vec<String> {
    let mut notes = notes(subject, &judgement.evidence);
    let mut asked = None;
    for entry in &judgement.outcome.trace {
        let at = entry.at;
        match entry.event {
            Event::Asked { ask } => asked = (ask == Ask::Checkpoint).then_some(entry.step),
            Event::Refused { ask, why } => {
                let help = match why {
                    Refusal::NothingKept => "; `checkpointing: (externalized_checkpoint_retention: ..)` keeps one",
                    Refusal::JobOver | Refusal::Canceling | Refusal::JobRuns => "",
                };
                notes.push(format!("{} of a user at {at} s was refused: {}{help}", name_of(ask), why.words()));
            }
            // Whatever is rejected in the step in which somebody asks for a checkpoint is that.
            Event::Rejected { reason } if asked == Some(entry.step) => {
                asked = None;
                notes.push(format!("Checkpoint of a user at {at} s was refused: {}", reason.name()));
            }
            _ => {}
        }
    }
    notes
}

/// What a person asks for, as files call it.
const fn name_of(ask: Ask) -> &'static str {
    match ask {
        Ask::Checkpoint => "Checkpoint",
        Ask::Cancel => "Cancel",
        Ask::Start => "Start",
    }
}

/// What the file places at moments that came in no run, as it stands in the file.
pub fn never_came(subject: &Subject<'_>, evidence: &Evidence) -> Vec<String> {
    let text = |unmet: &Unmet| match *unmet {
        Unmet::Fault(number) => subject.placed.0.get(number).cloned().unwrap_or_else(|| format!("fault {number}")),
        Unmet::User(number) => subject.placed.1.get(number).cloned().unwrap_or_else(|| format!("user {number}")),
    };
    evidence.never.iter().flatten().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_suits_them() {
        for (size, expected) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1 KiB"),
            (1_536, "1.5 KiB"),
            (5 << 20, "5 MiB"),
            ((5 << 20) + 60_000, "5.05 MiB"),
            (u64::MAX, "15.99 EiB"),
        ] {
            assert_eq!(bytes(Bytes(size)), expected);
        }
    }

    #[test]
    fn durations_have_the_unit_that_suits_them() {
        for (micros, expected) in [
            (0, "0 ms"),
            (250, "250 µs"),
            (18_000, "18 ms"),
            (18_250, "18.25 ms"),
            (1_000_000, "1 s"),
            (61_234_567, "61.234 s"),
        ] {
            assert_eq!(duration(Micros(micros)), expected);
        }
    }
}
