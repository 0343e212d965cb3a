//! What the marks mean that are in the picture.

use super::canvas::{Anchor, Canvas, Point, at, curve, wide};
use super::cuts;
use super::layout::{Layout, SMALL};
use super::lines::{cross, look};
use super::marks::hand;
use crate::report::chart::{Chart, End, Sign, Talk};

type Draw = fn(&mut Canvas, Point, usize);

/// What the marks mean that are in the picture; how far down it reaches.
pub(super) fn legend(canvas: &mut Canvas, chart: &Chart, layout: &Layout, mut y: i32) -> i32 {
    let left = 24;
    let mut x = left;
    // Shown in the look of a checkpoint that is in the picture.
    let seen = chart.marks.iter().find_map(|mark| match mark.sign {
        Sign::Snapshot { id, .. } if layout.window.shows(mark.at) => Some(look(id)),
        _ => None,
    });
    let kind = seen.unwrap_or(0);
    for (width, draw, text) in entries(chart, layout) {
        let needed = width + 6 + wide(text, SMALL) + 20;
        if x + needed > layout.width - 12 && x > left {
            x = left;
            y += 22;
        }
        draw(canvas, at(x, y), kind);
        canvas.text("small mute", at(x + width + 6, y + 4), Anchor::Start, text);
        x += needed;
    }
    y + 22
}

