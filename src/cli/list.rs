//! `list`: the scenarios below a folder, what they are about and what they expect.

use std::path::{Path, PathBuf};

use super::args::{List, Shape};
use super::files::{Examined, examine_for};
use super::{Answer, Exit, Refusal, say};
use crate::plan::{Expectation, Plan};
use crate::report::words::count;
use crate::report::{command, machine};
use crate::scenario::{self, Severity};

/// Where scenarios usually lie.
const USUAL: &str = "scenarios";

pub(super) fn list(args: &List, quiet: bool) -> Result<Answer, Refusal> {
    let usual = || PathBuf::from(if Path::new(USUAL).is_dir() { USUAL } else { "." });
    let path = args.folder.clone().unwrap_or_else(usual);
    if !path.exists() && args.format == Shape::Human {
        // What a link leads to is no scenario that is wrong: there is none.
        return Err(Refusal::new(Exit::Usage, format!("error: there is no file or folder {}\n", path.display())));
    }
    let (files, exit) = examine_for(&[path], args.format)?;
    if args.format != Shape::Human {
        return Ok(Answer { text: for_programs(&files, args.format), exit });
    }
    let name = |file: &Examined| file.plan.as_ref().map_or(0, |plan| plan.name.chars().count());
    let width = files.iter().map(name).max().unwrap_or(0);
    let mut text = String::new();
    for file in &files {
        match &file.plan {
            Some(plan) => text.push_str(&entry(plan, &file.path, width, args.expect, quiet)),
            None => {
                text.push_str(&format!("{:<width$}   {}   {}\n", "?", file.path, count(errors(file) as u64, "error")));
                say(&format!("what is wrong with it: {}\n", command("validate", &file.path)));
            }
        }
    }
    Ok(Answer { text, exit })
}

fn errors(file: &Examined) -> usize {
    file.found.iter().filter(|message| message.severity == Severity::Error).count()
}

fn for_programs(files: &[Examined], shape: Shape) -> String {
    let listed = |file: &Examined| machine::Listed {
        path: file.path.clone(),
        name: file.plan.as_ref().map(|plan| plan.name.clone()),
        about: file.plan.as_ref().map(|plan| plan.about.clone()).unwrap_or_default(),
        sound: file.plan.is_some(),
        errors: errors(file),
        expectations: file.plan.as_ref().map(expected).unwrap_or_default(),
    };
    let scenarios: Vec<machine::Listed> = files.iter().map(listed).collect();
    let is_lines = shape == Shape::JsonLines;
    let record = |scenario| machine::record(machine::LIST, "scenario", scenario);
    let text: String = scenarios.iter().filter(|_| is_lines).map(record).collect();
    let whole = machine::List {
        schema: machine::LIST,
        version: env!("CARGO_PKG_VERSION"),
        sound: !files.is_empty() && files.iter().all(|file| file.plan.is_some()),
        scenarios,
    };
    match is_lines {
        true => text + &machine::finished(machine::LIST, &whole, "scenarios"),
        false => machine::json(&whole),
    }
}

fn expected(plan: &Plan) -> Vec<machine::Expected> {
    let texts = scenario::expectations(plan).into_iter();
    texts.zip(&plan.expect).map(|(text, expectation)| machine::Expected { text, kind: kind(expectation) }).collect()
}

/// What kind of expectation it is.
fn kind(expectation: &Expectation) -> &'static str {
    match expectation {
        Expectation::Always(_) => "always",
        Expectation::Never(_) => "never",
        Expectation::Sometimes(_) => "sometimes",
        Expectation::Violates(_) => "violates",
    }
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
        kinds.iter_mut().filter(|kind| kind.0 == self::kind(expectation)).for_each(|kind| kind.1 += 1);
    }
    let kinds: Vec<String> = kinds.iter().filter(|kind| kind.1 > 0).map(|(word, n)| format!("{n} {word}")).collect();
    format!("{}: {}", count(plan.expect.len() as u64, "expectation"), kinds.join(", "))
}
