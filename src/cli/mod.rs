//! The command line. Results go to stdout, everything else to stderr; the exit code says the same in one number.
//!
//! | file | verb |
//! | --- | --- |
//! | [`run`] | `run`: what each file asks for |
//! | [`check`] | `check`: many seeds |
//! | [`explore`] | `explore`: every schedule within bounds |
//! | [`sweep`] | `explore --sweep`: a crash at every step of one schedule |
//! | [`shrink`] | `shrink`: a case as small as it goes |
//! | [`replay`] | `replay`: a pinned schedule, step by step the same |
//! | [`trace`] | `trace`: what happened, one line an event |
//! | [`explain`] | `explain`: what a word means |
//! | [`list`] | `list`: scenarios, what they are about |
//! | [`validate`] | `validate`: what a file means, without a run |
//! | [`init`] | `init`: a scenario to begin with |
//! | [`pages`] | `completions`, `man` |
//! | [`args`] | what may be written |
//! | [`files`] | paths to plans |
//! | [`unreadable`] | what a command says whose files are wrong |
//! | [`watch`] | progress of a search, and its bounds on time and memory |
//! | [`case`] | case files |
//! | [`output`] | what becomes of a result: colours, lines that fit, what could not be written |
//! | [`target`] | stdout, a file that is complete when it has its name, a pipe or a device |
//! | [`help`] | how help is shown, and what is wrong with arguments |
//! | [`mistyped`] | what may have been meant by wrong arguments |
//! | [`paint`] | colours |
//! | [`junit`] | JUnit XML |
//! | [`mod@progress`] | how far a campaign is; the wall clock |
//! | [`interrupt`] | Ctrl-C |
//!
//! A verb returns its text and its code; what it writes before its end goes through [`output`].

mod args;
mod case;
mod check;
mod explain;
mod explore;
mod files;
mod help;
mod init;
mod interrupt;
mod junit;
mod list;
mod mistyped;
mod output;
mod pages;
mod paint;
mod progress;
mod replay;
mod run;
mod shrink;
mod sweep;
mod target;
mod trace;
mod unreadable;
mod validate;
mod watch;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::FromArgMatches;

use crate::explore::{Fault, Status};
use args::{Cli, Verb};
use output::Output;

/// Exit codes: a part of the interface.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Exit {
    /// Everything asked for holds.
    Holds = 0,
    /// A rule or an expectation is violated.
    Violated = 1,
    /// The arguments or a file are wrong, and nothing ran; or the result cannot be written.
    Usage = 2,
    /// Something could not be decided.
    Inconclusive = 3,
    /// There is nothing to run.
    Nothing = 4,
    /// The program itself is at fault.
    Fault = 70,
    /// Somebody did not want more.
    Interrupted = 130,
}

impl Exit {
    /// The code of work that may have been interrupted.
    fn unless_interrupted(self) -> Self {
        if interrupt::requested() { Self::Interrupted } else { self }
    }
}

impl From<Status> for Exit {
    fn from(status: Status) -> Self {
        match status {
            Status::Holds => Self::Holds,
            Status::Inconclusive => Self::Inconclusive,
            Status::Violated => Self::Violated,
        }
    }
}

/// What a verb has to say.
struct Answer {
    /// For stdout.
    text: String,
    exit: Exit,
}

/// Why a verb has no answer; the message has its own lines and goes to stderr.
struct Refusal {
    message: String,
    exit: Exit,
}

impl Refusal {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { message: message.into(), exit }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let message = format!(
            "fault of cutline itself, not of what it runs:\n{fault}\ncutline {version}; please report this with the scenario file\n"
        );
        Self::new(Exit::Fault, message)
    }
}

/// Reads the arguments, does what they say, and returns the exit code.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let parsed = help::parser(&arguments).try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let error = mistyped::explained(error, &arguments);
            // Help that nobody reads is no failure; help that finds no room is one.
            if let Err(trouble) = error.print().and_then(|()| std::io::stdout().flush())
                && !error.use_stderr()
                && trouble.kind() != std::io::ErrorKind::BrokenPipe
            {
                return refused(&target::unwritable("stdout", &trouble));
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8));
        }
    };
    cli.progress.choose();
    let output = match Output::open(&cli) {
        Ok(output) => output,
        Err(refusal) => return refused(&refusal),
    };
    // Runs have their own guard, which names the seed; this one is for everything around them.
    let answer = catch_unwind(AssertUnwindSafe(|| answer(&cli, &output)));
    match answer.unwrap_or_else(|_| Err(Refusal::new(Exit::Fault, "fault of cutline itself, see above\n"))) {
        Ok(answer) => {
            if cli.verb.is_for_people() {
                output.text(&answer.text);
            } else {
                output.plain(&answer.text);
            }
            match output.finish() {
                Ok(()) => ExitCode::from(cli.wanted(answer.exit) as u8),
                Err(refusal) => refused(&refusal),
            }
        }
        Err(refusal) => {
            // Whatever it has found before its trouble is complete; a refusal to begin has found nothing.
            let finished = match refusal.exit {
                Exit::Violated | Exit::Interrupted => output.finish(),
                _ => {
                    output.abandon();
                    Ok(())
                }
            };
            finished.map_or_else(|refusal| refused(&refusal), |()| refused(&refusal))
        }
    }
}

fn refused(refusal: &Refusal) -> ExitCode {
    say(&refusal.message);
    ExitCode::from(refusal.exit as u8)
}

fn answer(cli: &Cli, output: &Output) -> Result<Answer, Refusal> {
    let (quiet, silent) = (cli.quiet > 0, cli.quiet > 1);
    match &cli.verb {
        Verb::Run(args) => run::run(args, quiet, output),
        Verb::Check(args) => check::check(args, quiet, silent, output),
        Verb::Explore(args) if args.sweep => sweep::explore(args, quiet, output),
        Verb::Explore(args) => explore::explore(args, quiet, output),
        Verb::Shrink(args) => shrink::shrink(args, quiet),
        Verb::Replay(args) => replay::replay(args, quiet, output.width),
        Verb::Trace(args) => trace::trace(args, quiet, cli.color, output),
        Verb::Explain(args) => explain::explain(args),
        Verb::List(args) => list::list(args, quiet),
        Verb::Validate(args) => validate::validate(args, quiet),
        Verb::Init(args) => init::init(args, quiet),
        Verb::Completions(args) => Ok(pages::completions(args)),
        Verb::Man(args) => pages::man(args),
    }
}

/// Writes to stderr, if somebody listens.
fn say(message: &str) {
    let _ = anstream::stderr().lock().write_all(message.as_bytes());
}
