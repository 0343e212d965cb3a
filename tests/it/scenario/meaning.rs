//! Mistakes of meaning: what a person sees whose scenario cannot be.

use insta::assert_snapshot;

use super::{mistakes, with_job};

#[test]
fn names_that_do_not_exist() {
    assert_snapshot!(with_job(r#"
    faults: [
        Crash(task: "smu[1]", at: End),
        Crash(task: "sum[7]", at: Time("1s")),
        Crash(task: "sum", at: Time("1s")),
    ],
    expect: [
        Final(op: "summ", total: 3),
        ExactlyOnce(sink: "sum"),
        Violates(rule: "exactly-onse"),
        Checkpoint(status: Failed, reason: "CHECKPOINT_EXPIRD"),
    ],
"#), @r##"
    error[unknown-vertex]: no vertex is called `smu`
     --> scenarios/mine.ron:9:21
      |
    9 |         Crash(task: "smu[1]", at: End),
      |                     ^^^^^^^^ did you mean `sum`?

    error[impossible-moment]: nothing can happen when the run is over
     --> scenarios/mine.ron:9:35
      |
    9 |         Crash(task: "smu[1]", at: End),
      |                                   ^^^

    error[unknown-task]: there is no task `sum[7]`
      --> scenarios/mine.ron:10:21
       |
    10 |         Crash(task: "sum[7]", at: Time("1s")),
       |                     ^^^^^^^^ `sum` has the subtasks 0 to 1

    error[ambiguous-task]: `sum` has 2 subtasks: which one?
      --> scenarios/mine.ron:11:21
       |
    11 |         Crash(task: "sum", at: Time("1s")),
       |                     ^^^^^
       |
       = help: write one of "sum[0]" to "sum[1]"

    error[unknown-vertex]: no vertex is called `summ`
      --> scenarios/mine.ron:14:19
       |
    14 |         Final(op: "summ", total: 3),
       |                   ^^^^^^ did you mean `sum`?

    error[not-a-sink]: `sum` is not a sink: it has no output to look at
      --> scenarios/mine.ron:15:27
       |
    15 |         ExactlyOnce(sink: "sum"),
       |                           ^^^^^

    error[unknown-rule]: no rule is called `exactly-onse`
      --> scenarios/mine.ron:16:24
       |
    16 |         Violates(rule: "exactly-onse"),
       |                        ^^^^^^^^^^^^^^ did you mean `exactly-once`?

    error[unknown-reason]: Flink knows no failure reason `CHECKPOINT_EXPIRD`
      --> scenarios/mine.ron:17:44
       |
    17 |         Checkpoint(status: Failed, reason: "CHECKPOINT_EXPIRD"),
       |                                            ^^^^^^^^^^^^^^^^^^^ did you mean `CHECKPOINT_EXPIRED`?
       |
       = note: the names are those of CheckpointFailureReason, for example CHECKPOINT_EXPIRED
    "##);
}

#[test]
fn a_cycle() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: List([1])),
        Operator(name: "x", logic: Sum, inputs: [Forward("a"), Forward("y")]),
        Operator(name: "y", logic: Count, inputs: [Forward("x")]),
        Sink(name: "out", kind: Append, inputs: [Forward("y")]),
    ],
)
"#), @r##"
    error[cycle]: the job has a cycle: x -> y -> x
     --> scenarios/mine.ron:5:64
      |
    5 |         Operator(name: "x", logic: Sum, inputs: [Forward("a"), Forward("y")]),
      |                                                                ^^^^^^^^^^^^
      |
      = note: data flows from sources to sinks only; iterations are not modelled
    "##);
}

