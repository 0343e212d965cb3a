//! Kinds of events, by the word that a trace has for them.

use super::paragraph;
use crate::scenario::knob::same;

/// A kind of event: the word of a trace, the variants of `trace::Event` that it stands for, and what they mean.
pub(super) struct Kind {
    pub(super) word: &'static str,
    pub(super) events: &'static [&'static str],
    about: &'static str,
}

const fn kind(word: &'static str, events: &'static [&'static str], about: &'static str) -> Kind {
    Kind { word, events, about }
}

/// Every kind, in the order of a run.
pub(super) const KINDS: &[Kind] = &[
    kind(
        "status",
        &["Job"],
        "The job has this status now: RUNNING, RESTARTING while a failure is dealt with, FINISHED, FAILED, CANCELED.",
    ),
    kind(
        "CRASH",
        &["Crashed", "ManagerCrashed"],
        "A task, or a TaskManager with all its tasks, is gone with its state and its channels. Nobody knows of it yet.",
    ),
    kind(
        "notice",
        &["FailureNoticed"],
        "The JobManager has learned of a failure. Periodic checkpoints stop, pending ones are given up, and the restart strategy is asked (R61).",
    ),
    kind("backoff", &["RestartPlanned"], "The restart strategy allows a restart after this pause (R67 to R69)."),
    kind("give up", &["RestartDenied"], "The restart strategy allows no restart any more: the job fails."),
    kind(
        "cancel",
        &["Canceled"],
        "A task that survived a failure is cancelled for the restart; its state and its channels are gone (R61).",
    ),
    kind(
        "restart",
        &["Restarting"],
        "The job restarts from its newest completed checkpoint, or from nothing. Attempts are new from here on (R62, R63).",
    ),
    kind(
        "ask",
        &["Asked"],
        "A person asks for something: a checkpoint, which the min pause does not hold back (R10), the end of the job, or its next life. A file says so in `user`.",
    ),
    kind(
        "refuse",
        &["Refused"],
        "What a person asked for is not possible: the job is over, or is not over, or left no checkpoint to start from.",
    ),
    kind(
        "start",
        &["Started"],
        "The job begins a new life from the newest checkpoint that outlived the last one (R27). It does not own that checkpoint (R71), its ids go on behind it (R66, R70), and its restart strategy remembers no failure.",
    ),
    kind("deploy", &["Deployed"], "A new attempt of a task exists, and is empty."),
    kind(
        "restore",
        &["Restored"],
        "A task has read its part of the checkpoint. What it `shows` is the number it had in it.",
    ),
    kind("holds", &["Holds"], "What one key of a restored task holds."),
    kind("run", &["Running"], "A task runs: it takes records and barriers."),
    kind(
        "finish",
        &["Finished"],
        "A task has done all its work. With checkpoints after tasks finish that is after a last checkpoint (R54).",
    ),
    kind("trigger", &["Triggered"], "A checkpoint is pending, and its sources are told to begin (R13)."),
    kind(
        "reject",
        &["Rejected"],
        "A trigger was given up before a checkpoint existed; the reason is one of Flink's (R9, R10, R17).",
    ),
    kind(
        "ack",
        &["AckSent", "Acked"],
        "A task acknowledges its part; at `coord` the acknowledgement has arrived, and may be of no use any more (R19).",
    ),
    kind(
        "decline",
        &["DeclineSent", "Declined"],
        "A task declines its part; at `coord` the checkpoint is given up for that (R25).",
    ),
    kind(
        "complete",
        &["Completed"],
        "Every task has acknowledged, and the checkpoint is stored: a restore takes it from here on (R21).",
    ),
    kind("abort", &["Aborted"], "A pending checkpoint is given up, for one of Flink's reasons (R26)."),
    kind("subsume", &["Subsumed"], "A completed checkpoint left the store, because newer ones take its place (R22)."),
    kind(
        "close",
        &["Closed"],
        "The job is over, and with it the stay of a completed checkpoint in the store: its files are deleted, or outlive the job (R27).",
    ),
    kind(
        "fail job",
        &["TooManyFailures"],
        "More checkpoints failed in a row than are tolerable: the job is failed, and the restart strategy decides (R30).",
    ),
    kind(
        "align",
        &["BarrierTaken", "CancelMarkerTaken"],
        "A task took a barrier from an input. In exactly-once mode the input `waits` until the barriers of all inputs have come (R42); a cancel marker ends that (R44).",
    ),
    kind("resume", &["Resumed"], "An input that waited moves again."),
    kind(
        "snapshot",
        &["Snapshot"],
        "A task took its snapshot: what it `shows` is in it, and nothing that comes later (R51).",
    ),
    kind(
        "barrier",
        &["BarrierSent"],
        "A barrier goes down a channel, behind all that was sent before and ahead of all that is sent later.",
    ),
    kind(
        "marker",
        &["CancelMarkerSent"],
        "A cancel marker goes down a channel: nobody needs to wait for the barrier of this checkpoint (R57).",
    ),
    kind(
        "write",
        &["Written", "Row", "Upserted"],
        "With a checkpoint: the asynchronous part of a task ended, its snapshot is in storage or the write FAILED (R52). Without: a sink wrote a row, in a transaction, visible at once, or in place of the one its key had before.",
    ),
    kind(
        "too large",
        &["TooLarge"],
        "A task's snapshot is larger than the JobManager takes of one handle: the write fails, and the task declines.",
    ),
    kind(
        "notified",
        &["Notified", "NotifiedAborted"],
        "A task has heard that a checkpoint is complete, or was given up. Sinks commit at the first (R55, R56).",
    ),
    kind("emit", &["Emitted"], "A source read a record."),
    kind(
        "send",
        &["Sent", "WatermarkSent", "StatusSent"],
        "A record, a watermark, or a change between idle and active goes down a channel.",
    ),
    kind(
        "transfer",
        &["Transferred"],
        "What is first in a channel moved to the queue of the receiver, which had a free credit.",
    ),
    kind(
        "take",
        &["Received", "WatermarkTaken", "StatusTaken", "EndOfDataTaken", "EndOfPartition"],
        "A task took a record and handled it, or took a watermark, a change between idle and active, or the end of an input.",
    ),
    kind(
        "watermark",
        &["Watermark"],
        "A task's watermark has risen: no record of this time or before is to come (R93).",
    ),
    kind(
        "idle",
        &["Status"],
        "A source, or all inputs of a task, are idle, and hold no watermark back; `active` when they go on (R93).",
    ),
    kind(
        "fire",
        &["Fired"],
        "A timer of event time fired, because the watermark reached it, and emitted a record (R95).",
    ),
    kind("end", &["EndOfData"], "A task has no more data to come, and has told its receivers (R54)."),
    kind("begin", &["Begun"], "A sink opened a transaction (R80)."),
    kind(
        "precommit",
        &["PreCommitted"],
        "With its part of a checkpoint a sink closed a transaction: it survives a crash, and is not visible yet (R80).",
    ),
    kind(
        "commit",
        &["Committed"],
        "A transaction is visible. `again`: it was already, and committing it once more changed nothing (R81, R82).",
    ),
    kind(
        "drop",
        &["Dropped", "Late"],
        "At `sink store`: a transaction that no checkpoint had stored is gone with its rows (R81). At a task: a record came after the watermark had closed its window, and is dropped (R96).",
    ),
    kind(
        "STUCK",
        &["Stuck"],
        "Nothing moves any more, and the job is not over: nothing can happen, or only alarms while a checkpoint is pending that cannot complete, or periodic triggers one after the other without any effect; or the job restarts from the same checkpoint again and again without a fault. The rule `progress` is broken; the line says who waits for whom, or who fails each time.",
    ),
    kind("stop", &["Stopped"], "The run was cut off by `stop` of the file."),
];

/// The words of a trace.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.word)
}

/// The kinds with this word, or of this variant.
pub(super) fn explain(word: &str) -> Option<String> {
    let is_meant = |kind: &&Kind| same(kind.word, word) || kind.events.iter().any(|event| same(event, word));
    let shown: Vec<String> = KINDS.iter().filter(is_meant).map(text).collect();
    (!shown.is_empty()).then(|| shown.join("\n"))
}

fn text(kind: &Kind) -> String {
    let level = "  shown by    cutline trace FILE, with --level records or all if it is about data";
    format!("{}\n\n{}\n{level}\n  in Rust     {}\n", kind.word, paragraph(kind.about), events(kind))
}

fn events(kind: &Kind) -> String {
    kind.events.iter().map(|event| format!("trace::Event::{event}")).collect::<Vec<_>>().join(", ")
}

/// Every kind, one line each.
pub(super) fn list() -> String {
    let line = |kind: &Kind| {
        let first = kind.about.split_once(['.', ':']).map_or(kind.about, |parts| parts.0);
        format!("  {:<12}{first}\n", kind.word)
    };
    KINDS.iter().map(line).collect()
}
