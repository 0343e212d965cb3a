//! Jobs with a vertex, a subtask or a TaskManager fewer, and what becomes of steps that name tasks and channels.

use super::Simpler;
use crate::action::Action;
use crate::ids::{ChannelId, Id, PerId, TaskId, VertexId};
use crate::operator::Logic;
use crate::plan::{Check, Edge, Expectation, Fault, Manager, Moment, Plan, Topology, User, Vertex, VertexKind};

/// What tasks and channels of one plan are in another; none: they are gone.
#[derive(Clone, Debug)]
pub(super) struct Renamed {
    tasks: Vec<Option<TaskId>>,
    channels: Vec<Option<ChannelId>>,
}

impl Renamed {
    pub(super) fn step(&self, action: Action) -> Option<Action> {
        let task = |task: TaskId| self.tasks[task.index()];
        let channel = |channel: ChannelId| self.channels[channel.index()];
        Some(match action {
            Action::Emit(of) => Action::Emit(task(of)?),
            Action::Idle(of) => Action::Idle(task(of)?),
            Action::Transfer(of) => Action::Transfer(channel(of)?),
            Action::Deliver(of) => Action::Deliver(channel(of)?),
            Action::Rpc(of) => Action::Rpc(task(of)?),
            Action::Async(of, slot) => Action::Async(task(of)?, slot),
            Action::Restore(of) => Action::Restore(task(of)?),
            Action::Report(of) => Action::Report(task(of)?),
            Action::LateAck(of) => Action::LateAck(task(of)?),
            Action::Crash(of) => Action::Crash(task(of)?),
            Action::Detect(_) | Action::CrashManager(_) | Action::Alarm(_) => action,
        })
    }
}

/// Jobs with less in them.
pub(super) fn simpler(plan: &Plan) -> Vec<Simpler> {
    let mut all: Vec<Simpler> = plan.vertices.ids().filter_map(|vertex| without(plan, vertex)).collect();
    all.extend(fewer_subtasks(plan));
    all.extend(fewer_splits(plan));
    if !plan.managers.is_empty() {
        all.push(Simpler::new(WITHOUT_MANAGERS, without_managers(plan)));
        all.extend(crashes_of_tasks(plan));
    }
    all
}

const WITHOUT_MANAGERS: &str = "without task_managers";

/// The plan without TaskManagers, and for each placed crash of one with the crash of one of its tasks.
fn crashes_of_tasks(plan: &Plan) -> Vec<Simpler> {
    let mut all = Vec::new();
    let names = Topology::new(plan).names;
    for fault in &plan.faults {
        let &Fault::CrashManager { manager, at } = fault else { continue };
        let Manager { name, tasks } = &plan.managers[manager.index()];
        for &task in tasks {
            let mut less = without_managers(plan);
            less.faults.push(Fault::Crash { task, at });
            let what = format!("{WITHOUT_MANAGERS}, `{}` for the crash of {name}", names.text(Action::Crash(task)));
            all.push(Simpler::new(what, less));
        }
    }
    all
}

