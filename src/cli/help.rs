//! Help, and what is wrong with arguments: in colours and in lines as they are wanted, also before anything is read.

use anstream::ColorChoice;
use clap::{Command, CommandFactory};

use super::args::{Cli, HELP};
use super::output::told;
use crate::report::wrap::wrap;

/// The parser of these arguments, without the program's name.
pub(super) fn parser(arguments: &[String]) -> Command {
    let color = match color(arguments) {
        Some(ColorChoice::Never) => clap::ColorChoice::Never,
        Some(ColorChoice::Always | ColorChoice::AlwaysAnsi) => clap::ColorChoice::Always,
        _ => clap::ColorChoice::Auto,
    };
    let program = Cli::command().color(color);
    match told() {
        Some(width) => program.term_width(width).help_template(wrap(HELP, width)),
        // Off a terminal no line is broken.
        None => program.term_width(0),
    }
}

/// What the arguments say of colours, whatever else they say.
fn color(arguments: &[String]) -> Option<ColorChoice> {
    let mut words = arguments.iter().take_while(|word| *word != "--");
    let mut said = None;
    while let Some(word) = words.next() {
        let value = if word == "--color" { words.next().map(String::as_str) } else { word.strip_prefix("--color=") };
        said = match value {
            Some("never") => Some(ColorChoice::Never),
            Some("always") => Some(ColorChoice::Always),
            Some("auto") => Some(ColorChoice::Auto),
            _ => said,
        };
    }
    said
}
