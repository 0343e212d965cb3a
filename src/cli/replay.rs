//! `replay`: makes a pinned run again and says whether it is the same.

use super::args::{Replay, Set, Shape};
use super::files::read_alone;
use super::{Answer, Exit, Refusal, case};
use crate::explore::{Status, judge};
use crate::report::{detail, machine};
use crate::run::{End, Keep};

pub(super) fn replay(args: &Replay, quiet: bool, width: usize) -> Result<Answer, Refusal> {
    let file = match read_alone(&args.path, &Set::default()) {
        Ok(file) => file,
        Err(bad) => return bad.answer(machine::REPLAY, args.format),
    };
    let judgement = judge(&file.plan, Keep { trace: true, actions: false })?;
    let subject = file.subject();
    let digest = judgement.outcome.digest(&subject.topology.names).to_string();
    let known = case::digest_in(&file.text);
    let is_possible = !matches!(judgement.outcome.end, End::Mismatch(_));
    let same = if is_possible { known.map(|known| known == digest) } else { Some(false) };
    let exit = if same == Some(false) { Exit::Inconclusive } else { Exit::from(judgement.status()) };
    if args.format == Shape::Json {
        let status = if same == Some(false) { Status::Inconclusive } else { judgement.status() };
        let whole = machine::Replay {
            schema: machine::REPLAY,
            version: env!("CARGO_PKG_VERSION"),
            status: machine::status(status),
            same,
            known: known.map(str::to_owned),
            scenario: machine::scenario(&subject, &judgement),
        };
        return Ok(Answer { text: machine::json(&whole), exit });
    }
    let mut text = if quiet { detail::last(&subject, &judgement) } else { detail::detail(&subject, &judgement, width) };
    text.push_str(&match (same, known) {
        (Some(false), _) if !is_possible => {
            "DIFFERS  the file does not fit this version: a pinned step is not possible\n".to_owned()
        }
        (Some(false), Some(known)) => format!("DIFFERS  digest {digest}, but the file says {known}\n"),
        (Some(true), _) => format!("SAME  digest {digest}\n"),
        _ => String::new(),
    });
    Ok(Answer { text, exit })
}
