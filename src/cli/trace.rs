//! `trace`: what happened in a run, one line an event.

use super::args::Trace;
use super::files::read_one;
use super::{Answer, Exit, Refusal};
use crate::explore::{Campaign, fault};
use crate::run::{End, Keep, Order, Runner};
use crate::trace::render;

pub(super) fn trace(args: &Trace) -> Result<Answer, Refusal> {
    let file = read_one(&args.path)?;
    let order = match args.seed {
        None => Order::of(&file.plan),
        Some(seed) => Campaign { plan: file.plan.clone(), seeds: 0..1, jobs: 1 }.order(seed),
    };
    let (outcome, topology) = fault::guarded(order.seed, || {
        let mut runner = Runner::new(file.plan.clone());
        let outcome = runner.run(&order, Keep { trace: true, actions: false });
        (outcome, runner.topology().clone())
    })?;
    let level = args.level;
    let mut text = format!("# cutline trace 1   {}   seed {}   level {}\n", file.plan.name, order.seed, level.word());
    for entry in outcome.trace.iter().filter(|entry| level.shows(&entry.event)) {
        render::line(entry, &topology.names, &mut text);
        text.push('\n');
    }
    text.push_str(&format!("# digest {}\n", outcome.digest(&topology.names)));
    let exit = if matches!(outcome.end, End::Mismatch(_)) { Exit::Inconclusive } else { Exit::Holds };
    Ok(Answer { text, exit })
}
