//! The virtual cluster: a JobManager, tasks, channels, storage, an external system. The only interpreter of effects.
//!
//! The world keeps a menu of what may happen next; [`World::apply`] performs exactly one entry, atomically, and reports
//! what happened as events. It neither chooses nor judges.
//!
//! | file | holds |
//! | --- | --- |
//! | [`channel`] | output and input queues, credit, the blocked bit |
//! | [`task`] | what a crash takes, what it leaves; messages to and from the JobManager |
//! | [`storage`], [`external`] | what survives: snapshots, transactions |
//! | [`clock`], [`timers`] | absolute time and latencies; alarms and deadlines |
//! | [`watermark`] | event time |
//! | `data` | one step of the data plane: emit, transfer, deliver |
//! | `part` | a task's part in a checkpoint |
//! | `coordinate` | what the coordinator asks for |
//! | `life` | one execution: deployment, restore, cancellation, its end |
//! | `job` | the JobManager: messages, failures, the end |
//! | `failover` | restarts |
//! | `fault` | crashes, placed faults |
//! | `user` | what people do to the job |
//! | `coarse` | what a plan makes coarser than usual |
//! | `parts` | the state in parts, for those who search |
//! | `ports` | why something is not possible, and what is left over, for those who search |
//! | `offers` | what is possible, and when it is due |
//! | `defect` | planted bugs |

pub mod channel;
pub mod clock;
pub mod external;
pub mod storage;
pub mod task;
pub mod timers;
pub mod watermark;

mod coarse;
mod coordinate;
mod data;
mod defect;
mod failover;
mod fault;
mod job;
mod life;
mod offers;
mod part;
mod parts;
mod ports;
mod stuck;
mod user;

pub(crate) use parts::Tables;

use std::sync::Arc;

use channel::Channel;
use clock::Clock;
use external::External;
use fault::{Budget, Watch};
use storage::Storage;
use task::{Phase, Task, Volatile};
use timers::{Timer, Timers};

use crate::action::{Action, Alphabet, Menu};
use crate::draw::{Draws, Stream};
use crate::ids::{ChannelId, CheckpointId, ManagerId, Micros, PerId, RuleSet, TaskId};
use crate::operator::Outputs;
use crate::parts::Part;
use crate::plan::{Coarse, Plan, SinkKind, Time, Topology};
use crate::protocol::coordinator::{self, Coordinator};
use crate::protocol::two_phase::TwoPhase;
use crate::protocol::{barrier, restart, two_phase};
use crate::trace::{Event, JobStatus};

/// Everything that decides the future, and nothing else.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct State {
    /// The job.
    pub job: Part<job::Job>,
    /// The tasks: what a crash takes and what it leaves are two parts of each.
    pub tasks: PerId<TaskId, Part<Task>>,
    /// The channels.
    pub channels: PerId<ChannelId, Part<Channel>>,
    /// TaskManagers that are gone and not missed yet.
    pub lost: Part<PerId<ManagerId, bool>>,
    /// The checkpoint coordinator.
    pub coordinator: Part<Coordinator>,
    /// The restart strategy.
    pub strategy: Part<restart::Strategy>,
    /// The timers of the JobManager, with the time that each has left: no date is in here.
    pub timers: Part<Timers>,
    /// Checkpoint storage.
    pub storage: Part<Storage>,
    /// The system that sinks write to.
    pub external: Part<External>,
    /// What faults and alarms may still happen.
    pub budget: Part<Budget>,
    /// Placed faults that wait for their moment.
    pub watch: Part<Watch>,
}

