//! One readable line an event: made to be read by people and compared by `diff`.
//!
//! The order of fields is fixed: time, who, verb, then what the verb needs. Nothing in a line depends on the run's
//! history, on a clock, or on memory: no hash, no pointer, no name of a record. A record is shown by its value.
//!
//! | who | whose events |
//! | --- | --- |
//! | the name of a task | what a task does, and what happens to it |
//! | the name of a TaskManager | its crash |
//! | `coord` | what the checkpoint coordinator does |
//! | `job` | status, failures, restarts |
//! | `sink store` | what becomes visible outside, and what is dropped there |

use std::fmt::{self, Write};

use super::words::{EventTime, of_answer, of_ask, of_idle, of_kind, of_status};
use super::{Entry, Event, Wait};
use crate::action::Names;
use crate::ids::{Bytes, ChannelId, CheckpointId, ManagerId, Micros, TaskId};
use crate::protocol::coordinator::Answer;
use crate::protocol::two_phase::TransactionId;

/// Appends the line of one entry, without an end of line. Columns are as wide as the longest name needs.
pub fn line(entry: &Entry, names: &Names, out: &mut String) {
    let longest = |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| text.chars().count()).max().unwrap_or(0);
    let width = longest(&mut names.tasks().iter()).max(longest(&mut names.managers().iter())).max(STORE.len());
    let sheet = Sheet::Line { at: entry.at, width, out };
    Line { names, sheet }.event(&entry.event).expect("writing to a string succeeds");
}

/// What a line says, in its parts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parts {
    /// Who did it, or to whom it happened.
    pub who: String,
    /// What: the verb of the line.
    pub what: String,
    /// Its checkpoint, if it is about one.
    pub checkpoint: Option<CheckpointId>,
    /// The rest; may be empty.
    pub says: String,
}

/// What the line of an entry says, in its parts.
pub fn parts(entry: &Entry, names: &Names) -> Parts {
    let mut parts = Parts::default();
    Line { names, sheet: Sheet::Parts(&mut parts) }.event(&entry.event).expect("writing to a string succeeds");
    parts
}

/// Appends the line of one entry as digests read it: without padding, so that it does not depend on other names.
pub(super) fn canonical(entry: &Entry, names: &Names, out: &mut String) {
    let sheet = Sheet::Line { at: entry.at, width: 0, out };
    Line { names, sheet }.event(&entry.event).expect("writing to a string succeeds");
}

const STORE: &str = "sink store";
/// Hours of virtual time in milliseconds, or seconds in microseconds.
const TIME: usize = 8;

/// A line in the making.
struct Line<'a> {
    names: &'a Names,
    sheet: Sheet<'a>,
}

