//! Checkpoints, tasks and channels obey their life cycles.
//!
//! | event | what must hold | invariant |
//! | --- | --- | --- |
//! | triggered | its id is the largest so far | I1 |
//! | triggered, not forced | pending ones, itself included, are at most max concurrent | I2 |
//! | acknowledged with success | the checkpoint is pending, and the attempt had not been counted | I5 |
//! | acknowledged with success | the attempt is the current one of its task | I22 |
//! | triggered, acknowledged, completed | no pending checkpoint is older than a completed one | I7 |
//! | triggered by the timer | the min pause since the latest completion is over | I3 |
//! | the job is failed because of checkpoints | one more than tolerable has failed since the last success | I9 |
//! | completed | every task that has not finished has acknowledged (R16) | I5 |
//! | completed, aborted | it is pending: neither was said of it before | I6 |
//! | completed | retained ones are at most one more than configured | I8 |
//! | subsumed | it is retained, and not the newest | I8 |
//! | anything taken from a channel | the channel is not blocked | I15 |
//! | snapshot | its id is larger than those of the task's other snapshots and aborts | I16 |
//! | barrier or cancel marker sent | there was none of the same checkpoint on the channel | I16 |
//! | barrier sent | its id is larger than all before on the channel | I18 |
//! | started, restarting, restored | from the newest completed checkpoint, or from nothing if there is none | I21 |
//! | the end of a finished job | no channel is blocked | I15 |
//!
//! What is remembered of a task and its channels is wiped with them. That there is one trigger pipeline at a
//! time (I4) needs no judge: here a trigger is one step.

mod checkpoints;
mod failures;

pub(super) use failures::Failures;

use super::ledger::Ledger;
use super::memory::Tables;
use super::{Report, Rules};
use crate::ids::{ChannelId, CheckpointId, Id, PerId, SmallSet, TaskId};
use crate::parts::{Part, Visit};
use crate::plan::RuleName;
use crate::protocol::SnapshotKind;
use crate::protocol::coordinator::Answer;
use crate::trace::Event;

/// What the judge remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Lifecycle {
    blocked: Part<SmallSet>,
    /// The newest checkpoint of which each task took a snapshot, or said that there will be none; none if a newer one, or
    /// itself, has completed since: then that is what counts, and how it came about is forgotten.
    newest: PerId<TaskId, Part<CheckpointId>>,
    /// The newest checkpoint of which a barrier or a cancel marker was put on each channel; none as above.
    sent: PerId<ChannelId, Part<CheckpointId>>,
    failures: Part<Failures>,
}

