//! Tumbling windows: one total for each key and each stretch of event time.
//!
//! A window holds its total until the watermark reaches its last millisecond; then it fires: its result is emitted and it
//! is gone. What it holds is its own timer: an event-time timer is keyed state (R95), so it comes back with a restore. A
//! record of a window that has fired, or would have, is late and dropped.

use std::collections::{BTreeMap, BTreeSet};

use super::{Failure, Outputs, Record};
use crate::ids::Name;

/// What a window makes of its records.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Total {
    /// Their sum.
    Sum,
    /// Their number.
    Count,
}

/// What one window holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct Pane {
    total: i64,
    /// The sum of the names of its records: what its result is named by.
    content: Name,
}

/// The windows of a task.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Windows {
    size: i64,
    total: Total,
    /// By end and key, so that the next one to fire is the first.
    panes: BTreeMap<(i64, i64), Pane>,
}

impl Windows {
    /// No window yet. `size` is in milliseconds, at least 1.
    pub fn new(size: i64, total: Total) -> Self {
        Self { size, total, panes: BTreeMap::new() }
    }

    /// Adds a record to its window, or drops it if it is late.
    ///
    /// # Errors
    /// [`Failure`] if the record has no time, as in Flink.
    pub fn process(&mut self, record: Record, out: &mut Outputs) -> Result<(), Failure> {
        let time = record.time.ok_or(Failure)?;
        let end = time.div_euclid(self.size).saturating_add(1).saturating_mul(self.size);
        if end.saturating_sub(1) <= out.watermark() {
            out.drop_late();
            return Ok(());
        }
        let pane = self.panes.entry((end, record.key)).or_default();
        pane.content = Name(pane.content.0.wrapping_add(record.name.0));
        pane.total = pane.total.wrapping_add(match self.total {
            Total::Sum => record.value,
            Total::Count => 1,
        });
        Ok(())
    }

    /// Fires the windows whose end the watermark has reached, oldest first.
    pub fn advance(&mut self, out: &mut Outputs) {
        while let Some(first) = self.panes.first_entry() {
            let &(end, key) = first.key();
            if end.saturating_sub(1) > out.watermark() {
                return;
            }
            let Pane { total, content } = first.remove();
            out.push_window(key, end, content, total);
        }
    }

    /// The sum of what the open windows of a key hold.
    pub fn view(&self, key: i64) -> i64 {
        let of_key = self.panes.iter().filter(|((_, of), _)| *of == key);
        of_key.fold(0, |sum, (_, pane)| sum.wrapping_add(pane.total))
    }

    /// How many windows are open.
    pub fn entries(&self) -> u64 {
        self.panes.len() as u64
    }

    /// The keys with an open window.
    pub fn keys(&self) -> BTreeSet<i64> {
        self.panes.keys().map(|&(_, key)| key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::time;

    /// Runs `<time> <key> <value>` and `watermark <w>`; says what fires as `end:key:total`, and what is dropped.
    #[track_caller]
    fn check(total: Total, story: &str, expected: &str) {
        let mut windows = Windows::new(10, total);
        let mut out = Outputs::default();
        let (mut watermark, mut saw) = (time::START, Vec::new());
        for (nth, line) in (0..).zip(story.split(',')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let ["watermark", time] = words[..] {
                watermark = time.parse().expect("a number");
                out.start_firing(Default::default(), watermark);
                windows.advance(&mut out);
                for record in out.records() {
                    let end = record.time.expect("a window has a time") + 1;
                    saw.push(format!("{end}:{}:{}", record.key, record.value));
                }
                continue;
            }
            let numbers: Vec<i64> = words.iter().map(|word| word.parse().expect("a number")).collect();
            let record = Record { name: Name(nth), time: Some(numbers[0]), key: numbers[1], value: numbers[2] };
            out.start(Default::default(), &record, watermark);
            windows.process(record, &mut out).expect("it has a time");
            if out.is_late() {
                saw.push(format!("late {}", record.value));
            }
        }
        assert_eq!(saw.join(" "), expected);
    }

    #[test]
    fn r95_a_window_fires_once_the_watermark_reaches_its_end() {
        check(Total::Sum, "1 7 5, 9 7 6, 10 7 8, watermark 8, watermark 9, watermark 19", "10:7:11 20:7:8");
        check(Total::Count, "1 7 5, 9 7 6, 9 8 6, watermark 99", "10:7:2 10:8:1");
        check(Total::Sum, "-1 7 5, -10 7 1, 0 7 2, watermark -1", "0:7:6");
    }

    #[test]
    fn r96_a_late_record_is_dropped() {
        check(Total::Sum, "1 7 5, watermark 9, 3 7 6, 12 7 1, watermark 19", "10:7:5 late 6 20:7:1");
        // Its window is still open: it is not too late.
        check(Total::Sum, "1 7 5, watermark 8, 3 7 6, watermark 9", "10:7:11");
    }

    #[test]
    fn a_result_is_named_by_its_content() {
        let fire = |names: &[u128]| {
            let mut windows = Windows::new(10, Total::Sum);
            let mut out = Outputs::default();
            for &name in names {
                let record = Record { name: Name(name), time: Some(0), key: 1, value: 1 };
                out.start(Default::default(), &record, time::START);
                windows.process(record, &mut out).expect("it has a time");
            }
            out.start_firing(Default::default(), time::END);
            windows.advance(&mut out);
            out.records()[0].name
        };
        assert_eq!(fire(&[3, 4, 5]), fire(&[5, 3, 4]));
        assert_ne!(fire(&[3, 4]), fire(&[3, 5]));
    }

    #[test]
    fn a_record_without_a_time_is_an_error() {
        let record = Record { name: Name(0), time: None, key: 0, value: 0 };
        assert_eq!(Windows::new(10, Total::Sum).process(record, &mut Outputs::default()), Err(Failure));
    }
}
