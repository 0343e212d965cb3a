//! Watermarks: how far event time has come at a task (R93-R96).
//!
//! | rule | where |
//! | --- | --- |
//! | R93 the minimum over inputs that are neither ended nor idle | [`Valve`], one for each side of a join, one for all inputs of other tasks |
//! | R93 it only rises, and is forwarded after the timers it fires | [`World::hear`], `advance_to` |
//! | R94 an item on the channel, among records | `broadcast`, [`World::take_watermark`] |
//! | R95 timers are keyed state | the operators |
//! | R96 not part of a snapshot | [`EventClock`] starts again with the execution |

use super::World;
use super::channel::Item;
use super::task::Volatile;
use crate::ids::{ChannelId, TaskId};
use crate::operator::{EventTime, Logic, Work, time};
use crate::plan::VertexKind;
use crate::protocol::valve::{Effect, Input, Valve};
use crate::trace::{Event, Origin};

/// How far event time has come at a task: lost with the execution, and in no snapshot (R96).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct EventClock {
    /// The task's watermark.
    pub watermark: i64,
    /// Whether the task has told its receivers that nothing will come for a while.
    pub idle: bool,
    /// Of a source: the time of its newest record.
    pub newest: i64,
    /// Of a source: how many records it has read since its last watermark.
    pub unmarked: u32,
    /// Of another task: its gates, once something has come. Flink: an input of the task.
    gates: Vec<Gate>,
}

/// What came through a valve.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Gate {
    valve: Valve,
    watermark: i64,
    idle: bool,
}

impl Gate {
    fn new(inputs: usize) -> Self {
        Self { valve: Valve::new(inputs), watermark: time::START, idle: false }
    }
}

impl Default for EventClock {
    fn default() -> Self {
        Self { watermark: time::START, idle: false, newest: time::START, unmarked: 0, gates: Vec::new() }
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
                self.promise(task, watermark);
            }
        }
        if event_time.idle_after.is_some() {
            self.touched.tasks.push(task);
        }
    }

    /// A source has read nothing for a while, and tells it: nobody waits for its watermarks until the next one comes.
    pub(super) fn fall_idle(&mut self, task: TaskId) {
        self.set_idle(task, true);
    }

    fn set_idle(&mut self, task: TaskId, idle: bool) {
        let clock = &mut self.state.tasks[task].volatile.as_mut().expect("only running tasks have a status").clock;
        clock.idle = idle;
        self.events.push(Event::Status { task, idle });
        self.broadcast(task, Item::Status { idle });
        self.touched.tasks.push(task);
    }

    /// A task takes a watermark from a channel (R94).
    pub(super) fn take_watermark(&mut self, task: TaskId, channel: ChannelId, time: i64) {
        self.emit(Event::WatermarkTaken { task, channel, time });
        self.hear(task, channel, |on| Input::Watermark { on, time });
    }

    /// A task hears that nothing will come for a while on a channel, or that something comes again.
    pub(super) fn take_status(&mut self, task: TaskId, channel: ChannelId, idle: bool) {
        self.emit(Event::StatusTaken { task, channel, idle });
        self.hear(task, channel, |on| if idle { Input::Idle { on } } else { Input::Active { on } });
    }

    /// Something about time arrives on a channel (R93).
    pub(super) fn hear(&mut self, task: TaskId, channel: ChannelId, input: impl Fn(usize) -> Input) {
        let (on, sides) = (self.topology.channels[channel].input as usize, self.sides(task));
        let (gate, on) = if on < sides[0] { (0, on) } else { (1, on - sides[0]) };
        // The end of an input may have been the end of the execution.
        let Some(Volatile { clock, .. }) = &mut self.state.tasks[task].volatile else { return };
        if clock.gates.is_empty() {
            clock.gates.extend(sides.into_iter().filter(|&inputs| inputs > 0).map(Gate::new));
        }
        let mut effects = std::mem::take(&mut self.scratch.valve);
        let rule = clock.gates[gate].valve.step(input(on), &mut effects);
        self.scratch.rules.insert(rule);
        for effect in effects.drain(..) {
            // Timers that threw have taken the execution away.
            let Some(volatile) = &mut self.state.tasks[task].volatile else { break };
            let gate = &mut volatile.clock.gates[gate];
            match effect {
                Effect::Rise(time) => gate.watermark = time,
                Effect::Idle => gate.idle = true,
                Effect::Active => gate.idle = false,
            }
            self.combine(task);
        }
        effects.clear();
        self.scratch.valve = effects;
    }

    /// How many inputs the gates of a task have: a join tells its two sides apart, others do not.
    fn sides(&self, task: TaskId) -> [usize; 2] {
        let info = &self.topology.tasks[task];
        let is_join = matches!(&self.plan.vertices[info.vertex].kind, VertexKind::Operator(Logic::Join { .. }));
        let is_first = |&channel: &ChannelId| self.topology.edges[self.topology.channels[channel].edge].input == 0;
        let first = info.inputs.iter().take_while(|channel| !is_join || is_first(channel)).count();
        [first, info.inputs.len() - first]
    }

    /// The task's watermark is the minimum over its gates that are not idle. Flink: `CombinedWatermarkStatus`.
    fn combine(&mut self, task: TaskId) {
        let Some(volatile) = &self.state.tasks[task].volatile else { return };
        let clock = &volatile.clock;
        let least = clock.gates.iter().filter(|gate| !gate.idle).map(|gate| gate.watermark).min();
        let (idle, was_idle) = (least.is_none(), clock.idle);
        if let Some(least) = least.filter(|&least| least > clock.watermark) {
            self.advance_to(task, least);
        }
        if idle != was_idle && self.state.tasks[task].volatile.is_some() {
            self.set_idle(task, idle);
        }
    }

    /// All data of a source has come: all time has passed (R54).
    pub(super) fn end_of_time(&mut self, task: TaskId) {
        if self.event_time && self.inputs(task).is_empty() {
            // Who is done does not fall idle.
            self.touched.tasks.push(task);
            self.promise(task, time::END);
        }
    }

    /// A source sends a watermark; an idle one says first that it is not idle any more.
    fn promise(&mut self, task: TaskId, watermark: i64) {
        if self.state.tasks[task].volatile.as_ref().is_some_and(|volatile| volatile.clock.idle) {
            self.set_idle(task, false);
        }
        self.advance_to(task, watermark);
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
