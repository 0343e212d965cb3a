//! One step of the data plane: emit, transfer, deliver, and the end of data.

use super::World;
use super::channel::{Channel, Item};
use super::offers::Lane;
use super::task::{Report, Volatile};
use crate::ids::{ChannelId, Name, TaskId};
use crate::operator::{Record, Work};
use crate::plan::{Coarse, Defect, SinkKind, VertexKind};
use crate::protocol::{barrier, two_phase, valve};
use crate::trace::{Event, Origin};

impl World {
    /// A source reads its next record and sends it; after the last one, the end of its data.
    pub(super) fn read(&mut self, task: TaskId) {
        let share = self.topology.share(&self.plan, task).expect("only sources read");
        let VertexKind::Source { records, .. } = &self.plan.vertices[share.vertex].kind else { return };
        let volatile = self.state.tasks[task].volatile.as_mut().expect("only running tasks read");
        let Work::Source(source) = &mut volatile.data.work else { return };
        let Some(slot) = source.next_slot(records, share) else { return self.end_of_data(task) };
        let mut read = source.read(slot, records, share);
        if self.plan.steps.has(Coarse::Nameless) {
            read.record.name = Name(0);
        }
        self.events.push(Event::Emitted {
            task,
            split: read.split,
            index: read.index,
            name: read.record.name,
            value: read.record.value,
        });
        if let Some(dues) = &mut self.clock.dues {
            dues.reads(task, self.clock.face.now);
        }
        self.send(task, &[read.record]);
        if let (Some(event_time), Some(time)) = (share.event_time, read.record.time) {
            self.mark(task, event_time, time);
        }
        self.worked(task);
    }

    /// The head of a channel moves to the receiver's queue.
    pub(super) fn transfer(&mut self, channel: ChannelId) {
        let item = self.leave(channel);
        self.state.channels[channel].input.push_back(item);
        if let Some(dues) = &mut self.clock.dues {
            dues.input[channel].push_back(self.clock.face.now);
        }
        self.touched.channels.push(channel);
        self.emit(Event::Transferred { channel });
    }

    /// Takes the head of a sender's queue and gives the sender its credit back.
    #[inline]
    fn leave(&mut self, channel: ChannelId) -> Item {
        let buffers = self.plan.channels.buffers;
        let state = &mut self.state.channels[channel];
        let was_full = state.records >= buffers;
        let item = state.leave();
        let is_full = state.records >= buffers;
        if let Some(dues) = &mut self.clock.dues {
            dues.output[channel].pop_front();
        }
        if was_full && !is_full {
            let sender = self.topology.channels[channel].from;
            if let Some(volatile) = &mut self.state.tasks[sender].volatile {
                volatile.full -= 1;
                if volatile.full == 0 {
                    self.touched.tasks.push(sender);
                }
            }
        }
        item
    }

    /// The receiver takes the head of a channel and handles it.
    pub(super) fn deliver(&mut self, channel: ChannelId) {
        let info = self.topology.channels[channel];
        let item = if info.remote {
            if let Some(dues) = &mut self.clock.dues {
                dues.input[channel].pop_front();
            }
            self.touched.channels.push(channel);
            self.state.channels[channel].input.pop_front().expect("only a waiting item is delivered")
        } else {
            self.leave(channel)
        };
        let (task, on) = (info.to, info.input as usize);
        match item {
            Item::Record(record) => self.handle(task, channel, record),
            Item::Watermark(time) => self.take_watermark(task, channel, time),
            Item::Status { idle } => self.take_status(task, channel, idle),
            Item::Barrier(barrier) => {
                self.emit(Event::BarrierTaken { task, channel, id: barrier.id, blocks: barrier.alignment.blocks() });
                self.handler_step(task, barrier::Input::Barrier { on, barrier, via_rpc: false });
            }
            Item::CancelMarker(id) => {
                self.emit(Event::CancelMarkerTaken { task, channel, id });
                self.handler_step(task, barrier::Input::CancelMarker { on, id });
            }
            Item::EndOfData => {
                self.emit(Event::EndOfDataTaken { channel });
                let volatile = self.state.tasks[task].volatile.as_mut().expect("the receiver runs");
                volatile.drained += 1;
                if volatile.drained as usize == self.topology.tasks[task].inputs.len() {
                    self.end_of_data(task);
                }
            }
            Item::EndOfPartition => {
                self.emit(Event::EndOfPartition { channel });
                self.state.channels[channel].ended = true;
                self.state.tasks[task].volatile.as_mut().expect("the receiver runs").ended += 1;
                self.handler_step(task, barrier::Input::EndOfPartition { on });
                if self.event_time {
                    self.hear(task, channel, |on| valve::Input::Ended { on });
                }
                self.finish_if_done(task);
            }
        }
    }

    /// A task handles one record.
    fn handle(&mut self, task: TaskId, channel: ChannelId, record: Record) {
        let Record { name, key, value, .. } = record;
        let info = &self.topology.tasks[task];
        let volatile = self.state.tasks[task].volatile.as_mut().expect("the receiver runs");
        match &mut volatile.data.work {
            Work::Operator(operation) => {
                let mut outputs = std::mem::take(&mut self.scratch.outputs);
                outputs.start(info.vertex, &record, volatile.clock.watermark);
                let edge = self.topology.edges[self.topology.channels[channel].edge];
                let handled = operation.process(edge.input as usize, record, &mut outputs);
                let view = operation.view(key);
                if handled.is_ok() {
                    self.events.push(Event::Received { task, channel, name, key, value, view });
                    if outputs.is_late() {
                        self.events.push(Event::Late { task, name, value });
                    }
                    self.send(task, outputs.records());
                    self.worked(task);
                }
                self.scratch.outputs = outputs;
                if handled.is_err() {
                    self.fail(task, Origin::Operator);
                }
            }
            Work::Sink | Work::Remembering { .. } => {
                if let Work::Remembering { count, last } = &mut volatile.data.work {
                    (*count, *last) = (*count + 1, value);
                }
                let transaction = volatile.sink.as_ref().and_then(two_phase::TwoPhase::current);
                self.events.push(Event::Received { task, channel, name, key, value, view: 0 });
                let kind = self.topology.sink(&self.plan, task);
                debug_assert!(
                    transaction.is_some() || kind != Some(SinkKind::TwoPhaseCommit),
                    "a two-phase sink has a transaction open while records come"
                );
                self.events.push(match kind {
                    Some(SinkKind::Upsert) => Event::Upserted { task, key, name, value },
                    _ => Event::Row { task, transaction, name, value },
                });
                self.worked(task);
            }
            Work::Source(_) => unreachable!("no channel leads to a source"),
        }
    }

