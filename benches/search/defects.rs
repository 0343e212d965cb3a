//! How long the default `check` takes to find each planted defect on the reference job (2 1 1 2).
//!
//! `found` is the time from nothing to the first run that breaks a rule: seeds from 0, the usual portfolio of policies,
//! all cores. `check` is all that the command does but for reading and writing files: 10,000 seeds, and of every rule
//! that breaks the case of the lowest seed, shrunk until nothing leads further, with its moment of no return. Each is the
//! median of five.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use cutline::explore::no_return::MOST_STATES;
use cutline::explore::{Campaign, Case, Charge, Effort, Standing, Strategy, Watch, no_return, shrink};
use cutline::plan::{Defect, Plan};

const DEFECTS: [(&str, Defect); 4] = [
    ("noalign", Defect::NoAlignment),
    ("staleack", Defect::StaleAck),
    ("norewind", Defect::NoRewind),
    ("earlycommit", Defect::EarlyCommit),
];

/// Wants no more runs once one fails.
#[derive(Default)]
struct Found(AtomicBool);

impl Watch for Found {
    fn made(&self, fails: bool) {
        self.0.fetch_or(fails, Ordering::Relaxed);
    }

    fn stop(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Prints a row for each defect, with the steps of the model and with the usual ones.
pub(crate) fn print() {
    println!(
        "\ndefect       mode   found ms  check ms  campaign    shrink  no return  rules  runs  steps of the smallest case"
    );
    for (name, defect) in DEFECTS {
        for mode in ["model", "world"] {
            let mut plan = super::plan(2, 1, 1, 2, mode == "model");
            plan.defect = Some(defect);
            // With the usual steps an acknowledgement outlives its sender only where the plan says so.
            plan.limits.late_acks = u32::from(defect == Defect::StaleAck && mode == "world");
            row(name, mode, &plan);
        }
    }
}

fn row(name: &str, mode: &str, plan: &Plan) {
    let campaign = |seeds| Campaign { plan: plan.clone(), seeds, strategy: Strategy::default(), jobs: 0 };
    let found = median(|| {
        let found = Found::default();
        let start = Instant::now();
        campaign(0..10_000).run_watched(&found).expect("nothing panics");
        assert!(found.stop(), "{name} is found");
        [start.elapsed().as_secs_f64(), 0.0, 0.0, 0.0]
    })[0];
    let (mut rules, mut runs, mut smallest) = (0, 0, u64::MAX);
    let [check, made, shrunk, decided] = median(|| {
        let start = Instant::now();
        let campaign = campaign(0..10_000);
        let evidence = campaign.run().expect("nothing panics");
        let made = start.elapsed().as_secs_f64();
        (rules, runs) = (0, 0);
        let (mut shrunk, mut decided) = (0.0, 0.0);
        for (rule, broken) in evidence.broken(Standing::Failure) {
            let case = Case::of(plan, &campaign.order(broken.seed), Charge::Rule(rule)).expect("it breaks again");
            let before = Instant::now();
            let small = shrink(&case, &Effort::default()).expect("it breaks its rule");
            shrunk += before.elapsed().as_secs_f64();
            let before = Instant::now();
            let _ = no_return(&small.case, MOST_STATES);
            decided += before.elapsed().as_secs_f64();
            smallest = smallest.min(small.to.step.0 + 1);
            (rules, runs) = (rules + 1, runs + small.runs);
        }
        [start.elapsed().as_secs_f64(), made, shrunk, decided]
    });
    let [found, check, made, shrunk, decided] = [found, check, made, shrunk, decided].map(|seconds| seconds * 1e3);
    println!(
        "{name:<12} {mode:<6} {found:>8.2} {check:>9.1} {made:>9.1} {shrunk:>9.1} {decided:>10.1} {rules:>6} {runs:>5} {smallest:>6}"
    );
}

/// The one of five in the middle, by its first number.
fn median(mut one: impl FnMut() -> [f64; 4]) -> [f64; 4] {
    let mut all: Vec<[f64; 4]> = (0..5).map(|_| one()).collect();
    all.sort_by(|one, other| one[0].total_cmp(&other[0]));
    all[2]
}
