//! `CheckpointRequestDecider` (R8-R12).

use std::collections::VecDeque;

use cutline::ids::Micros;
use cutline::protocol::SnapshotKind;
use cutline::protocol::coordinator::{Choice, Config, Decider, Load, RequestId, RequestKind, Submission};
use serde_json::{Value, json};

use super::cases;

#[test]
fn r8_to_r12_request_decider() {
    for case in cases("request_decider", 600) {
        let mut harness = Harness::new(&case["input"]);
        let ops = case["input"]["ops"].as_array().unwrap();
        let steps = case["expected"]["steps"].as_array().unwrap();
        assert_eq!(ops.len(), steps.len());
        for (at, (op, expected)) in ops.iter().zip(steps).enumerate() {
            let actions = harness.perform(op);
            assert_eq!(
                &json!([actions, harness.decider.queued().len()]),
                expected,
                "case {}, op {at} {op}",
                case["case"]
            );
        }
    }
}

/// What the decider does not know: the clock, the counts, and the names of periodic requests.
struct Harness {
    config: Config,
    decider: Decider,
    load: Load,
    now: u64,
    pause_ends: u64,
    /// The ids of the queued periodic requests, oldest first.
    periodic: VecDeque<u64>,
    actions: Vec<Value>,
}

impl Harness {
    fn new(input: &Value) -> Self {
        let config = Config {
            max_concurrent: input["max_concurrent"].as_u64().unwrap() as u32,
            min_pause: Micros::millis(input["min_pause_ms"].as_u64().unwrap()),
            max_queued: input["max_queue"].as_u64().unwrap() as usize,
            ..Config::default()
        };
        Self {
            config,
            decider: Decider::default(),
            load: Load { triggering: false, pending: 0, deleting: 0 },
            now: 0,
            pause_ends: 0,
            periodic: VecDeque::new(),
            actions: Vec::new(),
        }
    }

    fn perform(&mut self, op: &Value) -> Vec<Value> {
        match op[0].as_str().unwrap() {
            "t" => {
                self.now += op[1].as_u64().unwrap();
                if self.now >= self.pause_ends {
                    self.decider.end_min_pause();
                }
            }
            "req" => self.submit(op[1].as_u64().unwrap(), op[2].as_str().unwrap()),
            "queued" => self.choose(),
            "done" => {
                self.load.pending = self.load.pending.saturating_sub(1);
                self.pause_ends = self.now + self.config.min_pause.as_millis();
                if self.pause_ends > self.now {
                    self.decider.start_min_pause();
                }
            }
            "failed" => self.load.pending = self.load.pending.saturating_sub(1),
            "triggering" => self.load.triggering = op[1].as_bool().unwrap(),
            "cleaning" => self.load.deleting = op[1].as_u64().unwrap() as usize,
            "abort_all" => {
                while let Some(request) = self.decider.take_first() {
                    let id = self.oldest(request);
                    self.actions.push(json!(["drop", id, "CHECKPOINT_COORDINATOR_SUSPEND"]));
                }
            }
            other => panic!("op {other}"),
        }
        std::mem::take(&mut self.actions)
    }

    fn submit(&mut self, id: u64, kind: &str) {
        let by_hand =
            |kind, forced| RequestKind::ByHand { request: RequestId(u32::try_from(id).unwrap()), kind, forced };
        let request = match kind {
            "periodic" => RequestKind::Periodic,
            "manual" => by_hand(SnapshotKind::Checkpoint, false),
            "savepoint" => by_hand(SnapshotKind::Savepoint, false),
            "savepoint_forced" => by_hand(SnapshotKind::Savepoint, true),
            "stop_savepoint" => by_hand(SnapshotKind::Suspend, false),
            "drain_savepoint_forced" => by_hand(SnapshotKind::Terminate, true),
            other => panic!("kind {other}"),
        };
        if request == RequestKind::Periodic {
            self.periodic.push_back(id);
        }
        match self.decider.submit(&self.config, request) {
            Submission::Queued => self.choose(),
            Submission::Displaced(last) => {
                let id = self.newest(last);
                self.actions.push(json!(["drop", id, "TOO_MANY_CHECKPOINT_REQUESTS"]));
                self.choose();
            }
            Submission::Refused => {
                let id = self.newest(request);
                self.actions.push(json!(["drop", id, "TOO_MANY_CHECKPOINT_REQUESTS"]));
                self.actions.push(json!(["none"]));
            }
        }
    }

    fn choose(&mut self) {
        match self.decider.choose(&self.config, self.load) {
            Choice::Wait => self.actions.push(json!(["none"])),
            Choice::Serve(request) => {
                let id = self.oldest(request);
                self.load.pending += 1;
                self.actions.push(json!(["run", id]));
            }
            Choice::TooEarly => {
                let id = self.oldest(RequestKind::Periodic);
                self.actions.push(json!(["drop", id, "MINIMUM_TIME_BETWEEN_CHECKPOINTS"]));
                self.actions.push(json!(["reschedule", self.pause_ends - self.now]));
                self.actions.push(json!(["none"]));
            }
        }
    }

    fn oldest(&mut self, request: RequestKind) -> u64 {
        request.request().map_or_else(|| self.periodic.pop_front().unwrap(), |request| request.0.into())
    }

    fn newest(&mut self, request: RequestKind) -> u64 {
        request.request().map_or_else(|| self.periodic.pop_back().unwrap(), |request| request.0.into())
    }
}
