//! The job expanded: subtasks become tasks, edges become channels, all with dense ids.

use super::{Coarse, Manager, Plan, SinkKind, VertexKind};
use crate::action::Names;
use crate::ids::{ChannelId, EdgeId, Id, ManagerId, PerId, SmallSet, TaskId, VertexId};
use crate::key_group;
use crate::operator::source::Share;
use crate::operator::{Operation, Ship, SourceState, TaskState, Work};

/// The job expanded to tasks and channels. Flink: `ExecutionGraph`, without attempts.
#[derive(Clone, Debug)]
pub struct Topology {
    /// What is known of each task.
    pub tasks: PerId<TaskId, TaskInfo>,
    /// What is known of each channel.
    pub channels: PerId<ChannelId, ChannelInfo>,
    /// What is known of each edge.
    pub edges: PerId<EdgeId, EdgeInfo>,
    /// The first task of each vertex; its subtasks follow.
    pub first_task: PerId<VertexId, TaskId>,
    /// The TaskManager of each task.
    pub manager_of: PerId<TaskId, ManagerId>,
    /// The tasks of each region, and the region of each task.
    regions: (Vec<SmallSet>, PerId<TaskId, usize>),
    /// What tasks, channels and TaskManagers are called.
    pub names: Names,
}

/// A task: its place in the job.
#[derive(Clone, Debug)]
pub struct TaskInfo {
    /// Its vertex.
    pub vertex: VertexId,
    /// Which subtask of it.
    pub subtask: u32,
    /// Its incoming channels, in the order of input edges and senders: the position is the input's number.
    pub inputs: Vec<ChannelId>,
    /// Its outgoing edges with the range of its channels on each, ascending.
    pub outputs: Vec<Output>,
}

/// A task's share of an outgoing edge.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// The edge.
    pub edge: EdgeId,
    /// Its first channel of this task; the others follow, one for each receiver.
    pub first: ChannelId,
    /// How many channels.
    pub count: u32,
}

impl Output {
    /// The task's channels on this edge.
    pub fn channels(self) -> impl Iterator<Item = ChannelId> + use<> {
        (self.first.0..self.first.0 + self.count).map(ChannelId)
    }
}

/// A channel: who sends, who receives.
#[derive(Clone, Copy, Debug)]
pub struct ChannelInfo {
    /// Its edge.
    pub edge: EdgeId,
    /// The sending task.
    pub from: TaskId,
    /// The receiving task.
    pub to: TaskId,
    /// Its number among the receiver's inputs.
    pub input: u32,
    /// Whether sender and receiver run in different TaskManagers.
    pub remote: bool,
}

/// An edge: how it ships.
#[derive(Clone, Copy, Debug)]
pub struct EdgeInfo {
    /// The sending vertex.
    pub from: VertexId,
    /// The receiving vertex.
    pub to: VertexId,
    /// Its number among the receiving vertex's inputs.
    pub input: u32,
    /// Which channels a record takes.
    pub ship: Ship,
    /// The parallelism of the receiving vertex.
    pub receivers: u32,
    /// The number of key groups of the receiving vertex: it bounds the parallelism that its state could be restored with
    /// (R76).
    pub max_parallelism: u32,
}

impl Topology {
    /// Expands a plan: vertices in their order, subtasks of each by number, then edges by receiver and input.
    ///
    /// # Panics
    /// If an edge comes from a vertex that does not exist.
    pub fn new(plan: &Plan) -> Self {
        let mut tasks = PerId::empty();
        let mut first_task = PerId::empty();
        let mut task_names = PerId::empty();
        for (vertex, info) in plan.vertices.pairs() {
            first_task.push(TaskId::at(tasks.len()));
            for subtask in 0..info.parallelism {
                tasks.push(TaskInfo { vertex, subtask, inputs: Vec::new(), outputs: Vec::new() });
                task_names.push(match info.parallelism {
                    1 => info.name.clone(),
                    _ => format!("{}[{subtask}]", info.name),
                });
            }
        }
        let manager_of = managers_of(&plan.managers, tasks.len());
        let mut topology = Self {
            tasks,
            channels: PerId::empty(),
            edges: PerId::empty(),
            first_task,
            manager_of,
            regions: (Vec::new(), PerId::empty()),
            names: Names::default(),
        };
        for (to, vertex) in plan.vertices.pairs() {
            for (input, edge) in vertex.inputs.iter().enumerate() {
                topology.connect(plan, edge.from, to, input as u32, edge.ship);
            }
        }
        topology.number_inputs();
        topology.regions = topology.find_regions();
        let ends = topology.channels.iter().map(|channel| (channel.from, channel.to)).collect();
        let managers = match plan.managers.as_slice() {
            [] => ["tm".to_owned()].into_iter().collect(),
            managers => managers.iter().map(|manager| manager.name.clone()).collect(),
        };
        topology.names = Names::new(task_names, ends, managers);
        topology
    }

