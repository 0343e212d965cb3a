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
    /// The seed and the number of its runs; none if there was no run.
    ran: Option<(u64, u64)>,
    expectations: &'a [Expectation],
    violations: &'a [Violation],
    /// What else keeps it from passing, if no case says it.
    open: Option<Open>,
    again: Again<'a>,
}

/// Why a file has not passed, though nothing in it failed.
struct Open {
    element: &'static str,
    kind: &'static str,
    /// The case that it is told of.
    case: &'static str,
    message: String,
    text: String,
}

impl Open {
    fn undecided(why: String) -> Self {
        Self { element: "error", kind: "inconclusive", case: PROMISES, message: why.clone(), text: why }
    }
}

/// The case of what nobody has written down.
const PROMISES: &str = "what the job promises";
/// The case of a file that was not run.
const SAYS: &str = "what the file says";

/// The commands that show a file's runs again.
#[derive(Clone, Copy, Default)]
pub(super) struct Again<'a> {
    /// All that was done with these arguments behind the path, if they were given: `cutline run a.ron`.
    pub(super) verb: &'a str,
    /// Other arguments.
    pub(super) with: &'a str,
    /// What `--seed` needs beside it for one run.
    pub(super) of_seed: &'a str,
    /// The seed of the file's own run, if that was made.
    pub(super) own: Option<u64>,
}

impl Again<'_> {
    /// The command that shows the run of this seed; all of them without one.
    fn command(&self, path: &str, seed: Option<u64>) -> String {
        match seed.filter(|&seed| Some(seed) != self.own) {
            Some(seed) => format!("{} --seed {seed:#x}{}", command("trace", path), self.of_seed),
            None => format!("{}{}", command(self.verb, path), self.with),
        }
    }
}

impl<'a> Suite<'a> {
    /// A file of `run`.
    pub(super) fn run(scenario: &'a Scenario, again: Again<'a>) -> Self {
        let Scenario { name, path, seed, runs, expectations, violations, .. } = scenario;
        let open = (scenario.status == "inconclusive").then(|| Open::undecided(scenario.notes.join("; ")));
        let again = Again { own: Some(*seed), ..again };
        Self { name, path, ran: Some((*seed, *runs)), expectations, violations, open, again }
    }

    /// A file that is wrong, and why; `kind` is the code of its first mistake.
    pub(super) fn wrong(path: &'a str, kind: &'static str, why: &str) -> Self {
        let message = why.lines().next().unwrap_or_default().to_owned();
        let open = Open { element: "error", kind, case: SAYS, message, text: why.to_owned() };
        Self { open: Some(open), ..Self::sound(path, path) }
    }

    /// A file in which nothing is wrong, and which was not run.
    pub(super) fn sound(name: &'a str, path: &'a str) -> Self {
        Self { name, path, ran: None, expectations: &[], violations: &[], open: None, again: Again::default() }
    }

    /// A file whose turn did not come: somebody wanted no more, or one before it had failed.
    pub(super) fn not_run(name: &'a str, path: &'a str, is_interrupted: bool) -> Self {
        let (element, kind, message) = match is_interrupted {
            true => ("error", "interrupted", "not run: interrupted"),
            false => ("skipped", "", "not run: a file before it failed"),
        };
        let (message, text) = (message.to_owned(), message.to_owned());
        Self { open: Some(Open { element, kind, case: PROMISES, message, text }), ..Self::sound(name, path) }
    }

    /// A file of `check`.
    pub(super) fn check(made: &'a Runs, again: Again<'a>) -> Self {
        let Runs { name, path, first_seed, runs, expectations, violations, .. } = made;
        let open = match (made.status, made.ended) {
            ("inconclusive", "interrupted") => Some("interrupted".to_owned()),
            ("inconclusive", _) if *runs == 0 => Some("no run was made".to_owned()),
            ("inconclusive", _) => Some(made.notes.join("; ")),
            _ => None,
        };
        let open = open.map(Open::undecided);
        Self { name, path, ran: Some((*first_seed, *runs)), expectations, violations, open, again }
    }

