//! What `check`, `explore` and `explore --sweep` make of what they find: every finding is shrunk and saved in a file of its
//! own, and heading, exit code and JSON say the same.

use std::fs;

use serde_json::Value;

use super::{Folder, broken, check, good, stderr, stdout};

/// A job of one record, which a search covers at once.
fn small(more: &str) -> String {
    format!(
        "Scenario(version: 1, name: \"small\",
        job: [Source(name: \"s\", records: List([1])), Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Forward(\"s\")])],
        checkpointing: (interval: \"10ms\"), limits: (checkpoints: 1),
        {more})"
    )
}

/// The same, which restarts after a crash, and should not.
fn restarts() -> String {
    small("restart: FixedDelay(attempts: 3, delay: \"1ms\"), expect: [Job(Finished), Restarts(Exactly(0))],")
}

/// The names of the case files below `cutline-out`, in order.
fn cases(folder: &Folder) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.0.join("cutline-out/cases")) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// The verdict: what is known of it stands below, indented.
fn heading(text: &str) -> &str {
    text.lines().rfind(|line| !line.is_empty() && !line.starts_with(' ')).unwrap_or_default()
}

/// 1. The job restarts after any crash, and the file expects that it does not.
/// 2. Each of the three finds that, makes it small, and saves it; the case shows it again.
/// 3. The case passes as it is, and cannot be shrunk any further.
#[test]
fn an_expectation_that_is_not_met_is_shrunk_and_saved() {
    for (verb, file, text) in [
        ("check rest.ron --seeds 200", "rest", restarts()),
        ("explore rest.ron", "rest", restarts()),
        // Of a sweep results are asked, and that the job finishes.
        ("explore --sweep once.ron", "once", small("restart: None, expect: [Job(Finished)],")),
    ] {
        let folder = Folder::new(&format!("unmet-{}", verb.split(' ').next_back().unwrap_or_default()));
        folder.write(&format!("{file}.ron"), text);
        let output = folder.cutline(verb);
        let what = if file == "rest" { "restarts" } else { "job" };
        let name = format!("{file}-expect-{what}.case.ron");
        check(&output, 1, &format!("  replay   cutline replay cutline-out/cases/{name}\n"), "");
        let text = stdout(&output);
        assert!(text.contains("\n  shrunk   to 1 fault, the timed order, 1 record, "), "{verb}: {text}");
        assert!(heading(&text).starts_with("FAIL  "), "{verb}: {text}");
        assert_eq!(cases(&folder), std::slice::from_ref(&name), "{verb}");
        let case = format!("cutline-out/cases/{name}");
        check(&folder.cutline(&format!("replay {case}")), 0, "\nSAME  digest ", "");
        check(&folder.cutline(&format!("run {case}")), 0, "PASS  1 of 1 expectation", "");
        let header = fs::read_to_string(folder.0.join(&case)).expect("it was saved");
        for words in [" is not met: ", "// shrunk   to ", "again in place of its opposite."] {
            assert!(header.contains(words), "`{words}` is not in {header}");
        }
        let again = folder.cutline(&format!("shrink {case}"));
        check(&again, 0, "MINIMAL  nothing more can be left out\n", "");
        assert!(stdout(&again).contains(" is not met: "), "{}", stdout(&again));
    }
}

/// What a sum should be is right for some records only: with fewer of them it would be wrong without any crash.
#[test]
fn shrinking_does_not_make_an_expectation_nonsense() {
    let folder = Folder::new("sense");
    folder.write("sum.ron", good().replace("attempts: 10", "attempts: 0"));
    check(&folder.cutline("check sum.ron --seeds 200"), 1, "FAIL  Final(op: \"sum\", total: 20)", "");
    let text = fs::read_to_string(folder.0.join("cutline-out/cases/sum-expect-final.case.ron")).expect("it was saved");
    assert!(text.contains("Range(from: 1, to: 4)") && text.contains("Never(Final(op: \"sum\", total: 20))"), "{text}");
}

#[test]
fn programs_find_the_cases_too() {
    let folder = Folder::new("unmet-json");
    folder.write("rest.ron", restarts());
    let fields = |unmet: &Value| {
        assert_eq!(unmet["case"], "cutline-out/cases/rest-expect-restarts.case.ron", "{unmet}");
        assert_eq!(unmet["replay"], "cutline replay cutline-out/cases/rest-expect-restarts.case.ron");
        assert_eq!(unmet["shrunk"]["to"]["faults"], 1, "{unmet}");
        assert!(unmet["too_late"].is_string());
    };
    let found: Value = serde_json::from_str(&stdout(&folder.cutline("explore rest.ron --format json"))).expect("JSON");
    fields(&found["expectations"][1]);
    assert_eq!(found["expectations"][0]["case"], Value::Null);
    let lines = stdout(&folder.cutline("check rest.ron --seeds 100 --format jsonl"));
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let case = lines.iter().find(|line| line["record"] == "case").expect("a case was saved");
    assert_eq!((&case["expectation"], &case["rule"]), (&"Restarts(Exactly(0))".into(), &Value::Null));
    let campaign = lines.iter().find(|line| line["record"] == "campaign").expect("there is one");
    fields(&campaign["expectations"][1]);
    let junit = stdout(&folder.cutline("check rest.ron --seeds 100 --format junit"));
    assert!(junit.contains("replay: cutline replay cutline-out/cases/rest-expect-restarts.case.ron"), "{junit}");
}

/// Two files of one name in different folders, both with the same fault; and again, over what is there.
#[test]
fn no_case_takes_the_place_of_another() {
    let folder = Folder::new("names");
    folder.write("a/x.ron", broken()).write("b/x.ron", broken()).write("b/y.ron", broken());
    let saved = || {
        let text = stdout(&folder.cutline("check a b --seeds 40 --no-shrink"));
        let saved =
            text.lines().filter_map(|line| line.trim().strip_prefix("replay   cutline replay ").map(str::to_owned));
        saved.collect::<Vec<String>>()
    };
    let first = saved();
    assert_eq!(first.len(), cases(&folder).len(), "{first:?}");
    for name in ["x-consistent-cut", "x-consistent-cut-2", "y-consistent-cut"] {
        assert!(first.contains(&format!("cutline-out/cases/{name}.case.ron")), "{first:?}");
    }
    assert_eq!(first, saved());
    assert_eq!(first.len(), cases(&folder).len());
    // Another command of another file leaves them alone.
    folder.write("z.ron", restarts());
    folder.cutline("explore z.ron");
    assert_eq!(cases(&folder).len(), first.len() + 1);
}

/// A result that is shrunk once more is not written over what was given.
#[test]
fn shrinking_keeps_what_it_was_given() {
    let folder = Folder::new("shrink-input");
    folder.write("cutline-out/cases/rest-min.case.ron", restarts().replace("Exactly(0)", "Exactly(1)"));
    let before = fs::read(folder.0.join("cutline-out/cases/rest-min.case.ron")).expect("it is there");
    check(&folder.cutline("shrink cutline-out/cases/rest-min.case.ron"), 0, "rest-min-2.case.ron", "");
    assert_eq!(fs::read(folder.0.join("cutline-out/cases/rest-min.case.ron")).expect("it is there"), before);
}

/// The first word of the last line, the exit code, and the status in JSON and JUnit agree.
#[test]
fn heading_and_exit_code_agree() {
    let folder = Folder::new("agree");
    let never = small("restart: FixedDelay(attempts: 3, delay: \"1ms\"), expect: [Sometimes(Job(Failed))],");
    let wrong = small("restart: FixedDelay(attempts: 3, delay: \"1ms\"), expect: [Job(Failed)],");
    let sound = small("restart: FixedDelay(attempts: 3, delay: \"1ms\"), expect: [Job(Finished)],");
    let early = small("restart: FixedDelay(attempts: 3, delay: \"1ms\"), defect: EarlyCommit,");
    folder.write("sound.ron", sound).write("rest.ron", restarts()).write("early.ron", early);
    folder.write("never.ron", never).write("wrong.ron", wrong);
    for (command, word, code) in [
        ("check sound.ron --seeds 40", "PASS", 0),
        ("check rest.ron --seeds 40", "FAIL", 1),
        ("check wrong.ron --seeds 40", "FAIL", 1),
        ("check early.ron --seeds 400", "FAIL", 1),
        ("check never.ron --seeds 40", "INCONCLUSIVE", 3),
        ("check sound.ron --time 0s", "INCONCLUSIVE", 3),
        ("explore sound.ron", "complete:", 0),
        ("explore rest.ron", "FAIL", 1),
        ("explore wrong.ron", "FAIL", 1),
        ("explore early.ron", "FAIL", 1),
        ("explore never.ron", "INCONCLUSIVE", 3),
        ("explore sound.ron --states 50", "stopped", 3),
        ("explore rest.ron --depth 5", "stopped", 3),
        ("explore --sweep sound.ron", "HOLDS", 0),
        ("explore --sweep wrong.ron", "HOLDS", 0),
        ("explore --sweep early.ron", "FAIL", 1),
    ] {
        let output = folder.cutline(command);
        check(&output, code, "", "");
        let text = stdout(&output);
        assert_eq!(heading(&text).split_whitespace().next(), Some(word), "{command}: {text}");
        assert!(code == 0 || !text.contains("complete: every") && !text.contains("PASS"), "{command}: {text}");
        assert_eq!(
            stdout(&folder.cutline(&format!("-q {command}"))).split_whitespace().next(),
            Some(word),
            "{command}"
        );
        let status = match code {
            0 => "holds",
            1 => "violated",
            _ => "inconclusive",
        };
        for format in if command.starts_with("check") { &["json", "jsonl", "junit"][..] } else { &["json"] } {
            let output = folder.cutline(&format!("{command} --format {format}"));
            let text = stdout(&output);
            assert_eq!(output.status.code(), Some(code), "{command} {format}: {text}");
            let last = if *format == "jsonl" { text.lines().last().unwrap_or_default() } else { &text };
            match *format {
                "junit" => {
                    let wrong = if code == 1 { "<failure" } else { "<error" };
                    assert_eq!(text.contains("<failure") || text.contains("<error"), code != 0, "{command}: {text}");
                    assert!(code == 0 || text.contains(wrong), "{command}: {text}");
                }
                _ => {
                    let value: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("{command}: {text}"));
                    assert_eq!(value["status"], status, "{command} {format}");
                }
            }
        }
    }
}

