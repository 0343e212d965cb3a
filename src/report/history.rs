//! The checkpoints and restores of a run, in the order of their begin: the columns are those of Flink's History tab.
//!
//! | column | from | to |
//! | --- | --- | --- |
//! | end to end | the trigger | the latest acknowledgement; of a failed one, its failure |
//! | alignment | a task's first barrier | its last; the longest of all tasks |
//! | start delay | the trigger | a task's first barrier, a source's snapshot; the longest of all tasks |
//! | size | what every acknowledged task wrote, added up, in bytes: Flink's *Checkpointed Data Size* | |

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{Bytes, CheckpointId, Id, Micros, SmallSet, TaskId};
use crate::plan::Topology;
use crate::protocol::coordinator::Answer;
use crate::protocol::{FailureReason, SnapshotKind};
use crate::trace::{Entry, Event, JobStatus, Origin};

/// What a run's checkpoints came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// Its checkpoints and restarts.
    pub lines: Vec<Line>,
    /// Triggers that were refused before a checkpoint existed, by reason. Flink counts them as failed checkpoints, and
    /// gives them no line either.
    pub refused: BTreeMap<FailureReason, u64>,
}

/// A line of a run's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    /// A checkpoint that was triggered.
    Checkpoint(Checkpoint),
    /// A restart of the job.
    Restart(Restart),
}

/// A checkpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// Its number.
    pub id: CheckpointId,
    /// What it is for.
    pub kind: SnapshotKind,
    /// When it was triggered.
    pub trigger: Micros,
    /// How many tasks acknowledged it; those that had finished before it count, as in Flink.
    pub acked: usize,
    /// From the trigger to the latest acknowledgement, or to the failure; `None` while it is pending.
    pub end_to_end: Option<Micros>,
    /// The longest time that a task spent between its first and its last barrier; `None` if no task had a barrier.
    pub alignment: Option<Micros>,
    /// The longest time from the trigger until a task began; `None` if none began.
    pub start_delay: Option<Micros>,
    /// What the tasks that acknowledged it have written: Flink's `checkpointed_size`. A state has the size that the
    /// scenario gives it. Data on its way is in no checkpoint, so there is nothing that Flink would call persisted.
    pub size: Bytes,
    /// How it ended; `None` if it was pending at the end of the run.
    pub end: Option<Outcome>,
}

/// How a checkpoint ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is complete.
    Completed,
    /// It was given up.
    Failed {
        /// Flink's word for why.
        reason: FailureReason,
        /// What was behind it, if the trace tells.
        cause: Option<Cause>,
    },
}

/// What was behind a failed checkpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cause {
    /// These tasks had not acknowledged it in time.
    Missing(Vec<TaskId>),
    /// This task declined it.
    Declined(TaskId),
    /// These tasks were to be triggered, but had finished.
    Finished(Vec<TaskId>),
    /// This task failed.
    Failure(TaskId, Origin),
}

/// A restart of the job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Restart {
    /// When.
    pub at: Micros,
    /// Somebody started the job again after it was over: no failure was behind it.
    pub by_hand: bool,
    /// From which checkpoint, or [`CheckpointId::NONE`].
    pub from: CheckpointId,
    /// Records that sources read once more after it.
    pub again: u64,
    /// From the failure until every task ran again; `None` if something failed before they all did.
    pub down: Option<Micros>,
}

/// The history of a run.
pub fn history(topology: &Topology, trace: &[Entry]) -> History {
    let mut fold = Fold::default();
    trace.iter().for_each(|entry| fold.take(topology, entry));
    fold.history
}

