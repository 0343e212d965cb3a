//! What programs read of one case: made again, or made smaller.

use serde::Serialize;

use super::Scenario;
use crate::report::shrunk::Small;

/// The schema of [`Replay`].
pub const REPLAY: &str = "cutline.replay/1";
/// The schema of [`Shrink`].
pub const SHRINK: &str = "cutline.shrink/1";

/// What `replay` found.
#[derive(Clone, Debug, Serialize)]
pub struct Replay {
    /// [`REPLAY`].
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// `holds`, `violated` or `inconclusive`; the last if it is not the same run.
    pub status: &'static str,
    /// Whether it is the run that the file says; null if the file does not say which, and every pinned step was possible.
    pub same: Option<bool>,
    /// The digest that the file says.
    pub known: Option<String>,
    /// The run; its digest is `trace`.
    pub scenario: Scenario,
}

/// What `shrink` came to.
#[derive(Clone, Debug, Serialize)]
pub struct Shrink {
    /// [`SHRINK`].
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// The name of the scenario.
    pub name: String,
    /// The path of the file, which is as it was.
    pub path: String,
    /// The rule that breaks, unless it is an expectation that is not met.
    pub rule: Option<&'static str>,
    /// The expectation that is not met, as it stands in the file.
    pub expectation: Option<String>,
    /// What is wrong.
    pub detail: String,
    /// The case file of the result.
    pub case: String,
    /// The command that shows it again.
    pub replay: String,
    /// How small it is, and whether nothing more can be left out.
    pub shrunk: Small,
    /// When it was too late, in words.
    pub too_late: String,
}
