//! Names of things: small `Copy` newtypes, tables that only the right name can index, sets of channels.
//!
//! Ids are dense and assigned by the plan, so tables are plain vectors. Nothing here knows what a task does.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

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

/// A duration or a point of virtual time, in microseconds. Machines of the protocol use it for durations only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Micros(pub u64);

impl Micros {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The smallest step of the clock: a strict comparison is an arm this much later.
    pub const ONE: Self = Self(1);
    /// Longer than anything: "never".
    pub const MAX: Self = Self(u64::MAX);

    /// So many milliseconds, the unit of Flink's configuration.
    pub const fn millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// The whole milliseconds in it.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    /// The sum, at most [`Micros::MAX`].
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, at least zero.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Seconds with as many decimals as are needed, at least three: `0.200`.
impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        if rest.is_multiple_of(1_000) {
            write!(f, "{seconds}.{:03}", rest / 1_000)
        } else {
            write!(f, "{seconds}.{rest:06}")
        }
    }
}

/// A number of bytes. Its text is exact, in the largest unit that divides it: `4 KiB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Bytes(pub u64);

impl Bytes {
    const UNITS: [(&str, &str, u64); 4] =
        [("GiB", "gb", 1 << 30), ("MiB", "mb", 1 << 20), ("KiB", "kb", 1 << 10), ("B", "b", 1)];

    /// Reads a whole number and a unit. As in Flink's `MemorySize`, `kB`, `MB` and `GB` are powers of 1024, too.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = text[digits.len()..].trim().to_ascii_lowercase();
        let (.., size) =
            Self::UNITS.into_iter().find(|(binary, short, _)| binary.eq_ignore_ascii_case(&unit) || unit == *short)?;
        digits.parse::<u64>().ok()?.checked_mul(size).map(Self)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |&(.., size): &(_, _, u64)| self.0.is_multiple_of(size) && (self.0 > 0 || size == 1);
        let (unit, _, size) = Self::UNITS.into_iter().find(fits).unwrap_or(("B", "b", 1));
        write!(f, "{} {unit}", self.0 / size)
    }
}

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

/// A table with one entry for each id of a kind.
#[derive(PartialEq, Eq, Hash)]
pub struct PerId<I, T> {
    entries: Vec<T>,
    id: PhantomData<fn(I)>,
}

impl<I, T: Clone> Clone for PerId<I, T> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone(), id: PhantomData }
    }

    // What is derived gives the memory back and takes new.
    fn clone_from(&mut self, other: &Self) {
        self.entries.clone_from(&other.entries);
    }
}

impl<I: Id, T> PerId<I, T> {
    /// A table of `count` entries.
    pub fn new(count: usize, entry: impl Fn(I) -> T) -> Self {
        (0..count).map(|index| entry(I::at(index))).collect()
    }

    /// An empty table, to be filled with [`PerId::push`].
    pub const fn empty() -> Self {
        Self { entries: Vec::new(), id: PhantomData }
    }

    /// Appends an entry and returns its id.
    pub fn push(&mut self, entry: T) -> I {
        self.entries.push(entry);
        I::at(self.entries.len() - 1)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of `id`, if there is one.
    pub fn get(&self, id: I) -> Option<&T> {
        self.entries.get(id.index())
    }

    /// All ids, ascending.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.entries.len()).map(I::at)
    }

    /// All entries, in the order of their ids.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.entries.iter()
    }

    /// All entries, changeable, in the order of their ids.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.entries.iter_mut()
    }

    /// All ids with their entries.
    pub fn pairs(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.entries.iter().enumerate().map(|(index, entry)| (I::at(index), entry))
    }
}

impl<I: Id, T> FromIterator<T> for PerId<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(entries: It) -> Self {
        Self { entries: entries.into_iter().collect(), id: PhantomData }
    }
}

impl<I: Id, T> Index<I> for PerId<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.entries[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for PerId<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.entries[id.index()]
    }
}

impl<I, T: fmt::Debug> fmt::Debug for PerId<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.entries).finish()
    }
}

impl<I, T> Default for PerId<I, T> {
    fn default() -> Self {
        Self { entries: Vec::new(), id: PhantomData }
    }
}

/// A set of small numbers: inputs of a task, channels, tasks. One word up to 64 members, more beyond.
///
/// Two sets with the same members are equal and hash alike, whatever their history.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct SmallSet {
    words: smallvec::SmallVec<[u64; 1]>,
}

impl SmallSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The set of all numbers below `count`.
    pub fn below(count: usize) -> Self {
        let mut set = Self::new();
        for member in 0..count {
            set.insert(member);
        }
        set
    }

    /// Adds a member; whether it is new.
    pub fn insert(&mut self, member: usize) -> bool {
        let (word, bit) = (member / 64, 1u64 << (member % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        new
    }

    /// Removes a member; whether it was there.
    pub fn remove(&mut self, member: usize) -> bool {
        let (word, bit) = (member / 64, 1u64 << (member % 64));
        let Some(stored) = self.words.get_mut(word) else { return false };
        let there = *stored & bit != 0;
        *stored &= !bit;
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
        there
    }

    /// Whether `member` is in it.
    pub fn contains(&self, member: usize) -> bool {
        self.words.get(member / 64).is_some_and(|word| word & (1 << (member % 64)) != 0)
    }

    /// How many members it has.
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Removes all members.
    pub fn clear(&mut self) {
        self.words.clear();
    }

    /// The members, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

impl fmt::Debug for SmallSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_forgets_its_history() {
        let mut set = SmallSet::new();
        set.insert(3);
        set.insert(200);
        set.remove(200);
        let mut other = SmallSet::new();
        other.insert(3);
        assert_eq!(set, other);
        assert_eq!(set.iter().collect::<Vec<_>>(), [3]);
        assert_eq!(SmallSet::below(130).len(), 130);
    }

    #[test]
    fn sizes_are_exact() {
        let texts = ["0 B", "100 B", "1 KiB", "1025 B", "5 MiB", "3 GiB"];
        let sizes = [0, 100, 1 << 10, 1025, 5 << 20, 3 << 30].map(Bytes);
        assert_eq!(sizes.map(|size| size.to_string()), texts);
        assert_eq!(texts.map(Bytes::parse), sizes.map(Some));
        let short = ["5MB", "5 mib", "5120kb", "5.5 MB", "5", "MB", "99999999999999 GiB"].map(Bytes::parse);
        let five = Some(Bytes(5 << 20));
        assert_eq!(short, [five, five, five, None, None, None, None]);
    }

    #[test]
    fn times_are_seconds() {
        assert_eq!(Micros::millis(200).to_string(), "0.200");
        assert_eq!(Micros(1_000_050).to_string(), "1.000050");
    }
}
