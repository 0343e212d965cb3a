//! What flows through channels, counted against the snapshots at both ends: records by one [`Flow`], watermarks by
//! another (I14).

use smallvec::SmallVec;

use super::Rules;
use super::balance::Balance;
use super::ledger::Ledger;
use super::memory::Tables;
use crate::ids::{ChannelId, CheckpointId, Id, Name, PerId, SmallSet, TaskId};
use crate::parts::{Part, Visit};

/// Which ends of a channel have their snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
enum Ends {
    #[default]
    Neither,
    Sender,
    Receiver,
    Both,
}

impl Ends {
    fn with(self, end: Self) -> Self {
        if self == Self::Neither || self == end { end } else { Self::Both }
    }

    fn without(self, end: Self) -> Self {
        match (self, end) {
            (Self::Both, Self::Sender) => Self::Receiver,
            (Self::Both, Self::Receiver) => Self::Sender,
            (ends, end) if ends == end => Self::Neither,
            (ends, _) => ends,
        }
    }
}

/// What a channel contributes to a pending checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct Difference {
    balance: Balance,
    /// At-least-once: records that should have come before the barrier and did not.
    lost: u32,
    ends: Ends,
}

/// What became of a channel's records at a cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Settled {
    /// Sent before the sender's snapshot, not received before the receiver's.
    pub(super) missing: u64,
    /// Received before the receiver's snapshot, not sent before the sender's.
    pub(super) early: u64,
    /// As many came as went, but others.
    pub(super) exchanged: bool,
}

/// What is remembered of one channel.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Stream {
    flight: Balance,
    /// By checkpoint, ascending; the same ones for every channel.
    differences: SmallVec<[(CheckpointId, Difference); 1]>,
}

impl Stream {
    fn find(&mut self, id: CheckpointId) -> Option<&mut Difference> {
        self.differences.iter_mut().find(|(known, _)| *known == id).map(|(_, difference)| difference)
    }
}

/// What one judge remembers of everything of a kind that flows.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Flow {
    streams: PerId<ChannelId, Part<Stream>>,
    /// Channels that lost an end: what is sent there is nowhere, until the job starts again.
    dead: Part<SmallSet>,
}

impl Flow {
    /// Nothing has flowed through so many channels.
    pub(super) fn new(channels: usize) -> Self {
        let streams = PerId::new(channels, |_| Part::new(Stream::default()));
        Self { streams, dead: Part::new(SmallSet::new()) }
    }

    pub(super) fn reset(&mut self) {
        for stream in self.streams.iter_mut() {
            stream.flight = Balance::default();
            stream.differences.clear();
        }
        self.dead.clear();
    }

    /// Goes to every part.
    pub(super) fn visit(&mut self, tables: &mut Tables, visit: &mut impl Visit) {
        self.streams.iter_mut().for_each(|stream| visit.part(stream, &mut tables.streams));
        visit.part(&mut self.dead, &mut tables.sets);
    }

    /// What is on a channel.
    pub(super) fn in_flight(&self, channel: ChannelId) -> Balance {
        self.streams[channel].flight
    }

    /// A checkpoint is pending.
    pub(super) fn add(&mut self, id: CheckpointId) {
        for stream in self.streams.iter_mut() {
            if let Err(place) = stream.differences.binary_search_by_key(&id, |&(known, _)| known) {
                stream.differences.insert(place, (id, Difference::default()));
            }
        }
    }

    /// A checkpoint is not pending any more.
    pub(super) fn remove(&mut self, id: CheckpointId) {
        self.streams.iter_mut().for_each(|stream| stream.differences.retain(|&mut (known, _)| known != id));
    }

    #[inline]
    pub(super) fn sent(&mut self, channel: ChannelId, name: Name) {
        let stream = &mut *self.streams[channel];
        if !self.dead.contains(channel.index()) {
            stream.flight.add(name);
        }
        for (_, difference) in stream.differences.iter_mut().filter(|(_, difference)| difference.ends == Ends::Receiver)
        {
            difference.balance.add(name);
        }
    }

