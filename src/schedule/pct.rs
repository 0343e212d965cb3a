//! Probabilistic concurrency testing, over chains of messages in place of threads.
//!
//! A chain is what a channel delivers, what it transfers, or one lane of a task (its sending, its messages from and to
//! the JobManager, its asynchronous parts, its restores): its steps have one order in every schedule. Each chain has a
//! random priority, and of the chains that can go on the highest one does. At `depth - 1` random steps the chain that
//! would go on falls below all others.
//!
//! # The bound
//!
//! A failure that comes of `d` constraints of order among steps of chains, in a job with `n` chains and runs of at most
//! `k` of their steps, is found by one run with a probability of at least `1 / (n * k^(d-1))` if depth and length are
//! known (Burckhardt and others, ASPLOS 2010). Here the run draws them, a depth up to [`DEPTHS`] and one of
//! [`LENGTHS`] lengths that double. So it is at least `1 / (DEPTHS * LENGTHS * n * L^(d-1))` for `d` up to `DEPTHS`, where `L`
//! is the least of these lengths that is not below `k` ([`length`]). Of runs with more steps than [`LONGEST`] it says nothing
//! but of what lies in their first `LONGEST` ones.
//!
//! Faults and alarms stand outside: which of them happen, and when, is drawn as in [`super::Random`], each with a rate of its
//! own. The bound is that of the failure given those; it says nothing of how likely they are.

use super::{Mismatch, Policy};
use crate::action::{Action, Menu};
use crate::draw::{Draws, Stream};

/// Depths are drawn from 1 to this one.
pub const DEPTHS: u64 = 4;

/// So many lengths are drawn from, each twice the one before.
pub const LENGTHS: u64 = 8;

/// The largest of them, in steps.
pub const LONGEST: u64 = SHORTEST << (LENGTHS - 1);

const SHORTEST: u64 = 64;

/// The least length that holds runs of so many steps, or the largest one if none does.
pub fn length(steps: u64) -> u64 {
    (0..LENGTHS).map(|power| SHORTEST << power).find(|&length| length >= steps).unwrap_or(LONGEST)
}

/// Below these are the priorities of chains that fell.
const FALLEN: u64 = DEPTHS;

/// The chain with the highest priority, which changes now and then.
#[derive(Clone, Debug)]
pub struct Pct {
    draws: Draws,
    /// Steps of chains at which the chain in front falls, the next one last.
    changes: Vec<u64>,
    /// Steps of chains so far.
    step: u64,
    /// The priority of each chain that has been on a menu, in the order of chains.
    priorities: Vec<(Action, u64)>,
    /// One choice in so many is a fault, if one is possible.
    rarity: u64,
    /// One choice in so many is an alarm, if one is possible beside other steps.
    haste: u64,
}

impl Pct {
    /// The policy of a seed.
    pub fn new(seed: u64) -> Self {
        let mut draws = Draws::new(seed, Stream::Policy);
        let depth = 1 + draws.pick(DEPTHS);
        let length = SHORTEST << draws.pick(LENGTHS);
        let mut changes: Vec<u64> = (1..depth).map(|_| draws.pick(length)).collect();
        changes.sort_unstable_by(|one, other| other.cmp(one));
        let rarity = [32, 64, 128, 256][draws.pick(4) as usize];
        let haste = [4, 16, 64, 256][draws.pick(4) as usize];
        Self { draws, changes, step: 0, priorities: Vec::new(), rarity, haste }
    }

    /// Where the priority of a chain stands; it is drawn when the chain is first seen.
    fn place(&mut self, chain: Action) -> usize {
        match self.priorities.binary_search_by_key(&chain, |entry| entry.0) {
            Ok(place) => place,
            Err(place) => {
                let priority = (self.draws.word() >> 1) + FALLEN;
                self.priorities.insert(place, (chain, priority));
                place
            }
        }
    }

    /// The place on the menu of the chain in front, and the place of its priority.
    fn front(&mut self, menu: &Menu) -> Action {
        let mut front: Option<(u64, Action)> = None;
        for action in menu.iter().take(menu.progress()) {
            let place = self.place(chain(action));
            let priority = self.priorities[place].1;
            if front.is_none_or(|(highest, _)| priority > highest) {
                front = Some((priority, action));
            }
        }
        front.expect("there is progress").1
    }
}

/// The chain of a step. All asynchronous parts of a task are one: they end in any order, and PCT keeps to one of them.
fn chain(action: Action) -> Action {
    match action {
        Action::Async(task, _) => Action::Async(task, 0),
        _ => action,
    }
}

impl Policy for Pct {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        let (progress, faults) = (menu.progress(), menu.faults());
        let usual = menu.len() - faults;
        if faults > 0 && (usual == 0 || self.draws.pick(self.rarity) == 0) {
            return Ok(menu.nth(usual + self.draws.pick(faults as u64) as usize));
        }
        // Behind all progress there is one alarm, at most.
        if progress == 0 || usual > progress && self.draws.pick(self.haste) == 0 {
            return Ok(menu.nth(progress));
        }
        let mut front = self.front(menu);
        while self.changes.last() == Some(&self.step) {
            self.changes.pop();
            let place = self.place(chain(front));
            // Those that fall later fall deeper, as in the paper the change points are numbered.
            self.priorities[place].1 = self.changes.len() as u64;
            front = self.front(menu);
        }
        self.step += 1;
        Ok(front)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Alarm, Alphabet};
    use crate::ids::{ChannelId, Micros, TaskId};

    fn menu(actions: &[Action]) -> Menu {
        let mut menu = Menu::new(Alphabet::new(4, 4, 1, 2), false);
        actions.iter().for_each(|&action| menu.set(action, true, Micros::ZERO));
        menu
    }

    #[test]
    fn chains_take_turns_at_change_points_only() {
        let deliveries = [0, 1, 2, 3].map(|channel| Action::Deliver(ChannelId(channel)));
        let menu = menu(&deliveries);
        let mut turns = 0;
        for seed in 0..200 {
            let mut pct = Pct::new(seed);
            let points = pct.changes.len();
            let run: Vec<Action> = (0..LONGEST).map(|_| pct.choose(&menu).expect("all is possible")).collect();
            let changes = run.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert!(changes <= points && points < DEPTHS as usize, "{changes} {points}");
            turns += changes;
        }
        assert!(turns > 200, "{turns}");
    }

    #[test]
    fn every_chain_is_in_front_alike() {
        let deliveries = [0, 1, 2, 3].map(|channel| Action::Deliver(ChannelId(channel)));
        let menu = menu(&deliveries);
        let mut counts = [0; 4];
        for seed in 0..4_000 {
            let first = Pct::new(seed).choose(&menu).expect("all is possible");
            counts[deliveries.iter().position(|&action| action == first).expect("it is on the menu")] += 1;
        }
        assert!(counts.iter().all(|count| (880..1_120).contains(count)), "{counts:?}");
    }

    #[test]
    fn alarms_and_faults_stand_outside() {
        let menu = menu(&[Action::Emit(TaskId(0)), Action::Alarm(Alarm::Trigger), Action::Crash(TaskId(1))]);
        let mut pct = Pct::new(7);
        let run: Vec<Action> = (0..4_000).map(|_| pct.choose(&menu).expect("all is possible")).collect();
        assert!(menu.iter().all(|action| run.contains(&action)));
        assert_eq!(pct.priorities.len(), 1);
    }
}
