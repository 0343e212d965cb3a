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
        ("a.jsonl", "{\"schema\":\"cutline.trace/1\",\"record\":\"started\""),
        ("a.txt", "# cutline trace 2 "),
        ("a", "# cutline trace 2 "),
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
        ("--format chrome --ckpt 1", "`--ckpt` has no effect on --format chrome"),
        ("--format chrome --to 20ms", "`--to` has no effect on --format chrome"),
        ("--format jsonl --width 80", "`--width` has no effect on JSON lines"),
        ("--ckpt 1 --steps 1..9", "cannot be used with"),
        ("--from 1ms --ckpt 1", "cannot be used with"),
        ("--from 20ms --to 10ms", "`--to` is 0.010 s, which comes before `--from`, 0.020 s"),
        ("--from 20s", "nothing happens from 20.000 s; the run goes from 0 to 0."),
        ("--steps 900000..900100", "nothing happens from step 900000 on; the run goes from step 0 to "),
        ("--ckpt 9", "this run has no checkpoint 9; it has 1 to 3"),
        ("--ckpt 1'", "this run has no checkpoint 1'; it has 1 to 3"),
        ("--ckpt one", "write the number of a checkpoint"),
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
    assert!(lines[1].starts_with("# ") && lines[1].ends_with(" events before this left out"), "{some}");
    assert!(lines[lines.len() - 2].ends_with(" events after this left out"), "{some}");
    let events = &lines[2..lines.len() - 2];
    assert!(events.iter().all(|line| all.contains(line)), "{some}");
    let step = |line: &&str| line.split_whitespace().next().and_then(|step| step.parse::<u64>().ok());
    assert!(events.iter().map(step).all(|step| step.is_some_and(|step| (5..9).contains(&step))), "{some}");
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

#[test]
fn a_part_of_a_run_is_a_checkpoint_or_a_stretch_of_time() {
    let folder = folder("trace-parts");
    let trace = |arguments: &str| stdout(&folder.cutline(&format!("trace good.ron {arguments}")));
    let text = trace("--ckpt 2");
    let events: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(events[0].contains("trigger   ckpt 2"), "{text}");
    assert!(events.iter().any(|line| line.contains("complete  ckpt 2")), "{text}");
    assert!(!text.contains("ckpt 1 ") && text.lines().next().is_some_and(|line| line.contains("   ckpt 2   steps ")));
    assert!(text.contains(" events before this left out\n"), "{text}");
    let lanes = trace("--lanes --ckpt 2");
    assert!(lanes.contains("trigger ckpt 2") && !lanes.contains("trigger ckpt 1"), "{lanes}");
    assert!(lanes.contains("moments before this are not shown"), "{lanes}");
    for picture in ["svg", "mermaid"] {
        let part = trace(&format!("--format {picture} --ckpt 2"));
        assert!(part.contains("before this are not shown") && part.len() < trace(&format!("--format {picture}")).len());
    }
    let text = trace("--from 30ms --to 0.035s --level all");
    let time = |line: &str| line.split_whitespace().nth(1).and_then(|time| time.parse::<f64>().ok());
    let events = text.lines().filter(|line| !line.starts_with('#'));
    assert!(events.clone().count() > 3 && events.map(time).all(|at| at.is_some_and(|at| (0.03..=0.035).contains(&at))));
    // The run itself ends earlier.
    let text = trace("--until 30ms");
    assert!(text.contains("job         stop      cut off by the plan") && !text.contains("left out"), "{text}");
}

#[test]
fn a_number_that_was_given_out_again_has_a_prime() {
    let root = Folder(env!("CARGO_MANIFEST_DIR").into());
    let file = "scenarios/user/cancel-and-start-again.ron";
    let first = root.cutline(&format!("trace {file} --ckpt 3"));
    assert!(stdout(&first).contains("abort     ckpt 3") && !stdout(&first).contains("complete  ckpt 3"));
    assert_eq!(stderr(&first), "another checkpoint has this number: --ckpt \"3'\"\n");
    let second = root.cutline(&format!("trace {file} --ckpt 3'"));
    assert!(stdout(&second).contains("complete  ckpt 3") && !stdout(&second).contains("abort     ckpt 3"));
    assert_eq!(stderr(&second), "");
}

#[test]
fn json_lines_have_an_object_for_each_event() {
    let folder = folder("trace-jsonl");
    let text = stdout(&folder.cutline("trace good.ron --format jsonl --ckpt 1"));
    let records: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    assert!(records.iter().all(|record| record["schema"] == "cutline.trace/1"), "{text}");
    let [started, trigger, .., finished] = &records[..] else { panic!("{text}") };
    assert_eq!((&started["record"], &started["name"]), (&"started".into(), &"good".into()));
    assert_eq!((&trigger["who"], &trigger["what"]), (&"coord".into(), &"trigger".into()));
    assert_eq!((&trigger["checkpoint"], &trigger["record"]), (&1.into(), &"event".into()));
    assert!(trigger["step"].is_u64() && trigger["at_us"].is_u64(), "{text}");
    assert!(finished["before"].as_u64() > Some(0) && finished["after"].as_u64() > Some(0), "{text}");
    let digest = stdout(&folder.cutline("trace good.ron -q"));
    assert_eq!(Some(digest.trim_end()), finished["digest"].as_str().map(|it| format!("# digest {it}")).as_deref());
    let events = records.iter().filter(|record| record["record"] == "event").count();
    let lines = stdout(&folder.cutline("trace good.ron --ckpt 1"));
    assert_eq!(events, lines.lines().filter(|line| !line.starts_with('#')).count());
}

/// The number behind this in an element.
fn number(element: &str, attribute: &str) -> i32 {
    let rest = element.split(&format!(" {attribute}=\"")).nth(1).expect("it has the attribute");
    rest.split('"').next().and_then(|number| number.parse().ok()).expect("it is a number")
}

#[test]
fn words_of_inputs_that_wait_at_one_task_are_not_written_over_each_other() {
    let folder = Folder::new("trace-waits");
    let job = "Scenario(version: 1, job: [
        Source(name: \"n\", records: Range(from: 1, to: 200), every: \"1ms\", parallelism: 4),
        Operator(name: \"x\", logic: Sum, inputs: [Hash(\"n\", Value)], parallelism: 4),
        Sink(name: \"out\", kind: TwoPhaseCommit, inputs: [Rebalance(\"x\")]),
    ], channels: (latency: Uniform(\"1ms\", \"9ms\")), checkpointing: (interval: \"20ms\"))";
    folder.write("four.ron", job);
    let svg = stdout(&folder.cutline("trace four.ron --format svg --ckpt 1"));
    let mut words: Vec<(i32, i32)> = (svg.lines())
        .filter(|line| line.contains("class=\"small halo\"") && line.contains("] waits<"))
        .map(|line| (number(line, "y"), number(line, "x")))
        .collect();
    words.sort_unstable();
    assert!(words.len() > 8, "{words:?}");
    // `n[0] waits` is wider than fifty units.
    let over = words.windows(2).find(|pair| pair[0].0 == pair[1].0 && pair[1].1 - pair[0].1 < 50);
    assert_eq!(over, None, "{words:?}");
}
