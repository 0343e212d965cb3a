//! `SingleCheckpointBarrierHandler.aligned` and `CheckpointBarrierTracker` behind a real gate.
//!
//! Left out of the comparison: `unsent`, which cannot be derived from the input.

use std::collections::VecDeque;

use cutline::ids::{CheckpointId, Micros};
use cutline::protocol::barrier::{Aligned, Effect, Facts, Foreign, Handler, Input, Tracker};
use serde_json::{Value, json};

use super::{Case, barrier, cases, id, index, letter, list, millis, number, text, truth};

#[test]
fn barrier_aligned() {
    for case in cases("barrier_aligned", 500) {
        check(&case, Handler::Aligned(Aligned::new()));
        check(&case, Handler::Own(Foreign::new(Aligned::new())));
    }
}

#[test]
fn barrier_tracker() {
    for case in cases("barrier_tracker", 500) {
        check(&case, Handler::Tracker(Tracker::new()));
        check(&case, Handler::Own(Foreign::new(Tracker::new())));
    }
}

/// Holds one handler against one case.
fn check(case: &Case, mut handler: Handler) {
    let facts =
        Facts { inputs: index(&case["input"]["channels"]), after_finish: truth(&case["input"]["after_finish"]) };
    let mut gate = Gate::new(facts.inputs, millis(&case["input"]["timeout_ms"]));
    let mut effects = Vec::new();
    for (step, op, expected) in case.steps() {
        let mut actions = Vec::new();
        match text(&op[0]) {
            "s" => gate.arrive(index(&op[1]), &list(op)[2..]),
            "t" => gate.now += number(&op[1]),
            "p" => {
                let (got, input) = gate.poll();
                actions.push(got);
                if let Some(input) = input {
                    handler.step(facts, input, &mut effects);
                }
                actions.extend(effects.drain(..).map(|effect| gate.perform(effect)));
            }
            other => panic!("an unknown operation: {other}"),
        }
        case.same(format_args!("step {step}, {op}"), expected, &actions.into());
    }
    case.same("delivered", &case["expected"]["delivered"], &json!(gate.delivered));
    let blocked: Vec<_> = (0..facts.inputs).filter(|&channel| gate.blocked[channel]).collect();
    case.same("senders_blocked", &case["expected"]["senders_blocked"], &json!(blocked));
}

/// A stand-in for the gate of a task, the senders behind it, and the clock.
struct Gate {
    /// What waits on each channel, without the channel's number.
    queues: Vec<VecDeque<Vec<Value>>>,
    /// Channels that are not empty, in the order of being polled.
    order: VecDeque<usize>,
    /// Channels whose sender is held back by a barrier.
    blocked: Vec<bool>,
    /// Records polled so far.
    delivered: Vec<u64>,
    /// The newest checkpoint of which a barrier was polled, and when the first of them was. Flink measures the alignment
    /// of the newest only; an older one, triggered late by the tracker, is said to have taken no time.
    newest: CheckpointId,
    aligning_since: u64,
    timeout: Micros,
    now: u64,
}

impl Gate {
    fn new(channels: usize, timeout: Micros) -> Self {
        Self {
            queues: vec![VecDeque::new(); channels],
            order: VecDeque::new(),
            blocked: vec![false; channels],
            delivered: vec![0; channels],
            newest: CheckpointId::NONE,
            aligning_since: 0,
            timeout,
            now: 0,
        }
    }

    /// A sender hands an item over.
    fn arrive(&mut self, channel: usize, item: &[Value]) {
        if text(&item[0]) == "b" {
            self.blocked[channel] = barrier(id(&item[1]), &item[2], self.timeout).alignment.blocks();
        }
        if self.queues[channel].is_empty() {
            self.order.push_back(channel);
        }
        self.queues[channel].push_back(item.to_vec());
    }

    /// The next item as an action, and what it is to the handler; a record is nothing to it.
    fn poll(&mut self) -> (Value, Option<Input>) {
        let on = self.order.pop_front().expect("only polls that return something are listed");
        let item = self.queues[on].pop_front().expect("a channel in the order has an item");
        if !self.queues[on].is_empty() {
            self.order.push_back(on);
        }
        match text(&item[0]) {
            "r" => {
                self.delivered[on] += 1;
                (json!(["got", on, "r", item[1]]), None)
            }
            "b" => {
                let barrier = barrier(id(&item[1]), &item[2], self.timeout);
                if barrier.id > self.newest {
                    (self.newest, self.aligning_since) = (barrier.id, self.now);
                }
                (json!(["got", on, "b", item[1], item[2]]), Some(Input::Barrier { on, barrier, via_rpc: false }))
            }
            "c" => (json!(["got", on, "c", item[1]]), Some(Input::CancelMarker { on, id: id(&item[1]) })),
            "e" => (json!(["got", on, "e"]), Some(Input::EndOfPartition { on })),
            other => panic!("an unknown item: {other}"),
        }
    }

    /// Carries an effect out and names it as the files do.
    fn perform(&mut self, effect: Effect) -> Value {
        match effect {
            Effect::Block(channel) => json!(["block", channel]),
            Effect::Resume(channel) => {
                self.blocked[channel] = false;
                json!(["resume", channel])
            }
            Effect::Trigger(barrier) => {
                let alignment = if barrier.id == self.newest { self.now - self.aligning_since } else { 0 };
                json!(["trigger", barrier.id.0, letter(barrier), self.delivered, alignment])
            }
            Effect::Abort { id, reason } => json!(["abort", id.0, reason.name()]),
        }
    }
}
