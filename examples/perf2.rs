use cutline::run::*;
fn main() {
    for p in std::env::args().skip(1) {
        let plan = match cutline::scenario::load_file(std::path::Path::new(&p)) {
            Ok(p) => p,
            Err(d) => {
                println!("{}", d.render(false));
                continue;
            }
        };
        let order = Order::of(&plan);
        let mut r = Runner::new(plan);
        let o = r.run(&order, Keep { trace: true, actions: true });
        println!(
            "== {p} {:?} steps {} at {} violations {:?} {:?}",
            o.end,
            o.steps,
            o.at,
            o.violations.iter().map(|v| &v.detail).collect::<Vec<_>>(),
            o.explanation
        );
        for (i, s) in &o.seen {
            println!("   {:?} -> {:?}", r.plan().expect[*i], s);
        }
        if std::env::var_os("TRACE").is_some() {
            let mut t = String::new();
            for e in &o.trace {
                if cutline::trace::render::Level::Records.shows(&e.event) {
                    cutline::trace::render::line(e, &r.topology().names, &mut t);
                    t.push('\n');
                }
            }
            println!("{t}");
        }
    }
}
