//! The walk: which states come first, and what is kept of each.

use std::collections::VecDeque;

use super::known::Known;
use super::liveness::Suffixes;
use super::states::{Row, States};
use super::{Bound, Bounds, Direction, End, Observer, PAUSE, Progress, Search};
use crate::action::Action;
use crate::explore::reduction::{Reduction, Unreduced, unreduced};
use crate::oracle::expect::Tally;
use crate::plan::Plan;
use crate::run::Runner;

/// A state whose choices are tried.
#[derive(Default)]
struct Frame {
    row: Row,
    /// The step that leads here.
    link: u32,
    /// How many steps lie before it.
    depth: u32,
    /// What is tried, and how much of it was.
    choices: Vec<Action>,
    next: usize,
}

/// What comes of a step that was recalled.
#[derive(Default)]
struct Ahead {
    row: Row,
    print: u64,
    /// Whether the step was recalled at all.
    is_there: bool,
    /// Whether that state was known when it was looked at.
    is_known: bool,
}

/// A step, and the one before it.
#[derive(Clone, Copy)]
struct Link {
    before: u32,
    action: u32,
}

/// The link of the start.
const START: u32 = u32::MAX;

/// How many states the frontier keeps in one piece.
const PIECE: usize = 1_024;

/// A search under way.
pub(super) struct Walk<'a> {
    pub(super) bounds: &'a Bounds,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) depth: u64,
    pub(super) runner: Runner,
    pub(super) states: States,
    /// The state that the walk has just come to.
    pub(super) row: Row,
    pub(super) known: Known,
    /// What comes of the state whose choices are tried, as far as it was looked at ahead.
    ahead: Vec<Ahead>,
    pub(super) reduction: Option<Reduction>,
    pub(super) search: Search,
    pub(super) suffixes: Suffixes,
    links: Vec<Link>,
    /// The last link before that state, and the step that led from there.
    last: (u32, Option<Action>),
    /// How many steps lead to it.
    pub(super) length: u64,
    /// Steps behind that state that belong to what is being judged.
    pub(super) beyond: Vec<Action>,
    waiting: u64,
    /// Whether there is a state too many.
    pub(super) is_full: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(plan: &Plan, bounds: &'a Bounds, observer: &'a mut dyn Observer) -> Self {
        let runner = Runner::new(plan.clone());
        Self {
            bounds,
            observer,
            depth: bounds.depth.min(plan.limits.steps),
            states: States::new(runner.plan(), runner.topology()),
            row: Row::new(),
            known: Known::default(),
            ahead: Vec::new(),
            reduction: bounds.reduce.then(|| Reduction::new(runner.plan(), runner.topology())),
            suffixes: Suffixes::default(),
            links: Vec::new(),
            last: (START, None),
            length: 0,
            beyond: Vec::new(),
            waiting: 0,
            is_full: false,
            runner,
            search: Search {
                end: End::Complete,
                states: 0,
                transitions: 0,
                depth: 0,
                finished: 0,
                bounded: 0,
                sampled: 0,
                unreduced: match bounds.reduce {
                    true => unreduced(plan),
                    false => Some(Unreduced::All("it is switched off")),
                },
                findings: Vec::new(),
                unmet: Vec::new(),
                tally: Tally::new(plan),
            },
        }
    }

    pub(super) fn run(&mut self) {
        self.states.start(&mut self.row);
        if self.arrive(true, self.states.fingerprint(&self.row)) {
            match self.bounds.walk {
                Direction::Depth => self.deepen(),
                Direction::Breadth => self.widen(),
            }
        }
    }

    fn deepen(&mut self) {
        let mut frames = vec![self.frame(Frame::default())];
        let mut spent = Vec::new();
        while let Some(last) = frames.len().checked_sub(1) {
            self.waiting = last as u64;
            let frame = &mut frames[last];
            if self.is_stopped() {
                return;
            }
            match self.next(frame) {
                Some(true) => frames.push(self.frame(spent.pop().unwrap_or_default())),
                Some(false) => {}
                None => spent.extend(frames.pop()),
            }
        }
    }

    fn widen(&mut self) {
        let mut frontier = Frontier::default();
        let mut frame = self.frame(Frame::default());
        loop {
            self.look_ahead(&frame);
            while !self.is_stopped() {
                match self.next(&mut frame) {
                    Some(true) => {
                        let link = self.link();
                        frontier.push(&self.row, link, self.length as u32);
                        self.waiting += 1;
                    }
                    Some(false) => {}
                    None => break,
                }
            }
            if self.is_stopped() || !frontier.pop(&mut frame) {
                return;
            }
            self.waiting -= 1;
            self.choose(&mut frame);
        }
    }

    /// The state that the walk has just come to, to be gone on from.
    fn frame(&mut self, mut frame: Frame) -> Frame {
        frame.row.clone_from(&self.row);
        (frame.link, frame.depth) = (self.link(), self.length as u32);
        self.choose(&mut frame);
        frame
    }

    /// The link to that state.
    fn link(&mut self) -> u32 {
        let (before, Some(action)) = self.last else { return START };
        let action = self.states.number(action);
        self.links.push(Link { before, action });
        self.links.len() as u32 - 1
    }

    /// What is tried of a state.
    fn choose(&mut self, frame: &mut Frame) {
        frame.next = 0;
        if let Some(reduction) = &mut self.reduction
            && self.states.goes_on(&frame.row)
        {
            self.states.return_to(&frame.row);
            if let Some(chosen) = reduction.choose(&self.states.world) {
                frame.choices.clear();
                frame.choices.extend(chosen);
                return;
            }
        }
        self.states.choices(&frame.row, &mut frame.choices);
    }

    /// The path to the state that the walk has just come to, and what is beyond.
    pub(super) fn path(&self) -> Vec<Action> {
        let (mut link, last) = self.last;
        let mut path: Vec<Action> = last.into_iter().collect();
        while link != START {
            let Link { before, action } = self.links[link as usize];
            path.push(self.states.action(action));
            link = before;
        }
        path.reverse();
        path.extend(&self.beyond);
        path
    }

    /// The last step to that state.
    pub(super) fn last_step(&self) -> Option<Action> {
        self.last.1
    }

    /// Whether a bound is reached that ends the search.
    fn is_stopped(&mut self) -> bool {
        if self.is_full {
            return true;
        }
        if self.search.transitions.is_multiple_of(PAUSE) {
            let Search { states, transitions, .. } = self.search;
            if let Some(bound) = self.observer.pause(Progress { states, transitions, frontier: self.waiting }) {
                self.stop(bound);
                return true;
            }
        }
        self.search.end == End::Stopped { at: Bound::Failures }
    }

    /// Makes the next step of a state; `None` if all are made, else whether there is something to go on from.
    fn next(&mut self, frame: &mut Frame) -> Option<bool> {
        let action = *frame.choices.get(frame.next)?;
        frame.next += 1;
        self.search.transitions += 1;
        self.last = (frame.link, Some(action));
        self.length = u64::from(frame.depth) + 1;
        if let Some(ahead) = self.ahead.get_mut(frame.next - 1).filter(|ahead| ahead.is_there) {
            std::mem::swap(&mut self.row, &mut ahead.row);
            let print = ahead.print;
            // Nothing new can be seen there.
            return Some(!ahead.is_known && self.arrive(false, print));
        }
        let was_performed = self.states.step(&frame.row, action, self.length, &mut self.row);
        let print = self.states.fingerprint(&self.row);
        Some(self.arrive(was_performed, print))
    }

    /// Makes all steps of a state that need not be performed, and looks for what comes of them: these looks do not wait for
    /// each other.
    fn look_ahead(&mut self, frame: &Frame) {
        let count = frame.choices.len();
        if self.ahead.len() < count {
            self.ahead.resize_with(count, Ahead::default);
        }
        let touched = frame.choices.iter().fold(0, |sum: u32, &action| {
            sum.wrapping_add(self.states.touch(&frame.row, action)) // Without a use it would not be looked at.
        });
        std::hint::black_box(touched);
        for (ahead, &action) in self.ahead.iter_mut().zip(&frame.choices) {
            ahead.is_there = self.states.recall(&frame.row, action, &mut ahead.row, true);
            ahead.print = if ahead.is_there { self.states.fingerprint(&ahead.row) } else { 0 };
        }
        for ahead in &mut self.ahead[..count] {
            ahead.is_known = ahead.is_there && self.known.contains(ahead.print);
        }
        self.ahead[count..].iter_mut().for_each(|ahead| ahead.is_there = false);
    }
}

