//! What became of a finding when it was made smaller, and when it was too late.

use std::fmt::Write;

use serde::Serialize;

use super::words::count;
use crate::action::Names;
use crate::explore::Shows;
use crate::explore::no_return::{NoReturn, Why};
use crate::explore::shrink::{ByHand, Fate, Pinned, Shrunk, Size};
use crate::plan::{Time, Topology};

/// More pinned steps than this are not shown.
const MOST: usize = 20;

/// The same for programs.
#[derive(Clone, Debug, Serialize)]
pub struct Small {
    /// Whether nothing more can be left out; else there was no time to try everything.
    pub is_minimal: bool,
    /// How many runs that took.
    pub runs: u64,
    /// How much there was to understand.
    pub from: Amounts,
    /// How much there is.
    pub to: Amounts,
    /// The steps that differ from the timed order, in words.
    pub pinned: Vec<String>,
    /// Whether the file of the finding says `time: Untimed`.
    #[serde(skip)]
    pub untimed: bool,
}

/// How much there is to understand.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Amounts {
    /// Crashes and late acknowledgements that are pinned, placed or drawn.
    pub faults: u64,
    /// Steps, faults not counted, that differ from the timed order.
    pub deviations: u64,
    /// Records of all sources.
    pub records: u64,
    /// Subtasks of all vertices.
    pub tasks: u64,
    /// Checkpoints that were triggered until the rule broke.
    pub checkpoints: u64,
    /// Subtasks of the widest vertex.
    pub parallelism: u64,
}

impl Small {
    /// What became of a finding.
    pub fn of(shrunk: &Shrunk) -> Self {
        let names = Topology::new(&shrunk.case.plan).names;
        let amounts = |size: &Size| {
            let &Size { faults, deviations, records, tasks, checkpoints, parallelism, .. } = size;
            Amounts { faults, deviations, records, tasks, checkpoints, parallelism }
        };
        Self {
            is_minimal: shrunk.is_minimal,
            runs: shrunk.runs,
            from: amounts(&shrunk.from),
            to: amounts(&shrunk.to),
            pinned: shrunk.pinned.iter().map(|step| pinned(step, &names)).collect(),
            untimed: shrunk.case.plan.time == Time::Untimed,
        }
    }

    /// How small it is now, and how large it was: `to 1 fault, 0 deviations, ... (from ...; 44 runs)`.
    pub fn summary(&self) -> String {
        let Self { from, to, .. } = self;
        let deviations = match to.deviations {
            // The file differs from one whose latencies count by this alone.
            0 if self.untimed && self.pinned.is_empty() => {
                "the timed order of `time: Untimed`, where no latency counts".to_owned()
            }
            0 => "the timed order".to_owned(),
            some => count(some, "deviation"),
        };
        let mut text = format!(
            "to {}, {deviations}, {}, {}, {}, parallelism {}   (from {}, {}, {}, {}, {}, {}; {})",
            count(to.faults, "fault"),
            count(to.records, "record"),
            count(to.tasks, "task"),
            count(to.checkpoints, "checkpoint"),
            to.parallelism,
            from.faults,
            from.deviations,
            from.records,
            from.tasks,
            from.checkpoints,
            from.parallelism,
            count(self.runs, "run"),
        );
        if !self.is_minimal {
            text.push_str("; there was no time to try everything");
        }
        text
    }
}

/// The lines below a finding, indented like those around them.
pub fn shrunk(shrunk: &Shrunk) -> String {
    let small = Small::of(shrunk);
    let mut text = format!("  shrunk   {}\n", small.summary());
    for step in small.pinned.iter().take(MOST) {
        let _ = writeln!(text, "           {step}");
    }
    if small.pinned.len() > MOST {
        let _ = writeln!(text, "           and {} more", count((small.pinned.len() - MOST) as u64, "step"));
    }
    text
}

/// A pinned step: `step 3: trigger, where the timed order has emit blue`.
fn pinned(step: &Pinned, names: &Names) -> String {
    let Pinned { step, action, usual } = *step;
    match action.is_fault() {
        true => format!("step {step}: {}", names.text(action)),
        false => format!("step {step}: {}, where the timed order has {}", names.text(action), names.text(usual)),
    }
}

