//! Values as Flink writes them: `10 s`, `true`, `exactly-once`, `20 kb`.
//!
//! Flink: `TimeUtils`, `MemorySize`, `ConfigurationUtils`. Flink takes a duration without a unit for milliseconds. So does
//! [`as_flink`], for what stands as in Flink's configuration; a field of a file demands the unit: people guess differently.

use super::{Kind, Knob, plain};
use crate::ids::Micros;
use crate::scenario::diagnostic::nearest;

/// A value of a knob.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    /// Nothing, or no limit.
    Nothing,
    /// A duration.
    Duration(Micros),
    /// A whole number.
    Count(u32),
    /// A decimal number, in thousandths.
    Thousandths(u32),
    /// Yes or no.
    Flag(bool),
    /// The first of a choice's words for it.
    Word(&'static str),
    /// Bytes.
    Size(u64),
    /// A text that nothing here reads.
    Text,
}

/// What is wrong with a value.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Complaint {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: String,
    pub(crate) note: &'static str,
    /// The word of Flink's that is nearest, as Flink writes it.
    pub(crate) flinks: Option<&'static str>,
}

impl Complaint {
    fn new(code: &'static str, message: String) -> Self {
        Self { code, message, label: String::new(), help: String::new(), note: "", flinks: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }
}

/// Reads the value of a knob.
pub(crate) fn value(knob: &Knob, text: &str) -> Result<Value, Complaint> {
    let text = text.trim();
    match knob.kind {
        Kind::OptionalDuration if text.eq_ignore_ascii_case("none") => Ok(Value::Nothing),
        Kind::Duration | Kind::OptionalDuration => duration(text).map(Value::Duration),
        Kind::Count { least } => count(text, least).map(Value::Count),
        Kind::Limit { .. } if ["unlimited", "infinite", "2147483647"].contains(&plain(text).as_str()) => {
            Ok(Value::Nothing)
        }
        Kind::Limit { least } => count(text, least).map(Value::Count),
        Kind::Factor { least, most } => thousandths(text, least, most).map(Value::Thousandths),
        Kind::Flag => flag(text).map(Value::Flag),
        Kind::Choice { what, of } => present(knob, choice(text, what, of)?).map(Value::Word),
        Kind::Size => size(text).map(Value::Size),
        Kind::Text => Ok(Value::Text),
    }
}

/// Reads the value of a knob as Flink reads its configuration, and what to note about it: a duration without a unit is in
/// milliseconds.
pub(crate) fn as_flink(knob: &Knob, text: &str) -> Result<(Value, Option<Noted>), Complaint> {
    let trimmed = text.trim();
    let is_bare = !trimmed.is_empty() && trimmed.chars().all(|c| c.is_ascii_digit());
    if is_bare && matches!(knob.kind, Kind::Duration | Kind::OptionalDuration) {
        let value = value(knob, &format!("{trimmed} ms"))?;
        let message = format!("`{trimmed}` has no unit: taken for milliseconds, as in Flink");
        let label = format!("say \"{trimmed}ms\", or what else is meant");
        return Ok((value, Some(Noted { message, label })));
    }
    let is_none = matches!(knob.kind, Kind::OptionalDuration) && trimmed.eq_ignore_ascii_case("none");
    if knob.is_flinks() && !is_none && matches!(knob.kind, Kind::Duration | Kind::OptionalDuration) {
        flinks_duration(trimmed)?;
    }
    value(knob, text).map(|value| (value, None)).map_err(|complaint| match (complaint.flinks, knob.kind) {
        (Some(flinks), _) => Complaint { label: format!("did you mean `{flinks}`?"), ..complaint },
        (None, Kind::Choice { of, .. }) if complaint.code == "unknown-word" && !complaint.help.is_empty() => {
            let known: Vec<&str> = of.iter().map(|words| words[0]).collect();
            complaint.help(format!("one of `{}`", known.join("`, `")))
        }
        _ => complaint,
    })
}

/// Refuses what Flink refuses: it takes one whole number, and one of its own units.
fn flinks_duration(text: &str) -> Result<(), Complaint> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let label = unit.trim().to_lowercase();
    let is_ours = ["us", "secs"].contains(&&*label);
    if unit.len() < text.len() && flink_unit(&label).is_some() && !is_ours {
        return Ok(());
    }
    // What is wrong here as well has its own message.
    duration(text)?;
    let complaint = Complaint::new("bad-duration", format!("`{text}` is no duration that Flink takes"));
    Err(complaint.help("write one whole number and one unit of ms, s, min, h, d; below them are µs and ns"))
}

