//! Where nothing moves any more although the job is not at its end, and who waits for whom.
//!
//! Alarms do not count: an idle cluster with a checkpoint that is still pending can only wait for its expiry, and what
//! it waits for was lost. No fault is needed for that, and none mends it.

use super::World;
use super::task::{Status, Volatile};
use super::timers::Timer;
use crate::action::{Action, Alarm};
use crate::ids::{ChannelId, CheckpointId, TaskId};
use crate::plan::Coarse;
use crate::trace::{Event, JobStatus, Origin, Wait};

impl World {
    /// Whether the run is at a legal end: the job is over, or was cut off.
    pub fn is_over(&self) -> bool {
        self.state.job.is_over() || self.plan.steps.has(Coarse::SilentEnd) && self.is_silent()
    }

    /// Whether a bound of the plan, and not the job, is why nothing happens any more.
    pub fn is_bounded(&self) -> bool {
        let is_armed = || self.state.timers.alarm(|alarm| alarm == Alarm::Trigger).is_some();
        self.state.budget.triggers == Some(0) && is_armed() || self.is_out_of_records()
    }

    /// Whether only alarms and faults can happen, and the job is not over.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.menu.progress() == 0 && !self.is_over()
    }

    /// Whether only alarms and faults can happen while the job runs and the newest checkpoint is pending: it cannot complete
    /// any more, and would only expire. An older one may be left to that in Flink, too: a task whose senders have finished
    /// is told of the next checkpoint directly, and takes it before the older barriers that wait in its channels (R40).
    #[inline]
    pub fn is_hung(&self) -> bool {
        let coordinator = &self.state.coordinator;
        self.menu.progress() == 0
            && coordinator.pending().last().is_some_and(|pending| pending.id() == coordinator.durable().last_id)
            && self.state.job.status == JobStatus::Running
            && self.state.job.restarts.is_empty()
            && self.state.job.ending.is_none()
            && !self.is_over()
    }

    /// Whether the periodic trigger is on offer beyond the plan's bound on checkpoints: for the last checkpoint of tasks
    /// that are done with their data (R54).
    pub fn triggers_beyond_bound(&self) -> bool {
        self.state.budget.triggers == Some(0) && self.menu.contains(Action::Alarm(Alarm::Trigger))
    }

    /// Lifts the bounds of an untimed run by one checkpoint, and by one record of each endless source.
    pub fn grant(&mut self) {
        self.state.budget.triggers = self.state.budget.triggers.map(|left| left.max(1));
        self.record_limit = self.record_limit.map(|limit| limit.saturating_add(1));
        self.refresh_all();
    }

    /// Reports who waits for whom, as [`Event::Stuck`] facts in [`World::events`]; nothing if the job is over.
    pub fn report_stuck(&mut self) {
        self.events.clear();
        if self.is_over() {
            return;
        }
        let missing = self.state.coordinator.pending().first().map_or(CheckpointId::NONE, |pending| pending.id());
        for task in self.topology.tasks.ids() {
            if let Some((why, on)) = self.waits(task, missing) {
                self.emit(Event::Stuck { waiting: task, on, missing, why });
            }
        }
        // Who only waits for the end of a checkpoint is not why there is none.
        let is_cause = |event: &Event| !matches!(event, Event::Stuck { why: Wait::Checkpoint, .. });
        if self.events.iter().any(is_cause) {
            self.events.retain(is_cause);
        }
        if self.events.is_empty() {
            self.emit(Event::Stuck { waiting: TaskId(0), on: None, missing, why: Wait::JobManager });
        }
    }

    /// Reports that the job restarts for ever, after so many restarts from this checkpoint, and who fails each time, as
    /// [`Event::Stuck`] facts in [`World::events`].
    pub fn report_restarts(&mut self, restarts: u32, from: CheckpointId, failing: &[(TaskId, Origin)]) {
        self.events.clear();
        for &(waiting, origin) in failing {
            self.emit(Event::Stuck { waiting, on: None, missing: from, why: Wait::Restart { origin, restarts } });
        }
    }

    /// Whether a person, or the end of the run, will come in between at a time, or at some restore.
    pub fn is_left_to_people(&self) -> bool {
        self.state.timers.any(|timer| matches!(timer, Timer::User(_) | Timer::Stop))
            || self.is_user_waiting_for_restore()
    }

    /// What a task waits for that does not come, and on which channel.
    fn waits(&self, task: TaskId, missing: CheckpointId) -> Option<(Wait, Option<ChannelId>)> {
        let state = &self.state.tasks[task];
        let Some(volatile) = state.volatile.as_ref().filter(|volatile| volatile.runs()) else {
            return (state.status != Status::Finished).then_some((Wait::JobManager, None));
        };
        let channel = |id: ChannelId| &self.state.channels[id];
        let blocked = self.inputs(task).iter().copied().find(|&id| channel(id).blocked && channel(id).input.is_empty());
        let quiet = |&id: &ChannelId| {
            !channel(id).blocked && !channel(id).ended && channel(id).output.is_empty() && channel(id).input.is_empty()
        };
        let silent = self.inputs(task).iter().copied().find(quiet);
        let is_fed = |&id: &ChannelId| channel(id).head(self.topology.channels[id].remote).is_some();
        let has_more = if self.inputs(task).is_empty() { !volatile.done } else { self.inputs(task).iter().any(is_fed) };
        if let Some(room) = self.lacks_room(task).filter(|_| has_more) {
            return Some((Wait::Room, Some(room)));
        }
        match (blocked, silent) {
            (Some(_), Some(silent)) => return Some((Wait::Barrier, Some(silent))),
            (Some(blocked), None) => return Some((Wait::Resume, Some(blocked))),
            (None, _) => {}
        }
        let is_asked = missing.given().is_some_and(|_| self.owes(task, missing));
        match silent {
            Some(silent) if is_asked && !self.has_taken_part(task, volatile, missing) => {
                Some((Wait::Barrier, Some(silent)))
            }
            _ if is_asked => Some((Wait::Acknowledgement, None)),
            _ => volatile.done.then_some((Wait::Checkpoint, None)),
        }
    }

    /// Whether the coordinator waits for a task's acknowledgement of a checkpoint.
    fn owes(&self, task: TaskId, id: CheckpointId) -> bool {
        let pending = self.state.coordinator.pending().iter().find(|pending| pending.id() == id);
        pending.is_some_and(|pending| pending.outstanding().any(|execution| execution.task == task))
    }

    /// Whether a task has taken its snapshot of a checkpoint.
    fn has_taken_part(&self, task: TaskId, volatile: &Volatile, id: CheckpointId) -> bool {
        self.state.storage.get(id, task).is_some() || volatile.writing.iter().any(|&(writing, _)| writing == id)
    }
}
