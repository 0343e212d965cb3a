//! Durations and sizes, and their texts.

use std::fmt;

/// A duration or a point of virtual time, in microseconds. Machines of the protocol use it for durations only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Micros(pub u64);

impl Micros {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The smallest step of the clock: a strict comparison is an arm this much later.
    pub const ONE: Self = Self(1);
    /// Longer than anything: "never".
    pub const MAX: Self = Self(u64::MAX);

    /// So many milliseconds, the unit of Flink's configuration.
    pub const fn millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// The whole milliseconds in it.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    /// The sum, at most [`Micros::MAX`].
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, at least zero.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Seconds with as many decimals as are needed, at least three: `0.200`.
impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        if rest.is_multiple_of(1_000) {
            write!(f, "{seconds}.{:03}", rest / 1_000)
        } else {
            write!(f, "{seconds}.{rest:06}")
        }
    }
}

/// A number of bytes. Its text is exact, in the largest unit that divides it: `4 KiB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Bytes(pub u64);

impl Bytes {
    const UNITS: [(&str, &str, u64); 4] =
        [("GiB", "gb", 1 << 30), ("MiB", "mb", 1 << 20), ("KiB", "kb", 1 << 10), ("B", "b", 1)];

    /// Reads a whole number and a unit. As in Flink's `MemorySize`, `kB`, `MB` and `GB` are powers of 1024, too.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = text[digits.len()..].trim().to_ascii_lowercase();
        let (.., size) =
            Self::UNITS.into_iter().find(|(binary, short, _)| binary.eq_ignore_ascii_case(&unit) || unit == *short)?;
        digits.parse::<u64>().ok()?.checked_mul(size).map(Self)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |&(.., size): &(_, _, u64)| self.0.is_multiple_of(size) && (self.0 > 0 || size == 1);
        let (unit, _, size) = Self::UNITS.into_iter().find(fits).unwrap_or(("B", "b", 1));
        write!(f, "{} {unit}", self.0 / size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_exact() {
        let texts = ["0 B", "100 B", "1 KiB", "1025 B", "5 MiB", "3 GiB"];
        let sizes = [0, 100, 1 << 10, 1025, 5 << 20, 3 << 30].map(Bytes);
        assert_eq!(sizes.map(|size| size.to_string()), texts);
        assert_eq!(texts.map(Bytes::parse), sizes.map(Some));
        let short = ["5MB", "5 mib", "5120kb", "5.5 MB", "5", "MB", "99999999999999 GiB"].map(Bytes::parse);
        let five = Some(Bytes(5 << 20));
        assert_eq!(short, [five, five, five, None, None, None, None]);
    }

    #[test]
    fn times_are_seconds() {
        assert_eq!(Micros::millis(200).to_string(), "0.200");
        assert_eq!(Micros(1_000_050).to_string(), "1.000050");
    }
}
