//! A part of a trace: around a checkpoint, or between two moments.

use std::ops::Range;

use super::{Entry, Event};
use crate::ids::{CheckpointId, Micros};

/// For each checkpoint with this number, the entries from its trigger to the last that speaks of its end; all up to the
/// next one, or to the end of the run, if none does. More than one if a later life of the job gives the number out again.
pub fn around_checkpoint(trace: &[Entry], id: CheckpointId) -> Vec<&[Entry]> {
    let triggers = |entry: &Entry| matches!(entry.event, Event::Triggered { id: of, .. } if of == id);
    let begins: Vec<usize> = trace.iter().enumerate().filter(|(_, entry)| triggers(entry)).map(|(at, _)| at).collect();
    let ends = begins.iter().skip(1).copied().chain([trace.len()]);
    begins.iter().zip(ends).map(|(&from, to)| until_its_end(&trace[from..to], id)).collect()
}

fn until_its_end(rest: &[Entry], id: CheckpointId) -> &[Entry] {
    let ends = |entry: &Entry| matches!(entry.event, Event::Completed { id: of, .. } | Event::Aborted { id: of, .. } if of == id);
    let echoes = |entry: &Entry| match entry.event {
        Event::Acked { id: of, .. }
        | Event::Notified { id: of, .. }
        | Event::NotifiedAborted { id: of, .. }
        | Event::PreCommitted { id: of, .. }
        | Event::CancelMarkerTaken { id: of, .. } => of == id,
        _ => ends(entry),
    };
    match rest.iter().any(ends).then(|| rest.iter().rposition(echoes)).flatten() {
        Some(last) => {
            // What one step does is not torn apart: a commit belongs to its notification.
            let step = rest[last].step;
            let behind = rest[last..].iter().take_while(|entry| entry.step == step).count();
            &rest[..last + behind]
        }
        None => rest,
    }
}

/// The entries from one moment of virtual time to another, both included.
pub fn between(trace: &[Entry], from: Micros, to: Micros) -> &[Entry] {
    let begin = trace.iter().position(|entry| entry.at >= from).unwrap_or(trace.len());
    let behind = trace[begin..].iter().position(|entry| entry.at > to).unwrap_or(trace.len() - begin);
    &trace[begin..begin + behind]
}

/// The steps of these entries; `None` if there are none.
pub fn steps(entries: &[Entry]) -> Option<Range<u64>> {
    Some(entries.first()?.step.0..entries.last()?.step.0 + 1)
}
