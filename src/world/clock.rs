//! The clock, and when things are due: the only holder of absolute time, and the only one who draws latencies.
//!
//! Nothing of it decides what *can* happen, only when the timed policy will choose it. In untimed runs it holds nothing
//! but the time of the last alarm.

use std::collections::VecDeque;

use crate::draw::{Draws, Stream};
use crate::ids::{ChannelId, ManagerId, Micros, PerId, TaskId};
use crate::parts::Part;
use crate::plan::storage::MEBIBYTE;
use crate::plan::topology::ChannelInfo;
use crate::plan::{Backend, Fault, Latency, Plan, Topology, VertexKind, Write};

/// What a clock shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Face {
    /// Now.
    pub now: Micros,
    /// The instant that timers are relative to.
    pub reference: Micros,
    /// When a checkpoint or savepoint last completed, for the record: the coordinator has a timer of its own.
    pub completed: Option<Micros>,
}

/// Virtual time.
#[derive(Clone, Debug)]
pub struct Clock {
    /// What it shows.
    pub face: Part<Face>,
    /// When things are due; only in timed runs.
    pub dues: Option<Box<Dues>>,
}

impl Clock {
    /// The clock of a run that has not begun.
    pub fn new(plan: &Plan, topology: &Topology, timed: bool) -> Self {
        let dues = timed.then(|| Box::new(Dues::new(plan, topology)));
        Self { face: Part::new(Face::default()), dues }
    }

    /// Back to zero, with the draws of a seed.
    pub fn reset(&mut self, seed: u64) {
        *self.face = Face::default();
        if let Some(dues) = &mut self.dues {
            dues.reset(seed);
        }
    }

    /// How long after the reference it is.
    #[inline]
    pub fn since_reference(&self) -> Micros {
        self.face.now.minus(self.face.reference)
    }
}

/// When things are due in a timed run.
#[derive(Clone, Debug)]
pub struct Dues {
    draws: Draws,
    rpc: Latency,
    detection: Latency,
    restore: Latency,
    write: Write,
    slow: Vec<Slow>,
    latency: PerId<ChannelId, Latency>,
    cost: PerId<TaskId, Micros>,
    pace: PerId<TaskId, Micros>,
    /// When each item of a sender's queue can be taken.
    pub output: PerId<ChannelId, VecDeque<Micros>>,
    /// When each item of a receiver's queue can be taken.
    pub input: PerId<ChannelId, VecDeque<Micros>>,
    /// When each message of the JobManager arrives.
    pub commands: PerId<TaskId, VecDeque<Micros>>,
    /// When each message to the JobManager arrives.
    pub reports: PerId<TaskId, VecDeque<Micros>>,
    /// When each asynchronous part ends.
    pub asyncs: PerId<TaskId, Vec<Micros>>,
    /// Until when a task is busy with its last record.
    pub busy: PerId<TaskId, Micros>,
    /// When a source reads next.
    pub emit: PerId<TaskId, Micros>,
    /// When a source last read, or began to run.
    pub read: PerId<TaskId, Micros>,
    /// When a deployed task has read its state.
    pub restored: PerId<TaskId, Micros>,
    /// When the loss of a TaskManager is noticed.
    pub detected: PerId<ManagerId, Micros>,
}

#[derive(Clone, Copy, Debug)]
struct Slow {
    task: TaskId,
    thousandths: u32,
    from: Micros,
    until: Micros,
}

impl Dues {
    fn new(plan: &Plan, topology: &Topology) -> Self {
        let (tasks, channels) = (topology.tasks.len(), topology.channels.len());
        let vertex = |task: TaskId| &plan.vertices[topology.tasks[task].vertex];
        let pace = |task| match vertex(task).kind {
            VertexKind::Source { every, .. } => every,
            _ => Micros::ZERO,
        };
        let access = |task| match (&vertex(task).kind, plan.backend) {
            (VertexKind::Operator(logic), Backend::RocksDb { access }) if logic.has_state() => access,
            _ => Micros::ZERO,
        };
        let latency = |channel: &ChannelInfo| {
            let edge = topology.edges[channel.edge];
            let own = plan.channels.overrides.iter().find(|&&(from, to, _)| (from, to) == (edge.from, edge.to));
            own.map_or(plan.channels.latency, |&(.., latency)| latency)
        };
        let slow = plan.faults.iter().filter_map(|fault| match *fault {
            Fault::Slow { task, thousandths, from, until } => Some(Slow { task, thousandths, from, until }),
            Fault::Crash { .. } | Fault::CrashManager { .. } => None,
        });
        Self {
            draws: Draws::new(0, Stream::Latency),
            rpc: plan.latencies.rpc,
            detection: plan.latencies.detection,
            restore: plan.latencies.restore,
            write: plan.storage.write,
            slow: slow.collect(),
            latency: topology.channels.iter().map(latency).collect(),
            cost: PerId::new(tasks, |task| vertex(task).cost.plus(access(task))),
            pace: PerId::new(tasks, pace),
            output: PerId::new(channels, |_| VecDeque::new()),
            input: PerId::new(channels, |_| VecDeque::new()),
            commands: PerId::new(tasks, |_| VecDeque::new()),
            reports: PerId::new(tasks, |_| VecDeque::new()),
            asyncs: PerId::new(tasks, |_| Vec::new()),
            busy: PerId::new(tasks, |_| Micros::ZERO),
            emit: PerId::new(tasks, |_| Micros::ZERO),
            read: PerId::new(tasks, |_| Micros::ZERO),
            restored: PerId::new(tasks, |_| Micros::ZERO),
            detected: PerId::new(topology.managers(), |_| Micros::ZERO),
        }
    }

