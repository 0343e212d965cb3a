//! `--set`: knobs in place of those of a file.

use insta::assert_snapshot;

use super::{Folder, check, good, stderr, stdout};

#[test]
fn a_setting_takes_the_place_of_the_file() {
    let folder = Folder::new("set");
    folder.write("good.ron", good());
    let digest = |arguments: &str| {
        let text = stdout(&folder.cutline(&format!("trace good.ron {arguments}")));
        text.lines().last().expect("there is a last line").to_owned()
    };
    // The same value, in each form of its name.
    for same in ["interval=25ms", "execution.checkpointing.interval=25 ms", "checkpointing.interval=25000micros"] {
        let output = folder.command("trace good.ron").args(["--set", same]).output().expect("it can be started");
        assert_eq!(stdout(&output), stdout(&folder.cutline("trace good.ron")), "{same}");
        assert_eq!(stderr(&output), "");
    }
    assert_ne!(digest(""), digest("--set interval=35ms"));
    // The last one wins.
    assert_eq!(digest("--set interval=35ms"), digest("--set interval=15ms --set interval=35ms"));
    // What follows from a knob follows from a setting: without an interval there are no checkpoints (R67).
    let none = stdout(&folder.cutline("trace good.ron --set interval=none"));
    assert!(!none.contains("trigger"), "{none}");
    for verb in ["run", "check --seeds 20", "explore --states 200 --crashes 0", "trace"] {
        check(&folder.cutline(&format!("{verb} good.ron --set interval=5ms")), 2, "", "at least 10 ms");
    }
}

#[test]
fn a_case_has_the_setting_in_it() {
    let folder = Folder::new("set-case");
    folder.write("broken.ron", super::broken());
    check(&folder.cutline("check broken.ron --seeds 2k --no-shrink --set num-retained=3"), 1, "VIOLATED", "");
    let cases = std::fs::read_dir(folder.0.join("cutline-out/cases")).expect("cases are there");
    for case in cases.flatten() {
        let text = std::fs::read_to_string(case.path()).expect("it can be read");
        assert!(text.contains("num_retained: 3"), "{text}");
    }
}

