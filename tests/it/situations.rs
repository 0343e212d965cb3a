//! Campaigns go to the moments of the protocol at which a crash is worth most, and say which ones they never met.

use cutline::explore::{Campaign, Evidence, Strategy};
use cutline::plan::{Coarse, Fault, Moment, Plan, Steps};
use cutline::protocol::restart::Config;
use cutline::report::coverage::coverage;
use cutline::run::{Keep, Order, Runner};
use cutline::testing::reference;

fn made(plan: &Plan, seeds: u64) -> Evidence {
    Campaign { plan: plan.clone(), seeds: 0..seeds, strategy: Strategy::Portfolio, jobs: 0 }
        .run()
        .expect("nothing panics")
}

const CRASHES: [&str; 4] = [
    "a crash while a checkpoint was pending",
    "a crash between two acknowledgements of one checkpoint",
    "a crash between completion and notification",
    "a crash inside a restore",
];

fn never(plan: &Plan, evidence: &Evidence) -> Vec<&'static str> {
    coverage(plan, &evidence.met).never
}

#[test]
fn a_campaign_meets_every_situation() {
    let plan = reference(4, 3, 2, 2);
    let evidence = made(&plan, 1_000);
    let met = &evidence.met;
    // Not by luck: one run in so many.
    for (runs, at_least) in [
        (met.crash_while_pending, 200),
        (met.crash_between_acks, 50),
        (met.crash_before_notice, 20),
        (met.crash_in_restore, 50),
    ] {
        assert!(runs >= at_least, "{met:?}");
    }
    assert!(CRASHES.iter().all(|crash| !never(&plan, &evidence).contains(crash)));
}

#[test]
fn what_was_not_met_is_said() {
    let plan = reference(4, 3, 0, 2);
    let all = never(&plan, &made(&plan, 40));
    assert!(CRASHES.iter().all(|crash| all.contains(crash)), "{all:?}");
    let coarse =
        Plan { steps: [Coarse::AtomicRecovery, Coarse::ImmediateNotification].into_iter().collect::<Steps>(), ..plan };
    let all = never(&coarse, &made(&coarse, 40));
    assert!(CRASHES[..2].iter().all(|crash| all.contains(crash)), "{all:?}");
    assert!(CRASHES[2..].iter().all(|crash| !all.contains(crash)), "{all:?}");
}

/// What the steps of a plan leave out, or its restart strategy rules out, is no lack of runs.
#[test]
fn what_cannot_happen_is_not_missed() {
    let mut plan = reference(2, 1, 1, 2);
    let evidence = made(&plan, 0);
    let misses = |plan: &Plan, words: &str| never(plan, &evidence).contains(&words);
    for (coarse, words) in [
        (Coarse::AtomicRecovery, "a failure noticed"),
        (Coarse::AtomicRecovery, "a survivor cancelled"),
        (Coarse::SilentEnd, "a task finished"),
        (Coarse::SilentEnd, "an end of partition"),
        (Coarse::IdleTrigger, "a trigger refused"),
    ] {
        assert!(misses(&plan, words), "{words}");
        let coarse = Plan { steps: [coarse].into_iter().collect::<Steps>(), ..plan.clone() };
        assert!(!misses(&coarse, words), "{words}");
    }
    for (attempts, is_missed) in [(3, true), (u32::MAX, false)] {
        let Config::ExponentialDelay { initial_backoff, max_backoff, .. } = Config::usual(true) else { unreachable!() };
        plan.restart = Config::ExponentialDelay {
            initial_backoff,
            max_backoff,
            multiplier_thousandths: 1_500,
            reset_threshold: max_backoff,
            jitter_thousandths: 0,
            attempts,
        };
        assert_eq!(misses(&plan, "a restart denied"), is_missed, "{attempts}");
    }
}

/// A crash at a known moment is counted as what it is, and as nothing else.
#[test]
fn each_situation_is_told_from_the_others() {
    use cutline::ids::{CheckpointId, TaskId};
    use cutline::plan::Phase;
    let (task, checkpoint) = (TaskId(2), CheckpointId(1));
    let first = Fault::Crash { task, at: Moment::Record { task, n: 1, before: false } };
    for (faults, acks, notice, restore) in [
        (vec![first], false, false, false),
        (
            vec![Fault::Crash { task, at: Moment::Barrier { task, checkpoint, phase: Phase::AckTaken } }],
            true,
            false,
            false,
        ),
        (vec![Fault::Crash { task, at: Moment::Complete(checkpoint) }], false, true, false),
        (
            vec![Fault::Crash { task, at: Moment::Barrier { task, checkpoint, phase: Phase::Notified } }],
            false,
            false,
            false,
        ),
        (vec![first, Fault::Crash { task, at: Moment::Restore { task, n: 1 } }], false, false, true),
    ] {
        let plan = Plan { faults: faults.clone(), ..reference(4, 3, 0, 2) };
        let met = Runner::new(plan.clone()).run(&Order::of(&plan), Keep::default()).met;
        let told = (met.crash_between_acks, met.crash_before_notice, met.crash_in_restore);
        assert_eq!((met.crashes as usize, told), (faults.len(), (acks, notice, restore)), "{faults:?}");
    }
}
