fn main() { cutline::world::perf(); }
