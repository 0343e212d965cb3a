//! Once faults stop, checkpoints complete and the job ends. The world says when nothing moves any more and who
//! waits for what, or who fails in each round of a circle of restarts; the judge puts the chain into words: one violation
//! for all that is said in one step.

use super::Report;
use super::rules::words;
use crate::plan::RuleName;
use crate::trace::{Event, Origin, Wait};

pub(super) fn observe(event: &Event, report: &mut Report<'_>) {
    let Event::Stuck { waiting, on, missing, why } = *event else { return };
    let name = report.task(waiting);
    let channel = on.map_or("", |channel| report.channel(channel));
    let sender = on.map_or("", |channel| report.task(report.facts.topology.channels[channel].from));
    let link = match (why, missing.given()) {
        (Wait::Barrier, Some(id)) => {
            format!("{name} waits for the barrier of checkpoint {id} on {channel}, and {sender} does not send it")
        }
        (Wait::Barrier, None) => format!("{name} waits for something on {channel}, and {sender} does not send it"),
        (Wait::Resume, _) => format!("{name} holds {channel} back and waits for nothing, and does not resume it"),
        (Wait::Room, _) => format!("{name} waits for room on {channel}"),
        (Wait::Acknowledgement, Some(id)) => {
            format!("the JobManager waits for the acknowledgement of checkpoint {id} by {name}")
        }
        (Wait::Acknowledgement, None) => format!("the JobManager waits for an acknowledgement by {name}"),
        (Wait::Checkpoint, Some(id)) => format!("{name} is done with its data and waits for checkpoint {id}"),
        (Wait::Checkpoint, None) => {
            format!("{name} is done with its data and waits for a checkpoint that lets it finish")
        }
        (Wait::JobManager, _) => format!("{name} waits for the JobManager"),
        (Wait::Restart { origin, .. }, _) => match origin {
            Origin::Checkpoints => "too many checkpoints fail".to_owned(),
            _ => format!("{name} fails ({})", origin.words()),
        },
    };
    let step = report.step;
    if let Some(chain) = report.violations.last_mut()
        && chain.rule == RuleName::Progress
        && chain.step == step
    {
        chain.detail.push_str("; ");
        chain.detail.push_str(&link);
        return;
    }
    let detail = match why {
        Wait::Restart { restarts, .. } => format!(
            "the job restarts for ever: {restarts} restarts in a row from {} brought nothing new, and none ever will; each time {link}",
            words(missing)
        ),
        _ => format!("nothing moves any more: {link}"),
    };
    let violation = report.add(RuleName::Progress, "", detail);
    (violation.task, violation.channel, violation.checkpoint) = (Some(waiting), on, missing);
}

#[cfg(test)]
mod tests {
    use super::super::table::check;

    #[test]
    fn the_chain_in_words() {
        check(
            "start\nstuck sum 0 2; stuck sink 2 2",
            &["nothing moves any more: sum waits for the barrier of checkpoint 2 on blue -> sum, and blue does not \
               send it; sink waits for the barrier of checkpoint 2 on sum -> sink, and sum does not send it"]
            .map(|chain| format!(": {chain}"))
            .each_ref()
            .map(String::as_str),
        );
        check("start\nemit blue 0", &[]);
    }

    #[test]
    fn each_kind_of_waiting_has_its_words() {
        for (why, words) in [
            ("resume", "sum holds blue -> sum back and waits for nothing, and does not resume it"),
            ("room", "sum waits for room on blue -> sum"),
            ("ack", "the JobManager waits for the acknowledgement of checkpoint 2 by sum"),
            ("end", "sum is done with its data and waits for checkpoint 2"),
            ("job", "sum waits for the JobManager"),
        ] {
            check(&format!("start\nstuck sum 0 2 {why}"), &[&format!(": nothing moves any more: {words}")]);
        }
    }
}
