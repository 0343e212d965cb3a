//! Values of arguments: what the words and numbers that people type stand for.

use std::ops::Range;

use anstream::ColorChoice;

use crate::cli::progress::Shown;
use crate::explore::Strategy;
use crate::explore::search::Direction;
use crate::ids::Micros;
use crate::plan::RuleName;
use crate::report::Picture;
use crate::trace::Level;

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

pub(super) fn shape(text: &str) -> Result<Shape, String> {
    match text {
        "human" => Ok(Shape::Human),
        "json" => Ok(Shape::Json),
        "jsonl" => Ok(Shape::JsonLines),
        "junit" => Ok(Shape::JUnit),
        _ => Err("formats are human, json, jsonl, junit".to_owned()),
    }
}

/// The shape of a result that is known at the end only.
pub(super) fn whole(text: &str) -> Result<Shape, String> {
    match shape(text) {
        Ok(shape @ (Shape::Human | Shape::Json)) => Ok(shape),
        Ok(Shape::JsonLines | Shape::JUnit) | Err(_) => Err("formats are human, json".to_owned()),
    }
}

pub(super) fn color(text: &str) -> Result<ColorChoice, String> {
    match text {
        "auto" => Ok(ColorChoice::Auto),
        "always" => Ok(ColorChoice::Always),
        "never" => Ok(ColorChoice::Never),
        _ => Err("choices are auto, always, never".to_owned()),
    }
}

pub(super) fn progress(text: &str) -> Result<Shown, String> {
    match text {
        "auto" => Ok(Shown::Auto),
        "bar" => Ok(Shown::Bar),
        "counter" => Ok(Shown::Counter),
        "none" => Ok(Shown::None),
        _ => Err("choices are auto, bar, counter, none".to_owned()),
    }
}

/// A moment of virtual time: `10s`.
pub(super) fn moment(text: &str) -> Result<Micros, String> {
    let moment = humantime::parse_duration(text).map_err(|error| format!("{error}; write, for example, 10s"))?;
    let micros = u64::try_from(moment.as_micros()).map_err(|_| "the virtual clock does not go so far".to_owned())?;
    Ok(Micros(micros))
}

/// `100k` or `5000..6000`.
pub(super) fn seeds(text: &str) -> Result<Range<u64>, String> {
    let range = match text.split_once("..") {
        Some((start, end)) => number(start)?..number(end)?,
        None => 0..number(text)?,
    };
    if range.is_empty() { Err("there is no seed in it".to_owned()) } else { Ok(range) }
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

pub(super) fn walk(text: &str) -> Result<Direction, String> {
    match text {
        "bfs" => Ok(Direction::Breadth),
        "dfs" => Ok(Direction::Depth),
        _ => Err("orders are bfs (breadth first), dfs (depth first)".to_owned()),
    }
}

/// What is made of a run.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) enum Format {
    /// One line an event.
    Text,
    /// A picture.
    Picture(Picture),
}

pub(super) fn format(text: &str) -> Result<Format, String> {
    match Picture::named(text) {
        Some(picture) => Ok(Format::Picture(picture)),
        None if text == "text" => Ok(Format::Text),
        None => Err("formats are text, lanes, svg, mermaid, chrome".to_owned()),
    }
}

pub(super) fn rule(text: &str) -> Result<RuleName, String> {
    let words = || RuleName::ALL.map(RuleName::word).join(", ");
    RuleName::named(text).ok_or_else(|| format!("rules are {}", words()))
}

pub(super) fn policy(text: &str) -> Result<Strategy, String> {
    Strategy::named(text).ok_or_else(|| "policies are portfolio, random, pct, swarm, timed".to_owned())
}

pub(super) fn level(text: &str) -> Result<Level, String> {
    Level::named(text).ok_or_else(|| "levels are protocol, records, all".to_owned())
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
        assert!(moment("10").is_err() && moment("10000000000h").is_err());
        assert_eq!(seeds("1k"), Ok(0..1_000));
        assert_eq!(seeds("5..0x10"), Ok(5..16));
        assert!(seeds("0").is_err() && seeds("7..7").is_err() && seeds("..").is_err());
    }
}
