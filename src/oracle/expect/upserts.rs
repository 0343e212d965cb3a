//! The visible table of an upsert sink, and the one that the explaining run leaves.
//!
//! Every write replaces the row of its key, also writes that a restore takes back: until the job has caught up, the
//! table may show what no failure-free run would. The kept run writes what is left once each restored task has
//! forgotten what it wrote after its snapshot; at the end both tables must be the same.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::{End, Seen};
use crate::ids::{CheckpointId, Name, TaskId, VertexId};
use crate::oracle::Explanation;

/// What an upsert sink has written, all subtasks together.
#[derive(Debug, Default)]
pub(super) struct Upserts {
    /// The rows by key.
    pub(super) visible: BTreeMap<i64, (Name, i64)>,
    /// The writes that no restore has taken back, in order.
    kept: Vec<Write>,
    /// How many writes there were when a task took a snapshot.
    cuts: Vec<(CheckpointId, TaskId, u64)>,
    writes: u64,
}

#[derive(Debug)]
struct Write {
    number: u64,
    task: TaskId,
    key: i64,
    value: i64,
}

impl Upserts {
    pub(super) fn reset(&mut self) {
        self.visible.clear();
        self.kept.clear();
        self.cuts.clear();
        self.writes = 0;
    }

    pub(super) fn write(&mut self, task: TaskId, key: i64, name: Name, value: i64) {
        self.visible.insert(key, (name, value));
        self.kept.push(Write { number: self.writes, task, key, value });
        self.writes += 1;
    }

    pub(super) fn snapshot(&mut self, task: TaskId, id: CheckpointId) {
        // Of two snapshots with one number the newer counts: the older came to nothing.
        self.cuts.retain(|&(other, of, _)| (other, of) != (id, task));
        self.cuts.push((id, task, self.writes));
    }

    /// A task goes back to what its snapshot holds. One without a snapshot had finished before the checkpoint (R54).
    pub(super) fn cut_back(&mut self, task: TaskId, from: CheckpointId) {
        let cut = self.cuts.iter().find(|&&(id, of, _)| (id, of) == (from, task)).map(|&(.., number)| number);
        let number = from.given().map_or(0, |_| cut.unwrap_or(self.writes));
        self.kept.retain(|write| write.task != task || write.number < number);
        self.cuts.retain(|&(_, of, at)| of != task || at <= number);
    }

    /// The rows that the kept run leaves.
    fn left(&self) -> BTreeMap<i64, i64> {
        self.kept.iter().map(|write| (write.key, write.value)).collect()
    }
}

/// Whether the visible table is the one that the explaining run leaves.
pub(super) fn exactly_once(facts: &Facts, sink: VertexId, end: Option<&End<'_>>) -> Seen {
    let upserts = &facts.upserts[sink];
    if !matches!(end.and_then(|end| end.explanation), Some(Explanation::Explained { .. })) {
        return Seen::NotJudged("without a run that explains this one there is no table to compare with".to_owned());
    }
    let left = upserts.left();
    let visible: BTreeMap<i64, i64> = upserts.visible.iter().map(|(&key, &(_, value))| (key, value)).collect();
    let keys = visible.keys().chain(left.keys());
    let wrong = keys.copied().filter(|key| visible.get(key) != left.get(key)).min();
    match (wrong, facts.finished()) {
        (None, _) => Seen::Holds(String::new()),
        (Some(_), false) => {
            Seen::NotJudged("the job has not finished: the table may still show what was rolled back".to_owned())
        }
        (Some(key), true) => {
            let row = |table: &BTreeMap<i64, i64>| table.get(&key).map_or("nothing".to_owned(), i64::to_string);
            let (shows, leaves) = (row(&visible), row(&left));
            Seen::Fails(format!("the row of key {key} shows {shows}; the run that explains this one leaves {leaves}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: CheckpointId = CheckpointId(1);

    /// Two tasks write; the first one goes back.
    #[track_caller]
    fn check(from: CheckpointId, left: &[(i64, i64)]) {
        let (first, second) = (TaskId(0), TaskId(1));
        let mut upserts = Upserts::default();
        upserts.write(first, 7, Name(1), 10);
        upserts.write(second, 8, Name(2), 20);
        upserts.snapshot(first, ONE);
        upserts.write(first, 7, Name(3), 11);
        upserts.write(first, 9, Name(4), 30);
        upserts.write(second, 8, Name(5), 21);
        upserts.cut_back(first, from);
        assert_eq!(upserts.left().into_iter().collect::<Vec<_>>(), left);
        assert_eq!(upserts.visible.values().map(|row| row.1).collect::<Vec<_>>(), [11, 21, 30]);
    }

    #[test]
    fn a_restore_takes_back_what_a_task_wrote_since() {
        check(ONE, &[(7, 10), (8, 21)]);
        check(CheckpointId::NONE, &[(8, 21)]);
        // Without a snapshot it had finished before.
        check(CheckpointId(2), &[(7, 11), (8, 21), (9, 30)]);
    }
}
