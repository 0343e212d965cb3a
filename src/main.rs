//! The program `cutline`: see [`cutline::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    cutline::cli::main()
}
