//! Every completed checkpoint is a consistent cut (I10, I12): on every channel, what was sent before the sender's
//! snapshot is what was received before the receiver's.
//!
//! Kept for each channel: what is in flight, as a count and a sum of names. For each pending checkpoint and channel:
//! sent before the sender's snapshot, less received before the receiver's. The first of the two snapshots notes what
//! is in flight; until the other one, records that still belong to the cut are added by the sender or subtracted by the
//! receiver. So nothing is counted from the start of the run, and snapshots may come in any order.
//!
//! | event | in flight | difference of each pending checkpoint |
//! | --- | --- | --- |
//! | sent | + | + if only the receiver has its snapshot |
//! | received | - | - if only the sender has its snapshot |
//! | snapshot | | the first at a channel: what is in flight |
//! | barrier taken, at-least-once | | what is left was lost before the barrier; starts again at zero for what comes early |
//! | crashed, cancelled | wiped | wiped where the task's own snapshot does not outlive it |
//! | deployed | the outputs are wiped | |
//! | completed | | judged: above zero is missing, below zero was counted early |
//!
//! At-least-once (I12): below zero is expected, and what [`super::lineage`] predicts the surplus from. Unaligned
//! checkpoints (I11) store what is in flight; there is no event for that yet.

use super::balance::{Balance, records};
use super::ledger::{Ledger, Rows};
use super::{Report, Rules};
use crate::ids::{ChannelId, CheckpointId, Id, Name, PerId, TaskId};
use crate::plan::RuleName;
use crate::trace::Event;

/// Which ends of a channel have their snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
enum Ends {
    #[default]
    Neither,
    Sender,
    Receiver,
    Both,
}

impl Ends {
    fn with(self, end: Self) -> Self {
        if self == Self::Neither || self == end { end } else { Self::Both }
    }

    fn without(self, end: Self) -> Self {
        match (self, end) {
            (Self::Both, Self::Sender) => Self::Receiver,
            (Self::Both, Self::Receiver) => Self::Sender,
            (ends, end) if ends == end => Self::Neither,
            (ends, _) => ends,
        }
    }
}

/// What a channel contributes to a pending checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct Difference {
    balance: Balance,
    /// At-least-once: records that should have come before the barrier and did not.
    lost: u32,
    ends: Ends,
}

/// What became of a channel's records at a cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Settled {
    /// Sent before the sender's snapshot, not received before the receiver's.
    pub(super) missing: u64,
    /// Received before the receiver's snapshot, not sent before the sender's.
    pub(super) early: u64,
    /// As many came as went, but others.
    pub(super) exchanged: bool,
}

/// What the judge remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cut {
    flight: PerId<ChannelId, Balance>,
    differences: Rows<Difference>,
}

impl Cut {
    pub(super) fn new(rules: &Rules) -> Self {
        let channels = rules.topology.channels.len();
        Self { flight: PerId::new(channels, |_| Balance::default()), differences: Rows::new(channels) }
    }

    pub(super) fn reset(&mut self) {
        self.flight.iter_mut().for_each(|flight| *flight = Balance::default());
        self.differences.clear();
    }

    /// What is on a channel.
    pub fn in_flight(&self, channel: ChannelId) -> Balance {
        self.flight[channel]
    }

    #[inline]
    pub(super) fn sent(&mut self, channel: ChannelId, name: Name) {
        self.flight[channel].add(name);
        self.differences.for_column(channel.index(), |difference| {
            if difference.ends == Ends::Receiver {
                difference.balance.add(name);
            }
        });
    }

    #[inline]
    pub(super) fn received(&mut self, channel: ChannelId, name: Name) {
        self.flight[channel].subtract(name);
        self.differences.for_column(channel.index(), |difference| {
            if difference.ends == Ends::Sender {
                difference.balance.subtract(name);
            }
        });
    }

    pub(super) fn observe(&mut self, ledger: &Ledger, event: &Event, report: &mut Report<'_>) {
        match *event {
            Event::Triggered { id, .. } => self.differences.add(id),
            Event::Snapshot { execution, id, .. } => self.snapshot(ledger, execution.task, id, report.facts),
            Event::BarrierTaken { channel, id, .. } if !report.facts.exactly_once => self.barrier(channel, id),
            Event::Crashed { execution, .. } | Event::Canceled { execution } => {
                self.wipe(ledger, execution.task, report.facts);
            }
            Event::Deployed { execution } => {
                for channel in report.facts.outputs(execution.task) {
                    self.flight[channel] = Balance::default();
                }
            }
            Event::Completed { id, .. } => self.judge(ledger, id, report),
            _ => {}
        }
    }

    /// Lets go of a checkpoint that is not pending any more.
    pub(super) fn forget(&mut self, event: &Event) {
        if let Event::Completed { id, .. } | Event::Aborted { id, .. } = *event {
            self.differences.remove(id);
        }
    }

