//! One closed set: grows from a node until it asks for nothing more, or is known not to be valid.

mod job_manager;

use super::{Chosen, Granularity, Mutant, Node, Rule};
use crate::action::Action;
use crate::ids::{ChannelId, Id, TaskId};
use crate::plan::Topology;
use crate::world::World;
use crate::world::channel::Item;
use crate::world::task::{Command, Volatile};

/// A set in the making; buffers are kept from one to the next.
#[derive(Clone, Debug)]
pub(super) struct Closure {
    tasks: usize,
    channels: usize,
    /// The number of the set that each node was last put into.
    member: Vec<u32>,
    set: u32,
    /// The nodes that a set was grown from in this state.
    seeds: Vec<bool>,
    open: Vec<Node>,
    /// The possible actions of the members.
    pub(super) actions: Chosen,
    /// The tasks at which a fault is asked for, and those where a member is volatile with respect to it.
    asked: Vec<bool>,
    covered: Vec<bool>,
    invalid: bool,
}

impl Closure {
    pub(super) fn new(topology: &Topology) -> Self {
        let (tasks, channels) = (topology.tasks.len(), topology.channels.len());
        let nodes = 4 * tasks + channels + 1;
        Self {
            tasks,
            channels,
            member: vec![0; nodes],
            set: 0,
            seeds: vec![false; nodes],
            open: Vec::new(),
            actions: Chosen::new(),
            asked: vec![false; tasks],
            covered: vec![false; tasks],
            invalid: false,
        }
    }

    /// Starts with another state.
    pub(super) fn start(&mut self) {
        self.seeds.fill(false);
    }

    /// Whether no set was grown from this node in this state yet.
    pub(super) fn is_first_seed(&mut self, node: Node) -> bool {
        let place = self.place(node);
        !std::mem::replace(&mut self.seeds[place], true)
    }

    /// Grows the set of a node; whether it is valid.
    pub(super) fn grow(&mut self, rule: &Rule, world: &World, from: Node) -> bool {
        self.set = self.set.wrapping_add(1);
        self.open.clear();
        self.actions.clear();
        self.asked.fill(false);
        self.covered.fill(false);
        self.invalid = false;
        self.add(from);
        while let Some(node) = self.open.pop() {
            match node {
                Node::Task(task) => self.task(rule, world, task),
                Node::News(task) => {
                    self.actions.push(Action::Rpc(task));
                    // Nobody tells a lost TaskManager anything.
                    if rule.managers_crash && !rule.has(Mutant::NewsArrives) {
                        self.ask(task);
                    }
                }
                Node::Link(channel) => self.link(rule, world, channel),
                Node::Async(task) => self.asynchronous(rule, world, task),
                Node::Lane(task) => self.lane(rule, world, task),
                Node::Trigger => self.trigger(rule, world),
            }
            if self.invalid {
                return false;
            }
        }
        !self.actions.is_empty() && self.is_covered(rule, world)
    }

    fn is_covered(&self, rule: &Rule, world: &World) -> bool {
        let faults = world.state().budget.crashes > 0 && !rule.has(Mutant::AllVolatile);
        match rule.granularity {
            Granularity::Unknown => false,
            Granularity::Coarse => !faults || self.covered.contains(&true),
            Granularity::Usual | Granularity::Links => {
                !faults || self.asked.iter().zip(&self.covered).all(|(asked, covered)| !asked || *covered)
            }
        }
    }

    fn place(&self, node: Node) -> usize {
        let (tasks, channels) = (self.tasks, self.channels);
        match node {
            Node::Task(task) => task.index(),
            Node::News(task) => tasks + task.index(),
            Node::Async(task) => 2 * tasks + task.index(),
            Node::Lane(task) => 3 * tasks + task.index(),
            Node::Link(channel) => 4 * tasks + channel.index(),
            Node::Trigger => 4 * tasks + channels,
        }
    }

    fn add(&mut self, node: Node) {
        let place = self.place(node);
        if std::mem::replace(&mut self.member[place], self.set) != self.set {
            self.open.push(node);
        }
    }

