//! What comes out of the program: tables for people, objects and XML for programs, files, colours.

use std::fs;
use std::process::Output;

use serde_json::Value;

use super::cli::{Folder, broken, check, good, scenario, stderr, stdout};

/// Crashes in the second checkpoint, and expects what does not hold, in lines 14 and 15.
fn failing() -> String {
    scenario(
        "failing",
        "faults: [Crash(task: \"sum\", at: Barrier(checkpoint: 2, phase: AfterSnapshot))],
    expect: [Job(Finished),
        Final(op: \"sum\",
            total: 21), // never
            Restarts(Exactly(3))],",
    )
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}:\n{}", stdout(output)))
}

/// The objects of `jsonl`, with the names of their records.
fn records(text: &str) -> Vec<(String, Value)> {
    let object = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let named = |value: Value| (value["record"].as_str().expect("it has a name").to_owned(), value);
    text.lines().map(object).map(named).collect()
}

#[test]
fn a_run_has_flinks_columns() {
    let folder = Folder::new("columns");
    folder.write("failing.ron", failing());
    let text = stdout(&folder.cutline("run failing.ron"));
    let line = |start: &str| text.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_default();
    let head: Vec<&str> = line("ID").split_whitespace().collect();
    assert_eq!(head.join(" "), "ID status acked trigger end to end alignment start delay", "{text}");
    assert!(line("1 ").contains("COMPLETED    4/4"), "{text}");
    assert!(line("2 ").contains("FAILED") && line("2 ").ends_with("failure of sum: a fault"), "{text}");
    assert!(line("restore from 1").contains("read again, down for"), "{text}");
}

#[test]
fn a_failure_in_a_folder_has_its_place() {
    let folder = Folder::new("places");
    folder.write("all/failing.ron", failing()).write("all/good.ron", good());
    let output = folder.cutline("run all");
    check(&output, 1, "FAIL  failing  2 of 3 expectations not met\n", "");
    for (what, place) in [("Final(op: \"sum\", total: 21)", "14:9"), ("Restarts(Exactly(3))", "16:13")] {
        let text = stdout(&output);
        let at = text.find(what).expect("it is shown");
        assert_eq!(text[at..].lines().nth(1), Some(&*format!("      --> all/failing.ron:{place}")), "{text}");
    }
    // The same from several paths.
    check(&folder.cutline("run all/good.ron all/failing.ron"), 1, "2 scenarios: 1 passed, 1 failed\n", "");
    check(&folder.cutline("run -v all"), 1, "\n  ID  status", "");
}

#[test]
fn it_stops_at_the_first_failure() {
    let folder = Folder::new("fail-fast");
    folder
        .write("all/a.ron", good())
        .write("all/b.ron", failing())
        .write("all/c.ron", failing())
        .write("all/d.ron", good());
    let with = |jobs: u32| folder.cutline(&format!("run --fail-fast all -j {jobs}"));
    check(&with(1), 1, "2 scenarios: 1 passed, 1 failed; 2 not run\n", "");
    assert_eq!(stdout(&with(1)), stdout(&with(4)));
    let made = folder.cutline("check --fail-fast all --seeds 20 --format json");
    assert_eq!(json(&made)["campaigns"].as_array().map(Vec::len), Some(2));
}

