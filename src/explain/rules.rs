//! The rules that judges keep.

use super::paragraph;
use crate::plan::RuleName;

/// What there is to say about a rule.
struct Text {
    /// In a sentence or two.
    about: &'static str,
    /// As a formula over a trace.
    formula: &'static str,
    /// Which jobs promise it, and which knobs and sinks decide.
    promised: &'static str,
    /// A scenario that breaks it.
    breaks: &'static str,
    /// A picture of the breach.
    picture: &'static str,
    /// Where Flink's documentation speaks of it.
    page: &'static str,
}

/// A job with a planted bug, or in a weaker mode; `$` stands for what differs.
const JOB: &str = r#"Scenario(
    version: 1,
    job: [
        Source(name: "fast", records: Range(from: 1, to: 60), every: "1ms"),
        Source(name: "slow", records: Range(from: 1, to: 12), every: "5ms"),
        Operator(name: "sum", logic: Sum, inputs: [Rebalance("fast"), Rebalance("slow")]),
        Sink(name: "out", kind: TwoPhaseCommit, inputs: [Forward("sum")]),
    ],
    channels: (overrides: [(from: "slow", to: "sum", latency: Fixed("15ms"))]),
    $
)
"#;

/// The text of a rule.
fn text(rule: RuleName) -> Text {
    match rule {
        RuleName::ConsistentCut => Text {
            about: "What the parts of a completed checkpoint hold fits together: on every channel the receiver has counted exactly what the sender had sent when each of them took its snapshot.",
            formula: "for each `complete` of c, each channel: records sent before the sender's `snapshot` c = records taken before the receiver's `snapshot` c   (at-least-once: the first are among the second)",
            promised: "by every job; execution.checkpointing.mode decides which of the two forms. I10 to I13.",
            breaks: "checkpointing: (interval: \"20ms\"), restart: FixedDelay(attempts: 3, delay: \"5ms\"), defect: NoAlignment,\n    expect: [Violates(rule: \"consistent-cut\")],",
            picture: "fast ──1──2──|──3──4──▶      | barrier\nslow ──1────────|──2──▶        sum counts 3 before slow's barrier has come:\nsum  ───────────3─[snapshot]   its snapshot holds a record that fast will send again",
            page: "Stateful Stream Processing (Barriers); Data Streaming Fault Tolerance",
        },
        RuleName::StateExactlyOnce => Text {
            about: "What a task's state has absorbed is what was sent to it, each record once, over all crashes. State and output are different claims: an appending sink repeats rows after a restore and breaks nothing here.",
            formula: "at each `complete` and at the end, each task: state = the records of its inputs up to there, each once",
            promised: "by jobs whose execution.checkpointing.mode is EXACTLY_ONCE and that have an interval. In at-least-once mode breaking it is a remark. I20.",
            breaks: "checkpointing: (mode: AtLeastOnce, interval: \"20ms\"), restart: FixedDelay(attempts: 3, delay: \"5ms\"),\n    faults: [Crash(task: \"sum\", at: Time(\"50ms\"))], expect: [Violates(rule: \"state-exactly-once\")],",
            picture: "snapshot      ... 7 8 9      9 came before the slower barrier and is in it\nrestore       ... 7 8 9\nread again            9 10   9 counts twice",
            page: "Stateful Stream Processing (Exactly Once vs. At Least Once)",
        },
        RuleName::AtLeastOnce => Text {
            about: "Nothing is lost: no state and no committed output lacks a record. Records may count more than once.",
            formula: "at each `complete` and at the end, each task: every record of its inputs up to there is in its state",
            promised: "by every job; of exactly-once jobs the two stronger rules say it. I12, I20, I29, I30.",
            breaks: "checkpointing: (mode: AtLeastOnce, interval: \"20ms\"), restart: FixedDelay(attempts: 3, delay: \"5ms\"), defect: NoRewind,\n    faults: [Crash(task: \"sum\", at: Time(\"50ms\"))], expect: [Violates(rule: \"at-least-once\")],",
            picture: "run       1 2 3 4 | CRASH  restore at 2   5 6\n                                          3 and 4 are in nobody's state",
            page: "Stateful Stream Processing (Exactly Once vs. At Least Once)",
        },
        RuleName::ExactlyOnce => Text {
            about: "What is visible outside is a beginning of what a run without failures writes, each record once. A transaction is committed once, and only after a completed checkpoint has stored it.",
            formula: "each sink task, at all times: committed rows are a prefix of the rows of some failure-free run;  `commit` t only after `complete` of the checkpoint of its `precommit`",
            promised: "by exactly-once jobs with an interval that have a TwoPhaseCommit sink. I26 to I28.",
            breaks: "checkpointing: (interval: \"20ms\"), restart: FixedDelay(attempts: 3, delay: \"5ms\"), defect: EarlyCommit,\n    faults: [Crash(task: \"sum\", at: Time(\"50ms\"))], expect: [Violates(rule: \"exactly-once\")],",
            picture: "out  a b |precommit   commit   CRASH          a b are visible,\nckpt     |─────pending──── gives up            the restore is from before them,\nout                                a b commit  and they are written once more",
            page: "An Overview of End-to-End Exactly-Once Processing; Fault Tolerance Guarantees",
        },
        RuleName::Explained => Text {
            about: "The run is explained by a failure-free one: what a crash rolled back is taken out, the rest is executed without faults by another interpreter, and shows the same states and the same committed output.",
            formula: "there is an order of the surviving steps, without faults, that gives each state at the end and all committed rows",
            promised: "by exactly-once jobs with an interval. An at-least-once job has no such explanation. I20.",
            breaks: "checkpointing: (interval: \"20ms\"), restart: FixedDelay(attempts: 3, delay: \"5ms\"), defect: NoRewind,\n    faults: [Crash(task: \"sum\", at: Time(\"50ms\"))], expect: [
        // A state that no failure-free run shows is one that lacks records, too.
        Violates(rule: \"explained\"), Violates(rule: \"state-exactly-once\"),
    ],",
            picture: "run       1 2 3 4 | CRASH  restore at 2        5 6\nwithout   1 2                                 5 6    no run reads 5 after 2:\n                                                     3 and 4 are lost",
            page: "Stateful Stream Processing (Recovery)",
        },
        RuleName::Lifecycle => Text {
            about: "Checkpoints, tasks and channels go through their lives as the protocol says: numbers rise, limits are kept, a completed checkpoint has an acknowledgement of every task that lives, a restore takes the newest.",
            formula: "I1 to I9, I15, I16, I20 to I22: each is explained under its number",
            promised: "by every job.",
            breaks: "",
            picture: "sum  attempt 0   ack ──────────╮\nsum  attempt 1   (no snapshot) │\ncoord            complete ◀────╯   an acknowledgement of a dead attempt",
            page: "Checkpoints; Task Failure Recovery",
        },
        RuleName::Progress => Text {
            about: "Once faults stop, the job comes to its end: nobody waits for ever for a barrier, a record or an acknowledgement.",
            formula: "if nothing can happen any more, `status` is FINISHED, FAILED or CANCELED; no `STUCK`",
            promised: "by every job.",
            breaks: "",
            picture: "odd[0] ──|2        sum waits for the barrier of odd[1],\nodd[1] ──          which will never come: STUCK  sum  no barrier from odd[1]",
            page: "Monitoring Checkpointing",
        },
    }
}

