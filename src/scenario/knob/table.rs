//! The table of knobs. Files, `--set`, printing and `explain` all read it; there is no second list.
//!
//! | file | holds |
//! | --- | --- |
//! | [`checkpointing`] | when checkpoints are made, how many are borne, kept, retained |
//! | [`unaligned`] | barriers that overtake data |
//! | [`state`] | where state and snapshots lie, what a job starts from |
//! | [`files`] | how snapshots become files, and what is written between them |
//! | [`restart`] | when a job restarts |

mod checkpointing;
mod files;
mod restart;
mod state;
mod unaligned;

use super::Kind::Text;
use super::Knob;
use super::Model::Absent;

/// Every knob, checkpointing first, in the order in which a file prints them.
pub static KNOBS: &[Knob] = &ALL;

const PARTS: [&[Knob]; 5] =
    [checkpointing::CHECKPOINTING, unaligned::UNALIGNED, state::STATE, files::FILES, restart::RESTART];

static ALL: [Knob; PARTS[0].len() + PARTS[1].len() + PARTS[2].len() + PARTS[3].len() + PARTS[4].len()] = {
    let mut all = [knob(""); _];
    let (mut place, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            all[place] = PARTS[part][row];
            place += 1;
            row += 1;
        }
        part += 1;
    }
    all
};

/// A row with what most rows have: no older keys, no other words.
const fn knob(key: &'static str) -> Knob {
    Knob {
        key,
        older: &[],
        words: &[],
        kind: Text,
        default: "",
        about: "",
        check: "",
        rules: &[],
        model: Absent,
        absent: &[],
        instead: "",
    }
}
