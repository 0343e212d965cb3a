//! The transactions of a two-phase-commit sink (R80-R83). Flink: `TwoPhaseCommitSinkFunction`.
//!
//! | rule | input | effects | next |
//! | --- | --- | --- | --- |
//! | R81 | open | of each restored state: commit what is pending, abort its current one; begin | nothing pending |
//! | R80 | snapshot | pre-commit the current one; begin unless finished | it is pending for this checkpoint |
//! | R80 | begun | none | it is the current one |
//! | R80 | finish | none | no more transactions are begun |
//! | R82 | complete | commit what is pending for this checkpoint and older ones, oldest first | no longer pending |
//! | R82 | aborted | none | same: the next completed checkpoint commits it |
//! | R82 | close | abort the current one | none is current |
//!
//! A plain savepoint brings no completion, so what it pre-committed stays pending until the next checkpoint completes
//! (R83). What becomes of a transaction that nobody remembers is the external system's business: its guard is
//! [`TransactionState::may_become`].

use crate::ids::{CheckpointId, Rule};

/// A transaction of the external system, numbered by the sink task that began it; never given out twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TransactionId(pub u32);

/// What of a sink goes into a snapshot (R80).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Saved {
    /// The transaction that was begun by the snapshot.
    pub current: Option<TransactionId>,
    /// Pre-committed and not yet committed, oldest first, with the checkpoint that pre-committed each.
    pub pending: Vec<(CheckpointId, TransactionId)>,
}

/// What happened at the sink.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Input<'a> {
    /// The sink opens with these restored states: none at the first start (R81).
    Open(&'a [Saved]),
    /// The synchronous part of a checkpoint (R80).
    Snapshot(CheckpointId),
    /// A transaction that [`Effect::Begin`] asked for is open.
    Begun(TransactionId),
    /// A checkpoint completed (R82).
    Complete(CheckpointId),
    /// A checkpoint was given up: changes nothing (R82).
    Aborted(CheckpointId),
    /// All data has come: no new transaction after the next snapshot (R80).
    Finish,
    /// The sink closes: only the current transaction is aborted (R82).
    Close,
}

/// What the sink asks of the external system, in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// Begin a transaction; answer with [`Input::Begun`] at once.
    Begin,
    /// Flush: the transaction must survive a crash from here on.
    PreCommit(TransactionId),
    /// Make it visible. Repeating it is harmless.
    Commit(TransactionId),
    /// Drop it.
    Abort(TransactionId),
}

/// What a transaction is to the external system.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TransactionState {
    /// It takes records; a crash of the sink loses them.
    Open,
    /// Flushed: it survives a crash and waits for its commit.
    PreCommitted,
    /// Visible to readers.
    Committed,
    /// Dropped, never to be seen.
    Aborted,
}

impl TransactionState {
    /// Which changes are legal (I26). To stay as it is, as when a commit is repeated, is not a change.
    ///
    /// A pre-committed transaction may still be aborted: the state of an older checkpoint knows it as its current one.
    pub const fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Open, Self::PreCommitted | Self::Aborted) => true,
            (Self::PreCommitted, Self::Committed | Self::Aborted) => true,
            (Self::Open | Self::PreCommitted | Self::Committed | Self::Aborted, _) => false,
        }
    }
}

/// The sink's side of the transactions of one task.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct TwoPhase {
    /// The transaction that takes the records.
    current: Option<TransactionId>,
    /// As in [`Saved::pending`].
    pending: Vec<(CheckpointId, TransactionId)>,
    /// No more records will come.
    finished: bool,
}

impl TwoPhase {
    /// A sink that has not been opened.
    pub fn new() -> Self {
        Self::default()
    }

    /// The transaction that takes the records, if one is open.
    pub fn current(&self) -> Option<TransactionId> {
        self.current
    }

    /// What a snapshot stores, asked after the step of [`Input::Snapshot`] and of the [`Input::Begun`] that answers it.
    pub fn saved(&self) -> Saved {
        Saved { current: self.current, pending: self.pending.clone() }
    }

