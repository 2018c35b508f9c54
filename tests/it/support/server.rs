//! The real binary, on a free port, in a process group of its own: for what must be proven from outside, such as what
//! a power cut leaves behind.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use keyhouse::secret::Secrets;
use tempfile::TempDir;

use super::client::Client;
use super::database::Database;
use super::process::Group;
use super::robot::Robot;

const START_LIMIT: Duration = Duration::from_secs(30);
/// A subcommand ends by itself within this time, and so does a start that is refused.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// The product as its users run it. Dropping it kills it.
pub struct Server {
    /// `http://127.0.0.1:port`
    pub url: String,
    group: Group,
    home: Home,
}

/// What a server keeps over its restarts: the working folder with its secret file, the database, the settings.
struct Home {
    folder: TempDir,
    database_url: String,
    settings: Vec<(String, String)>,
    /// A program with its arguments, under which the product runs.
    wrapper: Vec<String>,
}

impl Server {
    /// Starts it on a database, and waits until it listens.
    pub fn start(database: &Database) -> Server {
        Server::start_with(database, &[])
    }

    /// The same with further settings of the environment, such as `("KEYHOUSE_WORKERS", "2")`.
    pub fn start_with(database: &Database, settings: &[(&str, &str)]) -> Server {
        let settings = settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let folder = TempDir::new().unwrap();
        share_secret(folder.path());
        Home { folder, database_url: database.url(), settings, wrapper: Vec::new() }.serve()
    }

    /// The same under another program, such as one that takes rights away or that traces it. Without a trail it creates its own secret.
    pub fn start_under(database: &Database, wrapper: &[&str]) -> Server {
        let wrapper = wrapper.iter().map(ToString::to_string).collect();
        let settings = Vec::new();
        Home { folder: home(database), database_url: database.url(), settings, wrapper }.serve()
    }

    /// Kills it with all its threads at once, and starts it anew on what it left behind, on another port.
    pub fn crash_and_restart(mut self) -> Server {
        self.crash();
        self.home.serve()
    }

    /// Kills it: no handler runs, nothing is flushed.
    pub fn crash(&mut self) {
        self.group.kill();
    }

    /// Asks it to end (SIGTERM) and waits; none when it does not within `limit`.
    pub fn stop(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.signal("TERM");
        self.wait_exit(limit)
    }

    /// Sends it a signal (`TERM`, `STOP`).
    pub fn signal(&self, signal: &str) {
        self.group.signal(signal);
    }

    /// Waits for its end; none when it still runs after `limit`.
    pub fn wait_exit(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.group.wait_exit(limit)
    }

    /// Starts it anew after its end, on what it left behind, on another port.
    pub fn start_again(self) -> Server {
        self.home.serve()
    }

    /// Puts a line in front of its secret file, for the next start.
    pub fn rotate(&self, line: &str) {
        let file = self.folder().join("keyhouse.secret");
        let old = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, format!("{line}\n{old}")).unwrap();
    }

    /// The secrets of this installation, for what the audit chain is sealed with.
    pub fn secrets(&self) -> Secrets {
        Secrets::parse(&std::fs::read_to_string(self.folder().join("keyhouse.secret")).unwrap()).unwrap()
    }

    /// Runs another subcommand with the same settings, to its end: its status and all that it printed.
    pub fn command(&self, arguments: &[&str]) -> (ExitStatus, String) {
        run(self.home.command(), arguments)
    }

    /// Everything it has printed.
    pub fn log(&self) -> String {
        self.group.log()
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.group.id()
    }

    /// Waits for a line of the log of which `find` makes something.
    pub fn wait_line<T>(&mut self, find: impl Fn(&str) -> Option<T>) -> T {
        self.group.wait_line(START_LIMIT, find)
    }

    /// Where it keeps its secret file.
    pub fn folder(&self) -> PathBuf {
        self.home.folder.path().to_owned()
    }

    /// A visitor with an empty cookie jar.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// A robot with an empty cookie jar.
    pub fn robot(&self) -> Robot {
        Robot::new(&self.url)
    }
}

