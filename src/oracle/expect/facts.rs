//! What is known of a run so far: as much as the plan's checks ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::upserts::Upserts;
use crate::ids::{CheckpointId, Id, ManagerId, Name, PerId, SmallSet, TaskId, VertexId};
use crate::oracle::reference::{Reference, reference};
use crate::plan::{Check, Coarse, Plan, SinkKind, Time, Topology, VertexKind};
use crate::protocol::FailureReason;
use crate::protocol::two_phase::TransactionId;
use crate::trace::{Event, JobStatus};

/// What is known.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) topology: Arc<Topology>,
    /// Whether latencies count.
    pub(super) timed: bool,
    /// The failure-free outcome, if a check asks for it and there is one.
    pub(super) reference: Option<Reference>,
    pub(super) job: Option<JobStatus>,
    pub(super) shown: PerId<TaskId, Shown>,
    /// What snapshots hold.
    pub(super) stored: BTreeMap<(CheckpointId, TaskId), i64>,
    pub(super) completed: Vec<CheckpointId>,
    /// Completed checkpoints that are in the store.
    pub(super) retained: BTreeSet<CheckpointId>,
    pub(super) aborted: Vec<(CheckpointId, FailureReason)>,
    pub(super) rejected: Vec<FailureReason>,
    /// From which checkpoint each restart was.
    pub(super) restarts: Vec<CheckpointId>,
    /// The checkpoint of each new life of the job.
    pub(super) starts: Vec<CheckpointId>,
    /// Whether the job was failed because of failed checkpoints.
    pub(super) too_many: bool,
    pub(super) bags: PerId<TaskId, Bag>,
    pub(super) outputs: PerId<TaskId, Visible>,
    /// The tables of upsert sinks.
    pub(super) upserts: PerId<VertexId, Upserts>,
    /// Which vertices are upsert sinks.
    upserting: PerId<VertexId, bool>,
    /// Whether records have no names ([`Coarse::Nameless`]).
    pub(super) nameless: bool,
    /// Whether numbers of transactions that came to nothing are given out again ([`Coarse::AtomicRecovery`]).
    reuses_numbers: bool,
    wanted: Wanted,
}

/// What of it is worth remembering.
#[derive(Debug, Default)]
struct Wanted {
    states: bool,
    stored: bool,
    /// Tasks whose records are remembered.
    bags: SmallSet,
    /// Tasks whose output is remembered.
    outputs: SmallSet,
}

/// What a task shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Whether it has read its state, and has not died.
    pub(super) lives: bool,
    pub(super) keyed: bool,
    pub(super) view: i64,
    pub(super) keys: BTreeMap<i64, i64>,
    /// How many late records it dropped, in all attempts.
    pub(super) late: usize,
}

/// The records that a task's state has absorbed.
#[derive(Debug, Default)]
pub(super) struct Bag {
    pub(super) names: Vec<Name>,
    cuts: Cuts<usize>,
}

/// The output of a sink task.
#[derive(Debug, Default)]
pub(super) struct Visible {
    pub(super) rows: Vec<(Name, i64)>,
    open: Vec<Open>,
    /// How many rows of transactions it has written.
    written: usize,
    cuts: Cuts<usize>,
}

/// A row of a transaction that is not visible yet.
#[derive(Debug)]
struct Open {
    /// Counted from 0, in all attempts.
    number: usize,
    transaction: TransactionId,
    name: Name,
    value: i64,
}

/// How far something was when a checkpoint took its snapshot.
#[derive(Debug)]
pub(super) struct Cuts<T>(Vec<(CheckpointId, T)>);

impl<T> Default for Cuts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy + Ord> Cuts<T> {
    /// Of two snapshots with one number the newer counts: the older came to nothing.
    pub(super) fn add(&mut self, id: CheckpointId, at: T) {
        self.0.retain(|&(other, _)| other != id);
        self.0.push((id, at));
    }

    pub(super) fn find(&self, id: CheckpointId) -> Option<T> {
        self.0.iter().find(|&&(other, _)| other == id).map(|&(_, at)| at)
    }

