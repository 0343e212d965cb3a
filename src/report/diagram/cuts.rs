//! The lines that checkpoints draw, and what a restart does with them: what is rolled back, what is read, what is done
//! once more.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::canvas::{Anchor, Canvas, Point, at, curve, wide, wide_as};
use super::layout::Layout;
use super::lines::look;
use super::marks::short;
use super::room::Room;
use crate::ids::TaskId;
use crate::report::chart::{Chart, Comeback, Cut, Lane, Life, Sign, When, Which};

/// How far below the last lane the names of checkpoints stand, and how far one line is from the next.
const FOOT: i32 = 43;
const LINE: i32 = 16;
/// How far below those the way back is.
const DEEP: i32 = 31;

/// The names below the last lane: on which line each checkpoint has its own.
#[derive(Debug, Default)]
pub(super) struct Foot {
    lines: BTreeMap<Which, i32>,
}

impl Foot {
    fn lowest(&self) -> i32 {
        self.lines.values().copied().max().unwrap_or(0)
    }
}

/// What a restart undoes and does again.
pub(super) fn regions(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    for comeback in shown(chart, layout) {
        if let Some((left, right)) = undone(chart, layout, comeback) {
            area(canvas, "undone", layout, left, right);
        }
        if let Some((left, right)) = redone(chart, layout, comeback) {
            area(canvas, "redone", layout, left, right);
        }
    }
}

/// The words for them, after the names of checkpoints.
pub(super) fn region_words(canvas: &mut Canvas, chart: &Chart, layout: &Layout, room: &mut Room) {
    let mut put = |(left, right): Sides, class: &str, texts: &[String]| {
        let (Some(&from), Some(&to)) = (left.last(), right.last()) else { return };
        let y = below(layout, from) - 8;
        let (from, to) = (from.x.max(layout.left), to.x.min(layout.right));
        for text in texts {
            let spare = to - from - wide_as(class, text, 12) - 12;
            // In the middle, or else as near to it as there is room.
            let places = (0..=10).flat_map(|step| [spare / 2 - step * spare / 20, spare / 2 + step * spare / 20]);
            let places = places.map(|off| (at(from + 6 + off, y), Anchor::Start));
            if spare >= 0 && room.put(canvas, class, text, places) {
                return;
            }
        }
    };
    for comeback in shown(chart, layout) {
        if let Some(sides) = undone(chart, layout, comeback) {
            put(sides, "slant mute", &["rolled back".to_owned()]);
        }
        if let Some(sides) = redone(chart, layout, comeback) {
            let values: Vec<String> = comeback.values.iter().map(|&value| short(value)).collect();
            let few = format!("{} once more", values.join(", "));
            let many = format!("{} records once more", values.len());
            let texts = if values.len() <= 6 { vec![few, many] } else { vec![many] };
            put(sides, "slant s0f", &[texts, vec!["once more".to_owned()]].concat());
        }
    }
}

pub(super) fn shown<'a>(chart: &'a Chart, layout: &Layout) -> impl Iterator<Item = &'a Comeback> {
    let window = layout.window;
    chart.comebacks.iter().filter(move |comeback| {
        let until = comeback.replayed.iter().map(|&(_, until)| until).max().unwrap_or(comeback.at);
        // One of which nothing is shown has no part in the picture.
        let is_hidden = chart.gap(comeback.at).is_some() && chart.gap(until).is_some_and(|gap| gap.at == comeback.at);
        window.touches(comeback.at, until) && !is_hidden
    })
}

type Sides = (Vec<Point>, Vec<Point>);

/// The area between the line of the checkpoint and the ends of the attempts that had gone on from it.
fn undone(chart: &Chart, layout: &Layout, comeback: &Comeback) -> Option<Sides> {
    let cut = comeback.from.and_then(|from| chart.cut(from));
    let mut left = Vec::new();
    let mut right = Vec::new();
    for &task in chart.order.iter().filter(|task| comeback.tasks.contains(task)) {
        let lived = chart.lives.iter().rev().find(|life| life.task == task && life.to < comeback.at);
        let Some(life) = lived.filter(|life| life.fate.is_death() && has_worked(chart, life)) else { continue };
        let from = cut.and_then(|cut| cut.point(task)).unwrap_or(life.from).max(life.from);
        left.push(layout.point(Lane::Task(task), from));
        right.push(layout.point(Lane::Task(task), life.to));
    }
    let width = left.iter().zip(&right).map(|(left, right)| right.x - left.x).max()?;
    (width > 8).then_some((left, right))
}

