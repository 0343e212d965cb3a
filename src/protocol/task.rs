//! The order of things inside one task's checkpoint (R51-R58). Flink: `SubtaskCheckpointCoordinatorImpl`, `StreamTask`.
//!
//! | rule | input | effects |
//! | --- | --- | --- |
//! | R51 | checkpoint not above the last | none: neither barrier nor marker nor decline |
//! | R51 | checkpoint that was reported aborted | cancel marker downstream (R58) |
//! | R51 | checkpoint | prepare, barrier downstream, snapshot: in this order, with nothing in between |
//! | R51 | snapshot went well | start the asynchronous part |
//! | R51 | snapshot threw | the task fails; it is no decline |
//! | R52 | asynchronous part ended | acknowledge or decline, unless it was stopped |
//! | R55 | notify complete | the operators are told, unless a checkpoint as new was reported before |
//! | R56 | notify aborted | a completion that was missed, first; stop the asynchronous part or remember the id; the operators are told |
//! | R57 | abort by the barrier handler | decline, cancel marker downstream (R58) |
//! | R56, R57 | either abort, of the synchronous savepoint that the task takes part in | the task fails |
//!
//! What concerns channel state (R51.1, R51.4, R51.5) is not here yet. Which tasks take part (R50), and what a task
//! waits for before it finishes (R54), is the caller's business.

use smallvec::SmallVec;

use super::{Barrier, FailureReason};
use crate::ids::{CheckpointId, Rule};

/// What the machine is told each time.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// How many aborted ids are remembered (Flink: max concurrent checkpoints, R56).
    pub remembered_aborts: usize,
}

/// What happened at the task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Input {
    /// Take this checkpoint now: all its barriers are here, or the coordinator triggered a source (R51).
    Checkpoint(Barrier),
    /// The answer to [`Effect::Snapshot`]: the synchronous part of the operators went well, or threw.
    Snapshotted {
        /// Which checkpoint.
        barrier: Barrier,
        /// Whether it went well.
        ok: bool,
    },
    /// The asynchronous part of a checkpoint ended (R52): `None` if it went well.
    AsyncEnded {
        /// Which checkpoint.
        id: CheckpointId,
        /// Why it failed, if it did.
        failure: Option<FailureReason>,
    },
    /// The coordinator says that a checkpoint completed (R55).
    NotifyComplete(CheckpointId),
    /// The coordinator says that a checkpoint was given up (R56).
    NotifyAborted {
        /// What was given up.
        id: CheckpointId,
        /// The newest completed checkpoint, or none.
        latest: CheckpointId,
    },
    /// The barrier handler gave a checkpoint up (R57).
    AbortOnBarrier {
        /// Which.
        id: CheckpointId,
        /// Why.
        reason: FailureReason,
    },
}

/// What the task has to do, in order; all effects of one input are one step of the task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// `prepareSnapshotPreBarrier` on every operator; may emit records (R51.2).
    PrepareSnapshot(CheckpointId),
    /// Send the barrier on every output (R51.3).
    Broadcast(Barrier),
    /// Send a cancel marker on every output (R58).
    BroadcastCancelMarker(CheckpointId),
    /// The synchronous part of the operators (R51.6). Answer with [`Input::Snapshotted`] at once.
    Snapshot(Barrier),
    /// Hand the asynchronous part to the pool (R51.7).
    StartAsync(CheckpointId),
    /// Stop the asynchronous part and discard what it wrote (R56).
    CancelAsync(CheckpointId),
    /// Acknowledge to the coordinator (R52).
    Ack(CheckpointId),
    /// Decline to the coordinator (R52, R57).
    Decline(CheckpointId, FailureReason),
    /// Tell the operators, tail to head, that a checkpoint completed (R55).
    OperatorsComplete(CheckpointId),
    /// Tell the operators that a checkpoint was given up (R56).
    OperatorsAborted(CheckpointId),
    /// The task fails: an exception left its thread (R51.6).
    Fail(FailureReason),
}

