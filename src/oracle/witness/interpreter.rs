//! Executes the kept run as a data-plane schedule: sources read, tasks take records. Channels are endless, sinks are
//! logs, there are no checkpoints; snapshots and restores of the run are only compared.

use std::collections::VecDeque;

use super::log::{Entry, Fact, Log};
use super::times::{News, Times};
use super::{Claim, Job, Unexplained};
use crate::ids::{ChannelId, CheckpointId, Name, PerId, TaskId};
use crate::operator::{Outputs, Record, TaskState, Work, time};

/// A failure-free run in the making.
#[derive(Debug)]
pub(super) struct Interpreter {
    states: PerId<TaskId, TaskState>,
    channels: PerId<ChannelId, VecDeque<Moving>>,
    times: Times,
    /// What each sink would have written by now.
    sinks: PerId<TaskId, Vec<Record>>,
    ended: PerId<TaskId, bool>,
    outputs: Outputs,
    steps: u64,
}

/// What moves through channels.
#[derive(Clone, Copy, Debug)]
enum Moving {
    Record(Record),
    News(News),
}

/// A claim that fails, before it is known where.
struct Failing {
    claim: Claim,
    record: Option<Name>,
    why: String,
}

impl Interpreter {
    pub(super) fn new(job: &Job) -> Self {
        let tasks = job.tasks.len();
        Self {
            states: job.tasks.iter().map(|part| part.fresh.clone()).collect(),
            channels: PerId::new(job.topology.channels.len(), |_| VecDeque::new()),
            times: Times::new(job),
            sinks: PerId::new(tasks, |_| Vec::new()),
            ended: PerId::new(tasks, |_| false),
            outputs: Outputs::default(),
            steps: 0,
        }
    }

    pub(super) fn reset(&mut self, job: &Job) {
        self.states.iter_mut().zip(job.tasks.iter()).for_each(|(state, part)| state.clone_from(&part.fresh));
        self.channels.iter_mut().for_each(VecDeque::clear);
        self.times.reset(job);
        self.sinks.iter_mut().for_each(Vec::clear);
        self.ended.iter_mut().for_each(|ended| *ended = false);
        self.steps = 0;
    }

    /// How many records were read and handled.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// What a sink has written.
    pub(super) fn written(&self, task: TaskId) -> &[Record] {
        &self.sinks[task]
    }

    /// Carries out one entry of the kept run, or compares with it.
    pub(super) fn perform(&mut self, job: &Job, log: &Log, entry: &Entry) -> Result<(), Unexplained> {
        let task = entry.task;
        let result = match entry.fact {
            Fact::Emitted { split, index, name, value } => self.emit(job, log, task, (split, index), (name, value)),
            Fact::Received { channel, name, value, view } => self.deliver(job, log, task, channel, (name, value), view),
            // Whether a sink says first that it took a record or that it wrote it is its own affair.
            Fact::Row { .. } => Ok(()),
            Fact::Told(news) => self.tell(job, task, news),
            Fact::Heard { channel, news } => self.hear(job, task, channel, news),
            Fact::EndOfData => self.end(job, task),
            Fact::Snapshot { id, state, view } => self.compare(task, state, || {
                let what = format!("the snapshot of `{}` for checkpoint {id} shows {view}", job.name(task));
                (Claim::Snapshot, what)
            }),
            Fact::Restored { from, state, view } => self.restore(job, task, state, || {
                let from = match from {
                    CheckpointId::NONE => "nothing".to_owned(),
                    id => format!("checkpoint {id}"),
                };
                (Claim::Restored, format!("`{}`, restored from {from}, shows {view}", job.name(task)))
            }),
            Fact::Committed { .. }
            | Fact::Gone
            | Fact::ManagerGone(_)
            | Fact::FailureNoticed
            | Fact::JobFailed
            | Fact::Restarting { .. }
            | Fact::Finished => {
                unreachable!("only what is performed or compared is kept")
            }
        };
        let at = |Failing { claim, record, why }| Unexplained { claim, task, record, event: entry.event, why };
        result.map_err(at)
    }

    /// Compares the state that a task has at the end of the run.
    pub(super) fn check_final(&self, job: &Job, log: &Log, task: TaskId, state: u64) -> Result<(), Unexplained> {
        let result =
            self.compare(task, state, || (Claim::Final, format!("at the end `{}` has another state", job.name(task))));
        let at = |Failing { claim, record, why }| Unexplained { claim, task, record, event: log.events, why };
        result.map_err(at)
    }