impl Lifecycle {
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            blocked: Part::new(SmallSet::new()),
            newest: PerId::new(rules.topology.tasks.len(), |_| Part::new(CheckpointId::NONE)),
            sent: PerId::new(rules.topology.channels.len(), |_| Part::new(CheckpointId::NONE)),
            failures: Part::new(Failures::default()),
        }
    }

    pub(super) fn reset(&mut self) {
        self.blocked.clear();
        self.newest.iter_mut().for_each(|id| **id = CheckpointId::NONE);
        self.sent.iter_mut().for_each(|id| **id = CheckpointId::NONE);
        self.failures.reset();
    }

    pub(super) fn visit(&mut self, tables: &mut Tables, visit: &mut impl Visit) {
        let Self { blocked, newest, sent, failures } = self;
        visit.part(blocked, &mut tables.sets);
        newest.iter_mut().for_each(|id| visit.part(id, &mut tables.checkpoints));
        sent.iter_mut().for_each(|id| visit.part(id, &mut tables.checkpoints));
        visit.part(failures, &mut tables.failures);
    }

    /// Whether nothing may leave a channel.
    #[inline]
    pub(super) fn is_blocked(&self, channel: ChannelId) -> bool {
        self.blocked.contains(channel.index())
    }

    pub(super) fn observe(&mut self, ledger: &Part<Ledger>, event: &Event, report: &mut Report<'_>) {
        match *event {
            Event::Triggered { id, kind, calm } => {
                checkpoints::triggered(ledger, id, kind, report);
                checkpoints::calm(id, calm, report);
            }
            Event::Acked { id, from, answer: Answer::Success } => checkpoints::acknowledged(ledger, id, from, report),
            Event::Completed { id, kind, in_store } => {
                checkpoints::completed(ledger, id, kind, in_store, report);
                self.failures.reset();
                if kind != SnapshotKind::Savepoint {
                    self.newest.iter_mut().chain(self.sent.iter_mut()).for_each(|newest| {
                        **newest = if **newest > id { **newest } else { CheckpointId::NONE };
                    });
                }
            }
            Event::Aborted { id, reason } => {
                checkpoints::aborted(ledger, id, report);
                self.failures.count(reason, report);
            }
            Event::Rejected { reason } => self.failures.count(reason, report),
            Event::TooManyFailures { .. } => self.failures.fail_the_job(report),
            Event::Subsumed { id } => checkpoints::subsumed(ledger, id, report),
            Event::BarrierTaken { channel, blocks, .. } => {
                self.taken(channel, report);
                if blocks {
                    self.blocked.insert(channel.index());
                }
            }
            Event::Resumed { channel } => {
                self.blocked.remove(channel.index());
            }
            Event::CancelMarkerTaken { channel, .. }
            | Event::EndOfDataTaken { channel }
            | Event::EndOfPartition { channel } => self.taken(channel, report),
            Event::Snapshot { execution, id, .. } => self.snapshot(ledger, execution.task, id, report),
            Event::DeclineSent { execution, id, .. } => self.passed(ledger, execution.task, id),
            Event::BarrierSent { channel, id } => self.barrier(ledger, channel, id, report),
            Event::CancelMarkerSent { channel, id } => self.marker(ledger, channel, id, report),
            Event::Started { from } => {
                checkpoints::restarting(ledger, from, report);
                self.failures.reset();
            }
            Event::Restarting { from } => checkpoints::restarting(ledger, from, report),
            Event::Restored { execution, from, .. } => checkpoints::restored(ledger, execution.task, from, report),
            Event::Crashed { execution, .. } | Event::Canceled { execution } | Event::Deployed { execution } => {
                self.wipe(execution.task, report.facts);
            }
            _ => {}
        }
    }

    fn taken(&self, channel: ChannelId, report: &mut Report<'_>) {
        if self.is_blocked(channel) {
            moved_while_blocked(report, channel);
        }
    }

    fn passed(&mut self, ledger: &Ledger, task: TaskId, id: CheckpointId) {
        if id > ledger.newest_completed() {
            *self.newest[task] = self.newest[task].max(id);
        }
    }

    fn snapshot(&mut self, ledger: &Ledger, task: TaskId, id: CheckpointId, report: &mut Report<'_>) {
        let before = self.newest[task].max(ledger.newest_completed());
        if id <= before {
            let name = report.task(task);
            let detail =
                format!("{name} took a snapshot for checkpoint {id} after it was done with checkpoint {before}");
            broken(report, "I16", id, detail).task = Some(task);
        }
        self.passed(ledger, task, id);
    }

    fn barrier(&mut self, ledger: &Ledger, channel: ChannelId, id: CheckpointId, report: &mut Report<'_>) {
        let before = self.sent[channel].max(ledger.newest_completed());
        if id == before {
            self.repeated(channel, id, report);
        } else if id < before {
            let name = report.channel(channel);
            let detail = format!("a barrier of checkpoint {id} was put on {name} behind one of checkpoint {before}");
            broken(report, "I18", id, detail).channel = Some(channel);
        }
        if id > before {
            *self.sent[channel] = id;
        }
    }

    fn marker(&mut self, ledger: &Ledger, channel: ChannelId, id: CheckpointId, report: &mut Report<'_>) {
        if id == *self.sent[channel] {
            self.repeated(channel, id, report);
        }
        if id > ledger.newest_completed() {
            *self.sent[channel] = self.sent[channel].max(id);
        }
        self.passed(ledger, report.facts.topology.channels[channel].from, id);
    }

    fn repeated(&self, channel: ChannelId, id: CheckpointId, report: &mut Report<'_>) {
        let name = report.channel(channel);
        let detail = format!("a second barrier or cancel marker of checkpoint {id} was put on {name}");
        broken(report, "I16", id, detail).channel = Some(channel);
    }

    fn wipe(&mut self, task: TaskId, rules: &Rules) {
        *self.newest[task] = CheckpointId::NONE;
        rules.channels_at(task).for_each(|channel| {
            self.blocked.remove(channel.index());
        });
        rules.outputs(task).for_each(|channel| *self.sent[channel] = CheckpointId::NONE);
    }

    /// Everybody has been released when a job has finished.
    pub(super) fn end(&self, report: &mut Report<'_>) {
        for channel in self.blocked.iter().map(ChannelId::at) {
            let detail = format!("the job finished, but {} is still blocked", report.channel(channel));
            broken(report, "I15", CheckpointId::NONE, detail).channel = Some(channel);
        }
    }
}

