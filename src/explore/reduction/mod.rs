//! Which choices of a state need not be tried: partial-order reduction with sets that are closed under "not in accord"
//! and "must happen first".
//!
//! A transition is an action: (actor, port), never "this message". Two are **in accord** when, wherever both are
//! possible, they commute and neither takes the other away. For the end of everything, for verdicts, and for what a
//! crash leaves behind it is enough to try in each state the possible members of one closed set:
//!
//! - **D.** A possible member brings in all that is not in accord with it.
//! - **N.** One that is not possible brings in transitions of which one must happen before it can be.
//!
//! A fault is not brought in: the set is **valid** if for each fault that D or N asks for, and that has budget left, a
//! possible member is *volatile*: the fault leaves the same, whether that member came before it or not. Then any path to
//! the fault has a twin with the member in front. Else everything is tried. Of all sets that grow from one possible
//! action the smallest is taken, ties by the order of the menu: the choice depends on the state alone.
//!
//! # Actors
//!
//! | node | actions | not in accord with | comes first if nothing is possible |
//! | --- | --- | --- | --- |
//! | a task | emit, deliver, rpc | its own other actions, faults at it and at its senders | senders of empty channels, a receiver of a full one, what makes the coordinator trigger |
//! | a link | transfer | faults at its ends | the sender, or the receiver if it is blocked or out of credit |
//! | an asynchronous part | async | what gives checkpoints up: any fault; the end of data at its task, which goes into the same lane | the task |
//! | a lane | report | any fault | the asynchronous part, or the task |
//! | news | an rpc that is a notification | the crash of its TaskManager; nothing else, unless the task is a two-phase sink or done: then it is one of its own | |
//! | the trigger | alarm | any fault; the last end of data, the first task that finishes | a missing acknowledgement |
//!
//! # Laws
//!
//! Properties of our coordinator put actions of one actor in accord: acknowledgements (and ends of data) of different
//! tasks commute; a trigger commutes with acknowledgements. They hold for one checkpoint at a time and without a min
//! pause. A min pause, a defect that changes what the coordinator is told, or a barrier handler of a builder's own
//! switches them off: then a set that holds a lane or the trigger is not valid.
//!
//! # Checkpoints that are declined
//!
//! Where a snapshot may be refused by its storage, and where a handler is a builder's own, any task may give a checkpoint
//! up, and all tasks are told: so every task waits for the trigger, and everything is tried while a checkpoint is pending.
//!
//! # Where only links are reduced
//!
//! A transfer takes from a queue that only the sender fills, and fills one that only the receiver empties: it is in accord
//! with all but the end of a task at either side, and that leaves the same. So a possible transfer is a closed set whatever
//! else may happen, and the only kind of set that is looked for
//!
//! - while anything of a given-up checkpoint is left, an acknowledgement of a dead attempt may still arrive, or a
//!   checkpoint may time out early; from the first notification that lets a task finish; while a checkpoint is pending
//!   that may be declined;
//! - always in a plan with operators of a builder's own or that fail, with the defect that loses a record, with several
//!   checkpoints at a time, or without checkpoints after tasks finish.
//!
//! # Where everything is tried
//!
//! While a task is down, being cancelled or restarted; while a placed fault waits for its moment; while another alarm than
//! a timeout may come early. And always with some but not all of the differences of [`Coarse`](crate::plan::Coarse), or
//! with all of them and something that the reference model does not have.

pub mod audit;

mod closure;

use std::sync::Arc;

use smallvec::SmallVec;

use crate::action::{Action, Alarm};
use crate::ids::{Micros, TaskId};
use crate::plan::{Defect, Plan, SinkKind, Steps, Topology};
use crate::world::World;
use crate::world::task::Command;
use closure::Closure;

/// The actions of a state that are tried.
pub type Chosen = SmallVec<[Action; 6]>;

/// Chooses for the states of one plan.
#[derive(Clone, Debug)]
pub struct Reduction {
    rule: Rule,
    closure: Closure,
    best: Chosen,
}

