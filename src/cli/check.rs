//! `check`: many seeds of each file; a case file of each rule that breaks.

use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::args::Check;
use super::files::{File, read_all};
use super::{Answer, Exit, Refusal, case, say};
use crate::explore::{Campaign, Case, Evidence, Standing, Status};
use crate::plan::RuleName;
use crate::report::Subject;
use crate::report::campaign::{Saved, campaign, last};
use crate::scenario;

pub(super) fn check(args: &Check, quiet: bool) -> Result<Answer, Refusal> {
    let files = read_all(&args.paths)?;
    let (mut text, mut worst) = (String::new(), Status::Holds);
    for file in &files {
        if !text.is_empty() && !quiet {
            text.push('\n');
        }
        // Cases of several files with one rule and one seed must not take each other's place.
        let cases = args.out.join("cases");
        let cases = if files.len() == 1 { cases } else { cases.join(folder(&file.path)) };
        let (status, shown) = one(file, args, &cases, quiet)?;
        text.push_str(&shown);
        worst = worst.max(status);
    }
    Ok(Answer { text, exit: Exit::from(worst) })
}

fn one(file: &File, args: &Check, cases: &Path, quiet: bool) -> Result<(Status, String), Refusal> {
    let jobs = args.jobs.map_or(0, usize::from);
    let made = Campaign { plan: file.plan.clone(), seeds: args.seeds.clone(), jobs };
    let progress = Progress::new(&file.plan.name, made.runs());
    let evidence = made.run(&|done| progress.show(done))?;
    progress.end();
    let saved = save(&made, &evidence, cases)?;
    let status = evidence.status();
    if quiet {
        return Ok((status, last(&evidence)));
    }
    if status == Status::Holds && made.runs() > 1 {
        say(&format!("wider: --seeds 1M, or every schedule: cutline explore {}\n", file.path));
    }
    if status == Status::Violated && saved.is_empty() && made.runs() > 1 {
        say(&format!(
            "`check` asks of every seed what the file expects; its own run: cutline run {0}; that of a seed: cutline trace {0} --seed N\n",
            file.path
        ));
    }
    let subject = Subject::new(&file.plan, scenario::expectations(&file.plan));
    Ok((status, campaign(&subject, &made, &evidence, &saved)))
}

fn save(made: &Campaign, evidence: &Evidence, cases: &Path) -> Result<BTreeMap<RuleName, Saved>, Refusal> {
    let mut saved = BTreeMap::new();
    for (rule, broken) in evidence.broken(Standing::Failure) {
        let case = Case::of(&made.plan, &made.order(broken.seed), rule)?;
        let found = format!("`check` over {} seeds, the lowest that breaks this rule", made.runs());
        let path = case::save(&case, rule, broken.seed, &found, cases)?;
        saved.insert(rule, Saved { path, pinned: case.pinned, trace: case.outcome.trace });
    }
    Ok(saved)
}

/// A file's path as the name of one folder: `scenarios/seeds/recovery.ron` is `scenarios-seeds-recovery`.
fn folder(path: &str) -> String {
    let stem = path.strip_suffix(".ron").unwrap_or(path);
    stem.split(['/', '\\', ':']).filter(|part| !["", ".", ".."].contains(part)).collect::<Vec<_>>().join("-")
}

/// A line on the terminal that is written again and again; nothing elsewhere.
struct Progress<'a> {
    name: &'a str,
    runs: u64,
    /// Hundredths that have been shown.
    shown: AtomicU64,
    visible: bool,
}

impl<'a> Progress<'a> {
    fn new(name: &'a str, runs: u64) -> Self {
        Self { name, runs, shown: AtomicU64::new(0), visible: stderr().is_terminal() }
    }

    fn show(&self, done: u64) {
        let percent = done * 100 / self.runs.max(1);
        if self.visible && self.shown.fetch_max(percent, Ordering::Relaxed) < percent {
            say(&format!("\rcheck {}   {percent} %   {done} of {} seeds ", self.name, self.runs));
        }
    }

    fn end(&self) {
        if self.visible {
            say("\r\x1b[K");
        }
    }
}
