//! `run`: makes the run of each file and judges it.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::args::Run;
use super::files::{File, read_all};
use super::{Answer, Exit, Refusal, say};
use crate::explore::{Fault, Judgement, Status, judge};
use crate::report::{Subject, detail, lines};
use crate::run::Keep;
use crate::scenario;

pub(super) fn run(args: &Run, quiet: bool) -> Result<Answer, Refusal> {
    let files = read_all(&args.paths)?;
    match (files.as_slice(), args.paths.as_slice()) {
        ([file], [path]) if !path.is_dir() => one(file, quiet),
        (files, _) => many(files, quiet),
    }
}

/// Everything about one file.
pub(super) fn one(file: &File, quiet: bool) -> Result<Answer, Refusal> {
    let judgement = judge(&file.plan, Keep { trace: true, actions: false })?;
    let subject = Subject::new(&file.plan, scenario::expectations(&file.plan));
    if quiet {
        return Ok(Answer { text: detail::last(&subject, &judgement), exit: judgement.status().into() });
    }
    say(&format!("look at it: cutline trace {}\n", file.path));
    Ok(Answer { text: detail::detail(&subject, &judgement), exit: judgement.status().into() })
}

/// A line for each file.
fn many(files: &[File], quiet: bool) -> Result<Answer, Refusal> {
    let width = files.iter().map(|file| file.plan.name.chars().count()).max().unwrap_or(0);
    let all: Vec<(Status, String)> =
        files.par_iter().map(|file| line(file, width)).collect::<Vec<_>>().into_iter().collect::<Result<_, _>>()?;
    let results: Vec<Status> = all.iter().map(|(status, _)| *status).collect();
    let mut text = if quiet { String::new() } else { all.into_iter().map(|(_, line)| line).collect() };
    text.push_str(&lines::summary(&results));
    let exit = results.into_iter().max().map_or(Exit::Nothing, Exit::from);
    Ok(Answer { text, exit })
}

fn line(file: &File, width: usize) -> Result<(Status, String), Refusal> {
    let judgement: Result<Judgement, Fault> = judge(&file.plan, Keep { trace: true, actions: false });
    let judgement = judgement.map_err(|fault| {
        let Refusal { message, exit } = fault.into();
        Refusal::new(exit, format!("{}: {message}", file.path))
    })?;
    let subject = Subject::new(&file.plan, scenario::expectations(&file.plan));
    Ok((judgement.status(), lines::line(&subject, &judgement, &file.path, width)))
}
