//! Where the result goes: to stdout, or to a file that gets its name when it is complete.

use std::borrow::Cow;
use std::io;
use std::sync::Mutex;

use anstream::{AutoStream, ColorChoice};

use super::args::Cli;
use super::target::{Target, unwritable};
use super::{Refusal, paint};
use crate::report::wrap::wrap;

/// Off a terminal every table has room.
const USUAL_WIDTH: usize = 100;

/// Takes the result of a verb. Once nobody reads it any more, what follows is dropped: that changes nothing about it. What
/// cannot be written for another reason, as on a full disk, is said in the end.
pub(super) struct Output {
    target: Mutex<(Target, Option<io::Error>)>,
    /// Whether words get their colours.
    is_coloured: bool,
    /// How wide tables may be.
    pub(super) width: usize,
    /// How wide a line may be, if somebody has said so: the terminal, or `COLUMNS`. Otherwise no line is broken, for
    /// those who search through them.
    pub(super) told: Option<usize>,
}

impl Output {
    /// Where the arguments say: to a file, to stdout, or nowhere. The choice of colours holds for stderr, too.
    pub(super) fn open(cli: &Cli) -> Result<Self, Refusal> {
        let color = cli.color;
        color.write_global();
        let target = match cli.verb.output() {
            None if cli.quiet > 1 => Target::Nowhere,
            None => Target::Stdout,
            Some(path) => Target::open(path, &cli.verb)?,
        };
        // A file is read by programs; only who insists gets colours there.
        let (is_coloured, told) = match target {
            Target::Stdout => (AutoStream::choice(&io::stdout()) != ColorChoice::Never, told()),
            Target::Nowhere | Target::File { .. } | Target::Direct { .. } => (color == ColorChoice::Always, None),
        };
        Ok(Self { target: Mutex::new((target, None)), is_coloured, width: told.unwrap_or(USUAL_WIDTH), told })
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
        let (target, trouble) = &mut *self.target.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if trouble.is_none() {
            *trouble = target.write(text.as_bytes()).err();
        }
    }

    /// Gives a file its name, if all of it could be written.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        let (target, trouble) = self.target.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        match trouble.filter(|trouble| trouble.kind() != io::ErrorKind::BrokenPipe) {
            None => target.finish(),
            Some(trouble) => {
                let refusal = unwritable(&target.name(), &trouble);
                target.abandon();
                Err(refusal)
            }
        }
    }

    /// Leaves a file of this name as it was.
    pub(super) fn abandon(self) {
        if let Ok((target, _)) = self.target.into_inner() {
            target.abandon();
        }
    }
}

/// What `COLUMNS` says, as shells set it for those who export it, or else the terminal.
pub(super) fn told() -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let said = said.filter(|columns| (20..=1_000).contains(columns));
    said.or_else(|| terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0).max(20)))
}
