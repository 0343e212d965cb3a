//! What runs never showed: a promise that was never put to the test is worth little.

use super::words;
use crate::explore::Totals;
use crate::plan::{Ask, Coarse, Plan, Restarts, SinkKind, VertexKind};
use crate::protocol::coordinator::Mode;
use crate::trace::Kind;

/// What runs of a plan could have shown, and whether they did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Coverage {
    /// How many kinds of events this plan can show.
    pub possible: usize,
    /// Those among them that no run showed, in words.
    pub never: Vec<&'static str>,
}

/// The coverage of runs of this plan that met this.
pub fn coverage(plan: &Plan, met: &Totals) -> Coverage {
    let possible: Vec<Kind> = Kind::ALL.into_iter().filter(|&kind| is_possible(plan, kind)).collect();
    let mut never: Vec<&str> =
        possible.iter().filter(|&&kind| !met.kinds.contains(kind)).map(|kind| kind.words()).collect();
    // Situations are more than one event.
    if plan.checkpointing.interval.is_some() {
        for (runs, situation) in [
            (met.crash_while_pending, "a crash while a checkpoint was pending"),
            (met.crash_between_acks, "a crash between two acknowledgements of one checkpoint"),
            (met.crash_before_notice, BEFORE_NOTICE),
            (met.restored_checkpoint, "a restore from a completed checkpoint"),
        ] {
            never.extend((runs == 0).then_some(situation));
        }
        if is_aligned(plan) && met.aligned == 0 {
            never.push("an input that waited behind a barrier");
        }
    }
    never.extend((met.crash_in_restore == 0).then_some(IN_RESTORE));
    never.retain(|situation| !coarsened(plan).contains(situation));
    Coverage { possible: possible.len(), never }
}

const BEFORE_NOTICE: &str = "a crash between completion and notification";
const IN_RESTORE: &str = "a crash inside a restore";

/// Situations that there are not where steps of the world are coarser than usual.
fn coarsened(plan: &Plan) -> Vec<&'static str> {
    let gone = [(Coarse::ImmediateNotification, BEFORE_NOTICE), (Coarse::AtomicRecovery, IN_RESTORE)];
    gone.into_iter().filter(|&(coarse, _)| plan.steps.has(coarse)).map(|(_, situation)| situation).collect()
}

/// One or two lines, indented.
pub fn text(coverage: &Coverage) -> String {
    let kinds = words::count(coverage.possible as u64, "kind");
    if coverage.never.is_empty() {
        return format!("  seen     all {kinds} of events that this job can show\n");
    }
    format!("  never    {}\n", coverage.never.join(", "))
}

fn is_aligned(plan: &Plan) -> bool {
    plan.checkpointing.mode == Mode::ExactlyOnce
}

/// Whether a run of this plan may show it, and it is no failure if it does.
fn is_possible(plan: &Plan, kind: Kind) -> bool {
    let sink = |wanted: SinkKind| plan.vertices.iter().any(|vertex| vertex.kind == VertexKind::Sink(wanted));
    let has = |coarse| plan.steps.has(coarse);
    match kind {
        // Steps of the world that are coarser than usual leave these out.
        Kind::FailureNoticed | Kind::RestartPlanned | Kind::Canceled if has(Coarse::AtomicRecovery) => false,
        Kind::Finished | Kind::EndOfData | Kind::EndOfDataTaken | Kind::EndOfPartition if has(Coarse::SilentEnd) => {
            false
        }
        Kind::Rejected if has(Coarse::IdleTrigger) => false,
        Kind::RestartDenied => {
            !has(Coarse::AtomicRecovery) && plan.restarts() != Restarts::AttemptsBeforeCalm(u32::MAX)
        }
        // What a judge condemns.
        Kind::Stuck => false,
        Kind::Asked => !plan.user.is_empty(),
        Kind::Started => plan.user.iter().any(|user| user.ask == Ask::Start),
        // Somebody asked in vain; not seeing it means nothing.
        Kind::Refused => false,
        Kind::Stopped => plan.stop.is_some(),
        Kind::ManagerCrashed => !plan.managers.is_empty(),
        Kind::Begun | Kind::PreCommitted | Kind::Committed | Kind::Dropped => sink(SinkKind::TwoPhaseCommit),
        Kind::Upserted => sink(SinkKind::Upsert),
        Kind::Row => sink(SinkKind::TwoPhaseCommit) || sink(SinkKind::Append),
        Kind::Resumed => plan.checkpointing.interval.is_some() && is_aligned(plan),
        Kind::Watermark | Kind::WatermarkSent | Kind::WatermarkTaken | Kind::Fired | Kind::Late => {
            plan.has_event_time()
        }
        // Declines come from storage that fails.
        Kind::Declined | Kind::DeclineSent | Kind::TooManyFailures => !plan.storage.fails.is_empty(),
        Kind::Triggered
        | Kind::Rejected
        | Kind::Acked
        | Kind::Completed
        | Kind::Aborted
        | Kind::Subsumed
        | Kind::BarrierTaken
        | Kind::Snapshot
        | Kind::BarrierSent
        | Kind::CancelMarkerSent
        | Kind::CancelMarkerTaken
        | Kind::Written
        | Kind::AckSent
        | Kind::Notified
        | Kind::NotifiedAborted => plan.checkpointing.interval.is_some(),
        // Only where somebody asked for it; not seeing them means nothing.
        Kind::TooLarge | Kind::Status | Kind::StatusSent | Kind::StatusTaken => false,
        // Only where channels cross TaskManagers, and only where state has keys: not seeing them means nothing.
        Kind::Transferred | Kind::Holds => false,
        _ => true,
    }
}
