//! Warns of what a file says in vain, by what the whole of it says: sinks that never commit, tasks that cannot be slow.

use super::job::Job;
use crate::ids::Micros;
use crate::plan::{Ask, Backend, Fault, Plan, SinkKind, VertexKind};
use crate::scenario::parts;
use crate::scenario::read::{Raw, Reader};
use crate::scenario::{syntax, words};

/// All of it, of a file without mistakes; the plan has everything but the job. The pieces are `job` and `faults`.
pub(super) fn without_effect<'a>(r: &mut Reader<'a>, job: &Job, plan: &Plan, [job_at, faults_at]: [Raw<'a>; 2]) {
    if plan.checkpointing.interval.is_none() {
        never_commits(r, plan, job_at);
    }
    for (raw, fault) in r.list(faults_at).into_iter().zip(&plan.faults) {
        let &Fault::Slow { task, .. } = fault else { continue };
        let vertex = job.vertex_of(task);
        // With RocksDB each record of an operator with state pays for an access.
        let pays = match (&vertex.kind, plan.backend) {
            (VertexKind::Operator(logic), Backend::RocksDb { access }) if logic.has_state() => access > Micros::ZERO,
            _ => false,
        };
        if vertex.cost == Micros::ZERO && !pays {
            let name = job.task_name(task);
            r.warning(raw, "no-effect", format!("`Slow` has no effect on `{name}`: its records cost no time"))
                .help(format!("add `cost: \"1ms\"` to `{}`", vertex.name));
        }
    }
}

/// Sinks whose transactions wait for a checkpoint that nobody makes (R82).
fn never_commits<'a>(r: &mut Reader<'a>, plan: &Plan, job_at: Raw<'a>) {
    let by_hand = plan.user.iter().any(|user| user.ask == Ask::Checkpoint);
    for vertex in r.list(job_at) {
        let (Some(syntax::Vertex::Sink { kind, .. }), _) = parts::read(vertex) else { continue };
        if r.word(kind, &words::SINK_KINDS) != Some(SinkKind::TwoPhaseCommit) {
            continue;
        }
        let message = if by_hand {
            "without an interval a two-phase sink commits what checkpoints by hand hold, and nothing else"
        } else {
            "without checkpoints a two-phase sink commits nothing, not at the end of the job either"
        };
        r.warning(kind, "no-interval", message)
            .note("as Flink's TwoPhaseCommitSinkFunction; a sink of Sink V2 commits then what it has")
            .help("add `checkpointing: (interval: \"1s\")`");
    }
}
