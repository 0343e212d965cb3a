//! The integration tests: one binary, one module for each subject.

#[cfg(feature = "proptest")]
mod laws;
mod scenario;
mod vectors;