#[test]
fn edges_that_cannot_be() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: List([1])),
        Operator(name: "a", logic: Map(Remainder(0)), inputs: [Forward("a")]),
        Operator(name: "wide", logic: Sum, inputs: [Forward("a")], parallelism: 2),
        Sink(name: "out", kind: Append, inputs: []),
        Sink(name: "more", kind: Append, inputs: [Forward("out"), Hash("a", Mod(0)), Where("a", MultipleOf(0))]),
    ],
)
"#), @r##"
    error[duplicate-name]: a second vertex is called `a`
     --> scenarios/mine.ron:5:24
      |
    5 |         Operator(name: "a", logic: Map(Remainder(0)), inputs: [Forward("a")]),
      |                        ^^^

    error[bad-divisor]: cannot divide by 0
     --> scenarios/mine.ron:5:50
      |
    5 |         Operator(name: "a", logic: Map(Remainder(0)), inputs: [Forward("a")]),
      |                                                  ^
      |
      = help: use a number of at least 1

    error[forward-parallelism]: `Forward` connects equal numbers of subtasks, but `a` has 1 and `wide` has 2
     --> scenarios/mine.ron:6:53
      |
    6 |         Operator(name: "wide", logic: Sum, inputs: [Forward("a")], parallelism: 2),
      |                                                     ^^^^^^^^^^^^
      |
      = help: use `Rebalance("a")` or `Hash("a")`, or the same parallelism

    error[no-input]: `out` has no input
     --> scenarios/mine.ron:7:49
      |
    7 |         Sink(name: "out", kind: Append, inputs: []),
      |                                                 ^^
      |
      = help: add one, for example `inputs: [Forward("source")]`

    error[sink-as-input]: `out` is a sink: nothing comes out of it
     --> scenarios/mine.ron:8:59
      |
    8 |         Sink(name: "more", kind: Append, inputs: [Forward("out"), Hash("a", Mod(0)), Where("a", MultipleOf(0))]),
      |                                                           ^^^^^

    error[bad-divisor]: cannot divide by 0
     --> scenarios/mine.ron:8:81
      |
    8 |         Sink(name: "more", kind: Append, inputs: [Forward("out"), Hash("a", Mod(0)), Where("a", MultipleOf(0))]),
      |                                                                                 ^
      |
      = help: use a number of at least 1

    error[bad-divisor]: cannot divide by 0
     --> scenarios/mine.ron:8:108
      |
    8 |         Sink(name: "more", kind: Append, inputs: [Forward("out"), Hash("a", Mod(0)), Where("a", MultipleOf(0))]),
      |                                                                                                            ^
      |
      = help: use a number of at least 1
    "##);
}

#[test]
fn numbers_out_of_range() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: Range(from: 1, to: 9, step: 0), parallelism: 0),
        Source(name: "b", records: List([1]), parallelism: 40000),
        Source(name: "c", records: List([1]), parallelism: 4, splits: 2),
        Sink(name: "out", kind: Append, inputs: [Forward("a")]),
    ],
)
"#), @r##"
    error[out-of-range]: expected a number of at least 1, found 0
     --> scenarios/mine.ron:4:64
      |
    4 |         Source(name: "a", records: Range(from: 1, to: 9, step: 0), parallelism: 0),
      |                                                                ^

    error[out-of-range]: expected a number of at least 1, found 0
     --> scenarios/mine.ron:4:81
      |
    4 |         Source(name: "a", records: Range(from: 1, to: 9, step: 0), parallelism: 0),
      |                                                                                 ^

    error[out-of-range]: expected a number of at most 32768, found 40000
     --> scenarios/mine.ron:5:60
      |
    5 |         Source(name: "b", records: List([1]), parallelism: 40000),
      |                                                            ^^^^^

    error[too-few-splits]: 4 subtasks cannot share 2 splits
     --> scenarios/mine.ron:6:71
      |
    6 |         Source(name: "c", records: List([1]), parallelism: 4, splits: 2),
      |                                                                       ^
      |
      = note: each subtask of a source reads at least one split
    "##);
}

#[test]
fn an_empty_job() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [],
)
"#), @r##"
    error[empty-job]: the job is empty
     --> scenarios/mine.ron:3:10
      |
    3 |     job: [],
      |          ^^
      |
      = help: add a source and a sink
    "##);
}

#[test]
fn a_job_that_is_too_large() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: List([1]), parallelism: 32768),
        Sink(name: "out", kind: Append, inputs: [Hash("a")], parallelism: 32768),
    ],
)
"#), @r##"
    error[too-large]: the job has 1073741824 channels; 5000000 are the most
     --> scenarios/mine.ron:3:10
      |
    3 |     job: [
      |          ^
      |
      = note: an edge that is not `Forward` has a channel from every sender to every receiver
    "##);
}

