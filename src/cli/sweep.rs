//! `explore --sweep`: a crash at every step of the file's own schedule; a case file of each kind of failure.

use std::ops::ControlFlow;

use super::args::{Explore, Shape};
use super::case::Keeping;
use super::check::cores;
use super::files::read_alone;
use super::output::Output;
use super::progress::{PAUSE, Shown, now};
use super::watch::peak;
use super::{Answer, Exit, Refusal, interrupt, say};
use crate::explore::sweep::{asked, sweep_until};
use crate::explore::{Charge, Strike, fault};
use crate::report::Subject;
use crate::report::campaign::Saved;
use crate::report::machine::{self, Measured};
use crate::report::sweep::{self as report, Struck, What};
use crate::run::{End, Order};
use crate::scenario;

/// Sweeps the file; case files go below `--out`.
pub(super) fn explore(args: &Explore, quiet: bool, output: &Output) -> Result<Answer, Refusal> {
    interrupt::listen();
    let file = match read_alone(&args.path, &args.find.set) {
        Ok(file) => file,
        Err(bad) => return bad.answer(machine::SWEEP, args.format),
    };
    let plan = asked(&file.plan);
    let start = now();
    let mut keeping = Keeping::new(&args.find);
    let (mut struck, mut trouble) = (Struck::default(), None);
    let (mut made, mut said) = (0_u64, start);
    let swept = fault::guarded(plan.seed, || {
        sweep_until(&plan, args.jobs.map_or(0, usize::from), &interrupt::requested, |strike| {
            for fresh in struck.add(&strike) {
                let failing = &mut struck.failing[fresh];
                match save(&file.path, &strike, &failing.what, &mut keeping) {
                    Ok(saved) => failing.saved = Some(saved),
                    Err(refusal) => _ = trouble.get_or_insert(refusal),
                }
            }
            made += 1;
            if !quiet && Shown::counts() && said.elapsed() >= PAUSE {
                said = now();
                say(&format!("{made} placements, {} failing\n", struck.fail));
            }
            struck.interrupted = interrupt::requested();
            if struck.interrupted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    })?;
    struck.interrupted |= swept.end == End::Interrupted || swept.strikes < swept.placements && interrupt::requested();
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

fn save(path: &str, strike: &Strike, what: &What, keeping: &mut Keeping) -> Result<Saved, Refusal> {
    let charge = match what {
        What::Rule(violation) => Charge::Rule(violation.rule),
        What::Expectation(number, _) => Charge::Expectation(*number),
    };
    let found = "`explore --sweep`, at the first placement that shows it";
    keeping.keep(path, &strike.plan, &Order::of(&strike.plan), charge, found)
}
