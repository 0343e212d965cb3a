//! The columns of checkpoints and restores: those of `run`, and what Flink calls and counts them.
//!
//! Flink: the history of checkpoints in the web UI, and `CheckpointStatistics` and `SubtaskCheckpointStatistics` in REST.

use super::paragraph;

/// A column, or a figure of Flink's that `run` does not show.
struct Column {
    /// Its name in the table of `run`, or Flink's; then what else it is called.
    words: &'static [&'static str],
    /// What it means, and how it is counted here.
    about: &'static str,
    unit: &'static str,
    /// The field of a checkpoint in `run --format json`; empty if there is none.
    json: &'static str,
    /// The heading in Flink's web UI.
    web: &'static str,
    /// The field in Flink's REST answers.
    rest: &'static str,
}

const NONE: &str = "";
const TIME: &str = "in the table as it fits, in JSON us; Flink: ms";
const MOMENT: &str = "s of virtual time, in JSON us; Flink: ms of the wall clock";
const SIZE: &str = "bytes; 1 KiB is 1024";

/// The columns of `run` from left to right, then what stands between its lines, then what it does not show.
const COLUMNS: &[Column] = &[
    Column {
        words: &["ID"],
        about: "The number of the checkpoint. Numbers only rise, and failed checkpoints have one, too; savepoints are counted with checkpoints. A new life of the job may give the number of one that came to nothing again.",
        unit: "a number from 1",
        json: "id",
        web: "ID",
        rest: "id",
    },
    Column {
        words: &["status", "PENDING", "COMPLETED", "FAILED", "IN_PROGRESS"],
        about: "PENDING until every task has acknowledged it, then COMPLETED; FAILED if it was given up, with Flink's reason at the end of the line. Flink says IN_PROGRESS for PENDING.",
        unit: "a word",
        json: "status",
        web: "Status",
        rest: "status",
    },
    Column {
        words: &["acked", "acknowledged", "tasks", "num_acknowledged_subtasks", "num_subtasks"],
        about: "How many tasks have acknowledged it, of all that the job has. Those that had finished before it was triggered count from the beginning, as in Flink.",
        unit: "tasks",
        json: "acknowledged, tasks",
        web: "Acknowledged",
        rest: "num_acknowledged_subtasks, num_subtasks",
    },
    Column {
        words: &["trigger", "trigger-time", "trigger_us", "trigger_timestamp"],
        about: "When the JobManager began it. The clock of a run begins with 0.",
        unit: MOMENT,
        json: "trigger_us",
        web: "Trigger Time",
        rest: "trigger_timestamp",
    },
    Column {
        words: &["end to end", "end-to-end", "end_to_end_us", "end_to_end_duration"],
        about: "From the trigger to the latest acknowledgement; of one that failed, to its failure. It is not known while the checkpoint is pending. Writing the metadata and telling the tasks of the completion come after it.",
        unit: TIME,
        json: "end_to_end_us",
        web: "End to End Duration",
        rest: "end_to_end_duration",
    },
    Column {
        words: &["alignment", "alignment-duration", "alignment_us", "duration"],
        about: "From the first barrier at a task to its last: in exactly-once mode inputs whose barrier has come wait meanwhile (R42). The table has the longest of all tasks; none if no task had a barrier. Flink gives it for each subtask, and the largest and the average for each vertex.",
        unit: TIME,
        json: "alignment_us",
        web: "Alignment Duration, of each subtask",
        rest: "alignment.duration, of each subtask",
    },
    Column {
        words: &["start delay", "start-delay", "start_delay_us"],
        about: "From the trigger to a task's first barrier; for a source, to its snapshot. It grows with what lies in the channels in front of the barriers: backpressure shows here. The table has the longest of all tasks, Flink gives it for each subtask.",
        unit: TIME,
        json: "start_delay_us",
        web: "Start Delay, of each subtask",
        rest: "start_delay, of each subtask",
    },
    Column {
        words: &["size", "checkpointed_size", "state size"],
        about: "What the tasks that have acknowledged it wrote for it, added up. States have the sizes that the file gives them, `storage: (state: {..})`; without them there is no such column, and null in JSON. Up to Flink 1.10 it was called State Size.",
        unit: SIZE,
        json: "checkpointed_size",
        web: "Checkpointed Data Size",
        rest: "checkpointed_size",
    },
    Column {
        words: &["reason", "cause", "failure_message"],
        about: "Why it failed: behind the last column, by Flink's name, and then what was behind it, in words. `cutline explain reasons` lists the names.",
        unit: "words",
        json: "reason, cause",
        web: "Failure Message",
        rest: "failure_message",
    },
    Column {
        words: &["read again", "again"],
        about: "In a line `restore from ..`: how many records sources read once more, since they came behind the checkpoint that was restored. Flink does not count them.",
        unit: "records",
        json: NONE,
        web: NONE,
        rest: NONE,
    },
    Column {
        words: &["down for", "down"],
        about: "In a line `restore from ..`: from the failure until every task ran again; nothing if something failed before that. Flink has metrics for it: restartingTime, downtime.",
        unit: "as it fits, in JSON us",
        json: NONE,
        web: NONE,
        rest: NONE,
    },
    Column {
        words: &["is_savepoint", "checkpoint type", "checkpoint_type"],
        about: "Whether it is a savepoint: then `savepoint` stands behind the last column.",
        unit: "true or false",
        json: "is_savepoint",
        web: "Checkpoint Type",
        rest: "is_savepoint, checkpoint_type",
    },
    Column {
        words: &["latest acknowledgement", "latest_ack_timestamp"],
        about: "When the latest acknowledgement came. `run` has no column for it: it is `trigger` plus `end to end`.",
        unit: "Flink: ms of the wall clock",
        json: NONE,
        web: "Latest Acknowledgement",
        rest: "latest_ack_timestamp",
    },
    Column {
        words: &["full checkpoint data size", "state_size"],
        about: "What the checkpoint holds, with what an incremental one takes over from earlier ones. `run` has no column for it: checkpoints are written whole here, so it is `size`.",
        unit: "Flink: bytes",
        json: NONE,
        web: "Full Checkpoint Data Size",
        rest: "state_size",
    },
    Column {
        words: &["processed in-flight data", "processed", "processed_data"],
        about: "How much a task took in between its first and its last barrier. `run` has no column for it: records have no size here.",
        unit: "Flink: bytes",
        json: NONE,
        web: "Processed (persisted) in-flight data",
        rest: "processed_data; alignment.processed, of each subtask",
    },
    Column {
        words: &["persisted in-flight data", "persisted", "persisted_data", "Processed (persisted) in-flight data"],
        about: "What an unaligned checkpoint stores of the channels. `run` has no column for it: unaligned checkpoints are not modelled yet, and what an aligned one stores of channels is nothing.",
        unit: "Flink: bytes",
        json: NONE,
        web: "Processed (persisted) in-flight data",
        rest: "persisted_data; alignment.persisted, of each subtask",
    },
    Column {
        words: &["alignment_buffered", "buffered"],
        about: "How much waited while a task aligned. Flink has stopped counting it: it is always 0.",
        unit: "Flink: bytes",
        json: NONE,
        web: "Buffered During Alignment, up to 1.10",
        rest: "alignment_buffered; alignment.buffered, of each subtask",
    },
    Column {
        words: &["sync duration", "sync"],
        about: "How long a task stood still to take its snapshot. `run` has no column for it: that takes no time here.",
        unit: "Flink: ms",
        json: NONE,
        web: "Sync Duration, of each subtask",
        rest: "checkpoint.sync, of each subtask",
    },
    Column {
        words: &["async duration", "async"],
        about: "How long a snapshot took to write while the task went on. `run` has no column for it: it is what `storage: (write: ..)` says, and `cutline trace FILE` shows both ends of it.",
        unit: "Flink: ms",
        json: NONE,
        web: "Async Duration, of each subtask",
        rest: "checkpoint.async, of each subtask",
    },
    Column {
        words: &["unaligned checkpoint", "unaligned_checkpoint"],
        about: "Whether barriers overtook data at this subtask. `run` has no column for it: unaligned checkpoints are not modelled yet.",
        unit: "true or false",
        json: NONE,
        web: "Unaligned Checkpoint, of each subtask",
        rest: "unaligned_checkpoint, of each subtask",
    },
    Column {
        words: &["failure_timestamp", "aborted", "discarded", "external_path"],
        about: "When a checkpoint failed, whether a subtask has given it up, whether its files are gone, and where they are. `run` has no columns for them; `cutline trace FILE` shows when a checkpoint is given up and when its files go.",
        unit: "a time, yes or no, a path",
        json: NONE,
        web: "Failure Time, Discarded, Path",
        rest: "failure_timestamp, aborted, discarded, external_path",
    },
];