/// Whether an attempt ever had its state.
fn has_worked(chart: &Chart, life: &Life) -> bool {
    let restored =
        |comeback: &Comeback| point_of(comeback, life.task).is_some_and(|at| (life.from..=life.to).contains(&at));
    life.attempt.0 == 0 || chart.comebacks.iter().any(restored)
}

/// The area between the restored states and the last record that was seen before.
fn redone(chart: &Chart, layout: &Layout, comeback: &Comeback) -> Option<Sides> {
    let until = comeback.replayed.iter().map(|&(_, until)| until).max()?;
    let places = chart.order.iter().filter_map(|&task| point_of(comeback, task).map(|when| (task, when)));
    let left: Vec<Point> = places.map(|(task, when)| layout.point(Lane::Task(task), when)).collect();
    let edge = (layout.x(until) + if chart.gap(until).is_some() { 0 } else { 12 }).min(layout.right);
    let right = left.iter().map(|point| at(edge.max(point.x), point.y)).collect();
    (!left.is_empty()).then_some((left, right))
}

/// How far down an area reaches whose last lane this is.
fn below(layout: &Layout, last: Point) -> i32 {
    last.y + if last.y == layout.bottom { 52 } else { 30 }
}

fn area(canvas: &mut Canvas, class: &str, layout: &Layout, mut left: Vec<Point>, mut right: Vec<Point>) {
    let (Some(&first), Some(&last)) = (left.first(), left.last()) else { return };
    let (Some(&first_right), Some(&last_right)) = (right.first(), right.last()) else { return };
    let (above, below) = (first.y - 30, below(layout, last));
    left.insert(0, at(first.x, above));
    left.push(at(last.x, below));
    right.insert(0, at(first_right.x, above));
    right.push(at(last_right.x, below));
    right.reverse();
    let mut way = curve(&left);
    // The way back is the same curve from below.
    way.push_str(&curve(&right).replacen('M', "L", 1));
    way.push('Z');
    canvas.path(class, &way);
}

fn point_of(comeback: &Comeback, task: TaskId) -> Option<When> {
    comeback.points.iter().find(|(on, _)| *on == task).map(|&(_, when)| when)
}

/// The lines of completed checkpoints.
pub(super) fn cuts(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    for cut in chart.cuts.iter().filter(|cut| cut.completed.is_some()) {
        let points = line_of(chart, layout, cut);
        if points.len() >= 2 {
            canvas.path(&format!("cut k{}", look(cut.which)), &curve(&points));
        }
    }
}

/// The names of those.
pub(super) fn names(canvas: &mut Canvas, chart: &Chart, layout: &Layout, room: &mut Room, foot: &mut Foot) {
    for cut in chart.cuts.iter().filter(|cut| cut.completed.is_some()) {
        let Some(&end) = line_of(chart, layout, cut).last() else { continue };
        let word = if cut.savepoint { "savepoint" } else { "checkpoint" };
        let text = format!("{word} {}", cut.which);
        let class = format!("strong k{}f", look(cut.which));
        for line in 0..4 {
            let y = layout.bottom + FOOT + line * LINE;
            let places =
                [(at(end.x, y), Anchor::Middle), (at(end.x - 8, y), Anchor::Start), (at(end.x + 8, y), Anchor::End)];
            if room.put(canvas, &class, &text, places) {
                foot.lines.insert(cut.which, line);
                break;
            }
        }
    }
}

