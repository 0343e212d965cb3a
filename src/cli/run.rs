//! `run`: makes the run of each file and judges it.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPoolBuilder;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;

use super::args::{Run, Shape};
use super::files::{File, read_each};
use super::junit::{Again, Suite, junit};
use super::output::Output;
use super::{Answer, Exit, Refusal, interrupt, progress, say};
use crate::explore::{Evidence, Standing, Status, judge_until};
use crate::oracle::expect::Verdict;
use crate::report::{Subject, command, detail, lines, machine};
use crate::run::Keep;

pub(super) fn run(args: &Run, quiet: bool, output: &Output) -> Result<Answer, Refusal> {
    interrupt::listen();
    let start = progress::now();
    let mut files = match read_each(&args.paths, &args.set) {
        Ok(files) => files,
        Err(bad) => return bad.answer(machine::RUN, args.format),
    };
    for file in &mut files {
        file.plan.seed = args.seed.unwrap_or(file.plan.seed);
        file.plan.stop = args.until.or(file.plan.stop);
    }
    let files = files;
    let is_one = matches!(args.paths.as_slice(), [path] if !path.is_dir());
    let how = How {
        shape: args.format,
        detail: is_one || (args.verbose && !quiet),
        quiet,
        fail_fast: args.fail_fast,
        names: lines::names(files.iter().map(|file| &*file.plan.name), output.told),
        width: output.width,
    };
    if args.format == Shape::JsonLines {
        output.plain(&machine::record(machine::RUN, "started", &Started { files: files.len() }));
    }
    let pool = ThreadPoolBuilder::new().num_threads(args.jobs.map_or(0, usize::from)).build();
    let pool = pool.map_err(|error| Refusal::new(Exit::Fault, format!("no threads can be started: {error}\n")))?;
    let done = if is_one {
        files.iter().map(|file| how.one(file).map(Some)).collect()
    } else {
        pool.install(|| how.all(&files))
    };
    let done: Vec<Option<Done>> = done.into_iter().collect::<Result<_, _>>()?;
    let results: Vec<Status> = done.iter().flatten().map(|done| done.status).collect();
    let not_run = files.len() - results.len();
    let worst = worst(&results, not_run);
    let measured = machine::Measured {
        seconds: start.elapsed().as_secs_f64(),
        cores: pool.current_num_threads(),
        ..Default::default()
    };
    let mut text = match args.format {
        Shape::Human => {
            let mut text: String = done.iter().flatten().map(|done| done.text.as_str()).collect();
            match files.as_slice() {
                [file] if is_one && !quiet => say(&format!("look at it: {}\n", command("trace", &file.path))),
                _ if is_one => {}
                _ => text.push_str(&lines::summary(&results, not_run)),
            }
            text
        }
        Shape::JUnit => {
            let (with, of_seed) = (again(args), args.set.text());
            let again = Again { verb: "run", with: &with, of_seed: &of_seed, own: None };
            let suites = files.iter().zip(&done).map(|(file, done)| match done {
                Some(Done { machine: Some(scenario), .. }) => Suite::run(scenario, again),
                _ => Suite::not_run(&file.plan.name, &file.path, interrupt::requested()),
            });
            junit(&suites.collect::<Vec<_>>())
        }
        Shape::Json | Shape::JsonLines => {
            let lines = args.format == Shape::JsonLines;
            let scenarios: Vec<machine::Scenario> =
                done.into_iter().flatten().filter_map(|done| done.machine).map(|scenario| *scenario).collect();
            let mut text = String::new();
            if lines {
                scenarios.iter().for_each(|it| text.push_str(&machine::record(machine::RUN, "scenario", it)));
            }
            let whole = machine::Run {
                schema: machine::RUN,
                version: env!("CARGO_PKG_VERSION"),
                status: machine::status(worst.unwrap_or(Status::Inconclusive)),
                interrupted: interrupt::requested(),
                scenarios: if lines { Vec::new() } else { scenarios },
                not_run,
                measured,
            };
            text.push_str(&if lines {
                machine::finished(machine::RUN, &whole, "scenarios")
            } else {
                machine::json(&whole)
            });
            text
        }
    };
    if interrupt::requested() && args.format == Shape::Human {
        text.push_str("INTERRUPTED\n");
    }
    Ok(Answer { text, exit: worst.map_or(Exit::Nothing, Exit::from).unless_interrupted() })
}

