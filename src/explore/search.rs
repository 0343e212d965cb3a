//! Every schedule of a plan within its limits, with state merging.
//!
//! A walk over copies of an untimed world, breadth first or depth first. Two paths that lead to the same world *and* the same memory of
//! the judges are one from there on; a 64-bit fingerprint of both stands for them, and [`Search::collision`] says how
//! likely it is that two different ones were taken for one. Every step spends something, so there are no cycles. Choices
//! that need not be tried are left out ([`super::reduction`]), unless the bounds say otherwise.
//!
//! Breadth first finds a shortest path to each finding, and keeps a world for each state that it has not gone on from;
//! depth first keeps those of one path.
//!
//! The online judges see every step. What they cannot decide without the order of everything, the witness decides: on
//! every finding, and on a sample of the finished paths, each made once more by a [`Runner`]. A path that the online
//! judges accept and the full judgement does not is a finding too ([`Judge::Full`]).
//!
//! # Expectations
//!
//! `Always`, `Never` and `Sometimes` are judged on the paths that are made once more only, so a passed one was *not*
//! checked in every schedule. `Violates` is met by a finding of that rule, which is then no failure; the same holds for
//! rules that the job does not promise.
//!
//! # The end
//!
//! [`End::Complete`] says that every schedule within the plan's `limits` was covered (paths that such a limit cut off are
//! counted in [`Search::bounded`]); [`End::Stopped`] says which bound of the search ended it, and proves nothing.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use smallvec::SmallVec;

use super::evidence::Standing;
use super::reduction::{Chosen, Mutant, Reduction};
use crate::action::Action;
use crate::ids::Step;
use crate::oracle::expect::Tally;
use crate::oracle::{Memory, Oracles, Violation};
use crate::parts::print;
use crate::plan::{Plan, Schedule, Time};
use crate::run::{Choice, Keep, Order, Outcome, Runner};
use crate::trace::Event;
use crate::world::World;

/// What ends a search that is not complete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Different states.
    pub states: u64,
    /// Steps of a path, beside the plan's own limit.
    pub depth: u64,
    /// Findings that are failures, each of another rule.
    pub failures: usize,
    /// One of so many finished paths is made once more and judged in full; 0: none.
    pub sample: u64,
    /// Whether choices are left out that need not be tried ([`super::reduction`]).
    pub reduce: bool,
    /// Which states come first.
    pub walk: Direction,
}

/// Which states a search goes on from first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// The nearest to the start.
    Breadth,
    /// The newest.
    Depth,
}

/// How far a search has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Different states so far.
    pub states: u64,
    /// Steps tried so far.
    pub transitions: u64,
    /// States that wait to be gone on from.
    pub frontier: u64,
}

/// Looks on while a search runs.
pub trait Observer {
    /// A state of a kind that reduction must not lose, with what the judges remember; some come more than once.
    fn see(&mut self, _: Sight, _: &World, _: &Memory) {}

    /// Asked every [`PAUSE`] steps: a bound that only the onlooker knows, once it is reached.
    fn pause(&mut self, _: Progress) -> Option<Bound> {
        None
    }
}

/// How many steps lie between two questions to the [`Observer`].
pub const PAUSE: u64 = 1_024;

/// Nobody looks on.
struct Nobody;

impl Observer for Nobody {}

impl Default for Bounds {
    fn default() -> Self {
        Self { states: 10_000_000, depth: u64::MAX, failures: 1, sample: 100, reduce: true, walk: Direction::Breadth }
    }
}

/// A bound that was reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// [`Bounds::states`].
    States,
    /// [`Bounds::depth`], or the plan's limit of steps.
    Depth,
    /// [`Bounds::failures`].
    Failures,
    /// The memory that the onlooker grants.
    Memory,
    /// The time that the onlooker grants.
    Time,
    /// The onlooker wants no more.
    Interrupt,
}

/// How a search ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Every schedule was covered.
    Complete,
    /// Some were not.
    Stopped {
        /// The first bound that was reached.
        at: Bound,
    },
}

/// Who found it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judge {
    /// The online judges, at the last step of the path.
    Online,
    /// The full judgement of a path that the online judges accept.
    Full,
}

/// A path on which a rule is broken.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is broken.
    pub violation: Violation,
    /// Who found it.
    pub judge: Judge,
    /// Whether it is a failure: the job promises the rule, and the plan does not expect that it is broken.
    pub fails: bool,
    /// The steps that lead there: a schedule for [`Schedule::Prefix`] of an untimed run.
    pub path: Vec<Action>,
    /// The same path made once more and completed in the usual order, judged in full.
    pub outcome: Outcome,
}

