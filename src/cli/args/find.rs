//! Arguments of the verbs that find bugs.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::Set;
use super::value::{Shape, bytes, number, policy, rule, seeds, shape, span, threads, walk, whole};
use crate::explore::Strategy;
use crate::explore::search::Direction;
use crate::plan::RuleName;

#[derive(Debug, Args)]
pub(in crate::cli) struct Check {
    /// Scenario files, and folders with all `*.ron` files below them
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How many seeds, as in `100k`, or which, as in `5000..6000`
    ///
    /// 10k by default; with `--time` as many as there is time for
    #[arg(long, value_name = "SEEDS", value_parser = seeds)]
    pub(in crate::cli) seeds: Option<Range<u64>>,
    /// How runs are drawn from seeds: all ways in turn, or one of them; one in four is timed in any case
    ///
    /// `random` takes any step next; `pct` the chain of messages with the highest priority, which changes now and then;
    /// `swarm` draws which kinds of faults there are and whether they strike at moments of the protocol; `timed` goes by
    /// due times.
    #[arg(long, value_name = "portfolio|random|pct|swarm|timed", default_value = "portfolio", value_parser = policy(), hide_possible_values = true)]
    pub(in crate::cli) policy: Strategy,
    /// Stop after this time for each file, as in `30s` or `5m`: how far it comes depends on the machine
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(in crate::cli) time: Option<Duration>,
    /// Stop after the first file in which something is found
    #[arg(long)]
    pub(in crate::cli) fail_fast: bool,
    /// How the result is written: for people, as one JSON object, as JSON lines, or as JUnit XML
    #[arg(long, value_name = "human|json|jsonl|junit", default_value = "human", value_parser = shape(), hide_possible_values = true)]
    pub(in crate::cli) format: Shape,
    /// How many cores to use; all by default
    #[arg(short, long, value_name = "N", value_parser = threads, allow_negative_numbers = true)]
    pub(in crate::cli) jobs: Option<u16>,
    #[command(flatten)]
    pub(in crate::cli) find: Find,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Explore {
    /// A scenario file
    #[arg(value_name = "PATH")]
    pub(in crate::cli) path: PathBuf,
    /// Not every schedule: the file's own, with a crash at each of its steps, of each task and TaskManager that lives then
    ///
    /// Rules are judged, and of the expectations those about results: a crash that the file does not know of may add
    /// checkpoints and restarts. A case file is swept along its pinned steps.
    #[arg(long, conflicts_with_all = [
        "crashes", "late_acks", "haste", "checkpoints", "states", "depth", "memory", "time", "no_reduction", "order",
    ])]
    pub(in crate::cli) sweep: bool,
    /// Crashes in one schedule, in place of the file's `limits`
    #[arg(long, value_name = "N")]
    pub(in crate::cli) crashes: Option<u32>,
    /// Acknowledgements of lost attempts that arrive late, in place of the file's `limits`
    #[arg(long, value_name = "N")]
    pub(in crate::cli) late_acks: Option<u32>,
    /// Alarms taken while something else could still happen, in place of the file's `limits`
    #[arg(long, value_name = "N")]
    pub(in crate::cli) haste: Option<u32>,
    /// Periodic checkpoints in one schedule, in place of the file's `limits`
    #[arg(long, value_name = "N")]
    pub(in crate::cli) checkpoints: Option<u32>,
    /// Different states, as in `2M`
    #[arg(long, visible_alias = "max-states", value_name = "N", default_value = "20M", value_parser = number)]
    pub(in crate::cli) states: u64,
    /// Steps of one schedule
    #[arg(long, visible_alias = "steps", value_name = "N", value_parser = number)]
    pub(in crate::cli) depth: Option<u64>,
    /// Memory of the whole program, as in `500M` or `4GiB`, where the system tells how much that is (Linux)
    #[arg(long, value_name = "BYTES", default_value = "2G", value_parser = bytes)]
    pub(in crate::cli) memory: u64,
    /// Time that the search may take, as in `30s` or `5m`: how far it comes depends on the machine
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(in crate::cli) time: Option<Duration>,
    /// Try every choice of every state, also those that cannot show anything new
    #[arg(long)]
    pub(in crate::cli) no_reduction: bool,
    /// Which states come first: the nearest to the start, or the newest
    #[arg(long, value_name = "bfs|dfs", default_value = "bfs", value_parser = walk(), hide_possible_values = true)]
    pub(in crate::cli) order: Direction,
    /// How the result is written: for people, or as one JSON object
    #[arg(long, value_name = "human|json", default_value = "human", value_parser = whole(), hide_possible_values = true)]
    pub(in crate::cli) format: Shape,
    /// How many cores the runs of `--sweep` use; all of them by default. The result does not depend on it
    #[arg(short, long, value_name = "N", requires = "sweep", value_parser = threads, allow_negative_numbers = true)]
    pub(in crate::cli) jobs: Option<u16>,
    #[command(flatten)]
    pub(in crate::cli) find: Find,
}

/// What becomes of findings, and what is looked at.
#[derive(Debug, Args)]
pub(in crate::cli) struct Find {
    /// Write the result to this file, which gets its name when it is complete
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// Save findings as they were found, without making them smaller
    #[arg(long)]
    pub(in crate::cli) no_shrink: bool,
    /// Where the folder `cases` with the case files goes
    #[arg(short, long, value_name = "DIR", default_value = "cutline-out")]
    pub(in crate::cli) out: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) set: Set,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Shrink {
    /// A case file, or any scenario file whose own run breaks a rule
    #[arg(value_name = "CASE")]
    pub(in crate::cli) path: PathBuf,
    /// Which rule, if the run breaks several; the first that the file names by default
    #[arg(long, value_name = "RULE", value_parser = rule(), hide_possible_values = true)]
    pub(in crate::cli) rule: Option<RuleName>,
    /// How many runs it may take
    #[arg(long, value_name = "N", default_value = "20k", value_parser = number)]
    pub(in crate::cli) runs: u64,
    /// How the result is written: for people, or as one JSON object
    #[arg(long, value_name = "human|json", default_value = "human", value_parser = whole(), hide_possible_values = true)]
    pub(in crate::cli) format: Shape,
    /// List the simplifications that were tried on the result, and what became of each
    #[arg(long)]
    pub(in crate::cli) why_minimal: bool,
    /// Where the folder `cases` with the result goes
    #[arg(short, long, value_name = "DIR", default_value = "cutline-out")]
    pub(in crate::cli) out: PathBuf,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Replay {
    /// A case file, or any scenario file
    #[arg(value_name = "CASE")]
    pub(in crate::cli) path: PathBuf,
    /// How the result is written: for people, or as one JSON object
    #[arg(long, value_name = "human|json", default_value = "human", value_parser = whole(), hide_possible_values = true)]
    pub(in crate::cli) format: Shape,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}