#[test]
fn managers() {
    assert_snapshot!(with_job(r#"
    task_managers: {
        "tm1": ["a", "sum"],
        "tm2": ["sum[1]"],
    },
"#), @r##"
    error[task-in-two-managers]: `sum[1]` runs in `tm1` already
      --> scenarios/mine.ron:10:17
       |
    10 |         "tm2": ["sum[1]"],
       |                 ^^^^^^^^

    error[missing]: no TaskManager runs `out`
      --> scenarios/mine.ron:11:5
       |
    11 |     },
       |     ^
       |
       = help: assign every task, or leave `task_managers` out: then one runs all of them
    "##);
}

#[test]
fn what_flink_refuses() {
    assert_snapshot!(with_job(r#"
    checkpointing: (interval: "5ms", timeout: "1ms", max_concurrent_checkpoints: 0),
"#), @r##"
    error[refused-by-flink]: the checkpoint interval must be at least 10 ms, not 5 ms
     --> scenarios/mine.ron:8:31
      |
    8 |     checkpointing: (interval: "5ms", timeout: "1ms", max_concurrent_checkpoints: 0),
      |                               ^^^^^
      |
      = note: Flink calls it execution.checkpointing.interval

    error[refused-by-flink]: the checkpoint timeout must be at least 10 ms, not 1 ms
     --> scenarios/mine.ron:8:47
      |
    8 |     checkpointing: (interval: "5ms", timeout: "1ms", max_concurrent_checkpoints: 0),
      |                                               ^^^^^
      |
      = note: Flink calls it execution.checkpointing.timeout

    error[refused-by-flink]: at least one checkpoint must be allowed at a time
     --> scenarios/mine.ron:8:82
      |
    8 |     checkpointing: (interval: "5ms", timeout: "1ms", max_concurrent_checkpoints: 0),
      |                                                                                  ^
      |
      = note: Flink calls it execution.checkpointing.max-concurrent-checkpoints
    "##);
}

#[test]
fn moments_that_cannot_be() {
    assert_snapshot!(with_job(r#"
    checkpointing: (interval: "1s"),
    faults: [
        Crash(task: "a", at: Barrier(checkpoint: 1, phase: FirstBarrier)),
        Crash(task: "out", at: Barrier(checkpoint: 0, phase: AfterAck)),
        Crash(task: "out", at: End),
        CrashManager(manager: "tm1", at: Record(n: 0, when: Befor)),
        Slow(task: "out", factor: 0.5, from: "2s", until: "1s"),
    ],
    random_faults: (crashes: Between(3, 1), within: ("2s", "1s")),
"#), @r##"
    error[impossible-moment]: `a` is a source: no barrier comes to it
      --> scenarios/mine.ron:10:60
       |
    10 |         Crash(task: "a", at: Barrier(checkpoint: 1, phase: FirstBarrier)),
       |                                                            ^^^^^^^^^^^^
       |
       = help: the coordinator triggers sources; the first phase of a source is `AfterSnapshot`

    error[checkpoint-zero]: there is no checkpoint 0: the first one is 1
      --> scenarios/mine.ron:11:52
       |
    11 |         Crash(task: "out", at: Barrier(checkpoint: 0, phase: AfterAck)),
       |                                                    ^

    error[impossible-moment]: nothing can happen when the run is over
      --> scenarios/mine.ron:12:32
       |
    12 |         Crash(task: "out", at: End),
       |                                ^^^

    error[unknown-manager]: no TaskManager is called `tm1`
      --> scenarios/mine.ron:13:31
       |
    13 |         CrashManager(manager: "tm1", at: Record(n: 0, when: Befor)),
       |                               ^^^^^
       |
       = help: without `task_managers` there is one, called `tm`

    error[missing]: whose moment is it?
      --> scenarios/mine.ron:13:42
       |
    13 |         CrashManager(manager: "tm1", at: Record(n: 0, when: Befor)),
       |                                          ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add `task: "name"` to it

    error[out-of-range]: expected a number of at least 1, found 0
      --> scenarios/mine.ron:13:52
       |
    13 |         CrashManager(manager: "tm1", at: Record(n: 0, when: Befor)),
       |                                                    ^

    error[unknown-word]: `Befor` is no side of a record
      --> scenarios/mine.ron:13:61
       |
    13 |         CrashManager(manager: "tm1", at: Record(n: 0, when: Befor)),
       |                                                             ^^^^^ did you mean `Before`?

    error[out-of-range]: expected a number of at least 1, found 0.5
      --> scenarios/mine.ron:14:35
       |
    14 |         Slow(task: "out", factor: 0.5, from: "2s", until: "1s"),
       |                                   ^^^

    error[reversed-range]: the slow time ends before it begins
      --> scenarios/mine.ron:14:59
       |
    14 |         Slow(task: "out", factor: 0.5, from: "2s", until: "1s"),
       |                                                           ^^^^

    error[reversed-range]: there is no number from 3 to 1
      --> scenarios/mine.ron:16:30
       |
    16 |     random_faults: (crashes: Between(3, 1), within: ("2s", "1s")),
       |                              ^^^^^^^^^^^^^

    error[reversed-range]: the time ends before it begins
      --> scenarios/mine.ron:16:53
       |
    16 |     random_faults: (crashes: Between(3, 1), within: ("2s", "1s")),
       |                                                     ^^^^^^^^^^^^
       |
       = help: write ("1s", "2s")
    "##);
}

#[test]
fn steps_that_do_not_exist() {
    assert_snapshot!(with_job(r#"
    schedule: [
        "emit a",
        "deliver a -> smu[0]",
        "emti a",
        (step: 3, do: "report out"),
    ],
"#), @r##"
    error[mixed-schedule]: a schedule is a list of first steps or a list of deviations, not both
     --> scenarios/mine.ron:8:15
      |
    8 |     schedule: [
      |               ^
      |
      = help: give every element a step, as in `(step: 41, do: "emit blue")`, or none

    error[gone-step]: step 1 does not apply to this job: the job has no task `smu[0]`
      --> scenarios/mine.ron:10:9
       |
    10 |         "deliver a -> smu[0]",
       |         ^^^^^^^^^^^^^^^^^^^^^ did you mean `deliver a -> sum[0]`?
       |
       = help: a case keeps its steps by name: write what the task is called now, or look for the case anew

    error[unknown-step]: no step is called `emti a`
      --> scenarios/mine.ron:11:9
       |
    11 |         "emti a",
       |         ^^^^^^^^ did you mean `emit a`?
       |
       = help: steps are, for example: `emit blue`, `deliver blue -> even`, `rpc blue`, `report even`, `trigger`
    "##);
}

#[test]
fn coarser_steps_that_do_not_exist() {
    assert_snapshot!(with_job(r#"
    steps: [MergedAsink, SilentEnd],
"#), @"
    error[unknown-word]: `MergedAsink` is no difference from the usual steps
     --> scenarios/mine.ron:8:13
      |
    8 |     steps: [MergedAsink, SilentEnd],
      |             ^^^^^^^^^^^ did you mean `MergedAsync`?
    ");
}

#[test]
fn expectations_in_expectations() {
    assert_snapshot!(with_job(r#"
    expect: [
        Never(Always(Explained)),
        At(End, At(End, Explained)),
        At(Record(n: 1, when: Before), Job(Finished)),
        Alway(Explained),
    ],
"#), @r##"
    error[nested-expectation]: `Always` must stand outermost
     --> scenarios/mine.ron:9:15
      |
    9 |         Never(Always(Explained)),
      |               ^^^^^^^^^^^^^^^^^

    error[nested-expectation]: a moment cannot have another moment
      --> scenarios/mine.ron:10:17
       |
    10 |         At(End, At(End, Explained)),
       |                 ^^^^^^^^^^^^^^^^^^

    error[missing]: whose moment is it?
      --> scenarios/mine.ron:11:12
       |
    11 |         At(Record(n: 1, when: Before), Job(Finished)),
       |            ^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: add `task: "name"` to it

    error[unknown-word]: `Alway` is no expectation
      --> scenarios/mine.ron:12:9
       |
    12 |         Alway(Explained),
       |         ^^^^^ did you mean `Always`?
    "##);
}

#[test]
fn restart() {
    assert_snapshot!(with_job(r#"
    restart: ExponentialDelay(backoff_multiplier: 1.0, jitter_factor: 1.5, initial_backoff: "2min"),
"#), @r##"
    error[out-of-range]: expected a number of at least 1.001, found 1.0
     --> scenarios/mine.ron:8:51
      |
    8 |     restart: ExponentialDelay(backoff_multiplier: 1.0, jitter_factor: 1.5, initial_backoff: "2min"),
      |                                                   ^^^
      |
      = note: Flink calls it restart-strategy.exponential-delay.backoff-multiplier

    error[out-of-range]: expected a number of at most 1, found 1.5
     --> scenarios/mine.ron:8:71
      |
    8 |     restart: ExponentialDelay(backoff_multiplier: 1.0, jitter_factor: 1.5, initial_backoff: "2min"),
      |                                                                       ^^^
      |
      = note: Flink calls it restart-strategy.exponential-delay.jitter-factor

    error[out-of-range]: the longest backoff is shorter than the initial one
     --> scenarios/mine.ron:8:93
      |
    8 |     restart: ExponentialDelay(backoff_multiplier: 1.0, jitter_factor: 1.5, initial_backoff: "2min"),
      |                                                                                             ^^^^^^
      |
      = note: Flink calls it restart-strategy.exponential-delay.initial-backoff
    "##);
}

#[test]
fn bad_name() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a b", records: List([1])),
        Sink(name: "", kind: Append, inputs: [Forward("a b")]),
    ],
)
"#), @r##"
    error[bad-name]: a name has letters, digits and any of `_ - . : /`, and at least one of them
     --> scenarios/mine.ron:4:22
      |
    4 |         Source(name: "a b", records: List([1])),
      |                      ^^^^^

    error[bad-name]: a name has letters, digits and any of `_ - . : /`, and at least one of them
     --> scenarios/mine.ron:5:20
      |
    5 |         Sink(name: "", kind: Append, inputs: [Forward("a b")]),
      |                    ^^
    "##);
}
