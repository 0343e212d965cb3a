//! Arguments of the verbs to begin with.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::Set;
use super::value::{Shape, moment, number, shape, threads};
use crate::cli::init::TEMPLATES;
use crate::ids::Micros;

#[derive(Debug, Args)]
pub(in crate::cli) struct Run {
    /// Scenario files, and folders with all `*.ron` files below them
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How the result is written: for people, as one JSON object, as JSON lines, or as JUnit XML
    #[arg(long, value_name = "human|json|jsonl|junit", default_value = "human", value_parser = shape(), hide_possible_values = true)]
    pub(in crate::cli) format: Shape,
    /// The seed of the run, in place of the file's
    #[arg(long, value_name = "N", value_parser = number, allow_negative_numbers = true)]
    pub(in crate::cli) seed: Option<u64>,
    /// End the run at this moment of its virtual time, as in `10s`, in place of the file's `stop`
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(in crate::cli) until: Option<Micros>,
    /// Stop at the first file that fails; those after it are not shown
    #[arg(long)]
    pub(in crate::cli) fail_fast: bool,
    /// Show everything about each of several files
    #[arg(short, long)]
    pub(in crate::cli) verbose: bool,
    /// How many cores to use; all by default
    #[arg(short, long, value_name = "N", value_parser = threads, allow_negative_numbers = true)]
    pub(in crate::cli) jobs: Option<u16>,
    /// Write the result to this file, which gets its name when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) set: Set,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Init {
    /// What the file is called; `.ron` is added if it is missing. The name of the template by default
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: Option<PathBuf>,
    /// What it begins with
    #[arg(short, long, default_value = "recovery", value_parser = templates())]
    pub(in crate::cli) template: String,
}

fn templates() -> PossibleValuesParser {
    PossibleValuesParser::new(TEMPLATES.map(|template| PossibleValue::new(template.name).help(template.about)))
}
