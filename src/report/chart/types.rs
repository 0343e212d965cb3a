//! The parts of a chart: plain data.

use super::When;
use super::cut::Which;
use crate::action::Ask;
use crate::ids::{Attempt, ChannelId, Micros, Step, TaskId};
use crate::trace::{JobStatus, Refusal};

/// A step of the run in which something can be seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Its step.
    pub step: Step,
    /// Its virtual time.
    pub at: Micros,
}

/// Whose lane.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Lane {
    /// The JobManager: coordinator, failures, restarts.
    JobManager,
    /// A task.
    Task(TaskId),
}

impl Lane {
    /// The task, if it is one's lane.
    pub fn task(self) -> Option<TaskId> {
        match self {
            Self::JobManager => None,
            Self::Task(task) => Some(task),
        }
    }
}

/// What a task is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It reads records: the number tells records of different sources apart.
    Source(usize),
    /// It computes.
    Operator,
    /// It writes records to the outside.
    Sink,
}

/// What is known of a task's lane.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneInfo {
    /// What the task is called.
    pub name: String,
    /// The same in fourteen letters at most; no two tasks have the same.
    pub brief: String,
    /// What it is for.
    pub role: Role,
}

/// How a stretch of a lane ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It crashed.
    Crashed,
    /// It was cancelled after another one failed.
    Canceled,
    /// It had nothing more to do.
    Finished,
    /// It lives at the end of the run.
    Open,
}

impl Fate {
    /// Whether what it held and had on its channels is lost.
    pub fn is_death(self) -> bool {
        matches!(self, Self::Crashed | Self::Canceled)
    }
}

/// An execution attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Life {
    /// Whose.
    pub task: TaskId,
    /// Which attempt.
    pub attempt: Attempt,
    /// Its first moment.
    pub from: When,
    /// Its last moment: that of its end, or the last of the run.
    pub to: When,
    /// How it ends.
    pub fate: Fate,
}

/// What a message says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Talk {
    /// A record.
    Record {
        /// Its value.
        value: i64,
        /// The number of the source that it comes from.
        origin: usize,
        /// Whether the same record was on this channel before a restart.
        again: bool,
    },
    /// A barrier.
    Barrier(Which),
    /// A cancel marker: what replaces a barrier that will not come.
    Marker(Which),
    /// The JobManager asks for a snapshot.
    Trigger(Which),
    /// A task has its snapshot in storage.
    Ack(Which),
    /// A task will not take part.
    Decline(Which),
    /// A checkpoint is complete.
    Notice(Which),
}

impl Talk {
    /// The checkpoint that it is about.
    pub fn checkpoint(self) -> Option<Which> {
        match self {
            Self::Record { .. } => None,
            Self::Barrier(id)
            | Self::Marker(id)
            | Self::Trigger(id)
            | Self::Ack(id)
            | Self::Decline(id)
            | Self::Notice(id) => Some(id),
        }
    }
}

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It was taken.
    Taken(When),
    /// It was lost with one of the two ends of its channel.
    Lost(When),
    /// It is on its way at the end of the run.
    Open,
}

/// Something that went from one lane to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message {
    /// What it says.
    pub talk: Talk,
    /// Its channel; `None` between the JobManager and a task.
    pub channel: Option<ChannelId>,
    /// Who sent it.
    pub from: Lane,
    /// Who was to take it.
    pub to: Lane,
    /// When it was sent.
    pub sent: When,
    /// What became of it.
    pub end: End,
}

/// Something that happens on one lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// When.
    pub at: When,
    /// On which lane.
    pub lane: Lane,
    /// What.
    pub sign: Sign,
}

/// What happens on a lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// A source reads a record; `again`: it did so before a restart.
    Reads {
        /// The record's value.
        value: i64,
        /// The source's number.
        origin: usize,
        /// Whether it was read before.
        again: bool,
    },
    /// A task takes a record; `shows` is the number that it shows then, unless it is a sink.
    Takes {
        /// The record's value.
        value: i64,
        /// What the task shows.
        shows: Option<i64>,
        /// The number of the source that the record comes from.
        origin: usize,
        /// Whether it was taken before.
        again: bool,
    },
    /// A task takes a barrier; `waits`: its input is blocked for longer than this moment.
    Barrier {
        /// Its checkpoint.
        id: Which,
        /// The channel that it came on.
        channel: ChannelId,
        /// Whether the task waits for other barriers now.
        waits: bool,
    },
    /// A task takes its snapshot.
    Snapshot {
        /// Its checkpoint.
        id: Which,
        /// What it shows, unless it is a sink.
        shows: Option<i64>,
    },
    /// A snapshot is in storage, or could not be written.
    Written {
        /// Its checkpoint.
        id: Which,
        /// Whether it is there.
        stored: bool,
    },
    /// The end of a task's data.
    EndOfData,
    /// A task dies.
    Crash,
    /// A survivor is cancelled.
    Cancel,
    /// An execution exists and is empty.
    Deploy,
    /// An execution has read its state, or starts from nothing.
    Restore {
        /// Where from.
        from: Option<Which>,
        /// What it shows, unless it is a sink.
        shows: Option<i64>,
    },
    /// An execution has nothing more to do.
    Finish,
    /// A transaction becomes visible; `again`: it was.
    Commit {
        /// Its number.
        transaction: u32,
        /// Whether it was visible before.
        again: bool,
    },
    /// A task waits for ever.
    Stuck,
    /// A checkpoint is pending.
    Triggered(Which),
    /// A checkpoint is complete.
    Completed(Which),
    /// A checkpoint was given up, for a reason in Flink's words.
    Aborted(Which, &'static str),
    /// The JobManager learns of a failure.
    Notice(TaskId),
    /// The restart strategy grants a restart after a pause.
    Backoff(Micros),
    /// The restart strategy gives up.
    Denied,
    /// A trigger was refused before a checkpoint existed, for a reason in Flink's words.
    Rejected(&'static str),
    /// The job restarts from a checkpoint, or from nothing, after a failure.
    Restart(Option<Which>),
    /// A person asks for this.
    Asked(Ask),
    /// The JobManager refuses that.
    Refused(Ask, Refusal),
    /// A person has started the job once more: it begins a new life, from this checkpoint of its last one.
    Start(Which),
    /// The job has reached this status, its last one.
    Over(JobStatus),
    /// The plan cuts the run off.
    Stopped,
}

/// A blocked input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait {
    /// The channel that waits.
    pub channel: ChannelId,
    /// Who does not read it.
    pub task: TaskId,
    /// Who sends on it.
    pub sender: TaskId,
    /// The checkpoint whose barrier it has behind it.
    pub id: Which,
    /// When it stopped.
    pub from: When,
    /// When it moved again, or its task died, or the run ended.
    pub to: When,
}

impl Sign {
    /// The checkpoint that it is about, unless state is read from it.
    pub fn checkpoint(&self) -> Option<Which> {
        match *self {
            Self::Barrier { id, .. } | Self::Snapshot { id, .. } | Self::Written { id, .. } => Some(id),
            Self::Triggered(id) | Self::Completed(id) | Self::Aborted(id, _) => Some(id),
            _ => None,
        }
    }
}
