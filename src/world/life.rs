//! The life of an execution: the messages that it takes, deployment, restore, cancellation, its end (R50, R54, R64).

use std::sync::Arc;

use super::World;
use super::defect;
use super::offers::Lane;
use super::storage::Snapshot;
use super::task::{Command, Phase, Report, Volatile};
use crate::ids::{ChannelId, CheckpointId, TaskId};
use crate::operator::Work;
use crate::plan::{Coarse, SinkKind};
use crate::protocol::two_phase::TwoPhase;
use crate::protocol::{Barrier, FailureReason, barrier, task, two_phase};
use crate::trace::{Event, Origin};

impl World {
    /// A task takes the next message of the JobManager.
    pub(super) fn command(&mut self, task: TaskId) {
        let command = self.state.tasks[task].commands.pop_front().expect("only a waiting message is taken");
        if let Some(dues) = &mut self.clock.dues {
            dues.commands[task].pop_front();
        }
        match command {
            Command::Deploy(from) => self.deployed(task, from),
            _ if self.state.tasks[task].volatile.is_none() => self.answer_for_the_dead(task, command),
            Command::Cancel => self.cancelled(task),
            _ if !self.runs(task) => self.decline(task, command, FailureReason::CheckpointDeclinedTaskNotReady),
            Command::Trigger(_) if self.is_closing(task) => {
                self.decline(task, command, FailureReason::CheckpointDeclinedTaskClosing);
            }
            Command::Trigger(barrier) => {
                let open: Vec<usize> = self.open_inputs(task);
                if open.is_empty() {
                    self.task_step(task, task::Input::Checkpoint(barrier));
                }
                for on in open {
                    self.handler_step(task, barrier::Input::Barrier { on, barrier, via_rpc: true });
                }
            }
            Command::NotifyComplete(id) => self.task_step(task, task::Input::NotifyComplete(id)),
            Command::NotifyAborted { id, latest } => self.task_step(task, task::Input::NotifyAborted { id, latest }),
        }
        self.finish_if_done(task);
    }

    fn runs(&self, task: TaskId) -> bool {
        self.state.tasks[task].volatile.as_ref().is_some_and(|volatile| volatile.runs())
    }

    /// The TaskManager of a task that is gone answers for it: it cannot be triggered (R15), the rest is void.
    fn answer_for_the_dead(&mut self, task: TaskId, command: Command) {
        if let Command::Trigger(barrier) = command {
            self.tell(task, Report::NotTriggered(barrier.id));
        }
    }

    /// A task that does not run yet, or that closes, declines a trigger (R50) and ignores notifications (R55).
    fn decline(&mut self, task: TaskId, command: Command, reason: FailureReason) {
        if let Command::Trigger(Barrier { id, .. }) = command {
            self.emit(Event::DeclineSent { execution: self.execution(task), id, reason });
            self.tell(task, Report::Decline(id, reason));
        }
    }

    fn open_inputs(&self, task: TaskId) -> Vec<usize> {
        let open = |&(_, &channel): &(usize, &ChannelId)| !self.state.channels[channel].ended;
        self.inputs(task).iter().enumerate().filter(open).map(|(on, _)| on).collect()
    }

    fn deployed(&mut self, task: TaskId, from: CheckpointId) {
        let mode = self.plan.checkpointing.effective_mode();
        let data = self.topology.fresh(&self.plan, task);
        let handler = defect::handler(&self.plan, mode);
        self.state.tasks[task].volatile = Some(Volatile::new(Phase::Deployed(from), data, handler, from));
        if let Some(dues) = &mut self.clock.dues {
            dues.deployed(task, self.clock.face.now);
        }
        self.emit(Event::Deployed { execution: self.execution(task) });
        self.touched.lanes.push((task, Lane::All));
        let remote_inputs = self.topology.tasks[task].inputs.len();
        (0..remote_inputs).for_each(|input| self.touched.channels.push(self.topology.tasks[task].inputs[input]));
    }

