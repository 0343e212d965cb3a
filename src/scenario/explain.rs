//! What RON finds wrong, said in the words of the file format.

use std::ops::Range;

use ron::error::{Error as RonError, Position as RonPosition, SpannedError};

use super::amiss::{amiss, is_of_form};
use super::diagnostic::{Diagnostic, Diagnostics, Severity};
use super::knob;
use super::other_words;
use super::parts::Fault;
use super::read::{Raw, Reader, shortened};

/// Reports what RON found in a piece of the text that begins at byte `place`.
pub(super) fn explain(found: &mut Diagnostics, piece: &str, place: usize, error: SpannedError) {
    let (start, end) = (byte_at(piece, error.span.start), byte_at(piece, error.span.end));
    // RON begins the place of an error at the token before it now and then; blanks are never part of a mistake.
    let blank = piece[start..end].len() - piece[start..end].trim_start().len();
    let start = start + blank;
    let span = place + start..place + end;
    // A bracket that is closed by another one, or by none; a text that runs into the next line.
    if let Some(amiss) = amiss(piece, start).filter(|_| is_of_form(&error.code)) {
        let at = place + amiss.at.start..place + amiss.at.end;
        found.add(Severity::Error, "syntax", at, amiss.message).help(amiss.help);
        return;
    }
    if let RonError::ExpectedComma = error.code {
        return comma(found, place, piece, start);
    }
    let report = move |code, message: String| found.add(Severity::Error, code, span, message);
    match error.code {
        RonError::ExpectedDifferentStructName { expected, found } => {
            report("wrong-type", format!("expected `{expected}`, found `{found}`"));
        }
        RonError::ExceededRecursionLimit => {
            report("syntax", "brackets are nested too deeply".to_owned());
        }
        RonError::Eof | RonError::ExpectedNamedStructLike(_) if piece.trim().is_empty() => {
            report("syntax", "the file is empty".to_owned()).help("begin with `Scenario(version: 1, job: [..])`");
        }
        RonError::ExpectedArray if !piece.contains('\n') => {
            report("wrong-type", "expected a list".to_owned()).help(format!("write `[{piece}]`"));
        }
        RonError::ExpectedNamedStructLike("Scenario") => {
            report("syntax", "expected `Scenario(..)`".to_owned()).help("begin with `Scenario(version: 1, job: [..])`");
        }
        RonError::ExpectedStructLike | RonError::ExpectedNamedStructLike(_) => {
            report("syntax", "expected named parts between round brackets".to_owned())
                .help("write `(name: value)`, as in `checkpointing: (interval: \"1s\")`");
        }
        RonError::ExpectedMap => {
            report("syntax", in_our_words(&error.code))
                .help("write, for example, `{\"key\": value}`, the key in quotes");
        }
        RonError::ExpectedMapColon => {
            let diagnostic = report("syntax", "expected `:` between a name and its value".to_owned());
            match piece[start..].chars().next() {
                Some('.') => diagnostic.help("write `{\"key\": value}`, the key in quotes"),
                Some(',') => diagnostic.help("a list stands between square brackets: `[..]`"),
                _ => diagnostic,
            };
        }
        RonError::ExpectedIdentifier if piece[start..].starts_with(',') => {
            report("syntax", "a comma too many".to_owned());
        }
        RonError::UnexpectedChar(found) => {
            report("syntax", format!("expected a value, found `{found}`"));
        }
        RonError::ExpectedIdentifier | RonError::SuggestRawIdentifier(_) => {
            report("syntax", "each part needs its name in front".to_owned())
                .help("write `name: value`, as in `interval: \"1s\"`");
        }
        code => {
            report("syntax", in_our_words(&code));
        }
    }
}

