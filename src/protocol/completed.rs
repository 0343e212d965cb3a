//! The store of completed checkpoints: what is retained, what is subsumed, what is deleted.
//!
//! Flink: `StandaloneCompletedCheckpointStore`, `CheckpointSubsumeHelper`, `CheckpointsCleaner`,
//! `CheckpointProperties`.
//!
//! | rule | here |
//! | --- | --- |
//! | R22 | [`CompletedStore::add`]: the oldest leave, but never the newest entry, nor the last checkpoint unless a stop-with-savepoint follows it |
//! | R23 | [`CompletedStore::add`], [`CompletedStore::shutdown`]: of what left, files go once no older checkpoint is retained and nobody uses them |
//! | R27 | [`Properties::deleted_when`] |
//! | R63 | [`CompletedStore::latest`]: what recovery reads |
//!
//! The store outlives the JobManager: it is a value of its own, apart from what a coordinator forgets.

use super::JobStatus;
use super::coordinator::Retention;
use crate::ids::CheckpointId;

/// What a completed snapshot is, as far as its end is concerned. Flink: `CheckpointProperties`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Properties {
    /// A checkpoint, with what the job wants to outlive it.
    Checkpoint(Retention),
    /// A savepoint after which the job goes on.
    Savepoint,
    /// A savepoint after which the job stopped.
    StopSavepoint,
    /// A snapshot that the job started from and does not own (R71).
    Unclaimed,
}

/// What ends the life of a completed snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ending {
    /// Newer ones took its place.
    Subsumed,
    /// The job ended with this status.
    Job(JobStatus),
}

impl Properties {
    /// Whether the files are deleted then (R27).
    pub const fn deleted_when(self, ending: Ending) -> bool {
        use JobStatus::{Canceled, Failed, Finished, Restarting, Running, Suspended};
        match (self, ending) {
            // Not an end.
            (_, Ending::Job(Running | Restarting)) => false,
            (Self::Checkpoint(_), Ending::Subsumed | Ending::Job(Finished)) => true,
            (Self::Checkpoint(Retention::NoExternalized), Ending::Job(Canceled | Failed | Suspended)) => true,
            (Self::Checkpoint(Retention::DeleteOnCancellation), Ending::Job(status)) => !matches!(status, Failed),
            (Self::Checkpoint(Retention::RetainOnCancellation), Ending::Job(Canceled | Failed | Suspended)) => false,
            (Self::Savepoint | Self::StopSavepoint | Self::Unclaimed, Ending::Subsumed | Ending::Job(_)) => false,
        }
    }

    /// Whether it counts as a savepoint: also a snapshot that the job does not own does.
    pub const fn is_savepoint(self) -> bool {
        matches!(self, Self::Savepoint | Self::StopSavepoint | Self::Unclaimed)
    }
}

/// A completed snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Completed {
    /// Its number.
    pub id: CheckpointId,
    /// What it is.
    pub properties: Properties,
}

/// An entry that left the store, subsumed (R22) or at the end of the job (R27).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Left {
    /// Which.
    pub id: CheckpointId,
    /// Whether its files go now (R23). If they are still in use they stay, and it is reported again when they go.
    pub delete: bool,
}

/// The completed snapshots that recovery may read, oldest first.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CompletedStore {
    entries: Vec<Completed>,
    /// Left, to be deleted, but still in use (R23).
    deferred: Vec<CheckpointId>,
}

impl CompletedStore {
    /// Appends a completed snapshot and takes out what it subsumes (R22, R23).
    ///
    /// `retain` is the retained number, at least 1; the ids in `keep` have files that others use (R90). What left is
    /// told to `leave`, oldest first. The result is the largest id among what left, unless its files are kept for
    /// good: what tasks are told with the completion.
    pub fn add(
        &mut self,
        new: Completed,
        retain: usize,
        keep: &[CheckpointId],
        mut leave: impl FnMut(Left),
    ) -> Option<CheckpointId> {
        self.entries.push(new);
        let deferred_before = self.deferred.len();
        let mut largest: Option<Completed> = None;
        self.subsume(retain, |entry, deferred| {
            largest = largest.filter(|largest| largest.id > entry.id).or(Some(entry));
            if entry.properties.deleted_when(Ending::Subsumed) {
                deferred.push(entry.id);
            } else {
                leave(Left { id: entry.id, delete: false });
            }
        });
        let lowest = self.entries.iter().find(|entry| !entry.properties.is_savepoint()).map(|entry| entry.id);
        let is_unused = |id| lowest.is_some_and(|lowest| id < lowest) && !keep.contains(&id);
        let mut place = 0;
        self.deferred.retain(|&id| {
            let (delete, is_new) = (is_unused(id), place >= deferred_before);
            place += 1;
            if delete || is_new {
                leave(Left { id, delete });
            }
            !delete
        });
        largest.filter(|entry| entry.properties.deleted_when(Ending::Subsumed)).map(|entry| entry.id)
    }

