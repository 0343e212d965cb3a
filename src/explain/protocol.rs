//! The rules of the protocol, by number: the project's own numbers for what Flink 2.3 does.

use super::paragraph;

/// R1, R2, and so on.
const RULES: [&str; 96] = [
    "How barriers meet data follows from the configuration: at-least-once, aligned, unaligned, or aligned with a timeout. Savepoints are always aligned. Without an interval the mode is at-least-once.",
    "Some configurations are refused: an interval or timeout below 10 ms, no concurrent checkpoint, unaligned with several. Some are corrected: an interval below the min pause, no retained checkpoint.",
    "The periodic timer keeps its planned times: the next firing is one interval after the planned one, not after now.",
    "The first periodic trigger comes after a drawn delay between min pause and interval; after a restart it comes after the min pause.",
    "Periodic checkpoints run while the job runs and every task is running or has finished.",
    "Stopping periodic checkpoints refuses what is queued and gives up what is pending.",
    "A savepoint is forced past the limit on pending checkpoints, unless checkpoints are unaligned; a checkpoint never is.",
    "Requests wait in one order: savepoints first, then forced ones, then those made by hand, then the oldest.",
    "A thousand requests may wait; then the newest periodic one, or the new one, is refused.",
    "The first request is served if no trigger is under way and a place is free; a periodic one must also wait for the end of the min pause, which starts its timer anew.",
    "Periodic requests that find no free place wait, and then run one behind the other.",
    "The queue is tried again after each trigger, completion, abort and deletion.",
    "A trigger goes through stages: the plan, the number, the pending checkpoint and its timeout, the storage, and last the sources.",
    "The coordinator of a source is snapshotted before any task, so that a split is either with it or with a reader.",
    "A trigger that fails gives the pending checkpoint up, if there is one already.",
    "The plan says who is triggered, who must acknowledge and who is notified; tasks that have finished are left out. Everyone who must acknowledge must be running.",
    "A plan that cannot be made costs nothing: no number, no failure that counts.",
    "A pending checkpoint knows who has not acknowledged yet.",
    "An acknowledgement counts once, from an attempt of the plan; what comes late is thrown away.",
    "Tasks that have finished, or were restored as finished, say so with their acknowledgement.",
    "Completion is one step: write, store, forget failures, give up older pending checkpoints, notify the tasks.",
    "The store keeps the newest checkpoints, as many as are asked for; older ones leave it.",
    "What has left the store is deleted in the background; too many deletions hold back the next trigger.",
    "A checkpoint that is pending longer than its timeout expires.",
    "A decline gives a pending checkpoint up, whoever sent it.",
    "Giving a checkpoint up deletes its private state, tells the tasks, and tries the queue.",
    "Which checkpoints outlive the job follows from how it ended and from the retention that was asked for.",
    "Failures of savepoints are borne, but for one that stops the job: then the job fails at once.",
    "Only some reasons count as failures: expiry, storage, asynchronous failures, declines, finalisation.",
    "Each failed checkpoint counts once; more failures than are tolerable fail the job, and the count starts over.",
    "A completion sets the count of failures back; a restart does not.",
    "A request that was refused is no failure.",
    "An aligned barrier that leaves its channel makes the channel wait until the receiver resumes it.",
    "An unaligned barrier goes to the front of the output queue, and what it overtakes is stored.",
    "A barrier with a timeout is sent in order; when it has become too old, it overtakes what is before it.",
    "A barrier with priority goes to the front of the receiver's queue; one with a timeout is announced there.",
    "For an unaligned checkpoint the receiver stores what lies in its queue, and what arrives before the barrier.",
    "Some edges cannot be overtaken on: forward, rescale, broadcast. Barriers stay aligned on them.",
    "A barrier with priority is handled between two records.",
    "A barrier of an older checkpoint, or of one that is done, only makes its channel move again.",
    "A newer barrier gives up an alignment that is not finished, and begins its own.",
    "When the last input has delivered its barrier, the alignment is done and the task takes its snapshot.",
    "Giving up an alignment makes all inputs move again, and tells the task.",
    "A cancel marker gives up the alignment of its checkpoint, or one that has not begun.",
    "An input that ends counts as if its barrier had come; without checkpoints after tasks finish it gives the alignment up.",
    "An announced barrier can begin a checkpoint before it arrives itself.",
    "With one input the first barrier is the last one: the task takes its snapshot at once.",
    "A task may begin aligned and go over to unaligned; its acknowledgement waits for all barriers in any case.",
    "At least once: no input waits; the snapshot is taken when the last barrier has come, and older checkpoints are forgotten.",
    "A task that is triggered takes its part at once if it has no inputs; if it does not run, it declines.",
    "A task's part is one step: prepare, send the barrier on, snapshot the state. A checkpoint that was given up earlier becomes a cancel marker instead.",
    "The asynchronous part writes the snapshot, and acknowledges; if it fails, the task declines and goes on.",
    "A source stores its offset; what it has emitted goes before the barrier.",
    "A task whose data has ended stays for a last checkpoint, and finishes when that is complete.",
    "A task hears of a completion between two records; older ones, and those of before a restore, are passed over.",
    "Hearing that a checkpoint was given up stops its writing, and repairs a lost notification of an earlier one; inputs that wait go on waiting for their barriers.",
    "When an alignment is given up the task declines, and sends cancel markers on.",
    "Cancel markers come from tasks, never from the coordinator.",
    "Every deployment of a task is an attempt of its own; messages of dead attempts are recognised by that.",
    "When a task fails, everything that exchanges records with it restarts.",
    "After a failure the restart strategy is asked; a restart waits for its pause and for the end of all cancellations.",
    "A restart makes new attempts, gives up pending checkpoints, restores, and deploys.",
    "A restore takes the newest completed checkpoint; without one, tasks start empty.",
    "A restored task first takes what was stored of its channels, then what is new.",
    "When the JobManager fails, completed checkpoints and the counter of numbers survive if they are stored outside.",
    "Numbers of checkpoints never go back, also after a restore.",
    "Without a strategy a job with periodic checkpoints restarts with an exponential delay, and one without never does.",
    "fixed-delay allows so many restarts in the life of the job; failure-rate so many failures within an interval, both ends included.",
    "exponential-delay makes each pause longer, up to a limit; a calm starts over, and a failure within a pause is merged with the one before.",
    "A job may start from a savepoint or a retained checkpoint; numbers go on behind it.",
    "The claim mode says who owns the files of the snapshot that a job starts from.",
    "A savepoint stops nothing; its failure is borne.",
    "Cancelling with a savepoint makes one and cancels when it is complete.",
    "Stopping with a savepoint makes one after which nothing is handled, and ends when all tasks have finished.",
    "If the savepoint to stop with fails, the job goes on; if it completes and a task does not finish, the job fails.",
    "A key belongs to a group by its hash, and a group to a subtask by its number.",
    "Keyed state is cut at the borders of groups when the parallelism changes.",
    "List state is dealt out in turn, or given to everyone; broadcast state is copied.",
    "Stored records of a channel go to the new subtasks of both ends, and each is kept where it belongs.",
    "With its part of a checkpoint a two-phase sink closes its transaction and opens the next.",
    "After a restore a two-phase sink commits what the checkpoint lists, and drops what it had open.",
    "A completion commits every transaction up to it; an abort leaves them for the next one.",
    "A savepoint closes a transaction and brings no completion: the next checkpoint commits it.",
    "A newer sink hands what it wants to commit to a committer, ahead of the barrier.",
    "The committer stores what it has not committed, and commits it when the checkpoint completes.",
    "After a restore the committer commits what it had stored.",
    "An incremental checkpoint uploads files that the last notified one has not.",
    "Shared files are registered with every acknowledgement, also a late one.",
    "Whether a shared file lives follows from who used it last; nobody counts references.",
    "After each completion, shared files that no kept checkpoint used are deleted.",
    "Files of a snapshot that the job does not own are never deleted by it.",
    "When the job is over, its checkpoints and their files are deleted or kept as the retention says.",
    "A task's watermark is the least of its inputs', and only rises; inputs that ended or are idle do not hold it back.",
    "Watermarks keep their place among records.",
    "Timers of event time are state: they are stored and restored, and fire when the watermark reaches them.",
    "The watermark itself is no state: after a restore a task waits for new ones.",
];

/// A rule, as it is printed.
pub(super) fn explain(number: usize) -> Option<String> {
    let text = RULES.get(number.checked_sub(1)?)?;
    Some(format!("R{number}\n\n{}", paragraph(text)))
}

/// How many there are.
pub(super) fn count() -> usize {
    RULES.len()
}

/// Every rule.
pub(super) fn list() -> String {
    RULES.iter().zip(1..).map(|(text, number)| format!("  {:<5}{text}\n", format!("R{number}"))).collect()
}
