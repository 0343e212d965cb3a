//! What goes from lane to lane, and the lanes themselves.

use std::collections::BTreeMap;

use super::canvas::{Anchor, Canvas, Point, at, between, short_of};
use super::layout::{HELD, Layout, MOST_HELD, held, shift, shoulder};
use super::marks::short;
use super::room::{Area, Room, beside};
use super::theme::{CHECKPOINTS, SOURCES};
use super::waits::band;
use crate::ids::ChannelId;
use crate::report::chart::{Chart, End, Fate, Lane, Mark, Message, Sign, Talk, When, Which};

/// The look of a checkpoint.
pub(super) fn look(which: Which) -> usize {
    which.place % CHECKPOINTS
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
            if let Some((from, to)) = ends(chart, layout, &chart.messages[position]) {
                canvas.line(&format!("glow k{}", look(cut.which)), from, to);
            }
        }
    }
}

/// The words for them: once for each channel.
pub(super) fn crossing_words(canvas: &mut Canvas, chart: &Chart, layout: &Layout, room: &mut Room) {
    for cut in &chart.cuts {
        for (positions, word) in
            [(&cut.in_flight, "in flight"), (&cut.early, "behind its barrier, yet in the snapshot")]
        {
            let messages = positions.iter().map(|&position| &chart.messages[position]);
            let mut channels: Vec<ChannelId> = messages.clone().filter_map(|message| message.channel).collect();
            channels.sort_unstable();
            channels.dedup();
            for channel in channels {
                let mine = messages.clone().filter(|message| message.channel == Some(channel));
                let text = match mine.clone().count() {
                    1 => word.to_owned(),
                    count => format!("{count} {}", word.replace("its", "their")),
                };
                let class = format!("small strong halo k{}f", look(cut.which));
                let ways = mine.filter_map(|message| ends(chart, layout, message));
                let places = ways.flat_map(|(from, to)| {
                    [50, 30, 70].into_iter().flat_map(move |part| beside(between(from, to, part), 7))
                });
                room.put(canvas, &class, &text, places);
            }
        }
    }
}

/// The words for records that are lost: once for each channel and loss.
pub(super) fn loss_words(canvas: &mut Canvas, chart: &Chart, layout: &Layout, room: &mut Room) {
    let mut groups: BTreeMap<(Option<ChannelId>, When), (Vec<i64>, Point)> = BTreeMap::new();
    for message in &chart.messages {
        let (End::Lost(when), Talk::Record { value, .. }) = (message.end, message.talk) else { continue };
        let Some((from, to)) =
            ends(chart, layout, message).filter(|_| layout.window.shows(when) && chart.gap(when).is_none())
        else {
            continue;
        };
        let stop = between(from, to, LOST);
        let (values, place) = groups.entry((message.channel, when)).or_insert((Vec::new(), stop));
        values.push(value);
        room.take(Area::around(stop, 8, 8));
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
        room.put(canvas, "small halo crashfill", &text, beside(place, 8));
    }
}

/// Where a message begins and ends in the picture; `None` if it is not in it.
fn ends(chart: &Chart, layout: &Layout, message: &Message) -> Option<(Point, Point)> {
    let window = layout.window;
    let end = match message.end {
        End::Taken(when) | End::Lost(when) => when,
        End::Open => window.last + 1,
    };
    // Both ends are where nothing is shown.
    if chart.gap(message.sent).is_some() && chart.gap(end).is_some() {
        return None;
    }
    let place = |lane: Lane, when: When| {
        let mine = |mark: &&Mark| mark.lane == lane && mark.sign.checkpoint() == message.talk.checkpoint();
        let mark = message.channel.is_none().then(|| chart.marks_at(when).iter().find(mine)).flatten();
        at(layout.x(when) + mark.map_or(0, |mark| shift(chart, mark)), layout.y(lane))
    };
    let (from, to) = (place(message.from, message.sent), place(message.to, end));
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
    let Some((from, to)) = ends(chart, layout, message) else { return };
    let (class, fill) = match message.talk {
        Talk::Record { origin, .. } => {
            let origin = origin % SOURCES;
            (format!("rec s{origin}"), format!("s{origin}f"))
        }
        Talk::Barrier(id) => (format!("bar k{}", look(id)), format!("k{}f", look(id))),
        Talk::Marker(id) => (format!("mark k{}", look(id)), format!("hollow k{} thin", look(id))),
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
        // Where it arrives is not shown.
        End::Taken(when) | End::Lost(when) if chart.gap(when).is_some() => canvas.line(&class, from, to),
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

/// The values of records beside their arrows, unless their senders show the same numbers there.
pub(super) fn values(canvas: &mut Canvas, chart: &Chart, layout: &Layout, room: &mut Room) {
    for message in &chart.messages {
        let Talk::Record { value, origin, .. } = message.talk else { continue };
        let Some((from, to)) = ends(chart, layout, message).filter(|_| chart.gap(message.sent).is_none()) else {
            continue;
        };
        let told = chart.marks_at(message.sent).iter().any(|mark| {
            mark.lane == message.from
                && match mark.sign {
                    Sign::Reads { value: read, .. } => read == value,
                    Sign::Takes { shows, .. } => shows == Some(value),
                    _ => false,
                }
        });
        if !told {
            let class = format!("small halo s{}f", origin % SOURCES);
            let near = |part: i32| {
                let place = between(from, to, part);
                [(at(place.x + 4, place.y + 4), Anchor::Start), (at(place.x - 4, place.y + 4), Anchor::End)]
            };
            room.put(canvas, &class, &short(value), [50, 40, 60, 30, 70].into_iter().flat_map(near));
        }
    }
}

pub(super) fn cross(canvas: &mut Canvas, class: &str, centre: Point, arm: i32) {
    let Point { x, y } = centre;
    let way =
        format!("M{} {}L{} {}M{} {}L{} {}", x - arm, y - arm, x + arm, y + arm, x - arm, y + arm, x + arm, y - arm);
    canvas.path(class, &way);
}
