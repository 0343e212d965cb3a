//! What an assertion says when it fails: the rule, the place, the smallest case, the trace around it, the way back.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::window::around_step;
use crate::explain;
use crate::explore::shrink::{Effort, shrink};
use crate::explore::{Case, Charge, Shrunk};
use crate::operator::Logic;
use crate::oracle::Violation;
use crate::plan::{Plan, Schedule, Time, VertexKind};
use crate::report::command;
use crate::report::shrunk::{shrunk, why_minimal};
use crate::run::{Choice, Keep, Order, Runner};
use crate::scenario;

/// How much work an assertion puts into making a finding smaller: a few seconds at most, without optimisation too.
pub const EFFORT: Effort = Effort { runs: 4_000, steps: 1_000_000 };

/// A run that broke a rule which the job promises.
///
/// Its text says which rule, in words and by its number; at which step; how it was found, and how small it has become; at
/// most forty lines of the trace around the place; the scenario that shows it again, and the command that replays it.
/// `Debug` says the same, so that a failed `unwrap` can be read.
#[derive(Clone)]
pub struct Failure {
    /// What is broken, in the run of [`Failure::plan`].
    pub violation: Violation,
    /// How the run was made that broke it first.
    pub found: Order,
    /// The plan, with everything pinned that it takes to break the rule: its own run does, made in [`Failure::order`].
    /// Own operators and handlers are in it.
    pub plan: Plan,
    /// At most forty lines of the trace of that run around the violation, `>` before those of its step.
    pub trace: String,
    /// What became of it when it was made smaller; `None`: it is as it was found.
    pub shrunk: Option<Box<Shrunk>>,
    /// Whether the steps are pinned in the plan.
    is_case: bool,
}

impl Failure {
    /// The failure of a run that was made in this order and showed this violation.
    pub(super) fn of(plan: &Plan, order: &Order, violation: &Violation) -> Self {
        if let Ok(case) = Case::of(plan, order, Charge::Rule(violation.rule)) {
            return Self::of_case(case, order.clone());
        }
        // What needs the policy that found it cannot be pinned: it is shown as it was found.
        let mut runner = Runner::new(plan.clone());
        let outcome = runner.run(order, Keep { trace: true, actions: false });
        Self {
            violation: violation.clone(),
            found: order.clone(),
            plan: Plan { seed: order.seed, time: order.time, ..plan.clone() },
            trace: around_step(&outcome.trace, &runner.topology().names, violation.step),
            shrunk: None,
            is_case: false,
        }
    }

    fn of_case(case: Case, found: Order) -> Self {
        let names = crate::plan::Topology::new(&case.plan).names;
        let violation = case.shows.violation().expect("a failure is a broken rule").clone();
        let trace = around_step(&case.outcome.trace, &names, violation.step);
        Self { violation, found, plan: case.plan, trace, shrunk: None, is_case: true }
    }

    /// The same failure, as small as it goes within this effort.
    ///
    /// An assertion does this by itself, within [`EFFORT`]. A check does not: a property test makes it over and over.
    #[must_use]
    pub fn shrunk(self, effort: &Effort) -> Self {
        let case = || Case::shown(self.plan.clone(), Charge::Rule(self.violation.rule));
        match self.is_case.then(|| case().and_then(|case| shrink(&case, effort))) {
            Some(Ok(small)) => Self { shrunk: Some(Box::new(small.clone())), ..Self::of_case(small.case, self.found) },
            _ => self,
        }
    }

    /// The order in which [`Failure::plan`] is run to see it again.
    pub fn order(&self) -> Order {
        if self.is_case { Order::of(&self.plan) } else { self.found.clone() }
    }

    /// The scenario that shows it, ready for `cutline replay`. Parts that are written in Rust have no text: a comment says
    /// which are left out, and what stands in their place.
    pub fn scenario(&self) -> String {
        let (plan, notes) = in_words(&self.plan);
        let mut header = format!("{} is broken: {}", self.violation.rule.word(), self.violation.detail);
        for note in notes {
            header.push('\n');
            header.push_str(&note);
        }
        scenario::print_case(&plan, &header).unwrap_or_else(|unprintable| format!("// {unprintable}\n"))
    }

