//! Mistakes of form: what a person sees who mistyped something.

use insta::assert_snapshot;

use super::{mistakes, with_job};

#[test]
fn a_field_that_does_not_exist() {
    assert_snapshot!(with_job(r#"
    checkpointing: (intreval: "1s"),
"#), @r##"
    error[unknown-field]: unknown field `intreval`
     --> scenarios/mine.ron:8:21
      |
    8 |     checkpointing: (intreval: "1s"),
      |                     ^^^^^^^^ did you mean `interval`?
      |
      = note: Flink calls it execution.checkpointing.interval
    "##);
}

#[test]
fn a_variant_that_does_not_exist() {
    assert_snapshot!(with_job(r#"
    faults: [
        Crsh(task: "out", at: End),
    ],
"#), @r##"
    error[unknown-word]: `Crsh` is no fault
     --> scenarios/mine.ron:9:9
      |
    9 |         Crsh(task: "out", at: End),
      |         ^^^^ did you mean `Crash`?
    "##);
}

#[test]
fn a_unit_that_does_not_exist() {
    assert_snapshot!(with_job(r#"
    stop: (at: "10 parsecs"),
"#), @r##"
    error[bad-duration]: unknown unit of time `parsecs`
     --> scenarios/mine.ron:8:16
      |
    8 |     stop: (at: "10 parsecs"),
      |                ^^^^^^^^^^^^
      |
      = help: write us, ms, s, min, h or d
    "##);
}

#[test]
fn a_duration_without_a_unit() {
    assert_snapshot!(with_job(r#"
    checkpointing: (interval: "100", timeout: 500),
"#), @r##"
    error[no-unit]: a duration needs a unit, found `100`
     --> scenarios/mine.ron:8:31
      |
    8 |     checkpointing: (interval: "100", timeout: 500),
      |                               ^^^^^
      |
      = note: Flink calls it execution.checkpointing.interval
      = help: add a unit, for example "100ms"

    error[no-unit]: a duration needs a unit, found `500`
     --> scenarios/mine.ron:8:47
      |
    8 |     checkpointing: (interval: "100", timeout: 500),
      |                                               ^^^
      |
      = note: Flink calls it execution.checkpointing.timeout
      = help: add a unit, for example "500ms"
    "##);
}

#[test]
fn a_field_that_is_missing() {
    assert_snapshot!(with_job(r#"
    faults: [
        Crash(task: "out"),
    ],
"#), @r##"
    error[missing]: the field `at` of `Crash` is missing
     --> scenarios/mine.ron:9:26
      |
    9 |         Crash(task: "out"),
      |                          ^
      |
      = help: add, for example, `at: Time("1s")`
    "##);
}

#[test]
fn a_field_twice() {
    assert_snapshot!(with_job(r#"
    seed: 1,
    seed: 2,
"#), @r##"
    error[duplicate-field]: the field `seed` stands here for the second time
     --> scenarios/mine.ron:9:5
      |
    9 |     seed: 2,
      |     ^^^^
    "##);
}

#[test]
fn a_version_of_another_type() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: "1",
    job: [
        Source(name: "a", records: Range(from: 1, to: 9)),
        Operator(name: "sum", logic: Sum, inputs: [Rebalance("a")], parallelism: 2),
        Sink(name: "out", kind: Append, inputs: [Rebalance("sum")]),
    ],
)
"#), @r##"
    error[wrong-type]: expected a whole number, found `"1"`
     --> scenarios/mine.ron:2:14
      |
    2 |     version: "1",
      |              ^^^
    "##);
}

#[test]
fn a_version_of_the_future() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 2,
    job: [
        Source(name: "a", records: Range(from: 1, to: 9)),
        Operator(name: "sum", logic: Sum, inputs: [Rebalance("a")], parallelism: 2),
        Sink(name: "out", kind: Append, inputs: [Rebalance("sum")]),
    ],
    shiny: true,
)
"#), @r##"
    error[version]: this file is version 2, this program reads 1
     --> scenarios/mine.ron:2:14
      |
    2 |     version: 2,
      |              ^
      |
      = help: use a program that reads this version
    "##);
}

#[test]
fn no_version_and_no_job() {
    assert_snapshot!(mistakes(r#"Scenario(
    name: "empty",
)
"#), @r##"
    error[missing]: the version of the format is missing
     --> scenarios/mine.ron:3:1
      |
    3 | )
      | ^
      |
      = help: begin with `version: 1`

    error[missing]: there is no job
     --> scenarios/mine.ron:3:1
      |
    3 | )
      | ^
      |
      = help: add `job: [Source(..), Sink(..)]`
    "##);
}

#[test]
fn a_comma_that_is_missing() {
    assert_snapshot!(with_job(r#"
    seed: 1
    seeds: 2,
"#), @r##"
    error[syntax]: a comma is missing before this
     --> scenarios/mine.ron:9:5
      |
    9 |     seeds: 2,
      |     ^^^^^
    "##);
}

#[test]
fn positional_and_named() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: List([1])),
        Operator(name: "sum", logic: Sum, inputs: [Hash("a", by: Parity)]),
    ],
)
"#), @r##"
    error[syntax]: positional values and named ones cannot be mixed
     --> scenarios/mine.ron:5:62
      |
    5 |         Operator(name: "sum", logic: Sum, inputs: [Hash("a", by: Parity)]),
      |                                                              ^^^
      |
      = help: write the value alone, as in `Hash("a", Parity)`
    "##);
}

#[test]
fn words_in_quotes() {
    assert_snapshot!(with_job(r#"
    time: "Untimed",
    name: mine,
    defect: NoAlignmnt,
    limits: (steps: "many", crashes: -1, haste: 1.5),
"#), @r##"
    error[unknown-word]: `Untimed` is no kind of time
     --> scenarios/mine.ron:8:11
      |
    8 |     time: "Untimed",
      |           ^^^^^^^^^ write it without quotes

    error[wrong-type]: expected a quoted text, found `mine`
     --> scenarios/mine.ron:9:11
      |
    9 |     name: mine,
      |           ^^^^

    error[unknown-word]: `NoAlignmnt` is no planted defect
      --> scenarios/mine.ron:10:13
       |
    10 |     defect: NoAlignmnt,
       |             ^^^^^^^^^^ did you mean `NoAlignment`?

    error[bad-count]: `many` is not a count
      --> scenarios/mine.ron:11:21
       |
    11 |     limits: (steps: "many", crashes: -1, haste: 1.5),
       |                     ^^^^^^
       |
       = help: write a number of at least 1, or a short form such as "100k" or "1M"

    error[out-of-range]: expected a number of at least 0, found -1
      --> scenarios/mine.ron:11:38
       |
    11 |     limits: (steps: "many", crashes: -1, haste: 1.5),
       |                                      ^^

    error[wrong-type]: expected a whole number, found `1.5`
      --> scenarios/mine.ron:11:49
       |
    11 |     limits: (steps: "many", crashes: -1, haste: 1.5),
       |                                                 ^^^
    "##);
}

#[test]
fn what_is_not_modelled() {
    assert_snapshot!(with_job(r#"
    checkpointing: (unaligned: (enabled: true)),
    expect: [
        Gap(between: "restart", is: AtLeast("500ms")),
    ],
"#), @r##"
    error[not-modelled]: `execution.checkpointing.unaligned.enabled` is not modelled yet
     --> scenarios/mine.ron:8:33
      |
    8 |     checkpointing: (unaligned: (enabled: true)),
      |                                 ^^^^^^^
      |
      = note: in Flink: Barriers overtake the data in the channels, and what they overtake is stored with the checkpoint: checkpoints stay fast under backpressure and become larger.
      = help: leave it out; barriers that wait for no other input are `checkpointing: (mode: AtLeastOnce)`

    error[not-modelled]: `Gap` is not modelled yet
      --> scenarios/mine.ron:10:9
       |
    10 |         Gap(between: "restart", is: AtLeast("500ms")),
       |         ^^^
       |
       = note: it will bound the time between two events
       = help: `cutline trace FILE` shows the times
    "##);
}

#[test]
fn unclosed() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    about: "never closed,
"#), @r##"
    error[syntax]: this text is never closed
     --> scenarios/mine.ron:3:12
      |
    3 |     about: "never closed,
      |            ^^^^^^^^^^^^^^
      |
      = help: end it with a `"` on the same line
    "##);
}

#[test]
fn not_ron() {
    assert_snapshot!(mistakes(r#"{"version": 1}"#), @r##"
    error[syntax]: expected `Scenario(..)`
     --> scenarios/mine.ron:1:1
      |
    1 | {"version": 1}
      | ^
      |
      = help: begin with `Scenario(version: 1, job: [..])`
    "##);
}

#[test]
fn garbage_behind() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: Range(from: 1, to: 9)),
        Operator(name: "sum", logic: Sum, inputs: [Rebalance("a")], parallelism: 2),
        Sink(name: "out", kind: Append, inputs: [Rebalance("sum")]),
    ],
)
garbage
"#), @r##"
    error[syntax]: nothing was expected after the end
     --> scenarios/mine.ron:9:1
      |
    9 | garbage
      | ^
    "##);
}

#[test]
fn wrong_struct() {
    assert_snapshot!(mistakes(r#"Scenrio(version: 1)"#), @r##"
    error[wrong-type]: expected `Scenario`, found `Scenrio`
     --> scenarios/mine.ron:1:1
      |
    1 | Scenrio(version: 1)
      | ^^^^^^^
    "##);
}

#[test]
fn unicode() {
    assert_snapshot!(with_job(r#"
    about: "äöü 漢字", stop: (at: "1 fortnight"),
"#), @r##"
    error[bad-duration]: unknown unit of time `fortnight`
     --> scenarios/mine.ron:8:33
      |
    8 |     about: "äöü 漢字", stop: (at: "1 fortnight"),
      |                                   ^^^^^^^^^^^^^
      |
      = help: write us, ms, s, min, h or d
    "##);
}

#[test]
fn empty() {
    assert_snapshot!(mistakes(r#""#), @r##"
    error[syntax]: the file is empty
     --> scenarios/mine.ron:1:1
      |
    1 |
      | ^
      |
      = help: begin with `Scenario(version: 1, job: [..])`
    "##);
}

#[test]
fn brackets_of_the_wrong_kind() {
    #[track_caller]
    fn check(rest: &str, code: &str, marked: &str, said: &str) {
        let text = super::around(rest);
        let (plan, found) = cutline::scenario::examine(&text, "mine.ron");
        assert!(plan.is_none());
        let [first] = found.iter().collect::<Vec<_>>()[..] else { panic!("one message was expected: {found}") };
        let span = first.span.as_ref().expect("it has a place");
        let line = text.lines().nth(span.start.line - 1).expect("there is such a line");
        let width = if span.start.line == span.end.line { span.end.column - span.start.column } else { 1 };
        let place: String = line.chars().skip(span.start.column - 1).take(width).collect();
        assert_eq!((first.code, place.as_str()), (code, marked), "{found}");
        assert!(found.to_string().contains(said), "`{said}` is not in {found}");
    }
    check("restart: FixedDelay[3]", "syntax", "[", "between round brackets");
    check("restart: None(attempts: 3)", "syntax", "None", "`None` has no parts");
    check("checkpointing: (\"1s\")", "syntax", "\"", "its name in front");
    check("checkpointing: (interval: 1s)", "syntax", "1s", "quoted: \"1s\"");
    check("flink: (\"execution.checkpointing.interval\": \"1s\")", "syntax", ":", "{\"key\": value}");
    check(
        "flink: {execution.checkpointing.interval: \"1s\"}",
        "syntax",
        "execution.checkpointing.interval",
        "between quotes",
    );
    check("expect: [Job(Finished], seed: 1", "syntax", "]", "expected `)`, found `]`: the `(` is still open");
    check("storage: FileSystem", "wrong-form", "FileSystem", "write, for example, `(kind: FileSystem)`");
    check("limits: 5", "wrong-form", "5", "between round brackets, found `5`");
    check("stop: \"10s\"", "wrong-form", "\"10s\"", "write, for example, `(at: \"10s\")`");
    check("checkpointing: (interval: 10 s)", "syntax", "10 s", "quoted: \"10 s\"");
    check("seed:", "syntax", ")", "expected a value, found `)`");
    check("seed: 1,, seeds: 2", "syntax", ",", "a comma too many");
    check("user: [Start(from: \"s1\", at: Time(\"1s\"))]", "not-modelled", "from", "the latest retained checkpoint");
    check("about: 'one'", "syntax", "'one'", "double quotes");
    check("faults: [Crash(task: \"a\", at: \"35ms\")]", "wrong-type", "\"35ms\"", "write `Time(\"35ms\")`");
    check("expect: [Restarts(1)]", "wrong-type", "1", "write `Exactly(1)`");
    check("channels: (latency: \"1ms\")", "wrong-type", "\"1ms\"", "write `Fixed(\"1ms\")`");
    check("checkpointing: (interval: \"1s\", mode: Exactly)", "unknown-word", "Exactly", "did you mean `ExactlyOnce`?");
}

/// One mistake is one message, and hides none behind it.
#[test]
fn slips_of_the_syntax_hide_nothing() {
    for (slip, message) in [
        ("checkpointing: (interval: 10 s)", "`10 s` is no number"),
        ("checkpointing: (interval: 10s, timeout: \"20s\")", "`10s` is no number"),
        ("stop: (at: 1.5s)", "`1.5s` is no number"),
        ("latencies: (rpc: Fixed(5ms))", "`5ms` is no number"),
        ("faults: [Crash(task: \"sum[0]\", at: Time(35 ms))]", "`35 ms` is no number"),
        ("checkpointing: (interval \"1s\")", "a `:` is missing between `interval` and its value"),
        ("checkpointing: (interval: 1 min 30 s)", "`1 min 30 s` is no number"),
        ("checkpointing: (interval: '1s')", "texts stand between double quotes"),
        ("checkpointing: (interval: \"1s\", min-pause: \"1s\")", "names in a file have no dashes"),
        ("restart: fixed-delay(attempts: 3)", "names in a file have no dashes"),
        ("checkpointing: (interval: \"1s\",, timeout: \"5s\")", "a comma too many"),
        ("flink: {execution.checkpointing.interval: \"1s\"}", "a key of Flink's stands between quotes"),
        ("seed 42", "a `:` is missing between `seed` and its value"),
        ("checkpointing: [interval: \"1s\"]", "named parts stand between round brackets"),
        ("checkpointing: interval: \"1s\"", "the parts of `checkpointing` stand between round brackets"),
        ("checkpointing: (interval: \"1s\"]", "expected `)`, found `]`"),
        ("checkpointing: (interval = \"1s\")", "expected `:`, found `=`"),
        ("checkpointing: (interval: \"1s\" timeout: \"5s\")", "a comma is missing before this"),
    ] {
        let said = with_job(&format!("{slip}, expect: [Job(Finishd)],"));
        assert!(said.starts_with(&format!("error[syntax]: {message}")), "{slip}\n{said}");
        assert!(said.contains("did you mean `Finished`?"), "{slip}\n{said}");
        assert_eq!(said.matches("error[").count(), 2, "{slip}\n{said}");
    }
}
