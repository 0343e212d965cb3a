//! Parts of one's own in a job: a barrier handler, an operator; and back into a case that was found with them.

use crate::operator::{self, Logic, Operator};
use crate::plan::{Plan, VertexKind};
use crate::protocol::barrier::{self, BarrierHandler};

/// The job with this handler in front of every task, in the state in which it begins.
#[must_use]
pub fn with_handler(job: Plan, handler: impl BarrierHandler + 'static) -> Plan {
    Plan { handler: Some(barrier::Foreign::new(handler)), ..job }
}

/// The job with this operator, in the state in which it begins, in place of each of its operators.
#[must_use]
pub fn with_operator(mut job: Plan, operator: impl Operator + 'static) -> Plan {
    let own = operator::Foreign::new(operator);
    for vertex in job.vertices.iter_mut() {
        if let VertexKind::Operator(logic) = &mut vertex.kind {
            *logic = Logic::Own(own.clone());
        }
    }
    job
}

/// A case with the parts of a job that have no text: its handler, and operators by their names. So a failure that was
/// saved is seen again, and [`assert_run`](super::assert_run) of it fails until it is mended.
///
/// ```
/// use cutline::scenario;
/// use cutline::testing::{assert_run, reference, with_parts_of};
///
/// let job = reference(4, 3, 1, 2); // `with_handler(.., MyAligner::default())`
/// let text = scenario::print(&job).unwrap(); // what the failure has printed
/// assert_run(&with_parts_of(scenario::load(&text, "saved.case.ron").unwrap(), &job));
/// ```
#[must_use]
pub fn with_parts_of(mut case: Plan, job: &Plan) -> Plan {
    case.handler.clone_from(&job.handler);
    for vertex in case.vertices.iter_mut() {
        let same = job.vertices.iter().find(|own| own.name == vertex.name);
        if let Some(VertexKind::Operator(Logic::Own(own))) = same.map(|own| &own.kind) {
            vertex.kind = VertexKind::Operator(Logic::Own(own.clone()));
        }
    }
    case
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    use super::*;
    use crate::ids::Rule;
    use crate::operator::{Failure, Outputs, Record};
    use crate::protocol::barrier::{Effect, Facts, Input};
    use crate::run::Order;
    use crate::scenario;
    use crate::testing::{EFFORT, check_exactly_once, check_run, reference};

    /// Takes its snapshot at the first barrier.
    #[derive(Clone, Debug, Default)]
    struct Hasty(u64);

    impl BarrierHandler for Hasty {
        fn step(&mut self, _: Facts, input: Input, effects: &mut Vec<Effect>) -> Rule {
            if let Input::Barrier { on, barrier, via_rpc } = input {
                if barrier.id.0 > self.0 {
                    self.0 = barrier.id.0;
                    effects.push(Effect::Trigger(barrier));
                }
                effects.extend((!via_rpc).then_some(Effect::Resume(on)));
            }
            Rule(40)
        }

        fn boxed(&self) -> Box<dyn BarrierHandler> {
            Box::new(self.clone())
        }

        fn fingerprint(&self, hasher: &mut dyn Hasher) {
            hasher.write_u64(self.0);
        }
    }

    /// Counts, and forgets that in its copies if it is careless.
    #[derive(Clone, Debug)]
    struct Count {
        seen: u64,
        is_careless: bool,
    }

    impl Operator for Count {
        fn process(&mut self, _: usize, record: Record, out: &mut Outputs) -> Result<(), Failure> {
            self.seen += 1;
            out.push(record.key, record.value);
            Ok(())
        }

        fn view(&self, _: i64) -> i64 {
            0
        }

        fn boxed(&self) -> Box<dyn Operator> {
            Box::new(Self { seen: if self.is_careless { 0 } else { self.seen }, ..self.clone() })
        }

        fn fingerprint(&self, hasher: &mut dyn Hasher) {
            hasher.write_u64(self.seen);
        }
    }

    /// What the failure says about replaying it is true.
    #[test]
    fn a_case_with_parts_of_its_own_is_seen_again() {
        let honest = Count { seen: 0, is_careless: false };
        let job = with_operator(with_handler(reference(4, 3, 1, 2), Hasty::default()), honest);
        let failure = check_exactly_once(&job, 0..200).expect_err("a hasty handler is found").shrunk(&EFFORT);
        let text = failure.to_string();
        let how = format!(
            "assert_run(&with_parts_of(scenario::load_file(\"{}\".as_ref()).unwrap(), &job))",
            failure.file_name()
        );
        assert!(text.contains(&how), "{text}");
        let case = scenario::load(&failure.scenario(), "saved.case.ron").expect("it can be read");
        assert_eq!((case.handler.is_some(), failure.has_text()), (false, false));
        let case = with_parts_of(case, &job);
        let again = check_run(&case, &Order::of(&case)).expect_err("it is the same run");
        assert_eq!((again.violation, again.trace), (failure.violation, failure.trace));
    }

    #[test]
    #[should_panic(expected = "the copy that `boxed` makes has another fingerprint")]
    fn a_copy_that_forgets_is_found_as_such() {
        let careless = Count { seen: 0, is_careless: true };
        let _ = check_exactly_once(&with_operator(reference(4, 3, 1, 2), careless), 0..20);
    }
}
