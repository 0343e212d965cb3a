//! The checkpoints of a run as a table, one a line, with the restores between them.
//!
//! If there is less room than the table needs, columns are left out, and a line below it says which: first the size, then
//! the start delay, the alignment, the time end to end, the trigger, the acknowledgements. A scenario that gives no state
//! a size has no such column.

use std::fmt::Write;

use super::history::{Cause, Checkpoint, History, Line, Outcome, Restart};
use super::{Subject, words};
use crate::ids::{Micros, TaskId};

/// More lines than this are not shown; the middle is left out.
const MOST: usize = 24;
const LEAD: usize = 16;

/// What stands for a value that is not there.
const NONE: &str = "–";

/// The columns; what is left out first stands last.
const HEADS: [&str; 8] = ["ID", "status", "acked", "trigger", "end to end", "alignment", "start delay", "size"];

/// The table, or nothing if no checkpoint was triggered and the job did not restart.
pub fn table(subject: &Subject<'_>, history: &History, width: usize) -> String {
    let mut text = String::new();
    if !history.lines.is_empty() {
        lines(subject, &history.lines, width, &mut text);
    }
    if !history.refused.is_empty() {
        let all = words::count(history.refused.values().sum(), "trigger");
        let reasons: Vec<String> = match history.refused.len() {
            1 => history.refused.keys().map(|reason| reason.name().to_owned()).collect(),
            _ => history.refused.iter().map(|(reason, times)| format!("{} {times}", reason.name())).collect(),
        };
        let _ = writeln!(text, "\n  {all} refused: {}", reasons.join(", "));
    }
    text
}

fn lines(subject: &Subject<'_>, lines: &[Line], width: usize, text: &mut String) {
    let hidden = if lines.len() > MOST { LEAD..lines.len() - (MOST - LEAD - 1) } else { 0..0 };
    let is_odd = |(number, line): (usize, &Line)| match line {
        Line::Checkpoint(checkpoint) => !hidden.contains(&number) && !checkpoint.trigger.0.is_multiple_of(1_000),
        Line::Restart(_) => false,
    };
    // One form for the whole column.
    let micros = lines.iter().enumerate().any(is_odd);
    let cells: Vec<Option<[String; 8]>> = lines
        .iter()
        .map(|line| match line {
            Line::Checkpoint(checkpoint) => Some(cells(checkpoint, subject.topology.tasks.len(), micros)),
            Line::Restart(_) => None,
        })
        .collect();
    let shown =
        || cells.iter().enumerate().filter(|(number, _)| !hidden.contains(number)).filter_map(|(_, row)| row.as_ref());
    let widths: Vec<usize> = HEADS
        .iter()
        .enumerate()
        .map(|(column, head)| shown().map(|row| row[column].chars().count()).chain([head.len()]).max().unwrap_or(0))
        .collect();
    let most = if subject.plan.storage.state.is_empty() { HEADS.len() - 1 } else { HEADS.len() };
    let columns = fitting(&widths[..most], width);
    text.push('\n');
    row(&HEADS.map(str::to_owned), &widths[..columns], "", text);
    for (number, line) in lines.iter().enumerate() {
        if number == hidden.start && !hidden.is_empty() {
            let _ = writeln!(text, "   …  {} more, {}", hidden.len(), summary(&lines[hidden.clone()]));
        }
        match (line, &cells[number]) {
            _ if hidden.contains(&number) => {}
            (Line::Checkpoint(checkpoint), Some(cells)) => {
                row(cells, &widths[..columns], &remark(subject, checkpoint), text);
            }
            (Line::Checkpoint(_), None) => unreachable!("every checkpoint has cells"),
            (Line::Restart(restart), _) => restore(restart, text),
        }
    }
    if columns < most {
        let _ = writeln!(text, "{NO_ROOM}{}", HEADS[columns..most].join(", "));
    }
}

/// Before the columns that are left out.
pub const NO_ROOM: &str = "  no room for ";

/// How many columns have room.
fn fitting(widths: &[usize], width: usize) -> usize {
    const LEAST: usize = 2;
    let needed = |columns: usize| widths[..columns].iter().map(|width| width + 2).sum::<usize>();
    (LEAST..=widths.len()).rev().find(|&columns| needed(columns) <= width).unwrap_or(LEAST)
}

