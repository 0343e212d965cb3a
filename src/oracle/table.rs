//! What the tables of the judges share: one small job, and a shorthand for invented events.
//!
//! The job: sources `blue` and `yellow` of three records each (channels 0 and 1) into `sum`, which feeds the two-phase
//! sink `sink` (channel 2).
//!
//! | shorthand | event |
//! | --- | --- |
//! | `start` | every task deployed and restored from nothing |
//! | `emit blue 0` | record 0 of the only split |
//! | `send 0 7`, `take 0 7` | record 7 put on channel 0, taken from it |
//! | `tell 0 99`, `hear 0 99` | the watermark 99 put on channel 0, taken from it |
//! | `trigger 1`, `savepoint 1`, `complete 1`, `abort 1`, `subsume 1` | the coordinator |
//! | `snap sum 1`, `snap blue 1 2` | a snapshot; of a source with the number it shows |
//! | `ack sum 1`, `ack sum 1 0` | an acknowledgement sent and counted; of attempt 0 |
//! | `checkpoint 1 2 2` | all of a checkpoint at once, after so many records of each source |
//! | `crash sum`, `restart 1`, `deploy sum 1`, `restore sum 1`, `restore sum 1 5` | with another state than was stored |
//! | `back 1 1` | the job restarts from checkpoint 1; attempts are 1 from here on |
//! | `row 1 7`, `pre 1 2`, `commit 1`, `again 1`, `drop 1` | record 7 into transaction 1; pre-committed for checkpoint 2 |
//! | `barrier 0 1`, `block 0 1`, `resume 0`, `put 0 1`, `mark 0 1` | barriers taken, without and with blocking; put on a channel |
//! | `finish sum`, `finished`, `stuck sum 0 1`, `stuck sum 0 1 room` | a task, the job, nobody: who waits, on what, for which checkpoint, and why |

use std::sync::Arc;

use super::Oracles;
use crate::ids::{Attempt, ChannelId, CheckpointId, Execution, Micros, Name, PerId, Step, TaskId, VertexId};
use crate::operator::{EventTime, Logic, Records, Ship, Stamp};
use crate::plan::{Edge, Plan, SinkKind, Topology, Vertex, VertexKind};
use crate::protocol::coordinator::{Answer, Mode};
use crate::protocol::two_phase::TransactionId;
use crate::protocol::{FailureReason, SnapshotKind};
use crate::trace::{Event, JobStatus, Origin, Wait};

pub(super) const TASKS: [&str; 4] = ["blue", "yellow", "sum", "sink"];

/// The job, exactly-once.
pub(super) fn plan() -> Plan {
    let vertex = |name: &str, kind, from: &[u32]| Vertex {
        name: name.to_owned(),
        parallelism: 1,
        kind,
        inputs: from.iter().map(|&from| Edge { from: VertexId(from), ship: Ship::Forward }).collect(),
        cost: Micros::ZERO,
    };
    let source = || VertexKind::Source {
        records: Records::Range { from: 1, to: 3, step: 1 },
        splits: 1,
        every: Micros::millis(1),
        event_time: None,
    };
    let vertices: PerId<VertexId, Vertex> = [
        vertex("blue", source(), &[]),
        vertex("yellow", source(), &[]),
        vertex("sum", VertexKind::Operator(Logic::Sum), &[0, 1]),
        vertex("sink", VertexKind::Sink(SinkKind::TwoPhaseCommit), &[2]),
    ]
    .into_iter()
    .collect();
    let mut plan = Plan::new("table", vertices);
    plan.checkpointing.interval = Some(Micros::millis(100));
    plan
}

/// The job with event time.
pub(super) fn event_time() -> Plan {
    let mut plan = plan();
    for vertex in plan.vertices.iter_mut() {
        if let VertexKind::Source { event_time, .. } = &mut vertex.kind {
            *event_time = Some(EventTime { stamp: Stamp::Value, out_of_orderness: 0, every: 1, idle_after: None });
        }
    }
    plan
}

/// The job, at-least-once.
pub(super) fn at_least_once() -> Plan {
    let mut plan = plan();
    plan.checkpointing.mode = Mode::AtLeastOnce;
    plan
}

pub(super) fn oracles(plan: &Plan) -> Oracles {
    Oracles::new(plan, &Arc::new(Topology::new(plan)))
}

