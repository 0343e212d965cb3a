//! The order of things inside one task's checkpoint (R50-R58). Flink: `SubtaskCheckpointCoordinatorImpl`.

use super::{Barrier, FailureReason};
use crate::ids::CheckpointId;

/// What the machine is told each time.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// How many aborted ids are remembered (Flink: max concurrent checkpoints, R56).
    pub remembered_aborts: usize,
}

/// What happened at the task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Input {
    /// Take this checkpoint now: all its barriers are here, or the coordinator triggered a source (R51).
    Checkpoint(Barrier),
    /// The answer to [`Effect::Snapshot`]: the synchronous part of the operators went well, or threw.
    Snapshotted {
        /// Which checkpoint.
        barrier: Barrier,
        /// Whether it went well.
        ok: bool,
    },
    /// The asynchronous part of a checkpoint ended (R52): `None` if it went well.
    AsyncEnded {
        /// Which checkpoint.
        id: CheckpointId,
        /// Why it failed, if it did.
        failure: Option<FailureReason>,
    },
    /// The coordinator says that a checkpoint completed (R55).
    NotifyComplete(CheckpointId),
    /// The coordinator says that a checkpoint was given up (R56).
    NotifyAborted {
        /// What was given up.
        id: CheckpointId,
        /// The newest completed checkpoint, or none.
        latest: CheckpointId,
    },
    /// The barrier handler gave a checkpoint up (R57).
    AbortOnBarrier {
        /// Which.
        id: CheckpointId,
        /// Why.
        reason: FailureReason,
    },
}

/// What the task has to do, in order; all effects of one input are one step of the task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// `prepareSnapshotPreBarrier` on every operator; may emit records (R51.2).
    PrepareSnapshot(CheckpointId),
    /// Send the barrier on every output (R51.3).
    Broadcast(Barrier),
    /// Send a cancel marker on every output (R58).
    BroadcastCancelMarker(CheckpointId),
    /// The synchronous part of the operators (R51.6). Answer with [`Input::Snapshotted`] at once.
    Snapshot(Barrier),
    /// Hand the asynchronous part to the pool (R51.7).
    StartAsync(CheckpointId),
    /// Stop the asynchronous part and discard what it wrote (R56).
    CancelAsync(CheckpointId),
    /// Acknowledge to the coordinator (R52).
    Ack(CheckpointId),
    /// Decline to the coordinator (R52, R57).
    Decline(CheckpointId, FailureReason),
    /// Tell the operators, tail to head, that a checkpoint completed (R55).
    OperatorsComplete(CheckpointId),
    /// Tell the operators that a checkpoint was given up (R56).
    OperatorsAborted(CheckpointId),
    /// The task fails: an exception left its thread (R51.6).
    Fail(FailureReason),
}
