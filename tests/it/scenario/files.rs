//! Files on disk: the shipped ones load, unreadable ones are explained.

use std::path::{Path, PathBuf};

use cutline::oracle::expect::{Tally, Verdict};
use cutline::oracle::{Violation, promised};
use cutline::plan::Expectation;
use cutline::run::{Keep, Order, Runner};
use cutline::scenario;

/// Every scenario file below a folder, in the order of their paths.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("the entry can be read").path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
        .collect()
}

#[test]
fn every_shipped_scenario_loads_and_survives_its_text() {
    let paths = below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"));
    assert!(!paths.is_empty());
    for path in paths {
        let text = scenario::read_file(&path).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let (plan, found) = scenario::examine(&text, &path.display().to_string());
        assert!(found.is_empty(), "{found}");
        let plan = plan.expect("nothing was found");
        let printed = scenario::print(&plan).expect("it came from text");
        assert_eq!(scenario::load(&printed, "printed").as_ref(), Ok(&plan), "{printed}");
    }
}

#[track_caller]
fn check(path: &Path, expected: &str) {
    let mistakes = scenario::load_file(path).expect_err("the file cannot be read");
    assert_eq!(mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>(), [expected]);
    assert!(mistakes.render(false).contains(&path.display().to_string()));
}

#[test]
fn what_cannot_be_read_is_explained() {
    let folder = std::env::temp_dir().join(format!("cutline-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let (binary, large) = (folder.join("binary.ron"), folder.join("large.ron"));
    std::fs::write(&binary, b"Scenario\xff").expect("a file can be written");
    std::fs::File::create(&large).and_then(|file| file.set_len(100 << 20)).expect("a sparse file can be made");
    check(&folder, "this is a folder, not a file");
    check(&folder.join("none.ron"), "there is no such file");
    check(&binary, "the file is not UTF-8: byte 8 does not belong there");
    check(&large, "the file is larger than 16 MiB");
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    let file = std::env::temp_dir().join(format!("cutline-mark-{}.ron", std::process::id()));
    let text = super::around("");
    std::fs::write(&file, format!("\u{feff}{text}")).expect("a file can be written");
    assert_eq!(scenario::read_file(&file).as_deref(), Ok(&*text));
    std::fs::remove_file(&file).expect("the file can be removed");
}

#[test]
fn a_thousand_mistakes_are_not_all_shown() {
    let faults: String = (0..1_000).map(|n| format!("Crash(task: \"t{n}\", at: End),")).collect();
    let text = super::around(&format!("faults: [{faults}]"));
    let mistakes = scenario::load(&text, "mine.ron").expect_err("nobody knows these tasks");
    assert_eq!(mistakes.iter().count(), 50);
    assert!(mistakes.render(false).contains("there are more; only 50 are shown"));
}

/// The run that each shipped file asks for. What must only be seen in one run of many is not judged here.
#[test]
fn every_shipped_scenario_keeps_what_it_says() {
    for path in below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")) {
        let plan = scenario::load_file(&path).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let mut runner = Runner::new(plan);
        let outcome = runner.run(&Order::of(runner.plan().as_ref()), Keep::default());
        let plan = runner.plan();
        let expected = |violation: &Violation| {
            !promised(plan, violation.rule) || plan.expect.contains(&Expectation::Violates(violation.rule))
        };
        let broken: Vec<_> = outcome.violations.iter().filter(|violation| !expected(violation)).collect();
        assert!(broken.is_empty(), "{}: {broken:#?}", path.display());
        let mut tally = Tally::new(plan);
        tally.add(0, outcome.seen);
        for (verdict, expectation) in tally.verdicts().into_iter().zip(&plan.expect) {
            let once = matches!(expectation, Expectation::Sometimes(_) | Expectation::Violates(_));
            assert!(once || verdict == Verdict::Passed, "{}: {expectation:?}: {verdict:?}", path.display());
        }
    }
}
