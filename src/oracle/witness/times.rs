//! How far event time has come in the kept run (R93).
//!
//! When a source sends a watermark is its own affair; which one it may send, and what follows from it, is not. Watermarks
//! are no state: where the run restored a task, its kept counterpart forgets them, too (R96). So a record that is late in
//! one is late in the other.

use super::Job;
use crate::ids::{ChannelId, PerId, TaskId};
use crate::operator::{EventTime, time};

/// How far event time has come.
#[derive(Debug)]
pub(super) struct Times {
    /// The last watermark of each input.
    taken: PerId<ChannelId, i64>,
    tasks: PerId<TaskId, i64>,
    /// The time of the newest record of each source.
    newest: PerId<TaskId, i64>,
}

impl Times {
    pub(super) fn new(job: &Job) -> Self {
        let tasks = job.tasks.len();
        Self {
            taken: PerId::new(job.topology.channels.len(), |_| time::START),
            tasks: PerId::new(tasks, |_| time::START),
            newest: PerId::new(tasks, |_| time::START),
        }
    }

    pub(super) fn reset(&mut self) {
        let all = self.taken.iter_mut().chain(self.tasks.iter_mut()).chain(self.newest.iter_mut());
        all.for_each(|known| *known = time::START);
    }

    /// A task starts again and knows nothing.
    pub(super) fn forget(&mut self, job: &Job, task: TaskId) {
        (self.tasks[task], self.newest[task]) = (time::START, time::START);
        job.topology.tasks[task].inputs.iter().for_each(|&input| self.taken[input] = time::START);
    }

    pub(super) fn watermark(&self, task: TaskId) -> i64 {
        self.tasks[task]
    }

    /// A source read a record of this time.
    pub(super) fn read(&mut self, task: TaskId, time: Option<i64>) {
        self.newest[task] = self.newest[task].max(time.unwrap_or(time::START));
    }

    /// The watermark that a source may send while it has records left.
    pub(super) fn of_source(&self, task: TaskId, event_time: Option<EventTime>) -> i64 {
        event_time.map_or(time::START, |event_time| event_time.watermark(self.newest[task]))
    }

    /// A source sends a watermark.
    pub(super) fn send(&mut self, task: TaskId, watermark: i64) {
        self.tasks[task] = watermark;
    }

    /// A task takes a watermark; the one to which its own rises, if it does.
    pub(super) fn take(&mut self, job: &Job, task: TaskId, channel: ChannelId, watermark: i64) -> Option<i64> {
        self.taken[channel] = self.taken[channel].max(watermark);
        let least = job.topology.tasks[task].inputs.iter().map(|&input| self.taken[input]).min()?;
        if least <= self.tasks[task] {
            return None;
        }
        self.tasks[task] = least;
        Some(least)
    }
}
