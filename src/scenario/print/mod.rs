//! A plan as text: what a person would have written, defaults left out. `load(print(plan))` is the plan.
//!
//! | file | prints |
//! | --- | --- |
//! | here | the outline, and what belongs to no other file |
//! | [`job`] | vertices and inputs |
//! | [`config`] | checkpointing, restart, channels, latencies, storage, limits |
//! | [`judged`] | moments, faults, expectations |
//! | [`layout`] | lines and brackets |
//!
//! Not every plan has a text: a builder's own operator has none. Nor do things that no file can say, and that a plan
//! built by hand may hold: names with blanks, tasks out of order, an empty prefix as a schedule, knobs that the format
//! does not know yet.

mod config;
mod job;
mod judged;
mod layout;

use super::{syntax, words};
use crate::ids::{Micros, PerId, TaskId, VertexId};
use crate::plan::{Plan, Schedule, Topology, Vertex};
use layout::Item;

/// A plan that has no text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what} is written in Rust and has no text")]
pub struct Unprintable {
    /// What has none.
    pub what: String,
}

/// The text of a plan.
///
/// # Errors
/// [`Unprintable`] if a vertex runs a builder's own operator, or tasks a builder's own barrier handler.
pub fn print(plan: &Plan) -> Result<String, Unprintable> {
    print_case(plan, "")
}

/// The text of a plan with a comment above it, for case files. `header` is the comment's text, without slashes.
///
/// # Errors
/// As [`print()`].
pub fn print_case(plan: &Plan, header: &str) -> Result<String, Unprintable> {
    let mut out = format!("{}\n", syntax::TYPE_LINE);
    for line in header.lines() {
        out.push_str(format!("// {line}").trim_end());
        out.push('\n');
    }
    out.push_str("Scenario(\n");
    let fields = fields(plan)?;
    let mut was_tall = false;
    for (position, (name, item)) in fields.iter().enumerate() {
        let start = out.len();
        out.push_str(&format!("    {name}: "));
        item.write(&mut out, 4, 4 + name.len() + 2);
        out.push_str(",\n");
        let is_tall = out[start..].lines().count() > 1;
        // What takes several lines stands apart.
        if position > 0 && (is_tall || was_tall) {
            out.insert(start, '\n');
        }
        was_tall = is_tall;
    }
    out.push_str(")\n");
    Ok(out)
}

/// The expectations of a plan as they stand in its file, one line each.
pub fn expectations(plan: &Plan) -> Vec<String> {
    judged::expectations(plan, &Namer::new(plan)).iter().map(Item::flat).collect()
}

/// The faults of a plan, and what people do in it, as they stand in its file, one line each.
pub fn placed(plan: &Plan) -> (Vec<String>, Vec<String>) {
    let namer = Namer::new(plan);
    let lines = |item| match item {
        Item::Lines(lines) => lines.iter().map(Item::flat).collect(),
        _ => Vec::new(),
    };
    (lines(judged::faults(plan, &namer)), lines(judged::user(plan, &namer)))
}

/// The fields that must be written, in the usual order.
fn fields(plan: &Plan) -> Result<Vec<(&'static str, Item)>, Unprintable> {
    if plan.handler.is_some() {
        return Err(Unprintable { what: "the barrier handler".to_owned() });
    }
    let usual = Plan::new("", PerId::empty());
    let namer = Namer::new(plan);
    let knobs = (&plan.checkpointing, plan.initial_delay) != (&usual.checkpointing, None);
    let restart = config::names_its_strategy(plan);
    let stop = || Item::named("", [("at", option(plan.stop, duration))]);
    let defect = || option(plan.defect, |defect| words::DEFECTS.word(defect));
    let fields = [
        Some(("version", Item::word(syntax::VERSION))),
        Some(("name", quoted(&plan.name))),
        (!plan.about.is_empty()).then(|| ("about", quoted(&plan.about))),
        (plan.seed != usual.seed).then(|| ("seed", Item::word(plan.seed))),
        (plan.seeds != usual.seeds).then(|| ("seeds", Item::word(plan.seeds))),
        (plan.time != usual.time).then(|| ("time", words::TIMES.word(plan.time).into())),
        (plan.steps != usual.steps).then(|| ("steps", steps(plan))),
        Some(("job", job::job(plan)?)),
        (!plan.managers.is_empty()).then(|| ("task_managers", config::managers(plan, &namer))),
        (plan.channels != usual.channels).then(|| ("channels", config::channels(plan))),
        (plan.latencies != usual.latencies).then(|| ("latencies", config::latencies(&plan.latencies))),
        knobs.then(|| ("checkpointing", config::checkpointing(plan))),
        restart.then(|| ("restart", config::restart(plan))),
        (plan.backend != usual.backend).then(|| ("state_backend", config::backend(plan.backend))),
        (plan.storage != usual.storage).then(|| ("storage", config::storage(plan))),
        (plan.limits != usual.limits).then(|| ("limits", config::limits(plan.limits))),
        (!plan.faults.is_empty()).then(|| ("faults", judged::faults(plan, &namer))),
        plan.random_faults.as_ref().map(|faults| ("random_faults", judged::random_faults(faults, &namer))),
        (!plan.user.is_empty()).then(|| ("user", judged::user(plan, &namer))),
        plan.defect.is_some().then(|| ("defect", defect())),
        (plan.schedule != Schedule::Free).then(|| ("schedule", schedule(plan))),
        plan.stop.is_some().then(|| ("stop", stop())),
        (!plan.expect.is_empty()).then(|| ("expect", Item::Lines(judged::expectations(plan, &namer)))),
    ];
    Ok(fields.into_iter().flatten().collect())
}

