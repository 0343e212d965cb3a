//! The dense codes of the actions of one job, in the order of the menu.

use super::{Action, Alarm};
use crate::ids::{ChannelId, ManagerId, TaskId};

/// The dense codes of the actions of one job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Alphabet {
    slots: u32,
    transfer: u32,
    deliver: u32,
    rpc: u32,
    asynchronous: u32,
    restore: u32,
    report: u32,
    detect: u32,
    idle: u32,
    pub(super) alarm: u32,
    late_ack: u32,
    crash: u32,
    crash_manager: u32,
    pub(super) end: u32,
}

impl Alphabet {
    /// The alphabet of a job of this size; each task has `slots` asynchronous parts at most.
    ///
    /// # Panics
    /// If there are 2^32 tasks, channels or TaskManagers.
    pub fn new(tasks: usize, channels: usize, managers: usize, slots: u32) -> Self {
        let size = |count: usize| u32::try_from(count).expect("jobs are checked to be smaller");
        let (tasks, channels, managers) = (size(tasks), size(channels), size(managers));
        let transfer = tasks;
        let deliver = transfer + channels;
        let rpc = deliver + channels;
        let asynchronous = rpc + tasks;
        let restore = asynchronous + tasks * slots;
        let report = restore + tasks;
        let detect = report + tasks;
        let idle = detect + managers;
        let alarm = idle + tasks;
        let late_ack = alarm + 1;
        let crash = late_ack + tasks;
        let crash_manager = crash + tasks;
        let end = crash_manager + managers;
        Self {
            slots,
            transfer,
            deliver,
            rpc,
            asynchronous,
            restore,
            report,
            detect,
            idle,
            alarm,
            late_ack,
            crash,
            crash_manager,
            end,
        }
    }

    /// The code of an action; all alarms share one.
    #[inline(always)]
    pub fn code(&self, action: Action) -> u32 {
        match action {
            Action::Emit(task) => task.0,
            Action::Transfer(channel) => self.transfer + channel.0,
            Action::Deliver(channel) => self.deliver + channel.0,
            Action::Rpc(task) => self.rpc + task.0,
            Action::Async(task, slot) => self.asynchronous + task.0 * self.slots + u32::from(slot),
            Action::Restore(task) => self.restore + task.0,
            Action::Report(task) => self.report + task.0,
            Action::Detect(manager) => self.detect + manager.0,
            Action::Idle(task) => self.idle + task.0,
            Action::Alarm(_) => self.alarm,
            Action::LateAck(task) => self.late_ack + task.0,
            Action::Crash(task) => self.crash + task.0,
            Action::CrashManager(manager) => self.crash_manager + manager.0,
        }
    }

    /// The action with this code; `alarm` is the one on offer.
    pub(crate) fn action(&self, code: u32, alarm: Alarm) -> Action {
        if code < self.transfer {
            Action::Emit(TaskId(code))
        } else if code < self.deliver {
            Action::Transfer(ChannelId(code - self.transfer))
        } else if code < self.rpc {
            Action::Deliver(ChannelId(code - self.deliver))
        } else if code < self.asynchronous {
            Action::Rpc(TaskId(code - self.rpc))
        } else if code < self.restore {
            let place = code - self.asynchronous;
            Action::Async(TaskId(place / self.slots), (place % self.slots) as u8)
        } else if code < self.report {
            Action::Restore(TaskId(code - self.restore))
        } else if code < self.detect {
            Action::Report(TaskId(code - self.report))
        } else if code < self.idle {
            Action::Detect(ManagerId(code - self.detect))
        } else if code < self.alarm {
            Action::Idle(TaskId(code - self.idle))
        } else if code < self.late_ack {
            Action::Alarm(alarm)
        } else if code < self.crash {
            Action::LateAck(TaskId(code - self.late_ack))
        } else if code < self.crash_manager {
            Action::Crash(TaskId(code - self.crash))
        } else {
            Action::CrashManager(ManagerId(code - self.crash_manager))
        }
    }

    /// The code of every alarm; before it is all that is progress, behind it the faults.
    pub(crate) fn alarm(&self) -> u32 {
        self.alarm
    }

    /// How many codes there are.
    pub(crate) fn size(&self) -> u32 {
        self.end
    }

    /// How many asynchronous parts of a task can be on the menu.
    pub fn slots(&self) -> u32 {
        self.slots
    }
}
