//! Aligned barriers: every input that delivered its barrier waits for the others.
//!
//! Flink: `SingleCheckpointBarrierHandler.aligned`. One checkpoint is tracked at a time; the inputs of several edges
//! count alike.
//!
//! | rule | phase | input | next phase | effects |
//! | --- | --- | --- | --- | --- |
//! | R40 | any | barrier of a checkpoint that is over or was overtaken | same | resume its input |
//! | R41 | waiting | barrier of a newer checkpoint | collecting | block its input |
//! | R41 | collecting | barrier of a newer checkpoint | collecting that one | resume all, abort the older, block its input |
//! | R42 | collecting | barrier of this checkpoint | collecting, or waiting after the last | block; after the last: trigger, resume all |
//! | R44 | any | cancel marker of this checkpoint or a newer one | waiting | resume all, abort |
//! | R44 | any | cancel marker of an older one, or of one that is over | same | none |
//! | R45 | waiting | end of an input | same | none; later checkpoints expect one barrier less |
//! | R45 | collecting | end of an input, checkpoints go on after tasks finish | as R42 | counts as aligned; after the last: trigger, resume all |
//! | R45 | collecting | end of an input, otherwise | waiting | resume all, abort |
//! | R47 | any | newer barrier on the only open input | waiting | block, trigger, resume |
//!
//! A barrier that came by RPC blocks nothing and so is not resumed (R50). Inputs resume in ascending order.

use std::hash::{Hash, Hasher};

use super::{BarrierHandler, Effect, Facts, Input};
use crate::ids::{CheckpointId, Rule, SmallSet};
use crate::protocol::{Alignment, Barrier, FailureReason};

/// The exactly-once handler: an alignment of one checkpoint at a time.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Aligned {
    /// How many inputs have ended: a checkpoint expects a barrier from each of the others.
    ended: usize,
    phase: Phase,
}

/// Whether a checkpoint is being aligned.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Phase {
    /// None is; `over` is the newest one that was triggered or given up.
    Waiting { over: CheckpointId },
    /// At least one input has delivered its barrier, at least one has not.
    Collecting {
        /// The first barrier that came: what will be triggered.
        barrier: Barrier,
        /// How many inputs were open when it came; an end does not lower it (R45).
        target: usize,
        /// The inputs that delivered the barrier, or ended since.
        aligned: SmallSet,
        /// Those of them whose channel is held back by the barrier.
        blocked: SmallSet,
    },
}

impl Default for Aligned {
    fn default() -> Self {
        Self::new()
    }
}

impl Aligned {
    /// A handler that has seen nothing.
    pub fn new() -> Self {
        Self { ended: 0, phase: Phase::Waiting { over: CheckpointId::NONE } }
    }

    /// The checkpoint that is being aligned.
    pub fn collecting(&self) -> Option<CheckpointId> {
        match &self.phase {
            Phase::Waiting { .. } => None,
            Phase::Collecting { barrier, .. } => Some(barrier.id),
        }
    }

    /// Takes one input and appends what the task has to do.
    pub fn step(&mut self, facts: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        match (&mut self.phase, input) {
            // The sender's side of the channel is blocked by the barrier itself, however late it comes.
            (&mut Phase::Waiting { over }, Input::Barrier { on, barrier, .. }) if barrier.id <= over => {
                release(on, barrier, effects);
                Rule(40)
            }
            (Phase::Collecting { barrier: pending, .. }, Input::Barrier { on, barrier, .. })
                if barrier.id < pending.id =>
            {
                release(on, barrier, effects);
                Rule(40)
            }
            (Phase::Collecting { barrier: pending, aligned, blocked, .. }, Input::Barrier { on, barrier, via_rpc })
                if barrier.id == pending.id =>
            {
                aligned.insert(on);
                if !via_rpc {
                    blocked.insert(on);
                    effects.push(Effect::Block(on));
                }
                self.finish_if_all_aligned(effects);
                Rule(42)
            }
            (Phase::Collecting { barrier: pending, .. }, Input::Barrier { on, barrier, via_rpc }) => {
                let overtaken = pending.id;
                self.give_up(overtaken, FailureReason::CheckpointDeclinedSubsumed, effects);
                self.start(facts, on, barrier, via_rpc, effects)
            }
            (Phase::Waiting { .. }, Input::Barrier { on, barrier, via_rpc }) => {
                self.start(facts, on, barrier, via_rpc, effects)
            }
            (&mut Phase::Waiting { over }, Input::CancelMarker { id, .. }) if id > over => {
                self.give_up(id, FailureReason::CheckpointDeclinedOnCancellationBarrier, effects);
                Rule(44)
            }
            (Phase::Collecting { barrier: pending, .. }, Input::CancelMarker { id, .. }) if id >= pending.id => {
                self.give_up(id, FailureReason::CheckpointDeclinedOnCancellationBarrier, effects);
                Rule(44)
            }
            // News about a checkpoint that is over already.
            (Phase::Waiting { .. } | Phase::Collecting { .. }, Input::CancelMarker { .. }) => Rule(44),
            (Phase::Waiting { .. }, Input::EndOfPartition { .. }) => {
                self.ended += 1;
                Rule(45)
            }
            (Phase::Collecting { aligned, blocked, .. }, Input::EndOfPartition { on }) if facts.after_finish => {
                aligned.insert(on);
                blocked.remove(on);
                self.ended += 1;
                self.finish_if_all_aligned(effects);
                Rule(45)
            }
            (Phase::Collecting { barrier: pending, .. }, Input::EndOfPartition { .. }) => {
                let unfinishable = pending.id;
                self.ended += 1;
                self.give_up(unfinishable, FailureReason::CheckpointDeclinedInputEndOfStream, effects);
                Rule(45)
            }
        }
    }

