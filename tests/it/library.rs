//! The test that the README shows.

use cutline::ids::CheckpointId;
use cutline::testing::{assert_every_schedule, assert_exactly_once, checkpoint_trace, coarse, reference};
use cutline::trace::Level;

#[test]
fn nothing_is_lost_and_nothing_counts_twice() {
    // Two sources of 4 numbers, two sums, two sinks; at most 3 checkpoints and 1 crash, queues of 2 records.
    let job = reference(4, 3, 1, 2);
    // Many schedules: by due time, random, PCT and swarm, with crashes.
    assert_exactly_once(&job, 0..200);
    // Every schedule with at most one crash, of a smaller job with coarse steps.
    assert_every_schedule(&coarse(reference(2, 1, 1, 2)), 1);
    // One checkpoint, from its trigger to the last task that has heard of it; for `insta::assert_snapshot!`, usually.
    assert!(checkpoint_trace(&job, CheckpointId(1), Level::Protocol).contains("complete  ckpt 1"));
}
