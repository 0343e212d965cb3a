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
    let text = String::from_utf8_lossy(&text).into_owned() + EXIT_STATUS;
    Ok(Answer { text, exit: Exit::Holds })
}

/// What every page ends with.
const EXIT_STATUS: &str = r#".SH "EXIT STATUS"
.TP
\fB0\fR
Everything asked for holds.
.TP
\fB1\fR
A rule or an expectation is broken. With \fB\-\-exit\-zero\fR the status is 0, and the result says it.
.TP
\fB2\fR
Arguments or a file are wrong. Nothing ran.
.TP
\fB3\fR
Something could not be decided: a bound was reached, or a pinned step does not apply any more. With \fB\-\-allow\-incomplete\fR the status is 0.
.TP
\fB4\fR
There was nothing to run.
.TP
\fB70\fR
The program itself is at fault.
.TP
\fB130\fR
Interrupted with Ctrl\-C. What was written is complete.
.SH ENVIRONMENT
.TP
\fBNO_COLOR\fR, \fBCLICOLOR_FORCE\fR
No colours; colours also where there is no terminal. \fB\-\-color\fR has the last word.
.TP
\fBGITHUB_ACTIONS\fR
If it is set, \fBrun\fR marks the lines of expectations that failed for a workflow of GitHub.
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_code_is_on_every_page() {
        for verb in [None, Some("run".to_owned())] {
            let Ok(answer) = man(&Man { verb, output: None }) else { panic!("there is such a page") };
            for code in [
                Exit::Holds,
                Exit::Violated,
                Exit::Usage,
                Exit::Inconclusive,
                Exit::Nothing,
                Exit::Fault,
                Exit::Interrupted,
            ] {
                assert!(answer.text.contains(&format!("\n\\fB{}\\fR\n", code as u8)), "{code:?}");
            }
        }
    }
}
