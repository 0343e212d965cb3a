//! What people do to the job: a checkpoint by hand, the end of the job, its next life (R7, R27, R70, R71).
//!
//! Flink: `CheckpointCoordinator.triggerCheckpoint`, `ExecutionGraph.cancel`, `flink run -s PATH` in claim mode `NO_CLAIM`.
//!
//! The next life is a job of its own: a new coordinator, whose ids go on behind the checkpoint that it starts from, a
//! restart strategy that remembers no failure, and tasks that nobody hears of any more if they belong to the last life.

use super::World;
use super::task::Report;
use super::timers::Timer;
use crate::action::Ask;
use crate::ids::{CheckpointId, SmallSet};
use crate::protocol::completed::{Completed, Properties};
use crate::protocol::coordinator::{Coordinator, Durable, Input, RequestId};
use crate::protocol::{SnapshotKind, restart};
use crate::trace::{Event, JobStatus, Refusal};

use super::offers::Lane;

impl World {
    /// A person asks for what the plan says under this number.
    pub(super) fn ask_for(&mut self, number: u32) {
        let ask = self.plan.user[number as usize].ask;
        self.emit(Event::Asked { ask });
        let refused = match ask {
            Ask::Checkpoint => self.ask_for_checkpoint(number),
            Ask::Cancel => self.ask_for_cancellation(),
            Ask::Start => self.ask_for_start(),
        };
        if let Err(why) = refused {
            self.emit(Event::Refused { ask, why });
        }
        self.state.job.starts_again = self.state.job.has_ended() && self.is_start_timed();
    }

    fn ask_for_checkpoint(&mut self, number: u32) -> Result<(), Refusal> {
        if self.state.job.has_ended() {
            return Err(Refusal::JobOver);
        }
        // Number 0 is the last checkpoint of R54.
        let request = RequestId(number + 1);
        self.coordinate(Input::Request { request, kind: SnapshotKind::Checkpoint });
        Ok(())
    }

    fn ask_for_cancellation(&mut self) -> Result<(), Refusal> {
        if self.state.job.has_ended() {
            return Err(Refusal::JobOver);
        }
        if self.state.job.is_canceling() {
            return Err(Refusal::Canceling);
        }
        let all = SmallSet::below(self.topology.tasks.len());
        self.begin_end(JobStatus::Canceled);
        self.coordinate(Input::Stop);
        self.cancel(&all);
        self.restart_if_ready();
        Ok(())
    }

    fn ask_for_start(&mut self) -> Result<(), Refusal> {
        if !self.state.job.has_ended() {
            return Err(Refusal::JobRuns);
        }
        let from = self.state.job.kept.given().ok_or(Refusal::NothingKept)?;
        let snapshot = Completed { id: from, properties: Properties::Unclaimed };
        *self.state.coordinator = Coordinator::resume(Durable::starting_from(snapshot));
        self.state.coordinator.restored();
        *self.state.strategy = restart::Strategy::new(&self.plan.restart);
        self.clock.face.completed = None;
        let job = &mut self.state.job;
        (job.status, job.kept) = (JobStatus::Running, CheckpointId::NONE);
        job.lives += 1;
        self.emit(Event::Job(JobStatus::Running));
        self.emit(Event::Started { from });
        self.forget_last_life();
        self.deploy(&SmallSet::below(self.topology.tasks.len()), from);
        Ok(())
    }

    /// Nobody listens to what the tasks of the last life still say.
    fn forget_last_life(&mut self) {
        for task in self.topology.tasks.ids() {
            let state = &mut self.state.tasks[task];
            state.late.clear();
            state.reports.retain(|report| !matches!(report, Report::Ack(_) | Report::OldAck(..)));
            self.touched.lanes.push((task, Lane::All));
        }
    }

    /// The job is over: its timers go. Those of people and of faults stay if it may have another life.
    pub(super) fn keep_timers_of_the_outside(&mut self) {
        let starts = self.is_start_timed() || self.is_start_waiting();
        self.timers().retain(|timer| starts && matches!(timer, Timer::User(_) | Timer::Fault(_) | Timer::Stop));
        self.state.job.starts_again = self.is_start_timed();
    }

    /// Whether a time is set at which the job starts again.
    fn is_start_timed(&self) -> bool {
        let is_start =
            |timer| matches!(timer, Timer::User(number) if self.plan.user[number as usize].ask == Ask::Start);
        !self.plan.user.is_empty() && self.state.timers.any(is_start)
    }
}
