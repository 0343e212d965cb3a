//! Where the result goes: to stdout, or to a file that gets its name when it is complete.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anstream::{AutoStream, ColorChoice};

use super::{Exit, Refusal, interrupt, paint};
use crate::report::wrap::wrap;

/// Off a terminal every table has room.
const USUAL_WIDTH: usize = 100;

/// Takes the result of a verb. Once nobody reads it any more, what follows is dropped: that changes nothing about it.
pub(super) struct Output {
    target: Mutex<Target>,
    /// Whether words get their colours.
    is_coloured: bool,
    /// How wide tables may be.
    pub(super) width: usize,
    /// How wide a line may be, if somebody has said so: the terminal, or `COLUMNS`. Otherwise no line is broken, for
    /// those who search through them.
    pub(super) told: Option<usize>,
}

enum Target {
    Nowhere,
    Stdout,
    File { file: File, temporary: PathBuf, path: PathBuf },
}

impl Output {
    /// To this file, or to stdout; nowhere if `silent`. The choice of colours holds for stderr, too.
    pub(super) fn open(path: Option<&Path>, color: ColorChoice, silent: bool) -> Result<Self, Refusal> {
        color.write_global();
        let target = match path {
            None if silent => Target::Nowhere,
            None => Target::Stdout,
            Some(path) => {
                let temporary = temporary(path);
                let file = File::create(&temporary).map_err(|error| unwritable(path, &error))?;
                interrupt::unfinished(Some(temporary.clone()));
                Target::File { file, temporary, path: path.to_owned() }
            }
        };
        // A file is read by programs; only who insists gets colours there.
        let (is_coloured, told) = match target {
            Target::Stdout => (AutoStream::choice(&io::stdout()) != ColorChoice::Never, told()),
            Target::Nowhere | Target::File { .. } => (color == ColorChoice::Always, None),
        };
        Ok(Self { target: Mutex::new(target), is_coloured, width: told.unwrap_or(USUAL_WIDTH), told })
    }

    /// Writes a text for people.
    pub(super) fn text(&self, text: &str) {
        let text = self.fitted(text);
        if self.is_coloured { self.plain(&paint::paint(&text)) } else { self.plain(&text) }
    }

    /// The text in lines that the reader has room for.
    pub(super) fn fitted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.told.map_or(Cow::Borrowed(text), |width| Cow::Owned(wrap(text, width)))
    }

    /// Writes what programs read.
    pub(super) fn plain(&self, text: &str) {
        let mut target = self.target.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = match &mut *target {
            Target::Nowhere => Ok(()),
            Target::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
            }
            Target::File { file, .. } => file.write_all(text.as_bytes()),
        };
    }

    /// Gives a file its name.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        match self.target.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
            Target::Nowhere | Target::Stdout => Ok(()),
            Target::File { file, temporary, path } => {
                let done = file.sync_all().and_then(|()| fs::rename(&temporary, &path));
                interrupt::unfinished(None);
                done.map_err(|error| {
                    let _ = fs::remove_file(&temporary);
                    unwritable(&path, &error)
                })
            }
        }
    }

    /// Leaves a file of this name as it was.
    pub(super) fn abandon(self) {
        if let Ok(Target::File { temporary, .. }) = self.target.into_inner() {
            interrupt::unfinished(None);
            let _ = fs::remove_file(temporary);
        }
    }
}

/// What `COLUMNS` says, as shells set it for those who export it, or else the terminal.
fn told() -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let said = said.filter(|columns| (20..=1_000).contains(columns));
    said.or_else(|| terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0).max(20)))
}

/// Beside the file, so that it can be renamed.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

fn unwritable(path: &Path, error: &io::Error) -> Refusal {
    Refusal::new(Exit::Usage, format!("error: {} cannot be written: {error}\n", path.display()))
}