/// Where a comma should be stands something else; often something that should be in quotes.
fn comma(found: &mut Diagnostics, place: usize, piece: &str, at: usize) {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let before: usize = piece[..at].chars().rev().take_while(|&c| is_of_word(c)).map(char::len_utf8).sum();
    let behind: usize = piece[at..].chars().take_while(|&c| is_of_word(c)).map(char::len_utf8).sum();
    let word = &piece[at - before..at + behind];
    let (whole, next) = (at - before..at + behind, piece[at..].chars().next());
    let (at, message, help) = if before > 0 && behind > 0 && word.starts_with(|c: char| c.is_ascii_digit()) {
        (whole, format!("`{word}` is no number"), format!("durations and sizes are quoted: \"{word}\""))
    } else if word == "None" && next == Some('(') {
        (whole, "`None` has no parts".to_owned(), "write `None` alone".to_owned())
    } else if let Some((number, unit)) = with_unit(piece, at, behind) {
        let text = format!("{} {}", &piece[number.clone()], &piece[unit.clone()]);
        let message = format!("`{text}` is no number");
        (number.start..unit.end, message, format!("durations and sizes are quoted: \"{text}\""))
    } else if before > 0 && matches!(next, Some('[' | '{')) {
        let message = format!("the parts of `{word}` stand between round brackets");
        (at..at + 1, message, format!("write `{word}(..)`"))
    } else if piece[..at].trim_end().ends_with('"') && next == Some(':') {
        (at..at + 1, "quoted keys stand in a map".to_owned(), "write `{\"key\": value}`".to_owned())
    } else {
        let width = next.map_or(0, char::len_utf8);
        (at..at + usize::max(width, behind), "a comma is missing before this".to_owned(), String::new())
    };
    let diagnostic = found.add(Severity::Error, "syntax", place + at.start..place + at.end, message);
    if !help.is_empty() {
        diagnostic.help(help);
    }
}

/// Units of time and size that people write behind a bare number.
pub(super) const UNITS: [&str; 12] = ["us", "ms", "s", "sec", "min", "m", "h", "d", "KiB", "MiB", "kb", "mb"];

/// A number and the unit behind it, if it is a unit that stands at this place: `10 s`.
fn with_unit(piece: &str, at: usize, behind: usize) -> Option<(Range<usize>, Range<usize>)> {
    let unit = at..at + behind;
    let front = piece[..at].trim_end();
    let digits = front.len() - front.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let is_unit = UNITS.contains(&&piece[unit.clone()]) && digits > 0;
    is_unit.then(|| (front.len() - digits..front.len(), unit))
}

/// Names that the format has a place for, and this program has nothing behind yet: what each will be, and what to write
/// until then.
#[rustfmt::skip]
const NOT_YET: [(&str, &str, &str); 6] = [
    ("vary", "it will name the values between which a comparison of runs chooses", "cutline run FILE --set KEY=VALUE makes one such run"),
    ("Gap", "it will bound the time between two events", "`cutline trace FILE` shows the times"),
    ("Metric", "it will bound a figure of the run, as the end-to-end duration of a checkpoint", "`cutline run FILE` shows Flink's columns"),
    ("Unaligned", "it will be about a checkpoint whose barriers overtook data, which no run has", "leave it out"),
    ("Savepoint", "in Flink: a snapshot that somebody asks for, names and owns; no later checkpoint removes it", "write `Checkpoint(at: ..)` for a checkpoint by hand; `Start(at: ..)` begins from the latest retained checkpoint"),
    ("StopWithSavepoint", "in Flink: the sources stop, a savepoint is made, and the job finishes when it is complete", "write `Checkpoint(at: ..)`, and `Cancel(at: ..)` at a later moment; with checkpointing `externalized_checkpoint_retention: RetainOnCancellation` the checkpoint stays"),
];

/// Says that a name has nothing behind it yet.
fn not_yet<'a>(r: &mut Reader<'a>, at: Raw<'a>, &(name, note, help): &(&str, &str, &str)) {
    r.error(at, "not-modelled", format!("`{name}` is not modelled yet")).note(note).help(help);
}

fn later(name: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    NOT_YET.iter().find(|later| knob::same(later.0, name))
}

