//! What the checkpoint coordinator asks for, and the timers of the JobManager.

use super::World;
use super::offers::Lane;
use super::task::{Command, Status};
use super::timers::Timer;
use crate::action::Alarm;
use crate::ids::{CheckpointId, Execution, Micros, TaskId};
use crate::plan::Coarse;
use crate::protocol::coordinator::{self, Effect, Input};
use crate::protocol::{Alignment, Barrier, FailureReason, SnapshotKind, restart};
use crate::trace::Event;

impl World {
    /// Gives the coordinator an input and carries out what it asks for.
    pub(super) fn coordinate(&mut self, input: Input<'_>) {
        let mut effects = std::mem::take(&mut self.scratch.coordinator);
        let from = effects.len();
        let mut at = from;
        let mut deleted = 0;
        let mut fails = None;
        self.ask(input, &mut effects);
        while at < effects.len() {
            let effect = effects[at].clone();
            at += 1;
            // Files are deleted at once; the end of a deletion is news of its own (R12).
            let deletes = matches!(effect, Effect::Aborted { .. } | Effect::Subsumed { delete: true, .. });
            match effect {
                // The failure of the job is dealt with once the coordinator is done with this input.
                Effect::FailJob(reason) | Effect::FailTask(_, reason) => fails = Some(reason),
                effect => self.carry_out(effect, &mut effects),
            }
            deleted += usize::from(deletes);
            while at == effects.len() && deleted > 0 {
                deleted -= 1;
                self.ask(Input::Deleted, &mut effects);
            }
        }
        effects.truncate(from);
        self.scratch.coordinator = effects;
        if let Some(reason) = fails {
            self.emit(Event::TooManyFailures { reason });
            self.fail_job();
        }
    }

    fn ask(&mut self, input: Input<'_>, effects: &mut Vec<Effect>) {
        let facts = coordinator::Facts { config: &self.plan.checkpointing, deleting: 0 };
        let rule = self.state.coordinator.step(facts, input, effects);
        self.scratch.rules.insert(rule);
    }

    fn carry_out(&mut self, effect: Effect, effects: &mut Vec<Effect>) {
        match effect {
            Effect::Arm(timer, after) => self.arm(Timer::Coordinator(timer), after),
            Effect::ArmAgain(timer, period) => self.timers().arm(Timer::Coordinator(timer), period),
            Effect::ArmWith(timer, other) => {
                self.timers().arm_with(Timer::Coordinator(timer), Timer::Coordinator(other));
            }
            Effect::Cancel(timer) => self.timers().cancel(Timer::Coordinator(timer)),
            Effect::Plan => match self.checkpoint_plan() {
                Ok(plan) => self.ask(Input::Planned(Ok(&plan)), effects),
                Err(reason) => self.ask(Input::Planned(Err(reason)), effects),
            },
            Effect::Created(_) => {}
            Effect::Trigger { id, kind, alignment } => self.trigger(id, kind, alignment),
            Effect::WriteMetadata(id) => {
                self.store_finished(id);
                self.ask(Input::MetadataWritten { id, stored: true }, effects);
            }
            // Where ids are given out again, the state at that place is not that of the message.
            Effect::DiscardState { .. } if self.plan.steps.has(Coarse::AtomicRecovery) => {}
            Effect::DiscardState { from, id } => self.state.storage.discard(id, from.task),
            Effect::Acked { from, id, answer } => self.emit(Event::Acked { id, from, answer }),
            Effect::Completed { id, kind, in_store } => {
                self.clock.face.completed = Some(self.clock.face.now);
                self.emit(Event::Completed { id, kind, in_store });
            }
            Effect::Subsumed { id, delete } => {
                if delete {
                    self.state.storage.delete(id);
                }
                self.emit(Event::Subsumed { id });
            }
            Effect::Closed { id, delete } => {
                if delete {
                    self.state.storage.delete(id);
                } else {
                    self.state.job.kept = id;
                }
                self.emit(Event::Closed { id, kept: !delete });
            }
            Effect::Aborted { id, reason } => {
                self.state.storage.delete(id);
                self.emit(Event::Aborted { id, reason });
            }
            Effect::Rejected(reason) => self.emit(Event::Rejected { reason }),
            Effect::NotifyComplete { id, .. } => self.notify(Command::NotifyComplete(id)),
            Effect::NotifyAborted { id, latest } => self.notify(Command::NotifyAborted { id, latest }),
            Effect::Answer { .. } | Effect::Failed { .. } | Effect::FailJob(_) | Effect::FailTask(..) => {}
        }
    }

    /// Who must acknowledge (R16), or why there can be no checkpoint now.
    fn checkpoint_plan(&self) -> Result<Vec<Execution>, FailureReason> {
        let finished = self.state.tasks.iter().any(|task| task.status == Status::Finished);
        if finished && !self.plan.checkpointing.after_finish {
            return Err(FailureReason::NotAllRequiredTasksRunning);
        }
        let waited_for = || self.state.tasks.pairs().filter(|(_, task)| task.status != Status::Finished);
        if waited_for().any(|(_, task)| task.status != Status::Running) || waited_for().next().is_none() {
            return Err(FailureReason::NotAllRequiredTasksRunning);
        }
        Ok(waited_for().map(|(task, state)| Execution { task, attempt: state.attempt }).collect())
    }

