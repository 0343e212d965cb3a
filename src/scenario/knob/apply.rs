//! Settings for a plan that is there already.

use super::Settings;
use crate::ids::{Micros, VertexId};
use crate::operator::{Records, Ship};
use crate::plan::{Edge, Plan, SinkKind, Storage, Vertex, VertexKind};
use crate::scenario::{Diagnostics, examine_with, print};

impl Settings {
    /// The plan with these values in place of its own, as if its file had been read with `--set`. A plan that no file can
    /// hold, with an operator of a builder's own for example, is as good as any.
    ///
    /// # Errors
    /// What Flink refuses (R2), all of it; and what is not modelled.
    pub fn apply(&self, plan: &Plan) -> Result<Plan, Diagnostics> {
        // Files know what is refused and corrected: so a file it is, of the smallest job, with the knobs of this plan.
        let knobs = Plan {
            checkpointing: plan.checkpointing.clone(),
            initial_delay: plan.initial_delay,
            restart: plan.restart,
            backend: plan.backend,
            storage: Storage { state: Vec::new(), ..plan.storage.clone() },
            ..Plan::new("knobs", smallest().into_iter().collect())
        };
        let text = print(&knobs).expect("a source and a sink have a text");
        match examine_with(&text, "--set", self) {
            (None, diagnostics) => Err(diagnostics),
            (Some(read), _) => {
                let Plan { initial_delay, restart, mut checkpointing, backend, storage, .. } = read;
                // What no file can say.
                checkpointing.max_queued = plan.checkpointing.max_queued;
                let storage = Storage { state: plan.storage.state.clone(), ..storage };
                Ok(Plan { checkpointing, initial_delay, restart, backend, storage, ..plan.clone() })
            }
        }
    }
}

/// A source and a sink.
fn smallest() -> [Vertex; 2] {
    let vertex =
        |name: &str, kind, inputs| Vertex { name: name.to_owned(), parallelism: 1, kind, inputs, cost: Micros::ZERO };
    let records = Records::Range { from: 1, to: 1, step: 1 };
    let source = VertexKind::Source { records, splits: 1, every: Micros::millis(10), event_time: None };
    [
        vertex("in", source, Vec::new()),
        vertex("out", VertexKind::Sink(SinkKind::Append), vec![Edge { from: VertexId(0), ship: Ship::Forward }]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::restart;
    use crate::testing::reference;

    fn read(texts: &[&str]) -> Settings {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        Settings::read(&texts).expect("these are settings").0
    }

    #[test]
    fn values_take_the_place_of_the_plans() {
        let mut plan = reference(2, 1, 1, 2);
        plan.checkpointing.max_queued = 7;
        let after = read(&["interval=1s", "restart.attempts=5"]).apply(&plan).expect("both are allowed");
        let mut expected = plan.clone();
        expected.checkpointing.interval = Some(Micros::millis(1_000));
        expected.restart = restart::Config::FixedDelay { attempts: 5, delay: Micros::millis(50) };
        assert_eq!(after, expected);
        assert_eq!(read(&[]).apply(&plan), Ok(plan));
    }

    #[test]
    fn what_flink_refuses_is_refused() {
        let refused = read(&["interval=1ms"]).apply(&reference(2, 1, 1, 2)).expect_err("it is too short");
        assert!(refused.to_string().contains("at least 10 ms"), "{refused}");
    }
}
