//! From a trace to a chart: one pass over the entries.
//!
//! | events | become |
//! | --- | --- |
//! | sent, received | a record: matched on its channel by name, first in, first out |
//! | barrier sent, taken; marker sent, taken | a barrier, a marker: matched on its channel by checkpoint |
//! | triggered, snapshot of a task that took no barrier in this step | a trigger |
//! | ack sent, acked; decline sent, declined | an acknowledgement, a decline |
//! | crashed, cancelled, TaskManager crashed | the end of a life; all that is on its channels is lost; its inputs wait no more |
//! | restarting, restored | a comeback |
//! | completed | the cut is settled: see [`super::Cut`] |
//!
//! An event names a checkpoint by its number. That means the newest one with this number, and where state is read the
//! newest complete one: see [`super::Which`].
//!
//! A crash in the step of another event gets a moment of its own after it: what was sent in that step has been sent.

use std::collections::{BTreeSet, VecDeque};

use super::cut::{Cut, Which};
use super::order::short_ways;
use super::settle;
use super::types::{End, Fate, Lane, LaneInfo, Life, Mark, Message, Moment, Role, Sign, Talk, Wait};
use super::{Chart, When};
use crate::ids::{Attempt, ChannelId, CheckpointId, Execution, Micros, Name, PerId, Step, TaskId};
use crate::plan::{Plan, Time, Topology, VertexKind};
use crate::report::names::fitted;
use crate::trace::{Entry, Event};

pub(super) fn build(trace: &[Entry], plan: &Plan, topology: &Topology, time: Time) -> Chart {
    let mut builder = Builder::new(plan, topology);
    builder.chart.timed = time == Time::Timed;
    for entry in trace {
        builder.take(entry);
    }
    builder.end()
}

/// The letters of a brief name.
const BRIEF: usize = 14;

/// A message that is on its way.
#[derive(Clone, Copy)]
pub(super) struct Flight {
    /// Its position in the chart.
    pub(super) message: usize,
    /// The record's name.
    name: Option<Name>,
}

pub(super) struct Builder<'a> {
    pub(super) chart: Chart,
    pub(super) topology: &'a Topology,
    /// What is on each channel.
    pub(super) flights: PerId<ChannelId, VecDeque<Flight>>,
    /// Acknowledgements and declines on their way.
    answers: Vec<(Execution, CheckpointId, usize)>,
    /// The life of each task that lives.
    pub(super) alive: PerId<TaskId, Option<usize>>,
    /// The wait of each blocked channel.
    blocked: PerId<ChannelId, Option<usize>>,
    /// The source's number of what each task took last, and whether it had taken it before.
    cause: PerId<TaskId, (usize, bool)>,
    /// What was read and taken before.
    seen: BTreeSet<(TaskId, Option<ChannelId>, Name)>,
    /// The step at hand.
    step: (Step, Micros),
    /// Its moment, once something in it can be seen.
    pub(super) moment: Option<When>,
    /// Tasks that took a barrier in this step.
    aligned: Vec<(TaskId, CheckpointId)>,
    /// The latest comeback of each task.
    pub(super) comeback: PerId<TaskId, Option<usize>>,
}

