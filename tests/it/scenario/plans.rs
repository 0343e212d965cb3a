//! Small random plans that use every field.

use cutline::action::{Action, Alarm};
use cutline::ids::{ChannelId, CheckpointId, Id, ManagerId, Micros, PerId, Step, TaskId, VertexId};
use cutline::operator::{EventTime, Function, KeyBy, Logic, Pick, Predicate, Records, Ship, Stamp, Total};
use cutline::plan::*;
use cutline::protocol::coordinator::{Config, Mode, Retention};
use cutline::protocol::{FailureReason, restart};
use cutline::trace::JobStatus;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A sound plan: everything in it can be written.
pub(super) fn any_plan() -> impl Strategy<Value = Plan> {
    let head = ("[a-z]{1,8}", "\\PC{0,20}", any::<u64>(), 1u32..2_000, any::<bool>());
    (head, any_job(), any_knobs(), any_circumstances(), any_happenings()).prop_map(
        |((name, about, seed, seeds, untimed), vertices, knobs, circumstances, happenings)| {
            let mut plan = Plan { about, seed, seeds, ..Plan::new(&name, vertices) };
            plan.time = if untimed { Time::Untimed } else { Time::Timed };
            knobs.apply(&mut plan);
            circumstances.apply(&mut plan);
            happenings.apply(&mut plan);
            if plan.has_endless_source() {
                plan.stop = plan.stop.or(Some(Micros(1)));
            }
            plan
        },
    )
}

fn any_job() -> impl Strategy<Value = PerId<VertexId, Vertex>> {
    let vertex = (0u8..3, any_records(), any_logic(), 1u32..4, any_micros(), any_micros(), inputs());
    let sources = (any_records(), 1u32..4, 0u32..3, any_micros());
    (sources, prop::collection::vec(vertex, 1..5), any_event_time()).prop_map(|(source, rest, event_time)| {
        // Windows and joins need a time.
        let needs_time = rest.iter().any(|(kind, _, logic, ..)| *kind == 1 && logic.needs_event_time());
        let event_time = event_time.or(needs_time.then_some(USUAL_TIME));
        let mut vertices = PerId::empty();
        let (records, parallelism, more, every) = source;
        let kind = VertexKind::Source { records, splits: parallelism + more, every, event_time };
        vertices.push(Vertex { name: "s-0".to_owned(), parallelism, kind, inputs: Vec::new(), cost: Micros::ZERO });
        for (kind, records, logic, parallelism, every, cost, inputs) in rest {
            let name = format!("v_{}", vertices.len());
            let kind = match kind {
                0 => VertexKind::Source { records, splits: parallelism, every, event_time },
                1 => VertexKind::Operator(logic),
                _ => VertexKind::Sink(match parallelism {
                    1 => SinkKind::Append,
                    2 => SinkKind::TwoPhaseCommit,
                    _ => SinkKind::Upsert,
                }),
            };
            let senders: Vec<VertexId> = vertices
                .pairs()
                .filter(|pair| !matches!(pair.1.kind, VertexKind::Sink(_)))
                .map(|pair| pair.0)
                .collect();
            let edge = |(from, ship): (Index, Ship)| {
                let from = *from.get(&senders);
                let equal = vertices[from].parallelism == parallelism;
                Edge { from, ship: if ship == Ship::Forward && !equal { Ship::Rebalance } else { ship } }
            };
            let inputs: Vec<Edge> = match kind {
                VertexKind::Source { .. } => Vec::new(),
                VertexKind::Operator(Logic::Join { .. }) => inputs.into_iter().cycle().take(2).map(edge).collect(),
                _ => inputs.into_iter().map(edge).collect(),
            };
            vertices.push(Vertex { name, parallelism, kind, inputs, cost });
        }
        vertices
    })
}

const USUAL_TIME: EventTime = EventTime { stamp: Stamp::Value, out_of_orderness: 0, every: 1, idle_after: None };

