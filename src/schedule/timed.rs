//! The timed order: what is due first happens first; among equals what was offered first.

use super::calendar::Calendar;
use super::{Mismatch, Policy};
use crate::action::{Action, Menu};

/// Follows due times. Faults have none: it never chooses one.
#[derive(Clone, Debug, Default)]
pub struct Timed {
    calendar: Calendar,
    begun: bool,
}

impl Timed {
    /// The policy of a run that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Back to the start, without giving memory back.
    pub fn reset(&mut self) {
        self.calendar.clear();
        self.begun = false;
    }

    /// The earliest offer that stands, and is no fault.
    pub(super) fn earliest(&mut self, menu: &Menu) -> Option<Action> {
        if self.begun {
            menu.fresh().iter().for_each(|&offer| self.calendar.push(offer));
        } else {
            self.begun = true;
            menu.standing().for_each(|offer| self.calendar.push(offer));
        }
        while let Some(offer) = self.calendar.peek() {
            if menu.stands(&offer) && !menu.action(offer.code).is_fault() {
                return Some(menu.action(offer.code));
            }
            self.calendar.pop();
        }
        None
    }
}

impl Policy for Timed {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        // A menu of faults alone leaves no choice.
        Ok(self.earliest(menu).unwrap_or_else(|| menu.nth(0)))
    }
}
