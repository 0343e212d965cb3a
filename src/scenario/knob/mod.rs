//! Knobs: what of Flink's configuration can be set, under which names, with which defaults.
//!
//! | file | holds |
//! | --- | --- |
//! | here | what a knob is, and how it is found by a name |
//! | [`table`] | every knob |
//! | [`value`] | values as Flink writes them |
//! | [`knobs`] | the values of all knobs of a plan |
//! | [`settings`] | `KEY=VALUE` from a command line |
//! | `apply` | the same for a plan that is there already |

mod apply;
mod knobs;
mod settings;
mod table;
pub(super) mod value;

pub(super) use knobs::Knobs;
pub use settings::Settings;
pub(super) use settings::{NO_SUCH, sets};
pub use table::KNOBS;
pub(super) use value::{Complaint, Value, camel};

use super::diagnostic::{Diagnostic, Severity, nearest};
use crate::plan::StorageKind;

/// Something that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Knob {
    /// Flink's key today; it begins with `cutline.` if Flink has none.
    pub key: &'static str,
    /// Keys of older versions, which Flink still reads.
    pub older: &'static [&'static str],
    /// Flink's setters for it, and what else people call it.
    pub words: &'static [&'static str],
    /// What its values are.
    pub kind: Kind,
    /// Flink's default, as Flink writes it.
    pub default: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Which values are refused or corrected; may be empty.
    pub check: &'static str,
    /// The numbers of the rules that it plays a part in.
    pub rules: &'static [u8],
    /// Whether the protocol here has it.
    pub model: Model,
    /// Words of its choice that no run has, each with what to know about it.
    pub absent: &'static [(&'static str, &'static str)],
    /// What a file can say in its place, for one that no run has; may be empty.
    pub instead: &'static str,
}

/// What the values of a knob are.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A duration with a unit.
    Duration,
    /// A duration with a unit, or nothing.
    OptionalDuration,
    /// A whole number.
    Count {
        /// The smallest.
        least: u32,
    },
    /// A whole number, or no limit.
    Limit {
        /// The smallest.
        least: u32,
    },
    /// A decimal number with three decimals.
    Factor {
        /// The smallest, in thousandths.
        least: u32,
        /// The largest, in thousandths.
        most: u32,
    },
    /// `true` or `false`.
    Flag,
    /// One of some words.
    Choice {
        /// What such a word is, for messages: "`x` is no ...".
        what: &'static str,
        /// The words, each with others for the same.
        of: &'static [&'static [&'static str]],
    },
    /// A size in bytes, with units of 1024.
    Size,
    /// Any text.
    Text,
}

/// Whether the protocol here has a knob.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Model {
    /// It has.
    Full(Slot),
    /// It is read, and checked against others as Flink does, but no run has what it asks for.
    Checked(Slot),
    /// What it asks for by default is what every run does. Whoever says so is right; whatever else is asked for is refused.
    Always,
    /// It has not.
    Absent,
}

/// The place of a knob's value in a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is explained by the row of the table that names it")]
pub enum Slot {
    Mode,
    Interval,
    Timeout,
    MinPause,
    MaxConcurrent,
    TolerableFailed,
    Retained,
    AfterFinish,
    Retention,
    InitialDelay,
    Unaligned,
    AlignedTimeout,
    Strategy,
    FixedAttempts,
    FixedDelay,
    RateFailures,
    RateInterval,
    RateDelay,
    InitialBackoff,
    MaxBackoff,
    Multiplier,
    ResetThreshold,
    Jitter,
    ResetAttempts,
    StateBackend,
    CheckpointStorage,
}

/// Below `checkpointing` stands what has one of these in front of it.
const CHECKPOINTING: [&str; 2] = ["execution.checkpointing.", "cutline.checkpointing."];
/// Below `restart` stands what has this in front of it.
const RESTART: &str = "restart-strategy.";

impl Knob {
    /// Whether a run has what it asks for, for each of its values that is not absent.
    pub fn is_modelled(&self) -> bool {
        matches!(self.model, Model::Full(_) | Model::Always)
    }

    /// The place of its value.
    pub fn slot(&self) -> Option<Slot> {
        match self.model {
            Model::Full(slot) | Model::Checked(slot) => Some(slot),
            Model::Always | Model::Absent => None,
        }
    }

    /// Whether a value, written so, is Flink's default. What Flink leaves unset has none that could be written.
    fn is_default(&self, value: Value, text: &str) -> bool {
        match value {
            Value::Text => self.default != "none" && self.default == text.trim(),
            value => value::value(self, self.default).is_ok_and(|default| default == value),
        }
    }

    /// What to say of a file or an argument that names it, if no run has it; its value, written so, may be wrong. What
    /// Flink does anyhow is no mistake.
    pub(super) fn absence(&'static self, value: Option<Value>, text: &str) -> Option<Absence> {
        if self.is_modelled() {
            return None;
        }
        let is_default = value.is_some_and(|value| self.is_default(value, text.trim_matches('"')));
        Some(Absence { knob: self, is_default })
    }