    /// Takes one input and appends what the external system has to do.
    pub fn step(&mut self, input: Input<'_>, effects: &mut Vec<Effect>) -> Rule {
        match input {
            Input::Open(restored) => {
                for saved in restored {
                    // Most were committed before the crash; the external system takes a second commit calmly.
                    effects.extend(saved.pending.iter().map(|&(_, transaction)| Effect::Commit(transaction)));
                    effects.extend(saved.current.map(Effect::Abort));
                }
                self.pending.clear();
                effects.push(Effect::Begin);
                Rule(81)
            }
            Input::Snapshot(id) => {
                if let Some(transaction) = self.current.take() {
                    effects.push(Effect::PreCommit(transaction));
                    self.pending.push((id, transaction));
                }
                if !self.finished {
                    effects.push(Effect::Begin);
                }
                Rule(80)
            }
            Input::Begun(transaction) => {
                assert!(self.current.is_none(), "a sink has one current transaction");
                self.current = Some(transaction);
                Rule(80)
            }
            Input::Complete(id) => {
                self.pending.retain(|&(checkpoint, transaction)| {
                    if checkpoint <= id {
                        effects.push(Effect::Commit(transaction));
                    }
                    checkpoint > id
                });
                Rule(82)
            }
            Input::Aborted(_) => Rule(82),
            Input::Finish => {
                self.finished = true;
                Rule(80)
            }
            Input::Close => {
                effects.extend(self.current.take().map(Effect::Abort));
                Rule(82)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Effect::{Abort, Begin, Commit, PreCommit};
    use super::*;

    fn transaction(number: u32) -> TransactionId {
        TransactionId(number)
    }

    fn saved(current: u32, pending: &[(u64, u32)]) -> Saved {
        let pending = pending.iter().map(|&(id, number)| (CheckpointId(id), TransactionId(number))).collect();
        Saved { current: Some(transaction(current)), pending }
    }

    /// Gives the inputs of a table to a new sink, beginning transactions 10, 11, ... for it; what the sink saves at the end.
    #[track_caller]
    fn check(table: &[(Input<'_>, &[Effect])]) -> Saved {
        let (mut sink, mut next) = (TwoPhase::new(), 10);
        for (row, (input, expected)) in table.iter().enumerate() {
            let mut effects = Vec::new();
            sink.step(input.clone(), &mut effects);
            assert_eq!(effects, *expected, "row {row}, {input:?}");
            if effects.contains(&Begin) {
                sink.step(Input::Begun(transaction(next)), &mut effects);
                next += 1;
            }
        }
        sink.saved()
    }

    #[test]
    fn r80_a_snapshot_saves_the_new_transaction_and_all_pending() {
        let end = check(&[
            (Input::Open(&[]), &[Begin]),
            (Input::Snapshot(CheckpointId(1)), &[PreCommit(transaction(10)), Begin]),
            (Input::Snapshot(CheckpointId(2)), &[PreCommit(transaction(11)), Begin]),
        ]);
        assert_eq!(end, saved(12, &[(1, 10), (2, 11)]));
    }

    #[test]
    fn r80_a_finished_sink_begins_nothing() {
        let end = check(&[
            (Input::Open(&[]), &[Begin]),
            (Input::Finish, &[]),
            (Input::Snapshot(CheckpointId(1)), &[PreCommit(transaction(10))]),
            (Input::Snapshot(CheckpointId(2)), &[]),
            (Input::Complete(CheckpointId(2)), &[Commit(transaction(10))]),
            (Input::Close, &[]),
        ]);
        assert_eq!(end, Saved::default());
    }

    #[test]
    fn r81_restored_transactions_are_committed_or_aborted() {
        let restored = [saved(3, &[(1, 1), (2, 2)]), saved(7, &[(2, 6)])];
        let commits_and_aborts = [
            Commit(transaction(1)),
            Commit(transaction(2)),
            Abort(transaction(3)),
            Commit(transaction(6)),
            Abort(transaction(7)),
            Begin,
        ];
        assert_eq!(check(&[(Input::Open(&restored), &commits_and_aborts)]), saved(10, &[]));
    }

    #[test]
    fn r82_an_aborted_checkpoint_is_committed_with_the_next_one() {
        let end = check(&[
            (Input::Open(&[]), &[Begin]),
            (Input::Snapshot(CheckpointId(1)), &[PreCommit(transaction(10)), Begin]),
            (Input::Aborted(CheckpointId(1)), &[]),
            (Input::Snapshot(CheckpointId(2)), &[PreCommit(transaction(11)), Begin]),
            (Input::Snapshot(CheckpointId(3)), &[PreCommit(transaction(12)), Begin]),
            (Input::Complete(CheckpointId(2)), &[Commit(transaction(10)), Commit(transaction(11))]),
            (Input::Complete(CheckpointId(2)), &[]),
        ]);
        assert_eq!(end, saved(13, &[(3, 12)]));
    }

    #[test]
    fn r82_closing_aborts_the_current_one_only() {
        check(&[
            (Input::Open(&[]), &[Begin]),
            (Input::Snapshot(CheckpointId(1)), &[PreCommit(transaction(10)), Begin]),
            (Input::Close, &[Abort(transaction(11))]),
            (Input::Close, &[]),
        ]);
    }

    #[test]
    fn i26_committed_and_aborted_are_final() {
        use TransactionState::{Aborted, Committed, Open, PreCommitted};
        let legal = [(Open, PreCommitted), (Open, Aborted), (PreCommitted, Committed), (PreCommitted, Aborted)];
        for from in [Open, PreCommitted, Committed, Aborted] {
            for to in [Open, PreCommitted, Committed, Aborted] {
                assert_eq!(from.may_become(to), legal.contains(&(from, to)), "{from:?} to {to:?}");
            }
        }
    }
}
