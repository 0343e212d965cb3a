//! A barrier handler that does not align: the snapshot is taken at the first barrier, nothing waits.
//!
//! The real mistake behind it: an engine that counts barriers per checkpoint and forgets to hold back the inputs that
//! are ahead, so that records after the barrier get into the snapshot of a slower input.

use std::hash::Hasher;

use crate::ids::{CheckpointId, Rule};
use crate::protocol::barrier::{BarrierHandler, Effect, Facts, Input};

#[derive(Clone, Debug, Default)]
pub(super) struct NoAlignment {
    last: CheckpointId,
}

impl BarrierHandler for NoAlignment {
    fn step(&mut self, _: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
        match input {
            Input::Barrier { on, barrier, .. } => {
                effects.push(Effect::Resume(on));
                if barrier.id > self.last {
                    self.last = barrier.id;
                    effects.push(Effect::Trigger(barrier));
                }
                Rule(40)
            }
            Input::CancelMarker { .. } => Rule(44),
            Input::EndOfPartition { .. } => Rule(45),
        }
    }

    fn boxed(&self) -> Box<dyn BarrierHandler> {
        Box::new(self.clone())
    }

    fn fingerprint(&self, hasher: &mut dyn Hasher) {
        hasher.write_u64(self.last.0);
    }
}