impl<'a> Builder<'a> {
    fn new(plan: &Plan, topology: &'a Topology) -> Self {
        let mut sources = 0;
        let mut briefs = fitted(topology.names.tasks().iter().map(String::as_str), BRIEF).into_iter();
        let lanes = topology.tasks.pairs().map(|(task, info)| {
            let role = match plan.vertices[info.vertex].kind {
                VertexKind::Source { .. } => {
                    sources += 1;
                    Role::Source(sources - 1)
                }
                VertexKind::Operator(_) => Role::Operator,
                VertexKind::Sink(_) => Role::Sink,
            };
            let name = topology.names.task(task).to_owned();
            LaneInfo { brief: briefs.next().unwrap_or_else(|| name.clone()), name, role }
        });
        let lanes: PerId<TaskId, LaneInfo> = lanes.collect();
        let order = short_ways(topology);
        let lives = lanes
            .ids()
            .map(|task| Life { task, attempt: Attempt(0), from: 0, to: 0, fate: Fate::Open })
            .collect::<Vec<_>>();
        let (tasks, channels) = (lanes.len(), topology.channels.len());
        let chart =
            Chart { title: plan.name.clone(), about: plan.about.clone(), lanes, order, lives, ..Chart::default() };
        Self {
            chart,
            topology,
            flights: PerId::new(channels, |_| VecDeque::new()),
            answers: Vec::new(),
            alive: PerId::new(tasks, |task: TaskId| Some(task.0 as usize)),
            blocked: PerId::new(channels, |_| None),
            cause: PerId::new(tasks, |_| (0, false)),
            seen: BTreeSet::new(),
            step: (Step(0), Micros::ZERO),
            moment: None,
            aligned: Vec::new(),
            comeback: PerId::new(tasks, |_| None),
        }
    }

    fn take(&mut self, entry: &Entry) {
        if self.step != (entry.step, entry.at) {
            self.step = (entry.step, entry.at);
            self.moment = None;
            self.aligned.clear();
        }
        match entry.event {
            Event::Emitted { .. }
            | Event::Sent { .. }
            | Event::Received { .. }
            | Event::EndOfData { .. }
            | Event::Committed { .. } => self.data(&entry.event),
            Event::Triggered { .. }
            | Event::Acked { .. }
            | Event::Declined { .. }
            | Event::Completed { .. }
            | Event::Aborted { .. }
            | Event::Rejected { .. } => self.coordinator(&entry.event),
            Event::BarrierTaken { .. }
            | Event::Resumed { .. }
            | Event::Snapshot { .. }
            | Event::BarrierSent { .. }
            | Event::CancelMarkerSent { .. }
            | Event::CancelMarkerTaken { .. }
            | Event::Written { .. }
            | Event::AckSent { .. }
            | Event::DeclineSent { .. }
            | Event::Notified { .. } => self.checkpoint(&entry.event),
            _ => self.job(&entry.event),
        }
    }

    fn data(&mut self, event: &Event) {
        match *event {
            Event::Emitted { task, name, value, .. } => {
                let Role::Source(origin) = self.chart.lanes[task].role else { return };
                let again = !self.seen.insert((task, None, name));
                if let (true, Some(comeback)) = (again, self.comeback[task]) {
                    self.chart.comebacks[comeback].values.push(value);
                }
                self.cause[task] = (origin, again);
                self.mark(Lane::Task(task), Sign::Reads { value, origin, again });
                self.replays(task, again);
            }
            Event::Sent { channel, name, value } => {
                let (origin, again) = self.cause[self.topology.channels[channel].from];
                self.send(channel, Talk::Record { value, origin, again }, Some(name));
            }
            Event::Received { task, channel, name, value, view, .. } => {
                let again = !self.seen.insert((task, Some(channel), name));
                let taken = self.arrive(channel, |flight, _| flight.name == Some(name));
                let origin = match taken.map(|message| self.chart.messages[message].talk) {
                    Some(Talk::Record { origin, .. }) => origin,
                    _ => 0,
                };
                self.cause[task] = (origin, again);
                let shows = self.shows(task, view);
                self.mark(Lane::Task(task), Sign::Takes { value, shows, origin, again });
                self.replays(task, again);
            }
            Event::EndOfData { task } => self.mark(Lane::Task(task), Sign::EndOfData),
            Event::Committed { task, transaction, again } => {
                self.mark(Lane::Task(task), Sign::Commit { transaction: transaction.0, again });
            }
            _ => {}
        }
    }