/// Without a single run nothing is known.
#[test]
fn a_bound_of_nothing_is_no_pass() {
    let folder = Folder::new("zero");
    folder.write("good.ron", good());
    let none = "no run was made, so nothing is known   0 seeds";
    check(&folder.cutline("check good.ron --time 0s"), 3, none, "");
    check(&folder.cutline("check good.ron --seeds 0"), 2, "", "there is no seed in it");
    check(&folder.cutline("check good.ron -j 0"), 2, "", "0");
    for (bound, words) in [("states", "states"), ("steps", "steps"), ("time", "time"), ("memory", "memory")] {
        if bound == "memory" && !cfg!(target_os = "linux") {
            continue;
        }
        let zero = if bound == "time" { "0s" } else { "0" };
        let output = folder.cutline(&format!("explore good.ron --{bound} {zero}"));
        check(&output, 3, &format!("stopped at the bound on {words}, "), "further: ");
    }
    check(&folder.cutline("shrink good.ron --runs 0"), 3, "", "nothing to shrink");
    folder.write("rest.ron", restarts().replace("Exactly(0)", "Exactly(1)"));
    check(&folder.cutline("shrink rest.ron --runs 0"), 3, "NOT MINIMAL", "");
}

/// The bound is on states, and there are as many.
#[test]
fn a_bound_that_is_just_enough_is_no_end() {
    let folder = Folder::new("enough");
    folder.write("small.ron", small("restart: None,"));
    for order in ["bfs", "dfs"] {
        let explore = |more: &str| folder.cutline(&format!("explore small.ron --order {order} --format json{more}"));
        let value: Value = serde_json::from_str(&stdout(&explore(""))).expect("JSON");
        let states = value["states"].as_u64().expect("a number");
        let output = explore(&format!(" --states {states}"));
        let same: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert_eq!((&same["complete"], output.status.code()), (&true.into(), Some(0)), "{order}");
        assert_eq!((&same["states"], &same["transitions"]), (&value["states"], &value["transitions"]));
        let output = explore(&format!(" --states {}", states - 1));
        let less: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert_eq!((&less["complete"], output.status.code()), (&false.into(), Some(3)), "{order}");
        assert_eq!(less["states"].as_u64(), Some(states - 1));
    }
}

