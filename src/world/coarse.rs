//! What a plan makes coarser than usual ([`Coarse`]): recovery in one step, room exactly where it is needed, news at once.

use super::World;
use super::channel::Item;
use super::offers::Lane;
use super::task::{Command, Phase, Report, Status, Volatile};
use super::{defect, storage::Storage};
use crate::action::Action;
use crate::ids::{ChannelId, CheckpointId, Id, TaskId};
use crate::operator::Work;
use crate::plan::{Coarse, VertexKind};
use crate::protocol::barrier::{self, Handler};
use crate::protocol::coordinator::Input;
use crate::protocol::two_phase::TransactionId;
use crate::protocol::{FailureReason, task};
use crate::trace::{Event, JobStatus, Origin};

impl World {
    /// All tasks are lost, start again and have read the newest completed checkpoint ([`Coarse::AtomicRecovery`]).
    pub(super) fn recover_at_once(&mut self) {
        let from = self.state.coordinator.latest();
        for task in self.topology.tasks.ids() {
            let execution = self.execution(task);
            self.outlive(task);
            self.wipe(task);
            self.emit(Event::Crashed { execution, origin: Origin::Fault });
        }
        self.emit(Event::Job(JobStatus::Restarting));
        if let (false, Some(triggers)) =
            (self.state.coordinator.pending().is_empty(), self.state.budget.triggers.as_mut())
        {
            *triggers += 1;
        }
        self.coordinate(Input::AbortPending(FailureReason::JobFailoverRegion));
        // A trigger that waited for its turn has begun another one, with tasks that are gone.
        while !self.state.coordinator.pending().is_empty() {
            self.coordinate(Input::AbortPending(FailureReason::JobFailoverRegion));
        }
        self.state.coordinator.reuse_ids();
        self.emit(Event::Job(JobStatus::Running));
        self.emit(Event::Restarting { from });
        for channel in self.topology.channels.ids() {
            self.state.channels[channel].reopen();
        }
        for task in self.topology.tasks.ids() {
            self.start_again(task, from);
        }
        for task in self.topology.tasks.ids() {
            self.restore(task);
            // Nobody waits for the news that it runs.
            self.state.tasks[task].reports.pop_back();
            if let Some(dues) = &mut self.clock.dues {
                dues.reports[task].pop_back();
            }
        }
        self.touch_all();
    }

    /// Acknowledgements under way outlive their sender, with what they say. What it said of its end was true of it only.
    fn outlive(&mut self, task: TaskId) {
        let execution = self.execution(task);
        let Self { state, clock, .. } = self;
        let print = |storage: &Storage, id| storage.get(id, task).map_or(0, |snapshot| snapshot.print);
        let reports = &mut state.tasks[task].reports;
        while let Some(place) = reports.iter().position(|one| matches!(one, Report::EndOfData | Report::Finished)) {
            reports.remove(place);
            if let Some(dues) = &mut clock.dues {
                dues.reports[task].remove(place);
            }
        }
        for report in reports {
            if let Report::Ack(id) = *report {
                *report = Report::OldAck(execution, id, print(&state.storage, id));
            }
        }
    }

    /// A new execution exists that remembers which checkpoints are over.
    fn start_again(&mut self, task: TaskId, from: CheckpointId) {
        let data = self.topology.fresh(&self.plan, task);
        let handler = defect::handler(&self.plan, self.plan.checkpointing.effective_mode());
        let mut volatile = Volatile::new(Phase::Deployed(from), data, handler, from);
        if from != CheckpointId::NONE {
            let reason = FailureReason::CheckpointDeclinedSubsumed;
            let facts = task::Facts { remembered_aborts: self.plan.checkpointing.max_concurrent as usize };
            volatile.checkpoints.step(facts, task::Input::AbortOnBarrier { id: from, reason }, &mut Vec::new());
            let inputs = self.topology.tasks[task].inputs.len();
            if inputs > 0
                && let Handler::Aligned(aligned) = &mut volatile.handler
            {
                let facts = barrier::Facts { inputs, after_finish: self.plan.checkpointing.after_finish };
                aligned.step(facts, barrier::Input::CancelMarker { on: 0, id: from }, &mut Vec::new());
            }
        }
        let stored = from.given().and_then(|from| self.state.storage.get(from, task));
        let saved = stored.and_then(|snapshot| snapshot.sink.as_ref());
        // A sink whose data had ended had none open, and has begun none since.
        if let Some(first) = saved.map_or_else(|| Some(TransactionId::default()), |saved| saved.current) {
            self.state.external.forget_from(task, first);
        }
        let state = &mut self.state.tasks[task];
        state.commands.clear();
        state.attempt = state.attempt.next();
        state.status = Status::Running;
        state.volatile = Some(volatile);
        if let Some(dues) = &mut self.clock.dues {
            dues.commands[task].clear();
        }
        let execution = self.execution(task);
        self.emit(Event::Deployed { execution });
    }