    fn coordinator(&mut self, event: &Event) {
        match *event {
            Event::Triggered { id, kind, .. } => {
                let which = Which::next(id, &self.chart.cuts);
                self.mark(Lane::JobManager, Sign::Triggered(which));
                let triggered = self.now();
                self.chart.cuts.push(Cut {
                    which,
                    savepoint: kind.is_savepoint(),
                    triggered,
                    completed: None,
                    aborted: None,
                    points: Vec::new(),
                    in_flight: Vec::new(),
                    early: Vec::new(),
                });
            }
            Event::Acked { id, from, .. } | Event::Declined { id, from, .. } => {
                let now = self.now();
                if let Some(position) = self.answers.iter().position(|&(who, of, _)| (who, of) == (from, id)) {
                    let (_, _, message) = self.answers.remove(position);
                    self.chart.messages[message].end = End::Taken(now);
                }
            }
            Event::Completed { id, .. } => {
                let which = self.which(id);
                self.mark(Lane::JobManager, Sign::Completed(which));
                let now = self.now();
                if let Some(cut) = self.chart.cuts.get_mut(which.place).filter(|cut| cut.which == which) {
                    cut.completed = Some(now);
                    settle::finished(cut, &self.chart.lives);
                }
            }
            Event::Aborted { id, reason } => {
                let which = self.which(id);
                self.mark(Lane::JobManager, Sign::Aborted(which, reason.name()));
                let now = self.now();
                if let Some(cut) = self.cut(which) {
                    cut.aborted = Some((now, reason.name()));
                }
            }
            Event::Rejected { reason } => self.mark(Lane::JobManager, Sign::Rejected(reason.name())),
            _ => {}
        }
    }

    fn checkpoint(&mut self, event: &Event) {
        match *event {
            Event::BarrierTaken { task, channel, id, blocks } => {
                self.aligned.push((task, id));
                let id = self.which(id);
                self.arrive(channel, |_, talk| talk == Talk::Barrier(id));
                self.mark(Lane::Task(task), Sign::Barrier { id, channel, waits: blocks });
                if blocks {
                    let from = self.now();
                    let sender = self.topology.channels[channel].from;
                    self.blocked[channel] = Some(self.chart.waits.len());
                    self.chart.waits.push(Wait { channel, task, sender, id, from, to: from });
                }
            }
            Event::Resumed { channel } => self.resume(channel),
            Event::Snapshot { execution, id, view, .. } => {
                let task = execution.task;
                let now = self.now();
                let which = self.which(id);
                if !self.aligned.contains(&(task, id)) {
                    self.ask(task, which);
                }
                let shows = self.shows(task, view);
                self.mark(Lane::Task(task), Sign::Snapshot { id: which, shows });
                if let Some(cut) = self.cut(which) {
                    cut.points.push((task, now));
                }
            }
            Event::BarrierSent { channel, id } => self.send(channel, Talk::Barrier(self.which(id)), None),
            Event::CancelMarkerSent { channel, id } => self.send(channel, Talk::Marker(self.which(id)), None),
            Event::CancelMarkerTaken { channel, id, .. } => {
                let id = self.which(id);
                self.arrive(channel, |_, talk| talk == Talk::Marker(id));
            }
            Event::Written { execution, id, stored, .. } => {
                self.mark(Lane::Task(execution.task), Sign::Written { id: self.which(id), stored });
            }
            Event::AckSent { execution, id } => self.answer(execution, id, Talk::Ack),
            Event::DeclineSent { execution, id, .. } => self.answer(execution, id, Talk::Decline),
            Event::Notified { execution, id } => {
                let (now, lane) = (self.now(), Lane::Task(execution.task));
                let id = self.which(id);
                if let Some(sent) = self.cut(id).and_then(|cut| cut.completed) {
                    self.control(Talk::Notice(id), Lane::JobManager, lane, sent, End::Taken(now));
                }
            }
            _ => {}
        }
    }

