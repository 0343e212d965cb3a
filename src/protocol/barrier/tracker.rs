//! Barriers that hold nothing back: at-least-once.
//!
//! Flink: `CheckpointBarrierTracker`. Several checkpoints are counted at a time, oldest first. All arms are R49.
//!
//! | input | effect |
//! | --- | --- |
//! | barrier newer than all seen, on the only open input | trigger; nothing is remembered |
//! | barrier of a counted checkpoint | count; after the last: forget it and all older ones silently, trigger unless given up |
//! | barrier newer than all seen | count from here on; of more than 50 the oldest is forgotten silently |
//! | any other barrier | ignored |
//! | cancel marker newer than all seen, on the only open input | abort |
//! | cancel marker | abort all older ones, then this one; it stays counted until its last barrier or marker |
//! | end of an input, checkpoints go on after tasks finish | counts for every counted checkpoint, newest first, until one is complete |
//! | end of an input, otherwise | abort all |

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

use super::{BarrierHandler, Effect, Facts, Input};
use crate::ids::{CheckpointId, Rule, SmallSet};
use crate::protocol::{Barrier, FailureReason};

/// How many checkpoints are counted at a time.
const TRACKED: usize = 50;

/// The at-least-once handler: it counts barriers and blocks nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Tracker {
    /// How many inputs have ended.
    ended: usize,
    /// The newest checkpoint that was ever counted. One that a single open input triggered is not.
    latest: CheckpointId,
    /// What is counted, oldest first.
    counted: VecDeque<Count>,
}

/// The barriers of one checkpoint.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Count {
    id: CheckpointId,
    /// The first barrier that came: what will be triggered. `None` once the checkpoint was given up.
    barrier: Option<Barrier>,
    /// How many inputs were open when the first barrier or marker came.
    target: usize,
    /// The inputs that delivered barrier or marker, or ended since.
    seen: SmallSet,
}

impl Count {
    /// Counts an input; whether it was the last.
    fn see(&mut self, on: usize) -> bool {
        self.seen.insert(on);
        self.seen.len() == self.target
    }

    /// Gives the checkpoint up, reporting it the first time.
    fn give_up(&mut self, reason: FailureReason, effects: &mut Vec<Effect>) {
        if self.barrier.take().is_some() {
            effects.push(Effect::Abort { id: self.id, reason });
        }
    }
}

impl Default for Tracker {
    fn default() -> Self {
        Self::new()
    }
}

impl Tracker {
    /// A handler that has seen nothing.
    pub fn new() -> Self {
        Self { ended: 0, latest: CheckpointId::NONE, counted: VecDeque::new() }
    }

    /// The checkpoints that are being counted, oldest first.
    pub fn counting(&self) -> impl Iterator<Item = CheckpointId> + '_ {
        self.counted.iter().map(|count| count.id)
    }

    /// Takes one input and appends what the task has to do.
    pub fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        let open = facts.inputs.saturating_sub(self.ended);
        match input {
            Input::Barrier { barrier, .. } if open == 1 && barrier.id > self.latest => {
                effects.push(Effect::Trigger(barrier));
            }
            Input::Barrier { on, barrier, .. } => self.barrier(open, on, barrier, effects),
            Input::CancelMarker { id, .. } if open == 1 && id > self.latest => {
                effects.push(Effect::Abort { id, reason: FailureReason::CheckpointDeclinedOnCancellationBarrier });
            }
            Input::CancelMarker { on, id } => self.cancel(open, on, id, effects),
            Input::EndOfPartition { on } if facts.after_finish => {
                self.ended += 1;
                // What is older than the first complete one dies with it, so it need not be counted.
                if let Some(complete) = (0..self.counted.len()).rev().find(|&at| self.counted[at].see(on)) {
                    self.finish(complete, effects);
                }
            }
            Input::EndOfPartition { .. } => {
                self.ended += 1;
                for mut count in self.counted.drain(..) {
                    count.give_up(FailureReason::CheckpointDeclinedInputEndOfStream, effects);
                }
            }
        }
        Rule(49)
    }

    fn barrier(&mut self, open: usize, on: usize, barrier: Barrier, effects: &mut Vec<Effect>) {
        if let Some(at) = self.counted.iter().position(|count| count.id == barrier.id) {
            if self.counted[at].see(on) {
                self.finish(at, effects);
            }
        } else if barrier.id > self.latest {
            self.latest = barrier.id;
            self.counted.push_back(first(barrier.id, Some(barrier), open, on));
            if self.counted.len() > TRACKED {
                self.counted.pop_front();
            }
        }
    }

    fn cancel(&mut self, open: usize, on: usize, id: CheckpointId, effects: &mut Vec<Effect>) {
        let reason = FailureReason::CheckpointDeclinedOnCancellationBarrier;
        while self.counted.front().is_some_and(|oldest| oldest.id < id) {
            if let Some(mut overtaken) = self.counted.pop_front() {
                overtaken.give_up(reason, effects);
            }
        }
        match self.counted.front_mut() {
            Some(count) if count.id == id => {
                count.give_up(reason, effects);
                if count.see(on) {
                    self.counted.pop_front();
                }
            }
            Some(_) | None if id > self.latest => {
                self.latest = id;
                effects.push(Effect::Abort { id, reason });
                self.counted.push_front(first(id, None, open, on));
            }
            Some(_) | None => {}
        }
    }

    /// The checkpoint at this place has its last barrier: older ones can no longer complete before it.
    fn finish(&mut self, at: usize, effects: &mut Vec<Effect>) {
        effects.extend(self.counted[at].barrier.map(Effect::Trigger));
        self.counted.drain(..=at);
    }
}

