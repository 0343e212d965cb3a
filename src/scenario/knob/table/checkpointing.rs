//! When checkpoints are made, and how many are borne, kept, retained.

use super::knob;
use crate::scenario::knob::Kind::{Choice, Count, Duration, Flag, Limit, OptionalDuration};
use crate::scenario::knob::Model::Full;
use crate::scenario::knob::{Knob, Slot};

pub(super) const CHECKPOINTING: &[Knob] = &[
    Knob {
        words: &["setCheckpointingConsistencyMode", "setCheckpointingMode", "consistency_mode"],
        kind: Choice { what: "checkpointing mode", of: &[&["EXACTLY_ONCE"], &["AT_LEAST_ONCE"]] },
        default: "EXACTLY_ONCE",
        about: "What a restored job promises: every record counts once, or once or more. At-least-once lets no input wait for the barriers of the others.",
        check: "Without an interval the mode is at-least-once, whatever is set.",
        rules: &[1, 49],
        model: Full(Slot::Mode),
        ..knob("execution.checkpointing.mode")
    },
    Knob {
        words: &["setCheckpointInterval", "enableCheckpointing"],
        kind: OptionalDuration,
        default: "none",
        about: "The time from one periodic trigger to the next, counted from the planned moment. None: no periodic checkpoints.",
        check: "Less than 10 ms is refused; less than the min pause is raised to it.",
        rules: &[2, 3, 4],
        model: Full(Slot::Interval),
        ..knob("execution.checkpointing.interval")
    },
    Knob {
        words: &["setCheckpointIntervalDuringBacklog"],
        kind: OptionalDuration,
        default: "none",
        about: "The interval while a source reports that it reads a backlog; 0 stops periodic checkpoints until it has caught up.",
        check: "Less than 10 ms means 0; anything else must be at least the interval.",
        rules: &[2, 3],
        ..knob("execution.checkpointing.interval-during-backlog")
    },
    Knob {
        words: &["setCheckpointTimeout"],
        kind: Duration,
        default: "10 min",
        about: "How long a checkpoint may be pending. Then it is given up as CHECKPOINT_EXPIRED, which counts as a failure.",
        check: "Less than 10 ms is refused.",
        rules: &[2, 24, 29],
        model: Full(Slot::Timeout),
        ..knob("execution.checkpointing.timeout")
    },
    Knob {
        words: &["setMinPauseBetweenCheckpoints"],
        kind: Duration,
        default: "0 ms",
        about: "The time from the completion of any snapshot to the next periodic checkpoint. A checkpoint that failed starts no pause, and requests by hand ignore it.",
        check: "More than 365 days is cut to that; an interval below it is raised to it.",
        rules: &[2, 10, 11],
        model: Full(Slot::MinPause),
        ..knob("execution.checkpointing.min-pause")
    },
    Knob {
        words: &["setMaxConcurrentCheckpoints", "max_concurrent"],
        kind: Count { least: 0 },
        default: "1",
        about: "How many checkpoints may be pending at a time. A pending savepoint takes a place too.",
        check: "0 is refused; more than 1 is refused with unaligned checkpoints.",
        rules: &[2, 10, 11],
        model: Full(Slot::MaxConcurrent),
        ..knob("execution.checkpointing.max-concurrent-checkpoints")
    },
    Knob {
        words: &["setTolerableCheckpointFailureNumber", "setFailOnCheckpointingErrors", "tolerable_failures"],
        kind: Limit { least: 0 },
        default: "0",
        about: "How many failed checkpoints are borne before the job is failed. Only some reasons count, each checkpoint once; the next completion starts the count over.",
        check: "2147483647 is the same as Unlimited: nothing is counted.",
        rules: &[28, 29, 30, 31],
        model: Full(Slot::TolerableFailed),
        ..knob("execution.checkpointing.tolerable-failed-checkpoints")
    },
    Knob {
        older: &["state.checkpoints.num-retained"],
        kind: Count { least: 0 },
        default: "1",
        about: "How many completed checkpoints are kept. A restore takes the newest.",
        check: "0 means 1.",
        rules: &[2, 22, 63],
        model: Full(Slot::Retained),
        ..knob("execution.checkpointing.num-retained")
    },
    Knob {
        older: &["execution.checkpointing.checkpoints-after-tasks-finish.enabled"],
        kind: Flag,
        default: "true",
        about: "Checkpoints go on when some tasks have finished, and a task waits for a last checkpoint before it finishes. Without it no checkpoint is made any more once a task has finished, and what a two-phase sink has not committed by then stays invisible.",
        rules: &[16, 45, 54],
        model: Full(Slot::AfterFinish),
        ..knob("execution.checkpointing.checkpoints-after-tasks-finish")
    },
    Knob {
        words: &["setExternalizedCheckpointRetention", "enableExternalizedCheckpoints", "retention", "retain"],
        kind: Choice {
            what: "retention of checkpoints",
            of: &[&["NO_EXTERNALIZED_CHECKPOINTS"], &["DELETE_ON_CANCELLATION"], &["RETAIN_ON_CANCELLATION"]],
        },
        default: "NO_EXTERNALIZED_CHECKPOINTS",
        about: "Which completed checkpoints outlive the job: none; those of a job that failed; or also those of one that was cancelled or suspended. A job that finished keeps none.",
        rules: &[23, 27],
        model: Full(Slot::Retention),
        ..knob("execution.checkpointing.externalized-checkpoint-retention")
    },
    Knob {
        kind: OptionalDuration,
        default: "none",
        about: "The time from the start of the job to the first trigger. Flink has no such key: it draws the delay between the min pause and the interval, and so does a file that says nothing.",
        rules: &[4],
        model: Full(Slot::InitialDelay),
        ..knob("cutline.checkpointing.initial-delay")
    },
];
