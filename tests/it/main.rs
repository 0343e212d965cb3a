//! The integration tests.

mod vectors;
