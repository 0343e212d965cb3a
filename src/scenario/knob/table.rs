//! The table of knobs. Files, `--set`, printing and `explain` all read it; there is no second list.

use super::Kind::{Choice, Count, Duration, Factor, Flag, Limit, OptionalDuration, Size, Text};
use super::Model::{Absent, Checked, Elsewhere, Full};
use super::{Knob, Slot};

/// A row with what most rows have: no older keys, no other words.
const fn knob(key: &'static str) -> Knob {
    Knob { key, older: &[], words: &[], kind: Text, default: "", about: "", check: "", rules: &[], model: Absent }
}

/// Every knob, checkpointing first, in the order in which a file prints them.
pub static KNOBS: &[Knob] = &[
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
        words: &["setExternalizedCheckpointRetention", "enableExternalizedCheckpoints"],
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
    Knob {
        older: &["execution.checkpointing.unaligned"],
        words: &["enableUnalignedCheckpoints"],
        kind: Flag,
        default: "false",
        about: "Barriers overtake the data in the channels, and what they overtake is stored with the checkpoint: checkpoints stay fast under backpressure and become larger.",
        check: "Refused with more than one concurrent checkpoint. Ignored in at-least-once mode and for savepoints.",
        rules: &[1, 2, 34, 37, 48],
        model: Checked(Slot::Unaligned),
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
    Knob {
        older: &["state.backend.incremental"],
        words: &["EmbeddedRocksDBStateBackend"],
        kind: Flag,
        default: "false",
        about: "A checkpoint uploads only files that no earlier one has, and refers to the others.",
        rules: &[87, 88, 89, 90],
        ..knob("execution.checkpointing.incremental")
    },
    Knob {
        older: &["state.checkpoint-storage"],
        words: &["setCheckpointStorage"],
        default: "none",
        about: "Where snapshots go: `jobmanager` keeps them in its memory, `filesystem` in files. By default files if there is a directory for them; here the JobManager unless the file says otherwise.",
        model: Elsewhere("storage: (kind: FileSystem)"),
        ..knob("execution.checkpointing.storage")
    },
    Knob {
        older: &["state.checkpoints.dir"],
        default: "none",
        about: "The directory of checkpoints.",
        ..knob("execution.checkpointing.dir")
    },
    Knob {
        older: &["state.savepoints.dir"],
        words: &["setDefaultSavepointDirectory"],
        default: "none",
        about: "The directory of savepoints that name none.",
        ..knob("execution.checkpointing.savepoint-dir")
    },
    Knob {
        older: &["state.checkpoints.create-subdir"],
        kind: Flag,
        default: "true",
        about: "Whether each job has a directory of its own below that of checkpoints.",
        ..knob("execution.checkpointing.create-subdir")
    },
    Knob {
        older: &["state.storage.fs.memory-threshold"],
        kind: Size,
        default: "20 kb",
        about: "State below this size is stored in the metadata of the checkpoint, not in a file.",
        ..knob("execution.checkpointing.data-inline-threshold")
    },
    Knob {
        older: &["state.storage.fs.write-buffer-size"],
        kind: Size,
        default: "4096 bytes",
        about: "The buffer in front of files of a checkpoint.",
        ..knob("execution.checkpointing.write-buffer-size")
    },
    Knob {
        older: &["state.backend.local-recovery"],
        kind: Flag,
        default: "false",
        about: "Keeps a second copy of each task's state on its TaskManager.",
        ..knob("execution.checkpointing.local-backup.enabled")
    },
    Knob {
        kind: Flag,
        default: "false",
        about: "Merges small files of checkpoints into larger ones.",
        ..knob("execution.checkpointing.file-merging.enabled")
    },
    Knob {
        words: &["setPreferCheckpointForRecovery"],
        kind: Flag,
        default: "false",
        about: "Existed from 1.9 to 1.14: a restore took the newest checkpoint even if a savepoint was newer. Today a plain savepoint is never restored from by itself, so there is nothing to prefer.",
        rules: &[21, 63],
        ..knob("execution.checkpointing.prefer-checkpoint-for-recovery")
    },
    Knob {
        words: &["setPauseSourcesUntilFirstCheckpoint"],
        kind: Flag,
        default: "false",
        about: "Sources read nothing until the first checkpoint of the job has completed.",
        rules: &[4],
        ..knob("pipeline.sources.pause-until-first-checkpoint")
    },
    Knob {
        older: &["execution.savepoint.path"],
        default: "none",
        about: "The savepoint or checkpoint that the job starts from.",
        rules: &[65, 70],
        ..knob("execution.state-recovery.path")
    },
    Knob {
        older: &["execution.savepoint.ignore-unclaimed-state"],
        words: &["allowNonRestoredState"],
        kind: Flag,
        default: "false",
        about: "Allows state in that savepoint that no operator of the job takes.",
        rules: &[70],
        ..knob("execution.state-recovery.ignore-unclaimed-state")
    },
    Knob {
        older: &["execution.savepoint-restore-mode"],
        kind: Choice { what: "claim mode", of: &[&["NO_CLAIM"], &["CLAIM"], &["LEGACY"]] },
        default: "NO_CLAIM",
        about: "Who owns the files of the snapshot that a job starts from: nobody new, the job, or nobody in particular.",
        rules: &[71, 91],
        ..knob("execution.state-recovery.claim-mode")
    },
    Knob {
        kind: Flag,
        default: "false",
        about: "Restores from the copy on the TaskManager where there is one.",
        ..knob("execution.state-recovery.from-local")
    },
    Knob {
        older: &["execution.checkpointing.recover-without-channel-state.checkpoint-id"],
        words: &["setCheckpointIdOfIgnoredInFlightData"],
        default: "-1",
        about: "The checkpoint whose channel state is thrown away at a restore.",
        rules: &[79],
        ..knob("execution.state-recovery.without-channel-state.checkpoint-id")
    },
    Knob {
        older: &["state.backend"],
        words: &["setStateBackend"],
        default: "hashmap",
        about: "What keeps the state of running tasks: hashmap, rocksdb, forst. Here HashMap and RocksDB(access: ..), which says what each record pays.",
        rules: &[87],
        model: Elsewhere("state_backend: HashMap"),
        ..knob("state.backend.type")
    },
    Knob {
        older: &["restart-strategy"],
        words: &["setRestartStrategy", "RestartStrategies", "noRestart"],
        kind: Choice {
            what: "restart strategy",
            of: &[&["none", "off", "disable"], &["fixed-delay"], &["failure-rate"], &["exponential-delay"]],
        },
        default: "",
        about: "When the job restarts after a failure, and when it gives up. Unset: exponential-delay with periodic checkpoints, none without.",
        rules: &[61, 67],
        model: Full(Slot::Strategy),
        ..knob("restart-strategy.type")
    },
    Knob {
        words: &["fixedDelayRestart"],
        kind: Count { least: 0 },
        default: "1",
        about: "How many restarts the job has in its whole life.",
        rules: &[68],
        model: Full(Slot::FixedAttempts),
        ..knob("restart-strategy.fixed-delay.attempts")
    },
    Knob {
        kind: Duration,
        default: "1 s",
        about: "The pause before each restart.",
        rules: &[68],
        model: Full(Slot::FixedDelay),
        ..knob("restart-strategy.fixed-delay.delay")
    },
    Knob {
        words: &["failureRateRestart", "max_failures"],
        kind: Count { least: 1 },
        default: "1",
        about: "How many failures within one interval are restarted from; one more is final.",
        rules: &[68],
        model: Full(Slot::RateFailures),
        ..knob("restart-strategy.failure-rate.max-failures-per-interval")
    },
    Knob {
        kind: Duration,
        default: "1 min",
        about: "The interval in which failures are counted. A failure exactly this long ago still counts.",
        check: "0 is refused.",
        rules: &[68],
        model: Full(Slot::RateInterval),
        ..knob("restart-strategy.failure-rate.failure-rate-interval")
    },
    Knob {
        kind: Duration,
        default: "1 s",
        about: "The pause before each restart.",
        rules: &[68],
        model: Full(Slot::RateDelay),
        ..knob("restart-strategy.failure-rate.delay")
    },
    Knob {
        words: &["exponentialDelayRestart"],
        kind: Duration,
        default: "1 s",
        about: "The pause before the first restart.",
        rules: &[69],
        model: Full(Slot::InitialBackoff),
        ..knob("restart-strategy.exponential-delay.initial-backoff")
    },
    Knob {
        kind: Duration,
        default: "1 min",
        about: "The longest pause before a restart.",
        check: "Less than the initial backoff is refused.",
        rules: &[69],
        model: Full(Slot::MaxBackoff),
        ..knob("restart-strategy.exponential-delay.max-backoff")
    },
    Knob {
        words: &["multiplier"],
        kind: Factor { least: 1_001, most: u32::MAX },
        default: "1.5",
        about: "By how much the pause grows with each failure.",
        rules: &[69],
        model: Full(Slot::Multiplier),
        ..knob("restart-strategy.exponential-delay.backoff-multiplier")
    },
    Knob {
        words: &["reset_threshold"],
        kind: Duration,
        default: "1 h",
        about: "A calm of this length, counted from the planned restart, makes the backoff start over.",
        rules: &[69],
        model: Full(Slot::ResetThreshold),
        ..knob("restart-strategy.exponential-delay.reset-backoff-threshold")
    },
    Knob {
        words: &["jitter"],
        kind: Factor { least: 0, most: 1_000 },
        default: "0.1",
        about: "The share of the pause that is drawn at random, up or down.",
        rules: &[69],
        model: Full(Slot::Jitter),
        ..knob("restart-strategy.exponential-delay.jitter-factor")
    },
    Knob {
        kind: Limit { least: 1 },
        default: "Unlimited",
        about: "How many failures since the last calm are restarted from; one more is final.",
        rules: &[69],
        model: Full(Slot::ResetAttempts),
        ..knob("restart-strategy.exponential-delay.attempts-before-reset-backoff")
    },
    Knob {
        kind: Choice { what: "failover strategy", of: &[&["region"], &["full"]] },
        default: "region",
        about: "Which tasks restart after a failure: those that the failed one is connected to, or all. Here all of them do, which is the same for a job in one piece.",
        rules: &[60],
        ..knob("jobmanager.execution.failover-strategy")
    },
    Knob {
        default: "Default",
        about: "Who deploys tasks and restarts them; the adaptive one can change the parallelism.",
        rules: &[31, 60],
        ..knob("jobmanager.scheduler")
    },
    Knob {
        kind: Count { least: 0 },
        default: "10",
        about: "How often a committer tries once more before its task fails.",
        rules: &[85],
        ..knob("sink.committer.retries")
    },
];
