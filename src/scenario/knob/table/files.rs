//! How snapshots become files, what is written between them, and what is measured of state. No run has any of it: these
//! are here so that a configuration of Flink's with its defaults in it is none to complain about.

use super::knob;
use crate::scenario::knob::Kind::{Count, Duration, Factor, Flag, Size};
use crate::scenario::knob::Knob;

pub(super) const FILES: &[Knob] = &[
    Knob {
        words: &["setUseSnapshotCompression", "enableSnapshotCompression"],
        kind: Flag,
        default: "false",
        about: "Compresses state that is written in full.",
        instead: "how long a checkpoint takes to write is `storage: (state: {..}, write: PerMegabyte(..))`",
        ..knob("execution.checkpointing.snapshot-compression")
    },
    Knob {
        kind: Flag,
        default: "false",
        about: "Lets one merged file hold data of several checkpoints.",
        ..knob("execution.checkpointing.file-merging.across-checkpoint-boundary")
    },
    Knob {
        kind: Size,
        default: "32 mb",
        about: "How large a merged file becomes.",
        ..knob("execution.checkpointing.file-merging.max-file-size")
    },
    Knob {
        kind: Flag,
        default: "false",
        about: "Whether a task waits for a file that is returned, or begins another one.",
        ..knob("execution.checkpointing.file-merging.pool-blocking")
    },
    Knob {
        kind: Count { least: 1 },
        default: "4",
        about: "How many subtasks of a TaskManager share a merged file.",
        ..knob("execution.checkpointing.file-merging.max-subtasks-per-file")
    },
    Knob {
        kind: Factor { least: 0, most: u32::MAX },
        default: "2",
        about: "How much more room merged files may take than what is valid in them, before it is written again. Below 1: any.",
        ..knob("execution.checkpointing.file-merging.max-space-amplification")
    },
    Knob {
        older: &["taskmanager.state.local.root-dirs"],
        default: "none",
        about: "Where a TaskManager keeps the second copies of its tasks' state.",
        ..knob("execution.checkpointing.local-backup.dirs")
    },
    Knob {
        older: &["state.backend.changelog.enabled"],
        words: &["enableChangelogStateBackend"],
        kind: Flag,
        default: "false",
        about: "Writes each change of state to a log as it happens: a checkpoint is then the log up to it, and what was written in full before.",
        instead: "how long a checkpoint takes to write is `storage: (state: {..}, write: PerMegabyte(..))`",
        ..knob("state.changelog.enabled")
    },
    Knob {
        older: &["state.backend.changelog.storage"],
        default: "memory",
        about: "Where that log is.",
        ..knob("state.changelog.storage")
    },
    Knob {
        older: &["state.backend.changelog.max-failures-allowed"],
        kind: Count { least: 0 },
        default: "3",
        about: "How often in a row state may fail to be written in full beside that log.",
        ..knob("state.changelog.max-failures-allowed")
    },
    Knob {
        older: &["state.backend.changelog.periodic-materialize.enabled"],
        kind: Flag,
        default: "true",
        about: "Whether state is written in full now and then, so that the log before it can go.",
        ..knob("state.changelog.periodic-materialize.enabled")
    },
    Knob {
        older: &["state.backend.changelog.periodic-materialize.interval"],
        kind: Duration,
        default: "10 min",
        about: "How often that is.",
        ..knob("state.changelog.periodic-materialize.interval")
    },
    Knob {
        older: &["state.backend.latency-track.keyed-state-enabled"],
        kind: Flag,
        default: "false",
        about: "Measures how long each use of keyed state takes.",
        ..knob("state.latency-track.keyed-state-enabled")
    },
    Knob {
        older: &["state.backend.latency-track.sample-interval"],
        kind: Count { least: 1 },
        default: "100",
        about: "One use of so many is measured.",
        ..knob("state.latency-track.sample-interval")
    },
    Knob {
        older: &["state.backend.latency-track.history-size"],
        kind: Count { least: 1 },
        default: "128",
        about: "How many measurements are kept.",
        ..knob("state.latency-track.history-size")
    },
    Knob {
        older: &["state.backend.latency-track.state-name-as-variable"],
        kind: Flag,
        default: "true",
        about: "Whether measurements are told apart by the name of the state.",
        ..knob("state.latency-track.state-name-as-variable")
    },
];
