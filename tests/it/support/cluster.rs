//! A PostgreSQL server of a test's own, to be stopped, killed and set up as the test likes.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use tempfile::TempDir;

use super::process::Group;

const LIMIT: Duration = Duration::from_secs(30);

/// The server. Dropping it kills it.
pub struct Cluster {
    running: Option<Group>,
    port: u16,
    options: Vec<String>,
    home: TempDir,
}

impl Cluster {
    /// Makes one and starts it, with these settings (`fsync=on`).
    pub fn start(settings: &[&str]) -> Cluster {
        Cluster::start_in(TempDir::new().unwrap(), settings)
    }

    /// The same in a folder of the test's, such as one on a disk of its own.
    pub fn start_in(home: TempDir, settings: &[&str]) -> Cluster {
        let options = settings.iter().flat_map(|setting| ["-c".to_owned(), setting.to_string()]).collect();
        let mut cluster = Cluster { running: None, port: free_port(), options, home };
        if is_root() {
            run(Command::new("chmod").arg("755").arg(cluster.home.path()));
            run(Command::new("chown").arg("postgres").arg(cluster.home.path()));
        }
        let made = ["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C", "--wal-segsize=1"];
        run(cluster.program("initdb").arg("-D").arg(cluster.data()).args(made));
        cluster.resume();
        cluster
    }

    /// The URL of its one database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts it, and waits until it answers.
    pub fn resume(&mut self) {
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "autovacuum=off"]);
        command.args(&self.options);
        self.running = Some(Group::spawn(command));
        let until = Instant::now() + LIMIT;
        while PgConnection::establish(&self.url()).is_err() {
            assert!(Instant::now() < until, "{}", self.running.as_ref().unwrap().log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops it without a word to anybody, as a crash would, and waits until it is gone.
    pub fn stop(&mut self) {
        let stop = ["-m", "immediate", "-w", "stop"];
        run(self.program("pg_ctl").arg("-D").arg(self.data()).args(stop));
        self.running = None;
    }

    /// The process id of the server, whose children serve one connection each.
    pub fn id(&self) -> u32 {
        let lines = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        lines.lines().next().unwrap().parse().unwrap()
    }

    /// Runs SQL as its owner.
    pub fn execute(&self, sql: &str) {
        PgConnection::establish(&self.url()).unwrap().batch_execute(sql).unwrap();
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    // PostgreSQL refuses to be root
    fn program(&self, name: &str) -> Command {
        let file = programs().join(name);
        let mut command = Command::new(if is_root() { "runuser".into() } else { file.clone() });
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(file);
        }
        command.current_dir(self.home.path());
        command
    }
}

/// Whether the tests run as root.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("bin/test installs PostgreSQL");
    versions.map(|entry| entry.unwrap().path().join("bin")).max().unwrap()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A port that nobody listens on, below the range that the system gives to outgoing connections.
fn free_port() -> u16 {
    let tried = (0..100).map(|_| 10_000 + rand::random::<u16>() % 10_000);
    let mut free = tried.filter(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.next().unwrap()
}
