//! The same seed gives the same run: twice in a process, and in another process. That it stays so for ever, in debug and
//! release builds, is what `golden` says.

use std::process::Command;

use cutline::run::{Keep, Order, Runner};
use cutline::testing::{all_to_all, chain, reference};

/// Timed and random runs of jobs with different kinds of edges, each with a crash or two.
fn digests() -> Vec<String> {
    let mut jobs = [reference(6, 3, 2, 2), all_to_all(4, 40), chain(3, 12), all_to_all(9, 100)];
    jobs[1].random_faults = Some(cutline::plan::RandomFaults {
        at_least: 1,
        at_most: 2,
        tasks: Vec::new(),
        within: (cutline::ids::Micros::millis(10), cutline::ids::Micros::millis(60)),
    });
    let keep = Keep { trace: true, actions: false };
    let digest = |runner: &mut Runner, seed| {
        let outcome = runner.run(&Order::alternating(seed), keep);
        outcome.digest(&runner.topology().names).to_string()
    };
    let of_job = |plan: cutline::plan::Plan| {
        let mut runner = Runner::new(plan);
        [4, 7].map(|seed| digest(&mut runner, seed))
    };
    jobs.into_iter().flat_map(of_job).collect()
}

#[test]
fn a_runner_leaves_nothing_behind() {
    let keep = Keep { trace: true, actions: true };
    let mut used = Runner::new(reference(4, 3, 2, 2));
    for seed in 0..40 {
        let order = Order::alternating(seed);
        let (again, fresh) = (used.run(&order, keep), Runner::new(reference(4, 3, 2, 2)).run(&order, keep));
        assert_eq!((&again.trace, &again.actions), (&fresh.trace, &fresh.actions), "seed {seed}");
        assert_eq!((&again.end, &again.explanation), (&fresh.end, &fresh.explanation), "seed {seed}");
    }
}

const ASKED: &str = "CUTLINE_TEST_PRINTS_DIGESTS";

/// Not a test by itself: what the other process does.
#[test]
fn print_digests() {
    if std::env::var_os(ASKED).is_some() {
        digests().iter().for_each(|digest| println!("digest {digest}"));
    }
}

#[test]
fn another_process_makes_the_same_runs() {
    let this = std::env::current_exe().expect("this program has a path");
    let output = Command::new(this)
        .args(["determinism::print_digests", "--exact", "--nocapture", "--test-threads", "1"])
        .env(ASKED, "1")
        .output()
        .expect("this program can be started again");
    let text = String::from_utf8(output.stdout).expect("the output is text");
    let theirs: Vec<&str> =
        text.lines().filter_map(|line| line.split_once("digest ").map(|(_, digest)| digest)).collect();
    assert_eq!(theirs, digests());
}
