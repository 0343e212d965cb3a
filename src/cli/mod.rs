//! The command line. Results go to stdout, everything else to stderr; the exit code says the same in one number.
//!
//! | file | verb |
//! | --- | --- |
//! | [`run`] | `run`: what each file asks for |
//! | [`check`] | `check`: many seeds |
//! | [`explore`] | `explore`: every schedule within bounds |
//! | [`replay`] | `replay`: a pinned schedule, step by step the same |
//! | [`trace`] | `trace`: what happened, one line an event |
//! | [`list`] | `list`: scenarios, what they are about |
//! | [`validate`] | `validate`: what a file means, without a run |
//! | [`init`] | `init`: a scenario to begin with |
//! | [`args`] | what may be written |
//! | [`files`] | paths to plans |
//! | [`case`] | case files |
//!
//! A verb returns its text and its code; nothing is printed from the middle of one.

mod args;
mod case;
mod check;
mod explore;
mod files;
mod init;
mod list;
mod replay;
mod run;
mod trace;
mod validate;

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use crate::explore::{Fault, Status};
use args::{Cli, Verb};

/// Exit codes: a part of the interface.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Exit {
    /// Everything asked for holds.
    Holds = 0,
    /// A rule or an expectation is violated.
    Violated = 1,
    /// The arguments or a file are wrong; nothing ran.
    Usage = 2,
    /// Something could not be decided.
    Inconclusive = 3,
    /// There is nothing to run.
    Nothing = 4,
    /// The program itself is at fault.
    Fault = 70,
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
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8));
        }
    };
    // Runs have their own guard, which names the seed; this one is for everything around them.
    let answer = catch_unwind(AssertUnwindSafe(|| answer(&cli)));
    let exit = match answer.unwrap_or_else(|_| Err(Refusal::new(Exit::Fault, "fault of cutline itself, see above\n"))) {
        Ok(answer) => {
            // A reader that has seen enough closes the pipe; that changes nothing about the result.
            let mut stdout = io::stdout().lock();
            let _ = stdout.write_all(answer.text.as_bytes()).and_then(|()| stdout.flush());
            answer.exit
        }
        Err(refusal) => {
            say(&refusal.message);
            refusal.exit
        }
    };
    ExitCode::from(exit as u8)
}

fn answer(cli: &Cli) -> Result<Answer, Refusal> {
    match &cli.verb {
        Verb::Run(args) => run::run(args, cli.quiet),
        Verb::Check(args) => check::check(args, cli.quiet),
        Verb::Explore(args) => explore::explore(args, cli.quiet),
        Verb::Replay(args) => replay::replay(args, cli.quiet),
        Verb::Trace(args) => trace::trace(args),
        Verb::List(args) => list::list(args, cli.quiet),
        Verb::Validate(args) => validate::validate(args, cli.quiet),
        Verb::Init(args) => init::init(args, cli.quiet),
    }
}

/// Writes to stderr, if somebody listens.
fn say(message: &str) {
    let _ = io::stderr().lock().write_all(message.as_bytes());
}
