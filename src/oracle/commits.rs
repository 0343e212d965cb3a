//! The committed output of each two-phase sink task is a prefix of what the kept history wrote (I26-I30).
//!
//! Kept for each such task: the transactions of the kept history that are not committed yet, oldest first. Rows go to
//! the newest; commits take the oldest. So what is committed is always the output up to some checkpoint, record by
//! record, without a sum over the whole run. That a transaction holds what it should is seen at each snapshot: what
//! the sink received and what it wrote must agree in count and names.
//!
//! | event | what is done | else |
//! | --- | --- | --- |
//! | received, row | received less written; a row goes to a transaction that is open | I28 |
//! | snapshot | everything received is written | I28 |
//! | pre-committed | the transaction is tied to a checkpoint | |
//! | committed | it is the oldest, pre-committed, and its checkpoint or a later one has completed | I28, I27 |
//! | committed, unknown | it was committed before, and the external system knows | I26 if it took effect twice, I28 if it was rolled back |
//! | dropped | it is neither committed nor part of a checkpoint that may be restored, or may yet complete | I26, I30 |
//! | crashed, cancelled | open transactions are gone with their rows | |
//! | restored | transactions that began after the checkpoint are rolled back; none of them was committed | I28 |
//! | the end of a finished job | every row is committed, if checkpoints are made | I29 |

use smallvec::SmallVec;

use super::balance::{Balance, records};
use super::ledger::Ledger;
use super::memory::Tables;
use super::rules::words;
use super::{Report, Rules};
use crate::ids::{CheckpointId, Name, TaskId};
use crate::parts::{Part, Visit};
use crate::plan::RuleName;
use crate::protocol::two_phase::TransactionId;
use crate::trace::Event;

/// A transaction of the kept history that is not committed yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Transaction {
    number: TransactionId,
    /// The checkpoint that pre-committed it; none while it is open.
    id: CheckpointId,
    rows: u64,
}

/// What is remembered of a sink task.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Sink {
    /// Received, less written.
    unwritten: Balance,
    /// Oldest first.
    kept: SmallVec<[Transaction; 2]>,
    /// Committed, and newer than the oldest checkpoint that may be restored: with the checkpoint of each.
    committed: SmallVec<[(TransactionId, CheckpointId); 1]>,
    /// Rows of transactions that a living attempt dropped.
    dropped: u64,
}

/// What the judge remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Commits {
    sinks: Vec<Part<Sink>>,
}

impl Commits {
    pub(super) fn new(rules: &Rules) -> Self {
        Self { sinks: vec![Part::default(); rules.sink_tasks.len()] }
    }

    pub(super) fn reset(&mut self) {
        for sink in &mut self.sinks {
            let Sink { unwritten, kept, committed, dropped } = &mut **sink;
            *unwritten = Balance::default();
            kept.clear();
            committed.clear();
            *dropped = 0;
        }
    }

    pub(super) fn visit(&mut self, tables: &mut Tables, visit: &mut impl Visit) {
        self.sinks.iter_mut().for_each(|sink| visit.part(sink, &mut tables.sinks));
    }

    #[inline]
    pub(super) fn received(&mut self, rules: &Rules, task: TaskId, name: Name) {
        if let Some(place) = rules.sinks[task] {
            self.sinks[place as usize].unwritten.add(name);
        }
    }

    pub(super) fn observe(&mut self, ledger: &Part<Ledger>, event: &Event, report: &mut Report<'_>) {
        let task = match *event {
            Event::Row { task, transaction: Some(_), .. }
            | Event::PreCommitted { task, .. }
            | Event::Committed { task, .. }
            | Event::Dropped { task, .. } => task,
            Event::Snapshot { execution, .. }
            | Event::Crashed { execution, .. }
            | Event::Canceled { execution }
            | Event::Deployed { execution }
            | Event::Restored { execution, .. } => execution.task,
            _ => return,
        };
        let Some(place) = report.facts.sinks[task] else { return };
        let sink = &mut self.sinks[place as usize];
        match *event {
            Event::Row { transaction: Some(number), name, .. } => sink.row(task, number, name, report),
            Event::Snapshot { id, .. } => sink.snapshot(task, id, report),
            Event::PreCommitted { transaction, id, .. } => sink.pre_commit(transaction, id),
            Event::Committed { transaction, again, .. } => sink.commit(ledger, task, transaction, again, report),
            Event::Dropped { transaction, .. } => sink.drop(ledger, task, transaction, report),
            Event::Restored { from, .. } => sink.restore(task, from, report),
            _ => sink.wipe(),
        }
    }

