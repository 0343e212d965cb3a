//! What stands around the lanes: title, names, captions, the axis, the legend.

use super::canvas::{Anchor, Canvas, Point, at, at_most, curve, wide, wide_as};
use super::cuts;
use super::layout::{Layout, SMALL};
use super::lines::{cross, look};
use super::theme::SOURCES;
use crate::ids::Micros;
use crate::report::chart::{Chart, End, Lane, Role, Sign, Talk, Window};

/// The height of a line of captions.
const TIER: i32 = 17;
/// Beyond so many lines captions may lie one over the other.
const MOST_TIERS: i32 = 12;

/// A text above the JobManager's lane, with a leader down to its mark.
#[derive(Debug)]
pub(super) struct Caption {
    x: i32,
    /// Where its text begins and ends.
    span: (i32, i32),
    /// How many lines above the lane.
    tier: i32,
    class: String,
    text: String,
}

impl Caption {
    /// Whether neither text lies over the other one.
    fn is_apart(&self, other: &Self) -> bool {
        self.tier != other.tier || self.span.1 + 8 <= other.span.0 || other.span.1 + 8 <= self.span.0
    }

    /// Whether, besides, neither leader passes through the other text.
    fn agrees(&self, other: &Self) -> bool {
        let passes = |leader: &Self, text: &Self| {
            leader.tier > text.tier && (text.span.0 - 4..=text.span.1 + 4).contains(&leader.x)
        };
        self.is_apart(other) && !passes(self, other) && !passes(other, self)
    }
}

/// The captions of a window, each as low as it fits.
pub(super) fn captions(chart: &Chart, layout: &Layout) -> Vec<Caption> {
    let mut said: Vec<(i32, String, String)> = Vec::new();
    for when in layout.window.first..=layout.window.last {
        let marks = chart.marks_at(when).iter().filter(|mark| mark.lane == Lane::JobManager);
        let mut texts: Vec<(String, String)> = marks.filter_map(|mark| caption(&mark.sign)).collect();
        // Who failed is said in one breath.
        let failed: Vec<&str> = chart
            .marks_at(when)
            .iter()
            .filter_map(|mark| match mark.sign {
                Sign::Notice(task) => Some(chart.name(task)),
                _ => None,
            })
            .collect();
        let verb = if failed.len() == 1 { "has" } else { "have" };
        if !failed.is_empty() {
            texts.insert(0, ("crashfill".to_owned(), format!("{} {verb} failed", at_most(&failed.join(", "), 40))));
        }
        let joined = texts.into_iter().reduce(|(class, before), (_, text)| (class, format!("{before}; {text}")));
        said.extend(joined.map(|(class, text)| (layout.x(when), class, text)));
    }
    let mut captions: Vec<Caption> = Vec::new();
    // From the right: the leader of an earlier one rises to the left of what stands there.
    for (x, class, text) in said.into_iter().rev() {
        let width = wide_as(&class, &text, 12);
        let begin = (x + 5).min(layout.right - width).max(layout.left);
        let mut caption = Caption { x, span: (begin, begin + width), tier: 0, class, text };
        let tiers = 0..MOST_TIERS;
        let mut fits = |tier: i32, is_well: fn(&Caption, &Caption) -> bool| {
            caption.tier = tier;
            captions.iter().all(|other| is_well(&caption, other))
        };
        let best = tiers.clone().find(|&tier| fits(tier, Caption::agrees));
        let good = best.or_else(|| tiers.clone().find(|&tier| fits(tier, Caption::is_apart)));
        caption.tier = good.unwrap_or(MOST_TIERS);
        captions.push(caption);
    }
    captions
}

/// How much room captions take above the lane.
pub(super) fn height(captions: &[Caption]) -> i32 {
    captions.iter().map(|caption| caption.tier + 1).max().unwrap_or(0) * TIER + 12
}

fn caption(sign: &Sign) -> Option<(String, String)> {
    let ink = String::new();
    let of = |id| format!("k{}f", look(id));
    Some(match *sign {
        Sign::Triggered(id) => (of(id), format!("checkpoint {id} is triggered")),
        Sign::Completed(id) => (format!("strong {}", of(id)), format!("checkpoint {id} is complete")),
        // That goes without saying beside the failure.
        Sign::Aborted(id, "CHECKPOINT_COORDINATOR_SUSPEND") => (of(id), format!("checkpoint {id} is given up")),
        Sign::Aborted(id, reason) => (of(id), format!("checkpoint {id} is given up: {reason}")),
        Sign::Backoff(delay) => (ink, format!("restart in {}", span(delay))),
        Sign::Denied => ("crashfill".to_owned(), "no restart is left".to_owned()),
        Sign::Restart(Some(id)) => (ink, format!("restart from checkpoint {id}")),
        Sign::Restart(None) => (ink, "restart from nothing".to_owned()),
        Sign::Over(how) => (ink, format!("the job has {how}")),
        _ => return None,
    })
}

pub(super) fn draw_captions(canvas: &mut Canvas, layout: &Layout, captions: &[Caption]) {
    for Caption { x, tier, .. } in captions {
        canvas.line("thin faint", at(*x, layout.manager - 26 - tier * TIER), at(*x, layout.manager - 9));
    }
    for Caption { span, tier, class, text, .. } in captions {
        canvas.text(&format!("halo {class}"), at(span.0, layout.manager - 16 - tier * TIER), Anchor::Start, text);
    }
}