    fn emit(
        &mut self,
        job: &Job,
        log: &Log,
        task: TaskId,
        place: (u32, u64),
        (name, value): (Name, i64),
    ) -> Result<(), Failing> {
        let failing = |next: String| {
            let (who, (split, index)) = (job.name(task), place);
            let why = format!("`{who}` reads {value} at offset {index} of split {split}; {next}");
            Err(Failing { claim: Claim::Emission, record: Some(name), why })
        };
        let state = &mut self.states[task];
        let (Work::Source(source), Some((records, share))) = (&mut state.work, &job.tasks[task].source) else {
            return failing("it is not a source".to_owned());
        };
        let Some(slot) = source.next_slot(records, *share) else {
            return failing("without failures it has nothing left to read".to_owned());
        };
        let mut read = source.read(slot, records, *share);
        if job.nameless {
            read.record.name = Name(0);
        }
        if (read.split, read.index) != place || read.record.name != name || read.record.value != value {
            let next = log.record(job, read.record.name, read.record.value);
            let (split, index) = (read.split, read.index);
            return failing(format!("without failures it reads {next} at offset {index} of split {split} next"));
        }
        self.steps += 1;
        self.times.read(task, read.record.time);
        send(job, task, state, &mut self.channels, read.record);
        Ok(())
    }

    fn deliver(
        &mut self,
        job: &Job,
        log: &Log,
        task: TaskId,
        channel: ChannelId,
        (name, value): (Name, i64),
        view: i64,
    ) -> Result<(), Failing> {
        let info = job.topology.channels[channel];
        let queue = &mut self.channels[channel];
        let record = match queue.front().copied() {
            Some(Moving::Record(head)) if info.to == task && head.name == name && head.value == value => head,
            head => {
                let why = undeliverable(job, log, task, channel, (name, value), head, queue);
                return Err(Failing { claim: Claim::Delivery, record: Some(name), why });
            }
        };
        queue.pop_front();
        self.steps += 1;
        let state = &mut self.states[task];
        if let Work::Remembering { count, last } = &mut state.work {
            (*count, *last) = (*count + 1, value);
        }
        let Work::Operator(operator) = &mut state.work else {
            self.sinks[task].push(record);
            return Ok(());
        };
        self.outputs.start(job.topology.tasks[task].vertex, &record, self.times.watermark(task));
        let input = job.topology.edges[info.edge].input as usize;
        // An operator that throws emits nothing; that its task must fail is not for the witness to judge.
        if operator.process(input, record, &mut self.outputs).is_err() {
            return Ok(());
        }
        let shows = operator.view(record.key);
        if shows != view {
            let (who, record) = (job.name(task), log.record(job, name, value));
            let why = format!("`{who}` shows {view} after {record}; without failures it shows {shows}");
            return Err(Failing { claim: Claim::View, record: Some(name), why });
        }
        for &record in self.outputs.records() {
            send(job, task, state, &mut self.channels, record);
        }
        Ok(())
    }

    /// A task tells something about time: a source on its own account; another task has done so when it heard it.
    fn tell(&mut self, job: &Job, task: TaskId, news: News) -> Result<(), Failing> {
        let is_right = match (&self.states[task].work, &job.tasks[task].source) {
            (Work::Source(source), Some((records, share))) => {
                let was_idle = self.times.is_idle(task);
                self.times.tell(task, news);
                broadcast(job, task, &mut self.channels, news);
                match news {
                    News::Rise(watermark) => {
                        let is_last = watermark == time::END && source.next_slot(records, *share).is_none();
                        !was_idle && (is_last || watermark == self.times.of_source(task, share.event_time))
                    }
                    News::Idle(idle) => {
                        idle != was_idle && share.event_time.is_some_and(|event_time| event_time.idle_after.is_some())
                    }
                }
            }
            _ => self.times.said(task, news),
        };
        if is_right {
            return Ok(());
        }
        let what = match news {
            News::Rise(watermark) => format!("the watermark of `{}` rises to {watermark} ms", job.name(task)),
            News::Idle(true) => format!("`{}` falls idle", job.name(task)),
            News::Idle(false) => format!("`{}` is active again", job.name(task)),
        };
        Err(Failing { claim: Claim::Watermark, record: None, why: format!("{what}; without failures it is not so") })
    }

    fn hear(&mut self, job: &Job, task: TaskId, channel: ChannelId, news: News) -> Result<(), Failing> {
        match self.channels[channel].pop_front() {
            Some(Moving::News(head)) if head == news => {}
            head => {
                let next = match head {
                    Some(Moving::Record(record)) => format!("{} is the next there", record.value),
                    Some(Moving::News(other)) => format!("{} is the next there", called(other)),
                    None => "the kept run has not sent it there".to_owned(),
                };
                let (who, way) = (job.name(task), job.topology.names.channel(channel));
                let why = format!("`{who}` takes {} from `{way}`, but {next}", called(news));
                return Err(Failing { claim: Claim::Delivery, record: None, why });
            }
        }
        for told in self.times.hear(job, task, channel, news) {
            let state = &mut self.states[task];
            if let (Work::Operator(operator), News::Rise(risen)) = (&mut state.work, told) {
                self.outputs.start_firing(job.topology.tasks[task].vertex, risen);
                // As for a record: that a task must fail is not for the witness to judge.
                if operator.advance(&mut self.outputs).is_err() {
                    return Ok(());
                }
                for &record in self.outputs.records() {
                    send(job, task, state, &mut self.channels, record);
                }
            }
            broadcast(job, task, &mut self.channels, told);
        }
        Ok(())
    }

