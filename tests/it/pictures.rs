//! Pictures of runs: what charts say of the teaching examples, what pictures must contain, and those of the docs.
//!
//! `UPDATE_PICTURES=1 cargo test pictures` draws those of the docs again.

use std::path::Path;

use cutline::ids::{CheckpointId, TaskId};
use cutline::plan::{Plan, Time};
use cutline::report::chart::{Chart, End, Fate, Lane, Message, Sign, Talk};
use cutline::report::diagram::{Look, Theme};
use cutline::report::{Picture, lanes, mermaid, picture};
use cutline::run::{Keep, Order, Runner};
use cutline::scenario;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn plan(name: &str) -> Plan {
    scenario::load_file(&root().join("scenarios").join(format!("{name}.ron"))).expect("a shipped scenario loads")
}

fn chart_of(plan: Plan, order: Option<Order>) -> Chart {
    let mut runner = Runner::new(plan);
    let order = order.unwrap_or_else(|| Order::of(runner.plan()));
    let outcome = runner.run(&order, Keep { trace: true, actions: false });
    Chart::new(&outcome.trace, runner.plan(), runner.topology(), order.time)
}

fn chart(name: &str) -> Chart {
    chart_of(plan(name), None)
}

fn task(chart: &Chart, name: &str) -> TaskId {
    chart.lanes.pairs().find(|(_, lane)| lane.name == name).expect("there is such a task").0
}

/// What a checkpoint holds, task by task, in the order of the plan.
fn held(chart: &Chart, id: u64) -> Vec<(&str, Option<i64>)> {
    let cut = chart.cuts.iter().find(|cut| cut.which.id == CheckpointId(id)).expect("there is such a checkpoint");
    let shows = |task: TaskId| {
        chart.marks_at(cut.point(task)?).iter().find_map(|mark| match mark.sign {
            Sign::Snapshot { shows, .. } if mark.lane == Lane::Task(task) => Some(shows),
            _ => None,
        })
    };
    chart.lanes.ids().filter_map(|task| Some((chart.name(task), shows(task)?))).collect()
}

// ---- charts ----

#[test]
fn the_chart_of_recovery_has_the_numbers_of_the_text() {
    let chart = chart("seeds/recovery");
    assert_eq!(held(&chart, 1)[..3], [("source", Some(5)), ("even", Some(6)), ("odd", Some(9))]);
    let cut = &chart.cuts[0];
    assert_eq!((cut.in_flight.len(), cut.early.len(), cut.points.len()), (0, 0, 5));
    // 7 was on its way to `odd`.
    let odd = Lane::Task(task(&chart, "odd"));
    let lost: Vec<&Message> = chart.messages.iter().filter(|message| matches!(message.end, End::Lost(_))).collect();
    assert!(matches!(lost[..], [Message { talk: Talk::Record { value: 7, .. }, to, .. }] if *to == odd), "{lost:?}");
    // Everybody lives twice; one crashes, the others are cancelled.
    let fates: Vec<Fate> = chart.lives.iter().map(|life| life.fate).collect();
    assert_eq!(fates.iter().filter(|fate| **fate == Fate::Crashed).count(), 1);
    assert_eq!(fates.iter().filter(|fate| **fate == Fate::Canceled).count(), 4);
    assert_eq!(fates.iter().filter(|fate| **fate == Fate::Finished).count(), 5);
    let [comeback] = &chart.comebacks[..] else { panic!("{:?}", chart.comebacks) };
    assert_eq!((comeback.from.map(|which| which.id), &comeback.values[..]), (Some(CheckpointId(1)), &[6, 7][..]));
    assert_eq!((comeback.by_hand, comeback.tasks.len()), (false, 5));
    assert_eq!(comeback.points.len(), 5);
}

#[test]
fn the_chart_of_alignment_has_the_numbers_of_the_text() {
    let chart = chart("seeds/alignment");
    let expected = [("blue", Some(3)), ("yellow", Some(4)), ("even", Some(8)), ("odd", Some(8))];
    assert_eq!(held(&chart, 2)[..4], expected);
    // At `even` blue waits for yellow, and blue 4 waits with it.
    let (even, blue) = (task(&chart, "even"), task(&chart, "blue"));
    let wait =
        chart.waits.iter().find(|wait| wait.task == even && wait.id.id == CheckpointId(2)).expect("an input waits");
    assert_eq!(wait.sender, blue);
    let waits = |message: &&Message| {
        let late = matches!(message.end, End::Taken(at) if at > wait.to);
        message.channel == Some(wait.channel) && late && message.sent < wait.to
    };
    let values: Vec<Talk> = chart.messages.iter().filter(waits).map(|message| message.talk).collect();
    assert_eq!(values, [Talk::Record { value: 4, origin: 0, again: false }]);
    assert!(chart.cuts.iter().all(|cut| cut.in_flight.is_empty() && cut.early.is_empty()));
    // Sources stand in the middle: their channels are short.
    let order: Vec<&str> = chart.order.iter().map(|&task| chart.name(task)).collect();
    assert_eq!(order, ["evens", "even", "blue", "yellow", "odd", "odds"]);
}

