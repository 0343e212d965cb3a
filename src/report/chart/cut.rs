//! Checkpoints and restarts of a chart: what concerns many lanes at once.

use std::fmt;

use super::When;
use crate::ids::{CheckpointId, Step, TaskId};

/// A checkpoint of a chart, told apart from all others. Its number alone does not do that: a job that is started again
/// by hand goes on with the number behind that of the checkpoint it starts from, which its last life may have given out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Which {
    /// Its number.
    pub id: CheckpointId,
    /// How many checkpoints with this number there were before it.
    pub earlier: u32,
    /// Its position among all checkpoints of the run.
    pub place: usize,
}

impl Which {
    /// The checkpoint of a trigger.
    pub(super) fn next(id: CheckpointId, cuts: &[Cut]) -> Self {
        let earlier = cuts.iter().rev().find(|cut| cut.which.id == id).map_or(0, |cut| cut.which.earlier + 1);
        Self { id, earlier, place: cuts.len() }
    }

    /// The newest checkpoint with this number of which something holds; a number that nobody has triggered stands for
    /// itself.
    pub(super) fn newest(id: CheckpointId, cuts: &[Cut], holds: impl Fn(&Cut) -> bool) -> Self {
        let newest = cuts.iter().rev().find(|cut| cut.which.id == id && holds(cut));
        let place = usize::try_from(id.0.saturating_sub(1)).unwrap_or(usize::MAX);
        newest.map_or(Self { id, earlier: 0, place }, |cut| cut.which)
    }
}

/// Its number, with a prime for each earlier one that has the same: `3`, `3′`, `3″`.
impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        (0..self.earlier / 2).try_for_each(|_| f.write_str("″"))?;
        if self.earlier % 2 == 1 { f.write_str("′") } else { Ok(()) }
    }
}

/// A checkpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Which one.
    pub which: Which,
    /// Whether it is a savepoint.
    pub savepoint: bool,
    /// When it became pending.
    pub triggered: When,
    /// When it was complete.
    pub completed: Option<When>,
    /// When it was given up, and why, in Flink's words.
    pub aborted: Option<(When, &'static str)>,
    /// The line: when each task took its snapshot, or had finished before.
    pub points: Vec<(TaskId, When)>,
    /// Records, as positions in the chart's messages, that were sent before the line and not taken before it: the
    /// checkpoint has to store them. None if it is aligned.
    pub in_flight: Vec<usize>,
    /// Records that were taken before the line and sent after it: a restore counts them twice.
    pub early: Vec<usize>,
}

impl Cut {
    /// Where the line crosses a lane.
    pub fn point(&self, task: TaskId) -> Option<When> {
        self.points.iter().find(|(on, _)| *on == task).map(|&(_, at)| at)
    }
}

/// A restart of the job or a part of it, by itself or by hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comeback {
    /// When the JobManager began it.
    pub at: When,
    /// Whether a person started the job; else it restarts after a failure.
    pub by_hand: bool,
    /// Who comes back: the tasks of one region, or all.
    pub tasks: Vec<TaskId>,
    /// The checkpoint that state is read from; `None`: it starts from nothing.
    pub from: Option<Which>,
    /// When each task had its state.
    pub points: Vec<(TaskId, When)>,
    /// What is done once more: for each task that does so, its last moment of it.
    pub replayed: Vec<(TaskId, When)>,
    /// The values that sources read once more, in order.
    pub values: Vec<i64>,
}

/// Moments that were left out, because a picture has no room for them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// The moment that stands for them.
    pub at: When,
    /// How many they are.
    pub moments: usize,
    /// Their first and their last step.
    pub steps: (Step, Step),
}
