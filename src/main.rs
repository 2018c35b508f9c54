//! Starts Keyhouse: hands the command line and the names in the environment on, and ends with the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    keyhouse::cli::run(std::env::args_os(), names)
}