/// A word without what only styles of writing differ in: `End to End` and `end_to_end`.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The first name of each column.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|column| column.words[0])
}

/// Every name of a column, Flink's headings too.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    COLUMNS
        .iter()
        .flat_map(|column| column.words.iter().copied().chain([heading(column)]))
        .filter(|word| !word.is_empty())
}

/// Flink's heading, without where it stands.
fn heading(column: &Column) -> &'static str {
    column.web.split(',').next().unwrap_or_default()
}

/// The column that is called so: in the table, in JSON, in the web UI or in REST.
pub(super) fn explain(word: &str) -> Option<String> {
    let wanted = plain(word);
    // `alignment.duration`, as a path in an answer of REST.
    let is_path = |column: &Column| {
        let paths = column.rest.split([',', ';', ' ']).filter(|path| path.contains('.'));
        word.contains('.') && paths.map(plain).any(|path| path == wanted)
    };
    let is_meant = |column: &&Column| {
        column.words.iter().any(|other| plain(other) == wanted) || plain(heading(column)) == wanted || is_path(column)
    };
    let shown: Vec<String> = COLUMNS.iter().filter(is_meant).map(text).collect();
    (!wanted.is_empty() && !shown.is_empty()).then(|| shown.join("\n"))
}

fn text(column: &Column) -> String {
    let Column { words, about, unit, json, web, rest } = column;
    let mut text = format!("{}\n\n{}\n", words[0], paragraph(about));
    let rows = [("unit", *unit), ("run, JSON", json), ("web UI", web), ("REST", rest)];
    for (name, value) in rows.into_iter().filter(|row| !row.1.is_empty()) {
        text.push_str(&format!("  {name:<12}{value}\n"));
    }
    text
}

