//! A second, naive judge's ground truth: the job run once without failures, sources and tasks in turn.
//!
//! It shares no code with the witness. What it says of a vertex may be compared with another run only where every order
//! of merging brings the same records there: [`Reference::decides`].

use std::collections::{BTreeMap, VecDeque};

use crate::ids::{ChannelId, Name, PerId, TaskId, VertexId};
use crate::operator::{Logic, Outputs, Record, Ship, SourceState, TaskState, Work, time};
use crate::plan::{Coarse, Plan, Topology, VertexKind};

/// The outcome of a job without failures.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The state of each task at the end.
    pub states: PerId<TaskId, TaskState>,
    /// The sum of the names of the records that each task absorbed: those that a source read, those that others took.
    pub lineage: PerId<TaskId, Name>,
    /// The names of the records that the tasks of each vertex absorbed, ascending, as often as they did.
    pub absorbed: PerId<VertexId, Vec<Name>>,
    /// The values that each vertex absorbed, ascending: for a sink its output.
    pub values: PerId<VertexId, Vec<i64>>,
    decided: PerId<VertexId, bool>,
    /// At which vertices a record without a name is told from others by its value.
    by_value: PerId<VertexId, bool>,
    origins: BTreeMap<Name, Origin>,
}

/// Which record of a source a record comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The source.
    pub source: TaskId,
    /// The split.
    pub split: u32,
    /// The offset there, from 0.
    pub index: u64,
}

impl Reference {
    /// Whether every failure-free run brings the same records to this vertex, whatever the order of merging.
    pub fn decides(&self, vertex: VertexId) -> bool {
        self.decided[vertex]
    }

    /// By what a record at this vertex is told from others: by its name; where records have none ([`Coarse::Nameless`]),
    /// by its value, unless that depends on the order of merging.
    pub fn identity(&self, vertex: VertexId, name: Name, value: i64) -> Name {
        if self.by_value[vertex] { Name(u128::from(value.cast_unsigned())) } else { name }
    }

    /// Which record of a source a record comes from; `None` if it occurs in no such run as this one.
    pub fn origin(&self, name: Name) -> Option<Origin> {
        self.origins.get(&name).copied()
    }
}

/// Runs the job of a plan to its end, without failures. `None` if an operator throws, if it takes more steps than the
/// plan allows, or if a source has no end.
pub fn reference(plan: &Plan, topology: &Topology) -> Option<Reference> {
    if plan.has_endless_source() {
        return None;
    }
    let (decided, values) = decided(plan, topology);
    let nameless = plan.steps.has(Coarse::Nameless);
    let mut run = Run {
        plan,
        nameless,
        topology,
        channels: PerId::new(topology.channels.len(), |_| VecDeque::new()),
        outcome: Reference {
            states: PerId::new(topology.tasks.len(), |task| topology.fresh(plan, task)),
            lineage: PerId::new(topology.tasks.len(), |_| Name(0)),
            absorbed: PerId::new(plan.vertices.len(), |_| Vec::new()),
            values: PerId::new(plan.vertices.len(), |_| Vec::new()),
            decided,
            by_value: values.iter().map(|&values| nameless && values).collect(),
            origins: BTreeMap::new(),
        },
        outputs: Outputs::default(),
        steps: 0,
    };
    loop {
        let before = run.steps;
        for task in topology.tasks.ids() {
            run.read(task);
            for &channel in &topology.tasks[task].inputs {
                run.take(task, channel)?;
            }
        }
        if run.steps == before {
            break;
        }
        if run.steps > plan.limits.steps {
            return None;
        }
    }
    // All data has come and no watermark was ever sent: now all time passes, at each task once nothing more can come to
    // it. Vertices are in topological order, and so are tasks.
    for task in topology.tasks.ids() {
        run.end(task)?;
    }
    let mut outcome = run.outcome;
    outcome.absorbed.iter_mut().for_each(|names| names.sort_unstable());
    outcome.values.iter_mut().for_each(|values| values.sort_unstable());
    Some(outcome)
}

struct Run<'a> {
    plan: &'a Plan,
    topology: &'a Topology,
    nameless: bool,
    channels: PerId<ChannelId, VecDeque<Record>>,
    outcome: Reference,
    outputs: Outputs,
    steps: u64,
}

