//! Commands that the program tells people to type: they can be typed, wherever the file lies.
#![cfg(unix)]

use std::process::Command;

use super::{Folder, broken, good, scenario, stderr, stdout};

/// Every command in what was said, up to the end of its line or to what separates it from the next.
fn commands(said: &str) -> Vec<String> {
    let lines = said.lines().filter_map(|line| Some(&line[line.find("cutline ")?..]));
    lines.flat_map(|line| line.split("; that of a seed: ")).map(|it| it.replace("--seed N", "--seed 7")).collect()
}

/// The same, with less to do.
fn bounded(command: &str) -> String {
    match command.split(' ').nth(1) {
        Some("check") => format!("{command} --seeds 20"),
        Some("explore") => format!("{command} --states 50"),
        _ => command.to_owned(),
    }
}

#[test]
fn every_command_that_is_suggested_can_be_typed() {
    let folder = Folder::new("hints");
    // What shells take for more than a letter: blanks, quotes, and what they would put in the place of a word.
    let (fine, wrong, bad) = ("my jobs/it's $HOME & (fine).ron", "my jobs/*.ron", "my jobs/what?;.ron");
    folder.write(fine, good()).write(wrong, broken()).write(bad, "Scenario(");
    folder.write("-x.ron", good()).write("my jobs/never.ron", scenario("never", "expect: [Job(Failed)],"));
    let said = |arguments: &[&str]| {
        let output = folder.command("").args(arguments).output().expect("it can be started");
        stdout(&output) + &stderr(&output)
    };
    let all = [
        (vec!["run", fine], "cutline trace "),
        (vec!["run", "--", "-x.ron"], "cutline trace ./-x.ron"),
        (vec!["check", fine, "--seeds", "20"], "cutline explore "),
        (vec!["check", "my jobs/never.ron", "--seeds", "20", "--no-shrink"], "cutline trace --lanes "),
        (vec!["check", wrong, "--seeds", "200"], "cutline replay "),
        (vec!["explore", fine, "--sweep"], ""),
        (vec!["shrink", fine], "cutline check "),
        (vec!["list", "my jobs"], "cutline validate "),
        (vec!["init", "my jobs/a new one"], "cutline run "),
        (vec!["explain", "chekpoint storage"], "cutline explain "),
    ];
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_cutline")).parent().expect("it lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    for (arguments, expected) in all {
        let said = said(&arguments);
        assert!(said.contains(expected), "{expected}: {said}");
        for command in commands(&said) {
            let mut shell = Command::new("sh");
            shell.args(["-c", &bounded(&command)]).current_dir(&folder.0).env("PATH", &path);
            let output = shell.output().expect("there is a shell");
            let (out, err) = (stdout(&output), stderr(&output));
            let is_understood = output.status.code() != Some(2) || command.starts_with("cutline validate");
            assert!(is_understood && !err.contains("cannot be read"), "{command}\n{out}{err}");
        }
    }
}

#[test]
fn check_says_that_what_stands_alone_is_asked_of_every_seed() {
    let folder = Folder::new("every-seed");
    let crash = "faults: [Crash(task: \"sum\", at: Time(\"30ms\"))],";
    folder.write("alone.ron", scenario("alone", &format!("{crash} expect: [Restarts(Exactly(0))],")));
    folder.write("some.ron", scenario("some", &format!("{crash} expect: [Sometimes(Restarts(Exactly(1)))],")));
    let hint = "`check` asks what stands alone in `expect` of every seed";
    let said = |file: &str| stderr(&folder.cutline(&format!("check {file} --seeds 20 --no-shrink")));
    assert!(said("alone.ron").contains(hint), "{}", said("alone.ron"));
    assert!(!said("some.ron").contains(hint), "{}", said("some.ron"));
}
