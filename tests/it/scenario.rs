//! Scenario files: their mistakes, their defaults, and the way to text and back.

mod defaults;
mod files;
mod form;
mod knobs;
mod law;
mod many;
mod meaning;
mod plans;
mod sizes;
mod sources;
mod storage;

use cutline::scenario;

/// What a person is told about a text.
#[track_caller]
fn mistakes(text: &str) -> String {
    match scenario::load(text, "scenarios/mine.ron") {
        Ok(plan) => panic!("no mistake was found: {plan:?}"),
        Err(diagnostics) => diagnostics.render(false),
    }
}

/// The same for a text that has a sound job already.
#[track_caller]
fn with_job(rest: &str) -> String {
    mistakes(&around(rest))
}

/// A scenario with a small job: a source, a sum with two subtasks, a sink.
fn around(rest: &str) -> String {
    format!(
        r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: Range(from: 1, to: 9)),
        Operator(name: "sum", logic: Sum, inputs: [Rebalance("a")], parallelism: 2),
        Sink(name: "out", kind: Append, inputs: [Rebalance("sum")]),
    ],{rest})"#
    )
}
