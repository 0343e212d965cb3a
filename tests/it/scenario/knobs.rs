//! Knobs in a file: Flink's names, Flink's forms, older names, what is not modelled.

use cutline::ids::Micros;
use cutline::plan::Plan;
use cutline::protocol::coordinator::Mode;
use cutline::protocol::restart;
use cutline::scenario::knob::{KNOBS, Kind, Knob};
use cutline::scenario::{self, Settings};
use insta::assert_snapshot;

use super::{around, mistakes, with_job};

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
       = help: leave it out; barriers that wait for no other input are `checkpointing: (mode: AtLeastOnce)`

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
       = help: leave it out

    error[bad-duration]: `soon` is not a duration
      --> scenarios/mine.ron:12:28
       |
    12 |         alignment_timeout: "soon",
       |                            ^^^^^^
       |
       = note: Flink calls it execution.checkpointing.aligned-checkpoint-timeout
       = help: write a number with a unit, for example "10s" or "500ms"

    error[not-modelled]: `execution.checkpointing.incremental` is not modelled yet
      --> scenarios/mine.ron:13:9
       |
    13 |         incremental: true,
       |         ^^^^^^^^^^^
       |
       = note: in Flink: A checkpoint uploads only files that no earlier one has, and refers to the others.
       = help: leave it out; how long a checkpoint takes to write is `storage: (state: {..}, write: PerMegabyte(..))`

    error[not-modelled]: the failover strategy `full` is not modelled yet
      --> scenarios/mine.ron:15:55
       |
    15 |     flink: {"jobmanager.execution.failover-strategy": "full"},
       |                                                       ^^^^^^
       |
       = note: every run restarts the tasks that the failed one is connected to; for a job in one piece that is all of them
       = note: Flink calls it jobmanager.execution.failover-strategy
       = help: write `region`
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
       = help: one of `mode`, `interval`, `timeout`, `min_pause`, `max_concurrent_checkpoints`, `tolerable_failed_checkpoints`, `num_retained`, `checkpoints_after_tasks_finish`, `externalized_checkpoint_retention`, `initial_delay`, `storage`

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
    checkpointing: (mode: ExactlyOnse, elephants: 3),
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
    9 |     checkpointing: (mode: ExactlyOnse, elephants: 3),
      |                           ^^^^^^^^^^^ did you mean `ExactlyOnce`?
      |
      = note: Flink calls it execution.checkpointing.mode

    error[unknown-field]: unknown field `elephants`
     --> scenarios/mine.ron:9:40
      |
    9 |     checkpointing: (mode: ExactlyOnse, elephants: 3),
      |                                        ^^^^^^^^^
      |
      = help: one of `mode`, `interval`, `timeout`, `min_pause`, `max_concurrent_checkpoints`, `tolerable_failed_checkpoints`, `num_retained`, `checkpoints_after_tasks_finish`, `externalized_checkpoint_retention`, `initial_delay`, `storage`
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

#[test]
fn state_backends_and_storages_by_key() {
    use cutline::plan::{Backend, StorageKind};

    #[track_caller]
    fn check(rest: &str, backend: Backend, storage: StorageKind, notes: usize) {
        let (plan, said) = examined(rest);
        assert_eq!((plan.backend, plan.storage.kind), (backend, storage), "{rest}");
        assert_eq!(said.matches("note[older-name]").count(), notes, "{said}");
        let text = scenario::print(&plan).expect("it has a text");
        let again = scenario::load(&text, "mine.ron").expect("it is a file");
        assert_eq!((again.backend, again.storage), (plan.backend, plan.storage), "{text}");
    }

    use StorageKind::{FileSystem, JobManager};
    let costly = Backend::RocksDb { access: Micros::millis(2) };
    check("flink: {\"state.backend.type\": \"rocksdb\"}", Backend::ROCKSDB, JobManager, 0);
    check("state_backend: RocksDB", Backend::ROCKSDB, JobManager, 0);
    check("state_backend: RocksDB(access: \"2ms\")", costly, JobManager, 0);
    check("flink: {\"execution.checkpointing.storage\": \"filesystem\"}", Backend::HashMap, FileSystem, 0);
    check("flink: {\"state.checkpoint-storage\": \"jobmanager\"}", Backend::HashMap, JobManager, 1);
    // Words that said both up to Flink 1.12: the key is an older one, and so is the word.
    check("flink: {\"state.backend\": \"filesystem\"}", Backend::HashMap, FileSystem, 2);
    check("flink: {\"state.backend\": \"memory\"}", Backend::HashMap, JobManager, 2);
    check("flink: {\"state.backend.type\": \"MemoryStateBackend\"}", Backend::HashMap, JobManager, 1);

    // From outside, over what a file says: the cost of RocksDB stays, the bound of the JobManager has no meaning for files.
    let file = around("state_backend: RocksDB(access: \"2ms\"), storage: (max_state_size: \"1 MiB\")");
    let set = |settings: &[&str]| {
        let texts: Vec<String> = settings.iter().map(|&text| text.to_owned()).collect();
        let (settings, _) = scenario::Settings::read(&texts).expect("these are settings");
        let (plan, found) = scenario::examine_with(&file, "mine.ron", &settings);
        let plan = plan.unwrap_or_else(|| panic!("{found}"));
        (plan.backend, plan.storage.kind)
    };
    assert_eq!(set(&["state.backend.type=rocksdb", "storage=filesystem"]), (costly, FileSystem));
    assert_eq!(set(&["state.backend=hashmap"]), (Backend::HashMap, JobManager));
}

