//! Ctrl-C: what is known so far comes out, whole, and the exit code is 130. Each test waits for the program to say that
//! it works, so none depends on how fast the machine is.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::cli::{Folder, broken, check, good, scenario};

/// A program whose first lines were read.
struct Working {
    child: Child,
    stdout: BufReader<ChildStdout>,
    lines: Vec<Value>,
}

impl Working {
    /// Starts it and reads until a record of this name.
    fn until(folder: &Folder, arguments: &str, record: &str) -> Self {
        let mut command = folder.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it can be started");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut working = Self { child, stdout, lines: Vec::new() };
        while working.lines.last().is_none_or(|value| value["record"] != record) {
            let mut line = String::new();
            working.stdout.read_line(&mut line).expect("it writes text");
            working.lines.push(serde_json::from_str(&line).expect("each line is an object"));
        }
        working
    }

    /// Presses Ctrl-C, and returns all that it wrote, and its exit code.
    fn interrupt(self) -> (Vec<Value>, Option<i32>) {
        let mut lines = self.lines.clone();
        let (rest, code) = self.end();
        lines.extend(rest.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is an object")));
        (lines, code)
    }

    /// The same; only what it writes from now on.
    fn end(mut self) -> (String, Option<i32>) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(sent.expect("there is a `kill`").success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("it writes text");
        (rest, self.child.wait().expect("it ends").code())
    }
}

#[test]
fn a_campaign_says_what_it_has() {
    let folder = Folder::new("int-check");
    folder.write("good.ron", good());
    let working = Working::until(&folder, "check good.ron --seeds 0..1000000000000 --format jsonl", "started");
    let (lines, code) = working.interrupt();
    let [.., campaign, finished] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(code, Some(130));
    assert_eq!((&campaign["ended"], &finished["interrupted"]), (&"interrupted".into(), &true.into()));
}

#[test]
fn what_it_has_found_is_saved() {
    let folder = Folder::new("int-found");
    folder.write("broken.ron", broken());
    // So many seeds that nobody makes them between two lines.
    let working = Working::until(&folder, "check broken.ron --seeds 100k --format jsonl", "progress");
    let (lines, code) = working.interrupt();
    assert_eq!(code, Some(130));
    let saved = lines.iter().find(|value| value["record"] == "case").expect("a case was saved");
    let replay =
        saved["replay"].as_str().and_then(|command| command.strip_prefix("cutline ")).expect("it is a command");
    check(&folder.cutline(replay), 0, "SAME", "");
}

#[test]
fn runs_that_wait_for_something_end() {
    let folder = Folder::new("int-run");
    folder.write("never.ron", scenario("never", "seeds: 4000000000, expect: [Sometimes(Job(Failed))],"));
    let (lines, code) = Working::until(&folder, "run never.ron --format jsonl", "started").interrupt();
    let finished = lines.last().expect("there is a last line");
    assert_eq!((code, &finished["interrupted"]), (Some(130), &true.into()));
}

/// All runs are made, and what they found is being made smaller: it is saved as small as it is by then.
#[test]
fn whatever_is_being_shrunk_is_saved() {
    let folder = Folder::new("int-shrink");
    let wide = broken()
        .replace("to: 4", "to: 400")
        .replace("logic: Sum,", "logic: Sum, parallelism: 4,")
        .replace("TwoPhaseCommit,", "TwoPhaseCommit, parallelism: 4,");
    folder.write("wide.ron", wide);
    let mut working = Working::until(&folder, "check wide.ron --seeds 40 --format jsonl", "progress");
    while working.lines.last().is_some_and(|value| value["done"] != value["of"]) {
        let mut line = String::new();
        working.stdout.read_line(&mut line).expect("it writes text");
        working.lines.push(serde_json::from_str(&line).expect("each line is an object"));
    }
    let (lines, code) = working.interrupt();
    assert_eq!(code, Some(130));
    assert_eq!(lines.last().map(|value| &value["record"]), Some(&"finished".into()));
    let saved: Vec<&Value> = lines.iter().filter(|value| value["record"] == "case").collect();
    assert!(!saved.is_empty(), "{lines:?}");
    for case in saved {
        let replay = case["replay"].as_str().and_then(|command| command.strip_prefix("cutline "));
        check(&folder.cutline(replay.expect("it is a command")), 0, "SAME", "");
    }
}

/// What writes nothing before its end: the system is asked whether it listens. Returns what it writes, and its exit code.
#[cfg(target_os = "linux")]
fn interrupted(folder: &Folder, arguments: &str) -> (String, Option<i32>) {
    let mut command = folder.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it can be started");
    let listens = |id: u32| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
        u64::from_str_radix(mask, 16).is_ok_and(|mask| mask & 2 != 0)
    };
    while !listens(child.id()) {
        assert_eq!(child.try_wait().expect("it can be asked"), None, "it has ended");
        std::thread::yield_now();
    }
    let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    Working { child, stdout, lines: Vec::new() }.end()
}

