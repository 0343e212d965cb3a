//! What a run shows of each check, by the facts known at that moment.

use super::facts::Facts;
use super::{End, Seen, upserts};
use crate::ids::{CheckpointId, Name, TaskId, VertexId};
use crate::oracle::{Explanation, reference::Origin};
use crate::plan::{Amount, Check, CheckpointStatus};
use crate::protocol::FailureReason;

/// What is seen of a check now. `around` is the checkpoint that the moment names, `end` what is known at the end only.
pub(super) fn seen(facts: &Facts, check: &Check, around: CheckpointId, end: Option<&End<'_>>) -> Seen {
    match *check {
        Check::Job(status) => holds_if(facts.job == Some(status), || match facts.job {
            Some(other) => format!("the job is {other:?}"),
            None => "the job has no status yet".to_owned(),
        }),
        Check::At(..) => not_judged("a moment within a moment"),
        Check::State { task, key, is } => state(facts, task, key, is),
        Check::Stored { task, is } => stored(facts, task, is, around),
        Check::Final { vertex, total } => last(facts, vertex, total),
        Check::Checkpoint { id, status, reason } => checkpoint(facts, id, status, reason),
        Check::Checkpoints(status, amount) => checkpoints(facts, status, amount),
        Check::Retained(amount) => {
            how_many(amount, facts.retained.len(), ["checkpoint in the store", "checkpoints in the store"])
        }
        Check::Restarts(amount) => how_many(amount, facts.restarts.len(), ["restart", "restarts"]),
        Check::Restores { count, from } => restores(facts, count, from),
        Check::ExactlyOnce { sink } if facts.upserts(sink) => upserts::exactly_once(facts, sink, end),
        Check::ExactlyOnce { sink } => exactly_once(facts, sink, end),
        Check::Duplicates { sink } => {
            let names = visible(facts, sink);
            holds_if_found(facts, compare(facts, sink, &names).surplus, "in its visible output", || {
                format!("no record appears twice in the visible output of {}", vertex_name(facts, sink))
            })
        }
        Check::Output { sink, ref is } => output(facts, sink, is),
        Check::NoLoss { vertex } => no_loss(facts, vertex),
        Check::Overcount { vertex } => {
            let names = absorbed(facts, vertex);
            holds_if_found(facts, compare(facts, vertex, &names).surplus, "in its state", || {
                format!("no record is counted twice in {}", vertex_name(facts, vertex))
            })
        }
        Check::Late { vertex, count } => late(facts, vertex, count),
        Check::FailedByCheckpoints => {
            holds_if(facts.too_many, || "the job was not failed because of its checkpoints".to_owned())
        }
        Check::Explained => match end.and_then(|end| end.explanation) {
            Some(Explanation::Explained { steps }) => Seen::Holds(format!("by a run of {steps} steps")),
            Some(Explanation::Unexplained(unexplained)) => Seen::Fails(unexplained.why.clone()),
            Some(Explanation::NotApplicable) => not_judged("an at-least-once job has no explanation"),
            None => not_judged("no explanation was looked for"),
        },
    }
}

fn holds_if(holds: bool, why: impl FnOnce() -> String) -> Seen {
    if holds { Seen::Holds(String::new()) } else { Seen::Fails(why()) }
}

fn not_judged(why: &str) -> Seen {
    Seen::NotJudged(why.to_owned())
}

fn state(facts: &Facts, task: TaskId, key: Option<i64>, is: i64) -> Seen {
    let (shown, name) = (&facts.shown[task], facts.topology.names.task(task));
    if !shown.lives {
        return Seen::Fails(format!("`{name}` has no state: it is not running"));
    }
    let saw = match key {
        Some(key) if shown.keyed => shown.keys.get(&key).copied().unwrap_or(0),
        Some(_) => shown.view,
        None => shown.total(),
    };
    holds_if(saw == is, || format!("`{name}` shows {saw}"))
}

fn stored(facts: &Facts, task: TaskId, is: i64, around: CheckpointId) -> Seen {
    let Some(id) = around.given().or(facts.completed.last().copied()) else {
        return Seen::Fails("no checkpoint has completed".to_owned());
    };
    let name = facts.topology.names.task(task);
    match facts.stored.get(&(id, task)) {
        Some(&saw) => holds_if(saw == is, || format!("checkpoint {id} holds {saw} of `{name}`")),
        None => Seen::Fails(format!("checkpoint {id} holds nothing of `{name}`")),
    }
}

fn last(facts: &Facts, vertex: VertexId, total: i64) -> Seen {
    if let Some(task) = facts.tasks_of(vertex).find(|&task| !facts.shown[task].lives) {
        return Seen::Fails(format!("`{}` has no state: it is not running", facts.topology.names.task(task)));
    }
    let saw = facts.tasks_of(vertex).fold(0i64, |sum, task| sum.wrapping_add(facts.shown[task].total()));
    holds_if(saw == total, || format!("the sum is {saw}"))
}

