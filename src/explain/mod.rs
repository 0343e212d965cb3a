//! What words mean: rules, knobs, failure reasons, kinds of events, and the numbers in front of them.
//!
//! | file | explains |
//! | --- | --- |
//! | [`rules`] | the rules that judges keep: `exactly-once` |
//! | [`reasons`] | why checkpoints fail: `CHECKPOINT_EXPIRED` |
//! | [`events`] | kinds of events, by the word of a trace: `align` |
//! | [`columns`] | columns of checkpoints, Flink's names for them: `end to end` |
//! | [`protocol`] | the rules of the protocol: `R30` |
//! | [`words`] | words of scenario files, values of keys, words of the trade: `FixedDelay`, `region`, `savepoint` |
//! | [`invariants`] | what must hold in every run: `I10` |
//! | here | knobs, from their table; and how a word is found |
//!
//! `cutline explain` prints these texts. Nothing here reads a file or makes a run.

mod columns;
mod events;
mod invariants;
mod protocol;
mod reasons;
mod rules;
mod words;

use crate::plan::RuleName;
use crate::protocol::FailureReason;
use crate::scenario::knob::{self, KNOBS, Kind, Knob, Model, Unnamed};

/// The groups of topics, by the word that lists them.
const GROUPS: [(&str, &str); 8] = [
    ("rules", "what judges ask of every run"),
    ("knobs", "what can be set, by Flink's names"),
    ("reasons", "why a checkpoint fails or is not made, by Flink's names"),
    ("events", "what a trace shows, by its words"),
    ("columns", "what `run` shows of checkpoints, and what Flink's web UI and REST call it"),
    ("protocol", "the rules of the protocol, R1 to R96"),
    ("invariants", "what must hold in every run, I1 to I37"),
    ("words", "what may stand in a scenario file, and words of the trade"),
];

/// Nothing is called so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    /// What is called nearly so, or could be meant; may be empty.
    pub near: Vec<String>,
}

/// What there is to explain: the groups, and how to list them.
pub fn topics() -> String {
    let mut text = String::from("cutline explain WHAT, where WHAT is one of these, or one of a group:\n\n");
    for (word, about) in GROUPS {
        text.push_str(&format!("  {word:<12}{about}\n"));
    }
    text.push_str("\nrules      ");
    text.push_str(&RuleName::ALL.map(RuleName::word).join(", "));
    text.push_str(
        "\nfor example: cutline explain min-pause, cutline explain CHECKPOINT_EXPIRED, cutline explain R30\n",
    );
    text
}

/// Something that has an explanation.
#[derive(Clone, Debug)]
pub struct Topic {
    /// `rule`, `knob`, `reason`, `event`, `column`, `protocol`, `invariant`, `word` or `group`.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// What it means.
    pub text: String,
    /// Its row of the table, if it is a knob.
    pub knob: Option<&'static Knob>,
}

impl Topic {
    fn new(kind: &'static str, name: impl Into<String>, text: String) -> Self {
        Self { kind, name: name.into(), text, knob: None }
    }

    fn knob(knob: &'static Knob, older: Option<&str>) -> Self {
        Self { knob: Some(knob), ..Self::new("knob", knob.key, self::knob(knob, older)) }
    }
}

/// The explanation of a word; of each thing that is called so, if there are several.
///
/// # Errors
/// What is called nearly so, if nothing is called so.
pub fn explain(word: &str) -> Result<String, Unknown> {
    let texts: Vec<String> = find(word)?.into_iter().map(|topic| topic.text).collect();
    Ok(texts.join("\n"))
}

/// All that is called so.
///
/// # Errors
/// What is called nearly so, if nothing is called so.
pub fn find(word: &str) -> Result<Vec<Topic>, Unknown> {
    let word = word.trim();
    match named(word) {
        // Calls as they stand in code, and words with blanks.
        Err(unknown) => named(&bare(word).replace(' ', "-")).map_err(|_| unknown),
        found => found,
    }
}

/// The groups of topics, each with what it holds.
pub fn groups() -> Vec<Topic> {
    GROUPS.iter().map(|(word, about)| Topic::new("group", *word, (*about).to_owned())).collect()
}

