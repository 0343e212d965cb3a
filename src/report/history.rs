//! The checkpoints and restores of a run, in the order of their begin: the columns are those of Flink's History tab.

use std::collections::BTreeMap;

use crate::ids::{CheckpointId, Id, Micros, SmallSet, TaskId};
use crate::plan::Topology;
use crate::protocol::coordinator::Answer;
use crate::protocol::{FailureReason, SnapshotKind};
use crate::trace::{Entry, Event};

/// A line of a run's history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Line {
    /// A checkpoint that was triggered.
    Checkpoint(Checkpoint),
    /// A restart of the job.
    Restart(Restart),
}

/// A checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// Its number.
    pub id: CheckpointId,
    /// What it is for.
    pub kind: SnapshotKind,
    /// When it was triggered.
    pub trigger: Micros,
    /// How many tasks acknowledged it; those that had finished before it count, as in Flink.
    pub acked: usize,
    /// When and how it ended; `None` if it was pending at the end of the run.
    pub end: Option<(Micros, Outcome)>,
}

/// How a checkpoint ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is complete.
    Completed,
    /// It was given up.
    Failed(FailureReason),
}

/// A restart of the job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Restart {
    /// When.
    pub at: Micros,
    /// From which checkpoint, or [`CheckpointId::NONE`].
    pub from: CheckpointId,
    /// Records that sources read once more after it.
    pub again: u64,
}

/// The history of a run.
pub fn history(topology: &Topology, trace: &[Entry]) -> Vec<Line> {
    let mut fold = Fold { lines: Vec::new(), finished: SmallSet::new(), read: BTreeMap::new() };
    trace.iter().for_each(|entry| fold.take(topology, entry));
    fold.lines
}

struct Fold {
    lines: Vec<Line>,
    /// Tasks that have nothing left to do.
    finished: SmallSet,
    /// How many records of each split were ever read.
    read: BTreeMap<(TaskId, u32), u64>,
}

impl Fold {
    fn take(&mut self, topology: &Topology, entry: &Entry) {
        match entry.event {
            Event::Finished { execution } => _ = self.finished.insert(execution.task.index()),
            Event::Deployed { execution } => _ = self.finished.remove(execution.task.index()),
            Event::Triggered { id, kind, .. } => {
                let acked = self.finished.len();
                let checkpoint = Checkpoint { id, kind, trigger: entry.at, acked, end: None };
                self.lines.push(Line::Checkpoint(checkpoint));
            }
            Event::Acked { id, answer: Answer::Success, .. } => {
                self.edit(id, |checkpoint| checkpoint.acked = (checkpoint.acked + 1).min(topology.tasks.len()));
            }
            Event::Completed { id, .. } => {
                self.edit(id, |checkpoint| checkpoint.end = Some((entry.at, Outcome::Completed)));
            }
            Event::Aborted { id, reason } => {
                self.edit(id, |checkpoint| checkpoint.end = Some((entry.at, Outcome::Failed(reason))));
            }
            Event::Restarting { from } => {
                self.lines.push(Line::Restart(Restart { at: entry.at, from, again: 0 }));
            }
            Event::Emitted { task, split, index, .. } => {
                let read = self.read.entry((task, split)).or_insert(0);
                if index < *read {
                    let last = self.lines.iter_mut().rev().find_map(|line| match line {
                        Line::Restart(restart) => Some(restart),
                        Line::Checkpoint(_) => None,
                    });
                    last.into_iter().for_each(|restart| restart.again += 1);
                }
                *read = (*read).max(index + 1);
            }
            // What else happens has no line of its own.
            _ => {}
        }
    }

    fn edit(&mut self, id: CheckpointId, change: impl FnMut(&mut Checkpoint)) {
        let found = self.lines.iter_mut().rev().find_map(|line| match line {
            Line::Checkpoint(checkpoint) if checkpoint.id == id => Some(checkpoint),
            Line::Checkpoint(_) | Line::Restart(_) => None,
        });
        found.into_iter().for_each(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Fault, Moment, Phase};
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
        let lines = history(runner.topology(), &outcome.trace);
        let [Line::Checkpoint(one), Line::Checkpoint(two), Line::Restart(restart), ..] = lines[..] else {
            panic!("{lines:?}")
        };
        assert!(matches!((one.id, one.acked, one.end), (CheckpointId(1), 6, Some((_, Outcome::Completed)))));
        assert!(matches!((two.id, two.end), (CheckpointId(2), Some((_, Outcome::Failed(_))))));
        assert!(two.acked < 6);
        assert_eq!(restart.from, CheckpointId(1));
        assert!(restart.again > 0 && restart.at > two.trigger);
    }
}
