//! The spine: plan, world, schedule, trace, oracles, verdict.
//!
//! A [`Runner`] makes runs of one plan, one after the other, and reuses what it can. What a run shows is an [`Outcome`].

pub mod circles;
pub mod liveness;
pub mod met;
mod outcome;

use std::sync::Arc;

use circles::{Circle, Circles};
use liveness::Patience;
pub use met::Met;
use met::Situations;
pub use outcome::{End, Outcome};

use crate::ids::{Id, Micros, Step, TaskId};
use crate::oracle::Oracles;
use crate::oracle::expect::{self, Watcher};
use crate::oracle::witness::{Explanation, Witness};
use crate::plan::{Plan, RuleName, Schedule, Time, Topology};
use crate::schedule::{Mismatch, Pct, Policy, Random, Replay, Swarm, Timed};
use crate::trace::{Entry, JobStatus};
use crate::world::World;

/// How a run is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// The seed of all draws: latencies, random faults, jitter, the first trigger, and the policy if it draws.
    pub seed: u64,
    /// Whether latencies and costs count.
    pub time: Time,
    /// Who goes next.
    pub choice: Choice,
}

/// Who goes next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Choice {
    /// What is due first.
    Timed,
    /// Anything, drawn from the seed.
    Random,
    /// The chain of messages with the highest priority, drawn from the seed; see [`crate::schedule::pct`].
    Pct,
    /// Anything, with kinds of faults drawn from the seed; see [`crate::schedule::swarm`].
    Swarm,
    /// What is pinned, else what is due first.
    Pinned(Schedule),
}

impl Order {
    /// As the plan says: its seed, its time, its schedule.
    pub fn of(plan: &Plan) -> Self {
        Self { seed: plan.seed, time: plan.time, choice: Choice::Pinned(plan.schedule.clone()) }
    }

    /// The run of a seed in a simple campaign: even seeds follow due times, odd ones are random.
    pub fn alternating(seed: u64) -> Self {
        match seed % 2 {
            0 => Self { seed, time: Time::Timed, choice: Choice::Timed },
            _ => Self::random(seed),
        }
    }

    /// An untimed random run: crashes may come, as far as the plan's limits allow.
    pub fn random(seed: u64) -> Self {
        Self { seed, time: Time::Untimed, choice: Choice::Random }
    }
}

/// What is kept of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Keep {
    /// The events, with their places.
    pub trace: bool,
    /// The actions, in order: the run as a schedule.
    pub actions: bool,
}

/// After so many steps it is asked again whether the run should go on.
const ASKED: u64 = 1_024;

/// Makes runs of one plan. What a run shows depends on the plan and the order, not on the runs before it.
#[derive(Debug)]
pub struct Runner {
    plan: Arc<Plan>,
    topology: Arc<Topology>,
    oracles: Oracles,
    witness: Witness,
    watcher: Watcher,
    /// The worlds of earlier runs: one for each kind of time and menu that was ordered.
    worlds: Vec<World>,
    timed: Timed,
    circles: Circles,
    situations: Situations,
}