    fn has(&self, node: Node) -> bool {
        self.member[self.place(node)] == self.set
    }

    /// A fault at this task is asked for.
    fn ask(&mut self, task: TaskId) {
        self.asked[task.index()] = true;
    }

    fn ask_all(&mut self) {
        self.asked.fill(true);
    }

    /// A possible member is volatile with respect to faults at this task.
    fn cover(&mut self, task: TaskId) {
        self.covered[task.index()] = true;
    }

    /// Whoever takes from a channel must make room.
    fn make_room(&mut self, rule: &Rule, channel: ChannelId) {
        let info = rule.topology.channels[channel];
        if rule.has(Mutant::NoRoom) {
            return;
        }
        self.add(if info.remote { Node::Link(channel) } else { Node::Task(info.to) });
        // The loss of the receiver makes room, too.
        self.ask(info.to);
    }

    // ---- a task ----

    fn task(&mut self, rule: &Rule, world: &World, task: TaskId) {
        let Some(volatile) = world.state().tasks[task].volatile.as_ref() else {
            self.invalid = true;
            return;
        };
        self.ask(task);
        self.emit(rule, world, task, volatile);
        // It waits for nothing but what the task itself does.
        if world.menu().contains(Action::Idle(task)) {
            self.actions.push(Action::Idle(task));
        }
        for &channel in &rule.topology.tasks[task].inputs {
            self.deliver(rule, world, task, channel);
        }
        self.rpc(rule, world, task, volatile);
    }

    fn emit(&mut self, rule: &Rule, world: &World, task: TaskId, volatile: &Volatile) {
        if !rule.topology.tasks[task].inputs.is_empty() || volatile.done {
            return;
        }
        let reads = world.reads_on(task);
        if world.menu().contains(Action::Emit(task)) {
            self.actions.push(Action::Emit(task));
            if !reads {
                self.add_writing(rule, task, volatile);
            }
            if rule.sources_forget {
                self.cover(task);
            }
        } else if reads || rule.granularity == Granularity::Usual {
            match world.lacks_room_to_emit(task) {
                Some(channel) => self.make_room(rule, channel),
                None => self.invalid = true,
            }
        }
    }

    /// The end of data and an acknowledgement go into one lane.
    fn add_writing(&mut self, rule: &Rule, task: TaskId, volatile: &Volatile) {
        if !volatile.writing.is_empty() && !rule.has(Mutant::EndApart) {
            self.add(Node::Async(task));
        }
    }

    fn deliver(&mut self, rule: &Rule, world: &World, task: TaskId, channel: ChannelId) {
        let info = rule.topology.channels[channel];
        let state = &world.state().channels[channel];
        if state.ended {
            return;
        }
        let queue = if info.remote { &state.input } else { &state.output };
        match queue.front() {
            _ if world.menu().contains(Action::Deliver(channel)) => {
                self.actions.push(Action::Deliver(channel));
                self.ask(info.from);
                let head = queue.front().expect("what is delivered is there");
                if *head == Item::EndOfData
                    && let Some(volatile) = &world.state().tasks[task].volatile
                {
                    self.add_writing(rule, task, volatile);
                }
                if self.is_volatile(rule, world, channel, head) {
                    self.cover(task);
                }
            }
            // What blocks it goes away by what the task itself does.
            Some(_) if !info.remote && state.blocked => {}
            None if rule.has(Mutant::NoSender) => {}
            None if !info.remote => self.add(Node::Task(info.from)),
            None if state.output.is_empty() => self.add(Node::Task(info.from)),
            None if state.blocked => {}
            None => self.add(Node::Link(channel)),
            Some(_) => match world.lacks_room(task) {
                Some(full) => self.make_room(rule, full),
                None => self.invalid = true,
            },
        }
    }

