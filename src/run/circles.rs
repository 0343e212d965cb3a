//! Whether a job restarts for ever: it fails without any fault from outside, goes back to where it was, and fails again.
//!
//! [`Circles`] looks on from the first failure that the job makes itself: an operator throws, a snapshot cannot be read, too
//! many checkpoints fail. A restart is *fruitless* if it goes back to the same checkpoint as the one before, and in between
//!
//! | nothing of this | tells |
//! | --- | --- |
//! | a source came further than ever | `Emitted` |
//! | a task took more records from a channel than ever since a restart from that checkpoint | `Received` |
//! | a task finished for the first time | `Finished` |
//! | a checkpoint completed with states that no completed checkpoint had | `Snapshot`, `Completed` |
//! | a fault struck, a write failed or was too slow, a person asked for something | `Crashed`, `Written`, `Aborted`, `Asked` |
//!
//! [`ROUNDS`] fruitless restarts raise the question whether that ever ends ([`Circles::is_suspicious`]). The answer is a
//! fair continuation without faults ([`circle`]): by due times where they count; else what is in progress comes first, and
//! then, in several orders more, anything. The job is accused only if every one of them goes on in the same circle, until
//! the restart strategy has granted more restarts than its bound says: a job whose strategy gives up ends `FAILED`, and a
//! strategy that would grant more than [`FOR_EVER`] restarts does not count as one that gives up. Where a person or the
//! plan will end the job at some time, nobody is accused.

use std::collections::{BTreeMap, BTreeSet};

use smallvec::SmallVec;

use super::liveness::ROUNDS;
use crate::action::Action;
use crate::ids::{ChannelId, CheckpointId, Execution, TaskId};
use crate::protocol::FailureReason;
use crate::protocol::restart::Config;
use crate::schedule::{Policy, Random};
use crate::trace::{Event, Origin};
use crate::world::World;

/// A restart strategy that grants more restarts than this is one that never gives up.
pub const FOR_EVER: u32 = 1_000;

/// So many orders of an untimed job are tried beside the first one.
const OTHER_ORDERS: u64 = 3;

/// Restarts in a continuation that may bring something new before the circle begins.
const FRUITFUL: u32 = 20;

/// A continuation is not followed further than this.
const MOST_STEPS: u32 = 200_000;

/// Who fails each time, and why.
type Failing = SmallVec<[(TaskId, Origin); 2]>;

/// A circle that a job does not leave by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Circle {
    /// How many restarts in a row brought nothing new.
    pub restarts: u32,
    /// The checkpoint that all of them were from.
    pub from: CheckpointId,
    /// Who fails in it, and why.
    pub failing: SmallVec<[(TaskId, Origin); 2]>,
}

/// Looks on while a job runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Circles {
    /// What is remembered; nothing before the job first fails by itself.
    seen: Option<Box<Marks>>,
}

/// How far the job has come, and what came of its restarts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Marks {
    read: BTreeMap<(TaskId, u32), u64>,
    taken: BTreeMap<ChannelId, (u64, u64)>,
    finished: BTreeSet<TaskId>,
    snapshots: BTreeMap<(CheckpointId, TaskId), u64>,
    durable: BTreeSet<Vec<(TaskId, u64)>>,
    too_large: Option<(Execution, CheckpointId)>,
    /// The checkpoint of the last restart.
    from: Option<CheckpointId>,
    /// Something new has come since.
    is_new: bool,
    fruitless: u32,
    /// So many fruitless restarts raise the question again.
    patience: u32,
    failing: Failing,
}

impl Circles {
    /// Forgets the run.
    pub fn reset(&mut self) {
        self.seen = None;
    }

    /// Takes the next event of the run.
    #[inline]
    pub fn observe(&mut self, event: &Event) {
        if self.seen.is_some() || fails_by_itself(event) {
            self.seen.get_or_insert_with(|| Box::new(Marks { patience: ROUNDS, ..Marks::default() })).observe(event);
        }
    }

    /// Whether restarts have been fruitless for so long that it is time to ask whether that ever ends.
    #[inline]
    pub fn is_suspicious(&self) -> bool {
        self.seen.as_ref().is_some_and(|marks| marks.fruitless >= marks.patience)
    }

    /// Whether the job circles; if not, that is not asked again for a while.
    pub fn judge(&mut self, world: &World) -> Option<Circle> {
        let found = circle(world, self);
        let marks = self.seen.as_mut()?;
        if found.is_none() {
            marks.patience = marks.patience.saturating_mul(2);
            marks.fruitless = 0;
        }
        // Those that the run has seen.
        found.map(|circle| Circle { restarts: marks.fruitless, ..circle })
    }
}

/// Whether the job fails without a fault.
pub fn fails_by_itself(event: &Event) -> bool {
    match event {
        Event::Crashed { origin, .. } => !matches!(origin, Origin::Fault | Origin::Manager),
        Event::TooManyFailures { .. } => true,
        _ => false,
    }
}

