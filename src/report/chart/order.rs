//! The order of lanes: one in which channels are short, so that few arrows cross a lane that they do not concern.

use crate::ids::{Id, TaskId};
use crate::plan::Topology;

/// Up to so many lanes every order is tried.
const FEW: usize = 8;
/// How often the lanes of a larger job are improved.
const ROUNDS: usize = 16;

/// The tasks in an order with short channels. Among equally good ones that which is nearest to the order of the plan.
pub fn short_ways(topology: &Topology) -> Vec<TaskId> {
    let count = topology.tasks.len();
    let mut ways: Vec<(usize, usize)> =
        topology.channels.iter().map(|channel| (channel.from.index(), channel.to.index())).collect();
    ways.sort_unstable();
    ways.dedup();
    let order = if count <= FEW { best(count, &ways) } else { better(count, &ways) };
    order.into_iter().map(TaskId::at).collect()
}

/// The sum of the distances of connected lanes.
fn cost(order: &[usize], ways: &[(usize, usize)]) -> usize {
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(position, &lane)| place[lane] = position);
    ways.iter().map(|&(from, to)| place[from].abs_diff(place[to])).sum()
}

fn best(count: usize, ways: &[(usize, usize)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut found = (cost(&order, ways), order.clone());
    while next_permutation(&mut order) {
        let cost = cost(&order, ways);
        if cost < found.0 {
            found = (cost, order.clone());
        }
    }
    found.1
}

/// The next order in the alphabet of orders; `false` after the last.
fn next_permutation(order: &mut [usize]) -> bool {
    let Some(pivot) = order.windows(2).rposition(|pair| pair[0] < pair[1]) else { return false };
    let swap = order.iter().rposition(|&lane| lane > order[pivot]).expect("its neighbour is larger");
    order.swap(pivot, swap);
    order[pivot + 1..].reverse();
    true
}

/// Moves single lanes to where they are best, until no move helps.
fn better(count: usize, ways: &[(usize, usize)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut least = cost(&order, ways);
    // Beyond forty lanes nobody follows single arrows, and trying all moves would take long.
    let rounds = if count > 40 { 0 } else { ROUNDS };
    for _ in 0..rounds {
        let before = least;
        for lane in 0..count {
            for target in 0..count {
                let mut tried = order.clone();
                let from = tried.iter().position(|&other| other == lane).expect("every lane is in the order");
                tried.remove(from);
                tried.insert(target, lane);
                let cost = cost(&tried, ways);
                if cost < least {
                    (least, order) = (cost, tried);
                }
            }
        }
        if least == before {
            break;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(count: usize, ways: &[(usize, usize)], expected: &[usize]) {
        assert_eq!(best(count, ways), expected);
    }

    #[test]
    fn a_chain_stays_as_it_is() {
        check(3, &[(0, 1), (1, 2)], &[0, 1, 2]);
    }

    #[test]
    fn a_source_with_two_branches_stands_between_them() {
        check(5, &[(0, 1), (0, 2), (1, 3), (2, 4)], &[3, 1, 0, 2, 4]);
    }

    #[test]
    fn two_sources_stand_between_two_sums() {
        check(6, &[(0, 2), (0, 3), (1, 2), (1, 3), (2, 4), (3, 5)], &[4, 2, 0, 1, 3, 5]);
    }

    #[test]
    fn large_jobs_are_improved_too() {
        let chain: Vec<(usize, usize)> = (0..9).map(|lane| (lane, 9 - lane)).collect();
        let order = better(10, &chain);
        assert!(cost(&order, &chain) < cost(&(0..10).collect::<Vec<_>>(), &chain), "{order:?}");
    }
}
