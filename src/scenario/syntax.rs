//! What may be written: the outline of a file, field by field.
//!
//! The types say which fields there are; what a field says is read by [`lower`](super::lower), piece by piece. Every
//! field that may be left out is empty then. A variant has positional values or named ones, never both: RON cannot mix
//! them. No type here is flattened or untagged: both would lose the places of mistakes.

use serde::Deserialize;

use super::read::Raw;

/// The version of the format that this program reads.
pub(super) const VERSION: u64 = 1;

/// The first line of every file that this program prints, for editors.
pub(super) const TYPE_LINE: &str = "#![type = \"cutline::Scenario\"]";

/// What is looked at first: a file of another version has other fields.
#[derive(Deserialize)]
#[serde(rename = "Scenario")]
pub(super) struct Version<'a> {
    #[serde(borrow)]
    pub(super) version: Raw<'a>,
}

/// A whole file.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Scenario<'a> {
    #[serde(borrow)]
    pub(super) version: Raw<'a>,
    pub(super) name: Raw<'a>,
    pub(super) about: Raw<'a>,
    pub(super) tags: Raw<'a>,
    pub(super) links: Raw<'a>,
    pub(super) seed: Raw<'a>,
    pub(super) seeds: Raw<'a>,
    pub(super) job: Raw<'a>,
    pub(super) task_managers: Raw<'a>,
    pub(super) channels: Raw<'a>,
    pub(super) latencies: Raw<'a>,
    pub(super) checkpointing: Raw<'a>,
    pub(super) restart: Raw<'a>,
    pub(super) storage: Raw<'a>,
    pub(super) faults: Raw<'a>,
    pub(super) random_faults: Raw<'a>,
    pub(super) limits: Raw<'a>,
    pub(super) time: Raw<'a>,
    pub(super) schedule: Raw<'a>,
    pub(super) stop: Raw<'a>,
    pub(super) defect: Raw<'a>,
    pub(super) expect: Raw<'a>,
}

/// An element of `job`.
#[derive(Deserialize)]
#[serde(rename = "kind of vertex", deny_unknown_fields)]
pub(super) enum Vertex<'a> {
    Source {
        #[serde(borrow)]
        name: Raw<'a>,
        records: Raw<'a>,
        #[serde(default)]
        parallelism: Raw<'a>,
        #[serde(default)]
        splits: Raw<'a>,
        #[serde(default)]
        every: Raw<'a>,
        #[serde(default)]
        cost: Raw<'a>,
    },
    Operator {
        name: Raw<'a>,
        logic: Raw<'a>,
        inputs: Raw<'a>,
        #[serde(default)]
        parallelism: Raw<'a>,
        #[serde(default)]
        cost: Raw<'a>,
    },
    Sink {
        name: Raw<'a>,
        kind: Raw<'a>,
        inputs: Raw<'a>,
        #[serde(default)]
        parallelism: Raw<'a>,
        #[serde(default)]
        cost: Raw<'a>,
    },
}

/// What a source reads.
#[derive(Deserialize)]
#[serde(rename = "kind of records", deny_unknown_fields)]
pub(super) enum Records<'a> {
    List(Vec<i64>),
    Range {
        from: i64,
        to: i64,
        #[serde(default, borrow)]
        step: Raw<'a>,
    },
}

