//! What may be written on the command line.
//!
//! | file | holds the arguments of |
//! | --- | --- |
//! | here | every verb |
//! | [`start`] | `init`, `run` |
//! | [`find`] | `check`, `explore`, `shrink`, `replay` |
//! | [`look`] | `trace`, `explain`, `list`, `validate`, `completions`, `man` |
//! | [`value`] | what the words and numbers in them stand for |

mod find;
mod look;
mod start;
mod value;

use std::path::{Path, PathBuf};
use std::slice;

use anstream::ColorChoice;
use clap::{Args, Parser, Subcommand};

use super::Exit;
use super::progress::Shown;
use crate::report::command::quoted;

pub(super) use find::{Check, Explore, Find, Replay, Shrink};
pub(super) use look::{Completions, Explain, List, Man, Trace, Validate};
pub(super) use start::{Init, Run};
pub(super) use value::{Format, Numbered, Shape, short, typed};
use value::{color, progress, setting};

pub(super) const HELP: &str = "\
{about}

Usage: cutline <VERB> [OPTIONS] PATH...

Start
  init [NAME]      Write a commented scenario to begin with; never over a file that is there
  run PATH...      Make the run of each scenario file and judge it; a folder stands for all files below it

Find bugs
  check PATH...    Make many runs, timed and drawn ones in turn; save a case file of each finding
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
    #[arg(long, global = true, value_name = "auto|always|never", default_value = "auto", value_parser = color(), hide_possible_values = true)]
    pub(super) color: ColorChoice,
    /// How far long work is, on stderr: a line that is drawn again, or a line every ten seconds; `auto`: the one on a
    /// terminal, the other elsewhere
    #[arg(long, global = true, value_name = "auto|bar|counter|none", default_value = "auto", value_parser = progress(), hide_possible_values = true)]
    pub(super) progress: Shown,
    /// Exit with 0, and not 1, if a rule or an expectation is broken: the result says it
    #[arg(long, global = true)]
    pub(super) exit_zero: bool,
    /// Exit with 0, and not 3, if something could not be decided
    #[arg(long, global = true)]
    pub(super) allow_incomplete: bool,
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
    /// A case file of each broken rule, and of each expectation that a run does not meet, is saved: the scenario with the
    /// steps of the lowest seed that shows it, both as small as they go. A file with a schedule is judged on that schedule
    /// alone.
    Check(Check),
    /// Try every schedule within the limits of the file
    ///
    /// What breaks a rule, or does not meet an expectation on a path that was judged in full, is saved as a case file, as
    /// small as it goes. If a bound is met before every schedule was covered, the exit code is 3.
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

/// The words of [`Verb`].
pub(super) const VERBS: [&str; 12] = [
    "run",
    "check",
    "explore",
    "shrink",
    "replay",
    "trace",
    "explain",
    "list",
    "validate",
    "init",
    "completions",
    "man",
];

/// Knobs that take the place of those of a file.
#[derive(Debug, Default, Args)]
pub(super) struct Set {
    /// Set a knob, in place of the file: a key of Flink's or its last segments, as in `interval=10s`
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting(), hide_possible_values = true)]
    pub(super) settings: Vec<String>,
}

impl Set {
    /// The same to be typed again, with a blank in front.
    pub(super) fn text(&self) -> String {
        self.settings.iter().map(|setting| format!(" --set {}", quoted(setting))).collect()
    }
}

impl Cli {
    /// The exit code that is wanted for this one.
    pub(super) fn wanted(&self, exit: Exit) -> Exit {
        match exit {
            Exit::Violated if self.exit_zero => Exit::Holds,
            Exit::Inconclusive if self.allow_incomplete => Exit::Holds,
            exit => exit,
        }
    }
}

impl Verb {
    /// The file that the result goes to, if it is not stdout.
    pub(super) fn output(&self) -> Option<&Path> {
        match self {
            Self::Run(args) => args.output.as_deref(),
            Self::Check(args) => args.find.report.as_deref(),
            Self::Explore(args) => args.find.report.as_deref(),
            Self::Replay(args) => args.output.as_deref(),
            Self::Trace(args) => args.output.as_deref(),
            Self::Validate(args) => args.output.as_deref(),
            Self::Completions(args) => args.output.as_deref(),
            Self::Man(args) => args.output.as_deref(),
            _ => None,
        }
    }

    /// What it reads: files, and folders with files below them.
    pub(super) fn inputs(&self) -> &[PathBuf] {
        match self {
            Self::Run(args) => &args.paths,
            Self::Check(args) => &args.paths,
            Self::Explore(args) => slice::from_ref(&args.path),
            Self::Shrink(args) => slice::from_ref(&args.path),
            Self::Replay(args) => slice::from_ref(&args.path),
            Self::Trace(args) => slice::from_ref(&args.path),
            Self::Validate(args) => &args.paths,
            Self::List(args) => args.folder.as_slice(),
            Self::Explain(_) | Self::Init(_) | Self::Completions(_) | Self::Man(_) => &[],
        }
    }

    /// Whether what it writes is a text of verdicts; else it is written as it is.
    pub(super) fn is_for_people(&self) -> bool {
        match self {
            Self::Run(args) => args.format == Shape::Human,
            Self::Check(args) => args.format == Shape::Human,
            Self::Explore(args) => args.format == Shape::Human,
            Self::Shrink(args) => args.format == Shape::Human,
            Self::Replay(args) => args.format == Shape::Human,
            Self::Validate(args) => args.format == Shape::Human,
            Self::List(args) => args.format == Shape::Human,
            Self::Explain(args) => args.format == Shape::Human,
            Self::Trace(_) | Self::Completions(_) | Self::Man(_) => false,
            _ => true,
        }
    }
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
        let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        assert_eq!(verbs, VERBS);
        for verb in command.get_subcommands() {
            assert!(HELP.contains(&format!("\n  {} ", verb.get_name())), "{}", verb.get_name());
        }
    }
}