    fn end(mut self) -> Chart {
        let last = self.chart.moments.len().saturating_sub(1);
        for task in self.chart.lanes.ids() {
            if let Some(life) = self.alive[task] {
                self.chart.lives[life].to = last;
            }
        }
        for wait in self.blocked.iter().flatten() {
            self.chart.waits[*wait].to = last;
        }
        settle::crossings(&mut self.chart);
        settle::waits(&mut self.chart);
        self.chart
    }

    // ---- parts of the above ----

    /// The checkpoint that an event means with a number.
    fn which(&self, id: CheckpointId) -> Which {
        Which::newest(id, &self.chart.cuts, |_| true)
    }

    fn cut(&mut self, which: Which) -> Option<&mut Cut> {
        self.chart.cuts.get_mut(which.place).filter(|cut| cut.which == which)
    }

    /// The moment of the step at hand.
    pub(super) fn now(&mut self) -> When {
        *self.moment.get_or_insert_with(|| {
            let (step, at) = self.step;
            self.chart.moments.push(Moment { step, at });
            self.chart.moments.len() - 1
        })
    }

    pub(super) fn mark(&mut self, lane: Lane, sign: Sign) {
        let at = self.now();
        self.chart.marks.push(Mark { at, lane, sign });
    }

    /// What sinks show is nothing.
    pub(super) fn shows(&self, task: TaskId, view: i64) -> Option<i64> {
        (self.chart.lanes[task].role != Role::Sink).then_some(view)
    }

    fn replays(&mut self, task: TaskId, again: bool) {
        let now = self.now();
        let Some(comeback) = self.comeback[task].filter(|_| again) else { return };
        let comeback = &mut self.chart.comebacks[comeback];
        match comeback.replayed.iter_mut().find(|(on, _)| *on == task) {
            Some((_, until)) => *until = now,
            None => comeback.replayed.push((task, now)),
        }
    }

    fn send(&mut self, channel: ChannelId, talk: Talk, name: Option<Name>) {
        let sent = self.now();
        let ends = self.topology.channels[channel];
        let (from, to) = (Lane::Task(ends.from), Lane::Task(ends.to));
        let message = self.chart.messages.len();
        self.chart.messages.push(Message { talk, channel: Some(channel), from, to, sent, end: End::Open });
        self.flights[channel].push_back(Flight { message, name });
    }

    /// The first message on a channel that is it has been taken.
    fn arrive(&mut self, channel: ChannelId, is_it: impl Fn(Flight, Talk) -> bool) -> Option<usize> {
        let now = self.now();
        let messages = &mut self.chart.messages;
        let flights = &mut self.flights[channel];
        let position = flights.iter().position(|&flight| is_it(flight, messages[flight.message].talk))?;
        let Flight { message, .. } = flights.remove(position)?;
        messages[message].end = End::Taken(now);
        Some(message)
    }

    /// The trigger that made this task take its snapshot.
    fn ask(&mut self, task: TaskId, id: Which) {
        let now = self.now();
        let Some(sent) = self.cut(id).map(|cut| cut.triggered) else { return };
        self.control(Talk::Trigger(id), Lane::JobManager, Lane::Task(task), sent, End::Taken(now));
    }

    fn answer(&mut self, execution: Execution, id: CheckpointId, talk: fn(Which) -> Talk) {
        let (sent, talk) = (self.now(), talk(self.which(id)));
        self.answers.push((execution, id, self.chart.messages.len()));
        self.control(talk, Lane::Task(execution.task), Lane::JobManager, sent, End::Open);
    }

    fn control(&mut self, talk: Talk, from: Lane, to: Lane, sent: When, end: End) {
        self.chart.messages.push(Message { talk, channel: None, from, to, sent, end });
    }

    pub(super) fn resume(&mut self, channel: ChannelId) {
        let now = self.now();
        if let Some(wait) = self.blocked[channel].take() {
            self.chart.waits[wait].to = now;
        }
    }
}
