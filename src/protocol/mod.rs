//! The checkpoint protocol as pure machines: no clock, no chance, no simulation. It can be read next to Flink's
//! sources, or lifted out and used in a real engine.
//!
//! How to read this folder:
//!
//! | file | machine | rules |
//! | --- | --- | --- |
//! | [`coordinator`] | when a checkpoint is triggered, what is pending, completion, counting of failures | R2-R32 |
//! | [`completed`] | the store of completed checkpoints: retention, subsumption, deletion | R22, R23, R27 |
//! | [`barrier`] | what a task does with the barriers on its inputs | R40-R49 |
//! | [`task`] | the order of things inside one task's checkpoint | R50-R58 |
//! | [`restart`] | restart strategies | R67-R69 |
//! | [`two_phase`] | the transactions of a sink | R80-R83 |
//! | [`valve`] | how far event time has come behind several inputs | R93 |
//!
//! A machine is a value with `step(&mut self, facts, input, &mut Vec<Effect>) -> Rule`. *Facts* are what it is told
//! each time (its configuration by reference, counts that somebody else owns); an *input* is what happened; *effects*
//! are data that the caller carries out, in order. The rule that acted is the result. Machines know durations and
//! ages, never instants: they arm timers and get the expiry as an input.
//!
//! The rules are those of Flink 2.3.0; the numbers are the project's own and stand in the module docs.

pub mod barrier;
pub mod completed;
pub mod coordinator;
pub mod restart;
pub mod task;
pub mod two_phase;
pub mod valve;

use crate::ids::{CheckpointId, Micros};

/// What a snapshot is for. Flink: `SnapshotType`, `CheckpointType`, `SavepointType`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SnapshotKind {
    /// An automatic checkpoint that may share files with others.
    Checkpoint,
    /// A checkpoint that shares no file of an older one (R71).
    FullCheckpoint,
    /// A savepoint made by hand; the job goes on (`NONE`).
    Savepoint,
    /// Stop-with-savepoint without draining (`SUSPEND`).
    Suspend,
    /// Stop-with-savepoint after draining (`TERMINATE`).
    Terminate,
}

impl SnapshotKind {
    /// Whether it is a savepoint of any kind.
    pub const fn is_savepoint(self) -> bool {
        matches!(self, Self::Savepoint | Self::Suspend | Self::Terminate)
    }

    /// Whether the job stops after it ("synchronous savepoint").
    pub const fn is_synchronous(self) -> bool {
        matches!(self, Self::Suspend | Self::Terminate)
    }
}

/// How barriers of a snapshot meet data. Flink: `CheckpointOptions.AlignmentType` and the aligned timeout (R1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Alignment {
    /// No input is blocked; records may be counted twice after a restore.
    AtLeastOnce,
    /// An input that delivered its barrier waits for the others.
    Aligned,
    /// Barriers overtake data, which becomes part of the checkpoint.
    Unaligned,
    /// Unaligned, but on an edge that does not support it (R38).
    ForcedAligned,
    /// Aligned at first, unaligned once the barrier is older than this.
    Timeoutable(Micros),
}

impl Alignment {
    /// Whether a barrier of this kind blocks the channel it leaves (R33).
    pub const fn blocks(self) -> bool {
        matches!(self, Self::Aligned | Self::ForcedAligned | Self::Timeoutable(_))
    }
}

/// A checkpoint barrier as it travels on a channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Barrier {
    /// Whose barrier it is.
    pub id: CheckpointId,
    /// What the snapshot is for.
    pub kind: SnapshotKind,
    /// How it meets data.
    pub alignment: Alignment,
}

/// The status of the job. Flink: `JobStatus`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum JobStatus {
    /// Tasks run, or are on their way to.
    Running,
    /// A failure is being dealt with: tasks are cancelled, the pause runs.
    Restarting,
    /// Every task has finished.
    Finished,
    /// The restart strategy gave up.
    Failed,
    /// Somebody cancelled it.
    Canceled,
    /// The JobManager lost its leadership; somebody else may go on.
    Suspended,
}

/// Why a checkpoint was not made, or was given up. Flink: `CheckpointFailureReason`; the names are Flink's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names are Flink's; `name` gives them in Flink's spelling, `counts` their weight")]
pub enum FailureReason {
    PeriodicSchedulerShutdown,
    TooManyCheckpointRequests,
    MinimumTimeBetweenCheckpoints,
    NotAllRequiredTasksRunning,
    IoException,
    BlockingOutputExist,
    CheckpointAsyncException,
    ChannelStateSharedStreamException,
    CheckpointExpired,
    CheckpointSubsumed,
    CheckpointDeclined,
    CheckpointDeclinedTaskNotReady,
    CheckpointDeclinedTaskClosing,
    CheckpointDeclinedSubsumed,
    CheckpointDeclinedOnCancellationBarrier,
    CheckpointDeclinedInputEndOfStream,
    CheckpointCoordinatorShutdown,
    CheckpointCoordinatorSuspend,
    JobFailoverRegion,
    TaskFailure,
    TaskCheckpointFailure,
    UnknownTaskCheckpointNotificationFailure,
    FinalizeCheckpointFailure,
    TriggerCheckpointFailure,
}