fn any_event_time() -> impl Strategy<Value = Option<EventTime>> {
    let stamp = prop_oneof![Just(Stamp::Value), (0i64..99_999).prop_map(Stamp::Step)];
    let drawn = (stamp, 0i64..9_999, 1u32..9, prop::option::of(any_micros()));
    prop::option::of(drawn.prop_map(|(stamp, out_of_orderness, every, idle_after)| EventTime {
        stamp,
        out_of_orderness,
        every,
        idle_after,
    }))
}

fn inputs() -> impl Strategy<Value = Vec<(Index, Ship)>> {
    let ship = prop_oneof![
        Just(Ship::Forward),
        select(vec![KeyBy::Value, KeyBy::Key, KeyBy::Parity, KeyBy::Mod(7)]).prop_map(Ship::Hash),
        Just(Ship::Rebalance),
        Just(Ship::Broadcast),
        any_predicate().prop_map(Ship::Where),
    ];
    prop::collection::vec((any::<Index>(), ship), 1..4)
}

fn any_records() -> impl Strategy<Value = Records> {
    let range = (-5i64..5, 5i64..99, 1i64..4).prop_map(|(from, to, step)| Records::Range { from, to, step });
    let pattern = (prop::collection::vec(any::<i64>(), 1..9), prop::option::of(0u64..9));
    prop_oneof![
        4 => prop::collection::vec(any::<i64>(), 0..20).prop_map(Records::List),
        4 => range,
        2 => pattern.prop_map(|(of, times)| Records::Repeat { of, times }),
        1 => Just(Records::Endless),
    ]
}

fn any_predicate() -> impl Strategy<Value = Predicate> {
    use Predicate::{AtLeast, Below, Even, MultipleOf, Odd};
    prop_oneof![
        select(vec![Even, Odd]),
        any::<i64>().prop_map(AtLeast),
        any::<i64>().prop_map(Below),
        (1i64..9).prop_map(MultipleOf)
    ]
}

fn any_logic() -> impl Strategy<Value = Logic> {
    let n = any::<i64>();
    let function = prop_oneof![
        n.prop_map(Function::Add),
        n.prop_map(Function::Multiply),
        (1i64..9).prop_map(Function::Remainder),
        Just(Function::Negate)
    ];
    prop_oneof![
        function.prop_map(Logic::Map),
        any_predicate().prop_map(Logic::Filter),
        (0u32..9).prop_map(Logic::Repeat),
        n.prop_map(Logic::FailOn),
        select(vec![Logic::Sum, Logic::SumPerKey, Logic::Count, Logic::CountPerKey, Logic::OrderSensitive]),
        select(Pick::ALL.to_vec()).prop_map(Logic::Pick),
        select(Pick::ALL.to_vec()).prop_map(Logic::PickPerKey),
        select(vec![Logic::Distinct, Logic::Union]),
        (1i64..99_999, select(vec![Total::Sum, Total::Count])).prop_map(|(size, total)| Logic::Window { size, total }),
        (0i64..99_999).prop_map(|within| Logic::Join { within }),
    ]
}

fn any_micros() -> impl Strategy<Value = Micros> {
    prop_oneof![
        Just(Micros::millis(10)),
        (0u64..100).prop_map(|n| Micros(n * 1_000_000)),
        (0u64..1_000_000).prop_map(Micros),
        any::<u64>().prop_map(Micros)
    ]
}

fn any_latency() -> impl Strategy<Value = Latency> {
    let uniform = (any_micros(), any_micros()).prop_map(|(a, b)| Latency::Uniform(a.min(b), a.max(b)));
    prop_oneof![any_micros().prop_map(Latency::Fixed), uniform]
}

