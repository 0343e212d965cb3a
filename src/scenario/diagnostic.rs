//! What is wrong with a scenario file, said so that a person can mend it: where, what, and what to write instead.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::knob::Complaint;

/// How many messages of one severity are kept: nobody reads more, and a file of a million mistakes must not take for
/// ever.
const MOST: usize = 50;

/// Everything that was found in one file, in the order of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostics {
    origin: String,
    text: String,
    list: Vec<Diagnostic>,
    /// Places about which nothing more is to be said.
    settled: Vec<Range<usize>>,
    /// The last message that found no room.
    spare: Option<Box<Diagnostic>>,
    /// Whether an error found no room.
    is_full: bool,
    /// How many errors there are, also those that found no room.
    errors: usize,
}

/// One message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Whether the file can be used nevertheless.
    pub severity: Severity,
    /// A short name of the kind of mistake, for example `unknown-field`.
    pub code: &'static str,
    /// What is wrong, in a sentence.
    pub message: String,
    /// Where; none if the file could not be read at all.
    pub span: Option<Span>,
    /// The argument of the command line that it is about, and that the place is in; none if it is about the file.
    pub argument: Option<String>,
    /// What stands below the marked text; may be empty.
    pub label: String,
    /// Background, one line each.
    pub notes: Vec<String>,
    /// What to do, one line each.
    pub helps: Vec<String>,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Nothing is wrong, but there is a newer way to say it.
    Note,
    /// The file means something, but perhaps not what was meant.
    Warning,
    /// There is no plan.
    Error,
}

/// A place in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// In bytes.
    pub bytes: Range<usize>,
    /// Where it begins.
    pub start: Position,
    /// Where it ends: the first position that does not belong to it.
    pub end: Position,
}

/// A line and a column, both counted from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Diagnostics {
    /// No message yet about `text`, which comes from `origin`.
    pub(super) fn new(text: &str, origin: &str) -> Self {
        let (origin, text) = (origin.to_owned(), text.to_owned());
        Self { origin, text, list: Vec::new(), settled: Vec::new(), spare: None, is_full: false, errors: 0 }
    }

    /// A file that could not be read: one message without a place.
    pub(super) fn unreadable(origin: &str, message: String, help: &str) -> Self {
        let mut diagnostics = Self::new("", origin);
        let diagnostic = Diagnostic::new(Severity::Error, "unreadable", message, None);
        diagnostics.list.push(Diagnostic { helps: vec![help.to_owned()], ..diagnostic });
        diagnostics
    }

    /// Adds a message about these bytes of the text. An empty range is widened to one character.
    pub(super) fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        bytes: Range<usize>,
        message: String,
    ) -> &mut Diagnostic {
        self.errors += usize::from(severity == Severity::Error);
        if self.settled.iter().any(|settled| settled.start <= bytes.start && bytes.end <= settled.end) {
            return self.spare.insert(Box::new(Diagnostic::new(severity, code, message, None)));
        }
        if self.list.iter().filter(|other| other.severity == severity).count() == MOST {
            self.is_full |= severity == Severity::Error;
            return self.spare.insert(Box::new(Diagnostic::new(severity, code, message, None)));
        }
        let span = Span::of(&self.text, bytes);
        self.list.push(Diagnostic::new(severity, code, message, Some(span)));
        self.list.last_mut().expect("one was just pushed")
    }

    /// Takes no more messages about what lies within these bytes: the one that is there says all.
    pub(super) fn settle(&mut self, bytes: Range<usize>) {
        self.settled.push(bytes);
    }

    /// Adds a message about these bytes of an argument of the command line.
    pub(super) fn add_in(
        &mut self,
        severity: Severity,
        code: &'static str,
        argument: &str,
        bytes: Range<usize>,
        message: String,
    ) -> &mut Diagnostic {
        self.errors += usize::from(severity == Severity::Error);
        let span = Some(Span::of(argument, bytes));
        let argument = Some(argument.to_owned());
        self.list.push(Diagnostic { argument, ..Diagnostic::new(severity, code, message, span) });
        self.list.last_mut().expect("one was just pushed")
    }

    /// Puts the messages in the order of the text.
    pub(super) fn finish(mut self) -> Self {
        self.spare = None;
        self.list.sort_by_key(|diagnostic| {
            let place = diagnostic.span.as_ref().map(|span| (span.bytes.start, span.bytes.end));
            // Arguments stay in their own order, behind the file.
            (diagnostic.argument.is_some(), place.filter(|_| diagnostic.argument.is_none()))
        });
        if let (true, Some(last)) = (self.is_full, self.list.last_mut()) {
            last.notes.push(format!("there are more; only {MOST} are shown"));
        }
        self
    }

    /// Whether there are so many errors that looking for more is pointless.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Where the text comes from: a path.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The messages, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many errors there are, also those that found no room.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether there is no plan.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether nothing is wrong but pinned steps whose task, channel or TaskManager the job does not have: the file was
    /// sound for the job that it was saved for.
    pub fn is_outdated(&self) -> bool {
        let mut errors = self.list.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).peekable();
        errors.peek().is_some() && errors.all(|diagnostic| diagnostic.code == super::lower::GONE)
    }

    /// The messages as they are shown to a person: position, the line, the place marked, what to do.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(120);
        let mut rendered = String::new();
        for diagnostic in &self.list {
            if !rendered.is_empty() {
                rendered.push('\n');
            }
            rendered.push_str(&diagnostic.render(&renderer, &self.origin, &self.text));
            rendered.push('\n');
        }
        rendered
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

