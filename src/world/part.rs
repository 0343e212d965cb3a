//! A task's part in a checkpoint: carries out what the barrier handler, the task's machine and the sink ask for.

use std::sync::Arc;

use super::World;
use super::channel::Item;
use super::offers::Lane;
use super::storage::Snapshot;
use super::task::Report;
use crate::ids::{CheckpointId, Execution, TaskId};
use crate::plan::{Coarse, Defect};
use crate::protocol::task::{self, Effect};
use crate::protocol::two_phase::TransactionState;
use crate::protocol::{Barrier, FailureReason, barrier, two_phase};
use crate::trace::{Event, Origin};

impl World {
    /// The current execution of a task.
    #[inline]
    pub(super) fn execution(&self, task: TaskId) -> Execution {
        Execution { task, attempt: self.state.tasks[task].attempt }
    }

    /// Gives the barrier handler of a task an input and carries out what it asks for.
    pub(super) fn handler_step(&mut self, task: TaskId, input: barrier::Input) {
        let facts = barrier::Facts {
            inputs: self.topology.tasks[task].inputs.len(),
            after_finish: self.plan.checkpointing.after_finish,
        };
        let mut effects = std::mem::take(&mut self.scratch.handler);
        let volatile = self.state.tasks[task].volatile.as_mut().expect("only running tasks get barriers");
        let rule = volatile.handler.step(facts, input, &mut effects);
        self.scratch.rules.insert(rule);
        for effect in effects.drain(..) {
            match effect {
                barrier::Effect::Block(_) => {}
                barrier::Effect::Resume(on) => self.resume(task, on),
                barrier::Effect::Trigger(barrier) => self.task_step(task, task::Input::Checkpoint(barrier)),
                barrier::Effect::Abort { id, reason } => {
                    self.task_step(task, task::Input::AbortOnBarrier { id, reason });
                }
            }
        }
        self.scratch.handler = effects;
    }

    fn resume(&mut self, task: TaskId, on: usize) {
        let channel = self.inputs(task)[on];
        let state = &mut self.state.channels[channel];
        if state.blocked && self.plan.defect != Some(Defect::NoResume) {
            state.blocked = false;
            self.touched.channels.push(channel);
            self.emit(Event::Resumed { channel });
        }
    }

    /// Gives the checkpoint machine of a task an input and carries out what it asks for. All of it is one step: nothing
    /// is processed in between (R51).
    pub(super) fn task_step(&mut self, task: TaskId, input: task::Input) {
        let facts = task::Facts { remembered_aborts: self.plan.checkpointing.max_concurrent as usize };
        let mut effects = std::mem::take(&mut self.scratch.task);
        let mut at = effects.len();
        let step = |world: &mut Self, input, effects: &mut Vec<Effect>| {
            // An exception in the middle of the step takes the execution away.
            if let Some(volatile) = &mut world.state.tasks[task].volatile {
                let rule = volatile.checkpoints.step(facts, input, effects);
                world.scratch.rules.insert(rule);
            }
        };
        step(self, input, &mut effects);
        while let Some(&effect) = effects.get(at) {
            at += 1;
            match effect {
                Effect::PrepareSnapshot(_) => {}
                Effect::Broadcast(barrier) => self.broadcast(task, Item::Barrier(barrier)),
                Effect::BroadcastCancelMarker(id) => self.broadcast(task, Item::CancelMarker(id)),
                Effect::Snapshot(barrier) => {
                    self.snapshot(task, barrier);
                    step(self, task::Input::Snapshotted { barrier, ok: true }, &mut effects);
                }
                Effect::StartAsync(_) => {
                    if let (Some(dues), Some(volatile)) = (&mut self.clock.dues, &self.state.tasks[task].volatile) {
                        let bytes = volatile.writing.last().map_or(0, |(_, snapshot)| snapshot.bytes);
                        dues.writing(task, self.clock.face.now, bytes);
                    }
                    self.touched.lanes.push((task, Lane::Writes));
                    if self.plan.steps.has(Coarse::MergedAsync) {
                        let newest = self.state.tasks[task].volatile.as_ref().map_or(1, |one| one.writing.len()) - 1;
                        self.end_async(task, newest as u8);
                    }
                }
                Effect::CancelAsync(id) => self.cancel_async(task, id),
                Effect::Ack(id) => {
                    self.emit(Event::AckSent { execution: self.execution(task), id });
                    self.tell(task, Report::Ack(id));
                }
                Effect::Decline(id, reason) => {
                    self.emit(Event::DeclineSent { execution: self.execution(task), id, reason });
                    self.tell(task, Report::Decline(id, reason));
                }
                Effect::OperatorsComplete(id) => self.completed(task, id),
                Effect::OperatorsAborted(id) => {
                    self.emit(Event::NotifiedAborted { execution: self.execution(task), id });
                    self.sink_step(task, id, two_phase::Input::Aborted(id));
                }
                Effect::Fail(_) => self.fail(task, Origin::Checkpoints),
            }
        }
        effects.clear();
        self.scratch.task = effects;
    }