fn any_restart() -> impl Strategy<Value = restart::Config> {
    let (n, micros) = (1u32..99, any_micros);
    let exponential = (micros(), micros(), 1_001u32..9_000, micros(), 0u32..=1_000, n.clone()).prop_map(
        |(a, b, multiplier_thousandths, reset_threshold, jitter_thousandths, attempts)| {
            restart::Config::ExponentialDelay {
                initial_backoff: a.min(b),
                max_backoff: a.max(b),
                multiplier_thousandths,
                reset_threshold,
                jitter_thousandths,
                attempts: if attempts < 10 { u32::MAX } else { attempts },
            }
        },
    );
    let rate = (n, 1u64..99_999, micros()).prop_map(|(max_failures, interval, delay)| restart::Config::FailureRate {
        max_failures,
        interval: Micros(interval),
        delay,
    });
    prop_oneof![
        Just(restart::Config::None),
        (0u32..9, micros()).prop_map(|(attempts, delay)| restart::Config::FixedDelay { attempts, delay }),
        rate,
        exponential
    ]
}

/// The configuration of checkpoints and restarts.
#[derive(Debug, Clone)]
struct Knobs {
    checkpointing: Config,
    initial_delay: Option<Micros>,
    restart: Option<restart::Config>,
    stop: Option<Micros>,
}

fn any_knobs() -> impl Strategy<Value = Knobs> {
    let long = || (10_000u64..99_999_999).prop_map(Micros);
    let times = (prop::option::of(long()), long(), any_micros());
    let counts = (1u32..4, prop::option::of(0u32..4), 0u32..4);
    let retention =
        select(vec![Retention::NoExternalized, Retention::DeleteOnCancellation, Retention::RetainOnCancellation]);
    let kinds = (select(vec![Mode::ExactlyOnce, Mode::AtLeastOnce]), any::<bool>(), retention);
    let rest = (prop::option::of(any_micros()), prop::option::of(any_restart()), prop::option::of(any_micros()));
    (times, counts, kinds, rest).prop_map(|(times, counts, kinds, (initial_delay, restart, stop))| {
        let checkpointing = Config {
            interval: times.0,
            timeout: times.1,
            min_pause: times.2,
            max_concurrent: counts.0,
            tolerable_failed: counts.1,
            retained: counts.2,
            mode: kinds.0,
            after_finish: kinds.1,
            retention: kinds.2,
            ..Config::default()
        };
        Knobs { checkpointing, initial_delay, restart, stop }
    })
}

impl Knobs {
    fn apply(self, plan: &mut Plan) {
        plan.restart = self.restart.unwrap_or(restart::Config::None);
        plan.checkpointing = self.checkpointing;
        plan.initial_delay = self.initial_delay;
        plan.stop = self.stop;
    }
}

/// Latencies, storage, limits, TaskManagers.
#[derive(Debug, Clone)]
struct Circumstances {
    latencies: Vec<Latency>,
    sizes: (u32, u32),
    overridden: Vec<(Index, Latency)>,
    fails: Vec<u64>,
    state: (bool, bool, u64),
    limits: (u32, u32, u32, u32, u64),
    managers: Option<Vec<bool>>,
}

fn any_circumstances() -> impl Strategy<Value = Circumstances> {
    let limits = (0u32..9, 0u32..9, 0u32..9, 0u32..9, prop_oneof![1u64..9_999, Just(3_000_000), Just(5_000)]);
    (
        prop::collection::vec(any_latency(), 5),
        (1u32..99, 1u32..9),
        prop::collection::vec((any::<Index>(), any_latency()), 0..2),
        prop::collection::btree_set(1u64..9, 0..3),
        (limits, (any::<bool>(), any::<bool>(), 0u64..3_000)),
        prop::option::of(prop::collection::vec(any::<bool>(), 32)),
    )
        .prop_map(|(latencies, sizes, overridden, fails, (limits, state), managers)| Circumstances {
            latencies,
            sizes,
            overridden,
            fails: fails.into_iter().collect(),
            state,
            limits,
            managers,
        })
}