/// The checkpoints of one task: the last one begun, those under way, those known to be dead.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TaskCheckpoints {
    /// The newest checkpoint that was begun, or given up by the barrier handler.
    last: CheckpointId,
    /// The newest completion that the operators were told of.
    reported: CheckpointId,
    /// The synchronous savepoint that the task takes part in, or none.
    synchronous: CheckpointId,
    /// Reported aborted before they began here, in the order of the reports.
    aborted: SmallVec<[CheckpointId; 2]>,
    /// The largest id that was ever put there.
    largest_aborted: CheckpointId,
    /// Whose asynchronous parts run, ascending.
    running: SmallVec<[CheckpointId; 2]>,
}

impl TaskCheckpoints {
    /// A task that starts from a checkpoint, or from [`CheckpointId::NONE`]: no completion up to there is reported to its
    /// operators (R55).
    pub fn new(restored: CheckpointId) -> Self {
        Self {
            last: CheckpointId::NONE,
            reported: restored,
            synchronous: CheckpointId::NONE,
            aborted: SmallVec::new(),
            largest_aborted: CheckpointId::NONE,
            running: SmallVec::new(),
        }
    }

    /// The checkpoints whose asynchronous parts run, ascending.
    pub fn running(&self) -> &[CheckpointId] {
        &self.running
    }

    /// How many checkpoints are remembered as aborted before they began (R56).
    pub fn remembered_aborts(&self) -> usize {
        self.aborted.len()
    }

    /// Takes one input and appends what the task has to do.
    pub fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        match input {
            Input::Checkpoint(barrier) => {
                self.checkpoint(facts, barrier, effects);
                Rule(51)
            }
            Input::Snapshotted { barrier, ok: true } => {
                self.running.push(barrier.id);
                effects.push(Effect::StartAsync(barrier.id));
                Rule(51)
            }
            Input::Snapshotted { ok: false, .. } => {
                effects.push(Effect::Fail(FailureReason::TaskFailure));
                Rule(51)
            }
            Input::AsyncEnded { id, failure } => {
                if remove(&mut self.running, id) {
                    effects.push(failure.map_or(Effect::Ack(id), |reason| Effect::Decline(id, reason)));
                }
                Rule(52)
            }
            Input::NotifyComplete(id) => {
                self.complete(id, effects);
                Rule(55)
            }
            Input::NotifyAborted { id, latest } => {
                self.complete(latest, effects);
                self.notify_aborted(facts, id, effects);
                Rule(56)
            }
            Input::AbortOnBarrier { id, reason } => {
                self.abort_on_barrier(id, reason, effects);
                Rule(57)
            }
        }
    }

    /// Begins a checkpoint, or drops it (R51.0).
    fn checkpoint(&mut self, facts: Facts, barrier: Barrier, effects: &mut Vec<Effect>) {
        let id = barrier.id;
        if barrier.kind.is_synchronous() {
            self.synchronous = id;
        }
        let aborted = self.forget_aborted(facts, id);
        if id <= self.last {
            return;
        }
        self.last = id;
        if aborted {
            effects.push(Effect::BroadcastCancelMarker(id));
            return;
        }
        effects.extend([Effect::PrepareSnapshot(id), Effect::Broadcast(barrier), Effect::Snapshot(barrier)]);
    }

    /// Tells the operators of a completion, once and only forward.
    fn complete(&mut self, id: CheckpointId, effects: &mut Vec<Effect>) {
        if id > self.reported {
            self.reported = id;
            effects.push(Effect::OperatorsComplete(id));
        }
    }

    fn notify_aborted(&mut self, facts: Facts, id: CheckpointId, effects: &mut Vec<Effect>) {
        if self.is_synchronous(id) {
            effects.push(Effect::Fail(FailureReason::TaskFailure));
            return;
        }
        if remove(&mut self.running, id) {
            effects.push(Effect::CancelAsync(id));
        } else if id > self.last {
            self.remember_aborted(facts, id);
        }
        effects.push(Effect::OperatorsAborted(id));
    }

    fn abort_on_barrier(&mut self, id: CheckpointId, reason: FailureReason, effects: &mut Vec<Effect>) {
        if self.is_synchronous(id) {
            effects.push(Effect::Fail(reason));
            return;
        }
        self.last = self.last.max(id);
        // As in Flink the search ends at the first report that is kept: an older id behind it stays for a while.
        let obsolete = self.aborted.iter().take_while(|aborted| **aborted < self.last).count();
        self.aborted.drain(..obsolete);
        effects.extend([Effect::Decline(id, reason), Effect::BroadcastCancelMarker(id)]);
    }

    fn is_synchronous(&self, id: CheckpointId) -> bool {
        self.synchronous.given() == Some(id)
    }

    /// Remembers an id as aborted; beyond the limit the oldest report is forgotten.
    fn remember_aborted(&mut self, facts: Facts, id: CheckpointId) {
        if !self.aborted.contains(&id) {
            self.aborted.push(id);
            if self.aborted.len() > facts.remembered_aborts {
                self.aborted.remove(0);
            }
        }
        self.largest_aborted = self.largest_aborted.max(id);
    }

    /// Whether an id was reported aborted, or is so old that the report may have been forgotten; it is not kept.
    fn forget_aborted(&mut self, facts: Facts, id: CheckpointId) -> bool {
        remove(&mut self.aborted, id) || id.0.saturating_add(facts.remembered_aborts as u64) < self.largest_aborted.0
    }
}