/// What it is written to.
enum Sheet<'a> {
    Line { at: Micros, width: usize, out: &'a mut String },
    Parts(&'a mut Parts),
}

impl Line<'_> {
    fn event(&mut self, event: &Event) -> fmt::Result {
        match *event {
            Event::Job(status) => self.job("status", format_args!("{}", of_status(status))),
            Event::Crashed { execution, origin } => {
                self.task(execution.task, "CRASH", format_args!("attempt {}: {}", execution.attempt.0, origin.words()))
            }
            Event::ManagerCrashed { manager } => self.manager(manager, "CRASH", format_args!("with all its tasks")),
            Event::FailureNoticed { task, origin } => {
                let who = self.names.task(task);
                self.job("notice", format_args!("failure of {who}: {}", origin.words()))
            }
            Event::RestartPlanned { delay } => self.job("backoff", format_args!("{delay} s until the restart")),
            Event::RestartDenied => self.job("give up", format_args!("no restart is left")),
            Event::Canceled { execution } => {
                self.task(execution.task, "cancel", format_args!("attempt {}", execution.attempt.0))
            }
            Event::Asked { ask } => self.who("user", "ask", format_args!("{}", of_ask(ask))),
            Event::Refused { ask, why } => self.job("refuse", format_args!("{}: {}", of_ask(ask), why.words())),
            Event::Started { from } => self.job("start", format_args!("a new life from ckpt {from}")),
            Event::Restarting { from } => match from.given() {
                Some(id) => self.job("restart", format_args!("from ckpt {id}")),
                None => self.job("restart", format_args!("from nothing")),
            },
            Event::Deployed { execution } => {
                self.task(execution.task, "deploy", format_args!("attempt {}", execution.attempt.0))
            }
            Event::Restored { execution, from, view, .. } => match from.given() {
                Some(id) => self.checkpoint(execution.task, "restore", id, format_args!("shows {view}")),
                None => self.task(execution.task, "restore", format_args!("nothing   shows {view}")),
            },
            Event::Holds { task, key, value } => self.task(task, "holds", format_args!("key {key}: {value}")),
            Event::Running { execution } => {
                self.task(execution.task, "run", format_args!("attempt {}", execution.attempt.0))
            }
            Event::Finished { execution } => {
                self.task(execution.task, "finish", format_args!("attempt {}", execution.attempt.0))
            }

            Event::Triggered { id, kind, .. } => self.coordinator("trigger", id, format_args!("{}", of_kind(kind))),
            Event::Rejected { reason } => self.who("coord", "reject", format_args!("{}", reason.name())),
            Event::Acked { id, from, answer } => {
                let who = self.names.task(from.task);
                let attempt = from.attempt.0;
                match answer {
                    Answer::Success => self.coordinator("ack", id, format_args!("from {who}")),
                    _ => {
                        self.coordinator("ack", id, format_args!("from {who} attempt {attempt}: {}", of_answer(answer)))
                    }
                }
            }
            Event::Declined { id, from, reason } => {
                let who = self.names.task(from.task);
                self.coordinator("decline", id, format_args!("from {who}: {}", reason.name()))
            }
            Event::Completed { id, kind, in_store } => {
                let note = if in_store || kind.is_savepoint() { "" } else { "not stored" };
                self.coordinator("complete", id, format_args!("{}{note}", of_kind(kind)))
            }
            Event::Aborted { id, reason } => self.coordinator("abort", id, format_args!("{}", reason.name())),
            Event::Subsumed { id } => self.coordinator("subsume", id, format_args!("")),
            Event::Closed { id, kept } => {
                let what = if kept { "it outlives the job" } else { "deleted with the job" };
                self.coordinator("close", id, format_args!("{what}"))
            }
            Event::TooManyFailures { reason } => {
                self.who("coord", "fail job", format_args!("too many failed checkpoints: {}", reason.name()))
            }

            Event::BarrierTaken { task, channel, id, blocks } => {
                let (from, _) = ends(self.names, channel);
                let note = if blocks { "; it waits" } else { "" };
                self.checkpoint(task, "align", id, format_args!("barrier from {from}{note}"))
            }
            Event::Resumed { channel } => {
                let (from, to) = ends(self.names, channel);
                self.who(to, "resume", format_args!("input from {from}"))
            }
            Event::Snapshot { execution, id, view, .. } => {
                self.checkpoint(execution.task, "snapshot", id, format_args!("shows {view}"))
            }
            Event::BarrierSent { channel, id } => {
                let (from, to) = ends(self.names, channel);
                self.who_checkpoint(from, "barrier", id, format_args!("→ {to}"))
            }
            Event::CancelMarkerSent { channel, id } => {
                let (from, to) = ends(self.names, channel);
                self.who_checkpoint(from, "marker", id, format_args!("→ {to}"))
            }
            Event::CancelMarkerTaken { task, channel, id } => {
                let (from, _) = ends(self.names, channel);
                self.checkpoint(task, "align", id, format_args!("cancel marker from {from}"))
            }
            Event::Written { execution, id, stored, bytes } => {
                let (note, task) = (if stored { "" } else { "FAILED" }, execution.task);
                match bytes {
                    0 => self.checkpoint(task, "write", id, format_args!("{note}")),
                    _ if !stored => self.checkpoint(task, "write", id, format_args!("{note}   {}", Bytes(bytes))),
                    _ => self.checkpoint(task, "write", id, format_args!("{}", Bytes(bytes))),
                }
            }
            Event::TooLarge { execution, id, bytes } => {
                let note = format_args!("{} are more than the JobManager takes", Bytes(bytes));
                self.checkpoint(execution.task, "too large", id, note)
            }
            Event::AckSent { execution, id } => self.checkpoint(execution.task, "ack", id, format_args!("→ coord")),
            Event::DeclineSent { execution, id, reason } => {
                self.checkpoint(execution.task, "decline", id, format_args!("→ coord   {}", reason.name()))
            }
            Event::Notified { execution, id } => {
                self.checkpoint(execution.task, "notified", id, format_args!("complete"))
            }
            Event::NotifiedAborted { execution, id } => {
                self.checkpoint(execution.task, "notified", id, format_args!("aborted"))
            }

            Event::Emitted { task, split, index, value, .. } => {
                self.task(task, "emit", format_args!("{value}   split {split} offset {index}"))
            }
            Event::Sent { channel, value, .. } => {
                let (from, to) = ends(self.names, channel);
                self.who(from, "send", format_args!("{value} → {to}"))
            }
            Event::Transferred { channel } => {
                let (from, to) = ends(self.names, channel);
                self.who(from, "transfer", format_args!("→ {to}"))
            }
            Event::Received { task, channel, key, value, view, .. } => {
                let (from, _) = ends(self.names, channel);
                self.task(task, "take", format_args!("{value} from {from}   key {key}; shows {view}"))
            }
            Event::Watermark { task, time } => self.task(task, "watermark", format_args!("{}", EventTime(time))),
            Event::WatermarkSent { channel, time } => {
                let (from, to) = ends(self.names, channel);
                self.who(from, "send", format_args!("watermark {} → {to}", EventTime(time)))
            }
            Event::WatermarkTaken { task, channel, time } => {
                let (from, _) = ends(self.names, channel);
                self.task(task, "take", format_args!("watermark {} from {from}", EventTime(time)))
            }
            Event::Status { task, idle } => self.task(task, of_idle(idle), format_args!("")),
            Event::StatusSent { channel, idle } => {
                let (from, to) = ends(self.names, channel);
                self.who(from, "send", format_args!("{} → {to}", of_idle(idle)))
            }
            Event::StatusTaken { task, channel, idle } => {
                let (from, _) = ends(self.names, channel);
                self.task(task, "take", format_args!("{} from {from}", of_idle(idle)))
            }
            Event::Fired { task, key, value, view, .. } => {
                self.task(task, "fire", format_args!("{value}   key {key}; shows {view}"))
            }
            Event::Late { task, value, .. } => self.task(task, "drop", format_args!("{value}   it is late")),
            Event::EndOfData { task } => self.task(task, "end", format_args!("of data")),
            Event::EndOfDataTaken { channel } => {
                let (from, to) = ends(self.names, channel);
                self.who(to, "take", format_args!("end of data from {from}"))
            }
            Event::EndOfPartition { channel } => {
                let (from, to) = ends(self.names, channel);
                self.who(to, "take", format_args!("end of partition from {from}"))
            }

            Event::Row { task, transaction: Some(TransactionId(number)), value, .. } => {
                self.task(task, "write", format_args!("{value}   tx {number}"))
            }
            Event::Row { task, transaction: None, value, .. } => self.task(task, "write", format_args!("{value}")),
            Event::Upserted { task, key, value, .. } => self.task(task, "write", format_args!("{value}   key {key}")),
            Event::Begun { task, transaction } => self.task(task, "begin", format_args!("tx {}", transaction.0)),
            Event::PreCommitted { task, transaction, id } => {
                self.checkpoint(task, "precommit", id, format_args!("tx {}", transaction.0))
            }
            Event::Committed { task, transaction, again } => {
                let who = self.names.task(task);
                let note = if again { " again" } else { "" };
                self.who(STORE, "commit", format_args!("tx {} of {who}{note}", transaction.0))
            }
            Event::Dropped { task, transaction } => {
                let who = self.names.task(task);
                self.who(STORE, "drop", format_args!("tx {} of {who}", transaction.0))
            }

            Event::Stuck { waiting, on, missing, why } => {
                let (from, to) = on.map_or(("", ""), |channel| ends(self.names, channel));
                let words = match why {
                    Wait::Barrier if missing.given().is_some() => format!("no barrier from {from}"),
                    Wait::Barrier => format!("nothing from {from}"),
                    Wait::Resume => format!("holds back the input from {from}"),
                    Wait::Room => format!("no room towards {to}"),
                    Wait::Acknowledgement => "no acknowledgement".to_owned(),
                    Wait::Checkpoint => "waits for a checkpoint that completes".to_owned(),
                    Wait::JobManager => "waits for the JobManager".to_owned(),
                    Wait::Restart { origin, restarts } => {
                        format!("fails again after each of {restarts} restarts: {}", origin.words())
                    }
                };
                match missing.given() {
                    Some(id) => self.checkpoint(waiting, "STUCK", id, format_args!("{words}")),
                    None => self.task(waiting, "STUCK", format_args!("{words}")),
                }
            }
            Event::Stopped => self.job("stop", format_args!("cut off by the plan")),
        }
    }

    fn job(&mut self, verb: &str, rest: fmt::Arguments<'_>) -> fmt::Result {
        self.who("job", verb, rest)
    }

    fn task(&mut self, task: TaskId, verb: &str, rest: fmt::Arguments<'_>) -> fmt::Result {
        self.who(self.names.task(task), verb, rest)
    }

    fn manager(&mut self, manager: ManagerId, verb: &str, rest: fmt::Arguments<'_>) -> fmt::Result {
        self.who(self.names.manager(manager), verb, rest)
    }

    fn coordinator(&mut self, verb: &str, id: CheckpointId, rest: fmt::Arguments<'_>) -> fmt::Result {
        self.who_checkpoint("coord", verb, id, rest)
    }

    fn checkpoint(&mut self, task: TaskId, verb: &str, id: CheckpointId, rest: fmt::Arguments<'_>) -> fmt::Result {
        self.who_checkpoint(self.names.task(task), verb, id, rest)
    }

    fn who_checkpoint(&mut self, who: &str, verb: &str, id: CheckpointId, rest: fmt::Arguments<'_>) -> fmt::Result {
        if let Sheet::Parts(parts) = &mut self.sheet {
            parts.checkpoint = Some(id);
            return self.who(who, verb, rest);
        }
        self.who(who, verb, format_args!("ckpt {:<3} {rest}", id.0))
    }

    /// The only place that knows the columns.
    fn who(&mut self, who: &str, verb: &str, rest: fmt::Arguments<'_>) -> fmt::Result {
        match &mut self.sheet {
            Sheet::Line { at, width, out } => {
                let (start, width) = (out.len(), *width);
                write!(out, "{at}")?;
                let time = out.len() - start;
                let pad = if width == 0 { 0 } else { TIME.saturating_sub(time) };
                write!(out, "{:pad$}  {who:<width$}  {verb:<9} {rest}", "")?;
                out.truncate(out.trim_end().len());
            }
            Sheet::Parts(parts) => {
                (parts.who, parts.what) = (who.to_owned(), verb.to_owned());
                write!(parts.says, "{rest}")?;
            }
        }
        Ok(())
    }
}

/// The names of a channel's two ends.
fn ends(names: &Names, channel: ChannelId) -> (&str, &str) {
    let name = names.channel(channel);
    name.split_once(" -> ").unwrap_or((name, ""))
}

#[cfg(test)]
mod tests;
