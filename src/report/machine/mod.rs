//! What a program reads: the types behind `--format json` and `jsonl`.
//!
//! | `schema` | what |
//! | --- | --- |
//! | `cutline.run/1` | [`Run`]; a line of `jsonl` holds a record `started`, `scenario` or `finished` |
//! | `cutline.check/1` | [`Check`]; a line of `jsonl` holds a record `started`, `progress`, `violation`, `case`, `campaign` or `finished` |
//! | `cutline.explore/1` | [`Explore`] |
//! | `cutline.sweep/1` | [`Sweep`], of `explore --sweep` |
//! | `cutline.replay/1`, `cutline.shrink/1` | [`Replay`], [`Shrink`] |
//! | `cutline.validate/1` | [`Validate`]; a line of `jsonl` holds a record `started`, `file` or `finished` |
//! | `cutline.list/1` | [`List`]; a line of `jsonl` holds a record `scenario` or `finished` |
//! | `cutline.explain/1` | [`Explained`] |
//! | `cutline.trace/1` | a line of `trace --format jsonl`: a record `started`, `event` or `finished`, which says how many events the part that was asked for leaves out before and after it |
//!
//! The number in a schema changes when a field changes its meaning or goes; fields may be added at any time. Times of the
//! virtual clock are in microseconds (`_us`). What was measured on this machine stands under `measured`, and nowhere
//! else: the rest depends on what was run only, the order of records in `jsonl` included.

mod case;
mod files;
mod fill;
mod search;
mod words;

pub use case::{REPLAY, Replay, SHRINK, Shrink};
pub use files::{
    ERROR, Expected, LIST, List, Listed, Message, NOTHING, NothingRan, Unreadable, VALIDATE, Validate, Validated,
};
pub use fill::{runs, scenario};
pub use search::{EXPLORE, Explore, Found, Limits, Place, SWEEP, StruckRule, Sweep, Unmet, explore, sweep};
pub use words::{EXPLAIN, Explained, Knob, Topic};

use serde::Serialize;

use super::shrunk::Small;
use crate::explore::Status;

/// The schema of [`Run`].
pub const RUN: &str = "cutline.run/1";
/// The schema of a trace.
pub const TRACE: &str = "cutline.trace/1";
/// The schema of [`Check`].
pub const CHECK: &str = "cutline.check/1";

/// What was measured on this machine.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Measured {
    /// Seconds of wall clock.
    pub seconds: f64,
    /// Cores that were used.
    pub cores: usize,
    /// Runs a second; of campaigns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_per_second: Option<f64>,
    /// The most memory that the program ever had, if the system tells; of searches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_bytes: Option<u64>,
}

/// What `run` found.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// [`RUN`].
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// `holds`, `violated` or `inconclusive`; it does not hold if files were not run.
    pub status: &'static str,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// The files, in the order of the paths.
    pub scenarios: Vec<Scenario>,
    /// Files after the first one that failed, with `--fail-fast`, or after an interruption.
    pub not_run: usize,
    /// What was measured.
    pub measured: Measured,
}

/// One file of `run`.
#[derive(Clone, Debug, Serialize)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// `holds`, `violated` or `inconclusive`.
    pub status: &'static str,
    /// The seed of its own run.
    pub seed: u64,
    /// How many runs were made: more than one if something was to be seen at least once.
    pub runs: u64,
    /// How its own run ended, in words.
    pub end: String,
    /// How long it took in virtual time.
    pub virtual_us: u64,
    /// The steps of its own run.
    pub steps: u64,
    /// The events of its own run.
    pub events: usize,
    /// The digest of its events, in 32 digits.
    pub trace: String,
    /// The rules of the protocol that acted, in its own run and in those of its campaign: `R51`.
    pub rules: Vec<String>,
    /// The checkpoints of its own run, in the order of their triggers.
    pub checkpoints: Vec<Checkpoint>,
    /// The restarts of its own run.
    pub restarts: Vec<Restart>,
    /// Triggers that were refused before a checkpoint existed.
    pub refused: Vec<Refused>,
    /// What the file expects.
    pub expectations: Vec<Expectation>,
    /// Broken rules, also those that may break.
    pub violations: Vec<Violation>,
    /// What the witness says, in words.
    pub explanation: String,
    /// Faults, and what people do, placed at moments that came in no run: as they stand in the file.
    pub never_came: Vec<String>,
    /// Remarks, in words.
    pub notes: Vec<String>,
}

/// A checkpoint, in the columns of Flink's History tab.
#[derive(Clone, Debug, Serialize)]
pub struct Checkpoint {
    /// Its number. A new life of the job may give the number of one that came to nothing out again.
    pub id: u64,
    /// `PENDING`, `COMPLETED` or `FAILED`.
    pub status: &'static str,
    /// Whether it is a savepoint.
    pub is_savepoint: bool,
    /// How many tasks acknowledged it; those that had finished before it count, as in Flink.
    pub acknowledged: usize,
    /// How many tasks the job has.
    pub tasks: usize,
    /// When it was triggered, in virtual time.
    pub trigger_us: u64,
    /// From the trigger to the latest acknowledgement, or to the failure; null while it is pending.
    pub end_to_end_us: Option<u64>,
    /// The longest time that a task spent between its first and its last barrier; null if no task had a barrier.
    pub alignment_us: Option<u64>,
    /// The longest time from the trigger until a task began; null if none began.
    pub start_delay_us: Option<u64>,
    /// The size of its state in bytes; null if the file gives no state a size.
    pub checkpointed_size: Option<u64>,
    /// Flink's word for why it failed; null unless it did.
    pub reason: Option<&'static str>,
    /// What was behind it, in words; null if the run does not tell.
    pub cause: Option<String>,
}

