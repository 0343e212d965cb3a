//! Colours for the words of a verdict: a second channel, never the only one. Red is broken, yellow undecided, green
//! holds.

use anstyle::{AnsiColor, Style};

use crate::report::table::NO_ROOM;

/// The words that have a colour, at the beginning of a line.
const WORDS: &[(&str, AnsiColor)] = &[
    ("PASS", AnsiColor::Green),
    ("HOLDS", AnsiColor::Green),
    ("MINIMAL", AnsiColor::Green),
    ("complete:", AnsiColor::Green),
    ("SAME", AnsiColor::Green),
    ("ok", AnsiColor::Green),
    ("FAIL", AnsiColor::Red),
    ("VIOLATED", AnsiColor::Red),
    ("INCONCLUSIVE", AnsiColor::Yellow),
    ("INCOMPLETE", AnsiColor::Yellow),
    ("INTERRUPTED", AnsiColor::Yellow),
    ("stopped", AnsiColor::Yellow),
    ("interrupted,", AnsiColor::Yellow),
    ("DIFFERS", AnsiColor::Yellow),
    ("open", AnsiColor::Yellow),
];

/// The status of a checkpoint, behind its number.
const STATUSES: &[(&str, AnsiColor)] =
    &[("COMPLETED", AnsiColor::Green), ("FAILED", AnsiColor::Red), ("PENDING", AnsiColor::Yellow)];

/// The text with colours.
pub(super) fn paint(text: &str) -> String {
    let mut painted = String::with_capacity(text.len() + text.len() / 8);
    let mut is_dim = false;
    for line in text.split_inclusive('\n') {
        // It may have been broken: what follows is indented.
        is_dim = line.starts_with(NO_ROOM) || (is_dim && line.starts_with("    "));
        if is_dim {
            let (style, line) = (Style::new().dimmed(), line.trim_end_matches('\n'));
            painted.push_str(&format!("{style}{line}{style:#}\n"));
            continue;
        }
        let bare = line.trim_start();
        let first = bare.split_whitespace().next().unwrap_or_default();
        let second = bare[first.len()..].split_whitespace().next().unwrap_or_default();
        // A line that begins with a number is one of the table of checkpoints.
        let is_row = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
        let (word, words) = if is_row { (second, STATUSES) } else { (first, WORDS) };
        match (words.iter().find(|(known, _)| *known == word), line.find(word)) {
            (Some(&(_, color)), Some(at)) => {
                let style = Style::new().fg_color(Some(color.into())).bold();
                let (before, after) = (&line[..at], &line[at + word.len()..]);
                painted.push_str(&format!("{before}{style}{word}{style:#}{after}"));
            }
            _ => painted.push_str(line),
        }
    }
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_get_a_colour() {
        let text = "PASS  all\n   2  FAILED   2/3\n  no room for size,\n    delay\n\n      ok    a FAIL\nPASSED\n\n  1 of 2\nlast ok";
        let painted = paint(text);
        assert_eq!(anstream::adapter::strip_str(&painted).to_string(), text);
        assert_eq!(painted.matches("\u{1b}[1m").count(), 3, "{painted:?}");
        assert!(painted.contains("\u{1b}[2m  no room for size,"), "{painted:?}");
        assert!(painted.contains("\u{1b}[2m    delay"), "{painted:?}");
        assert!(painted.contains("a FAIL\n") && painted.contains("\nPASSED\n"), "{painted:?}");
    }
}
