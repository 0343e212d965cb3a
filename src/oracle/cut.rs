//! Every completed checkpoint is a consistent cut (I10, I12): on every channel, what was sent before the sender's
//! snapshot is what was received before the receiver's. That holds for records, and for watermarks alike (I14).
//!
//! Kept for each channel and kind by a [`Flow`]: what is in flight, as a count and a sum of names. For each pending checkpoint and channel:
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
//! | restarting | lost channels exist again; until then what is sent there does not count | |
//! | deployed | the outputs are wiped | |
//! | completed | | judged: above zero is missing, below zero was counted early |
//!
//! At-least-once (I12): below zero is expected, and what [`super::lineage`] predicts the surplus from. Unaligned
//! checkpoints (I11) store what is in flight; there is no event for that yet.

use super::balance::{Balance, plural};
use super::flow::{Flow, Settled};
use super::ledger::Ledger;
use super::memory::Tables;
use super::{Report, Rules};
use crate::ids::{ChannelId, CheckpointId, Name};
use crate::operator::record::{status_name, watermark_name};
use crate::parts::{Part, Visit};
use crate::plan::RuleName;
use crate::trace::Event;

/// What the judge remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cut {
    records: Flow,
    /// If the job has event time.
    watermarks: Option<Flow>,
}

impl Cut {
    pub(super) fn new(rules: &Rules) -> Self {
        let channels = rules.topology.channels.len();
        Self { records: Flow::new(channels), watermarks: rules.event_time.then(|| Flow::new(channels)) }
    }

    pub(super) fn reset(&mut self) {
        self.each(Flow::reset);
    }

    /// The records on a channel.
    pub fn in_flight(&self, channel: ChannelId) -> Balance {
        self.records.in_flight(channel)
    }

    #[inline]
    pub(super) fn sent(&mut self, channel: ChannelId, name: Name) {
        self.records.sent(channel, name);
    }

    #[inline]
    pub(super) fn received(&mut self, channel: ChannelId, name: Name) {
        self.records.received(channel, name);
    }

    pub(super) fn watermark_sent(&mut self, channel: ChannelId, time: i64) {
        if let Some(watermarks) = &mut self.watermarks {
            watermarks.sent(channel, watermark_name(time));
        }
    }

    pub(super) fn watermark_taken(&mut self, channel: ChannelId, time: i64) {
        if let Some(watermarks) = &mut self.watermarks {
            watermarks.received(channel, watermark_name(time));
        }
    }

    /// Idle and active flow among watermarks, and are counted with them.
    pub(super) fn status_sent(&mut self, channel: ChannelId, idle: bool) {
        if let Some(watermarks) = &mut self.watermarks {
            watermarks.sent(channel, status_name(idle));
        }
    }

    pub(super) fn status_taken(&mut self, channel: ChannelId, idle: bool) {
        if let Some(watermarks) = &mut self.watermarks {
            watermarks.received(channel, status_name(idle));
        }
    }

    /// What became of a channel's records at the cut of a checkpoint that is complete now; see [`Flow::settled`].
    pub(super) fn settled(
        &self,
        rules: &Rules,
        ledger: &Ledger,
        id: CheckpointId,
        channel: ChannelId,
    ) -> Option<Settled> {
        self.records.settled(rules, ledger, id, channel)
    }

    pub(super) fn visit(&mut self, tables: &mut Tables, visit: &mut impl Visit) {
        self.records.visit(tables, visit);
        self.watermarks.iter_mut().for_each(|watermarks| watermarks.visit(tables, visit));
    }

    fn each(&mut self, change: impl Fn(&mut Flow)) {
        change(&mut self.records);
        self.watermarks.iter_mut().for_each(change);
    }

    pub(super) fn observe(&mut self, ledger: &Part<Ledger>, event: &Event, report: &mut Report<'_>) {
        match *event {
            Event::Triggered { id, .. } => self.each(|flow| flow.add(id)),
            Event::Snapshot { execution, id, .. } => {
                self.each(|flow| flow.snapshot(ledger, execution.task, id, report.facts));
            }
            Event::BarrierTaken { channel, id, .. } if !report.facts.exactly_once => {
                self.each(|flow| flow.barrier(channel, id));
            }
            Event::Crashed { execution, .. } | Event::Canceled { execution } => {
                self.each(|flow| flow.wipe(ledger, execution.task, report.facts));
            }
            Event::Restarting { .. } | Event::Started { .. } => self.each(Flow::restarting),
            Event::Deployed { execution } => self.each(|flow| flow.deployed(execution.task, report.facts)),
            Event::Completed { id, .. } => self.judge(ledger, id, report),
            _ => {}
        }
    }