/// The plan without a vertex. Whoever read from it reads from what it read from; whoever only it fed goes with it.
fn without(plan: &Plan, gone: VertexId) -> Option<Simpler> {
    let mut inputs: Vec<Option<Vec<Edge>>> = Vec::new();
    // What a vertex is replaced by as a sender.
    let mut stands_for: Vec<Option<VertexId>> = Vec::new();
    for (vertex, info) in plan.vertices.pairs() {
        let is_source = matches!(info.kind, VertexKind::Source { .. });
        let mut edges = Vec::new();
        for edge in &info.inputs {
            let Some(from) = stands_for[edge.from.index()] else { continue };
            let ship = if from == edge.from { edge.ship } else { plan.vertices[edge.from].inputs[0].ship };
            edges.push(Edge { from, ship });
        }
        let only = edges.first().filter(|_| edges.len() == 1).map(|edge| edge.from);
        let dead = vertex == gone || (!is_source && edges.is_empty());
        stands_for.push(if dead { only.filter(|_| vertex == gone) } else { Some(vertex) });
        inputs.push((!dead).then_some(edges));
    }
    let left = |vertex: VertexId| inputs[vertex.index()].is_some();
    let new_ids: Vec<VertexId> = plan
        .vertices
        .ids()
        .scan(0, |next, vertex| {
            let id = VertexId::at(*next);
            *next += usize::from(left(vertex));
            Some(id)
        })
        .collect();
    let mut vertices = PerId::empty();
    for (vertex, info) in plan.vertices.pairs() {
        let Some(edges) = &inputs[vertex.index()] else { continue };
        let mut info = info.clone();
        info.inputs = edges.iter().map(|edge| Edge { from: new_ids[edge.from.index()], ..*edge }).collect();
        vertices.push(info);
    }
    let vertex_of = |vertex: VertexId| left(vertex).then(|| new_ids[vertex.index()]);
    let sender_of = |vertex: VertexId| stands_for[vertex.index()].map(|vertex| new_ids[vertex.index()]);
    let is_sound = vertices.iter().any(|vertex| matches!(vertex.kind, VertexKind::Source { .. }))
        && connects_equals(&vertices)
        && vertices.iter().all(has_its_inputs);
    is_sound
        .then(|| rebuilt(plan, vertices, format!("without vertex {}", plan.vertices[gone].name), vertex_of, sender_of))
}

/// A join has two inputs.
fn has_its_inputs(vertex: &Vertex) -> bool {
    !matches!(vertex.kind, VertexKind::Operator(Logic::Join { .. })) || vertex.inputs.len() == 2
}

fn connects_equals(vertices: &PerId<VertexId, Vertex>) -> bool {
    vertices.iter().all(|vertex| {
        let equal = |edge: &Edge| !edge.ship.is_pointwise() || vertices[edge.from].parallelism == vertex.parallelism;
        vertex.inputs.iter().all(equal)
    })
}

/// The plan with fewer subtasks of one vertex, and of those that forward edges connect it with.
fn fewer_subtasks(plan: &Plan) -> Vec<Simpler> {
    let mut all = Vec::new();
    for group in groups(plan) {
        let now = plan.vertices[group[0]].parallelism;
        let mut sizes = vec![1, now / 2, now.saturating_sub(1)];
        sizes.retain(|&size| size > 0 && size < now);
        sizes.dedup();
        for size in sizes {
            let mut vertices = plan.vertices.clone();
            for &vertex in &group {
                let info = &mut vertices[vertex];
                if let VertexKind::Source { splits, .. } = &mut info.kind
                    && *splits == info.parallelism
                {
                    *splits = size;
                }
                info.parallelism = size;
            }
            let names: Vec<&str> = group.iter().map(|&vertex| plan.vertices[vertex].name.as_str()).collect();
            let noun = if size == 1 { "subtask" } else { "subtasks" };
            let what = format!("{} with {size} {noun}", names.join(" and "));
            all.push(rebuilt(plan, vertices, what, Some, Some));
        }
    }
    all
}

/// The vertices with more than one subtask, those together that forward edges connect.
fn groups(plan: &Plan) -> Vec<Vec<VertexId>> {
    let mut group_of: Vec<usize> = (0..plan.vertices.len()).collect();
    for (to, vertex) in plan.vertices.pairs() {
        for edge in vertex.inputs.iter().filter(|edge| edge.ship.is_pointwise()) {
            let (one, other) = (group_of[to.index()], group_of[edge.from.index()]);
            group_of.iter_mut().filter(|group| **group == one.max(other)).for_each(|group| *group = one.min(other));
        }
    }
    let members = |group: usize| plan.vertices.ids().filter(|vertex| group_of[vertex.index()] == group).collect();
    let all = (0..plan.vertices.len()).map(members);
    all.filter(|group: &Vec<VertexId>| group.first().is_some_and(|&vertex| plan.vertices[vertex].parallelism > 1))
        .collect()
}

/// The plan with one split for each subtask of a source.
fn fewer_splits(plan: &Plan) -> Vec<Simpler> {
    let mut all = Vec::new();
    for (vertex, info) in plan.vertices.pairs() {
        let mut less = plan.clone();
        if let VertexKind::Source { splits, .. } = &mut less.vertices[vertex].kind
            && *splits > info.parallelism
        {
            *splits = info.parallelism;
            all.push(Simpler::new(format!("{} with a split for each subtask", info.name), less));
        }
    }
    all
}

