//! Knobs for property tests: values of what the table of knobs ([`KNOBS`]) says is modelled.
//!
//! They shrink to nothing set: then a plan keeps its own values.

use std::fmt;

use proptest::prelude::*;
use proptest::sample::select;

use crate::plan::Plan;
use crate::scenario::Settings;
use crate::scenario::knob::{KNOBS, Kind, Knob, Slot};
use crate::testing::jobs::reference;

/// Durations of the size of a small job's run, and beyond it.
const DURATIONS: [&str; 7] = ["0 ms", "10 ms", "20 ms", "50 ms", "100 ms", "1 s", "10 min"];
/// The share of knobs that are set.
const SHARE: f64 = 0.1;

/// Values for some knobs, as `--set` takes them, which is how they are shown.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Knobs(Vec<String>);

/// Values for some of the knobs that are modelled.
///
/// What a job promises stays: the mode is not among them, and no value switches periodic checkpoints off.
pub fn any_knobs() -> impl Strategy<Value = Knobs> {
    let settings: Vec<_> =
        KNOBS.iter().filter_map(settings).map(|of| prop::option::weighted(SHARE, select(of))).collect();
    settings.prop_map(|drawn| Knobs(drawn.into_iter().flatten().collect()))
}

impl Knobs {
    /// The plan with these values. One that Flink refuses beside the others, and those of the plan, is left out.
    pub fn apply(&self, plan: &Plan) -> Plan {
        let together = set(plan, &self.0);
        together.unwrap_or_else(|| {
            let one = |plan: Plan, setting: &String| set(&plan, std::slice::from_ref(setting)).unwrap_or(plan);
            self.0.iter().fold(plan.clone(), one)
        })
    }
}

impl fmt::Debug for Knobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options: Vec<String> = self.0.iter().map(|setting| format!("--set '{setting}'")).collect();
        f.write_str(&options.join(" "))
    }
}

/// The plan with these settings, unless Flink refuses one.
fn set(plan: &Plan, settings: &[String]) -> Option<Plan> {
    let (settings, _) = Settings::read(settings).ok()?;
    settings.apply(plan).ok()
}

/// The settings of a knob that can be made alone; none if it is not modelled, has one value, or decides what is promised.
fn settings(knob: &Knob) -> Option<Vec<String>> {
    if !knob.is_modelled() || matches!(knob.slot(), None | Some(Slot::Mode)) {
        return None;
    }
    let plan = reference(1, 1, 0, 1);
    let setting = |value: String| format!("{}={value}", knob.key);
    let alone = |setting: &String| set(&plan, std::slice::from_ref(setting)).is_some();
    let all: Vec<String> = values(knob.kind).into_iter().map(setting).filter(alone).collect();
    (!all.is_empty()).then_some(all)
}

/// Some values of a kind, the simplest first.
fn values(kind: Kind) -> Vec<String> {
    let counts = |least: u32| (least..least + 4).map(|count| count.to_string());
    let factor = |thousandths: u32| (f64::from(thousandths) / 1_000.0).to_string();
    match kind {
        Kind::Duration | Kind::OptionalDuration => DURATIONS.map(str::to_owned).to_vec(),
        Kind::Count { least } => counts(least).collect(),
        Kind::Limit { least } => counts(least).chain(["Unlimited".to_owned()]).collect(),
        Kind::Factor { least, most } => vec![factor(least), factor(most.min(least.saturating_mul(2).max(500)))],
        Kind::Flag => ["true", "false"].map(str::to_owned).to_vec(),
        Kind::Choice { of, .. } => of.iter().map(|words| words[0].to_owned()).collect(),
        Kind::Size | Kind::Text => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::coordinator::Mode;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    #[test]
    fn every_modelled_knob_but_the_mode_is_drawn() {
        for knob in KNOBS.iter().filter(|knob| knob.is_modelled()) {
            let drawn = settings(knob).map_or(0, |settings| settings.len());
            let is_drawn = !matches!(knob.slot(), None | Some(Slot::Mode));
            assert_eq!(drawn > 1, is_drawn, "{}: {drawn} values", knob.key);
        }
    }

    #[test]
    fn what_is_refused_is_left_out() {
        let read = |texts: &[&str]| Knobs(texts.iter().map(|&text| text.to_owned()).collect());
        let plan = reference(1, 1, 0, 1);
        let knobs = read(&["restart.type=exponential-delay", "max-backoff=10 ms", "num-retained=3"]);
        let after = knobs.apply(&plan);
        assert_eq!(after, read(&["restart.type=exponential-delay", "num-retained=3"]).apply(&plan));
        assert_eq!(after.checkpointing.retained, 3);
        assert!(format!("{knobs:?}").starts_with("--set 'restart.type=exponential-delay' --set '"));
    }

    #[test]
    fn the_promise_stays() {
        let mut runner = TestRunner::deterministic();
        let mut different = 0;
        for _ in 0..200 {
            let plan = reference(1, 1, 0, 1);
            let after = any_knobs().new_tree(&mut runner).expect("nothing is refused").current().apply(&plan);
            assert_eq!(after.checkpointing.effective_mode(), Mode::ExactlyOnce);
            different += u32::from(after != plan);
        }
        assert!(different > 80, "{different}");
    }
}
