//! States as rows of numbers ([`crate::parts`]), and the one world in which steps are made.
//!
//! | cells of a row | say |
//! | --- | --- |
//! | the first | what the clock shows; two states that differ in that alone are one |
//! | the next | the parts of the world and of the judges' memory |
//! | then | which actions are possible, 32 in a cell, but for the alarm |
//! | the last | the alarm that is on offer |
//!
//! The alarm depends on all that is possible, so it is looked at by itself, after a step.

use std::sync::Arc;

use super::recall::Recall;
use crate::action::{Action, Alarm, Alphabet};
use crate::ids::Step;
use crate::oracle::{self, Oracles};
use crate::parts::{Become, Note, Number, Visit, print};
use crate::plan::{Plan, Time, Topology};
use crate::run::circles::fails_by_itself;
use crate::trace::Event;
use crate::world::{self, World};

/// A state.
pub(in crate::explore) type Row = Vec<u32>;

/// The states of a plan.
pub(in crate::explore) struct States {
    /// The world in hand: the state that was last made or returned to.
    pub(in crate::explore) world: World,
    /// The judges in hand.
    pub(in crate::explore) oracles: Oracles,
    tables: (world::Tables, oracle::Tables),
    /// The row of the world in hand, as far as it says parts.
    here: Row,
    alphabet: Alphabet,
    alarms: Vec<Alarm>,
    steps: Vec<Recall>,
    /// What the alarm is while something else can happen, and while nothing can.
    offers: [Recall; 2],
    reads: Vec<u32>,
    changes: Vec<(u32, u32)>,
}

