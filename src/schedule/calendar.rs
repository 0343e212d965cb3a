//! A calendar queue: pending offers by due time, in buckets of one tick each for the near future, in a heap beyond.
//!
//! A binary heap would do; with ten thousand tasks its cache misses are what a step costs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::action::Fresh;

const BUCKETS: usize = 1_024;

/// An offer that waits, smaller if it is due earlier or was made earlier.
type Key = (u64, u64, u32);

/// Pending offers, earliest first.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// The first tick that the buckets cover; none before it holds anything but late arrivals.
    start: u64,
    /// Offers of the ticks `start ..`, one bucket each in turn, each in order of arrival.
    buckets: Vec<Vec<Fresh>>,
    /// Which buckets hold something.
    used: [u64; BUCKETS / 64],
    /// How far the bucket in front has been read.
    read: usize,
    /// Offers beyond the buckets.
    far: BinaryHeap<Reverse<Key>>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { start: 0, buckets: Vec::new(), used: [0; BUCKETS / 64], read: 0, far: BinaryHeap::new() }
    }
}

/// Microseconds in a tick, as a power of two: buckets cover a little more than a second.
const TICK: u32 = 10;

impl Calendar {
    /// Back to the start, without giving memory back.
    pub(super) fn clear(&mut self) {
        for (index, word) in self.used.iter_mut().enumerate() {
            while *word != 0 {
                self.buckets[index * 64 + word.trailing_zeros() as usize].clear();
                *word &= *word - 1;
            }
        }
        (self.start, self.read) = (0, 0);
        self.far.clear();
    }

    pub(super) fn push(&mut self, offer: Fresh) {
        if self.buckets.is_empty() {
            self.buckets.resize_with(BUCKETS, Vec::new);
        }
        let tick = (offer.due.0 >> TICK).max(self.start);
        if tick - self.start < BUCKETS as u64 {
            let slot = tick as usize % BUCKETS;
            self.insert(slot, offer);
        } else {
            self.far.push(Reverse((offer.due.0, offer.stamp, offer.code)));
        }
    }

    /// Puts an offer into its bucket; a bucket is in order from where it has been read.
    fn insert(&mut self, slot: usize, offer: Fresh) {
        let from = if slot == self.start as usize % BUCKETS { self.read } else { 0 };
        let bucket = &mut self.buckets[slot];
        let key = (offer.due, offer.stamp);
        let mut place = bucket.len();
        while place > from && (bucket[place - 1].due, bucket[place - 1].stamp) > key {
            place -= 1;
        }
        bucket.insert(place, offer);
        self.used[slot / 64] |= 1 << (slot % 64);
    }

    /// The earliest offer; it stays.
    pub(super) fn peek(&mut self) -> Option<&Fresh> {
        loop {
            if self.buckets.is_empty() {
                return None;
            }
            let front = self.start as usize % BUCKETS;
            if self.read < self.buckets[front].len() {
                return Some(&self.buckets[front][self.read]);
            }
            self.buckets[front].clear();
            self.read = 0;
            self.used[front / 64] &= !(1 << (front % 64));
            match self.next_used(front) {
                Some(ahead) => self.start += ahead,
                None => self.start = self.far.peek()?.0.0 >> TICK,
            }
            self.draw_in();
        }
    }

    /// Removes the earliest offer.
    pub(super) fn pop(&mut self) {
        self.read += 1;
    }

    /// How many ticks ahead of bucket `front` the next used one is.
    fn next_used(&self, front: usize) -> Option<u64> {
        let words = self.used.len();
        (0..=words).find_map(|step| {
            let index = (front / 64 + step) % words;
            let mut word = self.used[index];
            if step == 0 {
                word &= u64::MAX << (front % 64);
            } else if step == words {
                word &= !(u64::MAX << (front % 64));
            }
            let slot = (word != 0).then(|| index * 64 + word.trailing_zeros() as usize)?;
            Some(((slot + BUCKETS - front) % BUCKETS) as u64)
        })
    }

    /// Moves offers that the buckets now cover out of the heap.
    fn draw_in(&mut self) {
        let end = self.start + BUCKETS as u64;
        while let Some(&Reverse((due, stamp, code))) = self.far.peek()
            && due >> TICK < end
        {
            self.far.pop();
            self.push(Fresh { code, due: crate::ids::Micros(due), stamp });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Draws, Stream};
    use crate::ids::Micros;

    #[test]
    fn it_gives_what_a_sorted_list_gives() {
        let mut draws = Draws::new(7, Stream::Policy);
        let mut calendar = Calendar::default();
        let mut sorted: std::collections::BTreeSet<(Micros, u64)> = std::collections::BTreeSet::new();
        let mut now = 0;
        for stamp in 0..20_000 {
            let span = [1, 100, 5_000, 3_000_000, 40_000_000][draws.pick(5) as usize];
            let due = Micros(now + draws.pick(span));
            calendar.push(Fresh { code: 0, due, stamp });
            sorted.insert((due, stamp));
            while draws.pick(2) == 0 {
                let expected = sorted.pop_first();
                let got = calendar.peek().map(|offer| (offer.due, offer.stamp));
                assert_eq!(got, expected);
                if let Some((due, _)) = got {
                    calendar.pop();
                    now = due.0;
                }
            }
        }
    }
}
