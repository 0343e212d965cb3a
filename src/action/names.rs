//! What tasks, channels and TaskManagers are called, and the text form of actions.

use std::collections::BTreeMap;

use super::{Action, Alarm};
use crate::ids::{ChannelId, CheckpointId, ManagerId, PerId, TaskId};

/// What tasks, channels and TaskManagers are called.
#[derive(Clone, Debug, Default)]
pub struct Names {
    tasks: PerId<TaskId, String>,
    channels: PerId<ChannelId, String>,
    managers: PerId<ManagerId, String>,
    by_text: BTreeMap<String, Action>,
}

impl Names {
    /// Names of the channels follow from their ends: `blue -> even`; a second channel between the same two tasks is
    /// `blue -> even #2`.
    pub fn new(
        tasks: PerId<TaskId, String>,
        ends: PerId<ChannelId, (TaskId, TaskId)>,
        managers: PerId<ManagerId, String>,
    ) -> Self {
        let mut seen: BTreeMap<(TaskId, TaskId), u32> = BTreeMap::new();
        let channels = ends
            .iter()
            .map(|&(from, to)| {
                let count = seen.entry((from, to)).and_modify(|count| *count += 1).or_insert(1);
                let plain = format!("{} -> {}", tasks[from], tasks[to]);
                if *count == 1 { plain } else { format!("{plain} #{count}") }
            })
            .collect();
        let mut names = Self { tasks, channels, managers, by_text: BTreeMap::new() };
        let per_task = names.tasks.ids().flat_map(|task| {
            let rest =
                [Action::Rpc, Action::Restore, Action::Report, Action::LateAck, Action::Crash].map(|of| of(task));
            [Action::Emit(task), Action::Idle(task)]
                .into_iter()
                .chain(rest)
                .chain((0..8).map(move |slot| Action::Async(task, slot)))
        });
        let per_channel =
            names.channels.ids().flat_map(|channel| [Action::Transfer(channel), Action::Deliver(channel)]);
        let per_manager =
            names.managers.ids().flat_map(|manager| [Action::Detect(manager), Action::CrashManager(manager)]);
        let all: Vec<Action> = per_task.chain(per_channel).chain(per_manager).collect();
        names.by_text = all.into_iter().rev().map(|action| (names.text(action), action)).collect();
        names
    }

    /// What a task is called.
    pub fn task(&self, task: TaskId) -> &str {
        &self.tasks[task]
    }

    /// What a channel is called.
    pub fn channel(&self, channel: ChannelId) -> &str {
        &self.channels[channel]
    }

    /// What a TaskManager is called.
    pub fn manager(&self, manager: ManagerId) -> &str {
        &self.managers[manager]
    }

    /// All tasks.
    pub fn tasks(&self) -> &PerId<TaskId, String> {
        &self.tasks
    }

    /// All TaskManagers.
    pub fn managers(&self) -> &PerId<ManagerId, String> {
        &self.managers
    }

    /// An action as a person writes it, for example `deliver blue -> even`.
    pub fn text(&self, action: Action) -> String {
        match action {
            Action::Emit(task) => format!("emit {}", self.tasks[task]),
            Action::Transfer(channel) => format!("transfer {}", self.channels[channel]),
            Action::Deliver(channel) => format!("deliver {}", self.channels[channel]),
            Action::Rpc(task) => format!("rpc {}", self.tasks[task]),
            Action::Async(task, 0) => format!("async {}", self.tasks[task]),
            Action::Async(task, slot) => format!("async {} #{}", self.tasks[task], slot + 1),
            Action::Restore(task) => format!("restore {}", self.tasks[task]),
            Action::Report(task) => format!("report {}", self.tasks[task]),
            Action::LateAck(task) => format!("late ack {}", self.tasks[task]),
            Action::Detect(manager) => format!("detect {}", self.managers[manager]),
            Action::Idle(task) => format!("idle {}", self.tasks[task]),
            Action::Crash(task) => format!("crash {}", self.tasks[task]),
            Action::CrashManager(manager) => format!("crash manager {}", self.managers[manager]),
            Action::Alarm(Alarm::Trigger) => "trigger".to_owned(),
            Action::Alarm(Alarm::Expire(id)) => format!("expire {id}"),
            Action::Alarm(Alarm::Restart) => "restart".to_owned(),
            Action::Alarm(Alarm::Fault(number)) => format!("fault {number}"),
            Action::Alarm(Alarm::User(number)) => format!("user {number}"),
            Action::Alarm(Alarm::Stop) => "stop".to_owned(),
        }
    }

    /// Why a step that is written as it should be does not exist in this job: whom or what it names is not there. Nothing
    /// if the step is no step of any job.
    pub fn missing(&self, text: &str) -> Option<String> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let verbs = ["crash manager ", "detect ", "transfer ", "deliver ", "late ack ", "emit ", "rpc ", "async "];
        let verbs = verbs.into_iter().chain(["restore ", "report ", "idle ", "crash "]);
        let (verb, rest) = verbs.into_iter().find_map(|verb| text.strip_prefix(verb).map(|rest| (verb, rest)))?;
        let known = |task: &str| self.tasks.iter().any(|name| name == task);
        if verb == "crash manager " || verb == "detect " {
            return Some(format!("the job has no TaskManager `{rest}`"));
        }
        let Some((from, to)) = rest.split_once(" -> ") else {
            let task = rest.split(" #").next().unwrap_or(rest);
            return (!known(task)).then(|| format!("the job has no task `{task}`"));
        };
        let to = to.split(" #").next().unwrap_or(to);
        Some(match [from, to].into_iter().find(|task| !known(task)) {
            Some(task) => format!("the job has no task `{task}`"),
            None => format!("there is no such channel from `{from}` to `{to}`"),
        })
    }

    /// The action that a person wrote, or the text that comes closest to it.
    ///
    /// # Errors
    /// The nearest known text, if any is near.
    pub fn action(&self, text: &str) -> Result<Action, Option<&str>> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let number = |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.parse().ok());
        match text.as_str() {
            "trigger" => return Ok(Action::Alarm(Alarm::Trigger)),
            "restart" => return Ok(Action::Alarm(Alarm::Restart)),
            "stop" => return Ok(Action::Alarm(Alarm::Stop)),
            _ => {}
        }
        if let Some(id) = number("expire ") {
            return Ok(Action::Alarm(Alarm::Expire(CheckpointId(id))));
        }
        if let Some(fault) = number("fault ").and_then(|fault| u32::try_from(fault).ok()) {
            return Ok(Action::Alarm(Alarm::Fault(fault)));
        }
        if let Some(user) = number("user ").and_then(|user| u32::try_from(user).ok()) {
            return Ok(Action::Alarm(Alarm::User(user)));
        }
        self.by_text.get(&text).copied().ok_or_else(|| {
            let distance = |known: &&String| strsim::damerau_levenshtein(known, &text);
            self.by_text.keys().min_by_key(distance).filter(|near| distance(near) <= 4).map(String::as_str)
        })
    }
}
