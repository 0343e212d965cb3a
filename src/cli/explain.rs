//! `explain`: what a word means.

use super::args::Explain;
use super::{Answer, Exit, Refusal};
use crate::explain;
use crate::report::command;

pub(super) fn explain(args: &Explain) -> Result<Answer, Refusal> {
    if args.what.is_empty() {
        return Ok(Answer { text: explain::topics(), exit: Exit::Holds });
    }
    let word = args.what.join(" ");
    let unknown = match explain::explain(&word) {
        Ok(text) => return Ok(Answer { text, exit: Exit::Holds }),
        Err(unknown) => unknown,
    };
    let hint = match unknown.near.as_slice() {
        [] => "cutline explain lists what there is\n".to_owned(),
        [near] => format!("did you mean `{near}`?   {}\n", command("explain", near)),
        several => format!("it could be one of {}\n", several.join(", ")),
    };
    Err(Refusal::new(Exit::Usage, format!("error: nothing is called `{word}`\n{hint}")))
}
