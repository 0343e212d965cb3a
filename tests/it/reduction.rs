//! Reduction leaves nothing out that matters: it is compared with the full search on small random jobs, and its claims
//! are tried out state by state.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use cutline::explore::reduction::Mutant;
use cutline::explore::reduction::audit::audit;
use cutline::explore::{Bounds, Direction, End, Observer, Search, Sight, explore_mutant, explore_watched};
use cutline::ids::{CheckpointId, Id, Micros, TaskId, VertexId};
use cutline::operator::{Logic, Ship};
use cutline::oracle::Memory;
use cutline::plan::*;
use cutline::protocol::barrier::{Aligned, Foreign};
use cutline::protocol::coordinator::Mode;
use cutline::protocol::restart;
use cutline::scenario;
use cutline::testing::{AnyPlan, Shape, reference, tiny_job};
use cutline::world::World;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// What a search must not lose: the rules that are broken, and the states of the kinds that reduction keeps.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    rules: BTreeSet<RuleName>,
    states: BTreeSet<(Sight, u64)>,
}

/// Keeps the prints of the states that it is shown.
struct Keeper {
    coarse: bool,
    states: BTreeSet<(Sight, u64)>,
}

impl Observer for Keeper {
    fn see(&mut self, sight: Sight, world: &World, memory: &Memory) {
        // Where a crash takes one task only, the others go on: what matters is what is left when all are gone.
        if sight != Sight::Struck || self.coarse {
            let mut hasher = DefaultHasher::new();
            (world.state(), memory).hash(&mut hasher);
            self.states.insert((sight, hasher.finish()));
        }
    }
}

/// What chooses the steps that are tried.
#[derive(Clone, Copy)]
enum By {
    Nothing,
    Rule,
    Mutant(Mutant),
}

fn search(plan: &Plan, by: By, most: u64) -> (Search, Kept) {
    // Both directions have their turn.
    let walk = if plan.limits.checkpoints == 1 { Direction::Breadth } else { Direction::Depth };
    let reduce = matches!(by, By::Rule);
    let bounds = Bounds { states: most, sample: 0, reduce, failures: usize::MAX, walk, ..Bounds::default() };
    let mut keeper = Keeper { coarse: plan.steps != Steps::default(), states: BTreeSet::new() };
    let search = match by {
        By::Nothing | By::Rule => explore_watched(plan, &bounds, &mut keeper),
        By::Mutant(mutant) => explore_mutant(plan, &bounds, &mut keeper, mutant),
    };
    let rules = search.findings.iter().map(|finding| finding.violation.rule).collect();
    (search, Kept { rules, states: keeper.states })
}

fn text(plan: &Plan) -> String {
    // A handler of a builder's own has none.
    let written = Plan { handler: None, ..plan.clone() };
    let own = if plan.handler.is_some() { "with a handler of our own\n" } else { "" };
    format!("{own}{}", scenario::print(&written).expect("these plans have a text"))
}

/// Compares both searches, and audits the rule; what was left out, or nothing if the full search is too large.
#[track_caller]
fn check(plan: &Plan, most: u64) -> Option<(u64, u64)> {
    let (full, all) = search(plan, By::Nothing, most);
    if full.end != End::Complete {
        return None;
    }
    let (reduced, kept) = search(plan, By::Rule, most);
    assert_eq!(reduced.end, End::Complete, "{}", text(plan));
    assert_eq!(kept.rules, all.rules, "the verdicts differ: {}", text(plan));
    assert!(
        plan.defect.is_some() || !all.rules.contains(&RuleName::Progress),
        "an honest job is stuck: {}",
        text(plan)
    );
    // Behind a failure nothing is explored, so which states are seen depends on the order there.
    if !full.findings.iter().any(|finding| finding.fails) {
        let lost: Vec<_> = all.states.difference(&kept.states).collect();
        assert!(
            lost.is_empty(),
            "{} of {} states are lost: {:?}\n{}",
            lost.len(),
            all.states.len(),
            lost.first(),
            text(plan)
        );
        assert!(kept.states.is_subset(&all.states), "states appear from nowhere: {}", text(plan));
    }
    Some((full.states, reduced.states))
}

