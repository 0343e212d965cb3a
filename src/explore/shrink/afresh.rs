//! Other schedules of the small job.
//!
//! A schedule that was drawn may be far from the timed order wherever one starts to mend it, while another one that breaks
//! the same rule is near. So a case that still has many pinned steps is looked for once more in the job that it has become:
//! in the timed order of other seeds, with the same faults; then in drawn schedules, of which those that are the nearest
//! are brought nearer, step by step.
//!
//! A case that still has faults is looked for without any, however few steps it pins: a fault that no one edit can leave out
//! may be needless in another schedule. That is tried in the small job, and in the first one, since what is left may have
//! become too small for it.

use super::moves::{Move, moves};
use super::{Fate, Search, Tried};
use crate::action::{Action, Menu};
use crate::ids::Step;
use crate::plan::{Plan, Schedule};
use crate::schedule::{Mismatch, Policy, Random, Wishes};

/// A case with so few deviations is left as it is.
const FEW: u64 = 10;

/// So many seeds are tried.
const SEEDS: u64 = 150;

/// So many of the drawn schedules are brought nearer to the timed order.
const STARTS: usize = 6;

/// So many runs are spent on that, at most.
const MOST_RUNS: u64 = 6_000;

/// So many steps are spent on schedules without faults.
const MOST_STEPS: u64 = 200_000;

/// A drawn schedule that is kept.
struct Drawn {
    random: Random,
    made: Vec<Action>,
}

impl Policy for Drawn {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        let action = self.random.choose(menu)?;
        self.made.push(action);
        Ok(action)
    }
}

impl Search<'_> {
    /// Whether another schedule led further, one without faults or any, or nothing if the effort is spent.
    pub(super) fn anew(&mut self) -> Option<bool> {
        Some(self.without_faults()? || self.afresh()?)
    }

    /// Whether there is a schedule without faults.
    fn without_faults(&mut self) -> Option<bool> {
        if self.draft.size.faults == 0 {
            return Some(false);
        }
        let tried = std::mem::take(&mut self.tried);
        let calm =
            |plan: &Plan| Plan { faults: Vec::new(), random_faults: None, schedule: Schedule::Free, ..plan.clone() };
        let mut plans = vec![calm(&self.draft.plan)];
        plans.extend(Some(calm(&self.first)).filter(|first| *first != plans[0]));
        let most = self.bench.steps() + MOST_STEPS;
        let mut ways = 0;
        for plan in plans {
            for seed in 0..SEEDS {
                if self.bench.steps() >= most {
                    break;
                }
                let timed = Plan { seed, ..plan.clone() };
                if self.attempt(timed, vec![Wishes::Steps(Vec::new())])?.is_ok() {
                    return Some(true);
                }
                let mut drawn = Drawn { random: Random::without_faults(seed), made: Vec::new() };
                ways += 2;
                let Some(step) = self.bench.breaks_at(&plan, &Wishes::Steps(Vec::new()), &mut drawn) else { continue };
                drawn.made.truncate(step.0 as usize + 1);
                if self.attempt(plan.clone(), vec![Wishes::Order(drawn.made)])?.is_ok() {
                    return Some(true);
                }
            }
        }
        self.tried = tried;
        self.tried.push(Tried {
            what: "no faults at all, in other schedules".to_owned(),
            by_hand: None,
            fate: Fate::Holds,
            ways,
        });
        Some(false)
    }

    /// Whether another schedule led further, or nothing if the effort is spent.
    fn afresh(&mut self) -> Option<bool> {
        if self.draft.size.deviations <= FEW {
            return Some(false);
        }
        let most = self.bench.runs + MOST_RUNS;
        let faults: Vec<(u64, Action)> = self.faults();
        for seed in 0..SEEDS {
            let plan = Plan { seed, ..self.draft.plan.clone() };
            if self.attempt(plan, vec![Wishes::Steps(faults.clone())])?.is_ok() {
                return Some(true);
            }
        }
        let mut starts = Vec::new();
        for seed in 0..SEEDS {
            if self.bench.is_spent() || (self.stop)() {
                return None;
            }
            let random = if faults.is_empty() { Random::without_faults(seed) } else { Random::new(seed) };
            let mut drawn = Drawn { random, made: Vec::new() };
            let plan = self.draft.plan.clone();
            let Some(step) = self.bench.breaks_at(&plan, &Wishes::Steps(faults.clone()), &mut drawn) else { continue };
            drawn.made.truncate(step.0 as usize + 1);
            starts.extend(self.bench.attempt(&plan, Wishes::Order(drawn.made)));
        }
        starts.sort_by_key(|draft| draft.size.key());
        let tried = std::mem::take(&mut self.tried);
        let ways = starts.len();
        for start in starts.into_iter().take(STARTS) {
            let kept = std::mem::replace(&mut self.draft, start);
            let went_on = self.bring_nearer(most);
            if self.draft.size.is_below(&kept.size) && self.bench.confirms(&self.draft) {
                return went_on.map(|()| true);
            }
            self.draft = kept;
            went_on?;
        }
        self.tried = tried;
        self.tried.push(Tried {
            what: format!("the timed order of {SEEDS} seeds, and schedules drawn with them"),
            by_hand: None,
            fate: Fate::Holds,
            ways,
        });
        Some(false)
    }

    fn faults(&self) -> Vec<(u64, Action)> {
        let steps = self.draft.deviations().iter().map(|&(Step(step), action)| (step, action));
        steps.filter(|(_, action)| action.is_fault()).collect()
    }

    /// Leaves out deviations of the draft until none can go, or so many runs were made.
    fn bring_nearer(&mut self, most: u64) -> Option<()> {
        let of_schedule =
            |draft: &_| moves(draft).into_iter().filter(|one| !matches!(one, Move::Plan(_))).collect::<Vec<Move>>();
        loop {
            let (mut all, mut at, mut smaller) = (of_schedule(&self.draft), 0, false);
            while at < all.len() {
                if self.bench.runs >= most {
                    return Some(());
                }
                let next = all[at].clone();
                match self.attempt(self.draft.plan.clone(), next.wishes(&self.draft))? {
                    Ok(()) => {
                        smaller = true;
                        all = of_schedule(&self.draft);
                    }
                    Err(_) => at += 1,
                }
            }
            if !smaller {
                return Some(());
            }
        }
    }
}
