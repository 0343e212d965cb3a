//! The facts of a run. An event carries what a judge needs to know, so that judges remember little.

use crate::action::Ask;
use crate::ids::{ChannelId, CheckpointId, Execution, ManagerId, Micros, Name, TaskId};
use crate::protocol::coordinator::Answer;
use crate::protocol::two_phase::TransactionId;
use crate::protocol::{FailureReason, JobStatus, SnapshotKind};

/// Where a failure of a task comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// A fault of the plan or of a search took it.
    Fault,
    /// Its operator threw.
    Operator,
    /// Its TaskManager is gone.
    Manager,
    /// Its snapshot could not be read at a restore.
    Restore,
    /// Too many checkpoints failed.
    Checkpoints,
}

impl Origin {
    /// In words, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Fault => "a fault",
            Self::Operator => "its operator threw",
            Self::Manager => "its TaskManager is gone",
            Self::Restore => "its state could not be read",
            Self::Checkpoints => "too many checkpoints failed",
        }
    }
}

/// Why what a person asked for was refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Refusal {
    /// The job is over.
    JobOver,
    /// The job is being cancelled already.
    Canceling,
    /// The job is not over: it cannot start once more.
    JobRuns,
    /// No checkpoint outlived the job.
    NothingKept,
}

impl Refusal {
    /// In words, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::JobOver => "the job is over",
            Self::Canceling => "the job is being cancelled already",
            Self::JobRuns => "the job is not over",
            Self::NothingKept => "no checkpoint outlived the job",
        }
    }
}

/// What somebody waits for that does not come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Wait {
    /// A task for the barrier of the pending checkpoint, or for anything, on a channel whose sender has sent nothing.
    Barrier,
    /// A task holds an input back, although all barriers are there that it could wait for.
    Resume,
    /// A task for room on one of its outputs.
    Room,
    /// The JobManager for a task's acknowledgement of the pending checkpoint.
    Acknowledgement,
    /// A task that has no more data for a checkpoint that completes.
    Checkpoint,
    /// A task for the JobManager.
    JobManager,
    /// Nobody: the job starts again from the same checkpoint, and fails again.
    Restart {
        /// Why the task fails each time.
        origin: Origin,
        /// How many restarts in a row have brought nothing new.
        restarts: u32,
    },
}

/// One fact. The fields are ids and names that mean everywhere the same; where one says more, its variant explains it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the fields are named by their types; see above")]
pub enum Event {
    // ---- the job ----
    /// The job has this status now.
    Job(JobStatus),
    /// An execution is gone: its volatile state and its channels are lost. Nobody knows yet.
    Crashed { execution: Execution, origin: Origin },
    /// A TaskManager is gone, with all its tasks. Nobody knows yet.
    ManagerCrashed { manager: ManagerId },
    /// The JobManager has learned of a failure: `origin` says of what kind (R60, R61).
    FailureNoticed { task: TaskId, origin: Origin },
    /// The restart strategy grants a restart after a pause (R67-R69).
    RestartPlanned { delay: Micros },
    /// The restart strategy gives up: the job fails (R61, R68, R69).
    RestartDenied,
    /// A surviving execution was cancelled: its volatile state and its channels are lost.
    Canceled { execution: Execution },
    /// A person asks for this.
    Asked { ask: Ask },
    /// The JobManager refuses it. A refused checkpoint is a [`Event::Rejected`].
    Refused { ask: Ask, why: Refusal },
    /// The job begins a new life, from this checkpoint of its last one. Attempts are new from here on.
    Started { from: CheckpointId },
    /// The job restarts from this checkpoint, or from nothing. Attempts are new from here on.
    Restarting { from: CheckpointId },
    /// An execution exists and is empty.
    Deployed { execution: Execution },
    /// An execution has read its state. `state` is the print of what it holds now, 0 views of a fresh task included.
    Restored { execution: Execution, from: CheckpointId, state: u64, view: i64 },
    /// What one key holds: of an execution that was restored, or that forgot what nobody needs any more.
    Holds { task: TaskId, key: i64, value: i64 },
    /// An execution runs.
    Running { execution: Execution },
    /// An execution has finished all its work.
    Finished { execution: Execution },

    // ---- the coordinator ----
    /// A checkpoint is pending; triggers are on their way. `calm` is the time since the latest completion, if the timer
    /// asked for it and anything has completed.
    Triggered { id: CheckpointId, kind: SnapshotKind, calm: Option<Micros> },
    /// A trigger was refused before a checkpoint existed, for one of Flink's reasons (R9, R10, R17).
    Rejected { reason: FailureReason },
    /// An acknowledgement was taken.
    Acked { id: CheckpointId, from: Execution, answer: Answer },
    /// A decline was taken.
    Declined { id: CheckpointId, from: Execution, reason: FailureReason },
    /// A checkpoint is complete: it is durable from here on.
    Completed { id: CheckpointId, kind: SnapshotKind, in_store: bool },
    /// A pending checkpoint was given up, for one of Flink's reasons (R24-R27).
    Aborted { id: CheckpointId, reason: FailureReason },
    /// A completed checkpoint left the store, because newer ones take its place (R22).
    Subsumed { id: CheckpointId },
    /// The job is over, and with it the stay of a completed checkpoint in the store; `kept`: its files outlive the job.
    Closed { id: CheckpointId, kept: bool },
    /// More checkpoints have failed in a row than are tolerable: the job is failed (R30).
    TooManyFailures { reason: FailureReason },