#[test]
fn run_as_json() {
    let folder = Folder::new("json");
    folder.write("all/failing.ron", failing()).write("all/good.ron", good());
    let output = folder.cutline("run all --format json");
    assert_eq!(output.status.code(), Some(1));
    let whole = json(&output);
    assert_eq!((&whole["schema"], &whole["status"]), (&"cutline.run/1".into(), &"violated".into()));
    assert!(whole["measured"]["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    let failing = &whole["scenarios"][0];
    assert_eq!((&failing["name"], &failing["path"]), (&"failing".into(), &"all/failing.ron".into()));
    let second = &failing["checkpoints"][1];
    assert_eq!((&second["id"], &second["status"], &second["tasks"]), (&2.into(), &"FAILED".into(), &4.into()));
    assert_eq!((&failing["restarts"][0]["from"], &failing["expectations"][1]["line"]), (&1.into(), &14.into()));
    let digest = failing["trace"].as_str().expect("it is a text");
    assert!(stdout(&folder.cutline("trace all/failing.ron")).ends_with(&format!("# digest {digest}\n")));
    // Only what was measured differs from run to run.
    let plain = |arguments: &str| {
        let mut whole = json(&folder.cutline(arguments));
        whole.as_object_mut().expect("it is an object").remove("measured").expect("it is there");
        whole
    };
    assert_eq!(plain("run all --format json -j 1"), plain("run all --format json -j 2"));
    assert_eq!(plain("check all --seeds 70 --format json -j 1"), plain("check all --seeds 70 --format json -j 2"));
}

#[test]
fn check_as_json() {
    let folder = Folder::new("check-json");
    folder.write("broken.ron", broken()).write("good.ron", good());
    let whole = json(&folder.cutline("check good.ron --seeds 300 --format json"));
    let made = &whole["campaigns"][0];
    assert_eq!(
        (&made["runs"], &made["ended"], &made["fails_less_than_one_in"]),
        (&300.into(), &"all".into(), &100.into())
    );
    assert!(made["never_seen"].as_array().is_some_and(|never| never.contains(&"a restart denied".into())), "{made}");
    // R52: the asynchronous part; R67: a job without restarts, which this is not.
    let acted = |rule: &str| made["rules"].as_array().is_some_and(|rules| rules.contains(&rule.into()));
    assert!(acted("R52") && !acted("R67"), "{made}");
    let whole = json(&folder.cutline("check broken.ron --seeds 2k --format json"));
    let violation = &whole["campaigns"][0]["violations"][0];
    assert_eq!((&violation["rule"], &violation["standing"]), (&"consistent-cut".into(), &"failure".into()));
    let replay =
        violation["replay"].as_str().and_then(|command| command.strip_prefix("cutline ")).expect("it was saved");
    check(&folder.cutline(replay), 0, "SAME", "");
}

#[test]
fn json_lines_come_in_order() {
    let folder = Folder::new("jsonl");
    folder.write("broken.ron", broken()).write("good.ron", good());
    let output = folder.cutline("check broken.ron --seeds 2k --format jsonl");
    let records = records(&stdout(&output));
    let names: Vec<&str> = records.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..12], [&["started"][..], &["progress"; 10], &["violation"]].concat(), "{names:?}");
    assert!(names.contains(&"case") && names.ends_with(&["campaign", "finished"]), "{names:?}");
    assert!(records.iter().all(|(_, value)| value["schema"] == "cutline.check/1"));
    let done: Vec<u64> = records.iter().filter_map(|(_, value)| value["done"].as_u64()).collect();
    assert!(done.is_sorted() && done.last() == Some(&2_000), "{done:?}");
    let text = stdout(&folder.cutline("run good.ron --format jsonl"));
    let names: Vec<String> = super::output::records(&text).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["started", "scenario", "finished"]);
}