#[derive(Default)]
struct Fold {
    history: History,
    /// Tasks that have nothing left to do.
    finished: SmallSet,
    /// When each of them finished.
    finish: BTreeMap<TaskId, Micros>,
    /// How many records of each split were ever read.
    read: BTreeMap<(TaskId, u32), u64>,
    /// When each task took the first barrier of a checkpoint.
    first: BTreeMap<(CheckpointId, TaskId), Micros>,
    /// How much each task wrote.
    written: BTreeMap<(CheckpointId, TaskId), u64>,
    /// Who has not acknowledged a pending checkpoint.
    missing: BTreeMap<CheckpointId, BTreeSet<TaskId>>,
    /// Who declined it.
    declined: BTreeMap<CheckpointId, TaskId>,
    /// The latest failure that the JobManager knows of.
    noticed: Option<(Micros, TaskId, Origin)>,
    /// Since when not everything runs.
    down: Option<Micros>,
    /// Tasks that were lost or cancelled, or deployed again, and do not run yet.
    stopped: SmallSet,
}

impl Fold {
    fn take(&mut self, topology: &Topology, entry: &Entry) {
        let at = entry.at;
        match entry.event {
            Event::Finished { execution } => {
                self.finished.insert(execution.task.index());
                self.finish.insert(execution.task, at);
            }
            Event::Deployed { execution } => {
                self.finish.remove(&execution.task);
                self.finished.remove(execution.task.index());
                self.stopped.insert(execution.task.index());
            }
            Event::Running { execution } => self.running(execution.task, at),
            Event::Canceled { execution } => _ = self.stopped.insert(execution.task.index()),
            Event::Crashed { execution, .. } => {
                self.down.get_or_insert(at);
                self.stopped.insert(execution.task.index());
            }
            Event::ManagerCrashed { .. } => _ = self.down.get_or_insert(at),
            Event::FailureNoticed { task, origin } => {
                self.noticed = Some((at, task, origin));
                self.down.get_or_insert(at);
            }
            Event::Job(JobStatus::Restarting | JobStatus::Canceled | JobStatus::Failed)
            | Event::TooManyFailures { .. } => _ = self.down.get_or_insert(at),
            Event::Restarting { from } | Event::Started { from } => {
                // Numbers of checkpoints that the last life gave up are given out again.
                self.first.retain(|&(id, _), _| id <= from);
                self.written.clear();
                let by_hand = matches!(entry.event, Event::Started { .. });
                self.history.lines.push(Line::Restart(Restart { at, by_hand, from, again: 0, down: None }));
            }
            Event::Emitted { task, split, index, .. } => self.emitted(task, split, index),

            Event::Triggered { id, kind, .. } => self.triggered(topology, id, kind, at),
            Event::Rejected { reason } => *self.history.refused.entry(reason).or_insert(0) += 1,
            Event::BarrierTaken { task, id, .. } => {
                let first = *self.first.entry((id, task)).or_insert(at);
                self.edit(id, |line| {
                    line.start_delay = line.start_delay.max(Some(first.minus(line.trigger)));
                    line.alignment = line.alignment.max(Some(at.minus(first)));
                });
            }
            Event::Snapshot { execution, id, .. } if !self.first.contains_key(&(id, execution.task)) => {
                self.edit(id, |line| line.start_delay = line.start_delay.max(Some(at.minus(line.trigger))));
            }
            Event::Written { execution, id, stored: true, bytes } => {
                self.written.insert((id, execution.task), bytes);
            }
            Event::Acked { id, from, answer: Answer::Success } => {
                let written = self.written.remove(&(id, from.task)).unwrap_or(0);
                self.missing.get_mut(&id).into_iter().for_each(|missing| _ = missing.remove(&from.task));
                let tasks = topology.tasks.len();
                self.edit(id, |line| {
                    line.acked = (line.acked + 1).min(tasks);
                    line.size.0 = line.size.0.saturating_add(written);
                    line.end_to_end = Some(at.minus(line.trigger));
                });
            }
            Event::Declined { id, from, .. } => _ = self.declined.insert(id, from.task),
            Event::Completed { id, .. } => self.edit(id, |line| {
                line.end_to_end.get_or_insert(at.minus(line.trigger));
                line.end = Some(Outcome::Completed);
            }),
            Event::Aborted { id, reason } => self.aborted(topology, id, reason, at),
            // What else happens has no line of its own.
            _ => {}
        }
    }

