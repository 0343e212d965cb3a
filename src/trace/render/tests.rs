//! What lines look like.

use super::*;
use crate::ids::{Attempt, Execution, Name, PerId, Step};
use crate::protocol::SnapshotKind;
use crate::trace::{Level, Origin};

fn names() -> Names {
    let tasks = ["blue", "sum[0]", "out"].map(str::to_owned).into_iter().collect();
    let ends = [(0, 1), (1, 2)].map(|(from, to)| (TaskId(from), TaskId(to))).into_iter().collect();
    let managers: PerId<ManagerId, String> = ["tm1".to_owned()].into_iter().collect();
    Names::new(tasks, ends, managers)
}

#[track_caller]
fn check(millis: u64, event: Event, level: Level, expected: &str) {
    let mut text = String::new();
    line(&Entry { step: Step(1), at: Micros::millis(millis), event }, &names(), &mut text);
    assert_eq!(text, expected);
    assert_eq!(Level::ALL.map(|shown| shown.shows(&event)), Level::ALL.map(|shown| shown >= level));
}

const ID: CheckpointId = CheckpointId(2);
const SUM: Execution = Execution { task: TaskId(1), attempt: Attempt(1) };
const NAME: Name = Name(0xABCD);

#[test]
fn a_checkpoint_reads_from_top_to_bottom() {
    use Level::Protocol;
    let kind = SnapshotKind::Checkpoint;
    check(200, Event::Triggered { id: ID, kind, calm: None }, Protocol, "0.200     coord       trigger   ckpt 2");
    check(
        203,
        Event::BarrierTaken { task: TaskId(1), channel: ChannelId(0), id: ID, blocks: true },
        Protocol,
        "0.203     sum[0]      align     ckpt 2   barrier from blue; it waits",
    );
    check(
        209,
        Event::Snapshot { execution: SUM, id: ID, state: 77, view: 431 },
        Protocol,
        "0.209     sum[0]      snapshot  ckpt 2   shows 431",
    );
    check(
        209,
        Event::BarrierSent { channel: ChannelId(1), id: ID },
        Protocol,
        "0.209     sum[0]      barrier   ckpt 2   → out",
    );
    let unknown = Event::Acked { id: ID, from: SUM, answer: Answer::Unknown };
    let expected = "0.300     coord       ack       ckpt 2   from sum[0] attempt 1: not the attempt that was asked";
    check(300, unknown, Protocol, expected);
    let completed = Event::Completed { id: CheckpointId(12), kind: SnapshotKind::Savepoint, in_store: false };
    check(12_300, completed, Protocol, "12.300    coord       complete  ckpt 12  savepoint");
}

#[test]
fn a_failure_names_who_and_why() {
    let crashed = Event::Crashed { execution: SUM, origin: Origin::Fault };
    check(1, crashed, Level::Protocol, "0.001     sum[0]      CRASH     attempt 1: a fault");
    let restored = Event::Restored { execution: SUM, from: ID, state: 9, view: 6 };
    check(1, restored, Level::Protocol, "0.001     sum[0]      restore   ckpt 2   shows 6");
    let stuck = Event::Stuck { waiting: TaskId(1), on: Some(ChannelId(0)), missing: ID, why: Wait::Barrier };
    check(1, stuck, Level::Protocol, "0.001     sum[0]      STUCK     ckpt 2   no barrier from blue");
    check(
        1,
        Event::Committed { task: TaskId(2), transaction: TransactionId(3), again: true },
        Level::Protocol,
        "0.001     sink store  commit    tx 3 of out again",
    );
}

#[test]
fn records_are_shown_by_value_never_by_name() {
    let received = Event::Received { task: TaskId(1), channel: ChannelId(0), name: NAME, key: 0, value: 4, view: 6 };
    check(1, received, Level::Records, "0.001     sum[0]      take      4 from blue   key 0; shows 6");
    let upserted = Event::Upserted { task: TaskId(2), key: 4, name: NAME, value: 6 };
    check(1, upserted, Level::Records, "0.001     out         write     6   key 4");
    let execution = Execution { task: TaskId(1), attempt: Attempt(0) };
    let written = |stored, bytes| Event::Written { execution, id: CheckpointId(2), stored, bytes };
    check(1, written(true, 0), Level::Protocol, "0.001     sum[0]      write     ckpt 2");
    check(1, written(true, 4096), Level::Protocol, "0.001     sum[0]      write     ckpt 2   4 KiB");
    check(1, written(false, 4096), Level::Protocol, "0.001     sum[0]      write     ckpt 2   FAILED   4 KiB");
    let large = Event::TooLarge { execution, id: CheckpointId(2), bytes: 6 << 20 };
    let line = "0.001     sum[0]      too large ckpt 2   6 MiB are more than the JobManager takes";
    check(1, large, Level::Protocol, line);
    let fired = Event::Fired { task: TaskId(1), name: NAME, key: 4, value: 17, view: 0 };
    check(1, fired, Level::Records, "0.001     sum[0]      fire      17   key 4; shows 0");
    let watermark = Event::Watermark { task: TaskId(1), time: 1_999 };
    check(1, watermark, Level::Records, "0.001     sum[0]      watermark 1999 ms");
    let taken = Event::WatermarkTaken { task: TaskId(1), channel: ChannelId(0), time: i64::MAX };
    check(1, taken, Level::All, "0.001     sum[0]      take      watermark end of time from blue");
    let sent = Event::Sent { channel: ChannelId(1), name: NAME, value: 6 };
    check(1, sent, Level::All, "0.001     sum[0]      send      6 → out");
}
