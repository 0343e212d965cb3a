//! Knobs in a file: Flink's names, Flink's forms, older names, what is not modelled.

use cutline::ids::Micros;
use cutline::plan::Plan;
use cutline::protocol::coordinator::Mode;
use cutline::protocol::restart;
use cutline::scenario;
use insta::assert_snapshot;

use super::{around, with_job};

/// A plan with these knobs, and what was said about them.
#[track_caller]
fn examined(rest: &str) -> (Plan, String) {
    let (plan, found) = scenario::examine(&around(rest), "mine.ron");
    (plan.unwrap_or_else(|| panic!("{found}")), found.render(false))
}

#[test]
fn flinks_own_forms() {
    let (plan, said) = examined(
        r#"checkpointing: (mode: "exactly-once", interval: "10 s", timeout: "2 min", num_retained: "2",
            checkpoints_after_tasks_finish: "false", tolerable_failed_checkpoints: 2147483647),
        restart: "fixed-delay""#,
    );
    let config = &plan.checkpointing;
    assert_eq!((config.mode, config.interval), (Mode::ExactlyOnce, Some(Micros::millis(10_000))));
    assert_eq!((config.timeout, config.retained), (Micros::millis(120_000), 2));
    assert_eq!((config.after_finish, config.tolerable_failed), (false, None));
    assert_eq!(plan.restart, restart::Config::FixedDelay { attempts: 1, delay: Micros::millis(1_000) });
    assert_eq!(said, "");
}

#[test]
fn a_configuration_of_flink_as_it_is() {
    let (plan, said) = examined(
        r#"flink: {
            "execution.checkpointing.interval": "10 s",
            "execution.checkpointing.mode": "AT_LEAST_ONCE",
            "restart-strategy.type": "failure-rate",
            "restart-strategy.failure-rate.delay": "3s",
        }"#,
    );
    let minute = Micros::millis(60_000);
    assert_eq!(
        (plan.checkpointing.mode, plan.checkpointing.interval),
        (Mode::AtLeastOnce, Some(Micros::millis(10_000)))
    );
    let rate = restart::Config::FailureRate { max_failures: 1, interval: minute, delay: Micros::millis(3_000) };
    assert_eq!((plan.restart, said.as_str()), (rate, ""));
    // It is printed in the form of a file.
    let text = scenario::print(&plan).expect("it has a text");
    assert!(text.contains("checkpointing: (mode: AtLeastOnce, interval: \"10s\"),"), "{text}");
    let printed = "restart: FailureRate(max_failures_per_interval: 1, failure_rate_interval: \"1min\", delay: \"3s\"),";
    assert!(text.contains(printed), "{text}");
}

