//! A space-time diagram as SVG: lanes from top to bottom, virtual time to the right.
//!
//! | file | draws |
//! | --- | --- |
//! | `layout` | decides where everything stands |
//! | `frame` | title, names, captions, axis, legend |
//! | `lines` | lanes and messages |
//! | `waits` | blocked inputs |
//! | `cuts` | the lines of checkpoints, what restarts undo, read and do again |
//! | `marks` | what happens on a lane |
//! | `tears` | what is left out |
//! | `room` | finds places for words |
//! | `legend` | what the marks mean |
//! | `theme` | colours and dashes |
//! | `canvas` | SVG text |
//!
//! The same chart gives the same bytes. Colours are never alone: see [`Theme`].

mod canvas;
mod cuts;
mod frame;
mod layout;
mod legend;
mod lines;
mod marks;
mod room;
mod tears;
mod theme;
mod waits;

use canvas::{Canvas, at, escape};
use layout::Layout;
use room::Room;
use theme::CHECKPOINTS;
pub use theme::Theme;

use super::chart::{Chart, Lane, Sign, asked, over};

/// How a diagram is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// For which background.
    pub theme: Theme,
    /// The first and the last step that it shows; `None` leaves out what matters least if not everything has room.
    pub steps: Option<(u64, u64)>,
    /// About so many pixels wide at most, unless `steps` says otherwise.
    pub widest: u32,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: Theme::Auto, steps: None, widest: 1_600 }
    }
}

/// No picture has room for more moments; one needs three pixels or more.
const MOMENTS: usize = 1_200;

/// The picture of a run.
pub fn render(whole: &Chart, look: Look) -> String {
    let widest = i32::try_from(look.widest).unwrap_or(i32::MAX).max(760);
    let fits =
        |chart: &Chart| chart.moments.len() <= MOMENTS && Layout::new(chart, chart.window(None), 0).width <= widest;
    let folded = look.steps.is_none().then(|| whole.clone().fold(fits));
    let chart = folded.as_ref().unwrap_or(whole);
    let window = chart.window(look.steps);
    let mut canvas = Canvas::default();
    // Where captions stand depends on widths, and how far down everything begins on captions.
    let sketch = Layout::new(chart, window, 0);
    let captions = if chart.moments.is_empty() { Vec::new() } else { frame::captions(chart, &sketch) };
    canvas.open("cutline");
    let head = frame::title(&mut canvas, chart, sketch.width);
    let layout = Layout::new(chart, window, head + frame::height(&captions));

    let mut room = Room::new(chart, &layout);
    let mut foot = cuts::Foot::default();
    cuts::regions(&mut canvas, chart, &layout);
    cuts::cuts(&mut canvas, chart, &layout);
    lines::lives(&mut canvas, chart, &layout);
    waits::waits(&mut canvas, chart, &layout);
    lines::messages(&mut canvas, chart, &layout);
    tears::tears(&mut canvas, chart, &layout);
    cuts::names(&mut canvas, chart, &layout, &mut room, &mut foot);
    cuts::region_words(&mut canvas, chart, &layout, &mut room);
    let deep = cuts::comebacks(&mut canvas, chart, &layout, &mut room, &foot);
    marks::marks(&mut canvas, chart, &layout);
    waits::wait_words(&mut canvas, chart, &layout);
    lines::loss_words(&mut canvas, chart, &layout, &mut room);
    lines::crossing_words(&mut canvas, chart, &layout, &mut room);
    lines::values(&mut canvas, chart, &layout, &mut room);
    frame::draw_captions(&mut canvas, &layout, &captions);
    frame::names(&mut canvas, chart, &layout);
    let axis = deep + 20;
    frame::axis(&mut canvas, chart, &layout, axis);
    let end = tears::words(&mut canvas, chart, &layout, &mut room, axis + 33);
    let height = legend::legend(&mut canvas, chart, &layout, end + 25);
    canvas.close();
    document(whole, look.theme, layout.width, height, &canvas.out)
}

/// The whole file around the drawing.
fn document(chart: &Chart, theme: Theme, width: i32, height: i32, drawing: &str) -> String {
    let mut canvas = Canvas::default();
    canvas.raw(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" class=\"cutline\">"
    ));
    canvas.raw(format_args!("<title>{}</title>", escape(&chart.title)));
    canvas.raw(format_args!("<desc>{}</desc>", escape(&story(chart))));
    canvas.raw(format_args!("<style>\n{}</style>", theme::sheet(theme)));
    canvas.raw(format_args!("<defs>"));
    for kind in 0..CHECKPOINTS {
        canvas.raw(format_args!(
            "<pattern id=\"cutline-hatch-{kind}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><path class=\"k{kind}\" stroke-width=\"2\" d=\"M1 0V6\"/></pattern>"
        ));
    }
    canvas.raw(format_args!("</defs>"));
    canvas.rect("paper", at(0, 0), width, height, 10);
    canvas.out.push_str(drawing);
    canvas.raw(format_args!("</svg>"));
    canvas.out
}

/// The run in words, for those who cannot see the picture.
fn story(chart: &Chart) -> String {
    let mut said = vec![format!("A space-time diagram of {} tasks.", chart.lanes.len())];
    for mark in &chart.marks {
        let time = chart.moments[mark.at].at;
        let who = |lane: Lane| lane.task().map_or("the JobManager", |task| chart.name(task));
        let text = match mark.sign {
            Sign::Triggered(id) => format!("checkpoint {id} is triggered"),
            Sign::Completed(id) => {
                let snapshots = chart.cut(id).into_iter().flat_map(|cut| &cut.points).filter_map(|&(task, when)| {
                    chart.marks_at(when).iter().find_map(|mark| match mark.sign {
                        Sign::Snapshot { shows: Some(shows), id: of } if of == id && mark.lane == Lane::Task(task) => {
                            Some(format!("{} {shows}", chart.name(task)))
                        }
                        _ => None,
                    })
                });
                let states: Vec<String> = snapshots.collect();
                format!("checkpoint {id} is complete with {}", states.join(", "))
            }
            Sign::Aborted(id, reason) => format!("checkpoint {id} is given up, {reason}"),
            Sign::Crash => format!("{} crashes", who(mark.lane)),
            Sign::Restart(Some(id)) => format!("the job restarts from checkpoint {id}"),
            Sign::Restart(None) => "the job restarts from nothing".to_owned(),
            Sign::Asked(ask) => asked(ask).to_owned(),
            Sign::Refused(ask, why) => format!("{} is refused, {}", asked(ask), why.words()),
            Sign::Rejected(reason) => format!("a trigger is refused, {reason}"),
            Sign::Start(id) => format!("the job starts again from checkpoint {id}"),
            Sign::Over(status) => over(status).to_owned(),
            Sign::Stopped => "the run is cut off".to_owned(),
            _ => continue,
        };
        said.push(format!("At {time} s {text}."));
        if said.len() > 60 {
            said.push("And so on.".to_owned());
            break;
        }
    }
    said.join(" ")
}
