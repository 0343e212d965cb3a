//! How far a campaign is: one line on the terminal that is drawn again and again; elsewhere a line every ten seconds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{interrupt, say};
use crate::explore::Watch;

/// Off a terminal, so much time is between two lines.
pub(super) const PAUSE: Duration = Duration::from_secs(10);

/// What is shown of progress (`--progress`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shown {
    /// A line that is drawn again on a terminal, a line every ten seconds elsewhere.
    Auto,
    /// A line that is drawn again, on a terminal; nothing elsewhere.
    Bar,
    /// A line every ten seconds.
    Counter,
    /// Nothing.
    None,
}

static SHOWN: OnceLock<Shown> = OnceLock::new();

impl Shown {
    /// Holds from now on, for the whole program.
    pub(super) fn choose(self) {
        let _ = SHOWN.set(self);
    }

    fn chosen() -> Self {
        SHOWN.get().copied().unwrap_or(Self::Auto)
    }

    /// Whether a line may be drawn again and again, if stderr is a terminal.
    pub(super) fn draws() -> bool {
        matches!(Self::chosen(), Self::Auto | Self::Bar)
    }

    /// Whether a line is written every ten seconds, where none is drawn.
    pub(super) fn counts() -> bool {
        matches!(Self::chosen(), Self::Auto | Self::Counter)
    }
}

/// The wall clock. Nothing that it says reaches a result, except under `measured`.
#[expect(clippy::disallowed_methods, reason = "the progress of work is measured in real time")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Shows the progress of a campaign, and ends it in time.
pub(super) struct Progress<'a> {
    bar: ProgressBar,
    runs: u64,
    start: Instant,
    time: Option<Duration>,
    done: AtomicU64,
    failing: AtomicU64,
    said: Mutex<Duration>,
    /// Told of each tenth that is done, in order.
    tenth: &'a (dyn Fn(u64) + Sync),
    tenths: Mutex<u64>,
    /// Whether no line is written where none is drawn.
    is_silent: bool,
}

impl<'a> Progress<'a> {
    /// For a campaign of so many runs, or of so much time. `tenth` is told how many runs are done, at each tenth.
    pub(super) fn new(
        name: &str,
        runs: u64,
        time: Option<Duration>,
        is_silent: bool,
        tenth: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        // It draws on terminals only, as wide as they are.
        let target =
            if is_silent || !Shown::draws() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let (length, counted) = match time {
            Some(time) => (u64::try_from(time.as_millis()).unwrap_or(u64::MAX), "{elapsed}"),
            None => (runs, "{human_pos} of {human_len}"),
        };
        let width = terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| usize::from(width.0));
        let digits = runs.to_string().len();
        let longest = if time.is_some() { "100s".len() } else { 2 * (digits + digits / 3) + " of ".len() };
        let template = template(width, name, counted, longest);
        let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(length), target).with_style(style).with_prefix(name.to_owned());
        Self {
            bar,
            runs,
            start: now(),
            time,
            done: AtomicU64::new(0),
            failing: AtomicU64::new(0),
            said: Mutex::new(Duration::ZERO),
            tenth,
            tenths: Mutex::new(0),
            is_silent: is_silent || !Shown::counts(),
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// Whether there was no time for more.
    pub(super) fn is_out_of_time(&self) -> bool {
        self.time.is_some_and(|time| self.start.elapsed() >= time)
    }

    fn show(&self, done: u64) {
        let elapsed = self.start.elapsed();
        let failing = self.failing.load(Ordering::Relaxed);
        // Whoever comes while another one shows it has nothing to add.
        let Ok(mut said) = self.said.try_lock() else { return };
        if self.bar.is_hidden() {
            if !self.is_silent && elapsed >= *said + PAUSE {
                *said = elapsed;
                let of = if self.time.is_some() { String::new() } else { format!("/{}", self.runs) };
                say(&format!("{done}{of} seeds, {failing} failing\n"));
            }
        } else if elapsed >= *said + Duration::from_millis(50) {
            *said = elapsed;
            let rate = done as f64 / elapsed.as_secs_f64();
            self.bar.set_message(format!("{rate:.0} seeds/s  {failing} failing"));
            self.bar.set_position(match self.time {
                Some(_) => u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                None => done,
            });
        }
    }
}

/// What has room in a line: one that is longer would be two. `longest` is the room that `counted` may take.
fn template(width: usize, name: &str, counted: &str, longest: usize) -> String {
    // `100 %  ...  1234567 seeds/s  1234 failing  ETA 100s`
    let numbers = 7 + longest + 2 + 15 + 2 + 12 + 2 + 8;
    let all = format!("{{percent}} %  {counted}  {{msg}}  ETA {{eta}}");
    if width >= "check ".len() + name.chars().count() + 2 + 5 + 2 + numbers {
        format!("check {{prefix}}  {{wide_bar}}  {all}")
    } else if width >= numbers {
        all
    } else {
        "{percent} %  {msg}".to_owned()
    }
}

impl Watch for Progress<'_> {
    fn made(&self, fails: bool) {
        self.failing.fetch_add(u64::from(fails), Ordering::Relaxed);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if self.time.is_none() && done.is_multiple_of((self.runs / 10).max(1)) {
            // Two cores may reach two tenths at once; they are told in order, and each once.
            if let Ok(mut told) = self.tenths.lock() {
                while *told < done {
                    *told += (self.runs / 10).max(1);
                    (self.tenth)(*told);
                }
            }
        }
        self.show(done);
    }

    fn stop(&self) -> bool {
        interrupt::requested() || self.is_out_of_time()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_gets_less() {
        for (width, name, shown) in [
            (80, "reference", "check {prefix}  {wide_bar}  {percent} %  {elapsed}  {msg}  ETA {eta}"),
            (60, "reference", "{percent} %  {elapsed}  {msg}  ETA {eta}"),
            (40, "reference", "{percent} %  {msg}"),
            (80, "a-name-of-almost-half-a-line", "{percent} %  {elapsed}  {msg}  ETA {eta}"),
        ] {
            assert_eq!(template(width, name, "{elapsed}", 4), shown, "{width} {name}");
        }
    }
}
