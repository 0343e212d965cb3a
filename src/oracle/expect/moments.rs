//! When a moment of a run comes, told from its events.

use super::facts::Facts;
use super::{Seen, checks};
use crate::ids::{CheckpointId, Micros, TaskId};
use crate::plan::{Check, Moment, Phase, Topology};
use crate::protocol::coordinator::Answer;
use crate::trace::Event;

/// A check that is to be made at a moment.
#[derive(Debug)]
pub(super) struct Watched {
    /// The number of the expectation.
    pub(super) expectation: usize,
    moment: Moment,
    check: Check,
    /// How many events of its kind there were.
    count: u64,
    state: State,
}

/// How far the moment has come.
#[derive(Debug)]
enum State {
    /// Not yet.
    Ahead,
    /// This event is it: the check is made before or after it.
    Here(Side),
    /// The check is made once all keys of a restored task are known.
    Restoring,
    /// It came; this was seen.
    Over(Seen),
}

/// On which side of its event a moment lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Before,
    After,
    AfterKeys,
}

impl Watched {
    pub(super) fn new(expectation: usize, moment: Moment, check: Check) -> Self {
        Self { expectation, moment, check, count: 0, state: State::Ahead }
    }

    pub(super) fn reset(&mut self) {
        self.count = 0;
        self.state = State::Ahead;
    }

    /// Looks at an event before the facts know it.
    pub(super) fn before(&mut self, facts: &Facts, now: Micros, event: &Event) {
        match self.state {
            State::Ahead => {}
            State::Restoring if matches!(event, Event::Holds { .. }) => return,
            State::Restoring => return self.make(facts),
            State::Here(_) | State::Over(_) => return,
        }
        // A clock that shows a later time has shown this one, after everything that happened until then.
        if let Moment::Time(time) = self.moment {
            if now > time {
                self.make(facts);
            }
        } else if let Some(side) = self.arrives(&facts.topology, event) {
            match side {
                Side::Before => self.make(facts),
                Side::After | Side::AfterKeys => self.state = State::Here(side),
            }
        }
    }

    /// Looks again, once the facts know the event.
    pub(super) fn after(&mut self, facts: &Facts) {
        match self.state {
            State::Here(Side::AfterKeys) => self.state = State::Restoring,
            State::Here(_) => self.make(facts),
            State::Ahead | State::Restoring | State::Over(_) => {}
        }
    }

    /// What was seen, at the end of the run, when the clock showed `now`.
    pub(super) fn seen(&self, facts: &Facts, now: Micros, end: &super::End<'_>) -> Seen {
        match (&self.state, self.moment) {
            (_, Moment::Time(_)) if !facts.timed => Seen::NotJudged("times mean nothing in untimed runs".to_owned()),
            (State::Over(seen), _) => seen.clone(),
            (_, Moment::End) => checks::seen(facts, &self.check, CheckpointId::NONE, Some(end)),
            (_, Moment::Time(time)) if now >= time => checks::seen(facts, &self.check, CheckpointId::NONE, None),
            (State::Restoring | State::Here(_), _) => checks::seen(facts, &self.check, self.around(), None),
            (State::Ahead, _) => Seen::NotJudged(format!("{} never came", self.words(facts))),
        }
    }

    fn make(&mut self, facts: &Facts) {
        self.state = State::Over(checks::seen(facts, &self.check, self.around(), None));
    }

    /// The checkpoint that the moment names.
    fn around(&self) -> CheckpointId {
        match self.moment {
            Moment::Barrier { checkpoint: id, .. } | Moment::Trigger(id) | Moment::Complete(id) => id,
            Moment::Record { .. } | Moment::Restore { .. } | Moment::Job(_) | Moment::Time(_) | Moment::End => {
                CheckpointId::NONE
            }
        }
    }

    /// Whether the moment comes with this event, and on which side of it.
    fn arrives(&mut self, topology: &Topology, event: &Event) -> Option<Side> {
        let mut count = |wanted: u64| {
            self.count += 1;
            self.count == wanted
        };
        match (self.moment, *event) {
            (
                Moment::Record { task, n, before },
                Event::Emitted { task: by, .. } | Event::Received { task: by, .. },
            ) => {
                let side = if before { Side::Before } else { Side::After };
                (by == task && count(n)).then_some(side)
            }
            (Moment::Restore { task, n }, Event::Restored { execution, .. }) => {
                (execution.task == task && count(u64::from(n))).then_some(Side::AfterKeys)
            }
            (Moment::Trigger(wanted), Event::Triggered { id, .. })
            | (Moment::Complete(wanted), Event::Completed { id, .. }) => (id == wanted).then_some(Side::After),
            (Moment::Job(wanted), Event::Job(status)) => (status == wanted).then_some(Side::After),
            (Moment::Barrier { task, checkpoint, phase }, _) => {
                let (by, id, reached) = phase_of(event)?;
                let inputs = topology.tasks[task].inputs.len() as u64;
                let here = by == task
                    && id == checkpoint
                    && match (phase, reached) {
                        (Phase::Aligned, Phase::FirstBarrier) => count(inputs),
                        // A source has no barriers before its snapshot, nor has an input that has ended.
                        (Phase::FirstBarrier | Phase::Aligned, Phase::AfterSnapshot) => true,
                        (wanted, reached) => wanted == reached,
                    };
                here.then_some(Side::After)
            }
            _ => None,
        }
    }

    fn words(&self, facts: &Facts) -> String {
        let names = &facts.topology.names;
        match self.moment {
            Moment::Barrier { task, checkpoint, .. } => {
                format!("this phase of checkpoint {checkpoint} at `{}`", names.task(task))
            }
            Moment::Record { task, n, .. } => format!("record {n} of `{}`", names.task(task)),
            Moment::Trigger(id) => format!("the trigger of checkpoint {id}"),
            Moment::Complete(id) => format!("the end of checkpoint {id}"),
            Moment::Restore { task, n } => format!("restore {n} of `{}`", names.task(task)),
            Moment::Job(status) => format!("the status {status:?}"),
            Moment::Time(time) => format!("{time} s"),
            Moment::End => "the end".to_owned(),
        }
    }
}

/// Which phase of whose part in which checkpoint an event tells of. Each barrier is told as the first.
fn phase_of(event: &Event) -> Option<(TaskId, CheckpointId, Phase)> {
    match *event {
        Event::BarrierTaken { task, id, .. } => Some((task, id, Phase::FirstBarrier)),
        Event::Snapshot { execution, id, .. } => Some((execution.task, id, Phase::AfterSnapshot)),
        Event::Written { execution, id, stored: true, .. } => Some((execution.task, id, Phase::AfterAsync)),
        Event::AckSent { execution, id } => Some((execution.task, id, Phase::AfterAck)),
        Event::Acked { id, from, answer: Answer::Success } => Some((from.task, id, Phase::AckTaken)),
        Event::Notified { execution, id } => Some((execution.task, id, Phase::Notified)),
        _ => None,
    }
}
