//! A task: what a crash takes, what it leaves, and the messages between it and the JobManager.

use std::collections::VecDeque;
use std::sync::Arc;

use smallvec::SmallVec;

use super::storage::Snapshot;
use super::watermark::EventClock;
use crate::ids::{Attempt, CheckpointId, Execution};
use crate::operator::{SourceState, TaskState};
use crate::protocol::barrier::{Aligned, Handler, Tracker};
use crate::protocol::coordinator::Mode;
use crate::protocol::task::TaskCheckpoints;
use crate::protocol::two_phase::TwoPhase;
use crate::protocol::{Barrier, FailureReason};
use crate::trace::Origin;

/// A message of the JobManager to a task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// Exist, empty, and read your state of this checkpoint.
    Deploy(CheckpointId),
    /// Stop at once.
    Cancel,
    /// Take part in a checkpoint (R50).
    Trigger(Barrier),
    /// A checkpoint completed (R55).
    NotifyComplete(CheckpointId),
    /// A checkpoint was given up (R56).
    NotifyAborted {
        /// Which.
        id: CheckpointId,
        /// The newest completed one.
        latest: CheckpointId,
    },
}

/// A message of a task to the JobManager.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Report {
    /// The state is read, the task runs.
    Running,
    /// A checkpoint is acknowledged (R52).
    Ack(CheckpointId),
    /// An acknowledgement of an execution that is gone, with the print of its snapshot
    /// ([`Coarse::AtomicRecovery`](crate::plan::Coarse::AtomicRecovery)).
    OldAck(Execution, CheckpointId, u64),
    /// A checkpoint is declined (R52, R57).
    Decline(CheckpointId, FailureReason),
    /// A trigger came to a task that is gone (R15).
    NotTriggered(CheckpointId),
    /// The task has no more data (R54).
    EndOfData,
    /// The task has finished.
    Finished,
    /// The task has stopped because it was told to.
    Canceled,
    /// The task has died.
    Failed(Origin),
}

/// What the JobManager believes of a task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Status {
    /// It was deployed and has not reported since.
    Deploying,
    /// It runs.
    Running,
    /// It was told to stop.
    Canceling,
    /// It is gone.
    Gone,
    /// It has finished.
    Finished,
}

/// A task: one slot for its current attempt, and what outlives it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Task {
    /// The current attempt.
    pub attempt: Attempt,
    /// What the JobManager believes.
    pub status: Status,
    /// The JobManager knows that all data has come (R54).
    pub end_of_data: bool,
    /// What a crash takes; `None` while no execution exists.
    pub volatile: Option<Volatile>,
    /// Messages on their way to the task.
    pub commands: VecDeque<Command>,
    /// Messages on their way to the JobManager, all of the current attempt.
    pub reports: VecDeque<Report>,
    /// Acknowledgements of dead attempts that may still arrive.
    pub late: VecDeque<(Execution, CheckpointId)>,
    /// What a finished task leaves for the checkpoints after its end (R54).
    pub last: Option<Arc<Snapshot>>,
    /// Where a source was when it was lost; only a planted defect looks at it.
    pub remembered: Option<SourceState>,
}

impl Default for Task {
    /// A task that has not been started.
    fn default() -> Self {
        Self {
            attempt: Attempt(0),
            status: Status::Running,
            end_of_data: false,
            volatile: None,
            commands: VecDeque::new(),
            reports: VecDeque::new(),
            late: VecDeque::new(),
            last: None,
            remembered: None,
        }
    }
}

impl Task {
    /// Its first attempt runs, and nothing has happened yet. The memory of the queues is kept.
    pub fn reset(&mut self, volatile: Volatile) {
        let Self { attempt, status, end_of_data, volatile: held, commands, reports, late, last, remembered } = self;
        (*attempt, *status, *end_of_data) = (Attempt(0), Status::Running, false);
        *held = Some(volatile);
        commands.clear();
        reports.clear();
        late.clear();
        (*last, *remembered) = (None, None);
    }
}

/// What a task does at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// It is empty and has to read its state of this checkpoint.
    Deployed(CheckpointId),
    /// It handles records.
    Running,
}

/// What a crash takes: everything that an execution holds in memory.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Volatile {
    /// What it does.
    pub phase: Phase,
    /// What it computes with.
    pub data: TaskState,
    /// What it does with barriers.
    pub handler: Handler,
    /// Its part in checkpoints.
    pub checkpoints: TaskCheckpoints,
    /// Snapshots taken and not yet written, by checkpoint.
    pub writing: SmallVec<[(CheckpointId, Arc<Snapshot>); 2]>,
    /// The transactions of a two-phase sink.
    pub sink: Option<TwoPhase>,
    /// How far event time has come.
    pub clock: EventClock,
    /// How many inputs have delivered the end of data.
    pub drained: u32,
    /// How many inputs have ended.
    pub ended: u32,
    /// How many outputs have no credit.
    pub full: u32,
    /// All data has come, and the receivers have been told.
    pub done: bool,
    /// The first checkpoint after the end of data, or none yet (R54).
    pub last_checkpoint: CheckpointId,
    /// That checkpoint, or a later one, has completed.
    pub released: bool,
}

impl Volatile {
    /// An execution in this phase, with this state.
    pub fn new(phase: Phase, data: TaskState, handler: Handler, restored: CheckpointId) -> Self {
        Self {
            phase,
            data,
            handler,
            checkpoints: TaskCheckpoints::new(restored),
            writing: SmallVec::new(),
            sink: None,
            clock: EventClock::default(),
            drained: 0,
            ended: 0,
            full: 0,
            done: false,
            last_checkpoint: CheckpointId::NONE,
            released: false,
        }
    }

    /// Whether it handles records.
    #[inline]
    pub fn runs(&self) -> bool {
        self.phase == Phase::Running
    }
}

/// The handler that a mode asks for (R40, R49).
pub fn handler(mode: Mode) -> Handler {
    match mode {
        Mode::ExactlyOnce => Handler::Aligned(Aligned::new()),
        Mode::AtLeastOnce => Handler::Tracker(Tracker::new()),
    }
}