/// A mistake in the rule, for those who test that mistakes show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mutant {
    /// The laws hold whatever the defect.
    LawsAlways,
    /// A source that is lost forgets, whatever the defect.
    SourcesForget,
    /// Nothing of a given-up checkpoint is ever left, no task is down.
    AlwaysCalm,
    /// A fault leaves the same, whatever came before it.
    AllVolatile,
    /// What a two-phase sink has pre-committed goes with it.
    SinksForget,
    /// A TaskManager that is lost still tells its tasks that a checkpoint completed.
    NewsArrives,
    /// The end of data and an acknowledgement of one task are in accord.
    EndApart,
    /// Nobody has to send what an empty channel is to deliver.
    NoSender,
    /// Nobody has to take what a full channel holds.
    NoRoom,
    /// Nothing has to happen before the JobManager says something.
    NoCommand,
    /// A checkpoint waits for no acknowledgement.
    NoAcknowledgement,
    /// Nothing waits for the last end of data.
    NoEndOfData,
}

impl Mutant {
    /// Mistakes in what is in accord with what, and in what a fault leaves: a single state shows them.
    pub const ACCORD: [Self; 7] = [
        Self::LawsAlways,
        Self::SourcesForget,
        Self::AlwaysCalm,
        Self::AllVolatile,
        Self::SinksForget,
        Self::NewsArrives,
        Self::EndApart,
    ];

    /// Mistakes in what must happen first: only whole schedules show them.
    pub const FIRST: [Self; 5] =
        [Self::NoSender, Self::NoRoom, Self::NoCommand, Self::NoAcknowledgement, Self::NoEndOfData];
}

/// What holds in every state of a plan.
#[derive(Clone, Debug)]
struct Rule {
    granularity: Granularity,
    laws: bool,
    /// Whether a source that is lost forgets what it has read.
    sources_forget: bool,
    /// Whether a trigger leaves nothing behind once a crash has given its checkpoint up (coarse steps only).
    trigger_is_volatile: bool,
    /// Whether a task may decline a checkpoint that no fault has touched.
    declines: bool,
    /// Whether TaskManagers crash, and not only tasks.
    managers_crash: bool,
    mutant: Option<Mutant>,
    /// Which tasks are two-phase sinks.
    two_phase: Vec<bool>,
    topology: Arc<Topology>,
}

/// Which steps the world makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Granularity {
    /// Nothing is known: everything is tried.
    Unknown,
    /// Nothing is known but that links carry what tasks give them.
    Links,
    /// The usual ones.
    Usual,
    /// Those of the reference model: one crash takes all.
    Coarse,
}

/// Which sets are looked for in a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scope {
    Nothing,
    /// Single transfers.
    Links,
    All,
}

/// Why a search leaves little out, or nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreduced {
    /// Everything is tried.
    All(&'static str),
    /// Only the order in which things come over the links between TaskManagers is left out.
    ButLinks(&'static str),
}

impl Unreduced {
    /// In words.
    pub const fn why(self) -> &'static str {
        match self {
            Self::All(why) | Self::ButLinks(why) => why,
        }
    }
}

/// A part of the world with one thread of control.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Node {
    Task(TaskId),
    News(TaskId),
    Link(crate::ids::ChannelId),
    Async(TaskId),
    Lane(TaskId),
    Trigger,
}

impl Reduction {
    /// The rule for this plan.
    pub fn new(plan: &Plan, topology: &Arc<Topology>) -> Self {
        let config = &plan.checkpointing;
        let is_sink = |task| topology.sink(plan, task) == Some(SinkKind::TwoPhaseCommit);
        let rule = Rule {
            granularity: granularity(plan).0,
            laws: plan.defect != Some(Defect::StaleAck)
                && !has_foreign_handler(plan)
                && config.effective_min_pause() == Micros::ZERO,
            sources_forget: plan.defect != Some(Defect::NoRewind),
            trigger_is_volatile: plan.initial_delay == config.effective_interval(),
            declines: plan.storage.may_fail() || has_foreign_handler(plan),
            managers_crash: !plan.managers.is_empty(),
            mutant: None,
            two_phase: topology.tasks.ids().map(is_sink).collect(),
            topology: Arc::clone(topology),
        };
        Self { rule, closure: Closure::new(topology), best: Chosen::new() }
    }