#[track_caller]
fn check_audit(plan: &Plan, states: usize) -> usize {
    let audit = audit(plan, states, None);
    let names = Topology::new(plan).names;
    let lines: Vec<String> = (audit.disputes.iter())
        .map(|dispute| {
            let path: Vec<String> = dispute.path.iter().map(|&action| names.text(action)).collect();
            let set: Vec<String> = dispute.set.iter().map(|&action| names.text(action)).collect();
            let (member, other) = (names.text(dispute.member), names.text(dispute.other));
            format!("{member} / {other}: {} in {set:?} after {path:?}", dispute.why)
        })
        .collect();
    assert!(lines.is_empty(), "{}\n{}", lines.join("\n"), text(plan));
    audit.sets
}

/// What a job has beside the usual.
#[derive(Clone, Copy, Debug)]
enum Extra {
    Nothing,
    /// A pause between two checkpoints.
    MinPause,
    /// Writes of the first checkpoint fail.
    FailingWrites,
    /// Snapshots that are too large for the JobManager once there is something in them.
    LargeState,
    /// A barrier handler of a builder's own.
    Handler,
    /// Somebody asks for a checkpoint.
    ByHand,
    /// An acknowledgement of a dead attempt may still arrive.
    LateAcks,
    /// An alarm may come early.
    Haste,
    /// Two checkpoints at a time.
    TwoAtATime,
    /// No checkpoints after a task finishes.
    NoneAfterFinish,
    /// An operator throws at its second record.
    Throws,
    /// A record is lost on its way.
    Loses,
}

fn any_job() -> impl Strategy<Value = Plan> {
    let defect = select(vec![
        None,
        None,
        None,
        Some(Defect::NoRewind),
        Some(Defect::EarlyCommit),
        Some(Defect::StaleAck),
        Some(Defect::NoAlignment),
    ]);
    let bounds = (1..3_u32, 0..4_u32, 0..3_u32);
    let extra = prop_oneof![
        9 => Just(Extra::Nothing),
        1 => Just(Extra::MinPause),
        1 => Just(Extra::FailingWrites),
        1 => Just(Extra::LargeState),
        1 => Just(Extra::Handler),
        1 => Just(Extra::ByHand),
        1 => Just(Extra::LateAcks),
        1 => Just(Extra::Haste),
        1 => Just(Extra::TwoAtATime),
        1 => Just(Extra::NoneAfterFinish),
        1 => Just(Extra::Throws),
        1 => Just(Extra::Loses),
    ];
    let knobs = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), defect, extra);
    (tiny_job(), bounds, knobs).prop_map(|(AnyPlan(mut plan), (buffers, checkpoints, crashes), knobs)| {
        let (coarse, remote, at_least_once, gives_up, defect, extra) = knobs;
        plan.channels.buffers = buffers;
        plan.channels.credit = 1;
        plan.limits.checkpoints = checkpoints;
        plan.limits.crashes = crashes;
        plan.defect = defect;
        if gives_up {
            plan.restart = restart::Config::FixedDelay { attempts: 0, delay: Micros::millis(50) };
        }
        if at_least_once {
            plan.checkpointing.mode = Mode::AtLeastOnce;
        }
        match extra {
            Extra::Nothing => {}
            Extra::MinPause => plan.checkpointing.min_pause = Micros::millis(40),
            Extra::FailingWrites => plan.storage.fails = vec![CheckpointId(1)],
            Extra::LargeState => plan.storage.state = vec![(VertexId(1), StateSize::PerEntry(u64::MAX / 4))],
            Extra::Handler => plan.handler = Some(Foreign::new(Aligned::new())),
            Extra::ByHand => plan.user = vec![User { at: Moment::Time(Micros::millis(30)), ask: Ask::Checkpoint }],
            Extra::LateAcks => plan.limits.late_acks = 1,
            Extra::Haste => plan.limits.haste = 1,
            Extra::TwoAtATime => plan.checkpointing.max_concurrent = 2,
            Extra::NoneAfterFinish => plan.checkpointing.after_finish = false,
            Extra::Throws => throw(&mut plan),
            Extra::Loses => plan.defect = Some(Defect::DroppedRecord),
        }
        if coarse {
            plan = cutline::testing::coarse(plan);
        } else if remote {
            apart(&mut plan, |task| task % 2 == 0);
        }
        plan
    })
}