#[test]
fn at_least_once_records_overtake_their_cut() {
    let chart = chart("at-least-once-overcounts");
    assert!(chart.cuts.iter().any(|cut| !cut.early.is_empty()));
    assert!(chart.cuts.iter().all(|cut| cut.in_flight.is_empty()));
}

/// What holds of every chart, by due time and at random.
#[track_caller]
fn check_chart(chart: &Chart) {
    let count = chart.moments.len();
    for message in &chart.messages {
        assert!(message.sent < count);
        if let End::Taken(at) | End::Lost(at) = message.end {
            assert!(message.sent <= at && at < count, "{message:?}");
        }
    }
    assert!(chart.marks.is_sorted_by_key(|mark| mark.at));
    for task in chart.lanes.ids() {
        let lives: Vec<_> = chart.lives.iter().filter(|life| life.task == task).collect();
        assert!(lives.windows(2).all(|pair| pair[0].to <= pair[1].from), "{lives:?}");
        assert!(chart.order.contains(&task));
    }
    for cut in chart.cuts.iter().filter(|cut| cut.completed.is_some()) {
        assert_eq!(cut.points.len(), chart.lanes.len(), "{cut:?}");
    }
}

#[test]
fn every_shipped_scenario_has_a_chart_and_well_formed_pictures() {
    for name in shipped() {
        let mut plan = plan(&name);
        // Some have no end in a drawn order.
        plan.limits.steps = plan.limits.steps.min(4_000);
        for seed in 0..4 {
            let order = if seed == 0 { Order::of(&plan) } else { Order::alternating(seed) };
            let chart = chart_of(plan.clone(), Some(order));
            check_chart(&chart);
            check_drawing(&chart, Look::default());
            check_drawing(&chart, Look { steps: Some((20, 60)), theme: Theme::Dark, ..Look::default() });
            check_lanes(&chart, lanes::Options { ascii: true, ..lanes::Options::default() });
            check_viewer(&chart);
            check_sequence(&chart);
        }
    }
}

/// Every scenario but those of the reference model, which are all alike.
fn shipped() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for folder in ["", "jobs", "knobs", "regressions", "seeds", "user"] {
        let entries = std::fs::read_dir(root().join("scenarios").join(folder)).expect("the scenarios are there");
        let paths = entries.map(|entry| Path::new(folder).join(entry.expect("the entry can be read").file_name()));
        let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "ron"));
        names.extend(files.map(|path| path.with_extension("").display().to_string()));
    }
    names.sort();
    names
}

// ---- drawings ----

fn check_drawing(chart: &Chart, look: Look) -> String {
    let svg = picture(Picture::Svg(look), chart);
    let document = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{}: {error}\n{svg}", chart.title));
    let root = document.root_element();
    let width: i32 = root.attribute("width").expect("it has a width").parse().expect("a number");
    let height: i32 = root.attribute("height").expect("it has a height").parse().expect("a number");
    if look.steps.is_none() {
        assert!(width <= look.widest as i32, "{} is {width} wide", chart.title);
    }
    // Nothing stands outside the sheet.
    for text in document.descendants().filter(|node| node.has_tag_name("text")) {
        let place = |name: &str| text.attribute(name).and_then(|place| place.parse::<i32>().ok()).expect("a place");
        assert!((0..=width).contains(&place("x")) && (0..=height).contains(&place("y")), "{text:?}");
    }
    svg
}

/// How many elements of a drawing have a class.
fn count(svg: &str, class: &str) -> usize {
    let document = roxmltree::Document::parse(svg).expect("it is well-formed");
    let classes = document.descendants().filter_map(|node| node.attribute("class"));
    classes.filter(|classes| classes.split(' ').any(|other| other == class)).count()
}