    fn triggered(&mut self, topology: &Topology, id: CheckpointId, kind: SnapshotKind, at: Micros) {
        let asked = topology.tasks.ids().filter(|task| !self.finished.contains(task.index()));
        self.missing.insert(id, asked.collect());
        self.history.lines.push(Line::Checkpoint(Checkpoint {
            id,
            kind,
            trigger: at,
            acked: self.finished.len(),
            end_to_end: None,
            alignment: None,
            start_delay: None,
            size: Bytes(0),
            end: None,
        }));
    }

    /// Who cannot be triggered any more, if a checkpoint fails that began then: the ones that finished since, or else the
    /// last ones before, whose end nobody knew of. Not those behind them, which are not triggered.
    fn untriggered(&self, topology: &Topology, began: Micros) -> Vec<TaskId> {
        let last = self.finish.values().copied().max();
        let since = began.min(last.unwrap_or(began));
        // What is lost may be the cause as well.
        if !self.stopped.is_empty() {
            return Vec::new();
        }
        let ended = |task: TaskId| self.finish.get(&task).is_some_and(|&at| at >= since);
        let is_first = |task: &TaskId| {
            let inputs = &topology.tasks[*task].inputs;
            !inputs.iter().any(|&channel| ended(topology.channels[channel].from))
        };
        self.finish.keys().copied().filter(|&task| ended(task)).filter(is_first).collect()
    }

    fn aborted(&mut self, topology: &Topology, id: CheckpointId, reason: FailureReason, at: Micros) {
        let missing = self.missing.remove(&id).unwrap_or_default();
        let declined = self.declined.get(&id).copied();
        let noticed = self.noticed;
        let began = self.history.lines.iter().rev().find_map(|line| match line {
            Line::Checkpoint(line) if line.id == id => Some(line.trigger),
            Line::Checkpoint(_) | Line::Restart(_) => None,
        });
        let ended = match reason {
            FailureReason::TaskCheckpointFailure => self.untriggered(topology, began.unwrap_or(at)),
            _ => Vec::new(),
        };
        self.edit(id, |line| {
            let cause = match (reason, declined, noticed) {
                _ if !ended.is_empty() => Some(Cause::Finished(ended.clone())),
                (FailureReason::CheckpointExpired, _, _) => Some(Cause::Missing(missing.iter().copied().collect())),
                (_, Some(task), _) => Some(Cause::Declined(task)),
                (_, None, Some((since, task, origin))) if since >= line.trigger => Some(Cause::Failure(task, origin)),
                (_, None, _) => None,
            };
            line.end_to_end = Some(at.minus(line.trigger));
            line.end = Some(Outcome::Failed { reason, cause });
        });
    }

    fn running(&mut self, task: TaskId, at: Micros) {
        self.stopped.remove(task.index());
        if let (true, Some(since)) = (self.stopped.is_empty(), self.down) {
            self.down = None;
            self.last_restart(|restart| restart.down = Some(at.minus(since)));
        }
    }

    fn emitted(&mut self, task: TaskId, split: u32, index: u64) {
        let read = self.read.entry((task, split)).or_insert(0);
        let again = index < *read;
        *read = (*read).max(index + 1);
        if again {
            self.last_restart(|restart| restart.again += 1);
        }
    }

    fn last_restart(&mut self, change: impl FnMut(&mut Restart)) {
        let last = self.history.lines.iter_mut().rev().find_map(|line| match line {
            Line::Restart(restart) => Some(restart),
            Line::Checkpoint(_) => None,
        });
        last.into_iter().for_each(change);
    }

