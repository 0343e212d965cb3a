//! `list`, `validate`, `init`: files without a run.

use std::fs;
use std::process::Output;

use insta::assert_snapshot;

use super::{Folder, good, scenario, stderr, stdout};

/// Exit code, stdout and stderr, as a person sees them.
fn seen(output: &Output) -> String {
    let code = output.status.code().expect("it was not killed");
    format!("exit {code}\n-- stdout\n{}-- stderr\n{}", stdout(output), stderr(output))
}

fn sound_and_not(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("all/good.ron", good());
    folder.write("all/b/about.ron", scenario("about", "about: \"It shows nothing.\", expect: [Never(Job(Failed))],"));
    folder.write("all/odd.ron", good().replace("\"25ms\"", "\"25ms\", min_pause: \"30ms\""));
    folder.write("all/wrong.ron", good().replace("Sum,", "Summ,").replace("\"50ms\"", "50"));
    folder
}

#[test]
fn validate_shows_every_mistake_of_every_file() {
    assert_snapshot!(seen(&sound_and_not("validate").cutline("validate all")), @r##"
    exit 2
    -- stdout
    ok     all/b/about.ron
    ok     all/good.ron
    ok     all/odd.ron   1 warning
    WRONG  all/wrong.ron   2 errors
    4 scenarios: 3 sound, 1 wrong
    -- stderr
    warning[corrected-by-flink]: the interval is raised to the min pause
      --> all/odd.ron:10:31
       |
    10 |     checkpointing: (interval: "25ms", min_pause: "30ms"),
       |                               ^^^^^^

    error[unknown-word]: `Summ` is no operator logic
     --> all/wrong.ron:7:38
      |
    7 |         Operator(name: "sum", logic: Summ, inputs: [Rebalance("blue"), Rebalance("yellow")]),
      |                                      ^^^^ did you mean `Sum`?

    error[no-unit]: a duration needs a unit, found `50`
      --> all/wrong.ron:11:46
       |
    11 |     restart: FixedDelay(attempts: 10, delay: 50),
       |                                              ^^
       |
       = note: Flink calls it restart-strategy.fixed-delay.delay
       = help: add a unit, for example "50ms"
    "##);
}

#[test]
fn validate_has_exit_codes() {
    let folder = sound_and_not("codes");
    fs::create_dir(folder.0.join("empty")).expect("a folder can be made");
    for (arguments, code) in [
        ("validate all/good.ron", 0),
        ("validate all/good.ron all/odd.ron", 0),
        ("validate all/good.ron all/wrong.ron", 2),
        ("validate missing.ron", 2),
        ("validate", 2),
        ("validate empty", 4),
        ("list empty", 4),
        ("list all/b", 0),
        ("list all", 2),
        ("list missing", 2),
    ] {
        let output = folder.cutline(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments}: {}", seen(&output));
    }
    assert_eq!(stdout(&folder.cutline("-q validate all")), "4 scenarios: 3 sound, 1 wrong\n");
    assert_eq!(stdout(&folder.cutline("-q validate all/good.ron")), "1 scenario: sound\n");
}

#[test]
fn list_shows_what_there_is() {
    assert_snapshot!(seen(&sound_and_not("list").cutline("list all --expect")), @r##"
    exit 2
    -- stdout
    about   all/b/about.ron   1 expectation: 1 never
        It shows nothing.
          Never(Job(Failed))
    good    all/good.ron   3 expectations: 3 always
          Job(Finished)
          Final(op: "sum", total: 20)
          ExactlyOnce(sink: "out")
    good    all/odd.ron   3 expectations: 3 always
          Job(Finished)
          Final(op: "sum", total: 20)
          ExactlyOnce(sink: "out")
    ?       all/wrong.ron   2 errors
    -- stderr
    what is wrong with it: cutline validate all/wrong.ron
    "##);
}

#[test]
fn list_looks_in_the_usual_place() {
    let folder = Folder::new("usual");
    folder.write("scenarios/one.ron", good()).write("other.ron", good());
    assert_eq!(stdout(&folder.cutline("-q list")), "good   scenarios/one.ron   3 expectations: 3 always\n");
    fs::remove_dir_all(folder.0.join("scenarios")).expect("it can be removed");
    assert_eq!(stdout(&folder.cutline("-q list")), "good   ./other.ron   3 expectations: 3 always\n");
}

#[test]
fn init_writes_what_validates_and_runs() {
    let folder = Folder::new("init");
    // Each is listed with what it shows.
    let help = stdout(&folder.cutline("init --help"));
    let (_, listed) = help.split_once("Possible values:").expect("they are listed");
    let templates: Vec<&str> =
        listed.lines().filter_map(|line| Some(line.trim().strip_prefix("- ")?.split_once(": ")?.0)).collect();
    for known in ["recovery", "odd-even", "at-least-once", "restart", "windows", "join", "knobs", "storage", "blank"] {
        assert!(templates.contains(&known), "{help}");
    }
    for template in &templates {
        let made = folder.cutline(&format!("init new/my-{template} -t {template}"));
        assert_eq!(
            seen(&made),
            format!("exit 0\n-- stdout\nnew/my-{template}.ron\n-- stderr\nrun it: cutline run new/my-{template}.ron\n")
        );
        for verb in ["validate", "run", "check --seeds 200"] {
            let output = folder.cutline(&format!("{verb} new/my-{template}.ron"));
            assert_eq!(output.status.code(), Some(0), "{verb} {template}: {}", seen(&output));
        }
        assert!(stdout(&folder.cutline(&format!("run new/my-{template}.ron"))).starts_with(&format!("my-{template} ")));
    }
    assert_eq!(stdout(&folder.cutline("-q validate new")), format!("{} scenarios: sound\n", templates.len()));
}

#[test]
fn init_never_writes_over_a_file() {
    let folder = Folder::new("init-twice");
    folder.write("recovery.ron", "mine").write("taken", "a file, no folder");
    for arguments in ["init", "init recovery", "init recovery.ron -t blank"] {
        let output = folder.cutline(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", seen(&output));
        assert!(stderr(&output).contains("recovery.ron exists and is left as it is"), "{}", stderr(&output));
    }
    assert_eq!(fs::read_to_string(folder.0.join("recovery.ron")).expect("it is there"), "mine");
    assert!(stderr(&folder.cutline("init taken/x")).contains("cannot be written"));
    assert!(stderr(&folder.cutline("init -t recovry")).contains("'recovery'"));
    assert_eq!(stdout(&folder.cutline("init v1.2")), "v1.2.ron\n");
    let left = fs::read_dir(&folder.0).expect("it is there").flatten();
    let mut names: Vec<String> = left.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    assert_eq!(names, ["recovery.ron", "taken", "v1.2.ron"]);
}

#[test]
#[cfg(unix)]
fn a_pipe_is_no_file() {
    let folder = Folder::new("pipe");
    let made = std::process::Command::new("mkfifo").arg(folder.0.join("pipe.ron")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo is a part of every unix");
    for verb in ["run", "validate", "trace", "list"] {
        let output = folder.cutline(&format!("{verb} pipe.ron"));
        assert_eq!(output.status.code(), Some(2), "{verb}");
        let said = stdout(&output) + &stderr(&output);
        assert!(said.contains("a pipe, a device or a socket") || verb == "list", "{verb}: {said}");
    }
}

#[test]
fn a_bad_file_has_a_result_for_programs() {
    let folder = Folder::new("bad-result");
    folder.write("good.ron", good());
    folder.write("wrong.ron", good().replace("Sum,", "Summ,"));
    let result = |format: &str| {
        let output = folder.cutline(&format!("run good.ron wrong.ron --format {format}"));
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(stderr(&output).contains("error[unknown-word]: `Summ` is no operator logic"), "{format}");
        stdout(&output)
    };
    let json: serde_json::Value = serde_json::from_str(&result("json")).expect("it is JSON");
    assert_eq!((&json["status"], &json["not_run"]), (&"error".into(), &1.into()));
    let [wrong] = &json["scenarios"].as_array().expect("a list")[..] else { panic!("one file is wrong: {json}") };
    assert_eq!((&wrong["path"], &wrong["status"]), (&"wrong.ron".into(), &"error".into()));
    let message = &wrong["diagnostics"][0];
    assert_eq!((&message["code"], &message["line"]), (&"unknown-word".into(), &7.into()));

    let lines = result("jsonl");
    let records: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let kinds: Vec<&str> = records.iter().map(|record| record["record"].as_str().expect("it has a kind")).collect();
    assert_eq!(kinds, ["started", "scenario", "finished"]);
    assert_eq!(records[1]["diagnostics"][0], *message);
    assert_eq!(records[2]["status"], "error");

    let xml = result("junit");
    assert!(
        xml.contains("errors=\"1\"") && xml.contains("<error type=\"unknown-word\" message=\"error[unknown-word]"),
        "{xml}"
    );
    // There was no run, so there is no seed.
    assert!(!xml.contains("seed") && !xml.contains("<propert"), "{xml}");
    assert!(stdout(&folder.cutline("run missing.ron --format junit")).contains("<error type=\"unreadable\""));

    // So it is with those who look for failures.
    for (command, schema) in
        [("check", "cutline.check/1"), ("explore", "cutline.explore/1"), ("explore --sweep", "cutline.sweep/1")]
    {
        let output = folder.cutline(&format!("{command} wrong.ron --format json"));
        let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
        assert_eq!((output.status.code(), &json["schema"]), (Some(2), &schema.into()), "{command}");
        assert_eq!(json["scenarios"][0]["diagnostics"][0], *message, "{command}");
    }

    // So have wrong arguments of `--set`.
    let output = folder.command("run good.ron --format json --set intreval=1s").output().expect("it can be started");
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("it is JSON");
    assert_eq!((output.status.code(), &json["scenarios"][0]["path"]), (Some(2), &"--set".into()));
}

#[test]
fn what_people_ask_for_in_vain_is_told() {
    let folder = Folder::new("refused");
    let user = "user: [Start(at: Time(\"1ms\")), Cancel(at: Time(\"20ms\")), Cancel(at: Time(\"20ms\")),
        Checkpoint(at: Time(\"90ms\")), Start(at: Time(\"95ms\"))],\n)";
    let text = good();
    let text = text.trim_end().strip_suffix(')').expect("it ends so").to_owned() + user;
    let expect = text.find("    expect:").expect("it expects something");
    let end = expect + text[expect..].find("],\n").expect("it ends") + 3;
    folder.write("user.ron", text[..expect].to_owned() + &text[end..]);
    let said = stdout(&folder.cutline("run user.ron"));
    for line in [
        "Start of a user at 0.001 s was refused: the job is not over",
        "Cancel of a user at 0.020 s was refused: the job is being cancelled already",
        "Checkpoint of a user at 0.090 s was refused: the job is over",
        "Start of a user at 0.095 s was refused: no checkpoint outlived the job; `checkpointing: (externalized_checkpoint_retention: ..)` keeps one",
    ] {
        assert!(said.contains(line), "`{line}` is not in\n{said}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&stdout(&folder.cutline("run user.ron --format json"))).expect("it is JSON");
    assert_eq!(json["scenarios"][0]["notes"].as_array().expect("a list").len(), 4, "{json}");
}

#[test]
fn a_shell_completes_what_is_typed() {
    let folder = Folder::new("complete");
    let script = stdout(&folder.cutline("completions bash"));
    folder.write("complete.bash", script.clone());
    let complete = |words: &str| {
        let line = format!(
            "source complete.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _cutline cutline \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; echo \"${{COMPREPLY[*]}}\""
        );
        let output = std::process::Command::new("bash").arg("-c").arg(line).current_dir(&folder.0).output();
        output.map(|output| stdout(&output)).unwrap_or_default()
    };
    if complete("cutline val").is_empty() {
        return; // There is no bash.
    }
    assert_eq!(complete("cutline val").trim(), "validate");
    assert_eq!(complete("cutline run x --format js").trim(), "json jsonl");
    assert_eq!(complete("cutline run x --set restart-strategy.fixed").split_whitespace().count(), 2);
    // The whole key or its end, as people type it.
    assert_eq!(complete("cutline run x --set min-").trim(), "min-pause");
    assert_eq!(complete("cutline run x --set interv").trim(), "interval");
    assert_eq!(complete("cutline run x --set restart.att").split_whitespace().next(), Some("restart.attempts"));
    assert_eq!(complete("cutline explain min-").trim(), "min-pause");
    assert_eq!(complete("cutline explain start-d").trim(), "start-delay");
    for word in ["R30", "I37", "setCheckpointTimeout", "state.backend.incremental"] {
        assert!(
            complete(&format!("cutline explain {word}")).split_whitespace().any(|offered| offered == word),
            "{word}"
        );
    }
    assert_eq!(complete("cutline man va").trim(), "validate");
    assert!(complete("cutline man ''").contains(" replay trace "));
    assert_eq!(complete("cutline explain CHECKPOINT_EXP").trim(), "CHECKPOINT_EXPIRED");
    assert_eq!(complete("cutline trace x --level re").trim(), "records");
    // Where no word is offered, bash offers files.
    assert!(complete("cutline run od").trim().is_empty() && script.contains("-o bashdefault -o default"));
    for shell in ["zsh", "fish"] {
        assert!(stdout(&folder.cutline(&format!("completions {shell}"))).contains("jsonl"), "{shell}");
    }
}