impl Circumstances {
    fn apply(self, plan: &mut Plan) {
        let [latency, rpc, detection, restore, write] = self.latencies[..] else { panic!("five latencies") };
        let edges: Vec<(VertexId, VertexId)> = plan
            .vertices
            .pairs()
            .flat_map(|(to, vertex)| vertex.inputs.iter().map(move |edge| (edge.from, to)))
            .collect();
        let overrides = self.overridden.iter().filter(|_| !edges.is_empty());
        let overrides = overrides.map(|(edge, latency)| (*edge.get(&edges), *latency));
        plan.channels = Channels {
            buffers: self.sizes.0,
            credit: self.sizes.1,
            latency,
            overrides: overrides.map(|((from, to), latency)| (from, to, latency)).collect(),
        };
        plan.latencies = Latencies { rpc, detection, restore };
        let fails = self.fails.into_iter().map(CheckpointId).collect();
        let (plain, per_entry, amount) = self.state;
        let write = if plain { Write::Takes(write) } else { Write::PerMegabyte(Micros(amount)) };
        let size = if per_entry { StateSize::PerEntry(amount) } else { StateSize::Fixed(amount << 10) };
        let state = plan.vertices.ids().take(amount as usize % 3).map(|vertex| (vertex, size)).collect();
        plan.storage = match plain {
            true => Storage { max_state_size: amount << 20, write, state, fails, ..Storage::default() },
            false => Storage { kind: StorageKind::FileSystem, write, state, fails, ..Storage::default() },
        };
        if per_entry {
            plan.backend = Backend::RocksDb { access: Micros(amount) };
        }
        let (checkpoints, haste, crashes, late_acks, steps) = self.limits;
        let records = u64::from(haste) * 250 + 1_000;
        plan.limits = Limits { checkpoints, haste, crashes, late_acks, steps, records };
        let tasks: u32 = plan.vertices.iter().map(|vertex| vertex.parallelism).sum();
        if let Some(second) = self.managers {
            let of = |side: bool| (0..tasks).filter(|&task| second[task as usize] == side).map(TaskId).collect();
            plan.managers =
                [false, true].map(|side| Manager { name: format!("tm{}", u8::from(side)), tasks: of(side) }).into();
        }
    }
}

/// Which kind, whose, which number.
type DrawnMoment = (u8, Index, u64);
/// Which kind, whose, when, how slow, from when and how long.
type DrawnFault = (u8, Index, DrawnMoment, u32, (u64, u64));
/// At least, at most, whose, between which times.
type DrawnCrashes = (u32, u32, Vec<Index>, (u64, u64));
/// How it is meant, which check, of whom, when, which number, how many.
type DrawnCheck = (u8, u8, Index, DrawnMoment, i64, Amount);
/// Whether it is a prefix, and the steps.
type DrawnSchedule = (bool, Vec<(u8, Index, u64)>);

/// Faults, expectations, pinned steps.
#[derive(Debug, Clone)]
struct Happenings {
    faults: Vec<DrawnFault>,
    random: Option<DrawnCrashes>,
    expect: Vec<DrawnCheck>,
    schedule: Option<DrawnSchedule>,
    defect: Option<Defect>,
    steps: Vec<Coarse>,
}

fn any_happenings() -> impl Strategy<Value = Happenings> {
    let moment = || (0u8..7, any::<Index>(), 1u64..99);
    let fault = (0u8..3, any::<Index>(), moment(), 1_000u32..9_999, (0u64..9_999, 1u64..9_999));
    let amount = (0u8..3, 0u64..9).prop_map(|(kind, n)| match kind {
        0 => Amount::Exactly(n),
        1 => Amount::AtLeast(n),
        _ => Amount::AtMost(n),
    });
    let random = (0u32..3, 0u32..3, prop::collection::vec(any::<Index>(), 0..6), (0u64..999_999, 0u64..999_999));
    (
        prop::collection::vec(fault, 0..4),
        prop::option::of(random),
        prop::collection::vec((0u8..4, 0u8..18, any::<Index>(), moment(), any::<i64>(), amount), 0..6),
        prop::option::of((any::<bool>(), prop::collection::vec((0u8..17, any::<Index>(), 1u64..9), 1..6))),
        prop::option::of(select(Defect::ALL.to_vec())),
        prop::sample::subsequence(Coarse::ALL.to_vec(), 0..=Coarse::ALL.len()),
    )
        .prop_map(|(faults, random, expect, schedule, defect, steps)| Happenings {
            faults,
            random,
            expect,
            schedule,
            defect,
            steps,
        })
}

