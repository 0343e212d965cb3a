//! `trace`: what happened in a run, one line an event, or as a picture.
//!
//! | file | does |
//! | --- | --- |
//! | `part` | which part of the run is shown |
//! | `wanted` | what is made of it, and which options have an effect on that |

mod part;
mod wanted;

use serde::Serialize;

use super::args::Trace;
use super::files::read_one;
use super::output::Output;
use super::{Answer, Exit, Refusal, say};
use crate::action::Names;
use crate::explore::{Campaign, fault};
use crate::report::chart::Chart;
use crate::report::{Picture, Wishes, lanes, machine, picture, words};
use crate::run::{End, Keep, Order, Runner};
use crate::trace::{Entry, Level, render};
use part::Part;
use wanted::{Wanted, wanted};

use anstream::ColorChoice;

pub(super) fn trace(args: &Trace, quiet: bool, color: ColorChoice, output: &Output) -> Result<Answer, Refusal> {
    let wanted = wanted(args, quiet, color)?;
    let mut file = read_one(&args.path, &args.set)?;
    file.plan.stop = args.until.or(file.plan.stop);
    let file = file;
    let order = match args.seed {
        None => Order::of(&file.plan),
        Some(seed) => Campaign { plan: file.plan.clone(), seeds: 0..1, strategy: args.policy, jobs: 1 }.order(seed),
    };
    let (outcome, topology) = fault::guarded(order.seed, || {
        let mut runner = Runner::new(file.plan.clone());
        let outcome = runner.run(&order, Keep { trace: true, actions: false });
        (outcome, runner.topology().clone())
    })?;
    let part = part::part(args, &outcome.trace)?;
    let mut exit = Exit::Holds;
    if matches!(outcome.end, End::Mismatch(_)) {
        let why = words::end(&file.subject(), &outcome.end);
        say(&format!("{}: the schedule does not apply any more: {why}\n", file.path));
        exit = Exit::Inconclusive;
    }
    let digest = || outcome.digest(&topology.names).to_string();
    if let (Wanted::Text, true) = (wanted, quiet) {
        return Ok(Answer { text: format!("# digest {}\n", digest()), exit });
    }
    let level = args.level.unwrap_or(Level::Protocol);
    let head = Head { name: &file.plan.name, seed: order.seed, level: level.word() };
    let text = match wanted {
        Wanted::Picture(kind) => {
            let chart = Chart::new(&outcome.trace, &file.plan, &topology, order.time);
            drawn(kind, args, &chart, &part, output)?
        }
        Wanted::Text => {
            output.fitted(&lines(&head, &outcome.trace, &part, level, &topology.names, &digest())).into_owned()
        }
        Wanted::JsonLines => records(&head, &outcome.trace, &part, level, &topology.names, &digest()),
    };
    if let Some(note) = part.note {
        say(&note);
    }
    Ok(Answer { text, exit })
}

fn drawn(kind: Picture, args: &Trace, chart: &Chart, part: &Part, output: &Output) -> Result<String, Refusal> {
    let told = args.width.map(|width| width as usize).or(output.told);
    let is_text = matches!(kind, Picture::Lanes(_));
    let columns = told.and_then(|width| u32::try_from(width).ok()).filter(|_| is_text);
    let steps = part.steps.as_ref().map(|steps| (steps.start, steps.end - 1));
    let wishes = Wishes { steps, theme: args.theme, width: args.width.or(columns) };
    let kind = kind.with(wishes).map_err(|option| Refusal::new(Exit::Fault, format!("error: `{option}`\n")))?;
    if let (Picture::Lanes(options), Some(width)) = (kind, told) {
        let needed = lanes::needs(chart, options);
        if needed > width {
            return Err(Refusal::new(
                Exit::Usage,
                format!(
                    "error: a chart of the JobManager and {} takes {needed} columns; there are {width}\n\
                     wider than that, for a pager: --width {needed}; as a drawing: -o FILE.svg\n",
                    words::count(chart.lanes.len() as u64, "task"),
                ),
            ));
        }
    }
    Ok(picture(kind, chart))
}

/// What is traced.
#[derive(Serialize)]
struct Head<'a> {
    name: &'a str,
    seed: u64,
    level: &'static str,
}

/// One line an event, with its step; comments say what is left out.
fn lines(head: &Head<'_>, trace: &[Entry], part: &Part, level: Level, names: &Names, digest: &str) -> String {
    let Head { name, seed, .. } = head;
    let mut text = format!("# cutline trace 2   {name}   seed {seed}   level {}{}\n", level.word(), part.words());
    let left_out = |count: usize, side: &str| match count {
        0 => String::new(),
        _ => format!("# {} {side} this left out\n", words::count(count as u64, "event")),
    };
    let [before, after] = part.left_out(trace.iter().filter(|entry| level.shows(&entry.event)));
    text.push_str(&left_out(before, "before"));
    let width = trace.last().map_or(1, |entry| entry.step.to_string().len());
    for entry in trace.iter().filter(|entry| level.shows(&entry.event) && part.has(entry)) {
        text.push_str(&format!("{:>width$}  ", entry.step.to_string()));
        render::line(entry, names, &mut text);
        text.push('\n');
    }
    text.push_str(&left_out(after, "after"));
    text.push_str(&format!("# digest {digest}\n"));
    text
}

/// An event, for programs.
#[derive(Serialize)]
struct Told<'a> {
    step: u64,
    at_us: u64,
    who: &'a str,
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<u64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    says: &'a str,
}

/// The last record.
#[derive(Serialize)]
struct Finished<'a> {
    before: usize,
    after: usize,
    digest: &'a str,
}

/// One JSON object an event.
fn records(head: &Head<'_>, trace: &[Entry], part: &Part, level: Level, names: &Names, digest: &str) -> String {
    let mut text = machine::record(machine::TRACE, "started", head);
    for entry in trace.iter().filter(|entry| level.shows(&entry.event) && part.has(entry)) {
        let render::Parts { who, what, checkpoint, says } = render::parts(entry, names);
        let checkpoint = checkpoint.map(|id| id.0);
        let told =
            Told { step: entry.step.0, at_us: entry.at.0, who: &who, what: &what, checkpoint, says: says.trim() };
        text.push_str(&machine::record(machine::TRACE, "event", &told));
    }
    let [before, after] = part.left_out(trace.iter().filter(|entry| level.shows(&entry.event)));
    text.push_str(&machine::record(machine::TRACE, "finished", &Finished { before, after, digest }));
    text
}