/// Something left a blocked channel.
#[cold]
pub(super) fn moved_while_blocked(report: &mut Report<'_>, channel: ChannelId) {
    let detail = format!("something left {} while a barrier held it back", report.channel(channel));
    let task = report.facts.topology.channels[channel].to;
    let violation = broken(report, "I15", CheckpointId::NONE, detail);
    (violation.task, violation.channel) = (Some(task), Some(channel));
}

fn broken<'a>(
    report: &'a mut Report<'_>,
    invariant: &'static str,
    checkpoint: CheckpointId,
    detail: String,
) -> &'a mut super::Violation {
    let violation = report.add(RuleName::Lifecycle, invariant, detail);
    violation.checkpoint = checkpoint;
    violation
}

#[cfg(test)]
mod tests {
    use super::super::table::{check, check_in, plan};

    #[test]
    fn an_honest_life() {
        check(
            "start\ntrigger 1; snap blue 1 0; put 0 1; snap yellow 1 0; put 1 1; block 0 1; block 1 1; snap sum 1; put 2 1
             resume 0; resume 1; block 2 1; snap sink 1; resume 2
             ack blue 1; ack yellow 1; ack sum 1; ack sink 1; complete 1
             checkpoint 2 0 0\nsubsume 1; trigger 3; abort 3\ncrash sum; back 2 1\ncheckpoint 4 0 0 1\nsubsume 2",
            &[],
        );
    }

    #[test]
    fn i1_ids_grow() {
        check("start\ntrigger 2; abort 2; trigger 1", &["I1: checkpoint 1 was triggered after checkpoint 2"]);
        check("start\ntrigger 2; abort 2; trigger 2", &["I1: checkpoint 2 was triggered after checkpoint 2"]);
    }

    #[test]
    fn i2_not_too_many() {
        check("start\ntrigger 1; trigger 2", &["I2: checkpoint 2 makes 2 pending ones, but only 1 may be"]);
        check("start\ntrigger 1; savepoint 2", &[]);
        let mut two = plan();
        two.checkpointing.max_concurrent = 2;
        check_in(&two, "start\ntrigger 1; trigger 2", &[]);
    }

    #[test]
    fn i3_the_timer_keeps_its_distance() {
        let mut calm = plan();
        calm.checkpointing.min_pause = crate::ids::Micros::millis(50);
        let early = "I3: checkpoint 1 was triggered 0.049 s after a completion, but the min pause is 0.050 s";
        check_in(&calm, "start\nperiodic 1 49", &[early]);
        check_in(&calm, "start\nperiodic 1 50", &[]);
        check_in(&calm, "start\ntrigger 1", &[]);
    }

    #[test]
    fn i9_only_too_many_failures_fail_the_job() {
        check("start\ntrigger 1; abort 1; failjob", &[]);
        let none = "I9: the job is failed after 0 failed checkpoints, but 0 are tolerable";
        check("start\nfailjob", &[none]);
        check("start\ntrigger 1; abort 1; failjob; failjob", &[none]);
        let mut one = plan();
        one.checkpointing.tolerable_failed = Some(1);
        let early = "I9: the job is failed after 1 failed checkpoints, but 1 are tolerable";
        check_in(&one, "start\ntrigger 1; abort 1; failjob", &[early]);
        check_in(&one, "start\ntrigger 1; abort 1; trigger 2; abort 2; failjob", &[]);
    }

    #[test]
    fn i5_everybody_once() {
        let rest = "snap blue 1 0; snap yellow 1 0; snap sum 1; snap sink 1; ack blue 1; ack yellow 1; ack sum 1";
        check(
            &format!("start\ntrigger 1; {rest}; complete 1"),
            &["I5: checkpoint 1 completed without an acknowledgement of sink"],
        );
        check(&format!("start\ntrigger 1; {rest}; ack sum 1"), &["I5: sum was counted twice for checkpoint 1"]);
        check(
            "start\nack sum 1",
            &["I5: an acknowledgement of sum was counted for checkpoint 1, which is not pending"],
        );
    }

    #[test]
    fn i6_one_end() {
        check("start\ncheckpoint 1 0 0\nabort 1", &["I6: checkpoint 1 was aborted, but it is complete"]);
        check("start\ntrigger 1; abort 1; complete 1", &["I6: checkpoint 1 completed, but it was not pending"]);
        check("start\nabort 1", &["I6: checkpoint 1 was aborted, but it was not pending"]);
    }