impl Marks {
    fn observe(&mut self, event: &Event) {
        match *event {
            Event::Crashed { execution, origin } if fails_by_itself(event) => self.fails(execution.task, origin),
            Event::TooManyFailures { .. } => self.fails(TaskId(0), Origin::Checkpoints),
            Event::Emitted { task, split, index, .. } => {
                let known = self.read.entry((task, split)).or_default();
                self.is_new |= index >= *known;
                *known = (*known).max(index + 1);
            }
            Event::Received { channel, .. } => {
                let (now, most) = self.taken.entry(channel).or_default();
                *now += 1;
                self.is_new |= now > most;
                *most = (*most).max(*now);
            }
            Event::Finished { execution } => self.is_new |= self.finished.insert(execution.task),
            Event::Snapshot { execution, id, state, .. } => _ = self.snapshots.insert((id, execution.task), state),
            Event::Completed { id, .. } => {
                let states = self
                    .snapshots
                    .range((id, TaskId(0))..=(id, TaskId(u32::MAX)))
                    .map(|(&(_, task), &state)| (task, state))
                    .collect();
                self.is_new |= self.durable.insert(states);
                self.snapshots.retain(|&(of, _), _| of > id);
            }
            Event::TooLarge { execution, id, .. } => self.too_large = Some((execution, id)),
            // What is too large today is too large tomorrow.
            Event::Written { execution, id, stored: false, .. } => {
                self.is_new |= self.too_large.take() != Some((execution, id));
            }
            Event::Crashed { .. }
            | Event::ManagerCrashed { .. }
            | Event::Asked { .. }
            | Event::Started { .. }
            | Event::Aborted { reason: FailureReason::CheckpointExpired, .. } => self.is_new = true,
            Event::Restarting { from } => self.restarts(from),
            // What else happens is no progress.
            _ => {}
        }
    }

    fn fails(&mut self, task: TaskId, origin: Origin) {
        if !self.failing.contains(&(task, origin)) {
            self.failing.push((task, origin));
        }
    }

    fn restarts(&mut self, from: CheckpointId) {
        if self.from != Some(from) {
            // What was taken since another checkpoint says nothing.
            self.taken.clear();
        }
        if self.is_new || self.from != Some(from) {
            self.fruitless = 0;
            self.failing.clear();
        } else {
            self.fruitless += 1;
        }
        self.from = Some(from);
        self.is_new = false;
        self.taken.values_mut().for_each(|(now, _)| *now = 0);
    }
}

/// The circle that lies ahead of a state in whose last step the job has failed by itself.
pub fn circle_ahead(world: &World) -> Option<Circle> {
    if !world.events().iter().any(fails_by_itself) {
        return None;
    }
    let mut seen = Circles::default();
    world.events().iter().for_each(|event| seen.observe(event));
    circle(world, &seen)
}

/// Goes on fairly and without faults from a state after which the job fails by itself, or has done so; what it does not
/// leave in any of the orders tried, if there is such a thing. `seen`: what is known of it so far.
pub fn circle(world: &World, seen: &Circles) -> Option<Circle> {
    let bound = world.plan().restart.bound();
    // One that gives up after so many failures has done so by then.
    let enough = if bound > FOR_EVER { ROUNDS } else { bound.saturating_add(2).max(ROUNDS) };
    let gives_up = match world.plan().restart {
        Config::None => true,
        Config::FixedDelay { .. } => bound <= FOR_EVER,
        Config::FailureRate { .. } | Config::ExponentialDelay { .. } => false,
    };
    if world.is_left_to_people() || gives_up {
        return None;
    }
    let found = goes_on(world, seen, enough, &mut |world| in_turn(world))?;
    if !world.menu().is_ordered() {
        for seed in 0..OTHER_ORDERS {
            let mut random = Random::without_faults(seed);
            goes_on(world, seen, enough, &mut |world| at_random(world, &mut random))?;
        }
    }
    Some(found)
}

/// Follows one order; the circle in which it ends.
fn goes_on(
    world: &World,
    seen: &Circles,
    enough: u32,
    choose: &mut dyn FnMut(&World) -> Option<Action>,
) -> Option<Circle> {
    let (mut world, mut circles) = (world.copy(), seen.clone());
    let already = circles.seen.as_ref().map_or(0, |marks| marks.fruitless);
    let (mut restarts, mut is_new) = (0, false);
    for _ in 0..MOST_STEPS {
        if world.is_over() || world.is_hung() {
            return None;
        }
        let action = choose(&world)?;
        world.apply(action);
        world.events().iter().for_each(|event| circles.observe(event));
        if world.events().iter().any(|event| matches!(event, Event::Restarting { .. })) {
            restarts += 1;
            let marks = circles.seen.as_ref()?;
            is_new |= marks.fruitless == 0;
            let fruitless = if is_new { marks.fruitless } else { marks.fruitless - already };
            if fruitless >= enough {
                let Marks { from, ref failing, .. } = **marks;
                return Some(Circle { restarts: marks.fruitless, from: from?, failing: failing.clone() });
            }
            if restarts > enough + FRUITFUL {
                return None;
            }
            if !world.menu().is_ordered() {
                world.grant();
            }
        }
    }
    None
}

/// What is due first; where nothing keeps due times, what is in progress before any alarm.
fn in_turn(world: &World) -> Option<Action> {
    let menu = world.menu();
    if menu.is_ordered() {
        let offers = menu.standing().map(|offer| (offer.due, offer.stamp, menu.action(offer.code)));
        return offers
            .filter(|(.., action)| !action.is_fault())
            .min_by_key(|&(due, stamp, _)| (due, stamp))
            .map(|o| o.2);
    }
    menu.iter().next().filter(|action| !action.is_fault())
}

/// Anything but a fault.
fn at_random(world: &World, random: &mut Random) -> Option<Action> {
    let menu = world.menu();
    (menu.len() > menu.faults()).then(|| random.choose(menu).ok()).flatten()
}
