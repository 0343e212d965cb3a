//! Runs over a range of seeds, on all cores. What comes out does not depend on how many cores there are: runs know
//! nothing of each other, and what they show adds up to the same in any order.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::ThreadPoolBuilder;

use super::evidence::{Evidence, Standing};
use super::fault::{Fault, guarded, twice_until};
use super::strategy::{Strategy, TURN};
use crate::plan::{Plan, Schedule};
use crate::run::{End, Keep, Order, Outcome, Runner};

/// Seeds that one worker takes at a time, at most.
const CHUNK: u64 = 64;

/// One run in so many is made twice.
const CHECKED: u64 = 100;

/// Runs of one plan over a range of seeds.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// What is run.
    pub plan: Plan,
    /// The seeds. A plan with a schedule is judged on that: it has the one run that it describes.
    pub seeds: Range<u64>,
    /// How the run of a seed is made.
    pub strategy: Strategy,
    /// How many cores to use; 0: all.
    pub jobs: usize,
}

/// Who watches a campaign, from any thread.
pub trait Watch: Sync {
    /// A run was made; `fails`: it breaks a rule that it should not, or does not meet an expectation.
    fn made(&self, fails: bool);
    /// Whether to make no more runs. What was made until then counts.
    fn stop(&self) -> bool;
}

/// Nobody watches.
struct Nobody;

impl Watch for Nobody {
    fn made(&self, _: bool) {}

    fn stop(&self) -> bool {
        false
    }
}

impl Campaign {
    /// How many runs it makes.
    pub fn runs(&self) -> u64 {
        if self.is_pinned() { 1 } else { self.seeds.end.saturating_sub(self.seeds.start) }
    }

    /// How the run of a seed is made.
    pub fn order(&self, seed: u64) -> Order {
        if self.is_pinned() { Order::of(&self.plan) } else { self.strategy.order(seed) }
    }

    /// Whether there is one run only, that of the schedule of the plan.
    pub fn is_pinned(&self) -> bool {
        self.plan.schedule != Schedule::Free
    }

    /// Makes all runs.
    ///
    /// # Errors
    /// The fault of the lowest seed that has one.
    pub fn run(&self) -> Result<Evidence, Fault> {
        self.run_watched(&Nobody)
    }

    /// Makes the runs, lowest seeds first, until there are no more or `watch` stops it.
    ///
    /// # Errors
    /// The fault of the lowest seed that has one.
    pub fn run_watched(&self, watch: &dyn Watch) -> Result<Evidence, Fault> {
        let pool = ThreadPoolBuilder::new().num_threads(self.jobs).build().expect("threads can be started");
        let queue = Queue {
            runs: self.runs(),
            chunk: (self.runs() / 256).clamp(1, CHUNK),
            next: AtomicU64::new(0),
            limit: AtomicU64::new(u64::MAX),
        };
        let parts = pool.broadcast(|_| Worker { campaign: self, watch, queue: &queue, runner: None }.work());
        parts.into_iter().fold(Ok(Evidence::new(&self.plan)), merge)
    }
}

/// What all workers take their seeds from.
struct Queue {
    runs: u64,
    chunk: u64,
    next: AtomicU64,
    /// Beyond a seed with a fault nothing matters; below it a lower one may be.
    limit: AtomicU64,
}

fn merge(one: Result<Evidence, Fault>, other: Result<Evidence, Fault>) -> Result<Evidence, Fault> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok(one.merge(other)),
        (Err(one), Err(other)) => Err(if one.seed() <= other.seed() { one } else { other }),
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(fault),
    }
}

/// Makes runs one after the other, and keeps what the next one can use.
struct Worker<'a> {
    campaign: &'a Campaign,
    watch: &'a dyn Watch,
    queue: &'a Queue,
    runner: Option<Runner>,
}

impl Worker<'_> {
    fn work(mut self) -> Result<Evidence, Fault> {
        let (plan, queue) = (&self.campaign.plan, self.queue);
        let mut evidence = Evidence::new(plan);
        loop {
            let first = queue.next.fetch_add(queue.chunk, Ordering::Relaxed);
            if first >= queue.runs {
                return Ok(evidence);
            }
            let start = self.campaign.seeds.start + first;
            for seed in start..start + queue.chunk.min(queue.runs - first) {
                if seed > queue.limit.load(Ordering::Relaxed) || self.watch.stop() {
                    return Ok(evidence);
                }
                match self.one(seed, &mut evidence.twice) {
                    // Half a run says nothing of its seed.
                    Ok(outcome) if outcome.end == End::Interrupted => return Ok(evidence),
                    Ok(outcome) => {
                        evidence.add(plan, &outcome);
                        let fails = |rule| Standing::of(plan, rule) == Standing::Failure;
                        let breaks = outcome.violations.iter().any(|violation| fails(violation.rule));
                        self.watch.made(breaks || outcome.unmet(plan).next().is_some());
                    }
                    Err(fault) => {
                        queue.limit.fetch_min(seed, Ordering::Relaxed);
                        return Err(fault);
                    }
                }
            }
        }
    }

    fn one(&mut self, seed: u64, checked: &mut u64) -> Result<Outcome, Fault> {
        let (plan, order) = (&self.campaign.plan, self.campaign.order(seed));
        // A runner that has seen a panic is not put back.
        let runner = self.runner.take();
        let watch = self.watch;
        let stop = || watch.stop();
        let (runner, outcome) = guarded(order.seed, || {
            let mut runner = runner.unwrap_or_else(|| Runner::new(plan.clone()));
            let outcome = if is_checked(seed) {
                twice_until(plan, &mut runner, &order, &stop)
            } else {
                Ok(runner.run_until(&order, Keep::default(), &stop))
            };
            (runner, outcome)
        })?;
        self.runner = Some(runner);
        *checked += u64::from(is_checked(seed));
        outcome
    }
}