/// Lets the judges see these events, each line a step.
pub(super) fn tell(oracles: &mut Oracles, story: &str) {
    for (step, line) in story.lines().enumerate() {
        let mut events = Vec::new();
        for command in line.split(';').map(str::trim).filter(|command| !command.is_empty()) {
            read(oracles, command, &mut events);
        }
        for event in &events {
            oracles.observe(Step(step as u64), Micros::ZERO, event);
        }
    }
}

/// What the judges of `plan` say of a story: `invariant: sentence`, in order.
#[track_caller]
pub(super) fn check_in(plan: &Plan, story: &str, expected: &[&str]) {
    let mut oracles = oracles(plan);
    tell(&mut oracles, story);
    oracles.end(Step(u64::MAX), Micros::ZERO, true);
    let found: Vec<String> =
        oracles.violations().iter().map(|found| format!("{}: {}", found.invariant, found.detail)).collect();
    assert_eq!(found, expected);
}

/// The same for the exactly-once job.
#[track_caller]
pub(super) fn check(story: &str, expected: &[&str]) {
    check_in(&plan(), story, expected);
}

/// What the judges remember after a story, told to the exactly-once job.
pub(super) fn memory_after(story: &str) -> super::Memory {
    let mut oracles = oracles(&plan());
    tell(&mut oracles, story);
    oracles.memory().clone()
}