    #[inline]
    pub(super) fn received(&mut self, channel: ChannelId, name: Name) {
        let stream = &mut *self.streams[channel];
        stream.flight.subtract(name);
        for (_, difference) in stream.differences.iter_mut().filter(|(_, difference)| difference.ends == Ends::Sender) {
            difference.balance.subtract(name);
        }
    }

    /// The job starts again: lost channels exist again.
    pub(super) fn restarting(&mut self) {
        self.dead.clear();
    }

    /// The outputs of a new attempt are empty.
    pub(super) fn deployed(&mut self, task: TaskId, rules: &Rules) {
        for channel in rules.outputs(task) {
            self.streams[channel].flight = Balance::default();
        }
    }

    pub(super) fn snapshot(&mut self, ledger: &Ledger, task: TaskId, id: CheckpointId, rules: &Rules) {
        let Some(pending) = ledger.find(id).filter(|pending| !pending.is_taken(task)) else { return };
        for (channel, end) in ends_at(rules, task) {
            let stream = &mut *self.streams[channel];
            let flight = stream.flight;
            let Some(difference) = stream.find(pending.id) else { return };
            if difference.ends == Ends::Neither {
                difference.balance = flight;
            }
            difference.ends = difference.ends.with(end);
        }
    }

    /// A channel is first in, first out: when its barrier is taken, nothing that was sent before it is left.
    pub(super) fn barrier(&mut self, channel: ChannelId, id: CheckpointId) {
        let Some(difference) = self.streams[channel].find(id) else { return };
        if difference.ends == Ends::Sender && difference.balance.count >= 0 && !difference.balance.is_even() {
            difference.lost = u32::try_from(difference.balance.count.max(1)).unwrap_or(u32::MAX);
            difference.balance = Balance::default();
        }
    }

    pub(super) fn wipe(&mut self, ledger: &Ledger, task: TaskId, rules: &Rules) {
        for (channel, end) in ends_at(rules, task) {
            let stream = &mut *self.streams[channel];
            stream.flight = Balance::default();
            self.dead.insert(channel.index());
            for pending in ledger.pending().iter().filter(|pending| !pending.is_kept(task)) {
                let Some(difference) = stream.find(pending.id) else { continue };
                *difference = Difference { ends: difference.ends.without(end), ..Difference::default() };
            }
        }
    }

    /// What became of a channel's records at the cut of a checkpoint that is complete now. `None` if an end has no
    /// snapshot and has not finished: there is nothing to compare.
    pub(super) fn settled(
        &self,
        rules: &Rules,
        ledger: &Ledger,
        id: CheckpointId,
        channel: ChannelId,
    ) -> Option<Settled> {
        let stream = &self.streams[channel];
        let &(_, difference) = stream.differences.iter().find(|&&(known, _)| known == id)?;
        let ends = rules.topology.channels[channel];
        let balance = match difference.ends {
            Ends::Both => difference.balance,
            Ends::Sender if ledger.is_finished(ends.to) => difference.balance,
            Ends::Receiver if ledger.is_finished(ends.from) => difference.balance,
            Ends::Neither if ledger.is_finished(ends.from) && ledger.is_finished(ends.to) => stream.flight,
            Ends::Sender | Ends::Receiver | Ends::Neither => return None,
        };
        Some(Settled {
            missing: balance.count.max(0).unsigned_abs() + u64::from(difference.lost),
            early: balance.count.min(0).unsigned_abs(),
            exchanged: balance.count == 0 && balance.sum != 0,
        })
    }
}

/// The channels at a task, with its end of each.
fn ends_at(rules: &Rules, task: TaskId) -> impl Iterator<Item = (ChannelId, Ends)> + '_ {
    let inputs = rules.topology.tasks[task].inputs.iter().map(|&channel| (channel, Ends::Receiver));
    inputs.chain(rules.outputs(task).map(|channel| (channel, Ends::Sender)))
}