/// What a search covered and found.
#[derive(Clone, Debug)]
pub struct Search {
    /// How it ended.
    pub end: End,
    /// Different states, the first one included.
    pub states: u64,
    /// Steps tried, also those that led to a known state.
    pub transitions: u64,
    /// The length of the longest path.
    pub depth: u64,
    /// States in which a run is over.
    pub finished: u64,
    /// States in which only a limit of the plan keeps the job from going on.
    pub bounded: u64,
    /// Finished paths that were made once more and judged in full.
    pub sampled: u64,
    /// The first finding of each rule, in the order of discovery.
    pub findings: Vec<Finding>,
    /// What the paths that were made once more show of the plan's expectations; runs are numbered in that order.
    pub tally: Tally,
}

impl Search {
    /// The chance, at most, that two different states had one fingerprint: states squared / 2^64, twice what it is for
    /// one hash of 64 bits, since a fingerprint is a hash of hashes of parts.
    pub fn collision(&self) -> f64 {
        let states = self.states as f64;
        states * states / (u64::MAX as f64 + 1.0)
    }

    /// The first finding that is a failure.
    pub fn failure(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.fails)
    }
}

/// Tries every schedule of a plan, untimed, within its limits and these bounds.
pub fn explore(plan: &Plan, bounds: &Bounds) -> Search {
    explore_watched(plan, bounds, &mut Nobody)
}

/// A kind of state that reduction must not lose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sight {
    /// A fault has just struck.
    Struck,
    /// The job has just been told to start again: of the old tasks nothing is left.
    Restarting,
    /// Nothing but a fault can happen.
    End,
}

/// The same, with somebody who looks on.
pub fn explore_watched(plan: &Plan, bounds: &Bounds, observer: &mut dyn Observer) -> Search {
    let mut walk = Walk::new(plan, bounds, observer);
    walk.run();
    walk.search
}

/// The same, reduced by a rule with a mistake in it, for those who test that mistakes show.
pub fn explore_mutant(plan: &Plan, bounds: &Bounds, observer: &mut dyn Observer, mutant: Mutant) -> Search {
    let mut walk = Walk::new(plan, bounds, observer);
    walk.reduction = Some(Reduction::mutant(walk.runner.plan(), walk.runner.topology(), mutant));
    walk.run();
    walk.search
}

/// A state whose choices are tried now or later.
struct Frame {
    world: World,
    memory: Memory,
    /// The prints of the parts of both.
    prints: Vec<u64>,
    next: usize,
    /// What is tried; `None`: everything.
    chosen: Option<Chosen>,
    /// Breadth first: the step that leads here.
    link: u32,
}

/// Breadth first: a step, and the one before it.
#[derive(Clone, Copy)]
struct Link {
    before: u32,
    action: Action,
}

/// The link of the start.
const START: u32 = u32::MAX;

struct Walk<'a> {
    bounds: &'a Bounds,
    observer: &'a mut dyn Observer,
    depth: u64,
    runner: Runner,
    oracles: Oracles,
    /// Where each step is made.
    world: World,
    /// The prints of the parts of the world and of the memory after the last step, and what stands for them.
    prints: Vec<u64>,
    /// States that were gone on from: their memory is used again.
    spent: Vec<Frame>,
    known: HashSet<u64, BuildHasherDefault<Known>>,
    reduction: Option<Reduction>,
    /// Depth first: the states on the path. Breadth first: those that were not gone on from yet.
    frames: VecDeque<Frame>,
    links: Vec<Link>,
    path: Vec<Action>,
    search: Search,
}

impl<'a> Walk<'a> {
    fn new(plan: &Plan, bounds: &'a Bounds, observer: &'a mut dyn Observer) -> Self {
        let runner = Runner::new(plan.clone());
        let world = World::new(runner.plan(), runner.topology(), plan.seed, Time::Untimed, false);
        Self {
            bounds,
            world,
            prints: Vec::new(),
            spent: Vec::new(),
            observer,
            depth: bounds.depth.min(plan.limits.steps),
            oracles: Oracles::new(runner.plan(), runner.topology()),
            known: HashSet::default(),
            reduction: bounds.reduce.then(|| Reduction::new(runner.plan(), runner.topology())),
            frames: VecDeque::new(),
            links: Vec::new(),
            path: Vec::new(),
            runner,
            search: Search {
                end: End::Complete,
                states: 0,
                transitions: 0,
                depth: 0,
                finished: 0,
                bounded: 0,
                sampled: 0,
                findings: Vec::new(),
                tally: Tally::new(plan),
            },
        }
    }

