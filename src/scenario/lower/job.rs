//! The job graph: vertices in any order become vertices in topological order, names become ids.

use std::collections::BTreeMap;

use super::{edge, graph, time};
use crate::ids::{Id, Micros, PerId, TaskId, VertexId};
use crate::key_group::MAX_PARALLELISM;
use crate::operator::{Logic, Pick, Records, Ship, Total};
use crate::plan::{Edge, SinkKind, Vertex, VertexKind};
use crate::scenario::read::{Raw, Reader};
use crate::scenario::{defaults, syntax, words};

/// More tasks are refused.
const MOST_TASKS: u64 = 100_000;
/// More channels are refused.
const MOST_CHANNELS: u64 = 5_000_000;
/// More splits of all sources together are refused.
const MOST_SPLITS: u64 = 1_000_000;
/// More splits of one subtask are refused: it looks at all of them before each record.
const MOST_SPLITS_OF_A_SUBTASK: u32 = 1_000;
/// More records out of one are refused: all of them are made in one step.
const MOST_REPETITIONS: u32 = 1_000;

/// The lowered job, and what its parts are called.
#[derive(Default)]
pub(super) struct Job {
    /// The vertices, in topological order.
    pub(super) vertices: PerId<VertexId, Vertex>,
    by_name: BTreeMap<String, VertexId>,
    /// The first task of each vertex; its subtasks follow.
    first_task: PerId<VertexId, TaskId>,
    /// Whether a vertex could not be read: an unknown name may then be its name.
    incomplete: bool,
}

/// A vertex that has been read, but for its inputs.
pub(super) struct Draft<'a> {
    pub(super) at: Raw<'a>,
    name_at: Raw<'a>,
    pub(super) vertex: Vertex,
    inputs_at: Raw<'a>,
    /// Whether it is what was written; else something in it stands in for a mistake.
    pub(super) sound: bool,
}

/// An input that has been resolved: the sender's place in the file.
pub(super) struct Input<'a> {
    at: Raw<'a>,
    pub(super) from: usize,
    ship: Ship,
}

