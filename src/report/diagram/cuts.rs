//! The lines that checkpoints draw, and what a restart does with them: what is rolled back, what is read, what is done
//! once more.

use std::fmt::Write;

use super::canvas::{Anchor, Canvas, Point, at, curve, wide, wide_as};
use super::layout::Layout;
use super::lines::look;
use super::marks::short;
use crate::ids::TaskId;
use crate::report::chart::{Chart, Comeback, Cut, Lane, Life, Sign, When};

/// How far below the last lane the words of lines and regions stand.
const FOOT: i32 = 43;

/// The words below the last lane: first come, first served.
#[derive(Debug, Default)]
pub(super) struct Foot {
    taken: Vec<(i32, i32)>,
}

impl Foot {
    /// Puts a text between two places, if it has room there beside the other ones.
    fn put(
        &mut self,
        canvas: &mut Canvas,
        layout: &Layout,
        (left, right): (i32, i32),
        class: &str,
        text: &str,
    ) -> bool {
        let width = wide_as(class, text, 12);
        let mut begin = (left + right - width) / 2;
        // What stands in the middle may leave room to its right.
        for &(from, to) in &self.taken {
            if begin < to + 10 && from < begin + width + 10 {
                begin = ((to + right - width) / 2).max(to + 10);
            }
        }
        let span = (begin, begin + width);
        let free = self.taken.iter().all(|&(from, to)| span.1 + 8 <= from || to + 8 <= span.0);
        if !free || span.0 < left - 60 || span.1 > (right + 60).min(layout.right + 12) {
            return false;
        }
        canvas.text(class, at(begin, layout.bottom + FOOT), Anchor::Start, text);
        self.taken.push(span);
        self.taken.sort_unstable();
        true
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
pub(super) fn region_words(canvas: &mut Canvas, chart: &Chart, layout: &Layout, foot: &mut Foot) {
    for comeback in shown(chart, layout) {
        if let Some((left, right)) = undone(chart, layout, comeback) {
            let (left, right) = (left[left.len() - 1].x, right[right.len() - 1].x);
            if right - left > wide("rolled back", 12) {
                foot.put(canvas, layout, (left + 10, right), "slant mute", "rolled back");
            }
        }
        if let Some((left, right)) = redone(chart, layout, comeback) {
            let (left, right) = (left[left.len() - 1].x, right[right.len() - 1].x);
            let values: Vec<String> = comeback.values.iter().map(|&value| short(value)).collect();
            let few = format!("{} once more", values.join(", "));
            let many = format!("{} records once more", values.len());
            let texts = if values.len() <= 6 { vec![few, many] } else { vec![many] };
            texts.iter().any(|text| foot.put(canvas, layout, (left, right), "slant s0f", text));
        }
    }
}

pub(super) fn shown<'a>(chart: &'a Chart, layout: &Layout) -> impl Iterator<Item = &'a Comeback> {
    let window = layout.window;
    chart.comebacks.iter().filter(move |comeback| {
        let until = comeback.replayed.iter().map(|&(_, until)| until).max().unwrap_or(comeback.at);
        window.touches(comeback.at, until)
    })
}

type Sides = (Vec<Point>, Vec<Point>);

