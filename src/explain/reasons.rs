//! Why a checkpoint was not made, or was given up.

use super::paragraph;
use crate::protocol::FailureReason;

/// What a reason means, and which rule of the protocol gives it.
fn text(reason: FailureReason) -> (&'static str, &'static [u8]) {
    use FailureReason as Reason;
    match reason {
        Reason::PeriodicSchedulerShutdown => (
            "A periodic trigger came after periodic checkpoints had been stopped, because the job failed or ended.",
            &[13],
        ),
        Reason::TooManyCheckpointRequests => (
            "A thousand requests wait already. The new one is refused, or the last of the queue makes room for it.",
            &[9],
        ),
        Reason::MinimumTimeBetweenCheckpoints => (
            "The min pause since the latest completion is not over. Only periodic requests are refused so; the timer starts anew at the end of the pause.",
            &[10],
        ),
        Reason::NotAllRequiredTasksRunning => (
            "Some task is not running, or one has finished while checkpoints after tasks finish are switched off. No number is used up; the next trigger tries again.",
            &[16, 17],
        ),
        Reason::IoException => (
            "Storage failed while the checkpoint was being triggered. It counts, though no checkpoint existed yet.",
            &[15, 29],
        ),
        Reason::BlockingOutputExist => (
            "The job has an output that is written completely before it is read; such a job has no checkpoints.",
            &[5, 74],
        ),
        Reason::CheckpointAsyncException => (
            "The asynchronous part of a task's snapshot failed, usually because storage did. The task goes on and declines the checkpoint.",
            &[52],
        ),
        Reason::ChannelStateSharedStreamException => {
            ("Another task failed while several wrote their channel state into one file.", &[37])
        }
        Reason::CheckpointExpired => (
            "The checkpoint was pending longer than execution.checkpointing.timeout: a barrier, a write or an acknowledgement took too long.",
            &[24],
        ),
        Reason::CheckpointSubsumed => ("A newer checkpoint completed first, so this one is of no use any more.", &[21]),
        Reason::CheckpointDeclined => ("A task declined the checkpoint without saying more.", &[25]),
        Reason::CheckpointDeclinedTaskNotReady => ("A task that was to begin the checkpoint was not running.", &[50]),
        Reason::CheckpointDeclinedTaskClosing => (
            "A task that was to begin the checkpoint was about to close; or union state belongs to tasks of which only some have finished.",
            &[50, 54],
        ),
        Reason::CheckpointDeclinedSubsumed => {
            ("At a task the barrier of a newer checkpoint came while it still aligned this one.", &[41])
        }
        Reason::CheckpointDeclinedOnCancellationBarrier => (
            "At a task a cancel marker came in place of a barrier: somebody upstream had given the checkpoint up.",
            &[44],
        ),
        Reason::CheckpointDeclinedInputEndOfStream => {
            ("At a task an input ended while it aligned, and checkpoints after tasks finish are switched off.", &[45])
        }
        Reason::CheckpointCoordinatorShutdown => {
            ("The coordinator is gone for good, with the job or the JobManager.", &[6])
        }
        Reason::CheckpointCoordinatorSuspend => (
            "Periodic checkpoints were stopped while this one was pending: a task failed and the job restarts, or a stop with a savepoint began.",
            &[6],
        ),
        Reason::JobFailoverRegion => ("The tasks of the checkpoint were being restarted.", &[62]),
        Reason::TaskFailure => {
            ("A task stopped running in the middle of its part, and says so in a second decline.", &[50])
        }
        Reason::TaskCheckpointFailure => {
            ("A trigger reached a TaskManager that does not know the task, because it has finished or is gone.", &[15])
        }
        Reason::UnknownTaskCheckpointNotificationFailure => {
            ("A notification about the checkpoint failed in a task for a reason that nobody names.", &[55])
        }
        Reason::FinalizeCheckpointFailure => {
            ("All tasks had acknowledged, but the checkpoint could not be written or stored as a whole.", &[21])
        }
        Reason::TriggerCheckpointFailure => ("Triggering failed for a reason that has no better name.", &[15]),
    }
}

/// A reason, as it is printed.
pub(super) fn explain(reason: FailureReason) -> String {
    let (about, rules) = text(reason);
    let weight = if reason.counts() {
        "It counts against execution.checkpointing.tolerable-failed-checkpoints (R29)."
    } else {
        "It does not count against execution.checkpointing.tolerable-failed-checkpoints (R29)."
    };
    let when = if reason.is_pre_flight() {
        "The trigger is given up before a checkpoint exists: no entry in the history."
    } else {
        "A pending checkpoint is given up: FAILED in the history."
    };
    let rules: Vec<String> = rules.iter().map(|rule| format!("R{rule}")).collect();
    format!(
        "{}\n\n{}{when}\n{weight}\n\n  rules       {}\n  in a file   Checkpoint(status: Failed, reason: \"{}\")\n  in Flink    CheckpointFailureReason.{}\n",
        reason.name(),
        paragraph(about),
        rules.join(", "),
        reason.name(),
        reason.name(),
    )
}

/// Every reason, one line each.
pub(super) fn list() -> String {
    let line = |reason: FailureReason| format!("{} {}\n", if reason.counts() { '*' } else { ' ' }, reason.name());
    FailureReason::ALL.into_iter().map(line).collect::<String>() + "\n* stands before what counts as a failure (R29)\n"
}
