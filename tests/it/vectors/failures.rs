//! `CheckpointFailureManager` (R28-R31).

use cutline::ids::{CheckpointId, Execution};
use cutline::protocol::coordinator::{FailureManager, Source, Verdict};
use cutline::protocol::{FailureReason, SnapshotKind};
use serde_json::{Value, json};

use super::cases;

#[test]
fn r28_to_r31_failure_manager() {
    for case in cases("failure_manager", 600) {
        let tolerable = case["input"]["tolerable"].as_u64().unwrap();
        let tolerable = (tolerable != 2_147_483_647).then_some(tolerable as u32);
        let mut manager = FailureManager::default();
        let ops = case["input"]["ops"].as_array().unwrap();
        let steps = case["expected"]["steps"].as_array().unwrap();
        assert_eq!(ops.len(), steps.len());
        for (at, (op, expected)) in ops.iter().zip(steps).enumerate() {
            let actions = perform(&mut manager, tolerable, op);
            assert_eq!(&json!([actions, manager.count()]), expected, "case {}, op {at} {op}", case["case"]);
        }
    }
}

fn perform(manager: &mut FailureManager, tolerable: Option<u32>, op: &Value) -> Vec<Value> {
    // -1 is "no checkpoint".
    let id = CheckpointId(op[1].as_u64().unwrap_or(0));
    if op[0] == "ok" {
        manager.succeeded(id);
        return Vec::new();
    }
    let kind = match op[2].as_str().unwrap() {
        "periodic" => SnapshotKind::Checkpoint,
        // What the job does not own is a savepoint by type.
        "savepoint" | "unclaimed" => SnapshotKind::Savepoint,
        "stop_savepoint" => SnapshotKind::Suspend,
        other => panic!("kind {other}"),
    };
    let reason = FailureReason::named(op[3].as_str().unwrap()).unwrap();
    let source = match op[4].as_str().unwrap() {
        "task" => Source::Task { from: Execution::default(), alive: true },
        "jm" => Source::JobManager,
        other => panic!("source {other}"),
    };
    match manager.failed(tolerable, id, kind, reason, source) {
        Verdict::Bearable => vec![],
        Verdict::TooMany => vec![json!(["fail_job", "EXCEEDED_TOLERABLE"])],
        Verdict::TooManyBy { .. } => vec![json!(["fail_task", "EXCEEDED_TOLERABLE"])],
        Verdict::StopFailed => vec![json!(["fail_job", reason.name()])],
    }
}
