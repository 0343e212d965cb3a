//! Finds numbers by prints: what a hash map does, without an order that anybody could see.

/// Numbers from 0, each found by the print that it was given with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// A power of two of slots: 0, or the upper half of a print and, in the lower half, the number plus 1.
    slots: Vec<u64>,
    /// The print of each number.
    prints: Vec<u64>,
}

impl Index {
    /// The number with this print that `is` meant; several may have one print.
    #[inline]
    pub(crate) fn find(&self, print: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let last = self.slots.len().checked_sub(1)?;
        let mut place = print as usize & last;
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                return None;
            }
            if slot >> 32 == print >> 32 && is(slot as u32 - 1) {
                return Some(slot as u32 - 1);
            }
            place = (place + 1) & last;
        }
    }

    /// Gives out the next number, with this print.
    pub(crate) fn add(&mut self, print: u64) -> u32 {
        self.prints.push(print);
        let count = self.prints.len();
        if count * 4 > self.slots.len() * 3 {
            self.slots = vec![0; (count * 2).next_power_of_two().max(8)];
            (0..count).for_each(|number| self.put(number));
        } else {
            self.put(count - 1);
        }
        count as u32 - 1
    }

    fn put(&mut self, number: usize) {
        let (print, last) = (self.prints[number], self.slots.len() - 1);
        let mut place = print as usize & last;
        while self.slots[place] != 0 {
            place = (place + 1) & last;
        }
        self.slots[place] = print >> 32 << 32 | (number as u64 + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_by_print() {
        let mut index = Index::default();
        assert_eq!(index.find(5, |_| true), None);
        let print = |number: u64| (number / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (0..1_000).for_each(|number| assert_eq!(u64::from(index.add(print(number))), number));
        for number in 0..1_000 {
            assert_eq!(index.find(print(number), |found| u64::from(found) == number), Some(number as u32));
        }
        assert_eq!(index.find(print(2_000), |_| true), None);
    }
}
