//! The trace format of `chrome://tracing` and of Perfetto: one track a task, slices for attempts, waiting and steps,
//! arrows for messages, one asynchronous track for the checkpoints.
//!
//! Time is virtual time. Steps of the same instant follow each other a nanosecond apart, so that their order can be
//! seen; without virtual time a step takes a microsecond.

use serde_json::{Value, json};

use super::chart::{Chart, End, Fate, Lane, Sign, Talk, When, asked, over};
use crate::ids::Id;

/// The events of a run, one a line.
pub fn render(chart: &Chart) -> String {
    let times = times(chart);
    let mut events = Vec::from(named(Lane::JobManager, "JobManager"));
    events.extend(chart.lanes.pairs().flat_map(|(task, lane)| named(Lane::Task(task), &lane.name)));
    events.push(json!({ "ph": "M", "pid": 1, "name": "process_name", "args": { "name": chart.title } }));
    lives(chart, &times, &mut events);
    checkpoints(chart, &times, &mut events);
    waits(chart, &times, &mut events);
    marks(chart, &times, &mut events);
    messages(chart, &times, &mut events);
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    format!("{{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n{}\n]}}\n", lines.join(",\n"))
}

/// The name of a track, and its place: viewers would sort tracks by when something first happens on them.
fn named(lane: Lane, name: &str) -> [Value; 2] {
    let tid = track(lane);
    [
        json!({ "ph": "M", "pid": 1, "tid": tid, "name": "thread_name", "args": { "name": name } }),
        json!({ "ph": "M", "pid": 1, "tid": tid, "name": "thread_sort_index", "args": { "sort_index": tid } }),
    ]
}

/// The number of a track. Perfetto gives thread 0 no name: it is the idle one.
fn track(lane: Lane) -> usize {
    lane.task().map_or(1, |task| task.index() + 2)
}

/// The time of each moment, in microseconds with thousandths.
fn times(chart: &Chart) -> Vec<f64> {
    let mut times: Vec<f64> = Vec::with_capacity(chart.moments.len());
    let mut same = 0_u32;
    for (when, moment) in chart.moments.iter().enumerate() {
        let repeats = when > 0 && chart.moments[when - 1].at == moment.at;
        same = if repeats { same + 1 } else { 0 };
        times.push(if chart.timed { moment.at.0 as f64 + f64::from(same.min(999)) / 1e3 } else { when as f64 });
    }
    times
}

fn slice(lane: Lane, name: String, kind: &str, (from, to): (f64, f64)) -> Value {
    let length = ((to - from) * 1e3).round() / 1e3;
    json!({ "ph": "X", "pid": 1, "tid": track(lane), "name": name, "cat": kind, "ts": from, "dur": length })
}

fn lives(chart: &Chart, times: &[f64], events: &mut Vec<Value>) {
    for life in chart.lives.iter().filter(|life| life.to < times.len()) {
        let how = match life.fate {
            Fate::Crashed => ", crashed",
            Fate::Canceled => ", cancelled",
            Fate::Finished => ", finished",
            Fate::Open => "",
        };
        let text = format!("attempt {}{how}", life.attempt.0);
        events.push(slice(Lane::Task(life.task), text, "attempt", (times[life.from], times[life.to])));
    }
}

fn checkpoints(chart: &Chart, times: &[f64], events: &mut Vec<Value>) {
    for cut in &chart.cuts {
        let (end, how) = match (cut.completed, cut.aborted) {
            (Some(when), _) => (when, "complete"),
            (None, Some((when, reason))) => (when, reason),
            (None, None) => (times.len() - 1, "pending"),
        };
        let text = format!("checkpoint {}", cut.which);
        let id = cut.which.to_string();
        for (phase, when) in [("b", cut.triggered), ("e", end)] {
            events.push(json!({
                "ph": phase, "pid": 1, "tid": track(Lane::JobManager), "cat": "checkpoint", "id2": { "local": id }, "name": text, "ts": times[when],
                "args": { "checkpoint": cut.which.id.0, "end": how },
            }));
        }
    }
}

fn waits(chart: &Chart, times: &[f64], events: &mut Vec<Value>) {
    // Slices of one track must nest, and what waits may overlap: each has an asynchronous track.
    for (number, wait) in chart.waits.iter().enumerate() {
        let text = format!("{} waits at {}", chart.name(wait.sender), chart.name(wait.task));
        for (phase, when) in [("b", wait.from), ("e", wait.to)] {
            events.push(json!({
                "ph": phase, "pid": 1, "tid": track(Lane::Task(wait.task)), "cat": "alignment",
                "id2": { "local": format!("w{number}") },
                "name": text, "ts": times[when], "args": { "checkpoint": wait.id.to_string() },
            }));
        }
    }
}

