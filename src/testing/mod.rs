//! What a Rust user's tests import: small jobs, strategies, assertions, traces for snapshots.
//!
//! | file | holds |
//! | --- | --- |
//! | [`jobs`], [`shapes`] | small jobs: the reference job, a keyed all-to-all, a chain, windows, a join; tiny ones |
//! | [`assert`](mod@assert) | exactly-once over many seeds, and of one run |
//! | [`every`] | exactly-once under every schedule with at most so many crashes |
//! | [`own`] | a handler or an operator of one's own in a job |
//! | [`failure`] | what both say when they fail: rule, place, trace, smallest case, replay |
//! | [`trace`](mod@trace), [`window`] | the readable trace of a run, and of one checkpoint, for a snapshot |
//! | `strategy` | strategies for proptest: jobs, knobs, faults, orders of runs (feature `proptest`) |
//!
//! # Which one
//!
//! | you want to know whether | write |
//! | --- | --- |
//! | your part survives what usually happens | [`assert_exactly_once`]`(&job, 0..200)` |
//! | it survives everything, in a very small job | [`assert_every_schedule`]`(&`[`coarse`]`(job), 1)` |
//! | it survives in jobs, knobs and faults that you did not think of | a property over `any_plan()` with [`check_run`] |
//! | a checkpoint still looks as it did | a snapshot of [`checkpoint_trace`] |
//! | what was found once stays mended | [`assert_run`] of the saved case; [`with_parts_of`] puts your own parts back |
//!
//! A handler or an operator of your own comes into a job by [`with_handler`] and [`with_operator`].
//!
//! All of them are silent when they pass. They print nothing, write no file and start no thread, so they run under
//! `cargo test` and `cargo nextest` alike; each is deterministic, and its failure is the same on every machine.
//!
//! # Example
//!
//! ```
//! use cutline::ids::CheckpointId;
//! use cutline::testing::{assert_every_schedule, assert_exactly_once, checkpoint_trace, coarse, reference};
//! use cutline::trace::Level;
//!
//! // Two sources of 3 numbers, at most 2 checkpoints and 1 crash in an untimed run, queues of 2 records.
//! let job = reference(3, 2, 1, 2);
//!
//! // Many schedules: timed, random, PCT and swarm, judged by all oracles and the witness.
//! assert_exactly_once(&job, 0..20);
//!
//! // Every schedule with at most one crash, of a smaller job with coarse steps.
//! assert_every_schedule(&coarse(reference(1, 1, 1, 2)), 1);
//!
//! // The snapshot of a checkpoint: usually `insta::assert_snapshot!(checkpoint_trace(..))`.
//! let window = checkpoint_trace(&job, CheckpointId(1), Level::Protocol);
//! assert!(window.contains("complete  ckpt 1"), "{window}");
//!
//! // The property: no plan of at most two faults breaks it. What proptest prints of a failing one is a scenario file.
//! # #[cfg(feature = "proptest")]
//! # {
//! use cutline::testing::{any_order, check_run, fault_plans};
//! use proptest::test_runner::{Config, TestCaseError, TestRunner};
//!
//! let mut runner = TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
//! let property = runner.run(&(fault_plans(&job, 2), any_order()), |(plan, order)| {
//!     check_run(&plan.0, &order).map(drop).map_err(|failure| TestCaseError::fail(failure.to_string()))
//! });
//! property.unwrap();
//! # }
//! ```
//!
//! `examples/own_aligner.rs` tests a builder's own aligner and operator like this.

pub mod assert;
pub mod every;
pub mod failure;
pub mod jobs;
pub mod own;
pub mod shapes;
pub mod trace;
pub mod window;

#[cfg(feature = "proptest")]
pub mod strategy;

pub use assert::{Summary, assert_exactly_once, assert_run, check_exactly_once, check_run};
pub use every::{Covered, MOST_STATES, assert_every_schedule, check_every_schedule};
pub use failure::{EFFORT, Failure};
#[cfg(feature = "proptest")]
pub use jobs::{all_to_all, chain, coarse, join, reference, windows};
pub use own::{with_handler, with_operator, with_parts_of};
pub use shapes::Shape;
#[cfg(feature = "proptest")]
pub use strategy::{
    AnyPlan, Faults, Knobs, any_faults, any_job, any_knobs, any_order, any_plan, fault_plans, tiny_job,
};
pub use trace::trace;
pub use window::checkpoint_trace;
