//! `trace`: what happened in a run, one line an event, or as a picture.

use super::args::{Format, Trace};
use super::files::read_one;
use super::{Answer, Exit, Refusal, say};
use crate::explore::{Campaign, fault};
use crate::report::chart::Chart;
use crate::report::{Picture, picture, words};
use crate::run::{End, Keep, Order, Runner};
use crate::trace::render;

pub(super) fn trace(args: &Trace) -> Result<Answer, Refusal> {
    let file = read_one(&args.path, &args.set)?;
    let order = match args.seed {
        None => Order::of(&file.plan),
        Some(seed) => Campaign { plan: file.plan.clone(), seeds: 0..1, strategy: args.policy, jobs: 1 }.order(seed),
    };
    let (outcome, topology) = fault::guarded(order.seed, || {
        let mut runner = Runner::new(file.plan.clone());
        let outcome = runner.run(&order, Keep { trace: true, actions: false });
        (outcome, runner.topology().clone())
    })?;
    let mut exit = Exit::Holds;
    if matches!(outcome.end, End::Mismatch(_)) {
        let why = words::end(&file.subject(), &outcome.end);
        say(&format!("{}: the schedule does not apply any more: {why}\n", file.path));
        exit = Exit::Inconclusive;
    }
    if let Some(kind) = kind(args) {
        let chart = Chart::new(&outcome.trace, &file.plan, &topology);
        return Ok(Answer { text: picture(kind, &chart), exit });
    }
    let level = args.level;
    let mut text = format!("# cutline trace 1   {}   seed {}   level {}\n", file.plan.name, order.seed, level.word());
    for entry in outcome.trace.iter().filter(|entry| level.shows(&entry.event)) {
        render::line(entry, &topology.names, &mut text);
        text.push('\n');
    }
    text.push_str(&format!("# digest {}\n", outcome.digest(&topology.names)));
    Ok(Answer { text, exit })
}

/// The picture that is asked for, if it is one.
fn kind(args: &Trace) -> Option<Picture> {
    let steps = args.steps.as_ref().map(|steps| (steps.start, steps.end - 1));
    let kind = match args.format {
        Format::Picture(picture) => picture,
        Format::Text if args.lanes => Picture::named("lanes")?,
        Format::Text => return None,
    };
    Some(kind.between(steps))
}
