//! What is possible, and when it is due.
//!
//! [`World::possible`] is the definition: a guard for each action. The menu is kept up to date by looking again only at
//! what a step touched; debug builds compare with a full scan.

use super::World;
use super::channel::Item;
use super::fault::Budget;
use super::task::{Phase, Volatile};
use super::timers::{Armed, Timers};
use crate::action::{Action, Alarm};
use crate::ids::{ChannelId, ManagerId, Micros, TaskId};
use crate::operator::{SourceState, Work};
use crate::plan::{Coarse, Plan, Steps, VertexKind};

/// What the running step has touched.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched {
    pub(super) action: Option<Action>,
    pub(super) channels: Vec<ChannelId>,
    pub(super) tasks: Vec<TaskId>,
    pub(super) lanes: Vec<(TaskId, Lane)>,
    pub(super) managers: Vec<ManagerId>,
    /// Some timer was armed, cancelled or taken.
    pub(super) timers: bool,
    /// Nothing but alarms and faults was possible before the step.
    idle: bool,
}

/// Which faults can ever be on offer: nobody looks for the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered {
    crashes: bool,
    managers: bool,
    late_acks: bool,
}

impl Offered {
    /// What a run of this plan begins with.
    pub(super) fn new(plan: &Plan, budget: &Budget) -> Self {
        let crashes = budget.crashes > 0;
        Self { crashes, managers: !plan.managers.is_empty(), late_acks: budget.late_acks > 0 }
    }
}

/// What a task does besides handling data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lane {
    /// It takes messages of the JobManager.
    Commands,
    /// It writes snapshots.
    Writes,
    /// The JobManager takes its messages.
    Reports,
    /// All of these, and it reads its state, and dies.
    All,
}

impl Touched {
    /// Says whether nothing but alarms and faults is possible.
    pub(super) fn set_idle(&mut self, idle: bool) {
        self.idle = idle;
    }

    /// Forgets everything, without giving memory back.
    pub(super) fn clear(&mut self) {
        let Self { action, channels, tasks, lanes, managers, timers, idle } = self;
        *action = None;
        channels.clear();
        tasks.clear();
        lanes.clear();
        managers.clear();
        (*timers, *idle) = (false, false);
    }
}

impl World {
    /// The timers, to be changed.
    pub(super) fn timers(&mut self) -> &mut Timers {
        self.touched.timers = true;
        &mut self.state.timers
    }

    /// Whether an action is possible while the job is not over: the definition of the menu.
    #[inline(always)]
    fn possible(&self, action: Action) -> bool {
        match action {
            Action::Emit(task) => self.can_emit(task),
            Action::Transfer(channel) => self.can_transfer(channel),
            Action::Deliver(channel) => self.can_deliver(channel),
            Action::Rpc(task) => {
                let lost = self.state.lost[self.topology.manager_of[task]];
                !self.state.tasks[task].commands.is_empty() && !lost && self.has_room_for_command(task)
            }
            Action::Async(task, slot) => self.writing(task) > usize::from(slot),
            Action::Restore(task) => {
                self.volatile(task).is_some_and(|volatile| matches!(volatile.phase, Phase::Deployed(_)))
            }
            Action::Report(task) => !self.state.tasks[task].reports.is_empty(),
            Action::LateAck(task) => self.state.budget.late_acks > 0 && !self.state.tasks[task].late.is_empty(),
            Action::Detect(manager) => self.state.lost[manager],
            Action::Idle(task) => self.can_fall_idle(task),
            Action::Alarm(_) => unreachable!("alarms are looked at as one"),
            Action::Crash(task) => {
                let offered = task == TaskId(0) || !self.plan.steps.has(Coarse::AtomicRecovery);
                self.state.budget.crashes > 0 && self.volatile(task).is_some() && offered
            }
            Action::CrashManager(manager) => {
                let runs = |(task, home): (TaskId, &ManagerId)| *home == manager && self.volatile(task).is_some();
                self.state.budget.crashes > 0
                    && !self.plan.managers.is_empty()
                    && self.topology.manager_of.pairs().any(runs)
            }
        }
    }

