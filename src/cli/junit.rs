//! JUnit XML, in the flavour that Jenkins reads: a file is a suite, an expectation is a case, and so is what the job
//! promises without being asked. What could not be decided is an error. There are no times: they are measured, and the
//! same input gives the same bytes.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::report::command;
use crate::report::machine::{Expectation, Runs, Scenario, Violation};
use crate::report::shrunk::Small;

/// A file.
pub(super) struct Suite<'a> {
    name: &'a str,
    path: &'a str,
    seed: u64,
    runs: u64,
    expectations: &'a [Expectation],
    violations: &'a [Violation],
    /// What else keeps it from passing, if no case says it.
    open: Option<String>,
    /// Whether the file could be read.
    sound: bool,
}

impl<'a> Suite<'a> {
    /// A file of `run`.
    pub(super) fn run(scenario: &'a Scenario) -> Self {
        let Scenario { name, path, seed, runs, expectations, violations, .. } = scenario;
        let open = (scenario.status == "inconclusive").then(|| scenario.notes.join("; "));
        Self { name, path, seed: *seed, runs: *runs, expectations, violations, open, sound: true }
    }

    /// A file that is wrong, and why.
    pub(super) fn unreadable(path: &'a str, why: &str) -> Self {
        let (expectations, violations, open) = (&[], &[], Some(why.to_owned()));
        Self { name: path, path, seed: 0, runs: 0, expectations, violations, open, sound: false }
    }

    /// A file of `check`.
    pub(super) fn check(made: &'a Runs) -> Self {
        let Runs { name, path, first_seed, runs, expectations, violations, .. } = made;
        let open = match (made.status, made.ended) {
            ("inconclusive", "interrupted") => Some("interrupted".to_owned()),
            ("inconclusive", _) if *runs == 0 => Some("no run was made".to_owned()),
            ("inconclusive", _) => Some(made.notes.join("; ")),
            _ => None,
        };
        Self { name, path, seed: *first_seed, runs: *runs, expectations, violations, open, sound: true }
    }

    fn broken(&self) -> impl Iterator<Item = &'a Violation> {
        self.violations.iter().filter(|violation| violation.standing == "failure")
    }

    /// How many cases, failures and errors it has.
    fn counts(&self) -> [usize; 3] {
        let of = |verdict: &str| self.expectations.iter().filter(|it| it.verdict == verdict).count();
        let broken = self.broken().count();
        let errors = of("inconclusive") + usize::from(self.open.is_some());
        [self.expectations.len() + broken.max(1), of("failed") + broken, errors]
    }
}

/// The whole document.
pub(super) fn junit(suites: &[Suite<'_>]) -> String {
    let mut bytes = Vec::new();
    write(suites, &mut bytes).expect("writing to memory succeeds");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("texts stay texts")
}

fn write(suites: &[Suite<'_>], bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(bytes, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut sums = [0; 3];
    for suite in suites {
        sums.iter_mut().zip(suite.counts()).for_each(|(sum, count)| *sum += count);
    }
    let [tests, failures, errors] = sums.map(|sum| sum.to_string());
    let element = writer.create_element("testsuites").with_attribute(("name", "cutline"));
    element
        .with_attributes([("tests", &*tests), ("failures", &*failures), ("errors", &*errors)])
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(suite, writer)))?;
    Ok(())
}

fn write_suite(suite: &Suite<'_>, writer: &mut Writer<&mut Vec<u8>>) -> io::Result<()> {
    let [tests, failures, errors] = suite.counts().map(|count| count.to_string());
    let (name, path) = (clean(suite.name), clean(suite.path));
    let attributes =
        [("name", &*name), ("file", &*path), ("tests", &*tests), ("failures", &*failures), ("errors", &*errors)];
    writer.create_element("testsuite").with_attributes(attributes).write_inner_content(|writer| {
        writer.create_element("properties").write_inner_content(|writer| {
            for (name, value) in [("seed", format!("{:#x}", suite.seed)), ("runs", suite.runs.to_string())] {
                let attributes = [("name", name), ("value", &*value)];
                writer.create_element("property").with_attributes(attributes).write_empty()?;
            }
            Ok(())
        })?;
        for expectation in suite.expectations {
            let why = expectation.why.as_deref().unwrap_or_default();
            let place = match (expectation.line, expectation.column) {
                (Some(line), Some(column)) => format!("\n--> {}:{line}:{column}", suite.path),
                _ => String::new(),
            };
            let kind = match expectation.verdict {
                "passed" => None,
                "failed" => Some("failure"),
                _ => Some("error"),
            };
            let Expectation { shrunk, case, replay, .. } = expectation;
            let text = format!("{why}{place}{}", saved(shrunk.as_ref(), case.as_deref(), replay.as_deref()));
            write_case(&name, &expectation.text, kind.map(|kind| (kind, "expectation", why, &*text)), writer)?;
        }
        for violation in suite.broken() {
            let command = violation.replay.clone().unwrap_or_else(|| command("run", suite.path));
            let Violation { detail, seed, step, shrunk, case, .. } = violation;
            let saved = saved(shrunk.as_ref(), case.as_deref(), Some(&command));
            let text = format!("{detail}\nseed {seed:#x}, step {step}{saved}");
            write_case(&name, violation.rule, Some(("failure", violation.rule, &violation.detail, &text)), writer)?;
        }
        if suite.broken().next().is_none() {
            let (case, kind) = match suite.sound {
                true => ("what the job promises", "inconclusive"),
                false => ("what the file says", "unreadable"),
            };
            let open = suite.open.as_deref().map(|why| {
                let message = if suite.sound { why } else { why.lines().next().unwrap_or_default() };
                ("error", kind, message, why)
            });
            write_case(&name, case, open, writer)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// What became of a finding, line by line.
fn saved(shrunk: Option<&Small>, case: Option<&str>, replay: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(small) = shrunk {
        text.push_str(&format!("\nshrunk {}", small.summary()));
        small.pinned.iter().for_each(|step| text.push_str(&format!("\n  {step}")));
    }
    case.iter().for_each(|case| text.push_str(&format!("\ncase: {case}")));
    replay.iter().for_each(|replay| text.push_str(&format!("\nreplay: {replay}")));
    text
}

/// A case, and what is wrong with it: the element, its type, its message, its text.
fn write_case(
    suite: &str,
    name: &str,
    wrong: Option<(&str, &str, &str, &str)>,
    writer: &mut Writer<&mut Vec<u8>>,
) -> io::Result<()> {
    let name = clean(name);
    let case = writer.create_element("testcase").with_attributes([("name", &*name), ("classname", suite)]);
    match wrong {
        None => case.write_empty()?,
        Some((element, kind, message, text)) => case.write_inner_content(|writer| {
            let (message, text) = (clean(message), clean(text));
            let element = writer.create_element(element).with_attributes([("type", kind), ("message", &*message)]);
            element.write_text_content(BytesText::new(&text))?;
            Ok(())
        })?,
    };
    Ok(())
}

/// XML has no place for most control characters, not even escaped.
fn clean(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    text.chars().map(|c| if allowed(c) { c } else { '\u{FFFD}' }).collect()
}
