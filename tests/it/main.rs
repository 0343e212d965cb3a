//! The integration tests: one binary, one module for each subject.

#[cfg(feature = "cli")]
mod cli;
mod defects;
mod determinism;
mod golden;
#[cfg(feature = "proptest")]
mod laws;
mod parallelism;
#[cfg(feature = "cli")]
mod readme;
mod pictures;
mod scenario;
mod scenarios;
mod sweep;
mod tidy;
mod vectors;
