//! The table of knobs is whole, and its names and values are read as Flink reads them.

use super::value::{Complaint, value};
use super::*;
use crate::ids::Micros;
use crate::protocol::{coordinator, restart};

fn knob(key: &str) -> &'static Knob {
    by_key(key).map(|named| named.knob).expect("there is such a knob")
}

#[test]
fn every_name_is_there_once_and_every_row_is_whole() {
    let keys: Vec<&str> = KNOBS.iter().flat_map(|knob| knob.older.iter().copied().chain([knob.key])).collect();
    for (at, key) in keys.iter().enumerate() {
        assert!(!keys[..at].contains(key), "{key} is there twice");
    }
    for knob in KNOBS {
        assert!(knob.about.ends_with('.') && (knob.check.is_empty() || knob.check.ends_with('.')), "{}", knob.key);
        assert!(knob.rules.iter().all(|&rule| (1..=96).contains(&rule)), "{}", knob.key);
        assert!(!knob.is_modelled() || !knob.rules.is_empty(), "{}", knob.key);
        assert!(knob.default.is_empty() || value(knob, knob.default).is_ok(), "{}", knob.key);
    }
}

#[test]
fn r2_the_defaults_are_those_of_the_protocol() {
    let knobs = Knobs::default();
    assert_eq!(knobs.checkpointing, coordinator::Config::default());
    for interval in [None, Some(Micros::millis(10))] {
        let mut knobs = knobs.clone();
        knobs.checkpointing.interval = interval;
        assert_eq!(knobs.restart(), restart::Config::usual(interval.is_some()), "R67");
    }
    // Every slot takes what the table says it takes, and gives it back.
    for knob in KNOBS.iter().filter(|knob| !knob.default.is_empty()) {
        let Some(slot) = knob.slot() else { continue };
        assert_eq!(value(knob, knob.default), Ok(knobs.get(slot)), "{}", knob.key);
    }
}

#[test]
fn every_slot_keeps_what_it_is_given() {
    let other = |knob: &Knob| match knob.kind {
        Kind::Duration | Kind::OptionalDuration => Value::Duration(Micros::millis(777)),
        Kind::Count { .. } | Kind::Limit { .. } => Value::Count(7),
        Kind::Factor { .. } => Value::Thousandths(777),
        Kind::Flag => Value::Flag(knob.default == "false"),
        Kind::Choice { of, .. } => Value::Word(of[1][0]),
        Kind::Size | Kind::Text => unreachable!("no slot has such a value"),
    };
    for knob in KNOBS {
        let Some(slot) = knob.slot() else { continue };
        let mut knobs = Knobs::default();
        knobs.set(slot, other(knob));
        assert_eq!(knobs.get(slot), other(knob), "{}", knob.key);
    }
}

#[test]
fn names_and_their_ends() {
    #[track_caller]
    fn check(name: &str, key: &str, older: Option<&str>) {
        let named = named(name).unwrap_or_else(|unnamed| panic!("{name}: {unnamed:?}"));
        assert_eq!((named.knob.key, named.older), (key, older), "{name}");
    }
    for knob in KNOBS {
        check(knob.key, knob.key, None);
        for older in knob.older {
            check(older, knob.key, Some(older));
        }
    }
    check("interval", "execution.checkpointing.interval", None);
    check("min_pause", "execution.checkpointing.min-pause", None);
    check("checkpointing.min-pause", "execution.checkpointing.min-pause", None);
    check("unaligned", "execution.checkpointing.unaligned.enabled", None);
    check("restart.attempts", "restart-strategy.fixed-delay.attempts", None);
    check("restart.type", "restart-strategy.type", None);
    check("restart", "restart-strategy.type", None);
    for name in all_names(|_| true) {
        assert!(named(&name).is_ok_and(|named| named.older.is_none()), "{name}");
    }
    let names: Vec<String> = all_names(|_| true).collect();
    for name in ["min-pause", "interval", "restart.attempts", "attempts", "restart.type", "restart.fixed-delay.delay"] {
        assert!(names.iter().any(|other| other == name), "{name}");
    }
    assert!(!names.iter().any(|name| name == "delay" || name == "enabled"), "they could be several");
    check("initial-delay", "cutline.checkpointing.initial-delay", None);
    check(
        "alignment-timeout",
        "execution.checkpointing.aligned-checkpoint-timeout",
        Some("execution.checkpointing.alignment-timeout"),
    );
}

