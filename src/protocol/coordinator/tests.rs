//! What the vectors of the whole coordinator do not reach, and the anchors one reads best.

use super::*;
use crate::ids::{Attempt, Rule, TaskId};
use crate::protocol::completed::{Completed, Properties};

use FailureReason::{
    CheckpointAsyncException, CheckpointCoordinatorShutdown, CheckpointCoordinatorSuspend, CheckpointDeclined,
    CheckpointSubsumed, FinalizeCheckpointFailure, MinimumTimeBetweenCheckpoints, TaskCheckpointFailure,
};

const PLAN: [Execution; 2] = [execution(0), execution(1)];
const TICK: Input<'_> = Input::Expired(Timer::Periodic);
const TRIGGER: Input<'_> = Input::Planned(Ok(&PLAN));

const fn execution(task: u32) -> Execution {
    Execution { task: TaskId(task), attempt: Attempt(0) }
}

const fn ack(task: u32, id: u64) -> Input<'static> {
    Input::Ack { from: execution(task), id: CheckpointId(id) }
}

const fn by_hand(request: u32, kind: SnapshotKind) -> Input<'static> {
    Input::Request { request: RequestId(request), kind }
}

const fn written(id: u64) -> Input<'static> {
    Input::MetadataWritten { id: CheckpointId(id), stored: true }
}

fn periodic() -> Config {
    Config { interval: Some(Micros::millis(100)), ..Config::default() }
}

fn started(config: &Config) -> Coordinator {
    let mut coordinator = Coordinator::new();
    run(&mut coordinator, config, &[Input::Start { initial_delay: Micros::ZERO }]);
    coordinator
}

