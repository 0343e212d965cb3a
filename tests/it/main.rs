//! The integration tests: one binary, one module for each subject.

mod circles;
#[cfg(feature = "cli")]
mod cli;
mod cluster;
mod defects;
mod determinism;
mod expectations;
mod golden;
#[cfg(all(feature = "cli", unix))]
mod interrupt;
mod jobs;
#[cfg(feature = "proptest")]
mod laws;
mod library;
mod liveness;
#[cfg(feature = "cli")]
mod output;
mod parallelism;
mod pictures;
#[cfg(feature = "cli")]
mod readme;
#[cfg(feature = "proptest")]
mod reduction;
mod reference;
mod regressions;
mod scenario;
mod scenarios;
mod searched;
mod shrinking;
mod situations;
mod sweep;
mod tidy;
mod varied;
mod vectors;
