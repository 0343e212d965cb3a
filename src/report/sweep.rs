//! What a sweep found: a crash at every step of one schedule.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::campaign::Saved;
use super::{Subject, words};
use crate::explore::Status;
use crate::explore::sweep::{Strike, Swept, Victim};
use crate::ids::Step;
use crate::oracle::Violation;
use crate::plan::{Coarse, Plan, Restarts, RuleName};
use crate::run::End;
use crate::trace::JobStatus;

/// So many placements of one kind of failure are listed.
const LISTED: usize = 10;

/// Strikes that break one rule, or do not meet one expectation.
#[derive(Clone, Debug)]
pub struct Failing {
    /// What they break.
    pub what: What,
    /// Where: after so many steps, whose crash. Never empty.
    pub places: Vec<(Step, Victim)>,
    /// In how many of them the job ends because its strategy allows no further restart.
    pub gave_up: u64,
    /// The first of them as a file, if there is one.
    pub saved: Option<Saved>,
}

/// What a strike breaks.
#[derive(Clone, Debug)]
pub enum What {
    /// A rule; how the first strike breaks it.
    Rule(Violation),
    /// An expectation, by its place, and how the first strike fails it.
    Expectation(usize, String),
}

/// What all strikes showed.
#[derive(Clone, Debug, Default)]
pub struct Struck {
    /// The failing placements, by what they break.
    pub failing: Vec<Failing>,
    /// How many strikes break something.
    pub fail: u64,
    /// Strikes that were cut short: the first, how it ended, and how many.
    pub open: Option<(Step, Victim, End, u64)>,
    /// Strikes after which a completed checkpoint was restored.
    pub restored: u64,
    /// The broken rules that the file says are broken, and in how many placements.
    pub known: BTreeMap<RuleName, u64>,
    /// Somebody did not want more.
    pub interrupted: bool,
}

impl Struck {
    /// What is known after a sweep.
    pub fn status(&self, swept: &Swept) -> Status {
        if self.fail > 0 {
            Status::Violated
        } else if self.open.is_some() || self.interrupted || swept.strikes == 0 || !is_whole(&swept.end) {
            Status::Inconclusive
        } else {
            Status::Holds
        }
    }

    /// Whether every placement was tried and could be decided, along a schedule that came to its end.
    pub fn is_complete(&self, swept: &Swept) -> bool {
        self.open.is_none() && !self.interrupted && swept.strikes == swept.placements && is_whole(&swept.end)
    }

    /// Adds a strike; which new kinds of failure it shows, by their place in [`Struck::failing`].
    pub fn add(&mut self, strike: &Strike) -> Vec<usize> {
        let (shown, place) = (strike.shown(), (strike.after, strike.victim));
        let fails = !shown.broken.is_empty() || !shown.unmet.is_empty();
        self.fail += u64::from(fails);
        self.restored += u64::from(strike.outcome.met.restored_checkpoint);
        strike.known().into_iter().for_each(|rule| *self.known.entry(rule).or_default() += 1);
        let gave_up = u64::from(strike.gives_up());
        if shown.cut_short && !fails {
            let open = self.open.get_or_insert_with(|| (place.0, place.1, strike.outcome.end.clone(), 0));
            open.3 += 1;
        }
        let violation = |rule| strike.outcome.violations.iter().find(|found| found.rule == rule).cloned();
        let broken = shown.broken.into_iter().filter_map(violation).map(What::Rule);
        let unmet = shown.unmet.into_iter().map(|(number, why)| What::Expectation(number, why));
        let mut fresh = Vec::new();
        for what in broken.chain(unmet) {
            match self.failing.iter_mut().find(|failing| is_same(&failing.what, &what)) {
                Some(failing) => {
                    failing.places.push(place);
                    failing.gave_up += gave_up;
                }
                None => {
                    fresh.push(self.failing.len());
                    self.failing.push(Failing { what, places: vec![place], gave_up, saved: None });
                }
            }
        }
        fresh
    }
}

fn is_same(one: &What, other: &What) -> bool {
    match (one, other) {
        (What::Rule(one), What::Rule(other)) => one.rule == other.rule,
        (What::Expectation(one, _), What::Expectation(other, _)) => one == other,
        (What::Rule(_), What::Expectation(..)) | (What::Expectation(..), What::Rule(_)) => false,
    }
}

/// Whether a schedule could be swept to its end.
fn is_whole(end: &End) -> bool {
    !matches!(end, End::Mismatch(_) | End::OutOfSteps | End::Interrupted)
}

