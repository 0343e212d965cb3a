//! A record on its way through the job, its name, and the outputs of one step of an operator.

use xxhash_rust::xxh3::xxh3_128;

use crate::ids::{Name, VertexId};

/// A record: a small value that knows what caused it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Record {
    /// Names the cause; see [`Name`].
    pub name: Name,
    /// The key, set by the last hash edge that the record took.
    pub key: i64,
    /// The payload.
    pub value: i64,
}

/// The name of the `index`-th record of a split of a source.
pub fn source_name(vertex: VertexId, split: u32, index: u64) -> Name {
    let mut words = [0; 17];
    words[..4].copy_from_slice(&vertex.0.to_le_bytes());
    words[4..8].copy_from_slice(&split.to_le_bytes());
    words[8..16].copy_from_slice(&index.to_le_bytes());
    words[16] = b's';
    Name(xxh3_128(&words))
}

/// The name of the `ordinal`-th output of `vertex` that `cause` caused. The value plays no part: behind an aggregation
/// it depends on the order of merging, the cause does not.
pub fn derived_name(vertex: VertexId, cause: Name, ordinal: u32) -> Name {
    let mut words = [0; 24];
    words[..16].copy_from_slice(&cause.0.to_le_bytes());
    words[16..20].copy_from_slice(&vertex.0.to_le_bytes());
    words[20..].copy_from_slice(&ordinal.to_le_bytes());
    Name(xxh3_128(&words))
}

/// What an operator emits while it handles one record: it gives values, the names come from here.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    vertex: VertexId,
    cause: Name,
    records: Vec<Record>,
}

impl Outputs {
    /// Forgets the last step and starts one of `vertex`, caused by the record `cause`.
    pub fn start(&mut self, vertex: VertexId, cause: Name) {
        self.records.clear();
        self.vertex = vertex;
        self.cause = cause;
    }

    /// Emits a value under a key.
    pub fn push(&mut self, key: i64, value: i64) {
        let name = derived_name(self.vertex, self.cause, self.records.len() as u32);
        self.records.push(Record { name, key, value });
    }

    /// What was emitted since [`Outputs::start`], in order.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}
