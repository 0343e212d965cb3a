//! `KEY=VALUE` from a command line, read once for all files.

use std::ops::Range;

use super::{Knob, Unnamed, Value, named, value};
use crate::scenario::diagnostic::{Diagnostics, Severity};

/// Values that take the place of those of a file.
#[derive(Clone, Default, Debug)]
pub struct Settings(Vec<Setting>);

/// One of them.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Setting {
    pub(in crate::scenario) knob: &'static Knob,
    pub(in crate::scenario) value: Value,
    /// What was written.
    pub(in crate::scenario) text: String,
    /// Where the value stands in it.
    pub(in crate::scenario) at: Range<usize>,
}

impl Settings {
    /// Reads settings, each `KEY=VALUE`; a later one of the same knob wins. The key is a whole one of Flink's, an older
    /// one, or its last segments. What was found is about the arguments, each a text of its own.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub fn read(arguments: &[String]) -> Result<(Self, Diagnostics), Diagnostics> {
        let mut found = Diagnostics::new("", "--set");
        let read = arguments.iter().filter_map(|argument| setting(&mut found, argument)).collect();
        let found = found.finish();
        if found.has_errors() { Err(found) } else { Ok((Self(read), found)) }
    }

    pub(in crate::scenario) fn iter(&self) -> std::slice::Iter<'_, Setting> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn setting(found: &mut Diagnostics, argument: &str) -> Option<Setting> {
    let Some((key, text)) = argument.split_once('=') else {
        found
            .add_in(
                Severity::Error,
                "bad-setting",
                argument,
                0..argument.len(),
                "a setting has a key and a value".into(),
            )
            .help("write KEY=VALUE, as in interval=10s");
        return None;
    };
    if key.trim().is_empty() {
        let message = "the key is missing in front of this".to_owned();
        found
            .add_in(Severity::Error, "bad-setting", argument, 0..argument.len(), message)
            .help("write KEY=VALUE, as in interval=10s");
        return None;
    }
    let whole_key = 0..key.len();
    let named = match named(key) {
        Ok(named) => named,
        Err(unnamed) => {
            refuse(found, argument, whole_key, key.trim(), unnamed);
            return None;
        }
    };
    let knob = named.knob;
    if let Some(older) = named.older {
        let message = format!("`{older}` is an older key");
        found
            .add_in(Severity::Note, "older-name", argument, whole_key.clone(), message)
            .label(format!("today it is `{}`", knob.key));
    }
    let at = key.len() + 1..argument.len();
    let read = value::as_flink(knob, text);
    let value = read.as_ref().ok().map(|read| read.0);
    if let Some(absence) = knob.absence(value, text) {
        let diagnostic = found.add_in(absence.severity(), "not-modelled", argument, whole_key, absence.message());
        absence.explain(diagnostic);
    }
    match read {
        Ok((value, noted)) => {
            if let Some(noted) = noted {
                found.add_in(Severity::Note, "no-unit", argument, at.clone(), noted.message).label(noted.label);
            }
            if let Some(today) = knob.shortcut(value) {
                let message = format!("`{}` is a word of older versions", text.trim());
                found.add_in(Severity::Note, "older-name", argument, at.clone(), message).note(today);
            }
            Some(Setting { knob, value, text: argument.to_owned(), at })
        }
        Err(complaint) => {
            let code = complaint.code;
            let message = complaint.message.clone();
            found.add_in(Severity::Error, code, argument, at, message).complain(complaint).note(sets(knob));
            None
        }
    }
}

/// What to do about a name that names no knob, and is near none.
pub(in crate::scenario) const NO_SUCH: &str = "leave it out if it is another key of Flink's: those of checkpoints and restarts count here, and cutline explain knobs lists them";

/// The note that names Flink's key.
pub(in crate::scenario) fn sets(knob: &Knob) -> String {
    if knob.is_flinks() { format!("Flink calls it {}", knob.key) } else { "Flink has no key for it".to_owned() }
}

/// Says that a name names no knob.
fn refuse(found: &mut Diagnostics, argument: &str, at: Range<usize>, name: &str, unnamed: Unnamed) {
    let message = format!("there is no knob `{name}`");
    match unnamed {
        Unnamed::Ambiguous(knobs) => {
            let keys: Vec<&str> = knobs.iter().map(|knob| knob.key).collect();
            found
                .add_in(Severity::Error, "ambiguous-knob", argument, at, format!("`{name}` is the end of several keys"))
                .help(format!("write one of {}", keys.join(", ")));
        }
        Unnamed::OtherWord(knob) => {
            found
                .add_in(Severity::Error, "unknown-knob", argument, at, message)
                .label("another word for a knob")
                .note(sets(knob));
        }
        Unnamed::Unknown(near) => {
            let diagnostic = found.add_in(Severity::Error, "unknown-knob", argument, at, message);
            match near {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.help(NO_SUCH),
            };
        }
    }
}