    /// The tasks that a trigger goes to: running ones with no running predecessor (R16).
    fn trigger(&mut self, id: CheckpointId, kind: SnapshotKind, alignment: Alignment) {
        let pending = self.state.coordinator.pending().iter().find(|pending| pending.id() == id);
        let periodic = pending.is_some_and(|pending| pending.request().is_none());
        let calm = self.clock.face.completed.filter(|_| periodic).map(|completed| self.clock.face.now.minus(completed));
        self.emit(Event::Triggered { id, kind, calm });
        for task in self.topology.tasks.ids() {
            let finished = |task: TaskId| self.state.tasks[task].status == Status::Finished;
            let fed = self.inputs(task).iter().any(|&channel| !finished(self.topology.channels[channel].from));
            if !fed && !finished(task) {
                self.order(task, Command::Trigger(Barrier { id, kind, alignment }));
            }
        }
    }

    /// A finished task's part of a checkpoint is what it held at its end (R21.1), unless it took part before its end.
    fn store_finished(&mut self, id: CheckpointId) {
        for task in self.topology.tasks.ids() {
            let state = &self.state.tasks[task];
            if let (Status::Finished, Some(last), None) = (state.status, &state.last, self.state.storage.get(id, task))
            {
                let last = std::sync::Arc::clone(last);
                self.state.storage.put(id, task, self.topology.tasks.len(), last);
            }
        }
    }

    /// Tells every task that has not finished.
    fn notify(&mut self, command: Command) {
        for task in self.topology.tasks.ids() {
            if matches!(self.state.tasks[task].status, Status::Running | Status::Deploying) {
                match self.plan.steps.has(Coarse::ImmediateNotification) {
                    true => self.notify_at_once(task, command),
                    false => self.order(task, command),
                }
            }
        }
    }

    /// The JobManager sends a message to a task.
    pub(super) fn order(&mut self, task: TaskId, command: Command) {
        self.state.tasks[task].commands.push_back(command);
        if let Some(dues) = &mut self.clock.dues {
            dues.commanded(task, self.clock.face.now);
        }
        self.touched.lanes.push((task, Lane::Commands));
    }

    /// Arms a timer, this long from now.
    pub(super) fn arm(&mut self, timer: Timer, after: Micros) {
        let left = self.clock.since_reference().plus(after);
        self.timers().arm(timer, left);
    }

    /// An alarm fires: the clock moves to its due time, deadlines that have passed by then are settled first.
    pub(super) fn alarm(&mut self, alarm: Alarm) {
        let (_, armed) = self.state.timers.alarm(|other| other == alarm).expect("an alarm on the menu is armed");
        while let Some(deadline) = self.timers().next_deadline(armed.left) {
            self.settle(deadline);
        }
        self.timers().take(armed.timer);
        self.timers().pass(armed.left);
        self.clock.face.reference = self.clock.face.reference.plus(armed.left);
        self.clock.face.now = self.clock.face.now.max(self.clock.face.reference);
        if let Some(triggers) = &mut self.state.budget.triggers
            && alarm == Alarm::Trigger
        {
            *triggers = triggers.saturating_sub(1);
        }
        match alarm {
            Alarm::Trigger => self.coordinate(Input::Expired(coordinator::Timer::Periodic)),
            Alarm::Expire(id) => self.coordinate(Input::Expired(coordinator::Timer::Expiry(id))),
            Alarm::Restart => {
                let Timer::Restart(failure) = armed.timer else { unreachable!("no other timer is this alarm") };
                self.pause_over(failure);
            }
            Alarm::Fault(number) => self.planned_fault(number),
            Alarm::User(number) => self.ask_for(number),
            Alarm::Stop => {
                self.emit(Event::Stopped);
                self.state.job.stopped = true;
            }
        }
    }

    /// Moves the clock to the due time of the next action and settles the deadlines that it passes.
    pub(super) fn advance(&mut self, due: Micros) {
        if due == Micros::MAX {
            return;
        }
        self.clock.face.now = self.clock.face.now.max(due);
        let passed = self.clock.since_reference();
        if self.state.timers.due_within(passed) {
            while let Some(deadline) = self.timers().next_deadline(passed) {
                self.settle(deadline);
            }
        }
    }

    fn settle(&mut self, deadline: Timer) {
        match deadline {
            Timer::Coordinator(timer) => self.coordinate(Input::Expired(timer)),
            Timer::Strategy(timer) => self.strategy_step(restart::Input::Expired(timer)),
            Timer::Restart(_) | Timer::Fault(_) | Timer::User(_) | Timer::Stop => unreachable!("these are alarms"),
        }
    }
}
