//! What runs showed, put into the types that a program reads.

use super::{Checkpoint, Expectation, Refused, Restart, Runs, Scenario, Violation, status};
use crate::explore::{Broken, Campaign, Charge, Evidence, Judgement, Standing, Status};
use crate::oracle::expect::Verdict;
use crate::report::campaign::{self, Cases, Ending, Saved, worth};
use crate::report::history::{self, Cause, Line, history};
use crate::report::shrunk::Small;
use crate::report::{Subject, coverage, table, words};

/// What `run` found about a file.
pub fn scenario(subject: &Subject<'_>, judgement: &Judgement) -> Scenario {
    let (outcome, evidence) = (&judgement.outcome, &judgement.evidence);
    let history = history(&subject.topology, &outcome.trace);
    let mut scenario = Scenario {
        name: subject.plan.name.clone(),
        path: subject.path.to_owned(),
        status: status(judgement.status()),
        seed: outcome.order.seed,
        runs: evidence.runs(),
        end: words::end(subject, &outcome.end),
        virtual_us: outcome.at.0,
        steps: outcome.steps,
        events: outcome.trace.len(),
        trace: outcome.digest(subject.names()).to_string(),
        rules: rules(evidence),
        checkpoints: Vec::new(),
        restarts: Vec::new(),
        refused: history.refused.iter().map(|(reason, &times)| Refused { reason: reason.name(), times }).collect(),
        expectations: expectations(subject, evidence.tally.verdicts(), &Cases::new()),
        violations: violations(subject, evidence, &Cases::new()),
        explanation: words::explanation(&outcome.explanation),
        never_came: words::never_came(subject, evidence),
        notes: words::remarks(subject, judgement),
    };
    for line in &history.lines {
        match line {
            Line::Checkpoint(line) => scenario.checkpoints.push(checkpoint(subject, line)),
            Line::Restart(restart) => scenario.restarts.push(Restart {
                at_us: restart.at.0,
                by_hand: restart.by_hand,
                from: restart.from.given().map(|id| id.0),
                read_again: restart.again,
                down_us: restart.down.map(|down| down.0),
            }),
        }
    }
    scenario
}

fn checkpoint(subject: &Subject<'_>, line: &history::Checkpoint) -> Checkpoint {
    let (status, reason, cause): (_, _, Option<&Cause>) = match &line.end {
        None => ("PENDING", None, None),
        Some(history::Outcome::Completed) => ("COMPLETED", None, None),
        Some(history::Outcome::Failed { reason, cause }) => ("FAILED", Some(reason.name()), cause.as_ref()),
    };
    Checkpoint {
        id: line.id.0,
        status,
        is_savepoint: line.kind.is_savepoint(),
        acknowledged: line.acked,
        tasks: subject.topology.tasks.len(),
        trigger_us: line.trigger.0,
        end_to_end_us: line.end_to_end.map(|duration| duration.0),
        alignment_us: line.alignment.map(|duration| duration.0),
        start_delay_us: line.start_delay.map(|duration| duration.0),
        checkpointed_size: (!subject.plan.storage.state.is_empty()).then_some(line.size.0),
        reason,
        cause: cause.map(|cause| table::why(subject, cause)),
    }
}

/// What `check` found about a file; `saved` has the case files.
pub fn runs(subject: &Subject<'_>, made: &Campaign, evidence: &Evidence, ending: Ending, saved: &Cases) -> Runs {
    let known = campaign::status(evidence, ending);
    Runs {
        name: subject.plan.name.clone(),
        path: subject.path.to_owned(),
        status: status(known),
        ended: match ending {
            Ending::All => "all",
            Ending::OutOfTime => "time",
            Ending::Interrupted => "interrupted",
        },
        first_seed: made.seeds.start,
        policy: made.strategy.word(),
        runs: evidence.runs(),
        fails_less_than_one_in: worth(evidence).filter(|_| evidence.status() == Status::Holds),
        steps: evidence.steps,
        longest: evidence.longest,
        twice: evidence.twice,
        expectations: expectations(subject, evidence.tally.verdicts(), saved),
        violations: violations(subject, evidence, saved),
        never_seen: coverage::coverage(subject.plan, &evidence.met).never,
        rules: rules(evidence),
        never_came: words::never_came(subject, evidence),
        notes: words::notes(subject, evidence),
    }
}

fn rules(evidence: &Evidence) -> Vec<String> {
    evidence.met.rules.iter().map(|rule| rule.to_string()).collect()
}

/// The expectations of a file with what is known of each.
pub(super) fn expectations(subject: &Subject<'_>, verdicts: Vec<Verdict>, saved: &Cases) -> Vec<Expectation> {
    let verdicts = verdicts.into_iter().zip(&subject.expectations).enumerate();
    verdicts
        .map(|(number, (verdict, text))| {
            let place = subject.places.get(number);
            let (verdict, why, seed) = match verdict {
                Verdict::Passed => ("passed", None, None),
                Verdict::Failed { run, why } => ("failed", Some(why), Some(run)),
                Verdict::Inconclusive(why) => ("inconclusive", Some(why), None),
            };
            let saved = saved.get(&Charge::Expectation(number));
            Expectation {
                text: text.clone(),
                line: place.map(|place| place.0),
                column: place.map(|place| place.1),
                verdict,
                why,
                seed,
                case: saved.map(|saved| saved.path.clone()),
                replay: saved.map(Saved::replay),
                shrunk: saved.and_then(|saved| saved.shrunk.as_ref()).map(Small::of),
                too_late: saved.map(|saved| saved.too_late.clone()),
            }
        })
        .collect()
}

fn violations(subject: &Subject<'_>, evidence: &Evidence, saved: &Cases) -> Vec<Violation> {
    let of = |(&rule, broken)| violation(subject, broken, saved.get(&Charge::Rule(rule)));
    evidence.broken.iter().map(of).collect()
}

/// A broken rule with its case file, if there is one.
pub(super) fn violation(subject: &Subject<'_>, broken: &Broken, saved: Option<&Saved>) -> Violation {
    let violation = &broken.violation;
    let names = subject.names();
    Violation {
        rule: violation.rule.word(),
        invariant: violation.invariant,
        standing: match broken.standing {
            Standing::Failure => "failure",
            Standing::Expected => "expected",
            Standing::NotPromised => "not-promised",
        },
        seed: broken.seed,
        runs: broken.runs,
        detail: violation.detail.clone(),
        step: violation.step.0,
        at_us: violation.at.0,
        task: violation.task.map(|task| names.task(task).to_owned()),
        channel: violation.channel.map(|channel| names.channel(channel).to_owned()),
        checkpoint: violation.checkpoint.given().map(|id| id.0),
        case: saved.map(|saved| saved.path.clone()),
        replay: saved.map(Saved::replay),
        shrunk: saved.and_then(|saved| saved.shrunk.as_ref()).map(Small::of),
        too_late: saved.map(|saved| saved.too_late.clone()),
    }
}
