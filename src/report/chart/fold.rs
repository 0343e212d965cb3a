//! A chart that has no room for a whole run: what can be seen best stays, and the stretches between are left out.
//!
//! | kept | in this order |
//! | --- | --- |
//! | the beginning, what a person asked for, what is stuck, the end | always first |
//! | the first restart, with the checkpoint that it reads | |
//! | the first checkpoint that has a number again, that was given up, that completed, that some record overtook, that waited longest, that was pending beside another one | |
//! | the first trigger that was refused | |
//! | further restarts, checkpoints that were given up, all other checkpoints | from the first to the last |
//! | records that go their way | only where little else happens |
//!
//! Left-out moments become one, a [`Gap`]. What began or ended in it begins or ends there.

use std::collections::BTreeSet;
use std::ops::Range;

use super::cut::{Cut, Gap};
use super::types::{End, Sign};
use super::{Chart, When};
use crate::ids::{ChannelId, TaskId};

/// So many moments at the beginning.
const OUTSET: usize = 8;
/// So many around what is kept.
const BEFORE: usize = 3;
const BEHIND: usize = 4;
/// A checkpoint that takes more moments is kept only where something of it happens.
const LONG: usize = 44;
/// Fewer moments than these are not worth a gap.
const FEW: usize = 6;
/// So many records at once.
const RECORDS: usize = 12;
/// So many wishes are looked at.
const WISHES: usize = 80;

type Spans = Vec<Range<When>>;

fn one(span: Range<When>) -> Spans {
    std::iter::once(span).collect()
}

impl Chart {
    /// The chart itself if it fits, or else as much of it as does.
    #[must_use]
    pub fn fold(self, fits: impl Fn(&Self) -> bool) -> Self {
        if fits(&self) {
            return self;
        }
        let wishes: Vec<Spans> = wishes(&self).into_iter().take(WISHES).collect();
        // Trials are made with a sketch that has nothing but what any wish can show.
        let all: Spans = wishes.iter().flatten().cloned().collect();
        let (sketch, places) = sketch(&self, &kept(&self, &all));
        let tried = |granted: &[Range<When>]| {
            let mut seen = vec![false; sketch.moments.len()];
            let kept = kept(&self, granted);
            places.iter().zip(kept).filter(|(_, kept)| *kept).for_each(|(&place, _)| seen[place] = true);
            fits(&without(&sketch, &seen).0)
        };
        // Each wish in turn, if what was granted before leaves room for it.
        let mut granted: Spans = Vec::new();
        for wish in wishes {
            let before = granted.len();
            granted.extend(wish);
            if before > 0 && !tried(&granted) {
                granted.truncate(before);
            }
        }
        without(&self, &kept(&self, &granted)).0
    }
}

/// A chart with these moments and the messages between them, and the place of each moment in it.
fn sketch(chart: &Chart, kept: &[bool]) -> (Chart, Vec<When>) {
    let (mut sketch, places) = without(chart, kept);
    sketch.waits.retain(|wait| wait.from < wait.to);
    // What is held back at an input that waits takes room, wherever it comes from.
    let held: BTreeSet<Option<ChannelId>> = sketch.waits.iter().map(|wait| Some(wait.channel)).collect();
    let mut messages = std::mem::take(&mut sketch.messages);
    messages.retain(|message| {
        let end = match message.end {
            End::Taken(when) | End::Lost(when) => when,
            End::Open => usize::MAX,
        };
        let is_seen = sketch.gap(message.sent).is_none() || (end != usize::MAX && sketch.gap(end).is_none());
        is_seen || held.contains(&message.channel)
    });
    sketch.messages = messages;
    for cut in &mut sketch.cuts {
        cut.in_flight.clear();
        cut.early.clear();
    }
    (sketch, places)
}

/// What should be kept, the most important first.
fn wishes(chart: &Chart) -> Vec<Spans> {
    let last = chart.moments.len();
    let mut wishes: Vec<Spans> = vec![vec![0..OUTSET.min(last), last.saturating_sub(OUTSET)..last]];
    let around = |at: When| one(at.saturating_sub(BEFORE)..(at + BEHIND).min(last));
    let signs = |is: fn(&Sign) -> bool| chart.marks.iter().filter(move |mark| is(&mark.sign)).map(|mark| mark.at);
    wishes.extend(
        signs(|sign| {
            matches!(
                sign,
                Sign::Asked(_) | Sign::Refused(..) | Sign::Start(_) | Sign::Stuck | Sign::Denied | Sign::Over(_)
            )
        })
        .take(WISHES / 4)
        .map(around),
    );
    let mut comebacks = (0..chart.comebacks.len()).map(|place| comeback(chart, place));
    let refusal = signs(|sign| matches!(sign, Sign::Rejected(_))).next().map(around);
    let cuts = &chart.cuts;
    let tells: [Option<&Cut>; 6] = [
        cuts.iter().find(|cut| cut.which.earlier > 0),
        cuts.iter().find(|cut| cut.aborted.is_some()),
        cuts.iter().find(|cut| cut.completed.is_some()),
        cuts.iter().find(|cut| !cut.early.is_empty() || !cut.in_flight.is_empty()),
        longest_wait(chart),
        cuts.windows(2).find(|pair| end(chart, &pair[0]) > pair[1].triggered).map(|pair| &pair[1]),
    ];
    wishes.extend(comebacks.next().into_iter().flatten());
    wishes.extend(tells.into_iter().flatten().map(|cut| checkpoint(chart, cut)));
    wishes.extend(refusal);
    wishes.extend(comebacks.take(WISHES).flatten());
    let (failed, others): (Vec<&Cut>, Vec<&Cut>) = cuts.iter().partition(|cut| cut.aborted.is_some());
    wishes.extend(failed.into_iter().chain(others).take(WISHES).map(|cut| checkpoint(chart, cut)));
    if chart.cuts.len() + chart.comebacks.len() < 3 {
        wishes.extend((0..last).step_by(RECORDS).map(|from| one(from..(from + RECORDS).min(last))));
    }
    wishes
}

