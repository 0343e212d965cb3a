//! Which request for a snapshot is served next, and when.
//!
//! Flink: `CheckpointRequestDecider`, `CheckpointTriggerRequest`.
//!
//! | rule | here |
//! | --- | --- |
//! | R8 | [`RequestKind`]: savepoints, then forced, then by hand, then by age |
//! | R9 | [`Decider::submit`]: the limit of the queue |
//! | R10 | [`Decider::choose`]: nothing while triggering or deleting too much; only forced ones at the limit of pending checkpoints; periodic ones not within the min pause |
//! | R11 | a periodic request that finds no room stays queued |
//!
//! The min pause is one bit: set by a completion, cleared by the deadline that the coordinator armed then.

use super::{Config, RequestId};
use crate::protocol::SnapshotKind;

/// A request for a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RequestKind {
    /// From the periodic timer.
    Periodic,
    /// From somebody who waits for the answer.
    ByHand {
        /// The caller's name for it.
        request: RequestId,
        /// What is asked for.
        kind: SnapshotKind,
        /// Whether the limit on pending checkpoints is ignored (R7).
        forced: bool,
    },
}

impl RequestKind {
    /// What is asked for.
    pub const fn kind(self) -> SnapshotKind {
        match self {
            Self::Periodic => SnapshotKind::Checkpoint,
            Self::ByHand { kind, .. } => kind,
        }
    }

    /// The caller's name for it, if anybody waits.
    pub const fn request(self) -> Option<RequestId> {
        match self {
            Self::Periodic => None,
            Self::ByHand { request, .. } => Some(request),
        }
    }

    const fn is_forced(self) -> bool {
        matches!(self, Self::ByHand { forced: true, .. })
    }

    /// The place in the queue (R8): small ones first, equal ones by age.
    const fn rank(self) -> (bool, bool, bool) {
        (!self.kind().is_savepoint(), !self.is_forced(), matches!(self, Self::Periodic))
    }
}

/// What the decider has to know of the coordinator.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// A trigger is in progress (R13).
    pub triggering: bool,
    /// How many checkpoints are pending.
    pub pending: usize,
    /// How many are still being deleted.
    pub deleting: usize,
}

/// What becomes of a new request (R9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Submission {
    /// It is in the queue.
    Queued,
    /// It is in the queue, and this one had to leave; it may be the new one itself.
    Displaced(RequestKind),
    /// The queue is full of requests by hand. Nothing is chosen after that.
    Refused,
}

/// What to do next (R10).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// Nothing.
    Wait,
    /// Trigger this one.
    Serve(RequestKind),
    /// A periodic request was dropped; the next firing of the timer moves to the end of the min pause.
    TooEarly,
}

/// The requests that wait, and whether the min pause is on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Decider {
    /// In the order of R8; the place says how old a request is among its equals.
    queue: Vec<RequestKind>,
    in_min_pause: bool,
}

impl Decider {
    /// Puts a request into the queue (R8, R9).
    pub fn submit(&mut self, config: &Config, new: RequestKind) -> Submission {
        let full = self.queue.len() >= config.max_queued;
        if full && self.queue.last() != Some(&RequestKind::Periodic) {
            return Submission::Refused;
        }
        let place = self.queue.partition_point(|queued| queued.rank() <= new.rank());
        self.queue.insert(place, new);
        match self.queue.pop_if(|_| full) {
            Some(last) => Submission::Displaced(last),
            None => Submission::Queued,
        }
    }

    /// Takes the next request to serve, or to drop, out of the queue (R10).
    pub fn choose(&mut self, config: &Config, load: Load) -> Choice {
        let room = config.max_concurrent as usize;
        let Some(&first) = self.queue.first() else { return Choice::Wait };
        if load.triggering || load.deleting > room || (load.pending >= room && !first.is_forced()) {
            return Choice::Wait;
        }
        self.queue.remove(0);
        if first == RequestKind::Periodic && self.in_min_pause {
            Choice::TooEarly
        } else {
            Choice::Serve(first)
        }
    }

    /// A snapshot completed: the min pause starts anew. Whether it was on already.
    pub fn start_min_pause(&mut self) -> bool {
        std::mem::replace(&mut self.in_min_pause, true)
    }

    /// The min pause is over.
    pub fn end_min_pause(&mut self) {
        self.in_min_pause = false;
    }

    /// Takes the first request out of the queue: for a queue that is given up (R6).
    pub fn take_first(&mut self) -> Option<RequestKind> {
        (!self.queue.is_empty()).then(|| self.queue.remove(0))
    }

    /// The requests that wait, the next one first.
    pub fn queued(&self) -> &[RequestKind] {
        &self.queue
    }
}
