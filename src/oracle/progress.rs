//! Once faults stop, checkpoints complete and the job ends. The world says when nothing can happen any more and who
//! waits for what; the judge puts the chain into words: one violation for all that is said in one step.

use super::Report;
use crate::plan::RuleName;
use crate::trace::Event;

pub(super) fn observe(event: &Event, report: &mut Report<'_>) {
    let Event::Stuck { waiting, on, missing } = *event else { return };
    let name = report.task(waiting);
    let what = missing.given().map(|id| format!("the barrier of checkpoint {id}"));
    let link = match (on, what) {
        (Some(channel), what) => {
            let sender = report.task(report.facts.topology.channels[channel].from);
            let what = what.unwrap_or_else(|| "something".to_owned());
            format!("{name} waits for {what} on {}, and {sender} does not send it", report.channel(channel))
        }
        (None, Some(_)) => format!("{name} waits for checkpoint {missing}"),
        (None, None) => format!("{name} waits for the JobManager"),
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
    let detail = format!("nothing can happen any more: {link}");
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
            &["nothing can happen any more: sum waits for the barrier of checkpoint 2 on blue -> sum, and blue does not \
               send it; sink waits for the barrier of checkpoint 2 on sum -> sink, and sum does not send it"]
                .map(|chain| format!(": {chain}"))
                .each_ref()
                .map(String::as_str),
        );
        check("start\nemit blue 0", &[]);
    }
}
