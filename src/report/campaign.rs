//! What a campaign over seeds found.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Subject, words};
use crate::explore::{Campaign, Evidence, Standing, Status};
use crate::oracle::expect::Verdict;
use crate::plan::RuleName;
use crate::trace::Entry;

/// A finding that was saved.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The file.
    pub path: String,
    /// The events of its run.
    pub trace: Vec<Entry>,
    /// How many steps it pins.
    pub pinned: usize,
}

/// The text. `saved` has the case file of each failure.
pub fn campaign(
    subject: &Subject<'_>,
    campaign: &Campaign,
    evidence: &Evidence,
    saved: &BTreeMap<RuleName, Saved>,
) -> String {
    let mut text = head(subject, campaign);
    let expectations = words::expectations(subject, evidence);
    if !expectations.is_empty() {
        let _ = write!(text, "\n{expectations}");
    }
    for (rule, broken) in evidence.broken(Standing::Failure) {
        let saved = saved.get(&rule);
        let trace = saved.map_or(&[][..], |saved| &saved.trace);
        let _ = write!(text, "\nVIOLATED  {}", words::violation(subject, &broken.violation, trace));
        let _ = match broken.runs {
            1 => writeln!(text, "  found by seed {:#x}, the only one of {}", broken.seed, evidence.runs()),
            runs => writeln!(
                text,
                "  found by seed {:#x}, the lowest of {runs} that break it, of {}",
                broken.seed,
                evidence.runs()
            ),
        };
        if let Some(saved) = saved {
            let _ =
                writeln!(text, "  saved    {}   ({} pinned)", saved.path, words::count(saved.pinned as u64, "step"));
            let _ = writeln!(text, "  replay   cutline replay {}", saved.path);
        }
    }
    text.push('\n');
    for note in words::notes(subject, evidence) {
        let _ = writeln!(text, "  {note}");
    }
    text.push_str(&met(evidence));
    text.push('\n');
    text.push_str(&last(evidence));
    text
}

fn head(subject: &Subject<'_>, campaign: &Campaign) -> String {
    let name = &subject.plan.name;
    match campaign.runs() {
        1 => format!("check {name}   1 run\n"),
        runs => format!("check {name}   {runs} seeds from {:#x} on, timed and random in turn\n", campaign.seeds.start),
    }
}

fn met(evidence: &Evidence) -> String {
    let met = &evidence.met;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "  met      {}; in {} while a checkpoint was pending",
        words::count(met.crashes, "crash"),
        words::count(met.crash_while_pending, "run"),
    );
    let _ = writeln!(
        text,
        "           {}; in {} from a completed checkpoint",
        words::count(met.restarts, "restart"),
        words::count(met.restored_checkpoint, "run"),
    );
    let _ = writeln!(
        text,
        "           {} completed, {} given up; in {} a barrier blocked an input",
        words::count(met.completed, "checkpoint"),
        met.aborted,
        words::count(met.aligned, "run"),
    );
    let longest = evidence.longest;
    let _ = writeln!(text, "  made     {}; the longest run has {longest}", words::count(evidence.steps, "step"));
    if evidence.twice > 0 {
        let _ = writeln!(
            text,
            "           {} of {} made twice, and the same",
            words::count(evidence.twice, "run"),
            evidence.runs()
        );
    }
    text
}

/// The verdict alone, in one line.
pub fn last(evidence: &Evidence) -> String {
    let (status, runs) = (evidence.status(), evidence.runs());
    let word = words::status(status);
    let seeds = words::count(runs, "seed");
    match status {
        // The rule of three: what never happened in n trials has a probability below 3 / n, at this confidence.
        Status::Holds if runs >= 30 => {
            format!("{word}  no violation in {seeds} (with 95 % confidence fewer than 1 seed in {} fails)\n", runs / 3)
        }
        Status::Holds => format!("{word}  no violation in {seeds}\n"),
        Status::Violated => {
            let rules = evidence.broken(Standing::Failure).count() as u64;
            let failed = |verdict: &&Verdict| matches!(verdict, Verdict::Failed { .. });
            let expectations = evidence.tally.verdicts().iter().filter(failed).count() as u64;
            let parts = [(rules, "rule", "violated"), (expectations, "expectation", "not met")];
            let parts: Vec<String> = parts
                .into_iter()
                .filter(|part| part.0 > 0)
                .map(|(n, noun, verb)| format!("{} {verb}", words::count(n, noun)))
                .collect();
            format!("{word}  {}   {seeds}\n", parts.join(", "))
        }
        Status::Inconclusive => format!("{word}  no violation, but not everything was decided   {seeds}\n"),
    }
}
