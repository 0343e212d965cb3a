//! Crashes, and the faults of the plan that wait for their moment.

mod moment;

use smallvec::SmallVec;

use super::World;
use super::offers::Lane;
use super::task::Report;
use super::timers::Timer;
use crate::action::Action;
use crate::draw::{Draws, Stream};
use crate::ids::{ChannelId, ManagerId, Micros, TaskId};
use crate::operator::Work;
use crate::plan::{Coarse, Defect, Fault, Moment, Plan, Schedule, Time};
use crate::trace::{Event, Origin};

/// What faults and alarms may still happen in an untimed run. In a timed run nothing is bounded, and no fault is offered
/// but as many crashes as the plan's schedule pins.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Budget {
    /// Crashes.
    pub crashes: u32,
    /// Acknowledgements of dead attempts.
    pub late_acks: u32,
    /// Alarms taken while something else could still happen.
    pub haste: u32,
    /// Firings of the periodic trigger; `None`: any number.
    pub triggers: Option<u32>,
}

impl Budget {
    pub(super) fn new(plan: &Plan, time: Time) -> Self {
        let limits = &plan.limits;
        match time {
            Time::Timed => Self { crashes: pinned_crashes(&plan.schedule), late_acks: 0, haste: 0, triggers: None },
            Time::Untimed => Self {
                crashes: limits.crashes.max(plan.random_faults.as_ref().map_or(0, |faults| faults.at_most)),
                late_acks: limits.late_acks,
                haste: limits.haste,
                triggers: Some(limits.checkpoints),
            },
        }
    }

    /// Whether this is a timed run.
    #[inline]
    pub fn is_unbounded(&self) -> bool {
        self.triggers.is_none()
    }
}

/// What waits for its moment: its number among those of the plan. Drawn faults have numbers behind the plan's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum What {
    Fault(u32),
    User(u32),
}

/// A fault, or something that a person does, that waits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Placed {
    what: What,
    /// How many more records, or restores, until its moment.
    left: u64,
}

/// The faults that wait for their moment, and what planted defects count.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Watch {
    waiting: SmallVec<[Placed; 2]>,
    drawn: Vec<(TaskId, Micros)>,
    placed_in_plan: u32,
    until_drop: Option<u8>,
}

impl Watch {
    pub(super) fn new(plan: &Plan, time: Time, seed: u64) -> Self {
        let waiting = placed(plan).filter_map(|(what, moment)| {
            let left = match moment {
                Moment::Record { n, before, .. } => n - u64::from(before),
                Moment::Restore { n, .. } => u64::from(n),
                Moment::Barrier { .. } | Moment::Trigger(_) | Moment::Complete(_) | Moment::Job(_) => 1,
                Moment::Time(_) | Moment::End => return None,
            };
            Some(Placed { what, left })
        });
        Self {
            waiting: waiting.collect(),
            drawn: if time == Time::Timed { draw(plan, seed) } else { Vec::new() },
            placed_in_plan: plan.faults.len() as u32,
            until_drop: (plan.defect == Some(Defect::DroppedRecord)).then_some(2),
        }
    }

    #[inline]
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// What is placed by time: timers and times.
    pub(super) fn times(&self, plan: &Plan) -> Vec<(Timer, Micros)> {
        let timed = placed(plan).filter_map(|(what, moment)| match (what, moment) {
            (What::Fault(number), Moment::Time(at)) => Some((Timer::Fault(number), at)),
            (What::User(number), Moment::Time(at)) => Some((Timer::User(number), at)),
            _ => None,
        });
        let drawn = self.drawn.iter().zip(self.placed_in_plan..).map(|(&(_, at), number)| (Timer::Fault(number), at));
        timed.chain(drawn).collect()
    }

    /// Whether the planted defect loses the record that is being sent.
    pub(super) fn drops(&mut self) -> bool {
        let drops = self.until_drop == Some(0);
        self.until_drop = self.until_drop.and_then(|left| left.checked_sub(1));
        drops
    }
}

