//! What once failed: every file below `scenarios/regressions/` still shows what it was saved for. That they hold and look
//! the same is tested with all other scenarios.

use std::fs;
use std::path::PathBuf;

use cutline::explore::{Campaign, Status, Strategy, judge};
use cutline::plan::{Defect, Expectation, Plan, Schedule, Topology};
use cutline::run::Keep;
use cutline::scenario;

/// The files, with their texts and plans, in order.
fn files() -> Vec<(PathBuf, String, Plan)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/regressions");
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("it can be read");
        let plan = scenario::load(&text, &path.display().to_string())
            .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
        (path, text, plan)
    };
    paths.into_iter().map(read).collect()
}

/// A case that was saved by the program names its digest.
#[test]
fn cases_are_the_same_event_for_event() {
    let mut named = 0;
    for (path, text, plan) in files() {
        let Some(digest) = text.lines().find_map(|line| line.strip_prefix("// digest ")) else { continue };
        named += 1;
        let judged = judge(&plan, Keep { trace: true, actions: false }).expect("nothing panics");
        let names = Topology::new(&plan).names;
        assert_eq!(judged.outcome.digest(&names).to_string(), digest, "{}", path.display());
    }
    assert!(named >= Defect::ALL.len());
}

/// Each planted bug has a case, which is its own fault: without it, the same job keeps its promises.
#[test]
fn every_planted_bug_has_a_case() {
    let files = files();
    for defect in Defect::ALL {
        let plans: Vec<&Plan> =
            files.iter().map(|(.., plan)| plan).filter(|plan| plan.defect == Some(defect)).collect();
        assert!(!plans.is_empty(), "no case shows {defect:?}");
        for plan in plans {
            let is_violates = |expectation: &Expectation| matches!(expectation, Expectation::Violates(_));
            assert!(plan.expect.iter().any(is_violates), "{} expects nothing to break", plan.name);
            let mended = Plan { defect: None, schedule: Schedule::Free, expect: Vec::new(), ..plan.clone() };
            let evidence = Campaign { plan: mended, seeds: 0..200, strategy: Strategy::default(), jobs: 0 }
                .run()
                .expect("nothing panics");
            assert_eq!(evidence.status(), Status::Holds, "{} without its bug: {evidence:?}", plan.name);
        }
    }
    assert!(files.iter().any(|(.., plan)| plan.defect.is_none()), "none of them is a mistake of our own");
}
