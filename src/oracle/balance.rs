//! Records as the judges count them: a number and a sum of names, which can be added up in any order.

use crate::ids::Name;

/// A multiset of records, as far as it can be added and subtracted: how many, and the wrapping sum of their names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Balance {
    /// The wrapping sum of the names.
    pub sum: u128,
    /// How many; below zero if more were taken out than put in.
    pub count: i64,
}

impl Balance {
    /// Puts a record in.
    #[inline]
    pub fn add(&mut self, name: Name) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(name.0);
    }

    /// Takes a record out.
    #[inline]
    pub fn subtract(&mut self, name: Name) {
        self.count -= 1;
        self.sum = self.sum.wrapping_sub(name.0);
    }

    /// Whether what was put in is what was taken out.
    pub fn is_even(self) -> bool {
        self == Self::default()
    }
}

/// So many records, in words.
pub(super) fn records(count: u64) -> String {
    plural(count, "record")
}

/// So many things of a kind, in words.
pub(super) fn plural(count: u64, kind: &str) -> String {
    if count == 1 { format!("1 {kind}") } else { format!("{count} {kind}s") }
}
