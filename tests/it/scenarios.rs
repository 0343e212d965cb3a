//! Every file below `scenarios/` is a test by existing: it loads, its expectations are met, and its trace is the one in
//! `snapshots/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cutline::explore::{Status, judge};
use cutline::ids::{Rule, RuleSet};
use cutline::plan::{Defect, Plan};
use cutline::run::Keep;
use cutline::scenario;
use cutline::testing::trace;
use cutline::trace::Level;

/// A snapshot is read by people: a longer trace is shown from shortly before its first trouble on, or its second
/// checkpoint if it has none, with its end.
const BEFORE: usize = 15;
const WINDOW: usize = 75;
const END: usize = 10;

/// Verbs of lines that tell of trouble.
const TROUBLE: [&str; 6] = ["CRASH", "STUCK", "abort", "decline", "reject", "FAILED"];

/// All scenario files with their paths below `scenarios/`, in order.
pub(crate) fn files() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ron") {
                let below = path.strip_prefix(&root).expect("it lies below");
                let name = below.with_extension("").to_string_lossy().replace(['/', '\\'], "-");
                files.push((name, path));
            }
        }
    }
    files.sort();
    files
}

fn load(path: &Path) -> Plan {
    scenario::load_file(path).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

/// What people read of a trace; what is left out is counted.
fn excerpt(trace: &str) -> String {
    let lines: Vec<&str> = trace.lines().collect();
    let is_trouble = |line: &&str| line.split_whitespace().any(|word| TROUBLE.contains(&word));
    let latest = lines.len().saturating_sub(WINDOW + END);
    let is_second = |line: &&str| line.ends_with("trigger   ckpt 2");
    let first = lines.iter().position(is_trouble).or_else(|| lines.iter().position(is_second));
    let from = first.unwrap_or(0).saturating_sub(BEFORE).min(latest);
    let mut text = String::new();
    let mut shown = 0;
    for range in [from..from + WINDOW, lines.len().saturating_sub(END)..lines.len()] {
        let start = range.start.max(shown);
        if start > shown {
            text += &format!("... {} lines\n", start - shown);
        }
        shown = range.end.clamp(start, lines.len());
        lines[start..shown].iter().for_each(|line| text += &format!("{line}\n"));
    }
    text
}

#[test]
fn an_excerpt_leaves_out_what_it_says() {
    let lines = |count: usize, crash: usize| -> String {
        (0..count).map(|line| format!("{line}{}\n", if line == crash { " CRASH" } else { "" })).collect()
    };
    assert_eq!(excerpt(&lines(85, 0)), lines(85, 0));
    let long = excerpt(&lines(300, 100));
    let shown: Vec<&str> = long.lines().collect();
    assert_eq!(shown.len(), 1 + WINDOW + 1 + END);
    assert_eq!((shown[0], shown[1], shown[16]), ("... 85 lines", "85", "100 CRASH"));
    assert_eq!((shown[1 + WINDOW], shown[2 + WINDOW]), ("... 130 lines", "290"));
}

/// A scenario that is about a mistake must see it.
#[test]
fn scenarios_notice_what_they_are_about() {
    for (name, defect) in [
        ("seeds-alignment", Defect::NoAlignment),
        ("seeds-recovery", Defect::NoRewind),
        ("odd-even-sum", Defect::NoAlignment),
        ("odd-even-sum", Defect::NoRewind),
        ("odd-even-sum", Defect::DroppedRecord),
        ("order-sensitive", Defect::NoAlignment),
        ("two-phase-crash-before-commit", Defect::EarlyCommit),
    ] {
        let (_, path) = files().into_iter().find(|(known, _)| known == name).expect("it is there");
        let judged = judge(&Plan { defect: Some(defect), ..load(&path) }, Keep::default()).expect("nothing panics");
        let broken = !judged.outcome.violations.is_empty();
        assert!(judged.status() == Status::Violated && broken, "{name} does not notice {defect:?}");
    }
}

#[test]
fn every_scenario_holds() {
    let mut failed = Vec::new();
    for (name, path) in files() {
        let plan = load(&path);
        let judged = judge(&plan, Keep::default()).expect("nothing panics");
        if judged.status() != Status::Holds {
            failed.push(format!("{name}: {:?} {:#?}", judged.status(), judged.evidence));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(files().len() >= 2, "the teaching scenarios are there");
}

/// The rules that the machines carry out, as their sources say.
fn rules_of_machines() -> BTreeSet<u8> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/protocol")];
    let mut rules = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("it is text");
            let code = text.split("#[cfg(test)]").next().expect("there is a first part");
            for (at, word) in code.match_indices("Rule(") {
                let number = code[at + word.len()..].split(')').next().expect("there is a first part");
                rules.extend(number.parse::<u8>());
            }
        }
    }
    rules
}

/// Rules of the machines that no scenario reaches, and why.
const UNREACHED: [(u8, &str); 2] = [
    (9, "a thousand requests must wait; the vectors of the request decider make them"),
    (17, "a task must be down, or finished where that ends checkpoints"),
];

#[test]
fn every_rule_of_the_machines_acts_in_some_scenario() {
    let mut acted = RuleSet::default();
    for (_, path) in files() {
        let judged = judge(&load(&path), Keep::default()).expect("nothing panics");
        acted = acted.union(judged.evidence.met.rules);
    }
    let known = rules_of_machines();
    assert!(known.len() > 30, "the sources are not where they should be");
    let unknown: Vec<Rule> = acted.iter().filter(|rule| !known.contains(&rule.0)).collect();
    assert_eq!(unknown, [], "these acted, and stand nowhere");
    let unreached: Vec<u8> = known.into_iter().filter(|&rule| !acted.contains(Rule(rule))).collect();
    assert_eq!(unreached, UNREACHED.map(|(rule, _)| rule), "these never acted, and are to");
}

#[test]
fn every_scenario_looks_like_this() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for (name, path) in files() {
        let plan = load(&path);
        let picture = format!("{}\n\n{}", plan.about, excerpt(&trace(&plan, Level::Protocol)));
        insta::assert_snapshot!(name, picture);
    }
}
