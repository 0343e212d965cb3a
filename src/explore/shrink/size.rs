//! How much there is to understand in a case.

use crate::ids::Step;
use crate::plan::{Plan, Schedule, VertexKind, simpler};

/// How much there is to understand in a case. The smaller of two cases has fewer faults; else less that a reader must
/// follow (deviations, records, tasks); else fewer checkpoints; else fewer settings that are not the default; else fewer steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Crashes and late acknowledgements that are pinned, placed or drawn.
    pub faults: u64,
    /// Steps, faults not counted, that differ from the timed order.
    pub deviations: u64,
    /// Records of all sources.
    pub records: u64,
    /// Vertices of the job.
    pub vertices: u64,
    /// Subtasks of all vertices.
    pub tasks: u64,
    /// Subtasks of the widest vertex.
    pub parallelism: u64,
    /// Checkpoints that were triggered until the rule broke.
    pub checkpoints: u64,
    /// Settings that are not the default.
    pub unusual: u64,
    /// The step at which the rule breaks.
    pub step: Step,
}

impl Size {
    /// The size of a plan whose schedule is a list of deviations, and in whose run a rule breaks at `step` after so many
    /// checkpoints.
    pub(super) fn new(plan: &Plan, step: Step, checkpoints: u64) -> Self {
        let pinned: &[_] = match &plan.schedule {
            Schedule::Deviations(deviations) => deviations,
            Schedule::Free | Schedule::Prefix(_) => &[],
        };
        let pinned_faults = pinned.iter().filter(|(_, action)| action.is_fault()).count();
        let drawn = plan.random_faults.as_ref().map_or(0, |faults| faults.at_most);
        let records = |kind: &VertexKind| match kind {
            VertexKind::Source { records, .. } => records.len(),
            VertexKind::Operator(_) | VertexKind::Sink(_) => 0,
        };
        Self {
            faults: (pinned_faults + plan.faults.len()) as u64 + u64::from(drawn),
            deviations: (pinned.len() - pinned_faults) as u64,
            records: plan.vertices.iter().map(|vertex| records(&vertex.kind)).fold(0, u64::saturating_add),
            vertices: plan.vertices.len() as u64,
            tasks: plan.vertices.iter().map(|vertex| u64::from(vertex.parallelism)).sum(),
            parallelism: plan.vertices.iter().map(|vertex| u64::from(vertex.parallelism)).max().unwrap_or(0),
            checkpoints,
            unusual: simpler::unusual(plan) as u64,
            step,
        }
    }

    /// Whether this is less to understand than `other`.
    pub fn is_below(&self, other: &Self) -> bool {
        self.key() < other.key()
    }

    /// A task is worth two: it is something that one has to know, and to look at.
    pub(super) fn key(&self) -> [u64; 5] {
        let to_follow = (self.deviations + 2 * self.tasks).saturating_add(self.records);
        [self.faults, to_follow, self.checkpoints, self.unusual, self.step.0]
    }
}