#[test]
fn a_hint_names_what_would_help() {
    let folder = Folder::new("hints");
    folder.write("small.ron", small("restart: None,"));
    let never = small("restart: FixedDelay(attempts: 3, delay: \"1ms\"), expect: [Sometimes(Job(Failed))],");
    folder.write("never.ron", never).write("once.ron", small("restart: FixedDelay(attempts: 0, delay: \"1ms\"),"));
    for (command, hint) in [
        ("explore small.ron --states 50", "further: --states 500; or fewer schedules: --crashes 0, a shorter input\n"),
        (
            "explore small.ron --states 2k --crashes 2 --no-reduction --haste 1 --checkpoints 2 --time 0s",
            "further: --time 10s; or fewer schedules: no --no-reduction, --crashes 1, --haste 0, --checkpoints 1, a shorter",
        ),
        ("explore small.ron --steps 4 --crashes 0", "further: --steps 40; or fewer schedules: a shorter input\n"),
        ("explore never.ron", "may show in many runs: cutline check never.ron\n"),
    ] {
        check(&folder.cutline(command), 3, "", hint);
    }
    if cfg!(target_os = "linux") {
        let wide = folder.cutline("explore small.ron --memory 1k");
        check(&wide, 3, "", "further: --memory 100M, or --order dfs, which keeps fewer states waiting; or fewer");
    }
    assert_eq!(stderr(&folder.cutline("explore small.ron")), "");
    // A crash more than the file has restarts for.
    folder.write("once.ron", small("restart: FixedDelay(attempts: 0, delay: \"1ms\"), expect: [Job(Finished)],"));
    check(
        &folder.cutline("explore --sweep once.ron"),
        1,
        "  since    in 67 placements the job gives up: its 0 restarts are spent, and a sweep adds a crash; --set restart.attempts=1\n",
        "",
    );
    check(&folder.cutline("explore --sweep once.ron --set restart.attempts=1"), 0, "HOLDS", "");
    folder.write("none.ron", small("restart: None, expect: [Job(Finished)],"));
    check(&folder.cutline("explore --sweep none.ron"), 1, "--set restart-strategy.type=fixed-delay\n", "");
    check(&folder.cutline("explore --sweep none.ron --set restart-strategy.type=fixed-delay"), 0, "HOLDS", "");
}