#[test]
fn junit_is_xml() {
    let folder = Folder::new("junit");
    let name = "a \\u{1} <&> \\\"b\\\"";
    folder
        .write("all/failing.ron", failing())
        .write("all/good.ron", good().replace("\"good\"", &format!("\"{name}\"")));
    folder.write("all/broken.ron", broken()).write("all/open.ron", scenario("open", "limits: (steps: 20)"));
    for verb in ["run", "check --seeds 2k"] {
        let text = stdout(&folder.cutline(&format!("{verb} all --format junit")));
        let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
        let count =
            |node: roxmltree::Node<'_, '_>, name: &str| node.descendants().filter(|it| it.has_tag_name(name)).count();
        let suites: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testsuite")).collect();
        assert_eq!(suites.len(), 4, "{text}");
        for node in suites.iter().copied().chain([document.root_element()]) {
            for (attribute, element) in
                [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
            {
                let said = node.attribute(attribute).expect("it is there");
                assert_eq!(said, count(node, element).to_string(), "{attribute} of {:?}", node.attribute("name"));
            }
        }
        let names: Vec<_> = suites.iter().filter_map(|suite| suite.attribute("name")).collect();
        assert_eq!(names, ["broken", "failing", "a \u{FFFD} <&> \"b\"", "open"]);
        assert!(text.contains("--&gt; all/failing.ron:14:9") && text.contains("type=\"inconclusive\""), "{text}");
        assert_eq!(text.contains("replay: cutline replay cutline-out"), verb.starts_with("check"), "{text}");
        // Whatever failed can be seen again.
        for failure in document.descendants().filter(|node| node.has_tag_name("failure")) {
            let text = failure.text().unwrap_or_default();
            let replay =
                text.lines().find_map(|line| line.strip_prefix("replay: cutline ")).unwrap_or_else(|| panic!("{text}"));
            let code = folder.cutline(replay).status.code();
            assert!(code == Some(1) || (replay.starts_with("replay") && code == Some(0)), "{replay}: {code:?}");
        }
    }
    // The command has the arguments that the run had.
    let text = stdout(&folder.cutline("run all/failing.ron --format junit --seed 9 --until 3s --set interval=30ms"));
    let replay = "replay: cutline run all/failing.ron --seed 0x9 --until 3000000us --set interval=30ms";
    assert!(text.contains(replay), "{text}");
    folder.write("all/quiet.ron", scenario("quiet", "expect: [Sometimes(Job(Failed))],"));
    let text = stdout(&folder.cutline("check all/quiet.ron --seeds 7..9 --policy pct --format junit"));
    assert!(text.contains("replay: cutline check all/quiet.ron --seeds 7..9 --policy pct<"), "{text}");
    let text = stdout(&folder.cutline("run all --fail-fast -j 1 --format junit"));
    assert!(text.contains("<skipped message=\"not run: a file before it failed\">"), "{text}");
}

/// What makes no run has results for programs, too.
#[test]
fn lists_explanations_and_mistakes_for_programs() {
    let folder = Folder::new("forms");
    folder.write("all/good.ron", good()).write("all/wrong.ron", good().replace("Sum,", "Summ,"));
    let json = |arguments: &str, code: i32| -> serde_json::Value {
        let output = folder.cutline(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments}");
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|error| panic!("{arguments}: {error}"))
    };
    let list = json("list all --format json", 2);
    assert_eq!((&list["schema"], &list["sound"]), (&"cutline.list/1".into(), &false.into()));
    let [fine, wrong] = &list["scenarios"].as_array().expect("a list")[..] else { panic!("{list}") };
    assert_eq!((&fine["name"], &fine["sound"]), (&"good".into(), &true.into()));
    assert_eq!(fine["expectations"][1]["text"], "Final(op: \"sum\", total: 20)");
    assert_eq!((&wrong["name"], &wrong["errors"]), (&serde_json::Value::Null, &1.into()));
    let lines = records(&stdout(&folder.cutline("list all --format jsonl")));
    let names: Vec<&str> = lines.iter().map(|line| line.0.as_str()).collect();
    assert_eq!(names, ["scenario", "scenario", "finished"]);
    assert_eq!((&lines[0].1["name"], &lines[2].1["sound"]), (&"good".into(), &false.into()));

    let one = json("explain min-pause --format json", 0);
    assert_eq!((&one["schema"], &one["topics"][0]["kind"]), (&"cutline.explain/1".into(), &"knob".into()));
    assert_eq!(one["topics"][0]["knob"]["key"], "execution.checkpointing.min-pause");
    assert_eq!(one["topics"][0]["text"], stdout(&folder.cutline("explain min-pause")));
    let kinds = |what: &str| -> Vec<String> {
        let whole = json(&format!("explain {what} --format json"), 0);
        let topics = whole["topics"].as_array().expect("a list").clone();
        topics.iter().map(|topic| topic["kind"].as_str().expect("a word").to_owned()).collect()
    };
    assert_eq!(kinds("status"), ["event", "column"]);
    for (group, kind) in [
        ("rules", "rule"),
        ("knobs", "knob"),
        ("reasons", "reason"),
        ("events", "event"),
        ("columns", "column"),
        ("protocol", "protocol"),
        ("invariants", "invariant"),
        ("words", "word"),
    ] {
        let kinds = kinds(group);
        assert!(kinds.len() > 6 && kinds.iter().all(|other| other == kind), "{group}: {kinds:?}");
    }
    assert_eq!(kinds("").len(), 8);
    let unknown = folder.cutline("explain intreval --format json");
    assert_eq!((unknown.status.code(), stderr(&unknown).contains("did you mean")), (Some(2), true));
    let unknown: serde_json::Value = serde_json::from_str(&stdout(&unknown)).expect("it is JSON");
    assert_eq!((&unknown["topics"], &unknown["near"][0]), (&serde_json::json!([]), &"interval".into()));

    let lines = records(&stdout(&folder.cutline("validate all --format jsonl")));
    let names: Vec<&str> = lines.iter().map(|line| line.0.as_str()).collect();
    assert_eq!(names, ["started", "file", "file", "finished"]);
    assert_eq!(lines[2].1["messages"][0]["code"], "unknown-word");
    let output = folder.cutline("validate all --format junit");
    let text = stdout(&output);
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    assert_eq!((output.status.code(), document.root_element().attribute("errors")), (Some(2), Some("1")));
    assert!(text.contains("<testcase name=\"what the file says\" classname=\"good\"/>"), "{text}");

    folder.write("broken.ron", broken());
    let found = json("check broken.ron --seeds 200 --no-shrink --format json", 1);
    let case = found["campaigns"][0]["violations"][0]["case"].as_str().expect("it is saved").to_owned();
    let shrunk = json(&format!("shrink {case} -o smaller --format json"), 0);
    assert_eq!((&shrunk["schema"], &shrunk["shrunk"]["is_minimal"]), (&"cutline.shrink/1".into(), &true.into()));
    let replay = shrunk["replay"].as_str().and_then(|command| command.strip_prefix("cutline ")).expect("a command");
    let same = json(&format!("{replay} --format json"), 0);
    assert_eq!((&same["schema"], &same["same"]), (&"cutline.replay/1".into(), &true.into()));
    assert_eq!((&same["known"], &same["status"]), (&same["scenario"]["trace"], &"holds".into()));
    let text = fs::read_to_string(folder.0.join(&case)).expect("it was saved");
    let digest = text.lines().find(|line| line.starts_with("// digest ")).expect("it has a digest");
    folder.write("other.case.ron", text.replace(digest, "// digest 0123"));
    let other = json("replay other.case.ron --format json", 3);
    assert_eq!((&other["same"], &other["status"]), (&false.into(), &"inconclusive".into()));
    assert_eq!(json("replay all/good.ron --format json", 0)["same"], serde_json::Value::Null);

    for verb in ["replay", "shrink"] {
        let wrong = json(&format!("{verb} all/wrong.ron --format json"), 2);
        assert_eq!(wrong["scenarios"][0]["diagnostics"][0]["code"], "unknown-word");
    }

    for verb in ["init", "completions bash", "man"] {
        check(
            &folder.cutline(&format!("{verb} --format json")),
            2,
            "",
            "has no --format; it is an option of run, check",
        );
    }
}

