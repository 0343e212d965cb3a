//! The restart strategies.
//!
//! Left out of the comparison: the pause of a restart that is not granted, which nobody waits for.

use cutline::ids::Micros;
use cutline::protocol::restart::{Config, Effect, Input, Strategy, Timer};
use serde_json::{Value, json};

use super::{cases, list, millis, number, small, text};

#[test]
fn restart_strategy() {
    for case in cases("restart_strategy", 600) {
        let config = config(text(&case["input"]["strategy"]), &case["input"]["config"]);
        let mut job = Job {
            strategy: Strategy::new(&config),
            config,
            now: Micros::ZERO,
            armed: Vec::new(),
            planned: Micros::ZERO,
        };
        for (step, (gap, expected)) in
            list(&case["input"]["gaps_ms"]).iter().zip(list(&case["expected"]["steps"])).enumerate()
        {
            let mut expected = expected.clone();
            if expected[1] == false {
                expected[2] = Value::Null;
            }
            case.same(format_args!("step {step}"), &expected, &job.fail_after(millis(gap)));
        }
    }
}

/// A stand-in for the clock and for the job that waits for its restart.
struct Job {
    strategy: Strategy,
    config: Config,
    now: Micros,
    /// Deadlines with their due times, in the order of arming.
    armed: Vec<(Micros, Timer)>,
    /// When the last restart that was granted is due.
    planned: Micros,
}

impl Job {
    /// `[a new attempt?, may it restart?, after how many milliseconds?]` of a failure so long after the last one.
    fn fail_after(&mut self, gap: Micros) -> Value {
        self.now = self.now.plus(gap);
        self.settle();
        let mut effects = Vec::new();
        self.strategy.step(&self.config, Input::Failed { draw: 0 }, &mut effects);
        let mut answer = Value::Null;
        for effect in effects {
            match effect {
                Effect::Arm(timer, after) => self.armed.push((self.now.plus(after), timer)),
                Effect::Cancel(timer) => self.armed.retain(|&(_, armed)| armed != timer),
                Effect::Restart { delay } => {
                    self.planned = self.now.plus(delay);
                    answer = json!([true, true, delay.as_millis()]);
                }
                Effect::RestartAsPlanned => answer = json!([false, true, self.planned.minus(self.now).as_millis()]),
                Effect::GiveUp { new } => answer = json!([new, false, null]),
            }
        }
        answer
    }

    /// Tells the strategy of every deadline that has passed, in the order of due times, then of arming.
    fn settle(&mut self) {
        self.armed.sort_by_key(|&(due, _)| due);
        let passed = self.armed.partition_point(|&(due, _)| due <= self.now);
        for (_, timer) in self.armed.drain(..passed) {
            let mut effects = Vec::new();
            self.strategy.step(&self.config, Input::Expired(timer), &mut effects);
            assert!(effects.is_empty(), "a deadline only changes what is remembered");
        }
    }
}

fn config(strategy: &str, config: &Value) -> Config {
    match strategy {
        "fixed_delay" => {
            Config::FixedDelay { attempts: small(&config["attempts"]), delay: millis(&config["delay_ms"]) }
        }
        "failure_rate" => Config::FailureRate {
            max_failures: small(&config["max_failures_per_interval"]),
            interval: millis(&config["interval_ms"]),
            delay: millis(&config["delay_ms"]),
        },
        "exponential_delay" => Config::ExponentialDelay {
            initial_backoff: millis(&config["initial_ms"]),
            max_backoff: millis(&config["max_ms"]),
            multiplier_thousandths: thousandths(&config["multiplier"]),
            reset_threshold: millis(&config["reset_threshold_ms"]),
            jitter_thousandths: 0,
            attempts: match number(&config["attempts_before_reset"]) {
                2_147_483_647 => u32::MAX,
                _ => small(&config["attempts_before_reset"]),
            },
        },
        other => panic!("an unknown strategy: {other}"),
    }
}

/// A factor with at most three decimals.
fn thousandths(value: &Value) -> u32 {
    let factor = value.as_f64().unwrap_or_else(|| panic!("a factor was expected: {value}"));
    (factor * 1_000.0).round() as u32
}
