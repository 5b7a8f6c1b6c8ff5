//! The command `stslint`.

use std::process::ExitCode;

fn main() -> ExitCode {
    stslint::cli::main()
}
