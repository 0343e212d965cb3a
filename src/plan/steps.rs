//! Steps of the usual granularity that a plan switches off, to run a coarser model next to others.
//!
//! The world makes a step of everything that can interleave in a real system. A model that was written for a general
//! checker has fewer: it merges some and leaves others out. Each [`Coarse`] switches one such difference off, and
//! changes nothing else. None is on unless the plan says so.

/// One difference from the usual granularity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Coarse {
    /// The asynchronous part of a checkpoint ends within the step that takes the snapshot.
    MergedAsync,
    /// A crash, its detection, the cancellation of all tasks, their deployment and the reading of their state are one
    /// step. Acknowledgements under way outlive it; numbers of checkpoints and transactions that came to nothing are
    /// given out again. It does not matter whose crash it is, so only that of the first task is offered.
    AtomicRecovery,
    /// Tasks hear of a completion within the step that completes.
    ImmediateNotification,
    /// A source without records left says nothing, and no task finishes: the run ends when nothing can happen.
    SilentEnd,
    /// A channel's buffers hold barriers too, and a step waits for room exactly where it sends: a source for the channels
    /// of its next record, a task for all its outputs if it takes a record or the last barrier of a checkpoint.
    ExactRoom,
    /// The periodic trigger waits until no checkpoint is pending, and the bound on checkpoints counts completed ones.
    IdleTrigger,
    /// Records have no names: two of equal values are equal. Sinks remember the value that they took last.
    Nameless,
}

impl Coarse {
    /// Every difference.
    pub const ALL: [Self; 7] = [
        Self::MergedAsync,
        Self::AtomicRecovery,
        Self::ImmediateNotification,
        Self::SilentEnd,
        Self::ExactRoom,
        Self::IdleTrigger,
        Self::Nameless,
    ];
}

/// A set of differences.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Steps(u8);

impl Steps {
    /// The granularity of the reference model: all differences.
    pub fn coarse() -> Self {
        Coarse::ALL.into_iter().collect()
    }

    /// Whether this difference is on.
    #[inline]
    pub const fn has(self, coarse: Coarse) -> bool {
        self.0 & (1 << coarse as u8) != 0
    }

    /// The differences that are on, in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = Coarse> {
        Coarse::ALL.into_iter().filter(move |&coarse| self.has(coarse))
    }
}

impl FromIterator<Coarse> for Steps {
    fn from_iter<I: IntoIterator<Item = Coarse>>(coarse: I) -> Self {
        Self(coarse.into_iter().fold(0, |set, coarse| set | 1 << coarse as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_on_unless_it_is_asked_for() {
        assert!(Coarse::ALL.iter().all(|&coarse| !Steps::default().has(coarse)));
        assert!(Coarse::ALL.iter().all(|&coarse| Steps::coarse().has(coarse)));
    }

    #[test]
    fn a_set_has_no_order_and_no_doubles() {
        let set = [Coarse::Nameless, Coarse::MergedAsync, Coarse::Nameless].into_iter().collect::<Steps>();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Coarse::MergedAsync, Coarse::Nameless]);
    }
}