    #[test]
    fn i7_older_ones_are_given_up() {
        let mut two = plan();
        two.checkpointing.max_concurrent = 3;
        let story = |rest: &str| format!("start\ntrigger 1\ncheckpoint 2 0 0\n{rest}");
        let left = "I7: checkpoint 1 is still pending although checkpoint 2 has completed";
        check_in(&two, &story("trigger 3"), &[left]);
        check_in(&two, &story("abort 1; trigger 3"), &[]);
        check_in(&two, &story("ack sum 1"), &[left]);
        check_in(&two, "start\nsavepoint 1\ncheckpoint 2 0 0\ntrigger 3", &[]);
    }

    #[test]
    fn i8_retained() {
        check(
            "start\ncheckpoint 1 0 0\ncheckpoint 2 0 0\ncheckpoint 3 0 0",
            &["I8: with checkpoint 3 there are 3 retained ones, but at most 2 may be"],
        );
        check("start\ncheckpoint 1 0 0\nsubsume 1", &["I8: checkpoint 1 was subsumed, but it is the newest"]);
        check("start\nsubsume 1", &["I8: checkpoint 1 was subsumed, but it was not retained"]);
    }

    #[test]
    fn i15_blocked() {
        let moved = "I15: something left blue -> sum while a barrier held it back";
        let before = "start\nsend 0 7; block 0 1";
        check(&format!("{before}; take 0 7"), &[moved]);
        check(&format!("{before}; transfer 0"), &[moved]);
        check(&format!("{before}; barrier 0 2"), &[moved]);
        check(&format!("{before}; resume 0; take 0 7"), &[]);
        check(&format!("{before}; crash sum; restart 0; deploy sum 1; restore sum 0; take 0 7"), &[]);
        check("start\nsend 0 7; barrier 0 1; take 0 7", &[]);
    }

    #[test]
    fn i15_nothing_stays_blocked() {
        let read = "emit blue 0; emit blue 1; emit blue 2; emit yellow 0; emit yellow 1; emit yellow 2";
        check(
            &format!("start\n{read}; block 0 1; finished"),
            &["I15: the job finished, but blue -> sum is still blocked"],
        );
    }

    #[test]
    fn i16_one_snapshot_in_order() {
        let again = |id, before| {
            format!("I16: sum took a snapshot for checkpoint {id} after it was done with checkpoint {before}")
        };
        check("start\ntrigger 1; snap sum 1; snap sum 1", &[&again(1, 1)]);
        check("start\ntrigger 1; abort 1; trigger 2; snap sum 2; snap sum 1", &[&again(1, 2)]);
        check("start\ncheckpoint 1 0 0\nsnap sum 1", &[&again(1, 1)]);
        check("start\ntrigger 1; decline sum 1; snap sum 1", &[&again(1, 1)]);
    }

    #[test]
    fn i16_i18_barriers_and_markers() {
        let twice = "I16: a second barrier or cancel marker of checkpoint 2 was put on blue -> sum";
        check("start\nput 0 2; put 0 2", &[twice]);
        check("start\nmark 0 2; put 0 2", &[twice]);
        check("start\nput 0 2; mark 0 2", &[twice]);
        check("start\nmark 0 1; put 0 2; mark 0 3; put 1 1", &[]);
        check(
            "start\nput 0 2; put 0 1",
            &["I18: a barrier of checkpoint 1 was put on blue -> sum behind one of checkpoint 2"],
        );
    }

    #[test]
    fn i21_the_newest() {
        let rest = "deploy sum 1; restore sum";
        check(
            &format!("start\ncheckpoint 1 0 0\ncheckpoint 2 0 0\nrestart 1; {rest} 1"),
            &[
                "I21: the job restarts from checkpoint 1, but the newest complete one is checkpoint 2",
                "I21: sum restored checkpoint 1, but the newest complete one is checkpoint 2",
            ],
        );
        check(
            &format!("start\ncheckpoint 1 0 0\nrestart 1; {rest} 0"),
            &["I21: sum restored no checkpoint, but the newest complete one is checkpoint 1"],
        );
        check(
            &format!("start\ntrigger 1; snap sum 1; restart 1; {rest} 1"),
            &[
                "I21: the job restarts from checkpoint 1, but the newest complete one is no checkpoint",
                "I21: sum restored checkpoint 1, but the newest complete one is no checkpoint",
            ],
        );
    }

    #[test]
    fn i22_dead_attempts_do_not_count() {
        check(
            "start\ncrash sum; back 0 1\ntrigger 1; ack sum 1 0",
            &["I22: attempt 0 of sum was counted for checkpoint 1, but it is not the current one"],
        );
        check("start\ncrash sum; back 0 1\ntrigger 1; snap sum 1; ack sum 1 1", &[]);
    }
}
