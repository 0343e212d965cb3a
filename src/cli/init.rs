//! `init`: a commented scenario to begin with.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::Init;
use super::{Answer, Exit, Refusal, say};
use crate::report::command;

/// Something to begin with.
pub(super) struct Template {
    pub(super) name: &'static str,
    /// What it shows, in a line.
    pub(super) about: &'static str,
    text: &'static str,
}

const fn template(name: &'static str, about: &'static str, text: &'static str) -> Template {
    Template { name, about, text }
}

/// What can be begun with. The name of a scenario is that of its file.
#[rustfmt::skip]
pub(super) const TEMPLATES: [Template; 11] = [
    template("recovery", "a crash, the last checkpoint, a replay", include_str!("templates/recovery.ron")),
    template("odd-even", "two halves of a sum, a crash while a record is on its way", include_str!("templates/odd-even.ron")),
    template("two-phase", "a sink whose rows are visible once their checkpoint is complete", include_str!("templates/two-phase.ron")),
    template("at-least-once", "no alignment: nothing is lost, something counts twice", include_str!("templates/at-least-once.ron")),
    template("windows", "event time, watermarks, windows", include_str!("templates/windows.ron")),
    template("join", "two streams that meet, and state that is forgotten in time", include_str!("templates/join.ron")),
    template("knobs", "a configuration of Flink as it is, under backpressure", include_str!("templates/knobs.ron")),
    template("storage", "snapshots that cannot be written, within what is tolerated", include_str!("templates/storage.ron")),
    template("restart", "a record that fails every time, until restarts run out", include_str!("templates/restart.ron")),
    template("start-again", "cancelled, and started from the checkpoint that was left", include_str!("templates/start-again.ron")),
    template("blank", "the smallest job, to be changed", include_str!("templates/blank.ron")),
];

pub(super) fn init(args: &Init, quiet: bool) -> Result<Answer, Refusal> {
    let name = args.name.clone().unwrap_or_else(|| PathBuf::from(&args.template));
    let path = if name.extension().is_some_and(|ending| ending == "ron") { name } else { with_ending(&name) };
    let text = TEMPLATES.iter().find(|template| template.name == args.template).map(|template| template.text);
    let text = text.ok_or_else(|| Refusal::new(Exit::Usage, "error: there is no such template\n"))?;
    let shown = path.display();
    write_new(&path, text).map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                format!("error: {shown} exists and is left as it is\nanother name: cutline init NAME\n")
            }
            _ => format!("error: {shown} cannot be written: {error}\n"),
        };
        Refusal::new(Exit::Usage, message)
    })?;
    if !quiet {
        say(&format!("run it: {}\n", command("run", &shown.to_string())));
    }
    Ok(Answer { text: format!("{shown}\n"), exit: Exit::Holds })
}

/// `my.idea` is `my.idea.ron`: a dot does not make an ending.
fn with_ending(name: &Path) -> PathBuf {
    let mut path = name.as_os_str().to_owned();
    path.push(".ron");
    PathBuf::from(path)
}

/// Writes a file that is not there yet. It gets its name when it is complete, and only if nobody has that name: a link
/// fails where a rename would replace.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    fs::create_dir_all(folder).map_err(io::Error::other)?;
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::write(&temporary, text).and_then(|()| match fs::hard_link(&temporary, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // A file system without links: whoever reads at this moment may see half of it, but nothing is replaced.
            let written = File::create_new(path)?.write_all(text.as_bytes());
            written.inspect_err(|_| _ = fs::remove_file(path))
        }
        linked => linked,
    });
    let _ = fs::remove_file(&temporary);
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Status, judge};
    use crate::run::Keep;
    use crate::scenario;

    #[test]
    fn every_template_is_sound_and_holds() {
        for Template { name, text, .. } in TEMPLATES {
            let (plan, found) = scenario::examine(text, &format!("{name}.ron"));
            assert!(found.is_empty(), "{found}");
            let plan = plan.expect("it is sound");
            assert_eq!(plan.name, name);
            assert!(!plan.about.is_empty());
            let judgement = judge(&plan, Keep::default()).expect("nothing panics");
            assert_eq!(judgement.status(), Status::Holds, "{name}");
        }
    }
}