impl Happenings {
    fn apply(self, plan: &mut Plan) {
        let topology = Topology::new(plan);
        plan.faults = self.faults.iter().map(|fault| self::fault(plan, &topology, *fault)).collect();
        plan.user = (plan.faults.iter())
            .filter_map(|fault| match *fault {
                Fault::Crash { at, .. } | Fault::CrashManager { at, .. } => Some(at),
                Fault::Slow { .. } => None,
            })
            .zip([Ask::Cancel, Ask::Start, Ask::Checkpoint])
            .map(|(at, ask)| User { ask, at })
            .collect();
        plan.random_faults = self.random.map(|(a, b, tasks, (from, until))| {
            let mut tasks: Vec<TaskId> = tasks.iter().map(|task| any_of(&topology.tasks, *task)).collect();
            tasks.sort();
            tasks.dedup();
            let within = (Micros(from.min(until)), Micros(from.max(until)));
            RandomFaults { at_least: a.min(b), at_most: a.max(b), tasks, within }
        });
        plan.expect = self
            .expect
            .into_iter()
            .map(|(kind, check, at, moment, n, amount)| {
                if kind == 3 {
                    return Expectation::Violates(*at.get(&RuleName::ALL));
                }
                let check = self::check(plan, &topology, check, at, moment, n, amount);
                [Expectation::Always, Expectation::Never, Expectation::Sometimes][usize::from(kind)](check)
            })
            .collect();
        plan.schedule = match self.schedule {
            None => Schedule::Free,
            Some((true, steps)) => Schedule::Prefix(steps.iter().map(|&step| action(&topology, step)).collect()),
            Some((false, steps)) => {
                let numbered = steps.iter().enumerate();
                let deviations = numbered.map(|(at, &step)| (Step(at as u64 * step.2.max(1)), action(&topology, step)));
                let mut deviations: Vec<(Step, Action)> = deviations.collect();
                deviations.sort_by_key(|deviation| deviation.0);
                deviations.dedup_by_key(|deviation| deviation.0);
                Schedule::Deviations(deviations)
            }
        };
        plan.defect = self.defect;
        plan.steps = self.steps.into_iter().collect();
    }
}

fn any_of<I: Id, T>(table: &PerId<I, T>, index: Index) -> I {
    I::at(index.index(table.len()))
}

fn fault(plan: &Plan, topology: &Topology, drawn: DrawnFault) -> Fault {
    let (kind, who, at, thousandths, (from, length)) = drawn;
    let task = any_of(&topology.tasks, who);
    let at = match moment(plan, topology, at) {
        Moment::End => Moment::Time(Micros(from)),
        at => at,
    };
    match kind {
        0 => Fault::Crash { task, at },
        1 => Fault::CrashManager { manager: ManagerId::at(who.index(topology.managers())), at },
        _ => Fault::Slow { task, thousandths, from: Micros(from), until: Micros(from + length) },
    }
}

