//! A deterministic laboratory for the checkpoint protocol of stream processors.
//!
//! cutline runs a virtual cluster in one thread: a JobManager, tasks, channels, checkpoint storage, an external
//! transactional system. A policy decides at every step what happens next, faults strike, and judges decide whether
//! restored state plus replay equals a failure-free run: that proves exactly-once for this run. The protocol is
//! asynchronous barrier snapshotting as Apache Flink does it, rule by rule.
//!
//! # Where to begin
//!
//! | you | begin with | and go on to |
//! | --- | --- | --- |
//! | want to *see* barriers, alignment, a crash, a restore | `docs/tutorial.md`: ten commands, ten screens | [`explain`](mod@explain): every word of a trace; [`report::picture`](mod@report::picture): the drawings |
//! | run Flink jobs and turn knobs | `cutline init`, [`scenario`]: what a file may say | [`scenario::knob`]: Flink's keys and defaults; [`report::table`](mod@report::table): Flink's columns; [`plan`]: what each field means |
//! | have written an aligner, an operator, an engine | [`testing`]: small jobs, strategies, assertions | [`protocol::barrier::BarrierHandler`], [`operator::Operator`]: where your code goes; [`oracle`]: what it is judged by; [`protocol`]: the rules |
//!
//! A builder's first lines:
//!
//! ```
//! use cutline::testing::{assert_exactly_once, reference};
//!
//! // Many schedules of a job of two sources, two sums and two sinks, with crashes; judged by all oracles.
//! assert_exactly_once(&reference(4, 3, 1, 2), 0..20);
//! ```
//!
//! And those of somebody who has a file:
//!
//! ```
//! use std::path::Path;
//!
//! use cutline::explore::{Status, judge};
//! use cutline::run::Keep;
//! use cutline::scenario;
//!
//! let plan = scenario::load_file(Path::new("scenarios/seeds/recovery.ron")).unwrap_or_else(|wrong| panic!("{wrong}"));
//! let judgement = judge(&plan, Keep::default()).unwrap();
//! assert_eq!(judgement.status(), Status::Holds);
//! ```
//!
//! `docs/judges.md` says what a verdict proves and what it does not, `docs/determinism.md` what is the same every time.
//!
//! # The map, in the order of a run
//!
//! | module | what it is |
//! | --- | --- |
//! | [`scenario`] | the text that a person writes (RON), to and from a plan |
//! | [`plan`] | the resolved model: job, knobs, faults, limits, expectations |
//! | [`world`] | the virtual cluster: offers a menu, performs one entry at a time, reports events |
//! | [`action`] | the alphabet of what can happen, and the menu |
//! | [`schedule`] | who goes next: by due time, at random, by PCT, by swarm, as recorded |
//! | [`trace`] | what happened: typed events, their text, their digest |
//! | [`oracle`] | what should have happened: judges that fold over events, the witness, expectations |
//! | [`run`](mod@run) | the spine that ties these together: one run, and what it showed |
//! | [`explore`] | many runs: campaigns over seeds, exhaustive search, sweeps, shrinking, cases |
//! | [`report`] | texts, JSON and pictures of finished runs |
//! | [`explain`](mod@explain) | what rules, knobs, reasons, events and numbers mean |
//! | [`testing`] | what the tests of a Rust user import |
//! | `cli` | the command line, one file a verb (feature `cli`) |
//!
//! Beside the pipeline:
//!
//! | module | what it is |
//! | --- | --- |
//! | [`protocol`] | the island: Flink's machines, pure, which know nothing of the rest |
//! | [`operator`] | what a job computes: records, the vertex library, routing |
//! | [`key_group`] | Flink's key groups |
//! | [`ids`] | names of tasks, channels, checkpoints; tables and sets of them; durations and sizes |
//! | [`draw`] | named streams of one seed |
//! | [`parts`] | what a step reads and writes, noted by the parts themselves; their values as numbers |
//!
//! # Numbers
//!
//! `R30` is a rule of Flink's protocol, `I10` an invariant that every run must keep; `cutline explain R30` prints what it
//! says, and so does [`explain::explain`]. Virtual time is in microseconds ([`ids::Micros`]); Flink's own figures are
//! milliseconds.
//!
//! # Features
//!
//! `cli` (default): the program, and what only it needs. `proptest` (default): the strategies of [`testing`]. A library
//! user who needs neither says `default-features = false`.
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
