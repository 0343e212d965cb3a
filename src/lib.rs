//! A deterministic laboratory for the checkpoint protocol of stream processors.
//!
//! cutline runs a virtual cluster in one thread: a JobManager, tasks, channels, checkpoint storage, an external
//! transactional system. A policy decides at every step what happens next, faults strike, and judges decide whether
//! restored state plus replay equals a failure-free run: that proves exactly-once for this run. The protocol is
//! asynchronous barrier snapshotting as Apache Flink does it, rule by rule.
//!
//! # The map, in the order of a run
//!
//! | module | what it is |
//! | --- | --- |
//! | [`scenario`] | the text that a person writes (RON), to and from a plan |
//! | [`plan`] | the resolved model: job, knobs, faults, limits, expectations |
//! | [`world`] | the virtual cluster: offers a menu, performs one entry at a time, reports events |
//! | [`action`] | the alphabet of what can happen, and the menu |
//! | [`schedule`] | who goes next: by due time, at random, as recorded |
//! | [`trace`] | what happened: typed events, their text, their digest |
//! | [`oracle`] | what should have happened: judges that fold over events, and the witness |
//! | [`run`](mod@run) | the spine that ties these together |
//! | [`explore`] | many runs: campaigns over seeds, exhaustive search, cases |
//! | [`explain`](mod@explain) | what rules, knobs, reasons, events and numbers mean |
//! | [`report`] | texts about finished runs |
//! | `cli` | the command line, one file a verb |
//! | [`protocol`] | the island: Flink's machines, pure, beside the pipeline |
//! | [`operator`] | what a job computes: records, the vertex library, routing |
//! | [`key_group`] | Flink's key groups |
//! | [`draw`] | named streams of one seed |
//! | [`parts`] | what a step reads and writes, noted by the parts themselves; their values as numbers |
//! | [`ids`] | names of tasks, channels, checkpoints; tables and sets of them |
//!
//! # What is absent, on purpose
//!
//! The protocol never reads a clock, and nothing random reaches it. A policy never sees the world. A judge never sees
//! the world: it has the plan and the events. The witness shares only the operators with what it judges. No wall clock,
//! thread or hash-map order reaches a result: the same input gives the same bytes.

pub mod action;
#[cfg(feature = "cli")]
pub mod cli;
pub mod draw;
pub mod explain;
pub mod explore;
pub mod ids;
pub mod key_group;
pub mod operator;
pub mod oracle;
pub mod parts;
pub mod plan;
pub mod protocol;
pub mod report;
pub mod run;
pub mod scenario;
pub mod schedule;
pub mod testing;
pub mod trace;
pub mod world;

/// What the README shows in Rust is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
