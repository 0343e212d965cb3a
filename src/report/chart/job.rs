//! The life of the job in a chart: failures, restarts, ends.

use super::build::Builder;
use super::types::{Comeback, End, Fate, Lane, Life, Sign};
use crate::ids::{Execution, TaskId};
use crate::trace::{Event, JobStatus};

impl Builder<'_> {
    pub(super) fn job(&mut self, event: &Event) {
        match *event {
            Event::Crashed { execution, .. } => {
                // Its TaskManager may have taken it down before.
                if self.alive[execution.task].is_none() {
                    return;
                }
                // What was sent in this step was sent before.
                self.moment = None;
                self.die(execution.task, Fate::Crashed, Sign::Crash);
            }
            Event::ManagerCrashed { manager } => {
                self.moment = None;
                let gone = self.topology.manager_of.pairs().filter(|&(_, &home)| home == manager);
                for task in gone.map(|(task, _)| task).collect::<Vec<_>>() {
                    if self.alive[task].is_some() {
                        self.die(task, Fate::Crashed, Sign::Crash);
                    }
                }
            }
            Event::Canceled { execution } => self.die(execution.task, Fate::Canceled, Sign::Cancel),
            Event::FailureNoticed { task, .. } => self.mark(Lane::JobManager, Sign::Notice(task)),
            Event::RestartPlanned { delay } => self.mark(Lane::JobManager, Sign::Backoff(delay)),
            Event::RestartDenied => self.mark(Lane::JobManager, Sign::Denied),
            Event::Restarting { from } | Event::Started { from } => {
                self.mark(Lane::JobManager, Sign::Restart(from.given()));
                let at = self.now();
                let (from, points, replayed, values) = (from.given(), Vec::new(), Vec::new(), Vec::new());
                self.chart.comebacks.push(Comeback { at, from, points, replayed, values });
            }
            Event::Deployed { execution } => {
                let now = self.now();
                self.close(execution.task, Fate::Canceled);
                self.alive[execution.task] = Some(self.chart.lives.len());
                let Execution { task, attempt } = execution;
                self.chart.lives.push(Life { task, attempt, from: now, to: now, fate: Fate::Open });
                self.mark(Lane::Task(task), Sign::Deploy);
            }
            Event::Restored { execution, from, view, .. } => {
                let (task, now) = (execution.task, self.now());
                let shows = self.shows(task, view);
                self.mark(Lane::Task(task), Sign::Restore { from: from.given(), shows });
                if let Some(comeback) = self.chart.comebacks.last_mut() {
                    comeback.points.push((task, now));
                }
            }
            Event::Finished { execution } => {
                self.mark(Lane::Task(execution.task), Sign::Finish);
                self.close(execution.task, Fate::Finished);
            }
            Event::Job(status) => match status {
                JobStatus::Running | JobStatus::Restarting => {}
                JobStatus::Finished => self.mark(Lane::JobManager, Sign::Over("finished")),
                JobStatus::Failed => self.mark(Lane::JobManager, Sign::Over("failed")),
                JobStatus::Canceled => self.mark(Lane::JobManager, Sign::Over("cancelled")),
                JobStatus::Suspended => self.mark(Lane::JobManager, Sign::Over("suspended")),
            },
            Event::Stuck { waiting, .. } => self.mark(Lane::Task(waiting), Sign::Stuck),
            Event::Stopped => self.mark(Lane::JobManager, Sign::Over("stopped by the plan")),
            _ => {}
        }
    }

    fn close(&mut self, task: TaskId, fate: Fate) {
        let now = self.now();
        if let Some(life) = self.alive[task].take() {
            self.chart.lives[life].to = now;
            self.chart.lives[life].fate = fate;
        }
    }

    fn die(&mut self, task: TaskId, fate: Fate, sign: Sign) {
        let now = self.now();
        self.mark(Lane::Task(task), sign);
        self.close(task, fate);
        let info = &self.topology.tasks[task];
        let outputs = info.outputs.iter().flat_map(|output| output.channels());
        for channel in info.inputs.iter().copied().chain(outputs) {
            for flight in self.flights[channel].drain(..) {
                self.chart.messages[flight.message].end = End::Lost(now);
            }
        }
        for &channel in &info.inputs {
            self.resume(channel);
        }
    }
}