#[test]
fn a_result_in_a_file() {
    let folder = Folder::new("file");
    folder.write("good.ron", good()).write("broken.ron", broken()).write("old.txt", "old");
    let direct = stdout(&folder.cutline("run good.ron"));
    let output = folder.cutline("run good.ron -o old.txt");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
    let read = |name: &str| fs::read_to_string(folder.0.join(name)).expect("it was written");
    assert_eq!(read("old.txt"), direct);
    // Who cannot begin leaves the file as it was.
    check(&folder.cutline("run missing.ron -o old.txt"), 2, "", "there is no such file");
    assert_eq!(read("old.txt"), direct);
    let output = folder.cutline("check broken.ron --seeds 2k -o found --report found.xml --format junit");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert!(roxmltree::Document::parse(&read("found.xml")).is_ok());
    let names = || fs::read_dir(&folder.0).expect("it is there").flatten().map(|entry| entry.file_name());
    assert!(names().all(|name| !name.to_string_lossy().ends_with(".tmp")));
    for (arguments, start) in
        [("trace good.ron --format svg -o good.svg", "<svg"), ("completions bash -o bash", "_cutline")]
    {
        check(&folder.cutline(arguments), 0, "", "");
        let name = arguments.split_whitespace().last().expect("there is one");
        assert!(read(name).starts_with(start), "{}", read(name));
    }
}