/// What to know about a value that is one.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Noted {
    pub(crate) message: String,
    pub(crate) label: String,
}

/// A duration: a number with one of Flink's units, with or without a blank between them, or several such.
pub(crate) fn duration(text: &str) -> Result<Micros, Complaint> {
    let text = text.trim();
    let bad = |why: String| Complaint::new("bad-duration", why);
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    if text.starts_with('-') {
        return Err(bad(format!("a duration cannot be negative, as `{text}` is")));
    }
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '_') {
        let complaint = Complaint::new("no-unit", format!("a duration needs a unit, found `{text}`"));
        return Err(complaint.help(format!("add a unit, for example \"{text}ms\"")));
    }
    let whole = |nanos: Option<u128>| {
        let note = "the virtual clock counts microseconds, in 64 bits";
        if nanos.is_some_and(|nanos| !nanos.is_multiple_of(1_000)) {
            return Err(Complaint { note, ..bad(format!("`{text}` is no whole number of microseconds")) });
        }
        let micros = nanos.and_then(|nanos| u64::try_from(nanos / 1_000).ok());
        micros.map(Micros).ok_or_else(|| Complaint { note, ..bad(format!("`{text}` is too long")) })
    };
    if let (Ok(number), Some(unit)) = (digits.parse::<u128>(), flink_unit(text[digits.len()..].trim())) {
        return whole(number.checked_mul(unit));
    }
    match humantime::parse_duration(text) {
        Ok(duration) => whole(Some(duration.as_nanos())),
        Err(humantime::DurationError::UnknownUnit { unit, value, .. }) if unit.is_empty() => {
            let complaint = Complaint::new("no-unit", format!("a duration needs a unit, found `{text}`"));
            Err(complaint.help(format!("add a unit, for example \"{value}ms\"")))
        }
        Err(humantime::DurationError::UnknownUnit { unit, .. }) => {
            Err(bad(format!("unknown unit of time `{unit}`")).help("write us, ms, s, min, h or d"))
        }
        Err(_) => {
            let message = if text.is_empty() { "an empty text".to_owned() } else { format!("`{text}`") };
            Err(bad(message + " is not a duration")
                .help("write a number with a unit, for example \"10s\" or \"500ms\""))
        }
    }
}

/// Flink's words for units of time, in nanoseconds.
fn flink_unit(label: &str) -> Option<u128> {
    Some(match label.to_lowercase().as_str() {
        "ns" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => 1,
        "µs" | "us" | "micro" | "micros" | "microsecond" | "microseconds" => 1_000,
        "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => 1_000_000,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000_000,
        "m" | "min" | "minute" | "minutes" => 60 * 1_000_000_000,
        "h" | "hour" | "hours" => 3_600 * 1_000_000_000,
        "d" | "day" | "days" => 86_400 * 1_000_000_000,
        _ => return None,
    })
}

/// A whole number, which Flink keeps in 31 bits.
fn count(text: &str, least: u32) -> Result<u32, Complaint> {
    const MOST: u32 = i32::MAX as u32;
    let Ok(number) = text.replace('_', "").parse::<i128>() else {
        return Err(Complaint::new("wrong-type", format!("expected a whole number, found `{text}`")));
    };
    match u32::try_from(number) {
        Ok(number) if (least..=MOST).contains(&number) => Ok(number),
        _ => {
            let wanted =
                if number < i128::from(least) { format!("at least {least}") } else { format!("at most {MOST}") };
            Err(Complaint::new("out-of-range", format!("expected a number of {wanted}, found {number}")))
        }
    }
}

/// A decimal number in thousandths: `1.5` is 1500.
pub(crate) fn thousandths(text: &str, least: u32, most: u32) -> Result<u32, Complaint> {
    let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) else {
        return Err(Complaint::new("wrong-type", format!("expected a number, found `{text}`")));
    };
    let thousandths = (number * 1_000.0).round();
    if (number * 1_000.0 - thousandths).abs() > 1e-6 {
        return Err(Complaint::new("out-of-range", format!("{text} has more than three decimals")));
    }
    let (low, high) = (f64::from(least), f64::from(most));
    if thousandths < low || thousandths > high {
        let (bound, limit) = if thousandths < low { ("at least", low) } else { ("at most", high) };
        let message = format!("expected a number of {bound} {}, found {text}", limit / 1_000.0);
        return Err(Complaint::new("out-of-range", message));
    }
    Ok(thousandths as u32)
}

fn flag(text: &str) -> Result<bool, Complaint> {
    match text.to_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Complaint::new("wrong-type", format!("expected `true` or `false`, found `{text}`"))),
    }
}

