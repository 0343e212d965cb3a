//! The states that were seen, by their prints. Most of the time of a large search is spent here, waiting for memory: so a
//! look touches one place, and the looks for all that comes of a state are made in a row, where they can overlap.

/// A set of prints: slots that are free (0) or taken, one behind the other from where the print says.
#[derive(Debug, Default)]
pub(in crate::explore) struct Known {
    /// A power of two of them, or none.
    slots: Vec<u64>,
    count: usize,
}

impl Known {
    /// Whether a print is there.
    #[inline]
    pub(in crate::explore) fn contains(&self, print: u64) -> bool {
        !self.slots.is_empty() && self.slots[self.place(print)] != 0
    }

    /// Adds a print; whether it was not there.
    #[inline]
    pub(in crate::explore) fn insert(&mut self, print: u64) -> bool {
        if self.count * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let place = self.place(print);
        if self.slots[place] != 0 {
            return false;
        }
        self.slots[place] = stored(print);
        self.count += 1;
        true
    }

    /// How many there are.
    pub(in crate::explore) fn len(&self) -> usize {
        self.count
    }

    /// Where a print is, or would be.
    #[inline]
    fn place(&self, print: u64) -> usize {
        let (last, print) = (self.slots.len() - 1, stored(print));
        let mut place = print as usize & last;
        while self.slots[place] != 0 && self.slots[place] != print {
            place = (place + 1) & last;
        }
        place
    }

    fn grow(&mut self) {
        let before = std::mem::take(&mut self.slots);
        self.slots = vec![0; (before.len() * 2).max(1 << 10)];
        for print in before.into_iter().filter(|&print| print != 0) {
            let place = self.place(print);
            self.slots[place] = print;
        }
    }
}

/// What stands for a print in a slot. Two prints become one: the chance is that of any two.
const fn stored(print: u64) -> u64 {
    if print == 0 { 1 } else { print }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_is_new_once() {
        let mut known = Known::default();
        assert!(!known.contains(7));
        let print = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for number in 0..5_000 {
            assert!(!known.contains(print(number)) && known.insert(print(number)), "{number}");
        }
        for number in 0..5_000 {
            assert!(known.contains(print(number)) && !known.insert(print(number)), "{number}");
        }
        assert!(!known.contains(print(5_000)));
    }
}
