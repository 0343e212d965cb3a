//! What a campaign over seeds found.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::command;
use super::{Subject, coverage, words};
use crate::explore::{Campaign, Charge, Evidence, Shrunk, Standing, Status, strategy};
use crate::oracle::expect::Verdict;
use crate::plan::RuleName;
use crate::trace::Entry;

/// Why there were no more runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// There are no more seeds.
    All,
    /// There was no more time.
    OutOfTime,
    /// Somebody did not want more.
    Interrupted,
}

/// A finding that was saved.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The file.
    pub path: String,
    /// The rule that it breaks, if it does.
    pub rule: Option<RuleName>,
    /// The events of its run.
    pub trace: Vec<Entry>,
    /// How many steps it pins.
    pub pinned: usize,
    /// What was found out about it: how small it became, and when it was too late.
    pub facts: String,
    /// When it was too late, alone.
    pub too_late: String,
    /// The same as data, if it was made smaller.
    pub shrunk: Option<Shrunk>,
}

/// The case files of what was found.
pub type Cases = BTreeMap<Charge, Saved>;

impl Saved {
    /// The lines below a finding: what was found out about it, where it is, how to see it again.
    pub fn lines(&self) -> String {
        let Self { facts, path, .. } = self;
        let pinned = words::count(self.pinned as u64, "step");
        let why = self.rule.map(|rule| format!("  why      cutline explain {}\n", rule.word()));
        format!(
            "{facts}  saved    {path}   ({pinned} pinned)\n  replay   {}\n  look     {}\n{}",
            self.replay(),
            command("trace --lanes", path),
            why.unwrap_or_default(),
        )
    }

    /// The command that shows it again.
    pub fn replay(&self) -> String {
        command("replay", &self.path)
    }
}

/// The text. `saved` has the case files.
pub fn campaign(
    subject: &Subject<'_>,
    campaign: &Campaign,
    evidence: &Evidence,
    saved: &Cases,
    ending: Ending,
) -> String {
    let mut text = head(subject, campaign, evidence, ending);
    let expectations = words::expectations(subject, evidence);
    if !expectations.is_empty() {
        let _ = write!(text, "\n{expectations}");
    }
    for (rule, broken) in evidence.broken(Standing::Failure) {
        let saved = saved.get(&Charge::Rule(rule));
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
        text.push_str(&saved.map(Saved::lines).unwrap_or_default());
    }
    for (number, verdict) in evidence.tally.verdicts().iter().enumerate() {
        // What no run shows alone has no case.
        if let (Some(saved), Verdict::Failed { run, why }) = (saved.get(&Charge::Expectation(number)), verdict) {
            let _ = write!(
                text,
                "\nFAIL  {}   {why}\n  found by seed {run:#x}, the lowest that does not meet it, of {}\n{}",
                subject.expectations.get(number).map_or("", String::as_str),
                evidence.runs(),
                saved.lines(),
            );
        }
    }
    let notes = words::notes(subject, evidence);
    if !notes.is_empty() || evidence.runs() > 0 {
        text.push('\n');
    }
    for note in notes {
        let _ = writeln!(text, "  {note}");
    }
    if evidence.runs() > 0 {
        text.push_str(&met(evidence));
        text.push_str(&coverage::text(&coverage::coverage(subject.plan, &evidence.met)));
    }
    text.push('\n');
    text.push_str(&last(evidence, ending));
    text
}

fn head(subject: &Subject<'_>, campaign: &Campaign, evidence: &Evidence, ending: Ending) -> String {
    let name = &subject.plan.name;
    match campaign.runs() {
        _ if ending == Ending::OutOfTime => {
            format!(
                "check {name}   seeds from {:#x} on, until the time was over\n{}",
                campaign.seeds.start,
                policy(campaign, evidence),
            )
        }
        1 => format!("check {name}   1 run\n"),
        runs if ending == Ending::Interrupted => {
            format!(
                "check {name}   {} of {runs} seeds from {:#x} on, interrupted\n{}",
                evidence.runs(),
                campaign.seeds.start,
                policy(campaign, evidence),
            )
        }
        runs => {
            format!("check {name}   {runs} seeds from {:#x} on\n{}", campaign.seeds.start, policy(campaign, evidence))
        }
    }
}

/// How seeds are drawn, and what that promises.
fn policy(campaign: &Campaign, evidence: &Evidence) -> String {
    let strategy = campaign.strategy;
    let mut text = format!("  policy   {}: {}\n", strategy.word(), strategy.shares());
    if strategy.has_pct() && !campaign.is_pinned() && evidence.runs() > 0 {
        let _ = writeln!(text, "           {}", strategy::bound(&campaign.plan, evidence.longest));
    }
    text
}

fn met(evidence: &Evidence) -> String {
    let met = &evidence.met;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "  met      {}; in {} while a checkpoint was pending, in {} between two acknowledgements,\n           \
         in {} between completion and notification, in {} inside a restore",
        words::count(met.crashes, "crash"),
        words::count(met.crash_while_pending, "run"),
        met.crash_between_acks,
        met.crash_before_notice,
        met.crash_in_restore,
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

/// If nothing failed: with 95 % confidence fewer than one seed in so many fails. The rule of three: what never happened in
/// n trials has a probability below 3 / n, at this confidence; for a few trials that says nothing.
pub fn worth(evidence: &Evidence) -> Option<u64> {
    Some(evidence.runs()).filter(|&runs| runs >= 30).map(|runs| runs / 3)
}

/// What is known in the end. What an interrupted campaign did not find is no pass.
pub fn status(evidence: &Evidence, ending: Ending) -> Status {
    match evidence.status() {
        Status::Holds if ending == Ending::Interrupted => Status::Inconclusive,
        status => status,
    }
}

/// The verdict alone, in one line.
pub fn last(evidence: &Evidence, ending: Ending) -> String {
    let (status, runs) = (status(evidence, ending), evidence.runs());
    let known = words::but_expected(evidence.broken(Standing::Expected).map(|(rule, _)| rule));
    let word = match (status, ending) {
        (Status::Inconclusive, Ending::Interrupted) => "INTERRUPTED",
        _ => words::status(status),
    };
    let seeds = match ending {
        Ending::Interrupted => format!("{}, interrupted", words::count(runs, "seed")),
        Ending::All | Ending::OutOfTime => words::count(runs, "seed"),
    };
    match status {
        Status::Violated => {
            let rules = evidence.broken(Standing::Failure).count();
            format!("{word}  {}   {seeds}\n", words::failed(rules, &evidence.tally.verdicts()))
        }
        _ if runs == 0 => format!("{word}  no run was made, so nothing is known   {seeds}\n"),
        _ if evidence.status() == Status::Inconclusive => {
            format!("{word}  no violation{known}, but not everything was decided   {seeds}\n")
        }
        _ => match worth(evidence) {
            Some(worth) => {
                format!(
                    "{word}  no violation{known} in {seeds} (with 95 % confidence fewer than 1 seed in {worth} fails)\n"
                )
            }
            None => format!("{word}  no violation{known} in {seeds}\n"),
        },
    }
}