fn read(oracles: &Oracles, command: &str, events: &mut Vec<Event>) {
    let words: Vec<&str> = command.split_whitespace().collect();
    let number = |place: usize| words[place].parse::<u64>().expect("a number");
    let given = |place: usize| words.get(place).map(|word| word.parse::<u64>().expect("a number"));
    let id = |place| CheckpointId(number(place));
    let channel = |place| ChannelId(number(place) as u32);
    let name = |place| Name(u128::from(number(place)));
    let task = |place: usize| {
        let index = TASKS.iter().position(|task| *task == words[place]).expect("a task");
        TaskId(index as u32)
    };
    let attempt = |place| Attempt(given(place).unwrap_or(0) as u32);
    let execution = |task, attempt| Execution { task, attempt };
    let first = |task| execution(task, Attempt(0));
    let sink = TaskId(3);
    // Only read where the first word takes a transaction.
    let transaction = TransactionId(words.get(1).and_then(|word| word.parse().ok()).unwrap_or(0));
    let restored = |task: TaskId, attempt, from: CheckpointId, state: Option<u64>| {
        let stored = if from == CheckpointId::NONE { oracles.facts.fresh[task] } else { print(task, from) };
        Event::Restored { execution: execution(task, attempt), from, state: state.unwrap_or(stored), view: 0 }
    };
    let all = || (0..4).map(TaskId);
    match words[0] {
        "start" => events.extend(all().flat_map(|task| {
            [Event::Deployed { execution: first(task) }, restored(task, Attempt(0), CheckpointId::NONE, None)]
        })),
        "emit" => {
            let (task, index) = (task(1), number(2));
            let name = Name(u128::from(100 * u64::from(task.0) + index));
            events.push(Event::Emitted { task, split: 0, index, name, value: 0 });
        }
        "send" => events.push(Event::Sent { channel: channel(1), name: name(2), value: 0 }),
        "take" => {
            let (channel, name) = (channel(1), name(2));
            let task = if channel.0 == 2 { sink } else { TaskId(2) };
            events.push(Event::Received { task, channel, name, key: 0, value: 0, view: 0 });
        }
        "tell" => events.push(Event::WatermarkSent { channel: channel(1), time: number(2) as i64 }),
        "hear" => {
            let (channel, time) = (channel(1), number(2) as i64);
            let task = if channel.0 == 2 { sink } else { TaskId(2) };
            events.push(Event::WatermarkTaken { task, channel, time });
        }
        "transfer" => events.push(Event::Transferred { channel: channel(1) }),
        "trigger" => events.push(Event::Triggered { id: id(1), kind: SnapshotKind::Checkpoint, calm: None }),
        "savepoint" => events.push(Event::Triggered { id: id(1), kind: SnapshotKind::Savepoint, calm: None }),
        "periodic" => {
            let calm = Some(Micros::millis(number(2)));
            events.push(Event::Triggered { id: id(1), kind: SnapshotKind::Checkpoint, calm });
        }
        "failjob" => events.push(Event::TooManyFailures { reason: FailureReason::CheckpointExpired }),
        "complete" => events.push(Event::Completed { id: id(1), kind: SnapshotKind::Checkpoint, in_store: true }),
        "abort" => events.push(Event::Aborted { id: id(1), reason: FailureReason::CheckpointExpired }),
        "subsume" => events.push(Event::Subsumed { id: id(1) }),
        "snap" => {
            let (task, id, view) = (task(1), id(2), given(3).unwrap_or(0) as i64);
            events.push(Event::Snapshot { execution: first(task), id, state: print(task, id), view });
        }
        "decline" => {
            let reason = FailureReason::CheckpointDeclined;
            events.push(Event::DeclineSent { execution: first(task(1)), id: id(2), reason });
        }
        "sendack" => events.push(Event::AckSent { execution: execution(task(1), attempt(3)), id: id(2) }),
        "ack" => {
            let from = execution(task(1), attempt(3));
            events.push(Event::AckSent { execution: from, id: id(2) });
            events.push(Event::Acked { id: id(2), from, answer: Answer::Success });
        }
        "checkpoint" => {
            let (k, blue, yellow) = (number(1), number(2), number(3));
            for command in [
                format!("trigger {k}"),
                format!("snap blue {k} {blue}"),
                format!("snap yellow {k} {yellow}"),
                format!("snap sum {k}"),
                format!("snap sink {k}"),
            ] {
                read(oracles, &command, events);
            }
            let attempt = given(4).unwrap_or(0);
            TASKS.iter().for_each(|task| read(oracles, &format!("ack {task} {k} {attempt}"), events));
            read(oracles, &format!("complete {k}"), events);
        }
        "crash" => events.push(Event::Crashed { execution: first(task(1)), origin: Origin::Fault }),
        "cancel" => events.push(Event::Canceled { execution: first(task(1)) }),
        "restart" => events.push(Event::Restarting { from: id(1) }),
        "deploy" => events.push(Event::Deployed { execution: execution(task(1), attempt(2)) }),
        "restore" => events.push(restored(task(1), Attempt(0), id(2), given(3))),
        "back" => {
            events.extend(all().map(|task| Event::Canceled { execution: first(task) }));
            events.push(Event::Restarting { from: id(1) });
            events.extend(all().map(|task| Event::Deployed { execution: execution(task, attempt(2)) }));
            events.extend(all().map(|task| restored(task, attempt(2), id(1), None)));
        }
        "row" => events.push(Event::Row { task: sink, transaction: Some(transaction), name: name(2), value: 0 }),
        "pre" => events.push(Event::PreCommitted { task: sink, transaction, id: id(2) }),
        "commit" => events.push(Event::Committed { task: sink, transaction, again: false }),
        "again" => events.push(Event::Committed { task: sink, transaction, again: true }),
        "drop" => events.push(Event::Dropped { task: sink, transaction }),
        "barrier" | "block" => {
            let (channel, blocks) = (channel(1), words[0] == "block");
            let task = if channel.0 == 2 { sink } else { TaskId(2) };
            events.push(Event::BarrierTaken { task, channel, id: id(2), blocks });
        }
        "resume" => events.push(Event::Resumed { channel: channel(1) }),
        "put" => events.push(Event::BarrierSent { channel: channel(1), id: id(2) }),
        "mark" => events.push(Event::CancelMarkerSent { channel: channel(1), id: id(2) }),
        "finish" => events.push(Event::Finished { execution: first(task(1)) }),
        "finished" => events.push(Event::Job(JobStatus::Finished)),
        "stuck" => {
            let why = match words.get(4) {
                None => Wait::Barrier,
                Some(&"resume") => Wait::Resume,
                Some(&"room") => Wait::Room,
                Some(&"ack") => Wait::Acknowledgement,
                Some(&"end") => Wait::Checkpoint,
                Some(_) => Wait::JobManager,
            };
            events.push(Event::Stuck { waiting: task(1), on: Some(channel(2)), missing: id(3), why });
        }
        other => panic!("no such shorthand: {other}"),
    }
}

/// The print of a task's invented state at a checkpoint.
fn print(task: TaskId, id: CheckpointId) -> u64 {
    1_000 * u64::from(task.0) + id.0
}
