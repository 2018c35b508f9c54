//! A program whose calls to the system are written down, to count those that matter.

use std::path::Path;

/// `strace`'s arguments to write down each sync of a program and its threads, with the file that it is of, into a file.
pub fn syncs(into: &Path) -> Vec<String> {
    let into = into.display().to_string();
    ["strace", "-f", "-qq", "-y", "-e", "trace=fdatasync,fsync", "-o", &into].map(str::to_owned).to_vec()
}

/// How many syncs there were by now.
pub fn count(file: &Path) -> usize {
    count_of(file, "")
}

/// How many of them were of files whose path begins like this; with `>` at its end, of exactly this file or folder.
pub fn count_of(file: &Path, path: &str) -> usize {
    // a call that another thread interrupts takes two lines, of which one has the name and a bracket
    let lines = std::fs::read_to_string(file).unwrap_or_default();
    let of_it = |line: &&str| line.contains("sync(") && line.contains(&format!("<{path}"));
    lines.lines().filter(of_it).count()
}
