//! What is made of a run. What would have no effect on it is an error.

use anstream::ColorChoice;

use crate::cli::args::{Format, Trace};
use crate::cli::{Exit, Refusal};
use crate::report::{Picture, Wishes};

/// What is made of a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// Lines for people.
    Text,
    /// Lines for programs.
    JsonLines,
    /// A picture.
    Picture(Picture),
}

fn refusal(message: String) -> Refusal {
    Refusal::new(Exit::Usage, format!("error: {message}\n"))
}

/// What the ending of a file means.
fn of_ending(ending: &str) -> Option<Wanted> {
    match ending {
        "jsonl" | "ndjson" => Some(Wanted::JsonLines),
        _ => Picture::of_ending(ending).map(Wanted::Picture),
    }
}

/// What is asked for.
pub(super) fn wanted(args: &Trace, quiet: bool, color: ColorChoice) -> Result<Wanted, Refusal> {
    let ending = args.output.as_deref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    let of_file = ending.and_then(|ending| of_ending(&ending.to_ascii_lowercase()));
    let asked = match args.format {
        Some(Format::Picture(picture)) => Wanted::Picture(picture),
        Some(Format::JsonLines) => Wanted::JsonLines,
        Some(Format::Text) => Wanted::Text,
        None if args.lanes => Picture::named("lanes").map_or(Wanted::Text, Wanted::Picture),
        None => of_file.unwrap_or(Wanted::Text),
    };
    if let Some(ending) = ending {
        of_that_ending(args, asked, of_file, ending)?;
    }
    if color == ColorChoice::Always {
        return Err(refusal("`trace` writes no words in colours: `--color always` has no effect".to_owned()));
    }
    match asked {
        Wanted::Text => has_no(args, "a text").map(|()| asked),
        Wanted::JsonLines if quiet => {
            Err(refusal("`-q` leaves the last line of a text; JSON lines are whole".to_owned()))
        }
        Wanted::JsonLines => has_no(args, "JSON lines").map(|()| asked),
        Wanted::Picture(picture) => of_picture(picture, args, quiet).map(|()| asked),
    }
}

/// Endings that nobody takes for anything but text.
const TEXTS: [&str; 5] = ["txt", "text", "log", "trace", "out"];

/// Refuses a file whose ending promises something else than what would be in it.
fn of_that_ending(args: &Trace, asked: Wanted, meant: Option<Wanted>, ending: &str) -> Result<(), Refusal> {
    let is_said = args.format.is_some() || args.lanes;
    let is_text = matches!(asked, Wanted::Text | Wanted::Picture(Picture::Lanes(_)));
    match meant.map(name) {
        Some(meant) if is_text => Err(refusal(format!(
            "a file that ends in .{ending} would hold text; leave out what asks for text (the ending means \
             --format {meant}), or give the file another ending, such as .txt"
        ))),
        Some(meant) if meant != name(asked) => Err(refusal(format!(
            "a file that ends in .{ending} would not hold what the ending means (--format {meant}), but --format {}; \
             leave out the one, or change the other",
            name(asked)
        ))),
        None if !is_said && !TEXTS.iter().any(|text| ending.eq_ignore_ascii_case(text)) => Err(refusal(format!(
            "nothing known here ends in .{ending}: --format says what is made of the run, with `text` the file holds \
             text; endings that do so themselves are .jsonl, .svg, .mmd, .json and .txt"
        ))),
        _ => Ok(()),
    }
}

fn name(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Text => "text",
        Wanted::JsonLines => "jsonl",
        Wanted::Picture(picture) => picture.name(),
    }
}

/// What only pictures have.
fn has_no(args: &Trace, what: &str) -> Result<(), Refusal> {
    let given = [(args.theme.is_some(), "--theme", "svg"), (args.width.is_some(), "--width", "lanes or svg")];
    given.into_iter().find(|given| given.0).map_or(Ok(()), |(_, option, format)| {
        Err(refusal(format!("`{option}` has no effect on {what}; with it goes --format {format}")))
    })
}

fn of_picture(picture: Picture, args: &Trace, quiet: bool) -> Result<(), Refusal> {
    let name = picture.name();
    if quiet {
        return Err(refusal(format!("`-q` leaves the last line of a text; a picture (--format {name}) has none")));
    }
    if args.level.is_some() {
        return Err(refusal(format!("`--level` has no effect on a picture (--format {name}): it is for text")));
    }
    let parts = [
        (args.steps.is_some(), "--steps"),
        (args.ckpt.is_some(), "--ckpt"),
        (args.from.is_some(), "--from"),
        (args.to.is_some(), "--to"),
    ];
    let part = parts.into_iter().find(|part| part.0).map(|part| part.1);
    let wishes = Wishes { steps: part.map(|_| (0, 0)), theme: args.theme, width: args.width };
    picture.with(wishes).map(drop).map_err(|option| {
        let option = if option == "--steps" { part.unwrap_or(option) } else { option };
        refusal(format!("`{option}` has no effect on --format {name}"))
    })
}
