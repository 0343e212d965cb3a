//! Expectations accuse no correct run, whatever steps of the world a plan makes coarser.

use cutline::explore::{Campaign, Evidence, Strategy};
use cutline::ids::{Id, VertexId};
use cutline::operator::{KeyBy, Logic, Ship};
use cutline::oracle::expect::Verdict;
use cutline::plan::{Check, Coarse, Defect, Expectation, Plan, SinkKind, Steps};
use cutline::testing::Shape;

/// Every set of differences that matters to those who count records and rows.
fn granularities() -> Vec<Steps> {
    let some = |coarse: &[Coarse]| coarse.iter().copied().collect::<Steps>();
    vec![
        Steps::default(),
        some(&[Coarse::AtomicRecovery]),
        some(&[Coarse::Nameless]),
        some(&[Coarse::AtomicRecovery, Coarse::Nameless]),
        some(&[Coarse::AtomicRecovery, Coarse::MergedAsync, Coarse::ImmediateNotification, Coarse::IdleTrigger]),
        Steps::coarse(),
    ]
}

/// A small job that is asked everything about its records.
fn asked(shape: Shape, logic: Logic, sink: SinkKind, steps: Steps) -> Plan {
    let mut plan = shape.plan(5, logic, sink);
    plan.steps = steps;
    plan.limits.crashes = 3;
    plan.limits.checkpoints = 5;
    let last = VertexId::at(plan.vertices.len() - 1);
    plan.expect = vec![
        Expectation::Always(Check::NoLoss { vertex: last }),
        Expectation::Never(Check::Overcount { vertex: last }),
        Expectation::Always(Check::ExactlyOnce { sink: last }),
        Expectation::Never(Check::Duplicates { sink: last }),
        Expectation::Always(Check::Explained),
    ];
    plan
}

fn made(plan: &Plan) -> Evidence {
    Campaign { plan: plan.clone(), seeds: 0..300, strategy: Strategy::Portfolio, jobs: 0 }
        .run()
        .expect("nothing panics")
}

#[test]
fn nobody_is_accused_whatever_is_coarse() {
    for steps in granularities() {
        for (shape, logic) in [
            (Shape::Pair, Logic::Sum),
            (Shape::Chain, Logic::Sum),
            (Shape::Merge, Logic::Count),
            (Shape::Diamond, Logic::Sum),
            (Shape::Shuffle, Logic::Sum),
        ] {
            for sink in [SinkKind::TwoPhaseCommit, SinkKind::Upsert] {
                let plan = asked(shape, logic.clone(), sink, steps);
                let evidence = made(&plan);
                for (expectation, verdict) in plan.expect.iter().zip(evidence.tally.verdicts()) {
                    let is_failed = matches!(verdict, Verdict::Failed { .. });
                    assert!(!is_failed, "{shape:?} {steps:?} {expectation:?}: {verdict:?}");
                }
                assert!(evidence.met.crashes > 100 && evidence.broken.is_empty(), "{evidence:?}");
            }
        }
    }
}

/// The same questions are answered where something is wrong; so they are asked at all.
#[test]
fn what_is_wrong_is_still_seen_where_steps_are_coarse() {
    let mut missed = Vec::new();
    for steps in granularities() {
        for (defect, place) in [(Defect::NoRewind, 0), (Defect::EarlyCommit, 3)] {
            let mut plan = asked(Shape::Pair, Logic::Sum, SinkKind::TwoPhaseCommit, steps);
            plan.vertices[VertexId(1)].inputs[0].ship = Ship::Hash(KeyBy::Value);
            plan.defect = Some(defect);
            // Without a source's end no job finishes, and what is missing may still come.
            if defect == Defect::NoRewind && steps.has(Coarse::SilentEnd) {
                continue;
            }
            if !matches!(made(&plan).tally.verdicts()[place], Verdict::Failed { .. }) {
                missed.push((steps, defect));
            }
        }
    }
    assert_eq!(missed, []);
}
