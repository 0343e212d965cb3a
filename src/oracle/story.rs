//! A run made by hand for the tests of judges: `src` reads 1, 2, 3, 4; `sum` adds them up; `out` writes in transactions.
//!
//! 1. 1 and 2 are read and summed; checkpoint 1 completes, but `out` does not hear of it.
//! 2. 3 is read, summed and written; 4 is read. `sum` dies, everything restarts from checkpoint 1.
//! 3. 3 and 4 are read once more; the last checkpoint completes, all is committed, the job finishes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::ids::{Attempt, ChannelId, CheckpointId, Execution, Micros, Name, TaskId, VertexId};
use crate::operator::record::{derived_name, source_name};
use crate::operator::{KeyBy, Logic, Operation, Records, Ship, SourceState, TaskState, Work};
use crate::plan::{Edge, Plan, SinkKind, Topology, Vertex, VertexKind};
use crate::protocol::SnapshotKind;
use crate::protocol::two_phase::TransactionId;
use crate::trace::{Event, JobStatus, Origin};

pub(super) const SRC: TaskId = TaskId(0);
pub(super) const SUM: TaskId = TaskId(1);
pub(super) const OUT: TaskId = TaskId(2);
const TASKS: [TaskId; 3] = [SRC, SUM, OUT];

/// The job of the story.
pub(super) fn plan() -> Plan {
    let vertex =
        |name: &str, kind, inputs| Vertex { name: name.to_owned(), parallelism: 1, kind, inputs, cost: Micros::ZERO };
    let records = Records::Range { from: 1, to: 4, step: 1 };
    let edge = |from, ship| vec![Edge { from: VertexId(from), ship }];
    let vertices = [
        vertex("src", VertexKind::Source { records, splits: 1, every: Micros::ZERO, event_time: None }, vec![]),
        vertex("sum", VertexKind::Operator(Logic::Sum), edge(0, Ship::Hash(KeyBy::Value))),
        vertex("out", VertexKind::Sink(SinkKind::TwoPhaseCommit), edge(1, Ship::Forward)),
    ];
    let mut plan = Plan::new("story", vertices.into_iter().collect());
    plan.checkpointing.interval = Some(Micros::millis(100));
    plan
}

pub(super) fn topology(plan: &Plan) -> Arc<Topology> {
    Arc::new(Topology::new(plan))
}

pub(super) fn name(nth: u64) -> Name {
    source_name(VertexId(0), 0, nth - 1)
}

/// What the three tasks hold: records read, the total, the current transaction.
#[derive(Clone, Copy, Default)]
struct Held {
    read: u64,
    total: i64,
}

/// A run in the making; it has just enough of a world to keep the numbers right.
#[derive(Default)]
pub(super) struct Story {
    pub(super) events: Vec<Event>,
    held: Held,
    saved: BTreeMap<u64, Held>,
    attempt: u32,
    to_sum: VecDeque<(Name, i64)>,
    to_out: VecDeque<(Name, i64)>,
    transaction: u32,
}

impl Story {
    /// The whole story.
    pub(super) fn told() -> Self {
        let mut story = Self::default();
        story.restore(0);
        for _ in 0..2 {
            story.emit().sum().out();
        }
        story.checkpoint(1).emit().sum().out().emit().crash().restore(1).commit(0);
        for _ in 0..2 {
            story.emit().sum().out();
        }
        story.end().checkpoint(2).commit(2).finish();
        story
    }

    pub(super) fn say(&mut self, event: Event) -> &mut Self {
        self.events.push(event);
        self
    }

    fn execution(&self, task: TaskId) -> Execution {
        Execution { task, attempt: Attempt(self.attempt) }
    }

    /// The print and the view of a task's state.
    pub(super) fn state(&self, task: TaskId) -> (u64, i64) {
        let Held { read, total } = self.held;
        let (work, turns) = match task {
            SRC => (Work::Source(SourceState { offsets: smallvec::smallvec![read] }), 1),
            SUM => (Work::Operator(Operation::Sum(total)), 1),
            _ => (Work::Sink, 0),
        };
        let state = TaskState { work, turns: smallvec::SmallVec::from_elem(0, turns) };
        (state.print(), state.view(0))
    }

