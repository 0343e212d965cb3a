//! Event time: when records say that they happened, and how far a stream is (R93-R96).
//!
//! Times are milliseconds, as in Flink. A watermark `w` says that no record of time `w` or before follows; one that does
//! is late. Watermarks travel among records; what a task knows of time is no state.

use crate::ids::Micros;

/// The watermark before any has come: no time has passed.
pub const START: i64 = i64::MIN;

/// The watermark at the end of data: all time has passed (R54).
pub const END: i64 = i64::MAX;

/// What time a record bears.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stamp {
    /// Its value, in milliseconds.
    Value,
    /// So many milliseconds for each element of the source before it, over all splits.
    Step(i64),
}

/// How a source gives its records a time, and when it sends watermarks. Flink: a `WatermarkStrategy` with a timestamp
/// assigner and bounded out-of-orderness.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EventTime {
    /// What time a record bears.
    pub stamp: Stamp,
    /// How much older than the newest record another one may be, in milliseconds, and not be late; at least 0.
    pub out_of_orderness: i64,
    /// A watermark follows every so many records of a subtask; at least 1.
    pub every: u32,
    /// A subtask that has read nothing for so long says that it is idle: nobody waits for its watermarks then. Flink:
    /// `withIdleness`. `None`: it never does.
    pub idle_after: Option<Micros>,
}

impl EventTime {
    /// The time of an element of this value: its number counts over all splits of the source.
    pub fn of(self, element: u64, value: i64) -> i64 {
        match self.stamp {
            Stamp::Value => value,
            Stamp::Step(step) => step.saturating_mul(i64::try_from(element).unwrap_or(i64::MAX)),
        }
    }

    /// The watermark that a source may send once the newest of its records is of this time.
    pub fn watermark(self, newest: i64) -> i64 {
        newest.saturating_sub(self.out_of_orderness).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watermark_stays_behind_the_newest_record() {
        let time = EventTime { stamp: Stamp::Step(100), out_of_orderness: 30, every: 1, idle_after: None };
        assert_eq!((time.of(3, 7), time.watermark(300)), (300, 269));
        assert_eq!(EventTime { stamp: Stamp::Value, ..time }.of(3, 7), 7);
        assert_eq!(time.watermark(START), START);
    }
}