/// Everything that the plan places at a moment.
fn placed(plan: &Plan) -> impl Iterator<Item = (What, Moment)> {
    let faults = plan.faults.iter().zip(0..).filter_map(|(fault, number)| Some((What::Fault(number), moment(fault)?)));
    faults.chain(plan.user.iter().zip(0..).map(|(user, number)| (What::User(number), user.at)))
}

fn moment(fault: &Fault) -> Option<Moment> {
    match *fault {
        Fault::Crash { at, .. } | Fault::CrashManager { at, .. } => Some(at),
        Fault::Slow { .. } => None,
    }
}

/// How many crashes a schedule pins.
fn pinned_crashes(schedule: &Schedule) -> u32 {
    let is_crash = |action: &Action| matches!(action, Action::Crash(_) | Action::CrashManager(_));
    let count = match schedule {
        Schedule::Free => 0,
        Schedule::Prefix(actions) => actions.iter().filter(|action| is_crash(action)).count(),
        Schedule::Deviations(steps) => steps.iter().filter(|(_, action)| is_crash(action)).count(),
    };
    count as u32
}

/// Draws the random crashes of a seed: how many, then whom and when.
fn draw(plan: &Plan, seed: u64) -> Vec<(TaskId, Micros)> {
    let Some(faults) = &plan.random_faults else { return Vec::new() };
    let tasks: u32 = plan.vertices.iter().map(|vertex| vertex.parallelism).sum();
    let mut draws = Draws::new(seed, Stream::Fault);
    let count = u64::from(faults.at_least) + draws.pick(u64::from(faults.at_most - faults.at_least) + 1);
    let one = |draws: &mut Draws| {
        let task = match faults.tasks.as_slice() {
            [] => TaskId(draws.pick(u64::from(tasks)) as u32),
            among => among[draws.pick(among.len() as u64) as usize],
        };
        (task, draws.between(faults.within.0, faults.within.1))
    };
    (0..count).map(|_| one(&mut draws)).collect()
}

impl World {
    /// An action that costs budget costs it now.
    pub(super) fn spend(&mut self, action: Action) {
        let busy = self.menu.progress() > 0;
        let budget = &mut self.state.budget;
        let unbounded = budget.is_unbounded();
        match action {
            Action::Crash(_) | Action::CrashManager(_) => budget.crashes -= 1,
            _ if unbounded => return,
            Action::LateAck(_) => budget.late_acks -= 1,
            Action::Alarm(alarm) if busy && alarm != crate::action::Alarm::Trigger => return budget.haste -= 1,
            _ => return,
        }
        if budget.crashes == 0 || budget.late_acks == 0 {
            self.touched.lanes.extend(self.topology.tasks.ids().map(|task| (task, Lane::All)));
            self.touched.managers.extend(self.state.lost.ids());
        }
    }

    /// A task dies; its TaskManager will report it.
    pub(super) fn crash(&mut self, task: TaskId) {
        if self.plan.steps.has(Coarse::AtomicRecovery) {
            return self.recover_at_once();
        }
        self.fail(task, Origin::Fault);
    }

    /// A task dies for this reason; its TaskManager will report it.
    pub(super) fn fail(&mut self, task: TaskId, origin: Origin) {
        if self.state.tasks[task].volatile.is_none() {
            return;
        }
        self.lose(task, origin);
        self.tell(task, Report::Failed(origin));
    }

    /// A TaskManager dies with all its tasks, and with their messages that were not yet delivered.
    pub(super) fn crash_manager(&mut self, manager: ManagerId) {
        self.emit(Event::ManagerCrashed { manager });
        let tasks: Vec<TaskId> =
            self.topology.manager_of.pairs().filter(|&(_, &home)| home == manager).map(|(task, _)| task).collect();
        for task in tasks {
            if self.state.tasks[task].volatile.is_some() {
                self.lose(task, Origin::Manager);
            }
            // Also what a task said before it ended: it would be taken for the word of its next attempt.
            self.silence(task);
        }
        self.state.lost[manager] = true;
        self.touched.lanes.extend(self.topology.tasks.ids().map(|task| (task, Lane::All)));
        if let Some(dues) = &mut self.clock.dues {
            dues.lost(manager, self.clock.face.now);
        }
        self.touched.managers.push(manager);
    }

