//! The words of scenario files, values of Flink's keys, and words of the trade.

use super::paragraph;
use crate::scenario::knob::{KNOBS, Kind, same};

/// Words that one explanation is for, an example, and what they mean.
struct Word {
    words: &'static [&'static str],
    /// As it stands in a file, `{}` for the word itself; empty for what no file says.
    example: &'static str,
    about: &'static str,
}

const fn word(words: &'static [&'static str], example: &'static str, about: &'static str) -> Word {
    Word { words, example, about }
}

/// Every word, a file from top to bottom first.
#[rustfmt::skip]
const WORDS: &[Word] = &[
    // The file.
    word(&["Scenario"], "Scenario(version: 1, job: [..])", "A whole file: a job, what happens to it, and what is expected of it."),
    word(&["version"], "version: 1", "The version of the file format. It is the first field, and there is one so far."),
    word(&["name"], "name: \"odd-even-sum\"", "What reports call the scenario, or a vertex. A scenario without one is called as its file."),
    word(&["about", "tags", "links"], "about: \"One crash, and nothing counts twice.\"", "Notes for people. `list` and `run` show what a scenario is about."),
    word(&["seed"], "seed: 42", "What is drawn in the file's own run follows from it: latencies, jitter, random faults. `run --seed N` takes another."),
    word(&["seeds"], "seeds: 500", "How many runs are made at most until what a file expects `Sometimes`, or to break, has been seen."),
    word(&["job"], "job: [Source(..), Operator(..), Sink(..)]", "The vertices of the job. Each names the vertices that it gets its records from."),
    word(&["task_managers"], "task_managers: {\"tm1\": [\"numbers\"], \"tm2\": [\"sum\", \"out\"]}", "Which tasks run in which TaskManager. Without it one, called `tm`, runs all of them."),
    word(&["channels", "buffers", "credit", "overrides"], "channels: (buffers: 8, credit: 2, latency: Fixed(\"1ms\"))", "What is between two tasks: how many records the sender's end holds, how many the receiver's, and how long one is on its way. `overrides` gives some edges other latencies. Barriers wait for nobody's room (R33)."),
    word(&["latencies", "rpc", "detection", "restore"], "latencies: (rpc: Fixed(\"1ms\"), detection: Fixed(\"50ms\"))", "How long messages between the JobManager and tasks take, until a failure is noticed, and until a task has read its state."),
    word(&["latency"], "latency: Uniform(\"1ms\", \"4ms\")", "How long something takes in virtual time."),
    word(&["Fixed"], "Fixed(\"1ms\")", "Always so long."),
    word(&["Uniform"], "Uniform(\"1ms\", \"4ms\")", "As long as is drawn between the two."),
    word(&["checkpointing"], "checkpointing: (interval: \"1s\", timeout: \"60s\")", "When checkpoints are made, and what they promise: the keys execution.checkpointing.* of Flink. `cutline explain knobs` lists them."),
    word(&["restart"], "restart: FixedDelay(attempts: 3, delay: \"10s\")", "Whether and when the job restarts after a failure: restart-strategy.type of Flink with its parameters."),
    word(&["failover"], "failover: Region", "Which tasks restart after a failure: jobmanager.execution.failover-strategy of Flink. `Region`, its default, is what every run does."),
    word(&["flink"], "flink: {\"execution.checkpointing.interval\": \"1s\"}", "Keys and values as they stand in Flink's configuration file."),
    word(&["profile", "flink-2.3", "flink-1.10"], "profile: \"flink-2.3\"", "The version of Flink whose protocol runs. There is `flink-2.3` so far; `flink-1.10`, with savepoints that are stored and setPreferCheckpointForRecovery, comes later."),
    word(&["state_backend"], "state_backend: RocksDB(access: \"10us\")", "How tasks keep their state while they run: state.backend.type of Flink."),
    word(&["HashMap"], "state_backend: HashMap", "State as objects on the heap: a record pays nothing for it."),
    word(&["RocksDB"], "state_backend: RocksDB(access: \"10us\")", "State as bytes on local disk: each record of an operator with state pays for reading and writing it, 10 us unless the file says otherwise. Each checkpoint is written whole; incremental ones are not modelled yet."),
    word(&["storage", "max_state_size", "write"], "storage: (kind: FileSystem, write: PerMegabyte(\"4ms\"))", "Where snapshots go, how long writing one takes, how large states are, and which writes fail: execution.checkpointing.storage of Flink, and costs."),
    word(&["JobManager"], "storage: (kind: JobManager, max_state_size: \"5 MiB\")", "Snapshots go into the memory of the JobManager, which takes 5 MiB of one state handle unless the file says otherwise. A larger one is declined."),
    word(&["FileSystem"], "storage: (kind: FileSystem)", "Snapshots go into files, of any size."),
    word(&["PerMegabyte"], "write: PerMegabyte(\"4ms\")", "How long a mebibyte of a snapshot takes to write."),
    word(&["PerEntry"], "state: {\"sum\": PerEntry(\"256 KiB\")}", "How large a key with its value is in a snapshot."),
    word(&["fails"], "fails: [Checkpoint(3)]", "Checkpoints of which no part can be written."),
    word(&["limits", "steps"], "limits: (steps: \"1M\", crashes: 1)", "Bounds on runs: steps of one, and for `check` and `explore` how many crashes, late acknowledgements, checkpoints, and alarms before their time. A bound that is reached is inconclusive, never a pass."),
    word(&["crashes"], "limits: (crashes: 1)", "How many crashes of a task or TaskManager, at any step, a run of `check` or `explore` may have beside those that the file places."),
    word(&["late_acks"], "limits: (crashes: 1, late_acks: 1)", "How many acknowledgements of an attempt that has died may still arrive. Else what was under way from it is lost with it. The coordinator must not count them (I22); the defect `StaleAck` does not."),
    word(&["haste"], "limits: (haste: 1)", "How many alarms an untimed run may take while something else could still happen: a timeout, the end of a pause, a fault placed by time, as if everything else were slow. The periodic trigger needs none."),
    word(&["time", "Timed", "Untimed"], "time: Untimed", "Whether the run goes by due times, the earliest first, or any step that is possible may be next."),
    word(&["schedule", "step", "do"], "schedule: [(step: 41, do: \"deliver blue -> even\")]", "Pins steps of the run: the first ones, or those at which it differs from the timed order. `replay` and case files use it."),
    word(&["stop"], "stop: (at: \"10s\")", "When the run ends, whatever is going on."),
    word(&["defect"], "defect: NoAlignment", "A planted bug, to see that it is found."),
    word(&["NoAlignment"], "defect: NoAlignment", "A planted bug: a task takes its snapshot at the first barrier and lets no input wait."),
    word(&["StaleAck"], "defect: StaleAck", "A planted bug: the JobManager takes acknowledgements of attempts that are dead."),
    word(&["NoRewind"], "defect: NoRewind", "A planted bug: a source goes on after a restore from where it was, not from where the checkpoint saw it."),
    word(&["EarlyCommit"], "defect: EarlyCommit", "A planted bug: a two-phase sink commits before its checkpoint is complete."),
    word(&["DroppedRecord"], "defect: DroppedRecord", "A planted bug: a record is lost on its way."),
    word(&["NoResume"], "defect: NoResume", "A planted bug: an input that waited for a barrier never moves again."),
    word(&["MergedAsync", "AtomicRecovery", "ImmediateNotification", "SilentEnd", "ExactRoom", "IdleTrigger", "Nameless"], "steps: [MergedAsync]", "Differences from the usual steps: several steps become one, so that a search has fewer states. Reports of such a search say so."),
    // Vertices.
    word(&["Source"], "Source(name: \"numbers\", records: Range(from: 1, to: 100), every: \"10ms\")", "A vertex that reads records. Its position is its state: after a restore it reads again what came behind the checkpoint."),
    word(&["Operator"], "Operator(name: \"sum\", logic: Sum, inputs: [Forward(\"numbers\")])", "A vertex that computes."),
    word(&["Sink"], "Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Forward(\"sum\")])", "A vertex whose rows the world sees."),
    word(&["parallelism"], "parallelism: 2", "How many subtasks a vertex has: `sum[0]`, `sum[1]`."),
    word(&["cost"], "cost: \"2ms\"", "What each record costs a task in virtual time."),
    word(&["every"], "every: \"10ms\"", "The pace of a source, or after how many records it sends a watermark."),
    word(&["splits"], "splits: 4", "Into how many parts the records of a source are divided; a subtask reads one or more."),
    word(&["records"], "records: Range(from: 1, to: 100)", "What a source reads."),
    word(&["List"], "records: List([1, 2, 3])", "These records."),
    word(&["Range"], "records: Range(from: 1, to: 99, step: 2)", "Numbers in order."),
    word(&["Repeat"], "records: Repeat(of: [1, 2, 3], times: 10)", "The same numbers over and over, so many times or without end. Below a flat map, `Repeat(n)` makes n records of each."),
    word(&["Endless"], "records: Endless", "1, 2, 3 and so on, until the run stops."),
    word(&["event_time", "Step"], "event_time: Value", "The time that a record bears: its value in milliseconds, or its place times a step."),
    word(&["watermarks", "out_of_orderness", "idle_after"], "watermarks: (every: 1, out_of_orderness: \"5ms\", idle_after: \"1s\")", "When a source says how far event time has come (R93), how far records may be out of order, and after how long without records it calls itself idle."),
    word(&["logic"], "logic: SumPerKey", "What an operator computes."),
    word(&["inputs"], "inputs: [Hash(\"odd\", Key), Hash(\"even\", Key)]", "Where a vertex gets its records from, and how they are divided among its subtasks."),
    word(&["Map", "Add", "Multiply", "Remainder", "Negate"], "logic: Map(Multiply(2))", "Makes one record of each. No state."),
    word(&["Filter", "Even", "Odd", "AtLeast", "Below", "MultipleOf"], "logic: Filter(Even)", "Lets some records through. No state. `AtLeast` is an amount in expectations, too."),
    word(&["FlatMap"], "logic: FlatMap(Repeat(3))", "Makes several records of each. No state."),
    word(&["Sum", "Count", "Min", "Max", "Last"], "logic: {}", "Keeps one number in each subtask, and sends it on after each record."),
    word(&["SumPerKey", "CountPerKey", "MinPerKey", "MaxPerKey", "LastPerKey"], "logic: {}", "Keeps a number for each key (keyed state), and sends it on after each record."),
    word(&["Distinct"], "logic: Distinct", "Remembers each value, and lets it through the first time."),
    word(&["OrderSensitive"], "logic: OrderSensitive", "A number that depends on the order of the records: a hash of all so far."),
    word(&["FailOn"], "logic: FailOn(record: 500)", "Throws when it takes this record: a poison record fails its task each time."),
    word(&["Union"], "logic: Union", "Sends on what comes from any input."),
    word(&["Window"], "logic: Window(size: \"1s\", total: Sum)", "Sums up records of a second of event time, and sends the total when the watermark has passed its end (R95). Late records are dropped."),
    word(&["Join"], "logic: Join(within: \"1s\")", "Pairs records of two inputs with the same key whose times are near."),
    word(&["Hash"], "inputs: [Hash(\"numbers\", Key)]", "Records of one key go to one subtask: Flink's keyBy. By value unless it says `Key`, `Parity` or `Mod(n)`."),
    word(&["Key", "Value", "Parity", "Mod"], "Hash(\"numbers\", Mod(4))", "What a hash edge groups by."),
    word(&["Forward"], "inputs: [Forward(\"numbers\")]", "Subtask i sends to subtask i: both have the same parallelism."),
    word(&["Rebalance"], "inputs: [Rebalance(\"numbers\")]", "Each sender goes round all receivers."),
    word(&["Broadcast"], "inputs: [Broadcast(\"rules\")]", "Each record goes to every receiver."),
    word(&["Where"], "inputs: [Where(\"numbers\", Even)]", "Only records that pass go this way."),
    word(&["kind"], "kind: TwoPhaseCommit", "What a sink promises, or which checkpoint storage there is."),
    word(&["Append"], "kind: Append", "Rows are visible at once. After a restore they are written again, in any mode."),
    word(&["TwoPhaseCommit"], "kind: TwoPhaseCommit", "Rows are written into a transaction, pre-committed with a checkpoint and committed when it is complete (R80 to R83): no row is seen twice. Flink: TwoPhaseCommitSinkFunction, which commits nothing without checkpoints, not at the end of a job either. A sink of Sink V2 commits then what it has; it is not modelled."),
    word(&["Upsert"], "kind: Upsert", "A row replaces the one that its key had before, so writing it again changes nothing."),
    // Faults and people.
    word(&["faults"], "faults: [Crash(task: \"sum\", at: Time(\"35ms\"))]", "What goes wrong, each at its moment."),
    word(&["Crash"], "Crash(task: \"sum[0]\", at: Barrier(checkpoint: 2, phase: AfterSnapshot))", "A task dies, with its state and its channels."),
    word(&["CrashManager"], "CrashManager(manager: \"tm1\", at: Time(\"1s\"))", "A TaskManager dies, with all its tasks."),
    word(&["Slow"], "Slow(task: \"sum\", factor: 8.0, from: \"1s\", until: \"2s\")", "Each record of a task that has a cost takes longer for a while: backpressure."),
    word(&["random_faults", "Between"], "random_faults: (crashes: Between(1, 3), within: (\"1s\", \"5s\"))", "Crashes that each seed draws anew."),
    word(&["user"], "user: [Checkpoint(at: Time(\"1s\")), Cancel(at: Time(\"2s\")), Start(at: Time(\"3s\"))]", "What people do to the job. What is refused is said in the notes of `run`."),
    word(&["Cancel"], "Cancel(at: Time(\"2s\"))", "Somebody ends the job: `flink cancel`. Its checkpoints go with it, unless externalized_checkpoint_retention keeps them."),
    word(&["Start"], "Start(at: Time(\"3s\"))", "Somebody starts a job that is over from its latest retained checkpoint: `flink run -s PATH`."),
    word(&["Checkpoint"], "Checkpoint(at: Time(\"1s\"))", "In `user`: somebody asks for a checkpoint, which no min pause holds back (R10). In `expect`: what became of one, as in Checkpoint(id: 2, status: Failed). In `fails`: which one cannot be written."),
    word(&["Savepoint", "StopWithSavepoint"], "", "A snapshot that somebody asks for, names and owns. It is complete like a checkpoint, but no later one removes it, and no restore takes it by itself. Not modelled yet: `user: [Checkpoint(at: ..)]` is a checkpoint by hand."),
    // Moments.
    word(&["Barrier", "phase", "FirstBarrier", "Aligned", "AfterSnapshot", "AfterAsync", "AfterAck", "AckTaken", "Notified"], "at: Barrier(checkpoint: 2, phase: AfterSnapshot)", "A moment of a task's part in a checkpoint: its first barrier, all of them, behind its snapshot, behind the asynchronous part, when it has acknowledged, when that has arrived, when it is told that the checkpoint is complete."),
    word(&["Record", "when", "Before", "After"], "at: Record(n: 7, when: After)", "A moment: before or after a task takes its n-th record."),
    word(&["Trigger"], "at: Trigger(checkpoint: 2)", "A moment: a checkpoint is triggered."),
    word(&["Complete"], "at: Complete(checkpoint: 2)", "A moment: a checkpoint is complete."),
    word(&["Restore"], "at: Restore(task: \"sum\", n: 1)", "A moment: a task has read its state for the n-th time."),
    word(&["End"], "At(End, Job(Finished))", "The moment when the run is over."),
    // Expectations.
    word(&["expect"], "expect: [Job(Finished), Never(Duplicates(sink: \"out\"))]", "What must hold; so a file is a test. What a job promises by itself is judged in any case."),
    word(&["Always"], "Always(Job(Finished))", "It holds in every run. A check that stands alone means the same: of `check`, in the run of every seed."),
    word(&["Never"], "Never(Duplicates(sink: \"out\"))", "It holds in no run."),
    word(&["Sometimes"], "Sometimes(Overcount(op: \"count\"))", "It holds in at least one run, of those that `check` makes or of as many as `seeds` says. As long as none was seen it is undecided, not failed."),
    word(&["Violates"], "Violates(rule: \"exactly-once\")", "This rule breaks in at least one run, and may break in all; any other rule that breaks is a failure. `cutline explain rules` lists them."),
    word(&["Job", "Running", "Restarting", "Finished", "Failed", "Canceled", "Suspended"], "Job(Finished)", "The status of the job; also a moment, when it comes to have it."),
    word(&["At"], "At(Trigger(checkpoint: 2), State(task: \"even\", is: 2))", "What is so at a moment."),
    word(&["State"], "State(task: \"even\", is: 2)", "What a task shows, or what one key of it holds."),
    word(&["Stored"], "Stored(task: \"even\", is: 8)", "What a completed checkpoint holds of a task."),
    word(&["Final"], "Final(op: \"sum\", total: 55)", "What the subtasks of an operator show together in the end."),
    word(&["Checkpoints", "Completed"], "Checkpoints(Completed, AtLeast(3))", "How many checkpoints completed, or failed."),
    word(&["Retained"], "At(Time(\"2s\"), Retained(Exactly(2)))", "How many completed checkpoints are in the store: those that were not subsumed."),
    word(&["Restarts", "Restores"], "Restores(count: Exactly(1), from: 2)", "How many restarts there were; how many restores, and from which checkpoint."),
    word(&["Exactly", "AtMost"], "Restarts(AtMost(2))", "How many."),
    word(&["ExactlyOnce"], "ExactlyOnce(sink: \"out\")", "The visible output is that of a run without failures, each row once."),
    word(&["Duplicates"], "Never(Duplicates(sink: \"out\"))", "A row is visible twice."),
    word(&["Output"], "Output(sink: \"out\", is: [1, 3, 6])", "The visible rows of a sink, in order."),
    word(&["NoLoss", "Overcount"], "NoLoss(op: \"count\")", "Every record is in the state of an operator; some record is in it twice."),
    word(&["Late"], "Late(op: \"window\", count: Exactly(2))", "How many records came when their window was over."),
    word(&["RestartBecause", "CheckpointFailures"], "Never(RestartBecause(CheckpointFailures))", "The job was failed because too many checkpoints failed (R30)."),
    word(&["Explained"], "Explained", "There is a run without failures that explains this one: the same states, the same output."),
    // The trade.
    word(&["fixed-delay"], "restart: FixedDelay(attempts: 3, delay: \"10s\")", "A restart strategy: so many restarts in the whole life of the job, each after the same pause (R68). Flink: RestartStrategies.fixedDelayRestart(3, 10000)."),
    word(&["failure-rate"], "restart: FailureRate(max_failures_per_interval: 5, failure_rate_interval: \"5 min\", delay: \"10s\")", "A restart strategy: the job gives up when more failures than these fall into one interval (R68). Flink: RestartStrategies.failureRateRestart(5, 5 min, 10 s)."),
    word(&["exponential-delay"], "restart: ExponentialDelay(initial_backoff: \"1s\", max_backoff: \"1 min\")", "A restart strategy, the usual one with checkpoints: each pause is longer than the one before, up to a bound; a calm makes it start over (R69)."),
    word(&["region", "full"], "failover: Region", "With `region` a failure restarts the tasks that the failed one is connected to, with `full` all of them. `full` is not modelled; for a job in one piece both are the same."),
    word(&["hashmap"], "state_backend: HashMap", "A state backend: state as objects on the heap."),
    word(&["watermark"], "watermarks: (every: 1)", "An element in the stream that says how far event time has come: a task's is the least over its inputs (R93)."),
    word(&["alignment"], "At(Trigger(checkpoint: 2), ..)", "From the first barrier of a checkpoint at a task until the last one: in exactly-once mode an input whose barrier has come waits meanwhile (R42). `cutline trace FILE --lanes` shows it."),
    word(&["state backend", "checkpoint storage"], "state_backend: RocksDB(access: \"10us\")", "The backend says how a task keeps its state while it runs, the storage where its snapshots go. Up to Flink 1.12 one word said both: memory, filesystem, rocksdb."),
    word(&["RocksDBStateBackend"], "state_backend: RocksDB, storage: (kind: FileSystem)", "A state backend of Flink up to 1.12, gone since 2.0: RocksDB, with snapshots in files. MemoryStateBackend and FsStateBackend were the two others."),
    word(&["epoch"], "", "What lies between two barriers of a channel: the changes that belong to one checkpoint."),
    word(&["task", "TaskManager", "subtask"], "task: \"sum[0]\"", "A subtask of a vertex, which runs in a TaskManager: `sum[0]`. `sum` alone stands for all of them, or for the only one."),
    word(&["PASS", "FAIL", "INCONCLUSIVE"], "", "The verdict. PASS, exit code 0: every expectation is met, and no rule that the job promises is broken. FAIL, 1: one is not, or one is. INCONCLUSIVE, 3: neither, as a limit was reached, a pinned step was not possible, or a `Sometimes` was never seen."),
    word(&["digest"], "", "A number for all that happened in a run, each event at its step: two runs with one digest are the same. It stands behind `trace` in the last line of `run`, and whole at the end of `cutline trace FILE`."),
    word(&["too late"], "", "Below a finding: the step after which, whatever happens next, the rule breaks; look for the cause there. In a trace, of an acknowledgement: its checkpoint was over already (R19)."),
    word(&["active"], "watermarks: (every: 1, idle_after: \"1s\")", "An idle input holds no watermark back; it is active again with its next record (R93). A source is idle when no record has come for `idle_after`."),
    word(&["attempt"], "", "An execution of a task. A restart makes a new one, and nobody listens to the old (R61)."),
];

