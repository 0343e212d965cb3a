//! What a file means that says little.

use cutline::ids::{CheckpointId, Id, Micros, TaskId, VertexId};
use cutline::operator::{KeyBy, Ship};
use cutline::plan::{Coarse, Expectation, Fault, Moment, Phase, Plan, Schedule, VertexKind};
use cutline::protocol::restart;
use cutline::scenario;

use super::around;

#[track_caller]
fn loaded(rest: &str) -> Plan {
    match scenario::load(&around(rest), "some/where/mine.case.ron") {
        Ok(plan) => plan,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

const fn exponential() -> restart::Config {
    restart::Config::ExponentialDelay {
        initial_backoff: Micros::millis(1_000),
        max_backoff: Micros::millis(60_000),
        multiplier_thousandths: 1_500,
        reset_threshold: Micros::millis(3_600_000),
        jitter_thousandths: 100,
        attempts: u32::MAX,
    }
}

#[test]
fn what_is_not_said_has_its_default() {
    let plan = loaded("");
    let usual = Plan::new("mine", plan.vertices.clone());
    assert_eq!(plan, usual);
    let VertexKind::Source { splits, every, .. } = plan.vertices[VertexId(0)].kind else { panic!("not a source") };
    assert_eq!((splits, every), (1, Micros::millis(10)));
}

#[test]
fn r67_the_strategy_depends_on_the_interval() {
    assert_eq!(loaded("").restart, restart::Config::None);
    assert_eq!(loaded("checkpointing: (interval: \"1s\")").restart, exponential());
    assert_eq!(loaded("checkpointing: (interval: \"1s\"), restart: None").restart, restart::Config::None);
    assert_eq!(loaded("restart: ExponentialDelay()").restart, exponential());
    let second = Micros::millis(1_000);
    assert_eq!(loaded("restart: FixedDelay()").restart, restart::Config::FixedDelay { attempts: 1, delay: second });
    let rate = restart::Config::FailureRate { max_failures: 1, interval: Micros::millis(60_000), delay: second };
    assert_eq!(loaded("restart: FailureRate()").restart, rate);
}

#[test]
fn vertices_may_stand_in_any_order() {
    let text = r#"(version: 1, job: [
        Sink(name: "out", kind: Append, inputs: [Hash("odd", Parity), Hash("even")]),
        Operator(name: "odd", logic: Sum, inputs: [Where("all", Odd)]),
        Source(name: "all", records: List([1, 2])),
        Operator(name: "even", logic: Sum, inputs: [Where("all", Even), Forward("all")]),
    ])"#;
    let plan = scenario::load(text, "x.ron").unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let names: Vec<&str> = plan.vertices.iter().map(|vertex| vertex.name.as_str()).collect();
    assert_eq!(names, ["all", "odd", "even", "out"]);
    let ships: Vec<Ship> = plan.vertices[VertexId::at(3)].inputs.iter().map(|edge| edge.ship).collect();
    assert_eq!(ships, [Ship::Hash(KeyBy::Parity), Ship::Hash(KeyBy::Value)]);
}

#[test]
fn a_moment_that_names_no_task_is_one_of_the_task_around_it() {
    let plan = loaded(
        r#"faults: [
            Crash(task: "sum[1]", at: Barrier(checkpoint: 2, phase: AfterAck)),
            Crash(task: "out[0]", at: Record(task: "a", n: 3, when: Before)),
        ],
        expect: [At(Restore(n: 1), State(task: "sum[0]", is: 1))]"#,
    );
    let (sum0, sum1, out) = (TaskId(1), TaskId(2), TaskId(3));
    let barrier = Moment::Barrier { task: sum1, checkpoint: CheckpointId(2), phase: Phase::AfterAck };
    let record = Moment::Record { task: TaskId(0), n: 3, before: true };
    assert_eq!(plan.faults, [Fault::Crash { task: sum1, at: barrier }, Fault::Crash { task: out, at: record }]);
    let Expectation::Always(cutline::plan::Check::At(moment, _)) = &plan.expect[0] else { panic!("not a moment") };
    assert_eq!(*moment, Moment::Restore { task: sum0, n: 1 });
}

#[test]
fn a_vertex_names_all_its_subtasks() {
    let plan = loaded(
        r#"task_managers: {"tm1": ["sum", "a"], "tm2": ["out"]},
        random_faults: (crashes: Exactly(2), tasks: ["sum[1]", "sum"], within: ("1s", "2s"))"#,
    );
    assert_eq!(plan.managers[0].tasks, [TaskId(0), TaskId(1), TaskId(2)]);
    assert_eq!(plan.random_faults.map(|faults| faults.tasks), Some(vec![TaskId(1), TaskId(2)]));
}

#[test]
fn short_forms() {
    let plan = loaded(
        r#"limits: (steps: "2k"), stop: (at: "1.5 s"), tags: ["a"], links: [], schedule: [],
        steps: [Nameless, MergedAsync],
        checkpointing: (tolerable_failed_checkpoints: Unlimited, interval: "1min 30s"), /* a note */ defect: None"#,
    );
    assert_eq!((plan.limits.steps, plan.stop), (2_000, Some(Micros(1_500_000))));
    assert_eq!((plan.checkpointing.tolerable_failed, plan.defect), (None, None));
    assert_eq!(plan.steps.iter().collect::<Vec<_>>(), [Coarse::MergedAsync, Coarse::Nameless]);
    assert_eq!((plan.checkpointing.interval, plan.schedule), (Some(Micros(90_000_000)), Schedule::Free));
}

#[test]
fn warnings_do_not_stop_anyone() {
    let text = around("checkpointing: (interval: \"1s\", min_pause: \"2s\", num_retained: 0)");
    let (plan, found) = scenario::examine(&text, "mine.ron");
    assert!(plan.is_some() && !found.has_errors());
    assert_eq!(found.iter().map(|warning| warning.code).collect::<Vec<_>>(), ["corrected-by-flink"; 2]);
}

#[test]
fn no_number_of_warnings_does() {
    let sources: String = (0..60).map(|n| format!("Source(name: \"s{n}\", records: Range(from: 2, to: 1)),")).collect();
    let (plan, found) = scenario::examine(&format!("(version: 1, job: [{sources}])"), "mine.ron");
    assert_eq!(plan.map(|plan| plan.vertices.len()), Some(60));
    assert_eq!((found.iter().count(), found.has_errors()), (50, false));
}
