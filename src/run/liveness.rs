//! Whether a run goes on once faults stop: what a run, and a search, take for standing still.
//!
//! | a state | is | said by |
//! | --- | --- | --- |
//! | nothing is possible but faults, no bound of the plan is why | stuck | the end of the run |
//! | nothing but alarms, and the newest checkpoint is pending | stuck: it would only expire | [`World::is_hung`] |
//! | nothing but alarms, [`ROUNDS`] periodic triggers in a row, and no record was read, no task finished | a cycle without progress | [`Patience`] |
//! | the job fails by itself, restarts, and fails again | a circle without progress: see [`circles`](super::circles) | [`Circles`](super::circles::Circles) |
//! | only a bound of the plan keeps the job from going on | bounded, unless it stands still with more | [`dead_end`] |
//!
//! The order in between is fair: what is in progress comes first, alarms only when there is nothing else, as in timed
//! time. A write that fails or takes longer than its checkpoint may, and a task that dies, are the environment's doing:
//! counting begins anew.
//!
//! [`World::is_hung`]: crate::world::World::is_hung

use crate::action::{Action, Alarm};
use crate::protocol::FailureReason;
use crate::trace::Event;
use crate::world::World;

/// So many periodic triggers in a row without any progress are a cycle.
pub const ROUNDS: u32 = 3;

/// A fair continuation is not followed further than this.
const MOST_STEPS: u32 = 100_000;

/// Counts the periodic triggers that came when nothing else was possible, since anything last went on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Patience {
    fruitless: u32,
}

impl Patience {
    /// Takes a step that is about to be made.
    #[inline]
    pub fn before(&mut self, world: &World, action: Action) {
        if action == Action::Alarm(Alarm::Trigger) && world.is_idle() && !world.is_out_of_records() {
            self.fruitless += 1;
        }
    }

    /// Takes an event of the step that was made.
    #[inline]
    pub fn after(&mut self, event: &Event) {
        if self.fruitless > 0 && is_news(event) {
            self.fruitless = 0;
        }
    }

    /// Whether the job goes round in circles: nothing but alarms is possible, after [`ROUNDS`] of them.
    #[inline]
    pub fn is_over(&self, world: &World) -> bool {
        self.fruitless >= ROUNDS && world.is_idle()
    }
}

/// Whether the job has come further, or its environment has struck. That a checkpoint completes is none of it: a job
/// without data left needs one, and others go on without.
fn is_news(event: &Event) -> bool {
    matches!(
        event,
        Event::Emitted { .. }
            | Event::Received { .. }
            | Event::Finished { .. }
            | Event::Crashed { .. }
            | Event::Written { stored: false, .. }
            | Event::Aborted { reason: FailureReason::CheckpointExpired, .. }
            | Event::Job(_)
            | Event::Asked { .. }
    )
}

/// Goes on from an idle state without faults, fairly, and with more checkpoints and records than the plan grants; if
/// nothing ever goes on, the world in which that showed. Its [`World::report_stuck`] says who waits for whom.
pub fn dead_end(world: &World) -> Option<World> {
    let mut world = world.copy();
    for _ in 0..ROUNDS {
        world.grant();
        if round(&mut world, &mut |_| {}) {
            return None;
        }
        if world.is_hung() {
            break;
        }
    }
    Some(world)
}

/// Goes on from an idle state without faults, fairly, within the plan's bounds; if nothing ever goes on, the steps that
/// show it and the world that they lead to.
pub fn cycle(world: &World) -> Option<(Vec<Action>, World)> {
    let (mut world, mut steps) = (world.copy(), Vec::new());
    for _ in 0..ROUNDS {
        if round(&mut world, &mut |action| steps.push(action)) {
            return None;
        }
        if world.is_hung() {
            break;
        }
    }
    Some((steps, world))
}

/// Takes what is on offer until the next periodic trigger is over and nothing but alarms is left; whether anything has
/// come further, or the run is over.
fn round(world: &mut World, made: &mut dyn FnMut(Action)) -> bool {
    let (mut goes_on, mut triggered) = (false, false);
    for _ in 0..MOST_STEPS {
        let idle = world.menu().progress() == 0;
        if world.is_over() {
            return true;
        }
        if idle && (triggered || world.is_hung()) {
            return goes_on && !world.is_hung();
        }
        let action = if idle {
            world.menu().iter().find(|action| matches!(action, Action::Alarm(_)))
        } else {
            Some(world.menu().nth(0))
        };
        let Some(action) = action else { return goes_on };
        triggered |= action == Action::Alarm(Alarm::Trigger);
        made(action);
        world.apply(action);
        goes_on |= world.events().iter().any(is_news);
    }
    true
}