/// Width, drawing (its place is the middle of its left edge) and words of each entry that is needed.
fn entries(chart: &Chart, layout: &Layout) -> Vec<(i32, Draw, &'static str)> {
    let window = layout.window;
    let any = |is: fn(&Sign) -> bool| chart.marks.iter().any(|mark| window.shows(mark.at) && is(&mark.sign));
    let seen = |when: usize| window.shows(when) && chart.gap(when).is_none();
    let sent = |is: fn(Talk) -> bool| chart.messages.iter().any(|message| seen(message.sent) && is(message.talk));
    let done = || chart.cuts.iter().filter(|cut| cut.completed.is_some());
    let crossed = |messages: &[usize]| messages.iter().any(|&message| seen(chart.messages[message].sent));
    let losses = chart.messages.iter().any(|message| matches!(message.end, End::Lost(when) if seen(when)));
    let failed = |sign: &Sign| match sign {
        Sign::Snapshot { id, .. } => chart.cut(*id).is_none_or(|cut| cut.completed.is_none()),
        _ => false,
    };
    let whole = |sign: &Sign| matches!(sign, Sign::Snapshot { .. }) && !failed(sign);
    let whole = chart.marks.iter().any(|mark| window.shows(mark.at) && whole(&mark.sign));
    let failed = chart.marks.iter().any(|mark| window.shows(mark.at) && failed(&mark.sign));
    let same = |sign: &Sign| sign.checkpoint().is_some_and(|which| which.earlier > 0);
    let all: [(bool, i32, Draw, &'static str); 25] = [
        (any(|sign| matches!(sign, Sign::Reads { again: false, .. })), 20, record, "a source reads a record"),
        (any(|sign| matches!(sign, Sign::Reads { again: true, .. })), 20, again, "reads it once more"),
        (any(|sign| matches!(sign, Sign::Takes { .. })), 24, taken, "taken; what the task shows then"),
        (sent(|talk| matches!(talk, Talk::Barrier(_))), 26, barrier, "barrier"),
        (sent(|talk| matches!(talk, Talk::Marker(_))), 26, marker, "cancel marker in its place"),
        (whole, 20, snapshot, "snapshot"),
        (failed, 20, in_vain, "snapshot of a checkpoint that is not complete"),
        (any(|sign| matches!(sign, Sign::Written { stored: true, .. })), 6, stored, "a snapshot is in storage"),
        (done().flat_map(|cut| &cut.points).any(|&(_, when)| seen(when)), 16, line, "the cut of a complete checkpoint"),
        (done().any(|cut| crossed(&cut.in_flight)), 26, crossing, "in flight across the cut"),
        (done().any(|cut| crossed(&cut.early)), 26, crossing, "taken before the cut, sent behind it"),
        (
            chart.waits.iter().any(|wait| window.touches(wait.from, wait.to)),
            26,
            band,
            "an input waits behind its barrier",
        ),
        (
            chart.messages.iter().any(|message| message.channel.is_none() && seen(message.sent)),
            26,
            talk,
            "to and from the JobManager",
        ),
        (any(|sign| matches!(sign, Sign::Asked(_) | Sign::Refused(..) | Sign::Start(_))), 11, pointer, "by hand"),
        (any(|sign| matches!(sign, Sign::Crash)), 14, crash, "crash"),
        (losses, 26, lost, "lost on its way"),
        (any(|sign| matches!(sign, Sign::Deploy)), 12, empty, "starts again, empty"),
        (any(|sign| matches!(sign, Sign::Restore { from: Some(_), .. })), 20, restored, "has its state back"),
        (any(|sign| matches!(sign, Sign::Restore { from: None, .. })), 20, anew, "begins without state"),
        (cuts::shown(chart, layout).next().is_some(), 22, undone, "is rolled back"),
        (cuts::shown(chart, layout).any(|comeback| !comeback.replayed.is_empty()), 22, redone, "is done once more"),
        (any(|sign| matches!(sign, Sign::Commit { again: false, .. })), 12, commit, "a transaction becomes visible"),
        (any(|sign| matches!(sign, Sign::EndOfData)), 6, end_of_data, "end of data"),
        (any(|sign| matches!(sign, Sign::Finish)), 4, finish, "the task has finished"),
        (
            chart.marks.iter().any(|mark| window.shows(mark.at) && same(&mark.sign)),
            10,
            prime,
            "this number once more, in a later life of the job",
        ),
    ];
    all.into_iter().filter(|entry| entry.0).map(|(_, width, draw, text)| (width, draw, text)).collect()
}

fn record(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.badge("s0f s0 mid", at(x + 10, y), 20, 16, 8);
    canvas.text("small strong over", at(x + 10, y + 4), Anchor::Middle, "1");
}

fn again(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.badge("hollow s0 mid", at(x + 10, y), 20, 16, 8);
    canvas.text("small strong s0f", at(x + 10, y + 4), Anchor::Middle, "1");
}

fn taken(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.line("lane", at(x, y + 4), at(x + 24, y + 4));
    canvas.circle("s0f s0 mid", at(x + 8, y + 4), 3);
    canvas.text("small", at(x + 14, y), Anchor::Start, "1");
}

fn barrier(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.line(&format!("bar k{kind}"), at(x, y), at(x + 19, y));
    canvas.head(&format!("k{kind}f"), at(x, y), at(x + 26, y));
}

fn snapshot(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.badge(&format!("k{kind}f"), at(x + 10, y), 20, 16, 3);
    canvas.text("small strong over", at(x + 10, y + 4), Anchor::Middle, "1");
}

fn marker(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.line(&format!("mark k{kind}"), at(x, y), at(x + 19, y));
    canvas.head(&format!("hollow k{kind} thin"), at(x, y), at(x + 26, y));
}

fn in_vain(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.badge(&format!("hollow k{kind} mid"), at(x + 10, y), 20, 16, 3);
    canvas.text(&format!("small strong k{kind}f"), at(x + 10, y + 4), Anchor::Middle, "1");
}

fn stored(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.circle(&format!("k{kind}f"), at(x + 3, y), 2);
}

fn crossing(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.line(&format!("glow k{kind}"), at(x, y), at(x + 26, y));
    canvas.line("rec s0", at(x, y), at(x + 19, y));
    canvas.head("s0f", at(x, y), at(x + 26, y));
}

fn pointer(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    hand(canvas, at(x, y - 8));
}

fn anew(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.badge("hollow edge mid", at(x + 10, y), 20, 16, 3);
    canvas.text("small strong mute", at(x + 10, y + 4), Anchor::Middle, "0");
}

fn commit(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.path("inkfill", &format!("M{} {}L{} {y}L{} {}L{x} {y}Z", x + 6, y - 7, x + 12, x + 6, y + 7));
}

fn end_of_data(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.badge("hollow edge mid", at(x + 3, y), 5, 12, 1);
}

fn finish(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.line("bar edge", at(x + 2, y - 8), at(x + 2, y + 8));
}

fn prime(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.text("strong", at(x, y + 4), Anchor::Start, "3′");
}

fn line(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    let way = curve(&[at(x + 6, y - 7), at(x + 10, y + 7)]);
    canvas.path(&format!("cut k{kind}"), &way);
}

fn band(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.rect(&format!("k{kind}h"), at(x, y - 7), 26, 14, 3);
}

fn talk(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.line(&format!("talk k{kind}"), at(x, y), at(x + 19, y));
    canvas.head(&format!("k{kind}f faded"), at(x, y), at(x + 26, y));
}

fn crash(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    cross(canvas, "cross crash", at(x + 7, y), 5);
}

fn lost(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.line("rec s0", at(x, y), at(x + 21, y));
    cross(canvas, "mid crash", at(x + 21, y), 4);
}

fn empty(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.circle("hollow edge mid", at(x + 6, y), 5);
}

fn restored(canvas: &mut Canvas, Point { x, y }: Point, kind: usize) {
    canvas.badge(&format!("hollow k{kind} mid"), at(x + 10, y), 20, 16, 3);
    canvas.text(&format!("small strong k{kind}f"), at(x + 10, y + 4), Anchor::Middle, "1");
}

fn undone(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.rect("undone", at(x, y - 7), 22, 14, 2);
}

fn redone(canvas: &mut Canvas, Point { x, y }: Point, _: usize) {
    canvas.rect("redone", at(x, y - 7), 22, 14, 2);
}
