//! The walk: which states come first, and what is kept of each.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use smallvec::SmallVec;

use super::liveness::Suffixes;
use super::{Bound, Bounds, Direction, End, Observer, PAUSE, Progress, Search};
use crate::action::Action;
use crate::explore::reduction::{Chosen, Reduction};
use crate::oracle::expect::Tally;
use crate::oracle::{Memory, Oracles};
use crate::parts::print;
use crate::plan::{Plan, Time};
use crate::run::Runner;
use crate::world::World;

/// A state whose choices are tried now or later.
pub(super) struct Frame {
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

/// A search under way.
pub(super) struct Walk<'a> {
    pub(super) bounds: &'a Bounds,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) depth: u64,
    pub(super) runner: Runner,
    pub(super) oracles: Oracles,
    /// Where each step is made.
    pub(super) world: World,
    /// The prints of the parts of the world and of the memory after the last step, and what stands for them.
    prints: Vec<u64>,
    /// States that were gone on from: their memory is used again.
    spent: Vec<Frame>,
    pub(super) known: HashSet<u64, BuildHasherDefault<Known>>,
    pub(super) reduction: Option<Reduction>,
    /// Depth first: the states on the path. Breadth first: those that were not gone on from yet.
    frames: VecDeque<Frame>,
    links: Vec<Link>,
    pub(super) suffixes: Suffixes,
    pub(super) path: Vec<Action>,
    pub(super) search: Search,
}

impl<'a> Walk<'a> {
    pub(super) fn new(plan: &Plan, bounds: &'a Bounds, observer: &'a mut dyn Observer) -> Self {
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
            suffixes: Suffixes::default(),
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

    pub(super) fn run(&mut self) {
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

    /// A state to go on from: the one at the end of the path.
    pub(super) fn frame(&mut self, chosen: Option<Chosen>) -> Frame {
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
    pub(super) fn fingerprint(&mut self, from: Option<&Frame>) -> u64 {
        self.prints.clear();
        self.world.prints(&mut self.prints, from.map(|frame| (&frame.world, &*frame.prints)));
        self.oracles.memory().prints(&mut self.prints, from.map(|frame| (&frame.memory, &*frame.prints)));
        print(&self.prints)
    }
}

/// Fingerprints are hashes already.
#[derive(Clone, Copy, Default)]
pub(super) struct Known(u64);

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
