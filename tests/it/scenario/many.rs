//! Many mistakes at once, and the words of people who come from Flink.

use cutline::scenario::{self, Diagnostic, Severity};
use insta::assert_snapshot;

use super::mistakes;

#[test]
fn no_mistake_hides_another() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    descripton: "what it shows",
    interval: "1s",
    job: [
        Source(nme: "a", records: List([1, 2, "three"]), rate: "10ms", parallelism: 0),
        Operator(name: "sum", logic: Windw(size: "1s"), inputs: [keyBy("b"), Forward("b")], cost: 5),
        Source(name: "b", records: Range(from: 1, too: 9)),
        Sink(name: "out"),
        Sink(name: "rows", kind: "Append", inputs: Forward("sum")),
    ],
    faults: [
        Crash("sum", Time("1s")),
        TaskManagerFailure(manager: "tm", at: Time("1s")),
    ],
)
"#), @r##"
    error[unknown-field]: unknown field `descripton`
     --> scenarios/mine.ron:3:5
      |
    3 |     descripton: "what it shows",
      |     ^^^^^^^^^^ did you mean `about`?

    error[unknown-field]: unknown field `interval`
     --> scenarios/mine.ron:4:5
      |
    4 |     interval: "1s",
      |     ^^^^^^^^ did you mean `checkpointing: (interval: ..)`?
      |
      = note: Flink calls it execution.checkpointing.interval

    error[unknown-field]: unknown field `nme` of `Source`
     --> scenarios/mine.ron:6:16
      |
    6 |         Source(nme: "a", records: List([1, 2, "three"]), rate: "10ms", parallelism: 0),
      |                ^^^ did you mean `name`?

    error[wrong-type]: expected a whole number, found `"three"`
     --> scenarios/mine.ron:6:47
      |
    6 |         Source(nme: "a", records: List([1, 2, "three"]), rate: "10ms", parallelism: 0),
      |                                               ^^^^^^^

    error[unknown-field]: unknown field `rate` of `Source`
     --> scenarios/mine.ron:6:58
      |
    6 |         Source(nme: "a", records: List([1, 2, "three"]), rate: "10ms", parallelism: 0),
      |                                                          ^^^^ did you mean `every`?
      |
      = note: the time from one record of a split to the next

    error[out-of-range]: expected a number of at least 1, found 0
     --> scenarios/mine.ron:6:85
      |
    6 |         Source(nme: "a", records: List([1, 2, "three"]), rate: "10ms", parallelism: 0),
      |                                                                                     ^

    error[unknown-word]: `Windw` is no operator logic
     --> scenarios/mine.ron:7:38
      |
    7 |         Operator(name: "sum", logic: Windw(size: "1s"), inputs: [keyBy("b"), Forward("b")], cost: 5),
      |                                      ^^^^^ did you mean `Window`?

    error[unknown-word]: `keyBy` is no kind of input
     --> scenarios/mine.ron:7:66
      |
    7 |         Operator(name: "sum", logic: Windw(size: "1s"), inputs: [keyBy("b"), Forward("b")], cost: 5),
      |                                                                  ^^^^^ did you mean `Hash`?
      |
      = note: Flink's keyBy is `Hash("name")`: by the value, or by what stands behind: `Hash("name", Mod(4))`

    error[no-unit]: a duration needs a unit, found `5`
     --> scenarios/mine.ron:7:99
      |
    7 |         Operator(name: "sum", logic: Windw(size: "1s"), inputs: [keyBy("b"), Forward("b")], cost: 5),
      |                                                                                                   ^
      |
      = help: add a unit, for example "5ms"

    error[unknown-field]: unknown field `too` of `Range`
     --> scenarios/mine.ron:8:51
      |
    8 |         Source(name: "b", records: Range(from: 1, too: 9)),
      |                                                   ^^^ did you mean `to`?

    error[missing]: the fields `kind`, `inputs` of `Sink` are missing
     --> scenarios/mine.ron:9:25
      |
    9 |         Sink(name: "out"),
      |                         ^
      |
      = help: add, for example, `kind: TwoPhaseCommit`, `inputs: [Forward("a")]`

    error[unknown-word]: `Append` is no kind of sink
      --> scenarios/mine.ron:10:34
       |
    10 |         Sink(name: "rows", kind: "Append", inputs: Forward("sum")),
       |                                  ^^^^^^^^ write it without quotes

    error[wrong-type]: expected a list
      --> scenarios/mine.ron:10:52
       |
    10 |         Sink(name: "rows", kind: "Append", inputs: Forward("sum")),
       |                                                    ^
       |
       = help: write `[Forward("sum")]`

    error[wrong-form]: each part of `Crash` needs its name in front
      --> scenarios/mine.ron:13:15
       |
    13 |         Crash("sum", Time("1s")),
       |               ^^^^^
       |
       = help: write `Crash(task: .., at: ..)`

    error[unknown-word]: `TaskManagerFailure` is no fault
      --> scenarios/mine.ron:14:9
       |
    14 |         TaskManagerFailure(manager: "tm", at: Time("1s")),
       |         ^^^^^^^^^^^^^^^^^^ did you mean `CrashManager`?
       |
       = note: a TaskManager with all its tasks: `CrashManager(manager: "tm", at: Time("1s"))`
    "##);
}

