//! SQLite: the settings that durability and safety rest on, set and read back on every connection, and the check
//! that the library itself is one to rely on.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, SqliteConnection, sql_query};

use super::connect::{ConnectError, Use};

/// SQLite 3.7.0 to 3.51.2 can lose committed writes in WAL mode with several connections.
const OLDEST: (u32, u32, u32) = (3, 51, 3);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    value: String,
}

pub(super) fn open(path: &Path, purpose: Use) -> Result<SqliteConnection, ConnectError> {
    let path = path.to_str().ok_or_else(|| ConnectError("the path of the SQLite file is not UTF-8".into()))?;
    let mut conn = SqliteConnection::establish(path).map_err(|e| ConnectError(format!("cannot open {path}: {e}")))?;
    conn.batch_execute(
        "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
         PRAGMA trusted_schema=OFF; PRAGMA cache_size=-2048; PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY;",
    )?;
    if purpose == Use::Read {
        conn.batch_execute("PRAGMA query_only=ON;")?;
    }
    check(&mut conn, purpose)?;
    Ok(conn)
}

fn check(conn: &mut SqliteConnection, purpose: Use) -> Result<(), ConnectError> {
    let mode = word(conn, "SELECT journal_mode AS value FROM pragma_journal_mode")?;
    let settings = [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("query_only", i64::from(purpose == Use::Read)),
    ];
    if mode != "wal" {
        return Err(ConnectError(format!(
            "SQLite is in {mode} mode; Keyhouse needs WAL (is the file on a network disk?)"
        )));
    }
    for (name, wanted) in settings {
        let found = number(conn, &format!("SELECT {name} AS value FROM pragma_{name}"))?;
        if found != wanted {
            return Err(ConnectError(format!("SQLite did not accept {name}={wanted}")));
        }
    }
    Ok(())
}

/// How many bytes the file may still grow or fill, by SQLite's own limit.
pub(super) fn free_pages(conn: &mut SqliteConnection) -> Result<u64, ConnectError> {
    let pages = number(
        conn,
        "SELECT (m.max_page_count - p.page_count + f.freelist_count) * s.page_size AS value FROM pragma_max_page_count AS m, \
         pragma_page_count AS p, pragma_freelist_count AS f, pragma_page_size AS s",
    )?;
    Ok(u64::try_from(pages).unwrap_or(0))
}

/// Pages in SQLite's log after which it is copied into the file and begun again: SQLite's own number, and one for when room is scarce.
const LOG: u32 = 1000;
const SHORT_LOG: u32 = 64;

/// Has SQLite's log stay short while room is scarce: else it would take most of the reserve before anything is deleted.
pub(super) fn keep_log_short(conn: &mut SqliteConnection, short: bool) {
    let pages = if short { SHORT_LOG } else { LOG };
    if let Err(error) = conn.batch_execute(&format!("PRAGMA wal_autocheckpoint={pages}")) {
        tracing::warn!(%error, "the log of SQLite keeps its size");
    }
}

/// Refuses a library that is too old or was built without what the queries rely on.
pub(super) fn check_library(conn: &mut SqliteConnection) -> Result<(), String> {
    let version = word(conn, "SELECT sqlite_version() AS value").map_err(|e| e.to_string())?;
    let options = "SELECT group_concat(compile_options, ' ') AS value FROM pragma_compile_options";
    judge(&version, &word(conn, options).map_err(|e| e.to_string())?)
}

fn judge(version: &str, options: &str) -> Result<(), String> {
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    let known = matches!(parts[..], [a, b, c] if (a, b, c) >= OLDEST);
    if !known {
        return Err(format!("SQLite {version} can lose committed writes; Keyhouse needs 3.51.3 or newer"));
    }
    let has = |option: &str| options.split(' ').any(|one| one == option);
    if !has("ENABLE_QPSG") {
        return Err("this SQLite was built without SQLITE_ENABLE_QPSG (see .cargo/config.toml)".into());
    }
    // a build for one thread would corrupt the file under two
    if !has("THREADSAFE=1") {
        return Err("this SQLite was not built for several threads (SQLITE_THREADSAFE=1)".into());
    }
    Ok(())
}

fn number(conn: &mut SqliteConnection, sql: &str) -> Result<i64, ConnectError> {
    Ok(sql_query(sql).get_result::<Number>(conn)?.value)
}

fn word(conn: &mut SqliteConnection, sql: &str) -> Result<String, ConnectError> {
    Ok(sql_query(sql).get_result::<Word>(conn)?.value)
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn an_old_sqlite_or_one_without_the_options_we_rely_on_is_refused() {
        let good = "ATOMIC_INTRINSICS=1 ENABLE_QPSG THREADSAFE=1";
        assert_eq!(judge("3.51.3", good), Ok(()));
        assert_eq!(judge("4.0.0", good), Ok(()));
        for old in ["3.51.2", "3.7.0", "3.50.99", "2.8.17", "3.53", "", "3.51.x"] {
            assert!(judge(old, good).is_err_and(|why| why.contains("3.51.3 or newer")), "{old}");
        }
        let refused = |options: &str, named: &str| judge("3.53.2", options).is_err_and(|why| why.contains(named));
        assert!(refused("THREADSAFE=1 ENABLE_QPSGX", "SQLITE_ENABLE_QPSG"));
        assert!(refused("ENABLE_QPSG THREADSAFE=0", "SQLITE_THREADSAFE"));
        assert!(refused("", "SQLITE_ENABLE_QPSG"));
    }
}