    /// Whether the scenario shows it without anything that is written in Rust.
    pub fn has_text(&self) -> bool {
        self.is_case && in_words(&self.plan).1.is_empty()
    }

    /// A name for its file: the rule, and the seed with which it was found.
    pub fn file_name(&self) -> String {
        format!("{}-{:x}.case.ron", self.violation.rule.word(), self.found.seed)
    }

    /// Writes the scenario into this folder, which is made if it is not there, and returns the path of the file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn save(&self, folder: &Path) -> io::Result<PathBuf> {
        let path = folder.join(self.file_name());
        std::fs::create_dir_all(folder)?;
        std::fs::write(&path, self.scenario())?;
        Ok(path)
    }

    /// Why it is no smaller: a line for each simplification that was tried on it. Empty if it was not shrunk.
    pub fn why_minimal(&self) -> String {
        self.shrunk.as_deref().map_or_else(String::new, why_minimal)
    }

    /// How to see it again.
    fn replay(&self) -> String {
        if self.has_text() {
            return command("replay", &self.file_name());
        }
        if self.is_case {
            let name = self.file_name();
            return format!(
                "in the test, with `job` as it was given to the assertion:\n           \
                 assert_run(&with_parts_of(scenario::load_file(\"{name}\".as_ref()).unwrap(), &job))"
            );
        }
        format!("in the test: Runner::new(plan).run(&{:?}, Keep::default())", self.found)
    }
}

/// The plan with a text: what is written in Rust is left out, and said in the notes.
pub(super) fn in_words(plan: &Plan) -> (Plan, Vec<String>) {
    let mut plan = plan.clone();
    let mut notes = Vec::new();
    if plan.handler.take().is_some() {
        notes.push("The barrier handler is the test's own: `with_parts_of` puts it back.".to_owned());
    }
    for vertex in plan.vertices.iter_mut() {
        if let VertexKind::Operator(logic @ Logic::Own(_)) = &mut vertex.kind {
            *logic = Logic::Sum;
            notes.push(format!(
                "`{}` is the test's own operator: Sum stands in its place; `with_parts_of` puts it back.",
                vertex.name
            ));
        }
    }
    (plan, notes)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { rule, invariant, step, at, detail, .. } = &self.violation;
        writeln!(f, "{} is broken: {detail}", rule.word())?;
        writeln!(f, "  rule     {}", explain::about(*rule))?;
        if let Some(about) = explain::invariant(invariant) {
            writeln!(f, "  {invariant:<8} {about}")?;
        }
        writeln!(f, "  at       step {step}, {at} s")?;
        writeln!(f, "  found    {}", found(&self.found))?;
        match &self.shrunk {
            Some(small) => f.write_str(&shrunk(small))?,
            None => writeln!(f, "  shrunk   not: this is the run as it was found")?,
        }
        writeln!(f, "  replay   {}", self.replay())?;
        write!(f, "\nthe trace around it:\n\n{}", self.trace)?;
        write!(f, "\nthe scenario that shows it, to be saved as {}:\n\n{}", self.file_name(), self.scenario())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for Failure {}

/// How a run was made, in words.
pub(super) fn found(order: &Order) -> String {
    let how = match &order.choice {
        Choice::Timed => "by due times",
        Choice::Random => "in a random order",
        Choice::Pct => "in an order drawn by PCT",
        Choice::Swarm => "in an order drawn by swarm",
        Choice::Pinned(Schedule::Free) => "the plan's own run",
        Choice::Pinned(Schedule::Prefix(steps)) => {
            return format!("on a path of {} pinned steps", steps.len());
        }
        Choice::Pinned(Schedule::Deviations(_)) => "the plan's own run with its pinned steps",
    };
    let time = if order.time == Time::Untimed { ", untimed" } else { "" };
    format!("with seed {}: {how}{time}", order.seed)
}
