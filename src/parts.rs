//! What is made of many parts, for those who try many steps of many states: a step reads few of them and changes fewer.
//!
//! A [`Part`] knows whether it was read or written since it was last asked; nobody has to say so. A [`Table`] keeps each
//! different value of a kind of part once, under a number: what is made of parts is then a row of numbers, and a step of
//! which the same parts have the same numbers does the same. A [`Visit`] goes through the parts of a whole in a fixed
//! order.

mod index;

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

use rapidhash::quality::RapidHasher;

pub(crate) use index::Index;

/// Hashes a part, fast. Never stored: it differs between versions and platforms.
pub(crate) fn print(part: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = RapidHasher::default_const();
    part.hash(&mut hasher);
    hasher.finish()
}

/// A part that knows whether it was touched. It reads and writes like what it holds, and is equal to what is equal to
/// that.
#[derive(Default)]
pub struct Part<T> {
    value: T,
    read: Cell<bool>,
    written: bool,
}

impl<T> Part<T> {
    /// This, untouched.
    pub fn new(value: T) -> Self {
        Self { value, read: Cell::new(false), written: false }
    }

    /// What it holds, without a trace: for what is no part of a step.
    pub fn peek(&self) -> &T {
        &self.value
    }
}

impl<T> Deref for Part<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        self.read.set(true);
        &self.value
    }
}

impl<T> DerefMut for Part<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        self.written = true;
        &mut self.value
    }
}

impl<T: Clone> Clone for Part<T> {
    fn clone(&self) -> Self {
        self.read.set(true);
        Self::new(self.value.clone())
    }

    fn clone_from(&mut self, other: &Self) {
        other.read.set(true);
        self.value.clone_from(&other.value);
        self.written = true;
    }
}

impl<T: PartialEq> PartialEq for Part<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Part<T> {}

impl<T: Hash> Hash for Part<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Part<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

/// The different values of a kind of part, each under a number.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    values: Vec<T>,
    numbers: Index,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: Index::default() }
    }
}

impl<T: Clone + Eq + Hash> Table<T> {
    /// The number of a value.
    fn number(&mut self, value: &T) -> u32 {
        let print = print(value);
        let Self { values, numbers } = self;
        numbers.find(print, |number| values[number as usize] == *value).unwrap_or_else(|| {
            values.push(value.clone());
            numbers.add(print)
        })
    }
}

/// Does something with each part of a whole.
pub(crate) trait Visit {
    /// Goes to the next part.
    fn part<T: Clone + Eq + Hash>(&mut self, part: &mut Part<T>, table: &mut Table<T>);
}

/// Makes a whole that is one row into another one. Afterwards nothing has been touched.
pub(crate) struct Become<'a> {
    pub(crate) here: &'a mut [u32],
    pub(crate) there: &'a [u32],
    pub(crate) place: usize,
}

impl Visit for Become<'_> {
    #[inline]
    fn part<T: Clone + Eq + Hash>(&mut self, part: &mut Part<T>, table: &mut Table<T>) {
        let there = self.there[self.place];
        let here = &mut self.here[self.place];
        // What was written since the row was kept is not what it says.
        if *here != there || part.written {
            part.value.clone_from(&table.values[there as usize]);
            *here = there;
        }
        part.read.set(false);
        part.written = false;
        self.place += 1;
    }
}

/// Notes what was touched of a whole: keeps its row, and lists what was read or written, and what is another one now.
/// Afterwards nothing has been touched.
pub(crate) struct Note<'a> {
    pub(crate) here: &'a mut [u32],
    pub(crate) reads: &'a mut Vec<u32>,
    pub(crate) changes: &'a mut Vec<(u32, u32)>,
    pub(crate) place: usize,
}

impl Visit for Note<'_> {
    #[inline]
    fn part<T: Clone + Eq + Hash>(&mut self, part: &mut Part<T>, table: &mut Table<T>) {
        if part.read.get() || part.written {
            self.reads.push(self.place as u32);
        }
        if part.written {
            let number = table.number(&part.value);
            if self.here[self.place] != number {
                self.here[self.place] = number;
                self.changes.push((self.place as u32, number));
            }
        }
        part.read.set(false);
        part.written = false;
        self.place += 1;
    }
}

/// Keeps the row of a whole of which nothing is known.
pub(crate) struct Number<'a> {
    pub(crate) row: &'a mut Vec<u32>,
}

impl Visit for Number<'_> {
    fn part<T: Clone + Eq + Hash>(&mut self, part: &mut Part<T>, table: &mut Table<T>) {
        self.row.push(table.number(&part.value));
        part.read.set(false);
        part.written = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(parts: &mut [Part<u8>; 3], table: &mut Table<u8>, here: &mut [u32]) -> (Vec<u32>, Vec<(u32, u32)>) {
        let (mut reads, mut changes) = (Vec::new(), Vec::new());
        let mut note = Note { here, reads: &mut reads, changes: &mut changes, place: 0 };
        parts.iter_mut().for_each(|part| note.part(part, table));
        (reads, changes)
    }

    #[test]
    fn a_part_knows_who_touched_it() {
        let (mut parts, mut table, mut row) = ([5, 5, 7].map(Part::new), Table::default(), Vec::new());
        parts.iter_mut().for_each(|part| Number { row: &mut row }.part(part, &mut table));
        assert_eq!(row, [0, 0, 1]);
        let start = row.clone();
        *parts[0] += u8::from(*parts[2] == 7);
        *parts[2] = 7;
        assert_eq!(noted(&mut parts, &mut table, &mut row), (vec![0, 2], vec![(0, 2)]));
        assert_eq!(row, [2, 0, 1]);
        assert_eq!(noted(&mut parts, &mut table, &mut row), (vec![], vec![]));
        let mut back = Become { here: &mut row, there: &start, place: 0 };
        parts.iter_mut().for_each(|part| back.part(part, &mut table));
        assert_eq!(noted(&mut parts, &mut table, &mut row), (vec![], vec![]));
        // To compare is to read.
        assert_eq!(parts, [5, 5, 7].map(Part::new));
        assert_eq!(noted(&mut parts, &mut table, &mut row), (vec![0, 1, 2], vec![]));
    }
}
