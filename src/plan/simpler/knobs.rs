//! Settings back at their defaults, one at a time.

use super::Simpler;
use crate::ids::{Micros, PerId, VertexId};
use crate::operator::EventTime;
use crate::plan::{Latency, Plan, Steps, VertexKind, Write};
use crate::protocol::restart;

/// The pace of a source that says none.
const PACE: Micros = Micros::millis(10);

/// How many settings are not the default, or drawn: what a reader must keep in mind beside the job.
pub fn unusual(plan: &Plan) -> usize {
    simpler(plan).len() + usize::from(!plan.managers.is_empty())
}

/// Plans with one setting simpler: at its default, or fixed where it was drawn.
pub(super) fn simpler(plan: &Plan) -> Vec<Simpler> {
    let usual = Plan { name: plan.name.clone(), about: plan.about.clone(), ..Plan::new("", PerId::empty()) };
    let mut knobs = Knobs { plan, usual, all: Vec::new() };
    knobs.reset("time", |plan| &mut plan.time);
    knobs.reset("seed", |plan| &mut plan.seed);
    knobs.reset("seeds", |plan| &mut plan.seeds);
    knobs.reset("stop", |plan| &mut plan.stop);
    knobs.reset("channels.buffers", |plan| &mut plan.channels.buffers);
    knobs.reset("channels.credit", |plan| &mut plan.channels.credit);
    knobs.reset("channels.latency", |plan| &mut plan.channels.latency);
    knobs.reset("channels.overrides", |plan| &mut plan.channels.overrides);
    knobs.reset("latencies.rpc", |plan| &mut plan.latencies.rpc);
    knobs.reset("latencies.detection", |plan| &mut plan.latencies.detection);
    knobs.reset("latencies.restore", |plan| &mut plan.latencies.restore);
    knobs.reset("state_backend", |plan| &mut plan.backend);
    knobs.reset("storage.write", |plan| &mut plan.storage.write);
    knobs.reset("storage.fails", |plan| &mut plan.storage.fails);
    knobs.reset("storage.state", |plan| &mut plan.storage.state);
    knobs.reset("storage.kind", |plan| &mut plan.storage.kind);
    knobs.reset("storage.max_state_size", |plan| &mut plan.storage.max_state_size);
    knobs.reset("limits.haste", |plan| &mut plan.limits.haste);
    knobs.reset("limits.crashes", |plan| &mut plan.limits.crashes);
    knobs.reset("limits.late_acks", |plan| &mut plan.limits.late_acks);
    knobs.reset("limits.checkpoints", |plan| &mut plan.limits.checkpoints);
    knobs.reset("limits.records", |plan| &mut plan.limits.records);
    knobs.reset("limits.steps", |plan| &mut plan.limits.steps);
    knobs.reset("checkpointing.initial_delay", |plan| &mut plan.initial_delay);
    knobs.reset("checkpointing.timeout", |plan| &mut plan.checkpointing.timeout);
    knobs.reset("checkpointing.min_pause", |plan| &mut plan.checkpointing.min_pause);
    knobs.reset("checkpointing.max_concurrent", |plan| &mut plan.checkpointing.max_concurrent);
    knobs.reset("checkpointing.tolerable_failed", |plan| &mut plan.checkpointing.tolerable_failed);
    knobs.reset("checkpointing.unaligned", |plan| &mut plan.checkpointing.unaligned);
    knobs.reset("checkpointing.aligned_timeout", |plan| &mut plan.checkpointing.aligned_timeout);
    knobs.reset("checkpointing.after_finish", |plan| &mut plan.checkpointing.after_finish);
    knobs.reset("checkpointing.num_retained", |plan| &mut plan.checkpointing.retained);
    knobs.reset("checkpointing.retention", |plan| &mut plan.checkpointing.retention);
    knobs.usual.restart = restart::Config::usual(plan.checkpointing.interval.is_some());
    knobs.reset("restart", |plan| &mut plan.restart);
    knobs.fix("channels.latency", |plan| &mut plan.channels.latency);
    knobs.fix("latencies.rpc", |plan| &mut plan.latencies.rpc);
    knobs.fix("latencies.detection", |plan| &mut plan.latencies.detection);
    knobs.fix("latencies.restore", |plan| &mut plan.latencies.restore);
    knobs.write();
    knobs.steps();
    knobs.vertices();
    knobs.all.iter_mut().for_each(|simpler| simpler.is_knob = true);
    knobs.all
}