    /// Whether a crash of the receiver takes all that the delivery does.
    fn is_volatile(&self, rule: &Rule, world: &World, channel: ChannelId, head: &Item) -> bool {
        let task = rule.topology.channels[channel].to;
        match head {
            Item::Record(_) | Item::Watermark(_) | Item::Status { .. } | Item::EndOfData => true,
            // Nobody knows what a handler of a builder's own does with it.
            Item::Barrier(_) if rule.declines => false,
            // A snapshot outlives the crash where it is stored, or pre-committed, in the same step.
            Item::Barrier(_) => {
                let stays = rule.two_phase[task.index()] && !rule.has(Mutant::SinksForget);
                let durable = rule.granularity == Granularity::Coarse || stays;
                let has_come = |&other: &ChannelId| {
                    let other_state = &world.state().channels[other];
                    other == channel || other_state.blocked || other_state.ended
                };
                let aligns = matches!(head, Item::Barrier(barrier) if barrier.alignment.blocks());
                !durable || aligns && !rule.topology.tasks[task].inputs.iter().all(has_come)
            }
            Item::CancelMarker(_) | Item::EndOfPartition => false,
        }
    }

    fn rpc(&mut self, rule: &Rule, world: &World, task: TaskId, volatile: &Volatile) {
        let commands = &world.state().tasks[task].commands;
        if !commands.is_empty() {
            if rule.is_mere_news(world, task) {
                // In accord with everything else.
            } else if world.menu().contains(Action::Rpc(task)) {
                self.actions.push(Action::Rpc(task));
            } else {
                match world.lacks_room(task) {
                    Some(full) => self.make_room(rule, full),
                    None => self.invalid = true,
                }
            }
        }
        let is_source = rule.topology.tasks[task].inputs.is_empty();
        let is_told = is_source || volatile.done || rule.declines;
        if is_told && !commands.iter().any(|command| matches!(command, Command::Trigger(_))) {
            self.next_command(rule, world, task);
        }
    }

    /// What must happen before a task is triggered, or, once it is done, told that it may finish.
    fn next_command(&mut self, rule: &Rule, world: &World, task: TaskId) {
        if rule.has(Mutant::NoCommand) {
            return;
        }
        let state = world.state();
        let triggers = state.budget.triggers != Some(0);
        match rule.granularity {
            Granularity::Coarse => {
                if triggers {
                    self.add(Node::Trigger);
                }
            }
            Granularity::Usual | Granularity::Links | Granularity::Unknown => {
                if triggers {
                    self.add(Node::Trigger);
                }
                let done = state.tasks[task].volatile.as_ref().is_some_and(|volatile| volatile.done);
                if done || !state.coordinator.queued().is_empty() {
                    self.acknowledgement(rule, world);
                }
                if done {
                    self.last_end_of_data(rule, world);
                }
            }
        }
    }

    // ---- what is between tasks ----

    fn link(&mut self, rule: &Rule, world: &World, channel: ChannelId) {
        let info = rule.topology.channels[channel];
        let state = &world.state().channels[channel];
        self.ask(info.from);
        self.ask(info.to);
        if world.menu().contains(Action::Transfer(channel)) {
            self.actions.push(Action::Transfer(channel));
            self.cover(info.from);
            self.cover(info.to);
        } else if rule.has(Mutant::NoSender) {
            // The mistake: nobody has to send.
        } else if state.output.is_empty() && !state.blocked {
            self.add(Node::Task(info.from));
        } else {
            self.add(Node::Task(info.to));
        }
    }

    fn asynchronous(&mut self, rule: &Rule, world: &World, task: TaskId) {
        let Some(volatile) = world.state().tasks[task].volatile.as_ref() else {
            self.invalid = true;
            return;
        };
        self.ask_all();
        let before = self.actions.len();
        for slot in 0..volatile.writing.len() as u8 {
            if world.menu().contains(Action::Async(task, slot)) {
                self.actions.push(Action::Async(task, slot));
            }
        }
        let ends = !volatile.done && rule.granularity == Granularity::Usual && !rule.has(Mutant::EndApart);
        if before == self.actions.len() || ends {
            self.add(Node::Task(task));
        }
    }
}