    #[inline]
    fn volatile(&self, task: TaskId) -> Option<&Volatile> {
        self.state.tasks[task].volatile.as_ref()
    }

    /// How many asynchronous parts a task has.
    #[inline]
    fn writing(&self, task: TaskId) -> usize {
        self.volatile(task).map_or(0, |volatile| volatile.writing.len())
    }

    #[inline]
    fn can_emit(&self, task: TaskId) -> bool {
        if self.plan.steps != Steps::default() && !self.has_room_to_emit(task) {
            return false;
        }
        let exact = self.plan.steps.has(Coarse::ExactRoom);
        self.volatile(task).is_some_and(|volatile| {
            (volatile.full == 0 || exact)
                && volatile.runs()
                && !volatile.done
                && match &volatile.data.work {
                    Work::Source(source) => self.record_limit.is_none_or(|limit| self.may_read(task, source, limit)),
                    Work::Operator(_) | Work::Sink | Work::Remembering { .. } => false,
                }
        })
    }

    /// Whether a source may say that nothing has come for a while. One that waits for credit has something.
    fn can_fall_idle(&self, task: TaskId) -> bool {
        self.idle_after(task).is_some()
            && self
                .volatile(task)
                .is_some_and(|volatile| volatile.full == 0 && volatile.runs() && !volatile.done && !volatile.clock.idle)
    }

    fn idle_after(&self, task: TaskId) -> Option<Micros> {
        match self.plan.vertices[self.topology.tasks[task].vertex].kind {
            VertexKind::Source { event_time, .. } => event_time.and_then(|event_time| event_time.idle_after),
            VertexKind::Operator(_) | VertexKind::Sink(_) => None,
        }
    }

    /// Whether a source may go on: it has an end, or has not reached the limit of an untimed run.
    fn may_read(&self, task: TaskId, source: &SourceState, limit: u64) -> bool {
        match &self.plan.vertices[self.topology.tasks[task].vertex].kind {
            VertexKind::Source { records, .. } => !records.is_endless() || source.emitted() < limit,
            VertexKind::Operator(_) | VertexKind::Sink(_) => false,
        }
    }

    /// Whether the limit of records, and not the job, keeps a source from going on.
    pub fn is_out_of_records(&self) -> bool {
        let Some(limit) = self.record_limit else { return false };
        self.topology.tasks.ids().any(|task| match self.volatile(task).map(|volatile| &volatile.data.work) {
            Some(Work::Source(source)) => !self.may_read(task, source, limit),
            _ => false,
        })
    }

    #[inline]
    fn can_transfer(&self, channel: ChannelId) -> bool {
        let info = self.topology.channels[channel];
        info.remote
            && self.state.channels[channel].can_transfer(self.plan.channels.credit)
            && self.volatile(info.to).is_some()
    }

    #[inline]
    fn can_deliver(&self, channel: ChannelId) -> bool {
        let info = &self.topology.channels[channel];
        let Some(head) = self.state.channels[channel].head(info.remote) else { return false };
        if self.plan.steps.has(Coarse::ExactRoom) {
            return self.volatile(info.to).is_some_and(Volatile::runs) && self.has_room_for(channel, head);
        }
        self.volatile(info.to).is_some_and(|volatile| {
            volatile.runs()
                && (volatile.full == 0 || !matches!(head, Item::Record(_) | Item::Watermark(_) | Item::Status { .. }))
        })
    }

