//! Every file below `scenarios/` is a test by existing: it loads, its expectations are met, and its trace is the one in
//! `snapshots/`.

use std::fs;
use std::path::{Path, PathBuf};

use cutline::explore::{Status, judge};
use cutline::plan::Plan;
use cutline::run::Keep;
use cutline::scenario;
use cutline::testing::trace;
use cutline::trace::Level;

/// A snapshot is read by people.
const MOST_LINES: usize = 200;

/// All scenario files with their paths below `scenarios/`, in order.
fn files() -> Vec<(String, PathBuf)> {
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

#[test]
fn every_scenario_looks_like_this() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for (name, path) in files() {
        let plan = load(&path);
        let whole = trace(&plan, Level::Protocol);
        let mut picture = format!("{}\n\n", plan.about);
        whole.lines().take(MOST_LINES).for_each(|line| {
            picture.push_str(line);
            picture.push('\n');
        });
        if let Some(more) = whole.lines().count().checked_sub(MOST_LINES).filter(|&more| more > 0) {
            picture.push_str(&format!("... {more} more lines\n"));
        }
        insta::assert_snapshot!(name, picture);
    }
}
