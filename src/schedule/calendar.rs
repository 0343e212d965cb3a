//! A calendar queue: pending offers by due time, in two wheels of buckets for the near future, in a heap beyond.
//!
//! A binary heap would do; with ten thousand tasks its cache misses are what a step costs. Nothing is ever sorted: offers
//! come in the order of their stamps, and a bucket of the fine wheel holds those of one microsecond.
//!
//! | place | holds offers due |
//! | --- | --- |
//! | `late` | before `now` |
//! | `fine` | in the span of [`BUCKETS`] microseconds that `now` lies in, one bucket for each of them |
//! | `coarse` | in the following spans, one bucket for each |
//! | `far` | beyond those |

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::action::Fresh;
use crate::ids::Micros;

const BUCKETS: usize = 1 << SPAN;

/// Microseconds that a bucket of the coarse wheel covers, as a power of two; both wheels have so many buckets.
const SPAN: u32 = 10;

/// An offer that waits, smaller if it is due earlier or was made earlier.
type Key = (u64, u64, u32);

/// Pending offers, earliest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Calendar {
    /// No offer outside `late` is due before.
    now: u64,
    late: BinaryHeap<Reverse<Key>>,
    fine: Wheel,
    coarse: Wheel,
    far: BinaryHeap<Reverse<Key>>,
    /// The offer that [`Calendar::peek`] has shown, if it was late.
    shown: Option<Fresh>,
}

impl Calendar {
    /// Back to the start, without giving memory back.
    pub(super) fn clear(&mut self) {
        self.now = 0;
        self.late.clear();
        self.fine.clear();
        self.coarse.clear();
        self.far.clear();
        self.shown = None;
    }

    pub(super) fn push(&mut self, offer: Fresh) {
        let due = offer.due.0;
        if due < self.now {
            self.late.push(Reverse((due, offer.stamp, offer.code)));
            return;
        }
        match (due >> SPAN) - (self.now >> SPAN) {
            0 => self.fine.push(due, offer),
            spans if spans < BUCKETS as u64 => self.coarse.push(due >> SPAN, offer),
            _ => self.far.push(Reverse((due, offer.stamp, offer.code))),
        }
    }

    /// The earliest offer; it stays.
    pub(super) fn peek(&mut self) -> Option<&Fresh> {
        if let Some(&Reverse(key)) = self.late.peek() {
            return Some(self.shown.insert(offer(key)));
        }
        loop {
            if let Some(ahead) = self.fine.next_used(self.now) {
                self.now += ahead;
                return self.fine.front(self.now);
            }
            let span = self.now >> SPAN;
            let next = match self.coarse.next_used(span) {
                Some(ahead) => span + ahead,
                None => self.far.peek()?.0.0 >> SPAN,
            };
            self.now = next << SPAN;
            self.draw_in(next);
        }
    }

    /// Removes the earliest offer: the one that [`Calendar::peek`] has shown.
    pub(super) fn pop(&mut self) {
        match self.shown.take() {
            Some(_) => drop(self.late.pop()),
            None => self.fine.pop(self.now),
        }
    }

    /// Deals the offers of the span that begins to the fine wheel, and to the coarse one what it now covers.
    fn draw_in(&mut self, span: u64) {
        let Self { fine, coarse, far, .. } = self;
        coarse.drain(span, |offer| fine.push(offer.due.0, offer));
        while let Some(&Reverse(key)) = far.peek()
            && (key.0 >> SPAN) - span < BUCKETS as u64
        {
            far.pop();
            match key.0 >> SPAN {
                now if now == span => fine.push(key.0, offer(key)),
                later => coarse.push(later, offer(key)),
            }
        }
    }
}

fn offer((due, stamp, code): Key) -> Fresh {
    Fresh { code, due: Micros(due), stamp }
}

/// Buckets in a ring, each first in, first out. The bucket of a time is its remainder by [`BUCKETS`].
#[derive(Clone, Debug, Default)]
struct Wheel {
    /// None before the first offer.
    buckets: Vec<Vec<Fresh>>,
    /// Which buckets hold something.
    used: [u64; BUCKETS / 64],
    /// How far the bucket in front has been read.
    read: usize,
}

impl Wheel {
    fn clear(&mut self) {
        for (index, word) in self.used.iter_mut().enumerate() {
            while *word != 0 {
                self.buckets[index * 64 + word.trailing_zeros() as usize].clear();
                *word &= *word - 1;
            }
        }
        self.read = 0;
    }

    #[inline]
    fn push(&mut self, time: u64, offer: Fresh) {
        if self.buckets.is_empty() {
            self.buckets.resize_with(BUCKETS, Vec::new);
        }
        let slot = time as usize % BUCKETS;
        self.buckets[slot].push(offer);
        self.used[slot / 64] |= 1 << (slot % 64);
    }

    fn front(&self, time: u64) -> Option<&Fresh> {
        self.buckets[time as usize % BUCKETS].get(self.read)
    }

    /// Removes the first offer of the bucket in front.
    fn pop(&mut self, time: u64) {
        let slot = time as usize % BUCKETS;
        self.read += 1;
        if self.read == self.buckets[slot].len() {
            self.empty(slot);
        }
    }

    fn empty(&mut self, slot: usize) {
        self.buckets[slot].clear();
        self.read = 0;
        self.used[slot / 64] &= !(1 << (slot % 64));
    }

    /// Empties the bucket of a time, first in, first out.
    fn drain(&mut self, time: u64, take: impl FnMut(Fresh)) {
        let slot = time as usize % BUCKETS;
        if let Some(bucket) = self.buckets.get(slot) {
            bucket.iter().copied().for_each(take);
            self.empty(slot);
        }
    }

    /// How far ahead of a time, itself included, the next bucket is that holds something.
    #[inline]
    fn next_used(&self, time: u64) -> Option<u64> {
        let (front, words) = (time as usize % BUCKETS, self.used.len());
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
