//! Event time: what a source says of it, and who needs it.

use super::job::{Draft, Input};
use crate::ids::Micros;
use crate::operator::{EventTime, Logic, Stamp};
use crate::plan::VertexKind;
use crate::scenario::read::{Raw, Reader};
use crate::scenario::{defaults, syntax};

/// A source's event time. Watermarks without it make no sense.
pub(super) fn event_time<'a>(r: &mut Reader<'a>, raw: Raw<'a>, watermarks: Raw<'a>) -> Option<EventTime> {
    let Some(given) = raw.given() else {
        if watermarks.given().is_some() {
            r.error(watermarks, "no-event-time", "watermarks tell of event time, but the records have none")
                .help("add `event_time: Value`, or a step such as `event_time: Step(\"100ms\")`");
        }
        return None;
    };
    let stamp = match r.parts(given)? {
        syntax::EventTime::Value => Stamp::Value,
        syntax::EventTime::Step(step) => Stamp::Step(millis(r, step, 0)?),
    };
    let written: syntax::Watermarks<'a> = r.or(watermarks, syntax::Watermarks::default(), Reader::parts);
    Some(EventTime {
        stamp,
        every: r.or(written.every, defaults::WATERMARK_EVERY, |r, raw| r.small(raw, 1..=u32::MAX)),
        idle_after: written.idle_after.given().and_then(|raw| r.duration(raw)),
        out_of_orderness: r.or(written.out_of_orderness, 0, |r, raw| millis(r, raw, 0)),
    })
}

/// A stretch of event time: a duration of whole milliseconds, at least so many.
pub(super) fn millis<'a>(r: &mut Reader<'a>, raw: Raw<'a>, least: i64) -> Option<i64> {
    let duration = r.duration(raw)?;
    let millis = i64::try_from(duration.as_millis()).ok().filter(|&millis| millis >= least);
    if millis.is_none() || Micros::millis(duration.as_millis()) != duration {
        let wanted = if least == 0 { "" } else { ", and at least one" };
        r.error(raw, "bad-duration", format!("event time is counted in whole milliseconds{wanted}"));
        return None;
    }
    millis
}

/// Windows and joins need records with a time on every input, and a join has two inputs.
pub(super) fn check<'a>(r: &mut Reader<'a>, drafts: &[Draft<'a>], inputs: &[Vec<Input<'a>>]) {
    for (draft, own) in drafts.iter().zip(inputs) {
        let VertexKind::Operator(logic) = &draft.vertex.kind else { continue };
        let name = &draft.vertex.name;
        if matches!(logic, Logic::Join { .. }) && own.len() != 2 && draft.sound {
            let message = format!("a join has two inputs, but `{name}` has {}", own.len());
            r.error(draft.at, "join-inputs", message);
        }
        if !logic.needs_event_time() {
            continue;
        }
        if let Some(source) = timeless(drafts, inputs, own) {
            let source = &drafts[source].vertex.name;
            let message = format!("`{name}` works in event time, but records of `{source}` have none");
            r.error(draft.at, "no-event-time", message).help(format!(
                "give `{source}` one: `event_time: Value`, or a step such as `event_time: Step(\"100ms\")`"
            ));
        }
    }
}

/// A source without event time from which these inputs come, if there is one.
fn timeless<'a>(drafts: &[Draft<'a>], inputs: &[Vec<Input<'a>>], from: &[Input<'a>]) -> Option<usize> {
    let mut seen = vec![false; drafts.len()];
    let mut open: Vec<usize> = from.iter().map(|input| input.from).collect();
    while let Some(place) = open.pop() {
        if std::mem::replace(&mut seen[place], true) {
            continue;
        }
        if drafts[place].sound && matches!(drafts[place].vertex.kind, VertexKind::Source { event_time: None, .. }) {
            return Some(place);
        }
        open.extend(inputs[place].iter().map(|input| input.from));
    }
    None
}