#[test]
fn what_is_wrong_with_settings() {
    let folder = Folder::new("set-wrong");
    folder.write("good.ron", good());
    let said = |settings: &[&str]| {
        let mut command = folder.command("run good.ron");
        for setting in settings {
            command.args(["--set", setting]);
        }
        let output = command.output().expect("it can be started");
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
        stderr(&output)
    };
    let wrong = ["interval", "intreval=1s", "timeout=100", "mode=exactly-onse", "delay=1s", "incremental=true"];
    assert_snapshot!(said(&wrong), @r##"
    error[bad-setting]: a setting has a key and a value
     --> --set:1:1
      |
    1 | interval
      | ^^^^^^^^
      |
      = help: write KEY=VALUE, as in interval=10s

    error[unknown-knob]: there is no knob `intreval`
     --> --set:1:1
      |
    1 | intreval=1s
      | ^^^^^^^^ did you mean `interval`?

    note[no-unit]: `100` has no unit: taken for milliseconds, as in Flink
     --> --set:1:9
      |
    1 | timeout=100
      |         ^^^ say "100ms", or what else is meant

    error[unknown-word]: `exactly-onse` is no checkpointing mode
     --> --set:1:6
      |
    1 | mode=exactly-onse
      |      ^^^^^^^^^^^^ did you mean `EXACTLY_ONCE`?
      |
      = note: Flink calls it execution.checkpointing.mode

    error[ambiguous-knob]: `delay` is the end of several keys
     --> --set:1:1
      |
    1 | delay=1s
      | ^^^^^
      |
      = help: write one of restart-strategy.fixed-delay.delay, restart-strategy.failure-rate.delay

    error[not-modelled]: `execution.checkpointing.incremental` is not modelled yet
     --> --set:1:1
      |
    1 | incremental=true
      | ^^^^^^^^^^^
      |
      = note: in Flink: A checkpoint uploads only files that no earlier one has, and refers to the others.
      = help: leave it out; how long a checkpoint takes to write is `storage: (state: {..}, write: PerMegabyte(..))`
    "##);
    assert_snapshot!(said(&["setCheckpointTimeout=1 s", "colour=red", "num-retained="]), @r##"
    error[unknown-knob]: there is no knob `setCheckpointTimeout`
     --> --set:1:1
      |
    1 | setCheckpointTimeout=1 s
      | ^^^^^^^^^^^^^^^^^^^^ another word for a knob
      |
      = note: Flink calls it execution.checkpointing.timeout

    error[unknown-knob]: there is no knob `colour`
     --> --set:1:1
      |
    1 | colour=red
      | ^^^^^^
      |
      = help: leave it out if it is another key of Flink's: those of checkpoints and restarts count here, and cutline explain knobs lists them

    error[wrong-type]: expected a whole number, found ``
     --> --set:1:14
      |
    1 | num-retained=
      |              ^
      |
      = note: Flink calls it execution.checkpointing.num-retained
    "##);
    // What only a file with it makes wrong is said at the setting too.
    assert_snapshot!(said(&["timeout=5ms", "max-concurrent-checkpoints=0"]), @r##"
    error[refused-by-flink]: the checkpoint timeout must be at least 10 ms, not 5 ms
     --> --set:1:9
      |
    1 | timeout=5ms
      |         ^^^
      |
      = note: Flink calls it execution.checkpointing.timeout

    error[refused-by-flink]: at least one checkpoint must be allowed at a time
     --> --set:1:28
      |
    1 | max-concurrent-checkpoints=0
      |                            ^
      |
      = note: Flink calls it execution.checkpointing.max-concurrent-checkpoints
    "##);
}

#[test]
fn an_older_key_has_a_note() {
    let folder = Folder::new("set-older");
    folder.write("all/a.ron", good()).write("all/b.ron", good());
    let output = folder.cutline("run all --set state.checkpoints.num-retained=2");
    assert_eq!(output.status.code(), Some(0));
    assert_snapshot!(stderr(&output), @r##"
    note[older-name]: `state.checkpoints.num-retained` is an older key
     --> --set:1:1
      |
    1 | state.checkpoints.num-retained=2
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ today it is `execution.checkpointing.num-retained`
    "##);
}

/// What stands as in Flink's configuration may leave the unit out; a field of a file may not.
#[test]
fn a_duration_without_a_unit_is_in_milliseconds_as_in_flink() {
    let folder = Folder::new("set-bare");
    folder.write("good.ron", good());
    check(&folder.cutline("run good.ron --set interval=1000"), 0, "PASS", "taken for milliseconds");
    check(&folder.cutline("run good.ron --set execution.checkpointing.interval=0"), 2, "", "at least 10 ms");
    check(&folder.cutline("run good.ron --set interval=1.5"), 2, "", "needs a unit");
    let flinks = |entry: &str| good().replace("checkpointing: (interval: \"25ms\")", &format!("flink: {{{entry}}}"));
    folder.write("text.ron", flinks("\"execution.checkpointing.interval\": \"1000\""));
    check(&folder.cutline("validate text.ron"), 0, "", "taken for milliseconds");
    folder.write("number.ron", flinks("\"execution.checkpointing.interval\": 1000"));
    check(&folder.cutline("validate number.ron"), 0, "", "taken for milliseconds");
    folder.write("none.ron", flinks("\"execution.checkpointing.interval\": \"0\""));
    check(&folder.cutline("run none.ron"), 2, "", "at least 10 ms");
    folder.write("field.ron", good().replace("\"25ms\"", "\"1000\""));
    check(&folder.cutline("run field.ron"), 2, "", "needs a unit");
}
