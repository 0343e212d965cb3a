//! What a task holds is what was sent to it, each record once (I20): restored states are the stored ones, sources go on
//! where the restored snapshot stopped, and a finished job has read and delivered everything.
//!
//! | event | what is done |
//! | --- | --- |
//! | emitted | the split's next record, or a violation |
//! | snapshot | the print of the state and the offsets of the source are stored; a source shows what it has emitted (I13) |
//! | completed | what the cut lacks or counted early is stored with each task, on top of what the task held before (I12) |
//! | restored | the print must be the stored one, offsets go back, and what is missing or will come again is reported |
//! | crashed, cancelled | offsets and what was counted twice are wiped |
//! | the end of a finished job | nothing is in flight, every split was read to its end |
//!
//! The surplus of at-least-once (I12) adds up over restores: what the restored state held too much, and what the new
//! attempt takes early. It is that of the task's own inputs; what its replayed outputs do downstream is not followed.

use super::cut::{Cut, records};
use super::ledger::{Ledger, Rows};
use super::{Report, Rules};
use crate::ids::{CheckpointId, Execution, Id, PerId, TaskId};
use crate::plan::RuleName;
use crate::trace::Event;

/// How far a state is from one that holds every record once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Surplus {
    /// Records that it holds although they come again.
    pub over: u64,
    /// Records that it does not hold although they do not come again.
    pub lost: u64,
}

impl Surplus {
    fn plus(self, other: Self) -> Self {
        Self { over: self.over + other.over, lost: self.lost + other.lost }
    }
}

/// A task's part of a checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct Part {
    print: u64,
    surplus: Surplus,
    taken: bool,
}

/// What the judge remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Lineage {
    /// The next record of each split.
    next: Vec<u64>,
    surplus: PerId<TaskId, Surplus>,
    /// Of each pending and retained checkpoint, for each split: the next record.
    offsets: Rows<u64>,
    /// Of the same checkpoints, for each task.
    parts: Rows<Part>,
}

impl Lineage {
    pub(super) fn new(rules: &Rules) -> Self {
        let (tasks, splits) = (rules.topology.tasks.len(), rules.split_lengths.len());
        Self {
            next: vec![0; splits],
            surplus: PerId::new(tasks, |_| Surplus::default()),
            offsets: Rows::new(splits),
            parts: Rows::new(tasks),
        }
    }

    pub(super) fn reset(&mut self) {
        self.next.fill(0);
        self.surplus.iter_mut().for_each(|surplus| *surplus = Surplus::default());
        self.offsets.clear();
        self.parts.clear();
    }

    pub(super) fn surplus(&self, task: TaskId) -> Surplus {
        self.surplus[task]
    }

    pub(super) fn surplus_stored(&self, id: CheckpointId, task: TaskId) -> Option<Surplus> {
        Some(self.parts.row(id)?[task.index()].surplus)
    }

    /// A source read a record; the error is the index that was next.
    #[inline]
    pub(super) fn emitted(&mut self, rules: &Rules, task: TaskId, split: u32, index: u64) -> Result<(), u64> {
        let next = &mut self.next[rules.first_split[task] + split as usize];
        let expected = std::mem::replace(next, index + 1);
        if expected == index { Ok(()) } else { Err(expected) }
    }

    pub(super) fn observe(&mut self, ledger: &Ledger, cut: &Cut, event: &Event, report: &mut Report<'_>) {
        match *event {
            Event::Triggered { id, .. } => {
                self.offsets.add(id);
                self.parts.add(id);
            }
            Event::Snapshot { execution, id, state, view } => self.snapshot(ledger, execution, id, state, view, report),
            Event::Completed { id, in_store: true, .. } => self.complete(ledger, cut, id, report.facts),
            Event::Completed { id, in_store: false, .. } | Event::Aborted { id, .. } | Event::Subsumed { id } => {
                self.offsets.remove(id);
                self.parts.remove(id);
            }
            Event::Crashed { execution, .. } | Event::Canceled { execution } => {
                self.wipe(execution.task, report.facts);
                for pending in ledger.pending().iter().filter(|pending| !pending.is_kept(execution.task)) {
                    self.forget(pending.id, execution.task, report.facts);
                }
            }
            Event::Deployed { execution } => self.wipe(execution.task, report.facts),
            Event::Restored { execution, from, state, .. } => self.restore(execution.task, from, state, report),
            _ => {}
        }
    }

    fn snapshot(
        &mut self,
        ledger: &Ledger,
        execution: Execution,
        id: CheckpointId,
        state: u64,
        view: i64,
        report: &mut Report<'_>,
    ) {
        let task = execution.task;
        let splits = &report.facts.splits[task];
        let emitted: u64 = splits.iter().map(|&split| self.next[split]).sum();
        if !splits.is_empty() && view != emitted as i64 {
            let name = report.task(task);
            let detail = format!(
                "the snapshot of {name} for checkpoint {id} is after {view} records, but it has emitted {emitted}"
            );
            let violation = report.add(RuleName::ConsistentCut, "I13", detail);
            (violation.task, violation.checkpoint) = (Some(task), id);
        }
        if ledger.find(id).is_none_or(|pending| pending.is_taken(task)) {
            return;
        }
        if let Some(row) = self.offsets.row_mut(id) {
            report.facts.splits[task].iter().for_each(|&split| row[split] = self.next[split]);
        }
        if let Some(row) = self.parts.row_mut(id) {
            row[task.index()] = Part { print: state, surplus: Surplus::default(), taken: true };
        }
    }

