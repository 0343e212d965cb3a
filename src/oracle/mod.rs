//! What should have happened: judges that fold over the events of a run. One property, one file.
//!
//! A judge sees the plan and the evidence, never the world. What it remembers is part of the explored state, so it
//! remembers little: facts stand in the events, sums are relative to what is in flight, and what a crash wipes in the
//! world is wiped here too.
//!
//! | file | judges | rule | invariants |
//! | --- | --- | --- | --- |
//! | [`cut`] | completed checkpoints | [`RuleName::ConsistentCut`] | I10, I12, I14 |
//! | [`lineage`] | restored states, sources, the end of a finished job | [`RuleName::StateExactlyOnce`], [`RuleName::AtLeastOnce`] | I12, I13, I20 |
//! | [`commits`] | transactions of sinks | [`RuleName::ExactlyOnce`], [`RuleName::AtLeastOnce`] | I26-I30 |
//! | [`lifecycle`] | coordinator, tasks, channels | [`RuleName::Lifecycle`] | I1, I2, I5-I8, I15, I16, I18, I21, I22 |
//! | [`progress`] | runs that got stuck | [`RuleName::Progress`] | |
//! | [`ledger`] | nothing: it keeps what several judges ask | | |
//! | [`memory`] | nothing: it is what all remember | | |
//! | [`balance`], `flow` | nothing: they count records and watermarks | | |
//!
//! Each judge sees an event before the ledger does: what it asks the ledger is what was true until then. Facts of
//! different tasks may come in any order that the channels allow, and leave the same memory.

pub mod balance;
pub mod commits;
pub mod cut;
pub mod expect;
pub mod ledger;
pub mod lifecycle;
pub mod lineage;
pub mod memory;
pub mod progress;
pub mod reference;
pub mod witness;

mod flow;
mod rules;
#[cfg(test)]
mod story;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;

pub use rules::{Rules, promised};
pub use witness::{Explanation, Witness};

use std::sync::Arc;

use crate::ids::{ChannelId, CheckpointId, Micros, Name, Step, TaskId};
use crate::plan::{Plan, RuleName, Topology};
use crate::trace::Event;

use ledger::Ledger;
pub use memory::Memory;
pub(crate) use memory::Tables;

/// A rule was broken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which rule.
    pub rule: RuleName,
    /// Which invariant of the reference, for example `I10`; empty if it has no number.
    pub invariant: &'static str,
    /// The step at which it showed.
    pub step: Step,
    /// The virtual time of that step.
    pub at: Micros,
    /// Whose fault it looks like, if it is about one task.
    pub task: Option<TaskId>,
    /// The channel, if it is about one.
    pub channel: Option<ChannelId>,
    /// The record, if it is about one and its name is known.
    pub record: Option<Name>,
    /// The checkpoint, or [`CheckpointId::NONE`].
    pub checkpoint: CheckpointId,
    /// What is wrong, in one sentence, with the names of the plan.
    pub detail: String,
}

/// All online judges of a run.
#[derive(Clone, Debug)]
pub struct Oracles {
    facts: Arc<Rules>,
    memory: Memory,
    violations: Vec<Violation>,
}

impl Oracles {
    /// Judges of a run of `plan`, before its first event.
    pub fn new(plan: &Plan, topology: &Arc<Topology>) -> Self {
        let facts = Arc::new(Rules::new(plan, topology));
        Self { memory: Memory::new(&facts), facts, violations: Vec::new() }
    }

    /// Back to the start, without giving memory back.
    pub fn reset(&mut self) {
        self.memory.reset();
        self.violations.clear();
    }

