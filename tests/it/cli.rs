//! The program from outside: exit codes, what goes to stdout and what to stderr, bad input.

mod files;
mod findings;
mod flags;
mod hints;
mod narrow;
mod set;
mod shrink;
mod trace;
mod writing;

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder of its own for a test, empty at first.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
        self
    }

    /// Runs the program in this folder.
    pub(crate) fn cutline(&self, arguments: &str) -> Output {
        self.command(arguments).output().expect("the program can be started")
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cutline"));
        command.args(arguments.split_whitespace()).current_dir(&self.0);
        command
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("stdout is UTF-8")
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("stderr is UTF-8")
}

/// A small job with these further fields.
pub(crate) fn scenario(name: &str, more: &str) -> String {
    format!(
        "Scenario(
    version: 1,
    name: \"{name}\",
    job: [
        Source(name: \"blue\", records: Range(from: 1, to: 4), every: \"10ms\"),
        Source(name: \"yellow\", records: Range(from: 1, to: 4), every: \"10ms\"),
        Operator(name: \"sum\", logic: Sum, inputs: [Rebalance(\"blue\"), Rebalance(\"yellow\")]),
        Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Forward(\"sum\")]),
    ],
    checkpointing: (interval: \"25ms\"),
    restart: FixedDelay(attempts: 10, delay: \"50ms\"),
    {more}
)
"
    )
}

pub(crate) fn good() -> String {
    scenario("good", "expect: [Job(Finished), Final(op: \"sum\", total: 20), ExactlyOnce(sink: \"out\")],")
}

/// A planted bug breaks rules that the job promises.
pub(crate) fn broken() -> String {
    scenario("broken", "defect: NoAlignment, expect: [Job(Finished)],")
}

#[track_caller]
pub(crate) fn check(output: &Output, code: i32, out: &str, err: &str) {
    let (stdout, stderr) = (stdout(output), stderr(output));
    assert_eq!(output.status.code(), Some(code), "stdout:\n{stdout}\nstderr:\n{stderr}");
    assert!(stdout.contains(out), "`{out}` is not in stdout:\n{stdout}");
    assert!(code != 2 || stdout.is_empty(), "nothing should have run:\n{stdout}");
    assert!(stderr.contains(err), "`{err}` is not in stderr:\n{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn a_scenario_that_holds() {
    let folder = Folder::new("holds");
    folder.write("good.ron", good());
    check(&folder.cutline("run good.ron"), 0, "PASS  3 of 3 expectations", "cutline trace good.ron");
    let quiet = folder.cutline("-q run good.ron");
    check(&quiet, 0, "PASS  3 of 3 expectations", "");
    assert_eq!((stdout(&quiet).lines().count(), stderr(&quiet).len()), (1, 0));
}

#[test]
fn a_scenario_that_does_not_hold() {
    let folder = Folder::new("fails");
    folder.write("bad.ron", scenario("bad", "expect: [Final(op: \"sum\", total: 21)],"));
    check(&folder.cutline("run bad.ron"), 1, "FAIL  Final(op: \"sum\", total: 21)   the sum is 20", "");
}

#[test]
fn what_is_not_decided() {
    let folder = Folder::new("open");
    let never = scenario("never", "seeds: 5, expect: [Sometimes(Job(Failed))],");
    folder.write("never.ron", never);
    check(&folder.cutline("run never.ron"), 3, "never seen in 5 runs", "");
    folder.write("short.ron", scenario("short", "limits: (steps: 20), expect: [Job(Finished)],"));
    check(&folder.cutline("run short.ron"), 3, "the limit of 20 steps was reached", "");
    // What must break and does not is red.
    folder.write("sound.ron", scenario("sound", "seeds: 5, expect: [Violates(rule: \"exactly-once\")],"));
    check(&folder.cutline("run sound.ron"), 1, "was never broken in 5 runs", "");
}

#[test]
fn a_folder_has_a_line_for_each_file_below_it() {
    let folder = Folder::new("folder");
    folder.write("all/b/good.ron", good()).write("all/a.ron", scenario("first", ""));
    folder.write("all/notes.txt", "not a scenario").write("all/c.ron", scenario("last", "expect: [Job(Failed)],"));
    let output = folder.cutline("run all");
    check(&output, 1, "3 scenarios: 2 passed, 1 failed\n", "");
    let text = stdout(&output);
    let names: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(names[..3], ["first", "good", "last"], "{text}");
    check(&folder.cutline("-q run all"), 1, "3 scenarios: 2 passed, 1 failed\n", "");
}

#[test]
fn nothing_to_run() {
    let folder = Folder::new("nothing");
    folder.write("empty/notes.txt", "");
    for verb in ["run", "check"] {
        check(&folder.cutline(&format!("{verb} empty")), 4, "", "nothing to run");
    }
}

#[test]
fn bad_usage() {
    let folder = Folder::new("usage");
    folder.write("good.ron", good()).write("broken.ron", broken());
    for (arguments, message) in [
        ("", "Usage"),
        ("run", "PATH"),
        ("dance good.ron", "dance"),
        ("check good.ron --seeds many", "many"),
        ("check good.ron --seeds 7..7", "no seed"),
        ("check good.ron -j 0", "from 1 to 1024"),
        ("check good.ron -j many", "from 1 to 1024"),
        ("check good.ron --time soon", "for example 10s"),
        ("run good.ron --until soon", "for example 10s"),
        ("run good.ron --seed -1", "write a number"),
        ("trace good.ron --steps 9..3", "3 does not come after 9"),
        ("trace good.ron --level loud", "protocol, records, all"),
        ("run missing.ron", "there is no such file"),
        ("run missing/", "there is no such file"),
        ("explore .", "this is a folder"),
        ("run good.ron -o missing/result.txt", "cannot be written"),
        ("run good.ron --format yaml", "human, json, jsonl, junit"),
        ("man dance", "no verb `dance`"),
        ("explain fixd-delay", "did you mean `fixed-delay`?"),
    ] {
        check(&folder.cutline(arguments), 2, "", message);
    }
    // What was found comes first: it may have taken hours.
    let unwritable = folder.cutline("check broken.ron --seeds 2k -o good.ron");
    check(&unwritable, 1, "VIOLATED  consistent-cut", "cannot be written");
    // A campaign that finds nothing writes nothing, wherever that would have gone.
    check(&folder.cutline("check good.ron --seeds 10 -o good.ron"), 0, "PASS", "");
    check(&folder.cutline("--help"), 0, "Exit codes", "");
    check(&folder.cutline("--version"), 0, "cutline", "");
}

#[test]
fn bad_files() {
    let folder = Folder::new("bad");
    let cycle = "Scenario(version: 1, job: [Source(name: \"s\", records: List([1])),
        Operator(name: \"a\", logic: Sum, inputs: [Forward(\"s\"), Forward(\"b\")]),
        Operator(name: \"b\", logic: Sum, inputs: [Forward(\"a\")])])";
    let mistakes: [(&str, Vec<u8>, &str); 7] = [
        ("field.ron", good().replace("interval:", "intreval:").into(), "did you mean `interval`?"),
        ("cycle.ron", cycle.into(), "cycle"),
        ("task.ron", scenario("t", "faults: [Crash(task: \"smu\", at: Time(\"1ms\"))],").into(), "smu"),
        ("unit.ron", good().replace("\"25ms\"", "\"25\"").into(), "unit"),
        ("bytes.ron", [good().as_bytes(), &[0xFF, 0xFE]].concat(), "not UTF-8"),
        ("syntax.ron", good().replace("job: [", "job: ").into(), "syntax.ron"),
        ("empty.ron", Vec::new(), "empty.ron"),
    ];
    for (name, text, message) in &mistakes {
        folder.write(name, text);
        for verb in ["run", "check", "explore", "replay", "trace"] {
            check(&folder.cutline(&format!("{verb} {name}")), 2, "", message);
        }
    }
    // All mistakes are shown at once, and nothing runs because of them.
    folder.write("good.ron", good());
    let all = folder.cutline("run good.ron field.ron cycle.ron bytes.ron");
    for message in ["field.ron:", "cycle.ron:", "bytes.ron"] {
        check(&all, 2, "", message);
    }
}

#[test]
fn a_file_of_a_hundred_megabytes_is_not_read() {
    let folder = Folder::new("large");
    folder.write("large.ron", "");
    let file = fs::OpenOptions::new().write(true).open(folder.0.join("large.ron")).expect("it is there");
    file.set_len(100 << 20).expect("it can be made larger");
    check(&folder.cutline("run large.ron"), 2, "", "larger than 16 MiB");
    fs::remove_file(folder.0.join("large.ron")).expect("it can be removed");
}

/// A pipe in a folder is nothing to run: nobody may ever write to it. One that is named is read, as in `run <(..)`.
#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_passed_over() {
    let folder = Folder::new("pipe");
    folder.write("all/good.ron", good()).write("none/readme", "");
    for name in ["all/pipe.ron", "none/pipe.ron"] {
        let made = Command::new("mkfifo").arg(folder.0.join(name)).status().expect("every unix has it");
        assert!(made.success());
    }
    check(&folder.cutline("run all"), 0, "1 scenario: 1 passed", "");
    check(&folder.cutline("run none"), 4, "", "nothing to run");
}

#[test]
fn two_processes_make_the_same_run() {
    let folder = Folder::new("same");
    folder.write("good.ron", good()).write("broken.ron", broken());
    for arguments in [
        "run good.ron",
        "run .",
        "trace --level all good.ron",
        "trace --seed 0x17 good.ron",
        "explore good.ron --states 2k",
    ] {
        let (one, other) = (folder.cutline(arguments), folder.cutline(arguments));
        assert_eq!(stdout(&one), stdout(&other), "{arguments}");
        assert!(!one.stdout.is_empty());
    }
    let digest = |seed: u32| stdout(&folder.cutline(&format!("trace --seed {seed} good.ron")));
    let last = |text: String| text.lines().last().expect("there is a last line").to_owned();
    assert!(last(digest(7)).starts_with("# digest "));
    assert_ne!(last(digest(7)), last(digest(9)));
}

#[test]
fn the_number_of_cores_does_not_matter() {
    let folder = Folder::new("cores");
    folder.write("broken.ron", broken()).write("good.ron", good());
    for file in ["broken.ron", "good.ron"] {
        let with = |jobs: u32| folder.cutline(&format!("check {file} --seeds 300 -j {jobs}"));
        let (one, two) = (with(1), with(2));
        assert_eq!(stdout(&one), stdout(&two));
        assert_eq!(one.status.code(), two.status.code());
    }
}

#[test]
fn a_campaign_without_a_finding() {
    let folder = Folder::new("clean");
    folder.write("good.ron", good());
    let output = folder.cutline("check good.ron --seeds 100..600");
    check(&output, 0, "PASS  no violation in 500 seeds (with 95 % confidence fewer than 1 seed in 166 fails)", "wider");
    assert!(stdout(&output).contains("5 runs of 500 made twice, and the same"), "{}", stdout(&output));
    assert!(!folder.0.join("cutline-out").exists());
}

#[test]
fn a_finding_becomes_a_case_that_shows_it_again() {
    let folder = Folder::new("case");
    folder.write("broken.ron", broken());
    let output = folder.cutline("check broken.ron --seeds 2k -o found");
    check(&output, 1, "VIOLATED  consistent-cut (I10)", "");
    let text = stdout(&output);
    let saved: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("replay   cutline ")).collect();
    assert!(!saved.is_empty(), "{text}");
    for command in saved {
        let replayed = folder.cutline(command);
        check(&replayed, 0, "\nSAME  digest ", "");
        let case = command.strip_prefix("replay ").expect("it is replayed");
        check(&folder.cutline(&format!("run {case}")), 0, "as expected", "");
        check(&folder.cutline(&format!("check {case}")), 0, "1 run\n", "");
        let file = fs::read_to_string(folder.0.join(case)).expect("it was saved");
        let digest = stdout(&replayed).lines().last().expect("there is a last line").replace("SAME  digest ", "");
        assert!(file.contains(&format!("// digest {digest}\n")), "{file}");
    }
    let left: Vec<_> = fs::read_dir(folder.0.join("found/cases")).expect("it is there").collect();
    assert!(left.iter().flatten().all(|entry| entry.file_name().to_string_lossy().ends_with(".case.ron")));
}

#[test]
fn cases_of_several_files_do_not_take_each_others_place() {
    let folder = Folder::new("cases");
    folder.write("all/one.ron", broken()).write("all/b/two.ron", broken());
    let text = stdout(&folder.cutline("check all --seeds 2k"));
    let saved: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("replay   cutline ")).collect();
    let mut different = saved.clone();
    different.sort_unstable();
    different.dedup();
    assert!(saved.len() > 1 && different.len() == saved.len(), "{text}");
    for command in saved {
        check(&folder.cutline(command), 0, "SAME", "");
    }
}

#[test]
fn a_case_that_does_not_fit_any_more_is_no_pass() {
    let folder = Folder::new("stale");
    folder.write("broken.ron", broken());
    folder.cutline("check broken.ron --seeds 2k --no-shrink");
    let cases = fs::read_dir(folder.0.join("cutline-out/cases")).expect("cases are there");
    let case = cases.flatten().next().expect("there is a case").path();
    let text = fs::read_to_string(&case).expect("it can be read");
    // The cause is mended, and with it the run is another one.
    folder.write("mended.ron", text.replace("    defect: NoAlignment,\n", ""));
    let output = folder.cutline("replay mended.ron");
    check(&output, 3, "DIFFERS", "");
    // A step that was never possible is named.
    let impossible = text.replacen("schedule: [\n", "schedule: [\n        \"restore out\",\n", 1);
    assert_ne!(text, impossible);
    folder.write("impossible.ron", impossible);
    for verb in ["replay", "run"] {
        check(&folder.cutline(&format!("{verb} impossible.ron")), 3, "step 0 should be `restore out`", "");
    }
    // Nor does a case of a job whose tasks have other names by now: it says which step, and why.
    let renamed = text.replacen("schedule: [\n", "schedule: [\n        \"deliver blue -> sums\",\n", 1);
    folder.write("renamed.ron", &renamed);
    for verb in ["replay", "run", "trace", "shrink", "explore --sweep"] {
        let output = folder.cutline(&format!("{verb} renamed.ron"));
        check(&output, 3, "", "step 0 does not apply to this job: the job has no task `sums`");
        assert!(stderr(&output).contains("did you mean `deliver blue -> sum`?"), "{}", stderr(&output));
    }
    // A word that no job has is a mistake in the file.
    folder.write("typo.ron", renamed.replace("deliver blue -> sums", "delvier blue -> sum"));
    check(&folder.cutline("replay typo.ron"), 2, "", "no step is called");
    // Steps beyond the end are not passed over.
    let pinned = scenario("beyond", "schedule: [(step: 100000, do: \"emit blue\")], expect: [Job(Finished)],");
    folder.write("beyond.ron", pinned);
    for verb in ["run", "check", "explore", "explore --sweep", "replay", "trace", "shrink"] {
        let output = folder.cutline(&format!("{verb} beyond.ron"));
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), stderr(&output));
        let told = "step 100000 should be `emit blue`, but the run is over after ";
        assert_eq!(output.status.code(), Some(3), "{verb}: {stdout}{stderr}");
        assert!(stdout.contains(told) || stderr.contains(told), "{verb}: {stdout}{stderr}");
    }
}

#[test]
fn explore_ends_honestly() {
    let folder = Folder::new("explore");
    let small = "Scenario(version: 1, name: \"small\",
        job: [Source(name: \"s\", records: List([1])), Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Forward(\"s\")])],
        checkpointing: (interval: \"10ms\"), limits: (checkpoints: 1),
        restart: FixedDelay(attempts: 3, delay: \"1ms\"))";
    folder.write("small.ron", small).write("broken.ron", broken());
    check(
        &folder.cutline("explore small.ron"),
        0,
        "complete: every schedule with at most 1 crash and 1 checkpoint, ",
        "",
    );
    check(&folder.cutline("explore small.ron --crashes 0"), 0, "at most 0 crashes", "");
    check(&folder.cutline("explore small.ron --states 50"), 3, "stopped at the bound on states", "");
    check(&folder.cutline("explore small.ron --depth 5"), 3, "stopped at the bound on steps", "");
    check(&folder.cutline("explore small.ron --time 0"), 3, "stopped at the bound on time", "");
    #[cfg(target_os = "linux")]
    check(&folder.cutline("explore small.ron --memory 1"), 3, "stopped at the bound on memory", "");
    check(&folder.cutline("explore small.ron --format jsonl"), 2, "", "possible values: human, json]");
    check(&folder.cutline("explore small.ron --format json --report found.json"), 0, "", "");
    let report = fs::read_to_string(folder.0.join("found.json")).expect("it has its name");
    assert!(report.contains("\"complete\": true"), "{report}");
    check(&folder.cutline("explore small.ron --late-acks 1 --haste 1"), 0, "1 late acknowledgement, 1 hasty alarm", "");
    for rest in ["", " --no-reduction", " --order dfs", " --checkpoints 0"] {
        let output = folder.cutline(&format!("explore small.ron --format json{rest}"));
        let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
        assert_eq!((&json["complete"], output.status.code()), (&true.into(), Some(0)), "{rest}");
        assert!(
            json["states"].as_u64() > Some(1) && json["transitions"].as_u64() >= json["states"].as_u64().map(|n| n - 1)
        );
        assert!(json["measured"]["seconds"].is_number() && json["measured"].get("peak_bytes").is_some(), "{json}");
    }
    let output = folder.cutline("explore broken.ron --crashes 0 --states 200k");
    if output.status.code() == Some(1) {
        let text = stdout(&output);
        let command = text.lines().find_map(|line| line.trim().strip_prefix("replay   cutline "));
        check(&folder.cutline(command.expect("a case was saved")), 0, "SAME", "");
    } else {
        check(&output, 3, "stopped at", "");
    }
}

#[test]
fn every_policy_shows_the_same_on_any_number_of_cores() {
    let folder = Folder::new("policies");
    folder.write("good.ron", good());
    let mut shown = Vec::new();
    for policy in ["portfolio", "random", "pct", "swarm", "timed"] {
        let [one, three] = [1, 3].map(|jobs| {
            let output = folder.cutline(&format!("check good.ron --seeds 200 --policy {policy} -j {jobs}"));
            check(&output, 0, policy, "");
            stdout(&output)
        });
        assert_eq!(one, three, "{policy}");
        shown.push(one);
    }
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown.len(), 5, "no two policies make the same runs");
    check(&folder.cutline("check good.ron --policy wild"), 2, "", "portfolio, random, pct, swarm");
}

#[test]
fn a_sweep_crashes_every_task_at_every_step() {
    let folder = Folder::new("sweep");
    folder.write("good.ron", good()).write("broken.ron", broken().replace("NoAlignment", "NoRewind"));
    check(&folder.cutline("explore --sweep good.ron"), 0, "HOLDS  all ", "");
    assert_eq!(stdout(&folder.cutline("-q explore --sweep good.ron")).lines().count(), 1);
    let output = folder.cutline("explore --sweep broken.ron --no-shrink");
    check(&output, 1, "a crash of ", "");
    let text = stdout(&output);
    let command = text.lines().find_map(|line| line.trim().strip_prefix("replay   cutline "));
    let command = command.expect("a case was saved");
    check(&folder.cutline(command), 0, "SAME", "");
    // A case is swept along its own steps. What it says is broken is no failure; a second crash breaks one rule more.
    let case = command.strip_prefix("replay ").expect("it is replayed");
    let output = folder.cutline(&format!("explore --sweep {case}"));
    check(&output, 1, "VIOLATED  consistent-cut", "");
    assert!(text.contains("VIOLATED  state-exactly-once") && !stdout(&output).contains("VIOLATED  state-exactly-once"));
    // A result that no placement meets.
    folder.write("wrong.ron", good().replace("total: 20", "total: 21"));
    check(&folder.cutline("explore --sweep wrong.ron"), 1, "FAIL  ", "");
    let impossible = scenario("gone", "schedule: [(step: 0, do: \"restore out\")],");
    folder.write("gone.ron", impossible);
    check(&folder.cutline("explore --sweep gone.ron"), 3, "does not come to its end", "");
    check(&folder.cutline("explore --sweep --crashes 1 good.ron"), 2, "", "cannot be used with");
    check(&folder.cutline("explore -j 2 good.ron"), 2, "", "--sweep");
}

#[test]
fn a_sweep_is_the_same_on_any_number_of_cores_and_for_programs() {
    let folder = Folder::new("sweep-json");
    folder.write("broken.ron", broken().replace("NoAlignment", "NoRewind"));
    let managers = "task_managers: { \"tm1\": [\"blue\", \"yellow\"], \"tm2\": [\"sum\", \"out\"] },";
    folder.write("managers.ron", scenario("managers", managers));
    let [one, three] = [1, 3].map(|jobs| {
        let output = folder.cutline(&format!("explore --sweep broken.ron -j {jobs}"));
        check(&output, 1, "VIOLATED  state-exactly-once", "");
        stdout(&output)
    });
    assert_eq!(one, three);
    let output = folder.cutline("explore --sweep broken.ron --format json");
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        (&json["schema"], &json["status"], &json["complete"]),
        (&"cutline.sweep/1".into(), &"violated".into(), &true.into())
    );
    let found = &json["violations"][0];
    assert_eq!(found["places"].as_array().map(Vec::len), found["runs"].as_u64().map(|runs| runs as usize));
    let replay =
        found["replay"].as_str().and_then(|command| command.strip_prefix("cutline ")).expect("a case was saved");
    check(&folder.cutline(replay), 0, "SAME", "");
    let output = folder.cutline("explore --sweep managers.ron --format json");
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    assert_eq!(
        (output.status.code(), &json["failing"], &json["violations"]),
        (Some(0), &0.into(), &serde_json::json!([]))
    );
    check(&folder.cutline("explore --sweep managers.ron"), 0, "and of each TaskManager", "");
}

/// `run`, `check` and `explore` say what is broken, and what is expected, in one shape.
#[test]
fn violations_have_one_shape() {
    let folder = Folder::new("shape");
    let early =
        scenario("early", "defect: EarlyCommit, limits: (checkpoints: 1, crashes: 0), expect: [Job(Finished)],");
    folder.write("early.ron", early.replace("to: 4", "to: 1"));
    let fields = |command: &str, list: &[&str]| {
        let output = folder.cutline(command);
        let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
        assert_eq!(output.status.code(), Some(1), "{command}: {json}");
        for field in ["schema", "version", "status", "interrupted", "measured"] {
            assert!(json.get(field).is_some(), "{command} does not say `{field}`");
        }
        let one =
            list.iter().fold(&json, |value, &field| if value.is_array() { &value[0][field] } else { &value[field] });
        let keys = |value: &serde_json::Value| -> Vec<String> {
            let found = value[0].as_object().unwrap_or_else(|| panic!("{command}: nothing at {list:?} in {json}"));
            let mut keys: Vec<String> = found.keys().filter(|&key| key != "steps").cloned().collect();
            keys.sort_unstable();
            keys
        };
        let at_top = if list.len() == 1 { &json } else { &json[list[0]][0] };
        (keys(one), keys(&at_top["expectations"]))
    };
    let run = fields("run early.ron --format json", &["scenarios", "violations"]);
    assert_eq!(run, fields("check early.ron --seeds 20 --format json", &["campaigns", "violations"]));
    assert_eq!(run, fields("explore early.ron --format json", &["violations"]));
}

#[test]
fn what_never_came_is_said() {
    let folder = Folder::new("never");
    let more = "faults: [Crash(task: \"out\", at: Time(\"9s\")), Crash(task: \"sum\", at: Record(task: \"sum\", n: 2, when: After))],
        user: [Checkpoint(at: Complete(checkpoint: 70))],";
    folder.write("never.ron", scenario("never", more));
    let output = folder.cutline("run never.ron");
    check(&output, 0, "never came: Crash(task: \"out\", at: Time(\"9s\"))", "");
    let text = stdout(&output);
    assert!(text.contains("never came: Checkpoint(at: Complete(checkpoint: 70))") && !text.contains("n: 2"), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&stdout(&folder.cutline("run never.ron --format json"))).expect("it is JSON");
    assert_eq!(json["scenarios"][0]["never_came"].as_array().map(Vec::len), Some(2), "{json}");
    check(&folder.cutline("check never.ron --seeds 20"), 0, "never came in 20 runs: Checkpoint", "");
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let folder = Folder::new("pipe");
    let many = good().replace("to: 4", "to: 2000").replace("total: 20", "total: 4002000");
    folder.write("long.ron", many);
    let mut child = folder
        .command("trace --level all long.ron")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    let mut some = [0; 10];
    child.stdout.take().expect("it is piped").read_exact(&mut some).expect("there is a beginning");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stderr(&output), "");
}

#[test]
fn stdout_has_no_path_of_this_machine_and_no_colour() {
    let folder = Folder::new("plain");
    folder.write("good.ron", good());
    for arguments in ["run good.ron", "run .", "check good.ron --seeds 100", "trace good.ron"] {
        let text = stdout(&folder.cutline(arguments));
        assert!(!text.contains('\x1b') && !text.contains(&*folder.0.to_string_lossy()), "{text}");
    }
}
