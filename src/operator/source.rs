//! Where records come from. A source has splits: logs that can be read again from any offset.

use smallvec::SmallVec;

use super::record::source_name;
use super::{EventTime, Record};
use crate::ids::VertexId;

/// What a source reads. The elements are dealt to its splits in turn: element 0 to split 0, element 1 to split 1, ...
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Records {
    /// These values.
    List(Vec<i64>),
    /// `from`, `from + step`, ... up to `to` at most.
    Range {
        /// The first value.
        from: i64,
        /// No value is larger.
        to: i64,
        /// The distance; at least 1.
        step: i64,
    },
    /// These values in order, again and again.
    Repeat {
        /// The pattern; an empty one repeats to nothing.
        of: Vec<i64>,
        /// How often; `None`: without end.
        times: Option<u64>,
    },
    /// 1, 2, 3, ... without end.
    Endless,
}

/// How many elements a source has that has no end: nobody reads that far.
const WITHOUT_END: u64 = i64::MAX as u64;

impl Records {
    /// Whether there is no last element. Such a source never says that its data has ended; an untimed run reads no more
    /// of it than the plan's limit of records, a timed one goes on until it is stopped.
    pub fn is_endless(&self) -> bool {
        match self {
            Self::List(_) | Self::Range { .. } => false,
            Self::Repeat { of, times } => times.is_none() && !of.is_empty(),
            Self::Endless => true,
        }
    }

    /// How many elements there are in all; more than anybody reads if there is no end. Of 2^64 the last is not counted.
    pub fn len(&self) -> u64 {
        match self {
            Self::List(values) => values.len() as u64,
            Self::Repeat { of, times } => {
                times.map_or(WITHOUT_END, |times| times.saturating_mul(of.len() as u64)).min(match of.len() {
                    0 => 0,
                    _ => WITHOUT_END,
                })
            }
            Self::Endless => WITHOUT_END,
            &Self::Range { from, to, step } if to >= from => {
                (to.abs_diff(from) / step.unsigned_abs().max(1)).saturating_add(1)
            }
            Self::Range { .. } => 0,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many elements split `split` of `splits` has.
    pub fn in_split(&self, split: u32, splits: u32) -> u64 {
        let (split, splits) = (u64::from(split), u64::from(splits));
        let (each, rest) = (self.len() / splits, self.len() % splits);
        each + u64::from(split < rest)
    }

    /// Element `index` of split `split` of `splits`.
    pub fn value(&self, split: u32, splits: u32, index: u64) -> i64 {
        let element = index * u64::from(splits) + u64::from(split);
        match self {
            Self::List(values) => values[element as usize],
            Self::Range { from, step, .. } => from.wrapping_add(step.wrapping_mul(element as i64)),
            Self::Repeat { of, .. } => of[(element % of.len() as u64) as usize],
            Self::Endless => (element as i64).wrapping_add(1),
        }
    }
}

/// How a source's splits are shared out: subtask `i` of `p` owns the splits `i`, `i + p`, `i + 2p`, ...
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Share {
    /// The source.
    pub vertex: VertexId,
    /// How many splits it has.
    pub splits: u32,
    /// The subtask.
    pub subtask: u32,
    /// The source's parallelism.
    pub parallelism: u32,
    /// What time its records bear, if any.
    pub event_time: Option<EventTime>,
}

impl Share {
    /// How many splits the subtask owns.
    pub fn owned(self) -> usize {
        let (each, rest) = (self.splits / self.parallelism, self.splits % self.parallelism);
        (each + u32::from(self.subtask < rest)) as usize
    }

    /// The number of the `slot`-th split that the subtask owns.
    pub fn split(self, slot: usize) -> u32 {
        self.subtask + slot as u32 * self.parallelism
    }
}

/// How far a source subtask has read each split that it owns.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct SourceState {
    /// Elements read, for each owned split.
    pub offsets: SmallVec<[u64; 2]>,
}

/// One element, read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Read {
    /// The split it came from.
    pub split: u32,
    /// Its offset there.
    pub index: u64,
    /// The record it became.
    pub record: Record,
}

