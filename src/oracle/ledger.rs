//! What several judges ask: which checkpoints live, who took part, which attempts are current, who has finished.
//!
//! | event | what changes |
//! | --- | --- |
//! | triggered | the checkpoint is pending |
//! | snapshot | the task has taken part |
//! | acknowledgement sent, or taken | the snapshot outlives its task; the second is enough, the first only where the plan lets acknowledgements of dead attempts arrive |
//! | crashed, cancelled | a snapshot that does not outlive its task is gone |
//! | completed, aborted | the checkpoint is not pending any more; completed ones are retained until they are subsumed |
//! | closed | a checkpoint that does not outlive the job cannot be restored any more |
//! | started | a new life: only the checkpoint that it starts from is retained, and ids count on from it |
//! | deployed | the attempt is current from here on, and has not finished |

use smallvec::SmallVec;

use super::Rules;
use crate::ids::{Attempt, CheckpointId, Execution, Id, PerId, SmallSet, TaskId};
use crate::protocol::SnapshotKind;
use crate::protocol::coordinator::Answer;
use crate::trace::{Event, JobStatus};

/// A pending checkpoint (R18): whose part of it exists, whose outlives a crash, and whose the coordinator has counted.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Pending {
    /// Which.
    pub id: CheckpointId,
    /// What it is for.
    pub kind: SnapshotKind,
    /// The tasks whose snapshot exists.
    taken: SmallSet,
    /// Those whose snapshot survives a crash of the task.
    kept: SmallSet,
    /// Those whose acknowledgement was counted.
    acked: SmallSet,
}

impl Pending {
    /// Whether a task's snapshot exists.
    pub fn is_taken(&self, task: TaskId) -> bool {
        self.taken.contains(task.index())
    }

    /// Whether a task's snapshot survives a crash of the task.
    pub fn is_kept(&self, task: TaskId) -> bool {
        self.kept.contains(task.index())
    }

    /// Whether an acknowledgement of a task was counted.
    pub fn is_acked(&self, task: TaskId) -> bool {
        self.acked.contains(task.index())
    }
}

/// What several judges ask.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ledger {
    attempts: PerId<TaskId, Attempt>,
    finished: SmallSet,
    pending: SmallVec<[Pending; 1]>,
    retained: SmallVec<[CheckpointId; 2]>,
    newest_triggered: CheckpointId,
    newest_completed: CheckpointId,
    finished_job: bool,
}

