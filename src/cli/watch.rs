//! Looks on while a search runs: a line of progress on stderr, the bounds on time and memory, Ctrl-C.

#![expect(
    clippy::disallowed_methods,
    reason = "the wall clock bounds a search and is shown, and changes nothing that is found"
)]

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use super::progress::{PAUSE, Shown};
use super::{interrupt, say};
use crate::explore::search::{Bound, Observer, Progress};

/// How often the line is written.
const EVERY: Duration = Duration::from_millis(500);

/// In so many pauses of the search the system is asked once how much memory is used.
const PAUSES: u32 = 16;

/// The onlooker of one search.
pub(super) struct Watch {
    start: Instant,
    shown: Instant,
    shows: bool,
    /// Whether a line is written now and then, where none is drawn.
    counts: bool,
    /// Whether a line stands on the terminal.
    dirty: bool,
    time: Option<Duration>,
    memory: u64,
    /// How often it was asked.
    asked: u32,
}

impl Watch {
    /// Starts now. `memory` is in bytes; where the system does not tell how much is used, it bounds nothing.
    pub(super) fn new(time: Option<Duration>, memory: u64, quiet: bool) -> Self {
        let now = Instant::now();
        let shows = !quiet && Shown::draws() && std::io::stderr().is_terminal();
        let counts = !quiet && !shows && Shown::counts();
        Self { start: now, shown: now, shows, counts, dirty: false, time, memory, asked: 0 }
    }

    /// Takes the line away; the seconds that have passed.
    pub(super) fn end(&mut self) -> f64 {
        if std::mem::take(&mut self.dirty) {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
        self.start.elapsed().as_secs_f64()
    }

    fn show(&mut self, progress: Progress) {
        let seconds = self.start.elapsed().as_secs_f64().max(1e-3);
        let rate = progress.states as f64 / seconds;
        let mut parts = vec![
            format!("{} states", grouped(progress.states)),
            format!("{} a second", grouped(rate as u64)),
            format!("{} waiting", grouped(progress.frontier)),
        ];
        parts.extend(used().map(|bytes| format!("{} MiB", bytes >> 20)));
        let width = terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        let _ = write!(std::io::stderr(), "\r\x1b[2K{}", fitting(&parts, width));
        self.dirty = true;
    }
}

impl Observer for Watch {
    fn pause(&mut self, progress: Progress) -> Option<Bound> {
        if interrupt::requested() {
            return Some(Bound::Interrupt);
        }
        if self.time.is_some_and(|time| self.start.elapsed() >= time) {
            return Some(Bound::Time);
        }
        // The system takes its time to answer.
        if self.asked.is_multiple_of(PAUSES) && used().is_some_and(|used| used > self.memory) {
            return Some(Bound::Memory);
        }
        self.asked = self.asked.wrapping_add(1);
        if self.shows && self.shown.elapsed() >= EVERY {
            self.shown = Instant::now();
            self.show(progress);
        }
        if self.counts && self.shown.elapsed() >= PAUSE {
            self.shown = Instant::now();
            say(&format!("{} states, {} waiting\n", progress.states, progress.frontier));
        }
        None
    }
}

/// As many of the parts, from the first one on, as have room in a line: what is longer would not be taken away whole.
fn fitting(parts: &[String], width: usize) -> String {
    let mut line = String::new();
    for part in parts {
        let gap = if line.is_empty() { "" } else { "   " };
        if line.len() + gap.len() + part.len() >= width {
            break;
        }
        line.push_str(gap);
        line.push_str(part);
    }
    line
}

/// A number in groups of three digits, as in `1,575,051`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The memory that this process has, in bytes, where the system tells.
fn used() -> Option<u64> {
    field("VmRSS:")
}

/// The most memory that this process ever had, in bytes, where the system tells.
pub(super) fn peak() -> Option<u64> {
    field("VmHWM:")
}

fn field(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_gets_what_fits() {
        let parts = ["1,234 states", "56 a second", "7 waiting"].map(str::to_owned);
        for (width, line) in [
            (80, "1,234 states   56 a second   7 waiting"),
            (38, "1,234 states   56 a second"),
            (27, "1,234 states   56 a second"),
            (26, "1,234 states"),
            (12, ""),
        ] {
            assert_eq!(fitting(&parts, width), line, "{width}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_575_051, "1,575,051")] {
            assert_eq!(grouped(number), text);
        }
    }
}
