//! What a job computes: deterministic functions of state and input. No protocol, no time, no chance.
//!
//! | file | holds |
//! | --- | --- |
//! | [`record`] | a record, its name, what an operator emits |
//! | [`source`] | where records come from: lists, ranges, patterns, endless ones; splits and offsets |
//! | [`logic`] | the vertex library: map, filter, sums, counts, extremes, and one that depends on merge order |
//! | [`function`], [`pick`] | what maps, filters and extremes are configured with |
//! | [`window`], [`join`] | what event time is for: totals of stretches of time, pairs that are near in time |
//! | [`time`] | event time and watermarks |
//! | [`routing`] | which channels a record takes: forward, hash, rebalance, broadcast, by predicate |
//!
//! [`TaskState`] is what a task works with and what a snapshot holds; the world and the witness both use it, and share
//! nothing else.

pub mod function;
pub mod join;
pub mod logic;
pub mod pick;
pub mod record;
pub mod routing;
pub mod source;
pub mod time;
pub mod window;

mod foreign;

pub use foreign::Foreign;
pub use function::{Function, Predicate};
pub use join::Join;
pub use logic::{Failure, Logic, Operation, Operator};
pub use pick::Pick;
pub use record::{Outputs, Record};
pub use routing::{KeyBy, Ship};
pub use source::{Records, SourceState};
pub use time::{EventTime, Stamp};
pub use window::{Total, Windows};

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;
use xxhash_rust::xxh3::Xxh3Default;

/// What one task computes with: all of it goes into a snapshot, and all of it comes back by a restore.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TaskState {
    /// What the task does with records.
    pub work: Work,
    /// For each output edge that rebalances, whose turn it is. Flink starts anywhere after a restore; keeping the
    /// position makes a replayed record take its old way, which is one of the legal ones.
    pub turns: SmallVec<[u32; 2]>,
}

/// The part of a task's state that depends on the kind of its vertex.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Work {
    /// How far each split has been read.
    Source(SourceState),
    /// The state of an operator.
    Operator(Operation),
    /// A sink: what it has written lies outside.
    Sink,
    /// A sink that remembers how many records it took, and the value of the last one; the plan asks for that.
    Remembering {
        /// How many.
        count: u64,
        /// The last one's value.
        last: i64,
    },
}

impl TaskState {
    /// The number that a person would look at: records emitted by a source, a total, a count; for keyed state that of
    /// `key`. Zero where there is nothing to see.
    pub fn view(&self, key: i64) -> i64 {
        match &self.work {
            Work::Source(source) => source.emitted() as i64,
            Work::Operator(operator) => operator.view(key),
            Work::Sink => 0,
            Work::Remembering { last, .. } => *last,
        }
    }

    /// How many entries the state has: a key with its value, a record that waits, the offset of a split. What one of
    /// them weighs is for the plan to say.
    pub fn entries(&self) -> u64 {
        match &self.work {
            Work::Source(source) => source.offsets.len() as u64,
            Work::Operator(operator) => operator.entries(),
            Work::Remembering { .. } => 1,
            Work::Sink => 0,
        }
    }

    /// A hash of the state, the same on every platform: equal states have equal prints.
    pub fn print(&self) -> u64 {
        let mut hasher = Xxh3Default::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}
