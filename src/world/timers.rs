//! The timers of the JobManager: alarms are events, deadlines are comparisons of clocks.
//!
//! A timer is kept as the time left since the *reference*, an instant that the clock holds. In untimed runs only alarms
//! move the clock, so the reference is always now, and equal states have equal timers whatever came before.

use smallvec::SmallVec;

use crate::action::Alarm;
use crate::ids::Micros;
use crate::protocol::{coordinator, restart};

/// What a timer is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// One of the coordinator's.
    Coordinator(coordinator::Timer),
    /// One of the restart strategy's: deadlines all.
    Strategy(restart::Timer),
    /// The pause before a restart.
    Restart,
    /// A fault placed by time.
    Fault(u32),
    /// The end of the run.
    Stop,
}

impl Timer {
    /// The alarm that it is, unless it is a deadline.
    pub fn alarm(self) -> Option<Alarm> {
        match self {
            Self::Coordinator(coordinator::Timer::Periodic) => Some(Alarm::Trigger),
            Self::Coordinator(coordinator::Timer::Expiry(id)) => Some(Alarm::Expire(id)),
            Self::Coordinator(coordinator::Timer::MinPause) | Self::Strategy(_) => None,
            Self::Restart => Some(Alarm::Restart),
            Self::Fault(number) => Some(Alarm::Fault(number)),
            Self::Stop => Some(Alarm::Stop),
        }
    }
}

/// A timer that will fire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Armed {
    /// Which.
    pub timer: Timer,
    /// How long after the reference.
    pub left: Micros,
}

/// All armed timers, in the order in which they fire: by due time, then by arming.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Timers {
    armed: SmallVec<[Armed; 4]>,
}

impl Timers {
    /// Arms a timer, this long after the reference.
    pub fn arm(&mut self, timer: Timer, left: Micros) {
        let place = self.armed.partition_point(|armed| armed.left <= left);
        self.armed.insert(place, Armed { timer, left });
    }

    /// Arms a timer for when another is due, behind it; at the reference if the other is not armed.
    pub fn arm_with(&mut self, timer: Timer, other: Timer) {
        match self.armed.iter().position(|armed| armed.timer == other) {
            Some(place) => self.armed.insert(place + 1, Armed { timer, left: self.armed[place].left }),
            None => self.arm(timer, Micros::ZERO),
        }
    }

    /// Cancels every timer of this name.
    pub fn cancel(&mut self, timer: Timer) {
        self.armed.retain(|armed| armed.timer != timer);
    }

    /// Cancels all timers but those that `keep`.
    pub fn retain(&mut self, keep: impl Fn(Timer) -> bool) {
        self.armed.retain(|armed| keep(armed.timer));
    }

    /// The earliest alarm among those that `counts`.
    pub fn alarm(&self, counts: impl Fn(Alarm) -> bool) -> Option<(Alarm, Armed)> {
        self.armed
            .iter()
            .find_map(|&armed| armed.timer.alarm().filter(|&alarm| counts(alarm)).map(|alarm| (alarm, armed)))
    }

    /// Takes the first deadline that lies before this timer, or is due by `left` if the timer is not given.
    pub fn next_deadline(&mut self, before: Option<Timer>, left: Micros) -> Option<Timer> {
        let due = self.armed.iter().take_while(|armed| armed.left <= left && Some(armed.timer) != before);
        let place = due.enumerate().find(|(_, armed)| armed.timer.alarm().is_none())?.0;
        Some(self.armed.remove(place).timer)
    }

    /// Removes an alarm that fires.
    pub fn take(&mut self, timer: Timer) {
        let place = self.armed.iter().position(|armed| armed.timer == timer).expect("only an armed timer fires");
        self.armed.remove(place);
    }

    /// Moves the reference on.
    pub fn pass(&mut self, time: Micros) {
        self.armed.iter_mut().for_each(|armed| armed.left = armed.left.minus(time));
    }

    /// Whether any timer is due within this time.
    #[inline]
    pub fn due_within(&self, left: Micros) -> bool {
        self.armed.first().is_some_and(|armed| armed.left <= left)
    }
}