    /// What to know of a value that stood for more in older versions of Flink.
    pub(super) fn shortcut(&self, value: Value) -> Option<&'static str> {
        match (self.slot(), value) {
            (Some(Slot::StateBackend), Value::Word(word)) => older_backend(word).map(|older| older.1),
            _ => None,
        }
    }

    /// Whether Flink knows it.
    pub fn is_flinks(&self) -> bool {
        !self.key.starts_with("cutline.")
    }

    /// Its field below `checkpointing`, if it stands there: `min_pause`, `unaligned.enabled`.
    pub fn checkpointing_field(&self) -> Option<String> {
        CHECKPOINTING.iter().find_map(|front| self.key.strip_prefix(front)).map(field)
    }

    /// Its restart strategy in Flink's word, and its field there.
    pub fn restart_field(&self) -> Option<(&'static str, String)> {
        let (strategy, name) = self.key.strip_prefix(RESTART)?.split_once('.')?;
        Some((strategy, field(name)))
    }

    /// How a file says it: `checkpointing: (min_pause: ..)`.
    pub fn in_file(&self) -> String {
        match self.slot() {
            Some(Slot::StateBackend) => return "state_backend: RocksDB(access: \"10us\")".to_owned(),
            Some(Slot::CheckpointStorage) => return "storage: (kind: FileSystem)".to_owned(),
            _ => {}
        }
        if let Some(field) = self.checkpointing_field() {
            return match field.split_once('.') {
                Some((outer, inner)) => format!("checkpointing: ({outer}: ({inner}: ..))"),
                None => format!("checkpointing: ({field}: ..)"),
            };
        }
        match self.restart_field() {
            Some((strategy, field)) => format!("restart: {}({field}: ..)", camel(strategy)),
            None if self.slot() == Some(Slot::Strategy) => "restart: FixedDelay(..)".to_owned(),
            None => format!("flink: {{\"{}\": ..}}", self.key),
        }
    }
}

/// What is to be said of naming a knob that no run has.
pub(super) struct Absence {
    knob: &'static Knob,
    /// Whether it has Flink's default.
    is_default: bool,
}

impl Absence {
    pub(super) fn severity(&self) -> Severity {
        if self.is_default { Severity::Note } else { Severity::Error }
    }

    pub(super) fn message(&self) -> String {
        let Self { knob, is_default } = self;
        if *is_default {
            format!("`{}` is not modelled; this is Flink's default, and what every run does", knob.key)
        } else {
            format!("`{}` is not modelled yet", knob.key)
        }
    }

    /// Says what it would do, and what to write.
    pub(super) fn explain(&self, diagnostic: &mut Diagnostic) {
        if self.is_default {
            return;
        }
        let Knob { about, instead, .. } = self.knob;
        diagnostic.note(format!("in Flink: {about}"));
        match *instead {
            "" => diagnostic.help("leave it out"),
            instead => diagnostic.help(format!("leave it out; {instead}")),
        };
    }
}

/// A word for a state backend from the time when it said, too, where snapshots go: the storage, and what to know.
pub(super) fn older_backend(word: &str) -> Option<(StorageKind, &'static str)> {
    Some(match word {
        "FileSystem" => (
            StorageKind::FileSystem,
            "Flink's FsStateBackend, gone since 2.0; today `state.backend.type: hashmap` and `execution.checkpointing.storage: filesystem`",
        ),
        "JobManager" => (
            StorageKind::JobManager,
            "Flink's MemoryStateBackend, gone since 2.0; today `state.backend.type: hashmap` and `execution.checkpointing.storage: jobmanager`",
        ),
        _ => return None,
    })
}

/// A part of a key as a field: dots stay.
fn field(key: &str) -> String {
    key.replace('-', "_")
}

/// A knob by a name.
#[derive(Debug)]
pub struct Named {
    /// Which.
    pub knob: &'static Knob,
    /// The older key that was used, if it was one.
    pub older: Option<&'static str>,
}

