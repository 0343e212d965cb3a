//! Mistakes about what a source reads, and when.

use insta::assert_snapshot;

use super::mistakes;

#[test]
fn a_source_without_an_end() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: Endless),
        Source(name: "b", records: Repeat(of: [], times: 2)),
        Sink(name: "out", kind: Upsert, inputs: [Hash("a"), Hash("b")]),
    ],
)
"#), @r##"
    error[empty-pattern]: there is nothing to repeat
     --> scenarios/mine.ron:5:36
      |
    5 |         Source(name: "b", records: Repeat(of: [], times: 2)),
      |                                    ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write at least one value: `of: [1]`

    error[missing]: a source of this job is endless, and nothing ends the run
     --> scenarios/mine.ron:8:1
      |
    8 | )
      | ^
      |
      = help: add `stop: (at: "10s")`; an untimed run ends at `limits: (records: 100)`, too
    "##);
}

#[test]
fn event_time() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: List([1]), event_time: Value, watermarks: (every: 0, out_of_orderness: "1us")),
        Source(name: "b", records: List([1]), watermarks: (every: 2)),
        Operator(name: "all", logic: Union, inputs: [Forward("a"), Forward("b")]),
        Operator(name: "sums", logic: Window(size: "0ms", total: Avg), inputs: [Hash("a")]),
        Operator(name: "counts", logic: Window(size: "1s", total: Count), inputs: [Hash("all")]),
        Operator(name: "pairs", logic: Join(within: "1s"), inputs: [Hash("a")]),
        Sink(name: "out", kind: Append, inputs: [Hash("counts"), Hash("pairs")]),
    ],
)
"#), @r##"
    error[out-of-range]: expected a number of at least 1, found 0
     --> scenarios/mine.ron:4:86
      |
    4 |         Source(name: "a", records: List([1]), event_time: Value, watermarks: (every: 0, out_of_orderness: "1us")),
      |                                                                                      ^

    error[bad-duration]: event time is counted in whole milliseconds
     --> scenarios/mine.ron:4:107
      |
    4 |         Source(name: "a", records: List([1]), event_time: Value, watermarks: (every: 0, out_of_orderness: "1us")),
      |                                                                                                           ^^^^^

    error[no-event-time]: watermarks tell of event time, but the records have none
     --> scenarios/mine.ron:5:59
      |
    5 |         Source(name: "b", records: List([1]), watermarks: (every: 2)),
      |                                                           ^^^^^^^^^^
      |
      = help: add `event_time: Value`, or a step such as `event_time: Step("100ms")`

    error[bad-duration]: event time is counted in whole milliseconds, and at least one
     --> scenarios/mine.ron:7:52
      |
    7 |         Operator(name: "sums", logic: Window(size: "0ms", total: Avg), inputs: [Hash("a")]),
      |                                                    ^^^^^

    error[unknown-word]: `Avg` is no total of a window
     --> scenarios/mine.ron:7:66
      |
    7 |         Operator(name: "sums", logic: Window(size: "0ms", total: Avg), inputs: [Hash("a")]),
      |                                                                  ^^^
      |
      = help: one of `Sum`, `Count`

    error[join-inputs]: a join has two inputs, but `pairs` has 1
     --> scenarios/mine.ron:9:9
      |
    9 |         Operator(name: "pairs", logic: Join(within: "1s"), inputs: [Hash("a")]),
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "##);
}
