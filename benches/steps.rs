//! What a step costs: the world, the policies and the judges that `run` uses, next to a bare loop in the same run.
//!
//! Absolute times are noise on a machine with other work. So all rows take turns, round after round, a row's ratio to
//! the bare loop is taken within one round, and medians are printed. A step is one applied action; the start of each
//! run is part of the time.
//!
//! | row | what is measured |
//! | --- | --- |
//! | bare | a random non-empty queue out of so many, and its message moves to another queue |
//! | nothing | the world and a policy |
//! | online | the same with the online oracles: lineage, cut, commits, life cycles |
//! | run | all that `run` does: the witness and the expectations too |
//!
//! `profile` as an argument does one batch of work that is always the same, for a profiler.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the wall clock")]

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use cutline::ids::{Micros, Step, VertexId};
use cutline::operator::{Function, KeyBy, Logic, Predicate, Records, Ship};
use cutline::oracle::Oracles;
use cutline::plan::{Edge, Latency, Plan, SinkKind, Time, Topology, Vertex, VertexKind};
use cutline::protocol::restart;
use cutline::run::{Choice, Keep, Order, Runner};
use cutline::scenario;
use cutline::schedule::{Policy, Random, Timed};
use cutline::world::World;

const ROUNDS: usize = 9;

fn main() {
    // `cargo bench --bench steps -- growth` makes one of the three tables.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if wanted.iter().any(|word| word == "profile") {
        return profile();
    }
    let tables: [(&str, fn()); 3] = [("steps", steps), ("runs", complete), ("growth", growth)];
    for (name, table) in tables {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            table();
        }
    }
}

