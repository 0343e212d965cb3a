//! What may be written: the outline of a file, field by field.
//!
//! The types say which fields there are; [`parts`](super::parts) refuses all others. What a field says is read by
//! [`lower`](super::lower), piece by piece. Every field that may be left out is empty then. A variant has positional values or named ones, never both: RON cannot mix
//! them. No type here is flattened or untagged: both would lose the places of mistakes.
//!
//! | file | holds |
//! | --- | --- |
//! | here | the whole file, and its knobs |
//! | [`job`] | vertices and their inputs |
//! | [`judged`] | faults, moments, steps, expectations |

mod job;
mod judged;

use serde::Deserialize;

use super::read::Raw;
pub(super) use job::*;
pub(super) use judged::*;

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
#[serde(default)]
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
    pub(super) failover: Raw<'a>,
    pub(super) flink: Raw<'a>,
    pub(super) profile: Raw<'a>,
    pub(super) state_backend: Raw<'a>,
    pub(super) storage: Raw<'a>,
    pub(super) faults: Raw<'a>,
    pub(super) random_faults: Raw<'a>,
    pub(super) user: Raw<'a>,
    pub(super) limits: Raw<'a>,
    pub(super) time: Raw<'a>,
    pub(super) steps: Raw<'a>,
    pub(super) schedule: Raw<'a>,
    pub(super) stop: Raw<'a>,
    pub(super) defect: Raw<'a>,
    pub(super) expect: Raw<'a>,
}

/// `channels`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Channels<'a> {
    #[serde(borrow)]
    pub(super) buffers: Raw<'a>,
    pub(super) credit: Raw<'a>,
    pub(super) latency: Raw<'a>,
    pub(super) overrides: Raw<'a>,
}

/// An element of `channels.overrides`.
#[derive(Deserialize)]
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
#[serde(default)]
pub(super) struct Latencies<'a> {
    #[serde(borrow)]
    pub(super) rpc: Raw<'a>,
    pub(super) detection: Raw<'a>,
    pub(super) restore: Raw<'a>,
}

/// `storage`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Storage<'a> {
    #[serde(borrow)]
    pub(super) kind: Raw<'a>,
    pub(super) max_state_size: Raw<'a>,
    pub(super) write: Raw<'a>,
    pub(super) state: Raw<'a>,
    pub(super) fails: Raw<'a>,
}

/// `storage.write`, where it is not a latency.
#[derive(Deserialize)]
#[serde(rename = "time of a write")]
pub(super) enum Write<'a> {
    PerMegabyte(#[serde(borrow)] Raw<'a>),
}

/// An entry of `storage.state`, where it is not a size.
#[derive(Deserialize)]
#[serde(rename = "size of a state")]
pub(super) enum StateSize<'a> {
    PerEntry(#[serde(borrow)] Raw<'a>),
}

/// `state_backend`.
#[derive(Deserialize)]
#[serde(rename = "state backend")]
pub(super) enum Backend<'a> {
    HashMap,
    RocksDB {
        #[serde(default, borrow)]
        access: Raw<'a>,
    },
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
#[serde(default)]
pub(super) struct Limits<'a> {
    #[serde(borrow)]
    pub(super) checkpoints: Raw<'a>,
    pub(super) haste: Raw<'a>,
    pub(super) crashes: Raw<'a>,
    pub(super) late_acks: Raw<'a>,
    pub(super) steps: Raw<'a>,
    pub(super) records: Raw<'a>,
}

/// `stop`.
#[derive(Deserialize)]
pub(super) struct Stop<'a> {
    #[serde(borrow)]
    pub(super) at: Raw<'a>,
}
