//! What a program reads of `explore`, with and without `--sweep`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::fill::{expectations, violation};
use super::{Expectation, Measured, Violation, status};
use crate::explore::reduction::Unreduced;
use crate::explore::search::{Bound, End, Finding, Search};
use crate::explore::sweep::{Swept, Victim};
use crate::explore::{Broken, Charge, Standing, Status};
use crate::report::campaign::{Cases, Saved};
use crate::report::search as report;
use crate::report::shrunk::Small;
use crate::report::sweep::{Failing, Struck, What, gave_up};
use crate::report::{Subject, words};

/// The schema of [`Explore`].
pub const EXPLORE: &str = "cutline.explore/1";
/// The schema of [`Sweep`].
pub const SWEEP: &str = "cutline.sweep/1";

/// What both begin with.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// [`EXPLORE`] or [`SWEEP`].
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// The name of the scenario.
    pub name: String,
    /// Its path.
    pub path: String,
    /// `holds`, `violated` or `inconclusive`.
    pub status: &'static str,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// Whether every schedule within `limits` was covered; of a sweep, whether every placement was tried, along a schedule
    /// that came to its end.
    pub complete: bool,
}

impl Head {
    fn new(schema: &'static str, subject: &Subject<'_>, known: Status, interrupted: bool, complete: bool) -> Self {
        let (name, path) = (subject.plan.name.clone(), subject.path.to_owned());
        Self { schema, version: env!("CARGO_PKG_VERSION"), name, path, status: status(known), interrupted, complete }
    }
}

/// What `explore` found.
#[derive(Clone, Debug, Serialize)]
pub struct Explore {
    /// What it is about, and how it ended.
    #[serde(flatten)]
    pub head: Head,
    /// The bound that was reached, if one was: `states`, `steps`, `failures`, `memory`, `time` or `interrupt`.
    pub stopped_at: Option<&'static str>,
    /// Different states.
    pub states: u64,
    /// Steps tried.
    pub transitions: u64,
    /// States in which a run is over.
    pub finished: u64,
    /// States in which only a limit of the file keeps the job from going on.
    pub bounded: u64,
    /// The length of the longest path.
    pub depth: u64,
    /// What a schedule may have.
    pub limits: Limits,
    /// A fingerprint collision hid a state with less than this chance, as `1e-9`.
    pub collision_below: String,
    /// Why reduction left nothing out, or little, in words; null if it was on.
    pub unreduced: Option<&'static str>,
    /// Paths to an end that were made once more and judged in full, one to each end: by the rule `explained`, and by the
    /// expectations.
    pub judged: u64,
    /// What the file expects.
    pub expectations: Vec<Expectation>,
    /// Broken rules, also those that may break, in the order of discovery.
    pub violations: Vec<Found>,
    /// What was measured.
    pub measured: Measured,
}

/// What a schedule may have.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of `plan::Limits`")]
pub struct Limits {
    pub crashes: u32,
    pub late_acks: u32,
    pub haste: u32,
    pub checkpoints: u32,
}

/// A broken rule, and the steps that lead there.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The rule; `runs` is 1.
    #[serde(flatten)]
    pub violation: Violation,
    /// The steps, by name.
    pub steps: Vec<String>,
}

/// What `explore --sweep` found.
#[derive(Clone, Debug, Serialize)]
pub struct Sweep {
    /// What it is about, and how it ended.
    #[serde(flatten)]
    pub head: Head,
    /// Steps of the schedule.
    pub steps: usize,
    /// How the schedule ends without a crash, in words.
    pub end: String,
    /// Placements that were tried.
    pub placements: usize,
    /// Placements that there was no time for.
    pub not_tried: usize,
    /// Placements that break a rule or do not meet an expectation.
    pub failing: u64,
    /// Placements after which a completed checkpoint was restored.
    pub restored: u64,
    /// Placements whose run was cut short.
    pub cut_short: u64,
    /// What is asked of every placement.
    pub asked: Vec<String>,
    /// What is not, since no single placement need show it: the rules that the file says are broken.
    pub not_asked: Vec<String>,
    /// Those of them that placements break, and how many do.
    pub known: BTreeMap<&'static str, u64>,
    /// Broken rules; `runs` is the number of placements.
    pub violations: Vec<StruckRule>,
    /// Expectations that are not met.
    pub unmet: Vec<Unmet>,
    /// What was measured.
    pub measured: Measured,
}

/// A rule that placements break.
#[derive(Clone, Debug, Serialize)]
pub struct StruckRule {
    /// How the first placement breaks it.
    #[serde(flatten)]
    pub violation: Violation,
    /// Where.
    pub places: Vec<Place>,
    /// In how many of them the job restarts no more, and what to set; none if it is not because of that.
    pub gave_up: Option<String>,
}

