//! The integration tests: one binary, one module for each subject.

#[cfg(feature = "cli")]
mod cli;
mod cluster;
mod defects;
mod determinism;
mod golden;
mod jobs;
#[cfg(feature = "proptest")]
mod laws;
mod parallelism;
mod pictures;
#[cfg(feature = "cli")]
mod readme;
mod reference;
mod scenario;
mod scenarios;
mod sweep;
mod tidy;
mod vectors;
