//! Texts about finished runs, for people. Nobody but the command line reads this module.
//!
//! | file | text |
//! | --- | --- |
//! | [`detail`] | all that one run shows |
//! | [`lines`](mod@lines) | a line a scenario, and a summary |
//! | [`campaign`] | what a campaign over seeds found |
//! | [`search`] | what an exhaustive search found |
//! | [`history`] | the checkpoints and restores of a run, folded from its trace |
//! | [`words`] | pieces that several texts share |
//!
//! A text depends on what was run and on nothing else: no clock, no path of this machine, no terminal.

pub mod campaign;
pub mod detail;
pub mod history;
pub mod lines;
pub mod search;
pub mod words;

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
}

impl<'a> Subject<'a> {
    /// The subject of a plan whose expectations read like this.
    pub fn new(plan: &'a Plan, expectations: Vec<String>) -> Self {
        Self { plan, topology: Topology::new(plan), expectations }
    }

    fn names(&self) -> &Names {
        &self.topology.names
    }
}