/// Lets the operators of a job throw at their second record, and gives the job up then.
fn throw(plan: &mut Plan) {
    for vertex in plan.vertices.iter_mut().filter(|vertex| matches!(vertex.kind, VertexKind::Operator(_))) {
        vertex.kind = VertexKind::Operator(Logic::FailOn(2));
    }
    plan.restart = restart::Config::None;
}

/// Puts these tasks, and the others, into a TaskManager of their own.
fn apart(plan: &mut Plan, first: impl Fn(usize) -> bool) {
    let tasks = Topology::new(plan).tasks.len();
    let home = |here: bool| (0..tasks).filter(|&task| first(task) == here).map(TaskId::at).collect();
    plan.managers = vec![
        Manager { name: "tm1".to_owned(), tasks: home(true) },
        Manager { name: "tm2".to_owned(), tasks: home(false) },
    ];
}

/// One record, one checkpoint, one crash that no restart follows, in two TaskManagers.
fn small(shape: Shape) -> Plan {
    let mut plan = shape.plan(1, Logic::Sum, SinkKind::TwoPhaseCommit);
    plan.restart = restart::Config::None;
    plan.channels.buffers = 1;
    plan.limits.checkpoints = 1;
    plan.limits.crashes = 1;
    apart(&mut plan, |task| task == 0);
    plan
}

/// How much is tried: more where the optimiser has been.
const fn scale(debug: u32, release: u32) -> u32 {
    if cfg!(debug_assertions) { debug } else { release }
}

fn for_jobs(cases: u32, mut test: impl FnMut(&Plan)) {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    for _ in 0..cases {
        let plan = any_job().new_tree(&mut runner).expect("jobs are never refused").current();
        test(&plan);
    }
}

/// Whether a plan has nothing beside the usual.
fn is_usual(plan: &Plan) -> bool {
    plan.handler.is_none()
        && plan.defect != Some(Defect::NoAlignment)
        && plan.checkpointing.min_pause == Micros::ZERO
        && !plan.storage.may_fail()
        && plan.user.is_empty()
        && plan.limits.late_acks + plan.limits.haste == 0
        && plan.checkpointing.max_concurrent == 1
        && (plan.checkpointing.after_finish || plan.steps == Steps::coarse())
        && plan.defect != Some(Defect::DroppedRecord)
        && !plan.vertices.iter().any(|vertex| vertex.kind.is_unknown())
}

#[test]
fn random_jobs_lose_nothing() {
    let (mut compared, mut full, mut reduced) = (0, [0, 0], [0, 0]);
    for_jobs(scale(60, 400), |plan| {
        if let Some((all, some)) = check(plan, u64::from(scale(3_000, 6_000))) {
            compared += 1;
            // With something beside the usual, less can be left out.
            let place = usize::from(!is_usual(plan));
            full[place] += all;
            reduced[place] += some;
        }
    });
    println!("{compared} jobs compared, {full:?} states in full, {reduced:?} reduced");
    assert!(compared > scale(5, 100), "only {compared} jobs were small enough");
    assert!(reduced[0] < full[0] / 2, "{reduced:?} of {full:?} states are left: that is no reduction");
    assert!(
        cfg!(debug_assertions) || reduced[1] < full[1],
        "{reduced:?} of {full:?} states are left: that is no reduction"
    );
}

#[test]
fn random_jobs_pass_the_audit() {
    let mut sets = 0;
    for_jobs(scale(40, 400), |plan| sets += check_audit(plan, scale(60, 800) as usize));
    println!("{sets} sets");
    assert!(sets > 1_000, "only {sets} sets were looked at");
}

