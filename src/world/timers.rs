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
    /// The pause before the restart that follows this failure.
    Restart(u32),
    /// A fault placed by time.
    Fault(u32),
    /// Something that a person does at a time.
    User(u32),
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
            Self::Restart(_) => Some(Alarm::Restart),
            Self::Fault(number) => Some(Alarm::Fault(number)),
            Self::User(number) => Some(Alarm::User(number)),
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

    /// Arms a timer for when another is due. It is armed now: what is armed for that time already fires before it.
    ///
    /// # Panics
    /// If the other is not armed.
    pub fn arm_with(&mut self, timer: Timer, other: Timer) {
        let other = self.armed.iter().find(|armed| armed.timer == other).expect("the other timer is armed");
        self.arm(timer, other.left);
    }

    /// Cancels every timer of this name.
    pub fn cancel(&mut self, timer: Timer) {
        self.armed.retain(|armed| armed.timer != timer);
    }

    /// Cancels all timers but those that `keep`.
    pub fn retain(&mut self, keep: impl Fn(Timer) -> bool) {
        self.armed.retain(|armed| keep(armed.timer));
    }

    /// Whether any armed timer is one of these.
    pub fn any(&self, is: impl Fn(Timer) -> bool) -> bool {
        self.armed.iter().any(|armed| is(armed.timer))
    }

    /// The earliest alarm among those that `counts`.
    pub fn alarm(&self, counts: impl Fn(Alarm) -> bool) -> Option<(Alarm, Armed)> {
        self.armed
            .iter()
            .find_map(|&armed| armed.timer.alarm().filter(|&alarm| counts(alarm)).map(|alarm| (alarm, armed)))
    }

    /// Takes the first deadline that is due by `left`. A deadline compares clocks, so one that is due at the very moment
    /// of an alarm has passed, whichever was armed first (R10.3: a delay of exactly zero passes).
    pub fn next_deadline(&mut self, left: Micros) -> Option<Timer> {
        let due = self.armed.iter().take_while(|armed| armed.left <= left);
        let place = due.enumerate().find(|(_, armed)| armed.timer.alarm().is_none())?.0;
        Some(self.armed.remove(place).timer)
    }

    /// Removes an alarm that fires.
    ///
    /// # Panics
    /// If it is not armed.
    pub fn take(&mut self, timer: Timer) {
        let place = self.armed.iter().position(|armed| armed.timer == timer).expect("only an armed timer fires");
        self.armed.remove(place);
    }

    /// Moves the reference on.
    pub fn pass(&mut self, time: Micros) {
        self.armed.iter_mut().for_each(|armed| armed.left = armed.left.minus(time));
    }

    /// Whether a timer is armed and due within this time.
    pub fn is_due(&self, timer: Timer, left: Micros) -> bool {
        self.armed.iter().take_while(|armed| armed.left <= left).any(|armed| armed.timer == timer)
    }

    /// Whether any timer is due within this time.
    #[inline]
    pub fn due_within(&self, left: Micros) -> bool {
        self.armed.first().is_some_and(|armed| armed.left <= left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CheckpointId;

    const PERIODIC: Timer = Timer::Coordinator(coordinator::Timer::Periodic);
    const MIN_PAUSE: Timer = Timer::Coordinator(coordinator::Timer::MinPause);
    const EXPIRY: Timer = Timer::Coordinator(coordinator::Timer::Expiry(CheckpointId(1)));

    fn armed(timers: &[(Timer, u64)]) -> Timers {
        let mut all = Timers::default();
        timers.iter().for_each(|&(timer, left)| all.arm(timer, Micros(left)));
        all
    }

    fn order(timers: &Timers) -> Vec<Timer> {
        timers.armed.iter().map(|armed| armed.timer).collect()
    }

    #[test]
    fn timers_fire_by_due_time_then_by_arming() {
        assert_eq!(order(&armed(&[(EXPIRY, 7), (PERIODIC, 5), (Timer::Stop, 7)])), [PERIODIC, EXPIRY, Timer::Stop]);
    }

    #[test]
    fn r10_what_is_armed_with_another_fires_behind_all_that_is_armed_for_then() {
        let mut timers = armed(&[(MIN_PAUSE, 5), (EXPIRY, 5), (Timer::Stop, 6)]);
        timers.arm_with(PERIODIC, MIN_PAUSE);
        assert_eq!(order(&timers), [MIN_PAUSE, EXPIRY, PERIODIC, Timer::Stop]);
    }

    #[test]
    fn r10_a_deadline_at_the_moment_of_an_alarm_has_passed() {
        let mut timers = armed(&[(PERIODIC, 5), (MIN_PAUSE, 5), (Timer::Strategy(restart::Timer::Calm), 6)]);
        assert_eq!(timers.next_deadline(Micros(5)), Some(MIN_PAUSE));
        assert_eq!(timers.next_deadline(Micros(5)), None);
        assert_eq!(order(&timers), [PERIODIC, Timer::Strategy(restart::Timer::Calm)]);
    }
}