/// Why a name names no knob.
#[derive(Debug)]
pub enum Unnamed {
    /// It could be each of these.
    Ambiguous(Vec<&'static Knob>),
    /// It is a setter of Flink's, or another word, for this one.
    OtherWord(&'static Knob),
    /// There is none; the nearest name, if one is near.
    Unknown(Option<&'static str>),
}

/// The knob with this key, an older one of it, or the last segments of one. `restart` stands for `restart-strategy`.
///
/// # Errors
/// Why there is not one: several have these last segments, it is another word for one, or nothing is called so.
pub fn named(name: &str) -> Result<Named, Unnamed> {
    // The field of a file is called so.
    let wanted = match name.trim() {
        "restart" => "restart-strategy.type".to_owned(),
        name => name.replace('_', "-"),
    };
    if let Some(named) = by_key(&wanted) {
        return Ok(named);
    }
    let by_end = |end: &str| -> Vec<&'static Knob> { KNOBS.iter().filter(|knob| ends_so(knob.key, end)).collect() };
    for found in [by_end(&wanted), by_end(&format!("{wanted}.enabled"))] {
        match found.as_slice() {
            [] => {}
            [knob] => return Ok(Named { knob, older: None }),
            _ => return Err(Unnamed::Ambiguous(found)),
        }
    }
    for knob in KNOBS {
        if let Some(older) = knob.older.iter().find(|older| ends_so(older, &wanted)) {
            return Ok(Named { knob, older: Some(older) });
        }
    }
    Err(match other_word(name.trim()) {
        Some(knob) => Unnamed::OtherWord(knob),
        None => Unnamed::Unknown(near(&wanted).or_else(|| by_parts(&wanted))),
    })
}

/// The whole keys of these knobs, and the shortest end of each that stands for it alone, with `restart.` in front for one
/// of a restart: what people type.
pub fn all_names(is_wanted: impl Fn(&Knob) -> bool) -> impl Iterator<Item = String> {
    let names = |knob: &'static Knob| {
        let ends: Vec<&str> = knob.key.rmatch_indices('.').map(|dot| &knob.key[dot.0 + 1..]).collect();
        let is_name = |name: &String| named(name).is_ok_and(|named| named.knob.key == knob.key);
        let of_restart = ends.iter().map(|end| format!("restart.{end}")).filter(|_| knob.key.starts_with(RESTART));
        let short = ends.iter().map(|&end| end.to_owned());
        [knob.key.to_owned()]
            .into_iter()
            .chain(short.filter(is_name).take(1))
            .chain(of_restart.filter(is_name).take(1))
            .collect::<Vec<_>>()
    };
    KNOBS.iter().filter(move |knob| is_wanted(knob)).flat_map(names)
}

/// The knob with this whole key, today's or an older one.
pub(crate) fn by_key(key: &str) -> Option<Named> {
    if let Some(knob) = KNOBS.iter().find(|knob| knob.key == key) {
        return Some(Named { knob, older: None });
    }
    KNOBS.iter().find_map(|knob| {
        let older = knob.older.iter().find(|older| **older == key)?;
        Some(Named { knob, older: Some(older) })
    })
}

/// The knob of a field below `checkpointing`, today's or an older one.
pub(super) fn by_checkpointing_field(field: &str) -> Option<Named> {
    let name = field.replace('_', "-");
    CHECKPOINTING.iter().find_map(|front| by_key(&format!("{front}{name}")))
}

/// The knob that Flink's setters, or people, call so.
pub(super) fn other_word(word: &str) -> Option<&'static Knob> {
    let same = |other: &str| {
        let other = plain(other);
        let bare = other.strip_prefix("set").or(other.strip_prefix("enable")).unwrap_or(&other);
        plain(word) == other || plain(word) == bare
    };
    KNOBS.iter().find(|knob| knob.words.iter().any(|other| same(other)))
}

/// Whether two words are the same, but for their style: `exactly-once` and `ExactlyOnce`.
pub fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// The known word that is nearest to a wrong one, if it is near enough to be meant.
pub fn nearest_word<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    nearest(wrong, known)
}

/// A word without what only styles of writing differ in.
pub(super) fn plain(word: &str) -> String {
    word.chars().filter(|c| !['-', '_'].contains(c)).collect::<String>().to_lowercase()
}

/// Whether a key ends with these whole segments. The first one may leave out what follows a dash: `restart.type`; and
/// then a segment may be missing behind it: `restart.attempts`.
fn ends_so(key: &str, end: &str) -> bool {
    if key.strip_suffix(end).is_some_and(|front| front.is_empty() || front.ends_with('.')) {
        return true;
    }
    let Some(rest) = end.strip_prefix("restart.").or(end.strip_prefix(RESTART)) else { return false };
    key.strip_prefix(RESTART).is_some_and(|below| below == rest || ends_so(below, rest))
}

/// The key, or the end of one with as many segments, that is nearest.
fn near(wanted: &str) -> Option<&'static str> {
    let segments = wanted.matches('.').count() + 1;
    let end = |key: &'static str| {
        let dots: Vec<usize> = key.match_indices('.').map(|dot| dot.0 + 1).collect();
        match (dots.len() + 1).checked_sub(segments) {
            Some(0) => Some(key),
            Some(left) => Some(&key[dots[left - 1]..]),
            None => None,
        }
    };
    nearest(wanted, KNOBS.iter().filter_map(|knob| end(knob.key)))
}

/// The key that has all these words in it, or what they begin: `restart.fixed.delay`. Of several the one with the
/// shortest last segment.
fn by_parts(wanted: &str) -> Option<&'static str> {
    let words: Vec<&str> = wanted.split(['.', '-']).collect();
    let has = |key: &str, word: &str| word.len() > 2 && key.split(['.', '-']).any(|other| other.starts_with(word));
    let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
    let ends_so = |key: &'static str| words.last().is_some_and(|word| has(last(key), word));
    let keys = KNOBS.iter().map(|knob| knob.key).filter(|key| words.iter().all(|word| has(key, word)));
    keys.filter(|key| ends_so(key)).min_by_key(|key| last(key).len())
}

#[cfg(test)]
mod tests;
