//! Small slips of the syntax, which would hide everything behind them: a comma or colon that is missing, a `;` or `=` where
//! a `,` or `:` should be, a name in front of a positional value, a duration without its quotes, the wrong bracket. They are
//! reported, and the text is read as if they had not been made.
//!
//! A mended text is as long as the written one, so places stay the same. What cannot be mended is reported when the text
//! is read.

use std::borrow::Cow;
use std::ops::Range;

use ron::error::Error;
use serde::de::IgnoredAny;

use super::amiss::{amiss, is_of_form};
use super::diagnostic::{Diagnostics, Severity};
use super::explain::{UNITS, byte_at};
use super::knob::camel;
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
        let Some(slip) = slip(&mended, at, &error.code).or_else(|| bracket(&mended, at, &error.code)) else { break };
        let diagnostic = found.add(Severity::Error, "syntax", slip.at.clone(), slip.message);
        if !slip.help.is_empty() {
            diagnostic.help(slip.help);
        }
        if slip.is_settled {
            found.settle(slip.at);
        }
        debug_assert_eq!(slip.right.len(), slip.place.len(), "places stay the same");
        mended.to_mut().replace_range(slip.place, &slip.right);
    }
    mended
}

/// A slip, and what mends it.
struct Slip {
    message: String,
    help: String,
    /// What is marked.
    at: Range<usize>,
    /// What is written over, and with what, of the same length.
    place: Range<usize>,
    right: String,
    /// Whether what is left there is no better: nothing more is said about it.
    is_settled: bool,
}

impl Slip {
    /// One that is mended with this letter at each of its bytes.
    fn new(message: impl Into<String>, at: Range<usize>, place: Range<usize>, right: char) -> Self {
        let right = right.to_string().repeat(place.len());
        Self { message: message.into(), help: String::new(), at, place, right, is_settled: false }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }
}

fn slip(text: &str, at: usize, error: &Error) -> Option<Slip> {
    let next = text[at..].chars().next()?;
    let here = at..at + next.len_utf8();
    match (error, next) {
        (Error::ExpectedComma, ';') => Some(Slip::new("expected `,`, found `;`", here.clone(), here, ',')),
        (Error::ExpectedComma | Error::ExpectedMapColon, '=') => {
            Some(Slip::new("expected `:`, found `=`", here.clone(), here, ':'))
        }
        (Error::ExpectedComma, ':') if !text[..at].trim_end().ends_with('"') => {
            let name = word_before(text, at)?;
            Some(parts_without_brackets(text, &name, &here).unwrap_or_else(|| {
                let whole = name.start..here.end;
                Slip::new("positional values and named ones cannot be mixed", whole.clone(), whole, ' ')
                    .help("write the value alone, as in `Hash(\"a\", Parity)`")
            }))
        }
        (Error::ExpectedComma | Error::ExpectedMapColon, '-') => dash(text, at),
        (Error::SuggestRawIdentifier(_), _) => dash(text, at + word_of(&text[at..]).len()),
        (Error::ExpectedMapColon, '.') => key_without_quotes(text, at),
        (Error::ExpectedIdentifier | Error::UnexpectedChar(_), ',') => {
            Some(Slip::new("a comma too many", here.clone(), here, ' '))
        }
        (Error::UnexpectedChar(_), ':') => Some(Slip::new("a colon too many", here.clone(), here, ' ')),
        (_, '\'') => single_quotes(text, at),
        (Error::ExpectedComma, _) if is_of_word(next) => without_quotes(text, at).or_else(|| separator(text, at, here)),
        (Error::ExpectedComma, '"' | '(' | '[' | '{') => separator(text, at, here),
        (Error::ExpectedMapColon, _) if is_of_word(next) || ['"', '(', '[', '{'].contains(&next) => {
            separator(text, at, here).filter(|slip| slip.right == ":")
        }
        _ => None,
    }
}