/// A checkpoint of which one input has told.
fn first(id: CheckpointId, barrier: Option<Barrier>, target: usize, on: usize) -> Count {
    let mut count = Count { id, barrier, target, seen: SmallSet::new() };
    count.see(on);
    count
}

impl BarrierHandler for Tracker {
    fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        Self::step(self, facts, input, effects)
    }

    fn boxed(&self) -> Box<dyn BarrierHandler> {
        Box::new(self.clone())
    }

    fn fingerprint(&self, mut hasher: &mut dyn Hasher) {
        self.hash(&mut hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::{check, input, inputs};
    use super::*;

    #[track_caller]
    fn check_r49(facts: Facts, table: &[(&str, &str)]) {
        let table: Vec<_> = table.iter().map(|&(input, effects)| (input, effects, 49)).collect();
        check(Tracker::new(), facts, &table);
    }

    #[test]
    fn r49_completion_forgets_older_ones_silently() {
        check_r49(inputs(2), &[("b1@0", ""), ("b2@0", ""), ("b2@1", "trigger 2"), ("b1@1", "")]);
    }

    #[test]
    fn r49_a_marker_aborts_what_is_older_too() {
        check_r49(
            inputs(2),
            &[
                ("b3@0", ""),
                ("b4@0", ""),
                ("c4@1", "abort 3 ON_CANCELLATION_BARRIER, abort 4 ON_CANCELLATION_BARRIER"),
                ("b4@0", ""),
                ("c6@0", "abort 6 ON_CANCELLATION_BARRIER"),
                ("b6@1", ""),
                ("b6@0", ""),
            ],
        );
    }

    #[test]
    fn r49_a_single_open_input_is_not_counted() {
        check_r49(
            inputs(1),
            &[("b1@0", "trigger 1"), ("b1@0", "trigger 1"), ("c2@0", "abort 2 ON_CANCELLATION_BARRIER")],
        );
    }

    #[test]
    fn r49_an_end_counts_for_the_newest_that_it_completes() {
        check_r49(
            inputs(3),
            &[("b1@0", ""), ("b2@0", ""), ("b3@0", ""), ("b2@1", ""), ("e@2", "trigger 2"), ("b3@1", "trigger 3")],
        );
    }

    #[test]
    fn r49_an_end_aborts_all_where_finished_tasks_end_checkpointing() {
        let facts = Facts { inputs: 3, after_finish: false };
        check_r49(
            facts,
            &[("b1@0", ""), ("b2@0", ""), ("e@2", "abort 1 INPUT_END_OF_STREAM, abort 2 INPUT_END_OF_STREAM")],
        );
    }

    #[test]
    fn r49_only_so_many_are_counted() {
        let (mut tracker, mut effects) = (Tracker::new(), Vec::new());
        for id in 10..=61 {
            tracker.step(inputs(2), input(&format!("b{id}@0")), &mut effects);
        }
        assert_eq!(tracker.counted.len(), TRACKED);
        assert_eq!(tracker.counted.front().map(|count| count.id), Some(CheckpointId(12)));
        tracker.step(inputs(2), input("b10@1"), &mut effects);
        assert_eq!(effects, []);
    }
}
