//! From a request to a pending checkpoint.
//!
//! Flink: `CheckpointCoordinator.startTriggeringCheckpoint`, `ScheduledTrigger`.
//!
//! | rule | here |
//! | --- | --- |
//! | R3 | `tick`: fixed rate, and one request each time |
//! | R9, R10 | `submit`: into the queue, then the next one out of it |
//! | R12 | `try_queue` |
//! | R13 | `planned`: a to h are the step that served the request and this one |
//! | R17 | `planned`: without a plan no id is used up |
//! | R71 | `planned`: a full checkpoint where files must not be shared |

use super::machine::reject;
use super::{Choice, Coordinator, Effect, Facts, Load, Pending, RequestKind, Source, Submission, Timer};
use crate::ids::{CheckpointId, Execution, Rule};
use crate::protocol::{FailureReason, SnapshotKind};

impl Coordinator {
    /// The periodic timer fired (R3).
    pub(super) fn tick(&mut self, facts: Facts<'_>, effects: &mut Vec<Effect>) -> Rule {
        let interval = facts.config.effective_interval().expect("only a job with an interval is started");
        effects.push(Effect::ArmAgain(Timer::Periodic, interval));
        self.submit(facts, RequestKind::Periodic, effects);
        Rule(3)
    }

    /// Queues a request and serves the next one (R9, R10).
    pub(super) fn submit(&mut self, facts: Facts<'_>, new: RequestKind, effects: &mut Vec<Effect>) -> Rule {
        match self.decider.submit(facts.config, new) {
            Submission::Queued => {
                self.try_queue(facts, 1, effects);
                Rule(8)
            }
            Submission::Displaced(last) => {
                reject(last.request(), FailureReason::TooManyCheckpointRequests, effects);
                self.try_queue(facts, 1, effects);
                Rule(9)
            }
            Submission::Refused => {
                reject(new.request(), FailureReason::TooManyCheckpointRequests, effects);
                Rule(9)
            }
        }
    }

    /// Tries the queue, so many times (R12): each try may drop one periodic request; the first that serves one is the
    /// last.
    pub(super) fn try_queue(&mut self, facts: Facts<'_>, tries: usize, effects: &mut Vec<Effect>) {
        for _ in 0..tries {
            let load =
                Load { triggering: self.triggering.is_some(), pending: self.pending.len(), deleting: facts.deleting };
            match self.decider.choose(facts.config, load) {
                Choice::Wait => return,
                Choice::Serve(request) => {
                    self.triggering = Some(request);
                    effects.push(Effect::Plan);
                    return;
                }
                Choice::TooEarly => {
                    reject(None, FailureReason::MinimumTimeBetweenCheckpoints, effects);
                    effects.push(Effect::Cancel(Timer::Periodic));
                    effects.push(Effect::ArmWith(Timer::Periodic, Timer::MinPause));
                }
            }
        }
    }

    /// The plan is there, or there is none (R13, R17). Nothing can have stopped the coordinator since it was asked for,
    /// so the checks of R13.a need not be repeated.
    pub(super) fn planned(
        &mut self,
        facts: Facts<'_>,
        plan: Result<&[Execution], FailureReason>,
        effects: &mut Vec<Effect>,
    ) -> Rule {
        let request = self.triggering.take().expect("a plan was asked for");
        let rule = match plan {
            Ok(plan) => {
                self.create(facts, request, plan, effects);
                Rule(13)
            }
            Err(reason) => {
                reject(request.request(), reason, effects);
                self.fail(facts, CheckpointId::NONE, request.kind(), reason, Source::JobManager, effects);
                Rule(17)
            }
        };
        self.try_queue(facts, 1, effects);
        rule
    }

    fn create(&mut self, facts: Facts<'_>, request: RequestKind, plan: &[Execution], effects: &mut Vec<Effect>) {
        let id = self.next_id();
        let kind = match request.kind() {
            SnapshotKind::Checkpoint if self.force_full => SnapshotKind::FullCheckpoint,
            kind => kind,
        };
        self.durable.last_id = id;
        self.pending.push(Pending::new(id, kind, request.request(), plan));
        effects.push(Effect::Created(id));
        effects.push(Effect::Arm(Timer::Expiry(id), facts.config.timeout));
        effects.push(Effect::Trigger { id, kind, alignment: facts.config.options(kind) });
    }
}
