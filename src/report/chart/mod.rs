//! What every picture of a run shows: lanes, messages between them, marks on them, and the lines that checkpoints draw.
//!
//! | what | is made of |
//! | --- | --- |
//! | [`Moment`] | a step of the run in which something can be seen; places in a chart are indices of moments |
//! | [`Life`] | an execution attempt: a stretch of a task's lane |
//! | [`Message`] | a record, barrier, marker, trigger, acknowledgement: from lane to lane, or lost on its way |
//! | [`Mark`] | something that happens on one lane |
//! | [`Wait`] | a blocked input, from its barrier until it moves again |
//! | [`Cut`] | a checkpoint: one point on each lane, and what crosses the line through them |
//! | [`Comeback`] | a restart: where it reads its state from, and what it does once more |
//! | [`Gap`] | moments that were left out: see [`Chart::fold`] |
//!
//! Messages of a channel are matched first in, first out; what a dead execution had on its channels is lost.

mod build;
mod cut;
mod fold;
mod job;
mod order;
mod settle;
mod types;
mod words;

pub use cut::{Comeback, Cut, Gap, Which};
pub use order::short_ways;
pub use types::{End, Fate, Lane, LaneInfo, Life, Mark, Message, Moment, Role, Sign, Talk, Wait};

pub(in crate::report) use words::{asked, over};

use crate::ids::{PerId, TaskId};
use crate::plan::{Plan, Time, Topology};
use crate::trace::Entry;

/// The position of a moment in [`Chart::moments`].
pub type When = usize;

/// A run, as pictures see it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chart {
    /// What the run is called.
    pub title: String,
    /// What it shows, in a sentence; may be empty.
    pub about: String,
    /// The steps in which something can be seen, in order.
    pub moments: Vec<Moment>,
    /// What is known of each task's lane.
    pub lanes: PerId<TaskId, LaneInfo>,
    /// The tasks in an order in which channels cross few lanes.
    pub order: Vec<TaskId>,
    /// Execution attempts, in the order of their beginnings.
    pub lives: Vec<Life>,
    /// What went from lane to lane, in the order of departures.
    pub messages: Vec<Message>,
    /// What happened on lanes, in order.
    pub marks: Vec<Mark>,
    /// Blocked inputs.
    pub waits: Vec<Wait>,
    /// Every checkpoint that was triggered, in that order.
    pub cuts: Vec<Cut>,
    /// Restarts.
    pub comebacks: Vec<Comeback>,
    /// What is left out, in order; nothing, unless the chart was folded.
    pub gaps: Vec<Gap>,
    /// Whether latencies and costs count; otherwise only the order of steps means something.
    pub timed: bool,
}

impl Chart {
    /// The chart of a finished run that was made with or without latencies and costs.
    pub fn new(trace: &[Entry], plan: &Plan, topology: &Topology, time: Time) -> Self {
        build::build(trace, plan, topology, time)
    }

    /// A checkpoint of the run; `None` if it was never triggered.
    pub fn cut(&self, which: Which) -> Option<&Cut> {
        self.cuts.get(which.place).filter(|cut| cut.which == which)
    }

    /// What was left out at a moment.
    pub fn gap(&self, when: When) -> Option<&Gap> {
        self.gaps.binary_search_by_key(&when, |gap| gap.at).ok().map(|place| &self.gaps[place])
    }

    /// What a task is called.
    pub fn name(&self, task: TaskId) -> &str {
        &self.lanes[task].name
    }

    /// The same in few letters.
    pub fn brief(&self, task: TaskId) -> &str {
        &self.lanes[task].brief
    }

    /// What happens at a moment.
    pub fn marks_at(&self, when: When) -> &[Mark] {
        let first = self.marks.partition_point(|mark| mark.at < when);
        let after = self.marks.partition_point(|mark| mark.at <= when);
        &self.marks[first..after]
    }

    /// A part of the chart: the moments from the first to the last index, both included.
    ///
    /// What begins before or ends after it keeps its ends; pictures clip them.
    pub fn window(&self, steps: Option<(u64, u64)>) -> Window {
        let last = self.moments.len().saturating_sub(1);
        let Some((from, to)) = steps else { return Window { first: 0, last } };
        let first = self.moments.partition_point(|moment| moment.step.0 < from);
        let after = self.moments.partition_point(|moment| moment.step.0 <= to);
        let first = first.min(last);
        Window { first, last: after.saturating_sub(1).max(first) }
    }
}

/// The part of a chart that is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Its first moment.
    pub first: When,
    /// Its last moment.
    pub last: When,
}

impl Window {
    /// Whether a moment is in it.
    pub fn shows(self, at: When) -> bool {
        (self.first..=self.last).contains(&at)
    }

    /// Whether a stretch has a part in it.
    pub fn touches(self, from: When, to: When) -> bool {
        from <= self.last && to >= self.first
    }
}
