//! A program in a process group of its own, with its output kept. The whole group is killed when it is dropped, and by
//! `bin/test` should the tests be ended before that.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

#[derive(Default)]
struct Output {
    lines: Mutex<Vec<String>>,
    grown: Condvar,
}

/// A running program and all that it started.
pub struct Group {
    child: Child,
    output: Arc<Output>,
    readers: [JoinHandle<()>; 2],
    name: String,
}

impl Group {
    /// Starts `command`; its standard output and error are read from then on, so that it never blocks on them.
    pub fn spawn(mut command: Command) -> Group {
        let name = command.get_program().to_string_lossy().into_owned();
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{name} does not start: {e}"));
        if let Some(note) = note(child.id()) {
            std::fs::write(note, &name).unwrap();
        }
        let output = Arc::new(Output::default());
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        let readers = streams.map(|stream| keep(stream, Arc::clone(&output)));
        Group { child, output, readers, name }
    }

    /// The process id of the program, which is its group's too.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything printed so far.
    pub fn log(&self) -> String {
        self.output.lines.lock().unwrap().join("\n")
    }

    /// Waits for the first line, printed already or to come, of which `find` makes something.
    pub fn wait_line<T>(&mut self, limit: Duration, find: impl Fn(&str) -> Option<T>) -> T {
        let found = self.find_line(limit, find);
        found.unwrap_or_else(|gone| {
            panic!("{} did not print what was waited for ({gone:?}):\n{}", self.name, self.log())
        })
    }

    /// The same; ends with the exit status of a program that ended before, or with none if it took too long.
    pub fn find_line<T>(&mut self, limit: Duration, find: impl Fn(&str) -> Option<T>) -> Result<T, Option<ExitStatus>> {
        let until = Instant::now() + limit;
        loop {
            let gone = self.exited();
            let lines = self.output.lines.lock().unwrap();
            if let Some(found) = lines.iter().find_map(|line| find(line)) {
                return Ok(found);
            }
            let waited = self.output.grown.wait_timeout(lines, Duration::from_millis(50)).unwrap();
            drop(waited);
            if gone.is_some() || Instant::now() >= until {
                return Err(gone);
            }
        }
    }

    /// The exit status, if it has ended.
    pub fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits for the end; none when it still runs after `limit`.
    pub fn wait_exit(&mut self, limit: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + limit;
        while self.exited().is_none() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.exited()
    }

    /// Waits for a program that ends by itself: its status and all that it printed. One that goes on is killed, and fails the test.
    pub fn finish(mut self, limit: Duration) -> (ExitStatus, String) {
        let Some(status) = self.wait_exit(limit) else {
            panic!("{} did not end within {limit:?}:\n{}", self.name, self.log());
        };
        while !self.readers.iter().all(JoinHandle::is_finished) {
            std::thread::sleep(Duration::from_millis(1));
        }
        // not a log, but what was told to whoever typed the command: it may hold a link or a key
        let printed = std::mem::take(&mut *self.output.lines.lock().unwrap());
        (status, printed.join("\n"))
    }

    /// Sends a signal (`TERM`, `INT`, `STOP`) to the program alone.
    pub fn signal(&self, signal: &str) {
        send(signal, &self.child.id().to_string());
    }

    /// Kills the whole group at once, as a power cut would, and waits.
    pub fn kill(&mut self) {
        send("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.wait();
        if let Some(note) = note(self.child.id()) {
            let _ = std::fs::remove_file(note);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
        let leaked = if self.name.ends_with("keyhouse") { super::leaks::in_log(&self.log()) } else { Vec::new() };
        assert!(leaked.is_empty() || std::thread::panicking(), "secrets in the log: {leaked:?}");
    }
}

// the shell's own, as the program `kill` is not on every machine
fn send(signal: &str, to: &str) {
    let script = format!("kill -s {signal} -- {to} 2>/dev/null");
    let _ = Command::new("sh").args(["-c", &script]).status();
}

// where bin/test looks for groups that were left behind
fn note(id: u32) -> Option<PathBuf> {
    std::env::var_os("KEYHOUSE_TEST_GROUPS").map(|folder| PathBuf::from(folder).join(id.to_string()))
}

fn keep(from: impl Read + Send + 'static, output: Arc<Output>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            output.lines.lock().unwrap().push(String::from_utf8_lossy(&line).into_owned());
            output.grown.notify_all();
        }
    })
}
