//! The moment of no return: the earliest step of a finding after which every continuation breaks a rule, or does not meet
//! the expectation that the finding does not meet.
//!
//! Once every continuation fails, that stays so further along the path; so the moment is found by halving. Whether a
//! state still has a way out is decided by an exhaustive search from it, with state merging, for one finished run that
//! breaks nothing. A continuation has the faults, checkpoints and hasty alarms of the finding's own path that are left,
//! in any order, and no more.
//!
//! A timed case is looked at untimed: whatever order its steps could come in. What could not be decided within the bound
//! on states is said ([`NoReturn`]); nothing is guessed.

use super::case::{Case, Shows};
use super::evidence::Standing;
use super::fault::guarded;
use super::search::known::Known;
use super::search::states::{Row, States};
use crate::action::{Action, Alarm};
use crate::ids::Step;
use crate::plan::{Plan, RuleName, Schedule, Time};
use crate::run::circles::circle_ahead;
use crate::run::liveness::{cycle, dead_end};
use crate::run::{Choice, Keep, Order, Outcome, Runner};
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
    /// No other run comes to its end with as few checkpoints and faults as the finding has.
    NoOtherEnd,
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
    let step = case.shows.step();
    path.truncate(step.0 as usize + 1);
    let rule = case.shows.violation().map(|violation| violation.rule);
    let is_seen_at_the_end = rule == Some(RuleName::Explained) || rule.is_some() && step.0 >= path.len() as u64;
    let mut search = Search::new(untimed(case, &path), rule, states, stop);
    let is_possible = search.walk(&path);
    if is_possible && search.broken.is_none() && rule.is_none() && search.is_unmet(&path) {
        search.broken = Some(path.len());
    }
    if is_possible && search.broken.is_none() && is_seen_at_the_end {
        return NoReturn::Unknown(Why::OnlyAtTheEnd);
    }
    if !is_possible || search.broken.is_none() {
        // Whatever the steps are that only latencies make possible: perhaps no order of any steps leads out.
        return match search.way_out(&path, 0) {
            Some(false) => NoReturn::Start,
            Some(true) | None => NoReturn::Unknown(Why::OnlyTimed),
        };
    }
    // After `open` steps there is a way out, after `doomed` there is none; after `unclear` nobody knows.
    let (mut open, mut unclear, mut doomed) = (None, None, path.len());
    loop {
        let low = unclear.max(open).map_or(0, |known: usize| known + 1);
        if low >= doomed {
            break;
        }
        let middle = low + (doomed - low) / 2;
        match search.way_out(&path, middle) {
            Some(true) => open = Some(middle),
            Some(false) => doomed = middle,
            None => unclear = Some(middle),
        }
    }
    // What was not clear in the middle may be clear before it.
    let mut before = open.is_none().then_some(unclear).flatten().unwrap_or(0);
    while before > open.map_or(0, |known| known + 1) {
        let middle = open.map_or(0, |known| known + 1 + (before - known - 1) / 2);
        match search.way_out(&path, middle) {
            Some(true) => open = Some(middle),
            Some(false) | None => before = middle,
        }
    }
    let step = |steps: usize| Step(steps as u64);
    match (open, doomed) {
        (None, 0) => NoReturn::Start,
        (Some(open), doomed) if open + 1 == doomed => NoReturn::At { step: step(open), action: path[open] },
        (None, doomed) if doomed == path.len() => {
            NoReturn::Unknown(if search.ran_out { Why::TooManyStates } else { Why::NoOtherEnd })
        }
        (open, doomed) => NoReturn::Between { after: open.map(step), by: step(doomed - 1) },
    }
}

/// The plan, untimed, with no more faults, checkpoints and haste than the path needs, and with the expectation that is
/// not met.
fn untimed(case: &Case, path: &[Action]) -> Plan {
    let expect = match &case.shows {
        Shows::Broken(_) => Vec::new(),
        Shows::Unmet { expectation, .. } => vec![expectation.clone()],
    };
    let count = |is: fn(&Action) -> bool| path.iter().filter(|action| is(action)).count() as u32;
    let mut plan = Plan { time: Time::Untimed, schedule: Schedule::Free, expect, ..case.plan.clone() };
    plan.random_faults = None;
    plan.limits.crashes = count(|action| matches!(action, Action::Crash(_) | Action::CrashManager(_)));
    plan.limits.late_acks = count(|action| matches!(action, Action::LateAck(_)));
    plan.limits.checkpoints = count(|action| matches!(action, Action::Alarm(Alarm::Trigger)));
    plan.limits.haste = count(|action| matches!(action, Action::Alarm(alarm) if *alarm != Alarm::Trigger));
    plan
}

/// A state whose choices are being tried.
#[derive(Default)]
struct Frame {
    row: Row,
    choices: Vec<Action>,
    next: usize,
}

struct Search<'a> {
    runner: Runner,
    stop: &'a dyn Fn() -> bool,
    states: States,
    /// The rule that the case breaks, if it does.
    rule: Option<RuleName>,
    /// How many states may still be visited.
    left: usize,
    /// Whether there were more states, or more ends, than may be looked at.
    ran_out: bool,
    /// The states on the path of the case, but for the last one.
    along: Vec<Row>,
    /// After how many steps of it a rule is broken first that should not be.
    broken: Option<usize>,
    /// Frames that serve again.
    spent: Vec<Frame>,
}

