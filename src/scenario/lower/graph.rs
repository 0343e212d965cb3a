//! The order of a graph: everything behind what it needs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The nodes in topological order; of those that could come next, the one that was written first does. `inputs` says
/// for each node which nodes it needs.
///
/// # Errors
/// The nodes of a cycle, each needed by the one after it and the last by the first.
pub(super) fn topological(inputs: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut needed_by = vec![Vec::new(); inputs.len()];
    let mut open: Vec<usize> = inputs.iter().map(Vec::len).collect();
    for (node, inputs) in inputs.iter().enumerate() {
        for &input in inputs {
            needed_by[input].push(node);
        }
    }
    let mut ready: BinaryHeap<_> = (0..inputs.len()).filter(|&node| open[node] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(inputs.len());
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for &next in &needed_by[node] {
            open[next] -= 1;
            if open[next] == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    if order.len() == inputs.len() { Ok(order) } else { Err(cycle(inputs, &open)) }
}

/// A cycle among the nodes that are still open: each of them has an open input, so walking back must come around.
fn cycle(inputs: &[Vec<usize>], open: &[usize]) -> Vec<usize> {
    let mut seen = vec![None; inputs.len()];
    let mut path = Vec::new();
    let mut node = open.iter().position(|&inputs| inputs > 0).expect("a node is open");
    loop {
        if let Some(start) = seen[node] {
            path.drain(..start);
            path.reverse();
            // Begin with the node that was written first.
            let first = (0..path.len()).min_by_key(|&at| path[at]).unwrap_or_default();
            path.rotate_left(first);
            return path;
        }
        seen[node] = Some(path.len());
        path.push(node);
        node = *inputs[node].iter().find(|&&input| open[input] > 0).expect("an open node has an open input");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(inputs: &[&[usize]], expected: Result<&[usize], &[usize]>) {
        let inputs: Vec<Vec<usize>> = inputs.iter().map(|inputs| inputs.to_vec()).collect();
        assert_eq!(topological(&inputs).as_deref().map_err(Vec::as_slice), expected);
    }

    #[test]
    fn the_order_of_the_file_is_kept_where_it_can_be() {
        check(&[], Ok(&[]));
        check(&[&[], &[0], &[], &[1, 2]], Ok(&[0, 1, 2, 3]));
        check(&[&[3], &[3, 3], &[0, 1], &[]], Ok(&[3, 0, 1, 2]));
    }

    #[test]
    fn a_cycle_is_named() {
        check(&[&[0]], Err(&[0]));
        check(&[&[], &[0, 3], &[1], &[2], &[3]], Err(&[1, 2, 3]));
    }
}
