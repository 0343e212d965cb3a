//! A space-time chart in text: a column for the JobManager and for each task, time downwards.
//!
//! | file | does |
//! | --- | --- |
//! | `rows` | decides what shares a row |
//! | `paper` | what stands around the lanes: columns, names, times, the meaning of the marks |
//! | `grid` | strokes and texts on a sheet of characters |
//!
//! A message leaves its sender to the right, waits to the left of its receiver, and enters it where it is taken: as long
//! as its stroke is there, it is in flight. A lane's stroke changes with every checkpoint, so that the places where
//! strokes change are the cut.

mod grid;
mod paper;
mod rows;

use std::borrow::Cow;
use std::collections::BTreeMap;

use grid::{Across, Down, Grid};
use paper::{Paper, SLOTS, head, legend, time};
use rows::{Rows, Unit};

use super::chart::{Chart, End, Lane, Message, Talk, When, Which, Window};
use super::wrap::wrap;
use crate::ids::{PerId, TaskId};

/// How the chart is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// How many columns it may take; a job with many tasks takes what it needs: see [`needs`].
    pub width: usize,
    /// ASCII letters only.
    pub ascii: bool,
    /// Whether records are shown; otherwise barriers only.
    pub records: bool,
    /// The first and the last step that it shows; `None` leaves out what matters least if not everything has room.
    pub steps: Option<(u64, u64)>,
    /// At most so many moments, unless `steps` says otherwise.
    pub most: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 100, ascii: false, records: true, steps: None, most: 300 }
    }
}

impl Options {
    fn shows(&self, message: &Message) -> bool {
        self.records || !matches!(message.talk, Talk::Record { .. })
    }
}

/// The chart of a run.
pub fn render(chart: &Chart, options: Options) -> String {
    let chart = &*shown(chart, options);
    let window = chart.window(options.steps);
    let paper = Paper::new(chart, window, &options);
    let rows = rows::rows(chart, window, &paper, &options);
    let mut sheet = Sheet { chart, window, paper: &paper, rows: &rows, grid: Grid::default() };
    sheet.lanes();
    sheet.units();
    sheet.messages(&options);
    sheet.waits();
    sheet.gaps();
    let before = window.first;
    let after = chart.moments.len().saturating_sub(window.last + 1);
    let mut drawn = String::new();
    let mut last = None;
    let lines = sheet.grid.lines();
    for (row, &when) in rows.times.iter().enumerate() {
        let text = if chart.gap(when).is_some() { String::new() } else { time(chart, &chart.moments[when]) };
        let shown = if last.as_ref() == Some(&text) { String::new() } else { text.clone() };
        let rest = lines.get(row).map_or("", |line| line.get(paper.manager..).unwrap_or(""));
        let line = format!("{shown:>width$}  {rest}", width = paper.times);
        drawn.push_str(line.trim_end());
        drawn.push('\n');
        last = Some(text);
    }
    let widest = options.width.max(paper.width());
    let mut out = format!("{}\n\n{}", chart.title, head(chart, &paper));
    if before > 0 {
        out.push_str(&format!("… {before} moments before this are not shown\n"));
    }
    out.push_str(&drawn);
    if after > 0 {
        out.push_str(&format!("… {after} moments after this are not shown\n"));
    }
    if let Some(gap) = chart.gaps.first() {
        let hidden: usize = chart.gaps.iter().map(|gap| gap.moments).sum();
        let (from, to) = gap.steps;
        out.push_str(&format!("\n⋮ {hidden} moments are left out. A part of the run: --steps {from}..{}\n", to.0 + 1));
    }
    out.push_str(&legend(chart, &drawn, options.width));
    // Rows fit already.
    let out = wrap(&out, widest);
    if options.ascii { grid::plain(&out) } else { out }
}

/// The chart, or as much of it as there are lines for.
fn shown(chart: &Chart, options: Options) -> Cow<'_, Chart> {
    let fits = |chart: &Chart| chart.moments.len() <= options.most;
    if options.steps.is_some() || fits(chart) { Cow::Borrowed(chart) } else { Cow::Owned(chart.clone().fold(fits)) }
}

/// How many columns the chart takes at least.
pub fn needs(chart: &Chart, options: Options) -> usize {
    let chart = &*shown(chart, options);
    Paper::new(chart, chart.window(options.steps), &Options { width: 0, ..options }).width()
}

struct Sheet<'a> {
    chart: &'a Chart,
    window: Window,
    paper: &'a Paper,
    rows: &'a Rows,
    grid: Grid,
}