    pub(super) fn forget_beyond(&mut self, most: T) {
        self.0.retain(|&(_, at)| at <= most);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Facts {
    /// Nothing is known; `checks` will be asked.
    pub(super) fn new(plan: &Plan, topology: &Arc<Topology>, checks: &[&Check]) -> Self {
        let mut wanted = Wanted::default();
        let mut compares = false;
        let of = |set: &mut SmallSet, vertex: VertexId| {
            topology.tasks_of(plan, vertex).for_each(|task| _ = set.insert(task.index()));
        };
        for check in checks {
            match **check {
                Check::State { .. } | Check::Final { .. } => wanted.states = true,
                Check::Stored { .. } => wanted.stored = true,
                Check::NoLoss { vertex } | Check::Overcount { vertex } => {
                    compares = true;
                    of(&mut wanted.bags, vertex);
                }
                Check::ExactlyOnce { sink } | Check::Duplicates { sink } => {
                    compares = true;
                    of(&mut wanted.outputs, sink);
                }
                Check::Output { sink, .. } => of(&mut wanted.outputs, sink),
                _ => {}
            }
        }
        let keyed = |task: TaskId| match &plan.vertices[topology.tasks[task].vertex].kind {
            VertexKind::Operator(logic) => logic.is_keyed(),
            VertexKind::Source { .. } | VertexKind::Sink(_) => false,
        };
        let tasks = topology.tasks.len();
        Self {
            topology: Arc::clone(topology),
            timed: plan.time == Time::Timed,
            reference: if compares { reference(plan, topology) } else { None },
            job: None,
            shown: PerId::new(tasks, |task| Shown { keyed: keyed(task), lives: true, ..Shown::default() }),
            stored: BTreeMap::new(),
            completed: Vec::new(),
            retained: BTreeSet::new(),
            aborted: Vec::new(),
            rejected: Vec::new(),
            restarts: Vec::new(),
            starts: Vec::new(),
            too_many: false,
            bags: PerId::new(tasks, |_| Bag::default()),
            outputs: PerId::new(tasks, |_| Visible::default()),
            upserts: PerId::new(plan.vertices.len(), |_| Upserts::default()),
            upserting: (plan.vertices.iter()).map(|vertex| vertex.kind == VertexKind::Sink(SinkKind::Upsert)).collect(),
            nameless: plan.steps.has(Coarse::Nameless),
            reuses_numbers: plan.steps.has(Coarse::AtomicRecovery),
            wanted,
        }
    }

    /// Forgets the run.
    pub(super) fn reset(&mut self) {
        self.job = None;
        self.shown.iter_mut().for_each(|s| {
            s.lose();
            (s.lives, s.late) = (true, 0);
        });
        self.stored.clear();
        self.completed.clear();
        self.aborted.clear();
        self.rejected.clear();
        self.restarts.clear();
        self.starts.clear();
        self.too_many = false;
        for bag in self.bags.iter_mut() {
            bag.names.clear();
            bag.cuts.clear();
        }
        for output in self.outputs.iter_mut() {
            output.rows.clear();
            output.open.clear();
            output.written = 0;
            output.cuts.clear();
        }
        self.upserts.iter_mut().for_each(Upserts::reset);
    }

    /// Whether the job has finished.
    pub(super) fn finished(&self) -> bool {
        self.job == Some(JobStatus::Finished)
    }

    /// Whether a sink keeps one row for each key.
    pub(super) fn upserts(&self, sink: VertexId) -> bool {
        self.upserting[sink]
    }

    /// The tasks of a vertex.
    pub(super) fn tasks_of(&self, vertex: VertexId) -> impl Iterator<Item = TaskId> {
        self.topology.tasks.pairs().filter(move |(_, info)| info.vertex == vertex).map(|(task, _)| task)
    }

    /// Takes the next event.
    pub(super) fn observe(&mut self, event: &Event) {
        match *event {
            Event::Job(status) => self.job = Some(status),
            Event::Crashed { execution, .. } | Event::Canceled { execution } | Event::Deployed { execution } => {
                self.shown[execution.task].lose();
            }
            Event::ManagerCrashed { manager } => self.lose_all(manager),
            Event::Restarting { from } => self.restarts.push(from),
            Event::Started { from } => self.starts.push(from),
            Event::Restored { execution, from, view, .. } => {
                let shown = &mut self.shown[execution.task];
                (shown.lives, shown.view) = (true, view);
                self.bags[execution.task].cut_back(from);
                if self.reuses_numbers {
                    self.outputs[execution.task].cut_back(from);
                }
                if let Some(upserts) = self.upserts_of(execution.task) {
                    upserts.cut_back(execution.task, from);
                }
            }
            Event::Holds { task, key, value } if self.wanted.states => {
                self.shown[task].keys.insert(key, value);
            }
            Event::Completed { id, .. } => {
                self.completed.push(id);
                self.retained.insert(id);
            }
            Event::Subsumed { id } | Event::Closed { id, .. } => _ = self.retained.remove(&id),
            Event::Aborted { id, reason } => self.aborted.push((id, reason)),
            Event::Rejected { reason } => self.rejected.push(reason),
            Event::TooManyFailures { .. } => self.too_many = true,
            Event::Snapshot { execution, id, view, .. } => {
                if self.wanted.stored {
                    self.stored.insert((id, execution.task), view);
                }
                if self.wanted.bags.contains(execution.task.index()) {
                    let bag = &mut self.bags[execution.task];
                    bag.cuts.add(id, bag.names.len());
                }
                if self.reuses_numbers {
                    let output = &mut self.outputs[execution.task];
                    output.cuts.add(id, output.written);
                }
                if let Some(upserts) = self.upserts_of(execution.task) {
                    upserts.snapshot(execution.task, id);
                }
            }
            Event::Emitted { task, name, value, .. } => {
                self.shown[task].view += 1;
                self.absorb(task, name, value);
            }
            Event::Received { task, name, key, value, view, .. } => {
                if self.wanted.states {
                    let shown = &mut self.shown[task];
                    shown.view = view;
                    if shown.keyed {
                        shown.keys.insert(key, view);
                    }
                }
                self.absorb(task, name, value);
            }
            Event::Late { task, .. } => self.shown[task].late += 1,
            Event::Fired { task, key, view, .. } if self.wanted.states => {
                let shown = &mut self.shown[task];
                shown.view = view;
                if shown.keyed {
                    shown.keys.insert(key, view);
                }
            }
            Event::Row { task, transaction, name, value } if self.wanted.outputs.contains(task.index()) => {
                let name = self.identity(task, name, value);
                self.outputs[task].write(transaction, name, value);
            }
            Event::Upserted { task, key, name, value } => {
                let name = self.identity(task, name, value);
                if let Some(upserts) = self.upserts_of(task) {
                    upserts.write(task, key, name, value);
                }
            }
            Event::Committed { task, transaction, again: false } => self.outputs[task].commit(transaction),
            // What else happens says nothing to any check.
            _ => {}
        }
    }

    /// The table that a task writes to, if anybody asks for it.
    fn upserts_of(&mut self, task: TaskId) -> Option<&mut Upserts> {
        let sink = self.topology.tasks[task].vertex;
        (self.wanted.outputs.contains(task.index()) && self.upserting[sink]).then(|| &mut self.upserts[sink])
    }

    fn absorb(&mut self, task: TaskId, name: Name, value: i64) {
        if self.wanted.bags.contains(task.index()) {
            let name = self.identity(task, name, value);
            self.bags[task].names.push(name);
        }
    }

    /// By what a record that a task took is told from others: its name; if it has none, the same that
    /// [`Reference::absorbed`] has in its place.
    fn identity(&self, task: TaskId, name: Name, value: i64) -> Name {
        let Some(reference) = self.reference.as_ref().filter(|_| self.nameless) else { return name };
        reference.identity(self.topology.tasks[task].vertex, name, value)
    }

    fn lose_all(&mut self, manager: ManagerId) {
        for (task, _) in self.topology.manager_of.pairs().filter(|&(_, &home)| home == manager) {
            self.shown[task].lose();
        }
    }
}

impl Shown {
    fn lose(&mut self) {
        self.lives = false;
        self.view = 0;
        self.keys.clear();
    }

    /// The sum of all its numbers.
    pub(super) fn total(&self) -> i64 {
        if self.keyed { self.keys.values().fold(0, |sum, value| sum.wrapping_add(*value)) } else { self.view }
    }
}

impl Bag {
    /// Back to what the snapshot holds. A task without a snapshot had finished before the checkpoint (R54).
    fn cut_back(&mut self, from: CheckpointId) {
        let length = from.given().map_or(0, |from| self.cuts.find(from).unwrap_or(self.names.len()));
        self.names.truncate(length);
        self.cuts.forget_beyond(length);
    }
}

impl Visible {
    fn write(&mut self, transaction: Option<TransactionId>, name: Name, value: i64) {
        match transaction {
            Some(transaction) => {
                self.open.push(Open { number: self.written, transaction, name, value });
                self.written += 1;
            }
            None => self.rows.push((name, value)),
        }
    }

    /// What was written after the snapshot never becomes visible: other transactions get its numbers.
    fn cut_back(&mut self, from: CheckpointId) {
        let first = from.given().map_or(0, |from| self.cuts.find(from).unwrap_or(self.written));
        self.open.retain(|row| row.number < first);
        self.cuts.forget_beyond(first);
    }

    /// The rows of a transaction become visible, in their order.
    fn commit(&mut self, transaction: TransactionId) {
        let Self { rows, open, .. } = self;
        rows.extend(open.iter().filter(|row| row.transaction == transaction).map(|row| (row.name, row.value)));
        open.retain(|row| row.transaction != transaction);
    }
}