impl Job {
    /// Lowers `job`.
    pub(super) fn lower<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Self {
        let Some(list) = raw.given() else {
            r.missing(raw, "there is no job").help("add `job: [Source(..), Sink(..)]`");
            return Self { incomplete: true, ..Self::default() };
        };
        let Some(elements) = r.read::<Vec<Raw<'a>>>(list) else {
            return Self { incomplete: true, ..Self::default() };
        };
        if elements.is_empty() {
            r.error(raw, "empty-job", "the job is empty").help("add a source and a sink");
        }
        let mut drafts: Vec<Draft<'a>> =
            elements.iter().map_while(|&raw| (!r.is_full()).then(|| draft(r, raw))).flatten().collect();
        let incomplete = drafts.len() < elements.len();
        let places = places(r, &drafts);
        let mut inputs: Vec<Vec<Input<'a>>> = Vec::new();
        for place in 0..drafts.len() {
            let errors = r.errors();
            inputs.push(self::inputs(r, &drafts[place], &drafts, &places, incomplete));
            drafts[place].sound &= r.errors() == errors;
        }
        check_size(r, raw, &drafts, &inputs);
        time::check(r, &drafts, &inputs);
        let needs: Vec<Vec<usize>> =
            inputs.iter().map(|inputs| inputs.iter().map(|input| input.from).collect()).collect();
        let order = graph::topological(&needs).unwrap_or_else(|cycle| {
            report_cycle(r, &drafts, &inputs, &cycle);
            (0..drafts.len()).collect()
        });
        Self::assemble(drafts, &inputs, &order, incomplete)
    }

    fn assemble<'a>(drafts: Vec<Draft<'a>>, inputs: &[Vec<Input<'a>>], order: &[usize], incomplete: bool) -> Self {
        let mut job = Self { incomplete, ..Self::default() };
        let mut ids = vec![VertexId::default(); drafts.len()];
        for (position, &place) in order.iter().enumerate() {
            ids[place] = VertexId::at(position);
        }
        let mut tasks = 0;
        let mut drafts: Vec<Option<Draft<'a>>> = drafts.into_iter().map(Some).collect();
        for &place in order {
            let Some(Draft { mut vertex, .. }) = drafts[place].take() else { continue };
            vertex.inputs =
                inputs[place].iter().map(|input| Edge { from: ids[input.from], ship: input.ship }).collect();
            job.by_name.entry(vertex.name.clone()).or_insert(ids[place]);
            job.first_task.push(TaskId(tasks));
            tasks = tasks.saturating_add(vertex.parallelism);
            job.vertices.push(vertex);
        }
        job
    }

    /// The vertex that a piece names.
    pub(super) fn vertex<'a>(&self, r: &mut Reader<'a>, raw: Raw<'a>) -> Option<VertexId> {
        let name = r.text(raw)?;
        self.named(r, raw, &name)
    }

    /// The task that a piece names: `sum[0]`, or `sum` if there is only one.
    pub(super) fn task<'a>(&self, r: &mut Reader<'a>, raw: Raw<'a>) -> Option<TaskId> {
        match self.tasks(r, raw)?.as_slice() {
            &[task] => Some(task),
            tasks => {
                let name = r.text(raw)?;
                let last = tasks.len() - 1;
                r.error(raw, "ambiguous-task", format!("`{name}` has {} subtasks: which one?", tasks.len()))
                    .help(format!("write one of \"{name}[0]\" to \"{name}[{last}]\""));
                None
            }
        }
    }

    /// The tasks that a piece names: one subtask, or all of a vertex.
    pub(super) fn tasks<'a>(&self, r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Vec<TaskId>> {
        let text = r.text(raw)?;
        let (name, subtask) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((name, subtask)) => (name, Some(subtask)),
            None => (text.as_str(), None),
        };
        let vertex = self.named(r, raw, name)?;
        let first = self.first_task[vertex].0;
        let parallelism = self.vertices[vertex].parallelism;
        match subtask.map(|subtask| subtask.parse::<u32>().ok().filter(|&subtask| subtask < parallelism)) {
            None => Some((first..first.saturating_add(parallelism)).map(TaskId).collect()),
            Some(Some(subtask)) => Some(vec![TaskId(first + subtask)]),
            Some(None) => {
                let range = match parallelism {
                    1 => format!("`{name}` has one subtask"),
                    _ => format!("`{name}` has the subtasks 0 to {}", parallelism - 1),
                };
                r.error(raw, "unknown-task", format!("there is no task `{text}`")).label(range);
                None
            }
        }
    }

    /// The vertex of a task.
    pub(super) fn vertex_of(&self, task: TaskId) -> &Vertex {
        let after = self.first_task.iter().take_while(|first| **first <= task).count();
        &self.vertices[VertexId::at(after.saturating_sub(1))]
    }

    /// What a task is called.
    pub(super) fn task_name(&self, task: TaskId) -> String {
        let after = self.first_task.iter().take_while(|first| **first <= task).count();
        let vertex = VertexId::at(after.saturating_sub(1));
        match &self.vertices[vertex] {
            Vertex { name, parallelism: 1, .. } => name.clone(),
            Vertex { name, .. } => format!("{name}[{}]", task.0 - self.first_task[vertex].0),
        }
    }

    /// How many tasks there are.
    pub(super) fn task_count(&self) -> usize {
        self.vertices.iter().map(|vertex| vertex.parallelism as usize).sum()
    }

    fn named<'a>(&self, r: &mut Reader<'a>, raw: Raw<'a>, name: &str) -> Option<VertexId> {
        let vertex = self.by_name.get(name).copied();
        if vertex.is_none() && !self.incomplete {
            r.error(raw, "unknown-vertex", format!("no vertex is called `{name}`"))
                .suggest(name, self.by_name.keys().map(String::as_str));
        }
        vertex
    }
}

/// Reads one vertex. What is wrong in it is reported, and something harmless stands in for it; but without a name there
/// is no vertex.
fn draft<'a>(r: &mut Reader<'a>, at: Raw<'a>) -> Option<Draft<'a>> {
    let errors = r.errors();
    let written: syntax::Vertex<'a> = r.parts(at)?;
    let (name_at, parallelism, cost, inputs_at) = match &written {
        syntax::Vertex::Source { name, parallelism, cost, .. } => (*name, *parallelism, *cost, Raw::default()),
        syntax::Vertex::Operator { name, parallelism, cost, inputs, .. }
        | syntax::Vertex::Sink { name, parallelism, cost, inputs, .. } => (*name, *parallelism, *cost, *inputs),
    };
    let name = name(r, name_at);
    let parallelism = r.or(parallelism, 1, |r, raw| r.small(raw, 1..=MAX_PARALLELISM));
    let cost = r.or(cost, Micros::ZERO, Reader::duration);
    let kind = match written {
        syntax::Vertex::Source { records, splits, every, event_time, watermarks, .. } => {
            let splits = self::splits(r, parallelism, splits);
            // Records that are wrong have an end: nobody should be told besides that they have none.
            let records = self::records(r, records).unwrap_or(Records::Range { from: 1, to: 1, step: 1 });
            let every = r.or(every, defaults::PACE, Reader::duration);
            VertexKind::Source { records, splits, every, event_time: time::event_time(r, event_time, watermarks) }
        }
        syntax::Vertex::Operator { logic, .. } => VertexKind::Operator(self::logic(r, logic).unwrap_or(Logic::Union)),
        syntax::Vertex::Sink { kind, .. } => {
            VertexKind::Sink(r.word(kind, &words::SINK_KINDS).unwrap_or(SinkKind::Append))
        }
    };
    let vertex = Vertex { name: name?, parallelism, kind, inputs: Vec::new(), cost };
    Some(Draft { at, name_at, vertex, inputs_at, sound: r.errors() == errors })
}

