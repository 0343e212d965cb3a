//! The reference model, searched completely: states, transitions, seconds and memory, with and without reduction.
//!
//! Each row is a process of its own, so that its memory is its own. Arguments choose rows: names of sets (`S`, `XL`),
//! of modes (`model`: the steps of the reference model; `world`: the usual ones), `full` or `reduced`. Without arguments
//! every row is made that ends within a minute or so.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the wall clock")]

use std::process::Command;
use std::time::Instant;

use cutline::explore::{Bounds, explore};
use cutline::ids::Micros;
use cutline::plan::{Plan, Steps};
use cutline::testing::reference;

/// A set: its name, records, checkpoints, crashes, buffers, and the states of the model that other tools agree on.
type Set = (&'static str, i64, u32, u32, u32, Option<u64>);

const SETS: [Set; 10] = [
    ("S", 2, 1, 0, 2, Some(75_138)),
    ("M", 4, 1, 0, 2, Some(1_552_762)),
    ("L", 4, 2, 0, 2, Some(6_803_411)),
    ("S1", 1, 1, 1, 2, Some(475_382)),
    ("M1", 2, 1, 1, 1, Some(3_653_204)),
    ("L1", 2, 1, 1, 2, Some(9_338_559)),
    ("X2", 1, 1, 2, 1, Some(16_859_660)),
    ("XL", 2, 2, 1, 2, Some(24_538_523)),
    ("4112", 4, 1, 1, 2, None),
    ("6212", 6, 2, 1, 2, None),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.first().is_some_and(|word| word == "row") {
        return row(&words[1..]);
    }
    let any = |choice: &[&str]| choice.iter().any(|one| words.iter().any(|word| word == one));
    let chosen = |word: &str, all: &[&str]| if any(all) { any(&[word]) } else { true };
    let names: Vec<&str> = SETS.iter().map(|set| set.0).collect();
    println!("set    mode   search   end       states     transitions  seconds  cpu s  million/s  MiB   model");
    for (name, .., known) in SETS {
        for mode in ["model", "world"] {
            for search in ["full", "reduced"] {
                let wanted =
                    chosen(name, &names) && chosen(mode, &["model", "world"]) && chosen(search, &["full", "reduced"]);
                let quick = !words.is_empty() || mode == "model" && (search == "reduced" || matches!(name, "S" | "S1"));
                if wanted && quick {
                    let me = std::env::current_exe().expect("a process knows its program");
                    let output = Command::new(me).args(["row", name, mode, search]).output().expect("it runs again");
                    let known = known.map_or("-".to_owned(), |known| known.to_string());
                    print!(
                        "{}{}",
                        String::from_utf8_lossy(&output.stdout).trim_end(),
                        String::from_utf8_lossy(&output.stderr)
                    );
                    println!("  {known}");
                }
            }
        }
    }
}

fn row(words: &[String]) {
    let [name, mode, search] = words else { panic!("a row is a set, a mode and a search") };
    let &(_, records, checkpoints, crashes, buffers, _) =
        SETS.iter().find(|set| set.0 == name).expect("only known sets are asked for");
    let plan = plan(records, checkpoints, crashes, buffers, mode == "model");
    let bounds = Bounds { states: 200_000_000, sample: 1_000, reduce: search == "reduced", ..Bounds::default() };
    let start = Instant::now();
    let found = explore(&plan, &bounds);
    let seconds = start.elapsed().as_secs_f64();
    for finding in &found.findings {
        eprintln!("{:?}", finding.violation);
    }
    let cpu = cpu_seconds();
    println!(
        "{name:<6} {mode:<6} {search:<8} {:<9} {:<10} {:<12} {seconds:<8.3} {cpu:<6.2} {:<10.3} {:<5}",
        format!("{:?}", found.end).chars().take(8).collect::<String>(),
        found.states,
        found.transitions,
        found.states as f64 / cpu / 1e6,
        peak_mib()
    );
}

fn plan(records: i64, checkpoints: u32, crashes: u32, buffers: u32, model: bool) -> Plan {
    let mut plan = reference(records, checkpoints, crashes, buffers);
    if model {
        plan.steps = Steps::coarse();
        plan.initial_delay = plan.checkpointing.interval.map(|interval: Micros| interval);
        plan.checkpointing.after_finish = false;
    }
    plan
}

/// The processor time of this process in seconds, which other work on the machine does not touch; at least a tick.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |place: usize| stat.rsplit(')').next()?.split_whitespace().nth(place)?.parse::<f64>().ok();
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)).max(1.0) / 100.0
}

/// The most memory that this process ever had.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kib| kib / 1024)
}