    fn run(&mut self) {
        if let Some(frame) = self.arrive(None) {
            self.frames.push_back(frame);
            match self.bounds.walk {
                Direction::Depth => self.deepen(),
                Direction::Breadth => self.widen(),
            }
        }
    }

    fn deepen(&mut self) {
        while let Some(mut frame) = self.frames.pop_back() {
            if self.is_stopped() {
                return;
            }
            match self.next(&mut frame) {
                None => {
                    self.path.pop();
                    self.spent.push(frame);
                }
                Some(next) => {
                    self.frames.push_back(frame);
                    match next {
                        Some(next) => self.frames.push_back(next),
                        None => {
                            self.path.pop();
                        }
                    }
                }
            }
        }
    }

    fn widen(&mut self) {
        while let Some(mut frame) = self.frames.pop_front() {
            self.follow(frame.link);
            while !self.is_stopped() {
                let Some(next) = self.next(&mut frame) else { break };
                let action = self.path.pop().expect("the step that was just made");
                if let Some(next) = next {
                    let link = self.links.len() as u32;
                    self.links.push(Link { before: frame.link, action });
                    self.frames.push_back(Frame { link, ..next });
                }
            }
            if self.is_stopped() {
                return;
            }
            self.spent.push(frame);
        }
    }

    /// The path to a state, from its last step back.
    fn follow(&mut self, mut link: u32) {
        self.path.clear();
        while link != START {
            let Link { before, action } = self.links[link as usize];
            self.path.push(action);
            link = before;
        }
        self.path.reverse();
    }

    /// Whether a bound is reached that ends the search.
    fn is_stopped(&mut self) -> bool {
        if self.search.states >= self.bounds.states {
            self.stop(Bound::States);
            return true;
        }
        if self.search.transitions.is_multiple_of(PAUSE) {
            let Search { states, transitions, .. } = self.search;
            let frontier = self.frames.len() as u64;
            if let Some(bound) = self.observer.pause(Progress { states, transitions, frontier }) {
                self.stop(bound);
                return true;
            }
        }
        self.search.end == End::Stopped { at: Bound::Failures }
    }

    /// Makes the next step of a state, at the end of the path; `None` if all are made, else what to go on from.
    fn next(&mut self, frame: &mut Frame) -> Option<Option<Frame>> {
        let choices = frame.chosen.as_ref().map_or_else(|| frame.world.menu().len(), SmallVec::len);
        if frame.next == choices {
            return None;
        }
        let place = frame.next;
        frame.next += 1;
        self.oracles.memory_mut().return_to(&frame.memory);
        self.world.return_to(&frame.world);
        let action = frame.chosen.as_ref().map_or_else(|| frame.world.menu().nth(place), |chosen| chosen[place]);
        self.world.apply(action);
        self.search.transitions += 1;
        self.path.push(action);
        Some(self.arrive(Some(frame)))
    }

    /// Judges the state at the end of the path, one step from another one; what to go on from, unless it is known or at
    /// an end.
    fn arrive(&mut self, from: Option<&Frame>) -> Option<Frame> {
        self.observe();
        self.show();
        let fingerprint = self.fingerprint(from);
        let is_new = self.known.insert(fingerprint);
        if is_new {
            self.search.states += 1;
            self.search.depth = self.search.depth.max(self.path.len() as u64);
        }
        // Also the last step to a known state may break a rule.
        if self.judge_online() || !is_new {
            return None;
        }
        let is_deep = self.path.len() as u64 >= self.depth;
        let menu = self.world.menu();
        if menu.len() > menu.faults() {
            if is_deep {
                self.stop(Bound::Depth);
                return None;
            }
            let chosen = self.reduction.as_mut().and_then(|reduction| reduction.choose(&self.world));
            return Some(self.frame(chosen));
        }
        if self.world.is_over() {
            self.search.finished += 1;
            let quiescent = !self.world.state().job.stopped;
            self.oracles.end(Step(self.path.len() as u64), self.world.now(), quiescent);
            let sampled = self.bounds.sample > 0 && self.search.finished % self.bounds.sample == 1 % self.bounds.sample;
            if !self.judge_online() && sampled {
                self.sample();
            }
        } else if self.world.is_bounded() {
            self.search.bounded += 1;
        } else {
            self.world.report_stuck();
            self.observe();
            self.judge_online();
        }
        if self.world.menu().is_empty() {
            return None;
        }
        if is_deep {
            self.stop(Bound::Depth);
            return None;
        }
        // A fault may still move on what nothing else does. The judges have heard of the end.
        self.fingerprint(None);
        Some(self.frame(None))
    }