#[test]
fn quiet_and_quieter() {
    let folder = Folder::new("quiet");
    folder.write("all/failing.ron", failing()).write("all/good.ron", good());
    for (arguments, lines) in [
        ("run -q all/failing.ron", 1),
        ("run -q all", 1),
        ("run -q -v all", 1),
        ("check -q all --seeds 20", 2),
        ("run -qq all", 0),
        ("check -qq all --seeds 20", 0),
        ("run -qq all --format json", 0),
    ] {
        let output = folder.cutline(arguments);
        assert_eq!((output.status.code(), stdout(&output).lines().count()), (Some(1), lines), "{arguments}");
        assert_eq!(stderr(&output), "", "{arguments}");
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let folder = Folder::new("colours");
    folder.write("good.ron", good()).write("wrong.ron", good().replace("interval", "intreval"));
    let coloured = |arguments: &str, variables: &[(&str, &str)]| {
        let mut command = folder.command(arguments);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied());
        let output = command.output().expect("the program can be started");
        [&output.stdout, &output.stderr].map(|bytes| bytes.contains(&0x1B))
    };
    assert_eq!(coloured("run good.ron", &[]), [false, false]);
    assert_eq!(coloured("run good.ron --color always", &[]), [true, false]);
    assert_eq!(coloured("run good.ron", &[("CLICOLOR_FORCE", "1")]), [true, false]);
    assert_eq!(coloured("run good.ron", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), [false, false]);
    assert_eq!(coloured("run good.ron --color never", &[("CLICOLOR_FORCE", "1")]), [false, false]);
    assert_eq!(coloured("run wrong.ron", &[]), [false, false]);
    assert_eq!(coloured("run wrong.ron --color always", &[]), [false, true]);
    // Programs are never bothered with them.
    assert_eq!(coloured("run good.ron --color always --format json", &[]), [false, false]);
}

#[test]
fn a_campaign_may_end_by_time() {
    let folder = Folder::new("time");
    folder.write("good.ron", good());
    let whole = json(&folder.cutline("check good.ron --time 50ms --format json"));
    assert_eq!(whole["campaigns"][0]["ended"], "time");
    check(&folder.cutline("check good.ron --time 50ms"), 0, "until the time was over", "");
    check(&folder.cutline("check good.ron --time soon"), 2, "", "soon");
    // Whoever has enough time makes all seeds.
    check(&folder.cutline("check good.ron --time 1h --seeds 40"), 0, "no violation in 40 seeds", "");
}

#[test]
fn pages_for_shells_and_manuals() {
    let folder = Folder::new("pages");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        check(&folder.cutline(&format!("completions {shell}")), 0, "fail-fast", "");
    }
    check(&folder.cutline("man"), 0, ".TH cutline 1", "");
    check(&folder.cutline("man check"), 0, "case file", "");
}

