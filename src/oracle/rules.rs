//! What the judges know before the run: the topology, and what the plan makes of it.

use std::sync::Arc;

use crate::ids::{ChannelId, CheckpointId, Id, Micros, PerId, TaskId, VertexId};
use crate::plan::{Coarse, Plan, RuleName, SinkKind, Topology, VertexKind};
use crate::protocol::SnapshotKind;
use crate::protocol::coordinator::Mode;

/// What the judges know before the run.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Tasks, channels, and what they are called.
    pub topology: Arc<Topology>,
    /// Whether nothing may be counted twice: the effective mode is exactly-once (R1).
    pub exactly_once: bool,
    /// Whether a finished job has committed everything: checkpoints are made, also after tasks finished (R54).
    pub commits_at_end: bool,
    /// Whether records have a time, and watermarks flow.
    pub event_time: bool,
    /// Whether acknowledgements of dead attempts may arrive.
    pub late_acks: bool,
    /// Whether ids of checkpoints that were given up are given out again ([`Coarse::AtomicRecovery`]).
    pub reuses_ids: bool,
    /// Whether a job ends without a word ([`Coarse::SilentEnd`]).
    pub silent_end: bool,
    /// How many checkpoints may be pending at a time (R10.2).
    pub max_concurrent: usize,
    /// Whether savepoints may exceed that (R7).
    pub savepoints_are_forced: bool,
    /// How many completed checkpoints are retained (R22).
    pub retained: usize,
    /// From a completion to the next periodic checkpoint (R10.3).
    pub min_pause: Micros,
    /// How many counted failures are borne (R30); `None`: any number.
    pub tolerable_failed: Option<u32>,
    /// The print of each task's state before its first record.
    pub fresh: PerId<TaskId, u64>,
    /// The place of the first split of each task's source in the table of all splits; 0 for other tasks.
    pub first_split: PerId<TaskId, usize>,
    /// The places of the splits that each task reads.
    pub splits: PerId<TaskId, Vec<usize>>,
    /// How many records each split has.
    pub split_lengths: Vec<u64>,
    /// The place of each two-phase sink task in the table of all of them.
    pub sinks: PerId<TaskId, Option<u32>>,
    /// The task at each place of that table.
    pub sink_tasks: Vec<TaskId>,
}

impl Rules {
    /// What follows from a plan.
    pub fn new(plan: &Plan, topology: &Arc<Topology>) -> Self {
        let config = &plan.checkpointing;
        let mut rules = Self {
            topology: Arc::clone(topology),
            exactly_once: config.effective_mode() == Mode::ExactlyOnce,
            commits_at_end: config.interval.is_some() && config.after_finish && !plan.steps.has(Coarse::SilentEnd),
            event_time: plan.has_event_time(),
            late_acks: plan.limits.late_acks > 0,
            silent_end: plan.steps.has(Coarse::SilentEnd),
            reuses_ids: plan.steps.has(Coarse::AtomicRecovery),
            max_concurrent: config.max_concurrent as usize,
            savepoints_are_forced: config.is_forced(SnapshotKind::Savepoint),
            retained: config.effective_retained(),
            min_pause: config.effective_min_pause(),
            tolerable_failed: config.tolerable_failed,
            fresh: topology.tasks.ids().map(|task| topology.fresh(plan, task).print()).collect(),
            first_split: PerId::new(topology.tasks.len(), |_| 0),
            splits: PerId::new(topology.tasks.len(), |_| Vec::new()),
            split_lengths: Vec::new(),
            sinks: PerId::new(topology.tasks.len(), |_| None),
            sink_tasks: Vec::new(),
        };
        for vertex in plan.vertices.ids() {
            rules.add_splits(plan, vertex);
        }
        for task in topology.tasks.ids() {
            if topology.sink(plan, task) == Some(SinkKind::TwoPhaseCommit) {
                rules.sinks[task] = Some(rules.sink_tasks.len() as u32);
                rules.sink_tasks.push(task);
            }
        }
        rules
    }

    fn add_splits(&mut self, plan: &Plan, vertex: VertexId) {
        let VertexKind::Source { records, splits, .. } = &plan.vertices[vertex].kind else { return };
        let first = self.split_lengths.len();
        self.split_lengths.extend((0..*splits).map(|split| records.in_split(split, *splits)));
        let topology = Arc::clone(&self.topology);
        for task in topology.tasks_of(plan, vertex) {
            let share = topology.share(plan, task).expect("a source has a share");
            self.first_split[task] = first;
            self.splits[task] = (0..share.owned()).map(|slot| first + share.split(slot) as usize).collect();
        }
    }

    /// All channels at a task: inputs, then outputs.
    pub fn channels_at(&self, task: TaskId) -> impl Iterator<Item = ChannelId> + '_ {
        self.topology.tasks[task].inputs.iter().copied().chain(self.outputs(task))
    }

    /// The outgoing channels of a task.
    pub fn outputs(&self, task: TaskId) -> impl Iterator<Item = ChannelId> + '_ {
        self.topology.tasks[task].outputs.iter().flat_map(|output| output.channels())
    }

    /// All tasks, ascending.
    pub fn tasks(&self) -> impl Iterator<Item = TaskId> + use<> {
        (0..self.topology.tasks.len()).map(TaskId::at)
    }

    /// The task that reads the split at a place of the table of all splits.
    pub fn reader_of(&self, split: usize) -> Option<TaskId> {
        self.splits.pairs().find(|(_, splits)| splits.contains(&split)).map(|(task, _)| task)
    }

    /// The rule that a loss breaks: the one that asks for each record once, if that is promised.
    pub fn loss(&self, once: RuleName) -> RuleName {
        if self.exactly_once { once } else { RuleName::AtLeastOnce }
    }

    /// Whether a snapshot of this kind may exceed the limit on pending ones (R7).
    pub fn is_forced(&self, kind: SnapshotKind) -> bool {
        kind.is_savepoint() && self.savepoints_are_forced
    }
}

/// Whether a job like this promises to keep a rule. What it does not promise may be broken by an honest protocol, and
/// is then worth showing but no failure.
pub fn promised(plan: &Plan, rule: RuleName) -> bool {
    let exactly_once = plan.checkpointing.effective_mode() == Mode::ExactlyOnce;
    let has_two_phase_sink =
        || plan.vertices.iter().any(|vertex| vertex.kind == VertexKind::Sink(SinkKind::TwoPhaseCommit));
    match rule {
        // Cuts of an at-least-once job are judged by their lower bound only, and that is promised.
        RuleName::ConsistentCut | RuleName::AtLeastOnce | RuleName::Lifecycle | RuleName::Progress => true,
        RuleName::StateExactlyOnce | RuleName::Explained => exactly_once,
        RuleName::ExactlyOnce => exactly_once && has_two_phase_sink(),
    }
}

/// A checkpoint in words: `checkpoint 3`, or `no checkpoint`.
pub(super) fn words(id: CheckpointId) -> String {
    id.given().map_or_else(|| "no checkpoint".to_owned(), |id| format!("checkpoint {id}"))
}