    /// What no restore can reach any more need not be remembered.
    pub(super) fn forget(&mut self, ledger: &Part<Ledger>, event: &Event) {
        if let Event::Completed { .. } | Event::Subsumed { .. } = event {
            let oldest = ledger.oldest_retained();
            self.sinks.iter_mut().for_each(|sink| sink.committed.retain(|&mut (_, id)| id > oldest));
        }
    }

    /// Of a finished job that makes checkpoints every row is visible (I29).
    pub(super) fn end(&self, report: &mut Report<'_>) {
        if !report.facts.commits_at_end {
            return;
        }
        for (sink, &task) in self.sinks.iter().zip(&report.facts.sink_tasks) {
            let unwritten = sink.unwritten.count.max(0).unsigned_abs();
            let rows = unwritten + sink.dropped + sink.kept.iter().map(|transaction| transaction.rows).sum::<u64>();
            if rows > 0 {
                let detail = format!("the job finished, but of {} {} never committed", report.task(task), were(rows));
                report.add(report.facts.loss(RuleName::ExactlyOnce), "I29", detail).task = Some(task);
            }
        }
    }
}

impl Sink {
    fn row(&mut self, task: TaskId, number: TransactionId, name: Name, report: &mut Report<'_>) {
        self.unwritten.subtract(name);
        match self.kept.iter_mut().rev().find(|transaction| transaction.number == number) {
            Some(transaction) if transaction.id == CheckpointId::NONE => transaction.rows += 1,
            Some(transaction) => {
                transaction.rows += 1;
                let (who, id) = (report.task(task), transaction.id);
                let detail =
                    format!("{who} wrote to transaction {} after it was pre-committed for checkpoint {id}", number.0);
                let violation = report.add(RuleName::ExactlyOnce, "I28", detail);
                (violation.task, violation.record, violation.checkpoint) = (Some(task), Some(name), id);
            }
            None => self.kept.push(Transaction { number, id: CheckpointId::NONE, rows: 1 }),
        }
    }

    fn snapshot(&mut self, task: TaskId, id: CheckpointId, report: &mut Report<'_>) {
        if !self.unwritten.is_even() {
            self.unwritten = Balance::default();
            let name = report.task(task);
            let detail = format!("what {name} wrote before its snapshot of checkpoint {id} is not what it received");
            let violation = report.add(RuleName::ExactlyOnce, "I28", detail);
            (violation.task, violation.checkpoint) = (Some(task), id);
        }
    }

    fn pre_commit(&mut self, number: TransactionId, id: CheckpointId) {
        match self.kept.iter_mut().find(|transaction| transaction.number == number) {
            Some(transaction) => transaction.id = id,
            None => self.kept.push(Transaction { number, id, rows: 0 }),
        }
    }

    fn commit(&mut self, ledger: &Ledger, task: TaskId, number: TransactionId, again: bool, report: &mut Report<'_>) {
        let Some(place) = self.kept.iter().position(|transaction| transaction.number == number) else {
            if !again {
                self.commit_unknown(task, number, report);
            }
            return;
        };
        let Transaction { id, .. } = self.kept.remove(place);
        let (name, completed) = (report.task(task), ledger.newest_completed());
        let mut broken = None;
        if id == CheckpointId::NONE {
            broken = Some(("I27", format!("{name} committed transaction {}, which was never pre-committed", number.0)));
        } else if id > completed {
            let newest = words(completed);
            broken = Some((
                "I27",
                format!(
                    "{name} committed transaction {} of checkpoint {id} early: the newest complete one is {newest}",
                    number.0
                ),
            ));
        } else if place > 0 {
            broken = Some(("I28", format!("{name} committed transaction {} before an older one", number.0)));
        }
        if let Some((invariant, detail)) = broken {
            let violation = report.add(RuleName::ExactlyOnce, invariant, detail);
            (violation.task, violation.checkpoint) = (Some(task), id);
        }
        let id = if id == CheckpointId::NONE { CheckpointId(u64::MAX) } else { id };
        if id > ledger.oldest_retained() {
            self.committed.push((number, id));
        }
    }

