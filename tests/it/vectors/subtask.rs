//! `SubtaskCheckpointCoordinatorImpl`.
//!
//! Left out of the comparison:
//!
//! - the actions in [`NOT_MODELLED`];
//! - what follows a notification of completion that is not newer than all before it: the real class stands behind a
//!   filter (`StreamTask`, R55) that never lets one through, and our machine is both.

use cutline::ids::{CheckpointId, Micros};
use cutline::protocol::task::{Effect, Facts, Input, TaskCheckpoints};
use cutline::protocol::{Alignment, Barrier, FailureReason};
use serde_json::{Value, json};

use super::{barrier, cases, id, index, letter, list, millis, reason, text};

/// Actions on channel state and of unaligned mode, and a notification that only some state backends use.
const NOT_MODELLED: [&str; 10] = [
    "channel_state_start",
    "channel_state_finish_input",
    "channel_state_finish_output",
    "channel_state_abort",
    "timer",
    "timer_cancel",
    "timer_fire",
    "output_barrier_timeout",
    "outputs_abort",
    "operators_subsumed",
];

#[test]
fn subtask() {
    for case in cases("subtask", 500) {
        let mut task = Task {
            machine: TaskCheckpoints::new(CheckpointId::NONE),
            facts: Facts { remembered_aborts: index(&case["input"]["max_recorded_aborts"]) },
            timeout: millis(&case["input"]["timeout_ms"]),
            sync_fails: false,
            async_fails: false,
            doomed: Vec::new(),
            actions: Vec::new(),
        };
        let mut newest_completed = CheckpointId::NONE;
        for (step, op, expected) in case.steps() {
            let mut actions: Vec<Value> = list(&expected[0]).to_vec();
            actions.retain(|action| !NOT_MODELLED.contains(&text(&action[0])));
            if text(&op[0]) == "notify_complete" {
                if id(&op[1]) <= newest_completed {
                    actions.clear();
                }
                newest_completed = newest_completed.max(id(&op[1]));
            }
            task.take(op);
            let expected = json!([actions, expected[1], expected[2]]);
            let got = json!([task.actions, task.machine.remembered_aborts(), task.machine.running().len()]);
            task.actions.clear();
            case.same(format_args!("step {step}, {op}"), &expected, &got);
        }
    }
}

/// A stand-in for the task around the machine.
struct Task {
    machine: TaskCheckpoints,
    facts: Facts,
    timeout: Micros,
    /// Whether the operators throw at the next snapshot.
    sync_fails: bool,
    /// Whether the asynchronous part of the next snapshot will fail.
    async_fails: bool,
    /// Checkpoints whose asynchronous parts will fail.
    doomed: Vec<CheckpointId>,
    /// What happened during the operation at hand.
    actions: Vec<Value>,
}

impl Task {
    /// Does one operation.
    fn take(&mut self, op: &Value) {
        match text(&op[0]) {
            "checkpoint" => {
                let barrier = barrier(id(&op[1]), &op[2], self.timeout);
                (self.sync_fails, self.async_fails) = match text(&op[4]) {
                    "ok" => (false, false),
                    "fails_sync" => (true, false),
                    "fails_async" => (false, true),
                    other => panic!("an unknown outcome: {other}"),
                };
                self.step(Input::Checkpoint(barrier));
            }
            "async" => {
                let id = id(&op[1]);
                let failure = self.doomed.contains(&id).then_some(FailureReason::CheckpointAsyncException);
                self.step(Input::AsyncEnded { id, failure });
            }
            "notify_abort" => self.step(Input::NotifyAborted { id: id(&op[1]), latest: CheckpointId::NONE }),
            "notify_complete" => self.step(Input::NotifyComplete(id(&op[1]))),
            "abort_on_barrier" => self.step(Input::AbortOnBarrier { id: id(&op[1]), reason: reason(&op[2]) }),
            "notify_subsumed" | "t" => {}
            other => panic!("an unknown operation: {other}"),
        }
    }

    /// Gives one input to the machine and carries out what it wants.
    fn step(&mut self, input: Input) {
        let mut effects = Vec::new();
        self.machine.step(self.facts, input, &mut effects);
        for effect in effects {
            self.perform(effect);
        }
    }

    /// Carries an effect out and writes it down as the files do.
    fn perform(&mut self, effect: Effect) {
        let action = match effect {
            Effect::PrepareSnapshot(id) => json!(["pre_barrier", id.0]),
            Effect::Broadcast(barrier) => json!(["barrier", barrier.id.0, letter(barrier), has_priority(barrier)]),
            Effect::BroadcastCancelMarker(id) => json!(["cancel_marker", id.0, false]),
            Effect::Snapshot(barrier) => {
                self.actions.push(json!(["snapshot", barrier.id.0]));
                if self.async_fails {
                    self.doomed.push(barrier.id);
                }
                return self.step(Input::Snapshotted { barrier, ok: !self.sync_fails });
            }
            // The queue of asynchronous parts is the operation `async`.
            Effect::StartAsync(_) => return,
            // All that the real class lets see of it.
            Effect::CancelAsync(id) => json!(["report_incomplete", id.0]),
            Effect::Ack(id) => json!(["ack", id.0]),
            Effect::Decline(id, reason) => json!(["decline", id.0, reason.name()]),
            Effect::OperatorsComplete(id) => json!(["operators_complete", id.0]),
            Effect::OperatorsAborted(id) => json!(["operators_aborted", id.0]),
            // What the operators of the real class were made to throw.
            Effect::Fail(_) => json!(["throws", "IOException"]),
        };
        self.actions.push(action);
    }
}

/// Only an unaligned barrier overtakes data (R34).
fn has_priority(barrier: Barrier) -> bool {
    barrier.alignment == Alignment::Unaligned
}
