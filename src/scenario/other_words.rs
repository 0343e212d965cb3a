//! What people who come from Flink write, and how it is written here.
//!
//! No such word is read: it is an error that names ours, since what it means here is seldom quite what it means there.

use super::diagnostic::{Diagnostic, nearest};
use super::knob::{plain, same};

/// Words of others for a word of ours.
struct Other {
    /// What our word is: as in "`x` is no ..."; or `field`.
    what: &'static str,
    /// Theirs, whatever their style of writing.
    theirs: &'static [&'static str],
    /// Ours; empty if there is none.
    ours: &'static str,
    /// What to know about it; may be empty.
    note: &'static str,
}

const fn other(what: &'static str, theirs: &'static [&'static str], ours: &'static str, note: &'static str) -> Other {
    Other { what, theirs, ours, note }
}

const VERTEX: &str = "kind of vertex";
const LOGIC: &str = "operator logic";
const RECORDS: &str = "kind of records";
const INPUT: &str = "kind of input";
const SINK: &str = "kind of sink";
const FAULT: &str = "fault";
const BACKEND: &str = "state backend";
const STORAGE: &str = "checkpoint storage";
const USER: &str = "thing that people do";
const CHECK: &str = "expectation";
const FIELD: &str = "field";

/// Every word; one that stands for several things is listed with each.
#[rustfmt::skip]
const OTHERS: &[Other] = &[
    other(VERTEX, &["KafkaSource", "FlinkKafkaConsumer", "FileSource", "DataGen", "DataGenerator", "DataGeneratorSource", "NumberSequenceSource", "fromSource", "fromSequence", "fromElements", "fromCollection", "fromData", "addSource", "SourceFunction"],
        "Source", "every source of Flink is a `Source` here, wherever it reads from: its records stand in the file"),
    other(VERTEX, &["KafkaSink", "FlinkKafkaProducer", "FileSink", "StreamingFileSink", "JdbcSink", "sinkTo", "addSink", "SinkFunction", "Print", "TwoPhaseCommitSinkFunction", "TwoPhaseCommit", "Append", "Upsert"],
        "Sink", "what a sink promises is its `kind`: Append, TwoPhaseCommit or Upsert"),
    other(VERTEX, &["map", "flatMap", "filter", "keyBy", "process", "ProcessFunction", "KeyedProcessFunction", "reduce", "aggregate", "window", "join", "union", "sum", "count", "min", "max", "distinct", "RichMapFunction", "Vertex", "Task"],
        "Operator", "what an operator computes is its `logic`: Operator(name: .., logic: Sum, inputs: [..])"),
    other(LOGIC, &["reduce", "ReduceFunction", "aggregate", "AggregateFunction", "fold", "accumulate", "total"],
        "SumPerKey", "Flink's reduce on a keyed stream that adds is `SumPerKey`; `Sum` keeps one total in each subtask"),
    other(LOGIC, &["process", "ProcessFunction", "KeyedProcessFunction", "Custom", "udf"],
        "", "a function of your own is an `Operator` in Rust, for a test with the library"),
    other(LOGIC, &["keyBy", "key_by", "groupBy", "KeyedStream"],
        "", "keyBy is a way that records go: `inputs: [Hash(\"numbers\", Key)]`"),
    other(LOGIC, &["TumblingEventTimeWindows", "TumblingWindow", "Tumble", "windowAll", "TumblingProcessingTimeWindows"],
        "Window", "Flink's TumblingEventTimeWindows is `Window(size: \"1s\")`; windows of processing time are not modelled"),
    other(LOGIC, &["SlidingEventTimeWindows", "SlidingWindow", "Hop", "EventTimeSessionWindows", "SessionWindow", "Session"],
        "Window", "only windows that tumble are modelled"),
    other(LOGIC, &["intervalJoin", "coGroup", "connect", "CoProcessFunction", "KeyedCoProcessFunction"],
        "Join", "Flink's intervalJoin is `Join(within: \"1s\")`, of two inputs"),
    other(LOGIC, &["dedupe", "deduplicate", "unique"], "Distinct", ""),
    other(LOGIC, &["Identity", "NoOp", "PassThrough", "Forward"], "Union", "`Union` passes on what comes"),
    other(LOGIC, &["Fail", "Throw", "Poison", "Exception"], "FailOn", "`FailOn(record: 500)` throws at each record with this value"),
    other(RECORDS, &["Sequence", "NumberSequence", "fromSequence", "generateSequence"], "Range", "Flink's fromSequence(1, 100) is `Range(from: 1, to: 100)`"),
    other(RECORDS, &["Values", "Elements", "fromElements", "fromCollection", "fromData", "Collection"], "List", "Flink's fromData(1, 2) is `List([1, 2])`"),
    other(RECORDS, &["Infinite", "Unbounded", "CONTINUOUS_UNBOUNDED", "Forever", "Unlimited"], "Endless", "an unbounded source; the run needs a `stop`"),
    other(RECORDS, &["Cycle", "Loop", "Pattern"], "Repeat", "`Repeat(of: [1, 2])` goes on for ever, `Repeat(of: [1, 2], times: 5)` does not"),
    other(INPUT, &["keyBy", "KeyBy", "KeyGroupStreamPartitioner", "groupBy", "partitionBy", "HashPartition", "Keyed"],
        "Hash", "Flink's keyBy is `Hash(\"name\")`: by the value, or by what stands behind: `Hash(\"name\", Mod(4))`"),
    other(INPUT, &["rescale", "RescalePartitioner"], "Rebalance", "Flink's rescale connects a sender with some receivers only, which is not modelled; `Rebalance` takes turns among all"),
    other(INPUT, &["shuffle", "ShufflePartitioner", "Random"], "Rebalance", "Flink's shuffle draws the receiver, which is not modelled; `Rebalance` takes turns"),
    other(INPUT, &["RebalancePartitioner", "RoundRobin", "distribute"], "Rebalance", ""),
    other(INPUT, &["global", "GlobalPartitioner"], "Hash", "Flink's global sends all to one subtask: `Hash(\"name\", Mod(1))`"),
    other(INPUT, &["partitionCustom", "CustomPartitioner", "filter", "sideOutput", "getSideOutput", "split", "select", "If", "When"],
        "Where", "`Where(\"name\", Even)` takes only records of which the predicate is true"),
    other(INPUT, &["chain", "Chained", "OneToOne", "Pointwise", "ForwardPartitioner", "Direct"], "Forward", ""),
    other(INPUT, &["union", "connect"], "", "a vertex with several inputs takes from all of them: `inputs: [Forward(\"a\"), Forward(\"b\")]`"),
    other(SINK, &["ExactlyOnce", "TwoPhaseCommitSinkFunction", "TwoPhaseCommittingSink", "TwoPhaseCommitSink", "TwoPhase", "2PC", "Transactional", "KafkaSink", "FileSink"],
        "TwoPhaseCommit", "Flink's DeliveryGuarantee.EXACTLY_ONCE: rows become visible when their checkpoint is complete"),
    other(SINK, &["AtLeastOnce", "None", "Print", "SinkFunction", "RichSinkFunction", "Normal", "Plain"],
        "Append", "Flink's DeliveryGuarantee.AT_LEAST_ONCE: each row is visible at once, and once more after a restore"),
    other(SINK, &["Idempotent", "UpsertKafka", "JdbcSink", "Jdbc", "Overwrite", "Put"],
        "Upsert", "a sink that writes by key: a row replaces the one before it"),
    other(FAULT, &["TaskManagerFailure", "TaskManagerCrash", "TaskManagerLost", "CrashTaskManager", "KillTaskManager", "LoseTaskManager", "TaskManager", "WorkerFailure"],
        "CrashManager", "a TaskManager with all its tasks: `CrashManager(manager: \"tm\", at: Time(\"1s\"))`"),
    other(FAULT, &["TaskFailure", "TaskCrash", "CrashTask", "KillTask", "Kill", "Fail", "Failure", "Exception", "Throw", "Stop"],
        "Crash", "one task: `Crash(task: \"sum[0]\", at: Time(\"1s\"))`"),
    other(FAULT, &["Backpressure", "SlowTask", "Delay", "Throttle", "Straggler", "SlowDown"],
        "Slow", "`Slow(task: \"sum\", factor: 8.0, from: \"1s\", until: \"2s\")`; the task needs a `cost`"),
    other(FAULT, &["CheckpointFailure", "StorageFailure", "FailCheckpoint", "FailStorage", "SnapshotFailure"],
        "", "checkpoint storage fails as it is told to: `storage: (fails: [Checkpoint(3)])`"),
    other(FAULT, &["JobManagerFailure", "JobManagerCrash", "CrashJobManager", "KillJobManager", "JobManager"],
        "", "a crash of the JobManager is not modelled yet"),
    other(FAULT, &["NetworkPartition", "Partition", "NetworkFailure", "Disconnect"],
        "", "channels lose nothing; what is slow is said by `channels: (latency: ..)`"),
    other(BACKEND, &["MemoryStateBackend", "memory", "HashMapStateBackend", "heap", "jobmanager"],
        "HashMap", "Flink's MemoryStateBackend is `HashMap` with `storage: (kind: JobManager)`"),
    other(BACKEND, &["FsStateBackend", "filesystem"], "HashMap", "Flink's FsStateBackend is `HashMap` with `storage: (kind: FileSystem)`"),
    other(BACKEND, &["RocksDBStateBackend", "EmbeddedRocksDBStateBackend", "rocks"], "RocksDB", "Flink's RocksDBStateBackend is `RocksDB(access: ..)` with `storage: (kind: FileSystem)`"),
    other(BACKEND, &["forst", "ForStStateBackend"], "RocksDB", "ForSt is not modelled"),
    other(STORAGE, &["JobManagerCheckpointStorage", "memory", "MemoryStateBackend", "heap"], "JobManager", ""),
    other(STORAGE, &["FileSystemCheckpointStorage", "FsStateBackend", "RocksDBStateBackend", "file", "files", "s3", "hdfs", "dfs"], "FileSystem", ""),
    other(USER, &["triggerCheckpoint"], "Checkpoint", ""),
    other(USER, &["cancelJob", "Kill"], "Cancel", ""),
    other(USER, &["Restart", "Resume", "Submit", "Run"], "Start", "`Start` begins a new life of a job that is over, from its latest retained checkpoint"),
    other(CHECK, &["NoDuplicates", "NoDuplicate"], "", "write `Never(Duplicates(sink: \"out\"))`"),
    other(CHECK, &["NoRestart", "NoRestarts"], "", "write `Restarts(Exactly(0))`"),
    other(CHECK, &["NoLoss", "NothingLost", "AtLeastOnce"], "NoLoss", ""),
    other(CHECK, &["Finished", "Failed", "Canceled", "JobStatus", "JobFinished", "JobFailed", "Status"], "Job", "as in `Job(Finished)`"),
    other(CHECK, &["Total", "Result", "FinalState"], "Final", "as in `Final(op: \"sum\", total: 55)`"),
    other(CHECK, &["Eventually", "Possible", "Possibly"], "Sometimes", ""),
    other(CHECK, &["Invariant", "Globally", "Must"], "Always", ""),
    other(CHECK, &["Rows", "Committed", "SinkOutput"], "Output", "as in `Output(sink: \"out\", is: [1, 3, 6])`"),
    other(CHECK, &["Completed", "CompletedCheckpoints", "NumCheckpoints"], "Checkpoints", "as in `Checkpoints(Completed, AtLeast(3))`"),

    other(FIELD, &["input", "upstream", "sources", "edges", "from"], "inputs", ""),
    other(FIELD, &["type", "guarantee", "delivery_guarantee", "semantics"], "kind", ""),
    other(FIELD, &["function", "compute", "operator", "transformation"], "logic", ""),
    other(FIELD, &["elements", "values", "data", "events"], "records", ""),
    other(FIELD, &["pace", "rate", "interval", "period", "delay", "records_per_second"], "every", "the time from one record of a split to the next"),
    other(FIELD, &["uid", "id", "title", "label"], "name", ""),
    other(FIELD, &["setParallelism", "subtasks", "instances", "tasks"], "parallelism", ""),
    other(FIELD, &["max_out_of_orderness", "lateness", "boundedOutOfOrderness"], "out_of_orderness", "Flink's WatermarkStrategy.forBoundedOutOfOrderness"),
    other(FIELD, &["idleness", "withIdleness", "idle_timeout"], "idle_after", "Flink's WatermarkStrategy.withIdleness"),
    other(FIELD, &["vertex", "operator", "subtask", "target"], "task", ""),
    other(FIELD, &["taskmanager", "task_manager", "tm"], "manager", ""),
    other(FIELD, &["when", "time", "moment"], "at", ""),
    other(FIELD, &["vertices", "topology", "pipeline", "graph", "job_graph", "sources", "operators", "sinks"], "job", ""),
    other(FIELD, &["checkpoints", "checkpoint", "checkpoint_config", "CheckpointConfig"], "checkpointing", ""),
    other(FIELD, &["restart_strategy", "RestartStrategies", "restarts"], "restart", ""),
    other(FIELD, &["workers", "tms"], "task_managers", ""),
    other(FIELD, &["description", "doc", "comment", "summary"], "about", ""),
    other(FIELD, &["failures", "crashes", "chaos"], "faults", ""),
    other(FIELD, &["expectations", "assertions", "assert", "checks", "properties", "then"], "expect", ""),
    other(FIELD, &["end", "duration", "until", "run_for", "timeout"], "stop", "as in `stop: (at: \"10s\")`"),
    other(FIELD, &["checkpoint_storage"], "storage", ""),
    other(FIELD, &["config", "configuration", "flink_conf", "properties"], "flink", "as in `flink: {\"execution.checkpointing.interval\": \"1s\"}`"),
    other(FIELD, &["actions", "commands", "operations"], "user", ""),
    other(FIELD, &["network", "edges"], "channels", ""),
    other(FIELD, &["bounds", "budget"], "limits", ""),
];

/// Says what was meant by a word that is none of the known ones: one that differs in its style only, one of somebody
/// else's for it, the nearest; or lists what is known.
pub(super) fn suggest<'n, 'd>(
    diagnostic: &'d mut Diagnostic,
    what: &str,
    wrong: &str,
    known: impl IntoIterator<Item = &'n str> + Clone,
) -> &'d mut Diagnostic {
    if let Some(style) = known.clone().into_iter().find(|known| same(known, wrong)) {
        return diagnostic.label(format!("did you mean `{style}`?"));
    }
    let is_known = |other: &&Other| other.ours.is_empty() || known.clone().into_iter().any(|known| known == other.ours);
    let others = || OTHERS.iter().filter(|other| other.what == what).filter(is_known);
    let has = |other: &&Other, word: &str| other.theirs.iter().any(|theirs| plain(theirs) == plain(word));
    // A slip in one of their words, if it is none in one of ours.
    let slip = || {
        let ours = nearest(wrong, known.clone());
        let theirs = nearest(wrong, others().flat_map(|other| other.theirs.iter().copied()));
        theirs.filter(|_| ours.is_none()).and_then(|theirs| others().find(|other| has(other, theirs)))
    };
    match others().find(|other| has(other, wrong)).or_else(slip) {
        Some(Other { ours, note, .. }) => {
            if !ours.is_empty() {
                diagnostic.label(format!("did you mean `{ours}`?"));
            }
            if note.is_empty() { diagnostic } else { diagnostic.note(*note) }
        }
        None => diagnostic.suggest_one_of(wrong, known),
    }
}