    fn commit_unknown(&self, task: TaskId, number: TransactionId, report: &mut Report<'_>) {
        let (name, number) = (report.task(task), number.0);
        let (invariant, detail) = if self.committed.iter().any(|&(known, _)| known.0 == number) {
            ("I26", format!("{name} committed transaction {number} twice, with effect"))
        } else {
            ("I28", format!("{name} committed transaction {number}, which the kept history does not contain"))
        };
        report.add(RuleName::ExactlyOnce, invariant, detail).task = Some(task);
    }

    fn drop(&mut self, ledger: &Ledger, task: TaskId, number: TransactionId, report: &mut Report<'_>) {
        let name = report.task(task);
        if let Some(&(_, id)) = self.committed.iter().find(|&&(committed, _)| committed == number) {
            let detail = format!("{name} dropped transaction {}, which it had committed", number.0);
            let violation = report.add(RuleName::ExactlyOnce, "I26", detail);
            (violation.task, violation.checkpoint) = (Some(task), id);
        }
        let Some(place) = self.kept.iter().position(|transaction| transaction.number == number) else { return };
        let Transaction { id, rows, .. } = self.kept.remove(place);
        self.dropped += rows;
        let newest = ledger.newest_retained();
        // One that a complete checkpoint does not contain yet will be in the next: its rows are not to be written again.
        if id != CheckpointId::NONE && (id <= newest || rows > 0) {
            let id = if id <= newest { newest } else { id };
            let must = if id <= newest { "must still" } else { "or a later one has to" };
            let detail = format!("{name} dropped transaction {}, although checkpoint {id} {must} commit it", number.0);
            let violation = report.add(report.facts.loss(RuleName::ExactlyOnce), "I30", detail);
            (violation.task, violation.checkpoint) = (Some(task), id);
        }
    }

    /// Transactions that are open die with their sink; pre-committed ones do not.
    fn wipe(&mut self) {
        self.unwritten = Balance::default();
        self.dropped = 0;
        self.kept.retain(|transaction| transaction.id != CheckpointId::NONE);
    }

    fn restore(&mut self, task: TaskId, from: CheckpointId, report: &mut Report<'_>) {
        self.wipe();
        self.kept.retain(|transaction| transaction.id <= from);
        for &(number, id) in self.committed.iter().filter(|&&(_, id)| id > from) {
            let (name, from) = (report.task(task), words(from));
            let detail =
                format!("{name} restored {from}, although transaction {}, which is newer, is committed", number.0);
            let violation = report.add(RuleName::ExactlyOnce, "I28", detail);
            (violation.task, violation.checkpoint) =
                (Some(task), if id.0 == u64::MAX { CheckpointId::NONE } else { id });
        }
        self.committed.retain(|&mut (_, id)| id <= from);
    }
}

fn were(count: u64) -> String {
    records(count).replacen("record", "row", 1) + if count == 1 { " was" } else { " were" }
}

#[cfg(test)]
mod tests {
    use super::super::table::{check, memory_after};

    const READ: &str = "emit blue 0; emit blue 1; emit blue 2; emit yellow 0; emit yellow 1; emit yellow 2";

    #[test]
    fn i26_to_i29_an_honest_sink() {
        check(
            &format!(
                "start\n{READ}; send 2 7; take 2 7; row 1 7; pre 1 1\ncheckpoint 1 3 3\ncommit 1; again 1
                 send 2 8; take 2 8; row 2 8; pre 2 2\ncheckpoint 2 3 3\nsubsume 1; commit 2; finished"
            ),
            &[],
        );
    }

    #[test]
    fn r82_an_aborted_epoch_is_committed_with_the_next() {
        check(
            "start\nsend 2 7; take 2 7; row 1 7; pre 1 1; trigger 1; abort 1
             send 2 8; take 2 8; row 2 8; pre 2 2\ncheckpoint 2 0 0\ncommit 1; commit 2",
            &[],
        );
        check(
            "start\npre 1 1; trigger 1; abort 1; pre 2 2\ncheckpoint 2 0 0\ncommit 2",
            &["I28: sink committed transaction 2 before an older one"],
        );
    }

