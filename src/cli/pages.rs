//! `completions` and `man`: what shells and readers of manuals want to know of the arguments.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Cli, Completions, Man, VERBS};
use super::{Answer, Exit, Refusal};
use crate::scenario::knob::nearest_word;

pub(super) fn completions(args: &Completions) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "cutline", &mut script);
    let text = mended(args.shell, String::from_utf8_lossy(&script).into_owned());
    Answer { text, exit: Exit::Holds }
}

/// What the generator leaves out, or gets wrong.
fn mended(shell: Shell, script: String) -> String {
    match shell {
        // With two colons everything behind the first path is a path, options too.
        Shell::Zsh => script.replace("'*::", "'*:"),
        // Words that stand alone are offered for options only.
        Shell::Fish => {
            let program = Cli::command();
            let mut script = script;
            for verb in program.get_subcommands() {
                let words = verb.get_positionals().flat_map(clap::Arg::get_possible_values);
                let words: Vec<String> = words.map(|word| word.get_name().to_owned()).collect();
                if !words.is_empty() {
                    let (verb, words) = (verb.get_name(), words.join(" "));
                    script.push_str(&format!(
                        "complete -c cutline -n \"__fish_cutline_using_subcommand {verb}\" -f -a '{words}'\n"
                    ));
                }
            }
            script
        }
        _ => script,
    }
}

pub(super) fn man(args: &Man) -> Result<Answer, Refusal> {
    let mut program = Cli::command();
    program.build();
    let page = match &args.verb {
        None => program,
        Some(verb) => program.find_subcommand(verb).cloned().ok_or_else(|| {
            let near = nearest_word(verb, VERBS).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Refusal::new(Exit::Usage, format!("error: there is no verb `{verb}`{near}; see cutline --help\n"))
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
Arguments or a file are wrong, and nothing ran; or the result cannot be written.
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
    fn scripts_offer_words_that_stand_alone_and_options_behind_them() {
        let script = |shell| completions(&Completions { shell, output: None }).text;
        let zsh = script(Shell::Zsh);
        assert!(zsh.contains("\n'*:paths -- ") && !zsh.contains("'*::"), "{zsh}");
        let fish = script(Shell::Fish);
        for (verb, word) in [("explain", "min-pause"), ("man", "check"), ("completions", "fish")] {
            let start = format!("complete -c cutline -n \"__fish_cutline_using_subcommand {verb}\" -f -a '");
            let line = fish.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("{fish}"));
            assert!(line.trim_end_matches('\'').rsplit(['\'', ' ']).any(|other| other == word), "{line}");
        }
    }

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
