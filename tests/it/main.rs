//! The integration tests: one binary, one module for each subject.

#[cfg(feature = "cli")]
mod cli;
mod golden;
#[cfg(feature = "proptest")]
mod laws;
#[cfg(feature = "cli")]
mod readme;
mod scenario;
mod tidy;
mod vectors;