    /// Takes one event of step `step`, which happened at `at`.
    #[inline]
    pub fn observe(&mut self, step: Step, at: Micros, event: &Event) {
        let Self { facts, memory, violations } = self;
        match *event {
            Event::Sent { channel, name, .. } => memory.cut.sent(channel, name),
            Event::Received { task, channel, name, .. } => {
                memory.cut.received(channel, name);
                memory.commits.received(facts, task, name);
                if memory.lifecycle.is_blocked(channel) {
                    lifecycle::moved_while_blocked(&mut Report { facts, step, at, violations }, channel);
                }
            }
            Event::Emitted { task, split, index, .. } => {
                if let Err(expected) = memory.lineage.emitted(facts, task, split, index) {
                    let report = &mut Report { facts, step, at, violations };
                    lineage::out_of_turn(report, event, expected);
                }
            }
            Event::WatermarkSent { channel, time } => memory.cut.watermark_sent(channel, time),
            Event::WatermarkTaken { channel, time, .. } => {
                memory.cut.watermark_taken(channel, time);
                if memory.lifecycle.is_blocked(channel) {
                    lifecycle::moved_while_blocked(&mut Report { facts, step, at, violations }, channel);
                }
            }
            Event::StatusSent { channel, idle } => memory.cut.status_sent(channel, idle),
            Event::StatusTaken { channel, idle, .. } => {
                memory.cut.status_taken(channel, idle);
                if memory.lifecycle.is_blocked(channel) {
                    lifecycle::moved_while_blocked(&mut Report { facts, step, at, violations }, channel);
                }
            }
            Event::Transferred { channel } => {
                if memory.lifecycle.is_blocked(channel) {
                    lifecycle::moved_while_blocked(&mut Report { facts, step, at, violations }, channel);
                }
            }
            // Facts that no judge asks for; one that does must be told here.
            Event::Written { .. }
            | Event::TooLarge { .. }
            | Event::Notified { .. }
            | Event::NotifiedAborted { .. }
            | Event::Begun { .. }
            | Event::EndOfData { .. }
            | Event::Running { .. }
            | Event::Holds { .. }
            | Event::Watermark { .. }
            | Event::Status { .. }
            | Event::Fired { .. }
            | Event::Late { .. }
            | Event::Upserted { .. } => {}
            // One judge asks for these.
            Event::Row { .. } | Event::PreCommitted { .. } | Event::Committed { .. } | Event::Dropped { .. } => {
                memory.commits.observe(&memory.ledger, event, &mut Report { facts, step, at, violations });
            }
            Event::BarrierSent { .. }
            | Event::Resumed { .. }
            | Event::EndOfDataTaken { .. }
            | Event::EndOfPartition { .. } => {
                memory.lifecycle.observe(&memory.ledger, event, &mut Report { facts, step, at, violations });
            }
            _ => self.observe_rare(step, at, event),
        }
    }

    /// Takes an event that several judges may ask for.
    #[inline(never)]
    fn observe_rare(&mut self, step: Step, at: Micros, event: &Event) {
        let Self { facts, memory: Memory { ledger, cut, lineage, commits, lifecycle }, violations } = self;
        let report = &mut Report { facts, step, at, violations };
        lifecycle.observe(ledger, event, report);
        cut.observe(ledger, event, report);
        lineage.observe(ledger, cut, event, report);
        cut.forget(event);
        commits.observe(ledger, event, report);
        progress::observe(event, report);
        // To give it to the ledger is to read it.
        if Ledger::concerns(event) {
            ledger.observe(event, facts);
        }
        commits.forget(ledger, event);
    }

    /// Takes the end of the run at step `step`. A job that finished owes what a finished job owes; `quiescent` says
    /// that nothing is left to happen.
    pub fn end(&mut self, step: Step, at: Micros, quiescent: bool) {
        let Self { facts, memory, violations } = self;
        let report = &mut Report { facts, step, at, violations };
        if memory.ledger.is_finished_job() || facts.silent_end && quiescent {
            memory.lineage.end(&memory.cut, report);
            memory.cut.end(report);
            if quiescent {
                memory.commits.end(report);
                memory.lifecycle.end(report);
            }
        }
    }

    /// What was broken so far, in the order of discovery.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The same, to be forgotten here.
    pub(crate) fn take_violations(&mut self) -> Vec<Violation> {
        std::mem::take(&mut self.violations)
    }

    /// What the judges remember.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The same, to be replaced by what was remembered in another state of the same plan.
    pub fn memory_mut(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// Judges of the same plan that remember `memory` and have found nothing yet.
    #[must_use]
    pub fn with_memory(&self, memory: Memory) -> Self {
        Self { facts: Arc::clone(&self.facts), memory, violations: Vec::new() }
    }
}

/// Where a judge reports: the place in the run, and the names.
struct Report<'a> {
    facts: &'a Rules,
    step: Step,
    at: Micros,
    violations: &'a mut Vec<Violation>,
}

impl<'a> Report<'a> {
    /// Adds a violation; the caller fills in what else it is about.
    fn add(&mut self, rule: RuleName, invariant: &'static str, detail: String) -> &mut Violation {
        let (step, at) = (self.step, self.at);
        self.violations.push(Violation {
            rule,
            invariant,
            step,
            at,
            task: None,
            channel: None,
            record: None,
            checkpoint: CheckpointId::NONE,
            detail,
        });
        self.violations.last_mut().expect("one was just pushed")
    }

    /// What a task is called.
    fn task(&self, task: TaskId) -> &'a str {
        self.facts.topology.names.task(task)
    }

    /// What a channel is called.
    fn channel(&self, channel: ChannelId) -> &'a str {
        self.facts.topology.names.channel(channel)
    }
}
