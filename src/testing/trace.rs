//! The readable trace of a run, as a text for a snapshot.

use crate::action::Names;
use crate::plan::Plan;
use crate::run::{Keep, Order, Runner};
use crate::trace::{Entry, Level, render};

/// Makes the run that a plan asks for and renders its trace, one line an event.
pub fn trace(plan: &Plan, level: Level) -> String {
    let mut runner = Runner::new(plan.clone());
    let outcome = runner.run(&Order::of(plan), Keep { trace: true, actions: false });
    lines(&outcome.trace, &runner.topology().names, level)
}

/// The lines of these entries, each with its end of line.
pub(super) fn lines(entries: &[Entry], names: &Names, level: Level) -> String {
    let mut text = String::new();
    for entry in entries.iter().filter(|entry| level.shows(&entry.event)) {
        render::line(entry, names, &mut text);
        text.push('\n');
    }
    text
}
