//! Knobs: what of Flink's configuration can be set, under which names, with which defaults.
//!
//! | file | holds |
//! | --- | --- |
//! | here | what a knob is |
//! | [`name`] | how it is found by a name |
//! | [`table`] | every knob |
//! | [`value`] | values as Flink writes them |
//! | [`knobs`] | the values of all knobs of a plan |
//! | [`settings`] | `KEY=VALUE` from a command line |
//! | `apply` | the same for a plan that is there already |

mod apply;
mod knobs;
mod name;
mod settings;
mod table;
pub(super) mod value;

pub(super) use knobs::Knobs;
pub(crate) use name::by_key;
pub use name::{Named, Unnamed, all_names, named, nearest_word, same};
pub(super) use name::{by_checkpointing_field, other_word, plain};
pub use settings::Settings;
pub(super) use settings::{NO_SUCH, sets};
pub use table::KNOBS;
pub(super) use value::{Complaint, Value, camel};

use super::diagnostic::{Diagnostic, Severity};
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

#[cfg(test)]
mod tests;
