//! When a job restarts, and what else happens after a failure.

use super::knob;
use crate::scenario::knob::Kind::{Choice, Count, Duration, Factor, Limit};
use crate::scenario::knob::Model::{Always, Full};
use crate::scenario::knob::{Knob, Slot};

pub(super) const RESTART: &[Knob] = &[
    Knob {
        older: &["restart-strategy"],
        words: &["setRestartStrategy", "RestartStrategies", "noRestart"],
        kind: Choice {
            what: "restart strategy",
            of: &[&["none", "off", "disable"], &["fixed-delay"], &["failure-rate"], &["exponential-delay"]],
        },
        default: "",
        about: "When the job restarts after a failure, and when it gives up. Unset: exponential-delay with periodic checkpoints, none without.",
        rules: &[61, 67],
        model: Full(Slot::Strategy),
        ..knob("restart-strategy.type")
    },
    Knob {
        words: &["fixedDelayRestart"],
        kind: Count { least: 0 },
        default: "1",
        about: "How many restarts the job has in its whole life.",
        rules: &[68],
        model: Full(Slot::FixedAttempts),
        ..knob("restart-strategy.fixed-delay.attempts")
    },
    Knob {
        kind: Duration,
        default: "1 s",
        about: "The pause before each restart.",
        rules: &[68],
        model: Full(Slot::FixedDelay),
        ..knob("restart-strategy.fixed-delay.delay")
    },
    Knob {
        words: &["failureRateRestart", "max_failures"],
        kind: Count { least: 1 },
        default: "1",
        about: "How many failures within one interval are restarted from; one more is final.",
        rules: &[68],
        model: Full(Slot::RateFailures),
        ..knob("restart-strategy.failure-rate.max-failures-per-interval")
    },
    Knob {
        kind: Duration,
        default: "1 min",
        about: "The interval in which failures are counted. A failure exactly this long ago still counts.",
        check: "0 is refused.",
        rules: &[68],
        model: Full(Slot::RateInterval),
        ..knob("restart-strategy.failure-rate.failure-rate-interval")
    },
    Knob {
        kind: Duration,
        default: "1 s",
        about: "The pause before each restart.",
        rules: &[68],
        model: Full(Slot::RateDelay),
        ..knob("restart-strategy.failure-rate.delay")
    },
    Knob {
        words: &["exponentialDelayRestart"],
        kind: Duration,
        default: "1 s",
        about: "The pause before the first restart.",
        rules: &[69],
        model: Full(Slot::InitialBackoff),
        ..knob("restart-strategy.exponential-delay.initial-backoff")
    },
    Knob {
        kind: Duration,
        default: "1 min",
        about: "The longest pause before a restart.",
        check: "Less than the initial backoff is refused.",
        rules: &[69],
        model: Full(Slot::MaxBackoff),
        ..knob("restart-strategy.exponential-delay.max-backoff")
    },
    Knob {
        words: &["multiplier"],
        kind: Factor { least: 1_001, most: u32::MAX },
        default: "1.5",
        about: "By how much the pause grows with each failure.",
        rules: &[69],
        model: Full(Slot::Multiplier),
        ..knob("restart-strategy.exponential-delay.backoff-multiplier")
    },
    Knob {
        words: &["reset_threshold"],
        kind: Duration,
        default: "1 h",
        about: "A calm of this length, counted from the planned restart, makes the backoff start over.",
        rules: &[69],
        model: Full(Slot::ResetThreshold),
        ..knob("restart-strategy.exponential-delay.reset-backoff-threshold")
    },
    Knob {
        words: &["jitter"],
        kind: Factor { least: 0, most: 1_000 },
        default: "0.1",
        about: "The share of the pause that is drawn at random, up or down.",
        rules: &[69],
        model: Full(Slot::Jitter),
        ..knob("restart-strategy.exponential-delay.jitter-factor")
    },
    Knob {
        kind: Limit { least: 1 },
        default: "Unlimited",
        about: "How many failures since the last calm are restarted from; one more is final.",
        rules: &[69],
        model: Full(Slot::ResetAttempts),
        ..knob("restart-strategy.exponential-delay.attempts-before-reset-backoff")
    },
    Knob {
        kind: Choice { what: "failover strategy", of: &[&["region"], &["full"]] },
        default: "region",
        about: "Which tasks restart after a failure: those that the failed one is connected to (`region`), or all (`full`). For a job in one piece both are the same.",
        rules: &[60],
        model: Always,
        absent: &[(
            "full",
            "every run restarts the tasks that the failed one is connected to; for a job in one piece that is all of them",
        )],
        ..knob("jobmanager.execution.failover-strategy")
    },
    Knob {
        words: &["scheduler"],
        kind: Choice { what: "scheduler", of: &[&["Default"], &["Adaptive"], &["AdaptiveBatch"]] },
        default: "Default",
        about: "Who deploys tasks and restarts them; the adaptive one can change the parallelism.",
        rules: &[31, 60],
        model: Always,
        absent: &[
            ("Adaptive", "in Flink: it deploys as many subtasks as there is room for"),
            ("AdaptiveBatch", "in Flink: for batch jobs, which have no checkpoints"),
        ],
        ..knob("jobmanager.scheduler")
    },
    Knob {
        kind: Count { least: 0 },
        default: "10",
        about: "How often a committer tries once more before its task fails.",
        rules: &[85],
        ..knob("sink.committer.retries")
    },
];