impl Runner {
    /// A runner for this plan.
    pub fn new(plan: Plan) -> Self {
        let plan = Arc::new(plan);
        let topology = Arc::new(Topology::new(&plan));
        Self {
            oracles: Oracles::new(&plan, &topology),
            witness: Witness::new(&plan, &topology),
            watcher: Watcher::new(&plan, &topology),
            plan,
            topology,
            worlds: Vec::new(),
            timed: Timed::new(),
            circles: Circles::default(),
            situations: Situations::default(),
        }
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The plan's tasks and channels.
    pub fn topology(&self) -> &Arc<Topology> {
        &self.topology
    }

    /// Makes one run, from the start of the job until nothing but a fault can happen, or a limit of the plan is reached;
    /// and judges it.
    ///
    /// A builder's own part that panics makes it panic; [`crate::explore::fault::guarded`] turns that into a value.
    pub fn run(&mut self, order: &Order, keep: Keep) -> Outcome {
        self.run_until(order, keep, &|| false)
    }

    /// The same, but the run ends as [`End::Interrupted`] once `stop` says so. It is asked now and then, every thousand
    /// steps or so; a run that it does not end is the same as without it.
    pub fn run_until(&mut self, order: &Order, keep: Keep, stop: &dyn Fn() -> bool) -> Outcome {
        match &order.choice {
            Choice::Timed => {
                let mut timed = std::mem::take(&mut self.timed);
                timed.reset();
                let outcome = self.run_with_until(&mut timed, order, keep, stop);
                self.timed = timed;
                outcome
            }
            Choice::Random => self.run_with_until(&mut Random::new(order.seed), order, keep, stop),
            Choice::Pct => self.run_with_until(&mut Pct::new(order.seed), order, keep, stop),
            Choice::Swarm => self.run_with_until(&mut Swarm::new(order.seed), order, keep, stop),
            Choice::Pinned(schedule) => self.run_with_until(&mut Replay::new(schedule.clone()), order, keep, stop),
        }
    }

    /// Makes one run that another policy decides; of the order, its seed and its time count. A policy that goes by due
    /// times needs an order whose choice is timed or pinned: other worlds keep none.
    pub fn run_with(&mut self, policy: &mut dyn Policy, order: &Order, keep: Keep) -> Outcome {
        self.run_with_until(policy, order, keep, &|| false)
    }

    /// The same, until `stop` says so: see [`Runner::run_until`].
    pub fn run_with_until(
        &mut self,
        policy: &mut dyn Policy,
        order: &Order,
        keep: Keep,
        stop: &dyn Fn() -> bool,
    ) -> Outcome {
        let mut world = self.world(order);
        let mut outcome = self.begin(order);
        self.take_in(&world, Step(0), &mut outcome, keep);
        let mut patience = Patience::default();
        let end = loop {
            if world.is_hung() || patience.is_over(&world) {
                break self.stuck(&mut world, &mut outcome, keep);
            }
            // A schedule may pin what leads out of it.
            if self.circles.is_suspicious()
                && policy.unmade().is_none()
                && let Some(circle) = self.circles.judge(&world)
            {
                break self.circling(&mut world, &circle, &mut outcome, keep);
            }
            // What only a fault could move on is at its end.
            let menu = world.menu();
            if menu.is_empty() || menu.len() == menu.faults() && !policy.insists_on_fault() {
                break match policy.unmade() {
                    None => self.natural_end(&mut world, &mut outcome, keep),
                    Some((step, wanted)) => {
                        let over = Some(Step(outcome.steps));
                        End::Mismatch(Mismatch { step, wanted, offered: Vec::new(), over })
                    }
                };
            }
            if outcome.steps == self.plan.limits.steps {
                break End::OutOfSteps;
            }
            if outcome.steps % ASKED == ASKED - 1 && stop() {
                break End::Interrupted;
            }
            match policy.choose(world.menu()) {
                Ok(action) => {
                    patience.before(&world, action);
                    world.apply(action);
                    world.events().iter().for_each(|event| patience.after(event));
                    if keep.actions {
                        outcome.actions.push(action);
                    }
                    let step = Step(outcome.steps);
                    outcome.steps += 1;
                    self.take_in(&world, step, &mut outcome, keep);
                }
                Err(mismatch) => break End::Mismatch(mismatch),
            }
        };
        outcome.at = world.now();
        outcome.met.rules = world.rules();
        let outcome = self.judge(&world, end, outcome);
        self.worlds.push(world);
        outcome
    }

    /// A world at the start of a run: that of an earlier run, if it kept the same time.
    fn world(&mut self, order: &Order) -> World {
        let (time, ordered) = (order.time, matches!(order.choice, Choice::Timed | Choice::Pinned(_)));
        let known = |world: &World| world.time() == time && world.menu().is_ordered() == ordered;
        match self.worlds.iter().position(known) {
            Some(place) => {
                let mut world = self.worlds.swap_remove(place);
                world.reset(order.seed);
                world
            }
            None => World::new(&self.plan, &self.topology, order.seed, time, ordered),
        }
    }

    fn begin(&mut self, order: &Order) -> Outcome {
        self.oracles.reset();
        self.witness.reset();
        self.watcher.reset(order.time);
        self.circles.reset();
        self.situations.reset();
        Outcome {
            order: order.clone(),
            end: End::Stuck,
            steps: 0,
            at: Micros::ZERO,
            violations: Vec::new(),
            explanation: Explanation::NotApplicable,
            seen: Vec::new(),
            met: Met::default(),
            never: Vec::new(),
            trace: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// Shows the events of a step to all who judge.
    fn take_in(&mut self, world: &World, step: Step, outcome: &mut Outcome, keep: Keep) {
        let at = world.now();
        for event in world.events() {
            self.oracles.observe(step, at, event);
            self.witness.observe(event);
            self.watcher.observe(at, event);
            self.circles.observe(event);
            self.situations.meet(event, &mut outcome.met);
        }
        if keep.trace {
            outcome.trace.extend(world.events().iter().map(|&event| Entry { step, at, event }));
        }
    }

    fn natural_end(&mut self, world: &mut World, outcome: &mut Outcome, keep: Keep) -> End {
        if world.is_over() {
            return match world.status() {
                status @ (JobStatus::Finished | JobStatus::Failed | JobStatus::Canceled | JobStatus::Suspended) => {
                    End::Over(status)
                }
                JobStatus::Running | JobStatus::Restarting if world.state().job.stopped => End::Stopped,
                // A job that ends without a word.
                status @ (JobStatus::Running | JobStatus::Restarting) => End::Over(status),
            };
        }
        if !world.is_bounded() {
            return self.stuck(world, outcome, keep);
        }
        match liveness::dead_end(world) {
            None => End::Bounded,
            Some(mut ahead) => self.stuck(&mut ahead, outcome, keep),
        }
    }

    /// Says who waits for whom.
    fn stuck(&mut self, world: &mut World, outcome: &mut Outcome, keep: Keep) -> End {
        world.report_stuck();
        self.take_in(world, Step(outcome.steps), outcome, keep);
        End::Stuck
    }

    /// Says what fails in each round.
    fn circling(&mut self, world: &mut World, circle: &Circle, outcome: &mut Outcome, keep: Keep) -> End {
        world.report_restarts(circle.restarts, circle.from, &circle.failing);
        self.take_in(world, Step(outcome.steps), outcome, keep);
        End::Circling
    }

    fn judge(&mut self, world: &World, end: End, mut outcome: Outcome) -> Outcome {
        let step = Step(outcome.steps);
        let quiescent = matches!(end, End::Over(_));
        self.oracles.end(step, outcome.at, quiescent);
        outcome.violations.extend_from_slice(self.oracles.violations());
        outcome.explanation = self.witness.judge(&finals(world));
        if let Explanation::Unexplained(unexplained) = &outcome.explanation {
            outcome.violations.push(unexplained.violation(step, outcome.at));
        }
        let broken: Vec<RuleName> = outcome.violations.iter().map(|violation| violation.rule).collect();
        let facts =
            expect::End { explanation: Some(&outcome.explanation), broken: &broken, cut_short: end.is_inconclusive() };
        outcome.seen = self.watcher.judge(&self.plan, &facts);
        outcome.never = world.not_come();
        outcome.end = end;
        outcome
    }
}

/// The prints of the states that tasks have at the end.
fn finals(world: &World) -> Vec<(TaskId, u64)> {
    let state = world.state();
    let print = |task: TaskId| {
        let task = &state.tasks[task];
        match (&task.volatile, &task.last) {
            (Some(volatile), _) if volatile.runs() => Some(volatile.data.print()),
            (None, Some(last)) => Some(last.print),
            _ => None,
        }
    };
    (0..state.tasks.len()).map(TaskId::at).filter_map(|task| print(task).map(|print| (task, print))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::Records;
    use crate::plan::VertexKind;
    use crate::testing::jobs::reference;

    #[test]
    fn whoever_asks_for_an_end_gets_the_first_steps() {
        let mut plan = reference(4, 3, 1, 2);
        for vertex in plan.vertices.iter_mut() {
            if let VertexKind::Source { records, .. } = &mut vertex.kind {
                *records = Records::Endless;
            }
        }
        plan.limits.steps = 5_000;
        let keep = Keep { trace: true, actions: true };
        let order = Order { seed: 3, time: Time::Timed, choice: Choice::Timed };
        let whole = Runner::new(plan.clone()).run(&order, keep);
        assert_eq!((whole.steps, &whole.end), (5_000, &End::OutOfSteps));
        let mut runner = Runner::new(plan);
        let asked = std::cell::Cell::new(0);
        let stop = || asked.replace(asked.get() + 1) == 2;
        let half = runner.run_until(&order, keep, &stop);
        assert_eq!((half.end.is_inconclusive(), &half.end), (true, &End::Interrupted));
        assert_eq!((half.steps, asked.get()), (3 * 1_024 - 1, 3));
        assert_eq!(half.actions[..], whole.actions[..half.actions.len()]);
        assert!(whole.trace.starts_with(&half.trace));
        // Whoever is asked and wants all of it gets all of it, after half a run, too.
        let again = runner.run_until(&order, keep, &|| false);
        assert_eq!((again.actions, again.trace, again.end), (whole.actions, whole.trace, whole.end));
    }
}