    /// Puts records on the channels that each takes.
    #[inline]
    pub(super) fn send(&mut self, task: TaskId, records: &[Record]) {
        let Self { plan, topology, state, events, clock, touched, .. } = self;
        let volatile = state.tasks[task].volatile.as_mut().expect("only running tasks send");
        let was_full = volatile.full > 0;
        let Volatile { data, full, .. } = &mut *volatile;
        for &record in records {
            for (place, output) in topology.tasks[task].outputs.iter().enumerate() {
                let edge = &topology.edges[output.edge];
                let turn = &mut data.turns[place];
                edge.ship.route(record, turn, edge.receivers, edge.max_parallelism, |receiver, record| {
                    let channel = ChannelId(output.first.0 + receiver);
                    events.push(Event::Sent { channel, name: record.name, value: record.value });
                    if plan.defect == Some(Defect::DroppedRecord) && state.watch.drops() {
                        return;
                    }
                    let queue = &mut state.channels[channel];
                    if !queue.open {
                        return;
                    }
                    queue.output.push_back(Item::Record(record));
                    queue.records += 1;
                    if queue.records == plan.channels.buffers {
                        *full += 1;
                    }
                    if let Some(dues) = &mut clock.dues {
                        dues.sent(channel, clock.face.now);
                    }
                    if queue.output.len() == 1 {
                        touched.channels.push(channel);
                    }
                });
            }
        }
        if *full > 0 && !was_full {
            touched.tasks.push(task);
        }
    }

    /// Puts an event on every output of a task, behind the data.
    pub(super) fn broadcast(&mut self, task: TaskId, item: Item) {
        let Self { topology, state, events, clock, touched, .. } = self;
        for channel in topology.tasks[task].outputs.iter().flat_map(|output| output.channels()) {
            match item {
                Item::Barrier(barrier) => events.push(Event::BarrierSent { channel, id: barrier.id }),
                Item::CancelMarker(id) => events.push(Event::CancelMarkerSent { channel, id }),
                Item::Watermark(time) => events.push(Event::WatermarkSent { channel, time }),
                Item::Status { idle } => events.push(Event::StatusSent { channel, idle }),
                Item::Record(_) | Item::EndOfData | Item::EndOfPartition => {}
            }
            let queue: &mut Channel = &mut state.channels[channel];
            if !queue.open {
                continue;
            }
            queue.output.push_back(item);
            if let Some(dues) = &mut clock.dues {
                dues.sent(channel, clock.face.now);
            }
            if queue.output.len() == 1 {
                touched.channels.push(channel);
            }
        }
    }

    /// A task that worked may be busy for a while.
    #[inline]
    fn worked(&mut self, task: TaskId) {
        if let Some(dues) = &mut self.clock.dues
            && dues.worked(task, self.clock.face.now)
        {
            self.touched.tasks.push(task);
            self.touched.lanes.push((task, Lane::Commands));
        }
    }

    /// All data of a task has come: it tells its receivers and the JobManager (R54).
    fn end_of_data(&mut self, task: TaskId) {
        self.end_of_time(task);
        let volatile = self.state.tasks[task].volatile.as_mut().expect("only running tasks end");
        volatile.done = true;
        let is_sink = volatile.sink.is_some();
        self.emit(Event::EndOfData { task });
        if is_sink {
            self.sink_step(task, crate::ids::CheckpointId::NONE, two_phase::Input::Finish);
        }
        self.broadcast(task, Item::EndOfData);
        self.tell(task, Report::EndOfData);
        self.finish_if_done(task);
    }

    /// Whether a task waits for nothing but its asynchronous parts: it takes no more triggers (R54).
    pub(super) fn is_closing(&self, task: TaskId) -> bool {
        let waits = self.waits_for_last_checkpoint();
        let inputs = self.topology.tasks[task].inputs.len();
        self.state.tasks[task]
            .volatile
            .as_ref()
            .is_some_and(|volatile| volatile.done && volatile.ended as usize == inputs && (volatile.released || !waits))
    }

    /// Whether a task whose data has all come waits for one more checkpoint (R54).
    #[inline]
    pub(super) fn waits_for_last_checkpoint(&self) -> bool {
        self.plan.checkpointing.after_finish && self.plan.checkpointing.interval.is_some()
    }

    /// A task whose data, inputs, last checkpoint and asynchronous parts are all done finishes (R54).
    pub(super) fn finish_if_done(&mut self, task: TaskId) {
        if self.is_closing(task)
            && self.state.tasks[task].volatile.as_ref().is_some_and(|volatile| volatile.writing.is_empty())
        {
            self.broadcast(task, Item::EndOfPartition);
            self.finish(task);
        }
    }

    /// The channels into a task.
    pub(super) fn inputs(&self, task: TaskId) -> &[ChannelId] {
        &self.topology.tasks[task].inputs
    }
}
