//! What may be written on the command line.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anstream::ColorChoice;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};

use super::init::TEMPLATES;
use crate::explore::Strategy;
use crate::explore::search::Direction;
use crate::plan::RuleName;
use crate::report::Picture;
use crate::trace::Level;

const HELP: &str = "\
{about}

Usage: cutline <VERB> [OPTIONS] PATH...

Start
  init [NAME]      Write a commented scenario to begin with; never over a file that is there
  run PATH...      Make the run of each scenario file and judge it; a folder stands for all files below it

Find bugs
  check PATH...    Make many runs, timed and drawn ones in turn; save a case file of each rule that breaks
  explore PATH     Try every schedule within the limits of the file
  shrink CASE      Make a case as small as it goes
  replay CASE      Make a pinned run again, step by step the same

Look
  trace PATH       Show what happened in a run, one line an event
  explain [WHAT]   Say what a rule, a knob, a failure reason, an event or a number such as R30 means
  list [DIR]       Show which scenarios there are, what they are about, what they expect
  validate PATH... Read files and check what they mean, without a run

Plumbing
  completions SHELL  Print a script that lets a shell complete what is typed
  man [VERB]         Print a manual page

Options
{options}

`cutline help VERB` says more about a verb.

Exit codes
   0  everything asked for holds          3  something could not be decided
   1  a rule or an expectation is broken  4  there was nothing to run
   2  arguments or a file are wrong      70  cutline itself is at fault
";

/// A deterministic laboratory for the checkpoint protocol of stream processors.
#[derive(Debug, Parser)]
#[command(name = "cutline", version, help_template = HELP)]
pub(super) struct Cli {
    /// Print the last line only; twice: nothing, the exit code says it
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) quiet: u8,
    /// When words have colours; `auto`: on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "auto|always|never", default_value = "auto", value_parser = color)]
    pub(super) color: ColorChoice,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make the run of each scenario and judge it
    ///
    /// One file is shown in detail; of several, and of folders, each has a line. A file that expects something to be
    /// seen at least once has as many further runs as that takes, up to its `seeds`.
    Run(Run),
    /// Make many runs, timed and drawn ones in turn
    ///
    /// A case file of each broken rule is saved: the scenario with the steps of the lowest seed that breaks it, both as
    /// small as they go. A file with a schedule is judged on that schedule alone.
    Check(Check),
    /// Try every schedule within the limits of the file
    Explore(Explore),
    /// Make a case as small as it goes
    ///
    /// Fewer faults, fewer differences from the timed order, fewer records, tasks and checkpoints, settings at their
    /// defaults: as long as the file's own run breaks the same rule. The result is saved; the file itself is not changed.
    /// If the runs are spent before everything has been tried, the exit code is 3.
    Shrink(Shrink),
    /// Make a pinned run again, step by step the same
    ///
    /// If a pinned step is not possible any more, or the trace is another than the case file says, nothing is concluded:
    /// the exit code is 3.
    Replay(Replay),
    /// Show what happened in a run, one line an event
    Trace(Trace),
    /// Say what a rule, a knob, a failure reason, an event or a number such as R30 means
    ///
    /// Without a word it lists what there is.
    Explain(Explain),
    /// Show which scenarios there are, what they are about, what they expect
    ///
    /// A file that is no sound scenario is shown with a `?`; the exit code is 2 then.
    List(List),
    /// Read files and check what they mean, without a run
    ///
    /// All mistakes are shown at once, each where it stands. The exit code is 2 if there are any, and 4 if there is no
    /// file; warnings do not change it.
    Validate(Validate),
    /// Write a commented scenario to begin with
    ///
    /// A file that is there is never written over.
    Init(Init),
    /// Print a script that lets a shell complete what is typed
    Completions(Completions),
    /// Print a manual page, of the program or of a verb
    Man(Man),
}

