//! A deterministic laboratory for the checkpoint protocol of stream processors.

pub mod ids;
pub mod key_group;
pub mod protocol;
