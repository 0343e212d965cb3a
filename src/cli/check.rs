//! `check`: many seeds of each file; a case file of each finding.

use serde::Serialize;

use std::time::Duration;

use super::args::{Check, Shape, short, typed};
use super::case::{Keeping, Kept};
use super::files::{File, read_each};
use super::junit::{Again, Suite, junit};
use super::output::Output;
use super::progress::{self, Progress};
use super::run::annotate;
use super::{Answer, Exit, Refusal, interrupt, say};
use crate::explore::{Campaign, Evidence, Status, Strategy};
use crate::oracle::expect::Verdict;
use crate::plan::Expectation;
use crate::report::campaign::{self, Ending, last};
use crate::report::words::count;
use crate::report::{command, machine};

/// So many seeds, if nothing is said.
const USUAL: u64 = 10_000;

pub(super) fn check(args: &Check, quiet: bool, silent: bool, output: &Output) -> Result<Answer, Refusal> {
    interrupt::listen();
    let start = progress::now();
    let files = match read_each(&args.paths, &args.find.set) {
        Ok(files) => files,
        Err(bad) => return bad.answer(machine::CHECK, args.format),
    };
    let (mut text, mut all, mut worst) = (String::new(), Vec::new(), Status::Holds);
    let (mut keeping, mut trouble, mut done) = (Keeping::new(&args.find), None, 0);
    for file in &files {
        let found = one(file, args, &mut keeping, silent, output)?;
        if args.format == Shape::Human && !quiet {
            found.say_more(file, args.time);
        }
        annotate(&file.subject(), &found.evidence);
        let status = campaign::status(&found.evidence, found.ending);
        worst = worst.max(status);
        if args.format == Shape::Human {
            let shown = if quiet { last(&found.evidence, found.ending) } else { found.text(file) };
            text.push_str(if text.is_empty() || quiet { "" } else { "\n" });
            text.push_str(&shown);
        } else {
            let runs = found.machine(file);
            if args.format == Shape::JsonLines {
                found.records(&runs, output);
            }
            all.push(runs);
        }
        trouble = trouble.or(found.kept.trouble);
        done += 1;
        if interrupt::requested() || (args.fail_fast && status == Status::Violated) {
            break;
        }
    }
    let not_run = files.len() - done;
    if not_run > 0 {
        worst = worst.max(Status::Inconclusive);
        if args.format == Shape::Human {
            let gap = if quiet { "" } else { "\n" };
            text.push_str(&format!("{gap}{} not checked\n", count(not_run as u64, "file")));
        }
    }
    let (seconds, worst) = (start.elapsed().as_secs_f64(), worst);
    let runs: u64 = all.iter().map(|runs| runs.runs).sum();
    let whole = |campaigns: Vec<machine::Runs>| machine::Check {
        schema: machine::CHECK,
        version: env!("CARGO_PKG_VERSION"),
        status: machine::status(worst),
        interrupted: interrupt::requested(),
        campaigns,
        not_run,
        measured: machine::Measured {
            seconds,
            cores: args.jobs.map_or_else(cores, usize::from),
            runs_per_second: Some(runs as f64 / seconds.max(1e-9)),
            peak_bytes: None,
        },
    };
    match args.format {
        Shape::Human => {}
        Shape::Json => text = machine::json(&whole(all)),
        Shape::JsonLines => text = machine::finished(machine::CHECK, &whole(Vec::new()), "campaigns"),
        Shape::JUnit => {
            let (with, of_seed) = again(args);
            let again = Again { verb: "check", with: &with, of_seed: &of_seed, own: None };
            let left = files[all.len()..].iter();
            let left = left.map(|file| Suite::not_run(&file.plan.name, &file.path, interrupt::requested()));
            text = junit(&all.iter().map(|runs| Suite::check(runs, again)).chain(left).collect::<Vec<_>>());
        }
    }
    let exit = Exit::from(worst).unless_interrupted();
    match trouble {
        None => Ok(Answer { text, exit }),
        // What was found comes first: it may have taken hours.
        Some(Refusal { message, .. }) => {
            if args.format == Shape::Human {
                output.text(&text)
            } else {
                output.plain(&text)
            }
            Err(Refusal::new(exit, message))
        }
    }
}

/// The arguments that make the same runs again, and those that make one of them.
fn again(args: &Check) -> (String, String) {
    let set = args.find.set.text();
    let policy =
        if args.policy == Strategy::default() { String::new() } else { format!(" --policy {}", args.policy.word()) };
    let seeds = args.seeds.as_ref().map(|seeds| format!(" --seeds {}..{}", seeds.start, seeds.end)).unwrap_or_default();
    let time = args.time.map(|time| format!(" --time {}", typed(time))).unwrap_or_default();
    (format!("{seeds}{policy}{time}{set}"), format!("{policy}{set}"))
}

