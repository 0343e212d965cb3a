//! Any order, drawn from a seed. Faults are rarer than progress, and a run first draws how rare.

use super::{Mismatch, Policy};
use crate::action::{Action, Menu};
use crate::draw::{Draws, Stream};

/// A uniform choice among progress and the alarm; now and then a fault.
#[derive(Clone, Debug)]
pub struct Random {
    draws: Draws,
    /// One choice in so many is a fault, if one is possible; none: only if nothing else is.
    rarity: Option<u64>,
}

impl Random {
    /// The policy of a seed. How often faults strike is drawn first, so that a campaign has runs with an early crash,
    /// with a late one, and with none.
    pub fn new(seed: u64) -> Self {
        let mut draws = Draws::new(seed, Stream::Policy);
        let rarity = [32, 64, 128, 256][draws.pick(4) as usize];
        Self { draws, rarity: Some(rarity) }
    }

    /// The same without faults.
    pub fn without_faults(seed: u64) -> Self {
        Self { draws: Draws::new(seed, Stream::Policy), rarity: None }
    }
}

impl Policy for Random {
    #[inline]
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        let (len, faults) = (menu.len(), menu.faults());
        let usual = len - faults;
        let picked = if faults == 0 {
            self.draws.pick(usual as u64)
        } else if usual == 0 || self.rarity.is_some_and(|rarity| self.draws.pick(rarity) == 0) {
            usual as u64 + self.draws.pick(faults as u64)
        } else {
            self.draws.pick(usual as u64)
        };
        Ok(menu.nth(picked as usize))
    }
}
