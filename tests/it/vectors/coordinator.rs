//! A whole `CheckpointCoordinator` on virtual time (R3-R31).

use std::collections::{BTreeMap, VecDeque};

use cutline::ids::{Attempt, CheckpointId, Execution, Micros, TaskId};
use cutline::protocol::coordinator::{
    Answer, Config, Coordinator, Effect, Facts, Input, Mode, Pending, RequestId, Timer,
};
use cutline::protocol::{Alignment, FailureReason, SnapshotKind};
use serde_json::{Value, json};

use super::cases;

#[test]
fn r3_to_r31_coordinator() {
    for case in cases("coordinator", 500) {
        let mut harness = Harness::new(&case["input"]);
        let ops = case["input"]["ops"].as_array().unwrap();
        let steps = case["expected"]["steps"].as_array().unwrap();
        assert_eq!(ops.len(), steps.len());
        for (at, (op, expected)) in ops.iter().zip(steps).enumerate() {
            harness.perform(op);
            assert_eq!(&harness.report(), expected, "case {}, op {at} {op}", case["case"]);
        }
    }
}

/// What the coordinator does not know: the clock, its timers, the tasks.
struct Harness {
    config: Config,
    initial_delay: Micros,
    sources: u32,
    tasks: u32,
    coordinator: Coordinator,
    tasks_running: bool,
    now: u64,
    /// Armed timers, in the order of arming, with their due times.
    timers: Vec<(u64, Timer)>,
    kinds: BTreeMap<CheckpointId, SnapshotKind>,
    /// The last call of the failure manager.
    failed: CheckpointId,
    /// What the call of an acknowledgement returns in the end.
    known: Option<bool>,
    actions: Vec<Value>,
}

impl Harness {
    fn new(input: &Value) -> Self {
        let millis = |key: &str| Micros::millis(input[key].as_u64().unwrap());
        let number = |key: &str| u32::try_from(input[key].as_u64().unwrap()).unwrap();
        let config = Config {
            interval: Some(millis("interval_ms")),
            timeout: millis("timeout_ms"),
            min_pause: millis("min_pause_ms"),
            max_concurrent: number("max_concurrent"),
            tolerable_failed: Some(number("tolerable")).filter(|&tolerable| tolerable != 2_147_483_647),
            mode: if input["mode"] == "exactly_once" { Mode::ExactlyOnce } else { Mode::AtLeastOnce },
            unaligned: input["unaligned"].as_bool().unwrap(),
            aligned_timeout: millis("aligned_timeout_ms"),
            retained: number("max_retained"),
            ..Config::default()
        };
        config.validate().unwrap();
        assert_eq!(config.effective_interval(), Some(millis("effective_interval_ms")));
        Self {
            config,
            initial_delay: millis("initial_delay_ms"),
            sources: number("sources"),
            tasks: number("sources") + number("other_tasks"),
            coordinator: Coordinator::new(),
            tasks_running: true,
            now: 0,
            timers: Vec::new(),
            kinds: BTreeMap::new(),
            failed: CheckpointId::NONE,
            known: None,
            actions: Vec::new(),
        }
    }

    fn perform(&mut self, op: &Value) {
        let id = || CheckpointId(op[1].as_u64().unwrap());
        let from = || execution(u32::try_from(op[2].as_u64().unwrap()).unwrap());
        let request = |kind| Input::Request { request: RequestId(op[1].as_u64().unwrap() as u32), kind };
        let reason = |value: &Value| FailureReason::named(value.as_str().unwrap()).unwrap();
        match op[0].as_str().unwrap() {
            "start" => self.feed(Input::Start { initial_delay: self.initial_delay }),
            "stop" => self.feed(Input::Stop),
            "t" => self.advance(self.now + Micros::millis(op[1].as_u64().unwrap()).0),
            "ack" => self.feed(Input::Ack { from: from(), id: id() }),
            "decline" => self.feed(Input::Decline { from: from(), id: id(), reason: reason(&op[3]), alive: true }),
            "savepoint" => self.feed(request(SnapshotKind::Savepoint)),
            "stop_savepoint" => self.feed(request(SnapshotKind::Suspend)),
            "checkpoint" => self.feed(request(SnapshotKind::Checkpoint)),
            "tasks_running" => self.tasks_running = op[1].as_bool().unwrap(),
            "abort_pending" => self.feed(Input::AbortPending(reason(&op[1]))),
            other => panic!("op {other}"),
        }
    }

    /// Lets time pass. The deadline comes before the alarms of its instant, these in the order of their arming.
    fn advance(&mut self, to: u64) {
        let order = |entry: &&(u64, Timer)| (entry.0, entry.1 != Timer::MinPause);
        while let Some(&next) = self.timers.iter().min_by_key(order).filter(|next| next.0 <= to) {
            self.now = next.0;
            self.timers.retain(|&entry| entry != next);
            self.feed(Input::Expired(next.1));
        }
        self.now = to;
    }

