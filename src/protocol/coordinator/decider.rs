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
        if first == RequestKind::Periodic && self.in_min_pause { Choice::TooEarly } else { Choice::Serve(first) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Micros;

    const SAVEPOINT: RequestKind = by_hand(1, SnapshotKind::Savepoint, true);
    const UNFORCED: RequestKind = by_hand(2, SnapshotKind::Savepoint, false);
    const MANUAL: RequestKind = by_hand(3, SnapshotKind::Checkpoint, false);
    const IDLE: Load = Load { triggering: false, pending: 0, deleting: 0 };

    const fn by_hand(request: u32, kind: SnapshotKind, forced: bool) -> RequestKind {
        RequestKind::ByHand { request: RequestId(request), kind, forced }
    }

    fn small() -> Config {
        Config { max_queued: 3, min_pause: Micros::millis(100), ..Config::default() }
    }

    fn filled(requests: &[RequestKind]) -> Decider {
        let mut decider = Decider::default();
        for &request in requests {
            assert_eq!(decider.submit(&small(), request), Submission::Queued);
        }
        decider
    }

    #[track_caller]
    fn check(requests: &[RequestKind], load: Load, in_min_pause: bool, choice: Choice) {
        let mut decider = filled(requests);
        decider.in_min_pause = in_min_pause;
        assert_eq!(decider.choose(&small(), load), choice);
    }

    #[test]
    fn r8_savepoints_then_by_hand_then_periodic() {
        let decider = filled(&[RequestKind::Periodic, MANUAL, UNFORCED]);
        assert_eq!(decider.queued(), [UNFORCED, MANUAL, RequestKind::Periodic]);
        assert_eq!(filled(&[UNFORCED, SAVEPOINT]).queued(), [SAVEPOINT, UNFORCED]);
        let later = by_hand(4, SnapshotKind::Suspend, true);
        assert_eq!(filled(&[SAVEPOINT, later]).queued(), [SAVEPOINT, later]);
    }

    #[test]
    fn r9_the_newest_periodic_request_gives_way() {
        let mut decider = filled(&[SAVEPOINT, RequestKind::Periodic, RequestKind::Periodic]);
        let displaced = Submission::Displaced(RequestKind::Periodic);
        assert_eq!(decider.submit(&small(), RequestKind::Periodic), displaced);
        assert_eq!(decider.submit(&small(), MANUAL), displaced);
        assert_eq!(decider.submit(&small(), UNFORCED), displaced);
        assert_eq!(decider.submit(&small(), MANUAL), Submission::Refused);
        assert_eq!(decider.queued(), [SAVEPOINT, UNFORCED, MANUAL]);
    }

    #[test]
    fn r10_1_nothing_while_triggering_or_deleting_too_much() {
        check(&[SAVEPOINT], Load { triggering: true, ..IDLE }, false, Choice::Wait);
        check(&[SAVEPOINT], Load { deleting: 2, ..IDLE }, false, Choice::Wait);
        check(&[SAVEPOINT], Load { deleting: 1, ..IDLE }, false, Choice::Serve(SAVEPOINT));
        check(&[], IDLE, false, Choice::Wait);
    }

    #[test]
    fn r10_2_only_forced_ones_beyond_the_limit() {
        let full = Load { pending: 1, ..IDLE };
        check(&[SAVEPOINT], full, true, Choice::Serve(SAVEPOINT));
        check(&[UNFORCED], full, false, Choice::Wait);
        check(&[RequestKind::Periodic], full, true, Choice::Wait);
    }

    #[test]
    fn r10_3_the_min_pause_binds_periodic_ones_only() {
        check(&[RequestKind::Periodic], IDLE, true, Choice::TooEarly);
        check(&[RequestKind::Periodic], IDLE, false, Choice::Serve(RequestKind::Periodic));
        check(&[MANUAL], IDLE, true, Choice::Serve(MANUAL));
    }
}
