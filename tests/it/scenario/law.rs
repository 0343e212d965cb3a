//! The law: the text of a plan means that plan.

use cutline::plan::Plan;
use cutline::scenario::{self, Unprintable};
use insta::assert_snapshot;
use proptest::prelude::*;

use super::plans::any_plan;

#[track_caller]
fn check(plan: &Plan) {
    let text = scenario::print(plan).expect("the plan has a text");
    match scenario::load(&text, "printed.ron") {
        Ok(read) => assert_eq!(&read, plan, "{text}"),
        Err(mistakes) => panic!("{mistakes}\n{text}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_survives_its_text(plan in any_plan()) {
        check(&plan);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[ -~\n]{0,80}", at in 0usize..2_000, cut in 0usize..40) {
        let _ = scenario::load(&text, "any.ron");
        // A sound text with a piece replaced.
        let sound = include_str!("../../../scenarios/seeds/alignment.ron");
        let from = (0..=at.min(sound.len())).rev().find(|&at| sound.is_char_boundary(at)).unwrap_or(0);
        let to = (from..=(from + cut).min(sound.len())).rev().find(|&at| sound.is_char_boundary(at)).unwrap_or(from);
        let _ = scenario::load(&format!("{}{text}{}", &sound[..from], &sound[to..]), "any.ron")
            .map_err(|mistakes| mistakes.render(true));
    }
}

#[test]
fn a_printed_plan_looks_written() {
    let text = super::around(
        r#"
    seed: 7, checkpointing: (interval: "100ms", timeout: "90s"), restart: FixedDelay(attempts: 3),
    faults: [Crash(task: "sum[1]", at: Barrier(checkpoint: 2, phase: AfterSnapshot))],
    user: [Cancel(at: Complete(checkpoint: 2)), Start(at: Job(Canceled)), Checkpoint(at: Time("1s"))],
    schedule: [(step: 3, do: "emit a"), (step: 9, do: "deliver sum[0] -> out")],
    expect: [Job(Finished), Never(Duplicates(sink: "out")), Output(sink: "out", is: [1, 2, 3])],"#,
    );
    let plan = scenario::load(&text, "small.ron").unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_snapshot!(scenario::print_case(&plan, "found by a search\n\nreplay: ..").unwrap(), @r##"
    #![type = "cutline::Scenario"]
    // found by a search
    //
    // replay: ..
    Scenario(
        version: 1,
        name: "small",
        seed: 7,

        job: [
            Source(name: "a", records: Range(from: 1, to: 9)),
            Operator(name: "sum", logic: Sum, inputs: [Rebalance("a")], parallelism: 2),
            Sink(name: "out", kind: Append, inputs: [Rebalance("sum")]),
        ],

        checkpointing: (interval: "100ms", timeout: "90s"),
        restart: FixedDelay(attempts: 3, delay: "1s"),

        faults: [
            Crash(task: "sum[1]", at: Barrier(checkpoint: 2, phase: AfterSnapshot)),
        ],

        user: [
            Cancel(at: Complete(checkpoint: 2)),
            Start(at: Job(Canceled)),
            Checkpoint(at: Time("1s")),
        ],

        schedule: [
            (step: 3, do: "emit a"),
            (step: 9, do: "deliver sum[0] -> out"),
        ],

        expect: [
            Job(Finished),
            Never(Duplicates(sink: "out")),
            Output(sink: "out", is: [1, 2, 3]),
        ],
    )
    "##);
}

#[test]
fn a_builders_own_operator_has_no_text() {
    use cutline::ids::PerId;
    use cutline::operator::{Failure, Foreign, Logic, Operator, Outputs, Record};
    use cutline::plan::{Vertex, VertexKind};

    #[derive(Debug)]
    struct Mine;
    impl Operator for Mine {
        fn process(&mut self, _: usize, record: Record, out: &mut Outputs) -> Result<(), Failure> {
            out.push(record.key, record.value);
            Ok(())
        }
        fn view(&self, _: i64) -> i64 {
            0
        }
        fn boxed(&self) -> Box<dyn Operator> {
            Box::new(Mine)
        }
        fn fingerprint(&self, _: &mut dyn std::hash::Hasher) {}
    }
    let vertex = Vertex {
        name: "mine".to_owned(),
        parallelism: 1,
        kind: VertexKind::Operator(Logic::Own(Foreign::new(Mine))),
        inputs: Vec::new(),
        cost: cutline::ids::Micros::ZERO,
    };
    let plan = Plan::new("own", PerId::from_iter([vertex]));
    assert_eq!(scenario::print(&plan), Err(Unprintable { what: "the operator of `mine`".to_owned() }));
}
