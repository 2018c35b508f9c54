//! Which database, and the pools of connections to it. Each connection is set up and checked by itself, when it is
//! made, so no connection is ever in use without its safety settings.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::SimpleConnection;

use super::conn::Conn;
use super::connect::{ConnectError, Use};
use super::conninfo::Conninfo;
use super::version::Watch;
use super::{hosts, postgres, sqlite};
use crate::error::Error;

/// How long a caller waits for a connection.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(3);

/// What a caller is told who waited in vain; the cause goes to the log.
pub(super) fn unavailable(cause: r2d2::Error) -> Error {
    tracing::warn!(%cause, "no database connection to be had");
    Error::Unavailable("The database cannot be reached at the moment")
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Url {
    /// `sqlite://path`, the path as the operating system takes it.
    Sqlite(PathBuf),
    /// The URL `postgres://…` as a connection string of libpq: `host='localhost' dbname='keyhouse'`.
    Postgres(String),
}

impl fmt::Debug for Url {
    /// The password of a PostgreSQL URL stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Url::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Url::Postgres(_) => f.write_str("postgres://(hidden)"),
        }
    }
}

impl Url {
    /// The file of a SQLite database.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Url::Sqlite(path) => Some(path),
            Url::Postgres(_) => None,
        }
    }

    /// Reads a database URL.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Url, String> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return sqlite_path(path).map(Url::Sqlite);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let settings = Conninfo::parse(text)?;
            hosts::check(&settings)?;
            return Ok(Url::Postgres(settings.to_string()));
        }
        Err("a database URL begins with sqlite:// or postgres://".into())
    }
}

/// Refuses what SQLite or another program's URL would take for something else than the path of a file.
fn sqlite_path(path: &str) -> Result<PathBuf, String> {
    if path.is_empty() {
        return Err("sqlite:// needs a path".into());
    }
    if let Some(at) = path.find(['?', '#']) {
        // a value may be a secret
        let name = path[at..].split_inclusive('=').next().unwrap_or_default();
        return Err(format!("sqlite:// takes the path of a file and no parameters; remove {name:?} and what follows"));
    }
    if path.starts_with(':') || path.starts_with("file:") {
        return Err("sqlite:// takes the path of a file, such as sqlite://keyhouse.db".into());
    }
    Ok(path.into())
}

#[derive(Debug)]
pub(super) struct Manager {
    url: Url,
    purpose: Use,
    watch: Option<Watch>,
}

impl Manager {
    pub(super) fn new(url: &Url, purpose: Use) -> Manager {
        Manager { url: url.clone(), purpose, watch: None }
    }

    /// Opens one connection, outside of any pool.
    pub(super) fn open(&self) -> Result<Conn, ConnectError> {
        match &self.url {
            Url::Sqlite(path) => sqlite::open(path, self.purpose).map(Conn::Sqlite),
            Url::Postgres(conninfo) => postgres::open(conninfo, self.purpose).map(Conn::Postgres),
        }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = ConnectError;

    fn connect(&self) -> Result<Conn, ConnectError> {
        self.open()
    }

    /// Asked each time that a connection is handed out: it must answer, and what it answers is the schema's version.
    fn is_valid(&self, conn: &mut Conn) -> Result<(), ConnectError> {
        match &self.watch {
            Some(watch) => watch.look(conn).map_err(ConnectError::from),
            None => conn.batch_execute("SELECT 1").map_err(ConnectError::from),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        use diesel::connection::TransactionManager;
        std::thread::panicking()
            || <Conn as diesel::Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}

/// A pool of connections of one purpose. Cheap to clone.
pub(super) type Pool = r2d2::Pool<Manager>;

/// Opens a pool and one connection in it, so that a wrong URL or setting is known at once.
pub(super) fn open(url: &Url, purpose: Use, size: u32, watch: &Watch) -> Result<Pool, String> {
    let manager = Manager { watch: Some(watch.clone()), ..Manager::new(url, purpose) };
    let first = manager.open().map_err(|error| error.to_string())?;
    drop(first);
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(CONNECTION_TIMEOUT)
        .idle_timeout(Some(Duration::from_secs(600)))
        .test_on_check_out(true)
        .error_handler(Box::new(LogErrors))
        .build(manager)
        .map_err(|error| error.to_string())
}

/// Connection errors in the background go to the log; r2d2 tries again by itself.
#[derive(Debug)]
struct LogErrors;

impl r2d2::HandleError<ConnectError> for LogErrors {
    fn handle_error(&self, error: ConnectError) {
        tracing::warn!(%error, "cannot connect to the database");
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn an_sqlite_url_is_the_path_of_a_file_and_nothing_else() {
        for (url, named) in [
            ("sqlite://k.db?mode=rwc", "?mode="),
            ("sqlite:///var/lib/k.db#main", "#main"),
            ("sqlite://k.db?", "?"),
            ("sqlite://k.db?key=hunter2", "?key="),
            ("sqlite://:memory:", "sqlite://keyhouse.db"),
            ("sqlite://file:k.db", "sqlite://keyhouse.db"),
            ("sqlite://", "a path"),
        ] {
            let why = Url::parse(url).unwrap_err();
            assert!(why.contains(named) && !why.contains("hunter2"), "{url}: {why}");
        }
        assert_eq!(Url::parse("sqlite://a b/k%20.db"), Ok(Url::Sqlite("a b/k%20.db".into())));
    }
}
