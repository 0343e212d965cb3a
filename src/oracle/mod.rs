//! What should have happened: judges that fold over the events of a run. One property, one file.
//!
//! A judge sees the plan and the evidence, never the world. What it remembers is part of the explored state, so it
//! remembers little: facts stand in the events.

pub mod witness;

pub use witness::{Explanation, Unexplained, Witness};

#[cfg(test)]
mod story;
