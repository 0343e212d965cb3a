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
use crate::explore::sweep::{Swept, asked, sweep_until};
use crate::explore::{Charge, Strike, fault};
use crate::plan::Plan;
use crate::protocol::restart::Config;
use crate::report::campaign::Saved;
use crate::report::machine::{self, Measured};
use crate::report::sweep::{self as report, Struck, What};
use crate::report::{Subject, words};
use crate::run::{End, Order};
use crate::scenario;
use crate::trace::JobStatus;

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
    let (mut made, mut gave_up, mut said) = (0_u64, 0_u64, start);
    let swept = fault::guarded(plan.seed, || {
        sweep_until(&plan, args.jobs.map_or(0, usize::from), &interrupt::requested, |strike| {
            let failed = struck.fail;
            for fresh in struck.add(&strike) {
                let failing = &mut struck.failing[fresh];
                match save(&file.path, &strike, &failing.what, &mut keeping) {
                    Ok(saved) => failing.saved = Some(saved),
                    Err(refusal) => _ = trouble.get_or_insert(refusal),
                }
            }
            made += 1;
            gave_up += u64::from(struck.fail > failed && gives_up(&strike));
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
        hint(&plan, &swept, gave_up).iter().for_each(|hint| say(hint));
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

/// Whether a job ends because its strategy allows no further restart.
fn gives_up(strike: &Strike) -> bool {
    let spent = |attempts: u32| strike.outcome.met.restarts >= attempts;
    let allows_no_more = match strike.plan.restart {
        Config::None | Config::FailureRate { .. } => true,
        Config::FixedDelay { attempts, .. } | Config::ExponentialDelay { attempts, .. } => spent(attempts),
    };
    strike.outcome.end == End::Over(JobStatus::Failed) && allows_no_more
}

/// What to set if placements fail because the job restarts no more: each of them adds a crash to those of the file.
fn hint(plan: &Plan, swept: &Swept, gave_up: u64) -> Option<String> {
    // A file whose own run ends so means it.
    if gave_up == 0 || swept.end == End::Over(JobStatus::Failed) {
        return None;
    }
    let (why, key, value) = match plan.restart {
        Config::None => ("it has no restart strategy".to_owned(), "restart-strategy.type", "fixed-delay".to_owned()),
        Config::FixedDelay { attempts, .. } => {
            (format!("its {} are spent", words::count(attempts.into(), "restart")), "restart.attempts", more(attempts))
        }
        Config::FailureRate { max_failures, .. } => (
            format!("it allows {} within an interval", words::count(max_failures.into(), "failure")),
            "max-failures-per-interval",
            more(max_failures),
        ),
        Config::ExponentialDelay { attempts, .. } => (
            format!("its {} are spent", words::count(attempts.into(), "attempt")),
            "attempts-before-reset-backoff",
            more(attempts),
        ),
    };
    let count = words::count(gave_up, "placement");
    Some(format!("in {count} the job gives up, since {why} and a sweep adds a crash: --set {key}={value}\n"))
}

fn more(number: u32) -> String {
    number.saturating_add(1).to_string()
}