#[test]
fn a_two_phase_sink_without_checkpoints() {
    let job = "Scenario(version: 1, job: [
        Source(name: \"a\", records: Range(from: 1, to: 10)),
        Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Forward(\"a\")]),
    ], expect: [ExactlyOnce(sink: \"out\"), Job(Finished)], ";
    let folder = Folder::new("two-phase");
    folder.write("none.ron", format!("{job})"));
    folder.write("hand.ron", format!("{job} user: [Checkpoint(at: Time(\"20ms\"))])"));
    folder.write("some.ron", format!("{job} checkpointing: (interval: \"1s\"))"));
    let why = "commits nothing, not at the end of the job either";
    check(&folder.cutline("run none.ron"), 1, "what follows from record 1 of split 0 of `a` is missing", why);
    check(&folder.cutline("run -q none.ron"), 1, "FAIL  1 of 2 expectations not met   ", why);
    check(&folder.cutline("validate hand.ron"), 0, "", "commits what checkpoints by hand hold, and nothing else");
    assert_eq!(stderr(&folder.cutline("validate some.ron")), "");
}

#[test]
fn what_failed_is_counted() {
    let folder = Folder::new("counted");
    let early = "checkpointing: (interval: \"20ms\"), defect: EarlyCommit,
    faults: [Crash(task: \"sum\", at: Time(\"50ms\"))],";
    let job = "Scenario(version: 1, job: [
        Source(name: \"a\", records: Range(from: 1, to: 60), every: \"1ms\"),
        Operator(name: \"sum\", logic: Sum, inputs: [Forward(\"a\")]),
        Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Forward(\"sum\")]),
    ],";
    folder.write("rule.ron", format!("{job} {early} expect: [Job(Finished)])"));
    folder.write("both.ron", format!("{job} {early} expect: [Job(Finished), Restarts(Exactly(7))])"));
    check(&folder.cutline("run rule.ron"), 1, "\nFAIL  1 rule violated   ", "");
    check(&folder.cutline("run -q both.ron"), 1, "FAIL  1 rule violated, 1 of 2 expectations not met   ", "");
    check(&folder.cutline("check both.ron --seeds 0..1"), 1, "FAIL  1 rule violated, 1 of 2 expectations not met", "");
}

/// Sources end while a checkpoint is on its way to them.
const FINISHED_FIRST: &str = "Scenario(version: 1, job: [
    Source(name: \"fast\", records: Range(from: 1, to: 60), every: \"1ms\"),
    Source(name: \"slow\", records: Range(from: 1, to: 12), every: \"5ms\"),
    Operator(name: \"sum\", logic: Sum, inputs: [Rebalance(\"fast\"), Rebalance(\"slow\")]),
    Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Forward(\"sum\")]),
],
channels: (overrides: [(from: \"slow\", to: \"sum\", latency: Fixed(\"15ms\"))]),
checkpointing: (interval: \"20ms\"))";

#[test]
fn a_checkpoint_that_came_too_late_names_who_had_finished() {
    let folder = Folder::new("finished");
    folder.write("late.ron", FINISHED_FIRST);
    check(&folder.cutline("run late.ron"), 0, "TASK_CHECKPOINT_FAILURE   fast, slow had finished\n", "");
    check(&folder.cutline("run late.ron --format json"), 0, "\"cause\": \"fast, slow had finished\"", "");
}

#[test]
fn triggers_have_one_form() {
    let folder = Folder::new("triggers");
    folder.write("late.ron", FINISHED_FIRST);
    let text = stdout(&folder.cutline("run late.ron"));
    let cells = text.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with("0.")));
    // The table of checkpoints, not the line about the run.
    let shown: Vec<usize> = cells.skip(1).map(str::len).collect();
    assert!(shown.len() > 3 && shown.iter().all(|&length| length == "0.010450".len()), "{text}");
}
