//! Simpler plans: for each thing that can be left out of a plan, the plan without it.
//!
//! | file | leaves out |
//! | --- | --- |
//! | here | faults, what the user does, records, checkpoints |
//! | [`graph`] | vertices, subtasks, TaskManagers; and says what became of steps that name them |
//! | [`knobs`] | settings that are not the default |
//!
//! Nothing is run here. Whether a simpler plan still shows what the other one showed is for the caller to find out; its
//! schedule is carried over as far as its steps have a meaning ([`Simpler::step`]).

mod graph;
mod knobs;

use crate::action::Action;
use crate::ids::Micros;
use crate::operator::Records;
use crate::plan::{Plan, VertexKind};
pub use knobs::unusual;

/// A plan that is simpler than another in one respect.
#[derive(Clone, Debug)]
pub struct Simpler {
    /// What is left out or smaller, in a few words: `without vertex odds`.
    pub what: String,
    /// The plan. Its schedule is that of the other plan: see [`Simpler::step`].
    pub plan: Plan,
    /// What tasks and channels of the other plan are in this one; `None`: the same.
    renamed: Option<graph::Renamed>,
    /// Whether it is only a setting that is simpler.
    is_knob: bool,
}

impl Simpler {
    fn new(what: impl Into<String>, plan: Plan) -> Self {
        Self { what: what.into(), plan, renamed: None, is_knob: false }
    }

    /// Whether the job has less in it, and not only settings are simpler.
    pub fn is_smaller_job(&self) -> bool {
        !self.is_knob
    }

    /// A step of the other plan as a step of this one; none if its task or channel is gone.
    pub fn step(&self, action: Action) -> Option<Action> {
        match &self.renamed {
            None => Some(action),
            Some(renamed) => renamed.step(action),
        }
    }
}

/// Every plan that is simpler than this one in a single respect, the largest simplifications of each kind first.
///
/// They are sound plans if this one is: what a file could not say is not among them.
pub fn simpler(plan: &Plan) -> Vec<Simpler> {
    let mut all = faults(plan);
    all.extend(graph::simpler(plan));
    all.extend(records(plan));
    all.extend(checkpoints(plan));
    all.extend(knobs::simpler(plan));
    all
}

fn faults(plan: &Plan) -> Vec<Simpler> {
    let mut all = Vec::new();
    if plan.faults.len() > 1 {
        all.push(Simpler::new("without any placed fault", Plan { faults: Vec::new(), ..plan.clone() }));
    }
    for place in 0..plan.faults.len() {
        let mut less = plan.clone();
        less.faults.remove(place);
        all.push(Simpler::new(format!("without placed fault {}", place + 1), less));
    }
    for place in 0..plan.user.len() {
        let mut less = plan.clone();
        less.user.remove(place);
        all.push(Simpler::new(format!("without what the user does {}", place + 1), less));
    }
    if let Some(faults) = &plan.random_faults {
        all.push(Simpler::new("without random faults", Plan { random_faults: None, ..plan.clone() }));
        if faults.at_most > 1 {
            let mut less = faults.clone();
            less.at_most -= 1;
            less.at_least = less.at_least.min(less.at_most);
            all.push(Simpler::new("one random fault fewer", Plan { random_faults: Some(less), ..plan.clone() }));
        }
    }
    all
}

/// Fewer records of each source: of one without end, or with a long pattern, the first so many; else the first half, the
/// second half, all but the last, all but the first; of a list, all but each other one too.
fn records(plan: &Plan) -> Vec<Simpler> {
    let mut all = Vec::new();
    for (vertex, info) in plan.vertices.pairs() {
        let VertexKind::Source { records, .. } = &info.kind else { continue };
        let mut add = |what: &str, less: Records| {
            let mut plan = plan.clone();
            if let VertexKind::Source { records, .. } = &mut plan.vertices[vertex].kind {
                *records = less;
            }
            all.push(Simpler::new(format!("{} {what}", info.name), plan));
        };
        let len = records.len();
        if !is_short(records) {
            for count in [10, 100, 1_000].into_iter().filter(|&count| count < len) {
                add(&format!("with its first {count} records"), part(records, 0, count));
            }
            continue;
        }
        // A source keeps a record: one that reads nothing is not simpler, it is another job.
        if len > 3 {
            add("without the second half of its records", part(records, 0, len / 2));
            add("without the first half of its records", part(records, len / 2, len - len / 2));
        }
        if len > 1 {
            add("without its last record", part(records, 0, len - 1));
            add("without its first record", part(records, 1, len - 1));
        }
        if let Records::List(values) = records {
            for place in 1..values.len().saturating_sub(1) {
                let mut less = values.clone();
                less.remove(place);
                add(&format!("without record {}", place + 1), Records::List(less));
            }
        }
    }
    all
}

/// Whether the records can be counted off one by one.
fn is_short(records: &Records) -> bool {
    match records {
        Records::List(_) | Records::Range { .. } => true,
        Records::Repeat { .. } | Records::Endless => records.len() <= 1_000,
    }
}

/// `count` records from number `first` on.
fn part(records: &Records, first: u64, count: u64) -> Records {
    match records {
        Records::List(values) => Records::List(values[first as usize..(first + count) as usize].to_vec()),
        Records::Repeat { .. } => {
            Records::List((first..first + count).map(|number| records.value(0, 1, number)).collect())
        }
        &Records::Range { from, step, .. } => {
            let value = |number: u64| from.wrapping_add(step.wrapping_mul(number.cast_signed()));
            Records::Range { from: value(first), to: value(first + count - 1), step }
        }
        Records::Endless => {
            Records::Range { from: (first + 1).cast_signed(), to: (first + count).cast_signed(), step: 1 }
        }
    }
}