    /// A deployed task reads its state (R64) and runs.
    pub(super) fn restore(&mut self, task: TaskId) {
        let remembered = self.state.tasks[task].remembered.clone();
        let volatile = self.state.tasks[task].volatile.as_mut().expect("only deployed tasks read");
        let Phase::Deployed(from) = volatile.phase else { unreachable!("only deployed tasks read") };
        let stored = from.given().and_then(|from| self.state.storage.get(from, task)).map(Arc::clone);
        if from != CheckpointId::NONE && stored.is_none() {
            return self.fail(task, Origin::Restore);
        }
        volatile.phase = Phase::Running;
        if let Some(snapshot) = &stored {
            volatile.data = snapshot.data.clone();
        }
        if let (Work::Source(source), Some(was)) = (&mut volatile.data.work, remembered) {
            *source = was;
            self.report_restored(task, from, None);
        } else {
            self.report_restored(task, from, stored.as_ref().map(|snapshot| snapshot.print));
        }
        if self.topology.sink(&self.plan, task) == Some(SinkKind::TwoPhaseCommit) {
            self.state.tasks[task].volatile.as_mut().expect("it runs").sink = Some(TwoPhase::new());
            let mut saved = stored.as_ref().and_then(|snapshot| snapshot.sink.clone());
            if let (true, Some(saved)) = (self.plan.steps.has(Coarse::AtomicRecovery), &mut saved) {
                // Its number is given out again.
                saved.current = None;
            }
            self.sink_step(task, from, two_phase::Input::Open(saved.as_slice()));
        }
        self.tell(task, Report::Running);
        self.touched.tasks.push(task);
    }

    /// Says what was read; `print` is that of the state, if it is known.
    fn report_restored(&mut self, task: TaskId, from: CheckpointId, print: Option<u64>) {
        let execution = self.execution(task);
        let Self { state, events, .. } = self;
        let data = &state.tasks[task].volatile.as_ref().expect("it runs").data;
        events.push(Event::Restored {
            execution,
            from,
            state: print.unwrap_or_else(|| data.print()),
            view: data.view(0),
        });
        if let Work::Operator(operation) = &data.work {
            events.extend(operation.keys().map(|key| Event::Holds { task, key, value: operation.view(key) }));
        }
        events.push(Event::Running { execution });
    }

    fn cancelled(&mut self, task: TaskId) {
        let execution = self.execution(task);
        self.state.tasks[task].reports.clear();
        if let Some(dues) = &mut self.clock.dues {
            dues.reports[task].clear();
        }
        // Unlike a crash, a cancellation lets a sink close: its current transaction does not stay open (R82).
        self.sink_step(task, CheckpointId::NONE, two_phase::Input::Close);
        self.wipe(task);
        self.emit(Event::Canceled { execution });
        self.tell(task, Report::Canceled);
    }

    /// A task ends for good; what it held stays for the checkpoints after its end.
    pub(super) fn finish(&mut self, task: TaskId) {
        let execution = self.execution(task);
        let volatile = self.state.tasks[task].volatile.as_ref().expect("only a running task finishes");
        let sink = volatile.sink.as_ref().map(TwoPhase::saved);
        // Without checkpoints a transaction is still current, and nobody will ever commit it.
        self.sink_step(task, CheckpointId::NONE, two_phase::Input::Close);
        // Who ends without a last checkpoint takes part in no later one either (R54).
        if self.waits_for_last_checkpoint() {
            let volatile = self.state.tasks[task].volatile.take().expect("only a running task finishes");
            let bytes = self.plan.storage.bytes(self.topology.tasks[task].vertex, volatile.data.entries());
            self.state.tasks[task].last = Some(Arc::new(Snapshot::new(volatile.data, sink, bytes)));
        }
        self.state.tasks[task].volatile = None;
        self.emit(Event::Finished { execution });
        self.tell(task, Report::Finished);
        self.touched.tasks.push(task);
        self.touched.lanes.push((task, Lane::All));
    }
}
