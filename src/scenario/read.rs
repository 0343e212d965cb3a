//! Pieces of the text, read one by one.
//!
//! [`syntax`](super::syntax) reads the outline of a file; each field stays a [`Raw`], a piece of the text that knows
//! its place by being a part of it. Lowering asks the [`Reader`] for what a piece says. So a mistake is reported where
//! it stands, and one mistake does not hide the next.

use std::ops::{Range, RangeInclusive};

use serde::de::Deserialize;

use super::diagnostic::{Diagnostic, Diagnostics, Position, Severity};
use super::explain::{explain, of_parts};
use super::knob::{Knob, Settings, Value, sets, value};
use super::other_words;
use super::parts;
pub(super) use super::raw::{Fields, Pairs, Raw};
use super::raw::{Outline, options};
use super::words::Words;
use crate::ids::Micros;

/// The text, what takes the place of parts of it, and what was found wrong with both.
pub(super) struct Reader<'a> {
    text: &'a str,
    settings: &'a Settings,
    found: Diagnostics,
}

impl<'a> Reader<'a> {
    /// Reads a text about which something may have been found.
    pub(super) fn new(text: &'a str, settings: &'a Settings, found: Diagnostics) -> Self {
        Self { text, settings, found }
    }

    /// What takes the place of parts of the text.
    pub(super) fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// What was found.
    pub(super) fn finish(self) -> Diagnostics {
        self.found.finish()
    }

    /// How many errors were found.
    pub(super) fn errors(&self) -> usize {
        self.found.errors()
    }

    /// Whether an error was found.
    pub(super) fn has_errors(&self) -> bool {
        self.found.has_errors()
    }

    /// Whether to go on looking.
    pub(super) fn is_full(&self) -> bool {
        self.found.is_full()
    }

    /// Reports an error in a piece.
    pub(super) fn error(&mut self, at: Raw<'a>, code: &'static str, message: impl Into<String>) -> &mut Diagnostic {
        self.add(Severity::Error, at, code, message.into())
    }

    /// Reports a warning about a piece.
    pub(super) fn warning(&mut self, at: Raw<'a>, code: &'static str, message: impl Into<String>) -> &mut Diagnostic {
        self.add(Severity::Warning, at, code, message.into())
    }

    /// Reports a newer way to say a piece.
    pub(super) fn note(&mut self, at: Raw<'a>, code: &'static str, message: impl Into<String>) -> &mut Diagnostic {
        self.add(Severity::Note, at, code, message.into())
    }

    /// Reports something about a piece.
    pub(super) fn add(
        &mut self,
        severity: Severity,
        at: Raw<'a>,
        code: &'static str,
        message: String,
    ) -> &mut Diagnostic {
        for setting in self.settings.iter() {
            if let Some(range) = place(&setting.text, at.get()).filter(|_| !at.get().is_empty()) {
                return self.found.add_in(severity, code, &setting.text, range, message);
            }
        }
        let range = self.range(at.get());
        self.found.add(severity, code, range, message)
    }

    /// Reports that something must be written, at the end of the text or of the piece around it.
    pub(super) fn missing(&mut self, within: Raw<'a>, message: impl Into<String>) -> &mut Diagnostic {
        let around = if within.get().is_empty() { self.text.trim_end() } else { within.get() };
        let end = self.range(around).end;
        let last = around.chars().next_back().map_or(0, char::len_utf8);
        self.found.add(Severity::Error, "missing", end - last..end, message.into())
    }

    /// Where a piece of the text stands in it.
    fn range(&self, piece: &str) -> Range<usize> {
        place(self.text, piece).unwrap_or(0..0)
    }

    /// Where a piece begins.
    pub(super) fn position(&self, at: Raw<'a>) -> Position {
        Position::of(self.text, self.range(at.get()).start)
    }