/// Reports what is wrong with the parts of a piece; of the whole file, if it is empty.
pub(super) fn of_parts<'a>(r: &mut Reader<'a>, raw: Raw<'a>, faults: Vec<Fault<'a>>) {
    let mut mistyped: Vec<&'static str> = Vec::new();
    let mut missing: Vec<&'static str> = Vec::new();
    let mut owner = "";
    for fault in faults {
        match fault {
            Fault::NoVariant { at, what, known } => no_variant(r, at, what, known),
            Fault::NoField { at, owner, known } => match later(at.get()) {
                Some(later) => not_yet(r, at, later),
                None => mistyped.extend(no_field(r, at, owner, known)),
            },
            Fault::Missing { owner: of, field } => {
                missing.push(field);
                owner = of;
            }
            Fault::Twice { at } => {
                r.error(at, "duplicate-field", format!("the field `{}` stands here for the second time", at.get()));
            }
            Fault::Form { at, message, help } => {
                let diagnostic = r.error(at, "wrong-form", message);
                if !help.is_empty() {
                    diagnostic.help(help);
                }
            }
            Fault::Ron { at, error } => r.ron(at, error),
        }
    }
    // A field that was mistyped is not missing besides.
    missing.retain(|field| !mistyped.contains(field));
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(|field| format!("`{field}`")).collect();
        let of = if owner.is_empty() { String::new() } else { format!(" of `{owner}`") };
        let (noun, verb) = if missing.len() == 1 { ("field", "is") } else { ("fields", "are") };
        let diagnostic = r.missing(raw, format!("the {noun} {}{of} {verb} missing", names.join(", ")));
        let examples: Vec<String> = missing
            .iter()
            .filter_map(|field| example(owner, field).map(|example| format!("`{field}: {example}`")))
            .collect();
        if !examples.is_empty() {
            diagnostic.help(format!("add, for example, {}", examples.join(", ")));
        }
    }
}

/// A piece that begins with none of the words that it may.
fn no_variant<'a>(r: &mut Reader<'a>, at: Raw<'a>, what: &str, known: &'static [&'static str]) {
    let head = at.head();
    let unquoted = at.get().trim_matches('"');
    if let Some(later) = later(head) {
        not_yet(r, Raw::of(head), later);
    } else if !head.is_empty() && !head.starts_with(|c: char| c.is_ascii_digit()) {
        let diagnostic = r.error(Raw::of(head), "unknown-word", format!("`{head}` is no {what}"));
        other_words::suggest(diagnostic, what, head, known.iter().copied());
    } else if at.is_string() && known.contains(&unquoted) {
        let diagnostic = r.error(at, "unknown-word", format!("a text is no {what}"));
        diagnostic.label("write it without quotes");
    } else {
        let message = format!("expected a word, found `{}`, which is no {what}", shortened(at.get()));
        let diagnostic = r.error(at, "wrong-type", message);
        if let Some(whole) = whole(what, at) {
            diagnostic.label(format!("write `{whole}`"));
        } else if at.is_string() {
            other_words::suggest(diagnostic, what, unquoted, known.iter().copied());
        } else {
            one_of(diagnostic, known);
        }
    }
}

/// The whole of which somebody wrote the inner part: `Time("35ms")` of `"35ms"`.
fn whole(what: &str, inner: Raw<'_>) -> Option<String> {
    let text = inner.get();
    let is_number = || text.starts_with(|c: char| c.is_ascii_digit());
    let word = match what {
        "moment" if inner.is_string() && text[1..].starts_with(|c: char| c.is_ascii_digit()) => "Time",
        "kind of latency" if inner.is_string() => "Fixed",
        "kind of input" if inner.is_string() => "Forward",
        "kind of records" if text.starts_with('[') => "List",
        "amount" | "number of crashes" if is_number() => "Exactly",
        _ => return None,
    };
    Some(format!("{word}({})", shortened(text)))
}

fn one_of(diagnostic: &mut Diagnostic, known: &[&str]) {
    let known: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
    diagnostic.help(format!("one of {}", known.join(", ")));
}