#[test]
fn what_every_run_does_may_be_said() {
    let (_, said) = examined(
        r#"failover: Region, profile: "flink-2.3",
        flink: {"jobmanager.scheduler": "Default"}"#,
    );
    assert_eq!(said, "");
    let (_, said) = examined("flink: {\"jobmanager.execution.failover-strategy\": \"region\"}");
    assert_eq!(said, "");
}

#[test]
fn what_comes_later_says_what_to_write_until_then() {
    assert_snapshot!(with_job(
        r#"
    profile: "flink-1.10",
    failover: Full,
    flink: {"state.backend.type": "forst", "execution.checkpointing.storage": "filesystem"},
    storage: (kind: JobManager),
    user: [Savepoint(name: "s1", at: Time("1s"))],
"#,
    ), @r##"
    error[not-modelled]: the profile `flink-1.10` is not modelled yet
     --> scenarios/mine.ron:8:14
      |
    8 |     profile: "flink-1.10",
      |              ^^^^^^^^^^^^
      |
      = note: it comes later: savepoints that are stored and notified, setPreferCheckpointForRecovery, other failures that count; until then every run is one of Flink 2.3
      = help: leave `profile` out, or write "flink-2.3"

    error[not-modelled]: the failover strategy `full` is not modelled yet
     --> scenarios/mine.ron:9:15
      |
    9 |     failover: Full,
      |               ^^^^
      |
      = note: every run restarts the tasks that the failed one is connected to; for a job in one piece that is all of them
      = note: Flink calls it jobmanager.execution.failover-strategy
      = help: write `region`

    error[not-modelled]: the state backend `ForSt` is not modelled yet
      --> scenarios/mine.ron:10:35
       |
    10 |     flink: {"state.backend.type": "forst", "execution.checkpointing.storage": "filesystem"},
       |                                   ^^^^^^^
       |
       = note: in Flink: state on remote storage, with a cache on local disk
       = note: Flink calls it state.backend.type
       = help: write `HashMap` or `RocksDB`

    error[set-twice]: this is set for the second time; the first value is `JobManager`
      --> scenarios/mine.ron:10:44
       |
    10 |     flink: {"state.backend.type": "forst", "execution.checkpointing.storage": "filesystem"},
       |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = note: Flink calls it execution.checkpointing.storage

    error[not-modelled]: `Savepoint` is not modelled yet
      --> scenarios/mine.ron:12:12
       |
    12 |     user: [Savepoint(name: "s1", at: Time("1s"))],
       |            ^^^^^^^^^
       |
       = note: in Flink: a snapshot that somebody asks for, names and owns; no later checkpoint removes it
       = help: write `Checkpoint(at: ..)` for a checkpoint by hand; `Start(at: ..)` begins from the latest retained checkpoint
    "##);
}

#[test]
fn a_mistake_elsewhere_is_no_reason_for_a_warning() {
    for rest in [
        "checkpointing: (interval: \"1 parsec\", mode: ExactlyOnce)",
        "checkpointing: (intreval: \"1s\", mode: ExactlyOnce)",
        "flink: {\"restart-strategy.type\": \"fixd\", \"restart-strategy.failure-rate.delay\": \"1s\"}",
    ] {
        let (plan, found) = scenario::examine(&around(rest), "mine.ron");
        assert!(plan.is_none());
        assert_eq!(found.iter().count(), 1, "{found}");
    }
}

#[test]
fn strategies_as_flinks_setters_take_them() {
    assert_snapshot!(with_job(
        r#"
    restart: FixedDelay(3, 10000),
"#,
    ), @r##"
    error[wrong-form]: each part of `FixedDelay` needs its name in front
     --> scenarios/mine.ron:8:24
      |
    8 |     restart: FixedDelay(3, 10000),
      |                        ^^^^^^^^^^
      |
      = note: a duration has a unit: Flink's setters count milliseconds
      = help: write `FixedDelay(attempts: 3, delay: "10000ms")`
    "##);
    assert_snapshot!(with_job(
        r#"
    restart: (attempts: 3),
    checkpointing: (interval: abc, unaligned: (enabld: true)),
"#,
    ), @r##"
    error[wrong-form]: a restart strategy begins with its name, found `(attempts: 3)`
     --> scenarios/mine.ron:8:14
      |
    8 |     restart: (attempts: 3),
      |              ^^^^^^^^^^^^^
      |
      = note: Flink calls it restart-strategy.type
      = help: write, for example, `FixedDelay(attempts: 3, delay: "10s")`

    error[bad-duration]: `abc` is not a duration
     --> scenarios/mine.ron:9:31
      |
    9 |     checkpointing: (interval: abc, unaligned: (enabld: true)),
      |                               ^^^
      |
      = note: Flink calls it execution.checkpointing.interval
      = help: write a number with a unit, for example "10s" or "500ms"

    error[unknown-field]: unknown field `enabld`
     --> scenarios/mine.ron:9:48
      |
    9 |     checkpointing: (interval: abc, unaligned: (enabld: true)),
      |                                                ^^^^^^ did you mean `enabled`?
      |
      = note: Flink calls it execution.checkpointing.unaligned.enabled
    "##);
}

/// What Flink does by default every run does: whoever copies a configuration that says so has made no mistake.
#[test]
fn a_knob_that_is_not_modelled_may_have_flinks_default() {
    let absent: Vec<_> = KNOBS.iter().filter(|knob| !knob.is_modelled()).collect();
    assert!(absent.len() > 15, "{absent:?}");
    for knob in absent {
        let Knob { key, default, .. } = knob;
        let (arguments, file) = (
            [format!("{key}={default}")],
            format!("flink: {{\"{key}\": \"{default}\"}}, checkpointing: (interval: \"1s\")"),
        );
        // A path that is not set cannot be written: `none` would be one.
        if matches!(knob.kind, Kind::Text) && *default == "none" {
            assert!(Settings::read(&arguments).is_err(), "{key}");
            continue;
        }
        let (_, found) = Settings::read(&arguments).unwrap_or_else(|found| panic!("{found}"));
        for said in [found.render(false), examined(&file).1] {
            assert!(
                said.starts_with(&format!("note[not-modelled]: `{key}` is not modelled; this is Flink's default")),
                "{said}"
            );
            assert_eq!(said.matches("note[").count(), 1, "{said}");
        }
    }
    // A field of a file is the same.
    let (_, said) = examined("checkpointing: (interval: \"1s\", unaligned: (enabled: false), incremental: false)");
    assert_eq!(said.matches("is Flink's default").count(), 2, "{said}");
}

#[test]
fn a_knob_that_is_not_modelled_is_to_be_left_out() {
    for knob in KNOBS.iter().filter(|knob| !knob.is_modelled()) {
        let other = match knob.kind {
            Kind::Flag => if knob.default == "true" { "false" } else { "true" }.to_owned(),
            Kind::Choice { of, .. } => of[1][0].to_owned(),
            Kind::Duration | Kind::OptionalDuration => "7 s".to_owned(),
            Kind::Size => "7 mb".to_owned(),
            _ => "77".to_owned(),
        };
        let found = Settings::read(&[format!("{}={other}", knob.key)]).expect_err("it is not modelled");
        let said = found.render(false);
        assert!(said.starts_with("error[not-modelled]") && said.contains("help: leave it out"), "{said}");
        assert!(said.contains(knob.instead), "{said}");
        let flink = format!("flink: {{\"{}\": \"{other}\"}}", knob.key);
        assert!(mistakes(&around(&flink)).contains("help: leave it out"), "{flink}");
    }
    // Flink has many keys that have nothing to do with checkpoints.
    for other in ["taskmanager.numberOfTaskSlots", "parallelism.default", "rest.port", "pipeline.name"] {
        let found = Settings::read(&[format!("{other}=2")]).expect_err("it is no knob here").render(false);
        assert!(found.contains("leave it out"), "{found}");
    }
}

#[test]
fn a_task_whose_records_cost_nothing_cannot_be_slow() {
    let slow = "faults: [Slow(task: \"sum[1]\", factor: 8.0, from: \"1s\", until: \"2s\")],";
    let (_, said) = examined(slow);
    assert!(said.starts_with("warning[no-effect]: `Slow` has no effect on `sum[1]`: its records cost no"), "{said}");
    assert!(said.contains("= help: add `cost: \"1ms\"` to `sum`"), "{said}");
    // Each access of RocksDB takes its time.
    assert_eq!(examined(&format!("{slow} state_backend: RocksDB(access: \"10us\"),")).1, "");
}