fn says(svg: &str, words: &str) -> bool {
    let document = roxmltree::Document::parse(svg).expect("it is well-formed");
    document.descendants().any(|node| node.has_tag_name("text") && node.text() == Some(words))
}

#[test]
fn the_drawing_of_recovery_shows_what_the_text_tells() {
    let svg = check_drawing(&chart("seeds/recovery"), Look { theme: Theme::Light, ..Look::default() });
    for words in [
        "checkpoint 1 is triggered",
        "checkpoint 1 is complete",
        "7 is lost",
        "crash",
        "cancelled",
        "odd has failed; restart in 50 ms",
        "restart from checkpoint 1",
        "back to even 6 · source 5 · odd 9",
        "rolled back",
        "6, 7 once more",
        "the job has finished",
    ] {
        assert!(says(&svg, words), "{words}");
    }
    // Two cuts and one in the legend, one crash and one in the legend, four barriers each.
    assert_eq!((count(&svg, "cut"), count(&svg, "cross"), count(&svg, "back")), (3, 2, 1));
    assert!(!svg.contains("@media") && !svg.contains("nan") && !svg.contains("NaN"));
}

#[test]
fn the_drawing_of_alignment_shows_what_waits() {
    let chart = chart("seeds/alignment");
    let svg = check_drawing(&chart, Look { steps: Some((27, 77)), ..Look::default() });
    for words in ["blue waits", "checkpoint 2", "← 27 moments before this are not shown"] {
        assert!(says(&svg, words), "{words}");
    }
    // The band at `even`, the one at `odd`, the one of the legend.
    assert_eq!(count(&svg, "k1h"), 3);
    assert!(svg.contains("@media (prefers-color-scheme:dark)"));
}

#[test]
fn early_records_are_named_once() {
    let steps = Some((118, 323));
    let svg = check_drawing(&chart("at-least-once-overcounts"), Look { steps, ..Look::default() });
    assert_eq!(svg.matches("behind their barrier, yet in the snapshot").count(), 1);
    // In the legend, too.
    assert!(says(&svg, "taken before the cut, sent behind it"));
}

/// The words in a drawing with their places: left, right, and the line that they stand on. Widths are estimates.
fn words(svg: &str) -> Vec<(String, i32, i32, i32)> {
    let document = roxmltree::Document::parse(svg).expect("it is well-formed");
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let of = |node: roxmltree::Node<'_, '_>| {
        let place = |name: &str| node.attribute(name).and_then(|place| place.parse::<i32>().ok()).expect("a place");
        let text = node.text().unwrap_or("").to_owned();
        let width = text.chars().count() as i32 * 5;
        let left = match node.attribute("text-anchor") {
            Some("middle") => place("x") - width / 2,
            Some("end") => place("x") - width,
            _ => place("x"),
        };
        (text, left, left + width, place("y"))
    };
    texts.map(of).collect()
}

#[test]
fn no_words_lie_over_others() {
    for name in shipped() {
        let svg = check_drawing(&chart(&name), Look::default());
        let words = words(&svg);
        for (place, one) in words.iter().enumerate() {
            for other in &words[place + 1..] {
                let apart = one.2 <= other.1 || other.2 <= one.1 || (one.3 - other.3).abs() >= 9;
                assert!(apart, "{name}: {one:?} lies over {other:?}");
            }
        }
    }
}

/// A job that is started again by hand gives a number out again.
#[test]
fn reasons_are_left_out_where_captions_crowd() {
    let crowded = check_drawing(&chart("knobs/max-concurrent-checkpoints"), Look::default());
    let calm = check_drawing(&chart("two-regions"), Look::default());
    let has = |svg: &str, wanted: &str| words(svg).iter().any(|word| word.0 == wanted);
    assert!(has(&crowded, "checkpoint 7 is given up") && has(&crowded, "checkpoint 8 is given up"));
    assert!(has(&calm, "checkpoint 9 is given up: TASK_CHECKPOINT_FAILURE"));
}

