//! `explain`: what a word means.

use super::args::{Explain, Shape};
use super::{Answer, Exit, Refusal, say};
use crate::explain::{self, Topic, Unknown};
use crate::report::{command, machine};

pub(super) fn explain(args: &Explain) -> Result<Answer, Refusal> {
    let word = args.what.join(" ");
    if args.format == Shape::Json {
        return Ok(as_json(word));
    }
    if word.is_empty() {
        return Ok(Answer { text: explain::topics(), exit: Exit::Holds });
    }
    match explain::explain(&word) {
        Ok(text) => Ok(Answer { text, exit: Exit::Holds }),
        Err(unknown) => Err(Refusal::new(Exit::Usage, refusal(&word, &unknown))),
    }
}

fn refusal(word: &str, unknown: &Unknown) -> String {
    let hint = match unknown.near.as_slice() {
        [] => "cutline explain lists what there is\n".to_owned(),
        [near] => format!("did you mean `{near}`?   {}\n", command("explain", near)),
        several => format!("it could be one of {}\n", several.join(", ")),
    };
    format!("error: nothing is called `{word}`\n{hint}")
}

/// The same for programs, and who is wrong reads why on stderr as well.
fn as_json(word: String) -> Answer {
    let found = match explain::members(&word) {
        _ if word.is_empty() => Ok(explain::groups()),
        none if none.is_empty() => explain::find(&word),
        members => Ok(members),
    };
    let (topics, near, exit) = match found {
        Ok(topics) => (topics, Vec::new(), Exit::Holds),
        Err(unknown) => {
            say(&refusal(&word, &unknown));
            (Vec::new(), unknown.near, Exit::Usage)
        }
    };
    let whole = machine::Explained {
        schema: machine::EXPLAIN,
        version: env!("CARGO_PKG_VERSION"),
        what: word,
        topics: topics.into_iter().map(topic).collect(),
        near,
    };
    Answer { text: machine::json(&whole), exit }
}

fn topic(topic: Topic) -> machine::Topic {
    let Topic { kind, name, text, knob } = topic;
    let knob = knob.map(|knob| machine::Knob {
        key: knob.key,
        default: knob.default,
        values: explain::values(knob),
        older: knob.older,
        modelled: knob.is_modelled(),
        rules: knob.rules,
    });
    machine::Topic { kind, name, text, knob }
}
