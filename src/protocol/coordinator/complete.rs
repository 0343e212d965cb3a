//! From a pending checkpoint to a completed or an aborted one.
//!
//! Flink: `CheckpointCoordinator.receiveAcknowledgeMessage`, `completePendingCheckpoint`, `abortPendingCheckpoint`.
//!
//! | rule | here |
//! | --- | --- |
//! | R12 | a completion tries the queue twice, an abort once |
//! | R19 | `acknowledge` |
//! | R21 | `complete`, in its order |
//! | R24 | `expire` |
//! | R26 | `abort`, in its order |
//! | R28 | `fail`: what the failure manager says |

use super::{Answer, Coordinator, Effect, Facts, Pending, Source, Timer, Verdict};
use crate::ids::{CheckpointId, Execution, Micros, Rule};
use crate::protocol::completed::{Completed, Properties};
use crate::protocol::{FailureReason, SnapshotKind};

impl Coordinator {
    /// A task acknowledged (R19). The one that was waited for last leads to the question for the metadata (R21.2).
    pub(super) fn acknowledge(&mut self, from: Execution, id: CheckpointId, effects: &mut Vec<Effect>) -> Rule {
        let place = self.place(id);
        let answer = match place {
            Some(place) => self.pending[place].acknowledge(from),
            None => self.expired.answer(id),
        };
        effects.push(Effect::Acked { from, id, answer });
        match answer {
            Answer::Success => {
                if place.is_some_and(|place| self.pending[place].is_fully_acknowledged()) {
                    effects.push(Effect::WriteMetadata(id));
                }
            }
            Answer::Duplicate => {}
            Answer::Unknown | Answer::Late | Answer::Gone => effects.push(Effect::DiscardState { from, id }),
        }
        Rule(19)
    }

    /// The metadata is written: the checkpoint completes (R21).
    pub(super) fn complete(&mut self, facts: Facts<'_>, id: CheckpointId, effects: &mut Vec<Effect>) {
        let place = self.place(id).expect("only the metadata of a pending checkpoint is written");
        let pending = self.pending.remove(place);
        debug_assert!(pending.is_fully_acknowledged(), "everybody has acknowledged");
        let (kind, in_store) = (pending.kind(), !pending.kind().is_savepoint());
        effects.push(Effect::Cancel(Timer::Expiry(id)));
        effects.push(Effect::Completed { id, kind, in_store });
        let (mut subsumed, mut deleted) = (None, 0);
        if in_store {
            let new = Completed { id, properties: Properties::Checkpoint(facts.config.retention) };
            subsumed = self.durable.store.add(new, facts.config.effective_retained(), &[], |left| {
                effects.push(Effect::Subsumed { id: left.id, delete: left.delete });
                deleted += usize::from(left.delete);
            });
            self.force_full = false;
        }
        self.failures.succeeded(id);
        if let Some(request) = pending.request() {
            effects.push(Effect::Answer { request, result: Ok(id) });
        }
        self.start_min_pause(facts, effects);
        let mut aborted = 0;
        if kind != SnapshotKind::Savepoint {
            aborted = self.abort_older(facts, id, effects);
            effects.push(Effect::NotifyComplete { id, subsumed: subsumed.unwrap_or(CheckpointId::NONE) });
        }
        self.try_queue(facts.deleting_more(deleted + aborted), 2 + aborted, effects);
    }

    /// The timeout of a checkpoint (R24).
    pub(super) fn expire(&mut self, facts: Facts<'_>, id: CheckpointId, effects: &mut Vec<Effect>) -> Rule {
        if self.place(id).is_some() {
            self.expired.remember(id);
        }
        self.give_up(facts, id, FailureReason::CheckpointExpired, Source::JobManager, effects);
        Rule(24)
    }

    /// Aborts a checkpoint if it is pending, and tries the queue then.
    pub(super) fn give_up(
        &mut self,
        facts: Facts<'_>,
        id: CheckpointId,
        reason: FailureReason,
        source: Source,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(place) = self.place(id) {
            self.abort(facts, place, reason, source, effects);
            self.try_queue(facts.deleting_more(1), 1, effects);
        }
    }

    /// Aborts everything that is pending; how many that was, which is how often to try the queue.
    pub(super) fn abort_all(&mut self, facts: Facts<'_>, reason: FailureReason, effects: &mut Vec<Effect>) -> usize {
        let count = self.pending.len();
        for _ in 0..count {
            self.abort(facts, 0, reason, Source::JobManager, effects);
        }
        count
    }

    /// Tells the failure manager of a failed checkpoint, and the caller what that means for the job (R28).
    pub(super) fn fail(
        &mut self,
        facts: Facts<'_>,
        id: CheckpointId,
        kind: SnapshotKind,
        reason: FailureReason,
        source: Source,
        effects: &mut Vec<Effect>,
    ) {
        effects.push(Effect::Failed { id, reason });
        match self.failures.failed(facts.config.tolerable_failed, id, kind, reason, source) {
            Verdict::TooMany | Verdict::StopFailed => effects.push(Effect::FailJob(reason)),
            Verdict::TooManyBy { from, alive: true } => effects.push(Effect::FailTask(from, reason)),
            Verdict::TooManyBy { alive: false, .. } | Verdict::Bearable => {}
        }
    }

    /// Aborts the older checkpoints, but no savepoint (R21.7); how many.
    fn abort_older(&mut self, facts: Facts<'_>, than: CheckpointId, effects: &mut Vec<Effect>) -> usize {
        let mut count = 0;
        let is_older = |pending: &Pending| pending.id() < than && !pending.kind().is_savepoint();
        while let Some(place) = self.pending.iter().position(is_older) {
            self.abort(facts, place, FailureReason::CheckpointSubsumed, Source::JobManager, effects);
            count += 1;
        }
        count
    }

    /// Gives up the pending checkpoint at this place (R26).
    fn abort(
        &mut self,
        facts: Facts<'_>,
        place: usize,
        reason: FailureReason,
        source: Source,
        effects: &mut Vec<Effect>,
    ) {
        let pending = self.pending.remove(place);
        let id = pending.id();
        effects.push(Effect::Cancel(Timer::Expiry(id)));
        if let Some(request) = pending.request() {
            effects.push(Effect::Answer { request, result: Err(reason) });
        }
        effects.push(Effect::Aborted { id, reason });
        self.fail(facts, id, pending.kind(), reason, source, effects);
        effects.push(Effect::NotifyAborted { id, latest: self.latest() });
    }

    /// Every completion starts the min pause anew, one of a savepoint too (R21.6).
    fn start_min_pause(&mut self, facts: Facts<'_>, effects: &mut Vec<Effect>) {
        let pause = facts.config.effective_min_pause();
        if pause == Micros::ZERO {
            return;
        }
        if self.decider.start_min_pause() {
            effects.push(Effect::Cancel(Timer::MinPause));
        }
        effects.push(Effect::Arm(Timer::MinPause, pause));
    }

    fn place(&self, id: CheckpointId) -> Option<usize> {
        self.pending.iter().position(|pending| pending.id() == id)
    }
}
