//! The state backend, checkpoint storage, and how large states are.

use super::config;
use super::job::Job;
use crate::ids::{Bytes, CheckpointId, VertexId};
use crate::plan::{Backend, StateSize, Storage, StorageKind, Write};
use crate::scenario::read::{Pairs, Raw, Reader};
use crate::scenario::{syntax, words};

/// `state_backend`; a key may have said whether it is RocksDB, and has the last word.
pub(super) fn backend<'a>(r: &mut Reader<'a>, raw: Raw<'a>, is_rocksdb: Option<bool>) -> Backend {
    let written = if raw.get().is_empty() { None } else { r.parts(raw) };
    let written = match written {
        Some(syntax::Backend::HashMap) | None => Backend::HashMap,
        Some(syntax::Backend::RocksDB { access }) if access.get().is_empty() => Backend::ROCKSDB,
        Some(syntax::Backend::RocksDB { access }) => {
            Backend::RocksDb { access: r.or(access, Default::default(), Reader::duration) }
        }
    };
    match (is_rocksdb, written) {
        (Some(true), Backend::HashMap) => Backend::ROCKSDB,
        (Some(false), _) => Backend::HashMap,
        (Some(true) | None, written) => written,
    }
}

/// `storage`; a key may have said which, and has the last word.
pub(super) fn storage<'a>(
    r: &mut Reader<'a>,
    job: &Job,
    written: syntax::Storage<'a>,
    by_key: Option<StorageKind>,
) -> Storage {
    let usual = Storage::default();
    let said = r.or(written.kind, usual.kind, |r, raw| r.word(raw, &words::STORAGE_KINDS));
    let kind = by_key.unwrap_or(said);
    let max_at = written.max_state_size;
    if said == StorageKind::FileSystem && max_at.given().is_some() {
        r.error(max_at, "needless-bound", "files may be as large as they like")
            .note("only the JobManager bounds a state handle: Flink's JobManagerCheckpointStorage(maxStateSize)");
    }
    let mut fails: Vec<CheckpointId> = Vec::new();
    for raw in r.list(written.fails) {
        let Some(syntax::FailingWrite::Checkpoint(id)) = r.parts(raw) else { continue };
        fails.extend(config::checkpoint(r, id));
    }
    fails.sort_unstable();
    fails.dedup();
    let max_state_size = r.or(max_at, usual.max_state_size, bytes);
    Storage {
        kind,
        // Files have no bound, whatever the file says of the storage that it had.
        max_state_size: if kind == StorageKind::FileSystem { usual.max_state_size } else { max_state_size },
        write: r.or(written.write, usual.write, write),
        state: sizes(r, job, written.state),
        fails,
    }
}

fn write<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<Write> {
    if raw.head() != "PerMegabyte" {
        return config::latency(r, raw).map(Write::Takes);
    }
    let syntax::Write::PerMegabyte(each) = r.parts(raw)?;
    r.duration(each).map(Write::PerMegabyte)
}

fn sizes<'a>(r: &mut Reader<'a>, job: &Job, raw: Raw<'a>) -> Vec<(VertexId, StateSize)> {
    let Some(Pairs(entries)) = raw.given().and_then(|raw| r.read(raw)) else { return Vec::new() };
    let mut sizes: Vec<(VertexId, StateSize)> = Vec::new();
    for (name, size) in entries {
        let vertex = job.vertex(r, name);
        let size = match size.is_string() || size.get().starts_with(|c: char| c.is_ascii_digit()) {
            true => bytes(r, size).map(StateSize::Fixed),
            false => {
                r.parts(size).and_then(|syntax::StateSize::PerEntry(each)| bytes(r, each)).map(StateSize::PerEntry)
            }
        };
        let (Some(vertex), Some(size)) = (vertex, size) else { continue };
        if sizes.iter().any(|&(other, _)| other == vertex) {
            r.error(name, "duplicate-name", "the size of this state stands here for the second time");
        }
        sizes.push((vertex, size));
    }
    sizes.sort_unstable_by_key(|&(vertex, _)| vertex);
    sizes
}

/// A number of bytes: a text with a unit. As in Flink, 1 MB is 1 MiB.
fn bytes<'a>(r: &mut Reader<'a>, raw: Raw<'a>) -> Option<u64> {
    if raw.get().starts_with(|c: char| c.is_ascii_digit()) {
        r.error(raw, "no-unit", format!("a size needs a unit, found the number {}", raw.get()))
            .help(format!("add a unit, for example \"{} KiB\"", raw.get()));
        return None;
    }
    let text = r.text(raw)?;
    let bytes = Bytes::parse(&text);
    if bytes.is_none() {
        r.error(raw, "bad-size", format!("`{text}` is not a size")).help("write a number and one of B, KiB, MiB, GiB");
    }
    bytes.map(|Bytes(bytes)| bytes)
}