/// The explanations of a word of files, or of one that is a value of a key.
pub(super) fn explain(word: &str) -> Option<String> {
    let is_meant = |entry: &&Word| entry.words.iter().any(|other| same(other, word));
    let mut shown: Vec<String> = WORDS.iter().filter(is_meant).map(|entry| text(entry, word)).collect();
    for knob in KNOBS {
        let Kind::Choice { what, of } = knob.kind else { continue };
        let Some(value) = of.iter().find(|value| value.iter().any(|other| same(other, word))) else { continue };
        let mut text = format!("{}: a {what}, a value of {}\n", value[0], knob.key);
        text.push_str(&format!("  more        cutline explain {}\n", knob.key));
        if let Some(absent) = knob.absent.iter().find(|absent| absent.0 == value[0]) {
            text.push_str(&format!("  not yet     {}\n", absent.1));
        }
        shown.push(text);
    }
    (!shown.is_empty()).then(|| shown.join("\n"))
}

/// The first word of each entry.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|entry| entry.words[0])
}

/// Every word that has an explanation.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    let values = KNOBS.iter().filter_map(|knob| match knob.kind {
        Kind::Choice { of, .. } => Some(of.iter().flat_map(|value| value.iter().copied())),
        _ => None,
    });
    WORDS.iter().flat_map(|entry| entry.words.iter().copied()).chain(values.flatten())
}

