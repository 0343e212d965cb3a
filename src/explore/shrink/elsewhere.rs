//! What leaving things out alone does not find.
//!
//! Two deviations may each be needed for the other, and yet one at another place would do. So at the end, while a case
//! still has several pinned steps, every single deviation from its timed order is tried, beside its faults; and, in
//! place of each fault, every other one at every step.
//!
//! A smaller job is over sooner: a fault that comes as late as before strikes at the wrong time. So smaller jobs are tried
//! again, with each fault at any step.

use super::{Fate, Search, Tried};
use crate::action::{Action, Menu};
use crate::ids::Id;
use crate::plan::Simpler;
use crate::schedule::{Loose, Mismatch, Policy, Wishes};

/// A fault is tried at no more than so many steps of a run.
const MOST_PLACES: u64 = 200;

/// The timed order with some faults, and what was possible at each of its steps.
struct Scout {
    loose: Loose,
    menus: Vec<Vec<Action>>,
}

impl Policy for Scout {
    fn choose(&mut self, menu: &Menu) -> Result<Action, Mismatch> {
        self.menus.push(menu.iter().collect());
        self.loose.choose(menu)
    }
}

impl Search<'_> {
    /// Tries every single deviation in place of the pinned ones; whether any led further, or nothing if the effort is
    /// spent.
    pub(super) fn elsewhere(&mut self) -> Option<bool> {
        match self.other_steps()? {
            true => Some(true),
            false => self.faults_at_other_times(),
        }
    }

    fn other_steps(&mut self) -> Option<bool> {
        let pinned = self.pinned();
        if pinned.len() < 2 {
            return Some(false);
        }
        let (faults, others): (Vec<_>, Vec<_>) = pinned.into_iter().partition(|(_, action)| action.is_fault());
        let mut tries: Vec<Wishes> = Vec::new();
        if others.len() > 1 {
            self.beside(&faults, |action| !action.is_fault(), &mut tries);
        }
        // A crash at another place may need nothing beside it.
        for fault in 0..faults.len() {
            let mut rest = faults.clone();
            rest.remove(fault);
            self.beside(&rest, Action::is_fault, &mut tries);
        }
        let count = tries.len();
        for wishes in tries {
            let plan = self.draft.plan.clone();
            if self.attempt(plan, vec![wishes])?.is_ok() {
                return Some(true);
            }
        }
        self.tried.push(Tried {
            what: "in place of the pinned steps: any one other step that is possible, at any step".to_owned(),
            by_hand: None,
            fate: Fate::Holds,
            ways: count,
        });
        Some(false)
    }

    fn pinned(&self) -> Vec<(u64, Action)> {
        self.draft.deviations().iter().map(|&(step, action)| (step.0, action)).collect()
    }

    /// Tries every smaller job once more, with each fault at other steps.
    fn faults_at_other_times(&mut self) -> Option<bool> {
        let pinned = self.pinned();
        let faults: Vec<usize> = (0..pinned.len()).filter(|&place| pinned[place].1.is_fault()).collect();
        let mut tries = 0;
        for simpler in crate::plan::simpler(&self.draft.plan).into_iter().filter(Simpler::is_smaller_job) {
            for &fault in &faults {
                let mut rest = pinned.clone();
                rest.remove(fault);
                let rest: Vec<(u64, Action)> =
                    rest.iter().filter_map(|&(step, action)| Some((step, simpler.step(action)?))).collect();
                let steps = self.draft.made.len() as u64;
                let stride = steps.div_ceil(MOST_PLACES).max(1);
                for action in self.in_place_of(pinned[fault].1, &simpler) {
                    for step in (0..steps).step_by(stride as usize) {
                        tries += 1;
                        if self.attempt(simpler.plan.clone(), vec![with(&rest, step, action)])?.is_ok() {
                            return Some(true);
                        }
                    }
                }
            }
        }
        if tries > 0 {
            self.tried.push(Tried {
                what: "each smaller job above, with each pinned fault at any step".to_owned(),
                by_hand: None,
                fate: Fate::Holds,
                ways: tries,
            });
        }
        Some(false)
    }

    /// What can be done in a simpler plan in place of a fault: the same, or, where there are no TaskManagers any more, the
    /// crash of a task instead of that of its TaskManager.
    fn in_place_of(&self, fault: Action, simpler: &Simpler) -> Vec<Action> {
        match fault {
            Action::CrashManager(manager) if simpler.plan.managers.is_empty() => {
                let tasks = self.draft.plan.managers[manager.index()].tasks.iter();
                tasks.filter_map(|&task| simpler.step(Action::Crash(task))).collect()
            }
            _ => simpler.step(fault).into_iter().collect(),
        }
    }

    /// Adds, for each step of the timed order with these faults, each thing of this kind that could be done there.
    fn beside(&mut self, faults: &[(u64, Action)], is_wanted: impl Fn(Action) -> bool, tries: &mut Vec<Wishes>) {
        let mut wishes = faults.to_vec();
        let mut scout = Scout { loose: Loose::new(Wishes::Steps(wishes.clone())), menus: Vec::new() };
        // One crash more than is wished for may be on the menu of a timed run.
        wishes.push((u64::MAX, Action::Crash(crate::ids::TaskId(0))));
        if self.bench.run(&self.draft.plan.clone(), &Wishes::Steps(wishes), &mut scout).is_none() {
            return;
        }
        for (step, menu) in scout.menus.iter().enumerate().take(self.draft.made.len() + 1) {
            let usual = scout.loose.made.get(step).map(|made| made.usual);
            for &action in menu.iter().filter(|&&action| is_wanted(action) && Some(action) != usual) {
                tries.push(with(faults, step as u64, action));
            }
        }
    }
}

/// These steps and one more.
fn with(steps: &[(u64, Action)], step: u64, action: Action) -> Wishes {
    let mut steps = steps.to_vec();
    let place = steps.partition_point(|(before, _)| *before <= step);
    steps.insert(place, (step, action));
    Wishes::Steps(steps)
}
