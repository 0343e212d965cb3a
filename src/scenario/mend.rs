//! Small slips of the syntax, which would hide everything behind them: a comma that is missing, a `;` or `=` where a `,`
//! or `:` should be, a name in front of a positional value. They are reported, and the text is read as if they had not been made.
//!
//! A mended text is as long as the written one, so places stay the same. What cannot be mended is reported when the text
//! is read.

use std::borrow::Cow;
use std::ops::Range;

use ron::error::Error;
use serde::de::IgnoredAny;

use super::diagnostic::{Diagnostics, Severity};
use super::explain::{UNITS, byte_at};
use super::raw::options;

/// So many slips are mended; then it is no scenario.
const MOST: usize = 20;

/// The text without slips, which are reported.
pub(super) fn mend<'a>(text: &'a str, found: &mut Diagnostics) -> Cow<'a, str> {
    let mut mended = Cow::Borrowed(text);
    for _ in 0..MOST {
        let Err(error) = options().from_str::<IgnoredAny>(&mended) else { break };
        let start = byte_at(&mended, error.span.start);
        let at = start + mended[start..].len() - mended[start..].trim_start().len();
        let Some(slip) = slip(&mended, at, &error.code) else { break };
        let diagnostic = found.add(Severity::Error, "syntax", slip.at, slip.message.to_owned());
        if !slip.help.is_empty() {
            diagnostic.help(slip.help);
        }
        let right = slip.right.to_string().repeat(slip.place.len());
        mended.to_mut().replace_range(slip.place, &right);
    }
    mended
}

/// A slip, and what mends it.
struct Slip {
    message: &'static str,
    help: &'static str,
    /// What is marked.
    at: Range<usize>,
    /// What is written over, and with what.
    place: Range<usize>,
    right: char,
}

fn slip(text: &str, at: usize, error: &Error) -> Option<Slip> {
    let next = text[at..].chars().next()?;
    let here = at..at + next.len_utf8();
    match (error, next) {
        (Error::ExpectedComma, ';') => {
            Some(Slip { message: "expected `,`, found `;`", help: "", at: here.clone(), place: here, right: ',' })
        }
        (Error::ExpectedComma | Error::ExpectedMapColon, '=') => {
            Some(Slip { message: "expected `:`, found `=`", help: "", at: here.clone(), place: here, right: ':' })
        }
        (Error::ExpectedComma, ':') if !text[..at].trim_end().ends_with('"') => {
            let name = text[..at].trim_end();
            let width: usize = name.chars().rev().take_while(|&c| is_of_word(c)).map(char::len_utf8).sum();
            (width > 0).then(|| Slip {
                message: "positional values and named ones cannot be mixed",
                help: "write the value alone, as in `Hash(\"a\", Parity)`",
                at: name.len() - width..here.end,
                place: name.len() - width..here.end,
                right: ' ',
            })
        }
        // A number and a unit that want quotes: no comma helps there.
        (Error::ExpectedComma, _)
            if next.is_alphabetic()
                && text[..at].ends_with(' ')
                && text[..at].trim_end().ends_with(|c: char| c.is_ascii_digit())
                && is_unit(&text[at..]) =>
        {
            None
        }
        (Error::ExpectedComma, _) if is_of_word(next) || ['"', '(', '[', '{'].contains(&next) => {
            let width: usize = text[at..].chars().take_while(|&c| is_of_word(c)).map(char::len_utf8).sum();
            let place = blank(text, at)?;
            let at = at..usize::max(at + width, here.end);
            Some(Slip { message: "a comma is missing before this", help: "", at, place: place..place + 1, right: ',' })
        }
        _ => None,
    }
}

/// Whether a unit of time or size stands in front.
fn is_unit(text: &str) -> bool {
    let word = text.split(|c| !is_of_word(c)).next().unwrap_or_default();
    UNITS.contains(&word)
}

/// Whether words and numbers are made of it.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A blank before this place that may be written over: one behind a value, and not the end of a comment.
fn blank(text: &str, at: usize) -> Option<usize> {
    let ends_value = |c: char| c.is_alphanumeric() || ['"', '\'', ')', ']', '}', '_'].contains(&c);
    let place = at.checked_sub(1).filter(|&place| text.as_bytes()[place].is_ascii_whitespace())?;
    let line = text[..place].lines().next_back().unwrap_or_default();
    let ends_comment = text.as_bytes()[place] == b'\n' && line.contains("//");
    (!ends_comment && text[..at].trim_end().ends_with(ends_value)).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, slips: usize) {
        let mut found = Diagnostics::new(text, "mine.ron");
        assert_eq!(mend(text, &mut found), expected);
        assert_eq!(found.iter().count(), slips, "{found}");
    }

    #[test]
    fn slips_are_mended_where_they_are() {
        check("(a: 1, b: 2)", "(a: 1, b: 2)", 0);
        check("(a: 1\n  b: 2\n  c: [1 2])", "(a: 1\n ,b: 2\n ,c: [1,2])", 3);
        check("(a = 1; b: 2)", "(a : 1, b: 2)", 2);
        // What a blank does not part, or what ends a comment, stays.
        check("(a: \"x\"b: 2)", "(a: \"x\"b: 2)", 0);
        check("(a: 1 // one\nb: 2)", "(a: 1 // one\nb: 2)", 0);
        check("(a: 1 // one\n b: 2)", "(a: 1 // one\n,b: 2)", 1);
        check("(a: Hash(\"a\", by: 1))", "(a: Hash(\"a\",     1))", 1);
        check("(a: 1", "(a: 1", 0);
    }
}
