//! `list`: the scenarios below a folder, what they are about and what they expect.

use std::path::{Path, PathBuf};

use super::args::List;
use super::files::{Examined, examine_all};
use super::{Answer, Exit, Refusal, say};
use crate::plan::{Expectation, Plan};
use crate::report::command;
use crate::report::words::count;
use crate::scenario::{self, Severity};

/// Where scenarios usually lie.
const USUAL: &str = "scenarios";

pub(super) fn list(args: &List, quiet: bool) -> Result<Answer, Refusal> {
    let usual = || PathBuf::from(if Path::new(USUAL).is_dir() { USUAL } else { "." });
    let files = examine_all(&[args.folder.clone().unwrap_or_else(usual)])?;
    let name = |file: &Examined| file.plan.as_ref().map_or(0, |plan| plan.name.chars().count());
    let width = files.iter().map(name).max().unwrap_or(0);
    let mut text = String::new();
    for file in &files {
        match &file.plan {
            Some(plan) => text.push_str(&entry(plan, &file.path, width, args.expect, quiet)),
            None => {
                let errors = file.found.iter().filter(|message| message.severity == Severity::Error).count();
                text.push_str(&format!("{:<width$}   {}   {}\n", "?", file.path, count(errors as u64, "error")));
                say(&format!("what is wrong with it: {}\n", command("validate", &file.path)));
            }
        }
    }
    let exit = if files.iter().any(|file| file.plan.is_none()) { Exit::Usage } else { Exit::Holds };
    Ok(Answer { text, exit })
}

/// A scenario: a line with name, path and what kinds of expectations there are; what it is about; perhaps each of them.
fn entry(plan: &Plan, path: &str, width: usize, expect: bool, quiet: bool) -> String {
    let mut text = format!("{:<width$}   {path}   {}\n", plan.name, expectations(plan));
    if quiet {
        return text;
    }
    if !plan.about.is_empty() {
        text.push_str(&format!("    {}\n", plan.about));
    }
    if expect {
        let lines = scenario::expectations(plan);
        text.extend(lines.iter().map(|line| format!("      {line}\n")));
    }
    text
}

/// `5 expectations: 3 always, 1 never, 1 sometimes`.
fn expectations(plan: &Plan) -> String {
    if plan.expect.is_empty() {
        return "no expectation".to_owned();
    }
    let mut kinds = [("always", 0), ("never", 0), ("sometimes", 0), ("violates", 0)];
    for expectation in &plan.expect {
        let kind = match expectation {
            Expectation::Always(_) => 0,
            Expectation::Never(_) => 1,
            Expectation::Sometimes(_) => 2,
            Expectation::Violates(_) => 3,
        };
        kinds[kind].1 += 1;
    }
    let kinds: Vec<String> = kinds.iter().filter(|kind| kind.1 > 0).map(|(word, n)| format!("{n} {word}")).collect();
    format!("{}: {}", count(plan.expect.len() as u64, "expectation"), kinds.join(", "))
}
