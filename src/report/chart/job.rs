//! The life of the job in a chart: failures, restarts, ends.

use super::build::Builder;
use super::cut::{Comeback, Which};
use super::types::{End, Fate, Lane, Life, Sign};
use crate::ids::{CheckpointId, Execution, Id, PerId, TaskId};
use crate::plan::Topology;
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
            Event::Asked { ask } => self.mark(Lane::JobManager, Sign::Asked(ask)),
            Event::Refused { ask, why } => self.mark(Lane::JobManager, Sign::Refused(ask, why)),
            Event::Restarting { from } => {
                let from = from.given().map(|id| self.source(id));
                self.mark(Lane::JobManager, Sign::Restart(from));
                self.come_back(from, false);
            }
            Event::Started { from } => {
                let from = self.source(from);
                self.mark(Lane::JobManager, Sign::Start(from));
                self.come_back(Some(from), true);
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
                let from = from.given().map(|id| self.source(id));
                self.mark(Lane::Task(task), Sign::Restore { from, shows });
                if let Some(comeback) = self.comeback[task] {
                    self.chart.comebacks[comeback].points.push((task, now));
                }
            }
            Event::Finished { execution } => {
                self.mark(Lane::Task(execution.task), Sign::Finish);
                self.close(execution.task, Fate::Finished);
            }
            Event::Job(status) => match status {
                JobStatus::Running | JobStatus::Restarting => {}
                JobStatus::Finished | JobStatus::Failed | JobStatus::Canceled | JobStatus::Suspended => {
                    self.mark(Lane::JobManager, Sign::Over(status));
                }
            },
            Event::Stuck { waiting, .. } => self.mark(Lane::Task(waiting), Sign::Stuck),
            Event::Stopped => self.mark(Lane::JobManager, Sign::Stopped),
            _ => {}
        }
    }

    /// The checkpoint that state is read from.
    fn source(&self, id: CheckpointId) -> Which {
        Which::newest(id, &self.chart.cuts, |cut| cut.completed.is_some())
    }

    /// A region comes back: of those without a living task that are not on their way back the one that died first.
    fn come_back(&mut self, from: Option<Which>, by_hand: bool) {
        let at = self.now();
        let died = |task: TaskId| {
            let life = self.chart.lives.iter().rev().find(|life| life.task == task);
            life.filter(|life| life.fate.is_death()).map_or(at, |life| life.to)
        };
        let mut regions = regions(self.topology);
        // A start is one of all tasks.
        if by_hand {
            regions = vec![regions.concat()];
        }
        let is_back = |task: TaskId| {
            let comeback = self.comeback[task].map(|comeback| &self.chart.comebacks[comeback]);
            comeback.is_some_and(|comeback| comeback.at > died(task))
        };
        let waits = |region: &&Vec<TaskId>| {
            region.iter().all(|&task| self.alive[task].is_none()) && region.iter().any(|&task| !is_back(task))
        };
        let first = regions.iter().filter(waits).min_by_key(|region| region.iter().map(|&task| died(task)).min());
        let tasks = first.cloned().unwrap_or_else(|| regions.concat());
        for &task in &tasks {
            self.comeback[task] = Some(self.chart.comebacks.len());
        }
        let (points, replayed, values) = (Vec::new(), Vec::new(), Vec::new());
        self.chart.comebacks.push(Comeback { at, by_hand, tasks, from, points, replayed, values });
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

/// The tasks that are connected with each other, region by region.
fn regions(topology: &Topology) -> Vec<Vec<TaskId>> {
    let mut of: PerId<TaskId, usize> = topology.tasks.ids().map(Id::index).collect();
    loop {
        let mut settled = true;
        for channel in topology.channels.iter() {
            let least = of[channel.from].min(of[channel.to]);
            settled &= of[channel.from] == least && of[channel.to] == least;
            (of[channel.from], of[channel.to]) = (least, least);
        }
        if settled {
            break;
        }
    }
    let members =
        |region: usize| of.pairs().filter(move |&(_, &other)| other == region).map(|(task, _)| task).collect();
    let regions = of.pairs().filter(|&(task, &region)| task.index() == region);
    regions.map(|(_, &region)| members(region)).collect()
}
