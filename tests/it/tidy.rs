//! What no compiler checks: who imports whom, how long files are, and that every file says what it is for.

use std::fs;
use std::path::{Path, PathBuf};

/// Which modules the non-test code of a module may name. `cli` and `testing` may name all.
///
/// Above what the layers ask for, and why: a plan holds pinned actions and names its tasks for their text form; it and
/// the file know how many key groups there may be; judges and reports know the words of the protocol, which events are
/// made of ([`judges_and_reports_know_words_not_machines`]); a report shows what campaigns and searches found.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("ids", &[]),
    ("parts", &[]),
    ("draw", &["ids"]),
    ("key_group", &["ids"]),
    ("protocol", &["ids", "key_group"]),
    ("operator", &["ids", "key_group"]),
    ("action", &["ids"]),
    ("plan", &["ids", "key_group", "operator", "protocol", "action"]),
    ("scenario", &["ids", "key_group", "operator", "protocol", "action", "plan"]),
    // Rules, reasons and knobs are explained where they are defined, and shown here.
    ("explain", &["plan", "protocol", "scenario"]),
    ("trace", &["ids", "protocol", "action"]),
    ("world", &["ids", "parts", "draw", "key_group", "action", "operator", "plan", "protocol", "trace"]),
    ("schedule", &["ids", "draw", "action"]),
    ("oracle", &["ids", "parts", "plan", "operator", "protocol", "trace"]),
    ("run", &["ids", "action", "plan", "protocol", "world", "schedule", "trace", "oracle"]),
    ("explore", &["ids", "parts", "action", "plan", "world", "schedule", "trace", "oracle", "run"]),
    ("report", &["ids", "action", "plan", "protocol", "schedule", "trace", "oracle", "run", "explore"]),
];

/// What judges and reports may name of the protocol: what stands in events, and how a job is configured.
const WORDS: &[&str] = &["Answer", "FailureReason", "JobStatus", "Mode", "SnapshotKind", "TransactionId"];

/// A file of the crate.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Its module right below the crate: `world` for `src/world/clock.rs`.
    fn module(&self) -> String {
        let below = self.path.strip_prefix(root().join("src")).expect("it lies in src");
        let first = below.iter().next().expect("it has a name").to_string_lossy();
        first.trim_end_matches(".rs").to_owned()
    }

    /// Whether all of it is for tests.
    fn is_test(&self) -> bool {
        let name = self.path.file_name().expect("it has a name").to_string_lossy();
        ["tests.rs", "story.rs"].contains(&&*name)
    }

    /// The part that is not for tests, without comments.
    fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]\nmod tests {").next().expect("there is a first part");
        code.lines().map(|line| line.split("//").next().expect("there is a first part")).collect::<Vec<_>>().join("\n")
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn below(folder: &Path, found: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("it is a folder").map(|entry| entry.expect("it can be listed").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("it is text");
            found.push(Source { path, text });
        }
    }
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in folders.iter().map(|folder| root().join(folder)).filter(|folder| folder.exists()) {
        below(&folder, &mut found);
    }
    assert!(found.len() > 20, "the sources are not where they should be");
    found
}

/// The modules right below the crate that a piece of code names: all of `crate::a::..` and of `use crate::{a, b::c}`.
fn named(code: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => names.push(word(rest)),
            Some(list) => {
                // Only the outermost names of a list are modules.
                let (mut depth, mut start) = (0, true);
                for (place, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            names.push(word(&list[place..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

#[test]
fn lists_of_imports_are_read() {
    let code = "use crate::ids::{A, B}; use crate::{plan::{x, y}, world as w,\n trace}; crate::run::go();";
    assert_eq!(named(code), ["ids", "plan", "world", "trace", "run"]);
}

#[test]
fn modules_import_what_they_may() {
    let mut wrong = Vec::new();
    for source in sources(&["src"]).iter().filter(|source| !source.is_test()) {
        let module = source.module();
        if ["lib", "main", "cli", "testing"].contains(&module.as_str()) {
            continue;
        }
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == module) else {
            wrong.push(format!("`{module}` is not in the table of imports"));
            continue;
        };
        for name in named(&source.code()) {
            if name != module && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{}: `{module}` must not import `{name}`", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A judge that asked the protocol's own machines would agree with them.
#[test]
fn judges_and_reports_know_words_not_machines() {
    let mut named = 0;
    for source in sources(&["src"]).iter().filter(|source| ["oracle", "report"].contains(&&*source.module())) {
        let code = source.code();
        for (at, prefix) in code.match_indices("crate::protocol::") {
            let path = code[at + prefix.len()..].split(';').next().expect("there is a first part");
            let word = |c: char| !c.is_alphanumeric() && c != '_';
            for name in path.split(word).filter(|name| name.starts_with(|c: char| c.is_uppercase())) {
                assert!(WORDS.contains(&name), "{} names `{name}` of the protocol", source.path.display());
                named += 1;
            }
        }
    }
    assert!(named > 5, "the imports are not where they should be");
}

#[test]
fn the_core_knows_no_clock_and_no_chance() {
    let banned = ["Instant", "SystemTime", "HashMap", "HashSet", "rand::", "rand_chacha", "thread"];
    let modules = ["protocol", "operator", "ids", "key_group", "action", "trace"];
    for source in sources(&["src"]).iter().filter(|source| modules.contains(&source.module().as_str())) {
        let code = source.code();
        for word in banned {
            assert!(!code.contains(word), "{} names `{word}`", source.path.display());
        }
    }
}

#[test]
fn a_policy_never_sees_the_world() {
    for source in sources(&["src"]).iter().filter(|source| source.module() == "schedule") {
        assert!(!source.code().contains("World"), "{}", source.path.display());
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for source in sources(&["src", "tests", "examples", "benches"]) {
        let lines = source.text.lines().count();
        if lines > 600 {
            wrong.push(format!("{} has {lines} lines; 400 is the wish, 600 the limit", source.path.display()));
        }
        if !source.text.starts_with("//!") {
            wrong.push(format!("{} does not begin with what it is for (`//!`)", source.path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
