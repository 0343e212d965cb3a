//! Texts about finished runs, and pictures of them, for people. Nobody but the command line reads this module.
//!
//! | file | text |
//! | --- | --- |
//! | [`detail`] | all that one run shows |
//! | [`lines`](mod@lines) | a line a scenario, and a summary |
//! | [`campaign`] | what a campaign over seeds found |
//! | [`mod@shrunk`] | what became of a finding when it was made smaller |
//! | [`search`] | what an exhaustive search found |
//! | [`sweep`](mod@sweep) | what a crash at every step of one schedule showed |
//! | [`coverage`] | kinds of events and situations that runs never showed |
//! | [`machine`] | the same for programs: what becomes JSON |
//! | [`history`] | the checkpoints and restores of a run, folded from its trace |
//! | [`mod@table`] | the same as a table |
//! | [`words`] | pieces that several texts share |
//! | [`mod@command`] | commands that people are told to type |
//! | `names` | names where there is little room for them |
//! | [`mod@wrap`] | lines that are too long for a terminal |
//! | [`mod@picture`] | which picture of a run, by name |
//! | [`chart`] | what all pictures show: lanes, messages, cuts |
//! | [`diagram`] | a drawing, as SVG |
//! | [`lanes`] | the same in text |
//! | [`mermaid`] | a sequence diagram of the protocol |
//! | [`chrome`] | JSON for `chrome://tracing` and Perfetto |
//!
//! A text depends on what was run and on nothing else: no clock, no path of this machine, no terminal.

pub mod campaign;
pub mod chart;
pub mod chrome;
pub mod command;
pub mod coverage;
pub mod detail;
pub mod diagram;
pub mod history;
pub mod lanes;
pub mod lines;
pub mod machine;
pub mod mermaid;
mod names;
pub mod picture;
pub mod search;
pub mod shrunk;
pub mod sweep;
pub mod table;
pub mod words;
pub mod wrap;

pub use command::command;
pub use picture::{Picture, Wishes, picture};

use crate::action::Names;
use crate::plan::{Plan, Topology};

/// What a text is about.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its tasks and channels.
    pub topology: Topology,
    /// Its expectations as they stand in the file.
    pub expectations: Vec<String>,
    /// Its faults, and what people do in it, as they stand in the file; empty if that is not known.
    pub placed: (Vec<String>, Vec<String>),
    /// The path of the file; may be empty.
    pub path: &'a str,
    /// The line and the column at which each expectation begins in the file; empty if that is not known.
    pub places: Vec<(usize, usize)>,
}

impl<'a> Subject<'a> {
    /// The subject of a plan whose expectations read like this.
    pub fn new(plan: &'a Plan, expectations: Vec<String>) -> Self {
        Self {
            plan,
            topology: Topology::new(plan),
            expectations,
            placed: Default::default(),
            path: "",
            places: Vec::new(),
        }
    }

    /// The same, where faults and what people do read like this.
    #[must_use]
    pub fn placed(self, faults: Vec<String>, user: Vec<String>) -> Self {
        Self { placed: (faults, user), ..self }
    }

    /// The same, from this file, in which expectations begin at these lines and columns.
    #[must_use]
    pub fn located(self, path: &'a str, places: Vec<(usize, usize)>) -> Self {
        Self { path, places, ..self }
    }

    /// `path:line:column` of an expectation, or the path if its place is not known.
    fn place(&self, expectation: usize) -> String {
        match self.places.get(expectation) {
            Some((line, column)) => format!("{}:{line}:{column}", self.path),
            None => self.path.to_owned(),
        }
    }

    fn names(&self) -> &Names {
        &self.topology.names
    }
}