/// `10 s` or `1min 30s`, which wants quotes: without its units it is a number.
fn without_quotes(text: &str, at: usize) -> Option<Slip> {
    let front = text[..at].trim_end();
    let is_of_number = |c: &char| is_of_word(*c) || *c == '.';
    let width: usize = front.chars().rev().take_while(is_of_number).map(char::len_utf8).sum();
    let start = front.len() - width;
    let is_number = text[start..].starts_with(|c: char| c.is_ascii_digit());
    let mut end = at + word_of(&text[at..]).len();
    // A number and the next name without a comma between them are something else.
    let is_name = text[end..].trim_start().starts_with(':');
    let is_apart = front.len() < at;
    if !is_number || is_name || (is_apart && (text[front.len()..at].contains('\n') || !is_unit(&text[at..]))) {
        return None;
    }
    // More numbers with units behind it.
    loop {
        let more = text[end..].trim_start_matches(' ');
        let digits = more.trim_start_matches(|c: char| c.is_ascii_digit());
        let unit = digits.trim_start_matches(' ');
        if digits.len() == more.len() || !is_unit(unit) {
            break;
        }
        end = text.len() - unit.len() + word_of(unit).len();
    }
    let found = &text[start..end];
    let slip = Slip::new(format!("`{found}` is no number"), start..end, front.len()..end, ' ')
        .help(format!("durations and sizes are quoted: \"{found}\""));
    Some(Slip { is_settled: true, ..slip })
}

/// `min-pause` or `fixed-delay`, as Flink writes it: names of a file have no dashes.
fn dash(text: &str, at: usize) -> Option<Slip> {
    let is_part = |c: char| is_of_word(c) || c == '-';
    let name = word_before(text, at).filter(|name| name.end == at && text[at..].starts_with('-'))?;
    let start = text[..name.start].trim_end_matches(is_part).len();
    let end = at + text[at..].find(|c| !is_part(c)).unwrap_or(0);
    let word = &text[start..end];
    let is_word = word.starts_with(|c: char| c.is_alphabetic()) && !word.ends_with('-');
    let right = word.replace('-', "_");
    let meant = if text[end..].trim_start().starts_with(':') { right.clone() } else { camel(word) };
    is_word.then(|| Slip {
        right,
        ..Slip::new("names in a file have no dashes", start..end, start..end, '_').help(format!("write `{meant}`"))
    })
}

/// A key of Flink's in a map, without its quotes.
fn key_without_quotes(text: &str, at: usize) -> Option<Slip> {
    let is_part = |c: char| is_of_word(c) || c == '-' || c == '.';
    let start = text[..at].trim_end_matches(is_part).len();
    let end = at + text[at..].find(|c| !is_part(c))?;
    let is_key = text[..start].trim_end().ends_with(['{', ',']) && text[end..].trim_start().starts_with(':');
    let slip = Slip::new("a key of Flink's stands between quotes", start..end, start..end, '"')
        .help(format!("write `\"{}\": ..`", &text[start..end]));
    // There is no room for the quotes; nothing more is said of the key that is left.
    let right = format!("\"{}\"", "_".repeat((end - start).checked_sub(2)?));
    is_key.then_some(Slip { right, is_settled: true, ..slip })
}

/// A text between single quotes, on one line.
fn single_quotes(text: &str, at: usize) -> Option<Slip> {
    let line = text[at..].lines().next()?;
    let inner = line[1..].split_once('\'')?.0;
    let place = at..at + inner.len() + 2;
    let slip = Slip::new("texts stand between double quotes", place.clone(), place, ' ');
    (!inner.contains(['"', '\\'])).then(|| Slip { right: format!("\"{inner}\""), ..slip })
}

/// Between two things something is missing: behind a name its colon, else a comma.
fn separator(text: &str, at: usize, here: Range<usize>) -> Option<Slip> {
    let place = blank(text, at)?;
    let marked = at..usize::max(at + word_of(&text[at..]).len(), here.end);
    let place = place..place + 1;
    let name = word_before(text, at).filter(|name| {
        let word = &text[name.clone()];
        let is_name = word.starts_with(|c: char| c.is_lowercase()) && !["true", "false"].contains(&word);
        is_name && text[..name.start].trim_end().ends_with(['(', ','])
    });
    match name {
        Some(name) => {
            let message = format!("a `:` is missing between `{}` and its value", &text[name.clone()]);
            Some(Slip::new(message, name.start..marked.end, place, ':'))
        }
        None => Some(Slip::new("a comma is missing before this", marked, place, ',')),
    }
}

