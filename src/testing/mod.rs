//! What a Rust user's tests import: small jobs, fault plans for property tests, an assertion, a trace for snapshots.
//!
//! | file | holds |
//! | --- | --- |
//! | [`jobs`] | small jobs: the reference job, a keyed all-to-all, a chain, windows, a join |
//! | [`assert`](mod@assert) | exactly-once over many seeds, with a failure message that can be acted on |
//! | [`trace`](mod@trace) | the readable trace of a run, for a snapshot |
//! | `faults` | strategies for proptest: fault plans that shrink (feature `proptest`) |
//!
//! # Example
//!
//! A property test, an assertion and a snapshot of one job:
//!
//! ```
//! use cutline::testing::{assert_exactly_once, reference, trace};
//! use cutline::trace::Level;
//!
//! // Two sources of 3 numbers, at most 2 checkpoints and 1 crash in an untimed run, queues of 2 records.
//! let job = reference(3, 2, 1, 2);
//!
//! // The assertion: timed and random runs, judged by all oracles and the witness.
//! assert_exactly_once(&job, 0..20);
//!
//! // The snapshot: usually `insta::assert_snapshot!(trace(&job, Level::Protocol))`.
//! let picture = trace(&job, Level::Protocol);
//! assert!(picture.contains("FINISHED"), "{picture}");
//!
//! // The property: no plan of at most two faults breaks it. What proptest prints of a failing one is a scenario file.
//! # #[cfg(feature = "proptest")]
//! # {
//! use cutline::testing::{check_exactly_once, fault_plans};
//! use proptest::test_runner::{Config, TestCaseError, TestRunner};
//!
//! let mut runner = TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
//! let property = runner.run(&fault_plans(&job, 2), |faulty| {
//!     check_exactly_once(&faulty.0, 0..2).map(drop).map_err(|failure| TestCaseError::fail(failure.to_string()))
//! });
//! assert!(property.is_ok(), "{property:?}");
//! # }
//! ```

pub mod assert;
pub mod jobs;
pub mod trace;

#[cfg(feature = "proptest")]
pub mod faults;

pub use assert::{Failure, Summary, assert_exactly_once, check_exactly_once};
#[cfg(feature = "proptest")]
pub use faults::{FaultyPlan, fault_plans};
pub use jobs::{all_to_all, chain, join, reference, windows};
pub use trace::trace;
