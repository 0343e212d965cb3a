//! The vertex library. Each operator is a few lines; the interesting part is what a failure does to it, and that follows
//! from two things: what it keeps, and what its result depends on.
//!
//! | operator | emits | keeps (in a snapshot) | class |
//! | --- | --- | --- | --- |
//! | [`Logic::Map`] | a function of each record | nothing | free |
//! | [`Logic::Filter`] | the records for which a predicate holds | nothing | free |
//! | [`Logic::Repeat`] | each record several times | nothing | free |
//! | [`Logic::Union`] | every record | nothing | free |
//! | [`Logic::FailOn`] | every record, but throws at one value | nothing | free |
//! | [`Logic::Sum`], [`Logic::Count`] | the total so far, with each record | one number | order-free |
//! | [`Logic::SumPerKey`], [`Logic::CountPerKey`] | the key's total so far | a number for each key | order-free |
//! | [`Logic::Pick`] with min or max | the extreme so far | one record | order-free |
//! | [`Logic::PickPerKey`] with min or max | the key's extreme so far | a record for each key | order-free |
//! | [`Logic::Distinct`] | the first record of each value | the values that came | order-free |
//! | [`Logic::Pick`], [`Logic::PickPerKey`] with last | the record itself | one record (for each key) | order-bound |
//! | [`Logic::OrderSensitive`] | `state * 31 + record` | one number | order-bound |
//! | [`Logic::Window`] | a total for each key and stretch of time, once that is over | the open windows, which are timers | time-bound |
//! | [`Logic::Join`] | the sum of each pair that belongs together | both sides, until no partner can come | time-bound |
//! | [`Logic::Own`] | what a builder's operator says | what it says | taken as order-bound |
//!
//! The class says what a restart may change, although nothing is wrong. After a restart the inputs of a task may be
//! merged in another order, because channels race.
//!
//! - *Free*: nothing. What is emitted depends on the record alone.
//! - *Order-free*: what is emitted on the way. What is kept once the same records have come is the same in any order, and
//!   so is how many records were emitted, and where to. Such a job can be compared with one golden run.
//! - *Order-bound*: everything, within what some order of merging gives. There is no golden run; the witness replays the
//!   order that the run had.
//! - *Time-bound*: order-free as long as no record is late. Whether one is depends on watermarks, which a restart forgets
//!   (R96).
//!
//! What a failure shows. A record that is replayed but was in the snapshot already counts twice in a sum or a count, and
//! not at all in an extreme or a distinct: *those hide an at-least-once job*. A record that is lost is missing in all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::hash::Hasher;

use super::{Foreign, Function, Join, Outputs, Pick, Predicate, Record, Total, Windows};

/// What a vertex computes, as configured.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Logic {
    /// Emits a function of each record. Free; keeps nothing.
    Map(Function),
    /// Passes the records on for which the predicate holds. Free; keeps nothing.
    Filter(Predicate),
    /// Emits each record so many times: a step that may take more room downstream than there is. Free; keeps nothing.
    Repeat(u32),
    /// Keeps the sum of all records and emits it with each. Order-free: a record taken twice shows for ever.
    Sum,
    /// Keeps a sum for each key and emits it with each record. Order-free. Flink: keyed `ValueState`.
    SumPerKey,
    /// Keeps the number of all records and emits it with each. Order-free.
    Count,
    /// Keeps the number of records for each key and emits it with each record. Order-free.
    CountPerKey,
    /// Keeps `state * 31 + record` and emits it: the result depends on the order in which inputs are merged.
    /// Order-bound, and nothing else: for showing that exactly-once does not mean the same result twice.
    OrderSensitive,
    /// Passes records on, but throws at each record of this value: a poison record. Free; no restart gets past it.
    FailOn(i64),
    /// A builder's own operator, as it is before its first record.
    Own(Foreign),
    /// Keeps one of all records, the smallest, largest or last one, and emits it with each. The last one is order-bound, the
    /// others are order-free.
    Pick(Pick),
    /// Keeps one of the records of each key and emits it with each record; see [`Logic::Pick`]. The last one is what a
    /// changelog or an upsert table keeps.
    PickPerKey(Pick),
    /// Passes the first record of each value on, and no other. Behind a hash edge by value all subtasks together do.
    /// Order-free; its state grows for ever.
    Distinct,
    /// Passes every record on: several inputs become one. Free, but what it makes of two orders is one of many.
    Union,
    /// Keeps a total for each key and each stretch of event time of this length, and emits it when that is over: once the
    /// watermark has reached its end. Time-bound. Flink: `TumblingEventTimeWindows` without allowed lateness.
    Window {
        /// The length, in milliseconds; at least 1.
        size: i64,
        /// What it makes of its records.
        total: Total,
    },
    /// Emits the sum of each two records of its two inputs that have one key and are so near in event time. Time-bound.
    /// Flink: `IntervalJoin`.
    Join {
        /// How far apart they may be, in milliseconds; at least 0.
        within: i64,
    },
}

