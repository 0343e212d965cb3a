//! The JobManager's view of the job: messages of tasks, failures, cancellation, restart, the end (R54, R59-R64).

use super::World;
use super::coordinator;
use super::offers::Lane;
use super::task::{Command, Report, Status};
use super::timers::Timer;
use crate::draw::{Draws, Stream};
use crate::ids::{CheckpointId, Execution, Id, ManagerId, Micros, SmallSet, TaskId};
use crate::plan::Defect;
use crate::protocol::coordinator::Input;
use crate::protocol::{FailureReason, SnapshotKind, restart};
use crate::trace::{Event, JobStatus, Origin};

/// The job, as the JobManager sees it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Job {
    /// Its status.
    pub status: JobStatus,
    /// The restart that is under way.
    pub restart: Option<Restart>,
    /// How many failures there were: the place in the stream of jitters.
    pub failures: u32,
    /// The run was cut off.
    pub stopped: bool,
    /// The newest checkpoint that outlived the job; none while it lives.
    pub kept: CheckpointId,
    /// How often it was started again.
    pub lives: u32,
    /// The job is over, but a time is set at which it starts again.
    pub starts_again: bool,
}

impl Default for Job {
    fn default() -> Self {
        Self {
            status: JobStatus::Running,
            restart: None,
            failures: 0,
            stopped: false,
            kept: CheckpointId::NONE,
            lives: 0,
            starts_again: false,
        }
    }
}

impl Job {
    /// Whether nothing more will happen.
    #[inline]
    pub fn is_over(&self) -> bool {
        self.stopped || self.has_ended() && !self.starts_again
    }

    /// Whether its life is over; it may have another one.
    #[inline]
    pub fn has_ended(&self) -> bool {
        matches!(self.status, JobStatus::Finished | JobStatus::Failed | JobStatus::Canceled)
    }

    /// Whether it is being cancelled.
    pub fn is_canceling(&self) -> bool {
        self.restart.as_ref().is_some_and(|restart| restart.canceled)
    }
}

/// A restart, or a failure of the job, that waits for its tasks to end (R61).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Restart {
    /// The tasks that start again.
    pub tasks: SmallSet,
    /// Those of them that have not ended yet.
    pub waiting: SmallSet,
    /// The pause is over.
    pub pause_over: bool,
    /// There will be no restart: the job is over once all have ended.
    pub denied: bool,
    /// Because somebody cancels it; else it fails.
    pub canceled: bool,
}

impl World {
    /// The JobManager takes the next message of a task.
    pub(super) fn report(&mut self, task: TaskId) {
        let report = self.state.tasks[task].reports.pop_front().expect("only a waiting message is taken");
        if let Some(dues) = &mut self.clock.dues {
            dues.reports[task].pop_front();
        }
        let from = self.execution(task);
        match report {
            Report::Running => self.running(task),
            Report::Ack(id) => self.acknowledged(from, id),
            Report::OldAck(from, id, _) => self.acknowledged(from, id),
            Report::Decline(id, reason) => {
                self.emit(Event::Declined { id, from, reason });
                let alive = matches!(self.state.tasks[task].status, Status::Running | Status::Deploying);
                self.coordinate(Input::Decline { from, id, reason, alive });
            }
            Report::NotTriggered(id) => {
                self.coordinate(Input::TriggerFailed { id, reason: FailureReason::TaskCheckpointFailure });
            }
            Report::EndOfData => {
                self.state.tasks[task].end_of_data = true;
                self.last_checkpoint_if_due();
            }
            Report::Finished => {
                self.state.tasks[task].status = Status::Finished;
                let all = self.state.tasks.iter().all(|task| task.status == Status::Finished);
                if all && !self.state.job.is_canceling() {
                    self.end(JobStatus::Finished);
                } else {
                    self.ended(task);
                }
            }
            Report::Canceled => self.gone(task),
            Report::Failed(origin) => self.failed(task, origin),
        }
    }

    fn acknowledged(&mut self, mut from: Execution, mut id: CheckpointId) {
        if self.plan.defect == Some(Defect::StaleAck)
            && let Some(pending) = self.state.coordinator.pending().last()
        {
            id = pending.id();
            from.attempt = self.state.tasks[from.task].attempt;
        }
        self.coordinate(Input::Ack { from, id });
    }

