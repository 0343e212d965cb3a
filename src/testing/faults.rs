//! Fault plans for property tests: crashes placed by meaning, by record, by time.
//!
//! They shrink to fewer faults, earlier tasks, simpler kinds of moment, smaller numbers, in that order of worth. What is
//! printed of one is a scenario file: it can be saved and run.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::ids::{CheckpointId, Id, ManagerId, Micros, TaskId};
use crate::plan::{Fault, Moment, Phase, Plan, Topology};
use crate::scenario;

/// A plan with faults. Its `Debug` is the text of a scenario file.
#[derive(Clone, PartialEq, Eq)]
pub struct FaultyPlan(pub Plan);

impl fmt::Debug for FaultyPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match scenario::print(&self.0) {
            Ok(text) => write!(f, "\n{text}"),
            Err(_) => write!(f, "{:#?}", self.0),
        }
    }
}

/// The plan with at most `most` placed crashes in place of its faults: of tasks, and of TaskManagers if the plan names
/// some. Which moments come in a run depends on the run; a fault whose moment never comes does not strike.
pub fn fault_plans(plan: &Plan, most: usize) -> impl Strategy<Value = FaultyPlan> + use<> {
    let plan = plan.clone();
    vec(fault(&plan), 0..=most).prop_map(move |faults| FaultyPlan(Plan { faults, ..plan.clone() }))
}

/// One crash.
fn fault(plan: &Plan) -> impl Strategy<Value = Fault> + use<> {
    let topology = Topology::new(plan);
    let sources = topology.tasks.iter().map(|task| task.inputs.is_empty()).collect::<Vec<_>>();
    let managers = plan.managers.len();
    let of_task =
        (0..sources.len(), moment(&sources)).prop_map(|(task, at)| Fault::Crash { task: TaskId::at(task), at });
    let of_manager = (0..managers.max(1), moment(&sources))
        .prop_map(|(manager, at)| Fault::CrashManager { manager: ManagerId::at(manager), at });
    prop_oneof![
        3 => of_task.boxed(),
        u32::from(managers > 0) => of_manager.boxed(),
    ]
}

/// When: the simplest to understand first. `sources` says which tasks are sources: no barrier comes to them.
fn moment(sources: &[bool]) -> impl Strategy<Value = Moment> + use<> {
    let (tasks, sources) = (sources.len(), sources.to_vec());
    let task = move || (0..tasks).prop_map(TaskId::at);
    let checkpoint = || (1..4_u64).prop_map(CheckpointId);
    prop_oneof![
        (task(), 1..8_u64, any::<bool>()).prop_map(|(task, n, before)| Moment::Record { task, n, before }),
        checkpoint().prop_map(Moment::Trigger),
        checkpoint().prop_map(Moment::Complete),
        (task(), checkpoint(), phase()).prop_map(move |(task, checkpoint, phase)| {
            let phase = if sources[task.index()] { phase.max(Phase::AfterSnapshot) } else { phase };
            Moment::Barrier { task, checkpoint, phase }
        }),
        (task(), 1..3_u32).prop_map(|(task, n)| Moment::Restore { task, n }),
        (0..200_u64).prop_map(|millis| Moment::Time(Micros::millis(millis))),
    ]
}

fn phase() -> impl Strategy<Value = Phase> {
    proptest::sample::select(vec![
        Phase::FirstBarrier,
        Phase::Aligned,
        Phase::AfterSnapshot,
        Phase::AfterAsync,
        Phase::AfterAck,
        Phase::AckTaken,
        Phase::Notified,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::reference;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    #[test]
    fn what_is_printed_is_a_scenario() {
        let mut runner = TestRunner::deterministic();
        for _ in 0..200 {
            let faulty = fault_plans(&reference(2, 1, 1, 2), 3).new_tree(&mut runner).expect("a plan").current();
            let text = format!("{faulty:?}");
            assert_eq!(scenario::load(&text, "printed.ron").as_ref(), Ok(&faulty.0), "{text}");
        }
    }

    /// Whatever does not matter goes away: of any plan with a crash of the last task, one fault is left, at the simplest
    /// moment.
    #[test]
    fn a_plan_shrinks_to_one_simple_fault() {
        let last = TaskId(5);
        let hits = |faulty: &FaultyPlan| {
            faulty.0.faults.iter().any(|f| matches!(f, Fault::Crash { task, .. } if *task == last))
        };
        let mut runner = TestRunner::deterministic();
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
        }
    }
}