    /// Begins the alignment of a checkpoint with its first barrier (R41); the only open input is aligned at once (R47).
    fn start(&mut self, facts: Facts, on: usize, barrier: Barrier, via_rpc: bool, effects: &mut Vec<Effect>) -> Rule {
        let (mut aligned, mut blocked) = (SmallSet::new(), SmallSet::new());
        aligned.insert(on);
        if !via_rpc {
            blocked.insert(on);
            effects.push(Effect::Block(on));
        }
        let target = facts.inputs.saturating_sub(self.ended);
        self.phase = Phase::Collecting { barrier, target, aligned, blocked };
        if self.finish_if_all_aligned(effects) { Rule(47) } else { Rule(41) }
    }

    /// Triggers the checkpoint and lets every held input go if the last input has come (R42); whether it has.
    fn finish_if_all_aligned(&mut self, effects: &mut Vec<Effect>) -> bool {
        let Phase::Collecting { barrier, target, aligned, blocked } = &self.phase else { return false };
        if aligned.len() < *target {
            return false;
        }
        effects.push(Effect::Trigger(*barrier));
        effects.extend(blocked.iter().map(Effect::Resume));
        self.phase = Phase::Waiting { over: barrier.id };
        true
    }

    /// Gives a checkpoint up, and with it whatever is being aligned: inputs go on before the task is told (R43).
    fn give_up(&mut self, id: CheckpointId, reason: FailureReason, effects: &mut Vec<Effect>) {
        if let Phase::Collecting { blocked, .. } = &self.phase {
            effects.extend(blocked.iter().map(Effect::Resume));
        }
        effects.push(Effect::Abort { id, reason });
        self.phase = Phase::Waiting { over: id };
    }
}

/// Lets the channel behind an obsolete barrier go. An unaligned barrier has not held it back.
fn release(on: usize, barrier: Barrier, effects: &mut Vec<Effect>) {
    if barrier.alignment != Alignment::Unaligned {
        effects.push(Effect::Resume(on));
    }
}

impl BarrierHandler for Aligned {
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
    use super::super::script::{check, inputs};
    use super::*;

    #[test]
    fn r41_r42_the_last_barrier_triggers() {
        check(
            Aligned::new(),
            inputs(3),
            &[
                ("b1@0", "block 0", 41),
                ("b1@1", "block 1", 42),
                ("b1@2", "block 2, trigger 1, resume 0, resume 1, resume 2", 42),
                ("b1@2", "resume 2", 40),
            ],
        );
    }

    #[test]
    fn r41_a_newer_barrier_subsumes_and_r40_the_late_one_is_released() {
        check(
            Aligned::new(),
            inputs(3),
            &[
                ("b2@0", "block 0", 41),
                ("b3@1", "resume 0, abort 2 SUBSUMED, block 1", 41),
                ("b2@2", "resume 2", 40),
                ("u2@2", "", 40),
                ("b3@0", "block 0", 42),
                ("b3@2", "block 2, trigger 3, resume 0, resume 1, resume 2", 42),
            ],
        );
    }

    #[test]
    fn r44_a_marker_gives_up_this_checkpoint_and_any_newer_one() {
        check(
            Aligned::new(),
            inputs(3),
            &[
                ("b4@0", "block 0", 41),
                ("c3@1", "", 44),
                ("c4@1", "resume 0, abort 4 ON_CANCELLATION_BARRIER", 44),
                ("b4@2", "resume 2", 40),
                ("c4@2", "", 44),
                ("c6@0", "abort 6 ON_CANCELLATION_BARRIER", 44),
                ("b5@0", "resume 0", 40),
                ("b7@0", "block 0", 41),
                ("c8@1", "resume 0, abort 8 ON_CANCELLATION_BARRIER", 44),
                ("b8@2", "resume 2", 40),
            ],
        );
    }

    #[test]
    fn r45_an_ended_input_counts_as_aligned() {
        check(
            Aligned::new(),
            inputs(3),
            &[
                ("b7@0", "block 0", 41),
                ("e@1", "", 45),
                ("b7@2", "block 2, trigger 7, resume 0, resume 2", 42),
                ("b8@0", "block 0", 41),
                ("e@2", "trigger 8, resume 0", 45),
                ("b9@0", "block 0, trigger 9, resume 0", 47),
                ("e@0", "", 45),
            ],
        );
    }

    #[test]
    fn r45_an_end_gives_up_where_finished_tasks_end_checkpointing() {
        let facts = Facts { inputs: 2, after_finish: false };
        check(Aligned::new(), facts, &[("b1@0", "block 0", 41), ("e@1", "resume 0, abort 1 INPUT_END_OF_STREAM", 45)]);
    }

    #[test]
    fn r47_a_single_input_triggers_at_once() {
        check(Aligned::new(), inputs(1), &[("b1@0", "block 0, trigger 1, resume 0", 47), ("b1@0", "resume 0", 40)]);
    }

    #[test]
    fn r50_a_barrier_by_rpc_blocks_nothing() {
        check(Aligned::new(), inputs(1), &[("r10@0", "trigger 10", 47)]);
        check(Aligned::new(), inputs(2), &[("r10@0", "", 41), ("b10@1", "block 1, trigger 10, resume 1", 42)]);
    }
}