    /// An acknowledgement of a dead attempt arrives.
    pub(super) fn late_ack(&mut self, task: TaskId) {
        let (from, id) = self.state.tasks[task].late.pop_front().expect("only a waiting message is taken");
        self.acknowledged(from, id);
    }

    fn running(&mut self, task: TaskId) {
        if self.state.tasks[task].status == Status::Deploying {
            self.state.tasks[task].status = Status::Running;
        }
        let all = self.state.tasks.iter().all(|task| matches!(task.status, Status::Running | Status::Finished));
        if all && self.state.job.restart.is_none() && self.plan.checkpointing.interval.is_some() {
            // Later starts wait the min pause; the argument counts at the first of a life only (R4).
            let initial_delay = self.initial_delay().unwrap_or(Micros::ZERO);
            self.coordinate(Input::Start { initial_delay });
        }
    }

    /// Once all tasks have reported the end of their data, a last checkpoint is asked for (R54).
    fn last_checkpoint_if_due(&mut self) {
        if self.all_data_has_come() {
            let request = coordinator::RequestId(0);
            self.coordinate(Input::Request { request, kind: SnapshotKind::Checkpoint });
        }
    }

    /// Whether every task has reported the end of its data, and a last checkpoint is what is left to do (R54).
    pub(super) fn all_data_has_come(&self) -> bool {
        let config = &self.plan.checkpointing;
        let done = |task: &super::Task| match task.status {
            Status::Running => task.end_of_data,
            Status::Finished => true,
            Status::Deploying | Status::Canceling | Status::Gone => false,
        };
        config.after_finish && config.interval.is_some() && self.state.tasks.iter().all(done)
    }

    /// The JobManager notices that a TaskManager is gone.
    pub(super) fn detect(&mut self, manager: ManagerId) {
        self.state.lost[manager] = false;
        self.touched.managers.push(manager);
        let tasks: Vec<TaskId> =
            self.topology.manager_of.pairs().filter(|&(_, &home)| home == manager).map(|(task, _)| task).collect();
        for task in tasks {
            self.touched.lanes.push((task, Lane::Commands));
            let alive = self.state.tasks[task].volatile.is_some();
            let known = matches!(self.state.tasks[task].status, Status::Gone | Status::Finished);
            if !alive && !known {
                self.failed(task, Origin::Manager);
            }
        }
    }

    fn failed(&mut self, task: TaskId, origin: Origin) {
        self.emit(Event::FailureNoticed { task, origin });
        let was = self.state.tasks[task].status;
        self.forget_commands(task);
        self.state.tasks[task].status = Status::Gone;
        // A task that was being cancelled has ended; that is no new failure.
        if was == Status::Canceling || was == Status::Gone {
            return self.ended(task);
        }
        let region = self.region(task);
        self.recover(region);
    }

    fn gone(&mut self, task: TaskId) {
        self.state.tasks[task].status = Status::Gone;
        self.forget_commands(task);
        self.ended(task);
    }

    fn forget_commands(&mut self, task: TaskId) {
        self.state.tasks[task].commands.clear();
        if let Some(dues) = &mut self.clock.dues {
            dues.commands[task].clear();
        }
        self.touched.lanes.push((task, Lane::Commands));
    }

    /// The whole job fails: a global failure restarts every task.
    pub(super) fn fail_job(&mut self) {
        if self.state.job.has_ended() {
            return;
        }
        let all = SmallSet::below(self.topology.tasks.len());
        self.recover(all);
    }

    /// All tasks connected with this one: what fails over together (R60).
    fn region(&self, task: TaskId) -> SmallSet {
        let mut region = SmallSet::new();
        let mut found = vec![task];
        while let Some(task) = found.pop() {
            if region.insert(task.index()) {
                let channels = &self.topology.channels;
                found.extend(self.inputs(task).iter().map(|&input| channels[input].from));
                let outputs = self.topology.tasks[task].outputs.iter().flat_map(|output| output.channels());
                found.extend(outputs.map(|output| channels[output].to));
            }
        }
        region
    }

