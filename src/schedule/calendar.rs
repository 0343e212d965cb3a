//! A calendar queue: pending offers by due time, in buckets of one tick each for the near future, in heaps else.
//!
//! A binary heap would do; with ten thousand tasks its cache misses are what a step costs. A bucket is put in order when
//! its turn comes, once; what is offered for that tick later goes to a heap of its own, so that nothing is ever
//! inserted into the middle of a long list.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::action::Fresh;
use crate::ids::Micros;

const BUCKETS: usize = 1_024;
const WORDS: usize = BUCKETS / 64;

/// Microseconds in a tick, as a power of two: buckets cover a little more than a second.
const TICK: u32 = 10;

/// An offer that waits, smaller if it is due earlier or was made earlier.
type Key = (u64, u64, u32);

/// Pending offers, earliest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Calendar {
    /// The tick of the bucket in front. The others cover the ticks that follow.
    start: u64,
    /// In order of arrival, but the one in front in order of due times. None before the first offer.
    buckets: Vec<Vec<Fresh>>,
    /// Which buckets hold something; the one in front is not among them.
    used: [u64; WORDS],
    /// Which words of `used` are not zero.
    words: u16,
    /// How far the bucket in front has been read.
    read: usize,
    /// Offers of the tick in front, or before it, that came while it was in front.
    late: BinaryHeap<Reverse<Key>>,
    /// Offers beyond the buckets.
    far: BinaryHeap<Reverse<Key>>,
}

impl Calendar {
    /// Back to the start, without giving memory back.
    pub(super) fn clear(&mut self) {
        self.leave_front();
        while let Some(ahead) = self.next_used() {
            self.start += ahead;
            self.leave_front();
        }
        self.start = 0;
        self.late.clear();
        self.far.clear();
    }

    pub(super) fn push(&mut self, offer: Fresh) {
        let tick = offer.due.0 >> TICK;
        if tick <= self.start {
            self.late.push(Reverse(key(offer)));
        } else if tick - self.start < BUCKETS as u64 {
            self.put(tick, offer);
        } else {
            self.far.push(Reverse(key(offer)));
        }
    }

    #[inline]
    fn put(&mut self, tick: u64, offer: Fresh) {
        if self.buckets.is_empty() {
            self.buckets.resize_with(BUCKETS, Vec::new);
        }
        let slot = tick as usize % BUCKETS;
        self.buckets[slot].push(offer);
        self.used[slot / 64] |= 1 << (slot % 64);
        self.words |= 1 << (slot / 64);
    }

    /// The earliest offer; it stays.
    pub(super) fn peek(&mut self) -> Option<Fresh> {
        loop {
            let next = self.next_in_front();
            if let Some(&Reverse(late)) = self.late.peek()
                && next.is_none_or(|next| late < key(next))
            {
                return Some(offer(late));
            }
            if next.is_some() {
                return next;
            }
            self.leave_front();
            match self.next_used() {
                Some(ahead) => self.start += ahead,
                None => self.start = self.far.peek()?.0.0 >> TICK,
            }
            self.enter_front();
        }
    }

    /// Removes the earliest offer: the one that [`Calendar::peek`] has just shown.
    pub(super) fn pop(&mut self) {
        match (self.next_in_front(), self.late.peek()) {
            (None, Some(_)) => drop(self.late.pop()),
            (Some(next), Some(&Reverse(late))) if late < key(next) => drop(self.late.pop()),
            _ => self.read += 1,
        }
    }

    #[inline]
    fn next_in_front(&self) -> Option<Fresh> {
        self.buckets.get(self.start as usize % BUCKETS)?.get(self.read).copied()
    }

    /// Puts the bucket in front in order, with what the buckets now cover out of the heap.
    fn enter_front(&mut self) {
        while let Some(&Reverse(far)) = self.far.peek()
            && (far.0 >> TICK) - self.start < BUCKETS as u64
        {
            self.far.pop();
            self.put(far.0 >> TICK, offer(far));
        }
        let slot = self.start as usize % BUCKETS;
        self.unmark(slot);
        self.buckets[slot].sort_unstable_by_key(|offer| (offer.due, offer.stamp));
    }

    fn leave_front(&mut self) {
        let slot = self.start as usize % BUCKETS;
        if let Some(bucket) = self.buckets.get_mut(slot) {
            bucket.clear();
            self.read = 0;
            self.unmark(slot);
        }
    }

    fn unmark(&mut self, slot: usize) {
        self.used[slot / 64] &= !(1 << (slot % 64));
        if self.used[slot / 64] == 0 {
            self.words &= !(1 << (slot / 64));
        }
    }

    /// How many ticks ahead of the bucket in front the next used one is.
    #[inline]
    fn next_used(&self) -> Option<u64> {
        let front = self.start as usize % BUCKETS;
        let here = self.used[front / 64] >> (front % 64);
        if here != 0 {
            return Some(u64::from(here.trailing_zeros()));
        }
        // The words behind it, in a ring; its own is the last, with what lies before the front.
        let ring = self.words.rotate_right(front as u32 / 64 + 1);
        let word = (front / 64 + 1 + ring.trailing_zeros() as usize) % WORDS;
        let slot = word * 64 + (ring != 0).then(|| self.used[word].trailing_zeros() as usize)?;
        Some(((slot + BUCKETS - front) % BUCKETS) as u64)
    }
}

#[inline]
fn key(offer: Fresh) -> Key {
    (offer.due.0, offer.stamp, offer.code)
}

#[inline]
fn offer((due, stamp, code): Key) -> Fresh {
    Fresh { code, due: Micros(due), stamp }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Draws, Stream};

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