/// Removes an id; whether it was there.
fn remove(ids: &mut SmallVec<[CheckpointId; 2]>, id: CheckpointId) -> bool {
    let there = ids.iter().position(|other| *other == id);
    if let Some(at) = there {
        ids.remove(at);
    }
    there.is_some()
}

#[cfg(test)]
mod tests {
    use super::super::{Alignment, SnapshotKind};
    use super::Effect::*;
    use super::*;

    const FACTS: Facts = Facts { remembered_aborts: 2 };
    const SUBSUMED: FailureReason = FailureReason::CheckpointDeclinedSubsumed;
    const ASYNC: FailureReason = FailureReason::CheckpointAsyncException;

    const fn id(id: u64) -> CheckpointId {
        CheckpointId(id)
    }

    const fn aligned(id: u64) -> Barrier {
        Barrier { id: CheckpointId(id), kind: SnapshotKind::Checkpoint, alignment: Alignment::Aligned }
    }

    fn begun(id: u64) -> [Effect; 3] {
        [PrepareSnapshot(CheckpointId(id)), Broadcast(aligned(id)), Snapshot(aligned(id))]
    }

    fn snapshotted(id: u64) -> Input {
        Input::Snapshotted { barrier: aligned(id), ok: true }
    }

    fn aborted(id: u64) -> Input {
        Input::NotifyAborted { id: CheckpointId(id), latest: CheckpointId::NONE }
    }

    /// Gives the inputs of a table to a task that was restored from checkpoint 3.
    #[track_caller]
    fn check(table: &[(Input, &[Effect], u8)]) {
        let (mut task, mut effects) = (TaskCheckpoints::new(id(3)), Vec::new());
        for (row, &(input, expected, rule)) in table.iter().enumerate() {
            effects.clear();
            let acted = task.step(FACTS, input, &mut effects);
            assert_eq!((effects.as_slice(), acted.0), (expected, rule), "row {row}, {input:?}");
        }
    }

    #[test]
    fn r51_the_barrier_leaves_before_the_snapshot() {
        check(&[
            (Input::Checkpoint(aligned(4)), &begun(4), 51),
            (snapshotted(4), &[StartAsync(id(4))], 51),
            (Input::Checkpoint(aligned(4)), &[], 51),
            (Input::AsyncEnded { id: id(4), failure: None }, &[Ack(id(4))], 52),
        ]);
    }

    #[test]
    fn r51_a_snapshot_that_throws_fails_the_task() {
        check(&[
            (Input::Checkpoint(aligned(4)), &begun(4), 51),
            (Input::Snapshotted { barrier: aligned(4), ok: false }, &[Fail(FailureReason::TaskFailure)], 51),
        ]);
    }