/// What an operator computes.
#[derive(Deserialize)]
#[serde(rename = "operator logic", deny_unknown_fields)]
pub(super) enum Logic<'a> {
    #[serde(borrow)]
    Map(Raw<'a>),
    Filter(Raw<'a>),
    FlatMap(FlatMap),
    Sum,
    SumPerKey,
    Count,
    CountPerKey,
    OrderSensitive,
    FailOn {
        record: i64,
    },
}

/// What a flat map makes of a record.
#[derive(Deserialize)]
#[serde(rename = "kind of flat map")]
pub(super) enum FlatMap {
    Repeat(u32),
}

/// A function of one value.
#[derive(Deserialize)]
#[serde(rename = "function")]
pub(super) enum Function {
    Add(i64),
    Multiply(i64),
    Remainder(i64),
    Negate,
}

/// A question about one value.
#[derive(Deserialize)]
#[serde(rename = "predicate")]
pub(super) enum Predicate {
    Even,
    Odd,
    AtLeast(i64),
    Below(i64),
    MultipleOf(i64),
}

/// Where a vertex gets its records from: the sender, and for some what decides the way.
#[derive(Deserialize)]
#[serde(rename = "kind of input")]
pub(super) enum Input<'a> {
    Hash(#[serde(borrow)] Raw<'a>, #[serde(default)] Raw<'a>),
    Forward(Raw<'a>),
    Rebalance(Raw<'a>),
    Broadcast(Raw<'a>),
    Where(Raw<'a>, Raw<'a>),
}

/// What a hash edge groups by.
#[derive(Deserialize)]
#[serde(rename = "kind of key")]
pub(super) enum KeyBy {
    Value,
    Key,
    Parity,
    Mod(i64),
}

/// `channels`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Channels<'a> {
    #[serde(borrow)]
    pub(super) buffers: Raw<'a>,
    pub(super) credit: Raw<'a>,
    pub(super) latency: Raw<'a>,
    pub(super) overrides: Raw<'a>,
}

/// An element of `channels.overrides`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Override<'a> {
    #[serde(borrow)]
    pub(super) from: Raw<'a>,
    pub(super) to: Raw<'a>,
    pub(super) latency: Raw<'a>,
}

/// A latency.
#[derive(Deserialize)]
#[serde(rename = "kind of latency")]
pub(super) enum Latency<'a> {
    #[serde(borrow)]
    Fixed(Raw<'a>),
    Uniform(Raw<'a>, Raw<'a>),
}

/// `latencies`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Latencies<'a> {
    #[serde(borrow)]
    pub(super) rpc: Raw<'a>,
    pub(super) detection: Raw<'a>,
    pub(super) restore: Raw<'a>,
}

/// `checkpointing`. The names are Flink's keys below `execution.checkpointing`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Checkpointing<'a> {
    #[serde(borrow)]
    pub(super) mode: Raw<'a>,
    pub(super) interval: Raw<'a>,
    pub(super) timeout: Raw<'a>,
    pub(super) min_pause: Raw<'a>,
    pub(super) max_concurrent_checkpoints: Raw<'a>,
    pub(super) tolerable_failed_checkpoints: Raw<'a>,
    pub(super) num_retained: Raw<'a>,
    pub(super) checkpoints_after_tasks_finish: Raw<'a>,
    pub(super) externalized_checkpoint_retention: Raw<'a>,
    pub(super) initial_delay: Raw<'a>,
}

/// `restart`. The names are the last parts of Flink's keys below `restart-strategy`.
#[derive(Deserialize)]
#[serde(rename = "restart strategy", deny_unknown_fields)]
pub(super) enum Restart<'a> {
    None,
    FixedDelay {
        #[serde(default, borrow)]
        attempts: Raw<'a>,
        #[serde(default)]
        delay: Raw<'a>,
    },
    FailureRate {
        #[serde(default)]
        max_failures_per_interval: Raw<'a>,
        #[serde(default)]
        failure_rate_interval: Raw<'a>,
        #[serde(default)]
        delay: Raw<'a>,
    },
    ExponentialDelay {
        #[serde(default)]
        initial_backoff: Raw<'a>,
        #[serde(default)]
        max_backoff: Raw<'a>,
        #[serde(default)]
        backoff_multiplier: Raw<'a>,
        #[serde(default)]
        reset_backoff_threshold: Raw<'a>,
        #[serde(default)]
        jitter_factor: Raw<'a>,
        #[serde(default)]
        attempts_before_reset_backoff: Raw<'a>,
    },
}

/// `storage`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Storage<'a> {
    #[serde(borrow)]
    pub(super) write: Raw<'a>,
    pub(super) fails: Raw<'a>,
}

/// An element of `storage.fails`.
#[derive(Deserialize)]
#[serde(rename = "failing write")]
pub(super) enum FailingWrite<'a> {
    #[serde(borrow)]
    Checkpoint(Raw<'a>),
}

