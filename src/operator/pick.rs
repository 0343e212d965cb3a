//! Which of several records is kept.

/// Which of several records is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pick {
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The one that came last: it depends on the order in which inputs are merged.
    Last,
}

impl Pick {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Min, Self::Max, Self::Last];

    /// What is kept once `value` has come, too.
    pub fn of(self, kept: Option<i64>, value: i64) -> i64 {
        match (self, kept) {
            (_, None) | (Self::Last, Some(_)) => value,
            (Self::Min, Some(kept)) => kept.min(value),
            (Self::Max, Some(kept)) => kept.max(value),
        }
    }
}
