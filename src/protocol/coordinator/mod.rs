//! The checkpoint coordinator: when a checkpoint is triggered, who has acknowledged, what completes, what fails the job.
//!
//! Flink: `CheckpointCoordinator`, `CheckpointRequestDecider`, `PendingCheckpoint`, `CheckpointFailureManager`.
//!
//! | part | rules |
//! | --- | --- |
//! | [`Config`] | R1, R2: what is set, what it means, what is refused |
//! | [`Coordinator`] | R3, R4, R6, R7, R12, R13, R15, R17, R19, R21, R24-R27: the machine |
//! | [`Decider`] | R8-R11: which request is served next |
//! | [`Pending`] | R18, R19: who has acknowledged |
//! | [`FailureManager`] | R28-R31: what counts, and when it fails the job |
//!
//! A question ([`Effect::Plan`], [`Effect::WriteMetadata`]) is always the last effect of its step.

mod complete;
mod config;
mod decider;
mod failures;
mod machine;
mod pending;
mod trigger;

#[cfg(test)]
mod tests;

pub use config::{Config, ConfigError, Mode, Retention};
pub use decider::{Choice, Decider, Load, RequestKind, Submission};
pub use failures::{FailureManager, Source, Verdict};
pub use machine::{Coordinator, Durable};
pub use pending::{Answer, Pending};

use super::{Alignment, FailureReason, JobStatus, SnapshotKind};
use crate::ids::{CheckpointId, Execution, Micros};

/// What the coordinator is told each time.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The checkpoint configuration of the job.
    pub config: &'a Config,
    /// How many checkpoints are still being deleted (R10.1): of those in [`Effect::Aborted`] and [`Effect::Subsumed`]
    /// of earlier steps. What a step itself starts to delete, the machine adds.
    pub deleting: usize,
}

impl Facts<'_> {
    /// The same, once this step has started to delete so many.
    fn deleting_more(self, count: usize) -> Self {
        Self { deleting: self.deleting + count, ..self }
    }
}

/// A timer of the coordinator; at most one of each is armed. `Periodic` and `Expiry` are alarms: events. `MinPause` is a
/// deadline: a comparison of clocks, settled as soon as the clock passes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// The next periodic trigger (R3).
    Periodic,
    /// The end of the minimal pause since the last completion (R10.3).
    MinPause,
    /// The timeout of a pending checkpoint (R24).
    Expiry(CheckpointId),
}

/// A request made by hand, named by the caller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RequestId(pub u32);

/// What happened. Instants never appear; a drawn delay is an argument.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Input<'a> {
    /// Start the periodic triggers (R4). The delay is used at the first start only; later starts wait the min pause.
    Start {
        /// Until the first trigger.
        initial_delay: Micros,
    },
    /// Stop the periodic triggers and give up what is queued and pending (R6).
    Stop,
    /// The job is over, with this status: stop for good (R6) and close the store of completed checkpoints (R27).
    Shutdown(JobStatus),
    /// A timer that was armed is due.
    Expired(Timer),
    /// Somebody asks for a snapshot by hand (R7).
    Request {
        /// The caller's name for it; it comes back in [`Effect::Answer`].
        request: RequestId,
        /// What is asked for.
        kind: SnapshotKind,
    },
    /// The answer to [`Effect::Plan`]: who must acknowledge, or why there is no plan (R16).
    Planned(Result<&'a [Execution], FailureReason>),
    /// A checkpoint could not be set up or its triggers could not be sent, after [`Effect::Created`] (R15).
    TriggerFailed {
        /// Which.
        id: CheckpointId,
        /// Why.
        reason: FailureReason,
    },
    /// The answer to [`Effect::WriteMetadata`] (R21.2).
    MetadataWritten {
        /// Whose metadata.
        id: CheckpointId,
        /// Whether the write took place.
        stored: bool,
    },
    /// A task acknowledged (R19).
    Ack {
        /// The attempt that sent it.
        from: Execution,
        /// For which checkpoint.
        id: CheckpointId,
    },
    /// A task declined (R25).
    Decline {
        /// The attempt that sent it. Not checked against the plan.
        from: Execution,
        /// For which checkpoint.
        id: CheckpointId,
        /// Why.
        reason: FailureReason,
        /// Whether that attempt is still running or initializing, as far as the scheduler knows (R30).
        alive: bool,
    },
    /// Abort everything that is pending, for example at a failover (R62).
    AbortPending(FailureReason),
    /// A deletion that was counted in [`Facts::deleting`], and is not any more, is finished: try the queue (R12).
    Deleted,
}

