//! A checkpoint that was triggered and is not complete yet.
//!
//! Flink: `PendingCheckpoint`.
//!
//! | rule | here |
//! | --- | --- |
//! | R18 | [`Pending`]: what is remembered of it |
//! | R19 | [`Pending::acknowledge`], [`Answer`], [`Expired`] |

use smallvec::SmallVec;

use super::RequestId;
use crate::ids::{CheckpointId, Execution, SmallSet};
use crate::protocol::SnapshotKind;

/// How an acknowledgement is taken (R19).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
    /// The attempt was waited for.
    Success,
    /// The attempt has acknowledged before.
    Duplicate,
    /// The attempt is not in the plan: an older or a newer one of its task.
    Unknown,
    /// The checkpoint expired not long ago.
    Late,
    /// There is no such checkpoint: completed, aborted, or never there.
    Gone,
}

/// A pending checkpoint (R18).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Pending {
    id: CheckpointId,
    kind: SnapshotKind,
    request: Option<RequestId>,
    /// Who must acknowledge, by task.
    plan: SmallVec<[Execution; 8]>,
    /// Places in the plan.
    outstanding: SmallSet,
}

impl Pending {
    /// A checkpoint that waits for the whole of a plan, which is not empty and has each task at most once (R16).
    pub(super) fn new(id: CheckpointId, kind: SnapshotKind, request: Option<RequestId>, plan: &[Execution]) -> Self {
        assert!(!plan.is_empty(), "a plan waits for somebody");
        let mut plan: SmallVec<[Execution; 8]> = SmallVec::from_slice(plan);
        plan.sort_unstable();
        debug_assert!(plan.windows(2).all(|pair| pair[0].task < pair[1].task), "one attempt of each task");
        let outstanding = SmallSet::below(plan.len());
        Self { id, kind, request, plan, outstanding }
    }

    /// Its number.
    pub fn id(&self) -> CheckpointId {
        self.id
    }

    /// What it is for.
    pub fn kind(&self) -> SnapshotKind {
        self.kind
    }

    /// Who asked for it by hand, if anybody did.
    pub fn request(&self) -> Option<RequestId> {
        self.request
    }

    /// Who must acknowledge, by task.
    pub fn plan(&self) -> &[Execution] {
        &self.plan
    }

    /// Who has not acknowledged yet, by task.
    pub fn outstanding(&self) -> impl Iterator<Item = Execution> + '_ {
        self.outstanding.iter().map(|place| self.plan[place])
    }

    /// Takes an acknowledgement (R19).
    pub(super) fn acknowledge(&mut self, from: Execution) -> Answer {
        match self.plan.binary_search(&from) {
            Ok(place) if self.outstanding.remove(place) => Answer::Success,
            Ok(_) => Answer::Duplicate,
            Err(_) => Answer::Unknown,
        }
    }

    /// Whether everybody has acknowledged.
    pub(super) fn is_fully_acknowledged(&self) -> bool {
        self.outstanding.is_empty()
    }
}

/// The checkpoints that expired last (R19, R24): only these are told from ones that never were.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Expired {
    /// Oldest first.
    ids: Vec<CheckpointId>,
}

impl Expired {
    /// As many as Flink remembers.
    const REMEMBERED: usize = 16;

    /// Remembers one more, and forgets the oldest if there are too many.
    pub(super) fn remember(&mut self, id: CheckpointId) {
        if self.ids.len() == Self::REMEMBERED {
            self.ids.remove(0);
        }
        self.ids.push(id);
    }

    /// How an acknowledgement is taken when no such checkpoint is pending.
    pub(super) fn answer(&self, id: CheckpointId) -> Answer {
        if self.ids.contains(&id) { Answer::Late } else { Answer::Gone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Attempt, TaskId};

    fn execution(task: u32, attempt: u32) -> Execution {
        Execution { task: TaskId(task), attempt: Attempt(attempt) }
    }

    #[test]
    fn r19_only_the_attempts_of_the_plan_count() {
        let plan = [execution(2, 0), execution(0, 1)];
        let mut pending = Pending::new(CheckpointId(1), SnapshotKind::Checkpoint, None, &plan);
        assert_eq!(pending.plan(), [execution(0, 1), execution(2, 0)]);
        let acks = [execution(0, 1), execution(0, 1), execution(0, 0), execution(0, 2), execution(1, 0)];
        let answers = acks.map(|from| pending.acknowledge(from));
        use Answer::{Duplicate, Success, Unknown};
        assert_eq!(answers, [Success, Duplicate, Unknown, Unknown, Unknown]);
        assert_eq!(pending.outstanding().collect::<Vec<_>>(), [execution(2, 0)]);
        assert_eq!(pending.acknowledge(execution(2, 0)), Success);
        assert!(pending.is_fully_acknowledged());
    }

    #[test]
    fn r24_sixteen_expired_ones_are_remembered() {
        let mut expired = Expired::default();
        for id in 1..=17 {
            expired.remember(CheckpointId(id));
        }
        let answers = [1, 2, 17, 18].map(|id| expired.answer(CheckpointId(id)));
        assert_eq!(answers, [Answer::Gone, Answer::Late, Answer::Late, Answer::Gone]);
    }
}
