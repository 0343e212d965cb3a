//! The reference model for `stateright`, packed into six words: what a person writes who wants that checker to be fast.
//!
//! Tasks and lanes are numbered: the sources 0 and 1, the sums 2 (`even`) and 3 (`odd`), their sinks 4 and 5. Queues are
//! integers whose lowest item is the head; no item is zero.

use stateright::{Checker, Model, Property};

/// The bounds of a set.
#[derive(Clone, Copy)]
pub(crate) struct Packed {
    pub(crate) records: u64,
    pub(crate) checkpoints: u64,
    pub(crate) crashes: u64,
    pub(crate) buffers: u32,
}

/// The words of a state.
type State = [u64; 6];

/// A step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Move {
    Emit(usize),
    Barrier(usize),
    /// By a sum, from a source.
    Sum(usize, usize),
    Sink(usize),
    Trigger,
    Ack(usize),
    Crash,
}

/// Where something stands: word, lowest bit, bits.
type Field = (usize, u32, u32);

const TRIGGERED: [Field; 2] = [(0, 50, 1), (0, 51, 1)];
const PENDING: Field = (0, 56, 1);
const LATEST: Field = (0, 57, 2);
const ATTEMPT: Field = (0, 59, 2);
const ACKED: Field = (1, 26, 6);
/// What each task stores: an offset, a sum, or a count with the last value above it.
const LIVE: [Field; 6] = [(0, 44, 3), (0, 47, 3), (1, 0, 5), (1, 5, 5), (1, 10, 8), (1, 18, 8)];
/// The same in the pending checkpoint.
const STORED: [Field; 6] = [(1, 32, 3), (1, 35, 3), (1, 38, 5), (1, 43, 5), (1, 48, 8), (1, 56, 8)];
/// The same in the latest complete one.
const COMPLETE: [Field; 6] = [(2, 0, 3), (2, 3, 3), (2, 6, 5), (2, 11, 5), (2, 16, 8), (2, 24, 8)];
/// Acknowledgements on their way: up to three of attempt + 1, checkpoint, and what is stored.
const LANES: [Field; 6] = [(2, 32, 21), (3, 0, 21), (3, 21, 27), (4, 0, 27), (4, 27, 36), (5, 0, 36)];

const CHANNEL_ITEM: u32 = 3;
const CHANNEL_BARRIER: u64 = 7;
const OUTPUT_ITEM: u32 = 5;
const OUTPUT_BARRIER: u64 = 31;

/// From a source to a sum.
fn channel(source: usize, sum: usize) -> Field {
    (0, 6 * (2 * sum + source) as u32, 6)
}

/// From a sum to its sink.
fn output(sum: usize) -> Field {
    (0, 24 + 10 * sum as u32, 10)
}

/// Whether the channel from a source to a sum waits for the other one's barrier.
fn blocked(source: usize, sum: usize) -> Field {
    (0, 52 + (2 * sum + source) as u32, 1)
}

fn get(state: &State, (word, low, bits): Field) -> u64 {
    state[word] >> low & ((1 << bits) - 1)
}

fn set(state: &mut State, (word, low, bits): Field, value: u64) {
    state[word] = state[word] & !(((1 << bits) - 1) << low) | value << low;
}

fn head(state: &State, queue: Field, item: u32) -> u64 {
    get(state, queue) & ((1 << item) - 1)
}

fn pop(state: &mut State, queue: Field, item: u32) -> u64 {
    let all = get(state, queue);
    set(state, queue, all >> item);
    all & ((1 << item) - 1)
}

fn push(state: &mut State, queue: Field, item: u32, value: u64) {
    let all = get(state, queue);
    set(state, queue, all | value << (length(all, item) * item));
}

fn length(all: u64, item: u32) -> u32 {
    (u64::BITS - all.leading_zeros()).div_ceil(item)
}

/// The bits of an acknowledgement.
fn ack_bits(task: usize) -> u32 {
    LANES[task].2 / 3
}

/// The sum of what `even` (0) or `odd` (1) gets of the numbers up to this one, and how many they are.
fn share(sum: usize, last: u64) -> (u64, u64) {
    let numbers = (1..=last).filter(|number| number % 2 == sum as u64);
    numbers.fold((0, 0), |(total, count), number| (total + number, count + 1))
}

impl Packed {
    fn has_room(&self, state: &State, queue: Field, item: u32) -> bool {
        length(get(state, queue), item) < self.buffers
    }

    fn can_receive(&self, state: &State, sum: usize, source: usize) -> bool {
        let head = head(state, channel(source, sum), CHANNEL_ITEM);
        let is_first = head == CHANNEL_BARRIER && get(state, blocked(1 - source, sum)) == 0;
        let is_open = head != 0 && get(state, blocked(source, sum)) == 0;
        is_open && (is_first || self.has_room(state, output(sum), OUTPUT_ITEM))
    }

    /// A task stores its part and says so.
    fn acknowledge(state: &mut State, task: usize) {
        let part = LIVE[task].2;
        let content = get(state, LIVE[task]);
        let named = (get(state, ATTEMPT) + 1) | (get(state, LATEST) + 1) << 2;
        push(state, LANES[task], ack_bits(task), content << 4 | named);
        debug_assert_eq!(ack_bits(task), part + 4);
    }