    fn reset(&mut self, seed: u64) {
        self.draws = Draws::new(seed, Stream::Latency);
        self.output.iter_mut().for_each(VecDeque::clear);
        self.input.iter_mut().for_each(VecDeque::clear);
        self.commands.iter_mut().for_each(VecDeque::clear);
        self.reports.iter_mut().for_each(VecDeque::clear);
        self.asyncs.iter_mut().for_each(Vec::clear);
        for due in self
            .busy
            .iter_mut()
            .chain(self.read.iter_mut())
            .chain(self.restored.iter_mut())
            .chain(self.detected.iter_mut())
        {
            *due = Micros::ZERO;
        }
        self.emit.iter_mut().zip(self.pace.iter()).for_each(|(due, &pace)| *due = pace);
    }

    fn draw(&mut self, latency: Latency) -> Micros {
        match latency {
            Latency::Fixed(time) => time,
            Latency::Uniform(from, to) => self.draws.between(from, to),
        }
    }

    /// An item was put into a sender's queue: it arrives after the channel's latency, not before those ahead of it.
    pub fn sent(&mut self, channel: ChannelId, now: Micros) {
        let arrival = now.plus(self.draw(self.latency[channel]));
        let queue = &mut self.output[channel];
        queue.push_back(queue.back().map_or(arrival, |&last| last.max(arrival)));
    }

    /// A message was sent to a task.
    pub fn commanded(&mut self, task: TaskId, now: Micros) {
        let arrival = now.plus(self.draw(self.rpc));
        let queue = &mut self.commands[task];
        queue.push_back(queue.back().map_or(arrival, |&last| last.max(arrival)));
    }

    /// A message was sent to the JobManager.
    pub fn reported(&mut self, task: TaskId, now: Micros) {
        let arrival = now.plus(self.draw(self.rpc));
        let queue = &mut self.reports[task];
        queue.push_back(queue.back().map_or(arrival, |&last| last.max(arrival)));
    }

    /// The asynchronous part of a checkpoint began, with a snapshot of so many bytes.
    pub fn writing(&mut self, task: TaskId, now: Micros, bytes: u64) {
        let takes = match self.write {
            Write::Takes(latency) => self.draw(latency),
            Write::PerMegabyte(each) => {
                let micros = u128::from(each.0) * u128::from(bytes) / u128::from(MEBIBYTE);
                Micros(u64::try_from(micros).unwrap_or(u64::MAX))
            }
        };
        self.asyncs[task].push(now.plus(takes));
    }

    /// A task was deployed and begins to read its state.
    pub fn deployed(&mut self, task: TaskId, now: Micros) {
        self.restored[task] = now.plus(self.draw(self.restore));
        self.read[task] = self.restored[task];
    }

    /// A TaskManager is gone.
    pub fn lost(&mut self, manager: ManagerId, now: Micros) {
        self.detected[manager] = now.plus(self.draw(self.detection));
    }

    /// A task began to work on a record; whether that keeps it busy.
    pub fn worked(&mut self, task: TaskId, now: Micros) -> bool {
        let cost = self.cost[task];
        if cost == Micros::ZERO {
            return false;
        }
        let slow = self.slow.iter().find(|slow| slow.task == task && slow.from <= now && now < slow.until);
        let factor = slow.map_or(1_000, |slow| u64::from(slow.thousandths));
        self.busy[task] = now.plus(Micros(cost.0.saturating_mul(factor) / 1_000));
        true
    }

    /// A source read a record.
    pub fn reads(&mut self, task: TaskId, now: Micros) {
        self.emit[task] = now.plus(self.pace[task]);
        self.read[task] = now;
    }

    /// A channel is emptied.
    pub fn drain(&mut self, channel: ChannelId) {
        self.output[channel].clear();
        self.input[channel].clear();
    }
}
