//! `explore`: every schedule of a file within bounds; a case file of each failure.

use std::collections::BTreeMap;

use super::args::{Explore, Shape};
use super::case::{Keeping, applies};
use super::files::read_one;
use super::output::Output;
use super::watch::{Watch, peak};
use super::{Answer, Exit, Refusal, interrupt, say};
use crate::explore::search::{self, Bounds, Search};
use crate::explore::{Effort, fault};
use crate::plan::{Plan, RuleName, Schedule, Time};
use crate::report::campaign::Saved;
use crate::report::machine::{self, Measured};
use crate::report::search as report;
use crate::run::{Choice, Keep, Order, Runner};

pub(super) fn explore(args: &Explore, quiet: bool, output: &Output) -> Result<Answer, Refusal> {
    interrupt::listen();
    let mut file = read_one(&args.path, &args.set)?;
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
        let own = fault::guarded(plan.seed, || Runner::new(plan.clone()).run(&Order::of(plan), Keep::default()))?;
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
    let mut watch = Watch::new(args.time, args.memory, quiet);
    let found = fault::guarded(plan.seed, || search::explore_watched(plan, &bounds, &mut watch));
    let seconds = watch.end();
    let found = found?;
    let (saved, trouble) = save(plan, &found, args)?;
    let subject = file.subject();
    let exit = Exit::from(report::status(plan, &found)).unless_interrupted();
    let text = if args.format == Shape::Json {
        let measured = Measured { seconds, cores: 1, runs_per_second: None, peak_bytes: peak() };
        machine::json(&machine::explore(&subject, &found, &saved, measured))
    } else if quiet {
        report::last(&subject, &found)
    } else {
        if found.end != search::End::Complete && saved.is_empty() && !interrupt::requested() {
            say("further: --states 100M, or fewer schedules: --crashes 0, a shorter input\n");
        }
        report::search(&subject, &found, &saved)
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

/// Saves a case file of each failure, as long as that works; and why not all of them were.
fn save(plan: &Plan, found: &Search, args: &Explore) -> Result<(BTreeMap<RuleName, Saved>, Option<Refusal>), Refusal> {
    let folder = args.out.join("cases");
    let keeping = Keeping { folder: &folder, effort: (!args.no_shrink).then(Effort::default) };
    let (mut saved, mut trouble) = (BTreeMap::new(), None);
    for finding in found.findings.iter().filter(|finding| finding.fails) {
        let rule = finding.violation.rule;
        let choice = Choice::Pinned(Schedule::Prefix(finding.path.clone()));
        let order = Order { seed: plan.seed, time: Time::Untimed, choice };
        match keeping.keep(plan, &order, rule, "`explore`, on the first path that breaks this rule") {
            Ok(kept) => _ = saved.insert(rule, kept),
            Err(refusal) if refusal.exit == Exit::Fault => return Err(refusal),
            Err(refusal) => _ = trouble.get_or_insert(refusal),
        }
    }
    Ok((saved, trouble))
}