/// The virtual cluster. It offers and performs; it neither chooses nor judges.
///
/// ```
/// use std::sync::Arc;
///
/// use cutline::plan::{Time, Topology};
/// use cutline::testing::reference;
/// use cutline::world::World;
///
/// let plan = Arc::new(reference(2, 1, 0, 2));
/// let topology = Arc::new(Topology::new(&plan));
/// let mut world = World::new(&plan, &topology, 0, Time::Untimed, false);
/// // Whoever drives it is a policy: this one takes the first entry that is no fault.
/// while world.menu().len() > world.menu().faults() {
///     world.apply(world.menu().nth(0));
/// }
/// assert!(world.is_over());
/// ```
#[derive(Clone, Debug)]
pub struct World {
    plan: Arc<Plan>,
    topology: Arc<Topology>,
    state: State,
    clock: Clock,
    menu: Menu,
    events: Vec<Event>,
    touched: offers::Touched,
    scratch: Scratch,
    time: Time,
    seed: u64,
    offered: offers::Offered,
    /// How many records each subtask of an endless source may read, if that is bounded.
    record_limit: Option<u64>,
    /// Whether records have a time.
    event_time: bool,
}

/// Buffers that steps use and leave empty.
#[derive(Clone, Debug, Default)]
struct Scratch {
    outputs: Outputs,
    handler: Vec<barrier::Effect>,
    task: Vec<crate::protocol::task::Effect>,
    coordinator: Vec<coordinator::Effect>,
    strategy: Vec<restart::Effect>,
    sink: Vec<two_phase::Effect>,
    valve: Vec<crate::protocol::valve::Effect>,
    /// Which rules of the machines have acted since the start.
    rules: RuleSet,
}

impl World {
    /// A cluster whose job has just been started: all tasks run, nothing has been read. The first events are those of
    /// the start.
    pub fn new(plan: &Arc<Plan>, topology: &Arc<Topology>, seed: u64, time: Time, ordered: bool) -> Self {
        let tasks = topology.tasks.len();
        let timed = time == Time::Timed;
        let alphabet = Alphabet::new(
            tasks,
            topology.channels.len(),
            topology.managers(),
            plan.checkpointing.max_concurrent.saturating_add(1).min(8),
        );
        let state = State {
            job: Part::new(job::Job::default()),
            tasks: PerId::new(tasks, |_| Part::new(Task::default())),
            channels: PerId::new(topology.channels.len(), |_| Part::new(Channel::default())),
            lost: Part::new(PerId::new(topology.managers(), |_| false)),
            coordinator: Part::new(Coordinator::new()),
            strategy: Part::new(restart::Strategy::new(&plan.restart)),
            timers: Part::new(Timers::default()),
            storage: Part::new(Storage::default()),
            external: Part::new(External::new(tasks)),
            budget: Part::new(Budget::new(plan, time)),
            watch: Part::new(Watch::default()),
        };
        let offered = offers::Offered::new(plan, &state.budget);
        let mut world = Self {
            plan: Arc::clone(plan),
            topology: Arc::clone(topology),
            state,
            clock: Clock::new(plan, topology, timed),
            menu: Menu::new(alphabet, ordered),
            events: Vec::new(),
            touched: offers::Touched::default(),
            scratch: Scratch::default(),
            time,
            seed,
            offered,
            event_time: plan.has_event_time(),
            record_limit: (!timed && plan.has_endless_source()).then_some(plan.limits.records),
        };
        world.reset(seed);
        world
    }

    /// Starts another run of the same plan, as [`World::new`] would with this seed, without giving memory back.
    pub fn reset(&mut self, seed: u64) {
        let State { job, tasks, channels, lost, coordinator, strategy, timers, storage, external, budget, watch } =
            &mut self.state;
        let mode = self.plan.checkpointing.effective_mode();
        **job = job::Job::default();
        for id in tasks.ids() {
            let (data, handler) = (self.topology.fresh(&self.plan, id), defect::handler(&self.plan, mode));
            tasks[id].reset(Volatile::new(Phase::Running, data, handler, CheckpointId::NONE));
        }
        channels.iter_mut().for_each(|channel| channel.reopen());
        lost.iter_mut().for_each(|lost| *lost = false);
        **coordinator = Coordinator::new();
        **strategy = restart::Strategy::new(&self.plan.restart);
        timers.retain(|_| false);
        storage.clear();
        external.clear();
        **budget = Budget::new(&self.plan, self.time);
        **watch = Watch::new(&self.plan, self.time, seed);
        self.clock.reset(seed);
        self.menu.reset();
        self.events.clear();
        self.touched.clear();
        self.seed = seed;
        self.scratch.rules = RuleSet::default();
        self.start();
    }

