//! A program whose calls to the system are written down, to count those that matter.

use std::path::{Path, PathBuf};

/// `strace`'s arguments to count the syncs of a program and its threads, into a file.
pub fn syncs(into: &Path) -> Vec<String> {
    let into = into.display().to_string();
    ["strace", "-f", "-qq", "-e", "trace=fdatasync,fsync", "-o", &into].map(str::to_owned).to_vec()
}

/// How many syncs there were by now.
pub fn count(file: &PathBuf) -> usize {
    // a call that another thread interrupts takes two lines, of which one has the name and a bracket
    let lines = std::fs::read_to_string(file).unwrap_or_default();
    lines.lines().filter(|line| line.contains("fdatasync(") || line.contains("fsync(")).count()
}