/// What the last of the inputs does.
fn run(coordinator: &mut Coordinator, config: &Config, inputs: &[Input<'_>]) -> (Rule, Vec<Effect>) {
    let mut last = (Rule(0), Vec::new());
    for input in inputs {
        last.1.clear();
        last.0 = coordinator.step(Facts { config, deleting: 0 }, input.clone(), &mut last.1);
    }
    last
}

/// Compares the rule that the last of the inputs carried out, and its effects.
#[track_caller]
fn check(coordinator: &mut Coordinator, config: &Config, inputs: &[Input<'_>], rule: u8, effects: &[Effect]) {
    assert_eq!(run(coordinator, config, inputs), (Rule(rule), effects.to_vec()));
}

#[test]
fn r3_r13_a_tick_asks_for_a_plan_and_triggers_it() {
    let (config, id) = (periodic(), CheckpointId(1));
    let mut coordinator = started(&config);
    check(
        &mut coordinator,
        &config,
        &[TICK],
        3,
        &[Effect::ArmAgain(Timer::Periodic, Micros::millis(100)), Effect::Plan],
    );
    check(
        &mut coordinator,
        &config,
        &[TRIGGER],
        13,
        &[
            Effect::Created(id),
            Effect::Arm(Timer::Expiry(id), Micros::millis(600_000)),
            Effect::Trigger { id, kind: SnapshotKind::Checkpoint, alignment: Alignment::Aligned },
        ],
    );
    assert_eq!(coordinator.next_id(), CheckpointId(2));
}

#[test]
fn r4_the_drawn_delay_is_for_the_first_start() {
    let config = Config { min_pause: Micros::millis(7), ..periodic() };
    let start = Input::Start { initial_delay: Micros::millis(50) };
    let mut coordinator = Coordinator::new();
    check(
        &mut coordinator,
        &config,
        std::slice::from_ref(&start),
        4,
        &[Effect::Arm(Timer::Periodic, Micros::millis(50))],
    );
    check(
        &mut coordinator,
        &config,
        &[start],
        4,
        &[Effect::Cancel(Timer::Periodic), Effect::Arm(Timer::Periodic, Micros::millis(7))],
    );
    check(&mut Coordinator::new(), &Config::default(), &[Input::Start { initial_delay: Micros::ONE }], 4, &[]);
}

#[test]
fn r6_a_stop_gives_up_the_queue_and_what_is_pending() {
    let config = periodic();
    let mut coordinator = started(&config);
    let inputs = [TICK, TRIGGER, by_hand(1, SnapshotKind::Checkpoint), Input::Stop];
    let (id, reason) = (CheckpointId(1), CheckpointCoordinatorSuspend);
    check(
        &mut coordinator,
        &config,
        &inputs,
        6,
        &[
            Effect::Cancel(Timer::Periodic),
            Effect::Rejected(reason),
            Effect::Answer { request: RequestId(1), result: Err(reason) },
            Effect::Cancel(Timer::Expiry(id)),
            Effect::Aborted { id, reason },
            Effect::Failed { id, reason },
            Effect::NotifyAborted { id, latest: CheckpointId::NONE },
        ],
    );
    assert!(!coordinator.is_started());
    check(&mut coordinator, &config, &[TICK], 3, &[]);
}

#[test]
fn r6_after_a_shutdown_nothing_is_heard() {
    let config = periodic();
    let mut coordinator = started(&config);
    run(&mut coordinator, &config, &[TICK, TRIGGER, Input::Shutdown(JobStatus::Failed)]);
    check(&mut coordinator, &config, &[Input::Start { initial_delay: Micros::ZERO }], 6, &[]);
    check(&mut coordinator, &config, &[ack(0, 1)], 6, &[]);
    check(
        &mut coordinator,
        &config,
        &[by_hand(3, SnapshotKind::Savepoint)],
        6,
        &[
            Effect::Rejected(CheckpointCoordinatorShutdown),
            Effect::Answer { request: RequestId(3), result: Err(CheckpointCoordinatorShutdown) },
        ],
    );
}

#[test]
fn r27_the_store_closes_with_the_job() {
    for (retention, status, delete) in [
        (Retention::NoExternalized, JobStatus::Failed, true),
        (Retention::DeleteOnCancellation, JobStatus::Failed, false),
        (Retention::RetainOnCancellation, JobStatus::Finished, true),
    ] {
        let config = Config { retention, ..periodic() };
        let mut coordinator = started(&config);
        run(&mut coordinator, &config, &[TICK, TRIGGER, ack(0, 1), ack(1, 1), written(1)]);
        let closed = Effect::Closed { id: CheckpointId(1), delete };
        let effects = [Effect::Cancel(Timer::Periodic), closed];
        check(&mut coordinator, &config, &[Input::Shutdown(status)], 6, &effects);
        assert_eq!(coordinator.latest(), CheckpointId::NONE);
    }
}

#[test]
fn r10_a_tick_within_the_min_pause_moves_the_timer() {
    let config = Config { min_pause: Micros::millis(40), ..periodic() };
    let mut coordinator = started(&config);
    run(&mut coordinator, &config, &[TICK, TRIGGER, ack(0, 1), ack(1, 1), written(1)]);
    check(
        &mut coordinator,
        &config,
        &[TICK],
        3,
        &[
            Effect::ArmAgain(Timer::Periodic, Micros::millis(100)),
            Effect::Rejected(MinimumTimeBetweenCheckpoints),
            Effect::Cancel(Timer::Periodic),
            Effect::ArmWith(Timer::Periodic, Timer::MinPause),
        ],
    );
    check(&mut coordinator, &config, &[Input::Expired(Timer::MinPause)], 10, &[]);
    let (rule, effects) = run(&mut coordinator, &config, &[TICK]);
    assert_eq!((rule, effects.last()), (Rule(3), Some(&Effect::Plan)));
}

#[test]
fn r10_r12_deletions_hold_a_trigger_back() {
    let config = periodic();
    let mut coordinator = started(&config);
    run(&mut coordinator, &config, &[TICK, TRIGGER, TICK]);
    // One is being deleted, and this step starts another: one too many.
    let mut effects = Vec::new();
    let decline = Input::Decline { from: execution(0), id: CheckpointId(1), reason: CheckpointSubsumed, alive: true };
    coordinator.step(Facts { config: &config, deleting: 1 }, decline, &mut effects);
    assert!(!effects.contains(&Effect::Plan));
    effects.clear();
    let rule = coordinator.step(Facts { config: &config, deleting: 1 }, Input::Deleted, &mut effects);
    assert_eq!((rule, effects), (Rule(12), vec![Effect::Plan]));
}

#[test]
fn r15_a_trigger_that_cannot_be_sent_aborts_its_checkpoint() {
    let config = periodic();
    let mut coordinator = started(&config);
    run(&mut coordinator, &config, &[by_hand(1, SnapshotKind::Suspend), TRIGGER]);
    let (id, reason) = (CheckpointId(1), TaskCheckpointFailure);
    check(
        &mut coordinator,
        &config,
        &[Input::TriggerFailed { id, reason }],
        15,
        &[
            Effect::Cancel(Timer::Expiry(id)),
            Effect::Answer { request: RequestId(1), result: Err(reason) },
            Effect::Aborted { id, reason },
            Effect::Failed { id, reason },
            Effect::NotifyAborted { id, latest: CheckpointId::NONE },
        ],
    );
}

#[test]
fn r19_acknowledgements() {
    let config = periodic();
    let mut coordinator = started(&config);
    run(&mut coordinator, &config, &[TICK, TRIGGER]);
    let acked = |task, answer| Effect::Acked { from: execution(task), id: CheckpointId(1), answer };
    check(&mut coordinator, &config, &[ack(0, 1)], 19, &[acked(0, Answer::Success)]);
    check(&mut coordinator, &config, &[ack(0, 1)], 19, &[acked(0, Answer::Duplicate)]);
    let from = Execution { task: TaskId(1), attempt: Attempt(1) };
    check(
        &mut coordinator,
        &config,
        &[Input::Ack { from, id: CheckpointId(1) }],
        19,
        &[
            Effect::Acked { from, id: CheckpointId(1), answer: Answer::Unknown },
            Effect::DiscardState { from, id: CheckpointId(1) },
        ],
    );
    run(&mut coordinator, &config, &[Input::Expired(Timer::Expiry(CheckpointId(1)))]);
    check(
        &mut coordinator,
        &config,
        &[ack(1, 1)],
        19,
        &[acked(1, Answer::Late), Effect::DiscardState { from: execution(1), id: CheckpointId(1) }],
    );
}

#[test]
fn r21_completion_in_its_order() {
    let config = Config { max_concurrent: 2, min_pause: Micros::millis(40), ..periodic() };
    let mut coordinator = started(&config);
    run(&mut coordinator, &config, &[TICK, TRIGGER, ack(0, 1), ack(1, 1), written(1)]);
    run(&mut coordinator, &config, &[Input::Expired(Timer::MinPause), TICK, TRIGGER]);
    run(&mut coordinator, &config, &[by_hand(9, SnapshotKind::Checkpoint), TRIGGER, ack(0, 3)]);
    let [first, older, id] = [1, 2, 3].map(CheckpointId);
    let last_ack = Effect::Acked { from: execution(1), id, answer: Answer::Success };
    check(&mut coordinator, &config, &[ack(1, 3)], 19, &[last_ack, Effect::WriteMetadata(id)]);
    check(
        &mut coordinator,
        &config,
        &[written(3)],
        21,
        &[
            Effect::Cancel(Timer::Expiry(id)),
            Effect::Completed { id, kind: SnapshotKind::Checkpoint, in_store: true },
            Effect::Subsumed { id: first, delete: true },
            Effect::Answer { request: RequestId(9), result: Ok(id) },
            Effect::Arm(Timer::MinPause, Micros::millis(40)),
            Effect::Cancel(Timer::Expiry(older)),
            Effect::Aborted { id: older, reason: CheckpointSubsumed },
            Effect::Failed { id: older, reason: CheckpointSubsumed },
            Effect::NotifyAborted { id: older, latest: id },
            Effect::NotifyComplete { id, subsumed: first },
        ],
    );
    assert_eq!(coordinator.latest(), id);
}

#[test]
fn r21_metadata_that_cannot_be_written_counts() {
    let config = periodic();
    let mut coordinator = started(&config);
    run(&mut coordinator, &config, &[TICK, TRIGGER, ack(0, 1), ack(1, 1)]);
    let (id, reason) = (CheckpointId(1), FinalizeCheckpointFailure);
    check(
        &mut coordinator,
        &config,
        &[Input::MetadataWritten { id, stored: false }],
        21,
        &[
            Effect::Cancel(Timer::Expiry(id)),
            Effect::Aborted { id, reason },
            Effect::Failed { id, reason },
            Effect::FailJob(reason),
            Effect::NotifyAborted { id, latest: CheckpointId::NONE },
        ],
    );
}

#[test]
fn r25_r30_a_decline_counts_from_any_attempt_but_only_a_live_one_fails_the_job() {
    let (config, id) = (periodic(), CheckpointId(1));
    let from = Execution { task: TaskId(7), attempt: Attempt(3) };
    for (alive, reason) in [(true, CheckpointDeclined), (false, CheckpointAsyncException)] {
        let mut coordinator = started(&config);
        let decline = Input::Decline { from, id, reason, alive };
        let (rule, effects) = run(&mut coordinator, &config, &[TICK, TRIGGER, decline]);
        assert_eq!((rule, effects.contains(&Effect::FailTask(from, reason))), (Rule(25), alive));
        assert_eq!(coordinator.failure_count(), 0);
    }
}

#[test]
fn r65_a_new_job_manager_keeps_ids_and_store_only() {
    let config = Config { tolerable_failed: None, ..periodic() };
    let mut coordinator = started(&config);
    run(&mut coordinator, &config, &[TICK, TRIGGER, ack(0, 1), ack(1, 1), written(1), TICK, TRIGGER]);
    coordinator.fail_over();
    assert_eq!(coordinator, Coordinator::resume(coordinator.durable().clone()));
    assert_eq!((coordinator.latest(), coordinator.next_id()), (CheckpointId(1), CheckpointId(3)));
    assert!(coordinator.pending().is_empty() && !coordinator.is_started());
}

#[test]
fn r71_the_first_checkpoint_after_an_unclaimed_snapshot_is_full() {
    let config = periodic();
    let snapshot = Completed { id: CheckpointId(5), properties: Properties::Unclaimed };
    let mut coordinator = Coordinator::resume(Durable::starting_from(snapshot));
    coordinator.restored();
    run(&mut coordinator, &config, &[Input::Start { initial_delay: Micros::ZERO }]);
    for (id, kind) in [(6, SnapshotKind::FullCheckpoint), (7, SnapshotKind::Checkpoint)] {
        let (_, effects) = run(&mut coordinator, &config, &[TICK, TRIGGER]);
        let trigger = Effect::Trigger { id: CheckpointId(id), kind, alignment: Alignment::Aligned };
        assert!(effects.contains(&trigger), "{effects:?}");
        run(&mut coordinator, &config, &[ack(0, id), ack(1, id), written(id)]);
    }
}