    /// Whether these parts are those of a failure-free run whose sources are at the same offsets.
    fn is_cut(state: &State, parts: &[Field; 6]) -> bool {
        let offsets = [get(state, parts[0]), get(state, parts[1])];
        (0..2).all(|sum| {
            let shares = offsets.map(|offset| share(sum, offset));
            let (total, count) = (shares[0].0 + shares[1].0, shares[0].1 + shares[1].1);
            get(state, parts[2 + sum]) == total && get(state, parts[4 + sum]) == count | total << 3
        })
    }
}

impl Model for Packed {
    type State = State;
    type Action = Move;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, moves: &mut Vec<Move>) {
        for source in 0..2 {
            let next = get(state, LIVE[source]) + 1;
            let room = |sum| self.has_room(state, channel(source, sum), CHANNEL_ITEM);
            if next <= self.records && room((next % 2) as usize) {
                moves.push(Move::Emit(source));
            }
            if get(state, TRIGGERED[source]) == 1 && room(0) && room(1) {
                moves.push(Move::Barrier(source));
            }
        }
        for sum in 0..2 {
            moves.extend(
                (0..2).filter(|&source| self.can_receive(state, sum, source)).map(|source| Move::Sum(sum, source)),
            );
            if get(state, output(sum)) != 0 {
                moves.push(Move::Sink(sum));
            }
        }
        if get(state, PENDING) == 0 && get(state, LATEST) < self.checkpoints {
            moves.push(Move::Trigger);
        }
        moves.extend((0..6).filter(|&task| get(state, LANES[task]) != 0).map(Move::Ack));
        if get(state, ATTEMPT) < self.crashes {
            moves.push(Move::Crash);
        }
    }

    fn next_state(&self, last: &State, step: Move) -> Option<State> {
        let mut next = *last;
        let state = &mut next;
        match step {
            Move::Emit(source) => {
                let number = get(state, LIVE[source]) + 1;
                set(state, LIVE[source], number);
                push(state, channel(source, (number % 2) as usize), CHANNEL_ITEM, number);
            }
            Move::Barrier(source) => {
                set(state, TRIGGERED[source], 0);
                Self::acknowledge(state, source);
                (0..2).for_each(|sum| push(state, channel(source, sum), CHANNEL_ITEM, CHANNEL_BARRIER));
            }
            Move::Sum(sum, source) => match pop(state, channel(source, sum), CHANNEL_ITEM) {
                CHANNEL_BARRIER if get(state, blocked(1 - source, sum)) == 0 => set(state, blocked(source, sum), 1),
                CHANNEL_BARRIER => {
                    set(state, blocked(1 - source, sum), 0);
                    Self::acknowledge(state, 2 + sum);
                    push(state, output(sum), OUTPUT_ITEM, OUTPUT_BARRIER);
                }
                number => {
                    let total = get(state, LIVE[2 + sum]) + number;
                    set(state, LIVE[2 + sum], total);
                    push(state, output(sum), OUTPUT_ITEM, total);
                }
            },
            Move::Sink(sum) => match pop(state, output(sum), OUTPUT_ITEM) {
                OUTPUT_BARRIER => Self::acknowledge(state, 4 + sum),
                total => {
                    let count = (get(state, LIVE[4 + sum]) & 7) + 1;
                    set(state, LIVE[4 + sum], count | total << 3);
                }
            },
            Move::Trigger => {
                set(state, PENDING, 1);
                TRIGGERED.iter().for_each(|&source| set(state, source, 1));
            }
            Move::Ack(task) => {
                let ack = pop(state, LANES[task], ack_bits(task));
                let awaited = (get(state, ATTEMPT) + 1) | (get(state, LATEST) + 1) << 2;
                if get(state, PENDING) == 1 && ack & 15 == awaited {
                    set(state, STORED[task], ack >> 4);
                    let acked = get(state, ACKED) | 1 << task;
                    set(state, ACKED, acked);
                    if acked == 63 {
                        set(state, LATEST, get(state, LATEST) + 1);
                        (0..6).for_each(|task| set(state, COMPLETE[task], get(state, STORED[task])));
                        abandon(state);
                    }
                }
            }
            Move::Crash => {
                set(state, ATTEMPT, get(state, ATTEMPT) + 1);
                abandon(state);
                // Channels, requests and blocked bits.
                state[0] &= !((1 << 44) - 1) & !(63 << 50);
                (0..6).for_each(|task| set(state, LIVE[task], get(state, COMPLETE[task])));
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("CUT", |_, state| Self::is_cut(state, &COMPLETE)),
            Property::always("END", |model, state| {
                let emitted = (0..2).all(|source| get(state, LIVE[source]) == model.records);
                let drained = emitted && state[0] & ((1 << 44) - 1) == 0;
                !drained || Self::is_cut(state, &LIVE)
            }),
        ]
    }
}

/// Nothing is pending any more.
fn abandon(state: &mut State) {
    set(state, PENDING, 0);
    set(state, ACKED, 0);
    STORED.iter().for_each(|&part| set(state, part, 0));
}

/// Searches breadth first with one thread: states, and transitions.
pub(crate) fn search(model: Packed) -> (u64, u64) {
    let checker = model.checker().threads(1).spawn_bfs().join();
    checker.assert_properties();
    // It counts the first state as a transition.
    (checker.unique_state_count() as u64, checker.state_count() as u64 - 1)
}
