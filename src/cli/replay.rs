//! `replay`: makes a pinned run again and says whether it is the same.

use super::args::{Replay, Set};
use super::files::read_one;
use super::{Answer, Exit, Refusal, case};
use crate::explore::judge;
use crate::report::detail;
use crate::run::{End, Keep};

pub(super) fn replay(args: &Replay, quiet: bool, width: usize) -> Result<Answer, Refusal> {
    let file = read_one(&args.path, &Set::default())?;
    let judgement = judge(&file.plan, Keep { trace: true, actions: false })?;
    let subject = file.subject();
    let mut text = if quiet { detail::last(&subject, &judgement) } else { detail::detail(&subject, &judgement, width) };
    let mut exit = Exit::from(judgement.status());
    let digest = judgement.outcome.digest(&subject.topology.names).to_string();
    if matches!(judgement.outcome.end, End::Mismatch(_)) {
        text.push_str("DIFFERS  the file does not fit this version: a pinned step is not possible\n");
        exit = Exit::Inconclusive;
    } else if let Some(known) = case::digest_in(&file.text) {
        if known == digest {
            text.push_str(&format!("SAME  digest {digest}\n"));
        } else {
            text.push_str(&format!("DIFFERS  digest {digest}, but the file says {known}\n"));
            exit = Exit::Inconclusive;
        }
    }
    Ok(Answer { text, exit })
}
