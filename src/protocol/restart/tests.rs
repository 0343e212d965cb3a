//! Failures at known times, and what each strategy answers.

use super::*;

const EXPONENTIAL: Config = Config::ExponentialDelay {
    initial_backoff: Micros::millis(5),
    max_backoff: Micros::millis(40),
    multiplier_thousandths: 2_000,
    reset_threshold: Micros::millis(100),
    jitter_thousandths: 0,
    attempts: 3,
};

/// Fails the job at these milliseconds and says what the strategy answered: `+5` a restart after 5 ms, `=` a restart
/// as planned, `x` the end, `x=` the end by a merged failure.
#[track_caller]
fn check(config: Config, failures: &[u64], expected: &str) {
    let mut strategy = Strategy::new(&config);
    let (mut armed, mut answers) = (Vec::<(Micros, Timer)>::new(), Vec::new());
    for now in failures.iter().map(|&at| Micros::millis(at)) {
        armed.sort_by_key(|&(due, _)| due);
        let passed = armed.partition_point(|&(due, _)| due <= now);
        for (_, timer) in armed.drain(..passed) {
            strategy.step(&config, Input::Expired(timer), &mut Vec::new());
        }
        let mut effects = Vec::new();
        strategy.step(&config, Input::Failed { draw: 0 }, &mut effects);
        for effect in effects {
            match effect {
                Effect::Arm(timer, after) => armed.push((now.plus(after), timer)),
                Effect::Cancel(timer) => armed.retain(|&(_, other)| other != timer),
                Effect::Restart { delay } => answers.push(format!("+{}", delay.as_millis())),
                Effect::RestartAsPlanned => answers.push("=".into()),
                Effect::GiveUp { new } => answers.push(if new { "x" } else { "x=" }.into()),
            }
        }
    }
    assert_eq!(answers.join(" "), expected);
}

#[test]
fn r67_none_ends_the_job() {
    check(Config::None, &[0], "x");
}

#[test]
fn r68_fixed_delay_never_forgets() {
    check(Config::FixedDelay { attempts: 2, delay: Micros::millis(7) }, &[0, 1, 2, 1_000_000], "+7 +7 x x");
    check(Config::FixedDelay { attempts: 0, delay: Micros::ZERO }, &[0], "x");
}

#[test]
fn r68_failure_rate_counts_what_is_exactly_as_old_as_the_interval() {
    let config = Config::FailureRate { max_failures: 2, interval: Micros::millis(100), delay: Micros::millis(1) };
    check(config, &[0, 50, 100], "+1 +1 x");
    check(config, &[0, 50, 101, 150], "+1 +1 +1 x");
}

#[test]
fn r69_exponential_delay_merges_grows_and_calms_down() {
    check(EXPONENTIAL, &[0, 3, 5, 6, 15, 16, 40, 100, 180, 400], "+5 = = +10 = = +20 x x +5");
}

#[test]
fn r69_the_calm_counts_from_the_planned_restart() {
    check(EXPONENTIAL, &[0, 104], "+5 +10");
    check(EXPONENTIAL, &[0, 105], "+5 +5");
}

#[test]
fn r69_backoffs_are_those_of_flink() {
    let flink = [1_000, 1_500, 2_250, 3_375, 5_062, 7_593, 11_390, 17_085, 25_628, 38_443, 57_665];
    for (attempt, expected) in (0..).zip(flink) {
        assert_eq!(grown(Micros::millis(1_000), 1_500, attempt), expected, "attempt {attempt}");
    }
    assert_eq!(grown(Micros::millis(1_000), 1_500, u32::MAX), i64::MAX);
}

#[test]
fn r69_jitter_fills_its_span() {
    assert_eq!((jitter(1_000, 100, 0), jitter(1_000, 100, u64::MAX)), (-100, 100));
    assert_eq!(jitter(1_000, 100, 1 << 63), 0);
    assert_eq!(jitter(1_000, 0, u64::MAX), 0);
    assert_eq!(jitter(9, 100, u64::MAX), 0);
}

#[test]
fn r69_jitter_stays_within_the_limits() {
    let config = Config::ExponentialDelay {
        initial_backoff: Micros::millis(100),
        max_backoff: Micros::millis(120),
        multiplier_thousandths: 1_100,
        reset_threshold: Micros::MAX,
        jitter_thousandths: 500,
        attempts: u32::MAX,
    };
    for (draw, expected) in [(0, 100), (1 << 63, 100), (u64::MAX, 120)] {
        let mut effects = Vec::new();
        Strategy::new(&config).step(&config, Input::Failed { draw }, &mut effects);
        assert_eq!(effects.last(), Some(&Effect::Restart { delay: Micros::millis(expected) }));
    }
}