impl Home {
    fn command(&self) -> Command {
        let mut command = binary(self.folder.path(), &self.database_url);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        wrapped(&self.wrapper, command)
    }

    fn serve(self) -> Server {
        let mut group = Group::spawn(self.command());
        let url = group.wait_line(START_LIMIT, listening);
        Server { url, group, home: self }
    }
}

/// Runs a subcommand without a server (`setup`, `demo`, `migrate`), to its end: its status and all that it printed.
pub fn command(folder: &Path, database: &Database, arguments: &[&str]) -> (ExitStatus, String) {
    command_with(folder, database, arguments, &[])
}

/// The same with further settings of the environment.
pub fn command_with(
    folder: &Path,
    database: &Database,
    arguments: &[&str],
    settings: &[(&str, &str)],
) -> (ExitStatus, String) {
    let mut command = binary(folder, &database.url());
    command.envs(settings.iter().copied());
    run(command, arguments)
}

/// The same under another program, such as one that takes rights away.
pub fn command_under(wrapper: &[&str], folder: &Path, database: &Database, arguments: &[&str]) -> (ExitStatus, String) {
    let wrapper: Vec<String> = wrapper.iter().map(ToString::to_string).collect();
    run(wrapped(&wrapper, binary(folder, &database.url())), arguments)
}

fn wrapped(wrapper: &[String], command: Command) -> Command {
    let [program, arguments @ ..] = wrapper else { return command };
    let mut under = Command::new(program);
    under.args(arguments).arg(command.get_program());
    under.current_dir(command.get_current_dir().unwrap());
    under.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    under
}

fn run(mut command: Command, arguments: &[&str]) -> (ExitStatus, String) {
    command.args(arguments);
    Group::spawn(command).finish(COMMAND_LIMIT)
}

/// A folder for a server, which creates its secret unless the tests began the trail under theirs.
fn home(database: &Database) -> TempDir {
    let folder = TempDir::new().unwrap();
    if database.has_trail() {
        share_secret(folder.path());
    }
    folder
}

fn binary(folder: &Path, database_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyhouse"));
    command.current_dir(folder);
    command.env("KEYHOUSE_LISTEN", "127.0.0.1:0").env("KEYHOUSE_DATABASE_URL", database_url);
    let secret = folder.join("keyhouse.secret");
    // nodes share a PostgreSQL, so none of them makes up a secret for itself
    if database_url.starts_with("postgres") && !secret.exists() {
        share_secret(folder);
    }
    command.env("KEYHOUSE_SECRET_FILE", secret).env("NO_COLOR", "1");
    command
}

/// Puts the secret of the apps inside the tests into a folder, for commands on the database of one of them.
pub fn share_secret(folder: &Path) {
    write_private(&folder.join("keyhouse.secret"), &super::in_process::SECRET.repeat(3));
}

/// Writes a file that only its owner can read, as secrets and passwords have to be.
pub fn write_private(file: &Path, text: &str) {
    std::fs::write(file, text).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

// "… listening on http://127.0.0.1:4321 …", whatever stands around it
fn listening(line: &str) -> Option<String> {
    let (_, url) = line.split_once("listening on http://")?;
    let host: String = url.chars().take_while(|c| c.is_ascii_alphanumeric() || ".:[]-".contains(*c)).collect();
    let host = host.trim_end_matches(['.', ':']);
    Some(format!("http://{host}"))
}

#[test]
fn the_address_is_read_from_the_log() {
    assert_eq!(listening("INFO listening on http://127.0.0.1:4321").as_deref(), Some("http://127.0.0.1:4321"));
    assert_eq!(listening("listening on http://[::1]:80/ now").as_deref(), Some("http://[::1]:80"));
    assert_eq!(listening("listening on http://127.0.0.1:1.").as_deref(), Some("http://127.0.0.1:1"));
    assert_eq!(listening("ready"), None);
}