fn checkpoints(plan: &Plan) -> Vec<Simpler> {
    let mut all = Vec::new();
    let periodic = plan.checkpointing.interval.is_some();
    if plan.limits.checkpoints > 1 && periodic {
        let mut less = plan.clone();
        less.limits.checkpoints -= 1;
        all.push(Simpler::new("limits.checkpoints one fewer", less));
    }
    if let Some(interval) = plan.checkpointing.interval.filter(|interval| interval.0 <= Micros::millis(3_600_000).0) {
        let mut less = plan.clone();
        less.checkpointing.interval = Some(Micros(interval.0 * 2));
        all.push(Simpler::new("checkpointing.interval twice as long", less));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::VertexId;
    use crate::operator::{EventTime, Stamp};
    use crate::plan::{
        Backend, Check as PlanCheck, Coarse, Expectation, Latency, RuleName, Storage, StorageKind, Write,
    };
    use crate::testing::jobs::{all_to_all, reference};

    #[track_caller]
    fn check(plan: &Plan, expected: &[&str]) {
        let all = simpler(plan);
        let found: Vec<&str> = all.iter().map(|simpler| simpler.what.as_str()).collect();
        for what in expected {
            assert!(found.contains(what), "`{what}` is not among {found:#?}");
        }
        for simpler in &all {
            assert_ne!(simpler.plan, *plan, "{} changes nothing", simpler.what);
            let text = crate::scenario::print(&simpler.plan).expect("it has a text");
            let loaded = crate::scenario::load(&text, "simpler.ron");
            assert_eq!(loaded.as_ref(), Ok(&simpler.plan), "{}\n{text}", simpler.what);
        }
    }

    #[test]
    fn what_can_be_left_out_of_the_reference_job() {
        check(
            &reference(4, 3, 1, 2),
            &[
                "without vertex blue",
                "without vertex even",
                "without vertex odds",
                "blue without the second half of its records",
                "yellow without its last record",
                "limits.checkpoints one fewer",
                "channels.buffers as usual",
                "restart as usual",
            ],
        );
    }

    #[test]
    fn every_setting_has_a_simpler_one() {
        let mut plan = reference(4, 3, 1, 2);
        plan.backend = Backend::RocksDb { access: Micros::millis(1) };
        plan.storage.max_state_size = 7;
        plan.storage.write = Write::Takes(Latency::Uniform(Micros::millis(1), Micros::millis(4)));
        plan.steps = [Coarse::MergedAsync, Coarse::SilentEnd].into_iter().collect();
        let time =
            EventTime { stamp: Stamp::Value, out_of_orderness: 5, every: 2, idle_after: Some(Micros::millis(3)) };
        for vertex in plan.vertices.ids() {
            if let VertexKind::Source { event_time, .. } = &mut plan.vertices[vertex].kind {
                *event_time = Some(time);
            }
        }
        check(
            &plan,
            &[
                "state_backend as usual",
                "storage.max_state_size as usual",
                "storage.write as usual",
                "storage.write fixed",
                "steps as usual",
                "steps without SilentEnd",
                "blue without event time",
                "watermarks.out_of_orderness of blue as usual",
                "watermarks.every of yellow as usual",
                "watermarks.idle_after of blue as usual",
            ],
        );
        plan.storage.max_state_size = Storage::default().max_state_size;
        plan.storage.kind = StorageKind::FileSystem;
        check(&plan, &["storage.kind as usual"]);
    }

    #[test]
    fn a_join_keeps_its_inputs_and_their_time() {
        let text = include_str!("../../../scenarios/join-on-watermarks.ron");
        let plan = crate::scenario::load(text, "join-on-watermarks.ron").expect("it is sound");
        check(&plan, &[]);
        assert!(simpler(&plan).iter().all(|simpler| !simpler.what.ends_with("without event time")));
    }

    /// Vertices have other numbers once one is gone, and an expectation goes with what it is about.
    #[test]
    fn expectations_are_about_the_same_vertices() {
        let mut plan = reference(4, 3, 1, 2);
        let total = |vertex: u32| Expectation::Always(PlanCheck::Final { vertex: VertexId(vertex), total: 12 });
        plan.expect = vec![total(2), total(3), Expectation::Violates(RuleName::Explained)];
        let all = simpler(&plan);
        let found = |what: &str| {
            let simpler = all.iter().find(|simpler| simpler.what == what).unwrap_or_else(|| panic!("no `{what}`"));
            simpler.plan.expect.clone()
        };
        let violates = Expectation::Violates(RuleName::Explained);
        assert_eq!(found("without vertex blue"), [total(1), total(2), violates.clone()]);
        assert_eq!(found("without vertex even"), [total(2), violates]);
        assert_eq!(found("blue without its last record"), plan.expect);
    }

    #[test]
    fn forward_edges_stay_between_equals() {
        check(
            &all_to_all(4, 20),
            &[
                "numbers with 1 subtask",
                "numbers with 3 subtasks",
                "sum and out with 1 subtask",
                "sum and out with 2 subtasks",
            ],
        );
    }

    #[test]
    fn parts_of_records() {
        let range = Records::Range { from: 1, to: 10, step: 3 };
        assert_eq!(part(&range, 1, 2), Records::Range { from: 4, to: 7, step: 3 });
        assert_eq!(part(&Records::List(vec![5, 6, 7]), 1, 2), Records::List(vec![6, 7]));
        let pattern = Records::Repeat { of: vec![5, 6], times: None };
        assert_eq!(part(&pattern, 0, 3), Records::List(vec![5, 6, 5]));
        assert_eq!(part(&Records::Endless, 0, 3), Records::Range { from: 1, to: 3, step: 1 });
    }
}