    // ---- a task's part in a checkpoint ----
    /// A task took a barrier from a channel; `blocks`: the channel waits now.
    BarrierTaken { task: TaskId, channel: ChannelId, id: CheckpointId, blocks: bool },
    /// A channel moves again.
    Resumed { channel: ChannelId },
    /// A task took its snapshot: the synchronous part, barriers included. `state` is the print of what it holds.
    Snapshot { execution: Execution, id: CheckpointId, state: u64, view: i64 },
    /// A barrier was put on a channel, behind all that was sent before (R51).
    BarrierSent { channel: ChannelId, id: CheckpointId },
    /// A cancel marker was put on a channel: nobody needs to wait for the barrier of this checkpoint (R57).
    CancelMarkerSent { channel: ChannelId, id: CheckpointId },
    /// A task took a cancel marker from a channel.
    CancelMarkerTaken { task: TaskId, channel: ChannelId, id: CheckpointId },
    /// The asynchronous part ended: the snapshot, of so many bytes, is in storage, or the write failed.
    Written { execution: Execution, id: CheckpointId, stored: bool, bytes: u64 },
    /// A state handle is larger than the JobManager takes: the write fails.
    TooLarge { execution: Execution, id: CheckpointId, bytes: u64 },
    /// A task's acknowledgement is on its way.
    AckSent { execution: Execution, id: CheckpointId },
    /// A task's decline is on its way.
    DeclineSent { execution: Execution, id: CheckpointId, reason: FailureReason },
    /// A task has heard that a checkpoint completed.
    Notified { execution: Execution, id: CheckpointId },
    /// A task has heard that a checkpoint was given up.
    NotifiedAborted { execution: Execution, id: CheckpointId },

    // ---- data ----
    /// A source read a record.
    Emitted { task: TaskId, split: u32, index: u64, name: Name, value: i64 },
    /// A record was put on a channel.
    Sent { channel: ChannelId, name: Name, value: i64 },
    /// The head of a channel moved to the receiver's queue.
    Transferred { channel: ChannelId },
    /// A task took a record and handled it; `view` is the number it shows afterwards (of the record's key).
    Received { task: TaskId, channel: ChannelId, name: Name, key: i64, value: i64, view: i64 },
    /// The task's watermark has risen: no record of this time or before is to come.
    Watermark { task: TaskId, time: i64 },
    /// A watermark was put on a channel.
    WatermarkSent { channel: ChannelId, time: i64 },
    /// A task took a watermark from a channel.
    WatermarkTaken { task: TaskId, channel: ChannelId, time: i64 },
    /// A task has told its receivers that no watermark will come for a while, or that one may come again.
    Status { task: TaskId, idle: bool },
    /// That was put on a channel.
    StatusSent { channel: ChannelId, idle: bool },
    /// A task took that from a channel.
    StatusTaken { task: TaskId, channel: ChannelId, idle: bool },
    /// A timer fired and emitted a record; `view` is the number that the task shows afterwards (of the record's key).
    Fired { task: TaskId, name: Name, key: i64, value: i64, view: i64 },
    /// The record that a task took is late, and was dropped.
    Late { task: TaskId, name: Name, value: i64 },
    /// A task has no more data to come, and has told its receivers.
    EndOfData { task: TaskId },
    /// A task took the end of data of a channel.
    EndOfDataTaken { channel: ChannelId },
    /// A task took the end of a channel.
    EndOfPartition { channel: ChannelId },

    // ---- the external system ----
    /// A sink wrote a record; without a transaction it is visible at once.
    Row { task: TaskId, transaction: Option<TransactionId>, name: Name, value: i64 },
    /// A sink wrote a record as the row of its key; it is visible at once, in place of the one before.
    Upserted { task: TaskId, key: i64, name: Name, value: i64 },
    /// A transaction is open.
    Begun { task: TaskId, transaction: TransactionId },
    /// A transaction survives a crash from here on.
    PreCommitted { task: TaskId, transaction: TransactionId, id: CheckpointId },
    /// A transaction is visible; `again`: it was already.
    Committed { task: TaskId, transaction: TransactionId, again: bool },
    /// A transaction is dropped.
    Dropped { task: TaskId, transaction: TransactionId },

    // ---- the run ----
    /// Nothing moves any more, and the job is not at its end. `missing`: the checkpoint that is pending.
    Stuck { waiting: TaskId, on: Option<ChannelId>, missing: CheckpointId, why: Wait },
    /// The run was cut off by the plan.
    Stopped,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every judge looks at every event.
    #[test]
    fn events_are_small() {
        assert_eq!(size_of::<Event>(), 64);
    }
}
