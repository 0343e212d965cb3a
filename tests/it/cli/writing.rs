//! Where results go, and what is said of those that cannot be written.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{Folder, check, good, stderr, stdout};

/// With no byte to spare for any file, as on a full disk.
#[cfg(unix)]
fn without_room(folder: &Folder, arguments: &str) -> Output {
    let line = format!("trap '' XFSZ; ulimit -f 0; exec {} {arguments}", env!("CARGO_BIN_EXE_cutline"));
    Command::new("sh").args(["-c", &line]).current_dir(&folder.0).output().expect("there is a shell")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it can be listed").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

#[test]
#[cfg(unix)]
fn a_file_that_cannot_be_written_gets_no_name() {
    let folder = Folder::new("no-room");
    folder.write("good.ron", good());
    for arguments in [
        "run good.ron --format json -o new",
        "run good.ron --format jsonl -o new",
        "validate good.ron -o new",
        "check good.ron --seeds 20 --report new",
        "explore good.ron --max-states 50 --report new",
        "replay good.ron -o new",
        "trace good.ron -o new.svg",
        "completions bash -o new",
        "man -o new",
        "init new",
    ] {
        check(&without_room(&folder, arguments), 2, "", "cannot be written: File too large");
        assert_eq!(names(&folder.0), ["good.ron"], "{arguments}");
    }
    folder.write("broken.ron", super::broken());
    let output = without_room(&folder, "check broken.ron --seeds 2k --no-shrink");
    assert!(stderr(&output).contains("cannot be written"), "{}", stderr(&output));
    assert_eq!(names(&folder.0.join("cutline-out/cases")), [""; 0]);
}

/// The device is opened for writing, as a shell does it.
#[test]
#[cfg(target_os = "linux")]
fn stdout_that_cannot_be_written_is_said() {
    let folder = Folder::new("no-stdout");
    folder.write("good.ron", good()).write("empty/no.txt", "");
    let of = |arguments: &str, to: Stdio| {
        let child = folder.command(arguments).stdout(to).stderr(Stdio::piped()).spawn().expect("it can be started");
        child.wait_with_output().expect("it ends")
    };
    for arguments in [
        "run good.ron",
        "run good.ron --format jsonl",
        "run good.ron -o -",
        "check good.ron --seeds 20",
        "trace good.ron --format svg",
        "explain R30",
        "list",
        "man",
        "--help",
        "run --help",
        "--version",
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("linux has it");
        let output = of(arguments, full.into());
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}", stderr(&output));
        let said = stderr(&output);
        assert!(said.contains("error: stdout cannot be written: No space left on device"), "{arguments}: {said}");
    }
    // Nobody reads any more: that is no failure.
    for arguments in ["run good.ron", "trace good.ron --format svg", "--help"] {
        let mut child =
            folder.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), stderr(&output).contains("written")), (Some(0), false), "{arguments}");
    }
}

#[test]
#[cfg(unix)]
fn what_is_no_file_stays_what_it_is() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let folder = Folder::new("no-file");
    folder.write("good.ron", good()).write("there/result", "before");
    let made = Command::new("mkfifo").arg(folder.0.join("pipe")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo is a part of every unix");
    let reader = Command::new("cat").arg("pipe").current_dir(&folder.0).stdout(Stdio::piped()).spawn();
    check(&folder.cutline("run good.ron -o pipe"), 0, "", "");
    let read = reader.expect("there is `cat`").wait_with_output().expect("it ends");
    assert!(stdout(&read).contains("PASS"), "{}", stdout(&read));
    assert!(fs::symlink_metadata(folder.0.join("pipe")).expect("it is there").file_type().is_fifo());

    for (link, to) in [("link", "there/result"), ("second", "link"), ("new", "there/new")] {
        symlink(to, folder.0.join(link)).expect("links can be made");
        check(&folder.cutline(&format!("run good.ron -o {link}")), 0, "", "");
        assert_eq!(fs::read_link(folder.0.join(link)).expect("it is a link"), Path::new(to));
        let text = fs::read_to_string(folder.0.join(link)).expect("it leads to a file");
        assert!(text.contains("PASS"), "{link}: {text}");
        fs::write(folder.0.join("there/result"), "before").expect("it can be written");
    }
    assert_eq!(names(&folder.0.join("there")), ["new", "result"]);
    symlink("round", folder.0.join("round")).expect("links can be made");
    check(&folder.cutline("run good.ron -o round"), 2, "", "cannot be written");

    for (arguments, message) in [
        ("run good.ron -o .", "error: . is a folder"),
        ("run good.ron -o there/", "is a folder"),
        ("run good.ron -o later/", "is a folder"),
    ] {
        check(&folder.cutline(arguments), 2, "", message);
    }
    check(&folder.cutline("run good.ron -o -"), 0, "PASS", "");
    check(&folder.cutline("run good.ron -o /dev/stdout"), 0, "PASS", "");
    assert_eq!(names(&folder.0), ["good.ron", "link", "new", "pipe", "round", "second", "there"]);
}

