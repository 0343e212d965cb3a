//! What happens on a lane: bubbles, numbers, badges, crosses.

use super::canvas::{Anchor, Canvas, Point, at, wide};
use super::layout::{Layout, SMALL, badge, bubble, shift};
use super::lines::{cross, look};
use super::room::Area;
use super::theme::SOURCES;
use super::waits::BAND;
use crate::action::Ask;
use crate::report::chart::{Chart, Mark, Sign};

/// All marks of the window, each above all lines.
pub(super) fn marks(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    for mark in chart.marks.iter().filter(|mark| layout.window.shows(mark.at)) {
        draw(canvas, chart, layout, mark);
    }
}

fn place(chart: &Chart, layout: &Layout, mark: &Mark) -> Point {
    let Point { x, y } = layout.point(mark.lane, mark.at);
    at(x + shift(chart, mark), y)
}

fn draw(canvas: &mut Canvas, chart: &Chart, layout: &Layout, mark: &Mark) {
    let place = place(chart, layout, mark);
    let Point { x, y } = place;
    match mark.sign {
        Sign::Reads { value, origin, again } => {
            let (origin, width) = (origin % SOURCES, bubble(value));
            let (shape, text) = match again {
                false => (format!("s{origin}f s{origin} mid"), "strong over".to_owned()),
                true => (format!("hollow s{origin} mid"), format!("strong s{origin}f")),
            };
            canvas.badge(&shape, place, width, 20, 10);
            canvas.text(&text, at(x, y + 4), Anchor::Middle, &short(value));
        }
        Sign::Takes { shows, origin, again, .. } => {
            let origin = origin % SOURCES;
            let shape = if again { format!("hollow s{origin} mid") } else { format!("s{origin}f s{origin} mid") };
            canvas.circle(&shape, place, 3);
            if let Some(shows) = shows {
                canvas.text("halo", beside_dot(chart, layout, mark), Anchor::Start, &short(shows));
            }
        }
        Sign::Barrier { id, .. } => canvas.badge(&format!("k{}f", look(id)), place, 4, 16, 1),
        Sign::Snapshot { id, shows } => {
            let kind = look(id);
            let done = chart.cut(id).is_some_and(|cut| cut.completed.is_some());
            let (shape, text) = match done {
                true => (format!("k{kind}f k{kind} mid"), "strong over".to_owned()),
                // A snapshot of a checkpoint that never was.
                false => (format!("hollow k{kind} mid"), format!("strong k{kind}f")),
            };
            state(canvas, &shape, &text, place, shows);
        }
        Sign::Restore { from, shows } => {
            let (shape, text) = match from {
                Some(id) => (format!("hollow k{} mid", look(id)), format!("strong k{}f", look(id))),
                None => ("hollow edge mid".to_owned(), "strong mute".to_owned()),
            };
            state(canvas, &shape, &text, place, shows);
        }
        Sign::Written { id, stored: true } => canvas.circle(&format!("k{}f", look(id)), place, 2),
        Sign::Written { stored: false, .. } => {
            cross(canvas, "mid crash", place, 4);
            canvas.text("small halo crashfill", at(x + 8, y - 6), Anchor::Start, "write failed");
        }
        Sign::EndOfData => canvas.badge("hollow edge mid", place, 5, 12, 1),
        Sign::Finish => canvas.line("bar edge", at(x, y - 8), at(x, y + 8)),
        Sign::Crash => {
            cross(canvas, "cross crash", place, 7);
            canvas.text("strong halo crashfill", at(x + 13, y + 4), Anchor::Start, "crash");
        }
        Sign::Cancel => {
            canvas.line("mid edge", at(x, y - 6), at(x, y + 6));
            canvas.text("small halo mute", at(x + 7, y + 4), Anchor::Start, "cancelled");
        }
        Sign::Deploy => canvas.circle("hollow edge mid", place, 5),
        Sign::Commit { again, .. } => commit(canvas, layout, mark, again),
        Sign::Stuck => {
            cross(canvas, "mid crash", place, 5);
            canvas.text("strong halo crashfill", at(x + 9, y + 4), Anchor::Start, "stuck");
        }
        Sign::Triggered(id) => {
            canvas.path(&format!("k{}f", look(id)), &format!("M{} {}H{}L{x} {}Z", x - 6, y - 8, x + 6, y + 3));
        }
        Sign::Completed(id) => {
            canvas.circle(&format!("k{}f", look(id)), place, 8);
            canvas.path("over-line mid", &format!("M{} {}L{} {}L{} {}", x - 4, y, x - 1, y + 3, x + 4, y - 3));
        }
        Sign::Aborted(id, _) => {
            canvas.circle(&format!("hollow k{} mid", look(id)), place, 7);
            cross(canvas, &format!("mid k{}", look(id)), place, 3);
        }
        Sign::Notice(_) => cross(canvas, "mid crash", place, 5),
        Sign::Backoff(_) => {}
        Sign::Rejected(_) => {
            canvas.path("hollow edge mid", &format!("M{} {}H{}L{x} {}Z", x - 6, y - 8, x + 6, y + 3));
            cross(canvas, "mid crash", at(x, y - 4), 2);
        }
        Sign::Denied | Sign::Over(_) | Sign::Stopped => canvas.badge("inkfill", place, 7, 14, 1),
        Sign::Restart(_) => {
            canvas.path("inkfill", &format!("M{} {}V{}L{} {y}Z", x - 4, y - 7, y + 7, x + 7));
        }
        Sign::Start(_) => {
            canvas.path("inkfill", &format!("M{} {}V{}L{} {y}Z", x - 4, y - 7, y + 7, x + 7));
            hand(canvas, at(x - 2, y + 2));
        }
        Sign::Asked(Ask::Start) => {}
        Sign::Asked(Ask::Checkpoint | Ask::Cancel) => hand(canvas, at(x - 2, y + 2)),
        Sign::Refused(..) => {
            hand(canvas, at(x - 2, y + 2));
            cross(canvas, "mid crash", place, 4);
        }
    }
}

