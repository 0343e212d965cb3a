//! A set of small numbers.

use std::fmt;

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
        while self.words.len() <= word {
            self.words.push(0);
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
}