    fn edit(&mut self, id: CheckpointId, change: impl FnMut(&mut Checkpoint)) {
        let found = self.history.lines.iter_mut().rev().find_map(|line| match line {
            Line::Checkpoint(checkpoint) if checkpoint.id == id => Some(checkpoint),
            Line::Checkpoint(_) | Line::Restart(_) => None,
        });
        found.into_iter().for_each(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::VertexId;
    use crate::plan::{Fault, Moment, Phase, StateSize};
    use crate::run::{Keep, Order, Runner};
    use crate::testing::jobs::reference;

    #[test]
    fn a_crash_fails_a_checkpoint_and_brings_a_restore() {
        let mut plan = reference(8, 3, 1, 2);
        let task = TaskId(3);
        let at = Moment::Barrier { task, checkpoint: CheckpointId(2), phase: Phase::AfterSnapshot };
        plan.initial_delay = Some(Micros::millis(25));
        plan.faults = vec![Fault::Crash { task, at }];
        let mut runner = Runner::new(plan.clone());
        let outcome = runner.run(&Order::of(&plan), Keep { trace: true, actions: false });
        let lines = history(runner.topology(), &outcome.trace).lines;
        let [Line::Checkpoint(one), Line::Checkpoint(two), Line::Restart(restart), ..] = &lines[..] else {
            panic!("{lines:?}")
        };
        assert_eq!((one.id, one.acked, &one.end), (CheckpointId(1), 6, &Some(Outcome::Completed)));
        assert!(one.end_to_end > one.start_delay && one.start_delay > Some(Micros::ZERO), "{one:?}");
        assert!(one.alignment < one.end_to_end, "{one:?}");
        let cause = Some(Cause::Failure(task, Origin::Fault));
        assert_eq!((two.id, &two.end), (CheckpointId(2), &Some(Outcome::Failed { reason: two_reason(two), cause })));
        assert!(two.acked < 6);
        assert_eq!(restart.from, CheckpointId(1));
        assert!(restart.again > 0 && restart.at > two.trigger);
        // The pause before the restart is a part of it.
        assert!(restart.down > Some(Micros::ZERO), "{restart:?}");
    }

    fn two_reason(checkpoint: &Checkpoint) -> FailureReason {
        match checkpoint.end {
            Some(Outcome::Failed { reason, .. }) => reason,
            _ => panic!("it did not fail"),
        }
    }

    #[test]
    fn a_checkpoint_is_as_large_as_what_was_written() {
        let mut plan = reference(8, 3, 1, 2);
        plan.storage.state = vec![(VertexId(2), StateSize::Fixed(1_024)), (VertexId(3), StateSize::Fixed(2_048))];
        let mut runner = Runner::new(plan.clone());
        let outcome = runner.run(&Order::of(&plan), Keep { trace: true, actions: false });
        let lines = history(runner.topology(), &outcome.trace).lines;
        let sizes: Vec<u64> = (lines.iter())
            .filter_map(|line| match line {
                Line::Checkpoint(line) if line.end == Some(Outcome::Completed) => Some(line.size.0),
                Line::Checkpoint(_) | Line::Restart(_) => None,
            })
            .collect();
        assert!(!sizes.is_empty() && sizes[0] == 3_072, "{lines:?}");
    }

    #[test]
    fn a_checkpoint_that_expires_says_who_was_missing() {
        let mut plan = reference(8, 3, 1, 2);
        plan.checkpointing.timeout = Micros(1_500);
        plan.limits.steps = 300;
        let mut runner = Runner::new(plan.clone());
        let outcome = runner.run(&Order::of(&plan), Keep { trace: true, actions: false });
        let lines = history(runner.topology(), &outcome.trace).lines;
        let expired = lines.iter().find_map(|line| match line {
            Line::Checkpoint(checkpoint) => checkpoint.end.clone(),
            Line::Restart(_) => None,
        });
        let Some(Outcome::Failed { reason: FailureReason::CheckpointExpired, cause: Some(Cause::Missing(missing)) }) =
            expired
        else {
            panic!("{lines:?}")
        };
        assert!(!missing.is_empty());
    }
}