#[test]
fn names_of_nothing() {
    let refused = |name: &str| named(name).expect_err("it names nothing");
    assert!(matches!(refused("intreval"), Unnamed::Unknown(Some("interval"))));
    assert!(matches!(refused("checkpointing.timeuot"), Unnamed::Unknown(Some("checkpointing.timeout"))));
    assert!(matches!(refused("colour"), Unnamed::Unknown(None)));
    let restart = "restart-strategy.fixed-delay";
    for (name, meant) in
        [("restart.fixed.delay", ".delay"), ("restart.attempt", ".attempts"), ("fixed.attempts", ".attempts")]
    {
        assert!(matches!(refused(name), Unnamed::Unknown(Some(near)) if near == format!("{restart}{meant}")), "{name}");
    }
    assert!(matches!(refused(""), Unnamed::Unknown(None)));
    assert!(matches!(refused("delay"), Unnamed::Ambiguous(knobs) if knobs.len() == 2));
    assert!(matches!(refused("enabled"), Unnamed::Ambiguous(_)));
    let key = "execution.checkpointing.min-pause";
    assert!(matches!(refused("setMinPauseBetweenCheckpoints"), Unnamed::OtherWord(knob) if knob.key == key));
    assert!(matches!(refused("min_pause_between_checkpoints"), Unnamed::OtherWord(knob) if knob.key == key));
}

#[test]
fn values_as_flink_writes_them() {
    #[track_caller]
    fn check(key: &str, texts: &[&str], expected: Value) {
        for text in texts {
            assert_eq!(value(knob(key), text), Ok(expected), "{text}");
        }
    }
    let seconds = |n: u64| Value::Duration(Micros::millis(n * 1_000));
    check("execution.checkpointing.timeout", &["10 s", "10s", "10 sec", "10 seconds", "10000 milli"], seconds(10));
    check("execution.checkpointing.timeout", &["10 min", "10m", "10 minutes", " 600 s ", "9min 60s"], seconds(600));
    check(
        "execution.checkpointing.timeout",
        &["1.5 s", "1500ms", "1s 500ms", "1500000 µs"],
        Value::Duration(Micros::millis(1_500)),
    );
    check("execution.checkpointing.interval", &["none", "None"], Value::Nothing);
    check(
        "execution.checkpointing.mode",
        &["EXACTLY_ONCE", "exactly-once", "ExactlyOnce"],
        Value::Word("EXACTLY_ONCE"),
    );
    check("restart-strategy.type", &["none", "off", "disable", "None"], Value::Word("none"));
    check("restart-strategy.type", &["fixed-delay", "FixedDelay", "fixed_delay"], Value::Word("fixed-delay"));
    check("execution.checkpointing.tolerable-failed-checkpoints", &["Unlimited", "2147483647"], Value::Nothing);
    check("execution.checkpointing.num-retained", &["3", "0003"], Value::Count(3));
    check("execution.checkpointing.checkpoints-after-tasks-finish", &["true", "TRUE"], Value::Flag(true));
    check("restart-strategy.exponential-delay.jitter-factor", &["0.1", ".1", "1e-1"], Value::Thousandths(100));
    let sizes = ["20 kb", "20kb", "20480", "20480 bytes", "20 KiB", "20k"];
    check("execution.checkpointing.data-inline-threshold", &sizes, Value::Size(20 << 10));
}

#[test]
fn values_without_a_unit_are_milliseconds_to_flink() {
    let (read, noted) = value::as_flink(knob("execution.checkpointing.interval"), "1000").expect("Flink takes it");
    assert_eq!(read, Value::Duration(Micros::millis(1_000)));
    assert!(noted.expect("it is said").message.contains("milliseconds"));
    let with_unit = value::as_flink(knob("execution.checkpointing.interval"), "1 s");
    assert_eq!(with_unit, Ok((Value::Duration(Micros::millis(1_000)), None)));
    assert_eq!(value::as_flink(knob("execution.checkpointing.num-retained"), "3"), Ok((Value::Count(3), None)));
    // Flink takes one whole number and one of its units.
    for (text, micros) in
        [("1500000 µs", 1_500_000), ("3 MIN", 180_000_000), ("2m", 120_000_000), ("1hours", 3_600_000_000)]
    {
        let read = value::as_flink(knob("execution.checkpointing.interval"), text);
        assert_eq!(read, Ok((Value::Duration(Micros(micros)), None)), "{text}");
    }
    for wrong in ["1.5 s", "1 h 30 min", "1h30min", "5us", "3 secs", "1.5", "", "-1", "1_000"] {
        assert!(value::as_flink(knob("execution.checkpointing.interval"), wrong).is_err(), "{wrong}");
    }
    let said = |key: &str, text: &str| value::as_flink(knob(key), text).expect_err("it is no value").label;
    assert_eq!(said("execution.checkpointing.mode", "EXACTLY_ONSE"), "did you mean `EXACTLY_ONCE`?");
    let retention = "execution.checkpointing.externalized-checkpoint-retention";
    assert_eq!(said(retention, "RETAIN"), "did you mean `RETAIN_ON_CANCELLATION`?");
    assert_eq!(said("restart-strategy.type", "no-restart"), "did you mean `none`?");
}

