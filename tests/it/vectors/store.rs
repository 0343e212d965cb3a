//! `StandaloneCompletedCheckpointStore` and `CheckpointSubsumeHelper` (R22, R23, R27).

use cutline::ids::CheckpointId;
use cutline::protocol::JobStatus;
use cutline::protocol::completed::{Completed, CompletedStore, Properties};
use cutline::protocol::coordinator::Retention;
use serde_json::{Value, json};

use super::cases;

#[test]
fn r22_r23_r27_checkpoint_store() {
    for case in cases("checkpoint_store", 600) {
        let retain = case["input"]["max_retained"].as_u64().unwrap() as usize;
        let mut store = CompletedStore::default();
        let ops = case["input"]["ops"].as_array().unwrap();
        let steps = case["expected"]["steps"].as_array().unwrap();
        assert_eq!(ops.len(), steps.len());
        for (at, (op, expected)) in ops.iter().zip(steps).enumerate() {
            let (mut subsumed, mut deleted) = (None, Vec::new());
            if op[0] == "add" {
                let left = add(&mut store, &op[1], &op[2], retain);
                subsumed = left.iter().map(|&(id, _)| id).max();
                deleted = left.into_iter().filter_map(|(id, delete)| delete.then_some(id)).collect();
            } else {
                store.shutdown(status(&op[1]), |left| deleted.extend(left.delete.then_some(left.id.0)));
            }
            let actual = json!({
                "retained": store.entries().iter().map(|entry| entry.id.0).collect::<Vec<_>>(),
                "latest": store.latest().map_or(0, |entry| entry.id.0),
                "subsumed": subsumed,
                "discarded": deleted,
            });
            assert_eq!(&actual, expected, "case {}, op {at} {op}", case["case"]);
        }
    }
}

/// The helper's deque is not a store's: it is filled first and cut down once.
#[test]
fn r22_subsume_helper() {
    for case in cases("subsume_helper", 600) {
        let checkpoints = case["input"]["checkpoints"].as_array().unwrap();
        let mut store = CompletedStore::default();
        let mut left = Vec::new();
        for (place, checkpoint) in checkpoints.iter().enumerate() {
            let is_last = place + 1 == checkpoints.len();
            let retain = if is_last { case["input"]["retain"].as_u64().unwrap() as usize } else { usize::MAX };
            left = add(&mut store, &checkpoint[0], &checkpoint[1], retain);
        }
        let mut subsumed: Vec<_> = left.iter().map(|&(id, _)| id).collect();
        subsumed.sort_unstable();
        let actual = json!({
            "subsumed": subsumed,
            "left": store.entries().iter().map(|entry| entry.id.0).collect::<Vec<_>>(),
            "last_subsumed": subsumed.last(),
        });
        assert_eq!(actual, case["expected"], "case {}", case["case"]);
    }
}

/// What left, with whether its files went.
fn add(store: &mut CompletedStore, id: &Value, kind: &Value, retain: usize) -> Vec<(u64, bool)> {
    let mut left = Vec::new();
    let new = Completed { id: CheckpointId(id.as_u64().unwrap()), properties: properties(kind.as_str().unwrap()) };
    store.add(new, retain, &[], |gone| left.push((gone.id.0, gone.delete)));
    left
}

fn properties(kind: &str) -> Properties {
    match kind {
        "periodic" => Properties::Checkpoint(Retention::NoExternalized),
        "retain_on_failure" => Properties::Checkpoint(Retention::DeleteOnCancellation),
        "retain_on_cancel" => Properties::Checkpoint(Retention::RetainOnCancellation),
        "savepoint" => Properties::Savepoint,
        "stop_savepoint" => Properties::StopSavepoint,
        "unclaimed" => Properties::Unclaimed,
        other => panic!("kind {other}"),
    }
}

fn status(name: &Value) -> JobStatus {
    match name.as_str().unwrap() {
        "FINISHED" => JobStatus::Finished,
        "CANCELED" => JobStatus::Canceled,
        "FAILED" => JobStatus::Failed,
        "SUSPENDED" => JobStatus::Suspended,
        other => panic!("status {other}"),
    }
}