/// Knobs that take the place of those of a file.
#[derive(Debug, Default, Args)]
pub(super) struct Set {
    /// Set a knob, in place of the file: a key of Flink's or its last segments, as in `interval=10s`
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) settings: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// Scenario files, and folders with all `*.ron` files below them
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// How the result is written: for people, as one JSON object, as JSON lines, or as JUnit XML
    #[arg(long, value_name = "human|json|jsonl|junit", default_value = "human", value_parser = shape)]
    pub(super) format: Shape,
    /// Stop at the first file that fails; those after it are not shown
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Show everything about each of several files
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// How many cores to use; all by default
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) set: Set,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Scenario files, and folders with all `*.ron` files below them
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// How many seeds, as in `100k`, or which, as in `5000..6000`
    ///
    /// 10k by default; with `--time` as many as there is time for
    #[arg(long, value_name = "SEEDS", value_parser = seeds)]
    pub(super) seeds: Option<Range<u64>>,
    /// How runs are drawn from seeds: all ways in turn, or one of them; one in four is timed in any case
    ///
    /// `random` takes any step next; `pct` the chain of messages with the highest priority, which changes now and then;
    /// `swarm` draws which kinds of faults there are and whether they strike at moments of the protocol; `timed` goes by
    /// due times.
    #[arg(long, value_name = "portfolio|random|pct|swarm|timed", default_value = "portfolio", value_parser = policy)]
    pub(super) policy: Strategy,
    /// Stop after this time for each file, as in `30s` or `5m`: how far it comes depends on the machine
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(super) time: Option<Duration>,
    /// Stop after the first file in which something is found
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// How the result is written: for people, as one JSON object, as JSON lines, or as JUnit XML
    #[arg(long, value_name = "human|json|jsonl|junit", default_value = "human", value_parser = shape)]
    pub(super) format: Shape,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// How many cores to use; all by default
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// Save findings as they were found, without making them smaller
    #[arg(long)]
    pub(super) no_shrink: bool,
    /// Where the folder `cases` with the case files goes
    #[arg(short, long, value_name = "DIR", default_value = "cutline-out")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) set: Set,
}

#[derive(Debug, Args)]
pub(super) struct Explore {
    /// A scenario file
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
    /// Not every schedule: the file's own, with a crash at each of its steps, of each task that lives then
    ///
    /// Rules are judged, and of the expectations those about results: a crash that the file does not know of may add
    /// checkpoints and restarts. A case file is swept along its pinned steps.
    #[arg(long, conflicts_with_all = [
        "crashes", "late_acks", "haste", "checkpoints", "states", "depth", "memory", "time", "no_reduction", "order", "format",
    ])]
    pub(super) sweep: bool,
    /// Crashes in one schedule, in place of the file's `limits`
    #[arg(long, value_name = "N")]
    pub(super) crashes: Option<u32>,
    /// Acknowledgements of lost attempts that arrive late, in place of the file's `limits`
    #[arg(long, value_name = "N")]
    pub(super) late_acks: Option<u32>,
    /// Alarms taken while something else could still happen, in place of the file's `limits`
    #[arg(long, value_name = "N")]
    pub(super) haste: Option<u32>,
    /// Periodic checkpoints in one schedule, in place of the file's `limits`
    #[arg(long, value_name = "N")]
    pub(super) checkpoints: Option<u32>,
    /// Different states, as in `2M`
    #[arg(long, value_name = "N", default_value = "1M", value_parser = number)]
    pub(super) states: u64,
    /// Steps of one schedule
    #[arg(long, visible_alias = "steps", value_name = "N", value_parser = number)]
    pub(super) depth: Option<u64>,
    /// Memory of the whole program, as in `500M` (bytes)
    #[arg(long, value_name = "BYTES", value_parser = number)]
    pub(super) memory: Option<u64>,
    /// Time that the search may take, as in `30s` or `5m`: how far it comes depends on the machine
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(super) time: Option<Duration>,
    /// Try every choice of every state, also those that cannot show anything new
    #[arg(long)]
    pub(super) no_reduction: bool,
    /// Which states come first: the nearest to the start, or the newest
    #[arg(long, value_name = "bfs|dfs", default_value = "bfs", value_parser = walk)]
    pub(super) order: Direction,
    /// How the result is written: for people, or as one JSON object
    #[arg(long, value_name = "human|json", default_value = "human", value_parser = whole)]
    pub(super) format: Shape,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Save findings as they were found, without making them smaller
    #[arg(long)]
    pub(super) no_shrink: bool,
    /// Where the folder `cases` with the case files goes
    #[arg(short, long, value_name = "DIR", default_value = "cutline-out")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) set: Set,
}

