//! Starts Keyhouse: passes the command line and the environment on, and ends with the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
    let environment = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
    keyhouse::cli::run(std::env::args_os(), environment)
}
