//! What a step does, recalled instead of made again.
//!
//! A step reads some cells of a state's row and changes some. Where the cells that it read are the same it reads them
//! again, and does the same: what is kept under them is exact. What a kind of step reads differs from time to time, an
//! acknowledgement that completes a checkpoint reads more than others do: what reads alike is a class of its own.

use smallvec::SmallVec;

use crate::parts::print;

/// How many cells one class may have before it forgets.
const MOST_CELLS: usize = 1 << 20;

/// How many classes one kind of step may have.
const MOST_CLASSES: usize = 12;

/// How many cells more than it needs a step may be kept under, if that saves a class.
const SPARE: usize = 2;

/// All that one kind of step was seen to do.
#[derive(Debug, Default)]
pub(super) struct Recall {
    /// The classes, those of use first.
    classes: Vec<Class>,
}

/// Steps that read alike.
///
/// A hash table with all that is known of a step in its slot, so that a look costs one place in memory and not three.
#[derive(Debug, Default)]
struct Class {
    /// The places of the cells that they read, ascending.
    reads: Vec<u32>,
    /// The slots, of one width: how many cells the step changes plus 1, or 0 for a free slot; what it reads; and for each
    /// change the place, the bits that stay, those that come.
    slots: Vec<u32>,
    /// How many cells the step changes that changes most.
    most: usize,
    /// How many slots are taken.
    taken: usize,
    key: Vec<u32>,
    uses: u64,
}

/// A cell that a step changes: where, the bits that stay, those that come.
pub(super) type Change = (u32, u32, u32);

impl Recall {
    /// Looks where the step of a row most likely is, without waiting for it; something of what is there.
    #[inline]
    pub(super) fn touch(&mut self, row: &[u32]) -> u32 {
        self.classes.first_mut().map_or(0, |class| {
            class.read(row);
            class.start().map_or(0, |place| class.slots[place * class.width()])
        })
    }

    /// Makes a row what the step makes of it, if that is known. `touched`: the last thing asked for was [`touch`](Self::touch),
    /// with this row.
    pub(super) fn recall(&mut self, row: &mut [u32], touched: bool) -> bool {
        let mut is_read = touched;
        let recalls = |class: &mut Class| {
            if !std::mem::take(&mut is_read) {
                class.read(row);
            }
            class.recall(row)
        };
        let Some(place) = self.classes.iter_mut().position(recalls) else { return false };
        if place > 0 && self.classes[place].uses > self.classes[place - 1].uses {
            self.classes.swap(place, place - 1);
        }
        true
    }

    /// Whether a step of one row is the same of another one, since everything that a step ever reads is.
    pub(super) fn reads_same(&self, one: &[u32], other: &[u32]) -> bool {
        let same = |class: &Class| class.reads.iter().all(|&place| one[place as usize] == other[place as usize]);
        !self.classes.is_empty() && self.classes.iter().all(same)
    }

    /// Keeps what a step did to a row: `reads` are the places that it read, ascending.
    pub(super) fn learn(&mut self, row: &[u32], reads: &[u32], changes: impl Iterator<Item = Change>) {
        let place = self.classes.iter().position(|class| class.has_room_for(reads)).unwrap_or_else(|| {
            if self.classes.len() < MOST_CLASSES {
                self.classes.push(Class { reads: reads.to_vec(), ..Class::default() });
            } else if let Some(last) = self.classes.last_mut() {
                last.widen(reads);
            }
            self.classes.len() - 1
        });
        self.classes[place].learn(row, changes);
    }
}

impl Class {
    /// The same of this class; what the step reads is in `key`.
    fn recall(&mut self, row: &mut [u32]) -> bool {
        let Some(slot) = self.find() else { return false };
        let (count, rest) = (self.slots[slot] as usize - 1, &self.slots[slot + 1 + self.key.len()..]);
        for change in rest.chunks_exact(3).take(count) {
            let cell = &mut row[change[0] as usize];
            *cell = *cell & change[1] | change[2];
        }
        self.uses += 1;
        true
    }

    fn learn(&mut self, row: &[u32], changes: impl Iterator<Item = Change>) {
        self.read(row);
        let changes: SmallVec<[Change; 16]> = changes.collect();
        if changes.len() > self.most || (self.taken + 1) * 4 > self.slots.len() / self.width() * 3 {
            self.grow(changes.len().max(self.most));
        }
        self.put(&changes);
    }

    /// The slot from which on the key is looked for; none while there are no slots.
    #[inline]
    fn start(&self) -> Option<usize> {
        let last = (self.slots.len() / self.width()).checked_sub(1)?;
        Some(print(self.key.as_slice()) as usize & last)
    }

