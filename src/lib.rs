//! A deterministic laboratory for the checkpoint protocol of stream processors.

pub mod action;
pub mod draw;
pub mod ids;
pub mod key_group;
pub mod operator;
pub mod oracle;
pub mod plan;
pub mod protocol;
pub mod run;
pub mod scenario;
pub mod schedule;
pub mod trace;
pub mod world;
