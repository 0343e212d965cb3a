//! Expectations: what must, may and must not be seen.

use super::config::checkpoint;
use super::fault::{Own, moment};
use super::job::Job;
use crate::ids::{CheckpointId, VertexId};
use crate::plan::{Amount, Check, CheckpointStatus, Expectation, RuleName, VertexKind};
use crate::protocol::FailureReason;
use crate::scenario::read::{Raw, Reader};
use crate::scenario::{syntax, words};

/// An element of `expect`. A bare check means that it holds always.
pub(super) fn expectation<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>) -> Option<Expectation> {
    let written: syntax::Check<'a> = r.parts(raw)?;
    Some(match written {
        syntax::Check::Always(raw) => Expectation::Always(read_check(r, job, raw)?),
        syntax::Check::Never(raw) => Expectation::Never(read_check(r, job, raw)?),
        syntax::Check::Sometimes(raw) => Expectation::Sometimes(read_check(r, job, raw)?),
        syntax::Check::Violates { rule } => Expectation::Violates(self::rule(r, rule)?),
        bare => Expectation::Always(check(r, job, raw, bare)?),
    })
}

fn read_check<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>) -> Option<Check> {
    let written = r.parts(raw)?;
    check(r, job, raw, written)
}

fn check<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>, written: syntax::Check<'a>) -> Option<Check> {
    use syntax::Check as Written;
    Some(match written {
        Written::Always(_) | Written::Never(_) | Written::Sometimes(_) | Written::Violates { .. } => {
            r.error(raw, "nested-expectation", format!("`{}` must stand outermost", raw.head()));
            return None;
        }
        Written::Job(status) => Check::Job(r.word(status, &words::JOB_STATUSES)?),
        Written::At(at, inner) => self::at(r, job, at, inner)?,
        Written::State { task, is, key } => {
            let task = job.task(r, task);
            let key = key.given().map(|key| r.integer(key));
            let is = r.integer(is);
            Check::State { task: task?, key: key.unwrap_or(Some(0)).filter(|_| key.is_some()), is: is? }
        }
        Written::Stored { task, is } => {
            let (task, is) = (job.task(r, task), r.integer(is));
            Check::Stored { task: task?, is: is? }
        }
        Written::Final { op, total } => {
            let (vertex, total) = (job.vertex(r, op), r.integer(total));
            Check::Final { vertex: vertex?, total: total? }
        }
        Written::Checkpoint { id, status, reason: reason_at } => {
            let id = id.given().and_then(|id| checkpoint(r, id));
            let status = r.word(status, &words::CHECKPOINT_STATUSES);
            let reason = reason_at.given().and_then(|reason| self::reason(r, reason));
            if status == Some(CheckpointStatus::Completed) && reason_at.given().is_some() {
                r.error(reason_at, "needless-reason", "a checkpoint that completed has no reason for a failure");
            }
            Check::Checkpoint { id, status: status?, reason }
        }
        Written::Checkpoints(status, count) => {
            let status = r.word(status, &words::CHECKPOINT_STATUSES);
            let count = amount(r, count);
            Check::Checkpoints(status?, count?)
        }
        Written::Retained(count) => Check::Retained(amount(r, count)?),
        Written::Restarts(count) => Check::Restarts(amount(r, count)?),
        Written::Restores { count, from } => {
            let count = amount(r, count);
            let from = from.given().and_then(|from| r.number(from, 0..=u64::MAX).map(CheckpointId));
            Check::Restores { count: count?, from }
        }
        Written::ExactlyOnce { sink } => Check::ExactlyOnce { sink: self::sink(r, job, sink)? },
        Written::Duplicates { sink } => Check::Duplicates { sink: self::sink(r, job, sink)? },
        Written::Output { sink, is } => {
            let (sink, is) = (self::sink(r, job, sink), r.integers(is));
            Check::Output { sink: sink?, is: is? }
        }
        Written::NoLoss { op } => Check::NoLoss { vertex: job.vertex(r, op)? },
        Written::Overcount { op } => Check::Overcount { vertex: job.vertex(r, op)? },
        Written::RestartBecause(cause) if cause.get() == "CheckpointFailures" => Check::FailedByCheckpoints,
        Written::RestartBecause(cause) => {
            r.error(cause, "unknown-word", format!("`{}` is no cause of a restart", cause.get()))
                .help("the only one is `CheckpointFailures`");
            return None;
        }
        Written::Late { op, count } => {
            let (vertex, count) = (job.vertex(r, op), amount(r, count));
            Check::Late { vertex: vertex?, count: count? }
        }
        Written::Explained => Check::Explained,
    })
}

/// A check at a moment. A moment that names no task is one of the task that is checked.
fn at<'a>(r: &mut Reader<'a>, job: &Job, at: Raw<'a>, inner: Raw<'a>) -> Option<Check> {
    let check = read_check(r, job, inner);
    if let Some(Check::At(..)) = check {
        r.error(inner, "nested-expectation", "a moment cannot have another moment");
        return None;
    }
    let own = match &check {
        Some(Check::State { task, .. } | Check::Stored { task, .. }) => Own::Task(*task),
        Some(_) => Own::Nobody,
        None => Own::Unknown,
    };
    let moment = moment(r, job, at, own);
    Some(Check::At(moment?, Box::new(check?)))
}

fn amount<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Amount> {
    let any = |r: &mut Reader<'a>, raw: Raw<'a>| r.number(raw, 0..=u64::MAX);
    Some(match r.parts(raw)? {
        syntax::Amount::Exactly(n) => Amount::Exactly(any(r, n)?),
        syntax::Amount::AtLeast(n) => Amount::AtLeast(any(r, n)?),
        syntax::Amount::AtMost(n) => Amount::AtMost(any(r, n)?),
    })
}

fn sink<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>) -> Option<VertexId> {
    let vertex = job.vertex(r, raw)?;
    if !matches!(job.vertices[vertex].kind, VertexKind::Sink(_)) {
        r.error(
            raw,
            "not-a-sink",
            format!("`{}` is not a sink: it has no output to look at", job.vertices[vertex].name),
        );
        return None;
    }
    Some(vertex)
}

fn rule<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<RuleName> {
    let word = r.text(raw)?;
    let rule = RuleName::named(&word);
    if rule.is_none() {
        let all = RuleName::ALL.into_iter().map(RuleName::word);
        r.error(raw, "unknown-rule", format!("no rule is called `{word}`")).suggest_one_of(&word, all);
    }
    rule
}

fn reason<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<FailureReason> {
    let name = r.text(raw)?;
    let reason = FailureReason::named(&name);
    if reason.is_none() {
        r.error(raw, "unknown-reason", format!("Flink knows no failure reason `{name}`"))
            .suggest(&name, FailureReason::ALL.into_iter().map(FailureReason::name))
            .note("the names are those of CheckpointFailureReason, for example CHECKPOINT_EXPIRED");
    }
    reason
}
