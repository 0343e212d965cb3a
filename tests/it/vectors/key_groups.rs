//! `KeyGroupRangeAssignment` and `MathUtils.murmurHash`.

use cutline::key_group::{KeyGroup, default_max_parallelism, hash_i32, hash_i64, hash_str, murmur, range};
use serde_json::{Value, json};

use super::{cases, list, small, text};

/// So many of the first subtasks have their range in a case.
const RANGES: u32 = 12;

#[test]
fn key_groups() {
    for case in cases("key_groups", 600) {
        let [parallelism, max] = ["parallelism", "max_parallelism"].map(|name| small(&case["input"][name]));

        let default = json!(default_max_parallelism(parallelism));
        case.same("default max parallelism", &case["expected"]["default_max_parallelism"], &default);

        let ranges = (0..parallelism.min(RANGES)).map(|subtask| range(subtask, parallelism, max).into_inner());
        case.same("ranges", &case["expected"]["ranges"], &json!(ranges.collect::<Vec<_>>()));

        for (key, expected) in list(&case["input"]["keys"]).iter().zip(list(&case["expected"]["keys"])) {
            let hash_code = java_hash(key);
            let group = KeyGroup::of(hash_code, max);
            let got = json!([hash_code, murmur(hash_code), group.0, group.subtask(parallelism, max)]);
            case.same(format_args!("key {key}"), expected, &got);
        }
    }
}

/// The hash code of `[type, value]`.
fn java_hash(key: &Value) -> i32 {
    match text(&key[0]) {
        "int" => hash_i32(key[1].as_i64().and_then(|key| key.try_into().ok()).expect("an int")),
        "long" => hash_i64(key[1].as_i64().expect("a long")),
        "string" => hash_str(text(&key[1])),
        other => panic!("an unknown type of key: {other}"),
    }
}