impl Sheet<'_> {
    /// The strokes of lanes: who lives, and since which checkpoint.
    fn lanes(&mut self) {
        let count = self.rows.times.len();
        for task in self.chart.lanes.ids() {
            let column = self.paper.column(Lane::Task(task));
            for row in 0..count {
                self.grid.down(row, column, Down::Dead);
            }
            for life in self.chart.lives.iter().filter(|life| life.task == task) {
                if !self.window.touches(life.from, life.to) {
                    continue;
                }
                let from = self.row(life.from);
                let to = if life.fate == super::chart::Fate::Open { count } else { self.row(life.to) + 1 };
                for row in from..to.min(count) {
                    self.grid.down(row, column, Down::Light);
                }
            }
        }
        let mut looks: PerId<TaskId, Down> = self.chart.lanes.iter().map(|_| Down::Light).collect();
        let mut since: PerId<TaskId, usize> = self.chart.lanes.iter().map(|_| 0).collect();
        let (chart, window) = (self.chart, self.window);
        let snapshots =
            chart.cuts.iter().flat_map(|cut| cut.points.iter().map(|&(task, at)| (at, task, Some(cut.which))));
        let begins = chart.lives.iter().map(|life| (life.from, life.task, None));
        let restores = chart
            .comebacks
            .iter()
            .flat_map(|comeback| comeback.points.iter().map(|&(task, at)| (at, task, comeback.from)));
        let mut turns: Vec<(When, TaskId, Option<Which>)> = begins.chain(restores).chain(snapshots).collect();
        turns.sort_by_key(|&(at, ..)| at);
        for (at, task, which) in turns.into_iter().filter(|&(at, ..)| at <= window.last) {
            let row = if at < window.first { 0 } else { self.row(at) };
            self.restroke(task, since[task], row, looks[task]);
            looks[task] = if which.is_some_and(|which| which.place % 2 == 0) { Down::Heavy } else { Down::Light };
            since[task] = row;
        }
        for task in self.chart.lanes.ids() {
            self.restroke(task, since[task], count, looks[task]);
        }
    }

    fn restroke(&mut self, task: TaskId, from: usize, to: usize, look: Down) {
        let column = self.paper.column(Lane::Task(task));
        for row in from..to {
            self.grid.thicken(row, column, look);
        }
    }

    /// Blocked inputs, between their barrier and the row in which they move again.
    fn waits(&mut self) {
        for wait in &self.chart.waits {
            if !self.window.touches(wait.from, wait.to) {
                continue;
            }
            let column = self.paper.column(Lane::Task(wait.task)) + 1;
            let first = if wait.from < self.window.first { 0 } else { self.row(wait.from) };
            for row in first..self.row(wait.to) {
                self.grid.put_beside(row, column, '▒');
            }
        }
    }

    /// What is left out.
    fn gaps(&mut self) {
        for &(row, moments) in &self.rows.gaps {
            let words = if self.paper.is_narrow { "" } else { " moments" };
            self.grid.text(row, self.paper.manager, &format!("⋮ {moments}{words}"));
            for task in self.chart.lanes.ids() {
                self.grid.put(row, self.paper.column(Lane::Task(task)), '⋮');
            }
        }
    }

    fn units(&mut self) {
        for unit in &self.rows.units {
            let Unit { lane, row, node, label, .. } = unit;
            let column = self.paper.column(*lane);
            if let Some(node) = node {
                self.grid.put(*row, column, *node);
            }
            let begin = if *lane == Lane::JobManager { column } else { column + 2 };
            self.grid.text(*row, begin, label);
        }
    }

    fn messages(&mut self, options: &Options) {
        let last = self.rows.times.len();
        // Until which row each place before each lane is taken.
        let mut busy: PerId<TaskId, [usize; SLOTS]> = self.chart.lanes.iter().map(|_| [0; SLOTS]).collect();
        let slots = self.paper.reach() / 2;
        // A moment may have several rows: a message leaves from that of its sender and arrives in that of its receiver.
        let mut leaves: BTreeMap<usize, usize> = BTreeMap::new();
        let mut arrives: BTreeMap<usize, usize> = BTreeMap::new();
        for unit in &self.rows.units {
            leaves.extend(unit.sent.iter().map(|&message| (message, unit.row)));
            arrives.extend(unit.taken.iter().map(|&message| (message, unit.row)));
        }
        for (position, message) in self.chart.messages.iter().enumerate() {
            if message.channel.is_none() || !options.shows(message) {
                continue;
            }
            let (until, lost) = match message.end {
                End::Taken(when) => (when, false),
                End::Lost(when) => (when, true),
                End::Open => (usize::MAX, false),
            };
            if message.sent > self.window.last || until < self.window.first {
                continue;
            }
            let [unseen_begin, unseen_end] = [message.sent, until].map(|when| self.chart.gap(when).is_some());
            if unseen_begin && message.sent == until {
                continue;
            }
            let begun = message.sent >= self.window.first && !unseen_begin;
            let Some(to) = message.to.task() else { continue };
            let at = |rows: &BTreeMap<usize, usize>, when: When| rows.get(&position).copied().unwrap_or(self.row(when));
            let from_row = if message.sent >= self.window.first { at(&leaves, message.sent) } else { 0 };
            let to_row = if until > self.window.last { last } else { at(&arrives, until) };
            // A place inside the words of the sender is none.
            let words = if begun { self.words_end(message, from_row) } else { 0 };
            let place = |slot: usize| self.paper.column(message.to) - 2 - 2 * slot;
            let slot = (0..slots).find(|&slot| busy[to][slot] <= from_row && place(slot) > words);
            let look = look(message);
            let place = slot.map(place);
            if begun {
                self.leave(message, from_row, place, look);
            }
            if let (Some(slot), Some(place)) = (slot, place) {
                busy[to][slot] = to_row + 1;
                for row in from_row + usize::from(begun)..to_row {
                    self.grid.down(row, place, look.down);
                }
            }
            if until <= self.window.last && !unseen_end {
                self.arrive(message, to_row, place, look, lost);
            }
        }
    }

    /// What the sender of a message shows in the row in which it leaves.
    fn label(&self, message: &Message, row: usize) -> &str {
        let unit = self.rows.units.iter().find(|unit| unit.row == row && unit.lane == message.from);
        unit.map_or("", |unit| unit.label.as_str())
    }

    /// The column behind that.
    fn words_end(&self, message: &Message, row: usize) -> usize {
        self.paper.column(message.from) + 2 + self.label(message, row).chars().count()
    }

    fn leave(&mut self, message: &Message, row: usize, place: Option<usize>, look: Stroke) {
        let label = self.label(message, row);
        let told = matches!(message.talk, Talk::Record { value, .. } if label == value.to_string());
        let mut begin = self.words_end(message, row) + 1;
        let end = place.unwrap_or_else(|| begin.max(self.paper.column(message.to) - 2 - self.paper.reach()));
        if let Talk::Record { value, .. } = message.talk
            && !told
            && begin + 2 + value.to_string().len() < end
        {
            self.grid.across(row, begin, begin, look.across);
            self.grid.text(row, begin + 1, &value.to_string());
            begin += 1 + value.to_string().len();
        }
        if begin < end {
            self.grid.across(row, begin, end - 1, look.across);
            for column in begin..end {
                self.grid.replace(row, column, look.turn, look.branch);
            }
        }
        // Another branch may go on from here, or pass.
        let corner = match (place, self.grid.has_across(row, end)) {
            (None, _) => '…',
            (Some(_), true) => look.branch,
            (Some(_), false) => look.turn,
        };
        self.grid.put(row, end, corner);
    }

    fn arrive(&mut self, message: &Message, row: usize, place: Option<usize>, look: Stroke, lost: bool) {
        let column = self.paper.column(message.to);
        let begin = place.unwrap_or(column - 3);
        if lost {
            self.grid.put_beside(row, begin, '✗');
            return;
        }
        self.grid.put(row, begin, if place.is_some() { look.enter } else { '…' });
        if begin + 1 < column - 1 {
            self.grid.across(row, begin + 1, column - 2, look.across);
        }
        self.grid.put(row, column - 1, '▶');
    }

    fn row(&self, when: usize) -> usize {
        self.rows.of(self.window, when)
    }
}

#[derive(Clone, Copy)]
struct Stroke {
    down: Down,
    across: Across,
    turn: char,
    branch: char,
    enter: char,
}

fn look(message: &Message) -> Stroke {
    match message.talk {
        Talk::Record { .. } => {
            Stroke { down: Down::Light, across: Across::Light, turn: '╮', branch: '┬', enter: '╰' }
        }
        _ => Stroke { down: Down::Double, across: Across::Double, turn: '╗', branch: '╦', enter: '╚' },
    }
}
