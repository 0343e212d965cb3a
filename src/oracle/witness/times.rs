//! How far event time has come in the kept run (R93).
//!
//! When a source sends a watermark, and when it says that it is idle, is its own affair; which watermark it may send, and
//! what follows from it, is not. Watermarks are no state: where the run restored a task, its kept counterpart forgets
//! them, too (R96). So a record that is late in one is late in the other.

use std::collections::VecDeque;

use super::Job;
use crate::ids::{ChannelId, PerId, TaskId};
use crate::operator::{EventTime, Operation, Work, time};

/// What is told of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum News {
    /// It has come so far.
    Rise(i64),
    /// Nothing will be told for a while, or something may be told again.
    Idle(bool),
}

/// How far event time has come.
#[derive(Debug)]
pub(super) struct Times {
    inputs: PerId<ChannelId, Input>,
    /// The gates of each task: two of a join, one of others.
    gates: PerId<TaskId, Vec<Known>>,
    tasks: PerId<TaskId, Known>,
    /// The time of the newest record of each source.
    newest: PerId<TaskId, i64>,
    /// What tasks have told their receivers, and the run has still to say.
    unsaid: PerId<TaskId, VecDeque<News>>,
}

/// What somebody knows of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Known {
    watermark: i64,
    idle: bool,
}

const NOTHING: Known = Known { watermark: time::START, idle: false };

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Input {
    known: Known,
    /// It was idle and woke up behind the others: they do not wait until it has caught up.
    behind: bool,
}

const SILENT: Input = Input { known: NOTHING, behind: false };

impl Times {
    pub(super) fn new(job: &Job) -> Self {
        let tasks = job.tasks.len();
        let joins = |task: TaskId| matches!(job.tasks[task].fresh.work, Work::Operator(Operation::Join(_)));
        Self {
            inputs: PerId::new(job.topology.channels.len(), |_| SILENT),
            gates: PerId::new(tasks, |task| vec![NOTHING; 1 + usize::from(joins(task))]),
            tasks: PerId::new(tasks, |_| NOTHING),
            newest: PerId::new(tasks, |_| time::START),
            unsaid: PerId::new(tasks, |_| VecDeque::new()),
        }
    }

    pub(super) fn reset(&mut self, job: &Job) {
        job.topology.tasks.ids().for_each(|task| self.forget(job, task));
    }

    /// A task starts again and knows nothing.
    pub(super) fn forget(&mut self, job: &Job, task: TaskId) {
        (self.tasks[task], self.newest[task]) = (NOTHING, time::START);
        self.gates[task].fill(NOTHING);
        self.unsaid[task].clear();
        job.topology.tasks[task].inputs.iter().for_each(|&input| self.inputs[input] = SILENT);
    }

    pub(super) fn watermark(&self, task: TaskId) -> i64 {
        self.tasks[task].watermark
    }

    pub(super) fn is_idle(&self, task: TaskId) -> bool {
        self.tasks[task].idle
    }

    /// A source read a record of this time.
    pub(super) fn read(&mut self, task: TaskId, time: Option<i64>) {
        self.newest[task] = self.newest[task].max(time.unwrap_or(time::START));
    }

    /// The watermark that a source may send while it has records left.
    pub(super) fn of_source(&self, task: TaskId, event_time: Option<EventTime>) -> i64 {
        event_time.map_or(time::START, |event_time| event_time.watermark(self.newest[task]))
    }

    /// A source tells something.
    pub(super) fn tell(&mut self, task: TaskId, news: News) {
        match news {
            News::Rise(watermark) => self.tasks[task].watermark = watermark,
            News::Idle(idle) => self.tasks[task].idle = idle,
        }
    }

    /// Whether this is what another task told next.
    pub(super) fn said(&mut self, task: TaskId, news: News) -> bool {
        self.unsaid[task].pop_front() == Some(news)
    }

    /// A task hears something on an input; what it tells then, in order.
    pub(super) fn hear(&mut self, job: &Job, task: TaskId, channel: ChannelId, news: News) -> Vec<News> {
        let gate = self.gate(job, task, channel);
        let last = self.gates[task][gate].watermark;
        let input = &mut self.inputs[channel];
        let may_rise = match news {
            News::Rise(watermark) if !input.known.idle && watermark > input.known.watermark => {
                input.known.watermark = watermark;
                input.behind &= watermark < last;
                true
            }
            News::Idle(true) if !input.known.idle => {
                input.known.idle = true;
                input.known.watermark == last
            }
            News::Idle(false) if input.known.idle => {
                input.known.idle = false;
                input.behind = input.known.watermark < last;
                false
            }
            News::Rise(_) | News::Idle(_) => return Vec::new(),
        };
        let own = || job.topology.tasks[task].inputs.iter().filter(|&&input| self.gate(job, task, input) == gate);
        let awake = own().any(|&input| !self.inputs[input].known.idle);
        let counts = |input: &Input| !awake || !input.known.idle && !input.behind;
        let times = own().map(|&input| self.inputs[input]).filter(counts).map(|input| input.known.watermark);
        let time = if awake { times.min() } else { times.max() };
        let mut told = Vec::new();
        if let Some(time) = time.filter(|&time| may_rise && time > last) {
            self.gates[task][gate].watermark = time;
            self.combine(task, &mut told);
        }
        if self.gates[task][gate].idle == awake {
            self.gates[task][gate].idle = !awake;
            self.combine(task, &mut told);
        }
        self.unsaid[task].extend(&told);
        told
    }

    /// The side of a join that a channel leads to; 0 for other tasks.
    fn gate(&self, job: &Job, task: TaskId, channel: ChannelId) -> usize {
        let edge = job.topology.edges[job.topology.channels[channel].edge];
        (edge.input as usize).min(self.gates[task].len() - 1)
    }

    fn combine(&mut self, task: TaskId, told: &mut Vec<News>) {
        let least = self.gates[task].iter().filter(|gate| !gate.idle).map(|gate| gate.watermark).min();
        let own = &mut self.tasks[task];
        if let Some(least) = least.filter(|&least| least > own.watermark) {
            own.watermark = least;
            told.push(News::Rise(least));
        }
        if own.idle != least.is_none() {
            own.idle = least.is_none();
            told.push(News::Idle(own.idle));
        }
    }
}