/// States that were not gone on from yet, the oldest first: their rows, each with its link and its depth.
#[derive(Default)]
struct Frontier {
    pieces: VecDeque<Vec<u32>>,
    /// How many cells of the first piece are taken.
    taken: usize,
}

impl Frontier {
    fn push(&mut self, row: &Row, link: u32, depth: u32) {
        let width = row.len() + 2;
        if self.pieces.back().is_none_or(|piece| piece.len() + width > piece.capacity()) {
            self.pieces.push_back(Vec::with_capacity(PIECE * width));
        }
        let piece = self.pieces.back_mut().expect("there is one now");
        piece.extend_from_slice(row);
        piece.extend([link, depth]);
    }

    fn pop(&mut self, frame: &mut Frame) -> bool {
        let width = frame.row.len() + 2;
        let Some(first) = self.pieces.front() else { return false };
        let Some((cells, &[link, depth])) = first[self.taken..].get(..width).and_then(|cells| cells.split_last_chunk())
        else {
            return false;
        };
        frame.row.copy_from_slice(cells);
        (frame.link, frame.depth) = (link, depth);
        self.taken += width;
        if self.taken == first.capacity() || self.taken == first.len() && self.pieces.len() > 1 {
            self.pieces.pop_front();
            self.taken = 0;
        }
        true
    }
}
