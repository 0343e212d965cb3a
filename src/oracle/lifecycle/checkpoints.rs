//! What must hold when the coordinator triggers, counts, completes, gives up, retains and restores checkpoints.

use super::super::ledger::Ledger;
use super::super::rules::words;
use super::{Report, broken};
use crate::ids::{CheckpointId, Execution, Micros, TaskId};
use crate::protocol::SnapshotKind;

pub(super) fn triggered(ledger: &Ledger, id: CheckpointId, kind: SnapshotKind, report: &mut Report<'_>) {
    let newest = ledger.newest_triggered();
    if id <= newest {
        broken(report, "I1", id, format!("checkpoint {id} was triggered after checkpoint {newest}"));
    }
    let (pending, allowed) = (ledger.pending().len() + 1, report.facts.max_concurrent);
    if pending > allowed && !report.facts.is_forced(kind) {
        let detail = format!("checkpoint {id} makes {pending} pending ones, but only {allowed} may be");
        broken(report, "I2", id, detail);
    }
    let newest = ledger.newest_completed();
    if let Some(left) = ledger.pending().iter().find(|pending| pending.id < newest && !pending.kind.is_savepoint()) {
        left_behind(left.id, newest, report);
    }
}

/// A periodic checkpoint keeps its distance from the latest completion (I3).
pub(super) fn calm(id: CheckpointId, calm: Option<Micros>, report: &mut Report<'_>) {
    let pause = report.facts.min_pause;
    if let Some(calm) = calm.filter(|&calm| calm < pause) {
        let detail =
            format!("checkpoint {id} was triggered {calm} s after a completion, but the min pause is {pause} s");
        broken(report, "I3", id, detail);
    }
}

pub(super) fn acknowledged(ledger: &Ledger, id: CheckpointId, from: Execution, report: &mut Report<'_>) {
    let Execution { task, attempt } = from;
    let name = report.task(task);
    let Some(pending) = ledger.find(id) else {
        let detail = format!("an acknowledgement of {name} was counted for checkpoint {id}, which is not pending");
        broken(report, "I5", id, detail).task = Some(task);
        return;
    };
    if !ledger.is_current(from) {
        let detail =
            format!("attempt {} of {name} was counted for checkpoint {id}, but it is not the current one", attempt.0);
        broken(report, "I22", id, detail).task = Some(task);
    } else if pending.is_acked(task) {
        let detail = format!("{name} was counted twice for checkpoint {id}");
        broken(report, "I5", id, detail).task = Some(task);
    }
    if id < ledger.newest_completed() && !pending.kind.is_savepoint() {
        left_behind(id, ledger.newest_completed(), report);
    }
}

pub(super) fn completed(
    ledger: &Ledger,
    id: CheckpointId,
    kind: SnapshotKind,
    in_store: bool,
    report: &mut Report<'_>,
) {
    let Some(pending) = ledger.find(id) else {
        broken(report, "I6", id, format!("checkpoint {id} completed, but it was not pending"));
        return;
    };
    for task in report.facts.tasks().filter(|&task| !pending.is_acked(task) && !ledger.is_finished(task)) {
        let name = report.task(task);
        let detail = format!("checkpoint {id} completed without an acknowledgement of {name}");
        broken(report, "I5", id, detail).task = Some(task);
    }
    if id < ledger.newest_completed() && !kind.is_savepoint() {
        left_behind(id, ledger.newest_completed(), report);
    }
    let (retained, allowed) = (ledger.retained().len() + usize::from(in_store), report.facts.retained + 1);
    if retained > allowed {
        let detail = format!("with checkpoint {id} there are {retained} retained ones, but at most {allowed} may be");
        broken(report, "I8", id, detail);
    }
}

pub(super) fn aborted(ledger: &Ledger, id: CheckpointId, report: &mut Report<'_>) {
    if ledger.find(id).is_none() {
        let state = if ledger.retained().contains(&id) { "it is complete" } else { "it was not pending" };
        broken(report, "I6", id, format!("checkpoint {id} was aborted, but {state}"));
    }
}

pub(super) fn subsumed(ledger: &Ledger, id: CheckpointId, report: &mut Report<'_>) {
    if !ledger.retained().contains(&id) {
        broken(report, "I8", id, format!("checkpoint {id} was subsumed, but it was not retained"));
    } else if id == ledger.newest_retained() {
        broken(report, "I8", id, format!("checkpoint {id} was subsumed, but it is the newest"));
    }
}

pub(super) fn restarting(ledger: &Ledger, from: CheckpointId, report: &mut Report<'_>) {
    let newest = ledger.newest_retained();
    if from != newest {
        let detail = format!("the job restarts from {}, but the newest complete one is {}", words(from), words(newest));
        broken(report, "I21", from, detail);
    }
}

pub(super) fn restored(ledger: &Ledger, task: TaskId, from: CheckpointId, report: &mut Report<'_>) {
    let newest = ledger.newest_retained();
    if from != newest {
        let name = report.task(task);
        let detail = format!("{name} restored {}, but the newest complete one is {}", words(from), words(newest));
        broken(report, "I21", from, detail).task = Some(task);
    }
}

fn left_behind(id: CheckpointId, newest: CheckpointId, report: &mut Report<'_>) {
    let detail = format!("checkpoint {id} is still pending although checkpoint {newest} has completed");
    broken(report, "I7", id, detail);
}
