//! Which row shows what: one for each moment, unless moments of the same time can share one.

use super::{Options, Paper};
use crate::action::Ask;
use crate::report::chart::{Chart, End, Lane, Mark, Message, Sign, Talk, When, Which, Window, asked};
use crate::trace::JobStatus;

/// What one lane shows in one row.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) lane: Lane,
    pub(super) row: usize,
    /// In place of the lane's stroke.
    pub(super) node: Option<char>,
    pub(super) label: String,
    /// Messages, by their positions, that arrive and leave here.
    pub(super) taken: Vec<usize>,
    pub(super) sent: Vec<usize>,
}

/// The rows of a chart.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) units: Vec<Unit>,
    /// The moment that gives each row its time.
    pub(super) times: Vec<When>,
    /// The rows of what is left out, and how many moments that is.
    pub(super) gaps: Vec<(usize, usize)>,
    /// The row of each moment of the window.
    rows: Vec<usize>,
}

impl Rows {
    /// The row of a moment of the window.
    pub(super) fn of(&self, window: Window, when: When) -> usize {
        self.rows.get(when.saturating_sub(window.first)).copied().unwrap_or(self.times.len())
    }
}

pub(super) fn rows(chart: &Chart, window: Window, paper: &Paper, options: &Options) -> Rows {
    let mut rows = Rows::default();
    // What the row at hand has: stretches of columns, and the messages that left.
    let mut used: Vec<(usize, usize)> = Vec::new();
    let mut left: Vec<usize> = Vec::new();
    let mut begun = None;
    for when in window.first..=window.last {
        let Some(moment) = chart.moments.get(when) else { break };
        // What is left out has a row of its own.
        if let Some(gap) = chart.gap(when) {
            rows.times.push(when);
            rows.gaps.push((rows.times.len() - 1, gap.moments));
            rows.rows.push(rows.times.len() - 1);
            begun = None;
            continue;
        }
        for (lane, mut unit) in units(chart, when, paper, options) {
            let span = span(chart, paper, &unit);
            let here = begun == Some(moment.at)
                && used.iter().all(|&(from, to)| span.1 + 1 < from || to + 1 < span.0)
                && unit.taken.iter().all(|message| !left.contains(message));
            if !here {
                rows.times.push(when);
                used.clear();
                left.clear();
                begun = Some(moment.at);
            }
            used.push(span);
            left.extend(&unit.sent);
            unit.lane = lane;
            unit.row = rows.times.len() - 1;
            rows.units.push(unit);
        }
        rows.rows.push(rows.times.len().saturating_sub(1));
    }
    rows
}

/// What the lanes show at a moment, in the order in which it happened.
fn units(chart: &Chart, when: When, paper: &Paper, options: &Options) -> Vec<(Lane, Unit)> {
    let mut units: Vec<(Lane, Unit)> = Vec::new();
    for mark in chart.marks_at(when) {
        let (node, label) = words(chart, paper, mark);
        if label.is_empty() && node.is_none() {
            continue;
        }
        if mark.lane == Lane::JobManager {
            units.push((mark.lane, unit(mark.lane, label)));
            continue;
        }
        let unit = at(&mut units, mark.lane);
        // A snapshot says more than the barrier that it follows.
        if matches!(mark.sign, Sign::Snapshot { .. }) || unit.label.is_empty() {
            (unit.node, unit.label) = (node.or(unit.node), label);
        }
    }
    for (position, message) in messages_at(chart, when) {
        match message.channel {
            Some(_) if !options.shows(message) => {}
            Some(_) => {
                if message.sent == when {
                    at(&mut units, message.from).sent.push(position);
                }
                if message.end == End::Taken(when) {
                    at(&mut units, message.to).taken.push(position);
                }
            }
            None => {
                if let (Talk::Ack(_), End::Taken(taken), Some(task)) = (message.talk, message.end, message.from.task())
                {
                    // The last one shows as the end of the checkpoint.
                    if taken == when && !units.iter().any(|(lane, _)| *lane == Lane::JobManager) {
                        units.push((Lane::JobManager, unit(Lane::JobManager, format!("ack {}", paper.acks[task]))));
                    }
                }
            }
        }
    }
    for (lane, unit) in &mut units {
        let room = paper.room(*lane);
        if unit.label.chars().count() > room {
            unit.label = unit.label.chars().take(room - 1).chain(['…']).collect();
        }
    }
    units
}

fn at(units: &mut Vec<(Lane, Unit)>, lane: Lane) -> &mut Unit {
    let place = units.iter().position(|(on, _)| *on == lane).unwrap_or_else(|| {
        units.push((lane, unit(lane, String::new())));
        units.len() - 1
    });
    &mut units[place].1
}

fn unit(lane: Lane, label: String) -> Unit {
    Unit { lane, row: 0, node: None, label, taken: Vec::new(), sent: Vec::new() }
}

/// Messages that are sent or taken at a moment.
fn messages_at(chart: &Chart, when: When) -> impl Iterator<Item = (usize, &Message)> {
    let all = chart.messages.iter().enumerate();
    all.filter(move |(_, message)| message.sent == when || message.end == End::Taken(when))
}

