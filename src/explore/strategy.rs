//! How the run of a seed is made: the policy follows from the seed, so one seed can be made again alone.
//!
//! | strategy | seeds in turn | what it is good at |
//! | --- | --- | --- |
//! | portfolio | timed, random, PCT, swarm | a bit of all |
//! | random | timed, then three random ones | many orders, crashes now and then |
//! | pct | timed, then three of PCT | failures that need few constraints of order; with a bound ([`crate::schedule::pct`]) |
//! | swarm | timed, then three of swarm | what a uniform mixture of faults hides; faults at moments of the protocol |
//! | timed | timed | what happens by due times |

use crate::plan::{Plan, Time, Topology};
use crate::run::{Choice, Order};
use crate::schedule::pct;

/// So many seeds are one turn.
pub const TURN: u64 = 4;

/// How runs are drawn from seeds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Strategy {
    /// All in turn.
    #[default]
    Portfolio,
    /// Anything, uniform.
    Random,
    /// Probabilistic concurrency testing.
    Pct,
    /// Swarm testing.
    Swarm,
    /// By due times.
    Timed,
}

impl Strategy {
    /// Every strategy.
    pub const ALL: [Self; 5] = [Self::Portfolio, Self::Random, Self::Pct, Self::Swarm, Self::Timed];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Portfolio => "portfolio",
            Self::Random => "random",
            Self::Pct => "pct",
            Self::Swarm => "swarm",
            Self::Timed => "timed",
        }
    }

    /// The strategy with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strategy| strategy.word() == word)
    }

    /// Which seeds it makes how, in words.
    pub const fn shares(self) -> &'static str {
        match self {
            Self::Portfolio => "timed, random, PCT and swarm in turn",
            Self::Random => "one in four timed, the others random",
            Self::Pct => "one in four timed, the others PCT",
            Self::Swarm => "one in four timed, the others swarm",
            Self::Timed => "all timed",
        }
    }

    /// How the run of a seed is made.
    pub fn order(self, seed: u64) -> Order {
        let choice = match (self, seed % TURN) {
            (_, 0) | (Self::Timed, _) => return Order { seed, time: Time::Timed, choice: Choice::Timed },
            (Self::Random, _) | (Self::Portfolio, 1) => Choice::Random,
            (Self::Pct, _) | (Self::Portfolio, 2) => Choice::Pct,
            (Self::Swarm, _) | (Self::Portfolio, _) => Choice::Swarm,
        };
        Order { seed, time: Time::Untimed, choice }
    }

    /// Whether some seeds are of PCT.
    pub const fn has_pct(self) -> bool {
        matches!(self, Self::Portfolio | Self::Pct)
    }
}

/// PCT's chains of a plan, at most: two of each channel, and the lanes of each task and TaskManager.
pub fn chains(plan: &Plan) -> u64 {
    let topology = Topology::new(plan);
    // Sending, messages from and to the JobManager, asynchronous parts, restores, falling idle.
    2 * topology.channels.len() as u64 + 6 * topology.tasks.len() as u64 + plan.managers.len().max(1) as u64
}

/// What PCT promises for a plan, in words. `longest`: no run has more steps.
pub fn bound(plan: &Plan, longest: u64) -> String {
    let (n, length) = (chains(plan), pct::length(longest));
    let reach = match longest {
        ..=pct::LONGEST => format!("{length} is the length drawn that holds k = {longest}, the most steps of a run"),
        _ => format!("only of what lies in the first {length} steps: the longest run has {longest}"),
    };
    format!(
        "a PCT seed shows a failure of d constraints of order, d <= {}, with a chance of at least\n           \
         1 / ({} * {n} * {length}^(d-1)): {n} chains; {reach};\n           \
         faults and alarms are drawn beside",
        pct::DEPTHS,
        pct::DEPTHS * pct::LENGTHS,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timed_seeds_are_always_among_them() {
        for strategy in Strategy::ALL {
            for seed in [0, 4, 1_000] {
                assert_eq!(strategy.order(seed).choice, Choice::Timed, "{strategy:?}");
            }
            assert_eq!(Strategy::named(strategy.word()), Some(strategy));
        }
    }

    #[test]
    fn the_bound_is_that_of_the_runs_that_were_made() {
        let plan = crate::testing::jobs::reference(4, 3, 1, 2);
        for (longest, expected) in [
            (10, "64^(d-1)): 49 chains; 64 is the length drawn that holds k = 10, the most steps of a run;"),
            (65, "128^(d-1)): 49 chains; 128 is the length drawn that holds k = 65,"),
            (8_192, "8192^(d-1)): 49 chains; 8192 is the length drawn that holds k = 8192,"),
            (9_000, "8192^(d-1)): 49 chains; only of what lies in the first 8192 steps: the longest run has 9000;"),
        ] {
            let said = bound(&plan, longest);
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn a_portfolio_has_all_in_turn() {
        let choices: Vec<Choice> = (8..12).map(|seed| Strategy::Portfolio.order(seed).choice).collect();
        assert_eq!(choices, [Choice::Timed, Choice::Random, Choice::Pct, Choice::Swarm]);
    }
}