#[derive(Debug, Args)]
pub(super) struct Shrink {
    /// A case file, or any scenario file whose own run breaks a rule
    #[arg(value_name = "CASE")]
    pub(super) path: PathBuf,
    /// Which rule, if the run breaks several; the first that the file names by default
    #[arg(long, value_name = "RULE", value_parser = rule)]
    pub(super) rule: Option<RuleName>,
    /// How many runs it may take
    #[arg(long, value_name = "N", default_value = "20k", value_parser = number)]
    pub(super) runs: u64,
    /// List the simplifications that were tried on the result, and what became of each
    #[arg(long)]
    pub(super) why_minimal: bool,
    /// Where the folder `cases` with the result goes
    #[arg(short, long, value_name = "DIR", default_value = "cutline-out")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// A case file, or any scenario file
    #[arg(value_name = "CASE")]
    pub(super) path: PathBuf,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Trace {
    /// A scenario or case file
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
    /// How much is shown
    #[arg(long, value_name = "protocol|records|all", default_value = "protocol", value_parser = level)]
    pub(super) level: Level,
    /// What is made of it: lines of text, a drawing, a sequence diagram, a trace for a browser's viewer
    #[arg(long, value_name = "text|lanes|svg|mermaid|chrome", default_value = "text", value_parser = format)]
    pub(super) format: Format,
    /// A space-time chart in text, one column per task: the same as `--format lanes`
    #[arg(long, conflicts_with = "format")]
    pub(super) lanes: bool,
    /// Only these steps of a picture, as in `40..90`
    #[arg(long, value_name = "A..B", value_parser = seeds)]
    pub(super) steps: Option<Range<u64>>,
    /// The run that `check` makes of this seed, in place of the file's own run
    #[arg(long, value_name = "N", value_parser = number)]
    pub(super) seed: Option<u64>,
    /// The policy with which `check` makes the run of a seed
    #[arg(long, value_name = "portfolio|random|pct|swarm|timed", default_value = "portfolio", value_parser = policy)]
    #[arg(requires = "seed")]
    pub(super) policy: Strategy,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) set: Set,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// For which shell
    #[arg(value_name = "bash|zsh|fish|elvish|powershell", hide_possible_values = true)]
    pub(super) shell: clap_complete::Shell,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Of this verb; the page of the program by default
    #[arg(value_name = "VERB")]
    pub(super) verb: Option<String>,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

impl Verb {
    /// The file that the result goes to, if it is not stdout.
    pub(super) fn output(&self) -> Option<&Path> {
        match self {
            Self::Run(args) => args.output.as_deref(),
            Self::Check(args) => args.report.as_deref(),
            Self::Explore(args) => args.report.as_deref(),
            Self::Replay(args) => args.output.as_deref(),
            Self::Trace(args) => args.output.as_deref(),
            Self::Completions(args) => args.output.as_deref(),
            Self::Man(args) => args.output.as_deref(),
            _ => None,
        }
    }

    /// Whether what it writes is a text of verdicts; else it is written as it is.
    pub(super) fn is_for_people(&self) -> bool {
        match self {
            Self::Run(args) => args.format == Shape::Human,
            Self::Check(args) => args.format == Shape::Human,
            Self::Explore(args) => args.format == Shape::Human,
            Self::Trace(_) | Self::Completions(_) | Self::Man(_) => false,
            _ => true,
        }
    }
}

/// How a result is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// For people.
    Human,
    /// One object at the end.
    Json,
    /// An object a line, as things happen.
    JsonLines,
    /// XML as test runners write it.
    JUnit,
}

fn shape(text: &str) -> Result<Shape, String> {
    match text {
        "human" => Ok(Shape::Human),
        "json" => Ok(Shape::Json),
        "jsonl" => Ok(Shape::JsonLines),
        "junit" => Ok(Shape::JUnit),
        _ => Err("formats are human, json, jsonl, junit".to_owned()),
    }
}

/// The shape of a result that is known at the end only.
fn whole(text: &str) -> Result<Shape, String> {
    match shape(text) {
        Ok(shape @ (Shape::Human | Shape::Json)) => Ok(shape),
        Ok(Shape::JsonLines | Shape::JUnit) | Err(_) => Err("formats are human, json".to_owned()),
    }
}