impl Ledger {
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            attempts: PerId::new(rules.topology.tasks.len(), |_| Attempt::default()),
            finished: SmallSet::new(),
            pending: SmallVec::new(),
            retained: SmallVec::new(),
            newest_triggered: CheckpointId::NONE,
            newest_completed: CheckpointId::NONE,
            finished_job: false,
        }
    }

    pub(super) fn reset(&mut self) {
        self.attempts.iter_mut().for_each(|attempt| *attempt = Attempt::default());
        self.finished.clear();
        self.pending.clear();
        self.retained.clear();
        self.newest_triggered = CheckpointId::NONE;
        self.newest_completed = CheckpointId::NONE;
        self.finished_job = false;
    }

    /// The pending checkpoints, oldest first.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// The pending checkpoint with this id.
    pub fn find(&self, id: CheckpointId) -> Option<&Pending> {
        self.pending.iter().find(|pending| pending.id == id)
    }

    /// The completed checkpoints in the store, oldest first.
    pub fn retained(&self) -> &[CheckpointId] {
        &self.retained
    }

    /// The oldest checkpoint that may still be restored, or none.
    pub fn oldest_retained(&self) -> CheckpointId {
        self.retained.first().copied().unwrap_or_default()
    }

    /// The checkpoint that a restart must use, or none (R63).
    pub fn newest_retained(&self) -> CheckpointId {
        self.retained.last().copied().unwrap_or_default()
    }

    /// The largest id given out so far.
    pub fn newest_triggered(&self) -> CheckpointId {
        self.newest_triggered
    }

    /// The newest completed checkpoint that tasks are told of; plain savepoints are not (R21).
    pub fn newest_completed(&self) -> CheckpointId {
        self.newest_completed
    }

    /// Whether an execution is the newest of its task.
    pub fn is_current(&self, execution: Execution) -> bool {
        self.attempts[execution.task] == execution.attempt
    }

    /// Whether a task has finished.
    pub fn is_finished(&self, task: TaskId) -> bool {
        self.finished.contains(task.index())
    }

    /// Whether the job has finished.
    pub fn is_finished_job(&self) -> bool {
        self.finished_job
    }

    /// Whether an event may change anything here.
    pub(super) fn concerns(event: &Event) -> bool {
        matches!(
            event,
            Event::Job(_)
                | Event::Deployed { .. }
                | Event::Crashed { .. }
                | Event::Canceled { .. }
                | Event::Finished { .. }
                | Event::Triggered { .. }
                | Event::Snapshot { .. }
                | Event::AckSent { .. }
                | Event::Acked { .. }
                | Event::Aborted { .. }
                | Event::Completed { .. }
                | Event::Closed { .. }
                | Event::Started { .. }
                | Event::Restarting { .. }
                | Event::Subsumed { .. }
        )
    }

    /// Takes an event that [concerns](Ledger::concerns) the ledger.
    pub(super) fn observe(&mut self, event: &Event, rules: &Rules) {
        match *event {
            Event::Job(status) => self.finished_job = status == JobStatus::Finished,
            Event::Deployed { execution: Execution { task, attempt } } => {
                self.attempts[task] = attempt;
                self.finished.remove(task.index());
                self.pending.iter_mut().for_each(|pending| {
                    pending.kept.remove(task.index());
                    pending.taken.remove(task.index());
                });
            }
            Event::Crashed { execution, .. } | Event::Canceled { execution } => {
                let task = execution.task;
                self.pending.iter_mut().filter(|pending| !pending.is_kept(task)).for_each(|pending| {
                    pending.taken.remove(task.index());
                });
            }
            Event::Finished { execution } => {
                self.finished.insert(execution.task.index());
            }
            Event::Triggered { id, kind, .. } => {
                let (taken, kept, acked) = (SmallSet::new(), SmallSet::new(), SmallSet::new());
                let place = self.pending.partition_point(|pending| pending.id < id);
                self.pending.insert(place, Pending { id, kind, taken, kept, acked });
                self.newest_triggered = self.newest_triggered.max(id);
            }
            Event::Snapshot { execution, id, .. } => {
                self.change(id, |pending| pending.taken.insert(execution.task.index()));
            }
            Event::AckSent { execution, id } if rules.late_acks => self.keep(execution, id),
            Event::Acked { id, from, answer: Answer::Success } => {
                self.change(id, |pending| pending.acked.insert(from.task.index()));
                self.keep(from, id);
            }
            Event::Aborted { id, .. } => self.pending.retain(|pending| pending.id != id),
            Event::Completed { id, kind, in_store } => {
                self.pending.retain(|pending| pending.id != id);
                if in_store && !self.retained.contains(&id) {
                    let place = self.retained.partition_point(|&retained| retained < id);
                    self.retained.insert(place, id);
                }
                if kind != SnapshotKind::Savepoint {
                    self.newest_completed = self.newest_completed.max(id);
                }
            }
            Event::Closed { id, kept: false } => self.retained.retain(|retained| *retained != id),
            // A new life counts on from where it starts.
            Event::Started { from } => {
                self.retained.retain(|retained| *retained == from);
                (self.newest_triggered, self.newest_completed) = (from, from);
            }
            Event::Restarting { .. } if rules.reuses_ids => self.newest_triggered = self.newest_completed,
            Event::Subsumed { id } => self.retained.retain(|retained| *retained != id),
            _ => debug_assert!(Self::concerns(event), "{event:?} does not concern the ledger"),
        }
    }

    /// The snapshot of a current attempt outlives it.
    fn keep(&mut self, execution: Execution, id: CheckpointId) {
        if self.is_current(execution) {
            let task = execution.task.index();
            self.change(id, |pending| pending.taken.contains(task) && pending.kept.insert(task));
        }
    }

    fn change(&mut self, id: CheckpointId, change: impl FnOnce(&mut Pending) -> bool) {
        if let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == id) {
            change(pending);
        }
    }
}

/// A table with one row for each checkpoint that a judge remembers, and so many cells a row. Rows come and go without
/// an allocation once the table has been as large before.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Rows<T> {
    width: usize,
    ids: SmallVec<[CheckpointId; 2]>,
    cells: Vec<T>,
}

impl<T: Copy + Default> Rows<T> {
    pub(super) fn new(width: usize) -> Self {
        Self { width, ids: SmallVec::new(), cells: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        self.ids.clear();
        self.cells.clear();
    }

    /// Adds a row of default cells behind all rows with smaller ids; nothing if there is one with this id.
    pub(super) fn add(&mut self, id: CheckpointId) {
        if let Err(place) = self.ids.binary_search(&id) {
            let at = place * self.width;
            self.ids.insert(place, id);
            self.cells.splice(at..at, std::iter::repeat_n(T::default(), self.width));
        }
    }

    /// Takes a row out, if it is there.
    pub(super) fn remove(&mut self, id: CheckpointId) {
        if let Ok(place) = self.ids.binary_search(&id) {
            self.ids.remove(place);
            self.cells.drain(place * self.width..(place + 1) * self.width);
        }
    }

    /// The row of a checkpoint.
    pub(super) fn row(&self, id: CheckpointId) -> Option<&[T]> {
        let place = self.ids.binary_search(&id).ok()?;
        Some(&self.cells[place * self.width..(place + 1) * self.width])
    }

    /// The same, to be changed.
    pub(super) fn row_mut(&mut self, id: CheckpointId) -> Option<&mut [T]> {
        let place = self.ids.binary_search(&id).ok()?;
        Some(&mut self.cells[place * self.width..(place + 1) * self.width])
    }
}