    /// The rule with a mistake in it.
    pub fn mutant(plan: &Plan, topology: &Arc<Topology>, mutant: Mutant) -> Self {
        let mut reduction = Self::new(plan, topology);
        let rule = &mut reduction.rule;
        rule.mutant = Some(mutant);
        rule.laws |= mutant == Mutant::LawsAlways;
        rule.sources_forget |= mutant == Mutant::SourcesForget;
        reduction
    }

    /// The actions that are tried in this state; `None`: all.
    pub fn choose(&mut self, world: &World) -> Option<Chosen> {
        let Self { rule, closure, best } = self;
        let scope = rule.scope(world);
        if scope == Scope::Nothing {
            return None;
        }
        best.clear();
        closure.start();
        for action in world.menu().iter() {
            let Some(node) = rule.seed(world, scope, action) else { continue };
            if closure.is_first_seed(node)
                && closure.grow(rule, world, node)
                && (best.is_empty() || closure.actions.len() < best.len())
            {
                best.clone_from(&closure.actions);
                if best.len() == 1 {
                    break;
                }
            }
        }
        (!best.is_empty()).then(|| best.clone())
    }

    /// Every valid set of this state that grows from one possible action, for the audit.
    pub fn sets(&mut self, world: &World) -> Vec<Chosen> {
        let Self { rule, closure, .. } = self;
        let scope = rule.scope(world);
        if scope == Scope::Nothing {
            return Vec::new();
        }
        closure.start();
        let nodes = world.menu().iter().filter_map(|action| rule.seed(world, scope, action));
        let first: Vec<Node> = nodes.filter(|&node| closure.is_first_seed(node)).collect();
        let grown = first.into_iter().filter_map(|node| {
            let valid = closure.grow(rule, world, node);
            valid.then(|| closure.actions.clone())
        });
        grown.collect()
    }
}

/// Whether tasks have a barrier handler that is not ours.
fn has_foreign_handler(plan: &Plan) -> bool {
    plan.handler.is_some() || plan.defect == Some(Defect::NoAlignment)
}

/// Why a search of a plan leaves little or nothing out; none if it is reduced as far as the rule goes. Haste does so only
/// as long as any is left, which is most of the time.
pub fn unreduced(plan: &Plan) -> Option<Unreduced> {
    match granularity(plan) {
        (Granularity::Links, why) if !plan.managers.is_empty() => Some(Unreduced::ButLinks(why)),
        (Granularity::Unknown | Granularity::Links, why) => Some(Unreduced::All(why)),
        (Granularity::Usual | Granularity::Coarse, _) if plan.limits.haste > 0 => {
            Some(Unreduced::ButLinks("as long as an alarm may still come early"))
        }
        (Granularity::Usual | Granularity::Coarse, _) => None,
    }
}

/// Which steps a plan has, and if little is known of them: why.
fn granularity(plan: &Plan) -> (Granularity, &'static str) {
    let config = &plan.checkpointing;
    // What the reference model does not have.
    let not_in_model = || {
        has_foreign_handler(plan)
            || plan.storage.may_fail()
            || !plan.user.is_empty()
            || config.effective_min_pause() > Micros::ZERO
            || plan.limits.haste > 0
    };
    let is_coarse = plan.steps == Steps::coarse();
    if plan.steps != Steps::default() && !is_coarse {
        return (Granularity::Unknown, "only some of the coarse `steps` are on");
    }
    let why = if plan.defect == Some(Defect::DroppedRecord) {
        "which record the defect `DroppedRecord` drops depends on all that were sent before"
    } else if plan.vertices.iter().any(|vertex| vertex.kind.is_unknown()) {
        "an operator may throw, or is a builder's own"
    } else if config.max_concurrent != 1 {
        "several checkpoints may be pending at once"
    } else if is_coarse && not_in_model() {
        "the coarse `steps` are known without a handler of one's own, failing writes, people, a min pause, haste"
    } else if is_coarse {
        return (Granularity::Coarse, "");
    } else if !config.after_finish && config.interval.is_some() {
        "there are no checkpoints after tasks finish"
    } else {
        return (Granularity::Usual, "");
    };
    (if is_coarse { Granularity::Unknown } else { Granularity::Links }, why)
}