struct Knobs<'a> {
    plan: &'a Plan,
    usual: Plan,
    all: Vec<Simpler>,
}

impl Knobs<'_> {
    /// The plan with a setting at its default, if it is not there.
    fn reset<T: PartialEq>(&mut self, name: &str, field: fn(&mut Plan) -> &mut T) {
        let (mut less, mut usual) = (self.plan.clone(), self.usual.clone());
        if field(&mut less) != field(&mut usual) {
            std::mem::swap(field(&mut less), field(&mut usual));
            self.all.push(Simpler::new(format!("{name} as usual"), less));
        }
    }

    /// The plan with the shortest latency in place of one that is drawn.
    fn fix(&mut self, name: &str, field: fn(&mut Plan) -> &mut Latency) {
        let mut less = self.plan.clone();
        if let Latency::Uniform(from, _) = *field(&mut less) {
            *field(&mut less) = Latency::Fixed(from);
            self.all.push(Simpler::new(format!("{name} fixed"), less));
        }
    }

    /// The plan with the shortest write in place of one that is drawn.
    fn write(&mut self) {
        if let Write::Takes(Latency::Uniform(from, _)) = self.plan.storage.write {
            let mut less = self.plan.clone();
            less.storage.write = Write::Takes(Latency::Fixed(from));
            self.all.push(Simpler::new("storage.write fixed", less));
        }
    }

    /// The plan with all steps of the usual granularity, and with one more of them.
    fn steps(&mut self) {
        self.reset("steps", |plan| &mut plan.steps);
        if self.plan.steps.iter().count() < 2 {
            return;
        }
        for coarse in self.plan.steps.iter() {
            let steps: Steps = self.plan.steps.iter().filter(|&other| other != coarse).collect();
            let less = Plan { steps, ..self.plan.clone() };
            self.all.push(Simpler::new(format!("steps without {coarse:?}"), less));
        }
    }

    fn vertices(&mut self) {
        for (vertex, info) in self.plan.vertices.pairs() {
            self.event_time(vertex);
            if info.cost != Micros::ZERO {
                let mut less = self.plan.clone();
                less.vertices[vertex].cost = Micros::ZERO;
                self.all.push(Simpler::new(format!("cost of {} as usual", info.name), less));
            }
            let mut less = self.plan.clone();
            if let VertexKind::Source { every, .. } = &mut less.vertices[vertex].kind
                && *every != PACE
            {
                *every = PACE;
                self.all.push(Simpler::new(format!("pace of {} as usual", info.name), less));
            }
        }
    }

    /// The plan with a source whose records have no time, if nobody asks for it, and with usual watermarks.
    fn event_time(&mut self, source: VertexId) {
        let VertexKind::Source { event_time: Some(time), .. } = self.plan.vertices[source].kind else { return };
        let usual = [
            ("watermarks.out_of_orderness", EventTime { out_of_orderness: 0, ..time }),
            ("watermarks.every", EventTime { every: 1, ..time }),
            ("watermarks.idle_after", EventTime { idle_after: None, ..time }),
        ];
        let usual = usual.into_iter().filter(|(_, usual)| *usual != time);
        let name = &self.plan.vertices[source].name;
        let mut all: Vec<_> = usual.map(|(what, usual)| (format!("{what} of {name} as usual"), Some(usual))).collect();
        if !is_time_needed(self.plan, source) {
            all.insert(0, (format!("{name} without event time"), None));
        }
        for (what, less) in all {
            let mut plan = self.plan.clone();
            if let VertexKind::Source { event_time, .. } = &mut plan.vertices[source].kind {
                *event_time = less;
            }
            self.all.push(Simpler::new(what, plan));
        }
    }
}

/// Whether a window or a join gets records of this source.
fn is_time_needed(plan: &Plan, source: VertexId) -> bool {
    let mut reached = vec![source];
    // Edges lead from smaller ids to larger ones.
    for (vertex, info) in plan.vertices.pairs() {
        if info.inputs.iter().any(|edge| reached.contains(&edge.from)) {
            reached.push(vertex);
        }
    }
    reached.iter().any(|&vertex| match &plan.vertices[vertex].kind {
        VertexKind::Operator(logic) => logic.needs_event_time(),
        VertexKind::Source { .. } | VertexKind::Sink(_) => false,
    })
}