/// `checkpointing: interval: "1s"`, or with square brackets around the parts. `name` is the inner name, `here` the colon
/// behind it.
fn parts_without_brackets(text: &str, name: &Range<usize>, here: &Range<usize>) -> Option<Slip> {
    let front = text[..name.start].trim_end();
    let part = &text[name.clone()];
    if let Some(list) = front.strip_suffix('[').filter(|list| list.trim_end().ends_with(':')) {
        let slip =
            Slip::new("named parts stand between round brackets", list.len()..here.end, name.start..here.end, ' ')
                .help(format!("write `({part}: ..)`"));
        return Some(Slip { is_settled: true, ..slip });
    }
    let colon = front.strip_suffix(':')?.len();
    let outer = word_before(text, colon)?;
    let owner = &text[outer.clone()];
    let message = format!("the parts of `{owner}` stand between round brackets");
    let slip = Slip::new(message, outer.start..here.end, outer.start..colon + 1, ' ')
        .help(format!("write `{owner}: ({part}: ..)`"));
    Some(Slip { is_settled: true, ..slip })
}

/// A bracket that closes another one than the last that was opened, if all have their halves with the right one.
fn bracket(text: &str, at: usize, error: &Error) -> Option<Slip> {
    let amiss = amiss(text, at).filter(|_| is_of_form(error))?;
    let right = amiss.expected?;
    let mut other = text.to_owned();
    other.replace_range(amiss.at.clone(), &right.to_string());
    // One that is missing, and not wrong, leaves others without their halves.
    let is_whole = self::amiss(&other, other.len()).is_none();
    is_whole.then(|| Slip::new(amiss.message, amiss.at.clone(), amiss.at, right))
}

/// The word that ends before this place, blanks left out.
fn word_before(text: &str, at: usize) -> Option<Range<usize>> {
    let front = text[..at].trim_end();
    let width: usize = front.chars().rev().take_while(|&c| is_of_word(c)).map(char::len_utf8).sum();
    (width > 0).then(|| front.len() - width..front.len())
}

/// The word in front.
fn word_of(text: &str) -> &str {
    text.split(|c| !is_of_word(c)).next().unwrap_or_default()
}

/// Whether a unit of time or size stands in front.
fn is_unit(text: &str) -> bool {
    UNITS.contains(&word_of(text))
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

    #[track_caller]
    fn check_said(text: &str, mended: &str, said: &str) {
        check(text, mended, 1);
        let mut found = Diagnostics::new(text, "mine.ron");
        mend(text, &mut found);
        assert_eq!(found.iter().next().map(|slip| slip.message.as_str()), Some(said));
    }

    #[test]
    fn one_slip_is_one_message() {
        check_said("(a: 10 s, b: 2)", "(a: 10  , b: 2)", "`10 s` is no number");
        check_said("(a: F(1.5s), b: 2)", "(a: F(1.5 ), b: 2)", "`1.5s` is no number");
        check_said("(a: 10 ms)", "(a: 10   )", "`10 ms` is no number");
        check_said("(a: 1 min 30 s, b: 2)", "(a: 1         , b: 2)", "`1 min 30 s` is no number");
        check_said("(a: '1s', b: 2)", "(a: \"1s\", b: 2)", "texts stand between double quotes");
        check_said("(a: 1,, b: 2)", "(a: 1,  b: 2)", "a comma too many");
        check_said("(a: [1,, 2])", "(a: [1,  2])", "a comma too many");
        check_said("(a:: 1, b: 2)", "(a:  1, b: 2)", "a colon too many");
        check_said("(a: b-c-d(e: 1))", "(a: b_c_d(e: 1))", "names in a file have no dashes");
        check_said("(a-b: 1, c: 2)", "(a_b: 1, c: 2)", "names in a file have no dashes");
        check_said("(c: 2, a-b: 1)", "(c: 2, a_b: 1)", "names in a file have no dashes");
        check_said("(a: {b.c-d: 1}, e: 2)", "(a: {\"___\": 1}, e: 2)", "a key of Flink's stands between quotes");
        check_said("(a: 3 d: 4)", "(a: 3,d: 4)", "a comma is missing before this");
        check_said("(a \"1s\", b: 2)", "(a:\"1s\", b: 2)", "a `:` is missing between `a` and its value");
        check_said("(b: 2, a 3)", "(b: 2, a:3)", "a `:` is missing between `a` and its value");
        check_said("(a: [true false])", "(a: [true,false])", "a comma is missing before this");
        check_said("(a: b: 1, c: 2)", "(   b: 1, c: 2)", "the parts of `a` stand between round brackets");
        check_said("(a: (b: 1], c: 2)", "(a: (b: 1), c: 2)", "expected `)`, found `]`: the `(` is still open");
        check_said("(a: [1), c: 2)", "(a: [1], c: 2)", "expected `]`, found `)`: the `[` is still open");
    }
}
