//! Mistakes about state backends, checkpoint storage and sizes.

use insta::assert_snapshot;

use super::mistakes;

#[test]
fn state_and_storage() {
    assert_snapshot!(mistakes(r#"Scenario(
    version: 1,
    job: [
        Source(name: "a", records: List([1])),
        Operator(name: "sum", logic: Sum, inputs: [Forward("a")]),
        Sink(name: "out", kind: Append, inputs: [Forward("sum")]),
    ],
    state_backend: RocksDb,
    storage: (
        kind: FileSystem,
        max_state_size: "5 MiB",
        write: PerMegabyte("40"),
        state: {"sums": "1 MiB", "sum": PerEntry("1 MiBs"), "a": 100},
    ),
)
"#), @"");
}