fn color(text: &str) -> Result<ColorChoice, String> {
    match text {
        "auto" => Ok(ColorChoice::Auto),
        "always" => Ok(ColorChoice::Always),
        "never" => Ok(ColorChoice::Never),
        _ => Err("choices are auto, always, never".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// For example `exactly-once`, `min-pause`, `CHECKPOINT_EXPIRED`, `align`, `R30`, or a group such as `knobs`
    #[arg(value_name = "WHAT")]
    pub(super) what: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// A folder, or one file; `scenarios` by default, or the current folder if there is none
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    /// Show each expectation
    #[arg(long)]
    pub(super) expect: bool,
}

#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Scenario files, and folders with all `*.ron` files below them
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// What the file is called; `.ron` is added if it is missing. The name of the template by default
    #[arg(value_name = "NAME")]
    pub(super) name: Option<PathBuf>,
    /// What it begins with
    #[arg(short, long, default_value = "recovery", value_parser = templates())]
    pub(super) template: String,
}

fn templates() -> PossibleValuesParser {
    PossibleValuesParser::new(TEMPLATES.map(|template| template.0))
}

/// `100k` or `5000..6000`.
fn seeds(text: &str) -> Result<Range<u64>, String> {
    let range = match text.split_once("..") {
        Some((start, end)) => number(start)?..number(end)?,
        None => 0..number(text)?,
    };
    if range.is_empty() { Err("there is no seed in it".to_owned()) } else { Ok(range) }
}

/// `1500`, `100k`, `2M`, `1_000`, `0x2a7`.
fn number(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    let parsed = match plain.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => {
            let (digits, unit) = match plain.strip_suffix(['k', 'K']) {
                Some(digits) => (digits, 1_000),
                None => plain.strip_suffix('M').map_or((plain.as_str(), 1), |digits| (digits, 1_000_000)),
            };
            digits.parse::<u64>().ok().and_then(|digits| digits.checked_mul(unit))
        }
    };
    parsed.ok_or_else(|| "write a number such as 1500, 100k, 2M or 0x2a7".to_owned())
}

fn walk(text: &str) -> Result<Direction, String> {
    match text {
        "bfs" => Ok(Direction::Breadth),
        "dfs" => Ok(Direction::Depth),
        _ => Err("orders are bfs (breadth first), dfs (depth first)".to_owned()),
    }
}

/// What is made of a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Format {
    /// One line an event.
    Text,
    /// A picture.
    Picture(Picture),
}

fn format(text: &str) -> Result<Format, String> {
    match Picture::named(text) {
        Some(picture) => Ok(Format::Picture(picture)),
        None if text == "text" => Ok(Format::Text),
        None => Err("formats are text, lanes, svg, mermaid, chrome".to_owned()),
    }
}

fn rule(text: &str) -> Result<RuleName, String> {
    let words = || RuleName::ALL.map(RuleName::word).join(", ");
    RuleName::named(text).ok_or_else(|| format!("rules are {}", words()))
}

fn policy(text: &str) -> Result<Strategy, String> {
    Strategy::named(text).ok_or_else(|| "policies are portfolio, random, pct, swarm, timed".to_owned())
}

fn level(text: &str) -> Result<Level, String> {
    Level::named(text).ok_or_else(|| "levels are protocol, records, all".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_first_screen_names_every_verb() {
        let command = Cli::command();
        for verb in command.get_subcommands() {
            assert!(HELP.contains(&format!("\n  {} ", verb.get_name())), "{}", verb.get_name());
        }
    }

    #[test]
    fn numbers_may_have_units() {
        for (text, expected) in [("7", 7), ("100k", 100_000), ("2M", 2_000_000), ("1_000", 1_000), ("0x2a7", 0x2A7)] {
            assert_eq!(number(text), Ok(expected));
        }
        for wrong in ["", "k", "-1", "1.5", "10 k", "0x", "99999999999999999999", "20000000000000M"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
        assert_eq!(seeds("1k"), Ok(0..1_000));
        assert_eq!(seeds("5..0x10"), Ok(5..16));
        assert!(seeds("0").is_err() && seeds("7..7").is_err() && seeds("..").is_err());
    }
}