    /// The alarm on offer. In untimed runs one that is taken in haste, while something else could still happen, costs
    /// budget; the periodic trigger is free as long as its own bound allows.
    fn possible_alarm(&self) -> Option<(Alarm, Micros)> {
        if self.state.job.is_over() {
            return None;
        }
        let budget = &self.state.budget;
        let (alarm, armed) = self.earliest_alarm()?;
        let free = budget.is_unbounded() || alarm == Alarm::Trigger || self.menu.progress() == 0 || budget.haste > 0;
        free.then(|| (alarm, self.clock.face.reference.plus(armed.left)))
    }

    /// The earliest alarm. A periodic trigger beyond the bound does not count, unless tasks that are done with their data
    /// wait for a last checkpoint (R54) and nothing else can happen.
    pub(super) fn earliest_alarm(&self) -> Option<(Alarm, Armed)> {
        let triggers = self.state.budget.triggers != Some(0) || self.menu.progress() == 0 && self.all_data_has_come();
        let waits = self.plan.steps.has(Coarse::IdleTrigger) && !self.state.coordinator.pending().is_empty();
        // Without a bound on checkpoints, nothing but silence ends a job that ends without a word.
        let is_silent =
            self.plan.steps.has(Coarse::SilentEnd) && self.state.budget.triggers.is_none() && self.is_silent();
        let triggers = triggers && !waits && !is_silent;
        self.state.timers.alarm(|alarm| alarm != Alarm::Trigger || triggers)
    }

    /// When an action that is possible is due.
    #[inline(always)]
    fn due(&self, action: Action) -> Micros {
        let Some(dues) = &self.clock.dues else { return Micros::ZERO };
        let front = |queue: &std::collections::VecDeque<Micros>| queue.front().copied().unwrap_or(Micros::ZERO);
        match action {
            Action::Emit(task) => dues.emit[task].max(dues.busy[task]),
            Action::Transfer(channel) => front(&dues.output[channel]),
            Action::Deliver(channel) => {
                let info = &self.topology.channels[channel];
                let queue = if info.remote { &dues.input[channel] } else { &dues.output[channel] };
                front(queue).max(dues.busy[info.to])
            }
            Action::Rpc(task) => front(&dues.commands[task]).max(dues.busy[task]),
            Action::Async(task, slot) => dues.asyncs[task][usize::from(slot)],
            Action::Restore(task) => dues.restored[task],
            Action::Report(task) => front(&dues.reports[task]),
            Action::Detect(manager) => dues.detected[manager],
            Action::Idle(task) => dues.read[task].plus(self.idle_after(task).unwrap_or(Micros::MAX)),
            Action::Alarm(_) => unreachable!("alarms are looked at as one"),
            // Faults have no time of their own.
            Action::LateAck(_) | Action::Crash(_) | Action::CrashManager(_) => Micros::MAX,
        }
    }

    #[inline(always)]
    fn look(&mut self, action: Action) {
        self.offer(action, self.possible(action));
    }

    #[inline(always)]
    fn offer(&mut self, action: Action, possible: bool) {
        let due = if possible && self.menu.is_ordered() { self.due(action) } else { Micros::ZERO };
        self.menu.set(action, possible, due);
    }

    pub(super) fn look_at_alarm(&mut self) {
        match self.possible_alarm() {
            Some((alarm, due)) => self.menu.set(Action::Alarm(alarm), true, due),
            None => self.menu.set(Action::Alarm(Alarm::Stop), false, Micros::ZERO),
        }
    }

    /// Looks again at what the step has touched.
    #[inline]
    pub(super) fn refresh(&mut self) {
        if !self.refresh_but_alarm() {
            return;
        }
        // Which alarm is offered depends on the timers, and on whether anything else could happen.
        let idle = self.menu.progress() == 0;
        // Coarser steps make that depend on the coordinator, and on what is under way, too.
        if self.touched.timers || idle || self.touched.idle || self.plan.steps != Steps::default() {
            self.look_at_alarm();
        }
        (self.touched.timers, self.touched.idle) = (false, idle);
        #[cfg(debug_assertions)]
        self.check_menu();
    }