impl Run<'_> {
    fn read(&mut self, task: TaskId) {
        let vertex = self.topology.tasks[task].vertex;
        let VertexKind::Source { records, .. } = &self.plan.vertices[vertex].kind else { return };
        let share = self.topology.share(self.plan, task).expect("a source has a share");
        let Work::Source(source) = &mut self.outcome.states[task].work else { unreachable!("it is a source") };
        let Some(slot) = source.next_slot(records, share) else { return };
        let mut read = source.read(slot, records, share);
        if self.nameless {
            read.record.name = Name(0);
        } else {
            let origin = Origin { source: task, split: read.split, index: read.index };
            self.outcome.origins.insert(read.record.name, origin);
        }
        self.absorb(task, read.record);
        self.ship(task, read.record);
    }

    fn take(&mut self, task: TaskId, channel: ChannelId) -> Option<()> {
        let Some(record) = self.channels[channel].pop_front() else { return Some(()) };
        self.absorb(task, record);
        let Work::Operator(operator) = &mut self.outcome.states[task].work else { return Some(()) };
        let input = self.topology.edges[self.topology.channels[channel].edge].input;
        self.outputs.start(self.topology.tasks[task].vertex, &record, time::START);
        operator.process(input as usize, record, &mut self.outputs).ok()?;
        let origin = self.outcome.origin(record.name);
        self.ship_outputs(task, origin);
        Some(())
    }

    /// A task takes what is left, and its timers fire.
    fn end(&mut self, task: TaskId) -> Option<()> {
        for &channel in &self.topology.tasks[task].inputs {
            while !self.channels[channel].is_empty() {
                self.take(task, channel)?;
            }
        }
        let Work::Operator(operator) = &mut self.outcome.states[task].work else { return Some(()) };
        self.outputs.start_firing(self.topology.tasks[task].vertex, time::END);
        operator.advance(&mut self.outputs).ok()?;
        self.ship_outputs(task, None);
        Some(())
    }

    fn ship_outputs(&mut self, task: TaskId, origin: Option<Origin>) {
        for at in 0..self.outputs.records().len() {
            let output = self.outputs.records()[at];
            self.outcome.origins.extend(origin.map(|origin| (output.name, origin)));
            self.ship(task, output);
        }
    }

    fn absorb(&mut self, task: TaskId, record: Record) {
        let (vertex, lineage) = (self.topology.tasks[task].vertex, &mut self.outcome.lineage[task]);
        *lineage = Name(lineage.0.wrapping_add(record.name.0));
        let identity = self.outcome.identity(vertex, record.name, record.value);
        self.outcome.absorbed[vertex].push(identity);
        self.outcome.values[vertex].push(record.value);
        self.steps += 1;
    }

    fn ship(&mut self, task: TaskId, record: Record) {
        for (at, output) in self.topology.tasks[task].outputs.iter().enumerate() {
            let edge = self.topology.edges[output.edge];
            let turn = &mut self.outcome.states[task].turns[at];
            let channels = &mut self.channels;
            edge.ship.route(record, turn, edge.receivers, edge.max_parallelism, |receiver, record| {
                channels[ChannelId(output.first.0 + receiver)].push_back(record);
            });
        }
    }
}

/// What does not depend on the order of merging, of what leaves a vertex.
#[derive(Clone, Copy)]
struct Fixed {
    /// Which records there are.
    names: bool,
    /// The value of each.
    values: bool,
    /// The order in which each subtask sends them.
    order: bool,
}

/// For each vertex, whether the same records come to it in every order of merging. An aggregation that merges gives its
/// records other values in another order; a filter behind it then lets others through. And whether they have the same
/// values there, too.
fn decided(plan: &Plan, topology: &Topology) -> (PerId<VertexId, bool>, PerId<VertexId, bool>) {
    let mut leaving: PerId<VertexId, Fixed> = PerId::empty();
    let (mut decided, mut valued) = (PerId::empty(), PerId::empty());
    let timely = topology.tasks.ids().all(|task| is_timely(plan, topology, task));
    for (vertex, info) in plan.vertices.pairs() {
        let from = |fixed: fn(&Fixed) -> bool| info.inputs.iter().all(|edge| fixed(&leaving[edge.from]));
        let by_value = info.inputs.iter().filter(|edge| matches!(edge.ship, Ship::Where(_)));
        let names = from(|fixed| fixed.names) && by_value.clone().all(|edge| leaving[edge.from].values);
        let values = from(|fixed| fixed.values);
        let merges = topology.tasks_of(plan, vertex).any(|task| topology.tasks[task].inputs.len() > 1);
        let order = !merges && names && values && from(|fixed| fixed.order);
        let fixed = match &info.kind {
            VertexKind::Source { .. } => Fixed { names: true, values: true, order: true },
            VertexKind::Sink(_) => Fixed { names, values, order },
            VertexKind::Operator(logic) => match logic {
                Logic::Map(_) | Logic::Repeat(_) | Logic::Union => Fixed { names, values, order },
                Logic::Filter(_) | Logic::FailOn(_) => Fixed { names: names && values, values, order },
                Logic::Sum
                | Logic::SumPerKey
                | Logic::Count
                | Logic::CountPerKey
                | Logic::Pick(_)
                | Logic::PickPerKey(_)
                | Logic::OrderSensitive => Fixed { names, values: order, order },
                // Which record is late depends on how far its neighbours are.
                Logic::Window { .. } => {
                    let all = names && values && timely;
                    Fixed { names: all, values: all, order: all }
                }
                Logic::Join { .. } => Fixed { names: names && values && timely, values, order: order && timely },
                // Which of several equal records comes first and passes depends on the order.
                Logic::Distinct | Logic::Own(_) => Fixed { names: order, values: order, order },
            },
        };
        decided.push(names);
        valued.push(names && values);
        leaving.push(fixed);
    }
    (decided, valued)
}

