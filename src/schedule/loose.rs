//! The timed order, bent by wishes: what is wished for happens where it is possible, and is passed over where it is not.
//!
//! A shrinking search changes a plan and wants to know what becomes of its schedule. Steps that were pinned before may
//! have moved or be gone; a strict replay would stop at the first one. What was done instead is a schedule again: the
//! steps at which it differs from the timed order, [`Loose::made`].

use super::timed::Timed;
use super::{Mismatch, Policy};
use crate::action::{Action, Menu};

/// What is wished for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wishes {
    /// These actions in this order; those that are not possible are passed over as soon as a later one is. While none is
    /// possible, and behind the last one, the timed order.
    Order(Vec<Action>),
    /// The timed order, but from this step on, as soon as it is possible, this action. In ascending order of steps.
    Steps(Vec<(u64, Action)>),
}

/// A step that was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    /// What the timed order would have done.
    pub usual: Action,
    /// What was done.
    pub chosen: Action,
}

/// Follows wishes as far as they go.
#[derive(Clone, Debug)]
pub struct Loose {
    wishes: Wishes,
    usual: Timed,
    next: usize,
    /// What was done so far.
    pub made: Vec<Made>,
}

impl Loose {
    /// The policy that follows these wishes.
    pub fn new(wishes: Wishes) -> Self {
        Self { wishes, usual: Timed::new(), next: 0, made: Vec::new() }
    }

    fn wished(&mut self, menu: &Menu) -> Option<Action> {
        let step = self.made.len() as u64;
        match &mut self.wishes {
            Wishes::Order(actions) => {
                let rest = &actions[self.next..];
                let place = rest.iter().position(|&action| menu.contains(action))?;
                self.next += place + 1;
                Some(rest[place])
            }
            Wishes::Steps(steps) => {
                let due = steps.iter().take_while(|(from, _)| *from <= step);
                let place = due.enumerate().find(|(_, (_, action))| menu.contains(*action))?.0;
                Some(steps.remove(place).1)
            }
        }
    }
}

impl Policy for Loose {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        // The timed order is followed along, so that it is up to date when its turn comes.
        let usual = self.usual.choose(menu)?;
        let chosen = self.wished(menu).unwrap_or(usual);
        self.made.push(Made { usual, chosen });
        Ok(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Alphabet;
    use crate::ids::{Micros, TaskId};

    /// A menu of these emitting tasks, offered in this order.
    fn menu(tasks: &[u32]) -> Menu {
        let mut menu = Menu::new(Alphabet::new(4, 1, 1, 2), true);
        tasks.iter().for_each(|&task| menu.set(Action::Emit(TaskId(task)), true, Micros::ZERO));
        menu
    }

    #[track_caller]
    fn check(wishes: Wishes, menus: &[&[u32]], expected: &[u32]) {
        let mut loose = Loose::new(wishes);
        let made: Vec<Action> =
            menus.iter().map(|tasks| loose.choose(&menu(tasks)).expect("a wish is never demanded")).collect();
        assert_eq!(made, expected.iter().map(|&task| Action::Emit(TaskId(task))).collect::<Vec<_>>());
    }

    fn emit(task: u32) -> Action {
        Action::Emit(TaskId(task))
    }

    #[test]
    fn what_is_not_possible_in_its_turn_is_passed_over() {
        check(Wishes::Order(vec![emit(2), emit(3), emit(1)]), &[&[0, 1], &[2, 3]], &[1, 2]);
    }

    #[test]
    fn a_step_waits_until_it_is_possible() {
        check(Wishes::Steps(vec![(1, emit(3)), (1, emit(1))]), &[&[0, 1], &[0, 1], &[2, 3], &[0, 1]], &[0, 1, 3, 0]);
    }
}
