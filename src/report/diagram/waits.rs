//! Blocked inputs: a hatched band beside the lane, on the side that the input comes from, with what waits in it.

use std::iter;

use super::canvas::{Anchor, Canvas, at, at_most, wide};
use super::layout::{HELD, Layout, MOST_HELD, SMALL, held, shoulder, waiting};
use super::lines::look;
use super::marks::short;
use super::room::Area;
use super::theme::SOURCES;
use crate::ids::TaskId;
use crate::report::chart::{Chart, Lane, Message, Talk, Wait};

/// The thickness of a band.
pub(super) const BAND: i32 = 15;

/// On which side of a task's lane another one is: 1 below, -1 above.
fn side(layout: &Layout, task: TaskId, other: Lane) -> i32 {
    if layout.y(other) > layout.y(Lane::Task(task)) { 1 } else { -1 }
}

/// The middle of a band: bands of one lane that overlap lie beside each other.
pub(super) fn band(chart: &Chart, layout: &Layout, wait: &Wait) -> (i32, i32, i32) {
    let towards = side(layout, wait.task, Lane::Task(wait.sender));
    let same = |other: &&Wait| {
        other.task == wait.task
            && other.channel < wait.channel
            && side(layout, wait.task, Lane::Task(other.sender)) == towards
            && other.from <= wait.to
            && other.to >= wait.from
    };
    let place = chart.waits.iter().filter(same).count() as i32;
    let y = layout.y(Lane::Task(wait.task)) + towards * (4 + BAND / 2 + place.min(1) * (BAND + 1));
    (layout.x(wait.from), layout.x(wait.to), y)
}

/// The inputs that wait behind a barrier.
pub(super) fn waits(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    for wait in chart.waits.iter().filter(|wait| layout.window.touches(wait.from, wait.to)) {
        let (from, to, y) = band(chart, layout, wait);
        let width = (to - from).max(2);
        canvas.rect(&format!("k{}h", look(wait.id)), at(from, y - BAND / 2), width, BAND, 3);
    }
}

/// What they take.
pub(super) fn areas(chart: &Chart, layout: &Layout) -> Vec<Area> {
    let shown = chart.waits.iter().filter(|wait| layout.window.touches(wait.from, wait.to));
    let area = |wait: &Wait| {
        let (left, right, y) = band(chart, layout, wait);
        Area { left, top: y - BAND / 2, right, bottom: y + BAND / 2 }
    };
    shown.map(area).collect()
}

/// The words for them, above all arrows.
pub(super) fn wait_words(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    let mut written: Vec<Area> = Vec::new();
    for wait in chart.waits.iter().filter(|wait| layout.window.shows(wait.from)) {
        let (from, to, y) = band(chart, layout, wait);
        let text = waiting(chart, wait.sender);
        let area = |x: i32| Area { left: x, top: y - BAND / 2, right: x + wide(&text, SMALL), bottom: y + BAND / 2 };
        // Of several inputs that wait on one side of a lane the bands lie on each other: behind each other is room.
        let behind = written.iter().map(|other| other.right + 8).filter(|&x| x > from + 7);
        let free = |x: &i32| area(*x).right < to && written.iter().all(|other| !other.meets(&area(*x)));
        if let Some(x) = iter::once(from + 7).chain(behind).find(free) {
            written.push(area(x));
            canvas.text("small halo", at(x, y + 4), Anchor::Start, &text);
        }
        let held: Vec<&Message> = held(chart, wait).collect();
        for (place, message) in held.iter().rev().take(MOST_HELD as usize).enumerate() {
            let Talk::Record { value, origin, .. } = message.talk else { continue };
            let place = at(to - shoulder(chart, wait) - HELD / 2 - place as i32 * HELD, y);
            let origin = origin % SOURCES;
            canvas.badge(&format!("s{origin}f s{origin} mid"), place, HELD - 3, BAND, 7);
            canvas.text("small strong over", at(place.x, y + 4), Anchor::Middle, &at_most(&short(value), 3));
        }
    }
}
