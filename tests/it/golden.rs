//! Digests that must never change by accident: of each scenario's own run, and of random runs. They are the same on
//! every platform, in debug and in release.
//!
//! When a change is meant to change runs, `CUTLINE_GOLDEN=write cargo test --test it golden` writes them anew.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use cutline::plan::Plan;
use cutline::run::{Keep, Order, Runner};
use cutline::scenario;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All scenario files, by path.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("it is a folder").map(|entry| entry.expect("it can be listed").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "ron") {
            found.push(path);
        }
    }
}

fn digest(plan: &Plan, order: &Order) -> String {
    let mut runner = Runner::new(plan.clone());
    let outcome = runner.run(order, Keep { trace: true, actions: false });
    outcome.digest(&runner.topology().names).to_string()
}

#[test]
fn runs_are_what_they_were() {
    let mut found = Vec::new();
    files(&root().join("scenarios"), &mut found);
    assert!(!found.is_empty(), "there are no scenarios");
    let mut table = String::new();
    for path in found {
        let plan = scenario::load_file(&path).expect("shipped scenarios can be read");
        let name = path.strip_prefix(root()).expect("it lies below").display().to_string().replace('\\', "/");
        writeln!(table, "{} {name}", digest(&plan, &Order::of(&plan))).expect("a string takes everything");
        for seed in [1, 2] {
            let digest = digest(&plan, &Order::alternating(seed));
            writeln!(table, "{digest} {name} seed {seed}").expect("a string takes everything");
        }
    }
    let file = root().join("tests/golden.txt");
    if std::env::var_os("CUTLINE_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(&file, &table).expect("it can be written");
    }
    let known = fs::read_to_string(&file).expect("the digests are there");
    assert_eq!(known, table, "runs are not what they were");
}
