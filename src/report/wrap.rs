//! Lines that are too long for a terminal, broken where they say one thing after another.
//!
//! What follows is indented: to where the words behind a label begin (`  ok    Final(..)`), or by two; prose is not. A
//! sentence that was broken for a wider page is put together first. A word that has no room goes on behind a bracket; a path stays whole, so that it can be copied, and a command that goes on ends
//! its line as shells want it.

use std::borrow::Cow;
use std::fmt::Write;

/// An indentation that is that of a paragraph already.
const DEEP: usize = 8;

/// The text in lines of at most so many letters, but for single words that are longer.
pub fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let mut bare = Cow::Borrowed(line.trim_end_matches('\n'));
        if bare.chars().count() > width {
            let indent = indentation(&bare);
            let hang = hanging(&pieces(&bare, width), indent, width);
            let is_listed = indent == 2 && hang >= DEEP;
            let goes_on = |bare: &str, next: &str| {
                (is_listed && bare.ends_with([',', ';']) && indentation(next) == hang)
                    || (is_prose(bare) && is_prose(next) && !bare.ends_with(['.', ':', '?']))
            };
            while let Some(next) = lines.next_if(|next| goes_on(&bare, next)) {
                bare = Cow::Owned(format!("{bare} {}", next.trim()));
            }
            broken(&bare, width, &mut out);
        } else {
            out.push_str(&bare);
        }
        if line.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

fn is_prose(line: &str) -> bool {
    let line = line.trim_end();
    !line.is_empty() && !line.starts_with([' ', '#', '$']) && !line.contains("  ")
}

fn indentation(line: &str) -> usize {
    line.chars().take_while(|&letter| letter == ' ').count()
}

/// A word, the blanks before it, and whether it goes on with a command.
struct Piece<'t> {
    gap: usize,
    word: &'t str,
    letters: usize,
    /// The letters from here to the next wide gap: what belongs together.
    together: usize,
    in_command: bool,
}

fn broken(line: &str, width: usize, out: &mut String) {
    let indent = indentation(line);
    let pieces = pieces(line, width / 2);
    let hang = hanging(&pieces, indent, width);
    let mut column = 0;
    for (number, piece) in pieces.iter().enumerate() {
        let goes_on = pieces.get(number + 1).is_some_and(|next| next.in_command && next.gap == 1);
        let needed = column + piece.gap + piece.letters + if piece.in_command && goes_on { 2 } else { 0 };
        let whole = hang + piece.together <= width && piece.gap > 1;
        let is_first = number == 0;
        if is_first || (needed <= width && (!whole || column + piece.gap + piece.together <= width)) {
            let _ = write!(out, "{:gap$}{}", "", piece.word, gap = piece.gap);
            column += piece.gap + piece.letters;
            continue;
        }
        if piece.in_command && piece.gap == 1 {
            out.push_str(" \\");
        }
        let start = hang.min(width.saturating_sub(piece.letters).max(2));
        let _ = write!(out, "\n{:start$}{}", "", piece.word);
        column = start + piece.letters;
    }
}

/// The words of a line; those that are longer than this are broken behind their brackets.
fn pieces(line: &str, long: usize) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let (mut gap, mut in_command) = (0, false);
    for word in line.split(' ') {
        if word.is_empty() {
            gap += 1;
            continue;
        }
        in_command = if gap > 1 || pieces.is_empty() { word == "cutline" } else { in_command };
        let is_whole = word.contains('/') || word.chars().count() <= long;
        let parts = if is_whole { vec![word] } else { word.split_inclusive('(').collect() };
        for part in parts {
            let letters = part.chars().count();
            pieces.push(Piece { gap, word: part, letters, together: letters, in_command });
            gap = 0;
        }
        gap = 1;
    }
    for number in (1..pieces.len()).rev() {
        if pieces[number].gap <= 1 {
            pieces[number - 1].together += pieces[number].gap + pieces[number].together;
        }
    }
    pieces
}

/// Where what follows begins.
fn hanging(pieces: &[Piece<'_>], indent: usize, width: usize) -> usize {
    let label = |piece: &Piece<'_>| indent + piece.letters;
    match pieces {
        _ if indent >= DEEP => indent.min(width / 2),
        [first, second, ..] if second.gap > 1 && label(first) + second.gap <= (width / 3).max(12) => {
            label(first) + second.gap
        }
        _ if indent == 0 && pieces.iter().skip(1).all(|piece| piece.gap <= 1) => 0,
        _ => indent + 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(width: usize, text: &str, expected: &str) {
        assert_eq!(wrap(text, width), expected);
    }

    #[test]
    fn what_fits_stays() {
        for text in ["", "\n", "  ok    all\n", "a\n\nb"] {
            check(12, text, text);
        }
    }

    #[test]
    fn words_go_below_the_words_behind_a_label() {
        check(20, "  ok    Final(op: \"sum\", total: 9)\n", "  ok    Final(op:\n        \"sum\",\n        total: 9)\n");
        check(24, "good   the job finished, at the end of it", "good   the job finished,\n       at the end of it");
    }

    #[test]
    fn what_belongs_together_stays_together() {
        check(30, "   2  FAILED  TOO_OLD   failure of sum", "   2  FAILED  TOO_OLD\n      failure of sum");
        check(
            40,
            "PASS  a-name                          4 expectations   (as expected)",
            "PASS  a-name\n      4 expectations   (as expected)",
        );
    }

    #[test]
    fn a_word_without_room_is_broken_behind_a_bracket() {
        let text = "      Never(RestartBecause(CheckpointFailures))";
        check(30, text, "      Never(RestartBecause(\n        CheckpointFailures))");
    }

    #[test]
    fn a_paragraph_keeps_its_indentation() {
        check(24, "           faults and alarms", "           faults and\n           alarms");
    }

    #[test]
    fn a_sentence_that_was_broken_goes_on() {
        check(
            24,
            "  met      one, two, three, four,\n           five and six\n           seven\n",
            "  met      one, two,\n           three, four,\n           five and six\n           seven\n",
        );
        check(20, "  met      one, two,\n           three\n", "  met      one, two,\n           three\n");
        check(
            20,
            "A sentence that was broken\nfor a page. Another.\nA third.\n",
            "A sentence that was\nbroken for a page.\nAnother.\nA third.\n",
        );
    }

    #[test]
    fn a_long_word_is_whole_and_a_command_goes_on() {
        check(20, "  saved    a/very/long/path.ron   (1 step)", "  saved\n  a/very/long/path.ron\n           (1 step)");
        check(
            32,
            "  replay   cutline replay cases/a.case.ron",
            "  replay   cutline replay \\\n           cases/a.case.ron",
        );
    }
}
