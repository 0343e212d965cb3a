//! The witness: a run with failures is *explained* by a run without any, made from it and executed.
//!
//! What was rolled back is removed from the run; what is left must be executable as a plain data-plane schedule and
//! must show the same states and the same committed output. Then it is a failure-free run that a user cannot tell from
//! the faulty one. It is never compared with *the* failure-free run: after a failure records may well meet in another
//! order.
//!
//! | file | holds |
//! | --- | --- |
//! | [`log`] | the facts of the run that matter here |
//! | [`kept`] | which of them survive: `K' = (K up to the restored cut) + what came after` |
//! | [`interpreter`] | executes them over `operator/`: no checkpoints, endless channels, sinks are logs |
//! | [`times`] | how far event time has come in it |
//! | [`output`] | compares what became visible with the logs of the sinks |
//!
//! The claims are those of [`Claim`], checked in the order of the run; the first that fails is the reason. At-least-once
//! jobs have no witness, because their cuts are not closed under "happened before".

mod interpreter;
mod kept;
mod log;
mod output;
mod times;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::interpreter::Interpreter;
use self::kept::Keeper;
use self::log::{Fact, Log};
use super::Violation;
use crate::ids::{CheckpointId, Micros, Name, PerId, Step, TaskId};
use crate::operator::record::derived_name;
use crate::operator::source::Share;
use crate::operator::{Records, TaskState};
use crate::plan::{Coarse, Plan, RuleName, SinkKind, Topology, VertexKind};
use crate::protocol::coordinator::Mode;
use crate::trace::{Event, JobStatus};

/// What the witness says of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Explanation {
    /// A failure-free run was executed that shows the same.
    Explained {
        /// Its length: records read and records handled.
        steps: u64,
    },
    /// There is none among those that the run itself suggests.
    Unexplained(Unexplained),
    /// The job does not promise it: at-least-once.
    NotApplicable,
}

/// The first claim that fails, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unexplained {
    /// Which claim.
    pub claim: Claim,
    /// At which task.
    pub task: TaskId,
    /// At which record, if it is about one.
    pub record: Option<Name>,
    /// The number of the event that fails it, counted from 0 since [`Witness::reset`]; the number of events if only
    /// the end of the run does.
    pub event: u64,
    /// The same in words.
    pub why: String,
}

impl Unexplained {
    /// The same as a broken rule, at the step and the time of its event.
    pub fn violation(&self, step: Step, at: Micros) -> Violation {
        Violation {
            rule: RuleName::Explained,
            invariant: "",
            step,
            at,
            task: Some(self.task),
            channel: None,
            record: self.record,
            checkpoint: CheckpointId::NONE,
            detail: self.why.clone(),
        }
    }
}

/// What must be true of the kept run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Claim {
    /// Each restored task has a snapshot in the kept run to which it can be cut back.
    Cut,
    /// A source reads what is next in its log.
    Emission,
    /// A task takes the head of a channel.
    Delivery,
    /// A source's watermark stays behind what it has read; another task's is the minimum of its inputs' (R93).
    Watermark,
    /// A task that says so has no more data to come.
    EndOfData,
    /// After a record, a task shows what it would show without failures.
    View,
    /// A snapshot holds the state that the task has without failures.
    Snapshot,
    /// A restored task has the state of its cut.
    Restored,
    /// At the end a task has the state that it has without failures.
    Final,
    /// A sink writes each record that it takes, once, in order.
    Rows,
    /// Nothing that was rolled back is visible.
    RolledBack,
    /// What is visible of a transactional sink is a beginning of what it writes without failures.
    Prefix,
    /// If the job has finished, all of it is visible.
    Complete,
}

/// Collects the facts of a run and explains it at the end. One witness serves many runs; it keeps its buffers.
#[derive(Debug)]
pub struct Witness {
    job: Job,
    log: Log,
    keeper: Keeper,
    interpreter: Interpreter,
}

impl Witness {
    /// A witness for runs of this plan.
    pub fn new(plan: &Plan, topology: &Arc<Topology>) -> Self {
        let job = Job::new(plan, topology);
        Self { log: Log::default(), keeper: Keeper::new(topology), interpreter: Interpreter::new(&job), job }
    }

    /// Forgets the run.
    pub fn reset(&mut self) {
        self.log.clear();
    }

