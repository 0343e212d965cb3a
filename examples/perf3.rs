use cutline::run::*;
fn main() {
    let n: u64 = std::env::var("N").map_or(300, |s| s.parse().unwrap());
    for p in std::env::args().skip(1) {
        let mut plan = match cutline::scenario::load_file(std::path::Path::new(&p)) {
            Ok(p) => p,
            Err(d) => {
                println!("{}", d.render(false));
                continue;
            }
        };
        plan.limits.crashes = 2;
        plan.limits.late_acks = 1;
        plan.limits.haste = 1;
        plan.limits.steps = 20000;
        let mut r = Runner::new(plan.clone());
        let mut ends = std::collections::BTreeMap::new();
        let mut bad = 0;
        for seed in 0..n {
            let o = r.run(&Order::alternating(seed), Keep::default());
            let mut k = format!("{:?}", o.end);
            k.truncate(30);
            *ends.entry(k).or_insert(0) += 1;
            for v in o.violations.iter().filter(|v| cutline::oracle::promised(&plan, v.rule)).take(1) {
                bad += 1;
                if bad < 3 {
                    println!("  seed {seed} {:?} {} {} step {}", v.rule, v.invariant, v.detail, v.step);
                }
            }
        }
        println!("== {p} {ends:?} bad {bad}");
    }
}
