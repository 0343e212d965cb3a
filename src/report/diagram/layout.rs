//! Where everything stands: moments from left to right, lanes from top to bottom.
//!
//! Moments keep their order, but their distances are not durations: each is as far from the one before as what is
//! drawn there needs, so that an idle second takes no more room than an idle microsecond.
//!
//! | between | at least |
//! | --- | --- |
//! | two moments | a hair; more if time passes |
//! | two marks on one lane | their widths |
//! | departure and arrival of a message | what makes its slope readable |
//! | a barrier and the end of the waiting that it begins | the words for it |
//! | a death and the restart | the words for it |

use super::canvas::{Point, at, wide};
use super::marks::short;
use crate::action::Ask;
use crate::ids::{Id, PerId, TaskId};
use crate::report::chart::{Chart, End, Lane, Mark, Message, Sign, Talk, Wait, When, Window};
use crate::report::names::fitted;

/// The height of the text of small labels.
pub(super) const SMALL: i32 = 11;
const MARGIN: i32 = 24;
/// The letters of a task's name beside its lane.
const NAME: usize = 20;
/// How far two marks of the JobManager at one moment are from each other.
const BESIDE: i32 = 19;
/// The room on each side of what is left out.
const TEAR: i32 = 16;

#[derive(Debug)]
pub(super) struct Layout {
    pub(super) window: Window,
    /// The place of each moment of the window.
    xs: Vec<i32>,
    /// The height of each task's lane.
    ys: PerId<TaskId, i32>,
    /// Whether a task's input comes from below: there its numbers have room, because what it sends goes the other way.
    fed_from_below: PerId<TaskId, bool>,
    /// What each task is called here.
    pub(super) names: PerId<TaskId, String>,
    /// The JobManager's.
    pub(super) manager: i32,
    /// Where lanes begin and end.
    pub(super) left: i32,
    pub(super) right: i32,
    /// The last task's lane.
    pub(super) bottom: i32,
    pub(super) width: i32,
}

impl Layout {
    pub(super) fn new(chart: &Chart, window: Window, manager: i32) -> Self {
        let names: PerId<TaskId, String> =
            fitted(chart.lanes.iter().map(|lane| lane.name.as_str()), NAME).into_iter().collect();
        let widest = names.iter().map(|name| wide(name, 14)).max().unwrap_or(0);
        let left = MARGIN + widest.clamp(wide("JobManager", 14), 240) + 14;
        let (first_gap, gap) = if chart.lanes.len() <= 8 { (66, 76) } else { (56, 58) };
        let mut ys = PerId::new(chart.lanes.len(), |_| 0);
        for (position, &task) in chart.order.iter().enumerate() {
            ys[task] = manager + first_gap + gap * position as i32;
        }
        let bottom = manager + first_gap + gap * (chart.order.len().max(1) as i32 - 1);
        let xs = spread(chart, window, left + 20);
        let right = xs.last().copied().unwrap_or(left) + 36;
        let width = (right + MARGIN).max(760);
        let fed_from_below = fed_from_below(chart, &ys);
        Self { window, xs, ys, fed_from_below, names, manager, left, right: width - MARGIN, bottom, width }
    }

    /// The place of a moment; one outside the window is at the edge that is nearer to it.
    pub(super) fn x(&self, when: When) -> i32 {
        if when < self.window.first {
            return self.left;
        }
        self.xs.get(when - self.window.first).copied().unwrap_or(self.right)
    }

    pub(super) fn y(&self, lane: Lane) -> i32 {
        match lane {
            Lane::JobManager => self.manager,
            Lane::Task(task) => self.ys[task],
        }
    }

    pub(super) fn is_fed_from_below(&self, lane: Lane) -> bool {
        lane.task().is_some_and(|task| self.fed_from_below[task])
    }

    pub(super) fn point(&self, lane: Lane, when: When) -> Point {
        at(self.x(when), self.y(lane))
    }
}