impl Logic {
    /// Whether the number and the route of the outputs, and the state, do not depend on the order of merging.
    pub fn is_order_insensitive(&self) -> bool {
        !matches!(self, Self::OrderSensitive | Self::Own(_) | Self::Pick(Pick::Last) | Self::PickPerKey(Pick::Last))
    }

    /// Whether there is a number for each key.
    pub fn is_keyed(&self) -> bool {
        matches!(
            self,
            Self::SumPerKey | Self::CountPerKey | Self::PickPerKey(_) | Self::Window { .. } | Self::Join { .. }
        )
    }

    /// Whether there is anything to store: an operator without state is the same after a restart.
    pub fn has_state(&self) -> bool {
        !matches!(self, Self::Map(_) | Self::Filter(_) | Self::Repeat(_) | Self::FailOn(_) | Self::Union)
    }

    /// Whether records need a time.
    pub fn needs_event_time(&self) -> bool {
        matches!(self, Self::Window { .. } | Self::Join { .. })
    }
}

/// An operator threw: its task fails.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Failure;

/// What a builder implements to put their own operator in place of ours.
///
/// It must be a deterministic function of its inputs. It is cloned when a snapshot is taken and when an exploration
/// branches; two count as the same when their fingerprints are: feed *everything* that is state into it.
pub trait Operator: Debug + Send + Sync {
    /// Handles one record of the input edge `input` (numbered from 0) and emits what follows from it.
    ///
    /// # Errors
    /// [`Failure`] if it throws; the task then fails.
    fn process(&mut self, input: usize, record: Record, out: &mut Outputs) -> Result<(), Failure>;

    /// Handles a rise of the task's watermark to [`Outputs::watermark`]: fires the timers up to it. What they emit goes
    /// ahead of the watermark. An operator without timers does nothing.
    ///
    /// # Errors
    /// [`Failure`] if it throws; the task then fails.
    fn advance(&mut self, out: &mut Outputs) -> Result<(), Failure> {
        let _ = out;
        Ok(())
    }

    /// The number that a person would look at, for keyed state that of `key`.
    fn view(&self, key: i64) -> i64;

    /// How many entries its state has, for those who count its bytes.
    fn entries(&self) -> u64 {
        1
    }

    /// A copy of the operator as it is.
    fn boxed(&self) -> Box<dyn Operator>;

    /// Feeds everything that is state into `hasher`.
    fn fingerprint(&self, hasher: &mut dyn Hasher);
}

/// A running operator: its configuration, where it has one, beside its state.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Operation {
    /// See [`Logic::Map`].
    Map(Function),
    /// See [`Logic::Filter`].
    Filter(Predicate),
    /// See [`Logic::Repeat`].
    Repeat(u32),
    /// See [`Logic::Sum`]: the total.
    Sum(i64),
    /// See [`Logic::SumPerKey`]: the totals.
    SumPerKey(BTreeMap<i64, i64>),
    /// See [`Logic::Count`]: the count.
    Count(i64),
    /// See [`Logic::CountPerKey`]: the counts.
    CountPerKey(BTreeMap<i64, i64>),
    /// See [`Logic::OrderSensitive`]: the value so far.
    OrderSensitive(i64),
    /// See [`Logic::FailOn`].
    FailOn(i64),
    /// See [`Logic::Own`].
    Own(Foreign),
    /// See [`Logic::Pick`]: the record that is kept, if any came.
    Pick(Pick, Option<i64>),
    /// See [`Logic::PickPerKey`]: the records that are kept.
    PickPerKey(Pick, BTreeMap<i64, i64>),
    /// See [`Logic::Distinct`]: the values that came.
    Distinct(BTreeSet<i64>),
    /// See [`Logic::Union`].
    Union,
    /// See [`Logic::Window`]: the open windows.
    Window(Windows),
    /// See [`Logic::Join`]: the records that may still find a partner.
    Join(Join),
}

