//! A program whose calls to the system are written down, to count those that matter, or made to fail.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::support::process::Group;

/// `strace`'s arguments to write down each sync of a program and its threads, with the file that it is of, into a file.
pub fn syncs(into: &Path) -> Vec<String> {
    let into = into.display().to_string();
    ["strace", "-f", "-qq", "-y", "-e", "trace=fdatasync,fsync", "-o", &into].map(str::to_owned).to_vec()
}

/// Writes down the syncs of a running program and of whatever it starts from now on, while the answer is there.
pub fn syncs_of(program: u32, into: &Path) -> Group {
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-e", "trace=fdatasync,fsync", "-p", &program.to_string(), "-o"]).arg(into);
    attached(command)
}

fn attached(command: Command) -> Group {
    let mut group = Group::spawn(command);
    group.wait_line(Duration::from_secs(30), |line| line.contains("attached").then_some(()));
    group
}

/// While this is there, each such call of a running program fails, as on a broken disk.
pub struct Failing(Group);

impl Failing {
    /// Calls of these names (`fdatasync`) of the program with this id, and of its threads.
    pub fn start(calls: &str, program: u32) -> Failing {
        let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:error=EIO"));
        let mut command = Command::new("strace");
        command.args(["-f", "-e", &trace, "-e", &inject, "-p", &program.to_string()]);
        Failing(attached(command))
    }

    /// Lets them succeed again.
    pub fn end(mut self) {
        self.0.signal("TERM");
        assert!(self.0.wait_exit(Duration::from_secs(30)).is_some(), "strace does not let go");
        assert!(self.0.log().contains("(INJECTED)"), "no call failed:\n{}", self.0.log());
    }
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
