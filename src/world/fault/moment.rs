//! Moments: when what the plan places by meaning, or by record, happens.

use std::ops::Range;

use super::{Placed, What, moment, placed};
use crate::action::Ask;
use crate::ids::{ChannelId, CheckpointId, TaskId};
use crate::plan::{Moment, Phase, Unmet};
use crate::trace::Event;
use crate::world::World;
use crate::world::channel::Item;

impl World {
    /// Looks whether the moment of something placed has come in this step; it happens at once. What it brings about may
    /// be a moment, too.
    pub(in crate::world) fn watch(&mut self) {
        let mut from = 0;
        while from < self.events.len() {
            let until = self.events.len();
            self.watch_events(from..until);
            from = until;
        }
    }

    fn watch_events(&mut self, new: Range<usize>) {
        let mut place = 0;
        while place < self.state.watch.waiting.len() {
            let Placed { what, left } = self.state.watch.waiting[place];
            let moment = match what {
                What::Fault(number) => moment(&self.plan.faults[number as usize]),
                What::User(number) => Some(self.plan.user[number as usize].at),
            };
            let moment = moment.expect("only what has a moment waits for it");
            let seen = self.events[new.clone()].iter().filter(|event| counts(event, moment)).count() as u64;
            let left = left.saturating_sub(seen);
            if left > 0 || !self.has_come(moment) {
                self.state.watch.waiting[place].left = left;
                place += 1;
                continue;
            }
            self.state.watch.waiting.remove(place);
            match what {
                What::Fault(number) => self.strike(self.plan.faults[number as usize]),
                What::User(number) => self.ask_for(number),
            }
        }
    }

    /// What the plan places at a moment that has not come yet: faults, then what people do, each by its place.
    pub fn not_come(&self) -> Vec<Unmet> {
        let plan = &self.plan;
        let waits = |what| self.state.watch.waiting.iter().any(|placed| placed.what == what);
        let is_ahead = |what, moment| match moment {
            Moment::Time(at) => at > self.clock.face.now,
            _ => waits(what),
        };
        let place = |what| match what {
            What::Fault(number) => Unmet::Fault(number as usize),
            What::User(number) => Unmet::User(number as usize),
        };
        placed(plan).filter(|&(what, moment)| is_ahead(what, moment)).map(|(what, _)| place(what)).collect()
    }

    /// Whether something that starts the job again waits for its moment.
    pub(in crate::world) fn is_start_waiting(&self) -> bool {
        let is_start = |placed: &Placed| match placed.what {
            What::User(number) => self.plan.user[number as usize].ask == Ask::Start,
            What::Fault(_) => false,
        };
        self.state.watch.waiting.iter().any(is_start)
    }

    /// Whether a person waits for some restore.
    pub(in crate::world) fn is_user_waiting_for_restore(&self) -> bool {
        let is_restore = |placed: &Placed| match placed.what {
            What::User(number) => matches!(self.plan.user[number as usize].at, Moment::Restore { .. }),
            What::Fault(_) => false,
        };
        self.state.watch.waiting.iter().any(is_restore)
    }

    /// Whether a moment whose events have all been seen is now.
    fn has_come(&self, moment: Moment) -> bool {
        match moment {
            Moment::Record { task, before: true, .. } => {
                let waits = |&channel: &ChannelId| {
                    let remote = self.topology.channels[channel].remote;
                    matches!(self.state.channels[channel].head(remote), Some(Item::Record(_)))
                };
                let runs = self.state.tasks[task].volatile.as_ref().is_some_and(|volatile| volatile.runs());
                runs && (self.inputs(task).is_empty() || self.inputs(task).iter().any(waits))
            }
            _ => true,
        }
    }
}

/// Whether an event counts towards a moment.
fn counts(event: &Event, moment: Moment) -> bool {
    match (moment, *event) {
        (Moment::Record { task, .. }, Event::Received { task: seen, .. } | Event::Emitted { task: seen, .. }) => {
            seen == task
        }
        (Moment::Restore { task, .. }, Event::Deployed { execution }) => execution.task == task,
        (Moment::Trigger(checkpoint), Event::Triggered { id, .. }) => id == checkpoint,
        (Moment::Complete(checkpoint), Event::Completed { id, .. }) => id == checkpoint,
        (Moment::Job(status), Event::Job(seen)) => seen == status,
        (Moment::Barrier { task, checkpoint, phase }, event) => {
            reached(&event).is_some_and(|(seen, id, reached)| (seen, id, reached) == (task, checkpoint, phase))
                || (phase == Phase::Aligned && is_snapshot(&event, task, checkpoint))
        }
        _ => false,
    }
}

fn is_snapshot(event: &Event, task: TaskId, checkpoint: CheckpointId) -> bool {
    matches!(*event, Event::Snapshot { execution, id, .. } if execution.task == task && id == checkpoint)
}

/// The phase of a checkpoint that an event marks.
fn reached(event: &Event) -> Option<(TaskId, CheckpointId, Phase)> {
    Some(match *event {
        Event::BarrierTaken { task, id, .. } => (task, id, Phase::FirstBarrier),
        Event::Snapshot { execution, id, .. } => (execution.task, id, Phase::AfterSnapshot),
        Event::Written { execution, id, .. } => (execution.task, id, Phase::AfterAsync),
        Event::AckSent { execution, id } => (execution.task, id, Phase::AfterAck),
        Event::Acked { from, id, .. } => (from.task, id, Phase::AckTaken),
        Event::Notified { execution, id } => (execution.task, id, Phase::Notified),
        _ => return None,
    })
}
