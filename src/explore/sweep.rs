//! A crash at every step of one schedule: after each step, of each task that lives.
//!
//! The schedule is the run that the plan itself asks for: its seed, its time, its pinned steps. Each strike pins the
//! steps up to its place and the crash behind them; what follows is the timed order. So latencies count as in the run
//! that was swept, and each strike is a plan of its own ([`Strike::plan`]) that can be printed and run again.

use std::ops::ControlFlow;

use crate::action::Action;
use crate::ids::{Step, TaskId};
use crate::plan::{Plan, Schedule};
use crate::run::{Keep, Order, Outcome, Runner};
use crate::trace::Event;

/// One crash of a sweep, and what came of it.
#[derive(Clone, Debug)]
pub struct Strike {
    /// After so many steps of the schedule.
    pub after: Step,
    /// Whose crash.
    pub task: TaskId,
    /// The plan with the crash pinned.
    pub plan: Plan,
    /// What the run showed.
    pub outcome: Outcome,
}

/// Makes the plan's own run, then one run for each of its steps and each task that lives then. `visit` takes them in
/// order, and may end the sweep.
///
/// Returns how many strikes were made.
pub fn sweep(plan: &Plan, mut visit: impl FnMut(Strike) -> ControlFlow<()>) -> usize {
    let whole = Runner::new(plan.clone()).run(&Order::of(plan), Keep { trace: true, actions: true });
    let tasks: usize = plan.vertices.iter().map(|vertex| vertex.parallelism as usize).sum();
    let mut alive = vec![true; tasks];
    let mut entries = whole.trace.iter().peekable();
    let mut strikes = 0;
    for after in 0..whole.actions.len() {
        // The events of the start bear step 0 too; they kill nobody.
        while let Some(entry) = entries.next_if(|entry| entry.step.0 < after as u64) {
            match entry.event {
                Event::Crashed { execution, .. } | Event::Canceled { execution } | Event::Finished { execution } => {
                    alive[execution.task.0 as usize] = false;
                }
                Event::Deployed { execution } => alive[execution.task.0 as usize] = true,
                _ => {}
            }
        }
        for task in (0..tasks).filter(|&task| alive[task]).map(|task| TaskId(task as u32)) {
            let mut pinned = whole.actions[..after].to_vec();
            pinned.push(Action::Crash(task));
            let struck = Plan { schedule: Schedule::Prefix(pinned), ..plan.clone() };
            let outcome = Runner::new(struck.clone()).run(&Order::of(&struck), Keep::default());
            strikes += 1;
            if visit(Strike { after: Step(after as u64), task, plan: struck, outcome }).is_break() {
                return strikes;
            }
        }
    }
    strikes
}
