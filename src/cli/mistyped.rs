//! What was typed wrong: what may have been meant, beside what the parser of arguments says itself.

use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error};

use super::args::{Cli, VERBS};
use crate::report::command;
use crate::scenario::knob::nearest_word;

/// The same error, with what may have been meant. `arguments` are those of the program, without its name.
pub(super) fn explained(mut error: Error, arguments: &[String]) -> Error {
    match error.kind() {
        ErrorKind::UnknownArgument => option(&mut error, arguments),
        ErrorKind::InvalidSubcommand => verb(&mut error),
        ErrorKind::InvalidValue => value(&mut error),
        _ => {}
    }
    error
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn tip(error: &mut Error, tip: String) {
    let mut tips = match error.remove(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(tips)) => tips,
        _ => Vec::new(),
    };
    tips.push(StyledStr::from(tip));
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
}

/// An option that the verb has not.
fn option(error: &mut Error, arguments: &[String]) {
    let Some(wrong) = text(error, ContextKind::InvalidArg) else { return };
    // Nobody who mistypes an option wants it to be a file; and what is near is found below.
    error.remove(ContextKind::Suggested);
    error.remove(ContextKind::SuggestedArg);
    let mut program = Cli::command();
    program.build();
    let at = arguments.iter().position(|word| VERBS.contains(&word.as_str()));
    let own = at.and_then(|at| program.find_subcommand(&arguments[at])).unwrap_or(&program);
    error.insert(ContextKind::Usage, ContextValue::StyledStr(own.clone().render_usage()));
    let Some(name) = wrong.strip_prefix("--").and_then(|wrong| wrong.split('=').next()) else { return };
    let has = |command: &Command| long(command).iter().any(|option| option == name);
    let verb = at.map_or("cutline", |at| arguments[at].as_str());
    if has(own) {
        return tip(error, format!("it stands behind the verb: cutline {verb} --{name}"));
    }
    let known = long(own);
    if let Some(near) = nearest_word(name, known.iter().map(String::as_str)) {
        error.insert(ContextKind::SuggestedArg, ContextValue::String(format!("--{near}")));
    }
    let format = own.get_arguments().find(|option| option.get_long() == Some("format"));
    let is_format = |option: &clap::Arg| option.get_possible_values().iter().any(|value| value.get_name() == name);
    if format.is_some_and(is_format) {
        return tip(error, format!("it is a format: --format {name}"));
    }
    let with: Vec<&str> = program.get_subcommands().filter(|other| has(other)).map(Command::get_name).collect();
    if !with.is_empty() {
        tip(error, format!("`{verb}` has no --{name}; it is an option of {}", with.join(", ")));
    }
}

/// The long options of a command, aliases too.
fn long(command: &Command) -> Vec<String> {
    let names = command.get_arguments().filter_map(clap::Arg::get_long_and_visible_aliases).flatten();
    names.chain(["help"]).map(str::to_owned).collect()
}

/// A verb that is none: mistyped, or a path with no verb in front.
fn verb(error: &mut Error) {
    let Some(wrong) = text(error, ContextKind::InvalidSubcommand) else { return };
    if wrong.ends_with(".ron") || Path::new(&wrong).exists() {
        error.remove(ContextKind::SuggestedSubcommand);
        // There is a tip of the parser's own for what looks like a value.
        error.remove(ContextKind::Suggested);
        return tip(error, format!("a verb stands in front of a path: {}", command("run", &wrong)));
    }
    if error.get(ContextKind::SuggestedSubcommand).is_none()
        && let Some(near) = nearest_word(&wrong, VERBS.into_iter().chain(["help"]))
    {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near.to_owned()]));
    }
}

/// A word that is none of those that are listed.
fn value(error: &mut Error) {
    let Some(wrong) = text(error, ContextKind::InvalidValue) else { return };
    let Some(ContextValue::Strings(known)) = error.get(ContextKind::ValidValue) else { return };
    let near = nearest_word(&wrong, known.iter().map(String::as_str)).map(str::to_owned);
    if let (None, Some(near)) = (error.get(ContextKind::SuggestedValue), near) {
        error.insert(ContextKind::SuggestedValue, ContextValue::String(near));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[track_caller]
    fn check(arguments: &str, expected: &str) {
        let words: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        let all = std::iter::once("cutline".to_owned()).chain(words.iter().cloned());
        let error = Cli::try_parse_from(all).expect_err("it is wrong");
        let said = explained(error, &words).to_string();
        assert!(said.contains(expected), "`{expected}` is not in\n{said}");
        assert!(!said.contains("as a value"), "{said}");
    }

    #[test]
    fn verbs() {
        check("rnu a.ron", "tip: a similar subcommand exists: 'run'");
        check("chek a.ron", "'check'");
        check("explian", "'explain'");
        check("vaildate a.ron", "'validate'");
        check("hlep", "'help'");
        check("elephant", "unrecognized subcommand 'elephant'");
        check("jobs/a.ron", "tip: a verb stands in front of a path: cutline run jobs/a.ron");
        check("src --seed 3", "cutline run src");
    }

    #[test]
    fn options() {
        check("run a.ron --sede 3", "'--seed'");
        check("run a.ron --frmat json", "'--format'");
        check("run a.ron --quite", "'--quiet'");
        check("explore a.ron --max-stats 3", "'--max-states'");
        check("run a.ron --elephant", "unexpected argument '--elephant'");
        check("run a.ron --states 5", "`run` has no --states; it is an option of explore");
        check("init --format json", "`init` has no --format; it is an option of run, check");
        check("run a.ron -x", "unexpected argument '-x'");
        check("--format json run a.ron", "tip: it stands behind the verb: cutline run --format");
        check("trace a.ron --svg", "tip: it is a format: --format svg");
        check("check a.ron --seed 5", "'--seeds'");
        check("check a.ron --seed 5", "`check` has no --seed; it is an option of run, trace");
        check("--elephant run a.ron", "Usage: cutline run [OPTIONS] <PATH>...");
        let all = ["cutline", "--elephant", "run", "a.ron"];
        let error = Cli::try_parse_from(all).expect_err("there is no such option");
        assert!(!explained(error, &all.map(str::to_owned)[1..]).to_string().contains("similar"));
    }

    #[test]
    fn words() {
        check("run a.ron --format jsno", "'json'");
        check("list --format junit", "possible values: human, json, jsonl");
        check("trace a.ron --level recrods", "'records'");
    }
}