#[test]
fn older_names_have_a_note_and_are_printed_in_the_new_form() {
    let (plan, said) = examined(
        r#"
    checkpointing: (checkpoints_after_tasks_finish: (enabled: false)),
    flink: {"state.checkpoints.num-retained": 3, "restart-strategy": "none"},
"#,
    );
    assert_eq!((plan.checkpointing.after_finish, plan.checkpointing.retained), (false, 3));
    let text = scenario::print(&plan).expect("it has a text");
    assert!(text.contains("checkpointing: (num_retained: 3, checkpoints_after_tasks_finish: false),"), "{text}");
    assert_snapshot!(said, @r##"
    note[older-name]: `execution.checkpointing.checkpoints-after-tasks-finish.enabled` is an older key
     --> mine.ron:8:54
      |
    8 |     checkpointing: (checkpoints_after_tasks_finish: (enabled: false)),
      |                                                      ^^^^^^^ today it is `checkpointing: (checkpoints_after_tasks_finish: ..)`

    note[older-name]: `state.checkpoints.num-retained` is an older key
     --> mine.ron:9:13
      |
    9 |     flink: {"state.checkpoints.num-retained": 3, "restart-strategy": "none"},
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ today it is `execution.checkpointing.num-retained`

    note[older-name]: `restart-strategy` is an older key
     --> mine.ron:9:50
      |
    9 |     flink: {"state.checkpoints.num-retained": 3, "restart-strategy": "none"},
      |                                                  ^^^^^^^^^^^^^^^^^^ today it is `restart-strategy.type`
    "##);
}

#[test]
fn what_is_not_modelled_says_what_it_would_do() {
    assert_snapshot!(with_job(r#"
    checkpointing: (
        interval: "1s",
        max_concurrent_checkpoints: 2,
        unaligned: true,
        alignment_timeout: "soon",
        incremental: true,
    ),
    flink: {"jobmanager.execution.failover-strategy": "full"},
"#), @r##"
    error[refused-by-flink]: unaligned checkpoints allow one checkpoint at a time, not 2
      --> scenarios/mine.ron:10:37
       |
    10 |         max_concurrent_checkpoints: 2,
       |                                     ^
       |
       = note: Flink calls it execution.checkpointing.max-concurrent-checkpoints

    note[older-name]: `execution.checkpointing.unaligned` is an older key
      --> scenarios/mine.ron:11:9
       |
    11 |         unaligned: true,
       |         ^^^^^^^^^ today it is `checkpointing: (unaligned: (enabled: ..))`

    error[not-modelled]: `execution.checkpointing.unaligned.enabled` is not modelled yet
      --> scenarios/mine.ron:11:9
       |
    11 |         unaligned: true,
       |         ^^^^^^^^^
       |
       = note: in Flink: Barriers overtake the data in the channels, and what they overtake is stored with the checkpoint: checkpoints stay fast under backpressure and become larger.

    note[older-name]: `execution.checkpointing.alignment-timeout` is an older key
      --> scenarios/mine.ron:12:9
       |
    12 |         alignment_timeout: "soon",
       |         ^^^^^^^^^^^^^^^^^ today it is `checkpointing: (aligned_checkpoint_timeout: ..)`

    error[not-modelled]: `execution.checkpointing.aligned-checkpoint-timeout` is not modelled yet
      --> scenarios/mine.ron:12:9
       |
    12 |         alignment_timeout: "soon",
       |         ^^^^^^^^^^^^^^^^^
       |
       = note: in Flink: How old an aligned barrier may become before it starts to overtake data. 0: unaligned from the beginning.

    error[bad-duration]: `soon` is not a duration: expected number at 0
      --> scenarios/mine.ron:12:28
       |
    12 |         alignment_timeout: "soon",
       |                            ^^^^^^
       |
       = note: Flink calls it execution.checkpointing.aligned-checkpoint-timeout

    error[not-modelled]: `execution.checkpointing.incremental` is not modelled yet
      --> scenarios/mine.ron:13:9
       |
    13 |         incremental: true,
       |         ^^^^^^^^^^^
       |
       = note: in Flink: A checkpoint uploads only files that no earlier one has, and refers to the others.

    error[not-modelled]: `jobmanager.execution.failover-strategy` is not modelled yet
      --> scenarios/mine.ron:15:13
       |
    15 |     flink: {"jobmanager.execution.failover-strategy": "full"},
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: in Flink: Which tasks restart after a failure: those that the failed one is connected to, or all. Here it is `region`, always; for a job in one piece both are the same.
    "##);
}

#[test]
fn names_that_nobody_knows() {
    assert_snapshot!(with_job(r#"
    checkpointing: (
        max_concurrent: 2,
        setMinPauseBetweenCheckpoints: "1s",
        colour: "red",
        interval: "1s",
        interval: "2s",
    ),
    restart: FixedDelay(attempt: 3, multiplier: 2.0),
    flink: {"execution.checkpointing.timeuot": "1s", "delay": "1s", "execution.checkpointing.interval": "3s"},
"#), @r##"
    error[unknown-field]: unknown field `max_concurrent`
     --> scenarios/mine.ron:9:9
      |
    9 |         max_concurrent: 2,
      |         ^^^^^^^^^^^^^^ did you mean `max_concurrent_checkpoints`?
      |
      = note: Flink calls it execution.checkpointing.max-concurrent-checkpoints

    error[unknown-field]: unknown field `setMinPauseBetweenCheckpoints`
      --> scenarios/mine.ron:10:9
       |
    10 |         setMinPauseBetweenCheckpoints: "1s",
       |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `min_pause`?
       |
       = note: Flink calls it execution.checkpointing.min-pause

    error[unknown-field]: unknown field `colour`
      --> scenarios/mine.ron:11:9
       |
    11 |         colour: "red",
       |         ^^^^^^
       |
       = help: one of `mode`, `interval`, `timeout`, `min_pause`, `max_concurrent_checkpoints`, `tolerable_failed_checkpoints`, `num_retained`, `checkpoints_after_tasks_finish`, `externalized_checkpoint_retention`, `initial_delay`

    error[set-twice]: this is set for the second time; the first value is `"1s"`
      --> scenarios/mine.ron:13:9
       |
    13 |         interval: "2s",
       |         ^^^^^^^^
       |
       = note: Flink calls it execution.checkpointing.interval

    error[unknown-field]: unknown field `attempt`
      --> scenarios/mine.ron:15:25
       |
    15 |     restart: FixedDelay(attempt: 3, multiplier: 2.0),
       |                         ^^^^^^^ did you mean `attempts`?
       |
       = note: Flink calls it restart-strategy.fixed-delay.attempts

    error[unknown-field]: unknown field `multiplier`
      --> scenarios/mine.ron:15:37
       |
    15 |     restart: FixedDelay(attempt: 3, multiplier: 2.0),
       |                                     ^^^^^^^^^^
       |
       = help: one of `attempts`, `delay`

    error[unknown-knob]: there is no knob `execution.checkpointing.timeuot`
      --> scenarios/mine.ron:16:13
       |
    16 |     flink: {"execution.checkpointing.timeuot": "1s", "delay": "1s", "execution.checkpointing.interval": "3s"},
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `execution.checkpointing.timeout`?

    error[unknown-knob]: there is no knob `delay`
      --> scenarios/mine.ron:16:54
       |
    16 |     flink: {"execution.checkpointing.timeuot": "1s", "delay": "1s", "execution.checkpointing.interval": "3s"},
       |                                                      ^^^^^^^
       |
       = help: write one of restart-strategy.fixed-delay.delay, restart-strategy.failure-rate.delay

    error[set-twice]: this is set for the second time; the first value is `"1s"`
      --> scenarios/mine.ron:16:69
       |
    16 |     flink: {"execution.checkpointing.timeuot": "1s", "delay": "1s", "execution.checkpointing.interval": "3s"},
       |                                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Flink calls it execution.checkpointing.interval
    "##);
}

#[test]
fn strategies_that_nobody_knows() {
    assert_snapshot!(with_job(r#"
    restart: FixdDelay(attempts: 3),
    checkpointing: (mode: ExactlyOnse, retention: 3),
"#), @r##"
    error[unknown-word]: `FixdDelay` is no restart strategy
     --> scenarios/mine.ron:8:14
      |
    8 |     restart: FixdDelay(attempts: 3),
      |              ^^^^^^^^^ did you mean `FixedDelay`?
      |
      = note: Flink calls it restart-strategy.type

    error[unknown-word]: `ExactlyOnse` is no checkpointing mode
     --> scenarios/mine.ron:9:27
      |
    9 |     checkpointing: (mode: ExactlyOnse, retention: 3),
      |                           ^^^^^^^^^^^ did you mean `ExactlyOnce`?
      |
      = note: Flink calls it execution.checkpointing.mode

    warning[no-interval]: without an interval there are no periodic checkpoints
     --> scenarios/mine.ron:9:27
      |
    9 |     checkpointing: (mode: ExactlyOnse, retention: 3),
      |                           ^^^^^^^^^^^
      |
      = help: add `interval: "1s"`

    error[unknown-field]: unknown field `retention`
     --> scenarios/mine.ron:9:40
      |
    9 |     checkpointing: (mode: ExactlyOnse, retention: 3),
      |                                        ^^^^^^^^^
      |
      = help: one of `mode`, `interval`, `timeout`, `min_pause`, `max_concurrent_checkpoints`, `tolerable_failed_checkpoints`, `num_retained`, `checkpoints_after_tasks_finish`, `externalized_checkpoint_retention`, `initial_delay`
    "##);
}

#[test]
fn parameters_without_effect_and_corrections() {
    let (_, said) = examined(
        r#"
    checkpointing: (min_pause: "400 d"),
    restart: FixedDelay(attempts: 3),
    flink: {"restart-strategy.exponential-delay.max-backoff": "5 min"},
"#,
    );
    assert_snapshot!(said, @r##"
    warning[corrected-by-flink]: the min pause is cut to 365 days
     --> mine.ron:8:32
      |
    8 |     checkpointing: (min_pause: "400 d"),
      |                                ^^^^^^^

    warning[no-effect]: `restart-strategy.exponential-delay.max-backoff` has no effect: the restart strategy is FixedDelay
      --> mine.ron:10:63
       |
    10 |     flink: {"restart-strategy.exponential-delay.max-backoff": "5 min"},
       |                                                               ^^^^^^^
       |
       = help: set restart-strategy.type to exponential-delay
    "##);
}
