//! What goes wrong, and when: faults are the environment's doing, defects are planted bugs.

use crate::ids::{CheckpointId, ManagerId, Micros, TaskId};
use crate::protocol::JobStatus;

/// A fault placed by hand. A crash strikes once, when its moment first comes, whoever decides what is next. Exactly-once
/// must survive all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A task dies with an exception; its TaskManager reports it.
    Crash {
        /// Which task.
        task: TaskId,
        /// When.
        at: Moment,
    },
    /// A TaskManager dies with all its tasks; the JobManager notices after a while.
    CrashManager {
        /// Which TaskManager.
        manager: ManagerId,
        /// When.
        at: Moment,
    },
    /// A task works slower for a while: its cost for each record is `thousandths / 1000` times the usual one.
    Slow {
        /// Which task.
        task: TaskId,
        /// 8000 is eight times slower.
        thousandths: u32,
        /// From this time ...
        from: Micros,
        /// ... until this one.
        until: Micros,
    },
}

/// Something that a plan places at a moment which never came in a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unmet {
    /// A fault, by its place in [`Plan::faults`](crate::plan::Plan::faults).
    Fault(usize),
    /// What a person does, by its place in [`Plan::user`](crate::plan::Plan::user).
    User(usize),
}

/// A moment of a run, by meaning first, by time last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// A task has reached this phase of its part in a checkpoint.
    Barrier {
        /// Whose phase.
        task: TaskId,
        /// Which checkpoint.
        checkpoint: CheckpointId,
        /// How far it has come.
        phase: Phase,
    },
    /// A task is about to take its `n`-th record (`before`), or has just taken it. Counted over all its attempts; for a
    /// source, records emitted.
    Record {
        /// Which task.
        task: TaskId,
        /// Counted from 1.
        n: u64,
        /// Before it is taken: it is waiting at the head of an input.
        before: bool,
    },
    /// The coordinator has sent the triggers of a checkpoint.
    Trigger(CheckpointId),
    /// A checkpoint is complete; nobody has been told yet.
    Complete(CheckpointId),
    /// A task is about to read its state for the `n`-th time.
    Restore {
        /// Which task.
        task: TaskId,
        /// Counted from 1.
        n: u32,
    },
    /// The job has taken on this status. That it runs from its start is no moment.
    Job(JobStatus),
    /// The clock shows this.
    Time(Micros),
    /// The run is over.
    End,
}

/// How far a task has come with its part in a checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// The first barrier is here: the alignment begins (R41). A source has none.
    FirstBarrier,
    /// The last barrier is here: the alignment is over, and the snapshot follows (R42).
    Aligned,
    /// The synchronous part is done, barriers are sent (R51).
    AfterSnapshot,
    /// The asynchronous part is done: what was taken is written (R52).
    AfterAsync,
    /// The acknowledgement is on its way.
    AfterAck,
    /// The coordinator has taken the acknowledgement (R19).
    AckTaken,
    /// The task has heard that the checkpoint completed; a two-phase sink commits then (R82).
    Notified,
}

/// Crashes of tasks, drawn from the seed: how many, whose, when. An untimed run has no such times: there it is for the
/// policy to say which of at most `at_most` crashes come, and when, unless the limits allow more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RandomFaults {
    /// At least so many ...
    pub at_least: u32,
    /// ... and at most so many.
    pub at_most: u32,
    /// Which tasks may crash; empty: any.
    pub tasks: Vec<TaskId>,
    /// Between these virtual times, both included.
    pub within: (Micros, Micros),
}

/// A bug planted in the world: what a broken implementation would do. Each models a real mistake.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Defect {
    /// Inputs are not blocked: a task takes its snapshot at the first barrier.
    NoAlignment,
    /// The coordinator counts an acknowledgement by its task alone, whatever its attempt and checkpoint.
    StaleAck,
    /// A source goes on where it was after a restore.
    NoRewind,
    /// A sink commits when its snapshot is taken, not when the checkpoint has completed.
    EarlyCommit,
    /// A channel loses a record: the third one of the run.
    DroppedRecord,
    /// A task never lets go of an input that it has held back for a checkpoint.
    NoResume,
}

impl Defect {
    /// Every defect.
    pub const ALL: [Self; 6] =
        [Self::NoAlignment, Self::StaleAck, Self::NoRewind, Self::EarlyCommit, Self::DroppedRecord, Self::NoResume];
}
