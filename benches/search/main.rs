//! The reference model, searched completely: states, transitions, seconds and memory, with and without reduction; and
//! the same model in `stateright` (breadth first, one thread, packed into six words) in the same run.
//!
//! Each row is a process of its own, so that its memory is its own. Arguments choose rows: names of sets (`S`, `XL`),
//! of modes (`model`: the steps of the reference model; `world`: the usual ones), `full`, `reduced` or `stateright`.
//! Without arguments every row is made that ends within a minute or so, and the time to find the planted defects follows
//! (`defects`, see `defects.rs`). The last columns are ratios to `stateright` on
//! the same set, in processor time, which other work on the machine does not touch: `faster`, to the verdict, and `rate`,
//! of states per second.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the wall clock")]

mod defects;
mod packed;

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

/// What makes a row.
const SEARCHES: [&str; 3] = ["stateright", "full", "reduced"];

/// A row that was made, as its process tells it.
struct Row {
    end: String,
    states: u64,
    transitions: u64,
    seconds: f64,
    cpu: f64,
    mib: u64,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.first().is_some_and(|word| word == "row") {
        return row(&words[1..]);
    }
    let any = |choice: &[&str]| choice.iter().any(|one| words.iter().any(|word| word == one));
    let chosen = |word: &str, all: &[&str]| !any(all) || any(&[word]);
    let names: Vec<&str> = SETS.iter().map(|set| set.0).collect();
    if words == ["defects"] {
        return defects::print();
    }
    println!(
        "set   mode   search      end       states    transitions   seconds    cpu s  states/s    MiB     model   faster   rate"
    );
    for (name, .., known) in SETS {
        let mut other = None;
        for mode in ["model", "world"] {
            for search in SEARCHES {
                let wanted = chosen(name, &names) && chosen(mode, &["model", "world"]) && chosen(search, &SEARCHES);
                // The other tool knows the model only.
                let wanted = wanted && (mode == "model" || search != "stateright");
                if wanted && (!words.is_empty() || is_quick(name, mode, search)) {
                    let row = ask(name, mode, search);
                    print(&[name, mode, search], &row, known, other.as_ref());
                    if search == "stateright" {
                        other = Some(row);
                    }
                }
            }
        }
    }
    if words.is_empty() {
        defects::print();
    }
}

/// Whether a row takes no longer than a minute or so.
fn is_quick(name: &str, mode: &str, search: &str) -> bool {
    let longest = match search {
        "stateright" => ["S", "M", "L", "S1", "M1", "L1"].as_slice(),
        "full" => &["S", "M", "S1", "M1"],
        _ => return mode == "model",
    };
    mode == "model" && longest.contains(&name)
}

/// Makes a row in a process of its own.
fn ask(name: &str, mode: &str, search: &str) -> Row {
    let me = std::env::current_exe().expect("a process knows its program");
    let output = Command::new(me).args(["row", name, mode, search]).output().expect("it runs again");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let [end, states, transitions, seconds, cpu, mib] = text.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{name} {mode} {search} was not made: {text}")
    };
    let number = |text: &str| text.parse().expect("a number");
    let real = |text: &str| text.parse().expect("a number");
    Row {
        end: end.to_owned(),
        states: number(states),
        transitions: number(transitions),
        seconds: real(seconds),
        cpu: real(cpu),
        mib: number(mib),
    }
}

fn print([name, mode, search]: &[&str; 3], row: &Row, known: Option<u64>, other: Option<&Row>) {
    let known = known.map_or("-".to_owned(), |known| known.to_string());
    let Row { end, states, transitions, seconds, cpu, mib } = row;
    let rate = *states as f64 / cpu;
    print!(
        "{name:<5} {mode:<6} {search:<10} {end:<8} {states:>9} {transitions:>12} {seconds:>9.3} {cpu:>8.3} {rate:>9.0} \
         {mib:>6} {known:>9}"
    );
    match other {
        Some(other) => println!(" {:>8.2} {:>6.2}", other.cpu / cpu, rate * other.cpu / other.states as f64),
        None => println!("        -      -"),
    }
}

/// Makes a row, in this process.
fn row(words: &[String]) {
    let [name, mode, search] = words else { panic!("a row is a set, a mode and a search") };
    let &(_, records, checkpoints, crashes, buffers, _) =
        SETS.iter().find(|set| set.0 == name).expect("only known sets are asked for");
    let is_other = search == "stateright";
    let (start, before) = (Instant::now(), cpu_seconds(is_other));
    let (end, states, transitions) = if is_other {
        let model = packed::Packed {
            records: records as u64,
            checkpoints: checkpoints.into(),
            crashes: crashes.into(),
            buffers,
        };
        let (states, transitions) = packed::search(model);
        ("Complete".to_owned(), states, transitions)
    } else {
        let plan = plan(records, checkpoints, crashes, buffers, mode == "model");
        let bounds = Bounds { states: 200_000_000, sample: 1_000, reduce: search == "reduced", ..Bounds::default() };
        let found = explore(&plan, &bounds);
        found.findings.iter().for_each(|finding| eprintln!("{:?}", finding.violation));
        (format!("{:?}", found.end).chars().take(8).collect(), found.states, found.transitions)
    };
    let seconds = start.elapsed().as_secs_f64();
    // The system counts in slices; what is shorter was hardly disturbed.
    let cpu = if seconds < 0.02 { seconds } else { (cpu_seconds(is_other) - before).max(0.01) };
    println!("{end} {states} {transitions} {seconds} {cpu} {}", peak_mib());
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

/// The processor time so far in seconds: exact for the first thread, and in hundredths where others work, too.
fn cpu_seconds(others_work: bool) -> f64 {
    if others_work {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let ticks = |place: usize| stat.rsplit(')').next()?.split_whitespace().nth(place)?.parse::<f64>().ok();
        (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
    } else {
        let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
        text.split_whitespace().next().and_then(|nanos| nanos.parse::<f64>().ok()).map_or(0.0, |nanos| nanos / 1e9)
    }
}

/// The most memory that this process ever had.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kib| kib / 1024)
}
