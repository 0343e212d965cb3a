//! An inner join of two inputs by key, of records that are at most so far apart in event time. Flink: an interval join.
//!
//! Both sides are kept until the watermark says that no partner can follow (R95); so the state stays small, and every
//! pair is found whichever of the two comes first. A record behind the watermark is late and dropped: what it could be
//! joined with may be gone.

use std::collections::{BTreeMap, BTreeSet};

use super::{Failure, Outputs, Record};
use crate::ids::Name;

/// The records of one side: by key, time and name, with their values.
type Side = BTreeMap<(i64, i64, Name), i64>;

/// The join of a task.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Join {
    within: i64,
    sides: [Side; 2],
}

impl Join {
    /// Nothing has come yet. `within` is in milliseconds, at least 0.
    pub fn new(within: i64) -> Self {
        Self { within, sides: [Side::new(), Side::new()] }
    }

    /// Takes a record of the first or the second input: emits the sum of the two values for each partner that is there,
    /// at the time of the later one, in the order of the partners' times; or drops it if it is late.
    ///
    /// # Errors
    /// [`Failure`] if the record has no time, or comes from another input.
    pub fn process(&mut self, input: usize, record: Record, out: &mut Outputs) -> Result<(), Failure> {
        let Record { name, time, key, value } = record;
        let time = time.ok_or(Failure)?;
        if time <= out.watermark() {
            out.drop_late();
            return Ok(());
        }
        let (own, other) = match (input, &mut self.sides) {
            (0, [left, right]) => (left, right),
            (1, [left, right]) => (right, left),
            _ => return Err(Failure),
        };
        let from = (key, time.saturating_sub(self.within), Name(0));
        let until = (key, time.saturating_add(self.within), Name(u128::MAX));
        for (&(_, other_time, other_name), other_value) in other.range(from..=until) {
            out.push_pair(key, [name, other_name], value.wrapping_add(*other_value), time.max(other_time));
        }
        own.insert((key, time, name), value);
        Ok(())
    }

    /// Forgets what can have no partner any more.
    pub fn advance(&mut self, out: &mut Outputs) {
        let (within, watermark) = (self.within, out.watermark());
        let mut forgotten = BTreeSet::new();
        for side in &mut self.sides {
            side.retain(|&(key, time, _), _| {
                let keeps = time.saturating_add(within) > watermark;
                if !keeps {
                    forgotten.insert(key);
                }
                keeps
            });
        }
        out.forget(forgotten);
    }

    /// How many records of a key are kept, both sides together.
    pub fn view(&self, key: i64) -> i64 {
        let of_key = |side: &Side| side.range((key, i64::MIN, Name(0))..=(key, i64::MAX, Name(u128::MAX))).count();
        self.sides.iter().map(of_key).sum::<usize>() as i64
    }

    /// How many records are kept.
    pub fn entries(&self) -> u64 {
        self.sides.iter().map(|side| side.len() as u64).sum()
    }

    /// The keys of which records are kept.
    pub fn keys(&self) -> BTreeSet<i64> {
        self.sides.iter().flat_map(|side| side.keys().map(|&(key, ..)| key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::time;

    /// Runs `left|right <time> <key> <value>` and `watermark <w>`; says what is emitted as `time:value`, what is
    /// dropped, and how much is kept of key 1 in the end.
    #[track_caller]
    fn check(story: &str, expected: &str, kept: i64) {
        let mut join = Join::new(5);
        let mut out = Outputs::default();
        let (mut watermark, mut saw) = (time::START, Vec::new());
        for (nth, line) in (0..).zip(story.split(',')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let number = |at: usize| words[at].parse::<i64>().expect("a number");
            if words[0] == "watermark" {
                watermark = number(1);
                out.start_firing(Default::default(), watermark);
                join.advance(&mut out);
                assert!(out.forgotten().iter().all(|&key| key == 1));
                continue;
            }
            let record = Record { name: Name(nth), time: Some(number(1)), key: number(2), value: number(3) };
            out.start(Default::default(), &record, watermark);
            join.process(usize::from(words[0] == "right"), record, &mut out).expect("it has a time");
            saw.extend(out.records().iter().map(|pair| format!("{}:{}", pair.time.unwrap_or(0), pair.value)));
            if out.is_late() {
                saw.push(format!("late {}", record.value));
            }
        }
        assert_eq!((saw.join(" ").as_str(), join.view(1)), (expected, kept));
    }

    #[test]
    fn pairs_of_one_key_that_are_near_enough() {
        check("left 10 1 100, right 15 1 1, right 16 1 2, right 5 1 3, right 10 2 4", "15:101 10:103", 4);
        check("right 12 1 1, right 11 1 2, left 10 1 100", "11:102 12:101", 3);
    }

    #[test]
    fn r95_what_can_have_no_partner_is_forgotten() {
        check("left 10 1 100, watermark 14, right 15 1 1", "15:101", 2);
        check("left 10 1 100, watermark 15, right 16 1 1", "", 1);
    }

    #[test]
    fn r96_a_late_record_is_dropped() {
        check("left 10 1 100, watermark 12, right 12 1 1, right 13 1 2", "late 1 13:102", 2);
    }

    #[test]
    fn a_pair_has_one_name() {
        let name = |first: usize| {
            let mut join = Join::new(5);
            let mut out = Outputs::default();
            for input in [first, 1 - first] {
                let record = Record { name: Name(input as u128 + 7), time: Some(0), key: 1, value: 1 };
                out.start(Default::default(), &record, time::START);
                join.process(input, record, &mut out).expect("it has a time");
            }
            out.records()[0].name
        };
        assert_eq!(name(0), name(1));
    }
}