/// The text. The subject is the plan that was asked: see [`crate::explore::sweep::asked`].
pub fn sweep(subject: &Subject<'_>, swept: &Swept, struck: &Struck) -> String {
    let steps = words::count(swept.steps as u64, "step");
    let mut text = format!(
        "explore {} --sweep   a schedule of {steps}; at each a crash {}{}\n",
        subject.plan.name,
        if subject.plan.steps.has(Coarse::AtomicRecovery) {
            "that takes all tasks: by `AtomicRecovery` it matters not whose it is"
        } else {
            "of each task that lives"
        },
        if subject.plan.managers.is_empty() { "" } else { ", and of each TaskManager" }
    );
    for expectation in subject.expectations.iter().filter(|text| !text.starts_with("Violates")) {
        let _ = writeln!(text, "  asked of every placement: {expectation}");
    }
    for expectation in subject.expectations.iter().filter(|text| text.starts_with("Violates")) {
        let _ = writeln!(text, "  not asked, as no placement need show it: {expectation}");
    }
    if !is_whole(&swept.end) {
        let _ = writeln!(text, "\n  the schedule itself does not come to its end: {}", words::end(subject, &swept.end));
    }
    for failing in &struck.failing {
        text.push('\n');
        text.push_str(&one(subject, swept, failing));
    }
    if let Some((after, victim, end, count)) = &struck.open {
        let name = name(subject, *victim);
        let count = words::count(*count, "placement");
        let _ = writeln!(
            text,
            "\nopen  {count} cut short; the first, a crash of {name} after step {after}: {}",
            words::end(subject, end)
        );
    }
    if !struck.known.is_empty() {
        text.push('\n');
    }
    for (rule, &places) in &struck.known {
        let _ = writeln!(
            text,
            "  violates {} in {places} of {}, as expected",
            rule.word(),
            words::count(swept.strikes as u64, "placement")
        );
    }
    text.push('\n');
    text.push_str(&last(swept, struck));
    text
}

fn one(subject: &Subject<'_>, swept: &Swept, failing: &Failing) -> String {
    let mut text = String::new();
    let trace = failing.saved.as_ref().map_or(&[][..], |saved| &saved.trace);
    let _ = match &failing.what {
        What::Rule(violation) => write!(text, "VIOLATED  {}", words::violation(subject, violation, trace)),
        What::Expectation(number, why) => {
            writeln!(text, "FAIL  {}   {why}", subject.expectations.get(*number).map_or("", String::as_str))
        }
    };
    let _ = writeln!(text, "  in {}:", words::count(failing.places.len() as u64, "placement"));
    for &(after, victim) in failing.places.iter().take(LISTED) {
        let _ = writeln!(text, "    a crash of {} after {}", name(subject, victim), words::count(after.0, "step"));
    }
    if failing.places.len() > LISTED {
        let _ = writeln!(text, "    and {} more", failing.places.len() - LISTED);
    }
    if let Some(why) = gave_up(subject.plan, swept, failing) {
        let _ = writeln!(text, "  since    {why}");
    }
    text.push_str(&failing.saved.as_ref().map(Saved::lines).unwrap_or_default());
    text
}

/// Why placements fail, and what to set, if it is because the job restarts no more: each of them adds a crash to those of
/// the file.
pub fn gave_up(plan: &Plan, swept: &Swept, failing: &Failing) -> Option<String> {
    // A file whose own run ends so means it.
    if failing.gave_up == 0 || swept.end == End::Over(JobStatus::Failed) {
        return None;
    }
    let more = |number: u32| number.saturating_add(1).to_string();
    let spent = |number: u32, noun: &str| {
        let are = if number == 1 { "is" } else { "are" };
        format!("its {} {are} spent", words::count(number.into(), noun))
    };
    let (why, key, value) = match plan.restarts() {
        Restarts::Never => ("it has no restart strategy".to_owned(), "restart-strategy.type", "fixed-delay".to_owned()),
        Restarts::Attempts(attempts) => (spent(attempts, "restart"), "restart.attempts", more(attempts)),
        Restarts::Failures(max_failures) => (
            format!("it allows {} within an interval", words::count(max_failures.into(), "failure")),
            "max-failures-per-interval",
            more(max_failures),
        ),
        Restarts::AttemptsBeforeCalm(attempts) => {
            (spent(attempts, "attempt"), "attempts-before-reset-backoff", more(attempts))
        }
    };
    let count = words::count(failing.gave_up, "placement");
    Some(format!("in {count} the job gives up: {why}, and a sweep adds a crash; --set {key}={value}"))
}

fn name<'a>(subject: &'a Subject<'_>, victim: Victim) -> &'a str {
    match victim {
        Victim::Task(task) => subject.names().task(task),
        Victim::Manager(manager) => subject.names().manager(manager),
    }
}

/// The verdict alone, in one line.
pub fn last(swept: &Swept, struck: &Struck) -> String {
    let all = words::count(swept.strikes as u64, "placement");
    let steps = words::count(swept.steps as u64, "step");
    let known = match &*words::but_expected(struck.known.keys().copied()) {
        "" => String::new(),
        but => format!(", no violation{but}"),
    };
    let rest = match swept.placements.saturating_sub(swept.strikes) {
        0 => String::new(),
        rest => format!("; interrupted, {} more were not tried", rest),
    };
    match struck.status(swept) {
        Status::Violated => format!("FAIL  {} of {all} fail   {steps}{rest}\n", struck.fail),
        Status::Holds => format!(
            "HOLDS  all {all} hold{known}   {steps}; in {} of them a completed checkpoint was restored\n",
            struck.restored
        ),
        Status::Inconclusive if struck.interrupted => {
            format!("INTERRUPTED  {all} hold so far{known}   {steps}{rest}\n")
        }
        Status::Inconclusive => {
            format!("INCOMPLETE  {all} tried, none fails{known}, not all could be decided   {steps}\n")
        }
    }
}