impl FailureReason {
    /// Every reason, in the order of the enum.
    pub const ALL: [Self; 24] = [
        Self::PeriodicSchedulerShutdown,
        Self::TooManyCheckpointRequests,
        Self::MinimumTimeBetweenCheckpoints,
        Self::NotAllRequiredTasksRunning,
        Self::IoException,
        Self::BlockingOutputExist,
        Self::CheckpointAsyncException,
        Self::ChannelStateSharedStreamException,
        Self::CheckpointExpired,
        Self::CheckpointSubsumed,
        Self::CheckpointDeclined,
        Self::CheckpointDeclinedTaskNotReady,
        Self::CheckpointDeclinedTaskClosing,
        Self::CheckpointDeclinedSubsumed,
        Self::CheckpointDeclinedOnCancellationBarrier,
        Self::CheckpointDeclinedInputEndOfStream,
        Self::CheckpointCoordinatorShutdown,
        Self::CheckpointCoordinatorSuspend,
        Self::JobFailoverRegion,
        Self::TaskFailure,
        Self::TaskCheckpointFailure,
        Self::UnknownTaskCheckpointNotificationFailure,
        Self::FinalizeCheckpointFailure,
        Self::TriggerCheckpointFailure,
    ];

    /// Flink's spelling, for example `CHECKPOINT_EXPIRED`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PeriodicSchedulerShutdown => "PERIODIC_SCHEDULER_SHUTDOWN",
            Self::TooManyCheckpointRequests => "TOO_MANY_CHECKPOINT_REQUESTS",
            Self::MinimumTimeBetweenCheckpoints => "MINIMUM_TIME_BETWEEN_CHECKPOINTS",
            Self::NotAllRequiredTasksRunning => "NOT_ALL_REQUIRED_TASKS_RUNNING",
            Self::IoException => "IO_EXCEPTION",
            Self::BlockingOutputExist => "BLOCKING_OUTPUT_EXIST",
            Self::CheckpointAsyncException => "CHECKPOINT_ASYNC_EXCEPTION",
            Self::ChannelStateSharedStreamException => "CHANNEL_STATE_SHARED_STREAM_EXCEPTION",
            Self::CheckpointExpired => "CHECKPOINT_EXPIRED",
            Self::CheckpointSubsumed => "CHECKPOINT_SUBSUMED",
            Self::CheckpointDeclined => "CHECKPOINT_DECLINED",
            Self::CheckpointDeclinedTaskNotReady => "CHECKPOINT_DECLINED_TASK_NOT_READY",
            Self::CheckpointDeclinedTaskClosing => "CHECKPOINT_DECLINED_TASK_CLOSING",
            Self::CheckpointDeclinedSubsumed => "CHECKPOINT_DECLINED_SUBSUMED",
            Self::CheckpointDeclinedOnCancellationBarrier => "CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER",
            Self::CheckpointDeclinedInputEndOfStream => "CHECKPOINT_DECLINED_INPUT_END_OF_STREAM",
            Self::CheckpointCoordinatorShutdown => "CHECKPOINT_COORDINATOR_SHUTDOWN",
            Self::CheckpointCoordinatorSuspend => "CHECKPOINT_COORDINATOR_SUSPEND",
            Self::JobFailoverRegion => "JOB_FAILOVER_REGION",
            Self::TaskFailure => "TASK_FAILURE",
            Self::TaskCheckpointFailure => "TASK_CHECKPOINT_FAILURE",
            Self::UnknownTaskCheckpointNotificationFailure => "UNKNOWN_TASK_CHECKPOINT_NOTIFICATION_FAILURE",
            Self::FinalizeCheckpointFailure => "FINALIZE_CHECKPOINT_FAILURE",
            Self::TriggerCheckpointFailure => "TRIGGER_CHECKPOINT_FAILURE",
        }
    }

    /// The reason with this spelling of Flink's.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Whether the trigger was given up before a checkpoint existed (R29, "pre-flight").
    pub const fn is_pre_flight(self) -> bool {
        matches!(
            self,
            Self::PeriodicSchedulerShutdown
                | Self::TooManyCheckpointRequests
                | Self::MinimumTimeBetweenCheckpoints
                | Self::NotAllRequiredTasksRunning
                | Self::BlockingOutputExist
                | Self::IoException
        )
    }

    /// Whether it counts against the tolerable number of failed checkpoints (R29).
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::IoException
                | Self::CheckpointAsyncException
                | Self::CheckpointExpired
                | Self::CheckpointDeclined
                | Self::FinalizeCheckpointFailure
        )
    }
}
