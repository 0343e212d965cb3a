//! The knobs of a file: `checkpointing`, `restart`, `flink`; and what is set from outside.
//!
//! What may be written is what the [table](crate::scenario::knob::KNOBS) says, and what is refused and corrected is
//! Flink's (R2).

use crate::ids::Micros;
use crate::protocol::coordinator::{self, ConfigError};
use crate::protocol::restart;
use crate::scenario::diagnostic::nearest;
use crate::scenario::knob::{self, KNOBS, Kind, Knob, Knobs, Named, Slot, Unnamed, Value, camel};
use crate::scenario::read::{Fields, Pairs, Raw, Reader, shortened};

/// What is known so far.
struct Known<'a> {
    knobs: Knobs,
    /// Which knobs were set, and where.
    set: Vec<(&'static Knob, Raw<'a>)>,
}

/// The fields of a file that say knobs.
pub(super) struct Written<'a> {
    pub(super) checkpointing: Raw<'a>,
    pub(super) restart: Raw<'a>,
    pub(super) failover: Raw<'a>,
    pub(super) flink: Raw<'a>,
    /// `state_backend`, which has parts that no key has: it is read elsewhere.
    pub(super) backend: Raw<'a>,
    /// `storage: (kind: ..)`, likewise.
    pub(super) storage: Raw<'a>,
}

/// All knobs.
pub(super) fn knobs<'a>(r: &mut Reader<'a>, written: Written<'a>) -> Knobs {
    let mut known = Known { knobs: Knobs::default(), set: Vec::new() };
    let errors = r.errors();
    let Written { checkpointing, restart, failover, flink, backend, storage } = written;
    for (key, raw) in [("state.backend.type", backend), ("execution.checkpointing.storage", storage)] {
        if let (Some(named), false) = (knob::by_key(key), raw.get().is_empty()) {
            known.set.push((named.knob, raw));
        }
    }
    if let Some((named, raw)) = knob::by_key("jobmanager.execution.failover-strategy").zip(failover.given()) {
        known.read(r, &named, raw, raw);
    }
    if let Some(raw) = checkpointing.given() {
        self::checkpointing(r, &mut known, raw, "");
    }
    if !restart.get().is_empty() {
        self::restart(r, &mut known, restart);
    }
    for (name, value) in flink.given().and_then(|raw| r.read(raw)).unwrap_or(Pairs(Vec::new())).0 {
        flinks(r, &mut known, name, value);
    }
    for setting in r.settings().iter() {
        let at = Raw::of(&setting.text[setting.at.clone()]);
        // It takes the place of what the file says.
        known.set.retain(|other| other.0.key != setting.knob.key);
        known.set.push((setting.knob, at));
        if let Some(slot) = setting.knob.slot() {
            known.knobs.set(slot, setting.value);
        }
    }
    refusals(r, &known);
    corrections(r, &known);
    // What is without effect may have one once the mistakes are mended.
    if r.errors() == errors {
        without_effect(r, &known);
    }
    known.knobs
}

impl<'a> Known<'a> {
    /// Reads the value of a knob that the file names.
    fn read(&mut self, r: &mut Reader<'a>, named: &Named, name: Raw<'a>, value: Raw<'a>) {
        let knob = named.knob;
        if let Some(older) = named.older {
            let today = if name.is_string() { knob.key.to_owned() } else { knob.in_file() };
            r.note(name, "older-name", format!("`{older}` is an older key")).label(format!("today it is `{today}`"));
        }
        if let Some((_, other)) = self.set.iter().find(|other| other.0.key == knob.key) {
            let other = other.get();
            r.error(name, "set-twice", format!("this is set for the second time; the first value is `{other}`"))
                .note(knob::sets(knob));
            return;
        }
        self.set.push((knob, value));
        // Keys of `flink` are texts. The word of a strategy in quotes is its own name.
        let is_flinks = name.is_string() && name.get() != value.get();
        let read = r.value(knob, value, is_flinks);
        if let Some(absence) = knob.absence(read, value.get()) {
            absence.explain(r.add(absence.severity(), name, "not-modelled", absence.message()));
        }
        let Some(read) = read else { return };
        if let Some(today) = knob.shortcut(read) {
            let message = format!("`{}` is a word of older versions", value.get().trim_matches('"'));
            r.note(value, "older-name", message).note(today);
        }
        if let Some(slot) = knob.slot() {
            self.knobs.set(slot, read);
        }
    }

    /// Where a knob was set.
    fn place(&self, slot: Slot) -> Option<Raw<'a>> {
        self.set.iter().find(|set| set.0.slot() == Some(slot)).map(|set| set.1)
    }
}

