//! Why something is not possible now, and what is left over of checkpoints that are gone: questions of a search about a
//! state. Nothing here changes anything.

use super::World;
use super::channel::Item;
use super::task::{Command, Report, Volatile};
use crate::ids::{Attempt, ChannelId, CheckpointId, TaskId};
use crate::operator::Work;
use crate::plan::{Coarse, VertexKind};
use crate::protocol::barrier::Handler;
use crate::trace::JobStatus;

impl World {
    /// An output whose lack of room keeps a task from its next record.
    pub fn lacks_room(&self, task: TaskId) -> Option<ChannelId> {
        let buffers = self.plan.channels.buffers;
        let exact = self.plan.steps.has(Coarse::ExactRoom);
        let full = |&channel: &ChannelId| {
            let channel = &self.state.channels[channel];
            if exact { channel.open && channel.output.len() >= buffers as usize } else { channel.records >= buffers }
        };
        self.topology.tasks[task].outputs.iter().flat_map(|output| output.channels()).find(full)
    }

    /// An output whose lack of room keeps a source from reading on.
    pub fn lacks_room_to_emit(&self, task: TaskId) -> Option<ChannelId> {
        if self.plan.steps.has(Coarse::ExactRoom) { self.next_is_held(task) } else { self.lacks_room(task) }
    }

    /// Whether a source has records left to read.
    pub fn reads_on(&self, task: TaskId) -> bool {
        let Some(share) = self.topology.share(&self.plan, task) else { return false };
        let VertexKind::Source { records, .. } = &self.plan.vertices[share.vertex].kind else { return false };
        let work = self.state.tasks[task].volatile.as_ref().map(|volatile| &volatile.data.work);
        matches!(work, Some(Work::Source(source)) if source.next_slot(records, share).is_some())
    }

    /// Whether all tasks run as they did at the start, no failure is known or on its way, no checkpoint that was given up
    /// has left anything behind, and no task is about to finish: then only data, the newest checkpoint and faults can
    /// move anything.
    pub fn is_calm(&self) -> bool {
        let state = &self.state;
        // Whatever a handler of a builder's own keeps, it is not of a checkpoint that was given up: there is none.
        let orderly = state.coordinator.has_given_up_none();
        let newest = state.coordinator.pending().last().map(|pending| pending.id());
        let of_newest = |id: CheckpointId| Some(id) == newest;
        let quiet_item = |item: &Item| match item {
            Item::Record(_) | Item::Watermark(_) | Item::Status { .. } | Item::EndOfData => true,
            Item::Barrier(barrier) => of_newest(barrier.id),
            Item::CancelMarker(_) | Item::EndOfPartition => false,
        };
        let quiet_report = |report: &Report| match report {
            Report::Ack(id) => of_newest(*id),
            Report::EndOfData => true,
            Report::OldAck(..)
            | Report::Running
            | Report::Decline(..)
            | Report::NotTriggered(_)
            | Report::Finished
            | Report::Canceled
            | Report::Failed(_) => false,
        };
        let quiet_command = |command: &Command| match command {
            Command::Trigger(barrier) => of_newest(barrier.id),
            Command::NotifyComplete(_) => true,
            Command::Deploy(_) | Command::Cancel | Command::NotifyAborted { .. } => false,
        };
        let quiet = |volatile: &Volatile, is_told: bool| {
            volatile.runs()
                && !volatile.released
                && !(volatile.done && is_told)
                && volatile.writing.iter().all(|&(id, _)| of_newest(id))
                && match &volatile.handler {
                    Handler::Aligned(aligned) => aligned.collecting().is_none_or(of_newest),
                    Handler::Tracker(tracker) => tracker.counting().all(of_newest),
                    Handler::Own(_) => orderly,
                }
        };
        state.job.status == JobStatus::Running
            && state.job.restarts.is_empty()
            && state.job.ending.is_none()
            && state.lost.iter().all(|lost| !lost)
            && state.coordinator.is_started()
            && state.tasks.iter().all(|task| {
                task.status == super::task::Status::Running
                    && task.volatile.as_ref().is_some_and(|volatile| {
                        quiet(volatile, task.commands.iter().any(|one| matches!(one, Command::NotifyComplete(_))))
                    })
                    && task.reports.iter().all(quiet_report)
                    && task.commands.iter().all(quiet_command)
            })
            && state.channels.iter().all(|channel| {
                channel.open && channel.output.iter().all(quiet_item) && channel.input.iter().all(quiet_item)
            })
    }

    /// Whether all tasks run, or have finished, and no failure is known or on its way: no task is about to be stopped.
    pub fn is_undisturbed(&self) -> bool {
        let state = &self.state;
        state.job.status == JobStatus::Running
            && state.job.restarts.is_empty()
            && state.job.ending.is_none()
            && state.lost.iter().all(|lost| !lost)
            && state.tasks.iter().all(|task| {
                matches!(task.status, super::task::Status::Running | super::task::Status::Finished)
                    && !task.reports.iter().any(|report| matches!(report, Report::Failed(_)))
                    && !task.commands.iter().any(|command| matches!(command, Command::Deploy(_) | Command::Cancel))
            })
    }

    /// Whether any task was lost and started again.
    pub fn has_restarted(&self) -> bool {
        self.state.tasks.iter().any(|task| task.attempt != Attempt::default())
    }

    /// Whether a placed fault waits for its moment, which may be any step.
    pub fn waits_for_moment(&self) -> bool {
        self.state.watch.is_waiting()
    }
}