impl Operation {
    /// The operator before its first record.
    pub fn new(logic: &Logic) -> Self {
        match logic {
            &Logic::Map(function) => Self::Map(function),
            &Logic::Filter(predicate) => Self::Filter(predicate),
            &Logic::Repeat(times) => Self::Repeat(times),
            Logic::Sum => Self::Sum(0),
            Logic::SumPerKey => Self::SumPerKey(BTreeMap::new()),
            Logic::Count => Self::Count(0),
            Logic::CountPerKey => Self::CountPerKey(BTreeMap::new()),
            Logic::OrderSensitive => Self::OrderSensitive(0),
            &Logic::FailOn(value) => Self::FailOn(value),
            Logic::Own(foreign) => Self::Own(foreign.clone()),
            &Logic::Pick(pick) => Self::Pick(pick, None),
            &Logic::PickPerKey(pick) => Self::PickPerKey(pick, BTreeMap::new()),
            Logic::Distinct => Self::Distinct(BTreeSet::new()),
            Logic::Union => Self::Union,
            &Logic::Window { size, total } => Self::Window(Windows::new(size, total)),
            &Logic::Join { within } => Self::Join(Join::new(within)),
        }
    }

    /// Handles one record of the input edge `input`.
    ///
    /// # Errors
    /// [`Failure`] if it throws.
    pub fn process(&mut self, input: usize, record: Record, out: &mut Outputs) -> Result<(), Failure> {
        let Record { key, value, .. } = record;
        match self {
            Self::Map(function) => out.push(key, function.of(value)),
            Self::Filter(predicate) => {
                if predicate.holds(value) {
                    out.push(key, value);
                }
            }
            Self::Repeat(times) => (0..*times).for_each(|_| out.push(key, value)),
            Self::Sum(total) => {
                *total = total.wrapping_add(value);
                out.push(key, *total);
            }
            Self::SumPerKey(totals) => {
                let total = totals.entry(key).or_insert(0);
                *total = total.wrapping_add(value);
                out.push(key, *total);
            }
            Self::Count(count) => {
                *count += 1;
                out.push(key, *count);
            }
            Self::CountPerKey(counts) => {
                let count = counts.entry(key).or_insert(0);
                *count += 1;
                out.push(key, *count);
            }
            Self::OrderSensitive(state) => {
                *state = state.wrapping_mul(31).wrapping_add(value);
                out.push(key, *state);
            }
            Self::FailOn(poison) if *poison == value => return Err(Failure),
            Self::FailOn(_) => out.push(key, value),
            Self::Own(foreign) => return foreign.process(input, record, out),
            Self::Pick(pick, kept) => out.push(key, *kept.insert(pick.of(*kept, value))),
            Self::PickPerKey(pick, kept) => {
                let picked = pick.of(kept.get(&key).copied(), value);
                kept.insert(key, picked);
                out.push(key, picked);
            }
            Self::Distinct(seen) => {
                if seen.insert(value) {
                    out.push(key, value);
                }
            }
            Self::Union => out.push(key, value),
            Self::Window(windows) => return windows.process(record, out),
            Self::Join(join) => return join.process(input, record, out),
        }
        Ok(())
    }

    /// Handles a rise of the task's watermark: timers fire (R95).
    ///
    /// # Errors
    /// [`Failure`] if it throws.
    pub fn advance(&mut self, out: &mut Outputs) -> Result<(), Failure> {
        match self {
            Self::Window(windows) => windows.advance(out),
            Self::Join(join) => join.advance(out),
            Self::Own(foreign) => return foreign.advance(out),
            Self::Map(_)
            | Self::Filter(_)
            | Self::Repeat(_)
            | Self::Sum(_)
            | Self::SumPerKey(_)
            | Self::Count(_)
            | Self::CountPerKey(_)
            | Self::OrderSensitive(_)
            | Self::FailOn(_)
            | Self::Pick(..)
            | Self::PickPerKey(..)
            | Self::Distinct(_)
            | Self::Union => {}
        }
        Ok(())
    }