/// `checkpointing`, or a part of it: `front` is the path of the part.
fn checkpointing<'a>(r: &mut Reader<'a>, known: &mut Known<'a>, raw: Raw<'a>, front: &str) {
    let Some(Fields(fields)) = r.read(raw) else { return };
    for (name, value) in fields {
        let path = format!("{front}{}", name.get());
        if value.get().starts_with('(') && is_part(&path) {
            checkpointing(r, known, value, &format!("{path}."));
            continue;
        }
        match knob::by_checkpointing_field(&path) {
            Some(named) => known.read(r, &named, name, value),
            None => unknown(
                r,
                name,
                KNOBS
                    .iter()
                    .filter_map(|knob| Some((knob, knob.checkpointing_field()?.strip_prefix(front)?.to_owned()))),
            ),
        }
    }
}

/// Whether some field lies below this one, today or in an older key.
fn is_part(path: &str) -> bool {
    let below = format!("{path}.");
    KNOBS.iter().any(|knob| {
        let older = knob.older.iter().filter_map(|key| key.strip_prefix("execution.checkpointing."));
        knob.checkpointing_field().is_some_and(|field| field.starts_with(&below))
            || older.map(|key| key.replace('-', "_")).any(|field| field.starts_with(&below))
    })
}

/// `restart`: a strategy with its parameters, or its word alone.
fn restart<'a>(r: &mut Reader<'a>, known: &mut Known<'a>, raw: Raw<'a>) {
    let Some(named) = knob::by_key("restart-strategy.type") else { return };
    if raw.is_string() {
        return known.read(r, &named, raw, raw);
    }
    let head = Raw::of(raw.head());
    if head.get().is_empty() {
        let message = format!("a restart strategy begins with its name, found `{}`", shortened(raw.get()));
        r.error(raw, "wrong-form", message)
            .note(knob::sets(named.knob))
            .help("write, for example, `FixedDelay(attempts: 3, delay: \"10s\")`");
        return;
    }
    known.read(r, &named, head, head);
    let strategy = known.knobs.strategy();
    let body = Raw::of(&raw.get()[head.get().len()..]);
    if body.get().is_empty() || knob::plain(strategy) != knob::plain(head.get()) {
        return;
    }
    if r.has_positional(body) {
        return positional(r, strategy, head, body);
    }
    let Some(Fields(fields)) = r.read(body) else { return };
    for (name, value) in fields {
        let key = format!("restart-strategy.{strategy}.{}", name.get().replace('_', "-"));
        match knob::by_key(&key) {
            Some(named) => known.read(r, &named, name, value),
            None => {
                let of = |knob: &'static Knob| knob.restart_field().filter(|field| field.0 == strategy);
                unknown(r, name, KNOBS.iter().filter_map(|knob| Some((knob, of(knob)?.1))));
            }
        }
    }
}

/// Values without their names, as Flink's setters take them: `FixedDelay(3, 10000)`.
fn positional<'a>(r: &mut Reader<'a>, strategy: &str, head: Raw<'a>, body: Raw<'a>) {
    let fields = KNOBS.iter().filter_map(|knob| Some((knob, knob.restart_field()?)));
    let fields = fields.filter(|(_, field)| field.0 == strategy).map(|(knob, field)| (knob, field.1));
    let fields: Vec<(&Knob, String)> = fields.collect();
    let values: Vec<&str> = body.get().trim_matches(['(', ')']).split(',').map(str::trim).collect();
    let is_clear = values.len() <= fields.len();
    let part = |((knob, field), value): ((&Knob, String), &str)| {
        let value = match knob.kind {
            Kind::Duration if value.chars().all(|c| c.is_ascii_digit()) => format!("\"{value}ms\""),
            Kind::Duration if !value.starts_with('"') => format!("\"{value}\""),
            _ => value.to_owned(),
        };
        if is_clear { format!("{field}: {value}") } else { format!("{field}: ..") }
    };
    let parts: Vec<String> = fields.into_iter().zip(values).map(part).collect();
    let name = head.get();
    let diagnostic = r.error(body, "wrong-form", format!("each part of `{name}` needs its name in front"));
    diagnostic.help(format!("write `{name}({})`", parts.join(", ")));
    if body.get().contains(|c: char| c.is_ascii_digit()) && !body.get().contains('"') {
        diagnostic.note("a duration has a unit: Flink's setters count milliseconds");
    }
}

/// A field that does not exist, among some that do.
fn unknown<'a>(r: &mut Reader<'a>, name: Raw<'a>, known: impl Iterator<Item = (&'static Knob, String)>) {
    let known: Vec<(&Knob, String)> = known.collect();
    let diagnostic = r.error(name, "unknown-field", format!("unknown field `{}`", name.get()));
    let by_word = || knob::other_word(name.get()).and_then(|meant| known.iter().find(|other| other.0.key == meant.key));
    let near = nearest(name.get(), known.iter().map(|field| field.1.as_str()));
    match near.and_then(|near| known.iter().find(|field| field.1 == near)).or_else(by_word) {
        Some((knob, field)) => {
            diagnostic.label(format!("did you mean `{field}`?")).note(knob::sets(knob));
        }
        None => {
            let modelled = || known.iter().filter(|field| field.0.is_modelled());
            let all = if modelled().next().is_some() { modelled().collect() } else { known.iter().collect::<Vec<_>>() };
            let names: Vec<String> = all.iter().map(|field| format!("`{}`", field.1)).collect();
            diagnostic.help(format!("one of {}", names.join(", ")));
        }
    }
}