    /// Lets go of a checkpoint that is not pending any more.
    pub(super) fn forget(&mut self, event: &Event) {
        if let Event::Completed { id, .. } | Event::Aborted { id, .. } = *event {
            self.each(|flow| flow.remove(id));
        }
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
            let kinds = [(Some(&self.records), "record"), (self.watermarks.as_ref(), "watermark")];
            for (flow, kind) in kinds {
                if let Some(settled) = flow.and_then(|flow| flow.settled(facts, ledger, id, channel)) {
                    judge_channel(settled, kind, id, channel, report);
                }
            }
        }
    }

    /// A finished job has taken every watermark that was sent since the last restart.
    pub(super) fn end(&self, report: &mut Report<'_>) {
        let Some(watermarks) = &self.watermarks else { return };
        let facts = report.facts;
        for channel in facts.topology.channels.ids().filter(|&channel| !watermarks.in_flight(channel).is_even()) {
            let name = report.channel(channel);
            let detail = format!("the job finished, but on {name} other watermarks were taken than sent");
            let violation = report.add(RuleName::StateExactlyOnce, "I14", detail);
            (violation.task, violation.channel) = (Some(facts.topology.channels[channel].to), Some(channel));
        }
    }
}

fn judge_channel(settled: Settled, kind: &str, id: CheckpointId, channel: ChannelId, report: &mut Report<'_>) {
    let Settled { missing, early, exchanged } = settled;
    let name = report.channel(channel);
    let invariant = match (kind, report.facts.exactly_once) {
        ("watermark", _) => "I14",
        (_, true) => "I10",
        (_, false) => "I12",
    };
    let mut details = Vec::new();
    if missing > 0 {
        details.push(format!(
            "{name}: {} sent before the snapshot of the sender {} missing in that of the receiver",
            plural(missing, kind),
            if missing == 1 { "is" } else { "are" }
        ));
    }
    if early > 0 && report.facts.exactly_once {
        details.push(format!(
            "{name}: {} sent after the snapshot of the sender {} in that of the receiver",
            plural(early, kind),
            if early == 1 { "is" } else { "are" }
        ));
    }
    if exchanged {
        details.push(format!("{name}: as many {kind}s were received as were sent, but not the same ones"));
    }
    for detail in details {
        let to = report.facts.topology.channels[channel].to;
        let detail = format!("checkpoint {id} is no consistent cut: on {detail}");
        let violation = report.add(RuleName::ConsistentCut, invariant, detail);
        (violation.task, violation.channel, violation.checkpoint) = (Some(to), Some(channel), id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{at_least_once, check, check_in, event_time, memory_after};

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
    fn i14_watermarks_obey_the_cut() {
        let wrong = |what: &str| format!("I14: checkpoint 1 is no consistent cut: on blue -> sum: 1 watermark {what}");
        let missing = wrong("sent before the snapshot of the sender is missing in that of the receiver");
        let early = wrong("sent after the snapshot of the sender is in that of the receiver");
        let rest = "snap yellow 1 0; snap sink 1; ack blue 1; ack yellow 1; ack sum 1; ack sink 1; complete 1";
        let story = |cut: &str| format!("start\ntrigger 1; {cut}; {rest}");
        check_in(&event_time(), &story("tell 0 99; hear 0 99; snap blue 1 0; snap sum 1"), &[]);
        check_in(&event_time(), &story("snap blue 1 0; tell 0 99; snap sum 1; hear 0 99"), &[]);
        check_in(&event_time(), &story("tell 0 99; snap blue 1 0; snap sum 1; hear 0 99"), &[&missing]);
        check_in(&event_time(), &story("snap blue 1 0; tell 0 99; hear 0 99; snap sum 1"), &[&early]);
        // Another one than was sent.
        let exchanged = "I14: checkpoint 1 is no consistent cut: on blue -> sum: as many watermarks were received as were \
                         sent, but not the same ones";
        check_in(&event_time(), &story("tell 0 99; hear 0 98; snap blue 1 0; snap sum 1"), &[exchanged]);
        // A restart forgets what was on its way.
        check_in(&event_time(), "start\ntell 0 99; crash sum\nback 0 1\ntell 0 49; hear 0 49", &[]);
    }

    #[test]
    fn i14_a_finished_job_has_taken_every_watermark() {
        let read = "emit blue 0; emit blue 1; emit blue 2; emit yellow 0; emit yellow 1; emit yellow 2";
        check_in(
            &event_time(),
            &format!("start\n{read}; tell 0 99\nfinished"),
            &["I14: the job finished, but on blue -> sum other watermarks were taken than sent"],
        );
    }

    #[test]
    fn i15_a_blocked_channel_delivers_no_watermark() {
        check_in(
            &event_time(),
            "start\ntrigger 1; tell 0 99; block 0 1; hear 0 99",
            &["I15: something left blue -> sum while a barrier held it back"],
        );
    }

    #[test]
    fn honest_checkpoints_leave_no_trace_in_the_cut() {
        let after = memory_after("start\nemit blue 0; send 0 7; take 0 7\ncheckpoint 1 1 0");
        assert_eq!(after.cut, memory_after("start").cut);
    }
}
