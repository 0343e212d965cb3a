//! What is only known at the end: which records cross a cut, and which blocked inputs are worth a picture.

use super::Chart;
use super::cut::Cut;
use super::types::{End, Fate, Life, Message, Talk};
use crate::ids::TaskId;

/// The line of a complete checkpoint passes through the ends of the tasks that had finished before it (R54).
pub(super) fn finished(cut: &mut Cut, lives: &[Life]) {
    for life in lives.iter().filter(|life| life.fate == Fate::Finished) {
        if cut.point(life.task).is_none() {
            cut.points.push((life.task, life.to));
        }
    }
}

/// Which records cross the lines of completed checkpoints.
pub(super) fn crossings(chart: &mut Chart) {
    let Chart { cuts, messages, lives, .. } = chart;
    let records = Records::new(messages);
    for cut in cuts.iter_mut().filter(|cut| cut.completed.is_some()) {
        let moments = || cut.points.iter().map(|&(_, at)| at);
        let (Some(first), Some(last)) = (moments().min(), moments().max()) else { continue };
        for &position in records.under_way(first, last) {
            let message = &messages[position];
            let (Talk::Record { .. }, Some(from), Some(to)) = (message.talk, message.from.task(), message.to.task())
            else {
                continue;
            };
            let (Some(sender), Some(receiver)) = (cut.point(from), cut.point(to)) else { continue };
            // A line belongs to the attempts that drew it.
            if message.sent < born(lives, from, sender) {
                continue;
            }
            let taken_before = matches!(message.end, End::Taken(at) if at < receiver);
            let gone_before = matches!(message.end, End::Lost(at) if at < receiver);
            if message.sent < sender && !taken_before && !gone_before {
                cut.in_flight.push(position);
            }
            if message.sent > sender && taken_before {
                cut.early.push(position);
            }
        }
    }
}

/// The records among the messages. A run has many of them and many cuts: each cut looks only at those that were on their
/// way while its line was drawn.
struct Records {
    /// Their positions, in the order of sending.
    positions: Vec<usize>,
    sent: Vec<usize>,
    /// The latest arrival so far: never less than the one before.
    latest: Vec<usize>,
}

impl Records {
    fn new(messages: &[Message]) -> Self {
        let mut records = Self { positions: Vec::new(), sent: Vec::new(), latest: Vec::new() };
        for (position, message) in messages.iter().enumerate() {
            let Talk::Record { .. } = message.talk else { continue };
            let end = match message.end {
                End::Taken(at) | End::Lost(at) => at,
                End::Open => usize::MAX,
            };
            records.positions.push(position);
            records.sent.push(message.sent);
            records.latest.push(records.latest.last().map_or(end, |&before| before.max(end)));
        }
        records
    }

    /// At least all those that were sent before `last` and had not arrived before `first`.
    fn under_way(&self, first: usize, last: usize) -> &[usize] {
        let begin = self.latest.partition_point(|&latest| latest < first);
        let end = self.sent.partition_point(|&sent| sent < last);
        self.positions.get(begin..end).unwrap_or_default()
    }
}

/// When the attempt of a task that lives at some moment began.
fn born(lives: &[Life], task: TaskId, at: usize) -> usize {
    let lived = lives.iter().filter(|life| life.task == task && life.from <= at);
    lived.map(|life| life.from).max().unwrap_or(0)
}

/// An input that waits for no other one is resumed at once: nobody sees that.
pub(super) fn waits(chart: &mut Chart) {
    chart.waits.retain(|wait| wait.to > wait.from);
}