/// An entry of `flink`: a key as it stands in Flink's configuration.
fn flinks<'a>(r: &mut Reader<'a>, known: &mut Known<'a>, name: Raw<'a>, value: Raw<'a>) {
    let Some(key) = r.text(name) else { return };
    let refused = match knob::named(&key) {
        Ok(named) => return known.read(r, &named, name, value),
        Err(refused) => refused,
    };
    let diagnostic = r.error(name, "unknown-knob", format!("there is no knob `{key}`"));
    match refused {
        Unnamed::Ambiguous(knobs) => {
            let keys: Vec<&str> = knobs.iter().map(|knob| knob.key).collect();
            diagnostic.help(format!("write one of {}", keys.join(", ")));
        }
        Unnamed::OtherWord(knob) => {
            diagnostic.label("another word for a knob").note(knob::sets(knob));
        }
        Unnamed::Unknown(Some(near)) => {
            diagnostic.label(format!("did you mean `{near}`?"));
        }
        Unnamed::Unknown(None) => {
            diagnostic.help(knob::NO_SUCH);
        }
    }
}

/// Reports what Flink refuses (R2): all of it, by mending one mistake after the other in a copy.
fn refusals<'a>(r: &mut Reader<'a>, known: &Known<'a>) {
    let mut config = known.knobs.checkpointing.clone();
    let defaults = coordinator::Config::default();
    while let Err(error) = config.validate() {
        let slot = match error {
            ConfigError::IntervalTooShort(_) => {
                config.interval = None;
                Slot::Interval
            }
            ConfigError::TimeoutTooShort(_) => {
                config.timeout = defaults.timeout;
                Slot::Timeout
            }
            ConfigError::NoneConcurrent | ConfigError::UnalignedConcurrent(_) => {
                config.max_concurrent = defaults.max_concurrent;
                Slot::MaxConcurrent
            }
        };
        refuse(r, known, slot, "refused-by-flink", error.to_string());
    }
    match known.knobs.restart() {
        restart::Config::FailureRate { interval: Micros::ZERO, .. } => {
            let message = "the interval of a failure rate is longer than zero";
            refuse(r, known, Slot::RateInterval, "out-of-range", message.to_owned());
        }
        restart::Config::ExponentialDelay { initial_backoff, max_backoff, .. } if max_backoff < initial_backoff => {
            let slot = if known.place(Slot::MaxBackoff).is_some() { Slot::MaxBackoff } else { Slot::InitialBackoff };
            let message = "the longest backoff is shorter than the initial one";
            refuse(r, known, slot, "out-of-range", message.to_owned());
        }
        _ => {}
    }
}

fn refuse<'a>(r: &mut Reader<'a>, known: &Known<'a>, slot: Slot, code: &'static str, message: String) {
    let diagnostic = r.error(known.place(slot).unwrap_or_default(), code, message);
    if let Some(knob) = KNOBS.iter().find(|knob| knob.slot() == Some(slot)) {
        diagnostic.note(knob::sets(knob));
    }
}

/// Warns of what Flink corrects silently (R1, R2).
fn corrections<'a>(r: &mut Reader<'a>, known: &Known<'a>) {
    let config = &known.knobs.checkpointing;
    let code = "corrected-by-flink";
    if let (0, Some(at)) = (config.retained, known.place(Slot::Retained)) {
        r.warning(at, code, "one checkpoint is retained, not none");
    }
    if let (true, Some(at)) = (config.min_pause > config.effective_min_pause(), known.place(Slot::MinPause)) {
        r.warning(at, code, "the min pause is cut to 365 days");
    }
    if let (true, Some(at)) = (config.interval != config.effective_interval(), known.place(Slot::Interval)) {
        r.warning(at, code, "the interval is raised to the min pause");
    }
}

/// Warns of a mode that is asked for without periodic checkpoints, and of parameters of a restart strategy that is not in
/// force.
fn without_effect<'a>(r: &mut Reader<'a>, known: &Known<'a>) {
    let interval = known.knobs.checkpointing.interval;
    if let (None, Value::Word("EXACTLY_ONCE"), Some(at)) =
        (interval, known.knobs.get(Slot::Mode), known.place(Slot::Mode))
    {
        r.warning(at, "no-interval", "without an interval there are no periodic checkpoints")
            .help("add `interval: \"1s\"`");
    }
    let strategy = known.knobs.strategy();
    for &(knob, at) in &known.set {
        let Some((of, _)) = knob.restart_field().filter(|field| field.0 != strategy) else { continue };
        r.warning(
            at,
            "no-effect",
            format!("`{}` has no effect: the restart strategy is {}", knob.key, camel(strategy)),
        )
        .help(format!("set restart-strategy.type to {of}"));
    }
}