/// A field that its owner does not have, and which was meant, if that is clear. In the outermost brackets it may be a
/// knob, which belongs elsewhere.
fn no_field<'a>(r: &mut Reader<'a>, at: Raw<'a>, owner: &str, known: &'static [&'static str]) -> Option<&'static str> {
    let name = at.get();
    if owner == "Start" && ["from", "set", "parallelism"].contains(&name) {
        r.error(at, "not-modelled", format!("`{name}` of `Start` is not modelled yet"))
            .note("in Flink: a job may start from any snapshot that it is given, with other settings or another parallelism")
            .help("write `Start(at: ..)`: it begins from the latest retained checkpoint");
        return None;
    }
    let of = if owner.is_empty() { String::new() } else { format!(" of `{owner}`") };
    let diagnostic = r.error(at, "unknown-field", format!("unknown field `{name}`{of}"));
    let is_file = known.contains(&"checkpointing");
    match knob::named(name).ok().map(|named| named.knob).or_else(|| knob::other_word(name)) {
        Some(knob) if is_file && !known.iter().any(|known| knob::same(known, name)) => {
            diagnostic.label(format!("did you mean `{}`?", knob.in_file())).note(knob::sets(knob));
            None
        }
        _ => {
            let label = &other_words::suggest(diagnostic, "field", name, known.iter().copied()).label;
            known.iter().copied().find(|known| *label == format!("did you mean `{known}`?"))
        }
    }
}

/// What a field that is missing may hold.
fn example(owner: &str, field: &str) -> Option<&'static str> {
    Some(match (owner, field) {
        (_, "name") => "\"a\"",
        (_, "records") => "Range(from: 1, to: 100)",
        (_, "logic") => "Sum",
        ("Sink", "kind") => "TwoPhaseCommit",
        (_, "inputs") => "[Forward(\"a\")]",
        (_, "at") => "Time(\"1s\")",
        (_, "task") => "\"sum[0]\"",
        (_, "manager") => "\"tm\"",
        ("Barrier", "checkpoint") | ("Trigger" | "Complete", _) => "2",
        ("Barrier", "phase") => "AfterSnapshot",
        ("Record", "n") => "7",
        ("Record", "when") => "Before",
        ("Slow", "factor") => "8.0",
        ("Slow", "from") => "\"1s\"",
        ("Slow", "until") => "\"2s\"",
        ("Window", "size") | ("Join", "within") => "\"1s\"",
        (_, "sink") => "\"out\"",
        (_, "op") => "\"sum\"",
        ("Checkpoint", "status") => "Completed",
        ("Restores" | "Late", "count") => "Exactly(1)",
        (_, "crashes") => "Between(1, 3)",
        (_, "within") => "(\"1s\", \"5s\")",
        _ => return None,
    })
}

/// What RON says of a mistake, where we would say it otherwise.
fn in_our_words(error: &RonError) -> String {
    let ours = match error {
        RonError::ExpectedInteger => "expected a whole number",
        RonError::ExpectedString => "expected a quoted text",
        RonError::ExpectedChar => "texts stand between double quotes",
        RonError::ExpectedStringEnd => "this text is never closed",
        RonError::ExpectedBoolean => "expected `true` or `false`",
        RonError::ExpectedArray => "expected a list: `[..]`",
        RonError::ExpectedMap => "expected a map: `{..}`",
        RonError::Eof => "the text ends here, but a bracket is still open",
        RonError::TrailingCharacters => "nothing was expected after the end",
        other => {
            let theirs = other.to_string();
            let mut chars = theirs.chars();
            return chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default();
        }
    };
    ours.to_owned()
}

/// The byte of a line and column, both counted from 1, columns in characters.
pub(super) fn byte_at(text: &str, position: RonPosition) -> usize {
    let line = text.split_inclusive('\n').take(position.line - 1).map(str::len).sum::<usize>().min(text.len());
    text[line..].char_indices().nth(position.col - 1).map_or(text.len(), |(byte, _)| line + byte)
}