    /// An execution is gone with everything that it held, and with the channels at it.
    fn lose(&mut self, task: TaskId, origin: Origin) {
        let execution = self.execution(task);
        self.remember_late(task);
        self.wipe(task);
        self.emit(Event::Crashed { execution, origin });
    }

    /// Acknowledgements under way are lost with their sender, unless the plan allows that they still arrive.
    fn remember_late(&mut self, task: TaskId) {
        let execution = self.execution(task);
        if self.state.budget.late_acks > 0 {
            let state = &mut *self.state.tasks[task];
            let acks = state.reports.iter().filter_map(|report| match report {
                Report::Ack(id) => Some((execution, *id)),
                _ => None,
            });
            state.late.extend(acks);
        }
        if let Some(dues) = &mut self.clock.dues {
            dues.reports[task].clear();
        }
        let state = &mut self.state.tasks[task];
        state.reports.clear();
    }

    /// What a task has said and not been heard is lost.
    fn silence(&mut self, task: TaskId) {
        self.state.tasks[task].reports.clear();
        if let Some(dues) = &mut self.clock.dues {
            dues.reports[task].clear();
        }
        self.touched.lanes.push((task, Lane::All));
    }

    /// Takes everything from an execution: its volatile state and the channels at it.
    pub(super) fn wipe(&mut self, task: TaskId) {
        let state = &mut *self.state.tasks[task];
        if self.plan.defect == Some(Defect::NoRewind)
            && let Some(Work::Source(source)) = state.volatile.take().map(|volatile| volatile.data.work)
        {
            state.remembered = Some(source);
        }
        state.volatile = None;
        if let Some(dues) = &mut self.clock.dues {
            dues.asyncs[task].clear();
            dues.busy[task] = self.clock.face.now;
        }
        let outputs = self.topology.tasks[task].outputs.iter().flat_map(|output| output.channels());
        let channels: SmallVec<[ChannelId; 16]> = self.inputs(task).iter().copied().chain(outputs).collect();
        for channel in channels {
            self.close(channel);
        }
        self.touched.tasks.push(task);
        self.touched.lanes.push((task, Lane::All));
    }

    fn close(&mut self, channel: ChannelId) {
        let full = self.state.channels[channel].records >= self.plan.channels.buffers;
        self.state.channels[channel].close();
        if let Some(dues) = &mut self.clock.dues {
            dues.drain(channel);
        }
        let sender = self.topology.channels[channel].from;
        if full && let Some(volatile) = &mut self.state.tasks[sender].volatile {
            volatile.full -= 1;
            self.touched.tasks.push(sender);
        }
        // Also a barrier takes room there, and a message of the JobManager may wait for it.
        if self.plan.steps.has(Coarse::ExactRoom) {
            self.touched.tasks.push(sender);
            self.touched.lanes.push((sender, Lane::Commands));
        }
        self.touched.channels.push(channel);
    }

    /// The time of a fault has come.
    pub(super) fn planned_fault(&mut self, number: u32) {
        match self.plan.faults.get(number as usize) {
            Some(&fault) => self.strike(fault),
            None => {
                let (task, _) = self.state.watch.drawn[number as usize - self.plan.faults.len()];
                self.crash(task);
            }
        }
    }

    fn strike(&mut self, fault: Fault) {
        match fault {
            Fault::Crash { task, .. } => self.crash(task),
            Fault::CrashManager { manager, .. } => self.crash_manager(manager),
            Fault::Slow { .. } => {}
        }
    }
}
