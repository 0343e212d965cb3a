//! No line is wider than the reader has room for.

use cutline::report::chart::Chart;
use cutline::report::{Picture, lanes, picture};
use cutline::run::{Keep, Order, Runner};

use super::{Folder, broken, check, good, stderr, stdout};

const WIDTHS: [usize; 4] = [40, 60, 80, 120];

/// Only what nobody can break may be wider: a path, alone in its line.
#[track_caller]
fn fits(text: &str, width: usize, what: &str) {
    for line in text.lines() {
        let is_path = line.contains('/') && !line.trim_start().trim_end_matches(" \\").contains(' ');
        assert!(line.chars().count() <= width || is_path, "{what} at {width}: `{line}`");
    }
}

fn told(folder: &Folder, arguments: &str, width: usize) -> String {
    let output = folder.command(arguments).env("COLUMNS", width.to_string()).output().expect("it can be started");
    assert!(output.status.code().is_some_and(|code| code <= 3), "{arguments}: {}", stderr(&output));
    stdout(&output)
}

#[test]
fn every_scenario_fits() {
    let root = Folder(env!("CARGO_MANIFEST_DIR").into());
    for width in WIDTHS {
        for arguments in ["run scenarios -v", "run scenarios", "list scenarios --expect"] {
            let text = told(&root, arguments, width);
            assert!(text.lines().count() > 60, "{text}");
            fits(&text, width, arguments);
        }
    }
}

#[test]
fn the_lanes_of_every_scenario_fit_or_say_what_they_need() {
    for (name, path) in crate::scenarios::files() {
        let plan = cutline::scenario::load_file(&path).expect("it is sound");
        let mut runner = Runner::new(plan.clone());
        let order = Order::of(&plan);
        let outcome = runner.run(&order, Keep { trace: true, actions: false });
        let chart = Chart::new(&outcome.trace, &plan, runner.topology(), order.time);
        for width in WIDTHS {
            let options = lanes::Options { width, ..lanes::Options::default() };
            let needed = lanes::needs(&chart, options);
            let text = picture(Picture::Lanes(options), &chart);
            fits(&text, width.max(needed), &name);
        }
        assert!(lanes::needs(&chart, lanes::Options::default()) <= 25 + 6 * chart.lanes.len());
    }
}

#[test]
fn what_other_verbs_say_fits() {
    let folder = Folder::new("narrow");
    folder.write("good.ron", good()).write("broken.ron", broken());
    for width in WIDTHS {
        for arguments in [
            "check good.ron --seeds 20",
            "check broken.ron --seeds 20",
            "explore broken.ron --crashes 0",
            "explore good.ron --sweep",
            "trace good.ron --level all",
            "list .",
        ] {
            fits(&told(&folder, arguments, width), width, arguments);
        }
    }
}

#[test]
fn a_table_says_what_it_leaves_out() {
    let folder = Folder::new("narrow-table");
    folder.write("good.ron", good());
    for (width, left_out) in [
        (40, Some("  no room for end to end, alignment,\n    start delay\n")),
        (60, Some("  no room for start delay\n")),
        (80, None),
    ] {
        let text = told(&folder, "run good.ron", width);
        assert_eq!(text.contains("no room for"), left_out.is_some(), "{text}");
        assert!(left_out.is_none_or(|line| text.contains(line)), "{text}");
    }
    // Nobody has said how wide a line may be: none is broken.
    let output = folder.command("run good.ron").env_remove("COLUMNS").output().expect("it can be started");
    assert!(stdout(&output).lines().any(|line| line.contains("s of virtual time: the job finished")));
}

#[test]
fn lanes_that_do_not_fit_are_not_drawn() {
    let folder = Folder::new("narrow-lanes");
    folder.write("good.ron", good());
    let lanes = |arguments: &str, columns: &str| {
        let mut command = folder.command(&format!("trace good.ron --lanes {arguments}"));
        command.env("COLUMNS", columns).output().expect("it can be started")
    };
    check(&lanes("", "30"), 2, "", "a chart of the JobManager and 4 tasks takes 45 columns; there are 30");
    check(&lanes("", "30"), 2, "", "--width 45");
    check(&lanes("--width 45", "30"), 0, "trigger 1", "");
    check(&lanes("", "45"), 0, "trigger 1", "");
    check(&lanes("", "100"), 0, "trigger ckpt 1", "");
}

/// On a terminal its width counts; on a pipe it does not, though a terminal is near. Where there is no `script`, which
/// makes terminals, nothing is tested.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_says_how_wide_it_is() {
    let folder = Folder::new("narrow-terminal");
    folder.write("good.ron", good());
    let terminal = |command: &str| {
        let run = format!("stty rows 24 cols 44; {} run good.ron {command}", env!("CARGO_BIN_EXE_cutline"));
        let mut script = std::process::Command::new("script");
        script.args(["-qec", &run, "/dev/null"]).current_dir(&folder.0).env_remove("COLUMNS").env("NO_COLOR", "1");
        let output = script.stderr(std::process::Stdio::null()).output().ok()?;
        Some(stdout(&output).lines().map(|line| line.trim_end().to_owned()).collect::<Vec<String>>())
    };
    let (Some(shown), Some(piped)) = (terminal(""), terminal("2> /dev/null | cat")) else { return };
    let width = |lines: &[String]| {
        lines.iter().filter(|line| !line.starts_with("look at it")).map(|line| line.chars().count()).max()
    };
    assert!((30..=44).contains(&width(&shown).unwrap_or(0)), "{shown:?}");
    assert!(width(&piped) > Some(70), "{piped:?}");
}