    /// The number that a person would look at, for keyed state that of `key`.
    pub fn view(&self, key: i64) -> i64 {
        match self {
            Self::Sum(number) | Self::Count(number) | Self::OrderSensitive(number) => *number,
            Self::SumPerKey(numbers) | Self::CountPerKey(numbers) | Self::PickPerKey(_, numbers) => {
                numbers.get(&key).copied().unwrap_or(0)
            }
            Self::Own(foreign) => foreign.view(key),
            Self::Pick(_, kept) => kept.unwrap_or(0),
            Self::Distinct(seen) => seen.len() as i64,
            Self::Window(windows) => windows.view(key),
            Self::Join(join) => join.view(key),
            Self::Map(_) | Self::Filter(_) | Self::Repeat(_) | Self::FailOn(_) | Self::Union => 0,
        }
    }

    /// How many entries its state has: as many as there are keys, values or records in it.
    pub fn entries(&self) -> u64 {
        match self {
            Self::Sum(_) | Self::Count(_) | Self::OrderSensitive(_) => 1,
            Self::Pick(_, kept) => u64::from(kept.is_some()),
            Self::SumPerKey(numbers) | Self::CountPerKey(numbers) | Self::PickPerKey(_, numbers) => {
                numbers.len() as u64
            }
            Self::Distinct(seen) => seen.len() as u64,
            Self::Window(windows) => windows.entries(),
            Self::Join(join) => join.entries(),
            Self::Own(foreign) => foreign.entries(),
            Self::Map(_) | Self::Filter(_) | Self::Repeat(_) | Self::FailOn(_) | Self::Union => 0,
        }
    }

    /// The keys with a number of their own, ascending; none where state is not keyed.
    pub fn keys(&self) -> impl Iterator<Item = i64> + '_ {
        let keyed = match self {
            Self::SumPerKey(numbers) | Self::CountPerKey(numbers) | Self::PickPerKey(_, numbers) => Some(numbers),
            _ => None,
        };
        let in_time = match self {
            Self::Window(windows) => windows.keys(),
            Self::Join(join) => join.keys(),
            _ => BTreeSet::new(),
        };
        keyed.into_iter().flat_map(|numbers| numbers.keys().copied()).chain(in_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Name;

    /// Records by key and value; what is emitted for each, and what key 1 shows in the end.
    #[track_caller]
    fn check(logic: &Logic, records: &[(i64, i64)], emitted: &[&[i64]], view: i64) {
        let mut operation = Operation::new(logic);
        let mut out = Outputs::default();
        let mut saw = Vec::new();
        for &(key, value) in records {
            let record = Record { name: Name(0), time: None, key, value };
            out.start(Default::default(), &record, super::super::time::START);
            operation.process(0, record, &mut out).expect("it does not throw");
            saw.push(out.records().iter().map(|record| record.value).collect::<Vec<_>>());
        }
        assert_eq!(saw, emitted);
        assert_eq!(operation.view(1), view);
        assert_eq!(operation.keys().count() > 0, logic.is_keyed());
    }

    const RECORDS: [(i64, i64); 4] = [(1, 5), (2, 3), (1, 9), (1, 5)];

    #[test]
    fn one_of_all() {
        check(&Logic::Pick(Pick::Min), &RECORDS, &[&[5], &[3], &[3], &[3]], 3);
        check(&Logic::Pick(Pick::Max), &RECORDS, &[&[5], &[5], &[9], &[9]], 9);
        check(&Logic::Pick(Pick::Last), &RECORDS, &[&[5], &[3], &[9], &[5]], 5);
        check(&Logic::Pick(Pick::Min), &[], &[], 0);
    }

    #[test]
    fn one_of_each_key() {
        check(&Logic::PickPerKey(Pick::Min), &RECORDS, &[&[5], &[3], &[5], &[5]], 5);
        check(&Logic::PickPerKey(Pick::Max), &RECORDS, &[&[5], &[3], &[9], &[9]], 9);
        check(&Logic::PickPerKey(Pick::Last), &RECORDS, &[&[5], &[3], &[9], &[5]], 5);
    }

    #[test]
    fn what_passes() {
        check(&Logic::Distinct, &RECORDS, &[&[5], &[3], &[9], &[]], 3);
        check(&Logic::Union, &RECORDS, &[&[5], &[3], &[9], &[5]], 0);
    }
}