#[test]
fn the_reference_job_passes_the_audit() {
    for (records, checkpoints, crashes, buffers) in [(2, 1, 0, 2), (1, 1, 1, 2), (2, 2, 1, 1), (1, 2, 2, 1)] {
        let mut plan = reference(records, checkpoints, crashes, buffers);
        plan.initial_delay = plan.checkpointing.interval;
        check_audit(&plan, scale(100, 5_000) as usize);
        plan.steps = Steps::coarse();
        plan.checkpointing.after_finish = false;
        check_audit(&plan, scale(100, 5_000) as usize);
    }
}

#[test]
fn the_audit_finds_what_is_not_in_accord() {
    let mut alive = Mutant::ACCORD.to_vec();
    for_jobs(400, |plan| {
        alive.retain(|&mutant| audit(plan, 60, Some(mutant)).disputes.is_empty());
    });
    println!("{alive:?} survive the random jobs");
    // A crash of a sink while its last barrier waits; the loss of a TaskManager that is to be told of a completion.
    for shape in [Shape::Chain, Shape::Shortcut] {
        let before = alive.len();
        alive.retain(|&mutant| audit(&small(shape), SMALL, Some(mutant)).disputes.is_empty());
        if before > alive.len() {
            assert!(check_audit(&small(shape), SMALL) > 0);
        }
    }
    assert_eq!(alive, [], "the audit does not see these mistakes");
}

/// So many states of a small job show what it is made to show.
const SMALL: usize = 6_000;

/// Two sources and a sink, with room for one record.
fn meet() -> Plan {
    let mut plan = Shape::Merge.plan(2, Logic::Sum, SinkKind::Append);
    let kept = plan.vertices.iter().take(2).cloned();
    let inputs = [0, 1].map(|from| Edge { from: VertexId(from), ship: Ship::Forward }).to_vec();
    let kind = VertexKind::Sink(SinkKind::Append);
    let sink = Vertex { name: "out".to_owned(), parallelism: 1, kind, inputs, cost: Micros::ZERO };
    plan.vertices = kept.chain([sink]).collect();
    plan.channels.buffers = 1;
    plan.limits.checkpoints = 1;
    plan.limits.crashes = 0;
    plan
}

/// An operator that sees the order of what its two inputs bring; one of them has the choice of two inputs itself.
fn mixes() -> Plan {
    let mut plan = Shape::Merge.plan(1, Logic::OrderSensitive, SinkKind::Append);
    let mut vertices: Vec<Vertex> = plan.vertices.iter().cloned().collect();
    let sink = vertices.pop().expect("it ends with a sink");
    let forward = |from| Edge { from: VertexId(from), ship: Ship::Forward };
    vertices.push(Vertex { name: "third".to_owned(), ..vertices[0].clone() });
    vertices.push(Vertex { name: "last".to_owned(), inputs: vec![forward(2), forward(3)], ..vertices[2].clone() });
    vertices.push(Vertex { inputs: vec![forward(4)], ..sink });
    plan.vertices = vertices.into_iter().collect();
    (plan.limits.checkpoints, plan.limits.crashes) = (0, 0);
    plan
}

#[test]
fn the_search_loses_something_where_nothing_must_happen_first() {
    let mut alive = Mutant::FIRST.to_vec();
    let mut killers = Vec::new();
    let mut number = 0;
    for_jobs(scale(120, 400), |plan| {
        number += 1;
        if alive.is_empty() {
            return;
        }
        let most = u64::from(scale(3_000, 6_000));
        let (full, all) = search(plan, By::Nothing, most);
        let fails = full.findings.iter().any(|finding| finding.fails);
        if full.end == End::Complete && !fails {
            alive.retain(|&mutant| {
                let lives = search(plan, By::Mutant(mutant), most).1 == all;
                if !lives {
                    killers.push((number, mutant));
                }
                lives
            });
        }
    });
    // A source waits for room while another one has records: what it is told must not come first. What an operator takes
    // first from two inputs must not depend on who has sent already.
    for plan in [meet(), mixes()] {
        let all = search(&plan, By::Nothing, 200_000).1;
        assert_eq!(search(&plan, By::Rule, 200_000).1, all);
        alive.retain(|&mutant| search(&plan, By::Mutant(mutant), 200_000).1 == all);
    }
    println!("{killers:?}");
    assert_eq!(alive, [], "no job shows these mistakes");
}