/// What a file showed.
struct Found {
    made: Campaign,
    evidence: Evidence,
    ending: Ending,
    kept: Kept,
}

fn one(file: &File, args: &Check, keeping: &mut Keeping, silent: bool, output: &Output) -> Result<Found, Refusal> {
    let seeds = args.seeds.clone().unwrap_or(0..if args.time.is_some() { u64::MAX } else { USUAL });
    let jobs = args.jobs.map_or(0, usize::from);
    let made = Campaign { plan: file.plan.clone(), seeds, strategy: args.policy, jobs };
    let (name, path, runs) = (&*file.plan.name, &*file.path, made.runs());
    let lines = |record: &'static str, done: u64| {
        if args.format == Shape::JsonLines {
            output.plain(&machine::record(machine::CHECK, record, &Step { name, path, done, of: runs }));
        }
    };
    lines("started", 0);
    let tenth = |done: u64| lines("progress", done);
    let progress = Progress::new(name, runs, args.time, silent, &tenth);
    let evidence = made.run_watched(&progress)?;
    progress.end();
    let ending = match evidence.runs() {
        made if made == runs => Ending::All,
        _ if interrupt::requested() => Ending::Interrupted,
        _ => Ending::OutOfTime,
    };
    let charges = evidence.charges(&made.plan).into_iter().map(|(charge, seed)| (charge, made.order(seed)));
    let how = format!("`check` over {} seeds, the lowest that shows it", evidence.runs());
    let kept = keeping.keep_all(file, charges, &how)?;
    Ok(Found { made, evidence, ending, kept })
}

/// How far it is.
#[derive(Serialize)]
struct Step<'a> {
    name: &'a str,
    path: &'a str,
    done: u64,
    of: u64,
}

impl Found {
    /// What to do next.
    fn say_more(&self, file: &File, time: Option<Duration>) {
        if self.made.is_pinned() {
            return;
        }
        let verdicts = self.evidence.tally.verdicts();
        let of_one_run = file.plan.expect.iter().zip(&verdicts).any(|(expectation, verdict)| {
            matches!((expectation, verdict), (Expectation::Always(_), Verdict::Failed { .. }))
        });
        if of_one_run && !(file.plan.faults.is_empty() && file.plan.user.is_empty()) {
            say(
                "`check` asks what stands alone in `expect` of every seed, and seeds draw other orders and faults than the \
                 file's own run: for `check` write Sometimes(..), Never(..), or amounts with room, as AtLeast(1)\n",
            );
        }
        match campaign::status(&self.evidence, self.ending) {
            Status::Holds => {
                let wider = match (self.ending, time) {
                    (Ending::OutOfTime, Some(time)) => format!("--time {}", typed(time.saturating_mul(10))),
                    _ => format!("--seeds {}", short(self.evidence.runs().saturating_mul(10).max(1_000_000))),
                };
                say(&format!("wider: {wider}, or every schedule: {}\n", command("explore", &file.path)));
            }
            Status::Violated if self.kept.cases.is_empty() && self.kept.trouble.is_none() => say(&format!(
                "`check` asks of every seed what the file expects; its own run: {}; that of a seed: {} --seed N\n",
                command("run", &file.path),
                command("trace", &file.path),
            )),
            Status::Violated | Status::Inconclusive => {}
        }
    }

    fn text(&self, file: &File) -> String {
        campaign::campaign(&file.subject(), &self.made, &self.evidence, &self.kept.cases, self.ending)
    }

    fn machine(&self, file: &File) -> machine::Runs {
        machine::runs(&file.subject(), &self.made, &self.evidence, self.ending, &self.kept.cases)
    }

    /// The records that are known once a file is done.
    fn records(&self, runs: &machine::Runs, output: &Output) {
        for violation in &runs.violations {
            output.plain(&machine::record(machine::CHECK, "violation", violation));
            if let (Some(case), Some(replay)) = (&violation.case, &violation.replay) {
                let body = SavedCase { rule: Some(violation.rule), expectation: None, case, replay };
                output.plain(&machine::record(machine::CHECK, "case", &body));
            }
        }
        for unmet in &runs.expectations {
            if let (Some(case), Some(replay)) = (&unmet.case, &unmet.replay) {
                let body = SavedCase { rule: None, expectation: Some(&unmet.text), case, replay };
                output.plain(&machine::record(machine::CHECK, "case", &body));
            }
        }
        output.plain(&machine::record(machine::CHECK, "campaign", runs));
    }
}

#[derive(Serialize)]
struct SavedCase<'a> {
    /// What it shows: a rule, or else an expectation.
    rule: Option<&'a str>,
    expectation: Option<&'a str>,
    case: &'a str,
    replay: &'a str,
}

/// How many cores there are.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