/// What is not shown, in a word.
fn summary(lines: &[Line]) -> String {
    let checkpoints = || {
        lines.iter().filter_map(|line| match line {
            Line::Checkpoint(checkpoint) => Some(checkpoint),
            Line::Restart(_) => None,
        })
    };
    let completed = checkpoints().filter(|checkpoint| checkpoint.end == Some(Outcome::Completed)).count();
    let restarts = lines.len() - checkpoints().count();
    let mut parts = vec![if completed == checkpoints().count() {
        "all COMPLETED".to_owned()
    } else {
        format!("{completed} of {} COMPLETED", checkpoints().count())
    }];
    if restarts > 0 {
        parts.push(words::count(restarts as u64, "restart"));
    }
    parts.join(", ")
}

/// `micros`: whether the trigger is told to the microsecond.
fn cells(checkpoint: &Checkpoint, tasks: usize, micros: bool) -> [String; 8] {
    let duration = |duration: Option<Micros>| duration.map_or(NONE.to_owned(), words::duration);
    [
        checkpoint.id.0.to_string(),
        match checkpoint.end {
            None => "PENDING",
            Some(Outcome::Completed) => "COMPLETED",
            Some(Outcome::Failed { .. }) => "FAILED",
        }
        .to_owned(),
        format!("{}/{tasks}", checkpoint.acked),
        match checkpoint.trigger {
            Micros(at) if micros => format!("{}.{:06} s", at / 1_000_000, at % 1_000_000),
            at => format!("{at} s"),
        },
        duration(checkpoint.end_to_end.filter(|_| checkpoint.end.is_some())),
        duration(checkpoint.alignment),
        duration(checkpoint.start_delay),
        if checkpoint.acked == 0 { NONE.to_owned() } else { words::bytes(checkpoint.size) },
    ]
}

/// One line; the status stands at the left of its column, numbers at the right.
fn row(cells: &[String; 8], widths: &[usize], remark: &str, text: &mut String) {
    let start = text.len();
    for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        let _ = if column == 1 { write!(text, "  {cell:<width$}") } else { write!(text, "  {cell:>width$}") };
    }
    let _ = write!(text, "  {remark}");
    text.truncate(start + text[start..].trim_end().len());
    text.push('\n');
}

/// Why a checkpoint failed, in Flink's word and in ours; what a savepoint is.
fn remark(subject: &Subject<'_>, checkpoint: &Checkpoint) -> String {
    match &checkpoint.end {
        Some(Outcome::Failed { reason, cause }) => match cause {
            None => reason.name().to_owned(),
            Some(cause) => format!("{}   {}", reason.name(), why(subject, cause)),
        },
        _ if checkpoint.kind.is_savepoint() => "savepoint".to_owned(),
        _ => String::new(),
    }
}

/// What was behind a failed checkpoint.
pub(super) fn why(subject: &Subject<'_>, cause: &Cause) -> String {
    let name = |task: TaskId| subject.names().task(task);
    let some = |tasks: &[TaskId]| {
        const MOST: usize = 3;
        let names: Vec<&str> = tasks.iter().take(MOST).map(|&task| name(task)).collect();
        let more = tasks.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    };
    match cause {
        Cause::Missing(tasks) => format!("no acknowledgement from {}", some(tasks)),
        Cause::Finished(tasks) => format!("{} had finished", some(tasks)),
        Cause::Declined(task) => format!("declined by {}", name(*task)),
        Cause::Failure(task, origin) => format!("failure of {}: {}", name(*task), origin.words()),
    }
}

fn restore(restart: &Restart, text: &mut String) {
    let from = match restart.from.given() {
        Some(id) if restart.by_hand => format!("started again from {id}"),
        Some(id) => format!("restore from {id}"),
        None => "restart from nothing".to_owned(),
    };
    let again = words::count(restart.again, "record");
    let _ = write!(text, "      {from} at {} s, {again} read again", restart.at);
    if let Some(down) = restart.down {
        let _ = write!(text, ", down for {}", words::duration(down));
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_left_out_from_the_right() {
        let widths = [2, 9, 5, 9, 10, 9, 11, 9];
        for (width, expected) in
            [(100, 8), (80, 8), (79, 7), (60, 6), (50, 5), (40, 4), (33, 4), (32, 3), (20, 2), (10, 2)]
        {
            assert_eq!(fitting(&widths, width), expected, "{width}");
        }
    }
}
