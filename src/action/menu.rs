//! The menu: which actions are possible now, kept up to date by whoever changes the world, in a fixed order.
//!
//! Every action has a dense code (see [`Alphabet`]); the menu is a bit set over codes with a count for every 64 words, so
//! that neither choosing nor refreshing pays for the size of the job. Progress comes first, then the alarm, faults last.

use super::{Action, Alarm, Alphabet};
use crate::ids::Micros;

/// An action that became possible, or whose due time changed, in the last step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fresh {
    /// Its code in the [`Alphabet`].
    pub code: u32,
    /// When it is due, in virtual time.
    pub due: Micros,
    /// The number of the offer: later offers have larger ones. An offer is stale once its code has another.
    pub stamp: u64,
}

/// Which actions are possible now.
#[derive(Clone, Debug)]
pub struct Menu {
    alphabet: Alphabet,
    words: Vec<u64>,
    blocks: Vec<u32>,
    len: u32,
    progress: u32,
    alarm: Alarm,
    ordered: Option<Order>,
    /// Which codes were set since [`Menu::look`]; empty if nobody asks.
    looked: Vec<u64>,
    /// No due times are kept, and nobody asks which codes are set.
    plain: bool,
}

/// What a policy needs that goes by due times.
#[derive(Clone, Debug)]
struct Order {
    stamps: Vec<u64>,
    dues: Vec<Micros>,
    last: u64,
    fresh: Vec<Fresh>,
}

const WORDS_PER_BLOCK: usize = 64;

impl Menu {
    /// An empty menu. With `ordered` it keeps due times and the order of offers, for policies that go by them.
    pub fn new(alphabet: Alphabet, ordered: bool) -> Self {
        let codes = alphabet.end as usize;
        let words = codes.div_ceil(64);
        Self {
            alphabet,
            words: vec![0; words],
            blocks: vec![0; words.div_ceil(WORDS_PER_BLOCK)],
            len: 0,
            progress: 0,
            alarm: Alarm::Stop,
            ordered: ordered.then(|| Order {
                stamps: vec![0; codes],
                dues: vec![Micros::ZERO; codes],
                last: 0,
                fresh: Vec::new(),
            }),
            looked: Vec::new(),
            plain: !ordered,
        }
    }

    /// How many actions are possible.
    #[inline]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether nothing can happen.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many of them are progress: neither alarms nor faults.
    #[inline]
    pub fn progress(&self) -> usize {
        self.progress as usize
    }

    /// How many of them are faults.
    #[inline]
    pub fn faults(&self) -> usize {
        self.len() - self.progress() - usize::from(self.has(self.alphabet.alarm))
    }

    /// The action at this position, counted from 0 in the fixed order.
    ///
    /// # Panics
    /// If there are not so many.
    #[inline]
    pub fn nth(&self, position: usize) -> Action {
        self.action(self.code_at(position))
    }

    fn code_at(&self, position: usize) -> u32 {
        let mut rest = position as u32;
        let mut block = 0;
        if self.blocks.len() > 1 {
            while self.blocks[block] <= rest {
                rest -= self.blocks[block];
                block += 1;
            }
        }
        let mut index = block * WORDS_PER_BLOCK;
        loop {
            let word = self.words[index];
            let ones = word.count_ones();
            if rest < ones {
                return (index * 64) as u32 + nth_one(word, rest);
            }
            rest -= ones;
            index += 1;
        }
    }

