//! What is written, turned into what is meant: names become ids, defaults are filled in, cross checks are made.
//!
//! | file | lowers |
//! | --- | --- |
//! | [`job`] | vertices, inputs, their order; and resolves names for the others |
//! | [`time`] | event time, and which operators need it |
//! | [`knobs`] | checkpointing, restart, Flink's configuration |
//! | [`config`] | channels, latencies, limits, TaskManagers |
//! | [`storage`] | state backend, checkpoint storage, sizes |
//! | [`fault`] | moments, faults, what people do |
//! | [`expect`] | expectations |
//! | [`effect`] | nothing: it warns of what is said in vain |
//!
//! Every function goes on after a mistake with something harmless, so that all mistakes are found at once; the plan is
//! dropped in the end.

mod config;
mod edge;
mod effect;
mod expect;
mod fault;
mod graph;
mod job;
mod knobs;
mod storage;
mod time;

use super::read::{Raw, Reader};
use super::{syntax, words};
use crate::action::Action;
use crate::ids::{PerId, Step};
use crate::plan::{Plan, Schedule, Topology};
use job::Job;

/// The plan of a file, or none if anything in it is wrong. `stem` is its name if it says none.
pub(super) fn lower<'a>(r: &mut Reader<'a>, stem: &str) -> Option<Plan> {
    if !is_readable_version(r) {
        return None;
    }
    let written: syntax::Scenario<'a> = r.whole()?;
    if written.version.get().is_empty() {
        r.missing(Raw::default(), "the version of the format is missing")
            .help(format!("begin with `version: {}`", syntax::VERSION));
    }
    let job = Job::lower(r, written.job);
    let mut plan = Plan::new(stem, PerId::empty());
    if let Some(name) = written.name.given().and_then(|raw| r.text(raw)) {
        plan.name = name;
    }
    plan.about = r.or(written.about, String::new(), Reader::text);
    for note in [written.tags, written.links] {
        // Read for their form only: they are notes for people.
        let _: Vec<String> = r.or(note, Vec::new(), Reader::read);
    }
    plan.seed = r.or(written.seed, plan.seed, |r, raw| r.number(raw, 0..=u64::MAX));
    plan.seeds = r.or(written.seeds, plan.seeds, |r, raw| r.small(raw, 1..=u32::MAX));
    plan.managers = config::managers(r, &job, written.task_managers);
    plan.channels = config::channels(r, &job, written.channels);
    plan.latencies = config::latencies(r, written.latencies);
    config::profile(r, written.profile);
    let storage: syntax::Storage<'a> = r.or(written.storage, syntax::Storage::default(), Reader::parts);
    let fields = knobs::Written {
        checkpointing: written.checkpointing,
        restart: written.restart,
        failover: written.failover,
        flink: written.flink,
        backend: written.state_backend,
        storage: storage.kind,
    };
    let knobs = knobs::knobs(r, fields);
    plan.restart = knobs.restart();
    plan.backend = storage::backend(r, written.state_backend, knobs.is_rocksdb());
    plan.storage = storage::storage(r, &job, storage, knobs.storage());
    (plan.checkpointing, plan.initial_delay) = (knobs.checkpointing, knobs.initial_delay);
    plan.limits = config::limits(r, written.limits);
    plan.time = r.or(written.time, plan.time, |r, raw| r.word(raw, &words::TIMES));
    plan.steps = r.list(written.steps).into_iter().filter_map(|raw| r.word(raw, &words::COARSE)).collect();
    plan.stop =
        written.stop.given().and_then(|raw| r.parts(raw)).and_then(|stop: syntax::Stop<'a>| r.duration(stop.at));
    plan.defect = written.defect.given().and_then(|raw| r.word(raw, &words::DEFECTS));
    plan.faults = fault::faults(r, &job, &plan.managers, written.faults);
    plan.user = fault::user(r, &job, written.user);
    plan.random_faults = written.random_faults.given().and_then(|raw| fault::random_faults(r, &job, raw));
    plan.expect = r.list(written.expect).into_iter().filter_map(|raw| expect::expectation(r, &job, raw)).collect();
    if !r.has_errors() {
        effect::without_effect(r, &job, &plan, [written.job, written.faults]);
    }
    plan.vertices = job.vertices;
    if plan.has_endless_source() && plan.stop.is_none() {
        r.missing(Raw::default(), "a source of this job is endless, and nothing ends the run")
            .help("add `stop: (at: \"10s\")`; an untimed run ends at `limits: (records: 100)`, too");
    }
    if r.has_errors() {
        // The names of steps are those of the expanded job, which needs a sound one.
        return None;
    }
    if let Some(raw) = written.schedule.given() {
        plan.schedule = schedule(r, &plan, raw);
    }
    (!r.has_errors()).then_some(plan)
}

/// Says so if the file is of another version, and nothing else about it.
fn is_readable_version<'a>(r: &mut Reader<'a>) -> bool {
    let Some(syntax::Version { version }) = r.peek::<syntax::Version<'a>>() else { return true };
    match r.number(version, 0..=u64::MAX) {
        Some(syntax::VERSION) => true,
        Some(other) => {
            r.error(
                version,
                "version",
                format!("this file is version {other}, this program reads {}", syntax::VERSION),
            )
            .help("use a program that reads this version");
            false
        }
        None => false,
    }
}

