//! What can be tried to make a case smaller.
//!
//! A move is small; the plans and wishes that it stands for are made when its turn comes.

use super::bench::Draft;
use crate::action::{Action, Names};
use crate::plan::{Plan, Simpler};
use crate::schedule::Wishes;

/// So many steps sooner pinned steps are tried in a smaller job.
const SOONER: u64 = 3;

/// One simplification of a draft.
#[derive(Clone, Debug)]
pub(super) enum Move {
    /// Follow the timed order.
    Usual,
    /// Follow the timed order but for the faults.
    FaultsOnly,
    /// Leave out so many deviations, from this one on.
    Drop {
        /// Counted from 0.
        first: usize,
        /// How many.
        count: usize,
    },
    /// Take a simpler plan.
    Plan(Box<Simpler>),
}

/// Every simplification of a draft: large ones first.
pub(super) fn moves(draft: &Draft) -> Vec<Move> {
    let deviations = draft.deviations();
    let faults = deviations.iter().filter(|(_, action)| action.is_fault()).count();
    let mut all = Vec::new();
    if deviations.len() > 1 {
        all.push(Move::Usual);
    }
    if faults > 0 && faults + 1 < deviations.len() {
        all.push(Move::FaultsOnly);
    }
    let mut count = deviations.len() / 2;
    while count > 1 {
        // What comes last is most often superfluous.
        let firsts = (0..deviations.len()).step_by(count).rev();
        all.extend(firsts.map(|first| Move::Drop { first, count: count.min(deviations.len() - first) }));
        count /= 2;
    }
    let plans = crate::plan::simpler(&draft.plan);
    all.extend(plans.into_iter().map(|simpler| Move::Plan(Box::new(simpler))));
    all.extend((0..deviations.len()).rev().map(|first| Move::Drop { first, count: 1 }));
    all
}

impl Move {
    /// What it is, in a few words.
    pub(super) fn words(&self, draft: &Draft, names: &Names) -> String {
        let deviations = draft.deviations();
        match self {
            Self::Usual => "the timed order".to_owned(),
            Self::FaultsOnly => "the timed order but for the faults".to_owned(),
            &Self::Drop { first, count: 1 } => {
                let (step, action) = deviations[first];
                format!("without `{}` at step {step}", names.text(action))
            }
            &Self::Drop { first, count } => {
                let (from, to) = (deviations[first].0, deviations[first + count - 1].0);
                format!("without the {count} deviations from step {from} to {to}")
            }
            Self::Plan(simpler) => simpler.what.clone(),
        }
    }

    /// The plan to run, if it is another one.
    pub(super) fn plan<'a>(&'a self, draft: &'a Draft) -> &'a Plan {
        match self {
            Self::Plan(simpler) => &simpler.plan,
            Self::Usual | Self::FaultsOnly | Self::Drop { .. } => &draft.plan,
        }
    }

    /// How the schedule may be carried over, in the order of hope; each is worth a run.
    pub(super) fn wishes(&self, draft: &Draft) -> Vec<Wishes> {
        let steps: Vec<(u64, Action)> = draft.deviations().iter().map(|&(step, action)| (step.0, action)).collect();
        let faults = || steps.iter().copied().filter(|(_, action)| action.is_fault()).collect::<Vec<_>>();
        let mut wishes = match self {
            Self::Usual => vec![Wishes::Steps(Vec::new())],
            Self::FaultsOnly => vec![Wishes::Steps(faults())],
            &Self::Drop { first, count } => dropped(draft, &steps, first, count),
            Self::Plan(simpler) => {
                let order = draft.chosen().filter_map(|action| simpler.step(action)).collect();
                let mapped = |steps: &[(u64, Action)]| {
                    let step = |&(step, action): &(u64, Action)| Some((step, simpler.step(action)?));
                    Wishes::Steps(steps.iter().filter_map(step).collect())
                };
                // With less before them steps come sooner, all alike.
                let sooner = (1..=SOONER).map(|by| {
                    let sooner = |&(step, action): &(u64, Action)| (u64::saturating_sub(step, by), action);
                    mapped(&steps.iter().map(sooner).collect::<Vec<_>>())
                });
                let mut all = vec![mapped(&steps), Wishes::Order(order), mapped(&faults()), Wishes::Steps(Vec::new())];
                if !steps.is_empty() && simpler.is_smaller_job() {
                    all.extend(sooner);
                }
                all
            }
        };
        let mut known: Vec<Wishes> = Vec::new();
        wishes.retain(|wish| {
            let is_new = !known.contains(wish);
            known.push(wish.clone());
            is_new
        });
        wishes
    }
}

/// The deviations without some of them: at the same steps; the others as much earlier as steps are gone; the same order
/// but that the usual step comes first; nothing behind them either.
fn dropped(draft: &Draft, steps: &[(u64, Action)], first: usize, count: usize) -> Vec<Wishes> {
    let (before, after) = (&steps[..first], &steps[first + count..]);
    let mut all = vec![Wishes::Steps([before, after].concat())];
    let earlier = after.iter().map(|&(step, action)| (step - count as u64, action));
    all.push(Wishes::Steps(before.iter().copied().chain(earlier).collect()));
    if count == 1 {
        all.push(Wishes::Order(usual_first(draft, steps[first].0 as usize)));
    }
    all.push(Wishes::Steps(before.to_vec()));
    let faults = after.iter().copied().filter(|(_, action)| action.is_fault());
    all.push(Wishes::Steps(before.iter().copied().chain(faults).collect()));
    all
}

/// The order of a draft with what is usual at `step` done there, and not later. A fault is left out.
fn usual_first(draft: &Draft, step: usize) -> Vec<Action> {
    let mut order: Vec<Action> = draft.chosen().collect();
    let made = draft.made[step];
    if made.chosen.is_fault() {
        order.remove(step);
        return order;
    }
    if let Some(later) = order[step..].iter().position(|&action| action == made.usual) {
        order.remove(step + later);
    }
    order.insert(step, made.usual);
    order
}
