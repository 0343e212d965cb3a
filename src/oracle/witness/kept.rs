//! Which facts of a run survive its failures.
//!
//! For each task a list of what it did; a restore cuts the list back to where the task took the snapshot that it is
//! restored from. A task that is not restarted keeps its list. What is left, in the order of the run, is the kept run.

use super::log::{Fact, Log};
use super::{Claim, Job, Unexplained};
use crate::ids::{CheckpointId, Id, PerId, SmallSet, TaskId};
use crate::plan::Topology;

/// Marks the entries of a log that are kept.
#[derive(Debug)]
pub(super) struct Keeper {
    tasks: PerId<TaskId, History>,
    /// Tasks with the same number are connected: they restart together (R60).
    region: PerId<TaskId, TaskId>,
    /// The regions that the next restart concerns: the JobManager has learned of a failure there.
    lost: SmallSet,
}

/// What one task has done, as far as it is kept.
#[derive(Debug, Default)]
struct History {
    /// Positions in the log.
    done: Vec<usize>,
    /// How much was done at each snapshot.
    cuts: Vec<(CheckpointId, usize)>,
    /// How much was done when the task finished: what later checkpoints say of it (R54).
    finished: Option<usize>,
    /// Whether its newest execution has read its state, and lives or has finished.
    restored: bool,
}

impl Keeper {
    pub(super) fn new(topology: &Topology) -> Self {
        let tasks = PerId::new(topology.tasks.len(), |_| History::default());
        let mut region = PerId::new(topology.tasks.len(), |task| task);
        for channel in topology.channels.iter() {
            let (one, other): (TaskId, TaskId) = (region[channel.from], region[channel.to]);
            region.iter_mut().filter(|region| **region == other).for_each(|region| *region = one);
        }
        Self { tasks, region, lost: SmallSet::new() }
    }

    /// Whether a task has a state at the end of the run.
    pub(super) fn is_restored(&self, task: TaskId) -> bool {
        self.tasks[task].restored
    }

    /// Marks what is kept of a run.
    pub(super) fn keep(&mut self, job: &Job, log: &mut Log) -> Result<(), Unexplained> {
        self.tasks.iter_mut().for_each(History::clear);
        self.lost.clear();
        for position in 0..log.entries.len() {
            let entry = &mut log.entries[position];
            let (event, task) = (entry.event, entry.task);
            let history = &mut self.tasks[task];
            match entry.fact {
                Fact::Emitted { .. }
                | Fact::Received { .. }
                | Fact::Row { .. }
                | Fact::Told(_)
                | Fact::Heard { .. }
                | Fact::EndOfData => {
                    entry.kept = true;
                    history.done.push(position);
                }
                Fact::Snapshot { id, .. } => {
                    entry.kept = true;
                    history.done.push(position);
                    history.cuts.push((id, history.done.len()));
                }
                Fact::Restored { from, .. } => {
                    self.cut_back(job, log, task, from, event)?;
                    log.entries[position].kept = true;
                    self.tasks[task].done.push(position);
                    self.tasks[task].restored = true;
                }
                Fact::Gone => history.restored = false,
                Fact::ManagerGone(manager) => {
                    let lost = job.topology.manager_of.pairs().filter(|&(_, &home)| home == manager);
                    lost.for_each(|(task, _)| self.tasks[task].restored = false);
                }
                Fact::FailureNoticed => {
                    self.lost.insert(self.region[task].index());
                }
                Fact::JobFailed => {
                    self.region.iter().for_each(|region| {
                        self.lost.insert(region.index());
                    });
                }
                Fact::Restarting { from } => self.restart(job, log, from, event)?,
                Fact::Finished => history.finished = Some(history.done.len()),
                Fact::Committed { .. } => {}
            }
        }
        Ok(())
    }

    /// All tasks of the regions that failed go back together, so that the kept run is closed also if the run ends before
    /// all of them have read their state. A region that is still on its way back from an earlier restart goes on.
    fn restart(&mut self, job: &Job, log: &mut Log, from: CheckpointId, event: u64) -> Result<(), Unexplained> {
        for task in self.tasks.ids() {
            if self.lost.contains(self.region[task].index()) {
                self.cut_back(job, log, task, from, event)?;
                self.tasks[task].restored = false;
            }
        }
        self.lost.clear();
        Ok(())
    }

    fn cut_back(
        &mut self,
        job: &Job,
        log: &mut Log,
        task: TaskId,
        from: CheckpointId,
        event: u64,
    ) -> Result<(), Unexplained> {
        let history = &mut self.tasks[task];
        let cut = history.cuts.iter().find(|&&(id, _)| id == from).map(|&(_, length)| length);
        let length = match (from.given(), cut.or(history.finished)) {
            (None, _) => 0,
            (Some(_), Some(length)) => length,
            (Some(id), None) => {
                let name = job.name(task);
                let why = format!("`{name}` goes back to checkpoint {id}, of which the kept run has no snapshot of it");
                return Err(Unexplained { claim: Claim::Cut, task, record: None, event, why });
            }
        };
        for position in history.done.drain(length..) {
            log.entries[position].kept = false;
        }
        history.cuts.retain(|&(_, at)| at <= length);
        history.finished = history.finished.filter(|&at| at <= length);
        Ok(())
    }
}

impl History {
    fn clear(&mut self) {
        self.done.clear();
        self.cuts.clear();
        self.finished = None;
        self.restored = false;
    }
}
