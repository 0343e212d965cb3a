//! The README says what is true: its scenarios can be read and hold, and its output is the program's.

use std::fs;
use std::path::PathBuf;

use cutline::explore::{Status, judge};
use cutline::run::Keep;
use cutline::scenario;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("there is a README")
}

/// The fenced blocks of a language, without their fences.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    let starts = text.match_indices(&fence).map(|(at, _)| at + fence.len());
    starts.map(|start| text[start..].split("```").next().expect("there is a first part")).collect()
}

#[test]
fn its_scenarios_hold() {
    let readme = readme();
    let scenarios = blocks(&readme, "ron");
    assert!(!scenarios.is_empty());
    for text in scenarios {
        let plan = scenario::load(text, "README.md").unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let judgement = judge(&plan, Keep::default()).expect("nothing panics");
        assert_eq!(judgement.status(), Status::Holds, "{:?}", judgement.evidence.tally.verdicts());
    }
}

/// `CUTLINE_README=write` puts the program's output into the README.
#[cfg(feature = "cli")]
#[test]
fn its_output_is_the_programs() {
    let (readme, mut fresh) = (readme(), readme());
    let blocks = blocks(&readme, "console");
    assert!(!blocks.is_empty());
    for block in blocks {
        let (command, _) = block.split_once('\n').expect("a command has a line of its own");
        let arguments = command.strip_prefix("$ cutline ").expect("it is a command of ours").split(' ');
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_cutline"))
            .args(arguments)
            .current_dir(root())
            .output()
            .expect("the program can be started");
        let stdout = String::from_utf8(output.stdout).expect("it writes UTF-8");
        fresh = fresh.replace(&format!("```console\n{block}```"), &format!("```console\n{command}\n{stdout}```"));
    }
    if std::env::var_os("CUTLINE_README").is_some_and(|value| value == "write") {
        fs::write(root().join("README.md"), &fresh).expect("it can be written");
    }
    assert_eq!(self::readme(), fresh, "the README shows what the program does not write");
}