    fn broken(&self) -> impl Iterator<Item = &'a Violation> {
        self.violations.iter().filter(|violation| violation.standing == "failure")
    }

    /// How many cases, failures, errors and skipped ones it has.
    fn counts(&self) -> [usize; 4] {
        let of = |verdict: &str| self.expectations.iter().filter(|it| it.verdict == verdict).count();
        let broken = self.broken().count();
        let open = |element| usize::from(self.open.as_ref().is_some_and(|open| open.element == element));
        let cases = self.expectations.len() + broken.max(1);
        [cases, of("failed") + broken, of("inconclusive") + open("error"), open("skipped")]
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
    let mut sums = [0; 4];
    for suite in suites {
        sums.iter_mut().zip(suite.counts()).for_each(|(sum, count)| *sum += count);
    }
    let [tests, failures, errors, skipped] = sums.map(|sum| sum.to_string());
    let element = writer.create_element("testsuites").with_attribute(("name", "cutline"));
    element
        .with_attributes([("tests", &*tests), ("failures", &*failures), ("errors", &*errors), ("skipped", &*skipped)])
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(suite, writer)))?;
    Ok(())
}

fn write_suite(suite: &Suite<'_>, writer: &mut Writer<&mut Vec<u8>>) -> io::Result<()> {
    let [tests, failures, errors, skipped] = suite.counts().map(|count| count.to_string());
    let (name, path) = (clean(suite.name), clean(suite.path));
    let counts = [("tests", &*tests), ("failures", &*failures), ("errors", &*errors), ("skipped", &*skipped)];
    let element = writer.create_element("testsuite").with_attributes([("name", &*name), ("file", &*path)]);
    element.with_attributes(counts).write_inner_content(|writer| {
        if let Some((seed, runs)) = suite.ran {
            writer.create_element("properties").write_inner_content(|writer| {
                for (name, value) in [("seed", format!("{seed:#x}")), ("runs", runs.to_string())] {
                    let attributes = [("name", name), ("value", &*value)];
                    writer.create_element("property").with_attributes(attributes).write_empty()?;
                }
                Ok(())
            })?;
        }
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
            let Expectation { shrunk, case, replay, seed, .. } = expectation;
            let replay = replay.clone().unwrap_or_else(|| suite.again.command(suite.path, *seed));
            let text = format!("{why}{place}{}", saved(shrunk.as_ref(), case.as_deref(), &replay));
            write_case(&name, &expectation.text, kind.map(|kind| (kind, "expectation", why, &*text)), writer)?;
        }
        for violation in suite.broken() {
            let Violation { detail, seed, step, shrunk, case, replay, .. } = violation;
            let replay = replay.clone().unwrap_or_else(|| suite.again.command(suite.path, Some(*seed)));
            let saved = saved(shrunk.as_ref(), case.as_deref(), &replay);
            let text = format!("{detail}\nseed {seed:#x}, step {step}{saved}");
            write_case(&name, violation.rule, Some(("failure", violation.rule, &violation.detail, &text)), writer)?;
        }
        if suite.broken().next().is_none() {
            let wrong = suite.open.as_ref();
            let case = wrong.map_or(if suite.ran.is_some() { PROMISES } else { SAYS }, |open| open.case);
            let wrong = wrong.map(|open| (open.element, open.kind, &*open.message, &*open.text));
            write_case(&name, case, wrong, writer)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// What became of a finding, line by line.
fn saved(shrunk: Option<&Small>, case: Option<&str>, replay: &str) -> String {
    let mut text = String::new();
    if let Some(small) = shrunk {
        text.push_str(&format!("\nshrunk {}", small.summary()));
        small.pinned.iter().for_each(|step| text.push_str(&format!("\n  {step}")));
    }
    case.iter().for_each(|case| text.push_str(&format!("\ncase: {case}")));
    text + "\nreplay: " + replay
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
            let element = writer.create_element(element);
            let element = if kind.is_empty() { element } else { element.with_attribute(("type", kind)) };
            element.with_attribute(("message", &*message)).write_text_content(BytesText::new(&text))?;
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
