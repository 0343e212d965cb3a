//! The vertex library. Each operator is a few lines; the interesting part is what a failure does to them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hasher;

use super::{Foreign, Outputs, Record};

/// A function of one value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Function {
    /// `x + n`
    Add(i64),
    /// `x * n`
    Multiply(i64),
    /// The remainder of `x / n`, never negative. `n` is at least 1.
    Remainder(i64),
    /// `-x`
    Negate,
}

impl Function {
    /// Applies it; overflow wraps.
    pub fn of(self, x: i64) -> i64 {
        match self {
            Self::Add(n) => x.wrapping_add(n),
            Self::Multiply(n) => x.wrapping_mul(n),
            Self::Remainder(n) => x.rem_euclid(n),
            Self::Negate => x.wrapping_neg(),
        }
    }
}

/// A question about one value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Predicate {
    /// Divisible by two.
    Even,
    /// Not divisible by two.
    Odd,
    /// At least this.
    AtLeast(i64),
    /// Smaller than this.
    Below(i64),
    /// Divisible by this; at least 1.
    MultipleOf(i64),
}

impl Predicate {
    /// Whether it holds for `x`.
    pub fn holds(self, x: i64) -> bool {
        match self {
            Self::Even => x % 2 == 0,
            Self::Odd => x % 2 != 0,
            Self::AtLeast(n) => x >= n,
            Self::Below(n) => x < n,
            Self::MultipleOf(n) => x % n == 0,
        }
    }
}

/// What a vertex computes, as configured.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Logic {
    /// Emits a function of each record.
    Map(Function),
    /// Passes the records on for which the predicate holds.
    Filter(Predicate),
    /// Emits each record so many times.
    Repeat(u32),
    /// Keeps the sum of all records and emits it with each.
    Sum,
    /// Keeps a sum for each key and emits it with each record.
    SumPerKey,
    /// Keeps the number of all records and emits it with each.
    Count,
    /// Keeps the number of records for each key and emits it with each record.
    CountPerKey,
    /// Keeps `state * 31 + record` and emits it: the result depends on the order in which inputs are merged.
    OrderSensitive,
    /// Passes records on, but throws at each record of this value: a poison record.
    FailOn(i64),
    /// A builder's own operator, as it is before its first record.
    Own(Foreign),
}

impl Logic {
    /// Whether the number and the route of the outputs, and the state, do not depend on the order of merging.
    pub fn is_order_insensitive(&self) -> bool {
        !matches!(self, Self::OrderSensitive | Self::Own(_))
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

    /// The number that a person would look at, for keyed state that of `key`.
    fn view(&self, key: i64) -> i64;

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
        }
        Ok(())
    }

    /// The number that a person would look at, for keyed state that of `key`.
    pub fn view(&self, key: i64) -> i64 {
        match self {
            Self::Sum(number) | Self::Count(number) | Self::OrderSensitive(number) => *number,
            Self::SumPerKey(numbers) | Self::CountPerKey(numbers) => numbers.get(&key).copied().unwrap_or(0),
            Self::Own(foreign) => foreign.view(key),
            Self::Map(_) | Self::Filter(_) | Self::Repeat(_) | Self::FailOn(_) => 0,
        }
    }

    /// The keys with a number of their own, ascending; none where state is not keyed.
    pub fn keys(&self) -> impl Iterator<Item = i64> + '_ {
        let keyed = match self {
            Self::SumPerKey(numbers) | Self::CountPerKey(numbers) => Some(numbers),
            _ => None,
        };
        keyed.into_iter().flat_map(|numbers| numbers.keys().copied())
    }
}
