//! All that one run shows: its checkpoints and restores, what was expected, what was broken, how it is explained.

use std::fmt::Write;

use super::history::history;
use super::{Subject, table, words};
use crate::explore::{Judgement, Standing};

/// The text, in tables that are no wider than `width` if they can. The judgement's run has kept its trace.
pub fn detail(subject: &Subject<'_>, judgement: &Judgement, width: usize) -> String {
    let mut text = head(subject, judgement);
    text.push_str(&table::table(subject, &history(&subject.topology, &judgement.outcome.trace), width));
    let evidence = &judgement.evidence;
    let expectations = words::expectations(subject, evidence);
    if !expectations.is_empty() {
        text.push('\n');
        text.push_str(&expectations);
    }
    text.push('\n');
    for (_, broken) in evidence.broken(Standing::Failure) {
        let trace: &[_] = if broken.seed == judgement.outcome.order.seed { &judgement.outcome.trace } else { &[] };
        let _ = write!(text, "VIOLATED  {}", words::violation(subject, &broken.violation, trace));
        if evidence.runs() > 1 {
            let _ = writeln!(
                text,
                "          in {} of {} runs, first with seed {:#x}",
                broken.runs,
                evidence.runs(),
                broken.seed
            );
        }
        text.push('\n');
    }
    for note in words::remarks(subject, judgement) {
        let _ = writeln!(text, "  {note}");
    }
    let _ = writeln!(text, "  {}\n", words::explanation(&judgement.outcome.explanation));
    text.push_str(&last(subject, judgement));
    text
}

/// The verdict alone, in one line.
pub fn last(subject: &Subject<'_>, judgement: &Judgement) -> String {
    let outcome = &judgement.outcome;
    let runs = match judgement.evidence.runs() {
        1 => String::new(),
        runs => format!("   {runs} runs"),
    };
    format!(
        "{}  {}   {} in {}   trace {}{runs}\n",
        words::status(judgement.status()),
        words::tally(&judgement.evidence),
        words::count(outcome.trace.len() as u64, "event"),
        words::count(outcome.steps, "step"),
        outcome.digest(subject.names()).short(),
    )
}

fn head(subject: &Subject<'_>, judgement: &Judgement) -> String {
    let outcome = &judgement.outcome;
    let about = if subject.plan.about.is_empty() { String::new() } else { format!("{}\n", subject.plan.about) };
    format!(
        "{}   seed {}   {}, {}   {} s of virtual time: {}\n{about}",
        subject.plan.name,
        outcome.order.seed,
        words::count(subject.plan.vertices.len() as u64, "vertex"),
        words::count(subject.topology.tasks.len() as u64, "task"),
        outcome.at,
        words::end(subject, &outcome.end),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::judge;
    use crate::ids::{Micros, TaskId};
    use crate::plan::{Check, Expectation, Fault, Moment, RuleName};
    use crate::run::Keep;
    use crate::testing::jobs::reference;
    use crate::trace::JobStatus;

    #[test]
    fn a_run_is_shown_from_top_to_bottom() {
        let mut plan = reference(6, 3, 1, 2);
        plan.initial_delay = Some(Micros::millis(20));
        let at = Moment::Record { task: TaskId(3), n: 4, before: false };
        plan.faults = vec![Fault::Crash { task: TaskId(3), at }];
        plan.expect = vec![
            Expectation::Always(Check::Job(JobStatus::Finished)),
            Expectation::Never(Check::Job(JobStatus::Finished)),
        ];
        let judgement = judge(&plan, Keep { trace: true, actions: false }).expect("nothing panics");
        let subject = Subject::new(&plan, vec!["one".to_owned(), "two".to_owned()]);
        let text = detail(&subject, &judgement, 100);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("reference   seed 0   6 vertices, 6 tasks"), "{text}");
        assert!(text.contains("\n  ID  status     acked  trigger  end to end"), "{text}");
        assert!(text.contains("\n   1  COMPLETED    6/6  0.020 s"), "{text}");
        assert!(text.contains("restore from 1 at"), "{text}");
        assert!(text.contains("\n  ok    one\n  FAIL  two   it occurs\n"), "{text}");
        assert!(text.contains("explained by a failure-free run of"), "{text}");
        assert!(lines[lines.len() - 1].starts_with("FAIL  1 of 2 expectations not met   "), "{text}");
    }

    #[test]
    fn what_breaks_as_expected_is_a_note() {
        let mut plan = reference(4, 3, 1, 2);
        plan.defect = Some(crate::plan::Defect::EarlyCommit);
        plan.expect = vec![Expectation::Violates(RuleName::ExactlyOnce)];
        let judgement = judge(&plan, Keep { trace: true, actions: false }).expect("nothing panics");
        let text = detail(&Subject::new(&plan, vec!["Violates".to_owned()]), &judgement, 100);
        assert!(text.contains("violates exactly-once") && text.contains("as expected"), "{text}");
    }
}
