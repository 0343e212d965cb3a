//! A few letters for what arrives at a task, so that tests read as tables.
//!
//! `b1@0` is the barrier of checkpoint 1 on input 0, `u1@0` an unaligned one, `r1@0` one that came by RPC, `c1@0` a cancel
//! marker, `e@0` the end of input 0.

use super::{BarrierHandler, Effect, Facts, Input};
use crate::ids::CheckpointId;
use crate::protocol::{Alignment, Barrier, SnapshotKind};

/// Gives the inputs of a table to a handler; each row says what must come of it and by which rule.
#[track_caller]
pub(super) fn check(mut handler: impl BarrierHandler, facts: Facts, table: &[(&str, &str, u8)]) {
    let mut effects = Vec::new();
    for (row, &(word, expected, rule)) in table.iter().enumerate() {
        let acted = handler.step(facts, input(word), &mut effects);
        let got = effects.drain(..).map(name).collect::<Vec<_>>().join(", ");
        assert_eq!((got.as_str(), acted.0), (expected, rule), "row {row}, {word}");
    }
}

/// A task whose checkpoints go on after tasks finish.
pub(super) fn inputs(inputs: usize) -> Facts {
    Facts { inputs, after_finish: true }
}

pub(super) fn input(word: &str) -> Input {
    let (what, on) = word.split_once('@').expect("an input has the form what@where");
    let on = on.parse().expect("inputs have numbers");
    let (letter, id) = what.split_at(1);
    let id = CheckpointId(id.parse().unwrap_or_default());
    let barrier = |alignment| Barrier { id, kind: SnapshotKind::Checkpoint, alignment };
    match letter {
        "b" => Input::Barrier { on, barrier: barrier(Alignment::Aligned), via_rpc: false },
        "u" => Input::Barrier { on, barrier: barrier(Alignment::Unaligned), via_rpc: false },
        "r" => Input::Barrier { on, barrier: barrier(Alignment::Aligned), via_rpc: true },
        "c" => Input::CancelMarker { on, id },
        "e" => Input::EndOfPartition { on },
        other => panic!("an unknown input: {other}"),
    }
}

fn name(effect: Effect) -> String {
    match effect {
        Effect::Block(on) => format!("block {on}"),
        Effect::Resume(on) => format!("resume {on}"),
        Effect::Trigger(barrier) => format!("trigger {}", barrier.id),
        Effect::Abort { id, reason } => {
            format!("abort {id} {}", reason.name().trim_start_matches("CHECKPOINT_DECLINED_"))
        }
    }
}