#[test]
fn checkpoints_with_one_number_are_told_apart() {
    let chart = chart("user/cancel-and-start-again");
    let third: Vec<_> = chart.cuts.iter().filter(|cut| cut.which.id == CheckpointId(3)).collect();
    let [given_up, complete] = third[..] else { panic!("{third:?}") };
    assert_eq!((given_up.which.to_string(), complete.which.to_string()), ("3".to_owned(), "3′".to_owned()));
    assert!(given_up.aborted.is_some() && given_up.points.len() == 1, "{given_up:?}");
    assert!(complete.completed.is_some() && complete.points.len() == 3 && complete.early.is_empty(), "{complete:?}");
    let [comeback] = &chart.comebacks[..] else { panic!("{:?}", chart.comebacks) };
    assert!(comeback.by_hand && comeback.from.is_some_and(|from| (from.id, from.earlier) == (CheckpointId(2), 0)));

    let svg = check_drawing(&chart, Look::default());
    for words in ["checkpoint 3 is given up", "checkpoint 3′ is complete", "checkpoint 3′", "3′"] {
        assert!(says(&svg, words), "{words}");
    }
    let text = check_lanes(&chart, lanes::Options::default());
    assert!(text.contains("ckpt 3 given up") && text.contains("ckpt 3′ complete"), "{text}");
    assert!(text.contains("′ this number once more"), "{text}");
    let sequence = picture(Picture::Mermaid(mermaid::Options::default()), &chart);
    assert!(
        sequence.contains("checkpoint 3 is given up") && sequence.contains("checkpoint 3′ is complete"),
        "{sequence}"
    );
    let viewer = picture(Picture::Chrome, &chart);
    assert!(viewer.contains("\"checkpoint 3′\"") && viewer.contains("{\"local\":\"3′\"}"), "{viewer}");
}

#[test]
fn what_people_do_is_drawn_as_such() {
    let chart = chart("user/cancel-and-start-again");
    let svg = check_drawing(&chart, Look::default());
    for words in ["cancel by hand", "the job is cancelled", "start by hand from checkpoint 2", "by hand"] {
        assert!(says(&svg, words), "{words}");
    }
    assert!(!says(&svg, "restart from checkpoint 2") && !svg.contains("has cancelled"));
    let text = check_lanes(&chart, lanes::Options::default());
    for words in ["cancel by hand", "job cancelled", "start by hand", "from ckpt 2"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let sequence = picture(Picture::Mermaid(mermaid::Options::default()), &chart);
    for words in ["actor user", "user->>jm: cancel", "the job is cancelled", "user->>jm: start", "starts again from"] {
        assert!(sequence.contains(words), "{words}\n{sequence}");
    }
    let viewer = picture(Picture::Chrome, &chart);
    for words in ["cancel by hand", "the job is cancelled", "start by hand from checkpoint 2"] {
        assert!(viewer.contains(words), "{words}");
    }
    // A start after a failure is one by hand, too; what is refused says so.
    let svg = check_drawing(&self::chart("user/start-after-failure"), Look::default());
    assert!(says(&svg, "the job has failed") && says(&svg, "start by hand from checkpoint 3"));
    let svg = check_drawing(&self::chart("user/cancel-deletes"), Look::default());
    assert!(says(&svg, "start by hand is refused: no checkpoint outlived the job"));
}

#[test]
fn the_axis_of_a_timed_run_has_time() {
    for name in shipped() {
        let plan = plan(&name);
        let timed = plan.time == Time::Timed;
        let svg = check_drawing(&chart_of(plan, None), Look::default());
        assert_eq!((says(&svg, "time, ms"), says(&svg, "step")), (timed, !timed), "{name}");
    }
    let svg = check_drawing(&chart_of(plan("seeds/recovery"), Some(Order::random(1))), Look::default());
    assert!(says(&svg, "step"));
}

#[test]
fn a_long_run_is_folded_to_what_its_scenario_teaches() {
    let cases = [
        ("knobs/timeout", "checkpoint 3 is given up: CHECKPOINT_EXPIRED"),
        ("knobs/max-concurrent-checkpoints", "checkpoint 2 is complete"),
        ("knobs/min-pause", "a trigger is refused: MINIMUM_TIME_BETWEEN_CHECKPOINTS"),
        ("at-least-once-overcounts", "checkpoint 1 is complete"),
        ("at-least-once-overcounts", "restart from checkpoint 1"),
        ("two-regions", "back to right 12 · right-sum 78"),
        ("two-regions", "back to left 12 · left-sum 78"),
    ];
    for (name, words) in cases {
        let svg = check_drawing(&chart(name), Look::default());
        assert!(says(&svg, words), "{name}: {words}");
        // It says that something is left out, how much, and how to see it.
        assert!(svg.contains("Where the paper is torn, ") && svg.contains("A part of the run: --steps "), "{name}");
    }
    let chart = chart("at-least-once-overcounts");
    let text = check_lanes(&chart, lanes::Options::default());
    assert!(text.contains("⋮") && text.contains("moments are left out. A part of the run: --steps "), "{text}");
    let few = mermaid::Options { most: 60, ..mermaid::Options::default() };
    let sequence = picture(Picture::Mermaid(few), &chart);
    assert!(sequence.contains("moments are left out, see --steps"), "{sequence}");
}

#[test]
fn a_folded_chart_is_a_chart() {
    for name in shipped() {
        let whole = chart(&name);
        for most in [20, 60, 150] {
            let folded = whole.clone().fold(|chart| chart.moments.len() <= most);
            check_chart(&folded);
            let hidden: usize = folded.gaps.iter().map(|gap| gap.moments - 1).sum();
            assert_eq!(folded.moments.len() + hidden, whole.moments.len(), "{name}");
            assert!(folded.gaps.iter().all(|gap| gap.moments >= 6 && gap.steps.0 < gap.steps.1), "{:?}", folded.gaps);
            assert!(folded.marks.iter().all(|mark| folded.gap(mark.at).is_none()));
            assert!(whole.moments.len() > most || folded == whole);
        }
    }
}

/// Regions come back one by one: what one loses is not what the other one loses.
#[test]
fn a_region_comes_back_alone() {
    let chart = chart("two-regions");
    let [left, right] = &chart.comebacks[..] else { panic!("{:?}", chart.comebacks) };
    let names = |tasks: &[TaskId]| tasks.iter().map(|&task| chart.name(task).to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&left.tasks), ["left", "left-sum", "left-out"]);
    assert_eq!(names(&right.tasks), ["right", "right-sum", "right-out"]);
    assert_eq!((left.points.len(), right.points.len()), (3, 3));
}