impl<'a> Search<'a> {
    fn new(plan: Plan, rule: Option<RuleName>, states: usize, stop: &'a dyn Fn() -> bool) -> Self {
        let runner = Runner::new(plan);
        let all = States::new(runner.plan(), runner.topology());
        Self {
            states: all,
            runner,
            stop,
            rule,
            left: states,
            ran_out: false,
            along: Vec::new(),
            broken: None,
            spent: Vec::new(),
        }
    }

    /// Goes along the path; false if a step is not possible.
    fn walk(&mut self, path: &[Action]) -> bool {
        let mut row = Row::new();
        self.states.start(&mut row);
        self.broken = self.judge().then_some(0);
        for (&action, steps) in path.iter().zip(1..) {
            let frame = self.frame(&row);
            self.along.push(row.clone());
            if !frame.choices.contains(&action) {
                return false;
            }
            let was_performed = self.states.step(&frame.row, action, 0, &mut row);
            if was_performed && (self.judge() || circle_ahead(&self.states.world).is_some()) {
                self.broken = self.broken.or(Some(steps));
            }
            self.spent.push(frame);
        }
        if self.broken.is_none() && self.stands_still(&row) {
            self.broken = Some(path.len());
        }
        true
    }

    /// Whether a rule is broken since this was last asked that should not be.
    fn judge(&mut self) -> bool {
        self.states.oracles.take_violations().iter().any(|violation| self.fails(violation.rule))
    }

    fn fails(&self, rule: RuleName) -> bool {
        Some(rule) == self.rule || Standing::of(self.runner.plan(), rule) == Standing::Failure
    }

    /// Whether nothing moves any more in a state.
    fn stands_still(&mut self, row: &Row) -> bool {
        if self.states.progress(row) {
            return false;
        }
        self.states.return_to(row);
        stands_still(&self.states.world)
    }

    /// A state to go on from.
    fn frame(&mut self, row: &Row) -> Frame {
        let mut frame = self.spent.pop().unwrap_or_default();
        frame.row.clone_from(row);
        frame.next = 0;
        self.states.choices(row, &mut frame.choices);
        frame
    }

    /// Whether some continuation of so many steps of the path breaks nothing; nothing if that was not decided.
    fn way_out(&mut self, path: &[Action], steps: usize) -> Option<bool> {
        if self.broken.is_some_and(|broken| broken <= steps) {
            return Some(false);
        }
        let mut path = path[..steps].to_vec();
        let mut known = Known::default();
        let (mut undecided, mut ends) = (false, 0);
        let start = self.along[steps].clone();
        let mut frames = vec![self.frame(&start)];
        let mut row = Row::new();
        while let Some(frame) = frames.last_mut() {
            let Some(&action) = frame.choices.get(frame.next) else {
                self.spent.extend(frames.pop());
                path.pop();
                continue;
            };
            frame.next += 1;
            let was_performed = self.states.step(&frame.row, action, 0, &mut row);
            if was_performed && self.judge() || !known.insert(self.states.fingerprint(&row)) {
                continue;
            }
            if self.left == 0 || known.len() > MOST_FROM_ONE || (self.stop)() {
                self.ran_out = true;
                return None;
            }
            self.left -= 1;
            if was_performed && circle_ahead(&self.states.world).is_some() || self.stands_still(&row) {
                continue;
            }
            path.push(action);
            if self.states.goes_on(&row) {
                frames.push(self.frame(&row));
                continue;
            }
            self.states.return_to(&row);
            if self.states.world.is_over() {
                self.states.oracles.end(Step(0), self.states.world.now(), true);
                if !self.judge() {
                    ends += 1;
                    if ends > MOST_ENDS {
                        self.ran_out = true;
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

    /// Whether the whole run of this path breaks nothing, and meets the expectation.
    fn is_clean(&mut self, path: &[Action]) -> bool {
        let outcome = self.whole(path);
        !outcome.end.is_inconclusive()
            && outcome.violations.iter().all(|violation| !self.fails(violation.rule))
            && outcome.unmet(self.runner.plan()).next().is_none()
    }

    /// Whether the whole run of this path does not meet the expectation, however long its steps take.
    fn is_unmet(&mut self, path: &[Action]) -> bool {
        self.whole(path).unmet(self.runner.plan()).next().is_some()
    }

    fn whole(&mut self, path: &[Action]) -> Outcome {
        let choice = Choice::Pinned(Schedule::Prefix(path.to_vec()));
        let order = Order { seed: self.runner.plan().seed, time: Time::Untimed, choice };
        self.runner.run(&order, Keep::default())
    }
}

/// Whether a state is one in which nothing moves any more, also with more checkpoints than the path has: see
/// [`crate::run::liveness`].
fn stands_still(world: &World) -> bool {
    let is_end = world.menu().len() == world.menu().faults() && !world.is_over();
    let is_cycle = || world.is_idle() && world.triggers_beyond_bound() && cycle(world).is_some();
    world.is_hung() || is_cycle() || is_end && (!world.is_bounded() || dead_end(world).is_some())
}
