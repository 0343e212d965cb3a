//! The alphabet: everything that can happen next in a world, one step each, its text form, the menu of what can,
//! and what is pinned of it.
//!
//! An action is (actor, port): "the head of this channel is delivered", never "this message". So the same action means
//! the same thing in every run, and a schedule survives a change of latencies.

mod alphabet;
mod menu;
mod names;

pub use alphabet::Alphabet;
pub use menu::{Fresh, Menu};
pub use names::Names;

use crate::ids::{ChannelId, CheckpointId, ManagerId, Step, TaskId};

/// One thing that may happen next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// A source reads and sends its next record; after the last one, the end of its data.
    Emit(TaskId),
    /// The head of a channel moves from the sender's queue to the receiver's (channels between TaskManagers only).
    Transfer(ChannelId),
    /// The receiver takes the head of a channel and handles it.
    Deliver(ChannelId),
    /// A task takes the next message of the JobManager.
    Rpc(TaskId),
    /// The asynchronous part of one of a task's checkpoints ends; the slots are in the order of their ids.
    Async(TaskId, u8),
    /// A deployed task reads its state.
    Restore(TaskId),
    /// The JobManager takes the next message of a task.
    Report(TaskId),
    /// An acknowledgement of a dead attempt of this task still arrives.
    LateAck(TaskId),
    /// The JobManager notices that a TaskManager is gone.
    Detect(ManagerId),
    /// A source says that it has read nothing for a while (R93).
    Idle(TaskId),
    /// The earliest timer of the JobManager fires.
    Alarm(Alarm),
    /// A task dies.
    Crash(TaskId),
    /// A TaskManager dies with all its tasks.
    CrashManager(ManagerId),
}

/// What an alarm is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Alarm {
    /// The periodic trigger.
    Trigger,
    /// A pending checkpoint's timeout.
    Expire(CheckpointId),
    /// The pause before a restart is over.
    Restart,
    /// The time of a planned or drawn fault has come; its number.
    Fault(u32),
    /// The time of something that a person does has come; its number.
    User(u32),
    /// The run is cut off.
    Stop,
}

/// What a person asks the JobManager for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Ask {
    /// A checkpoint now. The min pause does not bind it (R10.3).
    Checkpoint,
    /// The end of the job. Which of its checkpoints outlive it, its configuration says (R27).
    Cancel,
    /// The job once more, from the newest checkpoint that outlived it, which it does not own (R70, R71: `NO_CLAIM`).
    Start,
}

/// What is pinned of a run's order. What is not pinned is the policy's choice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Schedule {
    /// Nothing.
    #[default]
    Free,
    /// The first steps, in order; then the timed order.
    Prefix(Vec<Action>),
    /// Differences from the timed order: at this step, this action.
    Deviations(Vec<(Step, Action)>),
}

impl Action {
    /// Whether it is a fault: the environment's doing, not progress.
    pub const fn is_fault(self) -> bool {
        matches!(self, Self::Crash(_) | Self::CrashManager(_) | Self::LateAck(_))
    }
}
