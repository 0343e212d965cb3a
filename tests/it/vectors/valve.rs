//! `StatusWatermarkValve` (R93).

use cutline::protocol::valve::{Effect, Input, Valve};
use serde_json::{Value, json};

use super::{cases, index, list, text};

#[test]
fn r93_watermark_valve() {
    for case in cases("watermark_valve", 500) {
        let mut valve = Valve::new(index(&case["input"]["channels"]));
        for (at, op, expected) in case.steps() {
            let mut effects = Vec::new();
            valve.step(input(op), &mut effects);
            let got: Value = effects.into_iter().map(said).collect();
            case.same(format_args!("op {at} {op}"), expected, &got);
        }
    }
}

/// `["w", ch, time]` a watermark, `["i", ch]` idle, `["a", ch]` active, `["e", ch]` the end: the real class was told what a
/// source says that ends, namely that it is active if it was idle, and a last watermark.
fn input(op: &Value) -> Input {
    let [what, on, ..] = list(op) else { panic!("an operation on a channel was expected: {op}") };
    let on = index(on);
    match text(what) {
        "w" => Input::Watermark { on, time: time(&op[2]) },
        "i" => Input::Idle { on },
        "a" => Input::Active { on },
        "e" => Input::Ended { on },
        other => panic!("op {other}"),
    }
}

/// `["w", time]`, `["i"]`, `["a"]`: what the valve let through.
fn said(effect: Effect) -> Value {
    match effect {
        Effect::Rise(time) => json!(["w", time]),
        Effect::Idle => json!(["i"]),
        Effect::Active => json!(["a"]),
    }
}

fn time(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("a time was expected: {value}"))
}
