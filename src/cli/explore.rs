//! `explore`: every schedule of a file within bounds; a case file of each finding.

use std::time::Duration;

use super::args::{Explore, Shape, short, typed};
use super::case::{Keeping, Kept, applies};
use super::files::{File, read_alone};
use super::output::Output;
use super::watch::{Watch, peak};
use super::{Answer, Exit, Refusal, interrupt, say};
use crate::action::Action;
use crate::explore::search::{self, Bound, Bounds, Direction, End, Search};
use crate::explore::{Charge, Status, fault};
use crate::plan::{Plan, Schedule, Time};
use crate::report::machine::{self, Measured};
use crate::report::{command, search as report};
use crate::run::{Choice, Keep, Order, Runner};

pub(super) fn explore(args: &Explore, quiet: bool, output: &Output) -> Result<Answer, Refusal> {
    interrupt::listen();
    let mut file = match read_alone(&args.path, &args.find.set) {
        Ok(file) => file,
        Err(bad) => return bad.answer(machine::EXPLORE, args.format),
    };
    let limits = &mut file.plan.limits;
    let given = [
        (&mut limits.crashes, args.crashes),
        (&mut limits.late_acks, args.late_acks),
        (&mut limits.haste, args.haste),
        (&mut limits.checkpoints, args.checkpoints),
    ];
    for (limit, given) in given {
        *limit = given.unwrap_or(*limit);
    }
    if file.plan.schedule != Schedule::Free {
        let plan = &file.plan;
        let stop = interrupt::requested;
        let own = || Runner::new(plan.clone()).run_until(&Order::of(plan), Keep::default(), &stop);
        let own = fault::guarded(plan.seed, own)?;
        applies(&file, &own)?;
    }
    let usual = Bounds::default();
    let bounds = Bounds {
        states: args.states,
        depth: args.depth.unwrap_or(usual.depth),
        reduce: !args.no_reduction,
        walk: args.order,
        ..usual
    };
    let plan = &file.plan;
    if plan.schedule != Schedule::Free && !quiet {
        say("every schedule is tried, not only that of the file\n");
    }
    let mut watch = Watch::new(args.time, args.memory, quiet);
    let found = fault::guarded(plan.seed, || search::explore_watched(plan, &bounds, &mut watch));
    let seconds = watch.end();
    let found = found?;
    let how = "`explore`, on the first path that shows it";
    let Kept { cases, trouble } = Keeping::new(&args.find).keep_all(&file, charges(plan, &found), how)?;
    let subject = file.subject();
    let exit = Exit::from(report::status(plan, &found)).unless_interrupted();
    let text = if args.format == Shape::Json {
        let measured = Measured { seconds, cores: 1, runs_per_second: None, peak_bytes: peak() };
        machine::json(&machine::explore(&subject, &found, &cases, measured))
    } else if quiet {
        report::last(&subject, &found)
    } else {
        further(&file, args, &found).iter().for_each(|hint| say(hint));
        report::search(&subject, &found, &cases)
    };
    if let Some(Refusal { message, .. }) = trouble {
        // What was found comes first: it may have taken hours.
        if args.format == Shape::Human {
            output.text(&text)
        } else {
            output.plain(&text)
        }
        return Err(Refusal::new(exit, message));
    }
    Ok(Answer { text, exit })
}

/// What is saved: each failure, and each expectation that a path does not meet, with the order of its run.
fn charges(plan: &Plan, found: &Search) -> Vec<(Charge, Order)> {
    let order = |path: &[Action]| {
        let choice = Choice::Pinned(Schedule::Prefix(path.to_vec()));
        Order { seed: plan.seed, time: Time::Untimed, choice }
    };
    let failures = found.findings.iter().filter(|finding| finding.fails);
    let rules = failures.map(|finding| (Charge::Rule(finding.violation.rule), order(&finding.path)));
    let unmet = found.unmet.iter().map(|unmet| (Charge::Expectation(unmet.expectation), order(&unmet.path)));
    rules.chain(unmet).collect()
}

/// What would really lead further, after the bound that was met.
fn further(file: &File, args: &Explore, found: &Search) -> Option<String> {
    let more = match found.end {
        End::Complete if report::status(&file.plan, found) == Status::Inconclusive => {
            return Some(format!("what no path has shown may show in many runs: {}\n", command("check", &file.path)));
        }
        End::Complete | End::Stopped { at: Bound::Failures | Bound::Interrupt } => return None,
        End::Stopped { at: Bound::States } => format!("--states {}", short(args.states.max(1).saturating_mul(10))),
        End::Stopped { at: Bound::Memory } => {
            let more = format!("--memory {}", short(args.memory.max(50_000_000).saturating_mul(2)));
            match args.order {
                Direction::Breadth => format!("{more}, or --order dfs, which keeps fewer states waiting"),
                Direction::Depth => more,
            }
        }
        End::Stopped { at: Bound::Time } => {
            let time = args.time.unwrap_or_default().max(Duration::from_secs(1)).saturating_mul(10);
            format!("--time {}", typed(time))
        }
        End::Stopped { at: Bound::Depth } => match args.depth.filter(|&depth| depth < file.plan.limits.steps) {
            Some(depth) => format!("--steps {}", short(depth.max(1).saturating_mul(10))),
            None => format!("`limits: (steps: {})` in the file", file.plan.limits.steps.saturating_mul(10)),
        },
    };
    let limits = &file.plan.limits;
    let mut fewer: Vec<String> = args.no_reduction.then(|| "no --no-reduction".to_owned()).into_iter().collect();
    let amounts = [
        ("--crashes", limits.crashes, 0),
        ("--late-acks", limits.late_acks, 0),
        ("--haste", limits.haste, 0),
        ("--checkpoints", limits.checkpoints, 1),
    ];
    fewer.extend(amounts.iter().filter(|(_, n, least)| n > least).map(|(flag, n, _)| format!("{flag} {}", n - 1)));
    fewer.push("a shorter input".to_owned());
    Some(format!("further: {more}; or fewer schedules: {}\n", fewer.join(", ")))
}