#[test]
fn any_name_can_be_drawn() {
    let mut plan = plan("seeds/recovery");
    plan.name = "<a & \"b\">\u{1}\n".to_owned();
    plan.about = "long ".repeat(200);
    for (number, vertex) in plan.vertices.iter_mut().enumerate() {
        vertex.name = format!("{number}]]>&<;#:%{}", "x".repeat(60));
    }
    let chart = chart_of(plan, None);
    check_drawing(&chart, Look::default());
    check_viewer(&chart);
    check_sequence(&chart);
    check_lanes(&chart, lanes::Options::default());
}

#[test]
fn an_empty_trace_has_pictures() {
    let plan = plan("seeds/recovery");
    let topology = cutline::plan::Topology::new(&plan);
    let chart = Chart::new(&[], &plan, &topology, plan.time);
    check_drawing(&chart, Look::default());
    check_lanes(&chart, lanes::Options::default());
    check_viewer(&chart);
    check_sequence(&chart);
}

// ---- lanes ----

fn check_lanes(chart: &Chart, options: lanes::Options) -> String {
    let text = picture(Picture::Lanes(options), chart);
    assert!(text.lines().all(|line| line == line.trim_end()));
    if options.ascii {
        assert!(text.is_ascii() || !chart.lanes.iter().all(|lane| lane.name.is_ascii()), "{text}");
    }
    text
}

#[test]
fn the_teaching_examples_fit_into_a_hundred_columns() {
    for name in ["seeds/recovery", "seeds/alignment"] {
        let text = check_lanes(&chart(name), lanes::Options::default());
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(110), "{widest:?}\n{text}");
        let chart: Vec<&str> = text.lines().take_while(|line| !line.starts_with('●')).collect();
        assert!(chart.iter().all(|line| line.chars().count() <= 100), "{text}");
    }
}

#[test]
fn lanes_are_as_wide_as_they_may_be() {
    for width in [80, 100, 120] {
        for name in ["seeds/recovery", "seeds/alignment", "two-regions", "user/cancel-and-start-again"] {
            let text = check_lanes(&chart(name), lanes::Options { width, ..lanes::Options::default() });
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width), "{widest:?}\n{text}");
        }
    }
}

#[test]
fn subtasks_keep_their_numbers() {
    let mut plan = plan("edges-at-parallelism-two");
    for vertex in plan.vertices.iter_mut() {
        vertex.name = format!("a-very-long-name-of-{}", vertex.name);
    }
    let chart = chart_of(plan, None);
    let text = check_lanes(&chart, lanes::Options { width: 80, ..lanes::Options::default() });
    let head: Vec<&str> = text.lines().nth(2).expect("names").split_whitespace().skip(2).collect();
    let different: std::collections::BTreeSet<&&str> = head.iter().collect();
    assert_eq!((head.len(), different.len()), (chart.lanes.len(), chart.lanes.len()), "{head:?}");
    let svg = check_drawing(&chart, Look::default());
    let names: Vec<String> = words(&svg).into_iter().map(|word| word.0).filter(|word| word.ends_with("[1]")).collect();
    assert_eq!(names.len(), chart.lanes.iter().filter(|lane| lane.name.ends_with("[1]")).count(), "{names:?}");
    assert!(names.iter().all(|name| name.contains('…')), "{names:?}");
}

