//! The schema: one set of migrations for each database, with the same names, inside the binary. They run at start, one node
//! at a time and whole or not at all; a schema from a newer Keyhouse is refused.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connect::Use;
use super::dialect::WRITER_LOCK;
use super::pool::{Manager, Url};
use super::version::Watch;
use super::{Backend, Conn, postgres, sqlite};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const LOCK: i64 = 0x6b65_7968_6f76;

/// Brings the schema up to date.
///
/// # Errors
/// A sentence for the person who starts Keyhouse.
pub fn to_newest(url: &Url) -> Result<(), String> {
    run(url).map(|_| ())
}

/// Looks whether the schema is up to date, for who must not make one.
///
/// # Errors
/// A sentence for the person at the command line.
pub fn require_newest(url: &Url) -> Result<(), String> {
    look(url).map(|_| ())
}

/// As `to_newest`, and watches from then on that it stays so.
pub(super) fn run(url: &Url) -> Result<Watch, String> {
    let mut conn = Manager::new(url, Use::Migrate).open().map_err(|e| e.to_string())?;
    match &mut conn {
        Conn::Sqlite(sqlite) => sqlite::check_library(sqlite)?,
        Conn::Postgres(postgres) => postgres::check_server(postgres)?,
    }
    lock(&mut conn)?;
    let done = run_locked(&mut conn);
    let watch = Watch::start(&mut conn, url.file()).map_err(|e| e.to_string());
    unlock(&mut conn)?;
    done.and(watch)
}

/// Looks whether the schema is up to date, leaves it as it is, and watches from then on that it stays so.
pub(super) fn look(url: &Url) -> Result<Watch, String> {
    let mut conn = Manager::new(url, Use::Migrate).open().map_err(|e| e.to_string())?;
    // first, as Diesel makes the table that it asks
    let watch =
        Watch::start(&mut conn, url.file()).map_err(|error| format!("this is no database of Keyhouse: {error}"))?;
    refuse_newer(&mut conn)?;
    let older = match &mut conn {
        Conn::Sqlite(_) => conn.has_pending_migration(SQLITE),
        Conn::Postgres(_) => conn.has_pending_migration(POSTGRES),
    };
    match older {
        Ok(false) => Ok(watch),
        Ok(true) => Err("the database has the schema of an older Keyhouse; run: keyhouse migrate".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn run_locked(conn: &mut Conn) -> Result<(), String> {
    refuse_newer(conn)?;
    let ran = match conn {
        Conn::Sqlite(_) => conn.run_pending_migrations(SQLITE).map(|versions| versions.len()),
        Conn::Postgres(_) => conn.run_pending_migrations(POSTGRES).map(|versions| versions.len()),
    };
    match ran {
        Ok(0) => Ok(()),
        Ok(count) => {
            tracing::info!(count, "migrations ran");
            Ok(())
        }
        Err(error) => Err(format!("a migration failed, and nothing of it stayed: {error}")),
    }
}

fn refuse_newer(conn: &mut Conn) -> Result<(), String> {
    let known: Vec<Box<dyn Migration<Backend>>> = match conn {
        Conn::Sqlite(_) => MigrationSource::<Backend>::migrations(&SQLITE),
        Conn::Postgres(_) => MigrationSource::<Backend>::migrations(&POSTGRES),
    }
    .map_err(|e| e.to_string())?;
    let applied = conn.applied_migrations().map_err(|e| e.to_string())?;
    let newer = applied.iter().find(|version| !known.iter().any(|migration| migration.name().version() == **version));
    match newer {
        Some(version) => {
            Err(format!("the database was made by a newer Keyhouse (migration {version}); start that one"))
        }
        None => Ok(()),
    }
}

/// One node migrates at a time, and none of the older ones writes meanwhile.
fn lock(conn: &mut Conn) -> Result<(), String> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(postgres) => postgres
            .batch_execute(&format!(
                "SET lock_timeout='60s'; SELECT pg_advisory_lock({LOCK}), pg_advisory_lock({WRITER_LOCK})"
            ))
            .map_err(|e| format!("another node is migrating the database: {e}")),
    }
}

fn unlock(conn: &mut Conn) -> Result<(), String> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(postgres) => {
            postgres.batch_execute("SELECT pg_advisory_unlock_all()").map_err(|e| e.to_string())
        }
    }
}