impl Rule {
    /// Whether this mistake is in it.
    fn has(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// What is looked for in this state.
    fn scope(&self, world: &World) -> Scope {
        if self.granularity == Granularity::Unknown || world.menu().progress() == 0 || world.waits_for_moment() {
            return Scope::Nothing;
        }
        let state = world.state();
        // Of the alarms only a timeout leaves links as they are.
        let hasty = |leaves: fn(Alarm) -> bool| {
            state.budget.haste > 0 && state.timers.alarm(|alarm| alarm != Alarm::Trigger && !leaves(alarm)).is_some()
        };
        let late = || state.budget.late_acks > 0 && state.tasks.iter().any(|task| !task.late.is_empty());
        let steady = || !self.declines || state.coordinator.pending().is_empty();
        let calm = match self.granularity {
            Granularity::Unknown | Granularity::Links => false,
            // Without the laws an old acknowledgement may complete what its task has not begun.
            Granularity::Coarse => self.laws || !world.has_restarted(),
            Granularity::Usual => self.has(Mutant::AlwaysCalm) || world.is_calm(),
        };
        if calm && steady() && !late() && !hasty(|_| false) {
            Scope::All
        } else if self.granularity == Granularity::Coarse
            || hasty(|alarm| matches!(alarm, Alarm::Expire(_)))
            || !world.is_undisturbed()
        {
            Scope::Nothing
        } else {
            Scope::Links
        }
    }

    /// The node of an action from which a set may grow.
    fn seed(&self, world: &World, scope: Scope, action: Action) -> Option<Node> {
        match (scope, self.node(world, action)?) {
            (Scope::Nothing, _) => None,
            (Scope::All, node) | (Scope::Links, node @ Node::Link(_)) => Some(node),
            (Scope::Links, Node::Task(_) | Node::News(_) | Node::Async(_) | Node::Lane(_) | Node::Trigger) => None,
        }
    }

    /// The node of an action; faults and alarms but the trigger have none.
    fn node(&self, world: &World, action: Action) -> Option<Node> {
        Some(match action {
            Action::Emit(task) | Action::Idle(task) => Node::Task(task),
            Action::Rpc(task) if self.is_mere_news(world, task) => Node::News(task),
            Action::Rpc(task) => Node::Task(task),
            Action::Deliver(channel) => Node::Task(self.topology.channels[channel].to),
            Action::Transfer(channel) => Node::Link(channel),
            Action::Async(task, _) => Node::Async(task),
            Action::Report(task) => Node::Lane(task),
            Action::Alarm(Alarm::Trigger) => Node::Trigger,
            // Where something is restored or noticed, everything is tried.
            Action::Alarm(_)
            | Action::Restore(_)
            | Action::Detect(_)
            | Action::LateAck(_)
            | Action::Crash(_)
            | Action::CrashManager(_) => return None,
        })
    }

    /// Whether all messages on their way to a task are notifications that do not meet its other work.
    fn is_mere_news(&self, world: &World, task: TaskId) -> bool {
        let state = &world.state().tasks[task];
        !self.two_phase[task.0 as usize]
            && state.volatile.as_ref().is_some_and(|volatile| !volatile.done)
            && state.commands.iter().all(|command| matches!(command, Command::NotifyComplete(_)))
    }
}
