//! `completions` and `man`: what shells and readers of manuals want to know of the arguments.

use clap::CommandFactory;

use super::args::{Cli, Completions, Man};
use super::{Answer, Exit, Refusal};

pub(super) fn completions(args: &Completions) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "cutline", &mut script);
    Answer { text: String::from_utf8_lossy(&script).into_owned(), exit: Exit::Holds }
}

pub(super) fn man(args: &Man) -> Result<Answer, Refusal> {
    let mut program = Cli::command();
    program.build();
    let page = match &args.verb {
        None => program,
        Some(verb) => program.find_subcommand(verb).cloned().ok_or_else(|| {
            Refusal::new(Exit::Usage, format!("error: there is no verb `{verb}`; see cutline --help\n"))
        })?,
    };
    let mut text = Vec::new();
    let done = clap_mangen::Man::new(page).render(&mut text);
    done.map_err(|error| Refusal::new(Exit::Fault, format!("the page cannot be made: {error}\n")))?;
    Ok(Answer { text: String::from_utf8_lossy(&text).into_owned(), exit: Exit::Holds })
}
