//! The coordinator as one machine: what it knows, and what it does with each input.
//!
//! Flink: `CheckpointCoordinator`.
//!
//! | rule | input | what it does | in |
//! | --- | --- | --- | --- |
//! | R3 | the periodic timer | arms it again, one interval after it was due; submits a periodic request | `trigger` |
//! | R4 | start | arms the periodic timer: the drawn delay at the first start, the min pause later | here |
//! | R6 | stop, shutdown | gives up the timer, the queue and what is pending | here |
//! | R27 | shutdown | closes the store: says which checkpoints go with the job, and which outlive it | here |
//! | R7-R10 | a request by hand | queues it and serves the queue | `trigger` |
//! | R10 | the end of the min pause | remembers it | `decider` |
//! | R12 | a finished deletion | tries the queue | `trigger` |
//! | R13, R17 | the plan | creates and triggers the checkpoint, or gives the trigger up | `trigger` |
//! | R15 | a failed trigger | gives the checkpoint up | `complete` |
//! | R19 | an acknowledgement | records it; the last one asks for the metadata | `complete` |
//! | R21 | written metadata | completes the checkpoint | `complete` |
//! | R24 | an expiry | gives the checkpoint up and remembers it | `complete` |
//! | R25 | a decline | gives the checkpoint up, on account of the sender | `complete` |
//! | R26 | abort all | gives up what is pending | `complete` |
//!
//! The queue is tried at the end of a step only (R12): Flink does it once the lock is free, on the timer's thread. A try
//! that finds a trigger in progress does nothing, and the end of the trigger is a try of its own; so what is left of
//! the tries when one of them starts a trigger is forgotten.

use super::pending::Expired;
use super::{Decider, Effect, Facts, FailureManager, Input, Pending, RequestId, RequestKind, Source, Timer};
use crate::ids::{CheckpointId, Micros, Rule};
use crate::protocol::FailureReason;
use crate::protocol::completed::{Completed, CompletedStore, Left, Properties};

/// What outlives the JobManager when it is highly available (R65): the id counter and the completed checkpoints.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Durable {
    /// The last id that was given out.
    pub last_id: CheckpointId,
    /// The completed checkpoints that recovery may read.
    pub store: CompletedStore,
}

impl Durable {
    /// What a job has that starts from a snapshot (R66, R70): the snapshot, and ids above its own.
    pub fn starting_from(snapshot: Completed) -> Self {
        let mut store = CompletedStore::default();
        store.add(snapshot, 1, &[], |_| unreachable!("the store was empty"));
        Self { last_id: snapshot.id, store }
    }
}

/// The checkpoint coordinator of a job.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Coordinator {
    pub(super) durable: Durable,
    pub(super) phase: Phase,
    /// The drawn delay of the first start is used up (R4).
    started_before: bool,
    /// The next checkpoint shares no file with an older one (R71).
    pub(super) force_full: bool,
    pub(super) decider: Decider,
    /// The request whose plan is being computed: the trigger in progress (R13).
    pub(super) triggering: Option<RequestKind>,
    /// By id, which is the order of their creation.
    pub(super) pending: Vec<Pending>,
    pub(super) expired: Expired,
    pub(super) failures: FailureManager,
}

/// Whether periodic checkpoints are on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum Phase {
    #[default]
    Stopped,
    Started,
    ShutDown,
}

impl Coordinator {
    /// The coordinator of a job that has no checkpoint yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The coordinator of a JobManager that goes on with what an earlier one left, or with a snapshot (R65, R70).
    pub fn resume(durable: Durable) -> Self {
        Self { durable, ..Self::default() }
    }

    /// The JobManager is lost and another takes over: nothing but the durable part is left (R65). The timers are gone
    /// too.
    pub fn fail_over(&mut self) {
        *self = Self::resume(std::mem::take(&mut self.durable));
    }

    /// Gives the ids of checkpoints that were given up out again: for models that count so. Flink never does (I1).
    pub fn reuse_ids(&mut self) {
        self.durable.last_id = self.latest();
    }

    /// The job's state was restored from [`Coordinator::latest`]: if that is a snapshot which the job does not own, the
    /// next checkpoint must not share its files (R71).
    pub fn restored(&mut self) {
        let latest = self.durable.store.latest();
        self.force_full = latest.is_some_and(|latest| latest.properties == Properties::Unclaimed);
    }

