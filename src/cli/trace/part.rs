//! Which part of a run is shown: some steps, one checkpoint, or a stretch of virtual time.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::cli::args::{Numbered, Trace};
use crate::cli::{Exit, Refusal};
use crate::ids::{CheckpointId, Micros};
use crate::trace::{Entry, Event, window};

/// A part of a run.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Its steps; all of them if there are none.
    pub(super) steps: Option<Range<u64>>,
    /// What was asked for, if not steps.
    asked: String,
    /// What somebody who asked for this may want to know, for stderr.
    pub(super) note: Option<String>,
}

impl Part {
    pub(super) fn has(&self, entry: &Entry) -> bool {
        self.steps.as_ref().is_none_or(|steps| steps.contains(&entry.step.0))
    }

    /// How many of these entries come before it, and how many after it.
    pub(super) fn left_out<'e>(&self, entries: impl Iterator<Item = &'e Entry>) -> [usize; 2] {
        let Some(steps) = &self.steps else { return [0, 0] };
        let mut count = [0, 0];
        for entry in entries {
            count[0] += usize::from(entry.step.0 < steps.start);
            count[1] += usize::from(entry.step.0 >= steps.end);
        }
        count
    }

    /// For the first line of a text.
    pub(super) fn words(&self) -> String {
        match &self.steps {
            Some(steps) => format!("{}   steps {}..{}", self.asked, steps.start, steps.end),
            None => String::new(),
        }
    }
}

/// The part that is asked for.
pub(super) fn part(args: &Trace, trace: &[Entry]) -> Result<Part, Refusal> {
    match (args.ckpt, args.from, args.to) {
        (Some(wanted), _, _) => around(wanted, trace),
        (None, None, None) => steps(args.steps.clone(), trace),
        (None, from, to) => between(from, to, trace),
    }
}

fn steps(steps: Option<Range<u64>>, trace: &[Entry]) -> Result<Part, Refusal> {
    let last = trace.last().map_or(0, |entry| entry.step.0);
    match &steps {
        Some(Range { start, .. }) if *start > last => Err(Refusal::new(
            Exit::Usage,
            format!("error: nothing happens from step {start} on; the run goes from step 0 to {last}\n"),
        )),
        _ => Ok(Part { steps, ..Part::default() }),
    }
}

fn around(Numbered { id, earlier }: Numbered, trace: &[Entry]) -> Result<Part, Refusal> {
    let windows = window::around_checkpoint(trace, id);
    let name = |earlier: usize| format!("{id}{}", "'".repeat(earlier));
    let Some(steps) = windows.get(earlier).and_then(|window| window::steps(window)) else {
        let name = name(earlier);
        return Err(Refusal::new(
            Exit::Usage,
            format!("error: this run has no checkpoint {name}{}\n", triggered(trace)),
        ));
    };
    let more = earlier + 1 < windows.len();
    let note = more.then(|| format!("another checkpoint has this number: --ckpt \"{}\"\n", name(earlier + 1)));
    Ok(Part { steps: Some(steps), asked: format!("   ckpt {}", name(earlier)), note })
}

/// Which checkpoints there are.
fn triggered(trace: &[Entry]) -> String {
    let mut times: BTreeMap<CheckpointId, usize> = BTreeMap::new();
    for entry in trace {
        if let Event::Triggered { id, .. } = entry.event {
            *times.entry(id).or_default() += 1;
        }
    }
    match (times.first_key_value(), times.last_key_value()) {
        (Some((first, _)), Some((last, _))) if first == last => format!("; it has {first}"),
        (Some((first, _)), Some((last, _))) => format!("; it has {first} to {last}"),
        _ => "; none was triggered".to_owned(),
    }
}

fn between(from: Option<Micros>, to: Option<Micros>, trace: &[Entry]) -> Result<Part, Refusal> {
    let begin = from.unwrap_or(Micros::ZERO);
    let end = to.unwrap_or(Micros(u64::MAX));
    let refusal = |message: String| Err(Refusal::new(Exit::Usage, format!("error: {message}\n")));
    if begin > end {
        return refusal(format!("`--to` is {end} s, which comes before `--from`, {begin} s"));
    }
    let from = from.map_or(String::new(), |from| format!("   from {from} s"));
    let to = to.map_or(String::new(), |to| format!("   to {to} s"));
    match window::steps(window::between(trace, begin, end)) {
        Some(steps) => Ok(Part { steps: Some(steps), asked: from + &to, note: None }),
        None => {
            let last = trace.last().map_or(Micros::ZERO, |entry| entry.at);
            refusal(format!("nothing happens{}; the run goes from 0 to {last} s", (from + &to).replace("   ", " ")))
        }
    }
}
