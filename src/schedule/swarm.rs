//! Swarm testing: a run first draws which kinds of faults there are at all, how rare each is, whether early alarms are
//! among them, and whether faults keep to the moments of the protocol. What a uniform mixture always disturbs shows where
//! a kind is missing.
//!
//! A policy sees menus only. The moments that it knows by them:
//!
//! | moment | what the menu and the last step show |
//! | --- | --- |
//! | between two acknowledgements | the JobManager has just taken a message, and more are under way or being written |
//! | between completion and notification | the JobManager has just taken a message, and tasks have one of it to take |
//! | between snapshot and acknowledgement | an asynchronous part has just ended |
//! | inside restore | a task has not read its state yet |

use super::{Mismatch, Policy};
use crate::action::{Action, Menu};
use crate::draw::{Draws, Stream};

/// How rare each kind of disturbance is; `None`: there is none.
#[derive(Clone, Debug)]
pub struct Swarm {
    draws: Draws,
    crashes: Option<u64>,
    managers: Option<u64>,
    late_acks: Option<u64>,
    alarms: Option<u64>,
    /// Crashes strike at moments of the protocol: there one in so many steps, elsewhere none.
    favoured: Option<u64>,
    last: Option<Action>,
}

impl Swarm {
    /// The policy of a seed.
    pub fn new(seed: u64) -> Self {
        let mut draws = Draws::new(seed, Stream::Policy);
        let mut kind = |rates: [u64; 4]| (draws.pick(2) == 1).then(|| rates[draws.pick(4) as usize]);
        let crashes = kind([16, 64, 256, 1_024]);
        let managers = kind([16, 64, 256, 1_024]);
        let late_acks = kind([2, 8, 32, 128]);
        let alarms = kind([2, 8, 32, 128]);
        let favoured = kind([2, 4, 8, 16]);
        Self { draws, crashes, managers, late_acks, alarms, favoured, last: None }
    }

    /// How rare a fault is now.
    fn rarity(&self, fault: Action, is_moment: bool) -> Option<u64> {
        let rarity = match fault {
            Action::LateAck(_) => return self.late_acks,
            Action::CrashManager(_) => self.managers,
            _ => self.crashes,
        };
        match (rarity, self.favoured) {
            (Some(_), Some(favoured)) => is_moment.then_some(favoured),
            (rarity, _) => rarity,
        }
    }

    /// Whether this is a moment of the protocol.
    fn is_moment(&self, menu: &Menu) -> bool {
        let mut progress = menu.iter().take(menu.progress());
        match self.last {
            Some(Action::Async(..)) => true,
            Some(Action::Report(_)) => progress.any(|action| {
                matches!(action, Action::Report(_) | Action::Async(..) | Action::Rpc(_) | Action::Restore(_))
            }),
            _ => progress.any(|action| matches!(action, Action::Restore(_))),
        }
    }

    /// A fault, if the kind that is drawn strikes now.
    fn fault(&mut self, menu: &Menu, usual: usize, faults: usize) -> Option<Action> {
        let fault = menu.nth(usual + self.draws.pick(faults as u64) as usize);
        let rarity = self.rarity(fault, self.is_moment(menu))?;
        (self.draws.pick(rarity) == 0).then_some(fault)
    }

    fn next(&mut self, menu: &Menu) -> Action {
        let (progress, faults) = (menu.progress(), menu.faults());
        let usual = menu.len() - faults;
        if faults > 0
            && let Some(fault) = self.fault(menu, usual, faults)
        {
            return fault;
        }
        // Behind all progress there is one alarm, at most.
        let is_early = usual > progress && self.alarms.is_some_and(|rarity| self.draws.pick(rarity) == 0);
        match (progress, usual) {
            // A menu of faults alone leaves no choice.
            (0, 0) => menu.nth(self.draws.pick(faults as u64) as usize),
            (0, _) => menu.nth(0),
            _ if is_early => menu.nth(progress),
            _ => menu.nth(self.draws.pick(progress as u64) as usize),
        }
    }
}

impl Policy for Swarm {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        let action = self.next(menu);
        self.last = Some(action);
        Ok(action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Alarm, Alphabet};
    use crate::ids::{ManagerId, Micros, TaskId};

    const ALL: [Action; 6] = [
        Action::Emit(TaskId(0)),
        Action::Report(TaskId(1)),
        Action::Alarm(Alarm::Trigger),
        Action::LateAck(TaskId(0)),
        Action::Crash(TaskId(1)),
        Action::CrashManager(ManagerId(0)),
    ];

    fn menu(actions: &[Action]) -> Menu {
        let mut menu = Menu::new(Alphabet::new(4, 4, 1, 2), false);
        actions.iter().for_each(|&action| menu.set(action, true, Micros::ZERO));
        menu
    }

    /// Kinds of disturbances that a seed makes in many steps.
    fn kinds(seed: u64) -> Vec<Action> {
        let (menu, mut swarm) = (menu(&ALL), Swarm::new(seed));
        let run: Vec<Action> = (0..20_000).map(|_| swarm.choose(&menu).expect("all is possible")).collect();
        ALL[2..].iter().copied().filter(|kind| run.contains(kind)).collect()
    }

    #[test]
    fn every_set_of_kinds_is_drawn() {
        let mut sets: Vec<Vec<Action>> = (0..200).map(kinds).collect();
        sets.sort();
        sets.dedup();
        assert_eq!(sets.len(), 16, "{sets:?}");
    }

    #[test]
    fn faults_may_keep_to_moments() {
        let (quiet, restoring) = (menu(&[ALL[0], ALL[4]]), menu(&[ALL[0], Action::Restore(TaskId(2)), ALL[4]]));
        let seed = (0..).find(|&seed| {
            let swarm = Swarm::new(seed);
            swarm.crashes.is_some() && swarm.favoured.is_some()
        });
        let mut swarm = Swarm::new(seed.expect("there is one"));
        let mut crashes = |menu: &Menu| {
            let made = (0..1_000).map(|_| swarm.choose(menu).expect("all is possible"));
            made.filter(|&action| action == ALL[4]).count()
        };
        assert_eq!(crashes(&quiet), 0);
        assert!(crashes(&restoring) > 30);
    }
}
