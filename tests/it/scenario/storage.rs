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
"#), @r##"
    error[unknown-word]: `RocksDb` is no state backend
     --> scenarios/mine.ron:8:20
      |
    8 |     state_backend: RocksDb,
      |                    ^^^^^^^ did you mean `RocksDB`?

    error[needless-bound]: files may be as large as they like
      --> scenarios/mine.ron:11:25
       |
    11 |         max_state_size: "5 MiB",
       |                         ^^^^^^^
       |
       = note: only the JobManager bounds a state handle: Flink's JobManagerCheckpointStorage(maxStateSize)

    error[no-unit]: a duration needs a unit, found `40`
      --> scenarios/mine.ron:12:28
       |
    12 |         write: PerMegabyte("40"),
       |                            ^^^^
       |
       = help: add a unit, for example "40ms"

    error[unknown-vertex]: no vertex is called `sums`
      --> scenarios/mine.ron:13:17
       |
    13 |         state: {"sums": "1 MiB", "sum": PerEntry("1 MiBs"), "a": 100},
       |                 ^^^^^^ did you mean `sum`?

    error[bad-size]: `1 MiBs` is not a size
      --> scenarios/mine.ron:13:50
       |
    13 |         state: {"sums": "1 MiB", "sum": PerEntry("1 MiBs"), "a": 100},
       |                                                  ^^^^^^^^
       |
       = help: write a number and one of B, KiB, MiB, GiB

    error[no-unit]: a size needs a unit, found the number 100
      --> scenarios/mine.ron:13:66
       |
    13 |         state: {"sums": "1 MiB", "sum": PerEntry("1 MiBs"), "a": 100},
       |                                                                  ^^^
       |
       = help: add a unit, for example "100 KiB"
    "##);
}
