//! What follows a failure: the restart strategy is asked, tasks are cancelled, and start again (R60-R62).
//!
//! Tasks that are connected fail over together. Where a job falls into several such regions, each has a restart of its
//! own with a pause of its own; a newer failure takes its tasks out of the older restarts.

use super::World;
use super::task::{Command, Status};
use super::timers::Timer;
use crate::draw::{Draws, Stream};
use crate::ids::{Id, Micros, SmallSet, TaskId};
use crate::protocol::coordinator::Input;
use crate::protocol::{FailureReason, restart};
use crate::trace::{Event, JobStatus};

/// A restart that waits for its pause, and for its tasks to end (R61).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Restart {
    /// The number of the failure that it follows.
    pub failure: u32,
    /// The tasks that start again.
    pub tasks: SmallSet,
    /// Those of them that have not ended yet.
    pub waiting: SmallSet,
    /// The pause is over.
    pub pause_over: bool,
}

/// The end of a job that waits for its tasks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ending {
    /// What the job will be: failed, or cancelled.
    pub status: JobStatus,
    /// The tasks that have not ended yet.
    pub waiting: SmallSet,
}

impl World {
    /// Asks the restart strategy and cancels what has to start again (R61).
    pub(super) fn recover(&mut self, tasks: &SmallSet) {
        if self.state.job.is_canceling() {
            return;
        }
        let job = &mut self.state.job;
        job.failures += 1;
        let failure = job.failures;
        if job.ending.is_none() {
            let waiting = SmallSet::new();
            job.restarts.push(Restart { failure, tasks: tasks.clone(), waiting, pause_over: false });
        }
        let draw = match self.plan.restart.has_jitter() {
            true => Draws::new(self.seed.wrapping_add(u64::from(failure)), Stream::Jitter).word(),
            false => 0,
        };
        self.strategy_step(restart::Input::Failed { draw });
        if self.state.job.ending.is_none() {
            self.supersede(tasks);
            if self.state.job.status != JobStatus::Restarting {
                self.state.job.status = JobStatus::Restarting;
                self.emit(Event::Job(JobStatus::Restarting));
            }
        }
        self.coordinate(Input::Stop);
        self.cancel(tasks);
        self.restart_if_ready();
    }

    /// Takes these tasks out of all restarts but the newest.
    fn supersede(&mut self, tasks: &SmallSet) {
        let newest = self.state.job.failures;
        for restart in self.state.job.restarts.iter_mut().filter(|restart| restart.failure != newest) {
            for task in tasks.iter() {
                restart.tasks.remove(task);
                restart.waiting.remove(task);
            }
        }
        while let Some(place) = self.state.job.restarts.iter().position(|restart| restart.tasks.is_empty()) {
            let over = self.state.job.restarts.remove(place);
            self.timers().cancel(Timer::Restart(over.failure));
        }
    }

    /// Gives the restart strategy an input and carries out what it asks for.
    pub(super) fn strategy_step(&mut self, input: restart::Input) {
        let mut effects = std::mem::take(&mut self.scratch.strategy);
        let rule = self.state.strategy.step(&self.plan.restart, input, &mut effects);
        self.scratch.rules.insert(rule);
        for effect in effects.drain(..) {
            match effect {
                restart::Effect::Arm(timer, after) => self.arm(Timer::Strategy(timer), after),
                restart::Effect::Cancel(timer) => self.timers().cancel(Timer::Strategy(timer)),
                restart::Effect::Restart { .. } | restart::Effect::RestartAsPlanned
                    if self.state.job.ending.is_some() => {}
                restart::Effect::Restart { delay } => {
                    self.emit(Event::RestartPlanned { delay });
                    self.arm(Timer::Restart(self.state.job.failures), delay);
                }
                restart::Effect::RestartAsPlanned => self.restart_as_planned(),
                restart::Effect::GiveUp { .. } => {
                    self.emit(Event::RestartDenied);
                    self.begin_end(JobStatus::Failed);
                }
            }
        }
        self.scratch.strategy = effects;
    }

