//! What stands around the lanes of a text: columns, names, times, the meaning of the marks.

use super::Options;
use super::grid::Grid;
use super::rows::SHORT;
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
    /// Whether words are as short as they go.
    pub(super) is_narrow: bool,
    /// What tasks are called above their lanes, and beside the words of the JobManager for them.
    names: PerId<TaskId, String>,
    pub(super) acks: PerId<TaskId, String>,
    pub(super) fails: PerId<TaskId, String>,
}

/// The room of the JobManager's words, and of short ones.
const MANAGER: usize = 17;
const NARROW_MANAGER: usize = 12;
/// The columns of a task's lane: no fewer, no more; and of one whose words are short.
const LANE: (usize, usize) = (9, 18);
const NARROW_LANE: (usize, usize) = (6, 8);
/// So many messages may wait side by side before a lane; of more the strokes are left out.
pub(super) const SLOTS: usize = 3;

impl Paper {
    pub(super) fn new(chart: &Chart, window: Window, options: &Options) -> Self {
        let shown = chart.moments.iter().take(window.last + 1).skip(window.first);
        let times = shown.map(|moment| time(chart, moment).chars().count()).max().unwrap_or(4).max(4);
        let manager = times + 2;
        let count = chart.lanes.len().max(1);
        let is_narrow = manager + MANAGER + count * LANE.0 - 1 > options.width;
        let (words, lane) = if is_narrow { (NARROW_MANAGER, NARROW_LANE) } else { (MANAGER, LANE) };
        let first = manager + words;
        let step = ((options.width + 1).saturating_sub(first) / count).clamp(lane.0, lane.1);
        let named = |room: usize| fitted(chart.lanes.iter().map(|lane| lane.name.as_str()), room).into_iter().collect();
        let short = if is_narrow { " ✗" } else { " failed" };
        let (names, acks, fails) =
            (named(step - 1), named(words - 1 - "ack ".len()), named(words - 1 - short.chars().count()));
        Self { times, manager, first, step, is_narrow, names, acks, fails }
    }

    /// How wide the chart is.
    pub(super) fn width(&self) -> usize {
        self.first + self.names.len() * self.step - 1
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
        if lane == Lane::JobManager { self.first - self.manager - 1 } else { self.step - 3 }
    }

    /// How far before a lane messages wait.
    pub(super) fn reach(&self) -> usize {
        2 * SLOTS.min((self.step - 3) / 3)
    }
}

/// What the marks mean that are there, in lines that are not longer than this.
pub(super) fn legend(chart: &Chart, drawn: &str, width: usize) -> String {
    let mut out = String::new();
    let mut room = 0;
    let primes = chart.cuts.iter().any(|cut| cut.which.earlier > 0);
    let shown = LEGEND.iter().filter(|(marks, _)| drawn.contains(*marks)).map(|&(_, entry)| entry);
    let short = SHORT.iter().filter(|(word, _)| drawn.split(' ').any(|drawn| drawn.trim_end() == *word));
    for entry in shown
        .chain(short.map(|&(_, entry)| entry))
        .chain(primes.then_some("′ this number once more, in a later life of the job"))
    {
        let needed = entry.chars().count() + 3;
        match room >= needed {
            true => out.push_str("   "),
            false => {
                out.push('\n');
                room = width + 3;
            }
        }
        out.push_str(&folded(entry, width));
        room = room.saturating_sub(needed);
    }
    format!("{out}\n")
}

/// An entry of the legend in lines of at most so many letters, if its words are no longer; what follows is indented.
fn folded(entry: &str, width: usize) -> String {
    const INDENT: &str = "  ";
    let (mut out, mut column) = (String::new(), 0);
    for word in entry.split(' ') {
        let letters = word.chars().count();
        if column > 0 && column + 1 + letters > width {
            out.push('\n');
            out.push_str(INDENT);
            column = INDENT.len();
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += letters;
    }
    out
}

/// Marks, any one of which asks for the words.
const LEGEND: [(&[char], &str); 11] = [
    (&['●'], "● a source reads"),
    (&['○'], "○ reads once more"),
    (&['▶'], "▶ takes, and shows then (a sink: the record)"),
    (&['─'], "── record"),
    (&['═'], "══ barrier"),
    (&['▒'], "▒ an input waits"),
    (&['■'], "■ snapshot of checkpoint #"),
    (&['□'], "□ state read back"),
    (&['✗'], "✗ gone, or lost"),
    (&['⋮'], "⋮ something is left out"),
    (&['┃'], "│ becomes ┃ or back: the cut of a checkpoint"),
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
    format!("{}\n", grid.lines()[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_legend_keeps_its_entries_apart() {
        for (entry, expected) in [
            ("com commits", "com commits"),
            ("│ becomes ┃ or back: the cut of a checkpoint", "│ becomes ┃ or back: the cut of a\n  checkpoint"),
        ] {
            assert_eq!(folded(entry, 40), expected);
            assert_eq!(folded(entry, 60), entry);
        }
    }
}