fn fed_from_below(chart: &Chart, ys: &PerId<TaskId, i32>) -> PerId<TaskId, bool> {
    let mut balance = PerId::new(ys.len(), |_| 0);
    for message in &chart.messages {
        if let (Some(from), Some(to), Some(_)) = (message.from.task(), message.to.task(), message.channel) {
            let down = (ys[to] - ys[from]).signum();
            balance[to] -= down;
            balance[from] -= down;
        }
    }
    balance.iter().map(|&balance| balance > 0).collect()
}

/// How far to the right of its moment a mark stands: those of the JobManager stand side by side.
pub(super) fn shift(chart: &Chart, mark: &Mark) -> i32 {
    if mark.lane != Lane::JobManager {
        return 0;
    }
    let is_seen = |sign: &Sign| !matches!(sign, Sign::Backoff(_) | Sign::Asked(Ask::Start));
    let failure = |sign: &Sign| matches!(sign, Sign::Notice(_));
    let before = chart.marks_at(mark.at).iter().take_while(|other| *other != mark);
    let mine = before.filter(|other| other.lane == Lane::JobManager && is_seen(&other.sign));
    let others = mine.clone().filter(|other| !failure(&other.sign)).count();
    // Failures that are told at once have one mark.
    let failures = usize::from(!failure(&mark.sign) && mine.clone().any(|other| failure(&other.sign)));
    (others + failures) as i32 * BESIDE
}

/// How far a mark reaches to the left and to the right.
fn reach(mark: &Mark) -> (i32, i32) {
    let around = |width: i32| (width / 2 + 2, width / 2 + 2);
    match mark.sign {
        Sign::Reads { value, .. } => around(bubble(value)),
        Sign::Takes { shows: Some(shows), .. } => (7, 9 + wide(&short(shows), 12)),
        Sign::Takes { shows: None, .. } => (6, 6),
        Sign::Snapshot { shows, .. } | Sign::Restore { shows, .. } => around(badge(shows)),
        Sign::Barrier { .. } => (4, 5),
        Sign::Written { stored: true, .. } => (4, 4),
        Sign::Written { stored: false, .. } => (6, 10 + wide("write failed", SMALL)),
        Sign::EndOfData | Sign::Finish => (5, 5),
        Sign::Crash => (10, 16 + wide("crash", 12)),
        Sign::Cancel => (7, 12 + wide("cancelled", SMALL)),
        Sign::Deploy => (8, 8),
        Sign::Commit { .. } => around(wide("commits", SMALL)),
        Sign::Stuck => (8, 12 + wide("stuck", 12)),
        // The captions of the JobManager stand one above the other where they must.
        Sign::Triggered(_) | Sign::Completed(_) | Sign::Aborted(..) => (8, 8),
        Sign::Asked(_) | Sign::Start(_) | Sign::Rejected(_) => (8, 10),
        Sign::Notice(_) | Sign::Backoff(_) | Sign::Denied | Sign::Restart(_) => (0, 6),
        Sign::Refused(..) | Sign::Over(_) | Sign::Stopped => (0, 6),
    }
}

/// The width of a record's bubble.
pub(super) fn bubble(value: i64) -> i32 {
    (wide(&short(value), 12) + 11).max(20)
}

/// The width of a snapshot's badge.
pub(super) fn badge(shows: Option<i64>) -> i32 {
    shows.map_or(12, |shows| (wide(&short(shows), 12) + 10).max(20))
}

