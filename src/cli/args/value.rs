//! Values of arguments: what the words and numbers that people type stand for.

use std::ffi::OsStr;
use std::ops::Range;
use std::sync::LazyLock;
use std::time::Duration;

use anstream::ColorChoice;
use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Command};

use crate::cli::progress::Shown;
use crate::explain;
use crate::explore::Strategy;
use crate::explore::search::Direction;
use crate::ids::{CheckpointId, Micros};
use crate::plan::RuleName;
use crate::report::Picture;
use crate::report::diagram::Theme;
use crate::scenario::knob::{Knob, all_names};
use crate::trace::Level;

/// One of these words, which completions and messages list.
fn one_of<T: Clone + Send + Sync + 'static>(
    words: impl IntoIterator<Item = &'static str>,
    read: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words).try_map(move |word| read(&word).ok_or("it is listed, and nobody knows it"))
}

/// Any text; completions offer these.
#[derive(Clone, Debug)]
pub(super) struct Offered(&'static LazyLock<Vec<String>>);

impl TypedValueParser for Offered {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(|word| PossibleValue::new(word.as_str()))))
    }
}

/// `KEY=VALUE`; the keys of knobs that are modelled are offered, and their ends.
pub(super) fn setting() -> Offered {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| all_names(Knob::is_modelled).collect());
    Offered(&KEYS)
}

/// A verb.
pub(super) fn verb() -> Offered {
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| super::VERBS.map(str::to_owned).to_vec());
    Offered(&WORDS)
}

/// Something that `explain` knows.
pub(super) fn topic() -> Offered {
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(explain::all);
    Offered(&WORDS)
}

/// How a result is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum Shape {
    /// For people.
    Human,
    /// One object at the end.
    Json,
    /// An object a line, as things happen.
    JsonLines,
    /// XML as test runners write it.
    JUnit,
}

fn to_shape(text: &str) -> Option<Shape> {
    match text {
        "human" => Some(Shape::Human),
        "json" => Some(Shape::Json),
        "jsonl" => Some(Shape::JsonLines),
        "junit" => Some(Shape::JUnit),
        _ => None,
    }
}

pub(super) fn shape() -> impl TypedValueParser<Value = Shape> {
    one_of(["human", "json", "jsonl", "junit"], to_shape)
}

/// The shape of a result that is known at the end only.
pub(super) fn whole() -> impl TypedValueParser<Value = Shape> {
    one_of(["human", "json"], to_shape)
}

/// The shape of something that is no test.
pub(super) fn data() -> impl TypedValueParser<Value = Shape> {
    one_of(["human", "json", "jsonl"], to_shape)
}

pub(super) fn color() -> impl TypedValueParser<Value = ColorChoice> {
    one_of(["auto", "always", "never"], |text| match text {
        "auto" => Some(ColorChoice::Auto),
        "always" => Some(ColorChoice::Always),
        "never" => Some(ColorChoice::Never),
        _ => None,
    })
}

pub(super) fn progress() -> impl TypedValueParser<Value = Shown> {
    one_of(["auto", "bar", "counter", "none"], |text| match text {
        "auto" => Some(Shown::Auto),
        "bar" => Some(Shown::Bar),
        "counter" => Some(Shown::Counter),
        "none" => Some(Shown::None),
        _ => None,
    })
}

/// A moment of virtual time: `10s`.
pub(super) fn moment(text: &str) -> Result<Micros, String> {
    let moment = span(text)?;
    let micros = u64::try_from(moment.as_micros()).map_err(|_| "the virtual clock does not go so far".to_owned())?;
    Ok(Micros(micros))
}

/// A time of the wall clock: `5m`.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|_| "write a number with a unit, for example 10s, 500ms or 5min".to_owned())
}

/// `100k` or `5000..6000`.
pub(super) fn seeds(text: &str) -> Result<Range<u64>, String> {
    let range = match text.split_once("..") {
        Some((start, end)) => number(start)?..number(end)?,
        None => 0..number(text)?,
    };
    if range.is_empty() {
        Err("there is no seed in it: write, for example, 100k, or 5000..6000 for those from 5000 to 5999".to_owned())
    } else {
        Ok(range)
    }
}

/// `40..90`: without the end.
pub(super) fn steps(text: &str) -> Result<Range<u64>, String> {
    let Some((start, end)) = text.split_once("..") else { return Err("write A..B, for example 40..90".to_owned()) };
    let (start, end) = (number(start)?, number(end)?);
    if start < end { Ok(start..end) } else { Err(format!("there is no step in it: {end} does not come after {start}")) }
}

/// A checkpoint of a run: `3`, or `3'` for the second one with this number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) struct Numbered {
    pub(in crate::cli) id: CheckpointId,
    /// How many with this number were before it.
    pub(in crate::cli) earlier: usize,
}

pub(super) fn checkpoint(text: &str) -> Result<Numbered, String> {
    let digits = text.trim_end_matches(['\'', '′', '″']);
    let earlier = text[digits.len()..].chars().map(|prime| if prime == '″' { 2 } else { 1 }).sum();
    match digits.parse::<u64>() {
        Ok(id) if id > 0 => Ok(Numbered { id: CheckpointId(id), earlier }),
        _ => Err("write the number of a checkpoint, for example 2; 2' is the second one with this number".to_owned()),
    }
}

/// How many threads: 1 to 1024.
pub(super) fn threads(text: &str) -> Result<u16, String> {
    let threads = text.parse::<u16>().ok().filter(|threads| (1..=1024).contains(threads));
    threads.ok_or_else(|| "write a number of threads from 1 to 1024".to_owned())
}