/// The pointer of somebody who does something by hand.
pub(super) fn hand(canvas: &mut Canvas, Point { x, y }: Point) {
    canvas.path("inkfill over-line", &format!("M{x} {y}v15l3.6 -3.2l2.6 5.8l2.7 -1.2l-2.6 -5.6h4.9Z"));
}

/// Where the number stands that a task shows when it takes a record.
fn beside_dot(chart: &Chart, layout: &Layout, mark: &Mark) -> Point {
    let Point { x, y } = layout.point(mark.lane, mark.at);
    // The band of a blocked input lies on the side that input comes from.
    let task = mark.lane.task();
    let waits = chart.waits.iter().any(|wait| Some(wait.task) == task && (wait.from..wait.to).contains(&mark.at));
    let off = if waits { BAND } else { 0 };
    at(x + 5, if layout.is_fed_from_below(mark.lane) { y + 16 + off } else { y - 7 - off })
}

/// What a mark and its words take.
pub(super) fn areas(chart: &Chart, layout: &Layout, mark: &Mark) -> Vec<Area> {
    let place = place(chart, layout, mark);
    let around = |width: i32, height: i32| Area::around(place, width, height);
    let right_of = |width: i32| Area { right: place.x + width, ..around(18, 18) };
    match mark.sign {
        Sign::Reads { value, .. } => vec![around(bubble(value), 20)],
        Sign::Takes { shows, .. } => {
            let number =
                |shows: i64| Area::of_text("halo", beside_dot(chart, layout, mark), Anchor::Start, &short(shows));
            [around(8, 8)].into_iter().chain(shows.map(number)).collect()
        }
        Sign::Snapshot { shows, .. } | Sign::Restore { shows, .. } => {
            vec![around(badge(shows), if shows.is_some() { 20 } else { 12 })]
        }
        Sign::Written { stored: false, .. } => {
            let words = Area::of_text("small", at(place.x + 8, place.y - 6), Anchor::Start, "write failed");
            vec![around(10, 10), words]
        }
        Sign::Written { stored: true, .. } => vec![around(4, 4)],
        Sign::Crash => vec![right_of(16 + wide("crash", 12))],
        Sign::Cancel => vec![right_of(12 + wide("cancelled", SMALL))],
        Sign::Stuck => vec![right_of(12 + wide("stuck", 12))],
        Sign::Commit { again: false, .. } => {
            vec![around(14, 14), Area::of_text("small", commits(layout, mark), Anchor::Middle, "commits")]
        }
        _ => vec![around(8, 16)],
    }
}

/// A state: a square with what the task shows.
fn state(canvas: &mut Canvas, shape: &str, text: &str, place: Point, shows: Option<i64>) {
    let width = badge(shows);
    canvas.badge(shape, place, width, if shows.is_some() { 20 } else { 12 }, 3);
    if let Some(shows) = shows {
        canvas.text(text, at(place.x, place.y + 4), Anchor::Middle, &short(shows));
    }
}

/// A diamond; that it was visible before is only a hint.
fn commit(canvas: &mut Canvas, layout: &Layout, mark: &Mark, again: bool) {
    let Point { x, y } = layout.point(mark.lane, mark.at);
    if again {
        return;
    }
    canvas.path("inkfill", &format!("M{x} {}L{} {y}L{x} {}L{} {y}Z", y - 7, x + 6, y + 7, x - 6));
    canvas.text("small halo", commits(layout, mark), Anchor::Middle, "commits");
}

/// Where the word for it stands.
fn commits(layout: &Layout, mark: &Mark) -> Point {
    let Point { x, y } = layout.point(mark.lane, mark.at);
    at(x, if layout.is_fed_from_below(mark.lane) { y - 12 } else { y + 20 })
}

/// A number; the middle of a long one is left out.
pub(super) fn short(number: i64) -> String {
    let text = number.to_string();
    if text.len() <= 7 { text } else { format!("{}…{}", &text[..3], &text[text.len() - 2..]) }
}