/// The code of a pinned step whose task, channel or TaskManager the job does not have.
pub(super) const GONE: &str = "gone-step";

/// Steps by name: a prefix of the run, or differences from the timed order.
fn schedule<'a>(r: &mut Reader<'a>, plan: &Plan, raw: Raw<'a>) -> Schedule {
    let names = Topology::new(plan).names;
    let mut prefix = Vec::new();
    let mut deviations: Vec<(Step, Action)> = Vec::new();
    for element in r.list(raw) {
        if r.is_full() {
            break;
        }
        let deviation = if element.is_string() { None } else { r.parts::<syntax::Deviation<'a>>(element) };
        let text = match &deviation {
            None if element.is_string() => element,
            None => continue,
            Some(deviation) => deviation.action,
        };
        let Some(action) = r.text(text).and_then(|step| match names.action(&step) {
            Ok(action) => Some(action),
            Err(near) => {
                if let Some(why) = names.missing(&step) {
                    let number = match &deviation {
                        None => prefix.len() as u64,
                        Some(deviation) => r.number(deviation.step, 0..=u64::MAX).unwrap_or(0),
                    };
                    let near = near.map(|near| format!("did you mean `{near}`?"));
                    r.error(text, GONE, format!("step {number} does not apply to this job: {why}"))
                        .label(near.unwrap_or_default())
                        .help("a case keeps its steps by name: write what the task is called now, or look for the case anew");
                    return None;
                }
                let near = near.map(|near| format!("did you mean `{near}`?"));
                r.error(text, "unknown-step", format!("no step is called `{step}`"))
                    .label(near.unwrap_or_default())
                    .help("steps are, for example: `emit blue`, `deliver blue -> even`, `rpc blue`, `report even`, `trigger`");
                None
            }
        }) else {
            continue;
        };
        match deviation {
            None => prefix.push(action),
            Some(deviation) => {
                let Some(step) = r.number(deviation.step, 0..=u64::MAX).map(Step) else { continue };
                if deviations.last().is_some_and(|last| last.0 >= step) {
                    r.error(deviation.step, "bad-order", format!("step {step} does not come after the one before it"))
                        .help("write the deviations in ascending order, one for each step");
                }
                deviations.push((step, action));
            }
        }
    }
    if !prefix.is_empty() && !deviations.is_empty() {
        r.error(raw, "mixed-schedule", "a schedule is a list of first steps or a list of deviations, not both")
            .help("give every element a step, as in `(step: 41, do: \"emit blue\")`, or none");
    }
    match (prefix.is_empty(), deviations.is_empty()) {
        (true, true) => Schedule::Free,
        (false, _) => Schedule::Prefix(prefix),
        (true, false) => Schedule::Deviations(deviations),
    }
}