fn without_managers(plan: &Plan) -> Plan {
    let is_of_manager = |fault: &Fault| matches!(fault, Fault::CrashManager { .. });
    let faults = plan.faults.iter().copied().filter(|fault| !is_of_manager(fault)).collect();
    Plan { managers: Vec::new(), faults, ..plan.clone() }
}

/// The plan with these vertices in place of its own. `vertex_of` says what became of a vertex, `sender_of` who sends in
/// its place. Subtasks that are gone are taken for the last one that is left.
fn rebuilt(
    plan: &Plan,
    vertices: PerId<VertexId, Vertex>,
    what: String,
    vertex_of: impl Fn(VertexId) -> Option<VertexId>,
    sender_of: impl Fn(VertexId) -> Option<VertexId>,
) -> Simpler {
    let old = Topology::new(plan);
    let mut less = Plan { vertices, ..plan.clone() };
    // The TaskManagers name tasks of the old job; without them the expanded job is the same but for who runs where.
    less.managers = Vec::new();
    let new = Topology::new(&less);
    let subtask = |task: TaskId, vertex: Option<VertexId>| {
        let vertex = vertex?;
        let last = less.vertices[vertex].parallelism - 1;
        Some(TaskId(new.first_task[vertex].0 + old.tasks[task].subtask.min(last)))
    };
    let acting = |task: TaskId| subtask(task, vertex_of(old.tasks[task].vertex));
    let channel = |channel: ChannelId| {
        let info = old.channels[channel];
        let (from, to) = (subtask(info.from, sender_of(old.tasks[info.from].vertex))?, acting(info.to)?);
        // Of several edges between two vertices each keeps its place, as long as there are as many.
        let nth = old.edges[info.edge].input;
        let mut found = new.channels.pairs().filter(|(_, info)| (info.from, info.to) == (from, to)).map(|(id, _)| id);
        let same = new
            .channels
            .pairs()
            .find(|(_, info)| (info.from, info.to) == (from, to) && new.edges[info.edge].input == nth);
        same.map(|(id, _)| id).or_else(|| found.next())
    };
    let tasks: Vec<Option<TaskId>> = old.tasks.ids().map(acting).collect();
    let channels = old.channels.ids().map(channel).collect();
    let task_of = |task: TaskId| tasks[task.index()];
    // What is about something that is gone goes with it.
    less.expect =
        plan.expect.iter().filter_map(|expectation| of_expectation(expectation, &vertex_of, &task_of)).collect();
    less.managers = managers(plan, task_of);
    less.faults = plan.faults.iter().filter_map(|&fault| of_fault(fault, &task_of)).collect();
    let kept = |user: &User| Some(User { at: of_moment(user.at, &task_of)?, ..*user });
    less.user = plan.user.iter().filter_map(kept).collect();
    less.random_faults = plan.random_faults.clone().and_then(|mut faults| {
        let any = faults.tasks.is_empty();
        faults.tasks = tasks_of(&faults.tasks, task_of);
        (any || !faults.tasks.is_empty()).then_some(faults)
    });
    let state = plan.storage.state.iter();
    less.storage.state = state.filter_map(|&(vertex, size)| Some((vertex_of(vertex)?, size))).collect();
    let overrides = &mut less.channels.overrides;
    *overrides = plan
        .channels
        .overrides
        .iter()
        .filter_map(|&(from, to, latency)| Some((vertex_of(from)?, vertex_of(to)?, latency)))
        .filter(|&(from, to, _)| less.vertices[to].inputs.iter().any(|edge| edge.from == from))
        .collect();
    Simpler { what, plan: less, renamed: Some(Renamed { tasks, channels }), is_knob: false }
}

fn tasks_of(tasks: &[TaskId], task_of: impl Fn(TaskId) -> Option<TaskId>) -> Vec<TaskId> {
    let mut tasks: Vec<TaskId> = tasks.iter().filter_map(|&task| task_of(task)).collect();
    tasks.sort_unstable();
    tasks.dedup();
    tasks
}