    /// Looks again at what the step has touched, but not at the alarm; whether anything can still happen.
    #[inline]
    pub(super) fn refresh_but_alarm(&mut self) -> bool {
        if self.state.job.is_over() {
            self.menu.clear();
            self.touched.clear();
            return false;
        }
        if let Some(action) = self.touched.action.take()
            && !matches!(action, Action::Alarm(_))
        {
            self.look(action);
        }
        while let Some(channel) = self.touched.channels.pop() {
            self.look_at_channel(channel);
        }
        while let Some(task) = self.touched.tasks.pop() {
            self.look_at_task(task);
        }
        while let Some((task, lane)) = self.touched.lanes.pop() {
            match lane {
                Lane::Commands => self.look(Action::Rpc(task)),
                Lane::Writes => self.look_at_writes(task),
                Lane::Reports => self.look(Action::Report(task)),
                Lane::All => self.look_at_lanes(task),
            }
        }
        while let Some(manager) = self.touched.managers.pop() {
            self.look(Action::Detect(manager));
            self.look(Action::CrashManager(manager));
        }
        true
    }

    #[inline]
    fn look_at_channel(&mut self, channel: ChannelId) {
        if self.topology.channels[channel].remote {
            self.look(Action::Transfer(channel));
        }
        self.look(Action::Deliver(channel));
    }

    /// Looks at everything that a task can do with data.
    fn look_at_task(&mut self, task: TaskId) {
        self.look(Action::Emit(task));
        if self.event_time {
            self.look(Action::Idle(task));
        }
        for input in 0..self.topology.tasks[task].inputs.len() {
            self.look_at_channel(self.topology.tasks[task].inputs[input]);
        }
    }

    /// Looks at everything that a task does besides.
    fn look_at_lanes(&mut self, task: TaskId) {
        self.look(Action::Rpc(task));
        self.look_at_writes(task);
        self.look(Action::Restore(task));
        self.look(Action::Report(task));
        if self.offered.late_acks {
            self.look(Action::LateAck(task));
        }
        if self.offered.crashes {
            self.look(Action::Crash(task));
        }
        if self.offered.crashes && self.offered.managers {
            self.look(Action::CrashManager(self.topology.manager_of[task]));
        }
    }

    fn look_at_writes(&mut self, task: TaskId) {
        let writing = self.writing(task);
        for slot in 0..self.menu.alphabet().slots() as u8 {
            self.offer(Action::Async(task, slot), writing > usize::from(slot));
        }
    }

    /// Looks at everything.
    pub(super) fn refresh_all(&mut self) {
        for task in self.topology.tasks.ids() {
            self.touched.tasks.push(task);
            self.touched.lanes.push((task, Lane::All));
        }
        self.touched.managers.extend(self.state.lost.ids());
        self.touched.timers = true;
        self.touched.tasks.reverse();
        self.touched.lanes.reverse();
        self.refresh();
    }

    /// The menu as a full scan gives it: the definition that the kept menu must agree with.
    #[cfg(debug_assertions)]
    pub(crate) fn check_menu(&self) {
        if self.topology.tasks.len() > 64 || self.state.job.is_over() {
            return;
        }
        let mut scanned = self.clone();
        scanned.menu.clear();
        let topology = std::sync::Arc::clone(&self.topology);
        for task in topology.tasks.ids() {
            scanned.look_at_task(task);
            scanned.look_at_lanes(task);
        }
        for manager in topology.manager_of.iter() {
            scanned.look(Action::Detect(*manager));
            scanned.look(Action::CrashManager(*manager));
        }
        scanned.look_at_alarm();
        assert!(
            scanned.menu.offers_same(&self.menu),
            "the kept menu {:?} differs from the scanned one {:?}",
            self.menu.iter().map(|action| topology.names.text(action)).collect::<Vec<_>>(),
            scanned.menu.iter().map(|action| topology.names.text(action)).collect::<Vec<_>>(),
        );
    }
}