    /// Gives an input to the machine, and the answers to its questions before anything else.
    fn feed(&mut self, input: Input<'_>) {
        let plan: Vec<_> = (0..self.tasks).map(execution).collect();
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let mut effects = Vec::new();
            let deleting = inputs.iter().filter(|input| **input == Input::Deleted).count();
            self.coordinator.step(Facts { config: &self.config, deleting }, input, &mut effects);
            for effect in effects {
                match self.perform_effect(effect) {
                    None => {}
                    Some(Follow::Plan) if self.tasks_running => inputs.push_front(Input::Planned(Ok(&plan))),
                    Some(Follow::Plan) => {
                        inputs.push_front(Input::Planned(Err(FailureReason::NotAllRequiredTasksRunning)));
                    }
                    Some(Follow::WriteMetadata(id)) => inputs.push_front(Input::MetadataWritten { id, stored: true }),
                    Some(Follow::Delete) => inputs.push_back(Input::Deleted),
                }
            }
        }
        if let Some(known) = self.known.take() {
            self.act("ack_known", [json!(known)]);
        }
    }

    fn perform_effect(&mut self, effect: Effect) -> Option<Follow> {
        match effect {
            // The clock is never late here: a timer that fires is due now.
            Effect::Arm(timer, after) | Effect::ArmAgain(timer, after) => {
                self.timers.push((self.now + after.0, timer));
            }
            Effect::ArmWith(timer, other) => {
                let at = self.timers.iter().find(|entry| entry.1 == other).expect("it is armed").0;
                self.timers.push((at, timer));
            }
            Effect::Cancel(timer) => self.timers.retain(|entry| entry.1 != timer),
            Effect::Plan => return Some(Follow::Plan),
            Effect::WriteMetadata(id) => return Some(Follow::WriteMetadata(id)),
            Effect::Aborted { .. } | Effect::Subsumed { delete: true, .. } => return Some(Follow::Delete),
            Effect::Trigger { id, kind, alignment } => {
                self.kinds.insert(id, kind);
                let what = json!([id.0, format!("{}:{}", type_name(kind), letter(alignment))]);
                self.act("trigger", [what, (0..self.sources).collect()]);
            }
            Effect::Acked { answer, .. } => self.known = Some(answer != Answer::Gone),
            Effect::NotifyComplete { id, subsumed } => {
                let subsumed = subsumed.given().map_or(json!(-1), |id| json!(id.0));
                self.act("notify_complete", [json!([id.0, subsumed]), (0..self.tasks).collect()]);
            }
            Effect::NotifyAborted { id, latest } => {
                self.act("notify_abort", [json!([id.0, latest.0]), (0..self.tasks).collect()]);
            }
            Effect::Answer { request, result } => {
                let result = result.map_or_else(|reason| json!(reason.name()), |id| json!(id.0));
                self.act("result", [json!(request.0), result]);
            }
            Effect::Failed { id, reason } => {
                self.failed = id;
                let id = id.given().map_or(json!(-1), |id| json!(id.0));
                self.act("failed", [id, json!(reason.name())]);
            }
            Effect::FailJob(reason) => {
                let stop = self.kinds.get(&self.failed).is_some_and(|kind| kind.is_synchronous());
                self.act("fail_job", [json!(if stop { reason.name() } else { "EXCEEDED_TOLERABLE" })]);
            }
            Effect::FailTask(from, _) => {
                self.act("fail_job_by_task", [json!("EXCEEDED_TOLERABLE"), json!(from.task.0)]);
            }
            Effect::Created(_)
            | Effect::DiscardState { .. }
            | Effect::Completed { .. }
            | Effect::Subsumed { delete: false, .. }
            | Effect::Closed { .. }
            | Effect::Rejected(_) => {}
        }
        None
    }

    fn act<const N: usize>(&mut self, name: &str, rest: [Value; N]) {
        let head = [json!(self.now / 1_000), json!(name)];
        self.actions.push(head.into_iter().chain(rest).collect());
    }

    fn report(&mut self) -> Value {
        let outstanding = |pending: &Pending| -> Value { pending.outstanding().map(|from| from.task.0).collect() };
        let pending: serde_json::Map<_, _> =
            self.coordinator.pending().iter().map(|pending| (pending.id().to_string(), outstanding(pending))).collect();
        let retained: Vec<_> = self.coordinator.durable().store.entries().iter().map(|entry| entry.id.0).collect();
        json!([
            std::mem::take(&mut self.actions),
            pending,
            retained,
            self.coordinator.queued().len(),
            self.coordinator.failure_count(),
        ])
    }
}

/// What an effect leads to within the same operation.
enum Follow {
    Plan,
    WriteMetadata(CheckpointId),
    Delete,
}

fn execution(task: u32) -> Execution {
    Execution { task: TaskId(task), attempt: Attempt(0) }
}

fn type_name(kind: SnapshotKind) -> &'static str {
    match kind {
        SnapshotKind::Checkpoint => "checkpoint",
        SnapshotKind::Savepoint => "savepoint",
        SnapshotKind::Suspend => "stop_savepoint",
        SnapshotKind::FullCheckpoint | SnapshotKind::Terminate => panic!("never asked for here"),
    }
}

fn letter(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::AtLeastOnce => "L",
        Alignment::Aligned => "A",
        Alignment::Unaligned => "U",
        Alignment::Timeoutable(_) => "T",
        Alignment::ForcedAligned => panic!("never chosen by a coordinator"),
    }
}
