//! Everything a scenario says, resolved: names have become ids, defaults are filled in, cross checks are done.
//!
//! | file | holds |
//! | --- | --- |
//! | [`job`] | vertices and edges |
//! | [`fault`] | what goes wrong, and when |
//! | [`user`] | what people do to the job |
//! | [`expect`] | what must, may and must not be seen |
//! | [`steps`] | what is coarser than usual |
//! | [`restarts`] | what bounds restarts |
//! | [`storage`] | state backends, checkpoint storage, sizes |
//! | [`topology`] | the job expanded to tasks and channels |
//! | [`simpler`](mod@simpler) | plans with one thing less in them |
//!
//! A plan knows no text: a property test builds one with [`Plan::new`] and the fields, or with `testing`'s strategies.

pub mod expect;
pub mod fault;
pub mod job;
pub mod restarts;
pub mod simpler;
pub mod steps;
pub mod storage;
pub mod topology;
pub mod user;

pub use crate::action::{Ask, Schedule};
pub use expect::{Amount, Check, CheckpointStatus, Expectation, RuleName};
pub use fault::{Defect, Fault, Moment, Phase, RandomFaults, Unmet};
pub use job::{Edge, SinkKind, Vertex, VertexKind};
pub use restarts::Restarts;
pub use simpler::{Simpler, simpler};
pub use steps::{Coarse, Steps};
pub use storage::{Backend, StateSize, Storage, StorageKind, Write};
pub use topology::{TaskInfo, Topology};
pub use user::User;

use crate::ids::{Micros, PerId, TaskId, VertexId};
use crate::protocol::barrier::Foreign;
use crate::protocol::{coordinator, restart};

/// A resolved scenario: what [`crate::world::World`] runs and the oracles judge by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// What it is called; the file's stem unless it says otherwise.
    pub name: String,
    /// What it shows, in a sentence.
    pub about: String,
    /// The seed of every draw of the plan's own run.
    pub seed: u64,
    /// How many runs `run` makes for `Sometimes` and `Violates`.
    pub seeds: u32,
    /// The job graph, sources first: an edge leads from a smaller id to a larger one.
    pub vertices: PerId<VertexId, Vertex>,
    /// Which tasks each TaskManager runs. Empty: one TaskManager runs all of them.
    pub managers: Vec<Manager>,
    /// Queues and latencies between tasks.
    pub channels: Channels,
    /// Latencies outside the channels.
    pub latencies: Latencies,
    /// The checkpoint configuration.
    pub checkpointing: coordinator::Config,
    /// Until the first periodic trigger; drawn from [min pause, interval] if nothing is said (R4).
    pub initial_delay: Option<Micros>,
    /// The restart strategy, resolved by R67.
    pub restart: restart::Config,
    /// How tasks keep their state.
    pub backend: Backend,
    /// Where snapshots go, and how well.
    pub storage: Storage,
    /// Faults placed by hand. A crash whose moment never comes does not strike.
    pub faults: Vec<Fault>,
    /// What people do to the job.
    pub user: Vec<User>,
    /// Crashes drawn from the seed, beside those that are placed.
    pub random_faults: Option<RandomFaults>,
    /// Bounds of untimed runs, and of every run's length.
    pub limits: Limits,
    /// Whether latencies and costs count.
    pub time: Time,
    /// What is coarser than usual.
    pub steps: Steps,
    /// Steps pinned by hand or by a search.
    pub schedule: Schedule,
    /// When the run is cut off, in virtual time.
    pub stop: Option<Micros>,
    /// What must, may and must not be seen.
    pub expect: Vec<Expectation>,
    /// A planted bug: the world does not do what the protocol says. `None` is honest.
    pub defect: Option<Defect>,
    /// A builder's own barrier handler in place of ours, as it is before its first input: every execution gets a copy.
    pub handler: Option<Foreign>,
}

