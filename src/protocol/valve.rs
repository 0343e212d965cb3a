//! How far event time has come behind several inputs (R93). Flink: `StatusWatermarkValve`.
//!
//! An input is *active* or *idle*; an active one is *aligned* unless it woke up behind the others and has not caught up
//! yet. Only aligned inputs hold time back.
//!
//! | rule | state | input | what follows |
//! | --- | --- | --- | --- |
//! | R93 | active | [`Input::Watermark`] above the input's last one | it is noted; an input that has caught up is aligned; the minimum over aligned inputs goes on if it rose |
//! | R93 | idle | [`Input::Watermark`] | ignored |
//! | R93 | active | [`Input::Idle`], not the last active input | it holds nothing back any more: the minimum goes on if it rose |
//! | R93 | active | [`Input::Idle`], the last active input | the maximum over all inputs goes on if it rose; [`Effect::Idle`] |
//! | R93 | idle | [`Input::Active`] | aligned if it has not fallen behind; [`Effect::Active`] if all were idle |
//! | R93 | any | [`Input::Ended`] | it holds nothing back: as a last watermark |

use crate::ids::Rule;

/// No time has passed.
const START: i64 = i64::MIN;
/// All time has passed.
const END: i64 = i64::MAX;

/// What arrives on an input.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Input {
    /// No record of this time or before follows, in milliseconds.
    Watermark {
        /// Which input.
        on: usize,
        /// The time.
        time: i64,
    },
    /// Nothing will come for a while.
    Idle {
        /// Which input.
        on: usize,
    },
    /// Something comes again.
    Active {
        /// Which input.
        on: usize,
    },
    /// Nothing will come at all (EndOfPartition).
    Ended {
        /// Which input.
        on: usize,
    },
}

/// What the valve lets through.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// Event time has come so far, in milliseconds.
    Rise(i64),
    /// All inputs are idle.
    Idle,
    /// Not all inputs are idle any more.
    Active,
}

/// What is known of one input.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Side {
    watermark: i64,
    idle: bool,
    aligned: bool,
}

/// How far event time has come behind several inputs: one watermark for all of them, and whether all are idle (R93). A
/// task has one for each side of a join, else one. Flink: `StatusWatermarkValve`, whose vectors it passes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Valve {
    sides: Vec<Side>,
    last: i64,
    idle: bool,
}

impl Valve {
    /// A valve of so many inputs, all of them active and at the start of time.
    pub fn new(inputs: usize) -> Self {
        Self { sides: vec![Side { watermark: START, idle: false, aligned: true }; inputs], last: START, idle: false }
    }

    /// Whether all inputs are idle.
    pub fn is_idle(&self) -> bool {
        self.idle
    }

    /// Takes an input.
    ///
    /// # Panics
    /// If there is no such input.
    pub fn step(&mut self, input: Input, effects: &mut Vec<Effect>) -> Rule {
        match input {
            Input::Watermark { on, time } => self.watermark(on, time, effects),
            Input::Idle { on } if !self.sides[on].idle => {
                let side = &mut self.sides[on];
                (side.idle, side.aligned) = (true, false);
                // Others can only be let through by an input that was itself the one to hold them back.
                let held_back = side.watermark == self.last;
                if self.sides.iter().all(|side| side.idle) {
                    let most = self.sides.iter().map(|side| side.watermark).max();
                    self.rise(most.filter(|_| held_back), effects);
                    self.idle = true;
                    effects.push(Effect::Idle);
                } else if held_back {
                    self.rise(self.least(), effects);
                }
            }
            Input::Active { on } if self.sides[on].idle => self.wake(on, effects),
            Input::Ended { on } => {
                if self.sides[on].idle {
                    self.wake(on, effects);
                }
                self.watermark(on, END, effects);
            }
            // Nothing new.
            Input::Idle { .. } | Input::Active { .. } => {}
        }
        Rule(93)
    }