#[test]
fn what_is_read_is_never_replaced() {
    let folder = Folder::new("read");
    folder.write("all/good.ron", good()).write("other.ron", good());
    fs::hard_link(folder.0.join("other.ron"), folder.0.join("same.ron")).expect("links can be made");
    for (arguments, input) in [
        ("run all/good.ron -o all/good.ron", "all/good.ron"),
        ("run other.ron all -o all/../all/good.ron", "all/good.ron"),
        ("check all --seeds 20 --report all/good.ron", "all/good.ron"),
        ("explore other.ron --report ./other.ron", "other.ron"),
        ("replay other.ron -o same.ron", "other.ron"),
        ("trace other.ron -o other.ron --format text", "other.ron"),
        ("validate all other.ron -o other.ron", "other.ron"),
    ] {
        check(&folder.cutline(arguments), 2, "", &format!("error: {input} is read; the result would take its place"));
        for path in ["all/good.ron", "other.ron", "same.ron"] {
            assert_eq!(fs::read_to_string(folder.0.join(path)).expect("it is there"), good(), "{arguments}");
        }
    }
    check(&folder.cutline("run all/good.ron -o other.ron"), 0, "", "");
}

#[test]
fn an_ending_promises_what_is_in_a_picture() {
    let folder = Folder::new("promise");
    folder.write("good.ron", good());
    for (arguments, message) in [
        ("-o x.png", "nothing known here ends in .png"),
        ("-o x.svg --format mermaid", "would not hold what the ending means (--format svg), but --format mermaid"),
        ("-o x.json --format jsonl", "would not hold what the ending means"),
    ] {
        check(&folder.cutline(&format!("trace good.ron {arguments}")), 2, "", message);
    }
    for arguments in ["-o x.TXT", "-o x", "-o x.png --format text", "-o x.svg --format svg"] {
        check(&folder.cutline(&format!("trace good.ron {arguments}")), 0, "", "");
    }
    assert_eq!(names(&folder.0), ["good.ron", "x", "x.TXT", "x.png", "x.svg"]);
}

#[test]
fn nothing_is_a_result_for_programs() {
    let folder = Folder::new("nothing");
    folder.write("empty/no.txt", "");
    for (verb, list) in [("run", "scenarios"), ("check", "scenarios"), ("validate", "files"), ("list", "scenarios")] {
        let output = folder.cutline(&format!("{verb} empty --format json"));
        check(&output, 4, "", "there is no `*.ron` file below empty");
        let json: Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
        assert_eq!((&json["schema"], &json[list]), (&format!("cutline.{verb}/1").into(), &serde_json::json!([])));
        let said = if json["status"].is_null() { &json["sound"] } else { &json["status"] };
        assert!(*said == "nothing" || *said == false, "{json}");
        let lines = stdout(&folder.cutline(&format!("{verb} empty --format jsonl")));
        let last: Value = serde_json::from_str(lines.lines().last().expect("there is one")).expect("it is JSON");
        assert_eq!(last["record"], "finished", "{lines}");
        if verb != "list" {
            let text = stdout(&folder.cutline(&format!("{verb} empty --format junit")));
            let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
            assert_eq!(document.root_element().attribute("tests"), Some("0"));
        }
    }
    check(&folder.cutline("list nosuch"), 2, "", "error: there is no file or folder nosuch");
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_is_told() {
    let folder = Folder::new("dangling");
    std::os::unix::fs::symlink("gone.ron", folder.0.join("link.ron")).expect("links can be made");
    let output = folder.cutline("run link.ron");
    check(&output, 2, "", "the link leads nowhere");
    assert!(stderr(&output).contains("gone.ron") && !stderr(&output).contains("did you mean"), "{}", stderr(&output));
}

/// Also where nothing could be read yet: `--color` and the width hold for help and for mistakes.
#[test]
fn help_is_as_it_is_wanted() {
    let folder = Folder::new("help");
    for arguments in ["run --help", "--help", "run --frmat x"] {
        let seen = |more: &str| {
            let mut command = folder.command(&format!("{arguments} {more}"));
            let output = command.env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR").output().expect("it starts");
            stdout(&output) + &stderr(&output)
        };
        // What is forced can be told apart from what is not there.
        assert!(seen("").contains('\u{1b}') || arguments == "--help", "{arguments}");
        for more in ["--color never", "--color=never"] {
            assert!(!seen(more).contains('\u{1b}'), "{arguments} {more}: {}", seen(more));
        }
    }
    assert!(
        !stdout(&folder.command("--color never run --help").env("CLICOLOR_FORCE", "1").output().expect("it starts"))
            .contains('\u{1b}')
    );
    for arguments in ["--help", "run --help", "trace -h", "help check"] {
        let narrow = stdout(&folder.command(arguments).env("COLUMNS", "60").output().expect("it starts"));
        let widest = narrow.lines().map(|line| line.chars().count()).max();
        assert!(widest.is_some_and(|widest| widest <= 60), "{arguments}: {widest:?}\n{narrow}");
        let free = stdout(&folder.command(arguments).env_remove("COLUMNS").output().expect("it starts"));
        assert!(free.lines().count() < narrow.lines().count(), "{arguments}:\n{free}");
    }
}
