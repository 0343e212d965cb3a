//! `shrink`, and what `check` and `trace` make of cases.

use std::fs;

use super::{Folder, broken, check, good, scenario, stderr, stdout};

/// The case files that a run of `check` saved.
fn cases(folder: &Folder, arguments: &str) -> Vec<String> {
    cases_in(&stdout(&folder.cutline(arguments)))
}

fn cases_in(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.trim().strip_prefix("replay   cutline replay ")).map(str::to_owned).collect()
}

/// How many steps a case pins.
fn pinned(folder: &Folder, case: &str) -> usize {
    let text = fs::read_to_string(folder.0.join(case)).expect("it was saved");
    let schedule = text.split_once("schedule: [").map_or("", |(_, rest)| rest);
    schedule.lines().skip(1).take_while(|line| line.starts_with("        ")).count()
}

#[test]
fn findings_are_saved_as_small_as_they_go() {
    let folder = Folder::new("shrunk");
    folder.write("broken.ron", broken());
    let output = folder.cutline("check broken.ron --seeds 500 -o small");
    check(&output, 1, "  shrunk   to 0 faults, ", "");
    assert!(stdout(&output).contains("  too late "), "{}", stdout(&output));
    let moment = stdout(&output);
    let moment = moment.lines().find(|line| line.starts_with("  too late step ")).expect("it was decided");
    assert!(
        moment.ends_with(": after it every continuation breaks this rule or another, before it some do not"),
        "{moment}"
    );
    let small = cases(&folder, "check broken.ron --seeds 500 -o small");
    let large = cases(&folder, "check broken.ron --seeds 500 -o large --no-shrink");
    assert!(!small.is_empty() && small.len() == large.len());
    for (small, large) in small.iter().zip(&large) {
        assert!(pinned(&folder, small) < pinned(&folder, large), "{small} pins more than {large}");
        let header = fs::read_to_string(folder.0.join(small)).expect("it was saved");
        assert!(header.contains("// shrunk   to ") && header.contains("// too late "), "{header}");
    }
    assert!(!stdout(&folder.cutline("check broken.ron --seeds 500 --no-shrink")).contains("shrunk"));
}

#[test]
fn a_case_is_shrunk_and_says_why_it_is_no_smaller() {
    let folder = Folder::new("shrink");
    folder.write("broken.ron", broken());
    let case = cases(&folder, "check broken.ron --seeds 500 --no-shrink").remove(0);
    let before = fs::read(folder.0.join(&case)).expect("it was saved");
    let output = folder.cutline(&format!("shrink {case} -o min --why-minimal"));
    check(&output, 0, "MINIMAL  nothing more can be left out\n", "");
    let text = stdout(&output);
    assert!(
        text.contains("simplifications on the result") && text.contains("   not accused of this any more"),
        "{text}"
    );
    let command = text.lines().find_map(|line| line.trim().strip_prefix("replay   cutline ")).expect("it was saved");
    assert!(command.ends_with("-min.case.ron"), "{command}");
    check(&folder.cutline(command), 0, "\nSAME  digest ", "");
    // What was given stays as it was, and nothing is left to do with the result.
    assert_eq!(fs::read(folder.0.join(&case)).expect("it is there"), before);
    let again = folder.cutline(&format!("-q shrink {} -o again", command.strip_prefix("replay ").expect("a command")));
    assert_eq!(stdout(&again), "MINIMAL  nothing more can be left out\n");
    // Too little work is no proof.
    check(
        &folder.cutline(&format!("shrink {case} --runs 5 -o less")),
        3,
        " runs were made before everything was tried; more: --runs 50",
        "",
    );
}

#[test]
fn what_cannot_be_shrunk_says_so() {
    let folder = Folder::new("unshrinkable");
    folder.write("good.ron", good());
    check(
        &folder.cutline("shrink good.ron"),
        3,
        "",
        "breaks no rule that it should keep, and meets what is expected; look for another one: cutline check good.ron",
    );
    // What it should break holds: that no run shows, and least of all a smaller one.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/regressions/no-rewind.ron");
    let pinned = fs::read_to_string(path).expect("it is there");
    folder.write("mended.ron", pinned.replace("    defect: NoRewind,\n", ""));
    let output = folder.cutline("shrink mended.ron");
    let missing = "it does not show Violates(rule: \"consistent-cut\"), Violates(rule: \"state-exactly-once\"), \
                   Violates(rule: \"explained\"), which cannot be shrunk: no single run shows";
    check(&output, 3, "", missing);
    assert!(!stderr(&output).contains("meets what is expected"), "{}", stderr(&output));
    check(&folder.cutline("shrink good.ron --rule exactly-once"), 3, "", "does not break exactly-once");
    check(&folder.cutline("shrink good.ron --rule nonsense"), 2, "", "possible values: ");
    check(&folder.cutline("shrink missing.ron"), 2, "", "there is no such file");
    assert!(!folder.0.join("cutline-out").exists());
}