/// The places of the moments of a window.
fn spread(chart: &Chart, window: Window, start: i32) -> Vec<i32> {
    let count = if chart.moments.is_empty() { 0 } else { window.last - window.first + 1 };
    let mut needs: Vec<Vec<(When, i32)>> = vec![Vec::new(); count];
    let mut need = |from: When, to: When, room: i32| {
        if window.shows(from) && window.shows(to) && from < to {
            needs[to - window.first].push((from, room));
        }
    };
    for message in &chart.messages {
        let room = match message.talk {
            Talk::Record { .. } | Talk::Barrier(_) | Talk::Marker(_) => 26,
            Talk::Trigger(_) | Talk::Notice(_) => 20,
            Talk::Ack(_) | Talk::Decline(_) => 16,
        };
        let is_hidden = |when: When| chart.gap(when).is_some();
        match message.end {
            End::Taken(when) | End::Lost(when) if is_hidden(message.sent) && is_hidden(when) => {}
            End::Taken(taken) => need(message.sent, taken, room),
            End::Lost(lost) => need(message.sent, lost, room + 10),
            End::Open => {}
        }
    }
    for wait in chart.waits.iter().filter(|wait| wait.from < wait.to && window.touches(wait.from, wait.to)) {
        let held = held(chart, wait).count() as i32;
        need(
            wait.from,
            wait.to,
            wide(&waiting(chart, wait.sender), SMALL)
                + 8
                + shoulder(chart, wait)
                + if held > 0 { 12 + held.min(MOST_HELD) * HELD } else { 0 },
        );
    }
    for comeback in &chart.comebacks {
        let deaths = chart.lives.iter().filter(|life| life.fate.is_death() && life.to < comeback.at);
        if let Some(death) = deaths.map(|life| life.to).max().filter(|&death| chart.gap(death).is_none()) {
            need(death, comeback.at, 30);
        }
    }
    // The JobManager is the last lane.
    let manager = chart.lanes.len();
    let mut edges: Vec<Option<i32>> = vec![None; manager + 1];
    let mut marks = chart.marks.iter().filter(|mark| window.shows(mark.at)).peekable();
    let mut xs: Vec<i32> = Vec::with_capacity(count);
    for (index, needed) in needs.iter().enumerate().take(count) {
        let when = window.first + index;
        let mut x = match index.checked_sub(1) {
            None => start,
            Some(before) if chart.gap(when - 1).is_some() => xs[before] + TEAR,
            Some(before) if chart.moments[when].at == chart.moments[when - 1].at => xs[before] + 3,
            Some(before) => xs[before] + 9,
        };
        for &(from, room) in needed {
            x = x.max(xs[from - window.first] + room);
        }
        if chart.gap(when).is_some() {
            x = edges.iter().flatten().fold(x, |x, &edge| x.max(edge)) + TEAR;
            edges.fill(Some(x + TEAR));
        }
        let mut here = Vec::new();
        while let Some(mark) = marks.next_if(|mark| mark.at == when) {
            let lane = mark.lane.task().map_or(manager, Id::index);
            let (left, right) = reach(mark);
            if let Some(edge) = edges[lane] {
                x = x.max(edge + left);
            }
            here.push((lane, right + shift(chart, mark)));
        }
        for (lane, right) in here {
            edges[lane] = Some(edges[lane].unwrap_or(0).max(x + right));
        }
        xs.push(x);
    }
    xs
}

/// The room of a record that waits behind a barrier, and how many of them are shown one by one.
pub(super) const HELD: i32 = 24;
pub(super) const MOST_HELD: i32 = 4;

/// The records that wait behind the barrier of a blocked input: they were sent behind it and are taken after the wait.
pub(super) fn held<'a>(chart: &'a Chart, wait: &'a Wait) -> impl Iterator<Item = &'a Message> {
    let mine = chart.messages.iter().filter(|message| message.channel == Some(wait.channel));
    let behind = mine.skip_while(|message| message.talk != Talk::Barrier(wait.id)).skip(1);
    behind.filter(|message| {
        let held = matches!(message.end, End::Taken(taken) if taken > wait.to);
        held && message.sent < wait.to && matches!(message.talk, Talk::Record { .. })
    })
}

/// How much of a band's end the badge of the snapshot covers that ends the waiting.
pub(super) fn shoulder(chart: &Chart, wait: &Wait) -> i32 {
    let covers = |mark: &Mark| match mark.sign {
        Sign::Snapshot { shows, .. } if mark.lane == Lane::Task(wait.task) => Some(badge(shows) / 2),
        _ => None,
    };
    chart.marks_at(wait.to).iter().find_map(covers).unwrap_or(0) + 2
}

/// The words for a blocked input.
pub(super) fn waiting(chart: &Chart, sender: TaskId) -> String {
    format!("{} waits", chart.brief(sender))
}
