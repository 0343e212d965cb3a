//! A crash at every step of one schedule: after each step, of each task that lives, and of each TaskManager with one.
//!
//! The schedule is the run that the plan itself asks for: its seed, its time, its pinned steps. Each strike pins the
//! steps up to its place and the crash behind them; what follows is the timed order. So latencies count as in the run
//! that was swept, and each strike is a plan of its own ([`Strike::plan`]) that can be printed and run again.
//!
//! A file's expectations are about its own run. A crash that it does not know of may add checkpoints, restarts and
//! restores, but must not change results: [`asked`] says what of a plan is asked of every strike.

use std::ops::ControlFlow;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::evidence::Standing;
use crate::action::Action;
use crate::ids::{ManagerId, PerId, Step, TaskId};
use crate::oracle::promised;
use crate::plan::{Check, Coarse, Expectation, Plan, Restarts, RuleName, Schedule, Time, Topology};
use crate::run::{End, Keep, Order, Outcome, Runner};
use crate::trace::{Event, JobStatus};

/// Who crashes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Victim {
    /// A task.
    Task(TaskId),
    /// A TaskManager with all its tasks; only where the plan says which there are.
    Manager(ManagerId),
}

impl Victim {
    /// The step that kills it.
    pub fn action(self) -> Action {
        match self {
            Self::Task(task) => Action::Crash(task),
            Self::Manager(manager) => Action::CrashManager(manager),
        }
    }
}

/// One crash of a sweep, and what came of it.
#[derive(Clone, Debug)]
pub struct Strike {
    /// After so many steps of the schedule.
    pub after: Step,
    /// Whose crash.
    pub victim: Victim,
    /// The plan with the crash pinned.
    pub plan: Plan,
    /// What the run showed.
    pub outcome: Outcome,
}

/// What a strike shows.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The promised rules that it breaks; each once, in the order of discovery.
    pub broken: Vec<RuleName>,
    /// The expectations that it does not meet, by their place in the plan, and why.
    pub unmet: Vec<(usize, String)>,
    /// A limit of the plan, or a step that was not possible, ended it early.
    pub cut_short: bool,
}

impl Strike {
    /// What it shows; nothing if it holds.
    pub fn shown(&self) -> Shown {
        let mut broken = Vec::new();
        for violation in &self.outcome.violations {
            let rule = violation.rule;
            if Standing::of(&self.plan, rule) == Standing::Failure && !broken.contains(&rule) {
                broken.push(rule);
            }
        }
        let unmet = self.outcome.unmet(&self.plan).collect();
        Shown { unmet, broken, cut_short: self.outcome.end.is_inconclusive() }
    }

    /// The rules that it breaks, and that the file says are broken; each once, in the order of discovery.
    pub fn known(&self) -> Vec<RuleName> {
        let mut known = Vec::new();
        for violation in &self.outcome.violations {
            let rule = violation.rule;
            if Standing::of(&self.plan, rule) == Standing::Expected && !known.contains(&rule) {
                known.push(rule);
            }
        }
        known
    }

    /// Whether its job ends because its strategy allows no further restart.
    pub fn gives_up(&self) -> bool {
        let spent = |attempts: u32| self.outcome.met.restarts >= attempts;
        let allows_no_more = match self.plan.restarts() {
            Restarts::Never | Restarts::Failures(_) => true,
            Restarts::Attempts(attempts) | Restarts::AttemptsBeforeCalm(attempts) => spent(attempts),
        };
        self.outcome.end == End::Over(JobStatus::Failed) && allows_no_more
    }
}

/// What a sweep went along.
#[derive(Clone, Debug)]
pub struct Swept {
    /// How many strikes were made.
    pub strikes: usize,
    /// How many there are.
    pub placements: usize,
    /// Steps of the schedule.
    pub steps: usize,
    /// How the schedule ends without a strike. After a [`End::Mismatch`] the steps behind it were not swept.
    pub end: End,
}

/// The plan with those expectations that an additional crash must not change: results that the job promises, and that it
/// finishes. Which rules may break stays as it is; what a file says of results while a rule breaks is not asked.
pub fn asked(plan: &Plan) -> Plan {
    let breaks = plan.expect.iter().any(|expectation| matches!(expectation, Expectation::Violates(_)));
    let exact = promised(plan, RuleName::StateExactlyOnce) && !breaks;
    let once = promised(plan, RuleName::ExactlyOnce) && !breaks;
    let stays = |expectation: &Expectation| match expectation {
        Expectation::Violates(_) => true,
        Expectation::Always(Check::Job(JobStatus::Finished) | Check::NoLoss { .. }) => !breaks,
        Expectation::Always(Check::Final { .. } | Check::Explained) | Expectation::Never(Check::Overcount { .. }) => {
            exact
        }
        Expectation::Always(Check::Output { .. } | Check::ExactlyOnce { .. })
        | Expectation::Never(Check::Duplicates { .. }) => once,
        Expectation::Always(_) | Expectation::Never(_) | Expectation::Sometimes(_) => false,
    };
    Plan { expect: plan.expect.iter().filter(|expectation| stays(expectation)).cloned().collect(), ..plan.clone() }
}

