//! A record on its way through the job, its name, and the outputs of one step of an operator.

use xxhash_rust::xxh3::xxh3_128;

use super::time;
use crate::ids::{Name, VertexId};

/// A record: a small value that knows what caused it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Record {
    /// Names the cause; see [`Name`].
    pub name: Name,
    /// When it happened, in milliseconds of event time, if its source says so.
    pub time: Option<i64>,
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

/// The name of a watermark, where it is counted or causes something.
pub fn watermark_name(watermark: i64) -> Name {
    Name(xxh3_128(&watermark.to_le_bytes()))
}

/// The name of the news that no watermark will come for a while, or that one may come again, where it is counted.
pub fn status_name(idle: bool) -> Name {
    Name(xxh3_128(if idle { b"idle" } else { b"active" }))
}

/// The name of the result of a window of `vertex`: its key, its end and the sum of the names of its content, which does
/// not depend on their order.
pub fn window_name(vertex: VertexId, key: i64, end: i64, content: Name) -> Name {
    let mut words = [0; 37];
    words[..16].copy_from_slice(&content.0.to_le_bytes());
    words[16..20].copy_from_slice(&vertex.0.to_le_bytes());
    words[20..28].copy_from_slice(&key.to_le_bytes());
    words[28..36].copy_from_slice(&end.to_le_bytes());
    words[36] = b'w';
    Name(xxh3_128(&words))
}

/// The name of a pair that `vertex` joins: that of its two causes, whichever came first.
pub fn pair_name(vertex: VertexId, causes: [Name; 2]) -> Name {
    let [one, other] = causes;
    let mut words = [0; 37];
    words[..16].copy_from_slice(&one.min(other).0.to_le_bytes());
    words[16..32].copy_from_slice(&one.max(other).0.to_le_bytes());
    words[32..36].copy_from_slice(&vertex.0.to_le_bytes());
    words[36] = b'j';
    Name(xxh3_128(&words))
}

/// What an operator emits in one step, while it handles a record or while its timers fire: it gives values, the names
/// come from here.
#[derive(Clone, Debug)]
pub struct Outputs {
    vertex: VertexId,
    cause: Name,
    time: Option<i64>,
    watermark: i64,
    late: bool,
    records: Vec<Record>,
    forgotten: Vec<i64>,
}

impl Default for Outputs {
    fn default() -> Self {
        Self {
            vertex: VertexId::default(),
            cause: Name::default(),
            time: None,
            watermark: time::START,
            late: false,
            records: Vec::new(),
            forgotten: Vec::new(),
        }
    }
}

impl Outputs {
    /// Forgets the last step and starts one of `vertex`, caused by a record; the task's watermark stands at `watermark`.
    pub fn start(&mut self, vertex: VertexId, cause: &Record, watermark: i64) {
        self.clear();
        (self.vertex, self.cause, self.time, self.watermark) = (vertex, cause.name, cause.time, watermark);
    }

    /// Forgets the last step and starts one in which the timers of `vertex` up to `watermark` fire.
    pub fn start_firing(&mut self, vertex: VertexId, watermark: i64) {
        self.clear();
        (self.vertex, self.cause) = (vertex, watermark_name(watermark));
        (self.time, self.watermark) = (Some(watermark), watermark);
    }

    fn clear(&mut self) {
        self.records.clear();
        self.forgotten.clear();
        self.late = false;
    }

    /// The task's watermark: records of this time or before are late, timers up to it fire.
    pub fn watermark(&self) -> i64 {
        self.watermark
    }

    /// Emits a value under a key, at the time of its cause.
    pub fn push(&mut self, key: i64, value: i64) {
        let name = derived_name(self.vertex, self.cause, self.records.len() as u32);
        self.records.push(Record { name, time: self.time, key, value });
    }

    /// Emits the result of the window of a key that ends at `end`; `content` is the sum of the names of its records. Its
    /// time is the window's last millisecond. Whatever a timer emits is better named so than by [`Outputs::push`], whose
    /// name depends on which watermark happened to fire it.
    pub fn push_window(&mut self, key: i64, end: i64, content: Name, value: i64) {
        let name = window_name(self.vertex, key, end, content);
        self.records.push(Record { name, time: Some(end.saturating_sub(1)), key, value });
    }

    /// Emits what two records make together.
    pub fn push_pair(&mut self, key: i64, causes: [Name; 2], value: i64, time: i64) {
        let name = pair_name(self.vertex, causes);
        self.records.push(Record { name, time: Some(time), key, value });
    }

    /// Says that the record is late and was dropped.
    pub fn drop_late(&mut self) {
        self.late = true;
    }

    /// Whether the record was late and was dropped.
    pub fn is_late(&self) -> bool {
        self.late
    }

    /// Says that something of these keys is not kept any more, and nothing was emitted for it.
    pub fn forget(&mut self, keys: impl IntoIterator<Item = i64>) {
        self.forgotten.extend(keys);
    }

    /// The keys of which something was forgotten.
    pub fn forgotten(&self) -> &[i64] {
        &self.forgotten
    }

    /// What was emitted in this step, in order.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}
