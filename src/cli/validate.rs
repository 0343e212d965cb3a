//! `validate`: reads files and checks what they mean, and runs nothing.

use super::args::{Shape, Validate};
use super::files::{Examined, examine_for};
use super::junit::{Suite, junit};
use super::run::Started;
use super::unreadable::wrong_suite;
use super::{Answer, Refusal, say};
use crate::report::machine::{self, VALIDATE};
use crate::report::words::count;
use crate::scenario::{Diagnostic, Severity};

pub(super) fn validate(args: &Validate, quiet: bool) -> Result<Answer, Refusal> {
    let (files, exit) = examine_for(&args.paths, args.format)?;
    match args.format {
        Shape::Human => {}
        Shape::Json => return Ok(Answer { text: machine::json(&whole(&files)), exit }),
        Shape::JsonLines => return Ok(Answer { text: lines(&whole(&files)), exit }),
        Shape::JUnit => return Ok(Answer { text: suites(&files), exit }),
    }
    for file in files.iter().filter(|file| !file.found.is_empty()) {
        say(&file.found.render(true));
        say("\n");
    }
    let lines = if quiet { String::new() } else { files.iter().map(line).collect() };
    Ok(Answer { text: lines + &summary(&files), exit })
}

fn whole(files: &[Examined]) -> machine::Validate {
    machine::Validate {
        schema: VALIDATE,
        version: env!("CARGO_PKG_VERSION"),
        sound: !files.is_empty() && files.iter().all(|file| file.plan.is_some()),
        files: files
            .iter()
            .map(|file| machine::Validated {
                path: file.path.clone(),
                name: file.plan.as_ref().map(|plan| plan.name.clone()),
                sound: file.plan.is_some(),
                messages: file.found.iter().map(message).collect(),
            })
            .collect(),
    }
}

/// A record a file, and one that says what they come to.
fn lines(whole: &machine::Validate) -> String {
    let mut text = machine::record(VALIDATE, "started", &Started { files: whole.files.len() });
    whole.files.iter().for_each(|file| text.push_str(&machine::record(VALIDATE, "file", file)));
    text + &machine::finished(VALIDATE, whole, "files")
}

fn suites(files: &[Examined]) -> String {
    let texts: Vec<String> = files.iter().map(|file| file.found.to_string()).collect();
    let suites = files.iter().zip(&texts).map(|(file, text)| match file {
        Examined { path, plan: Some(plan), .. } => Suite::sound(&plan.name, path),
        Examined { path, found, .. } => wrong_suite(path, found, text),
    });
    junit(&suites.collect::<Vec<_>>())
}

/// A message as programs read it.
pub(super) fn message(found: &Diagnostic) -> machine::Message {
    let place = found.span.as_ref().map(|span| (span.start, span.end));
    machine::Message {
        severity: match found.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        },
        code: found.code,
        message: found.message.clone(),
        line: place.map(|place| place.0.line),
        column: place.map(|place| place.0.column),
        end_line: place.map(|place| place.1.line),
        end_column: place.map(|place| place.1.column),
        label: found.label.clone(),
        notes: found.notes.clone(),
        helps: found.helps.clone(),
    }
}

fn line(file: &Examined) -> String {
    let word = if file.plan.is_some() { "ok" } else { "WRONG" };
    let number = |severity| file.found.iter().filter(|message| message.severity == severity).count() as u64;
    let said: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning")]
        .into_iter()
        .filter(|&(severity, _)| number(severity) > 0)
        .map(|(severity, noun)| count(number(severity), noun))
        .collect();
    format!("{word:<7}{}   {}", file.path, said.join(", ")).trim_end().to_owned() + "\n"
}

fn summary(files: &[Examined]) -> String {
    let wrong = files.iter().filter(|file| file.plan.is_none()).count() as u64;
    let all = count(files.len() as u64, "scenario");
    match wrong {
        0 => format!("{all}: sound\n"),
        wrong => format!("{all}: {} sound, {wrong} wrong\n", files.len() as u64 - wrong),
    }
}
