//! Where bytes go: stdout, a file that gets its name when it is complete, or what is there already and is no file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::args::Verb;
use super::{Exit, Refusal, files, interrupt};

/// Names of stdout, where it has any.
const STDOUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// So many links are followed, as systems do it.
const LINKS: usize = 40;

pub(super) enum Target {
    Nowhere,
    Stdout,
    /// A file of which nobody sees a half.
    File {
        file: File,
        temporary: PathBuf,
        path: PathBuf,
    },
    /// A pipe, a device: it keeps its name, and takes what comes when it comes.
    Direct {
        file: File,
        path: PathBuf,
    },
}

impl Target {
    /// What the path of an option means for this verb.
    pub(super) fn open(path: &Path, verb: &Verb) -> Result<Self, Refusal> {
        if STDOUT.iter().any(|name| path == Path::new(name)) {
            return Ok(Self::Stdout);
        }
        let refused = |error: io::Error| unwritable(&path.display().to_string(), &error);
        let is_folder = path.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        if path.is_dir() || is_folder {
            let message = format!("error: {} is a folder; the result is one file\n", path.display());
            return Err(Refusal::new(Exit::Usage, message));
        }
        if is_no_file(path) {
            let file = OpenOptions::new().append(true).open(path).map_err(refused)?;
            return Ok(Self::Direct { file, path: path.to_owned() });
        }
        let path = &followed(path).map_err(refused)?;
        if let Some(input) = files::named(verb.inputs()).into_iter().find(|input| is_same(input, path)) {
            let message = format!("error: {} is read; the result would take its place\n", input.display());
            return Err(Refusal::new(Exit::Usage, message));
        }
        let temporary = temporary(path);
        // Whoever presses Ctrl-C from here on leaves nothing of it.
        interrupt::unfinished(Some(temporary.clone()));
        let file = File::create(&temporary).map_err(|error| {
            interrupt::unfinished(None);
            refused(error)
        })?;
        Ok(Self::File { file, temporary, path: path.clone() })
    }

    /// Everything is written when it returns: no buffer is left that could fail later.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Nowhere => Ok(()),
            Self::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes).and_then(|()| stdout.flush())
            }
            Self::File { file, .. } | Self::Direct { file, .. } => file.write_all(bytes),
        }
    }

    /// What it is called in messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Nowhere | Self::Stdout => "stdout".to_owned(),
            Self::File { path, .. } | Self::Direct { path, .. } => path.display().to_string(),
        }
    }

    /// Gives a file its name.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        let Self::File { file, temporary, path } = self else { return Ok(()) };
        let done = file.sync_all().and_then(|()| fs::rename(&temporary, &path));
        interrupt::unfinished(None);
        done.map_err(|error| {
            let _ = fs::remove_file(&temporary);
            unwritable(&path.display().to_string(), &error)
        })
    }

    /// Leaves a file of this name as it was.
    pub(super) fn abandon(self) {
        if let Self::File { temporary, .. } = self {
            interrupt::unfinished(None);
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Whether there is something that must not be replaced: a device, a pipe, or what only looks like a file, because the
/// system has it open for this program.
fn is_no_file(path: &Path) -> bool {
    let is_open = ["/dev", "/proc"].iter().any(|folder| path.starts_with(folder)) && path.exists();
    is_open || path.metadata().is_ok_and(|metadata| !metadata.is_file())
}

/// The file that a link stands for, also if it is not there yet.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(to) => path = path.parent().unwrap_or(Path::new("")).join(to),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("links lead in circles"))
}

/// Whether both are one file, whatever they are called.
fn is_same(one: &Path, other: &Path) -> bool {
    let of_system = |path: &Path| -> io::Result<(u64, u64)> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            path.metadata().map(|metadata| (metadata.dev(), metadata.ino()))
        }
        #[cfg(not(unix))]
        {
            path.metadata().and(Err(io::ErrorKind::Unsupported.into()))
        }
    };
    match (of_system(one), of_system(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.canonicalize().ok().is_some_and(|one| other.canonicalize().is_ok_and(|other| one == other)),
    }
}

/// Beside the file, so that it can be renamed.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

pub(super) fn unwritable(name: &str, error: &io::Error) -> Refusal {
    Refusal::new(Exit::Usage, format!("error: {name} cannot be written: {error}\n"))
}