/// A rule, as it is printed.
pub(super) fn explain(rule: RuleName) -> String {
    let Text { about, formula, promised, picture, page, .. } = text(rule);
    let mut out = format!("{}\n\n{}\n", rule.word(), paragraph(about));
    out.push_str(&format!("holds if\n{}\n", indented(&paragraph(formula))));
    out.push_str(&format!("promised\n{}\n", indented(&paragraph(promised))));
    out.push_str(&format!("how it breaks\n{}\n", indented(picture)));
    if let Some(scenario) = breaking(rule) {
        out.push_str(&format!("a scenario that breaks it (save it, and run it)\n{}\n", indented(&scenario)));
    }
    out.push_str(&format!("Flink's documentation: {page}\n"));
    out
}

/// What a rule asks, in a sentence or two.
pub(super) fn about(rule: RuleName) -> &'static str {
    text(rule).about
}

/// A scenario that breaks a rule, if a short one does.
pub(super) fn breaking(rule: RuleName) -> Option<String> {
    Some(text(rule).breaks).filter(|breaks| !breaks.is_empty()).map(|breaks| JOB.replace('$', breaks))
}

/// Every rule, one line each.
pub(super) fn list() -> String {
    let line = |rule: RuleName| {
        let about = text(rule).about;
        let first = about.split_once([':', '.']).map_or(about, |parts| parts.0);
        format!("  {:<20}{first}\n", rule.word())
    };
    RuleName::ALL.into_iter().map(line).collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}
