//! What RON finds wrong, said in the words of the file format.

use ron::error::{Error as RonError, Position as RonPosition, SpannedError};

use super::diagnostic::{Diagnostics, Severity};

/// Reports what RON found in a piece of the text that begins at byte `place`.
pub(super) fn explain(found: &mut Diagnostics, piece: &str, place: usize, error: SpannedError) {
    let (start, end) = (byte_at(piece, error.span.start), byte_at(piece, error.span.end));
    // RON begins the place of an error at the token before it now and then; blanks are never part of a mistake.
    let blank = piece[start..end].len() - piece[start..end].trim_start().len();
    let span = place + start + blank..place + end;
    let report = move |code, message: String| found.add(Severity::Error, code, span, message);
    match error.code {
        RonError::NoSuchStructField { found, .. } if NOT_YET.contains(&found.as_str()) => {
            report("not-modelled", format!("`{found}` is not modelled yet"));
        }
        RonError::NoSuchEnumVariant { found, .. } if NOT_YET.contains(&found.as_str()) => {
            report("not-modelled", format!("`{found}` is not modelled yet"));
        }
        RonError::NoSuchStructField { expected, found, .. } => {
            report("unknown-field", format!("unknown field `{found}`"))
                .suggest_one_of(&found, expected.iter().copied());
        }
        RonError::NoSuchEnumVariant { expected, found, outer } => {
            let what = outer.unwrap_or_else(|| "variant".to_owned());
            report("unknown-word", format!("`{found}` is no {what}")).suggest_one_of(&found, expected.iter().copied());
        }
        RonError::MissingStructField { field, outer } => {
            let owner = outer.map(|outer| format!(" of `{outer}`")).unwrap_or_default();
            report("missing", format!("the field `{field}`{owner} is missing"));
        }
        RonError::DuplicateStructField { field, .. } => {
            report("duplicate-field", format!("the field `{field}` stands here for the second time"));
        }
        RonError::ExpectedDifferentStructName { expected, found } => {
            report("wrong-type", format!("expected `{expected}`, found `{found}`"));
        }
        RonError::ExceededRecursionLimit => {
            report("syntax", "brackets are nested too deeply".to_owned());
        }
        RonError::ExpectedComma => {
            let diagnostic = report("syntax", "a comma is missing before this".to_owned());
            if piece[end..].trim_start().starts_with(':') {
                diagnostic.help("positional values and named ones cannot be mixed: `Hash(\"a\", Parity)`");
            }
        }
        RonError::Eof | RonError::ExpectedNamedStructLike(_) if piece.trim().is_empty() => {
            report("syntax", "the file is empty".to_owned()).help("begin with `Scenario(version: 1, job: [..])`");
        }
        code => {
            report("syntax", in_our_words(&code));
        }
    }
}

/// Names that the reference of the file format knows, and this program does not yet.
const NOT_YET: [&str; 6] = ["failover", "profile", "vary", "Gap", "Metric", "Unaligned"];

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
fn byte_at(text: &str, position: RonPosition) -> usize {
    let line = text.split_inclusive('\n').take(position.line - 1).map(str::len).sum::<usize>().min(text.len());
    text[line..].char_indices().nth(position.col - 1).map_or(text.len(), |(byte, _)| line + byte)
}
