//! Which channels a record takes. An edge of the job graph has one way of shipping; Flink calls it a partitioner.

use super::{Predicate, Record};
use crate::key_group::{KeyGroup, hash_i64};

/// What a record is grouped by on a hash edge.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyBy {
    /// The record's value.
    Value,
    /// The key it already has.
    Key,
    /// 0 for even values, 1 for odd ones. (Key groups may put both on the same subtask; see [`Ship::Where`].)
    Parity,
    /// The remainder by this number; at least 1.
    Mod(i64),
}

impl KeyBy {
    /// The key of a record.
    pub fn key(self, record: &Record) -> i64 {
        match self {
            Self::Value => record.value,
            Self::Key => record.key,
            Self::Parity => record.value.rem_euclid(2),
            Self::Mod(n) => record.value.rem_euclid(n),
        }
    }
}

/// How an edge ships records from the subtasks of one vertex to those of another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ship {
    /// Subtask `i` to subtask `i`; both vertices have the same parallelism.
    Forward,
    /// By the key group of the record's key (R76).
    Hash(KeyBy),
    /// To each subtask in turn.
    Rebalance,
    /// To every subtask.
    Broadcast,
    /// Records for which the predicate holds, by the key group of their value; the others do not take this edge.
    Where(Predicate),
}

impl Ship {
    /// Whether only subtasks of the same number are connected. Flink: a pointwise edge.
    pub const fn is_pointwise(self) -> bool {
        matches!(self, Self::Forward)
    }

    /// Calls `send` with each receiving subtask (for a pointwise edge always 0) and the record as it is sent.
    ///
    /// `turn` is the position of a rebalancing edge, `receivers` the parallelism of the receiving vertex and
    /// `max_parallelism` its number of key groups.
    pub fn route(
        self,
        record: Record,
        turn: &mut u32,
        receivers: u32,
        max_parallelism: u32,
        mut send: impl FnMut(u32, Record),
    ) {
        let by_key = |key: i64| match receivers {
            1 => 0,
            _ => KeyGroup::of(hash_i64(key), max_parallelism).subtask(receivers, max_parallelism),
        };
        match self {
            Self::Forward => send(0, record),
            Self::Hash(by) => {
                let key = by.key(&record);
                send(by_key(key), Record { key, ..record });
            }
            Self::Rebalance => {
                send(*turn, record);
                *turn = (*turn + 1) % receivers;
            }
            Self::Broadcast => (0..receivers).for_each(|receiver| send(receiver, record)),
            Self::Where(predicate) if predicate.holds(record.value) => send(by_key(record.value), record),
            Self::Where(_) => {}
        }
    }
}
