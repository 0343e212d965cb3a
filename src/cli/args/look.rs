//! Arguments of the verbs that show something.

use std::ops::Range;
use std::path::PathBuf;

use clap::Args;

use super::Set;
use super::value::{
    Format, Numbered, Shape, checkpoint, data, format, level, moment, number, policy, shape, steps, theme, topic, verb,
    whole, width,
};
use crate::explore::Strategy;
use crate::ids::Micros;
use crate::report::diagram::Theme;
use crate::trace::Level;

#[derive(Debug, Args)]
pub(in crate::cli) struct Trace {
    /// A scenario or case file
    #[arg(value_name = "PATH")]
    pub(in crate::cli) path: PathBuf,
    /// How much of a text or of JSON lines is shown; by default `protocol`
    #[arg(long, value_name = "protocol|records|all", value_parser = level(), hide_possible_values = true)]
    pub(in crate::cli) level: Option<Level>,
    /// What is made of it: lines of text, the same as JSON objects, a space-time chart in text, the same as a drawing, a
    /// sequence diagram, a trace for a browser's viewer; by default what the ending of the file of `-o` means (`.jsonl`,
    /// `.svg`, `.mmd`, `.json`), or text
    #[arg(long, value_name = "text|jsonl|lanes|svg|mermaid|chrome", value_parser = format(), hide_possible_values = true)]
    pub(in crate::cli) format: Option<Format>,
    /// A space-time chart in text, one column per task: the same as `--format lanes`
    #[arg(long, conflicts_with = "format")]
    pub(in crate::cli) lanes: bool,
    /// Only these steps, as in `40..90`; a picture of a long run that is given none leaves something out, and says what
    #[arg(long, value_name = "A..B", value_parser = steps)]
    pub(in crate::cli) steps: Option<Range<u64>>,
    /// Only this checkpoint: from its trigger to the last that speaks of its end; `3'` is the second one with the number
    /// 3, where the job was started again by hand
    #[arg(long, value_name = "N", value_parser = checkpoint, conflicts_with = "steps")]
    pub(in crate::cli) ckpt: Option<Numbered>,
    /// Only from this moment of virtual time on, as in `150ms`
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with_all = ["steps", "ckpt"])]
    pub(in crate::cli) from: Option<Micros>,
    /// Only up to this moment of virtual time
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with_all = ["steps", "ckpt"])]
    pub(in crate::cli) to: Option<Micros>,
    /// End the run at this moment of its virtual time, as in `10s`, in place of the file's `stop`
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(in crate::cli) until: Option<Micros>,
    /// The width of a space-time chart: so many columns of text (by default those of the terminal, or 100), or about so
    /// many pixels of a drawing at most, unless something says which part of the run is in it
    #[arg(long, value_name = "N", value_parser = width)]
    pub(in crate::cli) width: Option<u32>,
    /// The background that a drawing is for; `auto`, by default: what its reader prefers
    #[arg(long, value_name = "auto|light|dark", value_parser = theme(), hide_possible_values = true)]
    pub(in crate::cli) theme: Option<Theme>,
    /// The run that `check` makes of this seed, in place of the file's own run
    #[arg(long, value_name = "N", value_parser = number, allow_negative_numbers = true)]
    pub(in crate::cli) seed: Option<u64>,
    /// The policy with which `check` makes the run of a seed
    #[arg(long, value_name = "portfolio|random|pct|swarm|timed", default_value = "portfolio", value_parser = policy(), hide_possible_values = true)]
    #[arg(requires = "seed")]
    pub(in crate::cli) policy: Strategy,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) set: Set,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Explain {
    /// For example `exactly-once`, `min-pause`, `CHECKPOINT_EXPIRED`, `align`, `start delay`, `R30`, or a group such as
    /// `knobs`
    #[arg(value_name = "WHAT", value_parser = topic(), hide_possible_values = true)]
    pub(in crate::cli) what: Vec<String>,
    /// How the explanation is written: for people, or as one JSON object, in which a group has all its topics
    #[arg(long, value_name = "human|json", default_value = "human", value_parser = whole(), hide_possible_values = true)]
    pub(in crate::cli) format: Shape,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// A folder, or one file; `scenarios` by default, or the current folder if there is none
    #[arg(value_name = "DIR")]
    pub(in crate::cli) folder: Option<PathBuf>,
    /// Show each expectation
    #[arg(long)]
    pub(in crate::cli) expect: bool,
    /// How the result is written: for people, as one JSON object, or as JSON lines; both have each expectation
    #[arg(long, value_name = "human|json|jsonl", default_value = "human", value_parser = data(), hide_possible_values = true)]
    pub(in crate::cli) format: Shape,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Validate {
    /// Scenario files, and folders with all `*.ron` files below them
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How the result is written: for people, as one JSON object, as JSON lines, or as JUnit XML
    #[arg(long, value_name = "human|json|jsonl|junit", default_value = "human", value_parser = shape(), hide_possible_values = true)]
    pub(in crate::cli) format: Shape,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Completions {
    /// For which shell
    #[arg(value_name = "bash|zsh|fish|elvish|powershell", hide_possible_values = true)]
    pub(in crate::cli) shell: clap_complete::Shell,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Man {
    /// Of this verb; the page of the program by default
    #[arg(value_name = "VERB", value_parser = verb(), hide_possible_values = true)]
    pub(in crate::cli) verb: Option<String>,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}
