//! Why nothing can happen any more although the job is not at its end.

use super::World;
use crate::ids::{ChannelId, CheckpointId, TaskId};
use crate::plan::Coarse;
use crate::trace::Event;

impl World {
    /// Whether the run is at a legal end: the job is over, or was cut off.
    pub fn is_over(&self) -> bool {
        self.state.job.is_over() || self.plan.steps.has(Coarse::SilentEnd) && self.is_silent()
    }

    /// Whether a bound of the plan, and not the job, is why nothing happens any more.
    pub fn is_bounded(&self) -> bool {
        let is_armed = || self.state.timers.alarm(|alarm| alarm == crate::action::Alarm::Trigger).is_some();
        self.state.budget.triggers == Some(0) && is_armed() || self.is_out_of_records()
    }

    /// Reports who waits for what, as [`Event::Stuck`] facts in [`World::events`]; nothing if the job is over.
    pub fn report_stuck(&mut self) {
        self.events.clear();
        if self.is_over() {
            return;
        }
        for task in self.topology.tasks.ids() {
            let on = self.inputs(task).iter().copied().find(|&channel| self.holds_back(channel));
            let missing = self.state.coordinator.pending().first().map_or(CheckpointId::NONE, |pending| pending.id());
            if on.is_some() || self.state.tasks[task].volatile.is_none() {
                self.emit(Event::Stuck { waiting: task, on, missing });
            }
        }
        if self.events.is_empty() {
            self.emit(Event::Stuck { waiting: TaskId(0), on: None, missing: CheckpointId::NONE });
        }
    }

    fn holds_back(&self, channel: ChannelId) -> bool {
        let state = &self.state.channels[channel];
        state.blocked || !state.output.is_empty() || !state.input.is_empty()
    }
}
