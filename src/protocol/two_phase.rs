//! The transactions of a two-phase-commit sink (R80-R83). Flink: `TwoPhaseCommitSinkFunction`.

use crate::ids::CheckpointId;

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
