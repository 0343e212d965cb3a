//! What a run met: situations of the protocol that a suite wants to have seen.
//!
//! | situation | a fault kills a task while |
//! | --- | --- |
//! | while a checkpoint is pending | it is triggered, and neither complete nor given up |
//! | between two acknowledgements | of a pending one the JobManager has taken some, and not all |
//! | between completion and notification | that task has not heard yet that the newest checkpoint is complete |
//! | inside a restore | a task has been deployed, and has not read its state yet |

use smallvec::SmallVec;

use crate::ids::{CheckpointId, Id, RuleSet, SmallSet};
use crate::protocol::coordinator::Answer;
use crate::trace::{Event, Kind, Kinds, Origin};

/// What a run met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Met {
    /// Crashes of tasks.
    pub crashes: u32,
    /// A crash between a trigger and the completion of its checkpoint.
    pub crash_while_pending: bool,
    /// A fault between two acknowledgements of one checkpoint.
    pub crash_between_acks: bool,
    /// A fault between the completion of a checkpoint and the moment when the task would have heard of it.
    pub crash_before_notice: bool,
    /// A fault while a task was reading its state.
    pub crash_in_restore: bool,
    /// A restore of a completed checkpoint.
    pub restored_checkpoint: bool,
    /// Checkpoints completed.
    pub completed: u32,
    /// Checkpoints given up.
    pub aborted: u32,
    /// Restarts of the job, by itself or by hand.
    pub restarts: u32,
    /// Some input was blocked by a barrier.
    pub aligned: bool,
    /// What kinds of events there were.
    pub kinds: Kinds,
    /// The rules of the protocol that acted.
    pub rules: RuleSet,
}

/// In which situations a run is.
#[derive(Clone, Debug, Default)]
pub(super) struct Situations {
    pending: u32,
    /// Pending checkpoints that somebody has acknowledged.
    acked: SmallVec<[CheckpointId; 2]>,
    /// Whether a checkpoint has completed since the last restart, and who has heard of the newest.
    completed: bool,
    notified: SmallSet,
    /// Who has been deployed, and has not read its state.
    restoring: SmallSet,
}

impl Situations {
    /// Forgets the run.
    pub(super) fn reset(&mut self) {
        (self.pending, self.completed) = (0, false);
        self.acked.clear();
        self.notified.clear();
        self.restoring.clear();
    }

    /// Takes the next event of the run.
    pub(super) fn meet(&mut self, event: &Event, met: &mut Met) {
        met.kinds.insert(Kind::of(event));
        match *event {
            Event::Triggered { .. } => self.pending += 1,
            Event::Acked { id, answer: Answer::Success, .. } if !self.acked.contains(&id) => self.acked.push(id),
            Event::Completed { id, .. } => {
                self.ends(id);
                met.completed += 1;
                self.completed = true;
                self.notified.clear();
            }
            Event::Aborted { id, .. } => {
                self.ends(id);
                met.aborted += 1;
            }
            Event::Notified { execution, .. } => _ = self.notified.insert(execution.task.index()),
            Event::Crashed { execution, origin } => {
                met.crashes += 1;
                met.crash_while_pending |= self.pending > 0;
                if matches!(origin, Origin::Fault | Origin::Manager) {
                    met.crash_between_acks |= !self.acked.is_empty();
                    met.crash_before_notice |= self.completed && !self.notified.contains(execution.task.index());
                    met.crash_in_restore |= !self.restoring.is_empty();
                }
                self.restoring.remove(execution.task.index());
            }
            Event::Canceled { execution } => _ = self.restoring.remove(execution.task.index()),
            Event::Deployed { execution } => _ = self.restoring.insert(execution.task.index()),
            Event::Restarting { .. } | Event::Started { .. } => {
                met.restarts += 1;
                // Who starts again hears of nothing that was before.
                self.completed = false;
            }
            Event::BarrierTaken { blocks: true, .. } => met.aligned = true,
            Event::Restored { execution, from, .. } => {
                met.restored_checkpoint |= from.given().is_some();
                self.restoring.remove(execution.task.index());
            }
            // What else happens makes no situation.
            _ => {}
        }
    }

    fn ends(&mut self, id: CheckpointId) {
        self.pending -= 1;
        self.acked.retain(|acked| *acked != id);
    }
}