/// Makes the plan's own run, then one run for each of its steps and each victim that lives then, on so many cores (0: all).
/// `visit` takes them in order, whatever the number of cores, and may end the sweep.
///
/// # Panics
/// If a run panics.
pub fn sweep(plan: &Plan, jobs: usize, visit: impl FnMut(Strike) -> ControlFlow<()>) -> Swept {
    sweep_until(plan, jobs, &|| false, visit)
}

/// The same, but once `stop` says so the runs under way are cut off, and nobody visits them.
///
/// # Panics
/// If a run panics.
pub fn sweep_until(
    plan: &Plan,
    jobs: usize,
    stop: &(dyn Fn() -> bool + Sync),
    mut visit: impl FnMut(Strike) -> ControlFlow<()>,
) -> Swept {
    let whole = Runner::new(plan.clone()).run_until(&Order::of(plan), Keep { trace: true, actions: true }, stop);
    if whole.end == End::Interrupted {
        return Swept { strikes: 0, placements: 0, steps: whole.actions.len(), end: whole.end };
    }
    let placements = placements(plan, &whole);
    let pool = ThreadPoolBuilder::new().num_threads(jobs).build().expect("threads can be started");
    let mut swept = Swept { strikes: 0, placements: placements.len(), steps: whole.actions.len(), end: whole.end };
    for some in placements.chunks(AT_A_TIME) {
        let strike = |&(after, victim): &(usize, Victim)| {
            let mut pinned = whole.actions[..after].to_vec();
            pinned.push(victim.action());
            let plan = struck(plan, pinned);
            let outcome = Runner::new(plan.clone()).run_until(&Order::of(&plan), Keep::default(), stop);
            Strike { after: Step(after as u64), victim, plan, outcome }
        };
        let strikes: Vec<Strike> = pool.install(|| some.par_iter().map(strike).collect());
        for strike in strikes {
            if strike.outcome.end == End::Interrupted {
                return swept;
            }
            swept.strikes += 1;
            if visit(strike).is_break() {
                return swept;
            }
        }
    }
    swept
}

/// So many strikes are made before they are looked at.
const AT_A_TIME: usize = 64;

/// Who lives after each step of a run, tasks first.
fn placements(plan: &Plan, whole: &Outcome) -> Vec<(usize, Victim)> {
    let topology = Topology::new(plan);
    let mut alive = PerId::new(topology.tasks.len(), |_| true);
    let mut entries = whole.trace.iter().peekable();
    let mut placements = Vec::new();
    for after in 0..whole.actions.len() {
        // The events of the start bear step 0 too; they kill nobody.
        while let Some(entry) = entries.next_if(|entry| entry.step.0 < after as u64) {
            match entry.event {
                Event::Crashed { execution, .. } | Event::Canceled { execution } | Event::Finished { execution } => {
                    alive[execution.task] = false;
                }
                Event::Deployed { execution } => alive[execution.task] = true,
                _ => {}
            }
        }
        // Where one crash takes all, the first task stands for them.
        let stands = |task: TaskId| task == TaskId(0) || !plan.steps.has(Coarse::AtomicRecovery);
        let tasks = alive.pairs().filter(|&(task, &lives)| lives && stands(task)).map(|(task, _)| Victim::Task(task));
        let runs = |manager: ManagerId| topology.manager_of.pairs().any(|(task, &home)| home == manager && alive[task]);
        let managers = plan.managers.len() as u32;
        let managers = (0..managers).map(ManagerId).filter(|&manager| runs(manager)).map(Victim::Manager);
        placements.extend(tasks.chain(managers).map(|victim| (after, victim)));
    }
    placements
}

/// The plan with these steps, the last of them a crash, and with limits that let it come to its end: in an untimed run
/// crashes and triggers are counted.
fn struck(plan: &Plan, pinned: Vec<Action>) -> Plan {
    let mut limits = plan.limits;
    if plan.time == Time::Untimed {
        let crashes = pinned.iter().filter(|action| matches!(action, Action::Crash(_) | Action::CrashManager(_)));
        limits.crashes = limits.crashes.max(crashes.count() as u32);
        limits.checkpoints = limits.checkpoints.saturating_add(FURTHER);
    }
    Plan { schedule: Schedule::Prefix(pinned), limits, ..plan.clone() }
}

/// So many more checkpoints after a strike in an untimed run.
const FURTHER: u32 = 16;