    fn snapshot(&mut self, ledger: &Ledger, task: TaskId, id: CheckpointId, rules: &Rules) {
        let Some(pending) = ledger.find(id).filter(|pending| !pending.is_taken(task)) else { return };
        let Some(row) = self.differences.row_mut(pending.id) else { return };
        for (channel, end) in ends_at(rules, task) {
            let difference = &mut row[channel.index()];
            if difference.ends == Ends::Neither {
                difference.balance = self.flight[channel];
            }
            difference.ends = difference.ends.with(end);
        }
    }

    /// A channel is first in, first out: when its barrier is taken, nothing that was sent before it is left.
    fn barrier(&mut self, channel: ChannelId, id: CheckpointId) {
        let Some(row) = self.differences.row_mut(id) else { return };
        let difference = &mut row[channel.index()];
        if difference.ends == Ends::Sender && difference.balance.count >= 0 && !difference.balance.is_even() {
            difference.lost = u32::try_from(difference.balance.count.max(1)).unwrap_or(u32::MAX);
            difference.balance = Balance::default();
        }
    }

    fn wipe(&mut self, ledger: &Ledger, task: TaskId, rules: &Rules) {
        for (channel, end) in ends_at(rules, task) {
            self.flight[channel] = Balance::default();
            for pending in ledger.pending().iter().filter(|pending| !pending.is_kept(task)) {
                let Some(row) = self.differences.row_mut(pending.id) else { continue };
                let ends = row[channel.index()].ends.without(end);
                row[channel.index()] = Difference { ends, ..Difference::default() };
            }
        }
    }

    /// What became of a channel's records at the cut of a checkpoint that is complete now. `None` if an end has no
    /// snapshot and has not finished: there is nothing to compare.
    pub(super) fn settled(
        &self,
        rules: &Rules,
        ledger: &Ledger,
        id: CheckpointId,
        channel: ChannelId,
    ) -> Option<Settled> {
        let difference = self.differences.row(id)?[channel.index()];
        let ends = rules.topology.channels[channel];
        let balance = match difference.ends {
            Ends::Both => difference.balance,
            Ends::Sender if ledger.is_finished(ends.to) => difference.balance,
            Ends::Receiver if ledger.is_finished(ends.from) => difference.balance,
            Ends::Neither if ledger.is_finished(ends.from) && ledger.is_finished(ends.to) => self.flight[channel],
            Ends::Sender | Ends::Receiver | Ends::Neither => return None,
        };
        Some(Settled {
            missing: balance.count.max(0).unsigned_abs() + u64::from(difference.lost),
            early: balance.count.min(0).unsigned_abs(),
            exchanged: balance.count == 0 && balance.sum != 0,
        })
    }

    fn judge(&self, ledger: &Ledger, id: CheckpointId, report: &mut Report<'_>) {
        let Some(pending) = ledger.find(id) else { return };
        for task in report.facts.tasks().filter(|&task| !pending.is_taken(task) && !ledger.is_finished(task)) {
            let name = report.task(task);
            let detail = format!("checkpoint {id} completed without a snapshot of the current attempt of {name}");
            let violation = report.add(RuleName::ConsistentCut, "I10", detail);
            (violation.task, violation.checkpoint) = (Some(task), id);
        }
        let facts = report.facts;
        for channel in facts.topology.channels.ids() {
            if let Some(settled) = self.settled(facts, ledger, id, channel) {
                judge_channel(settled, id, channel, report);
            }
        }
    }
}

fn judge_channel(settled: Settled, id: CheckpointId, channel: ChannelId, report: &mut Report<'_>) {
    let Settled { missing, early, exchanged } = settled;
    let (name, invariant) = (report.channel(channel), if report.facts.exactly_once { "I10" } else { "I12" });
    let mut details = Vec::new();
    if missing > 0 {
        details.push(format!(
            "{name}: {} sent before the snapshot of the sender {} missing in that of the receiver",
            records(missing),
            if missing == 1 { "is" } else { "are" }
        ));
    }
    if early > 0 && report.facts.exactly_once {
        details.push(format!(
            "{name}: {} sent after the snapshot of the sender {} in that of the receiver",
            records(early),
            if early == 1 { "is" } else { "are" }
        ));
    }
    if exchanged {
        details.push(format!("{name}: as many records were received as were sent, but not the same ones"));
    }
    for detail in details {
        let to = report.facts.topology.channels[channel].to;
        let detail = format!("checkpoint {id} is no consistent cut: on {detail}");
        let violation = report.add(RuleName::ConsistentCut, invariant, detail);
        (violation.task, violation.channel, violation.checkpoint) = (Some(to), Some(channel), id);
    }
}

/// The channels at a task, with its end of each.
fn ends_at(rules: &Rules, task: TaskId) -> impl Iterator<Item = (ChannelId, Ends)> + '_ {
    let inputs = rules.topology.tasks[task].inputs.iter().map(|&channel| (channel, Ends::Receiver));
    inputs.chain(rules.outputs(task).map(|channel| (channel, Ends::Sender)))
}

#[cfg(test)]
mod tests {
    use super::super::table::{at_least_once, check, check_in, memory_after};