#[cfg(target_os = "linux")]
#[test]
fn a_search_says_how_far_it_came() {
    let folder = Folder::new("int-explore");
    folder.write("good.ron", good());
    let (text, code) = interrupted(&folder, "explore good.ron --no-reduction --states 1000M --format json");
    let value: Value = serde_json::from_str(&text).expect("it is an object");
    assert_eq!(code, Some(130));
    assert_eq!((&value["complete"], &value["stopped_at"]), (&false.into(), &"interrupt".into()));
}

/// A file whose own run nobody waits for.
fn endless() -> String {
    scenario("endless", "stop: (at: \"10000h\"), limits: (steps: \"2000M\"), expect: [NoLoss(op: \"sum\")],")
        .replace("Range(from: 1, to: 4), every: \"10ms\"", "Endless, every: \"1ms\"")
}

/// One press is enough inside of one long run, too. What was cut off is no pass, and every format is whole.
#[cfg(target_os = "linux")]
#[test]
fn a_long_run_is_cut_off() {
    let folder = Folder::new("int-long");
    folder.write("endless.ron", endless());

    let (text, code) = interrupted(&folder, "run endless.ron");
    assert_eq!(code, Some(130), "{text}");
    assert!(text.contains("of virtual time: interrupted"), "{text}");
    assert!(text.contains("INCONCLUSIVE") && !text.contains("PASS  "), "{text}");

    let (text, code) = interrupted(&folder, "run endless.ron --format json");
    let value: Value = serde_json::from_str(&text).expect("it is an object");
    assert_eq!((code, &value["interrupted"], &value["status"]), (Some(130), &true.into(), &"inconclusive".into()));
    let scenario = &value["scenarios"][0];
    assert_eq!((&scenario["status"], &scenario["end"]), (&"inconclusive".into(), &"interrupted".into()));

    let (text, code) = interrupted(&folder, "run endless.ron --format junit");
    assert_eq!(code, Some(130));
    assert!(text.contains("<error") && text.trim_end().ends_with("</testsuites>"), "{text}");

    // Half a run says nothing of its seed. Untimed runs of the job are short: some may have come to their end before.
    let (text, code) = interrupted(&folder, "check endless.ron --format json");
    let value: Value = serde_json::from_str(&text).expect("it is an object");
    assert_eq!((code, &value["interrupted"], &value["status"]), (Some(130), &true.into(), &"inconclusive".into()));
    assert!(value["campaigns"][0]["runs"].as_u64() < Some(10_000), "{text}");

    let (text, code) = interrupted(&folder, "explore endless.ron --sweep --format json");
    let value: Value = serde_json::from_str(&text).expect("it is an object");
    assert_eq!((code, &value["interrupted"], &value["complete"]), (Some(130), &true.into(), &false.into()));
    assert_eq!(interrupted(&folder, "shrink endless.ron"), (String::new(), Some(130)));
}

/// What came after it has not passed, and every format says how many files that are.
#[cfg(target_os = "linux")]
#[test]
fn files_that_were_not_run_are_counted() {
    let folder = Folder::new("int-several");
    folder.write("all/a.ron", endless()).write("all/b.ron", good()).write("all/c.ron", good());
    for verb in ["run all -j 1", "check all"] {
        // The first may not have begun yet.
        let is_left = |n: usize| n == 2 || n == 3;
        let (text, code) = interrupted(&folder, &format!("{verb} --format json"));
        let value: Value = serde_json::from_str(&text).expect("it is an object");
        assert_eq!((code, &value["interrupted"]), (Some(130), &true.into()), "{verb}");
        assert!(
            value["status"] == "inconclusive" && is_left(value["not_run"].as_u64().unwrap_or(0) as usize),
            "{text}"
        );
        let (text, code) = interrupted(&folder, &format!("{verb} --format junit"));
        assert!(code == Some(130) && is_left(text.matches("not run: interrupted\">").count()), "{text}");
        let (text, code) = interrupted(&folder, verb);
        let said = if verb.starts_with("run") { " not run\nINTERRUPTED\n" } else { " files not checked\n" };
        assert!(code == Some(130) && text.ends_with(said), "{text}");
    }
}

/// Whatever has no use for a first Ctrl-C ends at once, and leaves nothing half written.
#[test]
fn a_file_that_is_not_complete_is_gone() {
    let folder = Folder::new("int-file");
    folder.write("long.ron", good().replace("to: 4", "to: 400000"));
    let mut child = folder.command("trace long.ron -o new/long.txt").spawn().expect("it can be started");
    assert_eq!(child.wait().expect("it ends").code(), Some(2), "there is no such folder");
    std::fs::create_dir(folder.0.join("new")).expect("a folder can be made");
    let mut child = folder.command("trace long.ron -o new/long.txt").spawn().expect("it can be started");
    let names = || std::fs::read_dir(folder.0.join("new")).expect("it is there").flatten().count();
    while names() == 0 {
        assert!(child.try_wait().expect("it is there").is_none(), "it ended before anybody could press Ctrl-C");
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("there is a `kill`").success());
    assert_eq!((child.wait().expect("it ends").code(), names()), (Some(130), 0));
}