/// One of some words, however it is written: `EXACTLY_ONCE`, `exactly-once`, `ExactlyOnce`.
fn choice(text: &str, what: &'static str, of: &'static [&'static [&'static str]]) -> Result<&'static str, Complaint> {
    if let Some(words) = of.iter().find(|words| words.iter().any(|word| plain(word) == plain(text))) {
        return Ok(words[0]);
    }
    // `FixedDelay(attempts: 3)`: the word alone is a value.
    if let Some((word, _)) = text.split_once('(')
        && let Some(words) = of.iter().find(|words| words.iter().any(|other| plain(other) == plain(word.trim())))
    {
        let fields = super::KNOBS.iter().filter(|knob| knob.restart_field().is_some_and(|field| field.0 == words[0]));
        let keys: Vec<&str> = fields.map(|knob| knob.key).collect();
        return Err(Complaint {
            flinks: Some(words[0]),
            ..Complaint::new("unknown-word", format!("`{text}` is no {what}"))
                .help(format!("its parts are keys of their own: {}", keys.join(", ")))
        });
    }
    let known: Vec<String> = of.iter().map(|words| camel(words[0])).collect();
    let complaint = Complaint::new("unknown-word", format!("`{text}` is no {what}"));
    // Flink's `fixedDelayRestart` is a word for a parameter of the strategy.
    let by_setter = super::other_word(text).and_then(Knob::restart_field).map(|field| camel(field.0));
    let near = nearest(&camel(text), known.iter().map(String::as_str)).map(str::to_owned);
    // Flink's `noRestart` is a strategy, and no knob of its own.
    let by_setter = by_setter.or((plain(text) == "norestart").then(|| "None".to_owned()));
    Err(match near.or(by_setter.filter(|word| known.contains(word))) {
        Some(near) => Complaint {
            flinks: of.iter().map(|words| words[0]).find(|word| camel(word) == near),
            label: format!("did you mean `{near}`?"),
            ..complaint
        },
        None => complaint.help(format!("one of `{}`", known.join("`, `"))),
    })
}

/// The word, unless no run has what it asks for.
fn present(knob: &Knob, word: &'static str) -> Result<&'static str, Complaint> {
    match knob.absent.iter().find(|absent| absent.0 == word) {
        None => Ok(word),
        Some(&(_, note)) => {
            let complaint =
                Complaint::new("not-modelled", format!("the {} `{word}` is not modelled yet", kind_of(knob)));
            let Kind::Choice { of, .. } = knob.kind else { return Err(complaint) };
            let there = of.iter().map(|words| words[0]);
            let there = there.filter(|word| knob.absent.iter().all(|absent| absent.0 != *word));
            let there = there.filter(|word| knob.shortcut(Value::Word(word)).is_none());
            let there: Vec<String> = there.map(|word| format!("`{word}`")).collect();
            Err(Complaint { note, ..complaint.help(format!("write {}", there.join(" or "))) })
        }
    }
}

fn kind_of(knob: &Knob) -> &'static str {
    if let Kind::Choice { what, .. } = knob.kind { what } else { "value" }
}

/// A size: a number with one of Flink's units, or of bytes.
fn size(text: &str) -> Result<u64, Complaint> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit: Option<u64> = match text[digits.len()..].trim().to_lowercase().as_str() {
        "" | "b" | "bytes" => Some(1),
        "k" | "kb" | "kib" | "kibibytes" => Some(1 << 10),
        "m" | "mb" | "mib" | "mebibytes" => Some(1 << 20),
        "g" | "gb" | "gib" | "gibibytes" => Some(1 << 30),
        "t" | "tb" | "tib" | "tebibytes" => Some(1 << 40),
        _ => None,
    };
    let bytes = digits.trim().parse::<u64>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    bytes.ok_or_else(|| {
        Complaint::new("bad-size", format!("`{text}` is not a size"))
            .help("write a number of bytes, or one with kb, mb, gb")
    })
}

/// A word of Flink's as files write it: `EXACTLY_ONCE` and `exactly-once` are `ExactlyOnce`.
pub(crate) fn camel(word: &str) -> String {
    let part = |part: &str| {
        let mut chars = part.chars();
        let shout = part.chars().all(|c| !c.is_lowercase());
        let rest =
            |rest: std::str::Chars<'_>| if shout { rest.as_str().to_lowercase() } else { rest.as_str().to_owned() };
        chars.next().map(|first| first.to_uppercase().collect::<String>() + &rest(chars)).unwrap_or_default()
    };
    word.split(['-', '_']).map(part).collect()
}
