//! The audit of the rule: what it claims of a state is tried out.
//!
//! For every valid set of a state, and not only for the one that would be chosen:
//!
//! - each member and each possible action outside the set, faults apart, commute: in both orders the second is still
//!   possible, and the world, what the judges remember and what they find are the same in the end;
//! - each possible fault, and each step in which a task fails by itself, either is left the same by some member, or
//!   commutes with all of them.
//!
//! The states are those of a walk that tries everything, up to a number.

use std::collections::{BTreeSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rapidhash::quality::RapidHasher;

use super::{Chosen, Mutant, Reduction};
use crate::action::Action;
use crate::ids::Step;
use crate::oracle::{Memory, Oracles, Violation};
use crate::plan::{Plan, Time, Topology};
use crate::run::circles::fails_by_itself;
use crate::world::World;

/// What an audit has covered, and where the rule is wrong.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// States looked at.
    pub states: usize,
    /// Valid sets in them that leave something out.
    pub sets: usize,
    /// Pairs tried in both orders.
    pub pairs: usize,
    /// Claims that do not hold, at most ten.
    pub disputes: Vec<Dispute>,
}

/// A claim of the rule that does not hold.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// The steps that lead to the state.
    pub path: Vec<Action>,
    /// The set.
    pub set: Chosen,
    /// A member, or the first one where the fault is the trouble.
    pub member: Action,
    /// What is claimed to be in accord with it.
    pub other: Action,
    /// What is wrong, in words.
    pub why: String,
}

/// A state with what is remembered of its past.
#[derive(Clone, Debug)]
struct Place {
    world: World,
    memory: Memory,
    found: Vec<Violation>,
}

/// Audits the rule, or one with a mistake in it, on the first so many states of a plan.
pub fn audit(plan: &Plan, states: usize, mutant: Option<Mutant>) -> Audit {
    let topology = Arc::new(Topology::new(plan));
    let plan = Arc::new(plan.clone());
    let mut auditor = Auditor {
        oracles: Oracles::new(&plan, &topology),
        reduction: match mutant {
            None => Reduction::new(&plan, &topology),
            Some(mutant) => Reduction::mutant(&plan, &topology, mutant),
        },
        audit: Audit::default(),
    };
    let world = World::new(&plan, &topology, plan.seed, Time::Untimed, false);
    let start = auditor.arrive(world, None);
    let mut known = BTreeSet::from([start.fingerprint()]);
    let mut open = VecDeque::from([(start, Vec::new())]);
    // The nearest and the newest have their turn.
    while let Some((place, path)) =
        if auditor.audit.states.is_multiple_of(2) { open.pop_front() } else { open.pop_back() }
    {
        if auditor.audit.states == states || auditor.audit.disputes.len() >= 10 {
            break;
        }
        auditor.audit.states += 1;
        auditor.look(&place, &path);
        for action in place.world.menu().iter() {
            let next = auditor.step(&place, action);
            if known.insert(next.fingerprint()) {
                let mut path = path.clone();
                path.push(action);
                open.push_back((next, path));
            }
        }
    }
    auditor.audit
}

impl Place {
    fn fingerprint(&self) -> u64 {
        let mut hasher = RapidHasher::default_const();
        self.world.state().hash(&mut hasher);
        self.memory.hash(&mut hasher);
        hasher.finish()
    }

    /// What differs, if anything does.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let (one, two) = (self.world.state(), other.world.state());
        let words = |found: &[Violation]| found.iter().map(|one| one.detail.clone()).collect::<BTreeSet<_>>();
        if one.tasks != two.tasks {
            Some("the tasks differ")
        } else if one.channels != two.channels {
            Some("the channels differ")
        } else if one.storage != two.storage {
            Some("the storage differs")
        } else if one.external != two.external {
            Some("the external system differs")
        } else if one.coordinator != two.coordinator {
            Some("the coordinator differs")
        } else if one != two {
            Some("the JobManager differs")
        } else if self.memory != other.memory {
            Some("what the judges remember differs")
        } else if words(&self.found) != words(&other.found) {
            Some("what the judges find differs")
        } else if !self.world.menu().offers_same(other.world.menu()) {
            Some("the menus differ")
        } else {
            None
        }
    }
}

struct Auditor {
    oracles: Oracles,
    reduction: Reduction,
    audit: Audit,
}

impl Auditor {
    fn arrive(&mut self, world: World, from: Option<&Place>) -> Place {
        if let Some(from) = from {
            self.oracles = self.oracles.with_memory(from.memory.clone());
        }
        for event in world.events() {
            self.oracles.observe(Step(0), world.now(), event);
        }
        let mut found = from.map_or(Vec::new(), |from| from.found.clone());
        found.extend_from_slice(self.oracles.violations());
        Place { memory: self.oracles.memory().clone(), world, found }
    }

    fn step(&mut self, place: &Place, action: Action) -> Place {
        let mut world = place.world.clone();
        world.apply(action);
        self.arrive(world, Some(place))
    }

    fn look(&mut self, place: &Place, path: &[Action]) {
        let place = &Place { found: Vec::new(), ..place.clone() };
        let menu = place.world.menu();
        for set in self.reduction.sets(&place.world) {
            if set.len() + menu.faults() == menu.len() && menu.faults() == 0 {
                continue;
            }
            self.audit.sets += 1;
            for other in menu.iter().filter(|other| !set.contains(other)) {
                if other.is_fault() {
                    self.fault(place, path, &set, other);
                    continue;
                }
                let quarrels = set.iter().filter_map(|&member| Some((member, self.quarrel(place, member, other)?)));
                for (member, why) in quarrels.collect::<Vec<_>>() {
                    if self.step(place, other).world.events().iter().any(fails_by_itself) {
                        self.fault(place, path, &set, other);
                        break;
                    }
                    self.dispute(path, &set, (member, other), why);
                }
            }
        }
    }

    fn fault(&mut self, place: &Place, path: &[Action], set: &Chosen, fault: Action) {
        let struck = self.step(place, fault);
        let mut whys = Vec::new();
        for &member in set {
            let after = self.step(place, member);
            if !after.world.menu().contains(fault) {
                whys.push(format!("the fault is gone after {member:?}"));
                continue;
            }
            let late = self.step(&after, fault);
            match late.differs(&struck) {
                None => return,
                Some(why) => whys.push(format!("after {member:?} {why}")),
            }
        }
        for &member in set {
            if let Some(why) = self.quarrel(place, member, fault) {
                return self.dispute(path, set, (member, fault), format!("{}; in both orders: {why}", whys.join(", ")));
            }
        }
    }

    /// Why two actions do not commute, if they do not.
    fn quarrel(&mut self, place: &Place, one: Action, other: Action) -> Option<String> {
        self.audit.pairs += 1;
        let (after_one, after_other) = (self.step(place, one), self.step(place, other));
        if !after_one.world.menu().contains(other) {
            return Some(format!("{one:?} takes {other:?} away"));
        }
        if !after_other.world.menu().contains(one) {
            return Some(format!("{other:?} takes {one:?} away"));
        }
        let (first, second) = (self.step(&after_one, other), self.step(&after_other, one));
        first.differs(&second).map(str::to_owned)
    }

    fn dispute(&mut self, path: &[Action], set: &Chosen, (member, other): (Action, Action), why: String) {
        self.audit.disputes.push(Dispute { path: path.to_vec(), set: set.clone(), member, other, why });
    }
}