/// The first and the last column that a unit writes to.
fn span(chart: &Chart, paper: &Paper, unit: &Unit) -> (usize, usize) {
    let lane = paper.column(unit.lane);
    let from = if unit.taken.is_empty() { lane } else { lane.saturating_sub(paper.reach().max(3)) };
    let label = lane + 1 + unit.label.chars().count();
    let ways = unit.sent.iter().map(|&message| paper.column(chart.messages[message].to));
    (from, ways.max().unwrap_or(0).max(label))
}

/// Words where there is room for no others; the legend says what they mean.
const DEPLOY: &str = "new";
const FINISH: &str = "fin";
const COMMITS: &str = "com";
const STUCK: &str = "!!!";
pub(super) const SHORT: [(&str, &str); 4] =
    [(DEPLOY, "new deployed"), (FINISH, "fin finished"), (COMMITS, "com commits"), (STUCK, "!!! stuck")];

/// The node and the words of a mark; where there is little room for them, what the node does not say already.
fn words(chart: &Chart, paper: &Paper, mark: &Mark) -> (Option<char>, String) {
    let room = paper.room(mark.lane);
    let of = |shows: Option<i64>, id: Which| {
        let texts = [shows.map(|shows| format!("{shows} #{id}")), shows.map(|shows| format!("{shows}#{id}"))];
        let fits = texts.into_iter().flatten().find(|text| text.chars().count() <= room);
        fits.unwrap_or_else(|| format!("#{id}"))
    };
    let brief = |long: &str, short: &str| if long.chars().count() <= room { long } else { short }.to_owned();
    let middle = |long: &str, middle: &str, short: &str| brief(long, &brief(middle, short));
    match mark.sign {
        Sign::Reads { value, again, .. } => (Some(if again { '○' } else { '●' }), value.to_string()),
        Sign::Takes { shows: Some(shows), .. } => (None, shows.to_string()),
        Sign::Takes { value, shows: None, .. } => (None, value.to_string()),
        Sign::Barrier { channel, waits, .. } => {
            let wait = chart.waits.iter().find(|wait| wait.channel == channel && waits);
            let long = wait.map(|wait| format!("{} waits", chart.brief(wait.sender)));
            let text = long.filter(|text| text.chars().count() <= room);
            (None, text.unwrap_or_else(|| wait.map_or(String::new(), |_| brief("waits", "▒"))))
        }
        Sign::Snapshot { id, shows } => (Some('■'), of(shows, id)),
        Sign::Written { stored: true, .. } => (None, String::new()),
        Sign::Written { stored: false, .. } => (None, middle("write FAILED", "FAILED", "✗")),
        Sign::EndOfData => (None, "end".to_owned()),
        Sign::Crash => (Some('✗'), brief("CRASH", "")),
        Sign::Cancel => (Some('✗'), brief("cancel", "")),
        Sign::Deploy => (None, brief("deploy", DEPLOY)),
        Sign::Restore { from: Some(id), shows } => (Some('□'), of(shows, id)),
        Sign::Restore { from: None, shows } => (Some('□'), shows.map_or(String::new(), |shows| shows.to_string())),
        Sign::Finish => (None, brief("finish", FINISH)),
        Sign::Commit { again: false, .. } => (None, middle("commits", "commit", COMMITS)),
        Sign::Commit { again: true, .. } => (None, String::new()),
        Sign::Stuck => (None, brief("STUCK", STUCK)),
        Sign::Triggered(id) => (None, brief(&format!("trigger ckpt {id}"), &format!("trigger {id}"))),
        Sign::Completed(id) => (None, brief(&format!("ckpt {id} complete"), &format!("{id} complete"))),
        Sign::Aborted(id, _) => (None, brief(&format!("ckpt {id} given up"), &format!("{id} given up"))),
        Sign::Notice(task) => {
            (None, format!("{}{}", paper.fails[task], if paper.is_narrow { " ✗" } else { " failed" }))
        }
        Sign::Backoff(_) => (None, String::new()),
        Sign::Denied => (None, brief("no restart left", "no restart")),
        Sign::Restart(Some(id)) => (None, brief(&format!("restart ckpt {id}"), &format!("restart {id}"))),
        Sign::Restart(None) => (None, brief("restart empty", "restart")),
        Sign::Rejected(_) => (None, brief("trigger refused", "refused")),
        Sign::Asked(ask) => (None, brief(&asked(ask).replace("checkpoint", "ckpt"), by_hand(ask))),
        Sign::Refused(..) => (None, "refused".to_owned()),
        Sign::Start(id) => (None, brief(&format!("from ckpt {id}"), &format!("from {id}"))),
        Sign::Over(status) => (None, brief(&format!("job {}", over(status)), over(status))),
        Sign::Stopped => (None, "cut off".to_owned()),
    }
}

const fn by_hand(ask: Ask) -> &'static str {
    match ask {
        Ask::Checkpoint => "user: ckpt",
        Ask::Cancel => "user: stop",
        Ask::Start => "user: start",
    }
}

const fn over(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Running | JobStatus::Restarting => "goes on",
        JobStatus::Finished => "finished",
        JobStatus::Failed => "failed",
        JobStatus::Canceled => "cancelled",
        JobStatus::Suspended => "suspended",
    }
}
