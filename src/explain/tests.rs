//! Everything that the code knows has an explanation, and the explanations are true where that can be tried.

use super::*;
use crate::explore::{Status, judge};
use crate::plan::Expectation;
use crate::run::Keep;
use crate::scenario;

#[track_caller]
fn check(word: &str, contained: &[&str]) {
    let text = explain(word).unwrap_or_else(|unknown| panic!("{word}: {unknown:?}"));
    for piece in contained {
        assert!(text.contains(piece), "`{piece}` is not in the explanation of {word}:\n{text}");
    }
}

#[test]
fn every_rule_reason_and_knob_is_explained() {
    for rule in RuleName::ALL {
        check(rule.word(), &[rule.word(), "holds if", "promised", "how it breaks", "Flink's documentation"]);
    }
    for reason in FailureReason::ALL {
        let counts = if reason.counts() { "It counts" } else { "It does not count" };
        check(reason.name(), &[reason.name(), counts, "rules", "CheckpointFailureReason"]);
    }
    for knob in KNOBS {
        check(knob.key, &[knob.key, knob.default, "value"]);
        for older in knob.older {
            check(older, &[knob.key, "is an older key for it"]);
        }
    }
}

/// The variants of `trace::Event`, from its source.
fn variants() -> Vec<&'static str> {
    let source = include_str!("../trace/event.rs");
    let body = source.split("pub enum Event {").nth(1).expect("there are events");
    let body = body.split("\n}").next().expect("it ends");
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let first = |line: &'static str| line.chars().next().is_some_and(char::is_uppercase);
    lines.filter(|line| first(line)).map(|line| line.split([' ', '(', ',']).next().expect("it has a name")).collect()
}

#[test]
fn every_kind_of_event_is_explained_by_its_word_and_its_name() {
    let variants = variants();
    assert!(variants.len() > 30, "{variants:?}");
    for variant in &variants {
        check(variant, &[&format!("trace::Event::{variant}")]);
    }
    let render = [include_str!("../trace/render.rs"), include_str!("../trace/words.rs")].concat();
    for kind in events::KINDS {
        assert!(render.contains(&format!("\"{}\"", kind.word)), "no line of a trace says `{}`", kind.word);
        assert!(kind.events.iter().all(|event| variants.contains(event)), "{}", kind.word);
        check(kind.word, &[kind.word]);
    }
}

#[test]
fn every_number_is_explained() {
    for number in 1..=96 {
        check(&format!("R{number}"), &[&format!("R{number}\n")]);
    }
    for number in 1..=37 {
        check(&format!("i{number}"), &[&format!("I{number}\n")]);
    }
    for wrong in ["R0", "R97", "I0", "I38", "R", "R1.5", "R-1"] {
        assert!(explain(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_scenarios_that_break_rules_break_them() {
    let mut without = Vec::new();
    for rule in RuleName::ALL {
        let Some(text) = rules::breaking(rule) else {
            without.push(rule);
            continue;
        };
        let plan = scenario::load(&text, "explained.ron").unwrap_or_else(|mistakes| panic!("{mistakes}"));
        assert!(plan.expect.contains(&Expectation::Violates(rule)), "{}", rule.word());
    }
    // No planted bug makes a job stand still, and none breaks the other in so small a job.
    assert_eq!(without, [RuleName::Lifecycle, RuleName::Progress]);
}

/// The scenarios that an explanation prints, as they are saved.
fn printed(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while lines.any(|line| line == "  Scenario(") {
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "  )").collect();
        found.push(format!("Scenario(\n{}\n)\n", body.join("\n")));
    }
    found
}

#[test]
fn every_scenario_that_is_printed_passes() {
    let mut count = 0;
    for topic in GROUPS.iter().flat_map(|(group, _)| members(group)) {
        for text in printed(&topic.text) {
            let plan = scenario::load(&text, "printed.ron").unwrap_or_else(|mistakes| panic!("{mistakes}"));
            let judgement = judge(&plan, Keep::default()).expect("nothing panics");
            // No other rule may break unsaid: whoever runs the file would see it fail.
            assert_eq!(judgement.status(), Status::Holds, "{}: {:?}", topic.name, judgement.evidence.tally.verdicts());
            count += 1;
        }
    }
    assert_eq!(count, 5);
}

#[test]
fn words_in_other_styles() {
    check("ExactlyOnce", &["exactly-once"]);
    check("checkpoint_expired", &["CHECKPOINT_EXPIRED"]);
    check("crash", &["CRASH"]);
    check("min_pause", &["execution.checkpointing.min-pause", "checkpointing: (min_pause: ..)", "R10"]);
    check("setMinPauseBetweenCheckpoints", &["execution.checkpointing.min-pause"]);
    check("incremental", &["not yet: leave it out", "storage: (state: {..}, write: PerMegabyte(..))"]);
    check("initial_delay", &["Flink has no such key"]);
    check("env.enableCheckpointing(1000)", &["execution.checkpointing.interval"]);
    check("RestartStrategies.failureRateRestart(5, 5 min, 10 s)", &["restart-strategy.failure-rate"]);
    check("at least once", &["AT_LEAST_ONCE"]);
    check("fixed-delay", &["FixedDelay(attempts: 3", "restart-strategy.type"]);
    check("FixedDelay", &["so many restarts"]);
    check("end to end", &["End to End Duration", "end_to_end_duration", "ms"]);
    check("start-delay", &["Start Delay"]);
    check("status", &["The job has this status now", "IN_PROGRESS"]);
    check("savepoint", &["Not modelled yet"]);
    check("AT_LEAST_ONCE", &["execution.checkpointing.mode"]);
    check("retention", &["execution.checkpointing.externalized-checkpoint-retention"]);
    check("retain", &["execution.checkpointing.externalized-checkpoint-retention"]);
    check("Violates", &["Violates(rule: \"exactly-once\")", "any other rule that breaks is a failure"]);
    check("Never", &["Never(Duplicates(sink: \"out\"))", "in no run"]);
    check("active", &["holds no watermark back"]);
    check("INCONCLUSIVE", &["exit code 0", "neither"]);
    check("digest", &["two runs with one digest are"]);
    check("too late", &["whatever happens next"]);
    check("TwoPhaseCommit", &["TwoPhaseCommitSinkFunction", "nothing without checkpoints"]);
    check("restart", &["restart: FixedDelay", "The job restarts from"]);
    for (group, _) in GROUPS {
        check(group, &[]);
    }
    assert!(topics().contains("CHECKPOINT_EXPIRED"));
}

#[test]
fn what_nobody_knows() {
    let near = |word: &str| explain(word).expect_err("nothing is called so").near;
    assert_eq!(near("exactly-onse"), ["exactly-once"]);
    assert_eq!(near("CHECKPOINT_EXPIRD"), ["CHECKPOINT_EXPIRED"]);
    assert_eq!(near("intreval"), ["interval"]);
    assert_eq!(near("snapshto"), ["snapshot"]);
    assert_eq!(near("delay").len(), 2);
    assert_eq!(near("fixd-delay"), ["fixed-delay"]);
    assert_eq!(near("Slwo"), ["Slow"]);
    assert!(near("elephant").is_empty());
}