/// Whether no record of a source can be late: each is as near to the newest one before it as the source says.
fn is_timely(plan: &Plan, topology: &Topology, task: TaskId) -> bool {
    let Some(share) = topology.share(plan, task) else { return true };
    let (Some(event_time), VertexKind::Source { records, .. }) = (share.event_time, &plan.vertices[share.vertex].kind)
    else {
        return true;
    };
    // Whom nobody waits for may come late.
    if event_time.idle_after.is_some() {
        return false;
    }
    let (mut source, mut newest) = (SourceState::new(share), time::START);
    for _ in 0..=plan.limits.steps {
        let Some(slot) = source.next_slot(records, share) else { return true };
        let Some(read) = source.read(slot, records, share).record.time else { return true };
        if read <= event_time.watermark(newest) {
            return false;
        }
        newest = newest.max(read);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Micros;
    use crate::operator::{KeyBy, Predicate, Records};
    use crate::oracle::story;
    use crate::plan::Edge;

    #[test]
    fn the_story_without_its_failure() {
        let plan = story::plan();
        let outcome = reference(&plan, &story::topology(&plan)).expect("nothing throws");
        assert_eq!(
            outcome.values.iter().collect::<Vec<_>>(),
            [&vec![1, 2, 3, 4], &vec![1, 2, 3, 4], &vec![1, 3, 6, 10]]
        );
        assert_eq!(outcome.states[story::SUM].view(0), 10);
        assert_eq!(outcome.lineage[story::SUM], outcome.lineage[story::SRC]);
        assert_eq!(outcome.absorbed[VertexId(0)], outcome.absorbed[VertexId(1)]);
        let third = outcome.origin(story::name(3)).expect("it was read");
        assert_eq!(third, Origin { source: story::SRC, split: 0, index: 2 });
    }

    #[test]
    fn too_long_or_throwing_has_no_outcome() {
        let mut plan = story::plan();
        plan.limits.steps = 5;
        assert!(reference(&plan, &story::topology(&plan)).is_none());
        let mut plan = story::plan();
        plan.vertices[VertexId(1)].kind = VertexKind::Operator(Logic::FailOn(3));
        assert!(reference(&plan, &story::topology(&plan)).is_none());
        let mut plan = story::plan();
        let source = VertexKind::Source { records: Records::Endless, splits: 1, every: Micros::ZERO, event_time: None };
        plan.vertices[VertexId(0)].kind = source;
        assert!(reference(&plan, &story::topology(&plan)).is_none());
    }

    #[track_caller]
    fn check(parallelism: u32, logic: Logic, ship: Ship, expected: bool) {
        let mut plan = story::plan();
        plan.vertices[VertexId(0)].parallelism = parallelism;
        plan.vertices[VertexId(1)].kind = VertexKind::Operator(logic);
        plan.vertices[VertexId(2)].inputs = vec![Edge { from: VertexId(1), ship }];
        let outcome = reference(&plan, &story::topology(&plan)).expect("nothing throws");
        assert_eq!(outcome.decides(VertexId(2)), expected);
    }

    #[test]
    fn values_behind_a_merge_decide_nothing() {
        let even = Ship::Where(Predicate::Even);
        check(1, Logic::Sum, even, true);
        check(2, Logic::Sum, Ship::Hash(KeyBy::Value), true);
        check(2, Logic::Sum, even, false);
        check(2, Logic::Filter(Predicate::Odd), even, true);
        check(2, Logic::OrderSensitive, Ship::Forward, true);
        check(2, Logic::Union, even, true);
        check(1, Logic::Distinct, Ship::Forward, true);
        check(2, Logic::Distinct, Ship::Forward, false);
    }
}
