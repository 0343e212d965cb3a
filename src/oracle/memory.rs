//! What all judges remember of a run, and the different parts of it that a search has met.

use super::Rules;
use super::commits::{self, Commits};
use super::cut::Cut;
use super::flow::Stream;
use super::ledger::{Ledger, Rows};
use super::lifecycle::{Failures, Lifecycle};
use super::lineage::{Lineage, Share, Surplus};
use crate::ids::{ChannelId, CheckpointId, PerId, SmallSet, TaskId};
use crate::parts::{Part, Table, Visit};

/// What the judges remember of a run: a part of the explored state.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Memory {
    pub(super) ledger: Part<Ledger>,
    pub(super) cut: Cut,
    pub(super) lineage: Lineage,
    pub(super) commits: Commits,
    pub(super) lifecycle: Lifecycle,
}

impl Memory {
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            ledger: Part::new(Ledger::new(rules)),
            cut: Cut::new(rules),
            lineage: Lineage::new(rules),
            commits: Commits::new(rules),
            lifecycle: Lifecycle::new(rules),
        }
    }

    /// Goes to every part of it.
    pub(crate) fn visit(&mut self, tables: &mut Tables, visit: &mut impl Visit) {
        let Self { ledger, cut, lineage, commits, lifecycle } = self;
        visit.part(ledger, &mut tables.ledger);
        cut.visit(tables, visit);
        lineage.visit(tables, visit);
        commits.visit(tables, visit);
        lifecycle.visit(tables, visit);
    }

    pub(super) fn reset(&mut self) {
        self.ledger.reset();
        self.cut.reset();
        self.lineage.reset();
        self.commits.reset();
        self.lifecycle.reset();
    }

    /// How many records the state of a task holds twice, or not at all, since its last restore: those it took itself.
    /// What follows from them downstream is not counted.
    pub fn surplus(&self, task: TaskId) -> Surplus {
        self.lineage.surplus(task)
    }

    /// The same of a retained checkpoint: what a restore from it will count twice, or miss; `None` if it is not retained.
    pub fn surplus_stored(&self, id: CheckpointId, task: TaskId) -> Option<Surplus> {
        self.lineage.surplus_stored(id, task)
    }

    /// How many records are on a channel, sent and not received: below zero if more came out than went in.
    pub fn in_flight(&self, channel: ChannelId) -> i64 {
        self.cut.in_flight(channel).count
    }
}

/// The different parts that the memories of judges have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    pub(super) ledger: Table<Ledger>,
    pub(super) streams: Table<Stream>,
    pub(super) sets: Table<SmallSet>,
    pub(super) numbers: Table<u64>,
    pub(super) surplus: Table<PerId<TaskId, Surplus>>,
    pub(super) offsets: Table<Rows<u64>>,
    pub(super) shares: Table<Rows<Share>>,
    pub(super) sinks: Table<commits::Sink>,
    pub(super) checkpoints: Table<CheckpointId>,
    pub(super) failures: Table<Failures>,
}