fn checkpoint(
    facts: &Facts,
    id: Option<CheckpointId>,
    status: CheckpointStatus,
    reason: Option<FailureReason>,
) -> Seen {
    if reason == Some(FailureReason::CheckpointExpired) && !facts.timed {
        return not_judged("in untimed runs checkpoints expire at will");
    }
    let meant = |other: CheckpointId| id.is_none_or(|id| id == other);
    let right = |other: FailureReason| reason.is_none_or(|reason| reason == other);
    let holds = match status {
        CheckpointStatus::Completed => facts.completed.iter().any(|&other| meant(other)),
        CheckpointStatus::Failed => {
            let refused = id.is_none() && reason.is_some() && facts.rejected.iter().any(|&other| right(other));
            refused || facts.aborted.iter().any(|&(other, why)| meant(other) && right(why))
        }
    };
    holds_if(holds, || {
        let Some(id) = id else { return "there is no such checkpoint".to_owned() };
        match facts.aborted.iter().find(|&&(other, _)| other == id) {
            Some((_, reason)) => format!("checkpoint {id} failed: {}", reason.name()),
            None if facts.completed.contains(&id) => format!("checkpoint {id} completed"),
            None => format!("checkpoint {id} neither completed nor failed"),
        }
    })
}

fn checkpoints(facts: &Facts, status: CheckpointStatus, amount: Amount) -> Seen {
    if !facts.timed {
        return not_judged("in untimed runs the number of checkpoints means nothing");
    }
    match status {
        CheckpointStatus::Completed => {
            how_many(amount, facts.completed.len(), ["completed checkpoint", "completed checkpoints"])
        }
        CheckpointStatus::Failed => how_many(amount, facts.aborted.len(), ["failed checkpoint", "failed checkpoints"]),
    }
}

fn late(facts: &Facts, vertex: VertexId, count: Amount) -> Seen {
    if !facts.timed {
        return not_judged("in untimed runs any record may be late");
    }
    let saw = facts.tasks_of(vertex).map(|task| facts.shown[task].late).sum();
    how_many(count, saw, ["late record", "late records"])
}

/// `what` they are: one of them, and several.
fn how_many(amount: Amount, saw: usize, [one, many]: [&str; 2]) -> Seen {
    holds_if(amount.admits(saw as u64), || format!("saw {saw} {}", if saw == 1 { one } else { many }))
}

fn restores(facts: &Facts, count: Amount, from: Option<CheckpointId>) -> Seen {
    let restores = || facts.restarts.iter().chain(&facts.starts);
    match restores().find(|&&other| from.is_some_and(|from| from != other)) {
        Some(&CheckpointId::NONE) => Seen::Fails("saw one from nothing".to_owned()),
        Some(other) => Seen::Fails(format!("saw one from checkpoint {other}")),
        None => how_many(count, restores().count(), ["restore", "restores"]),
    }
}

fn output(facts: &Facts, sink: VertexId, is: &[i64]) -> Seen {
    let mut saw: Vec<i64> = rows(facts, sink).map(|row| row.1).collect();
    let mut wanted = is.to_vec();
    saw.sort_unstable();
    wanted.sort_unstable();
    holds_if(saw == wanted, || {
        let (shown, more) = (&saw[..saw.len().min(20)], if saw.len() > 20 { " and more" } else { "" });
        format!("visible are {shown:?}{more}")
    })
}

fn exactly_once(facts: &Facts, sink: VertexId, end: Option<&End<'_>>) -> Seen {
    let difference = compare(facts, sink, &visible(facts, sink));
    if let Some(found) = difference.surplus {
        return Seen::Fails(found.words(facts, "in the visible output"));
    }
    let explained = matches!(end.and_then(|end| end.explanation), Some(Explanation::Explained { .. }));
    let decided = facts.reference.as_ref().is_some_and(|reference| reference.decides(sink));
    match (decided, facts.finished(), difference.missing) {
        (true, true, Some(found)) => Seen::Fails(found.words(facts, "in the visible output")),
        (true, true, None) => Seen::Holds(String::new()),
        // What is visible is a beginning of what the explaining run writes.
        (_, false, _) | (false, true, _) if explained => Seen::Holds("by the run that explains this one".to_owned()),
        (_, false, _) => not_judged("the job has not finished"),
        (false, true, _) => not_judged("the order of merging decides which records there are"),
    }
}

