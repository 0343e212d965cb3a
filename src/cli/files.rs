//! Paths to plans: files, and folders with all `*.ron` files below them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Set, Shape};
use super::{Exit, Refusal, say};
use crate::plan::Plan;
use crate::report::Subject;
use crate::scenario::{self, Diagnostics, Settings};

/// A scenario file that could be read.
pub(super) struct File {
    /// Where it lies, as it was named or found.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
    /// What it means.
    pub(super) plan: Plan,
}

impl File {
    /// What reports of it are about.
    pub(super) fn subject(&self) -> Subject<'_> {
        let places = scenario::places(&self.text).iter().map(|place| (place.line, place.column)).collect();
        let (faults, user) = scenario::placed(&self.plan);
        Subject::new(&self.plan, scenario::expectations(&self.plan)).placed(faults, user).located(&self.path, places)
    }
}

/// Reads one file.
pub(super) fn read_one(path: &Path, set: &Set) -> Result<File, Refusal> {
    read_alone(path, set).map_err(|bad| bad.refusal)
}

/// The same, with all that is known of what is wrong.
pub(super) fn read_alone(path: &Path, set: &Set) -> Result<File, Bad> {
    let settings = settings(set)?;
    read(path, &settings).map_err(|Unsound { found, exit }| Bad {
        refusal: Refusal::new(exit, found.render(true)),
        files: vec![(path.display().to_string(), *found)],
        sound: 0,
    })
}

/// Why the files cannot be run, and what is wrong with which.
pub(super) struct Bad {
    pub(super) refusal: Refusal,
    /// The files that are wrong; the arguments of `--set` have no path.
    pub(super) files: Vec<(String, Diagnostics)>,
    /// How many others there are.
    pub(super) sound: usize,
}

impl From<Refusal> for Bad {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, files: Vec::new(), sound: 0 }
    }
}

/// Reads all files that the paths stand for, in the order of the paths; those of a folder by name. If any is wrong, all
/// messages are in the refusal, and nothing should run.
pub(super) fn read_each(paths: &[PathBuf], set: &Set) -> Result<Vec<File>, Bad> {
    let settings = settings(set)?;
    let found = find(paths)?;
    let (mut files, mut unsound) = (Vec::new(), Vec::new());
    for path in &found {
        match read(path, &settings) {
            Ok(file) => files.push(file),
            Err(found) => unsound.push((path.display().to_string(), found)),
        }
    }
    if unsound.is_empty() {
        return Ok(files);
    }
    let is_outdated = unsound.iter().all(|(_, found)| found.exit == Exit::Inconclusive);
    let messages: Vec<String> = unsound.iter().map(|(_, unsound)| unsound.found.render(true)).collect();
    let refusal = Refusal::new(if is_outdated { Exit::Inconclusive } else { Exit::Usage }, messages.join("\n"));
    let bad = unsound.into_iter().map(|(path, unsound)| (path, *unsound.found)).collect();
    Err(Bad { refusal, files: bad, sound: files.len() })
}

/// What `--set` says. Older names are said once, not once a file.
fn settings(set: &Set) -> Result<Settings, Bad> {
    match Settings::read(&set.settings) {
        Ok((settings, found)) => {
            if !found.is_empty() {
                say(&found.render(true));
            }
            Ok(settings)
        }
        Err(found) => {
            let refusal = Refusal::new(Exit::Usage, found.render(true));
            Err(Bad { refusal, files: vec![("--set".to_owned(), found)], sound: 0 })
        }
    }
}

/// What a file says, or what is wrong with it.
pub(super) struct Examined {
    /// Where it lies, as it was named or found.
    pub(super) path: String,
    /// What it means, if it is sound.
    pub(super) plan: Option<Plan>,
    /// Everything that was found in it.
    pub(super) found: Diagnostics,
}

/// Examines all files, and says what they come to. For programs none is a result, too: people read why on stderr.
pub(super) fn examine_for(paths: &[PathBuf], shape: Shape) -> Result<(Vec<Examined>, Exit), Refusal> {
    match examine_all(paths) {
        Ok(files) => {
            let exit = if files.iter().any(|file| file.plan.is_none()) { Exit::Usage } else { Exit::Holds };
            Ok((files, exit))
        }
        Err(Refusal { message, exit }) if shape != Shape::Human => {
            say(&message);
            Ok((Vec::new(), exit))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Examines all files that the paths stand for, in the order of [`read_each`]. No mistake in one of them is a refusal.
fn examine_all(paths: &[PathBuf]) -> Result<Vec<Examined>, Refusal> {
    let examine = |path: &PathBuf| {
        let name = path.display().to_string();
        match scenario::read_file(path) {
            Ok(text) => {
                let (plan, found) = scenario::examine(&text, &name);
                Examined { path: name, plan, found }
            }
            Err(found) => Examined { path: name, plan: None, found },
        }
    };
    Ok(find(paths)?.iter().map(examine).collect())
}

/// The files that the paths stand for, as far as they can be listed.
pub(super) fn named(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    paths.iter().for_each(|path| _ = collect(path, &mut found));
    found
}

/// The files that the paths stand for.
fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Refusal> {
    let mut found = Vec::new();
    for path in paths {
        collect(path, &mut found).map_err(|error| {
            Refusal::new(Exit::Usage, format!("error: {} cannot be listed: {error}\n", path.display()))
        })?;
    }
    if found.is_empty() {
        let folders: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let message = format!("nothing to run: there is no `*.ron` file below {}\n", folders.join(", "));
        return Err(Refusal::new(Exit::Nothing, message));
    }
    Ok(found)
}

/// A file that cannot be run.
struct Unsound {
    found: Box<Diagnostics>,
    /// What it means if it is the only one.
    exit: Exit,
}

/// The file, or what is wrong with it. Warnings are said at once.
fn read(path: &Path, settings: &Settings) -> Result<File, Unsound> {
    let unsound = |found: Diagnostics| Unsound {
        // A case whose steps the job does not have any more shows nothing; nobody has made a mistake in it.
        exit: if found.is_outdated() { Exit::Inconclusive } else { Exit::Usage },
        found: Box::new(found),
    };
    let text = scenario::read_file(path).map_err(unsound)?;
    let name = path.display().to_string();
    match scenario::examine_with(&text, &name, settings) {
        (Some(plan), diagnostics) => {
            if !diagnostics.is_empty() {
                say(&diagnostics.render(true));
            }
            Ok(File { path: name, text, plan })
        }
        (None, diagnostics) => Err(unsound(diagnostics)),
    }
}

/// Whether it is to be read. A pipe that is found in a folder is not: nobody may be at its other end. A link that leads
/// nowhere is, and the message says so.
fn is_file(path: &Path) -> bool {
    path.metadata().map_or(true, |metadata| metadata.is_file())
}

/// Adds a path, or what lies below it. Links to folders are not followed: they could lead in circles.
fn collect(path: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        found.push(path.to_owned());
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let below = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&below, found)?;
        } else if below.extension().is_some_and(|extension| extension == "ron") && is_file(&below) {
            found.push(below);
        }
    }
    Ok(())
}
