//! The words of a file for values without parts: one table each, read by lowering and by printing.

use crate::operator::{Pick, Total};
use crate::plan::{CheckpointStatus, Coarse, Defect, Phase, SinkKind, StorageKind, Time};
use crate::protocol::JobStatus;

/// A table of words and what they mean.
pub(super) struct Words<T: 'static> {
    /// What such a word is, for messages: "`x` is no ...".
    pub(super) what: &'static str,
    table: &'static [(&'static str, T)],
}

impl<T: Copy + PartialEq> Words<T> {
    /// What a word means.
    pub(super) fn meaning(&self, word: &str) -> Option<T> {
        self.table.iter().find(|entry| entry.0 == word).map(|entry| entry.1)
    }

    /// The word for it.
    pub(super) fn word(&self, meaning: T) -> &'static str {
        self.table.iter().find(|entry| entry.1 == meaning).map(|entry| entry.0).expect("every value has a word")
    }

    /// Every word.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static str> + Clone + use<T> {
        self.table.iter().map(|entry| entry.0)
    }
}

pub(super) const SINK_KINDS: Words<SinkKind> = Words {
    what: "kind of sink",
    table: &[("Append", SinkKind::Append), ("TwoPhaseCommit", SinkKind::TwoPhaseCommit), ("Upsert", SinkKind::Upsert)],
};

pub(super) const STORAGE_KINDS: Words<StorageKind> = Words {
    what: "checkpoint storage",
    table: &[("JobManager", StorageKind::JobManager), ("FileSystem", StorageKind::FileSystem)],
};

/// Picks from all records, and from those of each key.
pub(super) const PICKS: Words<Pick> =
    Words { what: "operator logic", table: &[("Min", Pick::Min), ("Max", Pick::Max), ("Last", Pick::Last)] };

pub(super) const PICKS_PER_KEY: Words<Pick> = Words {
    what: "operator logic",
    table: &[("MinPerKey", Pick::Min), ("MaxPerKey", Pick::Max), ("LastPerKey", Pick::Last)],
};

pub(super) const TOTALS: Words<Total> =
    Words { what: "total of a window", table: &[("Sum", Total::Sum), ("Count", Total::Count)] };

pub(super) const TIMES: Words<Time> =
    Words { what: "kind of time", table: &[("Timed", Time::Timed), ("Untimed", Time::Untimed)] };

pub(super) const PHASES: Words<Phase> = Words {
    what: "phase of a task's part in a checkpoint",
    table: &[
        ("FirstBarrier", Phase::FirstBarrier),
        ("Aligned", Phase::Aligned),
        ("AfterSnapshot", Phase::AfterSnapshot),
        ("AfterAsync", Phase::AfterAsync),
        ("AfterAck", Phase::AfterAck),
        ("AckTaken", Phase::AckTaken),
        ("Notified", Phase::Notified),
    ],
};

/// Whether a moment lies before the record is taken.
pub(super) const SIDES: Words<bool> = Words { what: "side of a record", table: &[("Before", true), ("After", false)] };

pub(super) const DEFECTS: Words<Defect> = Words {
    what: "planted defect",
    table: &[
        ("NoAlignment", Defect::NoAlignment),
        ("StaleAck", Defect::StaleAck),
        ("NoRewind", Defect::NoRewind),
        ("EarlyCommit", Defect::EarlyCommit),
        ("DroppedRecord", Defect::DroppedRecord),
        ("NoResume", Defect::NoResume),
    ],
};

pub(super) const COARSE: Words<Coarse> = Words {
    what: "difference from the usual steps",
    table: &[
        ("MergedAsync", Coarse::MergedAsync),
        ("AtomicRecovery", Coarse::AtomicRecovery),
        ("ImmediateNotification", Coarse::ImmediateNotification),
        ("SilentEnd", Coarse::SilentEnd),
        ("ExactRoom", Coarse::ExactRoom),
        ("IdleTrigger", Coarse::IdleTrigger),
        ("Nameless", Coarse::Nameless),
    ],
};

pub(super) const JOB_STATUSES: Words<JobStatus> = Words {
    what: "status of a job",
    table: &[
        ("Running", JobStatus::Running),
        ("Restarting", JobStatus::Restarting),
        ("Finished", JobStatus::Finished),
        ("Failed", JobStatus::Failed),
        ("Canceled", JobStatus::Canceled),
        ("Suspended", JobStatus::Suspended),
    ],
};

pub(super) const CHECKPOINT_STATUSES: Words<CheckpointStatus> = Words {
    what: "status of a checkpoint",
    table: &[("Completed", CheckpointStatus::Completed), ("Failed", CheckpointStatus::Failed)],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_defect_and_every_difference_has_a_word() {
        for defect in Defect::ALL {
            assert_eq!(DEFECTS.meaning(DEFECTS.word(defect)), Some(defect));
        }
        for coarse in Coarse::ALL {
            assert_eq!(COARSE.meaning(COARSE.word(coarse)), Some(coarse));
        }
    }
}
