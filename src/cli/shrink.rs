//! `shrink`: makes a case as small as it goes, and says why it is no smaller.

use std::path::Path;

use super::args::{Set, Shrink};
use super::case::{Keeping, applies};
use super::files::{File, read_one};
use super::{Answer, Exit, Refusal, interrupt};
use crate::explore::{Case, Effort, Standing, fault};
use crate::plan::{Expectation, RuleName};
use crate::report::{Subject, shrunk as report, words};
use crate::run::{Keep, Order, Outcome, Runner};

/// Steps that a run is granted when the number of runs is given.
const STEPS_OF_A_RUN: u64 = 250;

pub(super) fn shrink(args: &Shrink, quiet: bool) -> Result<Answer, Refusal> {
    interrupt::listen();
    let file = read_one(&args.path, &Set::default())?;
    let plan = &file.plan;
    let outcome = fault::guarded(plan.seed, || Runner::new(plan.clone()).run(&Order::of(plan), Keep::default()))?;
    let subject = Subject::new(plan, Vec::new());
    applies(&file, &outcome)?;
    let rule = rule(args, &file, &outcome)?;
    let case = Case::shown(plan.clone(), rule)?;
    let usual = Effort::default();
    let effort = Effort { runs: args.runs, steps: usual.steps.max(args.runs.saturating_mul(STEPS_OF_A_RUN)) };
    let folder = args.out.join("cases");
    let keeping = Keeping { folder: &folder, effort: Some(effort) };
    let mut text =
        format!("shrink {}   {}", plan.name, words::violation(&subject, &case.violation, &case.outcome.trace));
    let saved = keeping.keep_case(case, &stem(&args.path), &format!("`shrink` of {}", file.path))?;
    let shrunk = saved.shrunk.as_ref().expect("an effort was given");
    text.push_str(&saved.facts);
    if args.why_minimal {
        text.push_str(&format!(
            "  tried    {} on the result; a line says what becomes of the file with this one edit\n",
            words::count(shrunk.tried.len() as u64, "simplification")
        ));
        text.push_str(&report::why_minimal(shrunk));
    }
    text.push_str(&format!("  saved    {}\n  replay   cutline replay {0}\n\n", saved.path));
    let (last, exit) = match shrunk.is_minimal {
        true => ("MINIMAL  nothing more can be left out".to_owned(), Exit::Holds),
        false => (
            format!(
                "NOT MINIMAL  {} were made before everything was tried; more: --runs {}0",
                words::count(shrunk.runs, "run"),
                args.runs
            ),
            Exit::Inconclusive,
        ),
    };
    let last = format!("{last}\n");
    Ok(Answer { text: if quiet { last } else { text + &last }, exit })
}

/// The rule that is asked for; else the first that the file says is broken, and is; else the first that should not be.
fn rule(args: &Shrink, file: &File, outcome: &Outcome) -> Result<RuleName, Refusal> {
    let broken: Vec<RuleName> = outcome.violations.iter().map(|violation| violation.rule).collect();
    let expected = file.plan.expect.iter().filter_map(|expectation| match expectation {
        Expectation::Violates(rule) => Some(*rule),
        _ => None,
    });
    let failing = broken.iter().copied().filter(|&rule| Standing::of(&file.plan, rule) == Standing::Failure);
    let rule = match args.rule {
        Some(rule) => Some(rule).filter(|rule| broken.contains(rule)),
        None => expected.filter(|rule| broken.contains(rule)).chain(failing).next(),
    };
    rule.ok_or_else(|| {
        let what = match args.rule {
            Some(rule) => format!("does not break {}", rule.word()),
            None => "breaks no rule that it should keep".to_owned(),
        };
        let path = &file.path;
        let message =
            format!("nothing to shrink: the run of {path} {what}; look for one that does: cutline check {path}\n");
        Refusal::new(Exit::Inconclusive, message)
    })
}

/// The name of the result: that of the file, with `-min`.
fn stem(path: &Path) -> String {
    let name = path.file_name().map_or_else(|| "case".to_owned(), |name| name.to_string_lossy().into_owned());
    let stem = name.strip_suffix(".ron").unwrap_or(&name);
    let stem = stem.strip_suffix(".case").unwrap_or(stem);
    format!("{}-min", stem.strip_suffix("-min").unwrap_or(stem))
}
