//! Golden vectors: what the real classes of Flink 2.3.0 did, step by step, held against our machines.
//!
//! The files are in `tests/vectors`, or in the folder that `CUTLINE_VECTORS` names. The harness translates between their
//! arrays and our types and stands in for the surroundings of a machine (a gate, a clock). It decides nothing that a rule
//! of the protocol decides.

mod barrier;
mod coordinator;
mod decider;
mod failures;
mod key_groups;
mod restart;
mod store;
mod subtask;
mod valve;

use std::fmt::Display;
use std::fs;
use std::ops::Index;
use std::path::{Path, PathBuf};

use cutline::ids::{CheckpointId, Micros};
use cutline::protocol::{Alignment, Barrier, FailureReason, SnapshotKind};
use serde_json::Value;

/// One line of a file. `case["input"]` is what was done to the real class, `case["expected"]` what came of it,
/// `case["case"]` its number.
pub(crate) struct Case {
    file: &'static str,
    line: Value,
}

impl Index<&str> for Case {
    type Output = Value;
    fn index(&self, part: &str) -> &Value {
        &self.line[part]
    }
}

impl Case {
    /// The operations with what the real class did during each, numbered from 0.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (usize, &Value, &Value)> {
        let (ops, steps) = (list(&self["input"]["ops"]), list(&self["expected"]["steps"]));
        assert_eq!(ops.len(), steps.len(), "{} case {}: one step an operation", self.file, self["case"]);
        ops.iter().zip(steps).enumerate().map(|(step, (op, expected))| (step, op, expected))
    }

    /// Fails the test if what our machine did is not what the real class did. `at` names the step or the part.
    #[track_caller]
    pub(crate) fn same(&self, at: impl Display, expected: &Value, got: &Value) {
        let (file, number) = (self.file, &self["case"]);
        assert!(expected == got, "{file}.jsonl, case {number}, {at}:\n  expected {expected}\n       got {got}");
    }
}

/// All cases of a file, named without its ending. Fails the test if it is missing or has another number of cases.
#[track_caller]
pub(crate) fn cases(file: &'static str, count: usize) -> Vec<Case> {
    let path = folder().join(file).with_extension("jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("no golden vectors: {}: {error} (CUTLINE_VECTORS names the folder)", path.display())
    });
    let cases: Vec<_> = text.lines().map(|line| Case { file, line: parse(file, line) }).collect();
    assert_eq!(cases.len(), count, "cases in {}", path.display());
    cases
}

fn folder() -> PathBuf {
    match std::env::var_os("CUTLINE_VECTORS") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"),
    }
}

fn parse(file: &str, line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}.jsonl: {error}: {line}"))
}

/// A JSON array.
#[track_caller]
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("a list was expected: {value}"))
}

/// A JSON number that is not negative.
#[track_caller]
pub(crate) fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("a number was expected: {value}"))
}

/// A JSON number that fits 32 bits.
#[track_caller]
pub(crate) fn small(value: &Value) -> u32 {
    u32::try_from(number(value)).unwrap_or_else(|_| panic!("a small number was expected: {value}"))
}

/// A JSON number as an index.
#[track_caller]
pub(crate) fn index(value: &Value) -> usize {
    small(value) as usize
}

/// A JSON string.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a string was expected: {value}"))
}

/// A JSON boolean.
#[track_caller]
pub(crate) fn truth(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| panic!("true or false was expected: {value}"))
}

/// A checkpoint id.
#[track_caller]
pub(crate) fn id(value: &Value) -> CheckpointId {
    CheckpointId(number(value))
}

/// A duration in milliseconds.
#[track_caller]
pub(crate) fn millis(value: &Value) -> Micros {
    Micros::millis(number(value))
}

/// A reason in Flink's spelling.
#[track_caller]
pub(crate) fn reason(value: &Value) -> FailureReason {
    FailureReason::named(text(value)).unwrap_or_else(|| panic!("an unknown reason: {value}"))
}

/// A barrier of one of the kinds `A`, `S`, `U`, `T` (which carries `timeout`), `L`.
#[track_caller]
pub(crate) fn barrier(id: CheckpointId, kind: &Value, timeout: Micros) -> Barrier {
    let (kind, alignment) = match text(kind) {
        "A" => (SnapshotKind::Checkpoint, Alignment::Aligned),
        "S" => (SnapshotKind::Savepoint, Alignment::Aligned),
        "U" => (SnapshotKind::Checkpoint, Alignment::Unaligned),
        "T" => (SnapshotKind::Checkpoint, Alignment::Timeoutable(timeout)),
        "L" => (SnapshotKind::Checkpoint, Alignment::AtLeastOnce),
        other => panic!("an unknown kind of barrier: {other}"),
    };
    Barrier { id, kind, alignment }
}

/// The kind of a barrier as the files spell it.
#[track_caller]
pub(crate) fn letter(barrier: Barrier) -> &'static str {
    match (barrier.kind, barrier.alignment) {
        (SnapshotKind::Checkpoint, Alignment::Aligned) => "A",
        (SnapshotKind::Savepoint, Alignment::Aligned) => "S",
        (SnapshotKind::Checkpoint, Alignment::Unaligned) => "U",
        (SnapshotKind::Checkpoint, Alignment::Timeoutable(_)) => "T",
        (SnapshotKind::Checkpoint, Alignment::AtLeastOnce) => "L",
        _ => panic!("no letter for {barrier:?}"),
    }
}
