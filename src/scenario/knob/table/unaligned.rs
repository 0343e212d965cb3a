//! Checkpoints whose barriers overtake data, and what goes with them.

use super::knob;
use crate::scenario::knob::Kind::{Count, Duration, Flag};
use crate::scenario::knob::Model::Checked;
use crate::scenario::knob::{Knob, Slot};

pub(super) const UNALIGNED: &[Knob] = &[
    Knob {
        older: &["execution.checkpointing.unaligned"],
        words: &["enableUnalignedCheckpoints"],
        kind: Flag,
        default: "false",
        about: "Barriers overtake the data in the channels, and what they overtake is stored with the checkpoint: checkpoints stay fast under backpressure and become larger.",
        check: "Refused with more than one concurrent checkpoint. Ignored in at-least-once mode and for savepoints.",
        rules: &[1, 2, 34, 37, 48],
        model: Checked(Slot::Unaligned),
        instead: "barriers that wait for no other input are `checkpointing: (mode: AtLeastOnce)`",
        ..knob("execution.checkpointing.unaligned.enabled")
    },
    Knob {
        older: &["execution.checkpointing.alignment-timeout"],
        words: &["setAlignedCheckpointTimeout", "setAlignmentTimeout"],
        kind: Duration,
        default: "0 s",
        about: "How old an aligned barrier may become before it starts to overtake data. 0: unaligned from the beginning.",
        check: "Without effect unless unaligned checkpoints are enabled.",
        rules: &[1, 35, 36, 48],
        model: Checked(Slot::AlignedTimeout),
        ..knob("execution.checkpointing.aligned-checkpoint-timeout")
    },
    Knob {
        words: &["setForceUnalignedCheckpoints"],
        kind: Flag,
        default: "false",
        about: "Allows unaligned checkpoints in jobs with iterations or a custom partitioner, which are refused otherwise.",
        rules: &[2],
        ..knob("execution.checkpointing.unaligned.forced")
    },
    Knob {
        words: &["setMaxSubtasksPerChannelStateFile"],
        kind: Count { least: 1 },
        default: "5",
        about: "How many subtasks of a TaskManager write their channel state into one file.",
        rules: &[37],
        ..knob("execution.checkpointing.unaligned.max-subtasks-per-channel-state-file")
    },
    Knob {
        words: &["enableUnalignedCheckpointsInterruptibleTimers"],
        kind: Flag,
        default: "false",
        about: "Lets an unaligned barrier interrupt the firing of many timers.",
        rules: &[39],
        ..knob("execution.checkpointing.unaligned.interruptible-timers.enabled")
    },
    Knob {
        kind: Flag,
        default: "false",
        about: "Restores the output state of channels at the receiver rather than at the sender.",
        rules: &[64],
        ..knob("execution.checkpointing.unaligned.recover-output-on-downstream.enabled")
    },
    Knob {
        kind: Flag,
        default: "false",
        about: "Allows checkpoints while tasks still restore channel state; needs recover-output-on-downstream.",
        rules: &[64],
        ..knob("execution.checkpointing.during-recovery.enabled")
    },
    Knob {
        older: &["state.checkpoint.cleaner.parallel-mode"],
        kind: Flag,
        default: "true",
        about: "Deletes the files of a checkpoint in parallel. While too many deletions run, nothing is triggered.",
        rules: &[10, 23],
        ..knob("execution.checkpointing.cleaner.parallel-mode")
    },
];
