//! The transactional system that two-phase sinks write to. It survives every crash and forgets nothing that it promised.

use crate::ids::{PerId, TaskId};
use crate::protocol::two_phase::{TransactionId, TransactionState};

/// The external system: the transactions of each sink task, by number.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct External {
    transactions: PerId<TaskId, Vec<TransactionState>>,
}

impl External {
    /// A system without transactions.
    pub fn new(tasks: usize) -> Self {
        Self { transactions: PerId::new(tasks, |_| Vec::new()) }
    }

    /// Forgets all transactions.
    pub fn clear(&mut self) {
        self.transactions.iter_mut().for_each(Vec::clear);
    }

    /// Begins a transaction of this sink task.
    pub fn begin(&mut self, task: TaskId) -> TransactionId {
        let transactions = &mut self.transactions[task];
        transactions.push(TransactionState::Open);
        TransactionId(transactions.len() as u32 - 1)
    }

    /// Moves a transaction on; whether that changed anything. What the system does not allow it refuses: a transaction
    /// that was dropped stays dropped, a visible one visible.
    pub fn advance(&mut self, task: TaskId, transaction: TransactionId, to: TransactionState) -> bool {
        let state = &mut self.transactions[task][transaction.0 as usize];
        let changes = state.may_become(to);
        if changes {
            *state = to;
        }
        changes
    }

    /// Forgets this transaction and all newer ones of a sink task: their numbers are given out again.
    pub fn forget_from(&mut self, task: TaskId, transaction: TransactionId) {
        self.transactions[task].truncate(transaction.0 as usize);
    }

    /// What has become of a transaction.
    pub fn state(&self, task: TaskId, transaction: TransactionId) -> TransactionState {
        self.transactions[task][transaction.0 as usize]
    }
}