/// Every column, with Flink's names.
pub(super) fn list() -> String {
    let line = |column: &Column| {
        let web = if column.web.is_empty() { "-" } else { column.web };
        format!("  {:<28}{web:<40}{}", column.words[0], column.rest).trim_end().to_owned() + "\n"
    };
    let head = format!("  {:<28}{:<40}{}\n", "column", "Flink's web UI", "Flink's REST");
    head + &COLUMNS.iter().map(line).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_the_table_is_explained() {
        let source = include_str!("../report/table.rs");
        let heads = source.split("const HEADS").nth(1).and_then(|rest| rest.split(['[', ']']).nth(3));
        let heads: Vec<&str> =
            heads.expect("there are columns").split(',').map(|head| head.trim().trim_matches('"')).collect();
        let shown: Vec<&str> = COLUMNS.iter().map(|column| column.words[0]).take(heads.len()).collect();
        assert!(heads.len() >= 8);
        assert_eq!(shown, heads, "the columns of `run`, in their order");
    }

    #[test]
    fn every_field_of_a_checkpoint_is_explained() {
        let source = include_str!("../report/machine/mod.rs");
        let body = source.split("pub struct Checkpoint {").nth(1).and_then(|rest| rest.split("\n}").next());
        let lines = body.expect("there are checkpoints").lines();
        let fields: Vec<&str> = lines.filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next()).collect();
        assert!(fields.len() > 10, "{fields:?}");
        for field in fields {
            let said = explain(field).unwrap_or_else(|| panic!("nothing is said of {field}"));
            assert!(said.contains("  run, JSON   "), "{said}");
        }
    }

    /// The fields of `CheckpointStatistics` and of its subtasks, as Flink 2.3 answers.
    #[test]
    fn flinks_fields_are_explained() {
        for field in [
            "id status is_savepoint trigger_timestamp latest_ack_timestamp checkpointed_size state_size",
            "end_to_end_duration alignment_buffered processed_data persisted_data num_subtasks num_acknowledged_subtasks",
            "checkpoint_type external_path discarded failure_timestamp failure_message",
            "checkpoint.sync checkpoint.async alignment.buffered alignment.processed alignment.persisted",
            "alignment.duration start_delay unaligned_checkpoint aborted",
        ]
        .iter()
        .flat_map(|line| line.split(' '))
        {
            let said = explain(field).unwrap_or_else(|| panic!("nothing is said of {field}"));
            assert!(said.contains("  REST        ") && said.contains(field), "{field}: {said}");
        }
        for name in
            ["End to End Duration", "Processed (persisted) in-flight data", "Start Delay", "Checkpointed Data Size"]
        {
            assert!(explain(name).is_some_and(|said| said.contains(name)), "{name}");
        }
        assert!(explain("").is_none() && explain("elephant").is_none());
        assert!(COLUMNS.iter().all(|column| column.about.ends_with('.') && !column.unit.is_empty()));
    }
}
