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
//! A job that is at-least-once may count a record twice, which is worth saying, but must not lose one: that breaks
//! [`RuleName::AtLeastOnce`].
//!
//! The surplus of at-least-once (I12) adds up over restores: what the restored state held too much, and what the new
//! attempt takes early. It is that of the task's own inputs; what its replayed outputs do downstream is not followed.

use super::balance::records;
use super::cut::Cut;
use super::ledger::{Ledger, Rows};
use super::memory::Tables;
use super::{Report, Rules};
use crate::ids::{CheckpointId, Execution, Id, PerId, TaskId};
use crate::parts::{Part, Visit};
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
pub(super) struct Share {
    print: u64,
    surplus: Surplus,
    taken: bool,
}

/// What the judge remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Lineage {
    /// The next record of each split.
    next: Vec<Part<u64>>,
    surplus: Part<PerId<TaskId, Surplus>>,
    /// Of each pending and retained checkpoint, for each split: the next record.
    offsets: Part<Rows<u64>>,
    /// Of the same checkpoints, for each task.
    parts: Part<Rows<Share>>,
}

impl Lineage {
    pub(super) fn new(rules: &Rules) -> Self {
        let (tasks, splits) = (rules.topology.tasks.len(), rules.split_lengths.len());
        Self {
            next: vec![Part::new(0); splits],
            surplus: Part::new(PerId::new(tasks, |_| Surplus::default())),
            offsets: Part::new(Rows::new(splits)),
            parts: Part::new(Rows::new(tasks)),
        }
    }

    pub(super) fn reset(&mut self) {
        self.next.iter_mut().for_each(|next| **next = 0);
        self.surplus.iter_mut().for_each(|surplus| *surplus = Surplus::default());
        self.offsets.clear();
        self.parts.clear();
    }

    pub(super) fn visit(&mut self, tables: &mut Tables, visit: &mut impl Visit) {
        let Self { next, surplus, offsets, parts } = self;
        next.iter_mut().for_each(|next| visit.part(next, &mut tables.numbers));
        visit.part(surplus, &mut tables.surplus);
        visit.part(offsets, &mut tables.offsets);
        visit.part(parts, &mut tables.shares);
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
        let expected = std::mem::replace(&mut **next, index + 1);
        if expected == index { Ok(()) } else { Err(expected) }
    }