    #[test]
    fn r81_a_restore_commits_what_was_not_and_drops_the_rest() {
        check(
            "start\nsend 2 7; take 2 7; row 1 7; pre 1 1\ncheckpoint 1 0 0\nrow 2 8\nback 1 1\ncommit 1; drop 2; again 1",
            &[],
        );
    }

    #[test]
    fn i27_early() {
        let early = |newest| {
            format!("I27: sink committed transaction 1 of checkpoint 1 early: the newest complete one is {newest}")
        };
        check("start\ntrigger 1; pre 1 1; commit 1", &[&early("no checkpoint")]);
        check(
            "start\nsend 2 7; take 2 7; row 1 7; commit 1",
            &["I27: sink committed transaction 1, which was never pre-committed"],
        );
    }

    #[test]
    fn i26_twice_or_both() {
        check(
            "start\npre 1 1; commit 1; commit 1",
            &[
                "I27: sink committed transaction 1 of checkpoint 1 early: the newest complete one is no checkpoint",
                "I26: sink committed transaction 1 twice, with effect",
            ],
        );
        check(
            "start\npre 1 1; commit 1; drop 1",
            &[
                "I27: sink committed transaction 1 of checkpoint 1 early: the newest complete one is no checkpoint",
                "I26: sink dropped transaction 1, which it had committed",
            ],
        );
    }

    #[test]
    fn i28_a_rolled_back_epoch() {
        check(
            "start\ncheckpoint 1 0 0\ntrigger 2; pre 2 2; abort 2\nback 1 1\ncommit 2",
            &["I28: sink committed transaction 2, which the kept history does not contain"],
        );
    }

    #[test]
    fn i28_below_the_frontier() {
        check(
            "start\ntrigger 1; pre 1 1; commit 1; abort 1\nback 0 1",
            &[
                "I27: sink committed transaction 1 of checkpoint 1 early: the newest complete one is no checkpoint",
                "I28: sink restored no checkpoint, although transaction 1, which is newer, is committed",
            ],
        );
    }

    #[test]
    fn i28_what_is_written_is_what_was_received() {
        let wrong = "I28: what sink wrote before its snapshot of checkpoint 1 is not what it received";
        let rest = "trigger 1; snap sink 1";
        check(&format!("start\nsend 2 7; take 2 7; row 1 7; {rest}"), &[]);
        check(&format!("start\nsend 2 7; take 2 7; {rest}"), &[wrong]);
        check(&format!("start\nsend 2 7; take 2 7; row 1 7; row 1 7; {rest}"), &[wrong]);
        check(
            "start\npre 1 1; row 1 7",
            &["I28: sink wrote to transaction 1 after it was pre-committed for checkpoint 1"],
        );
    }

    #[test]
    fn i29_everything_is_committed_at_the_end() {
        check(
            &format!("start\n{READ}; send 2 7; take 2 7; row 1 7; finished"),
            &["I29: the job finished, but of sink 1 row was never committed"],
        );
        check(
            &format!("start\n{READ}; send 2 7; take 2 7; row 1 7; drop 1; finished"),
            &["I29: the job finished, but of sink 1 row was never committed"],
        );
    }

    #[test]
    fn i30_a_checkpoint_still_needs_it() {
        check(
            "start\npre 1 1\ncheckpoint 1 0 0\ndrop 1",
            &["I30: sink dropped transaction 1, although checkpoint 1 must still commit it"],
        );
        check(
            "start\nsend 2 7; take 2 7; row 1 7; pre 1 1; trigger 1; abort 1; drop 1",
            &["I30: sink dropped transaction 1, although checkpoint 1 or a later one has to commit it"],
        );
        // Nothing is lost with an empty one.
        check("start\ncheckpoint 1 0 0\npre 2 2; drop 2", &[]);
    }

    #[test]
    fn what_no_restore_reaches_is_forgotten() {
        let after = memory_after("start\nsend 2 7; take 2 7; row 1 7; pre 1 1\ncheckpoint 1 0 0\ncommit 1");
        assert_eq!(after.commits, memory_after("start").commits);
    }
}