/// An expectation that placements do not meet.
#[derive(Clone, Debug, Serialize)]
pub struct Unmet {
    /// As it stands in the file.
    pub text: String,
    /// How the first placement fails it.
    pub why: String,
    /// Where.
    pub places: Vec<Place>,
    /// In how many of them the job restarts no more, and what to set; none if it is not because of that.
    pub gave_up: Option<String>,
    /// The case file, if one was saved.
    pub case: Option<String>,
    /// The command that shows it again, if a case file was saved.
    pub replay: Option<String>,
    /// What became of it when it was made smaller; without that if it was saved as it was found.
    pub shrunk: Option<Small>,
    /// When it was too late, in words.
    pub too_late: Option<String>,
}

/// A crash of a sweep.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// After so many steps.
    pub after: u64,
    /// Whose crash: a step by name, as in `crash even`.
    pub step: String,
}

/// What `explore` found about a file; `saved` has the case files.
pub fn explore(subject: &Subject<'_>, search: &Search, saved: &Cases, measured: Measured) -> Explore {
    let stopped_at = match search.end {
        End::Complete => None,
        End::Stopped { at } => Some(report::word(at)),
    };
    let limits = &subject.plan.limits;
    let found = |finding: &Finding| Found {
        violation: violation(subject, &broken(subject, finding), saved.get(&Charge::Rule(finding.violation.rule))),
        steps: finding.path.iter().map(|&action| subject.names().text(action)).collect(),
    };
    let interrupted = search.end == End::Stopped { at: Bound::Interrupt };
    Explore {
        head: Head::new(
            EXPLORE,
            subject,
            report::status(subject.plan, search),
            interrupted,
            search.end == End::Complete,
        ),
        stopped_at,
        states: search.states,
        transitions: search.transitions,
        finished: search.finished,
        bounded: search.bounded,
        depth: search.depth,
        limits: Limits {
            crashes: limits.crashes,
            late_acks: limits.late_acks,
            haste: limits.haste,
            checkpoints: limits.checkpoints,
        },
        collision_below: report::collision(search),
        unreduced: search.unreduced.map(Unreduced::why),
        judged: search.tally.runs(),
        expectations: expectations(subject, search.verdicts(subject.plan), saved),
        violations: search.findings.iter().map(found).collect(),
        measured,
    }
}

fn broken(subject: &Subject<'_>, finding: &Finding) -> Broken {
    let standing = Standing::of(subject.plan, finding.violation.rule);
    Broken { standing, seed: subject.plan.seed, runs: 1, violation: finding.violation.clone() }
}

/// What `explore --sweep` found about a file. The subject is the plan that was asked: see [`crate::explore::sweep::asked`].
pub fn sweep(subject: &Subject<'_>, swept: &Swept, struck: &Struck, measured: Measured) -> Sweep {
    let (mut violations, mut unmet) = (Vec::new(), Vec::new());
    for failing in &struck.failing {
        let places = places(subject, failing);
        let gave_up = gave_up(subject.plan, swept, failing);
        match &failing.what {
            What::Rule(found) => {
                let standing = Standing::of(subject.plan, found.rule);
                let runs = failing.places.len() as u64;
                let broken = Broken { standing, seed: subject.plan.seed, runs, violation: found.clone() };
                let violation = violation(subject, &broken, failing.saved.as_ref());
                violations.push(StruckRule { violation, places, gave_up });
            }
            What::Expectation(number, why) => {
                let saved = failing.saved.as_ref();
                unmet.push(Unmet {
                    text: subject.expectations.get(*number).cloned().unwrap_or_default(),
                    why: why.clone(),
                    places,
                    gave_up,
                    case: saved.map(|saved| saved.path.clone()),
                    replay: saved.map(Saved::replay),
                    shrunk: saved.and_then(|saved| saved.shrunk.as_ref()).map(Small::of),
                    too_late: saved.map(|saved| saved.too_late.clone()),
                });
            }
        }
    }
    let (not_asked, asked) = subject.expectations.iter().cloned().partition(|text| text.starts_with("Violates"));
    Sweep {
        head: Head::new(SWEEP, subject, struck.status(swept), struck.interrupted, struck.is_complete(swept)),
        steps: swept.steps,
        end: words::end(subject, &swept.end),
        placements: swept.strikes,
        not_tried: swept.placements.saturating_sub(swept.strikes),
        failing: struck.fail,
        restored: struck.restored,
        cut_short: struck.open.as_ref().map_or(0, |open| open.3),
        asked,
        not_asked,
        known: struck.known.iter().map(|(rule, &places)| (rule.word(), places)).collect(),
        violations,
        unmet,
        measured,
    }
}

fn places(subject: &Subject<'_>, failing: &Failing) -> Vec<Place> {
    let step = |victim: Victim| subject.names().text(victim.action());
    failing.places.iter().map(|&(after, victim)| Place { after: after.0, step: step(victim) }).collect()
}