/// One sentence about when it is too late for a finding that shows this: too late to keep every rule, not only the one
/// that it breaks. `names` are those of the plan whose steps are meant.
pub fn no_return(moment: &NoReturn, shows: &Shows, names: &Names) -> String {
    let fails = match shows {
        Shows::Broken(_) => "breaks this rule or another",
        Shows::Unmet { .. } => "does not meet this or breaks a rule",
    };
    match *moment {
        NoReturn::Start => format!("from the start: in whatever order things happen, the run {fails}"),
        NoReturn::At { step, action } => {
            format!("step {step}, {}: after it every continuation {fails}, before it some do not", names.text(action))
        }
        NoReturn::Between { after: Some(after), by } => {
            format!("between step {after} and step {by}: more was not decided")
        }
        NoReturn::Between { after: None, by } if by.0 == 0 => {
            "from the start, or with step 0: more was not decided".to_owned()
        }
        NoReturn::Between { after: None, by } => {
            format!("by step {by} at the latest: more was not decided")
        }
        NoReturn::Unknown(why) => {
            let why = match why {
                Why::OnlyTimed => "it shows only where latencies count",
                Why::TooManyStates => "there are too many states",
                Why::Stopped => "interrupted",
                Why::NoOtherEnd => "no other run comes to its end with as few checkpoints and faults",
                Why::OnlyAtTheEnd => "only the whole run shows that it is broken",
            };
            format!("not decided: {why}")
        }
    }
}

/// A line for each simplification that was tried on the result, and what became of it: first of the file with this one
/// edit, as a person would make it; then of the other ways to carry the schedule over.
pub fn why_minimal(shrunk: &Shrunk) -> String {
    let width = shrunk.tried.iter().map(|tried| tried.what.chars().count()).max().unwrap_or(0).min(WIDEST);
    let mut text = String::new();
    for tried in &shrunk.tried {
        let fate = match &tried.fate {
            Fate::RunsAway => "the run goes on and on".to_owned(),
            Fate::Holds => "not accused of this any more".to_owned(),
            Fate::NotSmaller(size) => format!("still broken, but no smaller: {}", difference(&shrunk.to, size)),
        };
        let loosely = |ways: usize| format!("{}: {fate}", count(ways as u64, "other way"));
        let fate = match (tried.by_hand, tried.ways) {
            (None, ways) => format!("{}: {fate}", count(ways as u64, "run")),
            (Some(ByHand::Misfits(step)), ..=1) => format!("the edited file does not apply at step {step}"),
            (Some(ByHand::Misfits(step)), ways) => {
                format!("the edited file does not apply at step {step}; {}", loosely(ways - 1))
            }
            (Some(_), ..=1) => fate,
            (Some(ByHand::Holds), ways) => format!("not accused of this any more; {}", loosely(ways - 1)),
            (Some(ByHand::Breaks), ways) => format!("still broken, but no smaller; {}", loosely(ways - 1)),
            (Some(ByHand::RunsAway), ways) => format!("the run goes on and on; {}", loosely(ways - 1)),
        };
        let _ = writeln!(text, "           {:width$}   {fate}", tried.what);
    }
    text
}

/// Longer names of simplifications do not move what became of the others.
const WIDEST: usize = 60;

/// What is more in the second size than in the first.
fn difference(small: &Size, large: &Size) -> String {
    let parts = [
        ("fault", small.faults, large.faults),
        ("deviation", small.deviations, large.deviations),
        ("record", small.records, large.records),
        ("task", small.tasks, large.tasks),
        ("checkpoint", small.checkpoints, large.checkpoints),
        ("unusual setting", small.unusual, large.unusual),
        ("step", small.step.0, large.step.0),
    ];
    let more = parts.iter().filter(|(_, small, large)| large > small);
    let more: Vec<String> = more.map(|(noun, small, large)| format!("{} more", count(large - small, noun))).collect();
    if more.is_empty() { "the same again".to_owned() } else { more.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untimed_finding_without_pinned_steps_is_not_the_timed_run() {
        let to = Amounts { faults: 0, deviations: 0, records: 1, tasks: 2, checkpoints: 0, parallelism: 1 };
        let mut small = Small { is_minimal: true, runs: 7, from: to, to, pinned: Vec::new(), untimed: false };
        assert!(small.summary().starts_with("to 0 faults, the timed order, 1 record"), "{}", small.summary());
        small.untimed = true;
        assert!(small.summary().contains(" the timed order of `time: Untimed`, "), "{}", small.summary());
        small.to.deviations = 2;
        assert!(small.summary().starts_with("to 0 faults, 2 deviations, 1 record"), "{}", small.summary());
    }
}
