//! Scenario files: text to [`Plan`], and back.
//!
//! | file | holds |
//! | --- | --- |
//! | `syntax` | which fields there are |
//! | `words`, `defaults` | words for plain values, a default of ours |
//! | [`knob`] | what of Flink's configuration can be set: one table of names, defaults, rules |
//! | `raw`, `parts`, `read` | pieces of the text, each at its place; their parts; what they say |
//! | `amiss` | brackets and quotes without their other half |
//! | `mend` | a comma or colon that is missing hides nothing behind it |
//! | `explain`, `other_words` | says what is wrong, and knows Flink's words |
//! | `lower` | what is written, turned into what is meant |
//! | `print` | the way back: `load(print(plan))` is the plan |
//! | [`diagnostic`] | messages, with the place in the text |
//!
//! The format is RON, `version: 1`. Nothing here runs a plan.

mod amiss;
mod defaults;
pub mod diagnostic;
mod explain;
pub mod knob;
mod lower;
mod mend;
mod other_words;
mod parts;
mod print;
mod raw;
mod read;
mod syntax;
mod words;

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

pub use diagnostic::{Diagnostic, Diagnostics, Position, Severity, Span};
pub use knob::Settings;
pub use print::{Unprintable, expectations, placed, print, print_case};

use crate::plan::Plan;
use read::Reader;

/// No scenario is larger: 16 MiB.
const MOST_BYTES: u64 = 16 << 20;

/// What some editors put in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the text of a scenario; `origin` is its path, for messages.
///
/// # Errors
/// Every mistake that was found, and the warnings among them.
pub fn load(text: &str, origin: &str) -> Result<Plan, Diagnostics> {
    match examine(text, origin) {
        (Some(plan), _) => Ok(plan),
        (None, diagnostics) => Err(diagnostics),
    }
}

/// Reads the text of a scenario; the plan if there is one, and everything that was found, warnings included.
pub fn examine(text: &str, origin: &str) -> (Option<Plan>, Diagnostics) {
    examine_with(text, origin, &Settings::default())
}

/// The same with some knobs set from outside.
pub fn examine_with(text: &str, origin: &str, settings: &Settings) -> (Option<Plan>, Diagnostics) {
    let mut found = Diagnostics::new(text, origin);
    let mended = mend::mend(text, &mut found);
    let mut reader = Reader::new(&mended, settings, found);
    let plan = lower::lower(&mut reader, stem(origin));
    (plan, reader.finish())
}

/// Where each expectation begins in the text of a scenario that can be read.
pub fn places(text: &str) -> Vec<Position> {
    let none = Settings::default();
    let mut reader = Reader::new(text, &none, Diagnostics::new(text, ""));
    let expect = reader.whole::<syntax::Scenario<'_>>().map(|written| written.expect).unwrap_or_default();
    reader.list(expect).into_iter().map(|raw| reader.position(raw)).collect()
}

/// Reads a scenario file.
///
/// # Errors
/// As [`load`]; or one message if the file cannot be read: it is missing, a folder, larger than 16 MiB, or not UTF-8.
pub fn load_file(path: &Path) -> Result<Plan, Diagnostics> {
    let origin = path.display().to_string();
    load(&read_file(path)?, &origin)
}

/// The text of a scenario file.
///
/// # Errors
/// One message, as for [`load_file`].
pub fn read_file(path: &Path) -> Result<String, Diagnostics> {
    let origin = path.display().to_string();
    let unreadable = |message: String, help: &str| Diagnostics::unreadable(&origin, message, help);
    if path.is_dir() {
        return Err(unreadable("this is a folder, not a file".to_owned(), "name one of the files in it"));
    }
    // A pipe would wait for somebody at its other end, and a device may never end.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) && !is_open_already(path) {
        let help = "write what it says into a file first";
        return Err(unreadable("this is a pipe, a device or a socket, not a file".to_owned(), help));
    }
    let mut bytes = Vec::new();
    // One byte more than is allowed tells a file that is too large from one that just fits.
    match File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if let Ok(to) = fs::read_link(path) {
                let help = format!("it is a link to {}; write that file, or name another", to.display());
                return Err(unreadable("the link leads nowhere".to_owned(), &help));
            }
            let help = match neighbour(path) {
                Some(near) => format!("did you mean `{}`?", path.with_file_name(near).display()),
                None => "cutline list shows which there are; cutline init writes one".to_owned(),
            };
            return Err(unreadable("there is no such file".to_owned(), &help));
        }
        Err(error) => return Err(unreadable(format!("the file cannot be read: {error}"), "check its permissions")),
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable("the file is larger than 16 MiB".to_owned(), "is it a scenario?"));
    }
    // Some editors begin a file with a mark that says that it is UTF-8.
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        unreadable(format!("the file is not UTF-8: byte {place} does not belong there"), "save it as UTF-8")
    })
}

/// Whether this names what the shell has opened for us: `/dev/stdin`, or the `/dev/fd/63` of `<(command)`.
fn is_open_already(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd", "/proc/self/fd"].iter().any(|opened| path.starts_with(opened))
}

/// The scenario file in the same folder whose name is nearest.
fn neighbour(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = folder.read_dir().ok()?.filter_map(Result::ok);
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| name.ends_with(".ron"));
    // A folder has no order of its own.
    names.sort();
    let wanted = path.file_name()?.to_string_lossy();
    diagnostic::nearest(&wanted, names.iter().map(String::as_str))
        .or_else(|| names.iter().map(String::as_str).find(|name| *name == format!("{wanted}.ron")))
        .map(str::to_owned)
}

/// The name of a scenario that says none: the file's, without its endings.
fn stem(origin: &str) -> &str {
    let file = origin.rsplit(['/', '\\']).next().unwrap_or(origin);
    let stem = file.strip_suffix(".ron").unwrap_or(file);
    stem.strip_suffix(".case").unwrap_or(stem)
}