fn splits<'a>(r: &mut Reader<'a>, parallelism: u32, at: Raw<'a>) -> u32 {
    let splits = r.or(at, parallelism, |r, raw| r.small(raw, 1..=MAX_PARALLELISM));
    if splits < parallelism {
        r.error(at, "too-few-splits", format!("{parallelism} subtasks cannot share {splits} splits"))
            .note("each subtask of a source reads at least one split");
    }
    if splits.div_ceil(parallelism) > MOST_SPLITS_OF_A_SUBTASK {
        r.error(at, "too-many-splits", format!("{parallelism} subtasks cannot share {splits} splits"))
            .note(format!("a subtask of a source reads at most {MOST_SPLITS_OF_A_SUBTASK} splits"));
    }
    splits
}

/// A name: schedules and messages put names side by side, so a name has no blanks and no brackets.
pub(super) fn name<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<String> {
    let name = r.text(raw)?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/');
    if name.is_empty() || !name.chars().all(plain) {
        r.error(raw, "bad-name", "a name has letters, digits and any of `_ - . : /`, and at least one of them");
        return None;
    }
    Some(name)
}

fn records<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Records> {
    Some(match r.parts(raw)? {
        syntax::Records::List(values) => Records::List(r.integers(values)?),
        syntax::Records::Endless => Records::Endless,
        syntax::Records::Repeat { of, times } => {
            let of = r.integers(of);
            if of.as_ref().is_some_and(Vec::is_empty) {
                r.error(raw, "empty-pattern", "there is nothing to repeat").help("write at least one value: `of: [1]`");
            }
            let times = times.given().map(|times| r.number(times, 0..=u64::MAX).unwrap_or_default());
            Records::Repeat { of: of?, times }
        }
        syntax::Records::Range { from, to, step } => {
            let step = r.or(step, 1, |r, raw| r.number(raw, 1..=i64::MAX as u64)).cast_signed();
            let (from, to) = (r.integer(from), r.integer(to));
            let (from, to) = (from?, to?);
            if from > to {
                r.warning(raw, "empty-range", format!("there is no number from {from} to {to}"));
            }
            Records::Range { from, to, step }
        }
    })
}

fn logic<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Logic> {
    Some(match r.parts(raw)? {
        syntax::Logic::Map(function) => Logic::Map(edge::function(r, function)?),
        syntax::Logic::Filter(predicate) => Logic::Filter(edge::predicate(r, predicate)?),
        syntax::Logic::FlatMap(syntax::FlatMap::Repeat(times)) => Logic::Repeat(r.small(times, 0..=MOST_REPETITIONS)?),
        syntax::Logic::Sum => Logic::Sum,
        syntax::Logic::SumPerKey => Logic::SumPerKey,
        syntax::Logic::Count => Logic::Count,
        syntax::Logic::CountPerKey => Logic::CountPerKey,
        syntax::Logic::OrderSensitive => Logic::OrderSensitive,
        syntax::Logic::FailOn { record } => Logic::FailOn(r.integer(record)?),
        syntax::Logic::Min => Logic::Pick(Pick::Min),
        syntax::Logic::MinPerKey => Logic::PickPerKey(Pick::Min),
        syntax::Logic::Max => Logic::Pick(Pick::Max),
        syntax::Logic::MaxPerKey => Logic::PickPerKey(Pick::Max),
        syntax::Logic::Last => Logic::Pick(Pick::Last),
        syntax::Logic::LastPerKey => Logic::PickPerKey(Pick::Last),
        syntax::Logic::Distinct => Logic::Distinct,
        syntax::Logic::Union => Logic::Union,
        syntax::Logic::Window { size, total } => {
            let total = r.or(total, Total::Sum, |r, raw| r.word(raw, &words::TOTALS));
            Logic::Window { size: time::millis(r, size, 1)?, total }
        }
        syntax::Logic::Join { within } => Logic::Join { within: time::millis(r, within, 0)? },
    })
}

