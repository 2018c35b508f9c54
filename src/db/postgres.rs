//! PostgreSQL: which servers we talk to, and the settings of each connection.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, sql_query};
use percent_encoding::percent_decode_str;

use super::connect::{ConnectError, Use};

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Refuses hosts that a build without TLS must not talk to: everything but loopback and unix sockets.
pub(super) fn check_url(url: &str) -> Result<(), String> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or("");
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    let named = rest.split_once('?').map_or("", |(_, query)| query).split('&');
    let extra = named.filter_map(|pair| pair.strip_prefix("host=").or_else(|| pair.strip_prefix("hostaddr=")));
    for host in hosts.split(',').map(without_port).chain(extra) {
        let host = percent_decode_str(host).decode_utf8_lossy();
        let near =
            host.is_empty() || host.starts_with('/') || ["localhost", "127.0.0.1", "::1"].contains(&host.as_ref());
        if !near {
            return Err(format!(
                "the PostgreSQL host {host} is neither loopback nor a unix socket, and this build has no TLS"
            ));
        }
    }
    Ok(())
}

fn without_port(host: &str) -> &str {
    if let Some(v6) = host.strip_prefix('[') {
        return v6.split(']').next().unwrap_or("");
    }
    host.split(':').next().unwrap_or("")
}

pub(super) fn open(url: &str, purpose: Use) -> Result<PgConnection, ConnectError> {
    let joint = if url.contains('?') { '&' } else { '?' };
    let full = format!(
        "{url}{joint}connect_timeout=3&tcp_user_timeout=5000&target_session_attrs=read-write&application_name=keyhouse"
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
        Use::Read | Use::Write => conn.batch_execute("SET statement_timeout='5s';")?,
    }
    if purpose == Use::Read {
        conn.batch_execute("SET default_transaction_read_only=on;")?;
    }
    Ok(conn)
}

/// Refuses a server that is too old or that would acknowledge what is not on disk.
pub(super) fn check_server(conn: &mut PgConnection) -> Result<(), String> {
    let version = setting(conn, "server_version_num")?;
    if version.parse::<u32>().is_ok_and(|number| number < 140_000) {
        return Err(format!("PostgreSQL 14 or newer is needed; this server says {version}"));
    }
    if setting(conn, "server_encoding")? != "UTF8" {
        return Err("the PostgreSQL database must be in UTF8".into());
    }
    if setting(conn, "fsync")? != "on" {
        tracing::warn!("PostgreSQL runs with fsync=off: a power cut can lose acknowledged changes");
    }
    Ok(())
}

fn setting(conn: &mut PgConnection, name: &str) -> Result<String, String> {
    let query = format!("SELECT current_setting('{name}') AS value");
    sql_query(query).get_result::<Word>(conn).map(|word| word.value).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::check_url;

    #[test]
    fn only_near_hosts_are_talked_to_without_tls() {
        for near in [
            "postgres://u:p@127.0.0.1:5432/db",
            "postgres://u@localhost/db",
            "postgres://u@[::1]:5432/db",
            "postgres://u@%2Fvar%2Frun%2Fpostgresql/db",
            "postgres:///db?host=/run/postgresql",
        ] {
            assert!(check_url(near).is_ok(), "{near}");
        }
        for far in [
            "postgres://u:p@db.example.com/db",
            "postgres://u@localhost,db.example.com/db",
            "postgres://u@127.0.0.1@evil.example/db",
            "postgres:///db?host=10.0.0.9",
            "postgres://localhost/db?hostaddr=10.0.0.9",
        ] {
            assert!(check_url(far).is_err(), "{far}");
        }
    }
}
