//! What a command says whose files are wrong: people read why on stderr, programs in the result.

use super::args::Shape;
use super::files::Bad;
use super::junit::{Suite, junit};
use super::run::Started;
use super::{Answer, Exit, Refusal, say, validate};
use crate::report::machine;
use crate::scenario::{Diagnostics, Severity};

impl Bad {
    /// The answer of the command with this schema: nothing ran.
    pub(super) fn answer(self, schema: &'static str, shape: Shape) -> Result<Answer, Refusal> {
        let Self { refusal, files, sound } = self;
        if shape == Shape::Human {
            return Err(refusal);
        }
        let status = if refusal.exit == Exit::Nothing { machine::NOTHING } else { machine::ERROR };
        say(&refusal.message);
        if shape == Shape::JUnit {
            let texts: Vec<String> = files.iter().map(|(_, found)| found.to_string()).collect();
            let suites = files.iter().zip(&texts).map(|((path, found), text)| wrong_suite(path, found, text));
            let suites: Vec<Suite<'_>> = suites.collect();
            return Ok(Answer { text: junit(&suites), exit: refusal.exit });
        }
        let wrong = |(path, found): &(String, Diagnostics)| machine::Unreadable {
            path: path.clone(),
            status: machine::ERROR,
            diagnostics: found.iter().map(validate::message).collect(),
        };
        let scenarios: Vec<machine::Unreadable> = files.iter().map(wrong).collect();
        let lines = shape == Shape::JsonLines;
        let mut text = String::new();
        if lines {
            text.push_str(&machine::record(schema, "started", &Started { files: files.len() + sound }));
            scenarios.iter().for_each(|it| text.push_str(&machine::record(schema, "scenario", it)));
        }
        let whole = machine::NothingRan {
            schema,
            version: env!("CARGO_PKG_VERSION"),
            status,
            scenarios: if lines { Vec::new() } else { scenarios },
            not_run: sound,
        };
        text.push_str(&if lines { machine::finished(schema, &whole, "scenarios") } else { machine::json(&whole) });
        Ok(Answer { text, exit: refusal.exit })
    }
}

/// A file that is wrong, as JUnit has it.
pub(super) fn wrong_suite<'a>(path: &'a str, found: &Diagnostics, text: &str) -> Suite<'a> {
    let first = found.iter().find(|message| message.severity == Severity::Error);
    Suite::wrong(path, first.map_or("error", |message| message.code), text)
}