/// All topics of a group; none if there is no such group.
pub fn members(group: &str) -> Vec<Topic> {
    let numbers = |letter: char, last: u8| (1..=last).map(|number| format!("{letter}{number}")).collect();
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let (kind, names): (&str, Vec<String>) = match group {
        "rules" => ("rule", owned(RuleName::ALL.map(RuleName::word).to_vec())),
        "knobs" => ("knob", owned(KNOBS.iter().map(|knob| knob.key).collect())),
        "reasons" => ("reason", owned(FailureReason::ALL.map(FailureReason::name).to_vec())),
        "events" => ("event", owned(events::words().collect())),
        "columns" => ("column", owned(columns::names().collect())),
        "protocol" => ("protocol", numbers('R', 96)),
        "invariants" => ("invariant", numbers('I', 37)),
        "words" => ("word", owned(words::names().collect())),
        _ => return Vec::new(),
    };
    let found = names.iter().filter_map(|name| find(name).ok()).flatten();
    found.filter(|topic| topic.kind == kind).collect()
}

/// The name of a call, without its object and its arguments: `setCheckpointTimeout` of `config.setCheckpointTimeout(60000)`.
fn bare(call: &str) -> &str {
    let name = call.split('(').next().unwrap_or(call).trim();
    match name.rsplit_once('.') {
        Some((_, last)) if last.contains(char::is_uppercase) => last,
        _ => name,
    }
}

fn named(word: &str) -> Result<Vec<Topic>, Unknown> {
    let topic = |kind: &'static str, text: Option<String>| text.map(|text| Topic::new(kind, word, text));
    let found: Vec<Topic> = [
        topic("rule", rule(word)),
        topic("reason", reason(word)),
        topic("protocol", numbered(word, 'R', protocol::explain)),
        topic("invariant", numbered(word, 'I', invariants::explain)),
        topic("group", group(word)),
        topic("event", events::explain(word)),
        topic("column", columns::explain(word)),
        topic("word", words::explain(word)),
        setting(word),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    match knob::named(word) {
        Ok(named) => Ok(vec![Topic::knob(named.knob, named.older)]),
        Err(Unnamed::OtherWord(meant)) => Ok(vec![Topic::knob(meant, None)]),
        Err(Unnamed::Ambiguous(knobs)) => Err(Unknown { near: knobs.iter().map(|knob| knob.key.to_owned()).collect() }),
        Err(Unnamed::Unknown(near)) => Err(Unknown { near: self::near(word, near) }),
    }
}

/// Every word that has an explanation, once: for completions. Flink's setters and older keys are among them, and the
/// numbers of rules and invariants.
pub fn all() -> Vec<String> {
    let names = RuleName::ALL.into_iter().map(RuleName::word).chain(FailureReason::ALL.map(FailureReason::name));
    let names = names.chain(events::words()).chain(columns::all()).chain(words::all());
    let names = names.chain(GROUPS.map(|group| group.0)).map(str::to_owned);
    let rules = (1..=protocol::count()).map(|number| format!("R{number}"));
    let numbers = rules.chain((1..=invariants::count()).map(|number| format!("I{number}")));
    let others = KNOBS.iter().flat_map(|knob| knob.words.iter().chain(knob.older)).map(|&word| word.to_owned());
    let mut names: Vec<String> = names.chain(knob::all_names(|_| true)).chain(numbers).chain(others).collect();
    names.retain(|name| !name.contains(' '));
    names.sort_unstable();
    names.dedup();
    names
}

/// What a rule asks of every run, in a sentence or two.
pub fn about(rule: RuleName) -> &'static str {
    rules::about(rule)
}

/// What an invariant says, by its number as violations name it: `I10`. `None` if there is none with this number.
pub fn invariant(number: &str) -> Option<&'static str> {
    invariants::about(number.strip_prefix('I')?.parse().ok()?)
}

fn rule(word: &str) -> Option<String> {
    RuleName::ALL.into_iter().find(|rule| knob::same(rule.word(), word)).map(rules::explain)
}

fn reason(word: &str) -> Option<String> {
    FailureReason::ALL.into_iter().find(|reason| knob::same(reason.name(), word)).map(reasons::explain)
}

/// `R30` or `I10`.
fn numbered(word: &str, letter: char, explain: fn(usize) -> Option<String>) -> Option<String> {
    word.strip_prefix([letter, letter.to_ascii_lowercase()])?.parse().ok().and_then(explain)
}

/// A knob whose whole key, today's or an older one, is also a word of something else.
fn setting(word: &str) -> Option<Topic> {
    knob::by_key(word).map(|named| Topic::knob(named.knob, named.older))
}

