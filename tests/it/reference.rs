//! The reference model: the files below `scenarios/reference/` have its states and transitions, and no knob that makes
//! the steps coarser makes a sound job look unsound.

use std::path::Path;

use cutline::explore::{Bounds, End, explore};
use cutline::plan::{Coarse, Plan, Steps};
use cutline::scenario;
use cutline::testing::{check_exactly_once, reference};

fn file(name: &str) -> Plan {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference").join(name).with_extension("ron");
    scenario::load_file(&path).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

#[track_caller]
fn check(name: &str, states: u64, transitions: u64) {
    let bounds = Bounds { states: u64::MAX, sample: 0, reduce: false, ..Bounds::default() };
    let search = explore(&file(name), &bounds);
    assert_eq!((search.end, search.states, search.transitions), (End::Complete, states, transitions), "{name}");
    assert!(search.findings.is_empty(), "{name}: {:?}", search.findings[0].violation);
}

#[test]
fn the_set_s_has_the_states_that_other_tools_count() {
    check("n2k1c0q2", 75_138, 387_729);
}

/// The larger sets take longer than a test may; `cargo bench --bench search` counts them.
#[test]
fn the_set_s1_has_the_states_that_other_tools_count() {
    if !cfg!(debug_assertions) {
        check("n1k1c1q2", 475_382, 3_033_207);
    }
}

#[test]
fn any_mixture_of_steps_is_sound() {
    for mixture in 0..1_u32 << Coarse::ALL.len() {
        let mut plan = reference(2, 2, 1, 2);
        let chosen = Coarse::ALL.into_iter().enumerate().filter(|(place, _)| mixture >> place & 1 != 0);
        plan.steps = chosen.map(|(_, coarse)| coarse).collect::<Steps>();
        plan.limits.steps = 3_000;
        plan.checkpointing.after_finish = !plan.steps.has(Coarse::SilentEnd);
        if let Err(failure) = check_exactly_once(&plan, 0..24) {
            panic!("{:?}: {failure}", plan.steps.iter().collect::<Vec<_>>());
        }
    }
}