    /// Asks the restart strategy and cancels what has to start again (R61).
    fn recover(&mut self, tasks: SmallSet) {
        if self.state.job.is_canceling() {
            return;
        }
        let earlier = self.state.job.restart.take();
        let mut restart = earlier.unwrap_or(Restart {
            tasks: SmallSet::new(),
            waiting: SmallSet::new(),
            pause_over: false,
            denied: false,
            canceled: false,
        });
        for task in tasks.iter() {
            restart.tasks.insert(task);
        }
        self.state.job.restart = Some(restart);
        self.state.job.failures += 1;
        let mut draws = Draws::new(self.seed.wrapping_add(u64::from(self.state.job.failures)), Stream::Jitter);
        self.strategy_step(restart::Input::Failed { draw: draws.word() });
        let granted = self.state.job.restart.as_ref().is_some_and(|restart| !restart.denied);
        if granted && self.state.job.status != JobStatus::Restarting {
            self.state.job.status = JobStatus::Restarting;
            self.emit(Event::Job(JobStatus::Restarting));
        }
        self.coordinate(Input::Stop);
        self.cancel(&tasks);
        self.restart_if_ready();
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
                restart::Effect::Restart { delay } => {
                    self.emit(Event::RestartPlanned { delay });
                    self.timers().cancel(Timer::Restart);
                    self.arm(Timer::Restart, delay);
                    if let Some(restart) = &mut self.state.job.restart {
                        restart.pause_over = false;
                    }
                }
                restart::Effect::RestartAsPlanned => {
                    let planned = self.state.timers.alarm(|alarm| alarm == crate::action::Alarm::Restart).is_some();
                    if let Some(restart) = &mut self.state.job.restart {
                        restart.pause_over = !planned;
                    }
                }
                restart::Effect::GiveUp { .. } => {
                    self.emit(Event::RestartDenied);
                    self.timers().cancel(Timer::Restart);
                    if let Some(restart) = &mut self.state.job.restart {
                        restart.denied = true;
                        restart.tasks = SmallSet::below(self.topology.tasks.len());
                    }
                }
            }
        }
        self.scratch.strategy = effects;
    }

    /// Tells those of a set that live to stop; a denied restart stops everything.
    pub(super) fn cancel(&mut self, tasks: &SmallSet) {
        let all = SmallSet::below(self.topology.tasks.len());
        let denied = self.state.job.restart.as_ref().is_some_and(|restart| restart.denied);
        for index in if denied { &all } else { tasks }.iter() {
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
        if let Some(restart) = &mut self.state.job.restart {
            restart.waiting.insert(index);
        }
    }

    fn ended(&mut self, task: TaskId) {
        if let Some(restart) = &mut self.state.job.restart {
            restart.waiting.remove(task.index());
            self.restart_if_ready();
        }
    }

    /// The pause before a restart is over.
    pub(super) fn pause_over(&mut self) {
        if let Some(restart) = &mut self.state.job.restart {
            restart.pause_over = true;
            self.restart_if_ready();
        }
    }

    /// Restarts once the pause is over and every task has ended (R61, R62).
    pub(super) fn restart_if_ready(&mut self) {
        match &self.state.job.restart {
            Some(restart) if restart.waiting.is_empty() && restart.canceled => self.end(JobStatus::Canceled),
            Some(restart) if restart.waiting.is_empty() && restart.denied => self.end(JobStatus::Failed),
            Some(restart) if restart.waiting.is_empty() && restart.pause_over => self.restart_now(),
            _ => {}
        }
    }

    fn restart_now(&mut self) {
        let restart = self.state.job.restart.take().expect("a restart is under way");
        self.state.job.status = JobStatus::Running;
        self.emit(Event::Job(JobStatus::Running));
        self.coordinate(Input::AbortPending(FailureReason::JobFailoverRegion));
        let from = self.state.coordinator.latest();
        self.emit(Event::Restarting { from });
        self.deploy(&restart.tasks, from);
    }

    /// Makes new attempts of these tasks, which will read this checkpoint.
    pub(super) fn deploy(&mut self, tasks: &SmallSet, from: CheckpointId) {
        for index in tasks.iter() {
            let task = TaskId::at(index);
            for channel in self.inputs(task).to_vec() {
                self.state.channels[channel].reopen();
                self.touched.channels.push(channel);
            }
            let state = &mut self.state.tasks[task];
            state.attempt = state.attempt.next();
            state.status = Status::Deploying;
            state.end_of_data = false;
            state.last = None;
            self.order(task, Command::Deploy(from));
        }
    }

    /// The job is over.
    fn end(&mut self, status: JobStatus) {
        self.coordinate(Input::Shutdown(status));
        self.keep_timers_of_the_outside();
        self.state.job.restart = None;
        self.state.job.status = status;
        self.emit(Event::Job(status));
    }
}
