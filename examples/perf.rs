use cutline::run::*;
fn main() {
    let mut plan = cutline::world::reference(4);
    plan.checkpointing.after_finish = std::env::var_os("NOFINISH").is_none();
    use cutline::plan::Defect;
    if let Ok(d) = std::env::var("DEFECT") {
        plan.defect = Defect::ALL.into_iter().find(|x| format!("{x:?}") == d);
        plan.limits.late_acks = 2;
        plan.limits.crashes = 2;
    }
    let n: u64 = std::env::var("N").map_or(2000, |s| s.parse().unwrap());
    let mut runner = Runner::new(plan);
    let mut bad = 0;
    let start = std::time::Instant::now();
    let mut steps = 0;
    let (mut a, mut b) = (0, 0);
    for seed in 0..n {
        let order = Order::alternating(seed);
        let outcome = runner.run(&order, Keep::default());
        steps += outcome.steps;
        a += u64::from(outcome.met.crash_while_pending);
        b += u64::from(outcome.met.restored_checkpoint);
        if !outcome.violations.is_empty() || !matches!(outcome.end, End::Over(_)) {
            bad += 1;
            if bad < 6 {
                println!("seed {seed} {:?} {:?}", outcome.end, outcome.violations.first());
            }
        }
    }
    let t = start.elapsed().as_secs_f64();
    println!(
        "{n} runs {steps} steps bad {bad}, {:.2} M steps/s {:.0} runs/s; crash pending {a} restored {b}",
        steps as f64 / t / 1e6,
        n as f64 / t
    );
}
