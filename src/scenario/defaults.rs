//! A default that has no other home: those of Flink stand in the table of knobs.

use crate::ids::Micros;

/// After how many records a source sends a watermark if it says nothing.
pub(super) const WATERMARK_EVERY: u32 = 1;
/// The pace of a source that says none.
pub(super) const PACE: Micros = Micros::millis(10);
