//! `trace`: what its options do, and which of them do not go together.

use super::{Folder, check, good, stderr, stdout};

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("good.ron", good());
    folder
}

#[test]
fn the_ending_of_a_file_says_what_it_holds() {
    let folder = folder("trace-endings");
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).expect("it is written");
    for (name, begin) in [
        ("a.svg", "<svg "),
        ("a.SVG", "<svg "),
        ("a.mmd", "sequenceDiagram\n"),
        ("a.json", "{\"displayTimeUnit\""),
        ("a.txt", "# cutline trace 1 "),
        ("a", "# cutline trace 1 "),
    ] {
        check(&folder.cutline(&format!("trace good.ron -o {name}")), 0, "", "");
        assert!(read(name).starts_with(begin), "{name}");
    }
    // What is asked for goes first, but text in a file for a drawing is a mistake.
    check(&folder.cutline("trace good.ron --format svg -o b.txt"), 0, "", "");
    assert!(read("b.txt").starts_with("<svg "));
    for text in ["--lanes", "--format lanes", "--format text"] {
        let output = folder.cutline(&format!("trace good.ron {text} -o c.svg"));
        check(&output, 2, "", "a file that ends in .svg would hold text");
        assert!(stderr(&output).contains("--format svg"), "{}", stderr(&output));
        assert!(!folder.0.join("c.svg").exists());
    }
}

#[test]
fn options_have_an_effect_or_are_errors() {
    let folder = folder("trace-options");
    for (arguments, message) in [
        ("--format chrome --steps 1..9", "`--steps` has no effect on --format chrome"),
        ("--format mermaid --width 80", "`--width` has no effect on --format mermaid"),
        ("--lanes --theme dark", "`--theme` has no effect on --format lanes"),
        ("--theme dark", "`--theme` has no effect on a text; with it goes --format svg"),
        ("--width 90", "`--width` has no effect on a text"),
        ("--format svg --level all", "`--level` has no effect on a picture"),
        ("--format svg -q", "`-q` leaves the last line of a text"),
        ("--format svg --color always", "`--color always` has no effect"),
        ("--format svg --theme blue", "[possible values: auto, light, dark]"),
    ] {
        check(&folder.cutline(&format!("trace good.ron {arguments}")), 2, "", message);
    }
    let svg = |arguments: &str| stdout(&folder.cutline(&format!("trace good.ron --format svg {arguments}")));
    assert!(svg("").contains("prefers-color-scheme") && !svg("--theme dark").contains("prefers-color-scheme"));
    assert_ne!(svg("--theme dark"), svg("--theme light"));
}

#[test]
fn a_text_shows_the_steps_that_are_asked_for() {
    let folder = folder("trace-steps");
    let all = stdout(&folder.cutline("trace good.ron --level all"));
    let some = stdout(&folder.cutline("trace good.ron --level all --steps 5..9"));
    let lines: Vec<&str> = some.lines().collect();
    assert!(lines[0].ends_with("steps 5..9"), "{some}");
    assert!(lines.len() > 3 && lines.len() < all.lines().count() / 2, "{some}");
    assert!(lines[1..].iter().all(|line| all.contains(line)), "{some}");
    // The last line is the digest of the whole run; `-q` leaves it alone.
    assert_eq!(lines.last(), all.lines().last().as_ref());
    assert_eq!(stdout(&folder.cutline("trace good.ron -q")).lines().next(), all.lines().last());
}

#[test]
fn lanes_have_the_width_of_the_terminal() {
    let folder = folder("trace-width");
    let widest = |arguments: &str, columns: Option<&str>| {
        let mut command = folder.command(&format!("trace good.ron --lanes {arguments}"));
        command.env_remove("COLUMNS");
        columns.map(|columns| command.env("COLUMNS", columns));
        let text = stdout(&command.output().expect("it can be started"));
        text.lines().map(|line| line.chars().count()).max().expect("there are lines")
    };
    let (narrow, usual, wide) = (widest("", Some("80")), widest("", None), widest("", Some("140")));
    assert!(narrow <= 80 && usual <= 100 && wide <= 140, "{narrow} {usual} {wide}");
    assert!(narrow < usual && usual < wide, "{narrow} {usual} {wide}");
    assert_eq!(widest("--width 80", Some("140")), narrow);
}