    /// Takes one input and appends what the caller has to do.
    pub fn step(&mut self, facts: Facts<'_>, input: Input<'_>, effects: &mut Vec<Effect>) -> Rule {
        debug_assert_eq!(
            self.triggering.is_some(),
            matches!(input, Input::Planned(_)),
            "a plan is answered before anything else, and only then"
        );
        match (self.phase, input) {
            (Phase::ShutDown, Input::Request { request, .. }) => {
                reject(Some(request), FailureReason::CheckpointCoordinatorShutdown, effects);
                Rule(6)
            }
            (
                Phase::ShutDown,
                Input::Start { .. }
                | Input::Stop
                | Input::Shutdown(_)
                | Input::Expired(_)
                | Input::Planned(_)
                | Input::TriggerFailed { .. }
                | Input::MetadataWritten { .. }
                | Input::Ack { .. }
                | Input::Decline { .. }
                | Input::AbortPending(_)
                | Input::Deleted,
            ) => Rule(6),
            (Phase::Stopped | Phase::Started, Input::Start { initial_delay }) => {
                self.start(facts, initial_delay, effects);
                Rule(4)
            }
            (Phase::Stopped | Phase::Started, Input::Stop) => {
                self.stop(facts, Phase::Stopped, FailureReason::CheckpointCoordinatorSuspend, effects);
                Rule(6)
            }
            (Phase::Stopped | Phase::Started, Input::Shutdown(status)) => {
                self.stop(facts, Phase::ShutDown, FailureReason::CheckpointCoordinatorShutdown, effects);
                self.durable.store.shutdown(status, |Left { id, delete }| effects.push(Effect::Closed { id, delete }));
                Rule(6)
            }
            (Phase::Started, Input::Expired(Timer::Periodic)) => self.tick(facts, effects),
            // The timer of a scheduler that was stopped.
            (Phase::Stopped, Input::Expired(Timer::Periodic)) => Rule(3),
            (Phase::Stopped | Phase::Started, Input::Expired(Timer::MinPause)) => {
                self.decider.end_min_pause();
                Rule(10)
            }
            (Phase::Stopped | Phase::Started, Input::Expired(Timer::Expiry(id))) => self.expire(facts, id, effects),
            (Phase::Stopped | Phase::Started, Input::Request { request, kind }) => {
                let forced = facts.config.is_forced(kind);
                self.submit(facts, RequestKind::ByHand { request, kind, forced }, effects)
            }
            (Phase::Stopped | Phase::Started, Input::Planned(plan)) => self.planned(facts, plan, effects),
            (Phase::Stopped | Phase::Started, Input::TriggerFailed { id, reason }) => {
                self.give_up(facts, id, reason, Source::JobManager, effects);
                Rule(15)
            }
            (Phase::Stopped | Phase::Started, Input::MetadataWritten { id, stored: true }) => {
                self.complete(facts, id, effects);
                Rule(21)
            }
            (Phase::Stopped | Phase::Started, Input::MetadataWritten { id, stored: false }) => {
                self.give_up(facts, id, FailureReason::FinalizeCheckpointFailure, Source::JobManager, effects);
                Rule(21)
            }
            (Phase::Stopped | Phase::Started, Input::Ack { from, id }) => self.acknowledge(from, id, effects),
            (Phase::Stopped | Phase::Started, Input::Decline { from, id, reason, alive }) => {
                self.give_up(facts, id, reason, Source::Task { from, alive }, effects);
                Rule(25)
            }
            (Phase::Stopped | Phase::Started, Input::AbortPending(reason)) => {
                let aborted = self.abort_all(facts, reason, effects);
                self.try_queue(facts.deleting_more(aborted), aborted, effects);
                Rule(26)
            }
            (Phase::Stopped | Phase::Started, Input::Deleted) => {
                self.try_queue(facts, 1, effects);
                Rule(12)
            }
        }
    }

    /// What outlives the JobManager.
    pub fn durable(&self) -> &Durable {
        &self.durable
    }

    /// The pending checkpoints, by id.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// The newest entry of the store, or none: what recovery reads (R63).
    pub fn latest(&self) -> CheckpointId {
        self.durable.store.latest().map_or(CheckpointId::NONE, |latest| latest.id)
    }

    /// Whether every checkpoint since the newest entry of the store is pending.
    pub fn has_given_up_none(&self) -> bool {
        self.durable.last_id.0 - self.latest().0 == self.pending.len() as u64
    }

    /// The requests that wait, the next one first.
    pub fn queued(&self) -> &[RequestKind] {
        self.decider.queued()
    }

    /// How many failed checkpoints count at the moment (R30).
    pub fn failure_count(&self) -> u32 {
        self.failures.count()
    }

    /// Whether periodic checkpoints are on.
    pub fn is_started(&self) -> bool {
        self.phase == Phase::Started
    }

    /// The id that the next checkpoint gets.
    pub fn next_id(&self) -> CheckpointId {
        self.durable.last_id.next()
    }

    /// Starts the periodic triggers (R4), if the job has any.
    fn start(&mut self, facts: Facts<'_>, initial_delay: Micros, effects: &mut Vec<Effect>) {
        if facts.config.interval.is_none() {
            return;
        }
        if self.phase == Phase::Started {
            self.stop(facts, Phase::Stopped, FailureReason::CheckpointCoordinatorSuspend, effects);
        }
        self.phase = Phase::Started;
        let later = std::mem::replace(&mut self.started_before, true);
        let delay = if later { facts.config.effective_min_pause() } else { initial_delay };
        effects.push(Effect::Arm(Timer::Periodic, delay));
    }

    /// Gives everything up (R6). The queue is empty then: trying it would change nothing.
    fn stop(&mut self, facts: Facts<'_>, phase: Phase, reason: FailureReason, effects: &mut Vec<Effect>) {
        if self.phase == Phase::Started {
            effects.push(Effect::Cancel(Timer::Periodic));
        }
        self.phase = phase;
        while let Some(request) = self.decider.take_first() {
            reject(request.request(), reason, effects);
        }
        self.abort_all(facts, reason, effects);
    }
}

/// A request ends without a checkpoint; whoever made it by hand is told.
pub(super) fn reject(request: Option<RequestId>, reason: FailureReason, effects: &mut Vec<Effect>) {
    effects.push(Effect::Rejected(reason));
    if let Some(request) = request {
        effects.push(Effect::Answer { request, result: Err(reason) });
    }
}
