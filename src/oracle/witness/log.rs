//! The facts of a run that the witness needs, in the order of the run.

use super::is_finish;
use super::times::News;
use crate::ids::{ChannelId, CheckpointId, ManagerId, Name, TaskId};
use crate::protocol::two_phase::TransactionId;
use crate::trace::Event;

/// One fact.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fact {
    // Steps of the data plane.
    Emitted {
        split: u32,
        index: u64,
        name: Name,
        value: i64,
    },
    Received {
        channel: ChannelId,
        name: Name,
        value: i64,
        view: i64,
    },
    Row {
        transaction: Option<TransactionId>,
        key: Option<i64>,
        name: Name,
        value: i64,
    },
    /// The task's watermark rose, or it fell idle or woke up.
    Told(News),
    Heard {
        channel: ChannelId,
        news: News,
    },
    EndOfData,
    // Points of comparison.
    Snapshot {
        id: CheckpointId,
        state: u64,
        view: i64,
    },
    Restored {
        from: CheckpointId,
        state: u64,
        view: i64,
    },
    Committed {
        transaction: TransactionId,
    },
    // What decides which facts are kept.
    Gone,
    ManagerGone(ManagerId),
    FailureNoticed,
    JobFailed,
    Restarting {
        from: CheckpointId,
    },
    Finished,
}

/// A fact with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The number of its event.
    pub(super) event: u64,
    /// Whose fact it is; task 0 for those of the whole job.
    pub(super) task: TaskId,
    /// Whether it belongs to the kept run.
    pub(super) kept: bool,
    pub(super) fact: Fact,
}

/// The facts of one run.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) entries: Vec<Entry>,
    /// How many events there were.
    pub(super) events: u64,
    /// Whether the job finished.
    pub(super) finished: bool,
}

impl Log {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.events = 0;
        self.finished = false;
    }

    pub(super) fn observe(&mut self, event: &Event) {
        let noted = match *event {
            Event::Emitted { task, split, index, name, value } => {
                Some((task, Fact::Emitted { split, index, name, value }))
            }
            Event::Received { task, channel, name, value, view, .. } => {
                Some((task, Fact::Received { channel, name, value, view }))
            }
            Event::Row { task, transaction, name, value } => {
                Some((task, Fact::Row { transaction, key: None, name, value }))
            }
            Event::Upserted { task, key, name, value } => {
                Some((task, Fact::Row { transaction: None, key: Some(key), name, value }))
            }
            Event::Watermark { task, time } => Some((task, Fact::Told(News::Rise(time)))),
            Event::Status { task, idle } => Some((task, Fact::Told(News::Idle(idle)))),
            Event::WatermarkTaken { task, channel, time } => {
                Some((task, Fact::Heard { channel, news: News::Rise(time) }))
            }
            Event::StatusTaken { task, channel, idle } => Some((task, Fact::Heard { channel, news: News::Idle(idle) })),
            Event::EndOfData { task } => Some((task, Fact::EndOfData)),
            Event::Snapshot { execution, id, state, view } => {
                Some((execution.task, Fact::Snapshot { id, state, view }))
            }
            Event::Restored { execution, from, state, view } => {
                Some((execution.task, Fact::Restored { from, state, view }))
            }
            Event::Committed { task, transaction, again: false } => Some((task, Fact::Committed { transaction })),
            Event::Crashed { execution, .. } | Event::Canceled { execution } | Event::Deployed { execution } => {
                Some((execution.task, Fact::Gone))
            }
            Event::ManagerCrashed { manager } => Some((TaskId(0), Fact::ManagerGone(manager))),
            Event::FailureNoticed { task, .. } => Some((task, Fact::FailureNoticed)),
            Event::TooManyFailures { .. } => Some((TaskId(0), Fact::JobFailed)),
            Event::Started { from } => {
                // Everything starts again.
                self.entries.push(Entry { event: self.events, task: TaskId(0), kept: false, fact: Fact::JobFailed });
                Some((TaskId(0), Fact::Restarting { from }))
            }
            Event::Restarting { from } => Some((TaskId(0), Fact::Restarting { from })),
            Event::Finished { execution } => Some((execution.task, Fact::Finished)),
            _ => None,
        };
        if let Some((task, fact)) = noted {
            self.entries.push(Entry { event: self.events, task, kept: false, fact });
        }
        self.finished |= is_finish(event);
        self.events += 1;
    }
}
