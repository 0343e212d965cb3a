//! Golden vectors from the real classes of Flink 2.3.0.

mod coordinator;
mod decider;
mod failures;
mod store;

use std::path::PathBuf;

/// The cases of a vector file, which must be this many.
#[track_caller]
pub fn cases(name: &str, count: usize) -> Vec<serde_json::Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name).with_extension("jsonl");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Vec<_> = text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(cases.len(), count, "cases in {}", path.display());
    cases
}