/// What the files come to. What was not run has not passed; none of them: there is nothing to say.
fn worst(results: &[Status], not_run: usize) -> Option<Status> {
    let open = (not_run > 0).then_some(Status::Inconclusive);
    results.iter().copied().chain(open).max()
}

/// The arguments that make the same runs of another path.
fn again(args: &Run) -> String {
    let seed = args.seed.map(|seed| format!(" --seed {seed:#x}")).unwrap_or_default();
    let until = args.until.map(|until| format!(" --until {}us", until.0)).unwrap_or_default();
    format!("{seed}{until}{}", args.set.text())
}

#[derive(Serialize)]
pub(super) struct Started {
    pub(super) files: usize,
}

/// How files are run, and what is made of it.
struct How {
    shape: Shape,
    /// Whether everything about each file is shown.
    detail: bool,
    quiet: bool,
    fail_fast: bool,
    /// The letters that names get.
    names: usize,
    width: usize,
}

/// A file that was run.
struct Done {
    status: Status,
    text: String,
    machine: Option<Box<machine::Scenario>>,
}

impl How {
    /// All files, in their order. Without those after the first failure, if that is wanted; without those that there was
    /// no time for.
    fn all(&self, files: &[File]) -> Vec<Result<Option<Done>, Refusal>> {
        let first_failure = AtomicUsize::new(usize::MAX);
        let done: Vec<_> = files
            .par_iter()
            .enumerate()
            .map(|(number, file)| {
                if interrupt::requested() || number > first_failure.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                let done = self.one(file)?;
                if self.fail_fast && done.status == Status::Violated {
                    first_failure.fetch_min(number, Ordering::Relaxed);
                }
                Ok(Some(done))
            })
            .collect();
        // What was run beyond it on another core is not shown: the result is that of one core.
        let last = first_failure.into_inner();
        done.into_iter().enumerate().map(|(number, done)| if number > last { Ok(None) } else { done }).collect()
    }

    fn one(&self, file: &File) -> Result<Done, Refusal> {
        let keep = Keep { trace: true, actions: false };
        let judgement = judge_until(&file.plan, keep, &interrupt::requested).map_err(|fault| {
            let Refusal { message, exit } = fault.into();
            Refusal::new(exit, format!("{}: {message}", file.path))
        })?;
        let subject = file.subject();
        annotate(&subject, &judgement.evidence);
        let (status, mut machine) = (judgement.status(), None);
        let text = match self.shape {
            Shape::Human if self.detail && self.quiet => detail::last(&subject, &judgement),
            Shape::Human if self.quiet => String::new(),
            Shape::Human if self.detail => detail::detail(&subject, &judgement, self.width),
            Shape::Human => lines::line(&subject, &judgement, self.names),
            Shape::Json | Shape::JsonLines | Shape::JUnit => {
                machine = Some(Box::new(machine::scenario(&subject, &judgement)));
                String::new()
            }
        };
        Ok(Done { status, text, machine })
    }
}

/// In a workflow of GitHub, marks the lines of expectations that failed, and the files of rules that are violated.
pub(super) fn annotate(subject: &Subject<'_>, evidence: &Evidence) {
    if std::env::var_os("GITHUB_ACTIONS").is_none() {
        return;
    }
    let verdicts = evidence.tally.verdicts().into_iter().zip(&subject.places).zip(&subject.expectations);
    for ((verdict, (line, column)), expectation) in verdicts {
        if let Verdict::Failed { why, .. } = verdict {
            say(&format!("::error file={},line={line},col={column}::{expectation}: {why}\n", subject.path));
        }
    }
    for (rule, broken) in evidence.broken(Standing::Failure) {
        say(&format!("::error file={}::{}: {}\n", subject.path, rule.word(), broken.violation.detail));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_run_has_not_passed() {
        use Status::{Holds, Inconclusive, Violated};
        for (results, not_run, expected) in [
            (vec![Holds, Holds], 0, Some(Holds)),
            (vec![Holds], 1, Some(Inconclusive)),
            (vec![], 2, Some(Inconclusive)),
            (vec![Holds, Violated], 3, Some(Violated)),
            (vec![Holds, Inconclusive], 0, Some(Inconclusive)),
            (vec![], 0, None),
        ] {
            assert_eq!(worst(&results, not_run), expected, "{results:?} and {not_run} not run");
        }
    }
}