    fn start(&mut self) {
        self.emit(Event::Job(JobStatus::Running));
        for task in self.topology.tasks.ids() {
            if self.topology.sink(&self.plan, task) == Some(SinkKind::TwoPhaseCommit) {
                self.state.tasks[task].volatile.as_mut().expect("all tasks run").sink = Some(TwoPhase::new());
                self.sink_step(task, CheckpointId::NONE, two_phase::Input::Open(&[]));
            }
        }
        for (timer, moment) in self.state.watch.times(&self.plan) {
            self.arm(timer, moment);
        }
        if let Some(stop) = self.plan.stop {
            self.arm(Timer::Stop, stop);
        }
        if let Some(initial_delay) = self.initial_delay() {
            self.coordinate(coordinator::Input::Start { initial_delay });
        }
        self.refresh_all();
    }

    /// Until the first periodic trigger of the job's life, if it has any; drawn anew for each life.
    fn initial_delay(&self) -> Option<Micros> {
        let interval = self.plan.checkpointing.effective_interval()?;
        Some(self.plan.initial_delay.unwrap_or_else(|| {
            let pause = self.plan.checkpointing.effective_min_pause();
            let seed = self.seed.wrapping_add(u64::from(self.state.job.lives));
            Draws::new(seed, Stream::InitialDelay).between(pause.min(interval), interval)
        }))
    }

    /// Performs one action of the menu, atomically. What happened is in [`World::events`] until the next one.
    ///
    /// # Panics
    /// In debug builds if the action is not on the menu.
    pub fn apply(&mut self, action: Action) {
        self.perform(action);
        self.refresh();
    }

    /// The action itself; what it touched is still to be looked at.
    #[inline(always)]
    fn perform(&mut self, action: Action) {
        debug_assert!(self.menu.contains(action), "{} is not on the menu", self.topology.names.text(action));
        self.events.clear();
        self.menu.forget_fresh();
        if self.clock.dues.is_some() {
            self.advance(self.menu.due(action));
        }
        self.spend(action);
        self.menu.set(action, false, Micros::ZERO);
        self.touched.action = Some(action);
        match action {
            Action::Emit(task) => self.read(task),
            Action::Transfer(channel) => self.transfer(channel),
            Action::Deliver(channel) => self.deliver(channel),
            Action::Rpc(task) => self.command(task),
            Action::Async(task, slot) => self.end_async(task, slot),
            Action::Restore(task) => self.restore(task),
            Action::Report(task) => self.report(task),
            Action::LateAck(task) => self.late_ack(task),
            Action::Detect(manager) => self.detect(manager),
            Action::Idle(task) => self.fall_idle(task),
            Action::Alarm(alarm) => self.alarm(alarm),
            Action::Crash(task) => self.crash(task),
            Action::CrashManager(manager) => self.crash_manager(manager),
        }
        if self.state.watch.is_waiting() {
            self.watch();
        }
        if self.plan.steps.has(Coarse::ExactRoom) {
            self.touch_room(action);
        }
    }

    /// What may happen next.
    #[inline]
    pub fn menu(&self) -> &Menu {
        &self.menu
    }

    /// What the last step, or the start, has brought about.
    #[inline]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Which rules of the protocol's machines have acted since the start.
    pub fn rules(&self) -> RuleSet {
        self.scratch.rules
    }

    /// Virtual time; no part of a step.
    #[inline]
    pub fn now(&self) -> Micros {
        self.clock.face.peek().now
    }

    /// Everything that decides the future.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The job's status.
    pub fn status(&self) -> JobStatus {
        self.state.job.status
    }

    /// Whether latencies and costs count.
    pub fn time(&self) -> Time {
        self.time
    }

    /// The plan that the world was made of.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The plan's tasks and channels.
    pub fn topology(&self) -> &Arc<Topology> {
        &self.topology
    }

    #[inline]
    fn emit(&mut self, event: Event) {
        self.events.push(event);
    }
}
