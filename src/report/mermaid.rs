//! A Mermaid sequence diagram: the protocol's messages in the order in which they arrive. Records are left out, a
//! sequence diagram of them would be too long to be looked at.

use std::fmt::Write;

use super::chart::{Chart, End, Gap, Lane, Message, Sign, Talk, When, Window, over};
use crate::action::Ask;
use crate::ids::{Id, TaskId};

/// How much of a run is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The first and the last step; `None` chooses what matters most if not everything has room.
    pub steps: Option<(u64, u64)>,
    /// At most so many lines, unless `steps` says otherwise: Mermaid gives each some thirty pixels, and refuses long
    /// texts.
    pub most: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { steps: None, most: 160 }
    }
}

/// The sequence diagram of a run.
pub fn render(chart: &Chart, options: Options) -> String {
    let fits = |chart: &Chart| lines(chart, chart.window(None)).len() <= options.most;
    let folded = options.steps.is_none().then(|| chart.clone().fold(fits));
    let chart = folded.as_ref().unwrap_or(chart);
    let window = chart.window(options.steps);
    let lines = lines(chart, window);
    let mut out = String::from("sequenceDiagram\n");
    put(&mut out, format_args!("title {}", text(&chart.title)));
    let by_hand = |sign: &Sign| matches!(sign, Sign::Asked(_));
    if chart.marks.iter().any(|mark| window.shows(mark.at) && by_hand(&mark.sign)) {
        put(&mut out, format_args!("actor user as by hand"));
    }
    put(&mut out, format_args!("participant jm as JobManager"));
    for (task, lane) in chart.lanes.pairs() {
        put(&mut out, format_args!("participant {} as {}", alias(task), text(&lane.name)));
    }
    let everyone = match chart.lanes.ids().next_back() {
        Some(last) => format!("jm,{}", alias(last)),
        None => "jm".to_owned(),
    };
    note_left_out(&mut out, &everyone, window.first, "before");
    let mut gaps = chart.gaps.iter().peekable();
    let mut last = None;
    for (when, line) in &lines {
        while let Some(gap) = gaps.next_if(|gap| gap.at <= *when) {
            note_gap(&mut out, &everyone, gap);
        }
        let at = chart.moments[*when].at;
        if chart.timed && last.is_some_and(|last| last != at) {
            put(&mut out, format_args!("%% {at} s"));
        }
        last = Some(at);
        put(&mut out, format_args!("{line}"));
    }
    gaps.for_each(|gap| note_gap(&mut out, &everyone, gap));
    let after = chart.moments.len().saturating_sub(window.last + 1);
    note_left_out(&mut out, &everyone, after, "after");
    out
}

fn note_gap(out: &mut String, everyone: &str, gap: &Gap) {
    let (from, to) = gap.steps;
    put(
        out,
        format_args!("Note over {everyone}: {} moments are left out, see --steps {from}..{}", gap.moments, to.0 + 1),
    );
}

fn note_left_out(out: &mut String, everyone: &str, count: usize, side: &str) {
    if count > 0 {
        put(out, format_args!("Note over {everyone}: {count} moments {side} this are not shown"));
    }
}

fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(out, "    {line}").expect("writing to a string succeeds");
}

/// Every line with its moment.
fn lines(chart: &Chart, window: Window) -> Vec<(When, String)> {
    let mut lines: Vec<(When, String)> = Vec::new();
    for message in &chart.messages {
        let (when, arrow) = match message.end {
            End::Taken(when) => (when, if message.channel.is_some() { "->>" } else { "-->>" }),
            End::Lost(when) => (when, "-x"),
            End::Open => continue,
        };
        let hidden = !window.shows(when) || chart.gap(when).is_some();
        if let (false, Some(what)) = (hidden, says(message)) {
            lines.push((when, format!("{}{arrow}{}: {what}", who(message.from), who(message.to))));
        }
    }
    for mark in chart.marks.iter().filter(|mark| window.shows(mark.at)) {
        if let Sign::Asked(ask) = mark.sign {
            let what = match ask {
                Ask::Checkpoint => "checkpoint",
                Ask::Cancel => "cancel",
                Ask::Start => "start",
            };
            lines.push((mark.at, format!("user->>jm: {what}")));
        } else if let Some(what) = notes(chart, &mark.sign) {
            lines.push((mark.at, format!("Note over {}: {what}", who(mark.lane))));
        }
    }
    // Arrivals before what they cause.
    lines.sort_by_key(|(when, _)| *when);
    lines
}

fn says(message: &Message) -> Option<String> {
    Some(match message.talk {
        Talk::Record { .. } => return None,
        Talk::Barrier(id) => format!("barrier {id}"),
        Talk::Marker(id) => format!("cancel {id}"),
        Talk::Trigger(id) => format!("trigger {id}"),
        Talk::Ack(id) => format!("ack {id}"),
        Talk::Decline(id) => format!("decline {id}"),
        Talk::Notice(id) => format!("complete {id}"),
    })
}

fn notes(chart: &Chart, sign: &Sign) -> Option<String> {
    Some(match *sign {
        Sign::Barrier { channel, waits: true, .. } => {
            let wait = chart.waits.iter().find(|wait| wait.channel == channel)?;
            format!("{} waits", text(chart.name(wait.sender)))
        }
        Sign::Snapshot { id, shows: Some(shows) } => format!("snapshot {id}, shows {shows}"),
        Sign::Snapshot { id, shows: None } => format!("snapshot {id}"),
        Sign::Written { id, stored: false } => format!("writing snapshot {id} fails"),
        Sign::Crash => "CRASH".to_owned(),
        Sign::Cancel => "cancelled".to_owned(),
        Sign::Restore { from: Some(id), shows: Some(shows) } => format!("restored from {id}, shows {shows}"),
        Sign::Restore { from: Some(id), shows: None } => format!("restored from {id}"),
        Sign::Restore { from: None, .. } => "starts empty".to_owned(),
        Sign::Commit { again: false, transaction } => format!("commits transaction {transaction}"),
        Sign::Finish => "finished".to_owned(),
        Sign::Stuck => "STUCK".to_owned(),
        Sign::Triggered(id) => format!("checkpoint {id} is triggered"),
        Sign::Completed(id) => format!("checkpoint {id} is complete"),
        Sign::Aborted(id, reason) => format!("checkpoint {id} is given up, {reason}"),
        Sign::Notice(task) => format!("{} has failed", text(chart.name(task))),
        Sign::Backoff(delay) => format!("restart in {delay} s"),
        Sign::Denied => "no restart is left".to_owned(),
        Sign::Restart(Some(id)) => format!("restart from checkpoint {id}"),
        Sign::Restart(None) => "restart from nothing".to_owned(),
        Sign::Rejected(reason) => format!("a trigger is refused, {reason}"),
        Sign::Start(id) => format!("starts again from checkpoint {id}"),
        Sign::Refused(_, why) => format!("refused, {}", why.words()),
        Sign::Over(status) => over(status).to_owned(),
        Sign::Stopped => "the run is cut off".to_owned(),
        _ => return None,
    })
}

fn who(lane: Lane) -> String {
    lane.task().map_or_else(|| "jm".to_owned(), alias)
}

/// Participants are called by their numbers, so that any name can be shown.
fn alias(task: TaskId) -> String {
    format!("t{}", task.index())
}

/// A text that ends neither the line nor the statement.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '#' | ';' | ':' | '<' | '>' | '%' => write!(out, "#{};", u32::from(letter)).expect("writing succeeds"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out() {
        assert_eq!(text("a;b\n#1: <x>"), "a#59;b #35;1#58; #60;x#62;");
    }
}
