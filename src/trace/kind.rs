//! The kinds of events, as a set: which of them runs have shown, and which never.

use super::Event;

/// What an event is about, without who and when: one kind for each variant of [`Event`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "each is the variant of `Event` of the same name")]
pub enum Kind {
    Job,
    Crashed,
    ManagerCrashed,
    FailureNoticed,
    RestartPlanned,
    RestartDenied,
    Canceled,
    Asked,
    Refused,
    Started,
    Restarting,
    Deployed,
    Restored,
    Holds,
    Running,
    Finished,
    Triggered,
    Rejected,
    Acked,
    Declined,
    Completed,
    Aborted,
    Subsumed,
    Closed,
    TooManyFailures,
    BarrierTaken,
    Resumed,
    Snapshot,
    BarrierSent,
    CancelMarkerSent,
    CancelMarkerTaken,
    Written,
    TooLarge,
    AckSent,
    DeclineSent,
    Notified,
    NotifiedAborted,
    Emitted,
    Sent,
    Transferred,
    Received,
    Watermark,
    WatermarkSent,
    WatermarkTaken,
    Status,
    StatusSent,
    StatusTaken,
    Fired,
    Late,
    EndOfData,
    EndOfDataTaken,
    EndOfPartition,
    Row,
    Upserted,
    Begun,
    PreCommitted,
    Committed,
    Dropped,
    Stuck,
    Stopped,
}

/// A set of kinds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Kinds(u64);

impl Kind {
    /// Every kind, in the order of [`Event`].
    pub const ALL: [Self; 60] = [
        Self::Job,
        Self::Crashed,
        Self::ManagerCrashed,
        Self::FailureNoticed,
        Self::RestartPlanned,
        Self::RestartDenied,
        Self::Canceled,
        Self::Asked,
        Self::Refused,
        Self::Started,
        Self::Restarting,
        Self::Deployed,
        Self::Restored,
        Self::Holds,
        Self::Running,
        Self::Finished,
        Self::Triggered,
        Self::Rejected,
        Self::Acked,
        Self::Declined,
        Self::Completed,
        Self::Aborted,
        Self::Subsumed,
        Self::Closed,
        Self::TooManyFailures,
        Self::BarrierTaken,
        Self::Resumed,
        Self::Snapshot,
        Self::BarrierSent,
        Self::CancelMarkerSent,
        Self::CancelMarkerTaken,
        Self::Written,
        Self::TooLarge,
        Self::AckSent,
        Self::DeclineSent,
        Self::Notified,
        Self::NotifiedAborted,
        Self::Emitted,
        Self::Sent,
        Self::Transferred,
        Self::Received,
        Self::Watermark,
        Self::WatermarkSent,
        Self::WatermarkTaken,
        Self::Status,
        Self::StatusSent,
        Self::StatusTaken,
        Self::Fired,
        Self::Late,
        Self::EndOfData,
        Self::EndOfDataTaken,
        Self::EndOfPartition,
        Self::Row,
        Self::Upserted,
        Self::Begun,
        Self::PreCommitted,
        Self::Committed,
        Self::Dropped,
        Self::Stuck,
        Self::Stopped,
    ];

    /// The kind of an event.
    pub const fn of(event: &Event) -> Self {
        match event {
            Event::Job(_) => Self::Job,
            Event::Crashed { .. } => Self::Crashed,
            Event::ManagerCrashed { .. } => Self::ManagerCrashed,
            Event::FailureNoticed { .. } => Self::FailureNoticed,
            Event::RestartPlanned { .. } => Self::RestartPlanned,
            Event::RestartDenied => Self::RestartDenied,
            Event::Canceled { .. } => Self::Canceled,
            Event::Asked { .. } => Self::Asked,
            Event::Refused { .. } => Self::Refused,
            Event::Started { .. } => Self::Started,
            Event::Restarting { .. } => Self::Restarting,
            Event::Deployed { .. } => Self::Deployed,
            Event::Restored { .. } => Self::Restored,
            Event::Holds { .. } => Self::Holds,
            Event::Running { .. } => Self::Running,
            Event::Finished { .. } => Self::Finished,
            Event::Triggered { .. } => Self::Triggered,
            Event::Rejected { .. } => Self::Rejected,
            Event::Acked { .. } => Self::Acked,
            Event::Declined { .. } => Self::Declined,
            Event::Completed { .. } => Self::Completed,
            Event::Aborted { .. } => Self::Aborted,
            Event::Subsumed { .. } => Self::Subsumed,
            Event::Closed { .. } => Self::Closed,
            Event::TooManyFailures { .. } => Self::TooManyFailures,
            Event::BarrierTaken { .. } => Self::BarrierTaken,
            Event::Resumed { .. } => Self::Resumed,
            Event::Snapshot { .. } => Self::Snapshot,
            Event::BarrierSent { .. } => Self::BarrierSent,
            Event::CancelMarkerSent { .. } => Self::CancelMarkerSent,
            Event::CancelMarkerTaken { .. } => Self::CancelMarkerTaken,
            Event::Written { .. } => Self::Written,
            Event::TooLarge { .. } => Self::TooLarge,
            Event::AckSent { .. } => Self::AckSent,
            Event::DeclineSent { .. } => Self::DeclineSent,
            Event::Notified { .. } => Self::Notified,
            Event::NotifiedAborted { .. } => Self::NotifiedAborted,
            Event::Emitted { .. } => Self::Emitted,
            Event::Sent { .. } => Self::Sent,
            Event::Transferred { .. } => Self::Transferred,
            Event::Received { .. } => Self::Received,
            Event::Watermark { .. } => Self::Watermark,
            Event::WatermarkSent { .. } => Self::WatermarkSent,
            Event::WatermarkTaken { .. } => Self::WatermarkTaken,
            Event::Status { .. } => Self::Status,
            Event::StatusSent { .. } => Self::StatusSent,
            Event::StatusTaken { .. } => Self::StatusTaken,
            Event::Fired { .. } => Self::Fired,
            Event::Late { .. } => Self::Late,
            Event::EndOfData { .. } => Self::EndOfData,
            Event::EndOfDataTaken { .. } => Self::EndOfDataTaken,
            Event::EndOfPartition { .. } => Self::EndOfPartition,
            Event::Row { .. } => Self::Row,
            Event::Upserted { .. } => Self::Upserted,
            Event::Begun { .. } => Self::Begun,
            Event::PreCommitted { .. } => Self::PreCommitted,
            Event::Committed { .. } => Self::Committed,
            Event::Dropped { .. } => Self::Dropped,
            Event::Stuck { .. } => Self::Stuck,
            Event::Stopped => Self::Stopped,
        }
    }

