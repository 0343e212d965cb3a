//! What many runs say together of a plan's expectations.

use super::Seen;
use crate::plan::{Expectation, Plan};

/// The verdict on one expectation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is met.
    Passed,
    /// It is not.
    Failed {
        /// The lowest run that shows it.
        run: u64,
        /// What it shows.
        why: String,
    },
    /// No run could tell, or what should occur never did; why.
    Inconclusive(String),
}

/// What is said of a check that does not hold, where there is nothing more to say.
pub(super) const DOES_NOT_HOLD: &str = "it does not hold";

/// The same of a check that holds and should not.
pub(super) const OCCURS: &str = "it occurs";

/// Collects judged runs. Tallies of parts of a campaign add up to the same, in whatever order they are merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tally {
    expectations: Vec<Expectation>,
    counts: Vec<Count>,
    runs: u64,
}

/// The lowest run of each kind, with its words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Count {
    holds: Option<(u64, String)>,
    fails: Option<(u64, String)>,
    not_judged: Option<(u64, String)>,
}

impl Tally {
    /// No run yet.
    pub fn new(plan: &Plan) -> Self {
        let expectations = plan.expect.clone();
        Self { counts: vec![Count::default(); expectations.len()], expectations, runs: 0 }
    }

    /// How many runs were added.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Adds what run number `run` shows.
    pub fn add(&mut self, run: u64, judged: Vec<(usize, Seen)>) {
        self.runs += 1;
        for (number, seen) in judged {
            let count = &mut self.counts[number];
            let (place, words) = match seen {
                Seen::Holds(how) => (&mut count.holds, how),
                Seen::Fails(why) => (&mut count.fails, why),
                Seen::NotJudged(why) => (&mut count.not_judged, why),
            };
            keep_lower(place, run, &words);
        }
    }

    /// Adds what other runs of the same plan showed.
    pub fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        for (count, other) in self.counts.iter_mut().zip(other.counts) {
            for (place, other) in [
                (&mut count.holds, other.holds),
                (&mut count.fails, other.fails),
                (&mut count.not_judged, other.not_judged),
            ] {
                other.into_iter().for_each(|(run, words)| keep_lower(place, run, &words));
            }
        }
    }

    /// Whether something that must be seen at least once has not been seen yet.
    pub fn is_waiting(&self) -> bool {
        self.expectations.iter().zip(&self.counts).any(|(expectation, count)| match expectation {
            Expectation::Sometimes(_) | Expectation::Violates(_) => count.holds.is_none(),
            Expectation::Always(_) | Expectation::Never(_) => false,
        })
    }

    /// The verdict on each expectation, in the order of the plan.
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.expectations
            .iter()
            .zip(&self.counts)
            .map(|(expectation, count)| self.verdict(expectation, count))
            .collect()
    }

    fn verdict(&self, expectation: &Expectation, count: &Count) -> Verdict {
        let Count { holds, fails, not_judged } = count;
        let unjudged = || match (not_judged, self.runs) {
            (Some((_, why)), _) => Verdict::Inconclusive(why.clone()),
            (None, 0) => Verdict::Inconclusive("no run was made".to_owned()),
            (None, _) => Verdict::Inconclusive(format!("never seen in {}", self.in_words())),
        };
        let failed = |&(run, ref why): &(u64, String), usual: &str| {
            let why = if why.is_empty() { usual.to_owned() } else { why.clone() };
            Verdict::Failed { run, why }
        };
        match (expectation, holds, fails) {
            (Expectation::Always(_), _, Some(first)) => failed(first, DOES_NOT_HOLD),
            (Expectation::Always(_), Some(_), None) => Verdict::Passed,
            (Expectation::Never(_), Some(first), _) => failed(first, OCCURS),
            (Expectation::Never(_), None, Some(_)) => Verdict::Passed,
            (Expectation::Sometimes(_) | Expectation::Violates(_), Some(_), _) => Verdict::Passed,
            (Expectation::Sometimes(_), None, Some((_, why))) => {
                Verdict::Inconclusive(format!("never seen in {}; in the first: {why}", self.in_words()))
            }
            // A file that says what breaks proves nothing any more if it does not.
            (Expectation::Violates(rule), None, Some((run, _))) => {
                Verdict::Failed { run: *run, why: format!("{} was never broken in {}", rule.word(), self.in_words()) }
            }
            (_, None, None) => unjudged(),
        }
    }

    /// How many runs: `1 run`, `2 runs`.
    fn in_words(&self) -> String {
        format!("{} run{}", self.runs, if self.runs == 1 { "" } else { "s" })
    }
}

