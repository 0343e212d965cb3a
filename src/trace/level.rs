//! How much of a trace is shown.

use super::Event;

/// How much of a trace is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Level {
    /// The job, the coordinator, each task's part in checkpoints, transactions.
    #[default]
    Protocol,
    /// The same, and which task took which record.
    Records,
    /// Everything, also what only moves through channels.
    All,
}

impl Level {
    /// Every level, from the shortest to the longest trace.
    pub const ALL: [Self; 3] = [Self::Protocol, Self::Records, Self::All];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Protocol => "protocol",
            Self::Records => "records",
            Self::All => "all",
        }
    }

    /// The level with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }

    /// Whether an event is shown at this level.
    pub const fn shows(self, event: &Event) -> bool {
        self as u8 >= least(event) as u8
    }
}

/// The first level at which an event is shown.
const fn least(event: &Event) -> Level {
    match event {
        Event::Sent { .. }
        | Event::Transferred { .. }
        | Event::WatermarkSent { .. }
        | Event::WatermarkTaken { .. }
        | Event::StatusSent { .. }
        | Event::StatusTaken { .. }
        | Event::EndOfDataTaken { .. }
        | Event::EndOfPartition { .. } => Level::All,
        Event::Emitted { .. }
        | Event::Received { .. }
        | Event::Row { .. }
        | Event::Upserted { .. }
        | Event::Watermark { .. }
        | Event::Status { .. }
        | Event::Fired { .. }
        | Event::Late { .. }
        | Event::Holds { .. } => Level::Records,
        _ => Level::Protocol,
    }
}
