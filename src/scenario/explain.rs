//! What RON finds wrong, said in the words of the file format.

use ron::error::{Error as RonError, Position as RonPosition, SpannedError};

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
    let span = place + start + blank..place + end;
    let report = move |code, message: String| found.add(Severity::Error, code, span, message);
    match error.code {
        RonError::ExpectedDifferentStructName { expected, found } => {
            report("wrong-type", format!("expected `{expected}`, found `{found}`"));
        }
        RonError::ExceededRecursionLimit => {
            report("syntax", "brackets are nested too deeply".to_owned());
        }
        RonError::ExpectedComma => comma(report, piece, start + blank),
        RonError::Eof | RonError::ExpectedNamedStructLike(_) if piece.trim().is_empty() => {
            report("syntax", "the file is empty".to_owned()).help("begin with `Scenario(version: 1, job: [..])`");
        }
        RonError::ExpectedArray if !piece.contains('\n') => {
            report("wrong-type", "expected a list".to_owned()).help(format!("write `[{piece}]`"));
        }
        code => {
            report("syntax", in_our_words(&code));
        }
    }
}

/// Where a comma should be stands something else; often something that should be in quotes.
fn comma<'d>(report: impl FnOnce(&'static str, String) -> &'d mut Diagnostic, piece: &str, at: usize) {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let before: usize = piece[..at].chars().rev().take_while(|&c| is_of_word(c)).map(char::len_utf8).sum();
    let behind: usize = piece[at..].chars().take_while(|&c| is_of_word(c)).map(char::len_utf8).sum();
    let word = &piece[at - before..at + behind];
    if before > 0 && behind > 0 && word.starts_with(|c: char| c.is_ascii_digit()) {
        report("syntax", format!("`{word}` is no number")).help(format!("durations and sizes are quoted: \"{word}\""));
    } else {
        report("syntax", "a comma is missing before this".to_owned());
    }
}

/// Names that the reference of the file format knows, and this program does not yet.
const NOT_YET: [&str; 8] =
    ["failover", "profile", "vary", "Gap", "Metric", "Unaligned", "Savepoint", "StopWithSavepoint"];

/// Reports what is wrong with the parts of a piece; of the whole file, if it is empty.
pub(super) fn of_parts<'a>(r: &mut Reader<'a>, raw: Raw<'a>, faults: Vec<Fault<'a>>) {
    let mut mistyped: Vec<&'static str> = Vec::new();
    let mut missing: Vec<&'static str> = Vec::new();
    let mut owner = "";
    for fault in faults {
        match fault {
            Fault::NoVariant { at, what, known } => no_variant(r, at, what, known),
            Fault::NoField { at, .. } if NOT_YET.contains(&at.get()) => {
                r.error(at, "not-modelled", format!("`{}` is not modelled yet", at.get()));
            }
            Fault::NoField { at, owner, known } => mistyped.extend(no_field(r, at, owner, known)),
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
    if NOT_YET.contains(&head) {
        r.error(Raw::of(head), "not-modelled", format!("`{head}` is not modelled yet"));
    } else if !head.is_empty() && !head.starts_with(|c: char| c.is_ascii_digit()) {
        let diagnostic = r.error(Raw::of(head), "unknown-word", format!("`{head}` is no {what}"));
        other_words::suggest(diagnostic, what, head, known.iter().copied());
    } else if at.is_string() && known.contains(&unquoted) {
        let diagnostic = r.error(at, "unknown-word", format!("a text is no {what}"));
        diagnostic.label("write it without quotes");
    } else {
        let message = format!("expected a word, found `{}`, which is no {what}", shortened(at.get()));
        let diagnostic = r.error(at, "wrong-type", message);
        if at.is_string() {
            other_words::suggest(diagnostic, what, unquoted, known.iter().copied());
        } else {
            one_of(diagnostic, known);
        }
    }
}

fn one_of(diagnostic: &mut Diagnostic, known: &[&str]) {
    let known: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
    diagnostic.help(format!("one of {}", known.join(", ")));
}

/// A field that its owner does not have, and which was meant, if that is clear. In the outermost brackets it may be a
/// knob, which belongs elsewhere.
fn no_field<'a>(r: &mut Reader<'a>, at: Raw<'a>, owner: &str, known: &'static [&'static str]) -> Option<&'static str> {
    let name = at.get();
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
        RonError::ExpectedStringEnd => "this text is never closed",
        RonError::ExpectedBoolean => "expected `true` or `false`",
        RonError::ExpectedArray => "expected a list: `[..]`",
        RonError::ExpectedMap => "expected a map: `{..}`",
        RonError::ExpectedStructLike => "expected brackets: `(..)`",
        RonError::ExpectedNamedStructLike("Scenario") => "expected `Scenario(..)`",
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