impl States {
    pub(in crate::explore) fn new(plan: &Arc<Plan>, topology: &Arc<Topology>) -> Self {
        let world = World::new(plan, topology, plan.seed, Time::Untimed, false);
        let alphabet = *world.menu().alphabet();
        Self {
            oracles: Oracles::new(plan, topology),
            world,
            tables: Default::default(),
            here: Row::new(),
            alphabet,
            alarms: Vec::new(),
            steps: (0..alphabet.size()).map(|_| Recall::default()).collect(),
            offers: Default::default(),
            reads: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// The first state, which is in hand.
    pub(in crate::explore) fn start(&mut self, row: &mut Row) {
        self.observe(0);
        self.here.clear();
        visit(&mut self.world, &mut self.oracles, &mut self.tables, &mut Number { row: &mut self.here });
        row.clear();
        row.extend_from_slice(&self.here);
        row.resize(self.here.len() + self.menu_cells() + 1, 0);
        self.write_menu(row);
        let before = row.clone();
        self.offer_alarm(&before, row, true);
    }

    /// Makes the step of a state that lies so many steps from the start. Whether it was performed: then the world in hand
    /// is what came of it, with its events, and the judges have heard of them. Else it was recalled: it broke no rule,
    /// and was neither a fault nor a failure nor a restart.
    pub(in crate::explore) fn step(&mut self, from: &Row, action: Action, depth: u64, to: &mut Row) -> bool {
        if self.recall(from, action, to, false) {
            return false;
        }
        self.return_to(from);
        self.world.menu_mut().look();
        self.world.apply_but_alarm(action);
        self.observe(depth);
        self.note(to);
        self.write_menu(to);
        let is_looked_at = |event: &Event| matches!(event, Event::Restarting { .. }) || fails_by_itself(event);
        if may_recall(action) && !self.world.events().iter().any(is_looked_at) && self.oracles.violations().is_empty() {
            let menu = self.here.len()..to.len() - 1;
            let looked = halves(self.world.menu().looked());
            let parts = self.changes.iter().map(|&(place, number)| (place, 0, number));
            let offers = menu.zip(looked).filter(|&(_, looked)| looked != 0);
            let offers = offers.map(|(place, looked)| (place as u32, !looked, to[place] & looked));
            let code = self.alphabet.code(action) as usize;
            self.steps[code].learn(from, &self.reads, parts.chain(offers));
        }
        self.offer_alarm(from, to, true);
        true
    }

    /// Looks for a step of a state without waiting for what is there; see [`Recall::touch`].
    pub(in crate::explore) fn touch(&mut self, from: &Row, action: Action) -> u32 {
        self.steps[self.alphabet.code(action) as usize].touch(from)
    }

    /// Makes the step of a state if it can be recalled; else the row is that of the state it begins with. `touched`: no
    /// step of this kind was touched or recalled since this one was touched.
    pub(in crate::explore) fn recall(&mut self, from: &Row, action: Action, to: &mut Row, touched: bool) -> bool {
        to.clone_from(from);
        let code = self.alphabet.code(action) as usize;
        let recalls = may_recall(action) && self.steps[code].recall(to, touched);
        if recalls {
            #[cfg(debug_assertions)]
            self.check_recalled(from, action, to);
            self.offer_alarm(from, to, false);
        }
        recalls
    }

    /// What was recalled must be what the step does.
    #[cfg(debug_assertions)]
    fn check_recalled(&mut self, from: &Row, action: Action, to: &Row) {
        self.return_to(from);
        self.world.apply_but_alarm(action);
        self.observe(0);
        let (mut made, mut recalled) = (from.clone(), to.clone());
        self.note(&mut made);
        self.write_menu(&mut made);
        self.write_alarm_bit(&mut made, false);
        self.write_alarm_bit(&mut recalled, false);
        assert_eq!(made, recalled, "what {action:?} does was not what it did before");
        assert_eq!(self.oracles.violations(), []);
    }

    /// Puts the state of a row in hand.
    pub(in crate::explore) fn return_to(&mut self, row: &Row) {
        let mut become_it = Become { here: &mut self.here, there: row, place: 0 };
        visit(&mut self.world, &mut self.oracles, &mut self.tables, &mut become_it);
        self.offer(row);
        self.world.forget_events();
    }

    /// Offers in the world in hand what a row says.
    fn offer(&mut self, row: &Row) {
        let (menu, alarm) = row[self.here.len()..].split_at(self.menu_cells());
        let words = menu.chunks_exact(2).map(|half| u64::from(half[0]) | u64::from(half[1]) << 32);
        let alarm = (alarm[0] > 0).then(|| self.alarms[alarm[0] as usize - 1]);
        self.world.offer_again(words, alarm);
    }

    /// Keeps what was changed of the state in hand.
    pub(in crate::explore) fn note(&mut self, row: &mut Row) {
        self.reads.clear();
        self.changes.clear();
        let Self { here, reads, changes, .. } = self;
        let mut note = Note { here, reads, changes, place: 0 };
        visit(&mut self.world, &mut self.oracles, &mut self.tables, &mut note);
        self.changes.iter().for_each(|&(place, number)| row[place as usize] = number);
    }

    /// Tells the judges what the last step has brought about.
    pub(in crate::explore) fn observe(&mut self, depth: u64) {
        for event in self.world.events() {
            self.oracles.observe(Step(depth.saturating_sub(1)), self.world.now(), event);
        }
    }

    /// What stands for a state among those that are known. Never stored: it differs between versions and platforms.
    pub(in crate::explore) fn fingerprint(&self, row: &Row) -> u64 {
        print(&row[1..self.here.len()])
    }

    /// Whether anything but a fault can happen.
    pub(in crate::explore) fn goes_on(&self, row: &Row) -> bool {
        self.progress(row) || row.last().is_some_and(|&alarm| alarm != 0)
    }

    /// Everything that can happen, in the order of the menu.
    pub(in crate::explore) fn choices(&self, row: &Row, choices: &mut Vec<Action>) {
        choices.clear();
        let alarm =
            row.last().filter(|&&alarm| alarm > 0).map_or(Alarm::Stop, |&alarm| self.alarms[alarm as usize - 1]);
        for (word, &cell) in row[self.here.len()..row.len() - 1].iter().enumerate() {
            let mut rest = cell;
            while rest != 0 {
                choices.push(self.alphabet.action(word as u32 * 32 + rest.trailing_zeros(), alarm));
                rest &= rest - 1;
            }
        }
    }

    /// A number for an action: its code, or one of its own for each alarm.
    pub(in crate::explore) fn number(&mut self, action: Action) -> u32 {
        match action {
            Action::Alarm(alarm) => self.alphabet.size() + self.alarm(alarm),
            action => self.alphabet.code(action),
        }
    }

    /// The action with this number.
    pub(in crate::explore) fn action(&self, number: u32) -> Action {
        match number.checked_sub(self.alphabet.size()) {
            Some(alarm) => Action::Alarm(self.alarms[alarm as usize]),
            None => self.alphabet.action(number, Alarm::Stop),
        }
    }

    fn alarm(&mut self, alarm: Alarm) -> u32 {
        let known = self.alarms.iter().position(|&known| known == alarm);
        known.unwrap_or_else(|| {
            self.alarms.push(alarm);
            self.alarms.len() - 1
        }) as u32
    }

    /// Writes which alarm a state offers that comes of another one. `in_hand`: that is the one in hand.
    fn offer_alarm(&mut self, from: &Row, row: &mut Row, in_hand: bool) {
        let progress = self.progress(row);
        let offers = usize::from(!progress);
        let last = row.len() - 1;
        row[last] = from[last];
        let is_same = progress == self.progress(from) && self.offers[offers].reads_same(from, row);
        if !is_same && !self.offers[offers].recall(row, false) {
            row[last] = 0;
            self.write_alarm_bit(row, false);
            if !in_hand {
                self.return_to(row);
            }
            self.world.offer_alarm();
            let before = row.clone();
            self.note(row);
            #[cfg(debug_assertions)]
            self.world.check_menu();
            let alarm = self.world.menu().alarm();
            self.write_alarm(row, alarm);
            let change = (last as u32, 0, row[last]);
            self.offers[offers].learn(&before, &self.reads, std::iter::once(change));
        } else {
            self.write_alarm_bit(row, row[last] != 0);
            if in_hand {
                self.offer(row);
            }
        }
    }

    fn write_alarm(&mut self, row: &mut Row, alarm: Option<Alarm>) {
        let number = alarm.map_or(0, |alarm| self.alarm(alarm) + 1);
        *row.last_mut().expect("a row ends with its alarm") = number;
        self.write_alarm_bit(row, number != 0);
    }

    fn write_alarm_bit(&self, row: &mut Row, offered: bool) {
        let code = self.alphabet.alarm();
        let (place, bit) = (self.here.len() + code as usize / 32, 1 << (code % 32));
        row[place] = row[place] & !bit | if offered { bit } else { 0 };
    }

    /// Whether anything but alarms and faults can happen.
    pub(in crate::explore) fn progress(&self, row: &Row) -> bool {
        let (full, rest) = (self.alphabet.alarm() as usize / 32, self.alphabet.alarm() % 32);
        let menu = &row[self.here.len()..];
        menu[..full].iter().any(|&cell| cell != 0) || menu[full] & ((1 << rest) - 1) != 0
    }

    fn menu_cells(&self) -> usize {
        self.world.menu().words().len() * 2
    }

    fn write_menu(&self, row: &mut Row) {
        row[self.here.len()..].iter_mut().zip(halves(self.world.menu().words())).for_each(|(cell, half)| *cell = half);
    }
}

/// Whether a step does the same wherever it reads the same. What a fault costs, or an alarm other than the trigger, depends
/// on all that is possible.
const fn may_recall(action: Action) -> bool {
    !action.is_fault() && (!matches!(action, Action::Alarm(_)) || matches!(action, Action::Alarm(Alarm::Trigger)))
}

/// Goes to all parts in hand.
fn visit(
    world: &mut World,
    oracles: &mut Oracles,
    tables: &mut (world::Tables, oracle::Tables),
    visit: &mut impl Visit,
) {
    world.visit(&mut tables.0, visit);
    oracles.memory_mut().visit(&mut tables.1, visit);
}

fn halves(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
    words.iter().flat_map(|&word| [word as u32, (word >> 32) as u32])
}