#[test]
fn slips_of_the_syntax_hide_nothing() {
    assert_snapshot!(super::with_job(r#"
    seed = 1;
    seeds: 2
    stop: (at: "10s")
    defect: NoAlignmnt,
    channels: (latency: Fixed(each: "1ms")),
"#), @r##"
    error[syntax]: expected `:`, found `=`
     --> scenarios/mine.ron:8:10
      |
    8 |     seed = 1;
      |          ^

    error[syntax]: expected `,`, found `;`
     --> scenarios/mine.ron:8:13
      |
    8 |     seed = 1;
      |             ^

    error[syntax]: a comma is missing before this
      --> scenarios/mine.ron:10:5
       |
    10 |     stop: (at: "10s")
       |     ^^^^

    error[syntax]: a comma is missing before this
      --> scenarios/mine.ron:11:5
       |
    11 |     defect: NoAlignmnt,
       |     ^^^^^^

    error[unknown-word]: `NoAlignmnt` is no planted defect
      --> scenarios/mine.ron:11:13
       |
    11 |     defect: NoAlignmnt,
       |             ^^^^^^^^^^ did you mean `NoAlignment`?

    error[wrong-form]: the parts of `Fixed` have no names
      --> scenarios/mine.ron:12:31
       |
    12 |     channels: (latency: Fixed(each: "1ms")),
       |                               ^^^^
       |
       = help: write `Fixed("1ms")`
    "##);
}

/// The first error about a scenario with a job and this.
#[track_caller]
fn first(vertex: &str, rest: &str) -> Diagnostic {
    let text = format!(
        "Scenario(version: 1, job: [Source(name: \"a\", records: List([1])), {vertex} \
         Sink(name: \"out\", kind: Append, inputs: [Forward(\"a\")])], {rest})"
    );
    let found = scenario::load(&text, "mine.ron").expect_err("there is a mistake");
    found.iter().find(|one| one.severity == Severity::Error).expect("it is an error").clone()
}

/// What is suggested for a word in place of `?`; empty if only a note says what to do.
#[track_caller]
fn check(vertex: &str, rest: &str, words: &[(&str, &str)]) {
    for (word, expected) in words {
        let error = first(&vertex.replace('?', word), &rest.replace('?', word));
        let label = if expected.is_empty() { String::new() } else { format!("did you mean `{expected}`?") };
        assert_eq!(error.label, label, "{word}: {}", error.message);
        assert!(!expected.is_empty() || !error.notes.is_empty(), "{word} is not explained");
    }
}

#[test]
fn words_for_vertices() {
    let words = [
        ("KafkaSource", "Source"),
        ("fromSequence", "Source"),
        ("kafka_sink", "Sink"),
        ("addSink", "Sink"),
        ("flatMap", "Operator"),
        ("KeyedProcessFunction", "Operator"),
        ("source", "Source"),
        ("Sorce", "Source"),
        ("KafkaSuorce", "Source"),
    ];
    check("?(name: \"x\"),", "", &words);
}

#[test]
fn words_for_logic() {
    let words = [
        ("reduce", "SumPerKey"),
        ("sum_per_key", "SumPerKey"),
        ("TumblingEventTimeWindows", "Window"),
        ("intervalJoin", "Join"),
        ("deduplicate", "Distinct"),
        ("process", ""),
    ];
    check("Operator(name: \"x\", logic: ?, inputs: [Forward(\"a\")]),", "", &words);
}

#[test]
fn words_for_inputs() {
    let words = [
        ("keyBy", "Hash"),
        ("rescale", "Rebalance"),
        ("shuffle", "Rebalance"),
        ("global", "Hash"),
        ("partitionCustom", "Where"),
        ("forward", "Forward"),
        ("union", ""),
    ];
    check("Operator(name: \"x\", logic: Sum, inputs: [?(\"a\")]),", "", &words);
}

#[test]
fn words_for_sinks() {
    let words = [
        ("ExactlyOnce", "TwoPhaseCommit"),
        ("EXACTLY_ONCE", "TwoPhaseCommit"),
        ("TwoPhaseCommitSinkFunction", "TwoPhaseCommit"),
        ("AtLeastOnce", "Append"),
        ("Idempotent", "Upsert"),
    ];
    check("Sink(name: \"x\", kind: ?, inputs: [Forward(\"a\")]),", "", &words);
}

#[test]
fn words_for_records() {
    let words = [("Sequence", "Range"), ("fromElements", "List"), ("Infinite", "Endless"), ("Cycle", "Repeat")];
    check("Source(name: \"x\", records: ?(1)),", "", &words);
}

#[test]
fn words_for_faults() {
    let words = [
        ("TaskManagerFailure", "CrashManager"),
        ("kill_task", "Crash"),
        ("Backpressure", "Slow"),
        ("JobManagerFailure", ""),
        ("CheckpointFailure", ""),
    ];
    check("", "faults: [?(task: \"a\", at: Time(\"1s\"))]", &words);
}

#[test]
fn words_for_state_and_restarts() {
    let backends = [("MemoryStateBackend", "HashMap"), ("EmbeddedRocksDBStateBackend", "RocksDB")];
    check("", "state_backend: ?", &backends);
    check("", "storage: (kind: ?)", &[("FileSystemCheckpointStorage", "FileSystem"), ("filesystem", "FileSystem")]);
    let strategies = [("fixedDelayRestart(3, 10000)", "FixedDelay"), ("failureRateRestart", "FailureRate")];
    check("", "restart: ?", &strategies);
}

#[test]
fn words_for_fields() {
    let words = [
        ("restart_strategy", "restart: FixedDelay(..)"),
        ("taskmanagers", "task_managers"),
        ("topology", "job"),
        ("assertions", "expect"),
        ("CheckpointConfig", "checkpointing"),
        ("setMinPauseBetweenCheckpoints", "checkpointing: (min_pause: ..)"),
    ];
    check("", "?: \"1s\"", &words);
    check("Source(name: \"x\", records: List([1]), ?: \"1s\"),", "", &[("rate", "every"), ("interval", "every")]);
    check("Sink(name: \"x\", kind: Append, ?: []),", "", &[("input", "inputs"), ("upstream", "inputs")]);
    check("", "faults: [Crash(?: \"a\", at: Time(\"1s\"))]", &[("subtask", "task"), ("vertex", "task")]);
}
