//! What the virtual cluster does with single rules of the protocol that no machine can do alone.

use std::sync::Arc;

use cutline::action::Action;
use cutline::ids::{CheckpointId, Micros, TaskId};
use cutline::plan::{Fault, Moment, Plan, Time, Topology};
use cutline::protocol::JobStatus;
use cutline::protocol::coordinator::Retention;
use cutline::protocol::restart;
use cutline::protocol::two_phase::TransactionState;
use cutline::schedule::{Policy, Timed};
use cutline::testing::{chain, reference};
use cutline::trace::Event;
use cutline::world::World;

/// Makes the run in the order of due times: the world as it is in the end, and all events.
fn run(plan: Plan) -> (World, Vec<Event>) {
    let (topology, plan) = (Arc::new(Topology::new(&plan)), Arc::new(plan));
    let mut world = World::new(&plan, &topology, plan.seed, Time::Timed, true);
    let (mut policy, mut events) = (Timed::new(), world.events().to_vec());
    while !world.menu().is_empty() {
        let action = policy.choose(world.menu()).expect("nothing is pinned");
        world.apply(action);
        events.extend_from_slice(world.events());
    }
    (world, events)
}

/// A job that dies once its first checkpoint is complete, and is not restarted.
fn fatal(retention: Retention) -> Plan {
    let mut plan = chain(0, 20);
    plan.checkpointing.retention = retention;
    plan.restart = restart::Config::None;
    plan.faults = vec![Fault::Crash { task: TaskId(0), at: Moment::Complete(CheckpointId(1)) }];
    plan
}

#[track_caller]
fn closes(plan: Plan, status: JobStatus, expected: Event) {
    let Event::Closed { id, kept } = expected else { panic!("{expected:?}") };
    let (world, events) = run(plan);
    assert_eq!(world.status(), status);
    let closed: Vec<Event> = events.into_iter().filter(|event| matches!(event, Event::Closed { .. })).collect();
    assert_eq!(closed, [expected]);
    assert_eq!(world.state().storage.get(id, TaskId(0)).is_some(), kept);
}

#[test]
fn r27_checkpoints_outlive_the_job_as_it_was_told() {
    let first = |kept| Event::Closed { id: CheckpointId(1), kept };
    closes(fatal(Retention::NoExternalized), JobStatus::Failed, first(false));
    closes(fatal(Retention::DeleteOnCancellation), JobStatus::Failed, first(true));
    closes(fatal(Retention::RetainOnCancellation), JobStatus::Failed, first(true));
    let mut finished = chain(0, 1);
    finished.checkpointing.retention = Retention::RetainOnCancellation;
    closes(finished, JobStatus::Finished, Event::Closed { id: CheckpointId(2), kept: false });
}

#[test]
fn r61_a_job_that_is_not_restarted_never_says_so() {
    let (_, events) = run(fatal(Retention::NoExternalized));
    let statuses = events.iter().filter_map(|event| match event {
        Event::Job(status) => Some(*status),
        _ => None,
    });
    assert_eq!(statuses.collect::<Vec<_>>(), [JobStatus::Running, JobStatus::Failed]);
}

#[test]
fn r82_a_cancelled_sink_leaves_no_transaction_open() {
    let mut plan = reference(6, 3, 1, 2);
    plan.faults = vec![Fault::Crash { task: TaskId(2), at: Moment::Record { task: TaskId(4), n: 2, before: false } }];
    let (world, events) = run(plan);
    assert_eq!(world.status(), JobStatus::Finished);
    let canceled = events.iter().filter(|event| matches!(event, Event::Canceled { .. })).count();
    assert_eq!(canceled, 5, "the crash cancels all the others");
    let begun = events.iter().filter_map(|event| match *event {
        Event::Begun { task, transaction } => Some(world.state().external.state(task, transaction)),
        _ => None,
    });
    let states: Vec<TransactionState> = begun.collect();
    assert!(states.contains(&TransactionState::Aborted) && !states.contains(&TransactionState::Open), "{states:?}");
}

#[test]
fn r82_a_sink_that_finishes_without_checkpoints_drops_what_it_wrote() {
    let mut plan = chain(0, 2);
    plan.checkpointing.interval = None;
    let (world, events) = run(plan);
    assert_eq!(world.status(), JobStatus::Finished);
    let dropped = events.iter().filter(|event| matches!(event, Event::Dropped { .. })).count();
    assert_eq!(dropped, 1);
}

/// A delay of exactly zero passes, whichever timer was armed first. Here every checkpoint completes at the moment of its
/// trigger, so that the min pause ends when the next one is due.
#[test]
fn r10_a_min_pause_as_long_as_the_interval_rejects_nothing() {
    let mut plan = chain(0, 6);
    plan.checkpointing.interval = Some(Micros::millis(100));
    plan.checkpointing.min_pause = Micros::millis(100);
    plan.limits.crashes = 0;
    let (topology, plan) = (Arc::new(Topology::new(&plan)), Arc::new(plan));
    let mut world = World::new(&plan, &topology, 0, Time::Untimed, false);
    let mut completed = 0;
    while !world.menu().is_empty() {
        let idle = world.state().coordinator.pending().is_empty();
        let wanted = |action: &Action| match action {
            Action::Alarm(_) => idle,
            Action::Emit(_) => false,
            _ => true,
        };
        let action = world.menu().iter().filter(wanted).last().unwrap_or_else(|| world.menu().nth(0));
        world.apply(action);
        for event in world.events() {
            assert!(!matches!(event, Event::Rejected { .. }), "{event:?}");
            completed += usize::from(matches!(event, Event::Completed { .. }));
        }
    }
    assert!(completed > 2, "only {completed}");
}