    fn restore(
        &mut self,
        job: &Job,
        task: TaskId,
        state: u64,
        what: impl FnOnce() -> (Claim, String),
    ) -> Result<(), Failing> {
        self.times.forget(job, task);
        self.compare(task, state, what)
    }

    /// A restored task may end its data once more.
    fn end(&mut self, job: &Job, task: TaskId) -> Result<(), Failing> {
        let who = job.name(task);
        let open = match (&self.states[task].work, &job.tasks[task].source) {
            (Work::Source(source), Some((records, share))) => {
                source.next_slot(records, *share).map(|slot| format!("split {} is not exhausted", share.split(slot)))
            }
            _ => job.topology.tasks[task].inputs.iter().find_map(|&channel| {
                let from = job.topology.channels[channel].from;
                match self.channels[channel].front() {
                    Some(Moving::Record(head)) => {
                        Some(format!("{} from `{}` is still to be taken", head.value, job.name(from)))
                    }
                    Some(Moving::News(head)) => {
                        Some(format!("{} from `{}` is still to be taken", called(*head), job.name(from)))
                    }
                    None if !self.ended[from] => Some(format!("`{}` has not ended", job.name(from))),
                    None => None,
                }
            }),
        };
        self.ended[task] = true;
        match open {
            None => Ok(()),
            Some(open) => {
                let why = format!("`{who}` says that it has no more data, but {open}");
                Err(Failing { claim: Claim::EndOfData, record: None, why })
            }
        }
    }

    fn compare(&self, task: TaskId, state: u64, what: impl FnOnce() -> (Claim, String)) -> Result<(), Failing> {
        let own = &self.states[task];
        if own.print() == state {
            return Ok(());
        }
        let (claim, what) = what();
        let keyed = matches!(&own.work, Work::Operator(operator) if operator.keys().next().is_some());
        let why = match keyed {
            true => format!("{what}; without failures it has another state there"),
            false if what.ends_with(&format!("shows {}", own.view(0))) => {
                format!("{what}; without failures it has another state, which shows the same")
            }
            false => format!("{what}; without failures it has the state that shows {}", own.view(0)),
        };
        Err(Failing { claim, record: None, why })
    }
}

/// Puts a record on the channels that it takes.
fn send(
    job: &Job,
    task: TaskId,
    state: &mut TaskState,
    channels: &mut PerId<ChannelId, VecDeque<Moving>>,
    record: Record,
) {
    let topology = &job.topology;
    for (output, turn) in topology.tasks[task].outputs.iter().zip(&mut state.turns) {
        let edge = &topology.edges[output.edge];
        edge.ship.route(record, turn, edge.receivers, edge.max_parallelism, |receiver, record| {
            channels[ChannelId(output.first.0 + receiver)].push_back(Moving::Record(record));
        });
    }
}

/// What news are called.
fn called(news: News) -> String {
    match news {
        News::Rise(watermark) => format!("the watermark of {watermark} ms"),
        News::Idle(true) => "the news that nothing comes for a while".to_owned(),
        News::Idle(false) => "the news that something comes again".to_owned(),
    }
}

/// Puts news on all outputs of a task.
fn broadcast(job: &Job, task: TaskId, channels: &mut PerId<ChannelId, VecDeque<Moving>>, news: News) {
    for channel in job.topology.tasks[task].outputs.iter().flat_map(|output| output.channels()) {
        channels[channel].push_back(Moving::News(news));
    }
}

/// Says what is wrong with a delivery: the record was lost before, taken twice, or never sent.
fn undeliverable(
    job: &Job,
    log: &Log,
    task: TaskId,
    channel: ChannelId,
    (name, value): (Name, i64),
    head: Option<Moving>,
    queue: &VecDeque<Moving>,
) -> String {
    let (who, way) = (job.name(task), job.topology.names.channel(channel));
    let taken = log.record(job, name, value);
    let is_it = |entry: &&Entry| match entry.fact {
        Fact::Received { channel: on, name: other, .. } => entry.kept && on == channel && other == name,
        _ => false,
    };
    let times = log.entries.iter().filter(is_it).count();
    let place = queue.iter().position(|moving| matches!(moving, Moving::Record(record) if record.name == name));
    let first = |head: Moving| match head {
        Moving::Record(head) => log.record(job, head.name, head.value),
        Moving::News(news) => called(news),
    };
    let trouble = match (head, place) {
        (Some(Moving::Record(head)), Some(0)) => format!("without failures its value is {}", head.value),
        (Some(head), Some(before)) => format!("{before} before it are missing, the first is {}", first(head)),
        _ if times > 1 => format!("it is taken {times} times"),
        (Some(head), None) => format!("the kept run does not send it there; {} is the next", first(head)),
        (None, _) => "the kept run does not send it there, and nothing else is on the way".to_owned(),
    };
    format!("`{who}` takes {taken} from `{way}`, but {trouble}")
}