fn no_loss(facts: &Facts, vertex: VertexId) -> Seen {
    if !facts.finished() {
        return not_judged("the job has not finished");
    }
    if !facts.reference.as_ref().is_some_and(|reference| reference.decides(vertex)) {
        return not_judged("the order of merging decides which records there are");
    }
    match compare(facts, vertex, &absorbed(facts, vertex)).missing {
        Some(found) => Seen::Fails(found.words(facts, &format!("in {}", vertex_name(facts, vertex)))),
        None => Seen::Holds(String::new()),
    }
}

fn holds_if_found(facts: &Facts, found: Option<Found>, place: &str, why_not: impl FnOnce() -> String) -> Seen {
    match found {
        Some(found) => Seen::Holds(found.words(facts, place)),
        None => Seen::Fails(why_not()),
    }
}

/// The records in the visible output of a sink, ascending by name.
fn visible(facts: &Facts, sink: VertexId) -> Vec<Name> {
    sorted(rows(facts, sink).map(|row| row.0).collect())
}

/// The visible rows of a sink: of one that upserts, those of its table.
fn rows(facts: &Facts, sink: VertexId) -> impl Iterator<Item = (Name, i64)> {
    let written = facts.tasks_of(sink).flat_map(|task| facts.outputs[task].rows.iter());
    written.chain(facts.upserts[sink].visible.values()).copied()
}

/// The records in the state of a vertex, ascending by name.
fn absorbed(facts: &Facts, vertex: VertexId) -> Vec<Name> {
    sorted(facts.tasks_of(vertex).flat_map(|task| facts.bags[task].names.iter().copied()).collect())
}

fn sorted(mut names: Vec<Name>) -> Vec<Name> {
    names.sort_unstable();
    names
}

/// How two multisets of records differ: the earliest record of each kind.
#[derive(Default)]
struct Difference {
    surplus: Option<Found>,
    missing: Option<Found>,
}

/// A record that is there too often, or not often enough.
struct Found {
    record: Name,
    times: usize,
    wanted: usize,
}

impl Found {
    /// The one of two that a source reads earlier; what no source has comes last.
    fn earlier(self, other: Option<Self>, facts: &Facts) -> Self {
        let read = |found: &Self| {
            let origin = facts.reference.as_ref().and_then(|reference| reference.origin(found.record));
            origin.map_or((u64::MAX, TaskId(u32::MAX), u32::MAX), |origin| (origin.index, origin.source, origin.split))
        };
        match other {
            Some(other) if read(&other) <= read(&self) => other,
            Some(_) | None => self,
        }
    }

    fn words(&self, facts: &Facts, place: &str) -> String {
        let origin = facts.reference.as_ref().and_then(|reference| reference.origin(self.record));
        let what = match origin {
            Some(Origin { source, split, index }) => {
                let from = facts.topology.names.task(source);
                format!("what follows from record {} of split {split} of `{from}`", index + 1)
            }
            None if facts.nameless => "one of several records that nothing tells apart".to_owned(),
            None => "a record that no failure-free run has".to_owned(),
        };
        match (self.times, self.wanted) {
            (0, _) => format!("{what} is missing {place}"),
            (times, wanted) => format!("{what} is there {times}× {place}, not {wanted}×"),
        }
    }
}

/// Compares records with those of the failure-free outcome. Where that decides nothing, a record should still be there
/// as often as in it, or once.
fn compare(facts: &Facts, vertex: VertexId, names: &[Name]) -> Difference {
    let none = Vec::new();
    let (expected, decided) = match &facts.reference {
        Some(reference) => (&reference.absorbed[vertex], reference.decides(vertex)),
        None => (&none, false),
    };
    let mut difference = Difference::default();
    if facts.nameless && !decided {
        // Nothing says how many there should be that are alike.
        return difference;
    }
    for group in names.chunk_by(|one, other| one == other) {
        let (record, times) = (group[0], group.len());
        let wanted = times_in(expected, record).max(usize::from(!decided));
        if times > wanted {
            difference.surplus = Some(Found { record, times, wanted }.earlier(difference.surplus, facts));
        }
    }
    for group in expected.chunk_by(|one, other| one == other) {
        let (record, wanted, times) = (group[0], group.len(), times_in(names, group[0]));
        if times < wanted {
            difference.missing = Some(Found { record, times, wanted }.earlier(difference.missing, facts));
        }
    }
    difference
}

fn times_in(names: &[Name], name: Name) -> usize {
    let first = names.partition_point(|&other| other < name);
    names[first..].iter().take_while(|&&other| other == name).count()
}

fn vertex_name(facts: &Facts, vertex: VertexId) -> String {
    let first = facts.topology.names.task(facts.topology.first_task[vertex]);
    format!("`{}`", first.split('[').next().unwrap_or(first))
}