    #[test]
    fn r52_acknowledgements_may_leave_out_of_order() {
        check(&[
            (Input::Checkpoint(aligned(4)), &begun(4), 51),
            (snapshotted(4), &[StartAsync(id(4))], 51),
            (Input::Checkpoint(aligned(5)), &begun(5), 51),
            (snapshotted(5), &[StartAsync(id(5))], 51),
            (Input::AsyncEnded { id: id(5), failure: None }, &[Ack(id(5))], 52),
            (Input::AsyncEnded { id: id(4), failure: Some(ASYNC) }, &[Decline(id(4), ASYNC)], 52),
            (Input::AsyncEnded { id: id(4), failure: None }, &[], 52),
        ]);
    }

    #[test]
    fn r55_completions_are_reported_forward_and_from_the_restored_one() {
        check(&[
            (Input::NotifyComplete(id(3)), &[], 55),
            (Input::NotifyComplete(id(5)), &[OperatorsComplete(id(5))], 55),
            (Input::NotifyComplete(id(4)), &[], 55),
        ]);
    }

    #[test]
    fn r56_an_abort_repairs_a_lost_completion() {
        let effects = [OperatorsComplete(id(4)), OperatorsAborted(id(5))];
        check(&[(Input::NotifyAborted { id: id(5), latest: id(4) }, &effects, 56)]);
    }

    #[test]
    fn r56_a_running_part_is_stopped_and_sends_nothing() {
        check(&[
            (Input::Checkpoint(aligned(4)), &begun(4), 51),
            (snapshotted(4), &[StartAsync(id(4))], 51),
            (aborted(4), &[CancelAsync(id(4)), OperatorsAborted(id(4))], 56),
            (Input::AsyncEnded { id: id(4), failure: None }, &[], 52),
        ]);
    }

    #[test]
    fn r51_r56_an_id_reported_aborted_sends_a_marker_instead() {
        check(&[
            (aborted(4), &[OperatorsAborted(id(4))], 56),
            (Input::Checkpoint(aligned(4)), &[BroadcastCancelMarker(id(4))], 51),
            (aborted(8), &[OperatorsAborted(id(8))], 56),
            // So far below the largest that its report may have been forgotten.
            (Input::Checkpoint(aligned(5)), &[BroadcastCancelMarker(id(5))], 51),
            (Input::Checkpoint(aligned(6)), &begun(6), 51),
        ]);
    }

    #[test]
    fn r56_beyond_the_limit_the_oldest_report_is_forgotten() {
        let (mut task, mut effects) = (TaskCheckpoints::new(CheckpointId::NONE), Vec::new());
        for id in [5, 7, 6] {
            task.step(FACTS, aborted(id), &mut effects);
        }
        assert_eq!(task.aborted.as_slice(), [id(7), id(6)]);
        // The search for obsolete ones ends at the first that is kept, so 6 stays.
        task.step(FACTS, Input::AbortOnBarrier { id: id(7), reason: SUBSUMED }, &mut effects);
        assert_eq!(task.aborted.as_slice(), [id(7), id(6)]);
        task.step(FACTS, Input::AbortOnBarrier { id: id(8), reason: SUBSUMED }, &mut effects);
        assert_eq!(task.remembered_aborts(), 0);
    }

    #[test]
    fn r57_the_handler_gives_up() {
        check(&[
            (
                Input::AbortOnBarrier { id: id(5), reason: SUBSUMED },
                &[Decline(id(5), SUBSUMED), BroadcastCancelMarker(id(5))],
                57,
            ),
            (Input::Checkpoint(aligned(5)), &[], 51),
        ]);
    }

    #[test]
    fn r56_r57_a_synchronous_savepoint_given_up_fails_the_task() {
        let savepoint = Barrier { kind: SnapshotKind::Suspend, ..aligned(4) };
        let begun = [PrepareSnapshot(id(4)), Broadcast(savepoint), Snapshot(savepoint)];
        let by_notification = (aborted(4), &[Fail(FailureReason::TaskFailure)][..], 56);
        let by_handler = (Input::AbortOnBarrier { id: id(4), reason: SUBSUMED }, &[Fail(SUBSUMED)][..], 57);
        for given_up in [by_notification, by_handler] {
            check(&[(Input::Checkpoint(savepoint), &begun, 51), given_up]);
        }
    }
}
