//! The README and the tutorial say what is true: scenarios can be read and hold, and output is the program's.

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

/// What it shows as a test is one of ours.
#[test]
fn its_test_is_run() {
    let (_, shown) = include_str!("library.rs").split_once("\n\n").expect("a line says what it is for");
    assert!(
        blocks(&readme(), "rust").contains(&shown),
        "README.md shows another test than tests/it/library.rs:\n{shown}"
    );
}

/// The columns and lines of a screen: what one step of the tutorial may show, its command included.
#[cfg(feature = "cli")]
const SCREEN: (usize, usize) = (80, 24);

#[cfg(feature = "cli")]
#[test]
fn its_output_is_the_programs() {
    output_is_the_programs("README.md", None);
}

#[cfg(feature = "cli")]
#[test]
fn the_tutorial_has_ten_steps_of_a_screen_each() {
    let (columns, most) = SCREEN;
    output_is_the_programs("docs/tutorial.md", Some(columns));
    let tutorial = fs::read_to_string(root().join("docs/tutorial.md")).expect("there is a tutorial");
    let steps: Vec<&str> = tutorial.split("\n## ").skip(1).collect();
    assert_eq!(steps.len(), 10);
    for step in steps {
        let lines: Vec<&str> = blocks(step, "console").into_iter().flat_map(str::lines).collect();
        let title = step.lines().next().unwrap_or_default();
        assert!((2..=most).contains(&lines.len()), "{title}: {} lines", lines.len());
        let wide = lines.iter().find(|line| line.chars().count() > columns && !line.starts_with('$'));
        assert_eq!(wide, None, "{title}: more than {columns} columns");
    }
}

/// `CUTLINE_README=write` puts the program's output into the file: that of a pipe, or of a screen of so many columns.
#[cfg(feature = "cli")]
#[track_caller]
fn output_is_the_programs(file: &str, columns: Option<usize>) {
    let path = root().join(file);
    let written = fs::read_to_string(&path).expect("it can be read");
    let mut fresh = written.clone();
    let blocks = blocks(&written, "console");
    assert!(!blocks.is_empty());
    for block in blocks {
        let (command, _) = block.split_once('\n').expect("a command has a line of its own");
        let arguments = command.strip_prefix("$ cutline ").expect("it is a command of ours").split(' ');
        let mut command_line = std::process::Command::new(env!("CARGO_BIN_EXE_cutline"));
        command_line.args(arguments).current_dir(root()).env_remove("COLUMNS");
        columns.map(|columns| command_line.env("COLUMNS", columns.to_string()));
        let output = command_line.output().expect("the program can be started");
        let stdout = String::from_utf8(output.stdout).expect("it writes UTF-8");
        fresh = fresh.replace(&format!("```console\n{block}```"), &format!("```console\n{command}\n{stdout}```"));
    }
    if std::env::var_os("CUTLINE_README").is_some_and(|value| value == "write") {
        fs::write(&path, &fresh).expect("it can be written");
        return;
    }
    let different = written.lines().zip(fresh.lines()).find(|(written, fresh)| written != fresh);
    assert!(
        written == fresh,
        "{file} shows what the program does not write; CUTLINE_README=write mends it. It first differs here: {different:?}"
    );
}
