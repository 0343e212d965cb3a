//! Finding a knob by the name that somebody gave it: its key, the end of one, an older key, a field, a setter of Flink's.

use super::{CHECKPOINTING, KNOBS, Knob, RESTART};
use crate::scenario::diagnostic::nearest;

/// A knob by a name.
#[derive(Debug)]
pub struct Named {
    /// Which.
    pub knob: &'static Knob,
    /// The older key that was used, if it was one.
    pub older: Option<&'static str>,
}

/// Why a name names no knob.
#[derive(Debug)]
pub enum Unnamed {
    /// It could be each of these.
    Ambiguous(Vec<&'static Knob>),
    /// It is a setter of Flink's, or another word, for this one.
    OtherWord(&'static Knob),
    /// There is none; the nearest name, if one is near.
    Unknown(Option<&'static str>),
}

/// The knob with this key, an older one of it, or the last segments of one. `restart` stands for `restart-strategy`.
///
/// # Errors
/// Why there is not one: several have these last segments, it is another word for one, or nothing is called so.
pub fn named(name: &str) -> Result<Named, Unnamed> {
    // The field of a file is called so.
    let wanted = match name.trim() {
        "restart" => "restart-strategy.type".to_owned(),
        name => name.replace('_', "-"),
    };
    if let Some(named) = by_key(&wanted) {
        return Ok(named);
    }
    let by_end = |end: &str| -> Vec<&'static Knob> { KNOBS.iter().filter(|knob| ends_so(knob.key, end)).collect() };
    for found in [by_end(&wanted), by_end(&format!("{wanted}.enabled"))] {
        match found.as_slice() {
            [] => {}
            [knob] => return Ok(Named { knob, older: None }),
            several => {
                // `interval` is that of checkpoints: of what no run has nobody speaks so shortly.
                let mut modelled = several.iter().filter(|knob| knob.is_modelled());
                return match (modelled.next(), modelled.next()) {
                    (Some(knob), None) => Ok(Named { knob, older: None }),
                    _ => Err(Unnamed::Ambiguous(found)),
                };
            }
        }
    }
    for knob in KNOBS {
        if let Some(older) = knob.older.iter().find(|older| ends_so(older, &wanted)) {
            return Ok(Named { knob, older: Some(older) });
        }
    }
    Err(match other_word(name.trim()) {
        Some(knob) => Unnamed::OtherWord(knob),
        None => Unnamed::Unknown(near(&wanted).or_else(|| by_parts(&wanted))),
    })
}

/// The whole keys of these knobs, and the shortest end of each that stands for it alone, with `restart.` in front for one
/// of a restart: what people type.
pub fn all_names(is_wanted: impl Fn(&Knob) -> bool) -> impl Iterator<Item = String> {
    let names = |knob: &'static Knob| {
        let ends: Vec<&str> = knob.key.rmatch_indices('.').map(|dot| &knob.key[dot.0 + 1..]).collect();
        let is_name = |name: &String| named(name).is_ok_and(|named| named.knob.key == knob.key);
        let of_restart = ends.iter().map(|end| format!("restart.{end}")).filter(|_| knob.key.starts_with(RESTART));
        let short = ends.iter().map(|&end| end.to_owned());
        [knob.key.to_owned()]
            .into_iter()
            .chain(short.filter(is_name).take(1))
            .chain(of_restart.filter(is_name).take(1))
            .collect::<Vec<_>>()
    };
    KNOBS.iter().filter(move |knob| is_wanted(knob)).flat_map(names)
}

/// The knob with this whole key, today's or an older one.
pub(crate) fn by_key(key: &str) -> Option<Named> {
    if let Some(knob) = KNOBS.iter().find(|knob| knob.key == key) {
        return Some(Named { knob, older: None });
    }
    KNOBS.iter().find_map(|knob| {
        let older = knob.older.iter().find(|older| **older == key)?;
        Some(Named { knob, older: Some(older) })
    })
}

/// The knob of a field below `checkpointing`, today's or an older one.
pub(in crate::scenario) fn by_checkpointing_field(field: &str) -> Option<Named> {
    let name = field.replace('_', "-");
    CHECKPOINTING.iter().find_map(|front| by_key(&format!("{front}{name}")))
}

/// The knob that Flink's setters, or people, call so.
pub(in crate::scenario) fn other_word(word: &str) -> Option<&'static Knob> {
    let same = |other: &str| {
        let other = plain(other);
        let bare = other.strip_prefix("set").or(other.strip_prefix("enable")).unwrap_or(&other);
        plain(word) == other || plain(word) == bare
    };
    KNOBS.iter().find(|knob| knob.words.iter().any(|other| same(other)))
}

/// Whether two words are the same, but for their style: `exactly-once` and `ExactlyOnce`.
pub fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// The known word that is nearest to a wrong one, if it is near enough to be meant.
pub fn nearest_word<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    nearest(wrong, known)
}

/// A word without what only styles of writing differ in.
pub(in crate::scenario) fn plain(word: &str) -> String {
    word.chars().filter(|c| !['-', '_'].contains(c)).collect::<String>().to_lowercase()
}

/// Whether a key ends with these whole segments. The first one may leave out what follows a dash: `restart.type`; and
/// then a segment may be missing behind it: `restart.attempts`.
fn ends_so(key: &str, end: &str) -> bool {
    if key.strip_suffix(end).is_some_and(|front| front.is_empty() || front.ends_with('.')) {
        return true;
    }
    let Some(rest) = end.strip_prefix("restart.").or(end.strip_prefix(RESTART)) else { return false };
    key.strip_prefix(RESTART).is_some_and(|below| below == rest || ends_so(below, rest))
}

/// The key, or the end of one with as many segments, that is nearest.
fn near(wanted: &str) -> Option<&'static str> {
    let segments = wanted.matches('.').count() + 1;
    let end = |key: &'static str| {
        let dots: Vec<usize> = key.match_indices('.').map(|dot| dot.0 + 1).collect();
        match (dots.len() + 1).checked_sub(segments) {
            Some(0) => Some(key),
            Some(left) => Some(&key[dots[left - 1]..]),
            None => None,
        }
    };
    nearest(wanted, KNOBS.iter().filter_map(|knob| end(knob.key)))
}

/// The key that has all these words in it, or what they begin: `restart.fixed.delay`. Of several the one with the
/// shortest last segment.
fn by_parts(wanted: &str) -> Option<&'static str> {
    let words: Vec<&str> = wanted.split(['.', '-']).collect();
    let has = |key: &str, word: &str| word.len() > 2 && key.split(['.', '-']).any(|other| other.starts_with(word));
    let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
    let ends_so = |key: &'static str| words.last().is_some_and(|word| has(last(key), word));
    let keys = KNOBS.iter().map(|knob| knob.key).filter(|key| words.iter().all(|word| has(key, word)));
    keys.filter(|key| ends_so(key)).min_by_key(|key| last(key).len())
}
