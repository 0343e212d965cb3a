//! A part of a run's trace: around a checkpoint, or around a broken rule.

use super::trace::lines;
use crate::action::Names;
use crate::ids::{CheckpointId, Step};
use crate::plan::Plan;
use crate::run::{Keep, Order, Runner};
use crate::trace::window::around_checkpoint;
use crate::trace::{Entry, Level};

/// Lines of the trace that a failure shows.
pub(super) const MOST_LINES: usize = 40;

/// Makes the run that a plan asks for and renders what happened around a checkpoint: from its trigger to the last task
/// that has heard how it ended, or to the end of the run if it is still pending then.
///
/// Empty if the checkpoint was never triggered. If a later life of the job gives its number out again, each checkpoint
/// with this number is shown, with a line between them that says so.
///
/// ```
/// use cutline::ids::CheckpointId;
/// use cutline::testing::{checkpoint_trace, reference};
/// use cutline::trace::Level;
///
/// // Usually `insta::assert_snapshot!(checkpoint_trace(..))`.
/// let window = checkpoint_trace(&reference(8, 3, 1, 2), CheckpointId(2), Level::Protocol);
/// assert!(window.lines().next().unwrap().contains("trigger   ckpt 2"), "{window}");
/// ```
pub fn checkpoint_trace(plan: &Plan, id: CheckpointId, level: Level) -> String {
    let mut runner = Runner::new(plan.clone());
    let outcome = runner.run(&Order::of(plan), Keep { trace: true, actions: false });
    let windows = around_checkpoint(&outcome.trace, id).into_iter();
    let texts: Vec<String> = windows.map(|window| lines(window, &runner.topology().names, level)).collect();
    texts.join(&format!("# ckpt {id} once more: its number was given out again\n"))
}

/// At most [`MOST_LINES`] lines around a step, each with its step, `> ` before those of the step itself: three quarters
/// of them before it.
pub(super) fn around_step(trace: &[Entry], names: &Names, step: Step) -> String {
    let shown: Vec<&Entry> = trace.iter().filter(|entry| Level::Records.shows(&entry.event)).collect();
    let place = shown.iter().position(|entry| entry.step >= step).unwrap_or(shown.len());
    let to = shown.len().min(place + MOST_LINES / 4);
    let from = to.saturating_sub(MOST_LINES);
    let mut text = String::new();
    let width = shown[from..to].last().map_or(1, |entry| entry.step.to_string().len());
    for entry in &shown[from..to] {
        let mark = if entry.step == step && step != Step(0) { '>' } else { ' ' };
        text.push_str(&format!("{mark} {:>width$}  ", entry.step.to_string()));
        text.push_str(&lines(std::slice::from_ref(entry), names, Level::Records));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Id, Micros, TaskId};
    use crate::plan::{Fault, Moment};
    use crate::testing::reference;

    #[test]
    fn a_checkpoint_from_its_trigger_to_the_last_notice() {
        let text = checkpoint_trace(&reference(8, 3, 1, 2), CheckpointId(1), Level::Protocol);
        let (first, last) = (text.lines().next().unwrap(), text.lines().last().unwrap());
        assert!(first.contains("trigger   ckpt 1"), "{text}");
        assert!(last.contains("notified  ckpt 1"), "{text}");
        assert!(text.contains("complete  ckpt 1") && !text.contains("trigger   ckpt 2"), "{text}");
        assert_eq!((text.matches("precommit").count(), text.matches(" commit ").count()), (2, 2), "{text}");
    }

    #[test]
    fn a_checkpoint_that_was_given_up_ends_with_the_news_of_it() {
        let mut plan = reference(8, 3, 1, 2);
        let (task, at) = (TaskId::at(2), Moment::Trigger(CheckpointId(2)));
        plan.faults = vec![Fault::Crash { task, at }];
        let text = checkpoint_trace(&plan, CheckpointId(2), Level::Protocol);
        assert!(text.contains("abort     ckpt 2") && !text.contains("trigger   ckpt 3"), "{text}");
    }

    #[test]
    fn a_checkpoint_that_is_pending_when_the_run_is_cut_off_goes_to_the_end() {
        let mut plan = reference(8, 3, 1, 2);
        plan.checkpointing.interval = Some(Micros::millis(25));
        plan.initial_delay = Some(Micros::millis(25));
        plan.stop = Some(Micros::millis(26));
        let text = checkpoint_trace(&plan, CheckpointId(1), Level::Protocol);
        assert!(text.lines().last().is_some_and(|line| line.contains("stop")), "{text}");
    }

    #[test]
    fn a_number_that_is_given_out_again_stands_for_two_checkpoints() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/user/cancel-and-start-again.ron");
        let plan = crate::scenario::load_file(std::path::Path::new(path)).expect("a shipped scenario loads");
        let text = checkpoint_trace(&plan, CheckpointId(3), Level::Protocol);
        let (first, second) = text.split_once("# ckpt 3 once more").expect("there are two of them");
        assert!(first.contains("abort     ckpt 3") && !first.contains("complete  ckpt 3"), "{text}");
        assert!(second.contains("complete  ckpt 3") && !second.contains("abort     ckpt 3"), "{text}");
    }

    #[test]
    fn a_checkpoint_that_never_was_has_no_trace() {
        assert_eq!(checkpoint_trace(&reference(2, 1, 0, 2), CheckpointId(99), Level::All), "");
    }
}
