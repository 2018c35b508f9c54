//! PostgreSQL: the settings of each connection, and which servers are good enough.

use std::sync::Once;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, sql_query};

use super::connect::{ConnectError, Use};

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Looked at on each connection, and told once: a log full of the same warning says no more.
static WARNED: Once = Once::new();

/// Opens a connection by a connection string of `name='value'` pairs.
pub(super) fn open(conninfo: &str, purpose: Use) -> Result<PgConnection, ConnectError> {
    // of two settings with the same name the later counts
    let full = format!(
        "{conninfo} connect_timeout=3 tcp_user_timeout=5000 target_session_attrs=read-write application_name=keyhouse"
    );
    let mut conn = PgConnection::establish(&full).map_err(|e| ConnectError(format!("cannot reach PostgreSQL: {e}")))?;
    conn.batch_execute(
        "SET TIME ZONE 'UTC'; SET lock_timeout='2s'; SET idle_in_transaction_session_timeout='10s'; \
         SET synchronous_commit=on; SET client_min_messages=warning;",
    )?;
    // what a page needs is looked up row by row in an index; the other joins read a whole org for 50 rows of it, and the planner
    // takes to them as soon as the statistics are old or the LIMIT is not known yet
    conn.batch_execute("SET enable_hashjoin=off; SET enable_mergejoin=off;")?;
    match purpose {
        Use::Migrate => {}
        Use::Read | Use::Write | Use::Aside => conn.batch_execute("SET statement_timeout='5s';")?,
    }
    if purpose == Use::Read {
        conn.batch_execute(
            "SET default_transaction_read_only=on; SET default_transaction_isolation='repeatable read';",
        )?;
    }
    if purpose == Use::Aside {
        // it gives up before the server finds a deadlock with the writer, and ends that one
        conn.batch_execute("SET lock_timeout='100ms';")?;
    }
    check_settings(&mut conn)?;
    Ok(conn)
}

/// Read back on each connection, as a server may fix a setting, or have another one or be a standby since.
fn check_settings(conn: &mut PgConnection) -> Result<(), ConnectError> {
    let query = "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit') || ' ' || \
        pg_is_in_recovery() AS value";
    let found = sql_query(query).get_result::<Word>(conn)?.value;
    let (fsync, found) = found.split_once(' ').unwrap_or_default();
    if fsync != "on" {
        WARNED.call_once(|| {
            tracing::warn!("PostgreSQL runs with fsync=off: a power cut can lose acknowledged changes");
        });
    }
    match found {
        "on false" => Ok(()),
        found => Err(ConnectError(format!(
            "this PostgreSQL would acknowledge what it does not keep (synchronous_commit and standby: {found})"
        ))),
    }
}

/// Refuses a server that is too old or that does not keep text as we write it.
pub(super) fn check_server(conn: &mut PgConnection) -> Result<(), String> {
    let (version, encoding) = (setting(conn, "server_version_num")?, setting(conn, "server_encoding")?);
    judge(&version, &encoding)
}

fn judge(version: &str, encoding: &str) -> Result<(), String> {
    if version.parse::<u32>().is_ok_and(|number| number < 140_000) {
        return Err(format!("PostgreSQL 14 or newer is needed; this server says {version}"));
    }
    if encoding != "UTF8" {
        return Err("the PostgreSQL database must be in UTF8".into());
    }
    Ok(())
}

fn setting(conn: &mut PgConnection, name: &str) -> Result<String, String> {
    let query = format!("SELECT current_setting('{name}') AS value");
    sql_query(query).get_result::<Word>(conn).map(|word| word.value).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn an_old_server_or_one_with_another_encoding_is_refused() {
        assert_eq!(judge("140000", "UTF8"), Ok(()));
        assert_eq!(judge("180001", "UTF8"), Ok(()));
        assert!(judge("130022", "UTF8").is_err_and(|why| why.contains("14 or newer")));
        assert!(judge("90624", "UTF8").is_err());
        assert!(judge("150000", "SQL_ASCII").is_err_and(|why| why.contains("UTF8")));
    }
}