fn steps(plan: &Plan) -> Item {
    Item::List(plan.steps.iter().map(|coarse| words::COARSE.word(coarse).into()).collect())
}

fn schedule(plan: &Plan) -> Item {
    let names = Topology::new(plan).names;
    let step = |action| quoted(&names.text(action));
    match &plan.schedule {
        Schedule::Free => Item::List(Vec::new()),
        Schedule::Prefix(actions) => Item::Lines(actions.iter().map(|&action| step(action)).collect()),
        Schedule::Deviations(deviations) => Item::Lines(
            deviations
                .iter()
                .map(|&(at, action)| Item::named("", [("step", Item::word(at)), ("do", step(action))]))
                .collect(),
        ),
    }
}

/// What tasks and vertices are called.
struct Namer<'a> {
    plan: &'a Plan,
    tasks: Vec<(VertexId, u32)>,
}

impl<'a> Namer<'a> {
    fn new(plan: &'a Plan) -> Self {
        let subtasks =
            |(vertex, info): (VertexId, &Vertex)| (0..info.parallelism).map(move |subtask| (vertex, subtask));
        Self { plan, tasks: plan.vertices.pairs().flat_map(subtasks).collect() }
    }

    fn vertex(&self, vertex: VertexId) -> Item {
        quoted(&self.plan.vertices[vertex].name)
    }

    fn task(&self, task: TaskId) -> Item {
        let (vertex, subtask) = self.tasks[task.0 as usize];
        let vertex = &self.plan.vertices[vertex];
        match vertex.parallelism {
            1 => quoted(&vertex.name),
            _ => quoted(&format!("{}[{subtask}]", vertex.name)),
        }
    }

    /// Ascending tasks; all subtasks of a vertex together go by its name.
    fn tasks(&self, tasks: &[TaskId]) -> Item {
        let mut items = Vec::new();
        let mut rest = tasks;
        while let Some(&first) = rest.first() {
            let (vertex, subtask) = self.tasks[first.0 as usize];
            let whole = self.plan.vertices[vertex].parallelism as usize;
            let complete =
                subtask == 0 && rest.get(whole - 1).is_some_and(|last| last.0 as usize == first.0 as usize + whole - 1);
            let taken = if complete { whole } else { 1 };
            items.push(if complete { self.vertex(vertex) } else { self.task(first) });
            rest = &rest[taken..];
        }
        Item::List(items)
    }
}

/// A text in quotes.
fn quoted(text: &str) -> Item {
    Item::Word(ron::to_string(text).expect("a string can always be written"))
}

/// A duration, exactly, in the largest unit that divides it.
fn duration(duration: Micros) -> Item {
    const UNITS: [(u64, &str); 4] = [(3_600_000_000, "h"), (60_000_000, "min"), (1_000_000, "s"), (1_000, "ms")];
    let Micros(micros) = duration;
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    let text = match UNITS.into_iter().find(|unit| micros.is_multiple_of(unit.0)) {
        _ if micros == 0 => "0ms".to_owned(),
        // Whoever reads it counts small units in nanoseconds, and 64 bits of them are soon full.
        _ if rest != 0 && seconds > 1_000_000 => format!("{seconds}s {rest}us"),
        Some((size, name)) => format!("{}{name}", micros / size),
        None => format!("{micros}us"),
    };
    quoted(&text)
}

/// Thousandths as a decimal number.
fn decimal(thousandths: u32) -> Item {
    let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    let text = text.trim_end_matches('0');
    Item::Word(if text.ends_with('.') { format!("{text}0") } else { text.to_owned() })
}

/// The item of a value that is there.
fn option<T, I: Into<Item>>(value: Option<T>, item: impl Fn(T) -> I) -> Item {
    value.map_or_else(|| Item::word("None"), |value| item(value).into())
}

impl From<&'static str> for Item {
    fn from(word: &'static str) -> Self {
        Self::word(word)
    }
}