    fn connect(&mut self, plan: &Plan, from: VertexId, to: VertexId, input: u32, ship: Ship) {
        let (senders, receivers) = (plan.vertices[from].parallelism, plan.vertices[to].parallelism);
        let max_parallelism = key_group::default_max_parallelism(receivers);
        let edge = self.edges.push(EdgeInfo { from, to, input, ship, receivers, max_parallelism });
        for sender in 0..senders {
            let from = TaskId(self.first_task[from].0 + sender);
            let (first_receiver, count) = if ship.is_pointwise() { (sender, 1) } else { (0, receivers) };
            let first = ChannelId::at(self.channels.len());
            for receiver in first_receiver..first_receiver + count {
                let to = TaskId(self.first_task[to].0 + receiver);
                let remote = self.manager_of[from] != self.manager_of[to];
                self.channels.push(ChannelInfo { edge, from, to, input: 0, remote });
            }
            self.tasks[from].outputs.push(Output { edge, first, count });
        }
    }

    fn number_inputs(&mut self) {
        for channel in self.channels.ids() {
            let inputs = &mut self.tasks[self.channels[channel].to].inputs;
            self.channels[channel].input = inputs.len() as u32;
            inputs.push(channel);
        }
    }

    fn find_regions(&self) -> (Vec<SmallSet>, PerId<TaskId, usize>) {
        let none = usize::MAX;
        let (mut regions, mut region_of) = (Vec::new(), PerId::new(self.tasks.len(), |_| none));
        for first in self.tasks.ids() {
            let mut found = vec![first];
            let mut region = SmallSet::new();
            while let Some(task) = found.pop() {
                if region_of[task] == none {
                    region_of[task] = regions.len();
                    region.insert(task.index());
                    let TaskInfo { inputs, outputs, .. } = &self.tasks[task];
                    found.extend(inputs.iter().map(|&input| self.channels[input].from));
                    let outputs = outputs.iter().flat_map(|output| output.channels());
                    found.extend(outputs.map(|output| self.channels[output].to));
                }
            }
            if !region.is_empty() {
                regions.push(region);
            }
        }
        (regions, region_of)
    }

    /// All tasks connected with this one: what fails over together (R60). Flink: `PipelinedRegion`.
    pub fn region(&self, task: TaskId) -> &SmallSet {
        let (regions, region_of) = &self.regions;
        &regions[region_of[task]]
    }

    /// How many TaskManagers there are.
    pub fn managers(&self) -> usize {
        self.names.managers().len()
    }

    /// The tasks of a vertex.
    pub fn tasks_of(&self, plan: &Plan, vertex: VertexId) -> impl Iterator<Item = TaskId> + use<> {
        let first = self.first_task[vertex].0;
        (first..first + plan.vertices[vertex].parallelism).map(TaskId)
    }

    /// A source task's share of its splits; `None` for other tasks.
    pub fn share(&self, plan: &Plan, task: TaskId) -> Option<Share> {
        let TaskInfo { vertex, subtask, .. } = self.tasks[task];
        match plan.vertices[vertex].kind {
            VertexKind::Source { splits, event_time, .. } => {
                let parallelism = plan.vertices[vertex].parallelism;
                Some(Share { vertex, splits, subtask, parallelism, event_time })
            }
            _ => None,
        }
    }

    /// How a task's sink writes; `None` for other tasks.
    pub fn sink(&self, plan: &Plan, task: TaskId) -> Option<SinkKind> {
        match plan.vertices[self.tasks[task].vertex].kind {
            VertexKind::Sink(kind) => Some(kind),
            _ => None,
        }
    }

    /// The state of a task before its first record: what it starts with if there is no checkpoint.
    pub fn fresh(&self, plan: &Plan, task: TaskId) -> TaskState {
        let info = &self.tasks[task];
        let work = match &plan.vertices[info.vertex].kind {
            VertexKind::Source { .. } => {
                Work::Source(SourceState::new(self.share(plan, task).expect("a source has a share")))
            }
            VertexKind::Operator(logic) => Work::Operator(Operation::new(logic)),
            VertexKind::Sink(_) if plan.steps.has(Coarse::Nameless) => Work::Remembering { count: 0, last: 0 },
            VertexKind::Sink(_) => Work::Sink,
        };
        TaskState { work, turns: smallvec::SmallVec::from_elem(0, info.outputs.len()) }
    }
}

fn managers_of(managers: &[Manager], tasks: usize) -> PerId<TaskId, ManagerId> {
    PerId::new(tasks, |task| {
        let home = managers.iter().position(|manager| manager.tasks.contains(&task));
        ManagerId::at(home.unwrap_or(0))
    })
}