#[test]
fn steps_that_do_not_apply_are_named_everywhere() {
    let folder = Folder::new("misfit");
    folder.write("late.ron", scenario("late", "schedule: [(step: 4, do: \"restore out\")],"));
    let message = "step 4 should be `restore out`, which is not possible";
    for verb in ["run", "replay"] {
        check(&folder.cutline(&format!("{verb} late.ron")), 3, message, "");
    }
    for verb in ["trace", "trace --format svg", "shrink"] {
        check(&folder.cutline(&format!("{verb} late.ron")), 3, "", message);
    }
    assert!(stderr(&folder.cutline("trace late.ron")).starts_with("late.ron: the schedule does not apply any more: "));
}

/// The names of steps mean the same when the job is written in another order.
#[test]
fn steps_survive_a_job_in_another_order() {
    let folder = Folder::new("reordered");
    folder.write("broken.ron", broken());
    for case in cases(&folder, "check broken.ron --seeds 500 --no-shrink") {
        let text = fs::read_to_string(folder.0.join(&case)).expect("it was saved");
        let mut lines: Vec<&str> = text.lines().collect();
        let source = |name: &str| lines.iter().position(|line| line.contains(&format!("Source(name: \"{name}\"")));
        let (blue, yellow) = (source("blue").expect("it is there"), source("yellow").expect("it is there"));
        lines.swap(blue, yellow);
        folder.write("reordered.ron", lines.join("\n"));
        check(&folder.cutline("run reordered.ron"), 0, "as expected", "");
    }
}

/// 1. Each line about one pinned step is an edit: the file without that step.
/// 2. The edited file does what the line says.
#[test]
fn what_is_listed_can_be_done_by_hand() {
    let folder = Folder::new("by-hand");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/regressions/no-alignment.ron");
    folder.write("case.ron", fs::read_to_string(path).expect("it is there"));
    let output = folder.cutline("shrink case.ron -o min --why-minimal");
    let listed = stdout(&output);
    let small = cases_in(&listed).remove(0);
    let small = fs::read_to_string(folder.0.join(small)).expect("it was saved");
    let mut edits = 0;
    for line in listed.lines().filter_map(|line| line.trim().strip_prefix("without `")) {
        let Some((action, rest)) = line.split_once("` at step ") else { continue };
        let (step, fate) = rest.split_once(' ').expect("a line says what became of it");
        let pinned = format!("        (step: {step}, do: \"{action}\"),\n");
        assert!(small.contains(&pinned), "{pinned} is not in {small}");
        folder.write("edited.ron", small.replace(&pinned, ""));
        let output = folder.cutline("run edited.ron");
        match fate.trim().strip_prefix("the edited file does not apply at step ") {
            Some(fate) => {
                let at = fate.split(';').next().expect("there is a first part");
                check(&output, 3, &format!("step {at} should be "), "");
            }
            None => check(&output, 1, "was never broken", ""),
        }
        edits += 1;
    }
    assert_eq!(edits, 2, "{listed}");
}

/// The crash of the schedule that `check` draws cannot be left out of that schedule, but other schedules break without one.
#[test]
fn a_crash_that_other_schedules_do_without_goes() {
    let folder = Folder::new("calm");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/reference/n2k1c1q2.ron");
    let job = fs::read_to_string(path).expect("it is there");
    folder.write("calm.ron", job.replace("    checkpointing:", "    defect: NoAlignment,\n    checkpointing:"));
    for seeds in ["0..500", "0..10000"] {
        let output = folder.cutline(&format!("check calm.ron --seeds {seeds}"));
        check(&output, 1, "  shrunk   to 0 faults, ", "");
        let text = stdout(&output);
        assert!(text.contains(" 2 records, 3 tasks, 1 checkpoint, "), "{text}");
    }
}