fn group(word: &str) -> Option<String> {
    match word {
        "rules" => Some(rules::list()),
        "knobs" => Some(knobs()),
        "reasons" => Some(reasons::list()),
        "events" => Some(events::list()),
        "columns" => Some(columns::list()),
        "protocol" => Some(protocol::list()),
        "invariants" => Some(invariants::list()),
        "words" => Some(words::list()),
        _ => None,
    }
}

/// What is called nearly so.
fn near(word: &str, knob: Option<&'static str>) -> Vec<String> {
    let names =
        RuleName::ALL.into_iter().map(RuleName::word).chain(FailureReason::ALL.into_iter().map(FailureReason::name));
    let names = names
        .chain(events::words())
        .chain(columns::all())
        .chain(words::all())
        .chain(GROUPS.iter().map(|group| group.0))
        .chain(knob);
    knob::nearest_word(word, names).map(str::to_owned).into_iter().collect()
}

/// Every knob, one line each.
fn knobs() -> String {
    let line = |knob: &Knob| {
        let mark = if knob.is_modelled() { ' ' } else { '-' };
        let default = if knob.default.is_empty() { "" } else { knob.default };
        format!("{mark} {:<76}{default}", knob.key).trim_end().to_owned() + "\n"
    };
    let lines: String = KNOBS.iter().map(line).collect();
    format!("  {:<76}default\n{lines}\n- stands before what is not modelled yet\n", "key")
}

/// A knob, from its row of the table.
fn knob(knob: &Knob, older: Option<&str>) -> String {
    let mut text = format!("{}\n\n", knob.key);
    if let Some(older) = older {
        text.push_str(&format!("`{older}` is an older key for it.\n\n"));
    }
    text.push_str(&paragraph(knob.about));
    if !knob.check.is_empty() {
        text.push_str(&paragraph(knob.check));
    }
    text.push('\n');
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("  {name:<14}{value}\n"));
        }
    };
    row("default", if knob.default.is_empty() { "see above".to_owned() } else { knob.default.to_owned() });
    row("value", values(knob));
    match knob.model {
        Model::Full(_) => {
            row("in a file", knob.in_file());
            row("argument", format!("--set {}=..", knob.key));
        }
        Model::Always => {
            row("in a file", knob.in_file());
            row("argument", format!("--set {}={}", knob.key, knob.default));
        }
        Model::Checked(_) | Model::Absent => {
            row("modelled", "not yet: leave it out; anything but Flink's default is an error".to_owned());
        }
    }
    row("instead", knob.instead.to_owned());
    row("not yet", knob.absent.iter().map(|absent| absent.0).collect::<Vec<_>>().join(", "));
    row("older", knob.older.join(", "));
    row("also called", knob.words.join(", "));
    row("rules", knob.rules.iter().map(|rule| format!("R{rule}")).collect::<Vec<_>>().join(", "));
    text
}

/// What the values of a knob are, in words.
pub fn values(knob: &Knob) -> String {
    match knob.kind {
        // What a number alone may be, and what Flink refuses of it.
        Kind::Count { least: 0 } if knob.check.starts_with("0 is refused") => kind(Kind::Count { least: 1 }),
        other => kind(other),
    }
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Duration => "a duration, as in 10 s".to_owned(),
        Kind::OptionalDuration => "a duration, as in 10 s, or none".to_owned(),
        Kind::Count { least } => format!("a whole number of at least {least}"),
        Kind::Limit { least } => format!("a whole number of at least {least}, or Unlimited"),
        Kind::Factor { least, most: u32::MAX } => format!("a number of at least {}", f64::from(least) / 1_000.0),
        Kind::Factor { least, most } => {
            format!("a number from {} to {}", f64::from(least) / 1_000.0, f64::from(most) / 1_000.0)
        }
        Kind::Flag => "true or false".to_owned(),
        Kind::Choice { of, .. } => of.iter().map(|words| words[0]).collect::<Vec<_>>().join(", "),
        Kind::Size => "a size, as in 20 kb".to_owned(),
        Kind::Text => "a text".to_owned(),
    }
}

/// A text in lines of at most a hundred characters.
fn paragraph(text: &str) -> String {
    const WIDTH: usize = 100;
    let (mut out, mut used) = (String::new(), 0);
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if used > 0 && used + 1 + width > WIDTH {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests;