/// The TaskManagers with what is left of their tasks. They keep their places; one that is left without a task stays.
fn managers(plan: &Plan, task_of: impl Fn(TaskId) -> Option<TaskId>) -> Vec<Manager> {
    let mut taken: Vec<TaskId> = Vec::new();
    let mut managers = Vec::new();
    for manager in &plan.managers {
        let mut tasks = tasks_of(&manager.tasks, &task_of);
        tasks.retain(|task| !taken.contains(task));
        taken.extend(&tasks);
        managers.push(Manager { name: manager.name.clone(), tasks });
    }
    managers
}

fn of_moment(at: Moment, task_of: &impl Fn(TaskId) -> Option<TaskId>) -> Option<Moment> {
    Some(match at {
        Moment::Barrier { task, checkpoint, phase } => Moment::Barrier { task: task_of(task)?, checkpoint, phase },
        Moment::Record { task, n, before } => Moment::Record { task: task_of(task)?, n, before },
        Moment::Restore { task, n } => Moment::Restore { task: task_of(task)?, n },
        Moment::Trigger(_) | Moment::Complete(_) | Moment::Job(_) | Moment::Time(_) | Moment::End => at,
    })
}

fn of_expectation(
    expectation: &Expectation,
    vertex_of: &impl Fn(VertexId) -> Option<VertexId>,
    task_of: &impl Fn(TaskId) -> Option<TaskId>,
) -> Option<Expectation> {
    let check = |check: &Check| of_check(check, vertex_of, task_of);
    Some(match expectation {
        Expectation::Always(inner) => Expectation::Always(check(inner)?),
        Expectation::Never(inner) => Expectation::Never(check(inner)?),
        Expectation::Sometimes(inner) => Expectation::Sometimes(check(inner)?),
        Expectation::Violates(rule) => Expectation::Violates(*rule),
    })
}

fn of_check(
    check: &Check,
    vertex_of: &impl Fn(VertexId) -> Option<VertexId>,
    task_of: &impl Fn(TaskId) -> Option<TaskId>,
) -> Option<Check> {
    Some(match check {
        Check::At(moment, inner) => {
            let moment = of_moment(*moment, task_of)?;
            Check::At(moment, Box::new(of_check(inner, vertex_of, task_of)?))
        }
        &Check::State { task, key, is } => Check::State { task: task_of(task)?, key, is },
        &Check::Stored { task, is } => Check::Stored { task: task_of(task)?, is },
        &Check::Final { vertex, total } => Check::Final { vertex: vertex_of(vertex)?, total },
        &Check::ExactlyOnce { sink } => Check::ExactlyOnce { sink: vertex_of(sink)? },
        &Check::Duplicates { sink } => Check::Duplicates { sink: vertex_of(sink)? },
        Check::Output { sink, is } => Check::Output { sink: vertex_of(*sink)?, is: is.clone() },
        &Check::NoLoss { vertex } => Check::NoLoss { vertex: vertex_of(vertex)? },
        &Check::Overcount { vertex } => Check::Overcount { vertex: vertex_of(vertex)? },
        &Check::Late { vertex, count } => Check::Late { vertex: vertex_of(vertex)?, count },
        Check::Job(_)
        | Check::Checkpoint { .. }
        | Check::Checkpoints(..)
        | Check::Restarts(_)
        | Check::Restores { .. }
        | Check::Retained(_)
        | Check::FailedByCheckpoints
        | Check::Explained => check.clone(),
    })
}

fn of_fault(fault: Fault, task_of: &impl Fn(TaskId) -> Option<TaskId>) -> Option<Fault> {
    let moment = |at| of_moment(at, task_of);
    Some(match fault {
        Fault::Crash { task, at } => Fault::Crash { task: task_of(task)?, at: moment(at)? },
        Fault::CrashManager { manager, at } => Fault::CrashManager { manager, at: moment(at)? },
        Fault::Slow { task, thousandths, from, until } => {
            Fault::Slow { task: task_of(task)?, thousandths, from, until }
        }
    })
}
