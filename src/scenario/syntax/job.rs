//! Vertices and their inputs.

use serde::Deserialize;

use crate::scenario::read::Raw;

/// An element of `job`.
#[derive(Deserialize)]
#[serde(rename = "kind of vertex")]
pub(in crate::scenario) enum Vertex<'a> {
    Source {
        #[serde(borrow)]
        name: Raw<'a>,
        records: Raw<'a>,
        #[serde(default)]
        parallelism: Raw<'a>,
        #[serde(default)]
        splits: Raw<'a>,
        #[serde(default)]
        every: Raw<'a>,
        #[serde(default)]
        event_time: Raw<'a>,
        #[serde(default)]
        watermarks: Raw<'a>,
        #[serde(default)]
        cost: Raw<'a>,
    },
    Operator {
        name: Raw<'a>,
        logic: Raw<'a>,
        inputs: Raw<'a>,
        #[serde(default)]
        parallelism: Raw<'a>,
        #[serde(default)]
        cost: Raw<'a>,
    },
    Sink {
        name: Raw<'a>,
        kind: Raw<'a>,
        inputs: Raw<'a>,
        #[serde(default)]
        parallelism: Raw<'a>,
        #[serde(default)]
        cost: Raw<'a>,
    },
}

/// What a source reads.
#[derive(Deserialize)]
#[serde(rename = "kind of records")]
pub(in crate::scenario) enum Records<'a> {
    #[serde(borrow)]
    List(Raw<'a>),
    Range {
        from: Raw<'a>,
        to: Raw<'a>,
        #[serde(default)]
        step: Raw<'a>,
    },
    Repeat {
        of: Raw<'a>,
        #[serde(default)]
        times: Raw<'a>,
    },
    Endless,
}

/// What time a record of a source bears.
#[derive(Deserialize)]
#[serde(rename = "kind of event time")]
pub(in crate::scenario) enum EventTime<'a> {
    Value,
    Step(#[serde(borrow)] Raw<'a>),
}

/// When a source sends watermarks.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::scenario) struct Watermarks<'a> {
    #[serde(borrow)]
    pub(in crate::scenario) every: Raw<'a>,
    pub(in crate::scenario) out_of_orderness: Raw<'a>,
    pub(in crate::scenario) idle_after: Raw<'a>,
}

/// What an operator computes.
#[derive(Deserialize)]
#[serde(rename = "operator logic")]
pub(in crate::scenario) enum Logic<'a> {
    #[serde(borrow)]
    Map(Raw<'a>),
    Filter(Raw<'a>),
    FlatMap(FlatMap<'a>),
    Sum,
    SumPerKey,
    Count,
    CountPerKey,
    OrderSensitive,
    FailOn {
        record: Raw<'a>,
    },
    Min,
    MinPerKey,
    Max,
    MaxPerKey,
    Last,
    LastPerKey,
    Distinct,
    Union,
    Window {
        size: Raw<'a>,
        #[serde(default)]
        total: Raw<'a>,
    },
    Join {
        within: Raw<'a>,
    },
}

/// What a flat map makes of a record.
#[derive(Deserialize)]
#[serde(rename = "kind of flat map")]
pub(in crate::scenario) enum FlatMap<'a> {
    #[serde(borrow)]
    Repeat(Raw<'a>),
}

/// A function of one value.
#[derive(Deserialize)]
#[serde(rename = "function")]
pub(in crate::scenario) enum Function<'a> {
    #[serde(borrow)]
    Add(Raw<'a>),
    Multiply(Raw<'a>),
    Remainder(Raw<'a>),
    Negate,
}

/// A question about one value.
#[derive(Deserialize)]
#[serde(rename = "predicate")]
pub(in crate::scenario) enum Predicate<'a> {
    Even,
    Odd,
    #[serde(borrow)]
    AtLeast(Raw<'a>),
    Below(Raw<'a>),
    MultipleOf(Raw<'a>),
}

/// Where a vertex gets its records from: the sender, and for some what decides the way.
#[derive(Deserialize)]
#[serde(rename = "kind of input")]
pub(in crate::scenario) enum Input<'a> {
    Hash(#[serde(borrow)] Raw<'a>, #[serde(default)] Raw<'a>),
    Forward(Raw<'a>),
    Rebalance(Raw<'a>),
    Broadcast(Raw<'a>),
    Where(Raw<'a>, Raw<'a>),
}

/// What a hash edge groups by.
#[derive(Deserialize)]
#[serde(rename = "kind of key")]
pub(in crate::scenario) enum KeyBy<'a> {
    Value,
    Key,
    Parity,
    #[serde(borrow)]
    Mod(Raw<'a>),
}