/// What the file says is broken is known, and no pass without a word of it.
#[test]
fn violations_that_are_expected_are_named_in_the_end() {
    let folder = Folder::new("known");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/regressions/no-rewind.ron");
    folder.write("known.ron", fs::read_to_string(path).expect("it is there"));
    let rules = "(consistent-cut, state-exactly-once, explained)";
    let checked = folder.cutline("check known.ron");
    check(&checked, 0, &format!("PASS  no violation but those expected {rules} in 1 seed\n"), "");
    let swept = folder.cutline("explore --sweep known.ron");
    check(&swept, 0, "  not asked, as no placement need show it: Violates(rule: \"consistent-cut\")\n", "");
    let text = stdout(&swept);
    assert!(text.contains("  violates consistent-cut in 36 of 42 placements, as expected\n"), "{text}");
    assert!(
        heading(&text).contains(&format!("all 42 placements hold, no violation but those expected {rules}")),
        "{text}"
    );
    let swept: Value =
        serde_json::from_slice(&folder.cutline("explore --sweep known.ron --format json").stdout).expect("it is JSON");
    assert_eq!((&swept["known"]["consistent-cut"], &swept["asked"]), (&36.into(), &Value::Array(Vec::new())));
    assert_eq!(swept["not_asked"].as_array().map(Vec::len), Some(3));
    // Without a run there is nothing between the expectations and the verdict but one line.
    let none = stdout(&folder.cutline("check known.ron --time 0s"));
    assert!(none.contains("no run was made\n\nINCONCLUSIVE") && !none.contains("\n\n\n"), "{none}");
}
