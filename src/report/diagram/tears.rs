//! What is left out: there the paper is torn from top to bottom.

use std::fmt::Write;

use super::canvas::{Anchor, Canvas, at};
use super::layout::Layout;
use super::room::Room;
use crate::report::chart::Chart;

/// Half the width of a tear.
const HALF: i32 = 6;
/// The height of a tooth.
const TOOTH: i32 = 9;

/// The tears, over all lines.
pub(super) fn tears(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    for gap in &chart.gaps {
        let x = layout.x(gap.at);
        let (top, bottom) = (layout.manager - 12, layout.bottom + 56);
        let teeth = (bottom - top) / TOOTH;
        let edge = |side: i32, down: bool| {
            let mut way = String::new();
            for step in 0..=teeth {
                let tooth = if down { step } else { teeth - step };
                let letter = if step == 0 && down { 'M' } else { 'L' };
                let lean = if tooth % 2 == 0 { -3 } else { 3 };
                write!(way, "{letter}{} {}", x + side + lean, top + tooth * TOOTH)
                    .expect("writing to a string succeeds");
            }
            way
        };
        canvas.path("hollow", &format!("{}{}Z", edge(-HALF, true), edge(HALF, false)));
        canvas.path("thin edge", &edge(-HALF, true));
        canvas.path("thin edge", &edge(HALF, false).replacen('L', "M", 1));
    }
}

/// What they leave out, below the axis; how far down that reaches.
pub(super) fn words(canvas: &mut Canvas, chart: &Chart, layout: &Layout, room: &mut Room, y: i32) -> i32 {
    let Some(first) = chart.gaps.first() else { return y };
    let hidden: usize = chart.gaps.iter().map(|gap| gap.moments).sum();
    for gap in &chart.gaps {
        let (from, to) = gap.steps;
        let place = at(layout.x(gap.at), y);
        room.put(canvas, "small slant mute", &format!("steps {from}–{to}"), [(place, Anchor::Middle)]);
    }
    let text = format!(
        "Where the paper is torn, {hidden} moments are left out. A part of the run: --steps {}..{}",
        first.steps.0,
        first.steps.1.0 + 1
    );
    canvas.text("small slant mute", at(layout.left, y + 18), Anchor::Start, &text);
    y + 18
}