fn end(chart: &Chart, cut: &Cut) -> When {
    cut.completed.or(cut.aborted.map(|(when, _)| when)).unwrap_or(chart.moments.len().saturating_sub(1))
}

/// From a trigger to the last task that hears how it went.
fn checkpoint(chart: &Chart, cut: &Cut) -> Spans {
    let last = chart.moments.len();
    let (from, to) = (cut.triggered.saturating_sub(BEFORE), (end(chart, cut) + BEHIND).min(last));
    if to - from <= LONG {
        return one(from..to);
    }
    let is_seen = |sign: &Sign| !matches!(sign, Sign::Written { .. }) && sign.checkpoint() == Some(cut.which);
    let seen = chart.marks.iter().filter(|mark| is_seen(&mark.sign)).map(|mark| mark.at);
    let mut spans: Spans = seen.map(|at| at.saturating_sub(1)..(at + 2).min(last)).collect();
    // Two records that were taken early show what happened.
    for &position in cut.early.iter().take(2) {
        let message = &chart.messages[position];
        if let End::Taken(when) = message.end {
            spans.extend([message.sent..message.sent + 1, when..when + 1]);
        }
    }
    spans
}

/// From the deaths before a restart to the first things that are done once more.
fn comeback(chart: &Chart, place: usize) -> Vec<Spans> {
    let comeback = &chart.comebacks[place];
    let last = chart.moments.len();
    let died = |task: TaskId| {
        let life = chart.lives.iter().rev().find(|life| life.task == task && life.to <= comeback.at);
        life.filter(|life| life.fate.is_death()).map(|life| life.to)
    };
    let dead = comeback.tasks.iter().filter_map(|&task| died(task)).min().unwrap_or(comeback.at);
    let back = comeback.points.iter().map(|&(_, when)| when).max().unwrap_or(comeback.at);
    let again = comeback.replayed.iter().map(|&(_, until)| until).max().unwrap_or(back);
    let to = again.clamp(back, back + RECORDS);
    let mut wishes = vec![
        vec![comeback.at.saturating_sub(BEFORE)..(back + BEHIND).min(last)],
        vec![dead.saturating_sub(2 * BEFORE)..(comeback.at + BEHIND).min(last).min(dead + LONG)],
    ];
    wishes.extend(comeback.from.and_then(|from| chart.cut(from)).map(|cut| checkpoint(chart, cut)));
    wishes.push(one(back..(to + BEHIND).min(last)));
    wishes
}

fn longest_wait(chart: &Chart) -> Option<&Cut> {
    let wait = chart.waits.iter().rev().max_by_key(|wait| wait.to - wait.from)?;
    chart.cut(wait.id)
}

/// Which moments are kept.
fn kept(chart: &Chart, spans: &[Range<When>]) -> Vec<bool> {
    let mut kept = vec![false; chart.moments.len()];
    for span in spans {
        kept[span.clone()].fill(true);
    }
    // Small gaps close.
    let mut from = 0;
    while let Some(begin) = (from..kept.len()).find(|&at| !kept[at]) {
        let end = (begin..kept.len()).find(|&at| kept[at]).unwrap_or(kept.len());
        if end - begin < FEW {
            kept[begin..end].fill(true);
        }
        from = end;
    }
    kept
}

/// The chart without the other ones, and the place of each moment in it.
fn without(chart: &Chart, kept: &[bool]) -> (Chart, Vec<When>) {
    let mut folded = chart.clone();
    folded.moments.clear();
    folded.gaps.clear();
    let mut places: Vec<When> = Vec::with_capacity(kept.len());
    for (when, &moment) in chart.moments.iter().enumerate() {
        let follows = when > 0 && !kept[when - 1];
        match (kept[when], folded.gaps.last_mut()) {
            (false, Some(gap)) if follows => {
                gap.moments += 1;
                gap.steps.1 = moment.step;
            }
            (false, _) => {
                folded.gaps.push(Gap { at: folded.moments.len(), moments: 1, steps: (moment.step, moment.step) });
                folded.moments.push(moment);
            }
            (true, _) => folded.moments.push(moment),
        }
        places.push(folded.moments.len() - 1);
    }
    folded.marks.retain(|mark| kept[mark.at]);
    let place = |when: &mut When| *when = places.get(*when).copied().unwrap_or(*when);
    folded.marks.iter_mut().for_each(|mark| place(&mut mark.at));
    for life in &mut folded.lives {
        place(&mut life.from);
        place(&mut life.to);
    }
    for message in &mut folded.messages {
        place(&mut message.sent);
        if let End::Taken(when) | End::Lost(when) = &mut message.end {
            place(when);
        }
    }
    for wait in &mut folded.waits {
        place(&mut wait.from);
        place(&mut wait.to);
    }
    for cut in &mut folded.cuts {
        place(&mut cut.triggered);
        cut.completed.iter_mut().for_each(place);
        cut.aborted.iter_mut().for_each(|(when, _)| place(when));
        cut.points.iter_mut().for_each(|(_, when)| place(when));
    }
    for comeback in &mut folded.comebacks {
        place(&mut comeback.at);
        comeback.points.iter_mut().for_each(|(_, when)| place(when));
        comeback.replayed.iter_mut().for_each(|(_, when)| place(when));
    }
    (folded, places)
}
