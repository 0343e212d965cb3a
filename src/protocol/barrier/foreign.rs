//! A builder's own barrier handler as part of the hashed state.
//!
//! One of the two places where `Clone`, `PartialEq`, `Eq` and `Hash` are written by hand: what is behind the box can
//! only be copied and fingerprinted. No rule is carried out here; the device names the one that it means.

use std::fmt;
use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::Xxh3;

use super::{BarrierHandler, Effect, Facts, Input};
use crate::ids::Rule;

/// A builder's own [`BarrierHandler`]. Two are equal when their fingerprints are.
pub struct Foreign(Box<dyn BarrierHandler>);

impl Foreign {
    /// Wraps a device in its initial state.
    pub fn new(handler: impl BarrierHandler + 'static) -> Self {
        Self(Box::new(handler))
    }

    /// Takes one input and appends what the task has to do.
    pub fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        self.0.step(facts, input, effects)
    }

    /// All that the device says decides its future, in 128 bits: equal by chance once in 2^64 devices.
    fn fingerprint(&self) -> u128 {
        let mut hasher = Xxh3::new();
        self.0.fingerprint(&mut hasher);
        hasher.digest128()
    }
}

impl Clone for Foreign {
    /// # Panics
    /// If the copy is not equal, with debug assertions: it has forgotten something.
    fn clone(&self) -> Self {
        let copy = Self(self.0.boxed());
        debug_assert!(
            copy == *self,
            "the copy that `boxed` makes has another fingerprint: it forgets what decides the future\n  of  {:?}\n  as  {:?}",
            self.0,
            copy.0
        );
        copy
    }
}

impl PartialEq for Foreign {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint() == other.fingerprint()
    }
}

impl Eq for Foreign {}

impl Hash for Foreign {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(self.fingerprint());
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Aligned;
    use super::super::script::{input, inputs};
    use super::*;

    #[test]
    fn a_wrapped_device_acts_as_itself() {
        let (mut device, mut wrapped) = (Aligned::new(), Foreign::new(Aligned::new()));
        let (mut expected, mut got) = (Vec::new(), Vec::new());
        for word in ["b1@0", "c1@1", "b1@1", "b2@1", "e@0"] {
            let rule = device.step(inputs(2), input(word), &mut expected);
            assert_eq!(wrapped.step(inputs(2), input(word), &mut got), rule);
        }
        assert_eq!(got, expected);
    }

    #[test]
    fn devices_are_equal_when_their_states_are() {
        let original = Foreign::new(Aligned::new());
        let mut copy = original.clone();
        assert_eq!(original, copy);
        copy.step(inputs(2), input("b1@0"), &mut Vec::new());
        assert_ne!(original, copy);
        assert_eq!(copy, copy.clone());
    }
}
