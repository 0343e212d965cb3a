//! What stands around the lanes: title, names, captions, the axis.

use super::canvas::{Anchor, Canvas, at, at_most, wide, wide_as};
use super::layout::{Layout, SMALL, shift};
use super::lines::look;
use super::theme::SOURCES;
use crate::action::Ask;
use crate::ids::Micros;
use crate::report::chart::{Chart, Lane, Role, Sign, Window, asked, over};

/// The height of a line of captions.
const TIER: i32 = 17;
/// Up to so many lines captions do not crowd.
const CALM: i32 = 1;
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
        // Who failed is said in one breath, and what follows from it with it.
        let failed: Vec<&str> = marks
            .clone()
            .filter_map(|mark| match mark.sign {
                Sign::Notice(task) => Some(chart.brief(task)),
                _ => None,
            })
            .collect();
        let mut told = false;
        for mark in marks {
            let x = layout.x(when) + shift(chart, mark);
            match mark.sign {
                Sign::Notice(_) if !told => {
                    said.push((x, "crashfill".to_owned(), failures(&failed)));
                    told = true;
                }
                Sign::Notice(_) => {}
                Sign::Backoff(delay) if told => {
                    if let Some((_, _, text)) = said.last_mut() {
                        text.push_str(&format!("; restart in {}", span(delay)));
                    }
                }
                _ => said.extend(caption(&mark.sign).map(|(class, text)| (x, class, text))),
            }
        }
    }
    let mut captions: Vec<Caption> = Vec::new();
    // From the right: the leader of an earlier one rises to the left of what stands there.
    for (x, class, text) in said.into_iter().rev() {
        let set = |text: &str| set(x, &class, text, layout, &captions);
        let whole = set(&text);
        // Where captions crowd, a reason is left to the text of the run.
        let short = text.split_once(": ").filter(|_| whole.tier > CALM).map(|(short, _)| set(short));
        let is_nearer = |short: &Caption| short.tier < whole.tier || short.span.0 > whole.span.0;
        captions.push(short.filter(is_nearer).unwrap_or(whole));
    }
    captions
}

/// A caption of this text, as low as it fits beside the others.
fn set(x: i32, class: &str, text: &str, layout: &Layout, others: &[Caption]) -> Caption {
    let width = wide_as(class, text, 12);
    let begin = (x + 5).min(layout.right - width).max(layout.left);
    let (class, text) = (class.to_owned(), text.to_owned());
    let mut caption = Caption { x, span: (begin, begin + width), tier: 0, class, text };
    let tiers = 0..MOST_TIERS;
    let mut fits = |tier: i32, is_well: fn(&Caption, &Caption) -> bool| {
        caption.tier = tier;
        others.iter().all(|other| is_well(&caption, other))
    };
    let best = tiers.clone().find(|&tier| fits(tier, Caption::agrees));
    let good = best.or_else(|| tiers.clone().find(|&tier| fits(tier, Caption::is_apart)));
    caption.tier = good.unwrap_or(MOST_TIERS);
    caption
}

fn failures(failed: &[&str]) -> String {
    match failed {
        [one] => format!("{one} has failed"),
        [first, second, more @ ..] if more.len() > 1 => {
            format!("{first}, {second} and {} more have failed", more.len())
        }
        few => format!("{} have failed", few.join(", ")),
    }
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
        Sign::Rejected(reason) => (ink, format!("a trigger is refused: {reason}")),
        // What comes of it is said at once.
        Sign::Asked(Ask::Start) => return None,
        Sign::Start(id) => ("strong".to_owned(), format!("start by hand from checkpoint {id}")),
        Sign::Asked(ask) => ("strong".to_owned(), asked(ask).to_owned()),
        Sign::Refused(Ask::Start, why) => {
            ("crashfill".to_owned(), format!("start by hand is refused: {}", why.words()))
        }
        Sign::Refused(_, why) => ("crashfill".to_owned(), format!("refused: {}", why.words())),
        Sign::Over(status) => (ink, over(status).to_owned()),
        Sign::Stopped => (ink, "the run is cut off".to_owned()),
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
        canvas.text(&class, at(right, y + 1), Anchor::End, &layout.names[task]);
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
        if chart.gap(when).is_some() {
            last = None;
            free = layout.x(when) + 8;
            continue;
        }
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