    /// Where the slot of the key begins.
    #[inline]
    fn find(&self) -> Option<usize> {
        let width = self.width();
        let (mut place, last) = (self.start()?, self.slots.len() / width - 1);
        loop {
            let slot = &self.slots[place * width..][..width];
            if slot[0] == 0 {
                return None;
            }
            if slot[1..=self.key.len()] == self.key {
                return Some(place * width);
            }
            place = (place + 1) & last;
        }
    }

    /// Fills a free slot.
    fn put(&mut self, changes: &[Change]) {
        let width = self.width();
        let last = self.slots.len() / width - 1;
        let mut place = print(self.key.as_slice()) as usize & last;
        while self.slots[place * width] != 0 {
            place = (place + 1) & last;
        }
        let slot = &mut self.slots[place * width..][..width];
        slot[0] = changes.len() as u32 + 1;
        slot[1..=self.key.len()].copy_from_slice(&self.key);
        for (cells, &(place, stay, come)) in slot[1 + self.key.len()..].chunks_exact_mut(3).zip(changes) {
            cells.copy_from_slice(&[place, stay, come]);
        }
        self.taken += 1;
    }

    /// Makes room, or forgets everything if there is too much of it.
    fn grow(&mut self, most: usize) {
        let (width, before) = (self.width(), std::mem::take(&mut self.slots));
        self.most = most;
        let slots = (2 * (self.taken + 1)).next_power_of_two().max(8);
        let is_too_much = slots * self.width() > MOST_CELLS;
        self.taken = 0;
        if is_too_much {
            self.slots = vec![0; self.width() * 8];
            return;
        }
        self.slots = vec![0; slots * self.width()];
        let key = std::mem::take(&mut self.key);
        for slot in before.chunks_exact(width).filter(|slot| slot[0] != 0) {
            let (read, changes) = slot[1..].split_at(key.len());
            self.key = read.to_vec();
            let changes = changes.chunks_exact(3).take(slot[0] as usize - 1);
            let changes: SmallVec<[Change; 16]> = changes.map(|change| (change[0], change[1], change[2])).collect();
            self.put(&changes);
        }
        self.key = key;
    }

    fn width(&self) -> usize {
        1 + self.reads.len() + 3 * self.most
    }

    fn read(&mut self, row: &[u32]) {
        self.key.clear();
        self.key.extend(self.reads.iter().map(|&place| row[place as usize]));
    }

    /// Whether a step that reads these cells can be kept here.
    fn has_room_for(&self, reads: &[u32]) -> bool {
        self.reads.len() <= reads.len() + SPARE && reads.iter().all(|place| self.reads.binary_search(place).is_ok())
    }

    /// Lets steps in that read these cells.
    fn widen(&mut self, reads: &[u32]) {
        self.reads.extend(reads);
        self.reads.sort_unstable();
        self.reads.dedup();
        self.forget();
    }

    fn forget(&mut self) {
        self.slots.clear();
        (self.taken, self.most) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_recalled_where_it_reads_the_same() {
        let mut recall = Recall::default();
        recall.learn(&[1, 2, 3], &[0], [(1, 0, 9), (2, !1, 4)].into_iter());
        let mut row = [1, 5, 8 | 1];
        assert!(recall.recall(&mut row, false));
        assert_eq!(row, [1, 9, 8 | 4]);
        assert!(!recall.recall(&mut [2, 5, 0], false));
    }

    #[test]
    fn each_class_reads_what_it_reads() {
        let mut recall = Recall::default();
        recall.learn(&[1, 2, 3, 4], &[0], [(1, 0, 9)].into_iter());
        recall.learn(&[2, 2, 3, 4], &[0, 1, 2, 3], [(1, 0, 7)].into_iter());
        for (row, then) in [([1, 5, 5, 5], Some(9)), ([2, 2, 3, 4], Some(7)), ([2, 2, 3, 5], None)] {
            let mut made = row;
            assert_eq!(recall.recall(&mut made, false), then.is_some());
            assert_eq!(made[1], then.unwrap_or(row[1]));
        }
    }

    #[test]
    fn what_reads_in_too_many_ways_shares_a_class() {
        let mut recall = Recall::default();
        let row: Vec<u32> = (0..20).collect();
        (0..20).for_each(|place| recall.learn(&row, &[place], std::iter::empty()));
        assert_eq!(recall.classes.len(), MOST_CLASSES);
        let mut other = row.clone();
        other[19] = 0;
        assert!(recall.recall(&mut row.clone(), false));
        recall.classes.drain(..MOST_CLASSES - 1);
        assert!(recall.recall(&mut row.clone(), false) && !recall.recall(&mut other, false));
    }
}
