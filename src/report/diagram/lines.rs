//! What goes from lane to lane, and the lanes themselves.

use std::collections::BTreeMap;

use super::canvas::{Anchor, Canvas, Point, at, between, short_of};
use super::layout::{HELD, Layout, MOST_HELD, held, shoulder};
use super::marks::short;
use super::theme::{CHECKPOINTS, SOURCES};
use super::waits::band;
use crate::ids::{ChannelId, CheckpointId};
use crate::report::chart::{Chart, End, Fate, Lane, Message, Sign, Talk, When};

/// The look of a checkpoint.
pub(super) fn look(id: CheckpointId) -> usize {
    (id.0.saturating_sub(1) % CHECKPOINTS as u64) as usize
}

/// How many hundredths of its way a lost message is drawn.
const LOST: i32 = 70;

/// Where tasks live, and where they do not.
pub(super) fn lives(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    canvas.line("thin edge", at(layout.left, layout.manager), at(layout.right, layout.manager));
    for &task in &chart.order {
        let y = layout.y(Lane::Task(task));
        let lives: Vec<_> = chart.lives.iter().filter(|life| life.task == task).collect();
        let mut dead_from = None;
        for life in &lives {
            let from = if life.from == 0 { layout.left } else { layout.x(life.from) };
            if let Some(dead_from) = dead_from.filter(|&dead| dead < from) {
                canvas.line("none", at(dead_from, y), at(from, y));
            }
            let to = if life.fate == Fate::Open { layout.right } else { layout.x(life.to) };
            if layout.window.touches(life.from, life.to) {
                canvas.line("lane", at(from, y), at(to, y));
            }
            dead_from = Some(to);
        }
    }
}

/// Everything between lanes: control first, then records, then barriers, so that what matters more lies above.
pub(super) fn messages(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    glows(canvas, chart, layout);
    let control = |message: &&Message| message.channel.is_none();
    let records = |message: &&Message| matches!(message.talk, Talk::Record { .. });
    let barriers = |message: &&Message| message.channel.is_some() && !records(message);
    chart.messages.iter().filter(control).for_each(|message| draw(canvas, chart, layout, message));
    chart.messages.iter().filter(records).for_each(|message| draw(canvas, chart, layout, message));
    chart.messages.iter().filter(barriers).for_each(|message| draw(canvas, chart, layout, message));
}

/// Records that cross the line of a checkpoint.
fn glows(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    for cut in &chart.cuts {
        for &position in cut.in_flight.iter().chain(&cut.early) {
            if let Some((from, to)) = ends(layout, &chart.messages[position]) {
                canvas.line(&format!("glow k{}", look(cut.id)), from, to);
            }
        }
    }
}

/// The words for them: once for each channel.
pub(super) fn crossing_words(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    for cut in &chart.cuts {
        for (positions, word) in
            [(&cut.in_flight, "in flight"), (&cut.early, "behind its barrier, yet in the snapshot")]
        {
            let messages = positions.iter().map(|&position| &chart.messages[position]);
            let shown: Vec<&Message> = messages.filter(|message| ends(layout, message).is_some()).collect();
            for (place, message) in shown.iter().enumerate() {
                let mut earlier = shown[..place].iter();
                let Some((from, to)) = ends(layout, message) else { continue };
                if earlier.any(|other| other.channel == message.channel) {
                    continue;
                }
                let same = shown.iter().filter(|other| other.channel == message.channel).count();
                let text = match same {
                    1 => word.to_owned(),
                    _ => format!("{same} {}", word.replace("its", "their")),
                };
                let middle = between(from, to, 50);
                let class = format!("small strong halo k{}f", look(cut.id));
                canvas.text(&class, at(middle.x + 6, middle.y + 4), Anchor::Start, &text);
            }
        }
    }
}

/// The words for records that are lost: once for each channel and loss.
pub(super) fn loss_words(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    let mut groups: BTreeMap<(Option<ChannelId>, When), (Vec<i64>, Point)> = BTreeMap::new();
    for message in &chart.messages {
        let (End::Lost(when), Talk::Record { value, .. }) = (message.end, message.talk) else { continue };
        let Some((from, to)) = ends(layout, message).filter(|_| layout.window.shows(when)) else { continue };
        let stop = between(from, to, LOST);
        let (values, place) = groups.entry((message.channel, when)).or_insert((Vec::new(), stop));
        values.push(value);
        *place = at(place.x.max(stop.x), place.y.max(stop.y));
    }
    // Losses of one channel that stand close together share their words.
    let mut said: Vec<(Option<ChannelId>, Vec<i64>, Point)> = Vec::new();
    for ((channel, _), (values, place)) in groups {
        match said.last_mut() {
            Some((other, before, last)) if *other == channel && place.x - last.x < 120 => {
                before.extend(values);
                *last = at(place.x.max(last.x), place.y.max(last.y));
            }
            _ => said.push((channel, values, place)),
        }
    }
    for (_, values, place) in said {
        let text = match values.as_slice() {
            [value] => format!("{} is lost", short(*value)),
            [_, _] | [_, _, _] => {
                format!("{} are lost", values.iter().map(|&value| short(value)).collect::<Vec<_>>().join(", "))
            }
            _ => format!("{} are lost", values.len()),
        };
        canvas.text("small halo crashfill", at(place.x + 8, place.y + 4), Anchor::Start, &text);
    }
}

