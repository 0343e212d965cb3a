//! `validate`: reads files and checks what they mean, and runs nothing.

use super::args::Validate;
use super::files::{Examined, examine_all};
use super::{Answer, Exit, Refusal, say};
use crate::report::words::count;
use crate::scenario::Severity;

pub(super) fn validate(args: &Validate, quiet: bool) -> Result<Answer, Refusal> {
    let files = examine_all(&args.paths)?;
    for file in files.iter().filter(|file| !file.found.is_empty()) {
        say(&file.found.render(true));
        say("\n");
    }
    let exit = if files.iter().any(|file| file.plan.is_none()) { Exit::Usage } else { Exit::Holds };
    let lines = if quiet { String::new() } else { files.iter().map(line).collect() };
    Ok(Answer { text: lines + &summary(&files), exit })
}

fn line(file: &Examined) -> String {
    let word = if file.plan.is_some() { "ok" } else { "WRONG" };
    let number = |severity| file.found.iter().filter(|message| message.severity == severity).count() as u64;
    let said: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning")]
        .into_iter()
        .filter(|&(severity, _)| number(severity) > 0)
        .map(|(severity, noun)| count(number(severity), noun))
        .collect();
    format!("{word:<7}{}   {}", file.path, said.join(", ")).trim_end().to_owned() + "\n"
}

fn summary(files: &[Examined]) -> String {
    let wrong = files.iter().filter(|file| file.plan.is_none()).count() as u64;
    let all = count(files.len() as u64, "scenario");
    match wrong {
        0 => format!("{all}: sound\n"),
        wrong => format!("{all}: {} sound, {wrong} wrong\n", files.len() as u64 - wrong),
    }
}
