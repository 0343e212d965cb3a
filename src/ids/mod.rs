//! Names of things: small `Copy` newtypes, tables that only the right name can index, sets of channels.
//!
//! | file | holds |
//! | --- | --- |
//! | here | the names |
//! | `amount` | [`Micros`], [`Bytes`] |
//! | `table` | [`PerId`] |
//! | `set` | [`SmallSet`] |
//!
//! Ids are dense and assigned by the plan, so tables are plain vectors. Nothing here knows what a task does.

mod amount;
mod set;
mod table;

pub use amount::{Bytes, Micros};
pub use set::SmallSet;
pub use table::PerId;

use std::fmt;

/// A dense id: a small number that indexes a [`PerId`] table.
pub trait Id: Copy {
    /// The id with this position in its table.
    fn at(index: usize) -> Self;
    /// The position in its table.
    fn index(self) -> usize;
}

/// A subtask: one parallel instance of a vertex. Stays the same over restarts; see [`Attempt`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TaskId(pub u32);

impl Id for TaskId {
    fn at(index: usize) -> Self {
        Self(position(index))
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A channel: one sender task, one receiver task, first in, first out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ChannelId(pub u32);

impl Id for ChannelId {
    fn at(index: usize) -> Self {
        Self(position(index))
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A vertex of the job graph: a source, an operator or a sink.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct VertexId(pub u32);

impl Id for VertexId {
    fn at(index: usize) -> Self {
        Self(position(index))
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// An edge of the job graph: all channels from one vertex to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct EdgeId(pub u32);

impl Id for EdgeId {
    fn at(index: usize) -> Self {
        Self(position(index))
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A TaskManager: a process that runs tasks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ManagerId(pub u32);

impl Id for ManagerId {
    fn at(index: usize) -> Self {
        Self(position(index))
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// An index as an id: tables never hold four thousand million entries.
fn position(index: usize) -> u32 {
    u32::try_from(index).expect("a table has fewer than 2^32 entries")
}

/// The number of a checkpoint or savepoint. The first is 1; ids only grow (I1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct CheckpointId(pub u64);

impl CheckpointId {
    /// "No checkpoint": smaller than every id that is given out.
    pub const NONE: Self = Self(0);

    /// The id after this one.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// `None` for [`CheckpointId::NONE`].
    pub fn given(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

impl fmt::Display for CheckpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How often a task has been deployed before: 0 is the first execution attempt (R59).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Attempt(pub u32);

impl Attempt {
    /// The attempt after this one.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// One execution attempt of a task: what an acknowledgement is matched by (R19, R59).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Execution {
    /// The task.
    pub task: TaskId,
    /// Which of its attempts.
    pub attempt: Attempt,
}

/// The name of a record: a fingerprint of its cause. A source record is named by its place, a derived one by what
/// caused it, so a record and its replay have one name. Names add up (wrapping) to the lineage of a state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Name(pub u128);

/// The number of an applied action within a run; the first is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Step(pub u64);

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The number of a rule of the protocol (R1 to R96): what an arm of a machine carried out.
///
/// Every `step` of a machine returns one, so that traces, coverage and reports can say which rule acted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Rule(pub u8);

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "R{}", self.0)
    }
}

/// Which rules have acted.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleSet(u128);

impl RuleSet {
    /// Adds a rule.
    #[inline]
    pub fn insert(&mut self, rule: Rule) {
        self.0 |= 1 << rule.0;
    }

    /// Whether this rule is in it.
    pub fn contains(self, rule: Rule) -> bool {
        self.0 & (1 << rule.0) != 0
    }

    /// Those that are in one of the two.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All of them, by number.
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        (0..128).map(Rule).filter(move |&rule| self.contains(rule))
    }
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|rule| rule.to_string())).finish()
    }
}