/// Of two runs the one with the lower number.
fn keep_lower(place: &mut Option<(u64, String)>, run: u64, words: &str) {
    if place.as_ref().is_none_or(|kept| run < kept.0) {
        *place = Some((run, words.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Check, RuleName};

    fn tally(expect: Vec<Expectation>, runs: &[(u64, Seen)]) -> Tally {
        let mut plan = crate::oracle::story::plan();
        plan.expect = expect;
        let mut tally = Tally::new(&plan);
        for (run, seen) in runs {
            tally.add(*run, vec![(0, seen.clone())]);
        }
        tally
    }

    #[track_caller]
    fn check(expectation: Expectation, runs: &[(u64, Seen)], expected: Verdict) {
        assert_eq!(tally(vec![expectation.clone()], runs).verdicts(), std::slice::from_ref(&expected));
        // In two parts, the later one first.
        let (one, other) = runs.split_at(runs.len() / 2);
        let mut whole = tally(vec![expectation.clone()], other);
        whole.merge(tally(vec![expectation], one));
        assert_eq!(whole.verdicts(), [expected]);
    }

    #[test]
    fn each_form_by_what_runs_show() {
        let (always, never) = (Expectation::Always(Check::Explained), Expectation::Never(Check::Explained));
        let (sometimes, violates) =
            (Expectation::Sometimes(Check::Explained), Expectation::Violates(RuleName::ExactlyOnce));
        let holds = |run: u64| (run, Seen::Holds(format!("how {run}")));
        let fails = |run: u64| (run, Seen::Fails(format!("why {run}")));
        let unknown = |run: u64| (run, Seen::NotJudged("cannot tell".to_owned()));
        let failed = |run: u64, why: &str| Verdict::Failed { run, why: why.to_owned() };
        let inconclusive = |why: &str| Verdict::Inconclusive(why.to_owned());

        check(always.clone(), &[holds(1), unknown(2)], Verdict::Passed);
        check(always.clone(), &[holds(1), fails(2), fails(3)], failed(2, "why 2"));
        check(always.clone(), &[unknown(1)], inconclusive("cannot tell"));
        check(always, &[], inconclusive("no run was made"));
        check(never.clone(), &[fails(1)], Verdict::Passed);
        check(never.clone(), &[fails(1), holds(2)], failed(2, "how 2"));
        check(never, &[unknown(1)], inconclusive("cannot tell"));
        for one_is_enough in [&sometimes, &violates] {
            check(one_is_enough.clone(), &[fails(1), holds(2)], Verdict::Passed);
            check(one_is_enough.clone(), &[unknown(1), unknown(2)], inconclusive("cannot tell"));
        }
        check(sometimes, &[fails(1), fails(2)], inconclusive("never seen in 2 runs; in the first: why 1"));
        check(violates.clone(), &[fails(1)], failed(1, "exactly-once was never broken in 1 run"));
        check(violates, &[fails(1), fails(2)], failed(1, "exactly-once was never broken in 2 runs"));
    }

    #[test]
    fn it_waits_for_what_must_be_seen_once() {
        let expect = vec![Expectation::Always(Check::Explained), Expectation::Sometimes(Check::Explained)];
        let mut tally = tally(expect, &[]);
        assert!(tally.is_waiting());
        tally.add(1, vec![(1, Seen::Holds(String::new()))]);
        assert!(!tally.is_waiting());
    }
}
