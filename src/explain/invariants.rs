//! What must hold in every run, by number.

use super::paragraph;

/// I1, I2, and so on.
const INVARIANTS: [&str; 37] = [
    "Numbers of checkpoints rise over the whole run.",
    "A checkpoint that is not forced becomes pending only if, with it, no more are pending than are allowed at a time.",
    "When a periodic request is served, the min pause since the latest completion is over.",
    "One trigger is under way at a time, and nobody is triggered for a checkpoint that was given up.",
    "A checkpoint completes only if each attempt of its plan acknowledged once, before the coordinator learned that one of them failed.",
    "What completed is never given up, and what was given up never completes.",
    "When a checkpoint completes, no older one stays pending, but for savepoints.",
    "No more completed checkpoints are kept than are asked for, plus one that is protected; and after the first completion there is always one to restore from.",
    "The count of failures is that of different checkpoints since the last success, and never exceeds the tolerance by more than one.",
    "Aligned: on every channel, what was sent before the sender's snapshot is what was handled before the receiver's.",
    "Unaligned: on every channel, what was sent before the sender's snapshot is what the receiver handled, then what is stored of its input, then what is stored of the sender's output.",
    "At least once: on every channel, what was handled before the receiver's snapshot contains what was sent before the sender's.",
    "The offset that a source stores is the number of records it emitted before its barrier.",
    "Watermarks and timers keep to the cut as records do.",
    "A channel that waits delivers nothing; and it waits only while a checkpoint is being aligned.",
    "A task takes one snapshot of a checkpoint, in rising order, and sends each output one barrier or one cancel marker for it.",
    "Every alignment ends: with its last barrier, a newer barrier, a cancel marker, or the end of an input.",
    "Numbers of barriers rise on every channel, and what has no priority keeps its order.",
    "When all barriers of an unaligned checkpoint count as taken, each input has delivered one or has ended.",
    "After a restore the state of each task is that of the checkpoint, sources go on from its offsets, and in the end everything is as in a run without failures.",
    "A restore takes the newest checkpoint that is complete, and nothing from one that is pending or was given up.",
    "No acknowledgement of a dead attempt helps a checkpoint to complete.",
    "Tasks outside a failed region keep their attempt and their state.",
    "There are as many restarts as the restart strategy allows.",
    "After a change of parallelism each key, each element of a list and each stored record is in exactly one place.",
    "A transaction has its effect once, and is never both committed and dropped.",
    "What is committed was stored by a checkpoint that completed, or by one before it.",
    "What is visible of a sink task is a beginning of what it writes, epoch by epoch, and no record is in two committed transactions.",
    "When a job ends with all its data and checkpoints are on, every record is in a committed transaction.",
    "A transaction that a restorable checkpoint lists is not dropped.",
    "No file that a kept or pending checkpoint refers to is deleted.",
    "A reference to a shared file always finds it.",
    "In the end the files that are there are those that something refers to.",
    "The private files of what was given up or refused are deleted.",
    "A task finishes after its data only with a completed checkpoint that holds its finished state.",
    "After a stop with a savepoint no record behind the savepoint was handled, and all that was prepared is committed.",
    "If a savepoint to stop with completed and some task did not finish, the job has failed.",
];

/// An invariant, as it is printed.
pub(super) fn explain(number: usize) -> Option<String> {
    about(number).map(|text| format!("I{number}\n\n{}", paragraph(text)))
}

/// The sentence alone.
pub(super) fn about(number: usize) -> Option<&'static str> {
    INVARIANTS.get(number.checked_sub(1)?).copied()
}

/// How many there are.
pub(super) fn count() -> usize {
    INVARIANTS.len()
}

/// Every invariant.
pub(super) fn list() -> String {
    INVARIANTS.iter().zip(1..).map(|(text, number)| format!("  {:<5}{text}\n", format!("I{number}"))).collect()
}