fn marks(chart: &Chart, times: &[f64], events: &mut Vec<Value>) {
    for mark in &chart.marks {
        let Some(text) = words(chart, &mark.sign) else { continue };
        let scope = match mark.sign {
            Sign::Crash | Sign::Restart(_) | Sign::Asked(_) | Sign::Start(_) | Sign::Over(_) => "p",
            _ => "t",
        };
        events.push(json!({
            "ph": "i", "pid": 1, "tid": track(mark.lane), "name": text, "ts": times[mark.at], "s": scope,
        }));
    }
}

fn words(chart: &Chart, sign: &Sign) -> Option<String> {
    Some(match *sign {
        Sign::Reads { value, again: false, .. } => format!("reads {value}"),
        Sign::Reads { value, again: true, .. } => format!("reads {value} once more"),
        Sign::Takes { value, shows: Some(shows), .. } => format!("takes {value}, shows {shows}"),
        Sign::Takes { value, shows: None, .. } => format!("takes {value}"),
        Sign::Snapshot { id, shows: Some(shows) } => format!("snapshot {id}, shows {shows}"),
        Sign::Snapshot { id, shows: None } => format!("snapshot {id}"),
        Sign::Barrier { id, .. } => format!("barrier {id}"),
        Sign::Written { id, stored: true } => format!("snapshot {id} is stored"),
        Sign::Written { id, stored: false } => format!("writing snapshot {id} fails"),
        Sign::EndOfData => "end of data".to_owned(),
        Sign::Crash => "CRASH".to_owned(),
        Sign::Cancel => "cancelled".to_owned(),
        Sign::Deploy => "deployed".to_owned(),
        Sign::Restore { from: Some(id), .. } => format!("restored from checkpoint {id}"),
        Sign::Restore { from: None, .. } => "starts empty".to_owned(),
        Sign::Finish => "finished".to_owned(),
        Sign::Commit { transaction, again: false } => format!("commits transaction {transaction}"),
        Sign::Commit { transaction, again: true } => format!("commits transaction {transaction} again"),
        Sign::Stuck => "STUCK".to_owned(),
        Sign::Triggered(id) => format!("triggers checkpoint {id}"),
        Sign::Completed(id) => format!("checkpoint {id} is complete"),
        Sign::Aborted(id, reason) => format!("checkpoint {id} is given up: {reason}"),
        Sign::Notice(task) => format!("{} has failed", chart.name(task)),
        Sign::Backoff(delay) => format!("restart in {delay} s"),
        Sign::Denied => "no restart is left".to_owned(),
        Sign::Restart(Some(id)) => format!("restart from checkpoint {id}"),
        Sign::Restart(None) => "restart from nothing".to_owned(),
        Sign::Rejected(reason) => format!("a trigger is refused: {reason}"),
        Sign::Asked(ask) => asked(ask).to_owned(),
        Sign::Refused(ask, why) => format!("{} is refused: {}", asked(ask), why.words()),
        Sign::Start(id) => format!("start by hand from checkpoint {id}"),
        Sign::Over(status) => over(status).to_owned(),
        Sign::Stopped => "the run is cut off".to_owned(),
    })
}

/// A message is an arrow between two short slices.
fn messages(chart: &Chart, times: &[f64], events: &mut Vec<Value>) {
    for (number, message) in chart.messages.iter().enumerate() {
        let text = match message.talk {
            Talk::Record { value, .. } => format!("record {value}"),
            Talk::Barrier(id) => format!("barrier {id}"),
            Talk::Marker(id) => format!("cancel marker {id}"),
            Talk::Trigger(id) => format!("trigger {id}"),
            Talk::Ack(id) => format!("ack {id}"),
            Talk::Decline(id) => format!("decline {id}"),
            Talk::Notice(id) => format!("complete {id}"),
        };
        let kind = if matches!(message.talk, Talk::Record { .. }) { "record" } else { "protocol" };
        let mut end = |lane: Lane, phase: &str, verb: &str, when: When| {
            let ts = times[when];
            events.push(slice(lane, format!("{verb} {text}"), kind, (ts, ts + 0.001)));
            let mut arrow = json!({
                "ph": phase, "pid": 1, "tid": track(lane), "cat": kind, "id": number, "name": text, "ts": ts,
            });
            if phase == "f" {
                arrow["bp"] = json!("e");
            }
            events.push(arrow);
        };
        match message.end {
            End::Taken(when) => {
                end(message.from, "s", "send", message.sent);
                end(message.to, "f", "take", when);
            }
            End::Lost(when) => {
                end(message.from, "s", "send", message.sent);
                end(message.to, "f", "lost:", when);
            }
            End::Open => end(message.from, "s", "send", message.sent),
        }
    }
}
