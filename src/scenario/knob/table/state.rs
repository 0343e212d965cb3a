//! Where state and snapshots lie, and what a job starts from.

use super::knob;
use crate::scenario::knob::Kind::{Choice, Flag, Size};
use crate::scenario::knob::Model::Full;
use crate::scenario::knob::{Knob, Slot};

pub(super) const STATE: &[Knob] = &[
    Knob {
        older: &["state.backend.incremental"],
        words: &["EmbeddedRocksDBStateBackend"],
        kind: Flag,
        default: "false",
        about: "A checkpoint uploads only files that no earlier one has, and refers to the others.",
        rules: &[87, 88, 89, 90],
        instead: "how long a checkpoint takes to write is `storage: (state: {..}, write: PerMegabyte(..))`",
        ..knob("execution.checkpointing.incremental")
    },
    Knob {
        older: &["state.checkpoint-storage"],
        words: &["setCheckpointStorage", "CheckpointStorage"],
        kind: Choice {
            what: "checkpoint storage",
            of: &[&["JobManager", "JobManagerCheckpointStorage"], &["FileSystem", "FileSystemCheckpointStorage"]],
        },
        default: "jobmanager",
        about: "Where snapshots go: `jobmanager` keeps them in its memory and takes 5 MiB of one state handle, `filesystem` takes any size. In Flink it is `filesystem`, too, if there is a directory of checkpoints.",
        check: "With files the bound on a state handle, `storage: (max_state_size: ..)`, has no meaning: a file that says both is refused.",
        rules: &[52],
        model: Full(Slot::CheckpointStorage),
        ..knob("execution.checkpointing.storage")
    },
    Knob {
        older: &["state.checkpoints.dir"],
        default: "none",
        about: "The directory of checkpoints. One that is set makes files the storage: here `execution.checkpointing.storage: filesystem` says that, and files have no names.",
        instead: "files as storage are `storage: (kind: FileSystem)`",
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
        instead: "how long a task reads its state is `latencies: (restore: ..)`",
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
        about: "Existed from 1.9 to 1.14: a restore took the newest checkpoint even if a savepoint was newer. Today a plain savepoint is never restored from by itself, so there is nothing to prefer. It comes with the profile `flink-1.10`, which is not there yet.",
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
        instead: "a start from the newest retained checkpoint is `user: [Start(at: ..)]`",
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
        instead: "how long a task reads its state is `latencies: (restore: ..)`",
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
        kind: Choice {
            what: "state backend",
            of: &[
                &["HashMap", "HashMapStateBackend"],
                &["RocksDB", "EmbeddedRocksDBStateBackend"],
                &["ForSt", "ForStStateBackend"],
                &["FileSystem", "FsStateBackend"],
                &["JobManager", "memory", "MemoryStateBackend"],
            ],
        },
        default: "hashmap",
        about: "What keeps the state of running tasks: `hashmap` on the heap, `rocksdb` on disk, where each record of an operator with state pays for reading and writing it: 10 us, unless `state_backend: RocksDB(access: ..)` says otherwise.",
        check: "Two words of older versions say the storage, too: `filesystem` is hashmap with files, `jobmanager` is hashmap with the JobManager.",
        rules: &[87],
        model: Full(Slot::StateBackend),
        absent: &[("ForSt", "in Flink: state on remote storage, with a cache on local disk")],
        ..knob("state.backend.type")
    },
];
