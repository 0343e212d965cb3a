//! The coordinator as one machine: what it does with each input.
//!
//! Flink: `CheckpointCoordinator`.
//!
//! | rule | input | what it does |
//! | --- | --- | --- |
//! | R3 | the periodic timer | arms it again, one interval after it was due; submits a periodic request |
//! | R4 | start | arms the periodic timer: the drawn delay at the first start, the min pause later |
//! | R6 | stop, shutdown | gives up the timer, the queue and what is pending |
//! | R7-R10 | a request by hand | queues it and serves the queue |
//! | R10 | the end of the min pause | remembers it |
//! | R12 | a finished deletion | tries the queue |
//! | R13, R17 | the plan | creates and triggers the checkpoint, or gives the trigger up |
//! | R15 | a failed trigger | gives the checkpoint up |
//! | R19 | an acknowledgement | records it; the last one asks for the metadata |
//! | R21 | written metadata | completes the checkpoint |
//! | R24 | an expiry | gives the checkpoint up and remembers it |
//! | R25 | a decline | gives the checkpoint up, on account of the sender |
//! | R26 | abort all | gives up what is pending |

use super::pending::Expired;
use super::{
    Answer, Config, Decider, Effect, Facts, FailureManager, Input, Pending, RequestId, RequestKind, Source, Timer,
};
use crate::ids::{CheckpointId, Execution, Micros, Rule};
use crate::protocol::completed::{Completed, CompletedStore, Properties};
use crate::protocol::{FailureReason, SnapshotKind};

/// What outlives the JobManager when it is highly available (R65): the id counter and the completed checkpoints.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Durable {
    /// The last id that was given out.
    pub last_id: CheckpointId,
    /// The completed checkpoints that recovery may read.
    pub store: CompletedStore,
}

/// The checkpoint coordinator of a job.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Coordinator {
    durable: Durable,
    volatile: Volatile,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Volatile {}

impl Coordinator {
    /// A coordinator of a job that has no checkpoint yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The coordinator of a JobManager that takes over from a lost one (R65).
    pub fn resume(durable: Durable) -> Self {
        Self { durable, volatile: Volatile::default() }
    }

    /// Takes one input and appends what the caller has to do.
    pub fn step(&mut self, facts: Facts<'_>, input: Input<'_>, effects: &mut Vec<Effect>) -> Rule {
        let _ = (facts, input, effects);
        todo!()
    }

    /// What a new JobManager finds (R65).
    pub fn durable(&self) -> &Durable {
        &self.durable
    }

    /// The pending checkpoints, by id.
    pub fn pending(&self) -> &[Pending] {
        &[]
    }

    /// The newest completed checkpoint in the store: what recovery reads (R63).
    pub fn latest(&self) -> Option<CheckpointId> {
        self.durable.store.latest().map(|completed| completed.id)
    }

    /// The requests that wait, the next one first.
    pub fn queued(&self) -> &[RequestKind] {
        &[]
    }

    /// How many failed checkpoints count at the moment (R30).
    pub fn failure_count(&self) -> u32 {
        0
    }

    /// Whether periodic checkpoints are on.
    pub fn is_started(&self) -> bool {
        false
    }

    /// The id that the next checkpoint will get.
    pub fn next_id(&self) -> CheckpointId {
        self.durable.last_id.next()
    }
}