    /// Reads the whole text.
    pub(super) fn whole<T: Deserialize<'a>>(&mut self) -> Option<T> {
        let Outline(fields) = self.parse(self.text)?;
        let (value, faults) = parts::from_fields("", &fields);
        of_parts(self, Raw::default(), faults);
        value
    }

    /// Reads the whole text, and says nothing if it cannot.
    pub(super) fn peek<T: Deserialize<'a>>(&self) -> Option<T> {
        options().from_str(self.text).ok()
    }

    /// Reads a list, a map, or a piece whose parts are not looked at.
    pub(super) fn read<T: Deserialize<'a>>(&mut self, raw: Raw<'a>) -> Option<T> {
        if raw.get().is_empty() { None } else { self.parse(raw.get()) }
    }

    /// Whether the first part of what stands between these brackets has no name.
    pub(super) fn has_positional(&self, brackets: Raw<'a>) -> bool {
        let inner = brackets.get().strip_prefix('(').unwrap_or_default().trim_start();
        let behind = inner.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start();
        !inner.is_empty() && !inner.starts_with([')', '/']) && (behind.len() == inner.len() || !behind.starts_with(':'))
    }

    /// Reads a piece with parts. A part that is missing is reported, and empty in what comes out; whoever reads it finds
    /// nothing, and says nothing.
    pub(super) fn parts<T: Deserialize<'a>>(&mut self, raw: Raw<'a>) -> Option<T> {
        if raw.get().is_empty() {
            return None;
        }
        let (value, faults) = parts::read(raw);
        of_parts(self, raw, faults);
        value
    }

    /// Reports what RON says of a piece.
    pub(super) fn ron(&mut self, at: Raw<'a>, error: ron::error::SpannedError) {
        let start = self.range(at.get()).start;
        explain(&mut self.found, at.get(), start, error);
    }

    /// Reads a piece, or takes the default if it was not written; the default stands in for a wrong one, too, so that
    /// reading can go on.
    pub(super) fn or<T>(&mut self, raw: Raw<'a>, default: T, read: impl FnOnce(&mut Self, Raw<'a>) -> Option<T>) -> T {
        raw.given().and_then(|raw| read(self, raw)).unwrap_or(default)
    }

    /// The elements of a list; none if it was not written.
    pub(super) fn list(&mut self, raw: Raw<'a>) -> Vec<Raw<'a>> {
        self.or(raw, Vec::new(), Self::read)
    }

    /// A quoted string; none any more once there are too many errors, so that nobody looks for what it names.
    pub(super) fn text(&mut self, raw: Raw<'a>) -> Option<String> {
        if self.is_full() || raw.get().is_empty() {
            return None;
        }
        if !raw.is_string() {
            self.error(raw, "wrong-type", format!("expected a quoted text, found `{}`", shortened(raw.get())));
            return None;
        }
        self.read(raw)
    }

    /// A whole number in this range.
    pub(super) fn number(&mut self, raw: Raw<'a>, allowed: RangeInclusive<u64>) -> Option<u64> {
        if raw.get().is_empty() {
            return None;
        }
        let Ok(number) = raw.get().replace('_', "").parse::<i128>() else {
            self.error(raw, "wrong-type", format!("expected a whole number, found `{}`", shortened(raw.get())));
            return None;
        };
        let inside = u64::try_from(number).ok().filter(|number| allowed.contains(number));
        if inside.is_none() {
            let (least, most) = (allowed.start(), allowed.end());
            let wanted =
                if number < i128::from(*least) { format!("at least {least}") } else { format!("at most {most}") };
            self.error(raw, "out-of-range", format!("expected a number of {wanted}, found {number}"));
        }
        inside
    }

    /// A whole number in this range, for fields of 32 bits.
    pub(super) fn small(&mut self, raw: Raw<'a>, allowed: RangeInclusive<u32>) -> Option<u32> {
        let allowed = u64::from(*allowed.start())..=u64::from(*allowed.end());
        self.number(raw, allowed).and_then(|number| u32::try_from(number).ok())
    }

    /// Any whole number, also one below zero.
    pub(super) fn integer(&mut self, raw: Raw<'a>) -> Option<i64> {
        if raw.get().is_empty() {
            return None;
        }
        let number = raw.get().replace('_', "").parse::<i128>().ok();
        let inside = number.and_then(|number| i64::try_from(number).ok());
        if inside.is_none() {
            let found = shortened(raw.get());
            match number {
                Some(_) => self.error(raw, "out-of-range", format!("{found} is too large: values have 64 bits")),
                None => self.error(raw, "wrong-type", format!("expected a whole number, found `{found}`")),
            };
        }
        inside
    }

    /// A list of whole numbers, without those that are wrong.
    pub(super) fn integers(&mut self, raw: Raw<'a>) -> Option<Vec<i64>> {
        let elements: Vec<Raw<'a>> = self.read(raw)?;
        Some(elements.into_iter().map_while(|raw| (!self.is_full()).then(|| self.integer(raw))).flatten().collect())
    }

    /// A whole number, or a text such as `"100k"` or `"1M"`.
    pub(super) fn count(&mut self, raw: Raw<'a>) -> Option<u64> {
        if !raw.is_string() {
            return self.number(raw, 1..=u64::MAX);
        }
        let text = self.text(raw)?;
        let digits = text.trim_end_matches(['k', 'M', 'G']);
        let factor = match &text[digits.len()..] {
            "" => Some(1),
            "k" => Some(1_000),
            "M" => Some(1_000_000),
            "G" => Some(1_000_000_000),
            _ => None,
        };
        let count = digits.trim().parse::<u64>().ok().zip(factor).and_then(|(n, factor)| n.checked_mul(factor));
        if count.is_none_or(|count| count == 0) {
            self.error(raw, "bad-count", format!("`{text}` is not a count"))
                .help("write a number of at least 1, or a short form such as \"100k\" or \"1M\"");
            return None;
        }
        count
    }

    /// A duration: a string with a unit.
    pub(super) fn duration(&mut self, raw: Raw<'a>) -> Option<Micros> {
        let bare = raw.get().starts_with(|c: char| c.is_ascii_digit());
        let text = if bare { raw.get().to_owned() } else { self.text(raw)? };
        match value::duration(&text) {
            Ok(_) if bare => {
                self.error(raw, "wrong-type", format!("expected a quoted text, found `{}`", shortened(raw.get())));
                None
            }
            Ok(duration) => Some(duration),
            Err(complaint) => {
                self.error(raw, complaint.code, complaint.message.clone()).complain(complaint);
                None
            }
        }
    }

    /// A decimal number in thousandths: `1.5` is 1500.
    pub(super) fn thousandths(&mut self, raw: Raw<'a>, allowed: RangeInclusive<u32>) -> Option<u32> {
        if raw.get().is_empty() {
            return None;
        }
        match value::thousandths(raw.get(), *allowed.start(), *allowed.end()) {
            Ok(number) => Some(number),
            Err(complaint) => {
                self.error(raw, complaint.code, complaint.message.clone()).complain(complaint);
                None
            }
        }
    }

    /// The value of a knob, in quotes or not; of one of `flink`, or of a field.
    pub(super) fn value(&mut self, knob: &Knob, raw: Raw<'a>, is_flinks: bool) -> Option<Value> {
        let text = if raw.is_string() { self.text(raw)? } else { raw.get().to_owned() };
        let read =
            if is_flinks { value::as_flink(knob, &text) } else { value::value(knob, &text).map(|it| (it, None)) };
        match read {
            Ok((value, noted)) => {
                if let Some(noted) = noted {
                    self.note(raw, "no-unit", noted.message).label(noted.label);
                }
                Some(value)
            }
            Err(complaint) => {
                self.error(raw, complaint.code, complaint.message.clone()).complain(complaint).note(sets(knob));
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy + PartialEq>(&mut self, raw: Raw<'a>, words: &Words<T>) -> Option<T> {
        if let Some(meant) = words.meaning(raw.get()) {
            return Some(meant);
        }
        if raw.get().is_empty() {
            return None;
        }
        let unquoted = raw.get().trim_matches('"');
        let diagnostic = self.error(raw, "unknown-word", format!("`{}` is no {}", shortened(unquoted), words.what));
        match words.meaning(unquoted) {
            Some(_) => diagnostic.label("write it without quotes"),
            None => other_words::suggest(diagnostic, words.what, unquoted, words.all()),
        };
        None
    }

    fn parse<T: Deserialize<'a>>(&mut self, piece: &'a str) -> Option<T> {
        match options().from_str(piece) {
            Ok(value) => Some(value),
            Err(error) => {
                self.ron(Raw::exactly(piece), error);
                None
            }
        }
    }
}

/// Where a piece stands in a text that it is a part of.
fn place(text: &str, piece: &str) -> Option<Range<usize>> {
    // Pieces are parts of the text, so their addresses tell their places.
    let start = (piece.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    (start + piece.len() <= text.len()).then(|| start..start + piece.len())
}

/// As much of a piece as fits into a sentence.
pub(super) fn shortened(piece: &str) -> String {
    let line = piece.lines().next().unwrap_or_default();
    if line.chars().count() <= 40 && line.len() == piece.len() {
        line.to_owned()
    } else {
        format!("{}...", line.chars().take(40).collect::<String>())
    }
}