/// `limits`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits<'a> {
    #[serde(borrow)]
    pub(super) checkpoints: Raw<'a>,
    pub(super) haste: Raw<'a>,
    pub(super) crashes: Raw<'a>,
    pub(super) late_acks: Raw<'a>,
    pub(super) steps: Raw<'a>,
}

/// `stop`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stop<'a> {
    #[serde(borrow)]
    pub(super) at: Raw<'a>,
}

/// An element of `faults`.
#[derive(Deserialize)]
#[serde(rename = "fault", deny_unknown_fields)]
pub(super) enum Fault<'a> {
    Crash {
        #[serde(borrow)]
        task: Raw<'a>,
        at: Raw<'a>,
    },
    CrashManager {
        manager: Raw<'a>,
        at: Raw<'a>,
    },
    Slow {
        task: Raw<'a>,
        factor: Raw<'a>,
        from: Raw<'a>,
        until: Raw<'a>,
    },
}

/// A moment. `task` may be left out where the fault or check around it names one.
#[derive(Deserialize)]
#[serde(rename = "moment", deny_unknown_fields)]
pub(super) enum Moment<'a> {
    Barrier {
        #[serde(borrow)]
        checkpoint: Raw<'a>,
        phase: Raw<'a>,
        #[serde(default)]
        task: Raw<'a>,
    },
    Record {
        n: Raw<'a>,
        when: Raw<'a>,
        #[serde(default)]
        task: Raw<'a>,
    },
    Trigger {
        checkpoint: Raw<'a>,
    },
    Complete {
        checkpoint: Raw<'a>,
    },
    Restore {
        n: Raw<'a>,
        #[serde(default)]
        task: Raw<'a>,
    },
    Time(Raw<'a>),
    End,
}

/// `random_faults`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RandomFaults<'a> {
    #[serde(borrow)]
    pub(super) crashes: Raw<'a>,
    #[serde(default)]
    pub(super) tasks: Raw<'a>,
    pub(super) within: Raw<'a>,
}

/// How many crashes are drawn.
#[derive(Deserialize)]
#[serde(rename = "number of crashes")]
pub(super) enum Crashes<'a> {
    #[serde(borrow)]
    Exactly(Raw<'a>),
    Between(Raw<'a>, Raw<'a>),
}

/// An element of `schedule` that is not a plain text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deviation<'a> {
    #[serde(borrow)]
    pub(super) step: Raw<'a>,
    #[serde(rename = "do")]
    pub(super) action: Raw<'a>,
}

/// An element of `expect`, or what stands in one.
#[derive(Deserialize)]
#[serde(rename = "expectation", deny_unknown_fields)]
pub(super) enum Check<'a> {
    #[serde(borrow)]
    Always(Raw<'a>),
    Never(Raw<'a>),
    Sometimes(Raw<'a>),
    Violates {
        rule: Raw<'a>,
    },
    Job(Raw<'a>),
    At(Raw<'a>, Raw<'a>),
    State {
        task: Raw<'a>,
        is: i64,
        #[serde(default)]
        key: Raw<'a>,
    },
    Stored {
        task: Raw<'a>,
        is: i64,
    },
    Final {
        op: Raw<'a>,
        total: i64,
    },
    Checkpoint {
        #[serde(default)]
        id: Raw<'a>,
        status: Raw<'a>,
        #[serde(default)]
        reason: Raw<'a>,
    },
    Checkpoints(Raw<'a>, Raw<'a>),
    Restarts(Raw<'a>),
    Restores {
        count: Raw<'a>,
        #[serde(default)]
        from: Raw<'a>,
    },
    ExactlyOnce {
        sink: Raw<'a>,
    },
    Duplicates {
        sink: Raw<'a>,
    },
    Output {
        sink: Raw<'a>,
        is: Vec<i64>,
    },
    NoLoss {
        op: Raw<'a>,
    },
    Overcount {
        op: Raw<'a>,
    },
    RestartBecause(Raw<'a>),
    Explained,
}

/// How many.
#[derive(Deserialize)]
#[serde(rename = "amount")]
pub(super) enum Amount<'a> {
    #[serde(borrow)]
    Exactly(Raw<'a>),
    AtLeast(Raw<'a>),
    AtMost(Raw<'a>),
}