/// Where a message begins and ends in the picture; `None` if it is not in it.
fn ends(layout: &Layout, message: &Message) -> Option<(Point, Point)> {
    let window = layout.window;
    let end = match message.end {
        End::Taken(when) | End::Lost(when) => when,
        End::Open => window.last + 1,
    };
    let (from, to) = (layout.point(message.from, message.sent), layout.point(message.to, end));
    match (window.shows(message.sent), window.shows(end)) {
        (true, true) => Some((from, to)),
        (true, false) => {
            let stub = at((from.x + 40).min(layout.right), from.y + (to.y - from.y) * 2 / 5);
            (message.channel.is_some() && message.sent <= window.last).then_some((from, stub))
        }
        (false, true) => {
            let stub = at((to.x - 40).max(layout.left), to.y + (from.y - to.y) * 2 / 5);
            message.channel.is_some().then_some((stub, to))
        }
        (false, false) => None,
    }
}

fn draw(canvas: &mut Canvas, chart: &Chart, layout: &Layout, message: &Message) {
    let Some((from, to)) = ends(layout, message) else { return };
    let (class, fill) = match message.talk {
        Talk::Record { origin, .. } => {
            let origin = origin % SOURCES;
            (format!("rec s{origin}"), format!("s{origin}f"))
        }
        Talk::Barrier(id) | Talk::Marker(id) => (format!("bar k{}", look(id)), format!("k{}f", look(id))),
        Talk::Trigger(id) | Talk::Ack(id) | Talk::Decline(id) => {
            (format!("talk k{}", look(id)), format!("k{}f faded", look(id)))
        }
        Talk::Notice(id) => {
            if commits(chart, message) {
                (format!("talk k{}", look(id)), format!("k{}f faded", look(id)))
            } else {
                return;
            }
        }
    };
    match message.end {
        End::Lost(when) if layout.window.shows(when) => {
            let stop = between(from, to, LOST);
            canvas.line(&class, from, stop);
            cross(canvas, "mid crash", stop, 4);
        }
        End::Taken(when) if layout.window.shows(when) => {
            arrive(canvas, chart, layout, message, (from, to), (&class, &fill));
        }
        _ => canvas.line(&format!("{class} faded"), from, to),
    }
    value(canvas, chart, message, from, to);
}

/// An arrow; one that waits behind a barrier stays in the band of its input until it is taken.
fn arrive(
    canvas: &mut Canvas,
    chart: &Chart,
    layout: &Layout,
    message: &Message,
    (from, to): (Point, Point),
    (class, fill): (&str, &str),
) {
    let window = layout.window;
    let near = chart.waits.iter().filter(|wait| Some(wait.channel) == message.channel && window.shows(wait.from));
    let place = near.into_iter().find_map(|wait| {
        let place = held(chart, wait).position(|held| held == message)? as i32;
        Some((wait, held(chart, wait).count() as i32, place))
    });
    let Some((wait, count, place)) = place else {
        canvas.line(class, from, short_of(from, to, 8));
        canvas.head(fill, from, short_of(from, to, 4));
        return;
    };
    let (_, end, y) = band(chart, layout, wait);
    let slot = end - shoulder(chart, wait) - HELD / 2 - (count - 1 - place).min(MOST_HELD - 1) * HELD;
    let (enter, leave) = (at(slot, y), at((to.x - 12).max(slot), y));
    canvas.line(class, from, enter);
    canvas.line(class, enter, leave);
    canvas.line(class, leave, short_of(leave, to, 8));
    canvas.head(fill, leave, short_of(leave, to, 4));
}

/// Whether a task commits when it hears that a checkpoint is complete.
fn commits(chart: &Chart, message: &Message) -> bool {
    let End::Taken(when) = message.end else { return false };
    let is_it = |sign: &Sign| matches!(sign, Sign::Commit { .. });
    chart.marks_at(when).iter().any(|mark| mark.lane == message.to && is_it(&mark.sign))
}

/// The value of a record beside its arrow, unless its sender shows the same number there.
fn value(canvas: &mut Canvas, chart: &Chart, message: &Message, from: Point, to: Point) {
    let Talk::Record { value, origin, .. } = message.talk else { return };
    let told = chart.marks_at(message.sent).iter().any(|mark| {
        mark.lane == message.from
            && match mark.sign {
                Sign::Reads { value: read, .. } => read == value,
                Sign::Takes { shows, .. } => shows == Some(value),
                _ => false,
            }
    });
    if !told {
        let place = between(from, to, 50);
        let class = format!("small halo s{}f", origin % SOURCES);
        canvas.text(&class, at(place.x + 4, place.y + 4), Anchor::Start, &short(value));
    }
}

pub(super) fn cross(canvas: &mut Canvas, class: &str, centre: Point, arm: i32) {
    let Point { x, y } = centre;
    let way =
        format!("M{} {}L{} {}M{} {}L{} {}", x - arm, y - arm, x + arm, y + arm, x - arm, y + arm, x + arm, y - arm);
    canvas.path(class, &way);
}