/// Whether the run of a seed is made twice: one in a hundred, of each policy in turn.
fn is_checked(seed: u64) -> bool {
    seed % CHECKED == seed / CHECKED % TURN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::evidence::Status;
    use crate::plan::{Check, Defect, Expectation, RuleName};
    use crate::testing::jobs::reference;
    use crate::trace::JobStatus;

    fn made(plan: &Plan, seeds: Range<u64>, jobs: usize) -> Evidence {
        Campaign { plan: plan.clone(), seeds, strategy: Strategy::Portfolio, jobs }.run().expect("nothing panics")
    }

    #[test]
    fn the_honest_protocol_is_not_accused() {
        let mut plan = reference(4, 3, 1, 2);
        plan.expect = vec![Expectation::Always(Check::Job(JobStatus::Finished))];
        let evidence = made(&plan, 0..1_000, 0);
        assert_eq!(evidence.status(), Status::Holds, "{evidence:?}");
        assert_eq!((evidence.runs(), evidence.twice), (1_000, 10));
    }

    #[test]
    fn cores_make_no_difference() {
        let mut plan = reference(4, 3, 1, 2);
        plan.defect = Some(Defect::NoAlignment);
        plan.expect = vec![Expectation::Sometimes(Check::Job(JobStatus::Failed))];
        let one = made(&plan, 100..700, 1);
        assert_eq!(one, made(&plan, 100..700, 3));
        assert!(one.broken(Standing::Failure).count() > 0);
    }

    #[test]
    fn the_lowest_failing_seed_is_reported() {
        let mut plan = reference(4, 3, 1, 2);
        plan.defect = Some(Defect::NoAlignment);
        let all = made(&plan, 0..400, 0);
        let seed = all.broken[&RuleName::ConsistentCut].seed;
        assert!(!made(&plan, 0..seed, 0).broken.contains_key(&RuleName::ConsistentCut));
        assert_eq!(made(&plan, seed..seed + 1, 0).broken[&RuleName::ConsistentCut].runs, 1);
    }

    #[test]
    fn runs_of_all_policies_are_checked_alike() {
        let checked: Vec<u64> = (0..400).filter(|&seed| is_checked(seed)).collect();
        assert_eq!(checked, [0, 101, 202, 303]);
    }

    /// Wants so many runs.
    struct Enough(AtomicU64);

    impl Watch for Enough {
        fn made(&self, _: bool) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }

        fn stop(&self) -> bool {
            self.0.load(Ordering::Relaxed) == 0
        }
    }

    /// Counts the runs that fail.
    struct Failing(AtomicU64);

    impl Watch for Failing {
        fn made(&self, fails: bool) {
            self.0.fetch_add(u64::from(fails), Ordering::Relaxed);
        }

        fn stop(&self) -> bool {
            false
        }
    }

    #[test]
    fn a_run_that_does_not_meet_an_expectation_fails() {
        let mut plan = reference(4, 3, 1, 2);
        plan.expect = vec![Expectation::Always(Check::Job(JobStatus::Failed))];
        let failing = Failing(AtomicU64::new(0));
        let campaign = Campaign { plan, seeds: 0..20, strategy: Strategy::Portfolio, jobs: 0 };
        campaign.run_watched(&failing).expect("nothing panics");
        assert_eq!(failing.0.into_inner(), 20);
    }

    #[test]
    fn what_was_made_until_the_end_counts() {
        let campaign =
            Campaign { plan: reference(4, 3, 1, 2), seeds: 5..u64::MAX, strategy: Strategy::Portfolio, jobs: 1 };
        let evidence = campaign.run_watched(&Enough(AtomicU64::new(100))).expect("nothing panics");
        assert_eq!((evidence.runs(), evidence.status()), (100, Status::Holds));
        let same = Campaign { seeds: 5..105, ..campaign }.run().expect("nothing panics");
        assert_eq!(evidence, same);
    }
}
