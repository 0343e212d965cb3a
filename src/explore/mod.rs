//! Many runs of one plan.
//!
//! | file | holds |
//! | --- | --- |
//! | [`search`] | every schedule within the plan's limits, with state merging |
//! | [`sweep`](mod@sweep) | a crash at every step of one schedule |

pub mod search;
pub mod sweep;

pub use search::{Bound, Bounds, End, Finding, Judge, Search, explore};
pub use sweep::{Strike, sweep};
