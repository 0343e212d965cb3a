//! The moment of no return: the earliest step of a finding after which every continuation breaks a rule.
//!
//! Once every continuation fails, that stays so further along the path; so the moment is found by halving. Whether a
//! state still has a way out is decided by an exhaustive search from it, with state merging, for one finished run that
//! breaks nothing. A continuation has the faults, checkpoints and hasty alarms of the finding's own path that are left,
//! in any order, and no more.
//!
//! A timed case is looked at untimed: whatever order its steps could come in. What could not be decided within the bound
//! on states is said ([`NoReturn`]); nothing is guessed.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use rapidhash::quality::RapidHasher;

use super::case::Case;
use super::evidence::Standing;
use super::fault::guarded;
use crate::action::{Action, Alarm};
use crate::ids::Step;
use crate::oracle::{Memory, Oracles};
use crate::plan::{Plan, RuleName, Schedule, Time};
use crate::run::liveness::{cycle, dead_end};
use crate::run::{Choice, Keep, Order, Runner};
use crate::world::World;

/// When it is too late.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoReturn {
    /// There is no way out from the start.
    Start,
    /// Before this step there is a way out, behind it there is none.
    At {
        /// The step.
        step: Step,
        /// What happens in it.
        action: Action,
    },
    /// Before `after` is done there is a way out, once `by` is done there is none; what lies between was not decided.
    Between {
        /// A step before which there is a way out; none if that is not known of any.
        after: Option<Step>,
        /// A step behind which there is none.
        by: Step,
    },
    /// Nothing could be decided.
    Unknown(Why),
}

/// Why nothing could be decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The rule breaks only where latencies count, or only there the steps are possible.
    OnlyTimed,
    /// The search would have taken more states than it may.
    TooManyStates,
    /// Only the whole run shows that the rule is broken.
    OnlyAtTheEnd,
    /// Nobody wanted to know any more.
    Stopped,
}

/// How many different states a search may visit for one finding.
pub const MOST_STATES: usize = 120_000;
/// How many it may visit from one state.
const MOST_FROM_ONE: usize = 40_000;
/// How many finished runs are judged in full from one state.
const MOST_ENDS: usize = 500;

/// The moment of no return of a case, within `states` different states.
pub fn no_return(case: &Case, states: usize) -> NoReturn {
    no_return_until(case, states, &|| false)
}

/// The same, but nothing more is looked for once `stop` says so.
pub fn no_return_until(case: &Case, states: usize, stop: &dyn Fn() -> bool) -> NoReturn {
    // A panic is a finding of another kind, and reported where it first comes up.
    let found = guarded(case.plan.seed, || decide(case, states, stop)).unwrap_or(NoReturn::Unknown(Why::TooManyStates));
    if stop() { NoReturn::Unknown(Why::Stopped) } else { found }
}

fn decide(case: &Case, states: usize, stop: &dyn Fn() -> bool) -> NoReturn {
    let keep = Keep { actions: true, trace: false };
    let mut path = Runner::new(case.plan.clone()).run(&Order::of(&case.plan), keep).actions;
    path.truncate(case.violation.step.0 as usize + 1);
    let rule = case.violation.rule;
    let mut search = Search::new(untimed(&case.plan, &path), rule, states, stop);
    match search.walk(&path) {
        None => return NoReturn::Unknown(Why::OnlyTimed),
        Some(end) if search.judge() || stands_still(&end) => {}
        Some(_) if rule == RuleName::Explained || case.violation.step.0 >= path.len() as u64 => {
            return NoReturn::Unknown(Why::OnlyAtTheEnd);
        }
        Some(_) => return NoReturn::Unknown(Why::OnlyTimed),
    }
    // After `open` steps there is a way out, after `doomed` there is none; after `unclear` nobody knows.
    let (mut open, mut unclear, mut doomed) = (None, None, path.len());
    loop {
        let low = unclear.max(open).map_or(0, |known: usize| known + 1);
        if low >= doomed {
            break;
        }
        let middle = low + (doomed - low) / 2;
        match search.way_out(&path[..middle]) {
            Some(true) => open = Some(middle),
            Some(false) => doomed = middle,
            None => unclear = Some(middle),
        }
    }
    let step = |steps: usize| Step(steps as u64);
    match (open, doomed) {
        (None, 0) => NoReturn::Start,
        (Some(open), doomed) if open + 1 == doomed => NoReturn::At { step: step(open), action: path[open] },
        (None, doomed) if doomed == path.len() => NoReturn::Unknown(Why::TooManyStates),
        (open, doomed) => NoReturn::Between { after: open.map(step), by: step(doomed - 1) },
    }
}