impl Plan {
    /// A plan of this job with Flink's defaults, no faults, no expectations, and nothing pinned.
    pub fn new(name: &str, vertices: PerId<VertexId, Vertex>) -> Self {
        Self {
            name: name.to_owned(),
            about: String::new(),
            seed: 0,
            seeds: 500,
            vertices,
            managers: Vec::new(),
            channels: Channels::default(),
            latencies: Latencies::default(),
            checkpointing: coordinator::Config::default(),
            initial_delay: None,
            restart: restart::Config::None,
            backend: Backend::default(),
            storage: Storage::default(),
            faults: Vec::new(),
            user: Vec::new(),
            random_faults: None,
            limits: Limits::default(),
            time: Time::Timed,
            steps: Steps::default(),
            schedule: Schedule::default(),
            stop: None,
            expect: Vec::new(),
            defect: None,
            handler: None,
        }
    }

    /// Whether some source gives its records a time. Then watermarks flow, and each source ends with the last one.
    pub fn has_event_time(&self) -> bool {
        self.vertices.iter().any(|vertex| match &vertex.kind {
            VertexKind::Source { event_time, .. } => event_time.is_some(),
            VertexKind::Operator(_) | VertexKind::Sink(_) => false,
        })
    }

    /// Whether some source never ends: then the job does not, either.
    pub fn has_endless_source(&self) -> bool {
        self.vertices.iter().any(|vertex| match &vertex.kind {
            VertexKind::Source { records, .. } => records.is_endless(),
            VertexKind::Operator(_) | VertexKind::Sink(_) => false,
        })
    }
}

/// A TaskManager and the tasks in its slots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manager {
    /// What it is called.
    pub name: String,
    /// The tasks it runs, ascending.
    pub tasks: Vec<TaskId>,
}

/// A duration that is fixed or drawn.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Latency {
    /// Always the same.
    Fixed(Micros),
    /// Uniform, both ends included.
    Uniform(Micros, Micros),
}

/// Queues and latencies between tasks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channels {
    /// Capacity of a sender's output queue, in records. A task takes its next record only while each of its outputs
    /// has one of them free.
    pub buffers: u32,
    /// Capacity of a receiver's input queue on a channel between two TaskManagers; on one inside a TaskManager the
    /// receiver reads the sender's queue, as in Flink.
    pub credit: u32,
    /// From the sender's queue to the receiver.
    pub latency: Latency,
    /// Other latencies for some edges, by sender and receiver vertex.
    pub overrides: Vec<(VertexId, VertexId, Latency)>,
}

impl Default for Channels {
    fn default() -> Self {
        Self { buffers: 16, credit: 2, latency: Latency::Fixed(Micros::millis(1)), overrides: Vec::new() }
    }
}

/// Latencies outside the channels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Latencies {
    /// A message between the JobManager and a task.
    pub rpc: Latency,
    /// Until the JobManager notices that a TaskManager is gone.
    pub detection: Latency,
    /// Reading a snapshot at a restore.
    pub restore: Latency,
}

impl Default for Latencies {
    fn default() -> Self {
        let millis = |n| Latency::Fixed(Micros::millis(n));
        Self { rpc: millis(1), detection: millis(50), restore: millis(5) }
    }
}

/// Bounds. Where nothing but one of them keeps the job from going on, a run is inconclusive, never a pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Firings of the periodic trigger in an untimed run.
    pub checkpoints: u32,
    /// Alarms of an untimed run that are taken while something else could still happen.
    pub haste: u32,
    /// Crashes that an untimed run may add to the planned faults. A timed one adds none but those of `random_faults`.
    pub crashes: u32,
    /// Acknowledgements of dead attempts that may still arrive, in an untimed run.
    pub late_acks: u32,
    /// Steps of one run, timed or not.
    pub steps: u64,
    /// Records that each subtask of an endless source reads in an untimed run.
    pub records: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { checkpoints: 3, haste: 0, crashes: 1, late_acks: 0, steps: 1_000_000, records: 100 }
    }
}

/// Whether latencies and costs count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Time {
    /// The earliest due action is next, or a random one.
    #[default]
    Timed,
    /// Latencies and costs are zero; only alarms move the clock. A failure that follows a restart is later than it (R69),
    /// although the clock shows the same.
    Untimed,
}
