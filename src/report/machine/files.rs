//! What programs read of scenario files that were not run: what is wrong with them, what they are about.

use serde::Serialize;

/// The schema of [`Validate`].
pub const VALIDATE: &str = "cutline.validate/1";

/// What `validate` found.
#[derive(Clone, Debug, Serialize)]
pub struct Validate {
    /// [`VALIDATE`].
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// Whether every file is.
    pub sound: bool,
    /// The files, in the order of the paths.
    pub files: Vec<Validated>,
}

/// One file of `validate`.
#[derive(Clone, Debug, Serialize)]
pub struct Validated {
    /// Its path.
    pub path: String,
    /// The name of the scenario, if it is sound.
    pub name: Option<String>,
    /// Whether it is a scenario that can be run.
    pub sound: bool,
    /// What was found in it, in the order of the text; of a sound one, warnings and notes.
    pub messages: Vec<Message>,
}

/// A message about a file. Lines and columns count from 1, columns in characters; the end does not belong to the place.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of `scenario::Diagnostic`")]
pub struct Message {
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    pub code: &'static str,
    pub message: String,
    /// Nothing if the file could not be read.
    pub line: Option<usize>,
    pub column: Option<usize>,
    pub end_line: Option<usize>,
    pub end_column: Option<usize>,
    pub label: String,
    pub notes: Vec<String>,
    pub helps: Vec<String>,
}

/// The status of what could not be run.
pub const ERROR: &str = "error";
/// The status of a command that has found no file.
pub const NOTHING: &str = "nothing";

/// The result of `run` if files are wrong: nothing ran.
#[derive(Clone, Debug, Serialize)]
pub struct NothingRan {
    /// The schema of this object.
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// [`ERROR`], or [`NOTHING`] if no file was found.
    pub status: &'static str,
    /// The files that are wrong, in the order of the paths.
    pub scenarios: Vec<Unreadable>,
    /// How many others there are.
    pub not_run: usize,
}

/// A file that is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Unreadable {
    /// Its path; `--set` if the arguments are wrong.
    pub path: String,
    /// Always [`ERROR`].
    pub status: &'static str,
    /// What is wrong, as `validate` says it.
    pub diagnostics: Vec<Message>,
}

/// The schema of [`List`].
pub const LIST: &str = "cutline.list/1";

/// What `list` shows.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    /// [`LIST`].
    pub schema: &'static str,
    /// The version of the program.
    pub version: &'static str,
    /// Whether every file is a sound scenario.
    pub sound: bool,
    /// The files, in the order of their paths.
    pub scenarios: Vec<Listed>,
}

/// One file of `list`.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// Its path.
    pub path: String,
    /// Its name; null if it is not sound.
    pub name: Option<String>,
    /// What it is about; may be empty.
    pub about: String,
    /// Whether it is a scenario that can be run.
    pub sound: bool,
    /// How many mistakes are in it; `validate` names them.
    pub errors: usize,
    /// What it expects.
    pub expectations: Vec<Expected>,
}

/// Something that a file expects.
#[derive(Clone, Debug, Serialize)]
pub struct Expected {
    /// As it stands in the file.
    pub text: String,
    /// `always`, `never`, `sometimes` or `violates`.
    pub kind: &'static str,
}