impl Diagnostic {
    fn new(severity: Severity, code: &'static str, message: String, span: Option<Span>) -> Self {
        let (label, notes, helps) = (String::new(), Vec::new(), Vec::new());
        Self { severity, code, message, span, argument: None, label, notes, helps }
    }

    /// Puts a text below the marked place.
    pub(super) fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = label.into();
        self
    }

    /// Adds background.
    pub(super) fn note(&mut self, note: impl Into<String>) -> &mut Self {
        self.notes.push(note.into());
        self
    }

    /// Adds what to do.
    pub(super) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.helps.push(help.into());
        self
    }

    /// Adds what is wrong with a value, but for the message.
    pub(super) fn complain(&mut self, complaint: Complaint) -> &mut Self {
        self.label = complaint.label;
        self.notes.extend(Some(complaint.note.to_owned()).filter(|note| !note.is_empty()));
        self.helps.extend(Some(complaint.help).filter(|help| !help.is_empty()));
        self
    }

    /// Asks "did you mean", if something known is near.
    pub(super) fn suggest<'n>(&mut self, wrong: &str, known: impl IntoIterator<Item = &'n str>) -> &mut Self {
        match nearest(wrong, known) {
            Some(near) => self.label(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Asks "did you mean", or lists what is known if nothing is near.
    pub(super) fn suggest_one_of<'n>(
        &mut self,
        wrong: &str,
        known: impl IntoIterator<Item = &'n str> + Clone,
    ) -> &mut Self {
        if self.suggest(wrong, known.clone()).label.is_empty() {
            let known: Vec<String> = known.into_iter().map(|known| format!("`{known}`")).collect();
            self.help(format!("one of {}", known.join(", ")));
        }
        self
    }

    fn render(&self, renderer: &Renderer, origin: &str, text: &str) -> String {
        let level = match self.severity {
            Severity::Note => Level::NOTE,
            Severity::Warning => Level::WARNING,
            Severity::Error => Level::ERROR,
        };
        let title = level.primary_title(&self.message).id(self.code);
        let (origin, text) = match &self.argument {
            None => (origin, text),
            Some(argument) => ("--set", argument.as_str()),
        };
        let group = match &self.span {
            None => title.element(Origin::path(origin)),
            Some(span) => title.element(self.snippet(span, origin, text)),
        };
        let notes = self.notes.iter().map(|note| Level::NOTE.message(note));
        let helps = self.helps.iter().map(|help| Level::HELP.message(help));
        renderer.render(&[group.elements(notes).elements(helps)])
    }

    /// The lines of the marked text, and only they: the text may be large.
    fn snippet<'t>(
        &'t self,
        span: &Span,
        origin: &'t str,
        text: &'t str,
    ) -> Snippet<'t, annotate_snippets::Annotation<'t>> {
        let first = text[..span.bytes.start].rfind('\n').map_or(0, |newline| newline + 1);
        let last = text[span.bytes.end..].find('\n').map_or(text.len(), |newline| span.bytes.end + newline);
        let mut marked = span.bytes.start - first..span.bytes.end - first;
        let mut lines = &text[first..last];
        // A mistake in a whole list is marked at its beginning.
        if let Some(newline) = lines[marked.start..].find('\n').map(|newline| marked.start + newline)
            && newline < marked.end
        {
            marked.end = newline;
            lines = &lines[..newline];
        }
        let annotation = AnnotationKind::Primary.span(marked);
        let annotation = if self.label.is_empty() { annotation } else { annotation.label(&self.label) };
        Snippet::source(lines).line_start(span.start.line).path(origin).annotation(annotation)
    }
}

impl Span {
    fn of(text: &str, bytes: Range<usize>) -> Self {
        let end = if bytes.is_empty() {
            text[bytes.end..].chars().next().map_or(bytes.end, |next| bytes.end + next.len_utf8())
        } else {
            bytes.end
        };
        let bytes = bytes.start..end;
        Self { start: Position::of(text, bytes.start), end: Position::of(text, bytes.end), bytes }
    }
}

impl Position {
    /// The position of a byte.
    pub(super) fn of(text: &str, byte: usize) -> Self {
        let before = &text[..byte];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { line: 1 + before.matches('\n').count(), column: 1 + before[line_start..].chars().count() }
    }
}

/// The known word that is nearest to a wrong one, if it is near enough to be meant; else the only one that begins so.
pub(super) fn nearest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let known: Vec<&str> = known.into_iter().collect();
    let lower = wrong.to_lowercase();
    let distance = |known: &str| strsim::damerau_levenshtein(&known.to_lowercase(), &lower);
    let length = wrong.chars().count();
    let allowed = (length / 3).clamp(1, 4);
    let near = known.iter().map(|&known| (distance(known), known)).min().filter(|near| near.0 <= allowed);
    let begins_so = || {
        let mut begin = known.iter().copied().filter(|known| known.to_lowercase().starts_with(&lower));
        begin.next().filter(|first| length >= 3 && begin.all(|other| other == *first))
    };
    near.map(|near| near.1).or_else(begins_so)
}