/// What the caller has to do, in order.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// Arm a timer, this long from now.
    Arm(Timer, Micros),
    /// Arm a timer that has just fired again, this long after it was *due* (fixed rate, R3).
    ArmAgain(Timer, Micros),
    /// Arm the first timer at the due time of the second (R10.3). It is armed now: whatever is armed for that time already
    /// comes before it.
    ArmWith(Timer, Timer),
    /// Cancel a timer; unknown ones are ignored.
    Cancel(Timer),
    /// Compute a plan (R16) and answer with [`Input::Planned`] before anything else is given to the machine.
    Plan,
    /// A checkpoint is pending from here on (R13.d): remember its plan under this id.
    Created(CheckpointId),
    /// Send Trigger to the tasks to trigger of the plan (R13.h).
    Trigger {
        /// The new id.
        id: CheckpointId,
        /// What the snapshot is for.
        kind: SnapshotKind,
        /// How its barriers meet data.
        alignment: Alignment,
    },
    /// Fully acknowledged: fill in finished tasks, write the metadata (R21.1, R21.2), and answer with
    /// [`Input::MetadataWritten`] before anything else is given to the machine.
    WriteMetadata(CheckpointId),
    /// The state that came with an acknowledgement is not wanted: delete it (R19).
    DiscardState {
        /// Who wrote it.
        from: Execution,
        /// For which checkpoint.
        id: CheckpointId,
    },
    /// How an acknowledgement was taken (R19); for the record.
    Acked {
        /// Who sent it.
        from: Execution,
        /// For which checkpoint.
        id: CheckpointId,
        /// What became of it.
        answer: Answer,
    },
    /// The checkpoint is complete; it was added to the store unless it is a savepoint (R21.3).
    Completed {
        /// Which.
        id: CheckpointId,
        /// What it is for.
        kind: SnapshotKind,
        /// Whether it went to the store of completed checkpoints.
        in_store: bool,
    },
    /// A completed checkpoint left the store (R22); `delete` says whether its files go too (R23).
    Subsumed {
        /// Which.
        id: CheckpointId,
        /// Whether its files are to be deleted.
        delete: bool,
    },
    /// The job is over, and so is this checkpoint's stay in the store (R27).
    Closed {
        /// Which.
        id: CheckpointId,
        /// Whether its files are to be deleted; else it outlives the job.
        delete: bool,
    },
    /// A pending checkpoint was given up (R26): delete its private state.
    Aborted {
        /// Which.
        id: CheckpointId,
        /// Why.
        reason: FailureReason,
    },
    /// A trigger was given up before a checkpoint existed, or a queued request was dropped (R9, R10.3, R17).
    Rejected(FailureReason),
    /// Tell the tasks to commit to (R21.7).
    NotifyComplete {
        /// What completed.
        id: CheckpointId,
        /// The largest id that left the store with it and whose files go (R22), or none.
        subsumed: CheckpointId,
    },
    /// Tell the tasks to commit to (R26).
    NotifyAborted {
        /// What was given up.
        id: CheckpointId,
        /// The newest checkpoint in the store, or none.
        latest: CheckpointId,
    },
    /// A request made by hand is answered.
    Answer {
        /// The caller's name for it.
        request: RequestId,
        /// The snapshot made, or why there is none.
        result: Result<CheckpointId, FailureReason>,
    },
    /// The failure manager was told of a failed checkpoint (R28); for the record.
    Failed {
        /// Which, or none if it never got an id.
        id: CheckpointId,
        /// Why.
        reason: FailureReason,
    },
    /// Too many checkpoints failed, or a stop-with-savepoint did: fail the whole job (R28, R30).
    FailJob(FailureReason),
    /// The same, on account of one attempt: only if it is still running or initializing (R30).
    FailTask(Execution, FailureReason),
}