/// The area between the line of the checkpoint and the ends of the attempts that had gone on from it.
fn undone(chart: &Chart, layout: &Layout, comeback: &Comeback) -> Option<Sides> {
    let cut = chart.cuts.iter().find(|cut| Some(cut.id) == comeback.from);
    let mut left = Vec::new();
    let mut right = Vec::new();
    for &task in &chart.order {
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
    let edge = (layout.x(until) + 12).min(layout.right);
    let right = left.iter().map(|point| at(edge.max(point.x), point.y)).collect();
    (!left.is_empty()).then_some((left, right))
}

fn area(canvas: &mut Canvas, class: &str, layout: &Layout, mut left: Vec<Point>, mut right: Vec<Point>) {
    let (Some(&first), Some(&last)) = (left.first(), left.last()) else { return };
    let (Some(&first_right), Some(&last_right)) = (right.first(), right.last()) else { return };
    let (above, below) = (first.y - 30, last.y + if last.y == layout.bottom { 52 } else { 30 });
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
pub(super) fn cuts(canvas: &mut Canvas, chart: &Chart, layout: &Layout, foot: &mut Foot) {
    for cut in chart.cuts.iter().filter(|cut| cut.completed.is_some()) {
        let points = line_of(chart, layout, cut);
        if points.len() < 2 {
            continue;
        }
        let (kind, way) = (look(cut.id), curve(&points));
        canvas.path(&format!("cut k{kind}"), &way);
        let word = if cut.savepoint { "savepoint" } else { "checkpoint" };
        let end = points[points.len() - 1];
        let text = format!("{word} {}", cut.id);
        foot.put(canvas, layout, (end.x, end.x), &format!("strong k{kind}f"), &text);
    }
}

/// The line of a checkpoint through the lanes of the window, with a little more at both ends.
fn line_of(chart: &Chart, layout: &Layout, cut: &Cut) -> Vec<Point> {
    let inside = chart.order.iter().filter_map(|&task| cut.point(task).map(|when| (task, when)));
    let mut points: Vec<Point> = inside
        .filter(|&(_, when)| layout.window.shows(when))
        .map(|(task, when)| layout.point(Lane::Task(task), when))
        .collect();
    if let (Some(&first), Some(&last)) = (points.first(), points.last()) {
        points.insert(0, at(first.x, first.y - 26));
        points.push(at(last.x, last.y + 26));
    }
    points
}

/// From the line of a checkpoint to the line at which tasks have their state back.
pub(super) fn comebacks(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    for comeback in &chart.comebacks {
        let Some(id) = comeback.from else { continue };
        let back: Vec<Point> = chart
            .order
            .iter()
            .filter_map(|&task| point_of(comeback, task).map(|when| (task, when)))
            .filter(|&(_, when)| layout.window.shows(when))
            .map(|(task, when)| layout.point(Lane::Task(task), when))
            .collect();
        let (Some(&first), Some(&last)) = (back.first(), back.last()) else { continue };
        let kind = look(id);
        let mut line = back.clone();
        line.insert(0, at(first.x, first.y - 26));
        line.push(at(last.x, last.y + 26));
        canvas.path(&format!("bar k{kind}"), &curve(&line));
        let cut = chart.cuts.iter().find(|cut| cut.id == id);
        let from = cut.and_then(|cut| line_of(chart, layout, cut).last().copied());
        // Under the name of the checkpoint, then along the bottom.
        let deep = layout.bottom + 74;
        let mut way = String::new();
        let begin = match from {
            Some(point) => at(point.x, layout.bottom + 50),
            None => at(layout.left, deep),
        };
        let written = match from {
            Some(_) => {
                write!(way, "M{} {}V{}q0 10 10 10H{}", begin.x, begin.y, deep - 10, last.x - 10)
            }
            None => write!(way, "M{} {}H{}", begin.x, begin.y, last.x - 10),
        };
        written.and_then(|()| write!(way, "q10 0 10 -10V{}", last.y + 62)).expect("writing to a string succeeds");
        canvas.path(&format!("back k{kind}"), &way);
        canvas.head(&format!("k{kind}f"), at(last.x, deep), at(last.x, last.y + 54));
        let states: Vec<String> = chart
            .order
            .iter()
            .filter_map(|&task| state_after(chart, comeback, task).map(|shows| (task, shows)))
            .map(|(task, shows)| format!("{} {}", chart.name(task), short(shows)))
            .collect();
        let text = format!("back to {}", states.join(" · "));
        let middle = (begin.x + last.x) / 2;
        let room = last.x - begin.x - 24;
        let text = if wide(&text, 12) > room { "state is read back".to_owned() } else { text };
        canvas.text(&format!("halo k{kind}f"), at(middle, deep - 6), Anchor::Middle, &text);
    }
}

fn state_after(chart: &Chart, comeback: &Comeback, task: TaskId) -> Option<i64> {
    let when = point_of(comeback, task)?;
    chart.marks_at(when).iter().find_map(|mark| match mark.sign {
        Sign::Restore { shows, .. } if mark.lane == Lane::Task(task) => shows,
        _ => None,
    })
}