    /// The newest entry: what recovery reads (R63).
    pub fn latest(&self) -> Option<Completed> {
        self.entries.last().copied()
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> &[Completed] {
        &self.entries
    }

    /// The job ended: the store is emptied, and what becomes of each checkpoint is told to `leave` (R23, R27).
    ///
    /// First come those that had left before and whose files were still in use; a suspended job does not look at them.
    pub fn shutdown(&mut self, status: JobStatus, mut leave: impl FnMut(Left)) {
        for id in self.deferred.drain(..) {
            if status != JobStatus::Suspended {
                leave(Left { id, delete: true });
            }
        }
        for Completed { id, properties } in self.entries.drain(..) {
            leave(Left { id, delete: properties.deleted_when(Ending::Job(status)) });
        }
    }

    /// Takes out what is too old, oldest first (R22).
    fn subsume(&mut self, retain: usize, mut take_out: impl FnMut(Completed, &mut Vec<CheckpointId>)) {
        let Some(&newest) = self.entries.last() else { return };
        let last_checkpoint = self.entries.iter().rfind(|entry| !entry.properties.is_savepoint()).map(|entry| entry.id);
        let spared = last_checkpoint.filter(|_| newest.properties != Properties::StopSavepoint);
        let mut excess = self.entries.len().saturating_sub(retain);
        self.entries.retain(|&entry| {
            let stays = excess == 0 || entry.id == newest.id || Some(entry.id) == spared;
            if !stays {
                excess -= 1;
                take_out(entry, &mut self.deferred);
            }
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECKPOINT: Properties = Properties::Checkpoint(Retention::NoExternalized);

    fn entry(text: &str) -> Completed {
        let (kind, id) = text.split_at(1);
        let properties = match kind {
            "c" => CHECKPOINT,
            "s" => Properties::Savepoint,
            "x" => Properties::StopSavepoint,
            other => panic!("{other}"),
        };
        Completed { id: CheckpointId(id.parse().unwrap()), properties }
    }

    /// Adds all but the last with room for all, then the last with the given number; what left, `!` if it is deleted.
    #[track_caller]
    fn check(entries: &str, retain: usize, keep: &[u64], left: &str) -> CompletedStore {
        let keep: Vec<_> = keep.iter().copied().map(CheckpointId).collect();
        let (mut store, mut gone) = (CompletedStore::default(), Vec::new());
        let entries: Vec<_> = entries.split(' ').map(entry).collect();
        for (place, &entry) in entries.iter().enumerate() {
            let retain = if place + 1 == entries.len() { retain } else { usize::MAX };
            store.add(entry, retain, &keep, |left| {
                gone.push(format!("{}{}", left.id, if left.delete { "!" } else { "" }));
            });
        }
        assert_eq!(gone.join(" "), left);
        store
    }

    #[test]
    fn r22_the_oldest_leave() {
        check("c1 c2 c3", 2, &[], "1!");
        check("c1 c2 c3", 3, &[], "");
    }

    #[test]
    fn r22_the_last_checkpoint_stays_unless_the_job_was_stopped() {
        check("c1 s2 c3 s4 s5", 1, &[], "2 4 1!");
        check("c1 s2 x3", 1, &[], "2 1");
    }

    #[test]
    fn r22_tasks_are_told_of_the_largest_if_its_files_go() {
        let add = |store: &mut CompletedStore, text| store.add(entry(text), 1, &[], |_| {});
        let mut store = check("c1 c2 c3", 3, &[], "");
        assert_eq!(add(&mut store, "c4"), Some(CheckpointId(3)));
        let mut store = check("c1 s2", 2, &[], "");
        assert_eq!(add(&mut store, "c3"), None);
    }

    #[test]
    fn r23_files_in_use_go_later() {
        let mut store = check("c1 c2 c3", 1, &[1], "1 2!");
        let mut gone = Vec::new();
        store.add(entry("c4"), 1, &[], |left| gone.push((left.id.0, left.delete)));
        assert_eq!(gone, [(1, true), (3, true)]);
    }

    #[test]
    fn r23_files_in_use_go_with_the_job_unless_it_is_suspended() {
        for (status, expected) in
            [(JobStatus::Failed, vec![(1, true), (3, true)]), (JobStatus::Suspended, vec![(3, true)])]
        {
            let mut closed = Vec::new();
            check("c1 c2 c3", 1, &[1], "1 2!").shutdown(status, |left| closed.push((left.id.0, left.delete)));
            assert_eq!(closed, expected);
        }
    }

    #[test]
    fn r27_what_outlives_what() {
        use JobStatus::{Canceled, Failed, Finished, Suspended};
        let endings = [Finished, Canceled, Failed, Suspended].map(Ending::Job);
        for (properties, subsumed, job) in [
            (CHECKPOINT, true, [true, true, true, true]),
            (Properties::Checkpoint(Retention::DeleteOnCancellation), true, [true, true, false, true]),
            (Properties::Checkpoint(Retention::RetainOnCancellation), true, [true, false, false, false]),
            (Properties::Savepoint, false, [false; 4]),
            (Properties::StopSavepoint, false, [false; 4]),
            (Properties::Unclaimed, false, [false; 4]),
        ] {
            assert_eq!(properties.deleted_when(Ending::Subsumed), subsumed, "{properties:?}");
            assert_eq!(endings.map(|ending| properties.deleted_when(ending)), job, "{properties:?}");
        }
    }
}
