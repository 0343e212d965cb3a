//! Checkpoint storage: snapshots that survive every crash of a task.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::ids::{CheckpointId, PerId, TaskId};
use crate::operator::TaskState;
use crate::protocol::two_phase::Saved;

/// What one task stored for one checkpoint: immutable, shared, and carrying its hash.
#[derive(Debug)]
pub struct Snapshot {
    /// What the task computes with.
    pub data: TaskState,
    /// The transactions of a two-phase sink.
    pub sink: Option<Saved>,
    /// The print of `data`.
    pub print: u64,
    /// How large it is; follows from `data`.
    pub bytes: u64,
}

impl Snapshot {
    /// A snapshot of these.
    pub fn new(data: TaskState, sink: Option<Saved>, bytes: u64) -> Self {
        Self { print: data.print(), data, sink, bytes }
    }
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        self.print == other.print && self.sink == other.sink
    }
}

impl Eq for Snapshot {}

impl Hash for Snapshot {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.print);
        self.sink.hash(state);
    }
}

/// The parts of one checkpoint that have been written.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Parts {
    id: CheckpointId,
    of: PerId<TaskId, Option<Arc<Snapshot>>>,
}

/// All snapshots in storage, by checkpoint, ascending.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Storage {
    checkpoints: Vec<Parts>,
}

impl Storage {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.checkpoints.clear();
    }

    /// Writes one task's part of a checkpoint.
    pub fn put(&mut self, id: CheckpointId, task: TaskId, tasks: usize, snapshot: Arc<Snapshot>) {
        let place = self.checkpoints.binary_search_by_key(&id, |parts| parts.id).unwrap_or_else(|place| {
            self.checkpoints.insert(place, Parts { id, of: PerId::new(tasks, |_| None) });
            place
        });
        self.checkpoints[place].of[task] = Some(snapshot);
    }

    /// Reads one task's part of a checkpoint.
    pub fn get(&self, id: CheckpointId, task: TaskId) -> Option<&Arc<Snapshot>> {
        let place = self.checkpoints.binary_search_by_key(&id, |parts| parts.id).ok()?;
        self.checkpoints[place].of[task].as_ref()
    }

    /// Deletes one task's part of a checkpoint.
    pub fn discard(&mut self, id: CheckpointId, task: TaskId) {
        if let Ok(place) = self.checkpoints.binary_search_by_key(&id, |parts| parts.id) {
            self.checkpoints[place].of[task] = None;
            if self.checkpoints[place].of.iter().all(Option::is_none) {
                self.checkpoints.remove(place);
            }
        }
    }

    /// Deletes all parts of a checkpoint.
    pub fn delete(&mut self, id: CheckpointId) {
        self.checkpoints.retain(|parts| parts.id != id);
    }
}