fn moment(plan: &Plan, topology: &Topology, (kind, who, n): DrawnMoment) -> Moment {
    use Phase::{AckTaken, AfterAck, AfterAsync, AfterSnapshot, Aligned, FirstBarrier, Notified};
    let task = any_of(&topology.tasks, who);
    let is_source = matches!(plan.vertices[topology.tasks[task].vertex].kind, VertexKind::Source { .. });
    let phases = [FirstBarrier, Aligned, AfterSnapshot, AfterAsync, AfterAck, AckTaken, Notified];
    let phase = *who.get(if is_source { &phases[2..] } else { &phases });
    match kind {
        0 => Moment::Barrier { task, checkpoint: CheckpointId(n), phase },
        1 => Moment::Record { task, n, before: n % 2 == 0 },
        2 => Moment::Trigger(CheckpointId(n)),
        3 => Moment::Complete(CheckpointId(n)),
        4 => Moment::Restore { task, n: n as u32 },
        5 => Moment::Time(Micros(n * 997)),
        _ => Moment::End,
    }
}

fn check(plan: &Plan, topology: &Topology, kind: u8, who: Index, at: DrawnMoment, n: i64, amount: Amount) -> Check {
    let (task, vertex) = (any_of(&topology.tasks, who), any_of(&plan.vertices, who));
    let sink = matches!(plan.vertices[vertex].kind, VertexKind::Sink(_)).then_some(vertex);
    let statuses = [
        JobStatus::Running,
        JobStatus::Restarting,
        JobStatus::Finished,
        JobStatus::Failed,
        JobStatus::Canceled,
        JobStatus::Suspended,
    ];
    let id = (n % 2 == 0).then_some(CheckpointId(at.2));
    let completed = n % 3 == 0;
    let status = if completed { CheckpointStatus::Completed } else { CheckpointStatus::Failed };
    let reason = (!completed && n % 5 != 0).then(|| *who.get(&FailureReason::ALL));
    match (kind, sink) {
        (0, _) => Check::Job(*who.get(&statuses)),
        (1, _) => Check::State { task, key: (n % 2 == 0).then_some(n), is: n },
        (2, _) => Check::Stored { task, is: n },
        (3, _) => Check::Final { vertex, total: n },
        (4, _) => Check::Checkpoint { id, status, reason },
        (5, _) => Check::Checkpoints(status, amount),
        (6, _) => Check::Restarts(amount),
        (7, _) => Check::Restores { count: amount, from: id },
        (8, Some(sink)) => Check::ExactlyOnce { sink },
        (9, Some(sink)) => Check::Duplicates { sink },
        (10, Some(sink)) => Check::Output { sink, is: vec![n, 0, n] },
        (11, _) => Check::NoLoss { vertex },
        (12, _) => Check::Overcount { vertex },
        (13, _) => Check::FailedByCheckpoints,
        (17, _) => Check::Late { vertex, count: amount },
        (14..=16, _) => {
            let inner = check(plan, topology, kind - 14, at.1, at, n, amount);
            Check::At(moment(plan, topology, at), Box::new(inner))
        }
        _ => Check::Explained,
    }
}

fn action(topology: &Topology, (kind, who, n): DrawnMoment) -> Action {
    let task = any_of(&topology.tasks, who);
    let manager = ManagerId::at(who.index(topology.managers()));
    let channel = (!topology.channels.is_empty()).then(|| any_of::<ChannelId, _>(&topology.channels, who));
    match (kind, channel) {
        (0, _) => Action::Emit(task),
        (1, Some(channel)) => Action::Transfer(channel),
        (2, Some(channel)) => Action::Deliver(channel),
        (3, _) => Action::Rpc(task),
        (4, _) => Action::Async(task, (n % 8) as u8),
        (5, _) => Action::Restore(task),
        (6, _) => Action::Report(task),
        (7, _) if n % 2 == 0 => Action::Idle(task),
        (7, _) => Action::LateAck(task),
        (8, _) => Action::Detect(manager),
        (9, _) => Action::Crash(task),
        (10, _) => Action::CrashManager(manager),
        (11, _) => Action::Alarm(Alarm::Trigger),
        (12, _) => Action::Alarm(Alarm::Expire(CheckpointId(n))),
        (13, _) => Action::Alarm(Alarm::Fault(n as u32)),
        (14, _) => Action::Alarm(Alarm::Stop),
        _ => Action::Alarm(Alarm::Restart),
    }
}