    /// What tasks hold at the end.
    pub(super) fn finals(&self) -> Vec<(TaskId, u64)> {
        TASKS.map(|task| (task, self.state(task).0)).to_vec()
    }

    pub(super) fn emit(&mut self) -> &mut Self {
        self.held.read += 1;
        let (name, value) = (name(self.held.read), self.held.read as i64);
        self.to_sum.push_back((name, value));
        self.say(Event::Emitted { task: SRC, split: 0, index: self.held.read - 1, name, value })
    }

    pub(super) fn sum(&mut self) -> &mut Self {
        let (name, value) = self.to_sum.pop_front().expect("a record is on the way");
        self.held.total += value;
        self.to_out.push_back((derived_name(VertexId(1), name, 0), self.held.total));
        let view = self.held.total;
        self.say(Event::Received { task: SUM, channel: ChannelId(0), name, key: value, value, view })
    }

    pub(super) fn out(&mut self) -> &mut Self {
        let (name, value) = self.to_out.pop_front().expect("a record is on the way");
        let transaction = Some(TransactionId(self.transaction));
        self.say(Event::Received { task: OUT, channel: ChannelId(1), name, key: 0, value, view: 0 });
        self.say(Event::Row { task: OUT, transaction, name, value })
    }

    /// All three take part in it; `out` pre-commits, and nobody hears of the end.
    pub(super) fn checkpoint(&mut self, id: u64) -> &mut Self {
        let kind = SnapshotKind::Checkpoint;
        let checkpoint = CheckpointId(id);
        self.saved.insert(id, self.held);
        self.say(Event::Triggered { id: checkpoint, kind, calm: None });
        for task in TASKS {
            let (execution, (state, view)) = (self.execution(task), self.state(task));
            self.say(Event::Snapshot { execution, id: checkpoint, state, view });
        }
        let transaction = TransactionId(self.transaction);
        self.transaction += 1;
        self.say(Event::PreCommitted { task: OUT, transaction, id: checkpoint });
        self.say(Event::Completed { id: checkpoint, kind, in_store: true })
    }

    pub(super) fn commit(&mut self, transaction: u32) -> &mut Self {
        self.say(Event::Committed { task: OUT, transaction: TransactionId(transaction), again: false })
    }

    /// `sum` dies, the others are cancelled.
    pub(super) fn crash(&mut self) -> &mut Self {
        self.say(Event::Crashed { execution: self.execution(SUM), origin: Origin::Fault });
        self.say(Event::FailureNoticed { task: SUM, origin: Origin::Fault });
        self.say(Event::Canceled { execution: self.execution(SRC) });
        self.say(Event::Canceled { execution: self.execution(OUT) });
        self.attempt += 1;
        self
    }

    /// All tasks start; 0 is no checkpoint.
    pub(super) fn restore(&mut self, id: u64) -> &mut Self {
        let from = CheckpointId(id);
        self.held = self.saved.get(&id).copied().unwrap_or_default();
        self.to_sum.clear();
        self.to_out.clear();
        self.transaction += u32::from(self.attempt > 0);
        if self.attempt > 0 {
            self.say(Event::Restarting { from });
        }
        for task in TASKS {
            self.say(Event::Deployed { execution: self.execution(task) });
        }
        for task in TASKS {
            let (execution, (state, view)) = (self.execution(task), self.state(task));
            self.say(Event::Restored { execution, from, state, view });
        }
        self
    }

    pub(super) fn end(&mut self) -> &mut Self {
        for task in TASKS {
            self.say(Event::EndOfData { task });
        }
        self
    }

    pub(super) fn finish(&mut self) -> &mut Self {
        for task in TASKS {
            self.say(Event::Finished { execution: self.execution(task) });
        }
        self.say(Event::Job(JobStatus::Finished))
    }

    /// Where the `nth` event is (from 0) for which `is` holds.
    #[track_caller]
    pub(super) fn find(&self, nth: usize, is: impl Fn(&Event) -> bool) -> usize {
        let mut found = self.events.iter().enumerate().filter(|(_, event)| is(event));
        found.nth(nth).expect("the story has such an event").0
    }
}

/// Whether a task reads or takes this value.
pub(super) fn handles(event: &Event, by: TaskId, of: i64) -> bool {
    match *event {
        Event::Emitted { task, value, .. } | Event::Received { task, value, .. } => task == by && value == of,
        _ => false,
    }
}
