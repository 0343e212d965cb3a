//! The JobManager's view of the job: messages of tasks, failures, cancellation, restart, the end (R54, R59-R64).

use smallvec::SmallVec;

use super::World;
use super::coordinator;
use super::failover::{Ending, Restart};
use super::offers::Lane;
use super::task::{Command, Report, Status};
use crate::ids::{CheckpointId, Execution, Id, ManagerId, Micros, SmallSet, TaskId};
use crate::plan::Defect;
use crate::protocol::coordinator::Input;
use crate::protocol::{FailureReason, SnapshotKind};
use crate::trace::{Event, JobStatus, Origin};

/// The job, as the JobManager sees it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Job {
    /// Its status.
    pub status: JobStatus,
    /// The restarts that wait, in the order of their failures: each of tasks of its own.
    pub restarts: SmallVec<[Restart; 1]>,
    /// The job waits for its tasks to end, for good.
    pub ending: Option<Ending>,
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
            restarts: SmallVec::new(),
            ending: None,
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
        self.ending.as_ref().is_some_and(|ending| ending.status == JobStatus::Canceled)
    }
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
        if all
            && self.state.job.restarts.is_empty()
            && self.state.job.ending.is_none()
            && self.plan.checkpointing.interval.is_some()
        {
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
        let done = |task: &crate::parts::Part<super::Task>| match task.status {
            Status::Running => task.end_of_data,
            Status::Finished => true,
            Status::Deploying | Status::Canceling | Status::Gone => false,
        };
        self.waits_for_last_checkpoint() && self.state.tasks.iter().all(done)
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
        let topology = std::sync::Arc::clone(&self.topology);
        self.recover(topology.region(task));
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
        self.recover(&all);
    }

    /// Makes new attempts of these tasks, which will read this checkpoint.
    pub(super) fn deploy(&mut self, tasks: &SmallSet, from: CheckpointId) {
        for index in tasks.iter() {
            let task = TaskId::at(index);
            let Self { state, touched, topology, .. } = self;
            for &channel in &topology.tasks[task].inputs {
                state.channels[channel].reopen();
                touched.channels.push(channel);
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
    pub(super) fn end(&mut self, status: JobStatus) {
        self.coordinate(Input::Shutdown(status));
        self.keep_timers_of_the_outside();
        self.state.job.restarts.clear();
        self.state.job.ending = None;
        self.state.job.status = status;
        self.emit(Event::Job(status));
    }
}
