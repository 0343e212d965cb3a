//! The digest of a trace: one number that two runs share exactly if they are the same run.
//!
//! It is xxh3-128 over the canonical lines of all entries (those of [`super::render`], without padding), each followed
//! by what a line leaves out because nobody can read it: the step, names of records, prints of states. The same on
//! every platform; printed, stored in cases, asserted by tests.

use std::fmt;

use xxhash_rust::xxh3::Xxh3Default;

use super::{Entry, Event, render};
use crate::action::Names;

/// A digest in the making: [`Digest::add`] takes the entries in order.
#[derive(Clone, Default)]
pub struct Digest {
    hasher: Xxh3Default,
    line: String,
}

impl Digest {
    /// The digest of an empty trace.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next entry.
    pub fn add(&mut self, entry: &Entry, names: &Names) {
        self.line.clear();
        render::canonical(entry, names, &mut self.line);
        self.line.push('\n');
        self.hasher.update(self.line.as_bytes());
        let mut hidden = [0; 24];
        hidden[..8].copy_from_slice(&entry.step.0.to_le_bytes());
        hidden[8..].copy_from_slice(&unreadable(&entry.event).to_le_bytes());
        self.hasher.update(&hidden);
    }

    /// The digest of what was taken so far.
    pub fn value(&self) -> u128 {
        self.hasher.digest128()
    }

    /// Its first eight digits: enough to tell two runs apart by eye.
    pub fn short(&self) -> String {
        format!("{:08x}", self.value() >> 96)
    }
}

/// What a line does not show of an event.
fn unreadable(event: &Event) -> u128 {
    match *event {
        Event::Emitted { name, .. }
        | Event::Sent { name, .. }
        | Event::Received { name, .. }
        | Event::Row { name, .. }
        | Event::Upserted { name, .. }
        | Event::Fired { name, .. }
        | Event::Late { name, .. } => name.0,
        Event::Snapshot { state, execution, .. } | Event::Restored { state, execution, .. } => {
            u128::from(state) << 32 | u128::from(execution.attempt.0)
        }
        Event::Written { execution, .. }
        | Event::TooLarge { execution, .. }
        | Event::AckSent { execution, .. }
        | Event::DeclineSent { execution, .. }
        | Event::Notified { execution, .. }
        | Event::NotifiedAborted { execution, .. } => u128::from(execution.attempt.0),
        Event::Acked { from, .. } | Event::Declined { from, .. } => u128::from(from.attempt.0),
        _ => 0,
    }
}

/// All 32 digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.value())
    }
}

/// The digits only: the rest is the hash in the making.
impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ChannelId, Micros, Name, Step, TaskId};

    fn digest(entries: &[Entry]) -> Digest {
        let tasks = ["blue", "sum"].map(str::to_owned).into_iter().collect();
        let names = Names::new(tasks, [(TaskId(0), TaskId(1))].into_iter().collect(), Default::default());
        let mut digest = Digest::new();
        entries.iter().for_each(|entry| digest.add(entry, &names));
        digest
    }

    fn received(step: u64, at: u64, name: u128, value: i64) -> Entry {
        let event =
            Event::Received { task: TaskId(1), channel: ChannelId(0), name: Name(name), key: 0, value, view: 0 };
        Entry { step: Step(step), at: Micros(at), event }
    }

    #[test]
    fn it_is_the_same_everywhere() {
        let digest = digest(&[received(1, 2, 3, 4), received(2, 3, 4, 5)]);
        assert_eq!(digest.to_string(), "bad23860e73b4a2390e51cef2151277b");
        assert_eq!(digest.short(), digest.to_string()[..8]);
    }

    #[test]
    fn every_difference_shows() {
        let usual = [received(1, 2, 3, 4), received(2, 3, 4, 5)];
        let others: [&[Entry]; 6] = [
            &usual[..1],
            &[usual[1], usual[0]],
            &[usual[0], received(3, 3, 4, 5)],
            &[usual[0], received(2, 4, 4, 5)],
            &[usual[0], received(2, 3, 5, 5)],
            &[usual[0], received(2, 3, 4, 6)],
        ];
        for other in others {
            assert_ne!(digest(&usual).value(), digest(other).value(), "{other:?}");
        }
        assert_eq!(digest(&usual).value(), digest(&usual).value());
    }
}
