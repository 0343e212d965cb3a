//! Each knob has a scenario that notices it. Its header says how to vary it, with a line such as
//!
//! ```text
//! // Try: cutline run scenarios/knobs/interval.ron --set interval=500ms
//! ```
//!
//! and what the file expects does not hold then.

use std::fs;
use std::path::{Path, PathBuf};

use cutline::explore::{Judgement, Status, judge};
use cutline::plan::Plan;
use cutline::run::Keep;
use cutline::scenario::knob::{KNOBS, Model, named};
use cutline::scenario::{self, Settings};

/// What the teaching text configures, and whether a scenario can have it.
const TAUGHT: &[(&str, bool)] = &[
    ("enableCheckpointing(1000)", true),
    ("setCheckpointingMode(AT_LEAST_ONCE)", true),
    ("setCheckpointTimeout(60000)", true),
    ("setMaxConcurrentCheckpoints(2)", true),
    ("setMinPauseBetweenCheckpoints(500)", true),
    // Flink has had it from 1.9 to 1.14: it comes with the profile `flink-1.10`.
    ("setPreferCheckpointForRecovery(true)", false),
    ("setTolerableCheckpointFailureNumber(3)", true),
    ("RestartStrategies.fixedDelayRestart(3, 10000)", true),
    ("RestartStrategies.failureRateRestart(5, 5 min, 10 s)", true),
];

/// Every scenario: its path from the root, and its text.
fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("scenarios")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let name = |path: &Path| path.strip_prefix(root).expect("it lies below").to_string_lossy().replace('\\', "/");
    files.iter().map(|path| (name(path), fs::read_to_string(path).expect("it is text"))).collect()
}

/// What a file says can be tried with it.
fn tries<'t>(path: &str, text: &'t str) -> Vec<&'t str> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("// Try: "));
    let command = format!("cutline run {path} --set ");
    lines
        .map(|line| line.strip_prefix(&command).unwrap_or_else(|| panic!("{path}: `{line}` names another file")))
        .collect()
}

fn load(path: &str, text: &str, set: &[String]) -> Plan {
    let (settings, _) = Settings::read(set).unwrap_or_else(|mistakes| panic!("{path}: {mistakes}"));
    let (plan, found) = scenario::examine_with(text, path, &settings);
    plan.unwrap_or_else(|| panic!("{found}"))
}

fn judged(plan: &Plan) -> Judgement {
    judge(plan, Keep::default()).expect("nothing panics")
}

#[test]
fn what_a_header_tries_changes_what_is_expected() {
    for (path, text) in files() {
        for setting in tries(&path, &text) {
            let varied = load(&path, &text, &[setting.to_owned()]);
            assert_ne!(judged(&varied).status(), Status::Holds, "{path} does not notice {setting}");
        }
    }
}

#[test]
fn each_knob_has_a_scenario_that_tries_it() {
    let files = files();
    let tried: Vec<&str> = (files.iter())
        .flat_map(|(path, text)| tries(path, text))
        .filter_map(|setting| Some(named(setting.split_once('=')?.0).ok()?.knob.key))
        .collect();
    for knob in KNOBS {
        match knob.model {
            Model::Full(_) => assert!(tried.contains(&knob.key), "no scenario tries {}", knob.key),
            // Every run has it: there is nothing to try.
            Model::Always => assert!(!tried.contains(&knob.key), "{}", knob.key),
            // No file may hold it: that is an error that says so.
            Model::Checked(_) | Model::Absent => assert!(!tried.contains(&knob.key), "{}", knob.key),
        }
    }
}

#[test]
fn each_call_of_the_teaching_text_has_a_scenario() {
    let files = files();
    for (call, is_modelled) in TAUGHT {
        let shown = files.iter().any(|(_, text)| text.contains(call));
        assert_eq!(shown, *is_modelled, "{call}");
    }
}

/// What a job may be made of, as it stands in a file.
#[rustfmt::skip]
const FEATURES: &[&str] = &[
    "List(", "Range(", "Repeat(of", "Endless", "splits:", "event_time: Value", "event_time: Step", "out_of_orderness:",
    "idle_after:", "Map(Add", "Map(Multiply", "Map(Remainder", "Map(Negate", "Filter(", "FlatMap(", "logic: Sum,",
    "SumPerKey", "logic: Count,", "CountPerKey", "OrderSensitive", "FailOn(", "logic: Min,", "MinPerKey", "logic: Max,",
    "MaxPerKey", "logic: Last,", "LastPerKey", "Distinct", "logic: Union", "Window(", "total: Count", "Join(", "Hash(",
    ", Key)", ", Parity)", ", Mod(", "Forward(", "Rebalance(", "Broadcast(", "Where(", "kind: Append", "kind: Upsert",
    "kind: TwoPhaseCommit", "cost:", "parallelism:", "task_managers:", "RocksDB(", "kind: JobManager", "kind: FileSystem",
    "max_state_size:", "PerEntry(", "PerMegabyte(", "Uniform(", "latencies:", "Crash(", "CrashManager(", "Slow(",
    "random_faults:", "Checkpoint(at:", "Cancel(at:", "Start(at:", "stop:", "limits:", "schedule:",
];

#[test]
fn each_feature_of_a_job_has_a_scenario() {
    let files = files();
    let missing: Vec<&&str> =
        FEATURES.iter().filter(|feature| !files.iter().any(|(_, text)| text.contains(**feature))).collect();
    assert!(missing.is_empty(), "no scenario has {missing:?}");
}