/// The place in the file of each name.
fn places<'a>(r: &mut Reader<'a>, drafts: &[Draft<'a>]) -> BTreeMap<String, usize> {
    let mut places = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        let name = &draft.vertex.name;
        if places.contains_key(name) {
            r.error(draft.name_at, "duplicate-name", format!("a second vertex is called `{name}`"));
        } else {
            places.insert(name.clone(), place);
        }
    }
    places
}

/// The inputs of a vertex; those that are wrong are left out.
fn inputs<'a>(
    r: &mut Reader<'a>,
    draft: &Draft<'a>,
    drafts: &[Draft<'a>],
    places: &BTreeMap<String, usize>,
    incomplete: bool,
) -> Vec<Input<'a>> {
    let mut inputs = Vec::new();
    let errors = r.errors();
    let list = r.list(draft.inputs_at);
    let is_told = draft.inputs_at.get().is_empty() || r.errors() > errors;
    if list.is_empty() && !is_told && !matches!(draft.vertex.kind, VertexKind::Source { .. }) {
        r.error(draft.inputs_at, "no-input", format!("`{}` has no input", draft.vertex.name))
            .help("add one, for example `inputs: [Forward(\"source\")]`");
    }
    for at in list {
        let Some((from, ship)) = edge::input(r, at) else { continue };
        let Some(sender) = r.text(from) else { continue };
        let Some(&place) = places.get(&sender) else {
            if !incomplete {
                r.error(from, "unknown-vertex", format!("no vertex is called `{sender}`"))
                    .suggest(&sender, places.keys().map(String::as_str));
            }
            continue;
        };
        let Draft { vertex: Vertex { kind, parallelism, .. }, sound, .. } = &drafts[place];
        if matches!(kind, VertexKind::Sink(_)) {
            r.error(from, "sink-as-input", format!("`{sender}` is a sink: nothing comes out of it"));
            continue;
        }
        let is_known = *sound && draft.sound;
        if is_known && ship == Ship::Forward && *parallelism != draft.vertex.parallelism {
            let message = format!(
                "`Forward` connects equal numbers of subtasks, but `{sender}` has {parallelism} and `{}` has {}",
                draft.vertex.name, draft.vertex.parallelism
            );
            r.error(at, "forward-parallelism", message)
                .help(format!("use `Rebalance(\"{sender}\")` or `Hash(\"{sender}\")`, or the same parallelism"));
        }
        inputs.push(Input { at, from: place, ship });
    }
    inputs
}

/// Refuses jobs that nobody could run.
fn check_size<'a>(r: &mut Reader<'a>, job: Raw<'a>, drafts: &[Draft<'a>], inputs: &[Vec<Input<'a>>]) {
    let parallelism = |place: usize| u64::from(drafts[place].vertex.parallelism);
    let tasks: u64 = (0..drafts.len()).map(parallelism).sum();
    let channels = |(to, input): (usize, &Input<'a>)| {
        if input.ship.is_pointwise() { parallelism(to) } else { parallelism(to) * parallelism(input.from) }
    };
    let edges = inputs.iter().enumerate().flat_map(|(to, inputs)| inputs.iter().map(move |input| (to, input)));
    let channels = edges.map(channels).fold(0, u64::saturating_add);
    let splits: u64 = (drafts.iter())
        .map(|draft| match draft.vertex.kind {
            VertexKind::Source { splits, .. } => u64::from(splits),
            VertexKind::Operator(_) | VertexKind::Sink(_) => 0,
        })
        .sum();
    if splits > MOST_SPLITS {
        r.error(job, "too-large", format!("the sources have {splits} splits; {MOST_SPLITS} are the most"));
    }
    if tasks > MOST_TASKS {
        r.error(job, "too-large", format!("the job has {tasks} tasks; {MOST_TASKS} are the most"));
    }
    if channels > MOST_CHANNELS {
        r.error(job, "too-large", format!("the job has {channels} channels; {MOST_CHANNELS} are the most"))
            .note("an edge that is not `Forward` has a channel from every sender to every receiver");
    }
}

fn report_cycle<'a>(r: &mut Reader<'a>, drafts: &[Draft<'a>], inputs: &[Vec<Input<'a>>], cycle: &[usize]) {
    let name = |place: usize| drafts[place].vertex.name.as_str();
    let (Some(&first), Some(&last)) = (cycle.first(), cycle.last()) else { return };
    let path = cycle.iter().chain([&first]).map(|&place| name(place)).collect::<Vec<_>>().join(" -> ");
    let back = inputs[first].iter().find(|input| input.from == last).map_or(drafts[first].at, |input| input.at);
    r.error(back, "cycle", format!("the job has a cycle: {path}"))
        .note("data flows from sources to sinks only; iterations are not modelled");
}