    /// All actions, in the fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Action> + '_ {
        self.codes().map(|code| self.action(code))
    }

    fn codes(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            let ones = word.count_ones();
            (0..ones).map(move |n| (index * 64) as u32 + nth_one(word, n))
        })
    }

    /// Whether an action is possible.
    pub fn contains(&self, action: Action) -> bool {
        let code = self.alphabet.code(action);
        self.has(code) && self.action(code) == action
    }

    /// The action with this code, if it is possible.
    pub fn action(&self, code: u32) -> Action {
        self.alphabet.action(code, self.alarm)
    }

    /// When an action is due that is on the menu. Zero if the menu keeps no order.
    pub fn due(&self, action: Action) -> Micros {
        self.ordered.as_ref().map_or(Micros::ZERO, |order| order.dues[self.alphabet.code(action) as usize])
    }

    /// Whether this offer still stands.
    #[inline]
    pub fn stands(&self, offer: &Fresh) -> bool {
        self.has(offer.code)
            && self.ordered.as_ref().is_some_and(|order| order.stamps[offer.code as usize] == offer.stamp)
    }

    /// What has been offered since [`Menu::forget_fresh`]; some of it may not stand any more.
    pub fn fresh(&self) -> &[Fresh] {
        self.ordered.as_ref().map_or(&[], |order| &order.fresh)
    }

    /// Every standing offer, as if all were fresh.
    pub fn standing(&self) -> impl Iterator<Item = Fresh> + '_ {
        self.ordered.iter().flat_map(|order| {
            self.codes().map(|code| Fresh { code, due: order.dues[code as usize], stamp: order.stamps[code as usize] })
        })
    }

    /// Starts a step: what is offered from here on is fresh.
    #[inline]
    pub fn forget_fresh(&mut self) {
        if let Some(order) = &mut self.ordered {
            order.fresh.clear();
        }
    }

    /// Whether due times are kept.
    #[inline]
    pub fn is_ordered(&self) -> bool {
        self.ordered.is_some()
    }

    #[inline]
    fn has(&self, code: u32) -> bool {
        self.words[code as usize / 64] & (1 << (code % 64)) != 0
    }

    /// Puts an action on the menu, or takes it off.
    #[inline(always)]
    pub fn set(&mut self, action: Action, possible: bool, due: Micros) {
        let code = self.alphabet.code(action);
        let had = self.has(code);
        if possible == had && self.plain && !matches!(action, Action::Alarm(_)) {
            return;
        }
        if let Some(looked) = self.looked.get_mut(code as usize / 64) {
            *looked |= 1 << (code % 64);
        }
        if possible {
            if let Action::Alarm(alarm) = action {
                self.alarm = alarm;
            }
            self.offer(code, due, had);
        }
        if possible != had {
            self.words[code as usize / 64] ^= 1 << (code % 64);
            let change = if possible { 1 } else { u32::MAX };
            let block = &mut self.blocks[code as usize / 64 / WORDS_PER_BLOCK];
            *block = block.wrapping_add(change);
            self.len = self.len.wrapping_add(change);
            if code < self.alphabet.alarm {
                self.progress = self.progress.wrapping_add(change);
            }
        }
    }

    #[inline]
    fn offer(&mut self, code: u32, due: Micros, had: bool) {
        let Some(order) = &mut self.ordered else { return };
        let known = &mut order.dues[code as usize];
        if had && *known == due {
            return;
        }
        *known = due;
        order.last += 1;
        order.stamps[code as usize] = order.last;
        order.fresh.push(Fresh { code, due, stamp: order.last });
    }

    /// Takes everything off.
    pub fn clear(&mut self) {
        self.words.fill(0);
        self.looked.fill(u64::MAX);
        self.blocks.fill(0);
        self.len = 0;
        self.progress = 0;
        self.forget_fresh();
    }

    /// Back to the start: nothing was ever offered.
    pub fn reset(&mut self) {
        self.clear();
        self.alarm = Alarm::Stop;
        if let Some(order) = &mut self.ordered {
            order.last = 0;
        }
    }

    /// From here on notes which codes are set, possible or not.
    pub(crate) fn look(&mut self) {
        self.plain = false;
        self.looked.clear();
        self.looked.resize(self.words.len(), 0);
    }

    /// Which codes were set since [`Menu::look`].
    pub(crate) fn looked(&self) -> &[u64] {
        &self.looked
    }

    /// Which codes are possible.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The alarm on offer.
    pub(crate) fn alarm(&self) -> Option<Alarm> {
        self.has(self.alphabet.alarm).then_some(self.alarm)
    }

    /// Offers exactly this; it must keep no order.
    pub(crate) fn offer_again(&mut self, words: impl Iterator<Item = u64>, alarm: Option<Alarm>) {
        self.words.iter_mut().zip(words).for_each(|(here, there)| *here = there);
        let count = |words: &[u64]| words.iter().map(|word| word.count_ones()).sum::<u32>();
        self.blocks.iter_mut().zip(self.words.chunks(WORDS_PER_BLOCK)).for_each(|(block, words)| *block = count(words));
        self.len = self.blocks.iter().sum();
        let (word, bit) = (self.alphabet.alarm as usize / 64, self.alphabet.alarm % 64);
        self.progress = count(&self.words[..word]) + (self.words[word] & ((1 << bit) - 1)).count_ones();
        if let Some(alarm) = alarm {
            self.alarm = alarm;
        }
    }

    /// The codes of all actions.
    pub(crate) fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// Whether the same actions are possible in both menus.
    pub fn offers_same(&self, other: &Self) -> bool {
        self.words == other.words && (!self.has(self.alphabet.alarm) || self.alarm == other.alarm)
    }
}

/// The position of the `n`-th one of a word, counted from 0.
#[inline]
fn nth_one(word: u64, n: u32) -> u32 {
    let mut rest = word;
    for _ in 0..n {
        rest &= rest - 1;
    }
    rest.trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ChannelId, ManagerId, TaskId};

    #[test]
    fn the_menu_keeps_its_order() {
        let mut menu = Menu::new(Alphabet::new(100, 300, 2, 2), false);
        let actions = [
            Action::Emit(TaskId(99)),
            Action::Transfer(ChannelId(7)),
            Action::Deliver(ChannelId(299)),
            Action::Async(TaskId(3), 1),
            Action::Report(TaskId(0)),
            Action::Alarm(Alarm::Restart),
            Action::Crash(TaskId(5)),
            Action::CrashManager(ManagerId(1)),
        ];
        for &action in actions.iter().rev() {
            menu.set(action, true, Micros::ZERO);
        }
        assert_eq!(menu.iter().collect::<Vec<_>>(), actions);
        assert!((0..actions.len()).all(|position| menu.nth(position) == actions[position]));
        assert_eq!((menu.len(), menu.progress(), menu.faults()), (8, 5, 2));
        menu.set(actions[2], false, Micros::ZERO);
        assert!(!menu.contains(actions[2]) && menu.nth(2) == actions[3]);
    }

    #[test]
    fn an_offer_with_another_due_time_replaces_the_old_one() {
        let mut menu = Menu::new(Alphabet::new(1, 1, 1, 1), true);
        let action = Action::Deliver(ChannelId(0));
        menu.set(action, true, Micros(5));
        menu.set(action, true, Micros(5));
        menu.set(action, true, Micros(9));
        let fresh = menu.fresh().to_vec();
        assert_eq!(fresh.len(), 2);
        assert!(!menu.stands(&fresh[0]) && menu.stands(&fresh[1]));
    }
}
