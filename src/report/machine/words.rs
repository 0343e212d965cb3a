//! What programs read of explanations.

use serde::Serialize;

/// The schema of [`Explained`].
pub const EXPLAIN: &str = "cutline.explain/1";

/// What `explain` says.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// [`EXPLAIN`].
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// The word that was asked for; empty if there was none.
    pub what: String,
    /// All that is called so; of a group, what is in it; without a word, the groups. None if nothing is called so.
    pub topics: Vec<Topic>,
    /// What is called nearly so, if nothing is called so.
    pub near: Vec<String>,
}

/// Something that has an explanation.
#[derive(Clone, Debug, Serialize)]
pub struct Topic {
    /// `rule`, `knob`, `reason`, `event`, `column`, `protocol`, `invariant`, `word` or `group`.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// The explanation, as people read it; of a group, what it holds.
    pub text: String,
    /// Its row of the table, if it is a knob.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knob: Option<Knob>,
}

/// A knob.
#[derive(Clone, Debug, Serialize)]
pub struct Knob {
    /// Flink's key today; it begins with `cutline.` if Flink has none.
    pub key: &'static str,
    /// Flink's default, as Flink writes it; empty if it depends on others.
    pub default: &'static str,
    /// What its values are, in words.
    pub values: String,
    /// Keys of older versions.
    pub older: &'static [&'static str],
    /// Whether runs have what it asks for; else nothing but the default is allowed.
    pub modelled: bool,
    /// The numbers of the rules of the protocol that it plays a part in.
    pub rules: &'static [u8],
}