/// The jobs of the first two tables.
fn jobs() -> [(&'static str, Plan); 3] {
    [
        ("(4 1 1 2)", reference(true)),
        ("(4 1 1 2), no final checkpoint", reference(false)),
        ("all-to-all, parallelism 8", keyed(8)),
    ]
}

fn steps() {
    let mut rows = vec![Row::new("bare, 12 queues", bare(12))];
    for (name, plan) in jobs() {
        for time in [Time::Untimed, Time::Timed] {
            let policy = if time == Time::Timed { "timed" } else { "random" };
            for judged in [Judged::Nothing, Judged::Online, Judged::Run] {
                let name = format!("{name}, {policy}, {}", judged.word());
                rows.push(Row::new(&name, runs(&plan, time, judged, Unit::Step)));
            }
        }
    }
    measure("million steps a second", 1e6, &mut rows);
}

fn complete() {
    let mut rows = vec![Row::new("bare, 12 queues, moves", bare(12))];
    let [with, without, _] = jobs();
    for (name, plan) in &[with, without, ("(4 1 1 2), the model's steps", modelled())] {
        for judged in [Judged::Nothing, Judged::Online, Judged::Run] {
            let name = format!("{name}, random, {}", judged.word());
            rows.push(Row::new(&name, runs(plan, Time::Untimed, judged, Unit::Run)));
        }
    }
    measure("thousand complete runs a second", 1e3, &mut rows);
}

/// The same work each time, for a profiler: complete runs of (4 1 1 2) without the final checkpoint, judged.
fn profile() {
    let mut batch = runs(&reference(false), Time::Untimed, Judged::Online, Unit::Run);
    println!("{} runs", (0..5).map(|_| batch()).sum::<u64>());
}

fn growth() {
    let mut rows = Vec::new();
    for width in [1, 10, 100, 1_000] {
        let plan = sparse(width);
        let queues = Topology::new(&plan).channels.len();
        rows.push(Row::new(&format!("bare, {queues} queues"), bare(queues)));
        for judged in [Judged::Nothing, Judged::Online] {
            rows.push(Row::new(&format!("{} tasks, timed, {}", width * 10, judged.word()), endless(&plan, judged)));
        }
    }
    measure("million steps a second", 1e6, &mut rows);
}

/// Something to measure: makes a batch of work and says how many units it was.
struct Row {
    name: String,
    batch: Box<dyn FnMut() -> u64>,
    rates: Vec<f64>,
    ratios: Vec<f64>,
}

impl Row {
    fn new(name: &str, batch: impl FnMut() -> u64 + 'static) -> Self {
        Self { name: name.to_owned(), batch: Box::new(batch), rates: Vec::new(), ratios: Vec::new() }
    }
}

/// Measures all rows in turn and prints them. A row is compared with the nearest bare one above it.
fn measure(unit: &str, scale: f64, rows: &mut [Row]) {
    for round in 0..=ROUNDS {
        let mut bare = f64::NAN;
        for row in &mut *rows {
            let start = Instant::now();
            let units = (row.batch)();
            let rate = units as f64 / start.elapsed().as_secs_f64();
            if row.name.starts_with("bare") {
                bare = rate;
            }
            // The first round only warms up.
            if round > 0 {
                row.rates.push(rate);
                row.ratios.push(rate / bare);
            }
        }
    }
    println!("{:<52} {:>10} {:>8}", unit, "median", "/ bare");
    for row in rows {
        println!("{:<52} {:>10.2} {:>8.3}", row.name, median(&mut row.rates) / scale, median(&mut row.ratios));
    }
    println!();
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Moves messages of the size of a record between so many queues, each time from a random one that is not empty.
fn bare(count: usize) -> impl FnMut() -> u64 {
    const MOVES: u64 = 500_000;
    let mut queues: Vec<VecDeque<[u64; 4]>> = (0..count).map(|queue| VecDeque::from([[queue as u64; 4]; 2])).collect();
    // Those that are not empty, and where each of them stands in that list.
    let mut filled: Vec<usize> = (0..count).collect();
    let mut place: Vec<usize> = (0..count).collect();
    let mut word = 88_172_645_463_325_252_u64;
    let mut draw = move |below: usize| {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        ((u128::from(word) * below as u128) >> 64) as usize
    };
    move || {
        for _ in 0..MOVES {
            let from = filled[draw(filled.len())];
            let mut message = queues[from].pop_front().expect("the list holds queues that are not empty");
            if queues[from].is_empty() {
                let last = filled.pop().expect("this one is in it");
                if last != from {
                    filled[place[from]] = last;
                    place[last] = place[from];
                }
            }
            message[0] += 1;
            let to = draw(count);
            if queues[to].is_empty() {
                place[to] = filled.len();
                filled.push(to);
            }
            queues[to].push_back(message);
        }
        MOVES
    }
}

/// Who judges.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judged {
    Nothing,
    Online,
    Run,
}

impl Judged {
    const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Online => "online",
            Self::Run => "run",
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Step,
    Run,
}

/// Complete runs of a job, seed after seed.
fn runs(plan: &Plan, time: Time, judged: Judged, unit: Unit) -> impl FnMut() -> u64 + use<> {
    const STEPS: u64 = 200_000;
    let mut bench = Bench::new(plan, time, judged);
    let mut runner = Runner::new(plan.clone());
    let choice = if time == Time::Timed { Choice::Timed } else { Choice::Random };
    let mut seed = 0;
    move || {
        let (mut steps, mut count) = (0, 0);
        while steps < STEPS {
            seed += 1;
            count += 1;
            steps += match judged {
                Judged::Run => {
                    let outcome = runner.run(&Order { seed, time, choice: choice.clone() }, Keep::default());
                    assert_eq!(outcome.violations, [], "the honest protocol is not accused");
                    outcome.steps
                }
                Judged::Nothing | Judged::Online => {
                    bench.begin(seed);
                    bench.advance(u64::MAX)
                }
            };
        }
        if unit == Unit::Run { count } else { steps }
    }
}

/// A job without end, so many steps at a time.
fn endless(plan: &Plan, judged: Judged) -> impl FnMut() -> u64 + use<> {
    const STEPS: u64 = 200_000;
    let mut bench = Bench::new(plan, Time::Timed, judged);
    bench.begin(1);
    move || {
        assert_eq!(bench.advance(STEPS), STEPS, "the job has no end");
        STEPS
    }
}

/// A world with its policy and its judges.
struct Bench {
    time: Time,
    world: World,
    random: Random,
    timed: Timed,
    oracles: Oracles,
    judged: Judged,
    step: u64,
}

impl Bench {
    fn new(plan: &Plan, time: Time, judged: Judged) -> Self {
        let plan = Arc::new(plan.clone());
        let topology = Arc::new(Topology::new(&plan));
        Self {
            world: World::new(&plan, &topology, 0, time, time == Time::Timed),
            random: Random::new(0),
            timed: Timed::new(),
            oracles: Oracles::new(&plan, &topology),
            time,
            judged,
            step: 0,
        }
    }

    fn begin(&mut self, seed: u64) {
        self.world.reset(seed);
        self.random = Random::new(seed);
        self.timed.reset();
        self.oracles.reset();
        self.step = 0;
        self.judge();
    }

    /// Makes so many steps at most; how many it made.
    fn advance(&mut self, limit: u64) -> u64 {
        let end = self.step.saturating_add(limit);
        let from = self.step;
        while self.step < end && !self.world.menu().is_empty() {
            let chosen = match self.time {
                Time::Timed => self.timed.choose(self.world.menu()),
                Time::Untimed => self.random.choose(self.world.menu()),
            };
            self.world.apply(chosen.expect("these policies always choose"));
            self.step += 1;
            self.judge();
        }
        assert_eq!(self.oracles.violations(), [], "the honest protocol is not accused");
        self.step - from
    }

    #[inline]
    fn judge(&mut self) {
        match self.judged {
            Judged::Online => {
                let (step, at) = (Step(self.step), self.world.now());
                self.world.events().iter().for_each(|event| self.oracles.observe(step, at, event));
            }
            Judged::Nothing | Judged::Run => {
                black_box(self.world.events());
            }
        }
    }
}

fn vertex(name: &str, parallelism: u32, kind: VertexKind, inputs: &[(u32, Ship)]) -> Vertex {
    let inputs = inputs.iter().map(|&(from, ship)| Edge { from: VertexId(from), ship }).collect();
    Vertex { name: name.to_owned(), parallelism, kind, inputs, cost: Micros::ZERO }
}

fn source(to: i64, splits: u32, every: Micros) -> VertexKind {
    VertexKind::Source { records: Records::Range { from: 1, to, step: 1 }, splits, every, event_time: None }
}

/// The reference job: two sources of 4 records, a sum of evens, one of odds, a two-phase sink behind each; queues of 2.
fn reference(after_finish: bool) -> Plan {
    let sink = VertexKind::Sink(SinkKind::TwoPhaseCommit);
    let sum = || VertexKind::Operator(Logic::Sum);
    let (even, odd) = (Ship::Where(Predicate::Even), Ship::Where(Predicate::Odd));
    let vertices = [
        vertex("blue", 1, source(4, 1, Micros::millis(10)), &[]),
        vertex("yellow", 1, source(4, 1, Micros::millis(10)), &[]),
        vertex("even", 1, sum(), &[(0, even), (1, even)]),
        vertex("odd", 1, sum(), &[(0, odd), (1, odd)]),
        vertex("evens", 1, sink.clone(), &[(2, Ship::Forward)]),
        vertex("odds", 1, sink, &[(3, Ship::Forward)]),
    ];
    let mut plan = Plan::new("reference", vertices.into_iter().collect());
    plan.channels.buffers = 2;
    plan.checkpointing.interval = Some(Micros::millis(25));
    plan.checkpointing.after_finish = after_finish;
    plan.restart = restart::Config::FixedDelay { attempts: 3, delay: Micros::millis(50) };
    (plan.limits.checkpoints, plan.limits.crashes) = (1, 1);
    plan
}

/// The reference job with the steps that the reference model has: its scenario file.
fn modelled() -> Plan {
    let text = include_str!("../scenarios/reference/n4k1c1q2.ron");
    scenario::load(text, "n4k1c1q2.ron").expect("a file that the tests run")
}

/// Sources, a sum for each key, two-phase sinks: every task sends to every task of the next vertex.
fn keyed(parallelism: u32) -> Plan {
    let sums = VertexKind::Operator(Logic::SumPerKey);
    let vertices = [
        vertex("source", parallelism, source(800, parallelism, Micros::millis(1)), &[]),
        vertex("sum", parallelism, sums, &[(0, Ship::Hash(KeyBy::Mod(64)))]),
        vertex("sink", parallelism, VertexKind::Sink(SinkKind::TwoPhaseCommit), &[(1, Ship::Hash(KeyBy::Value))]),
    ];
    let mut plan = Plan::new("keyed", vertices.into_iter().collect());
    plan.checkpointing.interval = Some(Micros::millis(25));
    plan.restart = restart::Config::FixedDelay { attempts: 3, delay: Micros::millis(50) };
    plan
}

/// Five layers of two vertices each, every task with two senders and two receivers. A record meets itself in every
/// layer, so that it is filtered on the way and the last layer is not flooded.
fn sparse(width: u32) -> Plan {
    let mut vertices = vec![];
    for layer in 0..5_u32 {
        let before = layer.saturating_sub(1) * 2;
        let inputs = [(before, Ship::Forward), (before + 1, Ship::Forward)];
        let kind = |side: u32| match (layer, side) {
            (0, _) => source(i64::MAX, width, Micros::millis(10)),
            (4, _) => VertexKind::Sink(SinkKind::Append),
            (_, 0) => VertexKind::Operator(Logic::Map(Function::Add(1))),
            (..) => VertexKind::Operator(Logic::Filter(Predicate::Even)),
        };
        for side in 0..2 {
            let inputs = if layer == 0 { &[][..] } else { &inputs[..] };
            vertices.push(vertex(&format!("v{layer}{side}"), width, kind(side), inputs));
        }
    }
    let mut plan = Plan::new("sparse", vertices.into_iter().collect());
    plan.channels.latency = Latency::Uniform(Micros(500), Micros(1_500));
    plan.checkpointing.interval = Some(Micros::millis(200));
    plan
}
