//! Where state lives while a job runs, and where its snapshots go.
//!
//! Flink asks two questions. The *state backend* (`state.backend.type`) says how a task keeps its working state:
//!
//! | backend | state lives | a record costs | a snapshot |
//! | --- | --- | --- | --- |
//! | [`Backend::HashMap`] | as objects on the heap | nothing more | is copied, then written |
//! | [`Backend::RocksDb`] | as bytes in a store on the TaskManager's disk | reading and writing them | is written whole; incremental ones are not modelled yet |
//!
//! The *checkpoint storage* (`execution.checkpointing.storage`) says where a snapshot goes:
//!
//! | storage | a snapshot is kept | bound | outlives |
//! | --- | --- | --- | --- |
//! | [`StorageKind::JobManager`] | in the memory of the JobManager | [`Storage::max_state_size`] for each handle | tasks and TaskManagers |
//! | [`StorageKind::FileSystem`] | in files elsewhere | none | the JobManager, too |
//!
//! The JobManager cannot crash yet, so the last column does not show.
//!
//! Up to Flink 1.12 one setting answered both: `MemoryStateBackend` is `HashMap` with `JobManager`, `FsStateBackend` is
//! `HashMap` with `FileSystem`, `RocksDBStateBackend` is `RocksDb` with `FileSystem`.

use super::Latency;
use crate::ids::{CheckpointId, Micros, VertexId};

/// 1 MiB. Flink writes "MB" and means it, too.
pub const MEBIBYTE: u64 = 1 << 20;

/// How tasks keep their working state (`state.backend.type`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Backend {
    /// `hashmap`: on the heap.
    #[default]
    HashMap,
    /// `rocksdb`: serialised, on local disk.
    RocksDb {
        /// What reading and writing state adds to the cost of each record of an operator with state.
        access: Micros,
    },
}

impl Backend {
    /// RocksDB as it is unless somebody says what an access costs.
    pub const ROCKSDB: Self = Self::RocksDb { access: Micros(10) };
}

/// Where snapshots go (`execution.checkpointing.storage`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum StorageKind {
    /// `jobmanager`: with the acknowledgement, into the JobManager's memory.
    #[default]
    JobManager,
    /// `filesystem`: into files that everybody can read.
    FileSystem,
}

/// How long writing a snapshot takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Write {
    /// This, whatever its size.
    Takes(Latency),
    /// So long for each mebibyte.
    PerMegabyte(Micros),
}

/// How large the state of a subtask is. Nothing else has a size.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StateSize {
    /// So many bytes, always.
    Fixed(u64),
    /// So many bytes for each entry: a key with its value, a record that waits, the offset of a split.
    PerEntry(u64),
}

/// Checkpoint storage, and how much goes there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Storage {
    /// Where snapshots go.
    pub kind: StorageKind,
    /// What the JobManager takes of one state handle, in bytes: Flink's `JobManagerCheckpointStorage(maxStateSize)`. A task
    /// has one handle here. Without a meaning for files.
    pub max_state_size: u64,
    /// Writing one task's snapshot: the asynchronous part.
    pub write: Write,
    /// The size of the state of each subtask, for vertices where it counts.
    pub state: Vec<(VertexId, StateSize)>,
    /// Writes that fail: every task's part of these checkpoints.
    pub fails: Vec<CheckpointId>,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            kind: StorageKind::default(),
            max_state_size: 5 * MEBIBYTE,
            write: Write::Takes(Latency::Fixed(Micros::millis(2))),
            state: Vec::new(),
            fails: Vec::new(),
        }
    }
}

impl Storage {
    /// The bytes of a subtask's state of so many entries.
    pub fn bytes(&self, vertex: VertexId, entries: u64) -> u64 {
        match self.state.iter().find(|(of, _)| *of == vertex) {
            Some(&(_, StateSize::Fixed(bytes))) => bytes,
            Some(&(_, StateSize::PerEntry(bytes))) => bytes.saturating_mul(entries),
            None => 0,
        }
    }

    /// Whether a snapshot may not be stored: its write is to fail, or it may be too large.
    pub fn may_fail(&self) -> bool {
        let may_be_too_large = |size: &(VertexId, StateSize)| match size.1 {
            StateSize::Fixed(bytes) => !self.takes(bytes),
            StateSize::PerEntry(bytes) => !self.takes(bytes.saturating_mul(u64::MAX)),
        };
        !self.fails.is_empty() || self.state.iter().any(may_be_too_large)
    }

    /// Whether a handle of so many bytes is taken.
    pub fn takes(&self, bytes: u64) -> bool {
        self.kind == StorageKind::FileSystem || bytes <= self.max_state_size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_job_manager_takes() {
        let mut storage = Storage { state: vec![(VertexId(1), StateSize::PerEntry(MEBIBYTE))], ..Storage::default() };
        assert_eq!([0, 5, 6].map(|entries| storage.bytes(VertexId(1), entries) / MEBIBYTE), [0, 5, 6]);
        assert_eq!(storage.bytes(VertexId(0), 6), 0);
        assert_eq!([5 * MEBIBYTE, 5 * MEBIBYTE + 1].map(|bytes| storage.takes(bytes)), [true, false]);
        storage.kind = StorageKind::FileSystem;
        assert!(storage.takes(u64::MAX));
        storage.state = vec![(VertexId(1), StateSize::Fixed(7))];
        assert_eq!(storage.bytes(VertexId(1), 1_000), 7);
    }
}