    /// A state to go on from: the one at the end of the path.
    fn frame(&mut self, chosen: Option<Chosen>) -> Frame {
        let (world, memory) = (&self.world, self.oracles.memory());
        match self.spent.pop() {
            Some(mut frame) => {
                frame.world.return_to(world);
                frame.memory.return_to(memory);
                frame.prints.clone_from(&self.prints);
                Frame { next: 0, chosen, link: START, ..frame }
            }
            None => {
                let (world, memory, prints) = (world.copy(), memory.clone(), self.prints.clone());
                Frame { world, memory, prints, next: 0, chosen, link: START }
            }
        }
    }

    /// What stands for the state at the end of the path among those that are known. Never stored: it differs between
    /// versions and platforms.
    fn fingerprint(&mut self, from: Option<&Frame>) -> u64 {
        self.prints.clear();
        self.world.prints(&mut self.prints, from.map(|frame| (&frame.world, &*frame.prints)));
        self.oracles.memory().prints(&mut self.prints, from.map(|frame| (&frame.memory, &*frame.prints)));
        print(&self.prints)
    }

    fn show(&mut self) {
        let (world, memory) = (&self.world, self.oracles.memory());
        if self.path.last().is_some_and(|action| action.is_fault()) {
            self.observer.see(Sight::Struck, world, memory);
        }
        if world.events().iter().any(|event| matches!(event, Event::Restarting { .. })) {
            self.observer.see(Sight::Restarting, world, memory);
        }
        if world.menu().len() == world.menu().faults() {
            self.observer.see(Sight::End, world, memory);
        }
    }

    fn observe(&mut self) {
        let step = Step((self.path.len() as u64).saturating_sub(1));
        for event in self.world.events() {
            self.oracles.observe(step, self.world.now(), event);
        }
    }

    /// Whether the online judges have found a failure, beyond which nothing is worth exploring.
    fn judge_online(&mut self) -> bool {
        if self.oracles.violations().is_empty() {
            return false;
        }
        let violations = self.oracles.violations().to_vec();
        self.oracles = self.oracles.with_memory(self.oracles.memory().clone());
        let mut failed = false;
        for violation in violations {
            failed |= self.found(violation, Judge::Online, None);
        }
        failed
    }

    /// Makes the path once more and judges it in full.
    fn sample(&mut self) {
        let outcome = self.again();
        self.search.sampled += 1;
        for violation in outcome.violations.clone() {
            self.found(violation, Judge::Full, Some(&outcome));
        }
    }

    fn again(&mut self) -> Outcome {
        let choice = Choice::Pinned(Schedule::Prefix(self.path.clone()));
        let order = Order { seed: self.runner.plan().seed, time: Time::Untimed, choice };
        let outcome = self.runner.run(&order, Keep::default());
        self.search.tally.add(self.search.tally.runs(), outcome.seen.clone());
        outcome
    }

    /// Keeps a finding if it is the first of its rule; whether it is a failure.
    fn found(&mut self, violation: Violation, judge: Judge, outcome: Option<&Outcome>) -> bool {
        let fails = Standing::of(self.runner.plan(), violation.rule) == Standing::Failure;
        if !self.search.findings.iter().any(|finding| finding.violation.rule == violation.rule) {
            let outcome = outcome.cloned().unwrap_or_else(|| self.again());
            self.search.findings.push(Finding { violation, judge, fails, path: self.path.clone(), outcome });
            if self.search.findings.iter().filter(|finding| finding.fails).count() >= self.bounds.failures {
                self.stop(Bound::Failures);
            }
        }
        fails
    }

    fn stop(&mut self, at: Bound) {
        if self.search.end == End::Complete || at == Bound::Failures {
            self.search.end = End::Stopped { at };
        }
    }
}

/// Fingerprints are hashes already.
#[derive(Clone, Copy, Default)]
struct Known(u64);

impl Hasher for Known {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only fingerprints are kept");
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }
}
