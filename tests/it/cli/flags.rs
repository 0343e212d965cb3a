//! Flags that change what is run, what is shown, and what the exit code says.

use serde_json::Value;

use super::{Folder, good, scenario, stderr, stdout};

#[test]
fn validate_tells_programs_where_mistakes_are() {
    let folder = Folder::new("validate-json");
    folder.write("good.ron", good()).write("wrong.ron", good().replace("Sum,", "Summ,"));
    let output = folder.cutline("validate good.ron wrong.ron none.ron --format json");
    assert_eq!((output.status.code(), stderr(&output)), (Some(2), String::new()));
    let told: Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    assert_eq!((&told["schema"], &told["sound"]), (&"cutline.validate/1".into(), &false.into()));
    assert_eq!((&told["files"][0]["name"], &told["files"][0]["sound"]), (&"good".into(), &true.into()));
    let message = &told["files"][1]["messages"][0];
    assert_eq!((&message["code"], &message["label"]), (&"unknown-word".into(), &"did you mean `Sum`?".into()));
    assert_eq!((&message["line"], &message["column"], &message["end_column"]), (&7.into(), &38.into(), &42.into()));
    assert_eq!(told["files"][2]["messages"][0]["line"], Value::Null);
}

#[test]
fn an_exit_code_may_be_left_to_the_result() {
    let folder = Folder::new("exit-zero");
    folder
        .write("broken.ron", scenario("broken", "expect: [Job(Failed)],"))
        .write("open.ron", scenario("open", "limits: (steps: 3),"));
    for (arguments, code) in [
        ("run broken.ron", 1),
        ("run broken.ron --exit-zero", 0),
        ("run broken.ron --allow-incomplete", 1),
        ("run open.ron", 3),
        ("run open.ron --allow-incomplete", 0),
        ("run open.ron --exit-zero", 3),
        ("run none.ron --exit-zero --allow-incomplete", 2),
    ] {
        assert_eq!(folder.cutline(arguments).status.code(), Some(code), "{arguments}");
    }
}

#[test]
fn a_run_may_have_another_seed_and_another_end() {
    let folder = Folder::new("run-seed");
    folder.write("drawn.ron", scenario("drawn", "channels: (latency: Uniform(\"1ms\", \"9ms\")),"));
    let first = |arguments: &str| stdout(&folder.cutline(arguments)).lines().next().unwrap_or_default().to_owned();
    assert!(first("run drawn.ron").contains("seed 0 "));
    assert!(first("run drawn.ron --seed 0x10").contains("seed 16 "));
    let last = |arguments: &str| stdout(&folder.cutline(arguments)).lines().last().unwrap_or_default().to_owned();
    assert_ne!(last("run drawn.ron"), last("run drawn.ron --seed 16"));
    assert!(first("run drawn.ron --until 20ms").contains("0.020 s of virtual time: cut off by `stop`"));
    assert_eq!(folder.cutline("run drawn.ron --until 20").status.code(), Some(2));
}

#[test]
fn a_file_that_is_not_there_has_neighbours() {
    let folder = Folder::new("neighbours");
    folder.write("all/good.ron", good());
    assert!(stderr(&folder.cutline("run all/goood.ron")).contains("did you mean `all/good.ron`?"));
    assert!(stderr(&folder.cutline("run all/good")).contains("did you mean `all/good.ron`?"));
    assert!(stderr(&folder.cutline("run all/nothing-like-it.ron")).contains("cutline list shows which there are"));
}

#[test]
fn a_workflow_marks_the_lines_that_failed() {
    let folder = Folder::new("annotations");
    folder.write("wrong.ron", scenario("wrong", "expect: [Job(Finished), Job(Failed)],"));
    let output = folder.command("run wrong.ron").env("GITHUB_ACTIONS", "true").output().expect("it can be started");
    assert!(stderr(&output).contains("::error file=wrong.ron,line=12,col=29::Job(Failed): "), "{}", stderr(&output));
    folder.write("broken.ron", super::broken());
    let output = folder.command("check wrong.ron broken.ron --seeds 40").env("GITHUB_ACTIONS", "true").output();
    let marked = stderr(&output.expect("it can be started"));
    for line in ["::error file=wrong.ron,line=12,col=29::Job(Failed): ", "::error file=broken.ron::consistent-cut: "] {
        assert!(marked.contains(line), "{marked}");
    }
    let output = folder.command("run wrong.ron").env_remove("GITHUB_ACTIONS").output().expect("it can be started");
    assert!(!stderr(&output).contains("::error"));
}

#[test]
fn progress_may_be_silent() {
    let folder = Folder::new("progress");
    folder.write("good.ron", good());
    for shown in ["auto", "bar", "counter", "none"] {
        let output = folder.cutline(&format!("check good.ron --seeds 20 --progress {shown}"));
        assert_eq!(output.status.code(), Some(0), "{shown}");
        assert!(!stdout(&output).contains('\u{1b}') && !stderr(&output).contains('\u{1b}'));
    }
    assert_eq!(folder.cutline("check good.ron --progress loud").status.code(), Some(2));
}
