//! Watermarks: how far event time has come at a task (R93-R96).
//!
//! | rule | where |
//! | --- | --- |
//! | R93 the minimum over open inputs, which only rises; forwarded after the timers it fires | [`World::watermark_rises`], `advance_to` |
//! | R94 an item on the channel, among records | `broadcast`, [`World::take_watermark`] |
//! | R95 timers are keyed state | the operators |
//! | R96 not part of a snapshot | [`EventClock`] starts again with the execution |

use super::World;
use super::channel::Item;
use crate::ids::{ChannelId, TaskId};
use crate::operator::{EventTime, Work, time};
use crate::trace::{Event, Origin};

/// How far event time has come at a task: lost with the execution, and in no snapshot (R96).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EventClock {
    /// The task's watermark.
    pub watermark: i64,
    /// Of a source: the time of its newest record.
    pub newest: i64,
    /// Of a source: how many records it has read since its last watermark.
    pub unmarked: u32,
}

impl Default for EventClock {
    fn default() -> Self {
        Self { watermark: time::START, newest: time::START, unmarked: 0 }
    }
}

impl World {
    /// A source has read a record of this time: a watermark may be due.
    pub(super) fn mark(&mut self, task: TaskId, event_time: EventTime, read: i64) {
        let clock = &mut self.state.tasks[task].volatile.as_mut().expect("only running tasks read").clock;
        clock.newest = clock.newest.max(read);
        clock.unmarked += 1;
        if clock.unmarked >= event_time.every {
            clock.unmarked = 0;
            let watermark = event_time.watermark(clock.newest);
            if watermark > clock.watermark {
                self.advance_to(task, watermark);
            }
        }
    }

    /// A task takes a watermark from a channel (R94).
    pub(super) fn take_watermark(&mut self, task: TaskId, channel: ChannelId, watermark: i64) {
        self.emit(Event::WatermarkTaken { task, channel, time: watermark });
        let last = &mut self.state.channels[channel].watermark;
        *last = watermark.max(*last);
        self.watermark_rises(task);
    }

    /// The task's watermark is the minimum over its open inputs (R93).
    pub(super) fn watermark_rises(&mut self, task: TaskId) {
        let open = self.inputs(task).iter().map(|&channel| &self.state.channels[channel]).filter(|input| !input.ended);
        let Some(least) = open.map(|input| input.watermark).min() else { return };
        let watermark = self.state.tasks[task].volatile.as_ref().map_or(time::END, |volatile| volatile.clock.watermark);
        if least > watermark {
            self.advance_to(task, least);
        }
    }

    /// All data of a source has come: all time has passed (R54).
    pub(super) fn end_of_time(&mut self, task: TaskId) {
        if self.event_time && self.inputs(task).is_empty() {
            self.advance_to(task, time::END);
        }
    }

    /// Timers fire, then the watermark goes on.
    fn advance_to(&mut self, task: TaskId, watermark: i64) {
        let vertex = self.topology.tasks[task].vertex;
        let volatile = self.state.tasks[task].volatile.as_mut().expect("only running tasks have a watermark");
        volatile.clock.watermark = watermark;
        self.events.push(Event::Watermark { task, time: watermark });
        if let Work::Operator(operation) = &mut volatile.data.work {
            let mut outputs = std::mem::take(&mut self.scratch.outputs);
            outputs.start_firing(vertex, watermark);
            let fired = operation.advance(&mut outputs);
            if fired.is_ok() {
                for record in outputs.records() {
                    let (key, view) = (record.key, operation.view(record.key));
                    self.events.push(Event::Fired { task, name: record.name, key, value: record.value, view });
                }
                for &key in outputs.forgotten() {
                    self.events.push(Event::Holds { task, key, value: operation.view(key) });
                }
                self.send(task, outputs.records());
            }
            self.scratch.outputs = outputs;
            if fired.is_err() {
                return self.fail(task, Origin::Operator);
            }
        }
        self.broadcast(task, Item::Watermark(watermark));
    }
}