    #[test]
    fn i10_a_consistent_cut() {
        check("start\nemit blue 0; send 0 7; take 0 7; send 2 8; take 2 8; row 1 8\ncheckpoint 1 1 0", &[]);
        // The record is in flight behind both barriers.
        check("start\nemit blue 0; trigger 1; snap blue 1 1; snap yellow 1 0; snap sum 1; send 0 7; snap sink 1", &[]);
    }

    #[test]
    fn i10_missing() {
        check(
            "start\nemit blue 0; send 0 7\ncheckpoint 1 1 0",
            &[
                "I10: checkpoint 1 is no consistent cut: on blue -> sum: 1 record sent before the snapshot of the sender \
               is missing in that of the receiver",
            ],
        );
    }

    #[test]
    fn i10_early() {
        check(
            "start\ntrigger 1; snap blue 1 0; snap yellow 1 0; emit blue 0; send 0 7; take 0 7; snap sum 1; snap sink 1
             ack blue 1; ack yellow 1; ack sum 1; ack sink 1; complete 1",
            &[
                "I10: checkpoint 1 is no consistent cut: on blue -> sum: 1 record sent after the snapshot of the sender \
               is in that of the receiver",
            ],
        );
    }

    #[test]
    fn i10_the_receiver_may_be_first() {
        // What the sender sends after the receiver's snapshot belongs to the cut until its own.
        let story = |end: &str| {
            format!(
                "start\ntrigger 1; snap sum 1; emit blue 0; send 0 7; {end}; snap yellow 1 0; snap sink 1
                 ack blue 1; ack yellow 1; ack sum 1; ack sink 1; complete 1"
            )
        };
        let missing = "I10: checkpoint 1 is no consistent cut: on blue -> sum: 1 record sent before the snapshot of the \
                       sender is missing in that of the receiver";
        check(&story("snap blue 1 1; take 0 7"), &[missing]);
        check(&story("take 0 7; snap blue 1 1"), &[missing]);
    }

    #[test]
    fn i10_exchanged() {
        check(
            "start\nemit blue 0; send 0 7; take 0 9\ncheckpoint 1 1 0",
            &[
                "I10: checkpoint 1 is no consistent cut: on blue -> sum: as many records were received as were sent, but \
               not the same ones",
            ],
        );
    }

    #[test]
    fn i10_no_snapshot() {
        check(
            "start\ntrigger 1; snap blue 1 0; snap yellow 1 0; snap sink 1; ack blue 1; ack yellow 1; ack sum 1; ack sink 1
             complete 1",
            &["I10: checkpoint 1 completed without a snapshot of the current attempt of sum"],
        );
    }

    #[test]
    fn r16_finished_tasks_need_no_snapshot() {
        let story = |taken: &str| {
            format!(
                "start\nemit blue 0; send 0 7; finish blue; {taken}
                 trigger 1; snap yellow 1 0; snap sum 1; snap sink 1; ack yellow 1; ack sum 1; ack sink 1; complete 1"
            )
        };
        check(&story("take 0 7"), &[]);
        check(
            &story(""),
            &[
                "I10: checkpoint 1 is no consistent cut: on blue -> sum: 1 record sent before the snapshot of the sender \
               is missing in that of the receiver",
            ],
        );
    }

    #[test]
    fn sums_start_again_with_the_attempt() {
        check(
            "start\nemit blue 0; send 0 7; take 0 7\ncheckpoint 1 1 0
             emit blue 1; send 0 8; crash sum\nback 1 1
             emit blue 1; send 0 8; take 0 8\ncheckpoint 2 2 0 1",
            &[],
        );
    }

    #[test]
    fn i5_a_task_that_acked_and_died_unnoticed_does_not_spoil() {
        check(
            "start\ntrigger 1; snap blue 1 0; snap yellow 1 0; ack blue 1; ack yellow 1; snap sum 1; ack sum 1; snap sink 1
             crash sum; ack sink 1; complete 1",
            &[],
        );
    }

    #[test]
    fn i12_early_is_expected_missing_is_not() {
        let rest = "snap sum 1; snap sink 1; ack blue 1; ack yellow 1; ack sum 1; ack sink 1; complete 1";
        let story = |before: &str| format!("start\n{before}; {rest}");
        let early =
            "trigger 1; snap blue 1 0; snap yellow 1 0; barrier 0 1; emit blue 0; send 0 7; take 0 7; barrier 1 1";
        check_in(&at_least_once(), &story(early), &[]);
        // One is lost, one comes early: the numbers agree, the cut is short of one all the same.
        let lost = "emit blue 0; send 0 7; trigger 1; snap blue 1 1; snap yellow 1 0; barrier 0 1; emit blue 1; send 0 8; \
                    take 0 8; barrier 1 1";
        check_in(
            &at_least_once(),
            &story(lost),
            &[
                "I12: checkpoint 1 is no consistent cut: on blue -> sum: 1 record sent before the snapshot of the sender \
               is missing in that of the receiver",
            ],
        );
    }

    #[test]
    fn honest_checkpoints_leave_no_trace_in_the_cut() {
        let after = memory_after("start\nemit blue 0; send 0 7; take 0 7\ncheckpoint 1 1 0");
        assert_eq!(after.cut, memory_after("start").cut);
    }
}