#[test]
fn recovery_in_text() {
    let steps = Some((10, 70));
    insta::assert_snapshot!(check_lanes(
        &chart("seeds/recovery"),
        lanes::Options { steps, ..lanes::Options::default() }
    ));
}

#[test]
fn alignment_in_text() {
    let steps = Some((27, 62));
    insta::assert_snapshot!(check_lanes(
        &chart("seeds/alignment"),
        lanes::Options { steps, ..lanes::Options::default() }
    ));
}

// ---- the other formats ----

fn check_sequence(chart: &Chart) {
    let text = picture(Picture::Mermaid(mermaid::Options::default()), chart);
    assert!(text.starts_with("sequenceDiagram\n"));
    let participants = text.lines().filter(|line| line.trim_start().starts_with("participant ")).count();
    assert_eq!(participants, chart.lanes.len() + 1);
    for line in text.lines() {
        // A semicolon ends a statement unless it ends a code.
        let codes = line.matches('#').count();
        assert_eq!(line.matches(';').count(), codes, "{line}");
    }
    assert!(text.lines().count() < 1_000);
}

fn check_viewer(chart: &Chart) {
    let text = picture(Picture::Chrome, chart);
    let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let events = value["traceEvents"].as_array().expect("a list of events");
    let phase = |phase: &str| events.iter().filter(|event| event["ph"] == phase).count();
    let open = chart.messages.iter().filter(|message| message.end == End::Open).count();
    assert_eq!((phase("s"), phase("f")), (chart.messages.len(), chart.messages.len() - open));
    assert_eq!(phase("b"), phase("e"));
    // Perfetto drops the name of thread 0.
    let named = events.iter().filter(|event| event["name"] == "thread_name");
    assert_eq!(named.clone().count(), chart.lanes.len() + 1);
    assert!(named.clone().all(|event| event["tid"].as_u64() > Some(0)));
    assert_eq!(events.iter().filter(|event| event["name"] == "thread_sort_index").count(), named.count());
    // Each checkpoint has a track of its own.
    let begun = events.iter().filter(|event| event["ph"] == "b" && event["cat"] == "checkpoint");
    let ids: std::collections::BTreeSet<String> = begun.map(|event| event["id2"]["local"].to_string()).collect();
    assert_eq!(ids.len(), chart.cuts.len());
    assert!(events.iter().all(|event| event["dur"].as_f64().is_none_or(|length| length >= 0.0)));
}

#[test]
fn pictures_are_found_by_name() {
    for name in ["lanes", "svg", "mermaid", "chrome", "perfetto"] {
        assert!(Picture::named(name).is_some(), "{name}");
    }
    assert_eq!(Picture::named("gif"), None);
    assert_eq!(Theme::named("dark"), Some(Theme::Dark));
}

#[test]
fn the_same_run_has_the_same_picture() {
    for kind in ["lanes", "svg", "mermaid", "chrome"].map(Picture::named) {
        let draw = || picture(kind.expect("there is such a picture"), &chart("seeds/recovery"));
        assert!(draw() == draw());
    }
}

// ---- the docs ----

/// A picture of the docs is what the tool draws.
#[track_caller]
fn check_current(file: &str, scenario: &str, steps: (u64, u64)) {
    let drawn = check_drawing(&chart(scenario), Look { steps: Some(steps), ..Look::default() });
    let path = root().join("docs").join(file);
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::create_dir_all(root().join("docs")).expect("a folder can be made");
        std::fs::write(&path, &drawn).expect("a picture can be written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(stored == drawn, "docs/{file} is out of date: draw it again with UPDATE_PICTURES=1 cargo test pictures");
}

#[test]
fn the_picture_of_recovery_is_current() {
    check_current("recovery.svg", "seeds/recovery", (0, 70));
}

#[test]
fn the_picture_of_alignment_is_current() {
    check_current("alignment.svg", "seeds/alignment", (27, 77));
}