/// A restart of the job.
#[derive(Clone, Debug, Serialize)]
pub struct Restart {
    /// When the job was told to start again, in virtual time.
    pub at_us: u64,
    /// Somebody started the job again after it was over; left out of a restart.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// From which checkpoint; null: from nothing.
    pub from: Option<u64>,
    /// Records that were read again.
    pub read_again: u64,
    /// From the failure until every task ran again; null if they never did.
    pub down_us: Option<u64>,
}

/// Triggers that were refused.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// Flink's word for why.
    pub reason: &'static str,
    /// How many triggers were refused for it.
    pub times: u64,
}

/// An expectation, and whether it is met.
#[derive(Clone, Debug, Serialize)]
pub struct Expectation {
    /// As it stands in the file.
    pub text: String,
    /// Where, if that is known.
    pub line: Option<usize>,
    /// Where, if that is known.
    pub column: Option<usize>,
    /// `passed`, `failed` or `inconclusive`.
    pub verdict: &'static str,
    /// Why, unless it passed.
    pub why: Option<String>,
    /// The lowest seed that shows that it failed.
    pub seed: Option<u64>,
    /// The case file of that run, if one was saved.
    pub case: Option<String>,
    /// The command that shows it again, if a case file was saved.
    pub replay: Option<String>,
    /// What became of it when it was made smaller; without that if it was saved as it was found.
    pub shrunk: Option<Small>,
    /// When it was too late, in words.
    pub too_late: Option<String>,
}

/// A broken rule.
#[derive(Clone, Debug, Serialize)]
pub struct Violation {
    /// The rule.
    pub rule: &'static str,
    /// The invariant of it, for example `I10`; empty if it has no number.
    pub invariant: &'static str,
    /// `failure`, `expected` or `not-promised`.
    pub standing: &'static str,
    /// The lowest seed that breaks it.
    pub seed: u64,
    /// How many runs break it.
    pub runs: u64,
    /// What is wrong.
    pub detail: String,
    /// The step at which it showed, in the run of the lowest seed.
    pub step: u64,
    /// The virtual time of that step.
    pub at_us: u64,
    /// The task, if it is about one.
    pub task: Option<String>,
    /// The channel, if it is about one.
    pub channel: Option<String>,
    /// The checkpoint, if it is about one.
    pub checkpoint: Option<u64>,
    /// The case file, if one was saved.
    pub case: Option<String>,
    /// The command that shows it again, if a case file was saved.
    pub replay: Option<String>,
    /// What became of it when it was made smaller; without that if it was saved as it was found.
    pub shrunk: Option<Small>,
    /// When it was too late, in words.
    pub too_late: Option<String>,
}

/// What `check` found.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// [`CHECK`].
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// `holds`, `violated` or `inconclusive`.
    pub status: &'static str,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// The files, in the order of the paths.
    pub campaigns: Vec<Runs>,
    /// Files after the first one that failed, with `--fail-fast`, or after an interruption.
    pub not_run: usize,
    /// What was measured.
    pub measured: Measured,
}

/// The runs of one file of `check`.
#[derive(Clone, Debug, Serialize)]
pub struct Runs {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// `holds`, `violated` or `inconclusive`.
    pub status: &'static str,
    /// `all`, `time` or `interrupted`.
    pub ended: &'static str,
    /// The lowest seed.
    pub first_seed: u64,
    /// How the run of a seed is drawn: `portfolio`, `random`, `pct`, `swarm` or `timed`.
    pub policy: &'static str,
    /// How many runs were made.
    pub runs: u64,
    /// If nothing failed: with 95 % confidence fewer than one seed in so many fails.
    pub fails_less_than_one_in: Option<u64>,
    /// Steps of all runs.
    pub steps: u64,
    /// Steps of the longest run.
    pub longest: u64,
    /// Runs that were made twice, and were the same.
    pub twice: u64,
    /// What the file expects.
    pub expectations: Vec<Expectation>,
    /// Broken rules, also those that may break.
    pub violations: Vec<Violation>,
    /// Kinds of events and situations that no run showed.
    pub never_seen: Vec<&'static str>,
    /// The rules of the protocol that acted: `R51`.
    pub rules: Vec<String>,
    /// Faults, and what people do, placed at moments that came in no run: as they stand in the file.
    pub never_came: Vec<String>,
    /// Remarks, in words.
    pub notes: Vec<String>,
}

/// The word for a status.
pub const fn status(status: Status) -> &'static str {
    match status {
        Status::Holds => "holds",
        Status::Inconclusive => "inconclusive",
        Status::Violated => "violated",
    }
}

/// A value as JSON, on several lines.
pub fn json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("there are no keys but strings");
    text.push('\n');
    text
}

/// A record of `jsonl`: one line, with the schema and the name of the record in front.
pub fn record(schema: &'static str, record: &'static str, body: &impl Serialize) -> String {
    #[derive(Serialize)]
    struct Record<'a, T> {
        schema: &'static str,
        record: &'static str,
        #[serde(flatten)]
        body: &'a T,
    }
    let mut text = serde_json::to_string(&Record { schema, record, body }).expect("there are no keys but strings");
    text.push('\n');
    text
}

/// The last record of `jsonl`: the whole, without the list of what records before it have said.
pub fn finished(schema: &'static str, whole: &impl Serialize, said: &str) -> String {
    let mut body = serde_json::to_value(whole).expect("there are no keys but strings");
    if let Some(fields) = body.as_object_mut() {
        fields.remove("schema");
        fields.remove(said);
    }
    record(schema, "finished", &body)
}
