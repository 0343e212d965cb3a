//! `explore --sweep`: a crash at every step of the file's own schedule; a case file of each kind of failure.

use std::fs;
use std::ops::ControlFlow;

use super::args::{Explore, Shape};
use super::case::Keeping;
use super::check::cores;
use super::files::read_one;
use super::output::Output;
use super::progress::now;
use super::watch::peak;
use super::{Answer, Exit, Refusal, interrupt};
use crate::explore::sweep::{asked, sweep};
use crate::explore::{Effort, Strike, fault};
use crate::report::campaign::Saved;
use crate::report::machine::{self, Measured};
use crate::report::sweep::{self as report, Struck, What};
use crate::report::{Subject, words};
use crate::run::Order;
use crate::scenario;

/// Sweeps the file; case files go below `--out`.
pub(super) fn explore(args: &Explore, quiet: bool, output: &Output) -> Result<Answer, Refusal> {
    interrupt::listen();
    let file = read_one(&args.path, &args.set)?;
    let plan = asked(&file.plan);
    let start = now();
    let folder = args.out.join("cases");
    let keeping = Keeping { folder: &folder, effort: (!args.no_shrink).then(Effort::default) };
    let (mut struck, mut trouble) = (Struck::default(), None);
    let swept = fault::guarded(plan.seed, || {
        sweep(&plan, args.jobs.map_or(0, usize::from), |strike| {
            for fresh in struck.add(&strike) {
                let failing = &mut struck.failing[fresh];
                match save(&strike, &failing.what, &keeping) {
                    Ok(saved) => failing.saved = Some(saved),
                    Err(refusal) => _ = trouble.get_or_insert(refusal),
                }
            }
            struck.interrupted = interrupt::requested();
            if struck.interrupted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    })?;
    let subject = Subject::new(&plan, scenario::expectations(&plan)).located(&file.path, Vec::new());
    let exit = Exit::from(struck.status(&swept)).unless_interrupted();
    let text = if args.format == Shape::Json {
        let seconds = start.elapsed().as_secs_f64();
        let runs_per_second = Some(swept.strikes as f64 / seconds.max(1e-9));
        let cores = args.jobs.map_or_else(cores, usize::from);
        let measured = Measured { seconds, cores, runs_per_second, peak_bytes: peak() };
        machine::json(&machine::sweep(&subject, &swept, &struck, measured))
    } else if quiet {
        report::last(&swept, &struck)
    } else {
        report::sweep(&subject, &swept, &struck)
    };
    match trouble {
        None => Ok(Answer { text, exit }),
        Some(refusal) if refusal.exit == Exit::Fault => Err(refusal),
        // What was found comes first.
        Some(Refusal { message, .. }) => {
            if args.format == Shape::Json {
                output.plain(&text)
            } else {
                output.text(&text)
            }
            Err(Refusal::new(exit, message))
        }
    }
}

fn save(strike: &Strike, what: &What, keeping: &Keeping<'_>) -> Result<Saved, Refusal> {
    match what {
        What::Rule(violation) => {
            let found = "`explore --sweep`, at the first placement that breaks this rule";
            keeping.keep(&strike.plan, &Order::of(&strike.plan), violation.rule, found)
        }
        What::Expectation(number, why) => {
            let expectation = scenario::expectations(&strike.plan).swap_remove(*number);
            let after = words::count(strike.after.0, "step");
            let header = format!(
                "{expectation} is not met: {why}\n\
                 with a crash after {after}, the first such placement that `explore --sweep` found"
            );
            let folder = keeping.folder;
            let path = folder.join(format!("expectation-{number}-{:x}.case.ron", strike.plan.seed));
            let name = path.display().to_string();
            let refused =
                |what: String| Refusal::new(Exit::Usage, format!("error: {name} cannot be written: {what}\n"));
            let text = scenario::print_case(&strike.plan, &header).map_err(|error| refused(error.to_string()))?;
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, text))
                .map_err(|error| refused(error.to_string()))?;
            // An expectation has no accusation that would stay the same while it shrinks.
            Ok(Saved::as_found(name, strike.after.0 as usize + 1))
        }
    }
}