#[test]
fn values_that_are_none() {
    #[track_caller]
    fn check(key: &str, text: &str, code: &str, said: &str) {
        let Complaint { code: found, message, label, help, .. } = value(knob(key), text).expect_err("it is no value");
        assert_eq!(found, code);
        let all = format!("{message} {label} {help}");
        assert!(all.contains(said), "`{said}` is not in `{all}`");
    }
    check("execution.checkpointing.timeout", "100", "no-unit", "\"100ms\"");
    check("execution.checkpointing.timeout", "", "bad-duration", "not a duration");
    check("execution.checkpointing.timeout", "-1 s", "bad-duration", "negative");
    check("execution.checkpointing.timeout", "10 parsecs", "bad-duration", "parsecs");
    check("execution.checkpointing.timeout", "1 ns", "bad-duration", "microseconds");
    check("execution.checkpointing.timeout", "99999999999999 d", "bad-duration", "too long");
    check("execution.checkpointing.mode", "exactly-onse", "unknown-word", "did you mean `ExactlyOnce`?");
    check("execution.checkpointing.mode", "best-effort", "unknown-word", "one of `ExactlyOnce`, `AtLeastOnce`");
    check("restart-strategy.type", "FixedDelay(attempts: 3)", "unknown-word", "restart-strategy.fixed-delay.attempts");
    check("execution.checkpointing.num-retained", "many", "wrong-type", "whole number");
    check("execution.checkpointing.num-retained", "-1", "out-of-range", "at least 0");
    check("execution.checkpointing.num-retained", "2147483648", "out-of-range", "at most 2147483647");
    check("execution.checkpointing.checkpoints-after-tasks-finish", "yes", "wrong-type", "`true` or `false`");
    check("restart-strategy.exponential-delay.backoff-multiplier", "1", "out-of-range", "at least 1.001");
    check("restart-strategy.exponential-delay.jitter-factor", "0.12345", "out-of-range", "three decimals");
    check("execution.checkpointing.write-buffer-size", "4 parsecs", "bad-size", "not a size");
}

#[test]
fn words_of_flink_in_a_file() {
    for (flinks, ours) in [
        ("EXACTLY_ONCE", "ExactlyOnce"),
        ("exactly-once", "ExactlyOnce"),
        ("none", "None"),
        ("ExactlyOnce", "ExactlyOnce"),
        ("NO_EXTERNALIZED_CHECKPOINTS", "NoExternalizedCheckpoints"),
    ] {
        assert_eq!(camel(flinks), ours);
    }
}

/// Every key of Flink's classes of options for checkpoints, state and restarts.
#[test]
fn what_is_not_modelled_is_known_too() {
    for (key, default) in [
        ("execution.checkpointing.snapshot-compression", "false"),
        ("execution.checkpointing.file-merging.across-checkpoint-boundary", "false"),
        ("execution.checkpointing.file-merging.max-file-size", "32MB"),
        ("execution.checkpointing.file-merging.pool-blocking", "false"),
        ("execution.checkpointing.file-merging.max-subtasks-per-file", "4"),
        ("execution.checkpointing.file-merging.max-space-amplification", "2.0"),
        ("state.changelog.enabled", "false"),
        ("state.backend.changelog.enabled", "false"),
        ("state.changelog.storage", "memory"),
        ("state.changelog.max-failures-allowed", "3"),
        ("state.changelog.periodic-materialize.enabled", "true"),
        ("state.changelog.periodic-materialize.interval", "600 s"),
        ("state.latency-track.keyed-state-enabled", "false"),
        ("state.latency-track.sample-interval", "100"),
        ("state.latency-track.history-size", "128"),
        ("state.latency-track.state-name-as-variable", "true"),
    ] {
        let knob = named(key).expect("it is known").knob;
        let (value, _) = value::as_flink(knob, default).expect("it is a value");
        let absence = knob.absence(Some(value), default).expect("no run has it");
        assert!(absence.message().contains("this is Flink's default"), "{key}: {}", absence.message());
    }
    // The short names of what runs have stay theirs.
    for (name, key) in
        [("interval", "execution.checkpointing.interval"), ("storage", "execution.checkpointing.storage")]
    {
        assert_eq!(named(name).expect("it is one").knob.key, key);
    }
}
