//! Brackets and quotes without their other half, told by where they begin.

use std::ops::Range;

/// Whether a mistake may be one of brackets or quotes.
pub(super) fn is_of_form(error: &ron::Error) -> bool {
    use ron::Error as E;
    matches!(error, E::ExpectedComma | E::Eof | E::ExpectedStringEnd | E::ExpectedArrayEnd | E::ExpectedStructLikeEnd)
        || matches!(error, E::ExpectedMapEnd | E::ExpectedMapColon)
}

/// A bracket or quote that has no other half.
pub(super) struct Amiss {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
    /// The bracket that should stand there, if another one does.
    pub(super) expected: Option<char>,
}

/// What is amiss with the brackets up to this place; at the end of the text, with those that are open there.
pub(super) fn amiss(piece: &str, place: usize) -> Option<Amiss> {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let mut open: Vec<(usize, char, char)> = Vec::new();
    let mut chars = piece.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '/' if chars.peek().is_some_and(|next| next.1 == '/') => {
                while chars.next_if(|next| next.1 != '\n').is_some() {}
            }
            '"' => {
                let mut end = None;
                while let Some((at, c)) = chars.next() {
                    match c {
                        '\\' => drop(chars.next()),
                        '"' => {
                            end = Some(at);
                            break;
                        }
                        _ => {}
                    }
                }
                let line = piece[at..].lines().next().unwrap_or_default();
                // A text that ends where the next one was to begin leaves a quote of its line alone.
                if end.is_none_or(|end| end + 1 == place && is_odd(piece, at)) {
                    let message = "this text is never closed".to_owned();
                    let help = "end it with a `\"` on the same line".to_owned();
                    return Some(Amiss { at: at..at + line.len(), message, help, expected: None });
                }
            }
            _ if at > place => break,
            _ => {
                if let Some(&(_, end)) = PAIRS.iter().find(|pair| pair.0 == c) {
                    open.push((at, c, end));
                } else if PAIRS.iter().any(|pair| pair.1 == c) {
                    match open.pop() {
                        Some((start, begin, end)) if end != c => {
                            let line = 1 + piece[..start].matches('\n').count();
                            let here = 1 + piece[..at].matches('\n').count();
                            let of = if line == here { String::new() } else { format!(" of line {line}") };
                            let message = format!("expected `{end}`, found `{c}`: the `{begin}`{of} is still open");
                            let help = format!("write `{end}` before it");
                            return Some(Amiss { at: at..at + 1, message, help, expected: Some(end) });
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    let &(start, begin, end) = open.last().filter(|_| piece[place..].trim().is_empty())?;
    let message = format!("this `{begin}` is never closed");
    let help = format!("the text ends without its `{end}`");
    Some(Amiss { at: start..start + 1, message, help, expected: None })
}

/// Whether the line of this place has an odd number of quotes: one of them has no other half.
fn is_odd(piece: &str, at: usize) -> bool {
    let line = piece[..at].rfind('\n').map_or(0, |newline| newline + 1);
    piece[line..].lines().next().unwrap_or_default().matches('"').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, place: usize, expected: Option<(&str, &str)>) {
        let found = amiss(text, place);
        let found = found.as_ref().map(|found| (&text[found.at.clone()], found.message.as_str()));
        assert_eq!(found, expected);
    }

    #[test]
    fn brackets_and_quotes_that_have_no_other_half() {
        check("(a: [1, 2)", 9, Some((")", "expected `]`, found `)`: the `[` is still open")));
        check("(a: [\n1, 2)", 10, Some((")", "expected `]`, found `)`: the `[` of line 1 is still open")));
        check("(a: [1, 2]", 10, Some(("(", "this `(` is never closed")));
        check("(a: \"x, b: c(\"y\"))", 14, Some(("\"x, b: c(\"y\"))", "this text is never closed")));
        // Brackets in comments and texts are none.
        check("(a: 1, // (\n b: \"[\")", 11, None);
        check("(a: 1 b: 2)", 6, None);
    }
}