fn text(entry: &Word, asked: &str) -> String {
    let name = entry.words.iter().find(|word| same(word, asked)).unwrap_or(&entry.words[0]);
    let mut text = format!("{name}\n\n{}", paragraph(entry.about));
    let others: Vec<&str> = entry.words.iter().copied().filter(|other| other != name).collect();
    if !entry.example.is_empty() || !others.is_empty() {
        text.push('\n');
    }
    if !entry.example.is_empty() {
        text.push_str(&format!("  in a file   {}\n", entry.example.replace("{}", name)));
    }
    if !others.is_empty() {
        text.push_str(&format!("  with        {}\n", others.join(", ")));
    }
    text
}

/// Every word, with an example.
pub(super) fn list() -> String {
    let line = |entry: &Word| {
        let (words, example) = (entry.words.join(", "), entry.example.replace("{}", entry.words[0]));
        let gap = if words.chars().count() < 43 || example.is_empty() { "" } else { "\n  " };
        let width = if gap.is_empty() { 44 } else { 0 };
        let indent = if gap.is_empty() { 0 } else { 44 };
        format!("  {words:<width$}{gap}{:indent$}{example}", "").trim_end().to_owned() + "\n"
    };
    WORDS.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that may stand in a file: variants and fields of the types that read it.
    fn of_files() -> Vec<&'static str> {
        let sources = [
            include_str!("../scenario/syntax/mod.rs"),
            include_str!("../scenario/syntax/job.rs"),
            include_str!("../scenario/syntax/judged.rs"),
        ];
        let is_name = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
        let variant =
            |line: &'static str| line.strip_prefix("    ").filter(|line| line.starts_with(char::is_uppercase));
        let first = |line: &'static str| line.split([' ', '(', ',', '{']).next();
        sources.iter().flat_map(|source| source.lines()).filter_map(variant).filter_map(first).filter(is_name).collect()
    }

    #[test]
    fn every_word_of_a_file_is_explained() {
        let words = of_files();
        assert!(words.len() > 80, "{words:?}");
        for word in words {
            assert!(explain(word).is_some(), "nothing is said of {word}");
        }
        for field in include_str!("../scenario/syntax/mod.rs").split("pub(super) struct Scenario").nth(1).into_iter() {
            let body = field.split("\n}").next().unwrap_or_default();
            let fields = body.lines().filter_map(|line| line.trim().strip_prefix("pub(super) ")?.split(':').next());
            for field in fields {
                assert!(explain(field).is_some(), "nothing is said of {field}");
            }
        }
    }

    #[test]
    fn examples_show_the_word_and_stand_in_a_column() {
        for word in ["Sum", "Last", "Min", "MaxPerKey"] {
            let said = explain(word).expect("it is a word");
            assert!(said.contains(&format!("in a file   logic: {word}\n")), "{said}");
        }
        let list = list();
        assert!(list.lines().any(|line| line.starts_with("  MergedAsync, ") && line.ends_with(", Nameless")), "{list}");
        assert!(list.lines().any(|line| line == format!("{:46}steps: [MergedAsync]", "")), "{list}");
        assert!(list.lines().all(|line| line.chars().count() < 46 || !line.contains("{}")), "{list}");
    }

    #[test]
    fn what_is_said_is_whole() {
        for (at, entry) in WORDS.iter().enumerate() {
            assert!(entry.about.ends_with('.'), "{:?}", entry.words);
            for word in entry.words {
                let again = WORDS[..at].iter().any(|other| other.words.contains(word));
                assert!(!again, "{word} stands there twice");
            }
        }
        assert!(all().count() > 150);
        let said = explain("full").expect("it is a value");
        assert!(said.contains("not yet") && said.contains("failover-strategy"), "{said}");
    }
}
