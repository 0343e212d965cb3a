//! Moments, faults, and what people do.

use super::config::checkpoint;
use super::job::{self, Job};
use crate::ids::{Id, ManagerId, TaskId};
use crate::plan::{Ask, Fault, Manager, Moment, Phase, RandomFaults, User, VertexKind};
use crate::protocol::JobStatus;
use crate::scenario::read::{Raw, Reader};
use crate::scenario::{syntax, words};

/// More random crashes of one run are refused.
const MOST_RANDOM_CRASHES: u32 = 10_000;

/// `faults`.
pub(super) fn faults<'a>(r: &mut Reader<'a>, job: &Job, managers: &[Manager], raw: Raw<'a>) -> Vec<Fault> {
    r.list(raw).into_iter().filter_map(|raw| fault(r, job, managers, raw)).collect()
}

fn fault<'a>(r: &mut Reader<'a>, job: &Job, managers: &[Manager], raw: Raw<'a>) -> Option<Fault> {
    match r.parts(raw)? {
        syntax::Fault::Crash { task, at } => {
            let task = job.task(r, task);
            let at = fault_moment(r, job, at, task.map_or(Own::Unknown, Own::Task));
            Some(Fault::Crash { task: task?, at: at? })
        }
        syntax::Fault::CrashManager { manager, at } => {
            let manager = self::manager(r, managers, manager);
            let at = fault_moment(r, job, at, Own::Nobody);
            Some(Fault::CrashManager { manager: manager?, at: at? })
        }
        syntax::Fault::Slow { task, factor, from: from_at, until: until_at } => {
            let task = job.task(r, task);
            let thousandths = r.thousandths(factor, 1_000..=u32::MAX);
            let (from, until) = (r.duration(from_at), r.duration(until_at));
            if let (Some(from), Some(until)) = (from, until)
                && from >= until
            {
                r.error(until_at, "reversed-range", "the slow time ends before it begins");
            }
            Some(Fault::Slow { task: task?, thousandths: thousandths?, from: from?, until: until? })
        }
    }
}

/// `user`.
pub(super) fn user<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>) -> Vec<User> {
    let one = |r: &mut Reader<'a>, raw: Raw<'a>| {
        let (ask, at) = match r.parts(raw)? {
            syntax::User::Checkpoint { at } => (Ask::Checkpoint, at),
            syntax::User::Cancel { at } => (Ask::Cancel, at),
            syntax::User::Start { at } => (Ask::Start, at),
        };
        Some(User { ask, at: fault_moment(r, job, at, Own::Nobody)? })
    };
    r.list(raw).into_iter().filter_map(|raw| one(r, raw)).collect()
}

/// Without `task_managers` there is one, called `tm`.
fn manager<'a>(r: &mut Reader<'a>, managers: &[Manager], raw: Raw<'a>) -> Option<ManagerId> {
    let name = job::name(r, raw)?;
    if managers.is_empty() && name == "tm" {
        return Some(ManagerId(0));
    }
    let found = managers.iter().position(|manager| manager.name == name).map(ManagerId::at);
    if found.is_none() {
        let diagnostic = r.error(raw, "unknown-manager", format!("no TaskManager is called `{name}`"));
        if managers.is_empty() {
            diagnostic.help("without `task_managers` there is one, called `tm`");
        } else {
            diagnostic.suggest(&name, managers.iter().map(|manager| manager.name.as_str()));
        }
    }
    found
}

/// Whose moment is meant where a moment names no task.
#[derive(Clone, Copy)]
pub(super) enum Own {
    /// The task of the fault or check around it.
    Task(TaskId),
    /// There is such a task, but nobody knows which: that was reported already.
    Unknown,
    /// Nobody's.
    Nobody,
}

/// When a fault strikes, or a person does something: not when all is over.
fn fault_moment<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>, own: Own) -> Option<Moment> {
    let moment = moment(r, job, raw, own)?;
    if moment == Moment::End {
        r.error(raw, "impossible-moment", "nothing can happen when the run is over");
        return None;
    }
    if moment == Moment::Job(JobStatus::Running) {
        r.error(raw, "impossible-moment", "the job runs from the start of the run")
            .help("a restart is `Job(Restarting)`, what a task reads then `Restore(task: \"name\", n: 1)`");
        return None;
    }
    Some(moment)
}

