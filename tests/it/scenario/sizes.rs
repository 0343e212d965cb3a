//! Numbers that are short to write and that nobody could run: they are refused before anything is made of them.

use cutline::scenario;

/// What is said of a job with so many splits of two subtasks, repetitions of a record, and random crashes.
#[track_caller]
fn check(splits: &str, times: &str, crashes: &str, expected: &[&str]) {
    let text = format!(
        r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: List([1]), parallelism: 2, splits: {splits}),
        Operator(name: "b", logic: FlatMap(Repeat({times})), inputs: [Rebalance("a")]),
        Sink(name: "out", kind: Append, inputs: [Forward("b")]),
    ],
    random_faults: (crashes: Exactly({crashes}), within: ("0s", "1s")),
)"#
    );
    assert_eq!(said_of(&text), expected);
}

fn said_of(text: &str) -> Vec<String> {
    let found = scenario::load(text, "mine.ron").err();
    found.iter().flat_map(|found| found.iter()).map(|mistake| mistake.message.clone()).collect()
}

#[test]
fn there_is_a_largest_number() {
    check("2000", "1000", "10000", &[]);
    check("2", "0", "0", &[]);
    check("2001", "1000", "10000", &["2 subtasks cannot share 2001 splits"]);
    check("4294967295", "1000", "10000", &["expected a number of at most 32768, found 4294967295"]);
    check("2000", "4294967295", "10000", &["expected a number of at most 1000, found 4294967295"]);
    check("2000", "1000", "4294967295", &["expected a number of at most 10000, found 4294967295"]);
}

#[test]
fn many_sources_share_a_limit() {
    let source = |n| format!("Source(name: \"s{n}\", records: List([1]), parallelism: 32, splits: 32000),");
    let sources: String = (0..40).map(source).collect();
    let sink = "Sink(name: \"out\", kind: Append, inputs: [Rebalance(\"s0\")])";
    let text = format!("Scenario(version: 1, job: [{sources} {sink}])");
    assert_eq!(said_of(&text), ["the sources have 1280000 splits; 1000000 are the most"]);
}