    fn complete(&mut self, ledger: &Ledger, cut: &Cut, id: CheckpointId, rules: &Rules) {
        let (Some(parts), Some(offsets)) = (self.parts.row_mut(id), self.offsets.row_mut(id)) else { return };
        for task in rules.tasks() {
            let own = rules.topology.tasks[task].inputs.iter().filter_map(|&channel| {
                let settled = cut.settled(rules, ledger, id, channel)?;
                Some(Surplus { over: settled.early, lost: settled.missing })
            });
            parts[task.index()].surplus = own.fold(self.surplus[task], Surplus::plus);
            // A task that had finished before it could take part is as far as it will ever be.
            if !parts[task.index()].taken && ledger.is_finished(task) {
                rules.splits[task].iter().for_each(|&split| offsets[split] = self.next[split]);
            }
        }
    }

    fn restore(&mut self, task: TaskId, from: CheckpointId, state: u64, report: &mut Report<'_>) {
        let facts = report.facts;
        let splits = &facts.splits[task];
        if from == CheckpointId::NONE {
            splits.iter().for_each(|&split| self.next[split] = 0);
            self.surplus[task] = Surplus::default();
            if state != facts.fresh[task] {
                let detail = format!("{} starts without a checkpoint, but its state is not empty", report.task(task));
                report.add(RuleName::StateExactlyOnce, "I20", detail).task = Some(task);
            }
            return;
        }
        // That no such checkpoint may be restored is for the lifecycle to say.
        let (Some(parts), Some(offsets)) = (self.parts.row(from), self.offsets.row(from)) else { return };
        let part = parts[task.index()];
        splits.iter().for_each(|&split| self.next[split] = offsets[split]);
        self.surplus[task] = part.surplus;
        let name = report.task(task);
        let mut details = Vec::new();
        if part.taken && part.print != state {
            details.push(("I20", format!("the state that {name} restored is not its snapshot of checkpoint {from}")));
        }
        let invariant = if facts.exactly_once { "I10" } else { "I12" };
        if part.surplus.over > 0 {
            let over = records(part.surplus.over);
            details.push((
                invariant,
                format!("{name} restored checkpoint {from} with the effect of {over} that will come again"),
            ));
        }
        if part.surplus.lost > 0 {
            let lost = records(part.surplus.lost);
            details.push((
                invariant,
                format!("{name} restored checkpoint {from} without the effect of {lost} that will not come again"),
            ));
        }
        for (invariant, detail) in details {
            let violation = report.add(RuleName::StateExactlyOnce, invariant, detail);
            (violation.task, violation.checkpoint) = (Some(task), from);
        }
    }

    fn wipe(&mut self, task: TaskId, rules: &Rules) {
        rules.splits[task].iter().for_each(|&split| self.next[split] = 0);
        self.surplus[task] = Surplus::default();
    }

    fn forget(&mut self, id: CheckpointId, task: TaskId, rules: &Rules) {
        if let Some(row) = self.offsets.row_mut(id) {
            rules.splits[task].iter().for_each(|&split| row[split] = 0);
        }
        if let Some(row) = self.parts.row_mut(id) {
            row[task.index()] = Part::default();
        }
    }

    /// A finished job has read every split to its end and lost nothing on the way since the last restart.
    pub(super) fn end(&self, cut: &Cut, report: &mut Report<'_>) {
        let facts = report.facts;
        for (split, (&next, &length)) in self.next.iter().zip(&facts.split_lengths).enumerate() {
            if next != length {
                let reader = facts.reader_of(split);
                let name = reader.map_or("nobody", |task| report.task(task));
                let detail = format!("the job finished, but {name} has read {next} of the {length} records of a split");
                report.add(RuleName::StateExactlyOnce, "I20", detail).task = reader;
            }
        }
        for channel in facts.topology.channels.ids() {
            let flight = cut.in_flight(channel);
            if !flight.is_even() {
                let name = report.channel(channel);
                let detail = match flight.count {
                    1.. => {
                        format!("the job finished, but on {name} {} never received", was(flight.count.unsigned_abs()))
                    }
                    0 => format!("the job finished, but on {name} other records were received than sent"),
                    _ => format!("the job finished, but on {name} {} never sent", was(flight.count.unsigned_abs())),
                };
                let violation = report.add(RuleName::StateExactlyOnce, "I20", detail);
                (violation.task, violation.channel) = (Some(facts.topology.channels[channel].to), Some(channel));
            }
        }
    }
}

/// A source read another record than the next one.
#[cold]
pub(super) fn out_of_turn(report: &mut Report<'_>, event: &Event, expected: u64) {
    let Event::Emitted { task, split, index, name, .. } = *event else { return };
    let source = report.task(task);
    let detail = format!("{source} read record {index} of split {split}, but {expected} was next");
    let violation = report.add(RuleName::StateExactlyOnce, "I20", detail);
    (violation.task, violation.record) = (Some(task), Some(name));
}

fn was(count: u64) -> String {
    format!("{} {}", records(count), if count == 1 { "was" } else { "were" })
}
