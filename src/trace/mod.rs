//! What happened: typed events, one a fact. They are views of nothing; whoever reads them needs no world.
//!
//! | file | holds |
//! | --- | --- |
//! | [`event`] | the events |
//! | [`kind`] | kinds of events, and sets of them: what a suite has seen |
//! | [`render`], `level` | a line an event, at three levels |
//! | [`window`] | a part of it: around a checkpoint, between two moments |
//! | [`digest`] | a hash of those lines, the same on every platform |

pub mod digest;
pub mod event;
pub mod kind;
mod level;
pub mod render;
pub mod window;
mod words;

pub use crate::protocol::JobStatus;
pub use digest::Digest;
pub use event::{Event, Origin, Refusal, Wait};
pub use kind::{Kind, Kinds};
pub use level::Level;

use crate::ids::{Micros, Step};

/// An event with its place in the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The step that it belongs to.
    pub step: Step,
    /// The virtual time of that step.
    pub at: Micros,
    /// What happened.
    pub event: Event,
}