/// A moment.
pub(super) fn moment<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>, own: Own) -> Option<Moment> {
    match r.parts(raw)? {
        syntax::Moment::Barrier { checkpoint: id, phase: phase_at, task } => {
            let task = task_of_moment(r, job, raw, task, own);
            let (id, phase) = (checkpoint(r, id), r.word(phase_at, &words::PHASES));
            let (task, checkpoint, phase) = (task?, id?, phase?);
            let is_source = matches!(job.vertex_of(task).kind, VertexKind::Source { .. });
            if is_source && matches!(phase, Phase::FirstBarrier | Phase::Aligned) {
                let message = format!("`{}` is a source: no barrier comes to it", job.task_name(task));
                r.error(phase_at, "impossible-moment", message)
                    .help("the coordinator triggers sources; the first phase of a source is `AfterSnapshot`");
            }
            Some(Moment::Barrier { task, checkpoint, phase })
        }
        syntax::Moment::Record { n, when, task } => {
            let task = task_of_moment(r, job, raw, task, own);
            let (n, before) = (r.number(n, 1..=u64::MAX), r.word(when, &words::SIDES));
            Some(Moment::Record { task: task?, n: n?, before: before? })
        }
        syntax::Moment::Trigger { checkpoint: id } => checkpoint(r, id).map(Moment::Trigger),
        syntax::Moment::Complete { checkpoint: id } => checkpoint(r, id).map(Moment::Complete),
        syntax::Moment::Restore { n, task } => {
            let task = task_of_moment(r, job, raw, task, own);
            let n = r.small(n, 1..=u32::MAX);
            Some(Moment::Restore { task: task?, n: n? })
        }
        syntax::Moment::Job(status) => r.word(status, &words::JOB_STATUSES).map(Moment::Job),
        syntax::Moment::Time(at) => r.duration(at).map(Moment::Time),
        syntax::Moment::End => Some(Moment::End),
    }
}

fn task_of_moment<'a>(r: &mut Reader<'a>, job: &Job, moment: Raw<'a>, named: Raw<'a>, own: Own) -> Option<TaskId> {
    match (named.given(), own) {
        (Some(named), _) => job.task(r, named),
        (None, Own::Task(own)) => Some(own),
        (None, Own::Unknown) => None,
        (None, Own::Nobody) => {
            r.error(moment, "missing", "whose moment is it?").help("add `task: \"name\"` to it");
            None
        }
    }
}

/// `random_faults`.
pub(super) fn random_faults<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>) -> Option<RandomFaults> {
    let written: syntax::RandomFaults<'a> = r.parts(raw)?;
    let any = |r: &mut Reader<'a>, raw: Raw<'a>| r.small(raw, 0..=MOST_RANDOM_CRASHES);
    let (at_least, at_most) = match r.parts(written.crashes)? {
        syntax::Crashes::Exactly(n) => {
            let n = any(r, n)?;
            (n, n)
        }
        syntax::Crashes::Between(least, most) => (any(r, least)?, any(r, most)?),
    };
    if at_least > at_most {
        r.error(written.crashes, "reversed-range", format!("there is no number from {at_least} to {at_most}"));
    }
    let (from_at, until_at): (Raw<'a>, Raw<'a>) = r.read(written.within)?;
    let (from, until) = (r.duration(from_at), r.duration(until_at));
    let within = (from?, until?);
    if within.0 > within.1 {
        r.error(written.within, "reversed-range", "the time ends before it begins").help(format!(
            "write ({}, {})",
            until_at.get(),
            from_at.get()
        ));
    }
    let mut tasks: Vec<TaskId> = Vec::new();
    for raw in r.list(written.tasks) {
        tasks.extend(job.tasks(r, raw).unwrap_or_default());
    }
    tasks.sort_unstable();
    tasks.dedup();
    Some(RandomFaults { at_least, at_most, tasks, within })
}
