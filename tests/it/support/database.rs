//! A throwaway database for each test: an SQLite file in a temporary folder, or a database of the PostgreSQL that
//! `bin/test` started, copied from a template that is migrated once per run.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use tempfile::TempDir;

use super::server::write_private;

/// The two kinds of database that the product runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file.
    Sqlite,
    /// The throwaway server of `bin/test`.
    Postgres,
}

impl Backend {
    /// Both, for loops.
    pub const ALL: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

    /// The folder of its migrations.
    pub fn migrations(self) -> PathBuf {
        let name = match self {
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres",
        };
        super::root().join("migrations").join(name)
    }
}

/// One database, gone when dropped.
pub struct Database {
    /// Its kind.
    pub backend: Backend,
    place: Place,
}

enum Place {
    File(TempDir),
    Server { name: String },
    Own { url: String },
}

impl Database {
    /// A database without a table.
    pub fn empty(backend: Backend) -> Database {
        Database {
            backend,
            place: match backend {
                Backend::Sqlite => Place::File(TempDir::new().unwrap()),
                Backend::Postgres => create("template0"),
            },
        }
    }

    /// A database with all migrations run.
    pub fn migrated(backend: Backend) -> Database {
        match backend {
            Backend::Sqlite => {
                let database = Database::empty(backend);
                std::fs::copy(sqlite_template(), database.file()).unwrap();
                database
            }
            Backend::Postgres => Database { backend, place: create(postgres_template()) },
        }
    }

    /// `sqlite://path` or `postgres://…/name`, as `KEYHOUSE_DATABASE_URL` takes it.
    pub fn url(&self) -> String {
        match &self.place {
            Place::File(_) => format!("sqlite://{}", self.file().display()),
            Place::Server { name } => server_url(name),
            Place::Own { url } => url.clone(),
        }
    }

    /// A migrated database of a PostgreSQL server of the test's own; the server takes it along when it goes.
    pub fn of_own_server(url: &str) -> Database {
        let migrations = FileBasedMigrations::from_path(Backend::Postgres.migrations()).unwrap();
        postgres(url).run_pending_migrations(migrations).unwrap();
        Database { backend: Backend::Postgres, place: Place::Own { url: url.to_owned() } }
    }

    /// The folder of the SQLite file; panics on PostgreSQL.
    pub fn folder(&self) -> PathBuf {
        self.file().parent().unwrap().to_owned()
    }

    /// Runs SQL that both databases understand, past the product: to prepare what it could not do by itself.
    pub fn execute(&self, sql: &str) {
        self.try_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    }

    /// The same, where the database may refuse.
    pub fn try_execute(&self, sql: &str) -> diesel::QueryResult<()> {
        match self.backend {
            Backend::Sqlite => sqlite(&self.file()).batch_execute(sql),
            Backend::Postgres => postgres(&self.url()).batch_execute(sql),
        }
    }

    /// The number that a query of SQL answers with, such as a count.
    pub fn number(&self, query: &str) -> i64 {
        self.try_number(query).unwrap_or_else(|e| panic!("{query}: {e}"))
    }

    fn try_number(&self, query: &str) -> diesel::QueryResult<i64> {
        let query = diesel::dsl::sql::<diesel::sql_types::BigInt>(query);
        match self.backend {
            Backend::Sqlite => query.get_result(&mut sqlite(&self.file())),
            Backend::Postgres => query.get_result(&mut postgres(&self.url())),
        }
    }

    /// Whether there is an audit event in it.
    pub fn has_trail(&self) -> bool {
        self.try_number("SELECT COUNT(*) FROM audit_events").is_ok_and(|count| count > 0)
    }

    /// The SQLite file; panics on PostgreSQL.
    pub fn file(&self) -> PathBuf {
        match &self.place {
            Place::File(folder) => folder.path().join("keyhouse.db"),
            Place::Server { name } => panic!("{name} is a PostgreSQL database, not a file"),
            Place::Own { url } => panic!("{url} is a PostgreSQL database, not a file"),
        }
    }

    /// A connection past the product; panics on PostgreSQL.
    pub fn sqlite(&self) -> SqliteConnection {
        sqlite(&self.file())
    }

    /// A connection past the product; panics on SQLite.
    pub fn postgres(&self) -> PgConnection {
        assert_eq!(self.backend, Backend::Postgres);
        postgres(&self.url())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Server { name } = &self.place
            && let Ok(mut connection) = PgConnection::establish(&server_url("postgres"))
        {
            let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn sqlite(file: &Path) -> SqliteConnection {
    // as the product does it; a file that is there must not be opened and closed, as that drops the locks of this process
    if !file.exists() {
        write_private(file, "");
    }
    let mut connection = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    connection.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON").unwrap();
    connection
}

fn postgres(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap_or_else(|e| panic!("{url}: {e}"))
}

fn server_url(database: &str) -> String {
    match std::env::var("KEYHOUSE_TEST_POSTGRES") {
        Ok(server) => format!("{}/{database}", server.trim_end_matches('/')),
        Err(_) => panic!("KEYHOUSE_TEST_POSTGRES is not set: run the tests by bin/test, which starts a PostgreSQL"),
    }
}

fn create(template: &str) -> Place {
    let name = format!("t_{:016x}", rand::random::<u64>());
    postgres(&server_url("postgres"))
        .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .unwrap_or_else(|e| panic!("a database like {template}: {e}"));
    Place::Server { name }
}

// Both templates live as long as the process: the file's folder is in bin/test's, and so is the server.

fn sqlite_template() -> &'static PathBuf {
    static FILE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, file) = FILE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("template.db");
        let migrations = FileBasedMigrations::from_path(Backend::Sqlite.migrations()).unwrap();
        sqlite(&file).run_pending_migrations(migrations).unwrap();
        (folder, file)
    });
    file
}

fn postgres_template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let Place::Server { name } = create("template0") else { unreachable!("created on the server") };
        let migrations = FileBasedMigrations::from_path(Backend::Postgres.migrations()).unwrap();
        postgres(&server_url(&name)).run_pending_migrations(migrations).unwrap();
        name
    })
}