    /// In words, for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Job => "a change of the job's status",
            Self::Crashed => "a crash of a task",
            Self::ManagerCrashed => "a crash of a TaskManager",
            Self::FailureNoticed => "a failure noticed",
            Self::RestartPlanned => "a restart planned",
            Self::RestartDenied => "a restart denied",
            Self::Canceled => "a survivor cancelled",
            Self::Asked => "something asked for by hand",
            Self::Refused => "something asked for by hand and refused",
            Self::Started => "a second life of the job",
            Self::Restarting => "a restart",
            Self::Deployed => "a deployment",
            Self::Restored => "a restore",
            Self::Holds => "a restored key",
            Self::Running => "a task running",
            Self::Finished => "a task finished",
            Self::Triggered => "a trigger",
            Self::Rejected => "a trigger refused",
            Self::Acked => "an acknowledgement taken",
            Self::Declined => "a decline taken",
            Self::Completed => "a checkpoint completed",
            Self::Aborted => "a checkpoint given up",
            Self::Subsumed => "a checkpoint subsumed",
            Self::Closed => "the end of a checkpoint's stay in the store",
            Self::TooManyFailures => "too many failed checkpoints",
            Self::BarrierTaken => "a barrier taken",
            Self::Resumed => "a channel resumed",
            Self::Snapshot => "a snapshot",
            Self::BarrierSent => "a barrier sent",
            Self::CancelMarkerSent => "a cancel marker sent",
            Self::CancelMarkerTaken => "a cancel marker taken",
            Self::Written => "a write",
            Self::TooLarge => "a state handle that is too large",
            Self::AckSent => "an acknowledgement sent",
            Self::DeclineSent => "a decline sent",
            Self::Notified => "a notice of completion",
            Self::NotifiedAborted => "a notice of an abort",
            Self::Emitted => "a record read",
            Self::Sent => "a record sent",
            Self::Transferred => "a transfer",
            Self::Received => "a record taken",
            Self::Watermark => "a watermark",
            Self::WatermarkSent => "a watermark sent",
            Self::WatermarkTaken => "a watermark taken",
            Self::Status => "a change between active and idle",
            Self::StatusSent => "a status sent",
            Self::StatusTaken => "a status taken",
            Self::Fired => "an event-time timer",
            Self::Late => "a late record",
            Self::EndOfData => "an end of data",
            Self::EndOfDataTaken => "an end of data taken",
            Self::EndOfPartition => "an end of partition",
            Self::Row => "a row",
            Self::Upserted => "an upsert",
            Self::Begun => "a transaction begun",
            Self::PreCommitted => "a transaction pre-committed",
            Self::Committed => "a transaction committed",
            Self::Dropped => "a transaction dropped",
            Self::Stuck => "a job stuck",
            Self::Stopped => "a run cut off",
        }
    }
}

impl Kinds {
    /// Adds a kind.
    pub fn insert(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u64;
    }

    /// Adds those of another set.
    pub fn merge(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether a kind is in it.
    pub const fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u64) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_place() {
        let mut kinds = Kinds::default();
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(place, kind as usize);
            assert!(!kinds.contains(kind));
            kinds.insert(kind);
            assert!(kinds.contains(kind) && !kind.words().is_empty());
        }
        assert!(Kind::ALL.len() <= 64, "a set is one word");
    }
}