    fn watermark(&mut self, on: usize, time: i64, effects: &mut Vec<Effect>) {
        let side = &mut self.sides[on];
        if side.idle || time <= side.watermark {
            return;
        }
        side.watermark = time;
        side.aligned |= time >= self.last;
        self.rise(self.least(), effects);
    }

    fn wake(&mut self, on: usize, effects: &mut Vec<Effect>) {
        let side = &mut self.sides[on];
        side.idle = false;
        side.aligned = side.watermark >= self.last;
        if std::mem::take(&mut self.idle) {
            effects.push(Effect::Active);
        }
    }

    fn least(&self) -> Option<i64> {
        self.sides.iter().filter(|side| side.aligned).map(|side| side.watermark).min()
    }

    fn rise(&mut self, to: Option<i64>, effects: &mut Vec<Effect>) {
        if let Some(time) = to.filter(|&time| time > self.last) {
            self.last = time;
            effects.push(Effect::Rise(time));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `<input> <watermark>`, `idle <input>`, `active <input>`, `end <input>`; says what goes on after each.
    #[track_caller]
    fn check(inputs: usize, story: &str, expected: &str) {
        let mut valve = Valve::new(inputs);
        let mut saw = Vec::new();
        for line in story.split(',') {
            let words: Vec<&str> = line.split_whitespace().collect();
            let number = |at: usize| words[at].parse::<i64>().expect("a number");
            let input = match words[0] {
                "idle" => Input::Idle { on: number(1) as usize },
                "active" => Input::Active { on: number(1) as usize },
                "end" => Input::Ended { on: number(1) as usize },
                _ => Input::Watermark { on: number(0) as usize, time: number(1) },
            };
            let mut effects = Vec::new();
            assert_eq!(valve.step(input, &mut effects), Rule(93));
            let words = effects.iter().map(|effect| match effect {
                Effect::Rise(END) => "end".to_owned(),
                Effect::Rise(time) => time.to_string(),
                Effect::Idle => "idle".to_owned(),
                Effect::Active => "active".to_owned(),
            });
            saw.push(words.collect::<Vec<_>>().join(" "));
        }
        assert_eq!(saw.join(", "), expected);
    }

    #[test]
    fn r93_the_minimum_over_all_inputs() {
        check(1, "0 5, 0 4, 0 5, 0 6", "5, , , 6");
        check(2, "0 5, 1 3, 1 9, 0 7", ", 3, 5, 7");
    }

    #[test]
    fn r93_an_idle_input_holds_nothing_back() {
        check(3, "0 5, 1 7, 2 3, idle 2, 0 8", ", , 3, 5, 7");
        // One that did not hold time back changes nothing.
        check(2, "0 5, 1 3, idle 0, 1 4", ", 3, , 4");
        // What an idle input says of time is not heard.
        check(2, "0 5, 1 3, idle 1, 1 9, idle 1", ", 3, 5, , ");
    }

    #[test]
    fn r93_when_all_are_idle_the_newest_goes_on() {
        check(2, "0 5, 1 3, idle 0, idle 1", ", 3, , 5 idle");
        check(2, "0 5, 1 3, idle 1, idle 0, active 1, active 0", ", 3, 5, idle, active, ");
    }

    #[test]
    fn r93_who_wakes_up_behind_the_others_holds_nobody_back_until_it_has_caught_up() {
        check(2, "0 5, 1 3, idle 1, 0 9, active 1, 1 4, 0 11, 1 10, 0 12, 1 12", ", 3, 5, 9, , , 11, , 12, ");
        // It caught up: it counts again.
        check(2, "0 5, 1 3, idle 1, active 1, 1 5, 0 8, 1 6", ", 3, 5, , , , 6");
    }

    #[test]
    fn r93_an_ended_input_holds_nothing_back() {
        check(2, "0 5, end 1, end 0", ", 5, end");
        check(2, "0 5, 1 3, idle 1, idle 0, end 1", ", 3, 5, idle, active end");
    }
}