    /// The synchronous part: a copy of the state, kept in memory until it is written (R51.6).
    fn snapshot(&mut self, task: TaskId, barrier: Barrier) {
        let id = barrier.id;
        self.sink_step(task, id, two_phase::Input::Snapshot(id));
        let volatile = self.state.tasks[task].volatile.as_mut().expect("only running tasks take snapshots");
        let sink = volatile.sink.as_ref().map(two_phase::TwoPhase::saved);
        let bytes = self.plan.storage.bytes(self.topology.tasks[task].vertex, volatile.data.entries());
        let snapshot = Arc::new(Snapshot::new(volatile.data.clone(), sink, bytes));
        if volatile.done && volatile.last_checkpoint == CheckpointId::NONE {
            volatile.last_checkpoint = id;
        }
        let (state, view) = (snapshot.print, volatile.data.view(0));
        volatile.writing.push((id, snapshot));
        self.emit(Event::Snapshot { execution: self.execution(task), id, state, view });
    }

    /// The asynchronous part of a checkpoint ends: the snapshot is in storage, or the write failed (R52).
    pub(super) fn end_async(&mut self, task: TaskId, slot: u8) {
        let volatile = self.state.tasks[task].volatile.as_mut().expect("only live tasks write");
        let (id, snapshot) = volatile.writing.remove(usize::from(slot));
        if let Some(dues) = &mut self.clock.dues {
            dues.asyncs[task].remove(usize::from(slot));
        }
        let bytes = snapshot.bytes;
        let (fits, execution) = (self.plan.storage.takes(bytes), self.execution(task));
        let stored = fits && !self.plan.storage.fails.contains(&id);
        if !fits {
            self.emit(Event::TooLarge { execution, id, bytes });
        }
        if stored {
            self.state.storage.put(id, task, self.topology.tasks.len(), snapshot);
        }
        self.emit(Event::Written { execution, id, stored, bytes });
        let failure = (!stored).then_some(FailureReason::CheckpointAsyncException);
        self.task_step(task, task::Input::AsyncEnded { id, failure });
        self.touched.lanes.push((task, Lane::Writes));
        self.finish_if_done(task);
    }

    fn cancel_async(&mut self, task: TaskId, id: CheckpointId) {
        let Some(volatile) = &mut self.state.tasks[task].volatile else { return };
        if let Some(slot) = volatile.writing.iter().position(|&(writing, _)| writing == id) {
            volatile.writing.remove(slot);
            if let Some(dues) = &mut self.clock.dues {
                dues.asyncs[task].remove(slot);
            }
            self.touched.lanes.push((task, Lane::Writes));
        }
    }

    /// The operators of a task hear that a checkpoint completed (R55).
    fn completed(&mut self, task: TaskId, id: CheckpointId) {
        self.emit(Event::Notified { execution: self.execution(task), id });
        self.sink_step(task, id, two_phase::Input::Complete(id));
        let Some(volatile) = &mut self.state.tasks[task].volatile else { return };
        volatile.released |= volatile.last_checkpoint.given().is_some_and(|last| last <= id);
    }

    /// Gives a two-phase sink an input and carries out what it asks of the external system; other tasks ignore it. `id`
    /// is the checkpoint that the input is about.
    pub(super) fn sink_step(&mut self, task: TaskId, id: CheckpointId, input: two_phase::Input<'_>) {
        let mut effects = std::mem::take(&mut self.scratch.sink);
        if let Some(sink) = self.state.tasks[task].volatile.as_mut().and_then(|volatile| volatile.sink.as_mut()) {
            let rule = sink.step(input, &mut effects);
            self.scratch.rules.insert(rule);
        }
        let mut at = 0;
        while let Some(&effect) = effects.get(at) {
            at += 1;
            match effect {
                two_phase::Effect::Begin => {
                    let transaction = self.state.external.begin(task);
                    self.emit(Event::Begun { task, transaction });
                    let sink = self.state.tasks[task].volatile.as_mut().and_then(|volatile| volatile.sink.as_mut());
                    let begun = two_phase::Input::Begun(transaction);
                    let rule = sink.expect("it has just asked").step(begun, &mut effects);
                    self.scratch.rules.insert(rule);
                }
                two_phase::Effect::PreCommit(transaction) => {
                    self.state.external.advance(task, transaction, TransactionState::PreCommitted);
                    self.emit(Event::PreCommitted { task, transaction, id });
                    if self.plan.defect == Some(Defect::EarlyCommit) {
                        self.state.external.advance(task, transaction, TransactionState::Committed);
                        self.emit(Event::Committed { task, transaction, again: false });
                    }
                }
                two_phase::Effect::Commit(transaction) => {
                    let changed = self.state.external.advance(task, transaction, TransactionState::Committed);
                    self.emit(Event::Committed { task, transaction, again: !changed });
                }
                two_phase::Effect::Abort(transaction) => {
                    if self.state.external.advance(task, transaction, TransactionState::Aborted) {
                        self.emit(Event::Dropped { task, transaction });
                    }
                }
            }
        }
        effects.clear();
        self.scratch.sink = effects;
    }

    /// A task sends a message to the JobManager.
    pub(super) fn tell(&mut self, task: TaskId, report: Report) {
        self.state.tasks[task].reports.push_back(report);
        if let Some(dues) = &mut self.clock.dues {
            dues.reported(task, self.clock.face.now);
        }
        self.touched.lanes.push((task, Lane::Reports));
    }
}
