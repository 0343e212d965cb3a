//! Faults for property tests: crashes placed by meaning, by record, by time.
//!
//! They shrink to fewer faults, earlier tasks, simpler kinds of moment, smaller numbers, in that order of worth.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::AnyPlan;
use crate::ids::{CheckpointId, Id, ManagerId, Micros, TaskId};
use crate::plan::{Fault, Moment, Phase, Plan, Topology};

/// Crashes that were drawn without a job. They are placed when one is there ([`Faults::apply`]).
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<Drawn>);

#[derive(Clone, Debug)]
struct Drawn {
    /// Whether a TaskManager crashes, if the plan names any.
    manager: bool,
    victim: Index,
    at: At,
}

/// A moment; tasks are folded into those that are there.
#[derive(Clone, Debug)]
enum At {
    Record { task: Index, n: u64, before: bool },
    Trigger(u64),
    Complete(u64),
    Barrier { task: Index, checkpoint: u64, phase: Phase },
    Restore { task: Index, n: u32 },
    Millis(u64),
}

/// At most `most` crashes: of tasks, and of TaskManagers where a plan names some.
pub fn any_faults(most: usize) -> impl Strategy<Value = Faults> {
    let manager = prop::bool::weighted(0.25);
    let drawn = (manager, any::<Index>(), at()).prop_map(|(manager, victim, at)| Drawn { manager, victim, at });
    vec(drawn, 0..=most).prop_map(Faults)
}

/// The plan with at most `most` placed crashes in place of its faults. Which moments come in a run depends on the run; a
/// fault whose moment never comes does not strike.
pub fn fault_plans(plan: &Plan, most: usize) -> impl Strategy<Value = AnyPlan> + use<> {
    let plan = plan.clone();
    any_faults(most).prop_map(move |faults| AnyPlan(faults.apply(&plan)))
}

fn at() -> impl Strategy<Value = At> {
    let checkpoint = || 1..4_u64;
    let barrier = |(task, checkpoint, phase)| At::Barrier { task, checkpoint, phase };
    // Whatever a restore could get wrong needs a completed checkpoint before the crash.
    prop_oneof![
        1 => (any::<Index>(), 1..8_u64, any::<bool>()).prop_map(|(task, n, before)| At::Record { task, n, before }),
        1 => checkpoint().prop_map(At::Trigger),
        3 => checkpoint().prop_map(At::Complete),
        1 => (any::<Index>(), checkpoint(), phase()).prop_map(barrier),
        1 => (any::<Index>(), 1..3_u32).prop_map(|(task, n)| At::Restore { task, n }),
        1 => (0..200_u64).prop_map(At::Millis),
    ]
}

fn phase() -> impl Strategy<Value = Phase> {
    select(vec![
        Phase::FirstBarrier,
        Phase::Aligned,
        Phase::AfterSnapshot,
        Phase::AfterAsync,
        Phase::AfterAck,
        Phase::AckTaken,
        Phase::Notified,
    ])
}

impl Faults {
    /// The plan with these faults in place of its own.
    pub fn apply(&self, plan: &Plan) -> Plan {
        let topology = Topology::new(plan);
        let faults = self.0.iter().map(|drawn| drawn.fault(plan, &topology)).collect();
        Plan { faults, ..plan.clone() }
    }
}

impl Drawn {
    fn fault(&self, plan: &Plan, topology: &Topology) -> Fault {
        let at = self.at.moment(topology);
        match self.manager && !plan.managers.is_empty() {
            true => Fault::CrashManager { manager: ManagerId::at(self.victim.index(plan.managers.len())), at },
            false => Fault::Crash { task: one_of(topology, self.victim), at },
        }
    }
}

impl At {
    fn moment(&self, topology: &Topology) -> Moment {
        match *self {
            Self::Record { task, n, before } => Moment::Record { task: one_of(topology, task), n, before },
            Self::Trigger(id) => Moment::Trigger(CheckpointId(id)),
            Self::Complete(id) => Moment::Complete(CheckpointId(id)),
            Self::Barrier { task, checkpoint, phase } => {
                let task = one_of(topology, task);
                // No barrier comes to a source.
                let is_source = topology.tasks[task].inputs.is_empty();
                let phase = if is_source { phase.max(Phase::AfterSnapshot) } else { phase };
                Moment::Barrier { task, checkpoint: CheckpointId(checkpoint), phase }
            }
            Self::Restore { task, n } => Moment::Restore { task: one_of(topology, task), n },
            Self::Millis(millis) => Moment::Time(Micros::millis(millis)),
        }
    }
}

fn one_of(topology: &Topology, task: Index) -> TaskId {
    TaskId::at(task.index(topology.tasks.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::reference;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    /// Whatever does not matter goes away: of any plan with a crash of the last task, one fault is left, at the simplest
    /// moment.
    #[test]
    fn a_plan_shrinks_to_one_simple_fault() {
        let last = TaskId(5);
        let hits =
            |plan: &AnyPlan| plan.0.faults.iter().any(|f| matches!(f, Fault::Crash { task, .. } if *task == last));
        let mut runner = TestRunner::deterministic();
        let mut shrunk = 0;
        for _ in 0..50 {
            let mut tree = fault_plans(&reference(2, 1, 1, 2), 3).new_tree(&mut runner).expect("a plan");
            if !hits(&tree.current()) {
                continue;
            }
            while tree.simplify() {
                while !hits(&tree.current()) && tree.complicate() {}
            }
            let at = Moment::Record { task: TaskId(0), n: 1, before: false };
            assert_eq!(tree.current().0.faults, [Fault::Crash { task: last, at }]);
            shrunk += 1;
        }
        assert!(shrunk > 5, "only {shrunk} plans had such a crash");
    }
}
