//! Chance: named streams of one seed, so that drawing more of one thing does not move another.
//!
//! The only generator is ChaCha8, and the only sampler is [`Draws::pick`]: seeds must mean the same in every version.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::ids::Micros;

/// What a stream is drawn for. Its number is part of the contract: a seed means the same for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// The choices of a policy.
    Policy = 0,
    /// Latencies and costs.
    Latency = 1,
    /// Random faults: when and whom.
    Fault = 2,
    /// The jitter of a restart strategy.
    Jitter = 3,
    /// The delay before the first checkpoint.
    InitialDelay = 4,
}

/// A stream of draws.
#[derive(Clone, Debug)]
pub struct Draws(ChaCha8Rng);

impl Draws {
    /// The stream of a seed for one purpose.
    pub fn new(seed: u64, stream: Stream) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream as u64);
        Self(generator)
    }

    /// All 64 bits of a word, uniform.
    #[inline]
    pub fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `count`, uniform without bias (Lemire's method).
    ///
    /// # Panics
    /// If `count` is 0.
    #[inline]
    pub fn pick(&mut self, count: u64) -> u64 {
        assert!(count > 0, "there must be something to pick from");
        loop {
            let product = u128::from(self.word()) * u128::from(count);
            let low = product as u64;
            if low >= count || low >= count.wrapping_neg() % count {
                return (product >> 64) as u64;
            }
        }
    }

    /// A duration between two others, both included; the first one if the second is shorter.
    pub fn between(&mut self, from: Micros, to: Micros) -> Micros {
        match to.0.saturating_sub(from.0) {
            u64::MAX => Micros(self.word()),
            span => Micros(from.0 + self.pick(span + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These numbers are part of the contract: a seed means the same for ever.
    #[test]
    fn a_seed_means_the_same_for_ever() {
        let mut draws = Draws::new(42, Stream::Policy);
        let first: Vec<u64> = (0..8).map(|_| draws.pick(100)).collect();
        assert_eq!(first, [34, 28, 49, 36, 82, 6, 48, 26]);
        let mut other = Draws::new(42, Stream::Latency);
        assert_ne!(first, (0..8).map(|_| other.pick(100)).collect::<Vec<_>>());
    }

    #[test]
    fn every_number_is_picked_alike() {
        let mut draws = Draws::new(1, Stream::Fault);
        let mut counts = [0; 6];
        (0..60_000).for_each(|_| counts[draws.pick(6) as usize] += 1);
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
    }
}