    /// The newest restart comes when the one before it does, or at once if that pause just ended (R69).
    fn restart_as_planned(&mut self) {
        let failure = self.state.job.failures;
        let earlier = |restart: &&Restart| restart.failure != failure && !restart.pause_over;
        let planned = self.state.job.restarts.iter().rev().find(earlier).map(|restart| restart.failure);
        if let Some(planned) = planned {
            self.timers().arm_with(Timer::Restart(failure), Timer::Restart(planned));
        } else if let Some(newest) = self.state.job.restarts.last_mut() {
            newest.pause_over = true;
        }
    }

    /// There will be no restart: the job ends like this once all its tasks have ended.
    pub(super) fn begin_end(&mut self, status: JobStatus) {
        let mut waiting = self.state.job.ending.take().map(|ending| ending.waiting).unwrap_or_default();
        for restart in std::mem::take(&mut self.state.job.restarts) {
            restart.waiting.iter().for_each(|task| _ = waiting.insert(task));
        }
        self.timers().retain(|timer| !matches!(timer, Timer::Restart(_)));
        self.state.job.ending = Some(Ending { status, waiting });
    }

    /// Tells those of a set that live to stop; the end of the job stops everything.
    pub(super) fn cancel(&mut self, tasks: &SmallSet) {
        let all = self.state.job.ending.is_some().then(|| SmallSet::below(self.topology.tasks.len()));
        for index in all.as_ref().unwrap_or(tasks).iter() {
            let task = TaskId::at(index);
            match self.state.tasks[task].status {
                Status::Deploying | Status::Running => {
                    self.state.tasks[task].status = Status::Canceling;
                    self.order(task, Command::Cancel);
                    self.wait_for(index);
                }
                Status::Canceling => self.wait_for(index),
                Status::Gone | Status::Finished => {}
            }
        }
    }

    fn wait_for(&mut self, index: usize) {
        let job = &mut *self.state.job;
        let newest = job.restarts.last_mut().map(|restart| &mut restart.waiting);
        if let Some(waiting) = job.ending.as_mut().map(|ending| &mut ending.waiting).or(newest) {
            waiting.insert(index);
        }
    }

    /// A task has ended, cancelled or by itself.
    pub(super) fn ended(&mut self, task: TaskId) {
        let job = &mut self.state.job;
        job.restarts.iter_mut().for_each(|restart| _ = restart.waiting.remove(task.index()));
        if let Some(ending) = &mut job.ending {
            ending.waiting.remove(task.index());
        }
        self.restart_if_ready();
    }

    /// The pause before the restart that follows this failure is over.
    pub(super) fn pause_over(&mut self, failure: u32) {
        if let Some(restart) = self.state.job.restarts.iter_mut().find(|restart| restart.failure == failure) {
            restart.pause_over = true;
            self.restart_if_ready();
        }
    }

    /// Restarts what has waited for its pause and for its tasks (R61, R62), or ends the job.
    pub(super) fn restart_if_ready(&mut self) {
        let is_ready = |restart: &Restart| restart.pause_over && restart.waiting.is_empty();
        match &self.state.job.ending {
            Some(ending) if ending.waiting.is_empty() => self.end(ending.status),
            Some(_) => {}
            None => {
                while let Some(place) = self.state.job.restarts.iter().position(is_ready) {
                    let restart = self.state.job.restarts.remove(place);
                    self.restart(&restart.tasks);
                }
            }
        }
    }

    /// Ends a backoff whose pause is over, where only alarms move the clock: a restart takes time, so what fails after
    /// it does not fail in the pause (R69). Without this a job that fails as soon as it runs would restart without end
    /// at one instant.
    fn leave_backoff(&mut self) {
        let timer = Timer::Strategy(restart::Timer::BackoffOver);
        if self.clock.dues.is_none() && self.state.timers.is_due(timer, Micros::ONE) {
            self.timers().cancel(timer);
            self.strategy_step(restart::Input::Expired(restart::Timer::BackoffOver));
        }
    }

    fn restart(&mut self, tasks: &SmallSet) {
        self.leave_backoff();
        if self.state.job.restarts.is_empty() {
            self.state.job.status = JobStatus::Running;
            self.emit(Event::Job(JobStatus::Running));
        }
        self.coordinate(Input::AbortPending(FailureReason::JobFailoverRegion));
        let from = self.state.coordinator.latest();
        self.emit(Event::Restarting { from });
        self.deploy(tasks, from);
    }
}
