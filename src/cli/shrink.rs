//! `shrink`: makes a case as small as it goes, and says why it is no smaller.

use super::args::{Set, Shape, Shrink};
use super::case::{self, Keeping, applies, words as expected};
use super::files::{File, read_alone};
use super::{Answer, Exit, Refusal, interrupt};
use crate::explore::case::opposite;
use crate::explore::{Case, Charge, Effort, Shows, Standing, fault};
use crate::oracle::expect::Seen;
use crate::plan::{Expectation, Plan, RuleName};
use crate::report::shrunk::Small;
use crate::report::{Subject, command, machine, shrunk as report, words};
use crate::run::{End, Keep, Order, Outcome, Runner};

/// Steps that a run is granted when the number of runs is given.
const STEPS_OF_A_RUN: u64 = 250;

pub(super) fn shrink(args: &Shrink, quiet: bool) -> Result<Answer, Refusal> {
    interrupt::listen();
    let file = match read_alone(&args.path, &Set::default()) {
        Ok(file) => file,
        Err(bad) => return bad.answer(machine::SHRINK, args.format),
    };
    let plan = &file.plan;
    let own = || Runner::new(plan.clone()).run_until(&Order::of(plan), Keep::default(), &interrupt::requested);
    let outcome = fault::guarded(plan.seed, own)?;
    if outcome.end == End::Interrupted {
        let message = format!("interrupted in the run of {}: nothing is shrunk yet\n", file.path);
        return Err(Refusal::new(Exit::Interrupted, message));
    }
    let subject = Subject::new(plan, Vec::new());
    applies(&file, &outcome)?;
    let case = case(args, &file, &outcome)?;
    let usual = Effort::default();
    let effort = Effort { runs: args.runs, steps: usual.steps.max(args.runs.saturating_mul(STEPS_OF_A_RUN)) };
    let what = match &case.shows {
        Shows::Broken(violation) => words::violation(&subject, violation, &case.outcome.trace),
        Shows::Unmet { expectation, why, .. } => format!("{} is not met: {why}\n", expected(plan, expectation)),
    };
    let (rule, expectation, detail) = match &case.shows {
        Shows::Broken(violation) => (Some(violation.rule.word()), None, violation.detail.clone()),
        Shows::Unmet { expectation, why, .. } => (None, Some(expected(plan, expectation)), why.clone()),
    };
    let mut text = format!("shrink {}   {what}", plan.name);
    let mut keeping = Keeping::smaller(&args.out, effort, &args.path);
    let saved = keeping.keep_case(case, &smaller(&file.path), &format!("`shrink` of {}", file.path))?;
    let shrunk = saved.shrunk.as_ref().expect("an effort was given");
    let exit = if shrunk.is_minimal { Exit::Holds } else { Exit::Inconclusive };
    if args.format == Shape::Json {
        let whole = machine::Shrink {
            schema: machine::SHRINK,
            version: env!("CARGO_PKG_VERSION"),
            name: plan.name.clone(),
            path: file.path.clone(),
            rule,
            expectation,
            detail,
            case: saved.path.clone(),
            replay: saved.replay(),
            shrunk: Small::of(shrunk),
            too_late: saved.too_late.clone(),
        };
        return Ok(Answer { text: machine::json(&whole), exit });
    }
    text.push_str(&saved.facts);
    if args.why_minimal {
        text.push_str(&format!(
            "  tried    {} on the result; a line says what becomes of the file with this one edit\n",
            words::count(shrunk.tried.len() as u64, "simplification")
        ));
        text.push_str(&report::why_minimal(shrunk));
    }
    text.push_str(&format!("  saved    {}\n  replay   {}\n\n", saved.path, saved.replay()));
    let last = match shrunk.is_minimal {
        true => "MINIMAL  nothing more can be left out".to_owned(),
        false => format!(
            "NOT MINIMAL  {} were made before everything was tried; more: --runs {}",
            words::count(shrunk.runs, "run"),
            args.runs.saturating_mul(10).max(10)
        ),
    };
    let last = format!("{last}\n");
    Ok(Answer { text: if quiet { last } else { text + &last }, exit })
}

/// What is shrunk: the rule that is asked for; else the first that the file says is broken, and is; else the first that
/// should not be; else the first expectation that is not met; else, of a case file, what it was saved for.
fn case(args: &Shrink, file: &File, outcome: &Outcome) -> Result<Case, Refusal> {
    let plan = &file.plan;
    let broken: Vec<RuleName> = outcome.violations.iter().map(|violation| violation.rule).collect();
    let expected = plan.expect.iter().filter_map(|expectation| match expectation {
        Expectation::Violates(rule) => Some(*rule),
        _ => None,
    });
    if let (None, Some(plan)) = (args.rule, opposed(file, outcome)) {
        return Ok(Case::shown(plan, Charge::Expectation(0))?);
    }
    let failing = broken.iter().copied().filter(|&rule| Standing::of(plan, rule) == Standing::Failure);
    let rule = match args.rule {
        Some(rule) => Some(rule).filter(|rule| broken.contains(rule)),
        None => expected.filter(|rule| broken.contains(rule)).chain(failing).next(),
    };
    let unmet = || outcome.unmet(plan).next().filter(|_| args.rule.is_none());
    match rule.map(Charge::Rule).or_else(|| unmet().map(|(number, _)| Charge::Expectation(number))) {
        Some(charge) => Ok(Case::shown(plan.clone(), charge)?),
        None => {
            let what = match args.rule {
                Some(rule) => format!("does not break {}; look for one that does", rule.word()),
                None => match missing(plan, outcome) {
                    Some(missing) => format!("breaks no rule that it should keep; {missing}; look for another one"),
                    None => "breaks no rule that it should keep, and meets what is expected; look for another one"
                        .to_owned(),
                },
            };
            let path = &file.path;
            let message = format!("nothing to shrink: the run of {path} {what}: {}\n", command("check", path));
            Err(Refusal::new(Exit::Inconclusive, message))
        }
    }
}

/// What the file expects to see and its run does not show, and why that cannot be shrunk; nothing if there is none.
fn missing(plan: &Plan, outcome: &Outcome) -> Option<String> {
    let is_of_many = |wanted: &Expectation| matches!(wanted, Expectation::Violates(_) | Expectation::Sometimes(_));
    let missing = outcome.seen.iter().filter_map(|(number, seen)| {
        let wanted = &plan.expect[*number];
        let is_missing = is_of_many(wanted) && !matches!(seen, Seen::Holds(_));
        is_missing.then(|| expected(plan, wanted))
    });
    let missing: Vec<String> = missing.collect();
    (!missing.is_empty()).then(|| {
        let what = missing.join(", ");
        format!("it does not show {what}, which cannot be shrunk: no single run shows that something never comes")
    })
}

/// The plan of a case that was saved for an expectation that its run does not meet, with that expectation: the file
/// expects the opposite first.
fn opposed(file: &File, outcome: &Outcome) -> Option<Plan> {
    case::digest_in(&file.text)?;
    let (expectation, (_, seen)) = (file.plan.expect.first()?, outcome.seen.first()?);
    let opposite = opposite(expectation).filter(|_| seen.meets(expectation))?;
    Some(Plan { expect: vec![opposite], ..file.plan.clone() })
}

/// The name of the result: that of the file, with `-min`.
fn smaller(path: &str) -> String {
    let stem = case::stem(path);
    format!("{}-min", stem.strip_suffix("-min").unwrap_or(&stem))
}