/// The line of a checkpoint through the lanes of the window, with a little more at both ends.
fn line_of(chart: &Chart, layout: &Layout, cut: &Cut) -> Vec<Point> {
    let inside = chart.order.iter().filter_map(|&task| cut.point(task).map(|when| (task, when)));
    let mut points: Vec<Point> = inside
        .filter(|&(_, when)| layout.window.shows(when) && chart.gap(when).is_none())
        .map(|(task, when)| layout.point(Lane::Task(task), when))
        .collect();
    if let (Some(&first), Some(&last)) = (points.first(), points.last()) {
        points.insert(0, at(first.x, first.y - 26));
        points.push(at(last.x, last.y + 26));
    }
    points
}

/// From the line of a checkpoint to the line at which tasks have their state back; how far down that reaches.
pub(super) fn comebacks(canvas: &mut Canvas, chart: &Chart, layout: &Layout, room: &mut Room, foot: &Foot) -> i32 {
    let names = layout.bottom + FOOT + foot.lowest() * LINE;
    let mut lowest = names;
    // Ways that would lie one over the other lie one below the other.
    let mut ways: Vec<(i32, i32, i32)> = Vec::new();
    for comeback in &chart.comebacks {
        let Some(id) = comeback.from else { continue };
        let back: Vec<Point> = chart
            .order
            .iter()
            .filter_map(|&task| point_of(comeback, task).map(|when| (task, when)))
            .filter(|&(_, when)| layout.window.shows(when) && chart.gap(when).is_none())
            .map(|(task, when)| layout.point(Lane::Task(task), when))
            .collect();
        let (Some(&first), Some(&last)) = (back.first(), back.last()) else { continue };
        let kind = look(id);
        let mut line = back.clone();
        line.insert(0, at(first.x, first.y - 26));
        line.push(at(last.x, last.y + 26));
        canvas.path(&format!("bar k{kind}"), &curve(&line));
        let cut = chart.cut(id);
        let from = cut.and_then(|cut| line_of(chart, layout, cut).last().copied());
        let hidden = cut.and_then(|cut| cut.points.first()).map_or(layout.left, |&(_, when)| layout.x(when));
        let begin = from.map_or(hidden, |point| point.x);
        let mut tier = 0;
        while ways.iter().any(|&(left, right, other)| other == tier && left < last.x + 12 && begin < right + 12) {
            tier += 1;
        }
        ways.push((begin, last.x, tier));
        // Under the name of the checkpoint, then along the bottom.
        let deep = names + DEEP + tier * 22;
        lowest = lowest.max(deep);
        let begin = begin + tier * 7;
        let mut way = String::new();
        let written = match from {
            Some(_) => {
                let top = layout.bottom + FOOT + 7 + foot.lines.get(&id).copied().unwrap_or(0) * LINE;
                write!(way, "M{begin} {top}V{}q0 10 10 10H{}", deep - 10, last.x - 10)
            }
            None => write!(way, "M{begin} {deep}H{}", last.x - 10),
        };
        written.and_then(|()| write!(way, "q10 0 10 -10V{}", last.y + 62)).expect("writing to a string succeeds");
        canvas.path(&format!("back k{kind}"), &way);
        canvas.head(&format!("k{kind}f"), at(last.x, deep), at(last.x, last.y + 54));
        let states: Vec<String> = chart
            .order
            .iter()
            .filter_map(|&task| state_after(chart, comeback, task).map(|shows| (task, shows)))
            .map(|(task, shows)| format!("{} {}", chart.brief(task), short(shows)))
            .collect();
        let class = format!("halo k{kind}f");
        let middle = (at((begin + last.x) / 2, deep - 6), Anchor::Middle);
        let fits = |text: &&String| wide(text, 12) <= last.x - begin - 24;
        let texts = [format!("back to {}", states.join(" · ")), "state is read back".to_owned()];
        let _ = texts.iter().filter(fits).any(|text| room.put(canvas, &class, text, [middle]));
    }
    lowest
}

fn state_after(chart: &Chart, comeback: &Comeback, task: TaskId) -> Option<i64> {
    let when = point_of(comeback, task)?;
    chart.marks_at(when).iter().find_map(|mark| match mark.sign {
        Sign::Restore { shows, .. } if mark.lane == Lane::Task(task) => shows,
        _ => None,
    })
}
