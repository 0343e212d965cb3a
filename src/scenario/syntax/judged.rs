//! Faults, moments, steps, expectations.

use serde::Deserialize;

use crate::scenario::read::Raw;

/// An element of `faults`.
#[derive(Deserialize)]
#[serde(rename = "fault")]
pub(in crate::scenario) enum Fault<'a> {
    Crash {
        #[serde(borrow)]
        task: Raw<'a>,
        at: Raw<'a>,
    },
    CrashManager {
        manager: Raw<'a>,
        at: Raw<'a>,
    },
    Slow {
        task: Raw<'a>,
        factor: Raw<'a>,
        from: Raw<'a>,
        until: Raw<'a>,
    },
}

/// An element of `user`.
#[derive(Deserialize)]
#[serde(rename = "thing that people do")]
pub(in crate::scenario) enum User<'a> {
    Checkpoint {
        #[serde(borrow)]
        at: Raw<'a>,
    },
    Cancel {
        at: Raw<'a>,
    },
    Start {
        at: Raw<'a>,
    },
}

/// A moment. `task` may be left out where the fault or check around it names one.
#[derive(Deserialize)]
#[serde(rename = "moment")]
pub(in crate::scenario) enum Moment<'a> {
    Barrier {
        #[serde(borrow)]
        checkpoint: Raw<'a>,
        phase: Raw<'a>,
        #[serde(default)]
        task: Raw<'a>,
    },
    Record {
        n: Raw<'a>,
        when: Raw<'a>,
        #[serde(default)]
        task: Raw<'a>,
    },
    Trigger {
        checkpoint: Raw<'a>,
    },
    Complete {
        checkpoint: Raw<'a>,
    },
    Restore {
        n: Raw<'a>,
        #[serde(default)]
        task: Raw<'a>,
    },
    Job(Raw<'a>),
    Time(Raw<'a>),
    End,
}

/// `random_faults`.
#[derive(Deserialize)]
pub(in crate::scenario) struct RandomFaults<'a> {
    #[serde(borrow)]
    pub(in crate::scenario) crashes: Raw<'a>,
    #[serde(default)]
    pub(in crate::scenario) tasks: Raw<'a>,
    pub(in crate::scenario) within: Raw<'a>,
}

/// How many crashes are drawn.
#[derive(Deserialize)]
#[serde(rename = "number of crashes")]
pub(in crate::scenario) enum Crashes<'a> {
    #[serde(borrow)]
    Exactly(Raw<'a>),
    Between(Raw<'a>, Raw<'a>),
}

/// An element of `schedule` that is not a plain text.
#[derive(Deserialize)]
pub(in crate::scenario) struct Deviation<'a> {
    #[serde(borrow)]
    pub(in crate::scenario) step: Raw<'a>,
    #[serde(rename = "do")]
    pub(in crate::scenario) action: Raw<'a>,
}

/// An element of `expect`, or what stands in one.
#[derive(Deserialize)]
#[serde(rename = "expectation")]
pub(in crate::scenario) enum Check<'a> {
    #[serde(borrow)]
    Always(Raw<'a>),
    Never(Raw<'a>),
    Sometimes(Raw<'a>),
    Violates {
        rule: Raw<'a>,
    },
    Job(Raw<'a>),
    At(Raw<'a>, Raw<'a>),
    State {
        task: Raw<'a>,
        is: Raw<'a>,
        #[serde(default)]
        key: Raw<'a>,
    },
    Stored {
        task: Raw<'a>,
        is: Raw<'a>,
    },
    Final {
        op: Raw<'a>,
        total: Raw<'a>,
    },
    Checkpoint {
        #[serde(default)]
        id: Raw<'a>,
        status: Raw<'a>,
        #[serde(default)]
        reason: Raw<'a>,
    },
    Checkpoints(Raw<'a>, Raw<'a>),
    Retained(Raw<'a>),
    Restarts(Raw<'a>),
    Restores {
        count: Raw<'a>,
        #[serde(default)]
        from: Raw<'a>,
    },
    ExactlyOnce {
        sink: Raw<'a>,
    },
    Duplicates {
        sink: Raw<'a>,
    },
    Output {
        sink: Raw<'a>,
        is: Raw<'a>,
    },
    NoLoss {
        op: Raw<'a>,
    },
    Late {
        op: Raw<'a>,
        count: Raw<'a>,
    },
    Overcount {
        op: Raw<'a>,
    },
    RestartBecause(Raw<'a>),
    Explained,
}

/// How many.
#[derive(Deserialize)]
#[serde(rename = "amount")]
pub(in crate::scenario) enum Amount<'a> {
    #[serde(borrow)]
    Exactly(Raw<'a>),
    AtLeast(Raw<'a>),
    AtMost(Raw<'a>),
}