/// `1500`, `100k`, `2M`, `1_000`, `0x2a7`.
pub(super) fn number(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    let parsed = match plain.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => {
            let (digits, unit) = match plain.strip_suffix(['k', 'K']) {
                Some(digits) => (digits, 1_000),
                None => plain.strip_suffix('M').map_or((plain.as_str(), 1), |digits| (digits, 1_000_000)),
            };
            digits.parse::<u64>().ok().and_then(|digits| digits.checked_mul(unit))
        }
    };
    parsed.ok_or_else(|| "write a number such as 1500, 100k, 2M or 0x2a7".to_owned())
}

/// A number as it is typed: `20M`.
pub(in crate::cli) fn short(number: u64) -> String {
    match number {
        0 => "0".to_owned(),
        n if n.is_multiple_of(1_000_000) => format!("{}M", n / 1_000_000),
        n if n.is_multiple_of(1_000) => format!("{}k", n / 1_000),
        n => n.to_string(),
    }
}

/// A time as it is typed: `1m30s`.
pub(in crate::cli) fn typed(time: Duration) -> String {
    humantime::format_duration(time).to_string().replace(' ', "")
}

/// `500M`, `2G`, `4GiB`: bytes.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let bare = text.strip_suffix(['B', 'b']).unwrap_or(text);
    let (bare, is_binary) = bare.strip_suffix('i').map_or((bare, false), |bare| (bare, true));
    let place = bare.len() - bare.chars().next_back().filter(char::is_ascii_alphabetic).map_or(0, char::len_utf8);
    let (digits, unit) = bare.split_at(place);
    let power = ["", "k", "m", "g", "t"].iter().position(|known| unit.eq_ignore_ascii_case(known));
    let unit = power.and_then(|power| if is_binary { 1_024_u64 } else { 1_000 }.checked_pow(power as u32));
    let bytes = unit.zip(digits.replace('_', "").parse::<u64>().ok()).and_then(|(unit, n)| n.checked_mul(unit));
    bytes.ok_or_else(|| "write a number of bytes such as 500M, 2G or 4GiB".to_owned())
}

pub(super) fn walk() -> impl TypedValueParser<Value = Direction> {
    one_of(["bfs", "dfs"], |text| match text {
        "bfs" => Some(Direction::Breadth),
        "dfs" => Some(Direction::Depth),
        _ => None,
    })
}

/// What is made of a run.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Format {
    /// One line an event.
    Text,
    /// One JSON object an event.
    JsonLines,
    /// A picture.
    Picture(Picture),
}

pub(super) fn format() -> impl TypedValueParser<Value = Format> {
    one_of(["text", "jsonl", "lanes", "svg", "mermaid", "chrome"], |text| match text {
        "text" => Some(Format::Text),
        "jsonl" => Some(Format::JsonLines),
        _ => Picture::named(text).map(Format::Picture),
    })
}

pub(super) fn theme() -> impl TypedValueParser<Value = Theme> {
    one_of(["auto", "light", "dark"], Theme::named)
}

pub(super) fn width(text: &str) -> Result<u32, String> {
    let width = number(text)?;
    u32::try_from(width)
        .ok()
        .filter(|width| (20..=100_000).contains(width))
        .ok_or_else(|| "write a number from 20 to 100000".to_owned())
}

pub(super) fn rule() -> impl TypedValueParser<Value = RuleName> {
    one_of(RuleName::ALL.map(RuleName::word), RuleName::named)
}

pub(super) fn policy() -> impl TypedValueParser<Value = Strategy> {
    one_of(["portfolio", "random", "pct", "swarm", "timed"], Strategy::named)
}

pub(super) fn level() -> impl TypedValueParser<Value = Level> {
    one_of(["protocol", "records", "all"], Level::named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_have_units() {
        for (text, expected) in [("7", 7), ("100k", 100_000), ("2M", 2_000_000), ("1_000", 1_000), ("0x2a7", 0x2A7)] {
            assert_eq!(number(text), Ok(expected));
        }
        for wrong in ["", "k", "-1", "1.5", "10 k", "0x", "99999999999999999999", "20000000000000M"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
        assert_eq!(moment("1500ms"), Ok(Micros::millis(1_500)));
        for (number, text) in [(0, "0"), (1_500, "1500"), (20_000, "20k"), (2_000_000, "2M")] {
            assert_eq!(short(number), text);
        }
        for (text, expected) in
            [("0", 0), ("7", 7), ("500M", 500_000_000), ("2G", 2_000_000_000), ("4GiB", 4 << 30), ("1kB", 1_000)]
        {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for wrong in ["", "G", "1.5G", "4Gi B", "-1", "1E", "99999999999G"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
        assert!(moment("10").is_err() && moment("10000000000h").is_err());
        assert_eq!(seeds("1k"), Ok(0..1_000));
        assert_eq!(seeds("5..0x10"), Ok(5..16));
        for (text, id, earlier) in [("3", 3, 0), ("3'", 3, 1), ("12″", 12, 2), ("1''", 1, 2)] {
            assert_eq!(checkpoint(text), Ok(Numbered { id: CheckpointId(id), earlier }), "{text}");
        }
        assert!(checkpoint("0").is_err() && checkpoint("'").is_err() && checkpoint("3a").is_err());
        assert!(seeds("0").is_err() && seeds("7..7").is_err() && seeds("..").is_err());
    }
}