/// Title and sentence; how far down they reach.
pub(super) fn title(canvas: &mut Canvas, chart: &Chart, width: i32) -> i32 {
    let mut y = 38;
    canvas.text("title", at(24, y), Anchor::Start, &at_most(&chart.title, 80));
    let mut text = String::new();
    for word in chart.about.split_whitespace() {
        if !text.is_empty() && wide(&format!("{text} {word}"), 13) > width - 48 {
            y += if y == 38 { 22 } else { 18 };
            canvas.text("about mute", at(24, y), Anchor::Start, &text);
            text.clear();
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    if !text.is_empty() {
        y += if y == 38 { 22 } else { 18 };
        canvas.text("about mute", at(24, y), Anchor::Start, &text);
    }
    y + 18
}

pub(super) fn names(canvas: &mut Canvas, chart: &Chart, layout: &Layout) {
    let right = layout.left - 10;
    canvas.text("name mute", at(right, layout.manager + 5), Anchor::End, "JobManager");
    for (task, lane) in chart.lanes.pairs() {
        let y = layout.y(Lane::Task(task));
        let class = match lane.role {
            Role::Source(origin) => format!("name s{}f", origin % SOURCES),
            Role::Operator | Role::Sink => "name".to_owned(),
        };
        canvas.text(&class, at(right, y + 1), Anchor::End, &at_most(&lane.name, 22));
        let role = match lane.role {
            Role::Source(_) => "source",
            Role::Operator => "operator",
            Role::Sink => "sink",
        };
        canvas.text("small mute", at(right, y + 15), Anchor::End, role);
    }
}

/// Virtual time under the lanes, and what is left out of the picture.
pub(super) fn axis(canvas: &mut Canvas, chart: &Chart, layout: &Layout, y: i32) {
    canvas.line("thin faint", at(layout.left, y), at(layout.right, y));
    let word = if chart.timed { "time, ms" } else { "step" };
    canvas.text("small mute", at(layout.left - 10, y + 16), Anchor::End, word);
    let mut last = None;
    let mut free = layout.left;
    for when in layout.window.first..=layout.window.last {
        let Some(moment) = chart.moments.get(when) else { break };
        let text = if chart.timed { millis(moment.at) } else { moment.step.to_string() };
        if last.as_ref() == Some(&text) {
            continue;
        }
        let x = layout.x(when);
        canvas.line("thin edge", at(x, y), at(x, y + 4));
        let half = wide(&text, SMALL) / 2;
        if x - half > free {
            canvas.text("small mute", at(x, y + 16), Anchor::Middle, &text);
            free = x + half + 7;
        }
        last = Some(text);
    }
    let Window { first, last } = layout.window;
    let before = first;
    let after = chart.moments.len().saturating_sub(last + 1);
    if before > 0 {
        let text = format!("← {} before this are not shown", moments(before));
        canvas.text("small slant mute", at(layout.left, y + 33), Anchor::Start, &text);
    }
    if after > 0 {
        let text = format!("{} after this are not shown →", moments(after));
        canvas.text("small slant mute", at(layout.right, y + 33), Anchor::End, &text);
    }
}

fn moments(count: usize) -> String {
    if count == 1 { "1 moment".to_owned() } else { format!("{count} moments") }
}

/// Milliseconds, with decimals only where they are needed.
fn millis(at: Micros) -> String {
    let (whole, rest) = (at.0 / 1_000, at.0 % 1_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

fn span(of: Micros) -> String {
    if of.0 >= 1_000_000 && of.0.is_multiple_of(1_000_000) {
        format!("{} s", of.0 / 1_000_000)
    } else {
        format!("{} ms", millis(of))
    }
}

// ---- the legend ----

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
    let any = |is: &dyn Fn(&Sign) -> bool| chart.marks.iter().any(|mark| window.shows(mark.at) && is(&mark.sign));
    let sent =
        |is: &dyn Fn(Talk) -> bool| chart.messages.iter().any(|message| window.shows(message.sent) && is(message.talk));
    let reads = any(&|sign| matches!(sign, Sign::Reads { again: false, .. }));
    let rereads = any(&|sign| matches!(sign, Sign::Reads { again: true, .. }));
    let takes = any(&|sign| matches!(sign, Sign::Takes { .. }));
    let barriers = sent(&|talk| matches!(talk, Talk::Barrier(_)));
    let snapshots = any(&|sign| matches!(sign, Sign::Snapshot { .. }));
    let done = chart.cuts.iter().filter(|cut| cut.completed.is_some());
    let cuts = done.flat_map(|cut| &cut.points).any(|&(_, when)| window.shows(when));
    let waits = chart.waits.iter().any(|wait| window.touches(wait.from, wait.to));
    let talks = sent(&|talk| matches!(talk, Talk::Ack(_) | Talk::Decline(_)));
    let crashes = any(&|sign| matches!(sign, Sign::Crash));
    let losses = chart.messages.iter().any(|message| matches!(message.end, End::Lost(when) if window.shows(when)));
    let deploys = any(&|sign| matches!(sign, Sign::Deploy));
    let restores = any(&|sign| matches!(sign, Sign::Restore { .. }));
    let falls = cuts::shown(chart, layout).next().is_some();
    let repeats = cuts::shown(chart, layout).any(|comeback| !comeback.replayed.is_empty());
    let all: [(bool, i32, Draw, &'static str); 14] = [
        (reads, 20, record, "a source reads a record"),
        (rereads, 20, again, "reads it once more"),
        (takes, 24, taken, "taken; what the task shows then"),
        (barriers, 26, barrier, "barrier"),
        (snapshots, 20, snapshot, "snapshot"),
        (cuts, 16, line, "the cut of a complete checkpoint"),
        (waits, 26, band, "an input waits behind its barrier"),
        (talks, 26, talk, "to and from the JobManager"),
        (crashes, 14, crash, "crash"),
        (losses, 26, lost, "lost on its way"),
        (deploys, 12, empty, "starts again, empty"),
        (restores, 20, restored, "has its state back"),
        (falls, 22, undone, "is rolled back"),
        (repeats, 22, redone, "is done once more"),
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