    pub(super) fn observe(&mut self, ledger: &Part<Ledger>, cut: &Cut, event: &Event, report: &mut Report<'_>) {
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
        let emitted: u64 = splits.iter().map(|&split| *self.next[split]).sum();
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
            report.facts.splits[task].iter().for_each(|&split| row[split] = *self.next[split]);
        }
        if let Some(row) = self.parts.row_mut(id) {
            row[task.index()] = Share { print: state, surplus: Surplus::default(), taken: true };
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
                rules.splits[task].iter().for_each(|&split| offsets[split] = *self.next[split]);
            }
        }
    }

    fn restore(&mut self, task: TaskId, from: CheckpointId, state: u64, report: &mut Report<'_>) {
        let facts = report.facts;
        let splits = &facts.splits[task];
        if from == CheckpointId::NONE {
            splits.iter().for_each(|&split| *self.next[split] = 0);
            self.surplus[task] = Surplus::default();
            if state != facts.fresh[task] {
                let detail = format!("{} starts without a checkpoint, but its state is not empty", report.task(task));
                report.add(facts.loss(RuleName::StateExactlyOnce), "I20", detail).task = Some(task);
            }
            return;
        }
        // That no such checkpoint may be restored is for the lifecycle to say.
        let (Some(parts), Some(offsets)) = (self.parts.row(from), self.offsets.row(from)) else { return };
        let part = parts[task.index()];
        splits.iter().for_each(|&split| *self.next[split] = offsets[split]);
        self.surplus[task] = part.surplus;
        let name = report.task(task);
        let (once, loss) = (RuleName::StateExactlyOnce, facts.loss(RuleName::StateExactlyOnce));
        let mut details = Vec::new();
        if part.taken && part.print != state {
            let detail = format!("the state that {name} restored is not its snapshot of checkpoint {from}");
            details.push((loss, "I20", detail));
        }
        let invariant = if facts.exactly_once { "I10" } else { "I12" };
        if part.surplus.over > 0 {
            let over = records(part.surplus.over);
            details.push((
                once,
                invariant,
                format!("{name} restored checkpoint {from} with the effect of {over} that will come again"),
            ));
        }
        if part.surplus.lost > 0 {
            let lost = records(part.surplus.lost);
            details.push((
                once,
                invariant,
                format!("{name} restored checkpoint {from} without the effect of {lost} that will not come again"),
            ));
        }
        for (rule, invariant, detail) in details {
            let violation = report.add(rule, invariant, detail);
            (violation.task, violation.checkpoint) = (Some(task), from);
        }
    }

    fn wipe(&mut self, task: TaskId, rules: &Rules) {
        rules.splits[task].iter().for_each(|&split| *self.next[split] = 0);
        self.surplus[task] = Surplus::default();
    }

    fn forget(&mut self, id: CheckpointId, task: TaskId, rules: &Rules) {
        if let Some(row) = self.offsets.row_mut(id) {
            rules.splits[task].iter().for_each(|&split| row[split] = 0);
        }
        if let Some(row) = self.parts.row_mut(id) {
            row[task.index()] = Share::default();
        }
    }

    /// A finished job has read every split to its end and lost nothing on the way since the last restart.
    pub(super) fn end(&self, cut: &Cut, report: &mut Report<'_>) {
        let facts = report.facts;
        for (split, (next, &length)) in self.next.iter().zip(&facts.split_lengths).enumerate() {
            let next = **next;
            if next != length {
                let reader = facts.reader_of(split);
                let name = reader.map_or("nobody", |task| report.task(task));
                let detail = format!("the job finished, but {name} has read {next} of the {length} records of a split");
                report.add(facts.loss(RuleName::StateExactlyOnce), "I20", detail).task = reader;
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
                let once = RuleName::StateExactlyOnce;
                let rule = if flight.count < 0 { once } else { facts.loss(once) };
                let violation = report.add(rule, "I20", detail);
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
    // Whoever reads on further on leaves something out; whoever reads again, does not.
    let once = RuleName::StateExactlyOnce;
    let rule = if index < expected { once } else { report.facts.loss(once) };
    let violation = report.add(rule, "I20", detail);
    (violation.task, violation.record) = (Some(task), Some(name));
}

fn was(count: u64) -> String {
    format!("{} {}", records(count), if count == 1 { "was" } else { "were" })
}

#[cfg(test)]
mod tests {
    use super::super::table::{check, check_in, plan};

    #[test]
    fn i20_a_restore_goes_on_where_the_snapshot_stopped() {
        check(
            "start\nemit blue 0; emit yellow 0\ncheckpoint 1 1 1\nemit blue 1\nback 1 1\nemit blue 1; emit yellow 1",
            &[],
        );
        check("start\nemit blue 0\nback 0 1\nemit blue 0", &[]);
    }

    #[test]
    fn i20_a_source_that_does_not_rewind() {
        check(
            "start\nemit blue 0\ncheckpoint 1 1 0\nemit blue 1\nback 1 1\nemit blue 2; emit blue 3",
            &["I20: blue read record 2 of split 0, but 1 was next"],
        );
    }

    #[test]
    fn i20_another_state_than_was_stored() {
        check(
            "start\ncheckpoint 1 0 0\nrestart 1; deploy sum 1; restore sum 1 5",
            &["I20: the state that sum restored is not its snapshot of checkpoint 1"],
        );
        check(
            "start\nrestart 0; deploy sum 1; restore sum 0 5",
            &["I20: sum starts without a checkpoint, but its state is not empty"],
        );
    }

    #[test]
    fn i10_a_state_short_of_a_record_is_restored() {
        check(
            "start\nemit blue 0; send 0 7\ncheckpoint 1 1 0\nback 1 1",
            &[
                "I10: checkpoint 1 is no consistent cut: on blue -> sum: 1 record sent before the snapshot of the sender \
                 is missing in that of the receiver",
                "I10: sum restored checkpoint 1 without the effect of 1 record that will not come again",
            ],
        );
    }

    #[test]
    fn i13_offsets_are_what_was_emitted() {
        check(
            "start\nemit blue 0; emit blue 1; trigger 1; snap blue 1 1",
            &["I13: the snapshot of blue for checkpoint 1 is after 1 records, but it has emitted 2"],
        );
    }

    #[test]
    fn i20_a_finished_source_stays_at_its_end() {
        let all = "emit blue 0; emit blue 1; emit blue 2; finish blue";
        check(
            &format!(
                "start\n{all}; trigger 1; snap yellow 1 0; snap sum 1; snap sink 1; ack yellow 1; ack sum 1; ack sink 1
                 complete 1\nback 1 1\nemit blue 0"
            ),
            &["I20: blue read record 0 of split 0, but 3 was next"],
        );
    }

    #[test]
    fn i20_the_end_of_a_finished_job() {
        let read = "emit blue 0; emit blue 1; emit blue 2; emit yellow 0; emit yellow 1; emit yellow 2";
        check(&format!("start\n{read}; send 0 7; take 0 7\nfinished"), &[]);
        check(
            &format!("start\n{read}; send 0 7; send 0 8; take 0 7; take 1 9\nfinished"),
            &[
                "I20: the job finished, but on blue -> sum 1 record was never received",
                "I20: the job finished, but on yellow -> sum 1 record was never sent",
            ],
        );
        check(
            "start\nemit blue 0; emit blue 1; emit blue 2; emit yellow 0\nfinished",
            &["I20: the job finished, but yellow has read 1 of the 3 records of a split"],
        );
        // A run that did not finish owes nothing.
        check("start\nemit blue 0; send 0 7", &[]);
    }

    #[test]
    fn i20_several_splits() {
        let mut plan = plan();
        for vertex in plan.vertices.iter_mut() {
            if let crate::plan::VertexKind::Source { splits, .. } = &mut vertex.kind {
                *splits = 2;
            }
        }
        check_in(&plan, "start\nemit blue 0; emit yellow 0", &[]);
    }
}