impl SourceState {
    /// Nothing read yet.
    pub fn new(share: Share) -> Self {
        Self { offsets: SmallVec::from_elem(0, share.owned()) }
    }

    /// How many elements were read in all.
    pub fn emitted(&self) -> u64 {
        self.offsets.iter().sum()
    }

    /// The slot to read next: the split that is least far, the lowest among equals; `None` when all are exhausted.
    pub fn next_slot(&self, records: &Records, share: Share) -> Option<usize> {
        let open = |&slot: &usize| self.offsets[slot] < records.in_split(share.split(slot), share.splits);
        (0..self.offsets.len()).filter(open).min_by_key(|&slot| self.offsets[slot])
    }

    /// Reads the next element of `slot`.
    pub fn read(&mut self, slot: usize, records: &Records, share: Share) -> Read {
        let (split, index) = (share.split(slot), self.offsets[slot]);
        self.offsets[slot] += 1;
        let value = records.value(split, share.splits, index);
        let element = index * u64::from(share.splits) + u64::from(split);
        let time = share.event_time.map(|event_time| event_time.of(element, value));
        Read { split, index, record: Record { name: source_name(share.vertex, split, index), time, key: value, value } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_dealt_in_turn() {
        let records = Records::Range { from: 1, to: 10, step: 2 };
        assert_eq!(records.len(), 5);
        assert_eq!((records.in_split(0, 2), records.in_split(1, 2), records.in_split(2, 9)), (3, 2, 1));
        assert_eq!((records.value(1, 2, 0), records.value(0, 2, 2)), (3, 9));
        assert_eq!(Records::Range { from: 2, to: 1, step: 1 }.len(), 0);
    }

    #[track_caller]
    fn check(records: &Records, len: Option<u64>, first: [i64; 5]) {
        assert_eq!(records.is_endless(), len.is_none());
        assert_eq!(records.len(), len.unwrap_or(WITHOUT_END));
        assert_eq!(std::array::from_fn(|index| records.value(0, 1, index as u64)), first);
    }

    #[test]
    fn patterns_repeat() {
        let repeat = |times| Records::Repeat { of: vec![7, 8], times };
        check(&repeat(Some(3)), Some(6), [7, 8, 7, 8, 7]);
        check(&repeat(None), None, [7, 8, 7, 8, 7]);
        check(&Records::Endless, None, [1, 2, 3, 4, 5]);
        let nothing = |times| Records::Repeat { of: vec![], times };
        assert_eq!(
            [nothing(None), nothing(Some(3))].map(|records| (records.is_endless(), records.len())),
            [(false, 0); 2]
        );
        assert_eq!((Records::Endless.value(1, 3, 2), Records::Endless.in_split(2, 3)), (8, WITHOUT_END / 3));
    }

    #[test]
    fn the_longest_range_can_be_counted() {
        let records = Records::Range { from: i64::MIN, to: i64::MAX, step: 1 };
        assert_eq!((records.len(), records.in_split(0, 2), records.in_split(1, 2)), (u64::MAX, 1 << 63, (1 << 63) - 1));
        assert_eq!(records.value(1, 2, (1 << 63) - 2), i64::MAX - 2);
        let share = Share { vertex: VertexId(0), splits: u32::MAX, subtask: 1, parallelism: 2, event_time: None };
        assert_eq!((share.owned(), share.split(share.owned() - 1)), ((1 << 31) - 1, u32::MAX - 2));
    }

    #[test]
    fn a_subtask_reads_its_splits_evenly() {
        let share = Share { vertex: VertexId(0), splits: 3, subtask: 0, parallelism: 2, event_time: None };
        let records = Records::List(vec![10, 11, 12, 13]);
        let mut state = SourceState::new(share);
        let mut values = Vec::new();
        while let Some(slot) = state.next_slot(&records, share) {
            values.push(state.read(slot, &records, share).record.value);
        }
        assert_eq!(values, [10, 12, 13]);
    }
}
