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
    for template in ["recovery", "at-least-once", "restart", "two-phase", "blank"] {
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
    assert_eq!(stdout(&folder.cutline("-q validate new")), "5 scenarios: sound\n");
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
