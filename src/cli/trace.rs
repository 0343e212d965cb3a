//! `trace`: what happened in a run, one line an event, or as a picture.

use anstream::ColorChoice;

use super::args::{Format, Trace};
use super::files::read_one;
use super::{Answer, Exit, Refusal, say};
use crate::explore::{Campaign, fault};
use crate::report::chart::Chart;
use crate::report::{Picture, Wishes, picture, words};
use crate::run::{End, Keep, Order, Runner};
use crate::trace::{Level, render};

pub(super) fn trace(args: &Trace, quiet: bool, color: ColorChoice, width: usize) -> Result<Answer, Refusal> {
    let kind = kind(args, quiet, color, width)?;
    let file = read_one(&args.path, &args.set)?;
    let order = match args.seed {
        None => Order::of(&file.plan),
        Some(seed) => Campaign { plan: file.plan.clone(), seeds: 0..1, strategy: args.policy, jobs: 1 }.order(seed),
    };
    let (outcome, topology) = fault::guarded(order.seed, || {
        let mut runner = Runner::new(file.plan.clone());
        let outcome = runner.run(&order, Keep { trace: true, actions: false });
        (outcome, runner.topology().clone())
    })?;
    let mut exit = Exit::Holds;
    if matches!(outcome.end, End::Mismatch(_)) {
        let why = words::end(&file.subject(), &outcome.end);
        say(&format!("{}: the schedule does not apply any more: {why}\n", file.path));
        exit = Exit::Inconclusive;
    }
    if let Some(kind) = kind {
        let chart = Chart::new(&outcome.trace, &file.plan, &topology, order.time);
        return Ok(Answer { text: picture(kind, &chart), exit });
    }
    let digest = format!("# digest {}\n", outcome.digest(&topology.names));
    if quiet {
        return Ok(Answer { text: digest, exit });
    }
    let level = args.level.unwrap_or(Level::Protocol);
    let mut text = format!("# cutline trace 1   {}   seed {}   level {}", file.plan.name, order.seed, level.word());
    if let Some(steps) = &args.steps {
        text.push_str(&format!("   steps {}..{}", steps.start, steps.end));
    }
    text.push('\n');
    let in_steps = |step: u64| args.steps.as_ref().is_none_or(|steps| steps.contains(&step));
    for entry in outcome.trace.iter().filter(|entry| level.shows(&entry.event) && in_steps(entry.step.0)) {
        render::line(entry, &topology.names, &mut text);
        text.push('\n');
    }
    text.push_str(&digest);
    Ok(Answer { text, exit })
}

/// The picture that is asked for, if it is one. What would have no effect on it is an error.
fn kind(args: &Trace, quiet: bool, color: ColorChoice, width: usize) -> Result<Option<Picture>, Refusal> {
    let refusal = |message: String| Refusal::new(Exit::Usage, format!("error: {message}\n"));
    let ending = args.output.as_deref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    let of_file = ending.and_then(|ending| Picture::of_ending(&ending.to_ascii_lowercase()));
    let asked = match args.format {
        Some(Format::Picture(picture)) => Some(picture),
        None if args.lanes => Picture::named("lanes"),
        Some(Format::Text) => None,
        None => of_file,
    };
    let is_text = matches!(asked, None | Some(Picture::Lanes(_)));
    if let (true, Some(meant), Some(ending)) = (is_text, of_file, ending) {
        let name = meant.name();
        return Err(refusal(format!(
            "a file that ends in .{ending} would hold text; leave out what asks for text (the ending means \
             --format {name}), or give the file another ending, such as .txt"
        )));
    }
    if color == ColorChoice::Always {
        return Err(refusal("`trace` writes no words in colours: `--color always` has no effect".to_owned()));
    }
    let steps = args.steps.as_ref().map(|steps| (steps.start, steps.end - 1));
    let Some(picture) = asked else {
        let given = [(args.theme.is_some(), "--theme", "svg"), (args.width.is_some(), "--width", "lanes or svg")];
        return match given.into_iter().find(|given| given.0) {
            None => Ok(None),
            Some((_, option, format)) => {
                Err(refusal(format!("`{option}` has no effect on a text; with it goes --format {format}")))
            }
        };
    };
    let name = picture.name();
    if quiet {
        return Err(refusal(format!("`-q` leaves the last line of a text; a picture (--format {name}) has none")));
    }
    if args.level.is_some() {
        return Err(refusal(format!("`--level` has no effect on a picture (--format {name}): it is for text")));
    }
    let width = match picture {
        Picture::Lanes(_) => args.width.or(u32::try_from(columns(width)).ok()),
        _ => args.width,
    };
    let wishes = Wishes { steps, theme: args.theme, width };
    let wished = picture.with(wishes);
    wished.map(Some).map_err(|option| refusal(format!("`{option}` has no effect on --format {name}")))
}

/// The columns of a text: what `COLUMNS` says, as shells set it for those who export it, or else the terminal.
fn columns(width: usize) -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.filter(|columns| (20..=1_000).contains(columns)).unwrap_or(width)
}