    /// Takes the next event of the run.
    #[inline]
    pub fn observe(&mut self, event: &Event) {
        if self.job.applicable {
            self.log.observe(event);
        }
    }

    /// Explains the run. `finals` are the prints of the states that tasks have now; tasks without one may be left out,
    /// and those of tasks that are being restarted are passed over.
    pub fn judge(&mut self, finals: &[(TaskId, u64)]) -> Explanation {
        if !self.job.applicable {
            return Explanation::NotApplicable;
        }
        match self.explain(finals) {
            Ok(steps) => Explanation::Explained { steps },
            Err(unexplained) => Explanation::Unexplained(unexplained),
        }
    }

    fn explain(&mut self, finals: &[(TaskId, u64)]) -> Result<u64, Unexplained> {
        let Self { job, log, keeper, interpreter } = self;
        keeper.keep(job, log)?;
        interpreter.reset(job);
        for entry in log.entries.iter().filter(|entry| entry.kept) {
            interpreter.perform(job, log, entry)?;
        }
        for &(task, state) in finals {
            if keeper.is_restored(task) {
                interpreter.check_final(job, log, task, state)?;
            }
        }
        output::check(job, log, interpreter)?;
        Ok(interpreter.steps())
    }
}

/// What the witness knows of the job.
#[derive(Debug)]
struct Job {
    topology: Arc<Topology>,
    applicable: bool,
    /// Whether a finished job has committed everything: with checkpoints, the last one waits for all data (R54).
    commits_all: bool,
    /// Whether records have no names ([`Coarse::Nameless`]).
    nameless: bool,
    /// Whether numbers of transactions are given out again ([`Coarse::AtomicRecovery`]).
    reuses_numbers: bool,
    tasks: PerId<TaskId, Part>,
}

/// What the witness knows of a task.
#[derive(Debug)]
struct Part {
    fresh: TaskState,
    source: Option<(Arc<Records>, Share)>,
    sink: Option<SinkKind>,
}

impl Job {
    fn new(plan: &Plan, topology: &Arc<Topology>) -> Self {
        let records: PerId<_, Option<Arc<Records>>> = (plan.vertices.iter())
            .map(|vertex| match &vertex.kind {
                VertexKind::Source { records, .. } => Some(Arc::new(records.clone())),
                VertexKind::Operator(_) | VertexKind::Sink(_) => None,
            })
            .collect();
        let part = |task| Part {
            fresh: topology.fresh(plan, task),
            source: records[topology.tasks[task].vertex].clone().zip(topology.share(plan, task)),
            sink: topology.sink(plan, task),
        };
        Self {
            nameless: plan.steps.has(Coarse::Nameless),
            reuses_numbers: plan.steps.has(Coarse::AtomicRecovery),
            topology: Arc::clone(topology),
            applicable: plan.checkpointing.mode == Mode::ExactlyOnce,
            commits_all: plan.checkpointing.interval.is_some() && plan.checkpointing.after_finish,
            tasks: topology.tasks.ids().map(part).collect(),
        }
    }

    fn name(&self, task: TaskId) -> &str {
        self.topology.names.task(task)
    }
}

impl Log {
    /// A record in words, for a message: its value, and which record of a source it comes from.
    fn record(&self, job: &Job, name: Name, value: i64) -> String {
        let mut origins: BTreeMap<Name, (TaskId, u32, u64)> = BTreeMap::new();
        for entry in &self.entries {
            match entry.fact {
                Fact::Emitted { split, index, name, .. } => {
                    origins.insert(name, (entry.task, split, index));
                }
                Fact::Received { name, .. } => {
                    if let Some(&origin) = origins.get(&name) {
                        let vertex = job.topology.tasks[entry.task].vertex;
                        // More than this only matters to the wording.
                        for ordinal in 0..16 {
                            origins.insert(derived_name(vertex, name, ordinal), origin);
                        }
                    }
                }
                _ => {}
            }
        }
        let Some(&(task, split, index)) = origins.get(&name) else { return value.to_string() };
        let (source, nth) = (job.name(task), index + 1);
        match job.tasks[task].source {
            Some((_, share)) if share.owned() > 1 => {
                format!("{value} (record {nth} of split {split} of `{source}`)")
            }
            _ => format!("{value} (record {nth} of `{source}`)"),
        }
    }
}

/// Whether the job is at its end, successfully.
fn is_finish(event: &Event) -> bool {
    matches!(event, Event::Job(JobStatus::Finished))
}
