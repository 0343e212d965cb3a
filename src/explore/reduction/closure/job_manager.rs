//! The part of the JobManager: lanes, the trigger, and what completes a checkpoint.

use super::Closure;
use crate::action::{Action, Alarm};
use crate::explore::reduction::{Granularity, Mutant, Node, Rule};
use crate::ids::{Id, TaskId};
use crate::world::World;
use crate::world::task::Report;

impl Closure {
    pub(super) fn lane(&mut self, rule: &Rule, world: &World, task: TaskId) {
        let state = world.state();
        if !rule.laws {
            self.invalid = true;
            return;
        }
        self.ask_all();
        let Some(head) = state.tasks[task].reports.front() else {
            return match state.tasks[task].volatile.as_ref() {
                Some(volatile) if !volatile.writing.is_empty() => self.add(Node::Async(task)),
                _ => self.add(Node::Task(task)),
            };
        };
        self.actions.push(Action::Report(task));
        match head {
            // A request that waits is overtaken by the one that follows the last end of data.
            Report::Ack(_) if rule.granularity == Granularity::Usual => {
                let triggers = state.budget.triggers != Some(0);
                let queued = !state.coordinator.queued().is_empty();
                if triggers || queued {
                    self.last_end_of_data(rule, world);
                }
                // The last one starts the checkpoint that waits, and an alarm in between lets its timeout begin later.
                if triggers && queued {
                    self.add(Node::Trigger);
                }
            }
            Report::Ack(_) | Report::OldAck(..) => {}
            Report::EndOfData => {
                // It may be the last one, and ask for a checkpoint.
                if state.budget.triggers != Some(0) {
                    self.add(Node::Trigger);
                }
                self.acknowledgement(rule, world);
            }
            _ => self.invalid = true,
        }
    }

    pub(super) fn trigger(&mut self, rule: &Rule, world: &World) {
        let state = world.state();
        if !rule.laws {
            self.invalid = true;
            return;
        }
        self.ask_all();
        let trigger = Action::Alarm(Alarm::Trigger);
        let possible = world.menu().contains(trigger);
        if possible {
            self.actions.push(trigger);
            if rule.granularity == Granularity::Coarse && rule.trigger_is_volatile {
                self.cover(TaskId(0));
            }
        } else if state.coordinator.pending().is_empty() {
            self.invalid = true;
            return;
        }
        if !possible || rule.granularity == Granularity::Usual {
            self.acknowledgement(rule, world);
        }
        if rule.granularity == Granularity::Usual {
            self.last_end_of_data(rule, world);
        }
    }

    /// The pending checkpoint cannot complete before one acknowledgement that is missing.
    pub(super) fn acknowledgement(&mut self, rule: &Rule, world: &World) {
        if rule.has(Mutant::NoAcknowledgement) {
            return;
        }
        let state = world.state();
        let Some(pending) = state.coordinator.pending().first() else { return };
        let is_written = |task: TaskId| {
            let task = &state.tasks[task];
            !task.reports.is_empty() || task.volatile.as_ref().is_some_and(|volatile| !volatile.writing.is_empty())
        };
        let mut lane = None;
        let mut part = None;
        for execution in pending.outstanding() {
            let task = execution.task;
            if self.has(Node::Lane(task)) || !is_written(task) && self.has(Node::Task(task)) {
                return;
            }
            if !state.tasks[task].reports.is_empty() {
                lane = lane.or(Some(task));
            } else if is_written(task) {
                part = part.or(Some(task));
            }
        }
        let first = pending.outstanding().next().map(|execution| execution.task);
        match (lane, part, first) {
            (Some(task), ..) => self.add(Node::Lane(task)),
            (None, Some(task), _) => self.add(Node::Async(task)),
            (None, None, Some(task)) => self.add(Node::Task(task)),
            (None, None, None) => self.invalid = true,
        }
    }

    /// The last end of data cannot be known before one that is missing.
    pub(super) fn last_end_of_data(&mut self, rule: &Rule, world: &World) {
        if rule.has(Mutant::NoEndOfData) {
            return;
        }
        let state = world.state();
        let missing = |task: &TaskId| !state.tasks[*task].end_of_data;
        let done = |task: TaskId| state.tasks[task].volatile.as_ref().is_some_and(|volatile| volatile.done);
        let tasks = || (0..self.tasks).map(TaskId::at).filter(missing);
        // What a task says goes behind what it has said.
        let speaks = |task: TaskId| !state.tasks[task].reports.is_empty() && self.has(Node::Lane(task));
        let held = tasks().any(|task| speaks(task) || !done(task) && self.has(Node::Task(task)));
        if held {
            return;
        }
        if let Some(task) = tasks().next() {
            self.add(if done(task) { Node::Lane(task) } else { Node::Task(task) });
        }
    }
}
