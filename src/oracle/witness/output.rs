//! Compares what became visible of each transactional sink with what it writes without failures.

use super::interpreter::Interpreter;
use super::log::{Entry, Fact, Log};
use super::{Claim, Job, Unexplained};
use crate::ids::{Name, PerId, TaskId};
use crate::plan::SinkKind;
use crate::protocol::two_phase::TransactionId;

/// Checks the claims about output at the end of a run, after the kept run was executed.
pub(super) fn check(job: &Job, log: &Log, run: &Interpreter) -> Result<(), Unexplained> {
    every_record_is_written(job, log, run)?;
    let transactional = |task: TaskId| job.tasks[task].sink == Some(SinkKind::TwoPhaseCommit);
    let mut rows: Vec<(TaskId, TransactionId, &Entry)> = (log.entries.iter())
        .filter_map(|entry| match entry.fact {
            Fact::Row { transaction: Some(transaction), .. } => Some((entry.task, transaction, entry)),
            _ => None,
        })
        .collect();
    rows.sort_by_key(|&(task, transaction, _)| (task, transaction));
    let mut visible: PerId<TaskId, usize> = PerId::new(job.tasks.len(), |_| 0);
    // Where numbers are given out again, what was rolled back before that is of another transaction.
    let mut forgotten = 0;
    for entry in &log.entries {
        let task = entry.task;
        match entry.fact {
            Fact::Restarting { .. } if job.reuses_numbers => forgotten = entry.event,
            Fact::Committed { transaction } if transactional(task) => {
                let from = rows.partition_point(|&(of, number, _)| (of, number) < (task, transaction));
                let these = rows[from..].iter().take_while(|&&(of, number, _)| (of, number) == (task, transaction));
                for (_, _, row) in these.filter(|(_, _, row)| row.kept || row.event >= forgotten) {
                    becomes_visible(job, log, run, &mut visible[task], row, entry.event)?;
                }
            }
            Fact::Row { transaction: None, .. } if transactional(task) => {
                becomes_visible(job, log, run, &mut visible[task], entry, entry.event)?;
            }
            _ => {}
        }
    }
    if log.finished && job.commits_all {
        for task in visible.ids().filter(|&task| transactional(task)) {
            if let Some(record) = run.written(task).get(visible[task]) {
                let (who, record_text) = (job.name(task), log.record(job, record.name, record.value));
                let why = format!("the job has finished, but {record_text} of `{who}` is not visible");
                return Err(at_end(Claim::Complete, task, record.name, log, why));
            }
        }
    }
    Ok(())
}

/// A sink writes what it takes, in the same step.
fn every_record_is_written(job: &Job, log: &Log, run: &Interpreter) -> Result<(), Unexplained> {
    let mut written: PerId<TaskId, usize> = PerId::new(job.tasks.len(), |_| 0);
    for entry in log.entries.iter().filter(|entry| entry.kept) {
        let Fact::Row { key, name, value, .. } = entry.fact else { continue };
        let task = entry.task;
        let next = run.written(task).get(written[task]);
        written[task] += 1;
        if next.is_some_and(|record| {
            (record.name, record.value) == (name, value) && key.is_none_or(|key| key == record.key)
        }) {
            continue;
        }
        let without = next.map_or("nothing".to_owned(), |record| log.record(job, record.name, record.value));
        let (who, wrong) = (job.name(task), log.record(job, name, value));
        let why = format!("`{who}` writes {wrong}; by what it took, {without} is the next");
        return Err(Unexplained { claim: Claim::Rows, task, record: Some(name), event: entry.event, why });
    }
    for task in written.ids() {
        if let Some(record) = run.written(task).get(written[task]) {
            let why = format!("`{}` does not write {}", job.name(task), log.record(job, record.name, record.value));
            return Err(at_end(Claim::Rows, task, record.name, log, why));
        }
    }
    Ok(())
}

fn becomes_visible(
    job: &Job,
    log: &Log,
    run: &Interpreter,
    visible: &mut usize,
    row: &Entry,
    event: u64,
) -> Result<(), Unexplained> {
    let Fact::Row { name, value, .. } = row.fact else { unreachable!("only rows become visible") };
    let task = row.task;
    let failing = |claim, why: &str| {
        let why = format!("{} is visible at `{}`, but {why}", log.record(job, name, value), job.name(task));
        Err(Unexplained { claim, task, record: Some(name), event, why })
    };
    if !row.kept {
        return failing(Claim::RolledBack, "it was written after the cut that the job went back to");
    }
    match run.written(task).get(*visible) {
        Some(record) if (record.name, record.value) == (name, value) => {
            *visible += 1;
            Ok(())
        }
        Some(record) => {
            let next = log.record(job, record.name, record.value);
            failing(Claim::Prefix, &format!("without failures {next} is the next"))
        }
        None => failing(Claim::Prefix, "without failures all that the sink writes is visible already"),
    }
}

fn at_end(claim: Claim, task: TaskId, record: Name, log: &Log, why: String) -> Unexplained {
    Unexplained { claim, task, record: Some(record), event: log.events, why }
}