    /// A task hears of a checkpoint at once.
    pub(super) fn notify_at_once(&mut self, task: TaskId, command: Command) {
        if !self.state.tasks[task].volatile.as_ref().is_some_and(|volatile| volatile.runs()) {
            return;
        }
        match command {
            Command::NotifyComplete(id) => self.task_step(task, task::Input::NotifyComplete(id)),
            Command::NotifyAborted { id, latest } => self.task_step(task, task::Input::NotifyAborted { id, latest }),
            Command::Deploy(_) | Command::Cancel | Command::Trigger(_) => unreachable!("these are no news"),
        }
        self.finish_if_done(task);
    }

    fn has_room(&self, channel: ChannelId) -> bool {
        let channel = &self.state.channels[channel];
        !channel.open || channel.output.len() < self.plan.channels.buffers as usize
    }

    fn has_room_everywhere(&self, task: TaskId) -> bool {
        let mut outputs = self.topology.tasks[task].outputs.iter().flat_map(|output| output.channels());
        outputs.all(|channel| self.has_room(channel))
    }

    /// Whether a source may read, as far as the plan's differences say.
    pub(super) fn has_room_to_emit(&self, task: TaskId) -> bool {
        (!self.plan.steps.has(Coarse::SilentEnd) || self.reads_on(task))
            && (!self.plan.steps.has(Coarse::ExactRoom) || self.next_is_held(task).is_none())
    }

    /// A channel without room that a source's next record takes ([`Coarse::ExactRoom`]).
    pub(super) fn next_is_held(&self, task: TaskId) -> Option<ChannelId> {
        let (share, volatile) = (self.topology.share(&self.plan, task)?, self.state.tasks[task].volatile.as_ref()?);
        let VertexKind::Source { records, .. } = &self.plan.vertices[share.vertex].kind else { return None };
        let Work::Source(source) = &volatile.data.work else { return None };
        let record = source.clone().read(source.next_slot(records, share)?, records, share).record;
        let mut held = None;
        for (place, output) in self.topology.tasks[task].outputs.iter().enumerate() {
            let edge = &self.topology.edges[output.edge];
            let mut turn = volatile.data.turns[place];
            edge.ship.route(record, &mut turn, edge.receivers, edge.max_parallelism, |receiver, _| {
                let channel = ChannelId(output.first.0 + receiver);
                held = held.or((!self.has_room(channel)).then_some(channel));
            });
        }
        held
    }

    /// Whether a task may take the head of a channel ([`Coarse::ExactRoom`]).
    pub(super) fn has_room_for(&self, channel: ChannelId, head: &Item) -> bool {
        let task = self.topology.channels[channel].to;
        let has_come = |&other: &ChannelId| {
            let state = &self.state.channels[other];
            other == channel || state.blocked || state.ended
        };
        match head {
            Item::Record(_) | Item::Watermark(_) | Item::Status { .. } => self.has_room_everywhere(task),
            Item::Barrier(_) => !self.inputs(task).iter().all(has_come) || self.has_room_everywhere(task),
            Item::CancelMarker(_) | Item::EndOfData | Item::EndOfPartition => true,
        }
    }

    /// Whether a task may take the next message of the JobManager ([`Coarse::ExactRoom`]).
    pub(super) fn has_room_for_command(&self, task: TaskId) -> bool {
        !self.plan.steps.has(Coarse::ExactRoom)
            || !matches!(self.state.tasks[task].commands.front(), Some(Command::Trigger(_)))
            || self.has_room_everywhere(task)
    }

    /// Looks again at whoever may wait for the room that a step took or gave ([`Coarse::ExactRoom`]).
    pub(super) fn touch_room(&mut self, action: Action) {
        let tasks = match action {
            // It may be a cancellation, and then all channels at the task change.
            Action::Rpc(_) if !self.plan.steps.has(Coarse::AtomicRecovery) => return self.touch_all(),
            Action::Emit(task) | Action::Idle(task) | Action::Rpc(task) => [task, task],
            Action::Deliver(channel) | Action::Transfer(channel) => {
                let ends = self.topology.channels[channel];
                [ends.from, ends.to]
            }
            Action::Crash(_) | Action::CrashManager(_) | Action::Restore(_) => {
                return self.touch_all();
            }
            Action::Async(..) | Action::Report(_) | Action::LateAck(_) | Action::Detect(_) | Action::Alarm(_) => return,
        };
        self.touched.tasks.extend(tasks);
        self.touched.lanes.extend(tasks.map(|task| (task, Lane::Commands)));
    }

    fn touch_all(&mut self) {
        self.touched.tasks.extend(self.topology.tasks.ids());
        self.touched.lanes.extend(self.topology.tasks.ids().map(|task| (task, Lane::All)));
    }

    /// Whether all records have been read and handled ([`Coarse::SilentEnd`]).
    pub(super) fn is_silent(&self) -> bool {
        let quiet = self.state.channels.iter().all(|channel| channel.output.is_empty() && channel.input.is_empty());
        let exhausted = (0..self.state.tasks.len()).map(TaskId::at).all(|task| {
            let state = &self.state.tasks[task];
            let Some(volatile) = &state.volatile else { return false };
            let reads = matches!(volatile.data.work, Work::Source(_)) && self.reads_on(task);
            volatile.runs() && state.commands.is_empty() && state.reports.is_empty() && !reads
        });
        quiet && exhausted && self.state.job.status == JobStatus::Running && self.state.coordinator.pending().is_empty()
    }
}
