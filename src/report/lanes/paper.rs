//! What stands around the lanes of a text: columns, names, times, the meaning of the marks.

use super::Options;
use super::grid::Grid;
use crate::ids::{Id, PerId, TaskId};
use crate::report::chart::{Chart, Lane, Moment, Window};
use crate::report::names::fitted;

/// Where lanes stand.
pub(super) struct Paper {
    /// The width of times.
    pub(super) times: usize,
    pub(super) manager: usize,
    first: usize,
    step: usize,
    /// What tasks are called above their lanes, and beside the words of the JobManager for them.
    names: PerId<TaskId, String>,
    pub(super) acks: PerId<TaskId, String>,
    pub(super) fails: PerId<TaskId, String>,
}

/// The room of the JobManager's words.
const MANAGER: usize = 17;
/// The columns of a task's lane: no fewer, no more.
const LANE: (usize, usize) = (9, 18);
/// So many messages may wait side by side before a lane; of more the strokes are left out.
pub(super) const SLOTS: usize = 3;

impl Paper {
    pub(super) fn new(chart: &Chart, window: Window, options: &Options) -> Self {
        let shown = chart.moments.iter().take(window.last + 1).skip(window.first);
        let times = shown.map(|moment| time(chart, moment).chars().count()).max().unwrap_or(4).max(4);
        let manager = times + 2;
        let first = manager + MANAGER;
        let count = chart.lanes.len().max(1);
        let step = (options.width.saturating_sub(first) / count).clamp(LANE.0, LANE.1);
        let named = |room: usize| fitted(chart.lanes.iter().map(|lane| lane.name.as_str()), room).into_iter().collect();
        let (names, acks, fails) =
            (named(step - 1), named(MANAGER - 1 - "ack ".len()), named(MANAGER - 1 - " failed".len()));
        Self { times, manager, first, step, names, acks, fails }
    }

    /// The column of a lane's stroke.
    pub(super) fn column(&self, lane: Lane) -> usize {
        match lane {
            Lane::JobManager => self.manager,
            Lane::Task(task) => self.first + task.index() * self.step,
        }
    }

    /// How many letters the words of a lane may have.
    pub(super) fn room(&self, lane: Lane) -> usize {
        if lane == Lane::JobManager { MANAGER - 1 } else { self.step - 3 }
    }

    /// How far before a lane messages wait.
    pub(super) fn reach(&self) -> usize {
        2 * SLOTS.min((self.step - 3) / 3)
    }
}

/// What the marks mean, in lines that are not longer than this.
pub(super) fn legend(chart: &Chart, width: usize) -> String {
    let mut out = String::new();
    let mut room = 0;
    let primes = chart.cuts.iter().any(|cut| cut.which.earlier > 0);
    for entry in LEGEND.iter().copied().chain(primes.then_some("′ this number once more, in a later life of the job"))
    {
        let needed = entry.chars().count() + 3;
        match room >= needed {
            true => out.push_str("   "),
            false => {
                out.push('\n');
                room = width + 3;
            }
        }
        out.push_str(entry);
        room = room.saturating_sub(needed);
    }
    format!("{out}\n")
}

const LEGEND: [&str; 11] = [
    "● a source reads",
    "○ reads once more",
    "▶ takes; the number is what the task shows then, or what a sink takes",
    "── record",
    "══ barrier",
    "▒ an input waits",
    "■ snapshot of checkpoint #",
    "□ state read back",
    "✗ gone, or lost",
    "⋮ something is left out",
    "│ turns to ┃ or back with each checkpoint: where a lane changes is the cut",
];

pub(super) fn time(chart: &Chart, moment: &Moment) -> String {
    if chart.timed { moment.at.to_string() } else { moment.step.to_string() }
}

pub(super) fn head(chart: &Chart, paper: &Paper) -> String {
    let mut grid = Grid::default();
    let word = if chart.timed { "time" } else { "step" };
    grid.text(0, paper.times - word.len(), word);
    grid.text(0, paper.manager, "JobManager");
    for task in chart.lanes.ids() {
        grid.text(0, paper.column(Lane::Task(task)), &paper.names[task]);
    }
    format!("{}\n\n{}\n", chart.title, grid.lines()[0])
}
