//! Key groups (R76): pure arithmetic, for routing and rescaling. Flink: `KeyGroupRangeAssignment`, `MathUtils`.
//!
//! | step | from | to |
//! | --- | --- | --- |
//! | [`hash_i32`], [`hash_i64`], [`hash_str`] | a key | the hash code that Java gives it |
//! | [`murmur`] | hash code | a well mixed number, not negative |
//! | [`KeyGroup::of`] | hash code | its group, one of as many as the max parallelism says |
//! | [`KeyGroup::subtask`] | group | the subtask that owns it |
//! | [`range`] | subtask | the groups that it owns |
//!
//! The max parallelism never changes while state exists; the parallelism may, and then groups move as a whole.

use std::ops::RangeInclusive;

/// The largest max parallelism (R76): 32,768 key groups. Flink: `KeyGroupRangeAssignment.UPPER_BOUND_MAX_PARALLELISM`.
pub const MAX_PARALLELISM: u32 = 1 << 15;

/// A group of keys: what keyed state is moved by. Groups are numbered from 0 to the max parallelism, exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct KeyGroup(pub u32);

impl KeyGroup {
    /// The group of a key with this Java hash code. `max_parallelism` is in 1..=[`MAX_PARALLELISM`].
    ///
    /// # Panics
    /// If `max_parallelism` is 0.
    pub fn of(hash_code: i32, max_parallelism: u32) -> Self {
        Self(murmur(hash_code).unsigned_abs() % max_parallelism)
    }

    /// The index of the subtask that owns this group. `parallelism` is in 1..=`max_parallelism`.
    pub fn subtask(self, parallelism: u32, max_parallelism: u32) -> u32 {
        self.0 * parallelism / max_parallelism
    }
}

/// The groups that a subtask owns: the inverse of [`KeyGroup::subtask`]. Never empty if `parallelism <= max_parallelism`.
pub fn range(subtask: u32, parallelism: u32, max_parallelism: u32) -> RangeInclusive<u32> {
    let first = (subtask * max_parallelism).div_ceil(parallelism);
    let last = ((subtask + 1) * max_parallelism - 1) / parallelism;
    first..=last
}

/// The max parallelism of a vertex whose user named none: room to grow by half, in powers of two.
pub fn default_max_parallelism(parallelism: u32) -> u32 {
    (parallelism + parallelism / 2).next_power_of_two().clamp(128, MAX_PARALLELISM)
}

/// One block step of 32-bit MurmurHash3 over a hash code, made non-negative. Flink: `MathUtils.murmurHash`.
pub fn murmur(hash_code: i32) -> i32 {
    let mut block = hash_code.cast_unsigned();
    block = block.wrapping_mul(0xcc9e_2d51);
    block = block.rotate_left(15);
    block = block.wrapping_mul(0x1b87_3593);
    block = block.rotate_left(13);
    block = block.wrapping_mul(5).wrapping_add(0xe654_6b64);
    // The length of the block in bytes, then the finaliser.
    block ^= 4;
    block ^= block >> 16;
    block = block.wrapping_mul(0x85eb_ca6b);
    block ^= block >> 13;
    block = block.wrapping_mul(0xc2b2_ae35);
    block ^= block >> 16;
    // The smallest number has no absolute value.
    block.cast_signed().checked_abs().unwrap_or(0)
}

/// Java's `Integer.hashCode`.
pub fn hash_i32(key: i32) -> i32 {
    key
}

/// Java's `Long.hashCode`: one half over the other.
pub fn hash_i64(key: i64) -> i32 {
    let bits = key.cast_unsigned();
    ((bits ^ (bits >> 32)) as u32).cast_signed()
}

/// Java's `String.hashCode`: over UTF-16 units, not characters.
pub fn hash_str(key: &str) -> i32 {
    key.encode_utf16().fold(0, |hash: i32, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_ranges(parallelism: u32, max_parallelism: u32, expected: &[(u32, u32)]) {
        let ranges: Vec<_> = (0..parallelism).map(|subtask| range(subtask, parallelism, max_parallelism)).collect();
        assert_eq!(ranges.iter().map(|range| (*range.start(), *range.end())).collect::<Vec<_>>(), expected);
        for (subtask, range) in (0..).zip(ranges) {
            assert!(range.into_iter().all(|group| KeyGroup(group).subtask(parallelism, max_parallelism) == subtask));
        }
    }

    #[test]
    fn r76_ranges_cover_every_group_once() {
        check_ranges(1, 128, &[(0, 127)]);
        check_ranges(3, 128, &[(0, 42), (43, 85), (86, 127)]);
        check_ranges(5, 128, &[(0, 25), (26, 51), (52, 76), (77, 102), (103, 127)]);
        check_ranges(3, 10, &[(0, 3), (4, 6), (7, 9)]);
    }

    #[test]
    fn r76_the_largest_job_does_not_overflow() {
        assert_eq!(range(MAX_PARALLELISM - 1, MAX_PARALLELISM, MAX_PARALLELISM), 32_767..=32_767);
        assert_eq!(KeyGroup(32_767).subtask(MAX_PARALLELISM, MAX_PARALLELISM), 32_767);
    }

    #[test]
    fn r76_default_max_parallelism() {
        let cases =
            [(1, 128), (85, 128), (86, 256), (170, 256), (171, 256), (200, 512), (1_000, 2_048), (21_845, 32_768)];
        for (parallelism, expected) in cases {
            assert_eq!(default_max_parallelism(parallelism), expected, "parallelism {parallelism}");
        }
        assert_eq!(default_max_parallelism(MAX_PARALLELISM), MAX_PARALLELISM);
    }

    #[test]
    fn r76_murmur_is_never_negative() {
        let cases = [(0, 593_689_054), (1, 68_075_478), (42, 1_134_849_565), (-1, 1_982_413_648)];
        for (hash_code, expected) in cases {
            assert_eq!(murmur(hash_code), expected, "hash code {hash_code}");
        }
        assert_eq!((murmur(i32::MIN), murmur(i32::MAX)), (1_718_298_732, 1_653_689_534));
    }

    #[test]
    fn r76_groups_of_128() {
        for (key, group) in [(0, 94), (1, 86), (2, 127), (3, 113), (42, 29), (-1, 80)] {
            assert_eq!(KeyGroup::of(hash_i32(key), 128), KeyGroup(group), "int {key}");
        }
        for (key, group) in [("a", 81), ("b", 22), ("key-0", 31), ("key-1", 54)] {
            assert_eq!(KeyGroup::of(hash_str(key), 128), KeyGroup(group), "string {key}");
        }
    }

    #[test]
    fn r76_java_hash_codes() {
        assert_eq!(hash_i64(-1), 0);
        assert_eq!(hash_i64(1 << 32), 1);
        assert_eq!(hash_str("ab"), 97 * 31 + 98);
        // A character beyond the first plane is two units in Java.
        assert_eq!(hash_str("\u{1F600}"), 0xD83D * 31 + 0xDE00);
    }
}