/// The plan, untimed, with no more faults, checkpoints and haste than the path needs.
fn untimed(plan: &Plan, path: &[Action]) -> Plan {
    let count = |is: fn(&Action) -> bool| path.iter().filter(|action| is(action)).count() as u32;
    let mut plan = Plan { time: Time::Untimed, schedule: Schedule::Free, expect: Vec::new(), ..plan.clone() };
    plan.random_faults = None;
    plan.limits.crashes = count(|action| matches!(action, Action::Crash(_) | Action::CrashManager(_)));
    plan.limits.late_acks = count(|action| matches!(action, Action::LateAck(_)));
    plan.limits.checkpoints = count(|action| matches!(action, Action::Alarm(Alarm::Trigger)));
    plan.limits.haste = count(|action| matches!(action, Action::Alarm(alarm) if *alarm != Alarm::Trigger));
    plan
}

/// A state whose choices are being tried.
struct Frame {
    world: World,
    memory: Memory,
    next: usize,
}

struct Search<'a> {
    runner: Runner,
    stop: &'a dyn Fn() -> bool,
    oracles: Oracles,
    rule: RuleName,
    /// How many states may still be visited.
    left: usize,
}

impl<'a> Search<'a> {
    fn new(plan: Plan, rule: RuleName, states: usize, stop: &'a dyn Fn() -> bool) -> Self {
        let runner = Runner::new(plan);
        Self { oracles: Oracles::new(runner.plan(), runner.topology()), runner, stop, rule, left: states }
    }

    /// The state behind these steps; nothing if one of them is not possible.
    fn walk(&mut self, steps: &[Action]) -> Option<World> {
        let plan = self.runner.plan();
        let mut world = World::new(plan, self.runner.topology(), plan.seed, Time::Untimed, false);
        self.oracles.reset();
        self.observe(&world);
        for &action in steps {
            if !world.menu().contains(action) {
                return None;
            }
            world.apply(action);
            self.observe(&world);
        }
        Some(world)
    }

    fn observe(&mut self, world: &World) {
        for event in world.events() {
            self.oracles.observe(Step(0), world.now(), event);
        }
    }

    /// Whether a rule is broken so far that should not be.
    fn judge(&self) -> bool {
        self.oracles.violations().iter().any(|violation| self.fails(violation.rule))
    }

    fn fails(&self, rule: RuleName) -> bool {
        rule == self.rule || Standing::of(self.runner.plan(), rule) == Standing::Failure
    }

    /// Whether some continuation of these steps breaks nothing; nothing if that was not decided.
    fn way_out(&mut self, steps: &[Action]) -> Option<bool> {
        let start = self.walk(steps)?;
        if self.judge() {
            return Some(false);
        }
        let mut path = steps.to_vec();
        let mut known = HashSet::new();
        let (mut undecided, mut ends) = (false, 0);
        let mut frames = vec![Frame { world: start, memory: self.oracles.memory().clone(), next: 0 }];
        while let Some(frame) = frames.last_mut() {
            if frame.next == frame.world.menu().len() {
                frames.pop();
                path.pop();
                continue;
            }
            let action = frame.world.menu().nth(frame.next);
            frame.next += 1;
            let mut world = frame.world.clone();
            self.oracles = self.oracles.with_memory(frame.memory.clone());
            world.apply(action);
            self.observe(&world);
            if self.judge() || !known.insert(fingerprint(&world, self.oracles.memory())) {
                continue;
            }
            if self.left == 0 || known.len() > MOST_FROM_ONE || (self.stop)() {
                return None;
            }
            self.left -= 1;
            if stands_still(&world) {
                continue;
            }
            path.push(action);
            if world.menu().len() > world.menu().faults() {
                frames.push(Frame { world, memory: self.oracles.memory().clone(), next: 0 });
                continue;
            }
            if world.is_over() {
                self.oracles.end(Step(0), world.now(), true);
                if !self.judge() {
                    ends += 1;
                    if ends > MOST_ENDS {
                        return None;
                    }
                    if self.is_clean(&path) {
                        return Some(true);
                    }
                    // Another way to the same state may be judged otherwise.
                    undecided = true;
                }
            } else {
                undecided = true;
            }
            path.pop();
        }
        (!undecided).then_some(false)
    }

    /// Whether the whole run of this path breaks nothing.
    fn is_clean(&mut self, path: &[Action]) -> bool {
        let choice = Choice::Pinned(Schedule::Prefix(path.to_vec()));
        let order = Order { seed: self.runner.plan().seed, time: Time::Untimed, choice };
        let outcome = self.runner.run(&order, Keep::default());
        !outcome.end.is_inconclusive() && outcome.violations.iter().all(|violation| !self.fails(violation.rule))
    }
}

/// Whether a state is one in which nothing moves any more, also with more checkpoints than the path has: see
/// [`crate::run::liveness`].
fn stands_still(world: &World) -> bool {
    let is_end = world.menu().len() == world.menu().faults() && !world.is_over();
    let is_cycle = || world.is_idle() && world.triggers_beyond_bound() && cycle(world).is_some();
    world.is_hung() || is_cycle() || is_end && (!world.is_bounded() || dead_end(world).is_some())
}

/// What stands for a state; see [`super::search`] for what that means.
fn fingerprint(world: &World, memory: &Memory) -> u64 {
    let mut hasher = RapidHasher::default_const();
    world.state().hash(&mut hasher);
    memory.hash(&mut hasher);
    hasher.finish()
}
