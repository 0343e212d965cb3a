//! A channel: an output queue at the sender, an input queue at the receiver, and the blocked bit (R33).
//!
//! Between two tasks of one TaskManager there is no input queue: the receiver takes from the sender's, as in Flink.

use std::collections::VecDeque;

use crate::ids::CheckpointId;
use crate::operator::Record;
use crate::protocol::Barrier;

/// Something on a channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Item {
    /// Data. Only data takes credit.
    Record(Record),
    /// A checkpoint barrier.
    Barrier(Barrier),
    /// No record of this time or before follows (R94). It takes no credit.
    Watermark(i64),
    /// No watermark will come for a while, or one may come again (R93). It takes no credit.
    Status {
        /// Whether none will come.
        idle: bool,
    },
    /// A checkpoint is given up.
    CancelMarker(CheckpointId),
    /// No data will follow.
    EndOfData,
    /// Nothing will follow.
    EndOfPartition,
}

/// The state of a channel.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Channel {
    /// What the sender has put there, oldest first.
    pub output: VecDeque<Item>,
    /// What has reached the receiver, oldest first; always empty inside a TaskManager.
    pub input: VecDeque<Item>,
    /// How many records are in the output queue.
    pub records: u32,
    /// A blocking barrier has left the output queue: nothing follows until the receiver resumes the channel.
    pub blocked: bool,
    /// Both ends exist. What is sent into a closed channel is lost.
    pub open: bool,
    /// The receiver has taken the end of the channel.
    pub ended: bool,
}

impl Default for Channel {
    fn default() -> Self {
        Self { output: VecDeque::new(), input: VecDeque::new(), records: 0, blocked: false, open: true, ended: false }
    }
}

impl Channel {
    /// Loses everything; both ends are gone, or one is.
    pub fn close(&mut self) {
        self.reopen();
        self.open = false;
    }

    /// Both ends are new.
    pub fn reopen(&mut self) {
        self.output.clear();
        self.input.clear();
        *self = Self {
            output: std::mem::take(&mut self.output),
            input: std::mem::take(&mut self.input),
            ..Self::default()
        };
    }

    /// The item that the receiver takes next, if it can be taken from where it is.
    #[inline]
    pub fn head(&self, remote: bool) -> Option<&Item> {
        match remote {
            true => self.input.front(),
            false if self.blocked => None,
            false => self.output.front(),
        }
    }

    /// Whether the head of the output queue can move to the receiver, who has room for `credit` records.
    pub fn can_transfer(&self, credit: u32) -> bool {
        let room = || self.input.iter().filter(|item| matches!(item, Item::Record(_))).count() < credit as usize;
        match self.output.front() {
            None => false,
            Some(_) if self.blocked || !self.open => false,
            Some(Item::Record(_)) => room(),
            Some(_) => true,
        }
    }

    /// Takes the head of the output queue; a blocking barrier blocks what is behind it (R33).
    ///
    /// # Panics
    /// If the queue is empty.
    #[inline]
    pub fn leave(&mut self) -> Item {
        let item = self.output.pop_front().expect("only a waiting item leaves");
        match item {
            Item::Record(_) => self.records -= 1,
            Item::Barrier(barrier) if barrier.alignment.blocks() => self.blocked = true,
            Item::Watermark(_)
            | Item::Status { .. }
            | Item::Barrier(_)
            | Item::CancelMarker(_)
            | Item::EndOfData
            | Item::EndOfPartition => {}
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Queues hold many of them: a change that makes them grow should be meant.
    #[test]
    fn items_are_small() {
        assert_eq!(size_of::<Item>(), 48);
        assert_eq!(size_of::<Record>(), 48);
    }
}
