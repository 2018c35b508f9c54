//! What must hold in the database after a crash, looked at past the product.

use std::collections::BTreeSet;

use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use keyhouse::secret::Secrets;

use super::writer::Told;
use crate::support::bulk::Bulk;
use crate::support::chain;
use crate::support::database::{Backend, Database};

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Chain {
    #[diesel(sql_type = BigInt)]
    org_id: i64,
    #[diesel(sql_type = BigInt)]
    events: i64,
    #[diesel(sql_type = BigInt)]
    least: i64,
    #[diesel(sql_type = BigInt)]
    most: i64,
    #[diesel(sql_type = BigInt)]
    head: i64,
    #[diesel(sql_type = Bool)]
    same: bool,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

fn numbers(database: &Database, sql: &str) -> Vec<i64> {
    let rows: Vec<Number> = match database.backend {
        Backend::Sqlite => sql_query(sql).load(&mut database.sqlite()),
        Backend::Postgres => sql_query(sql).load(&mut database.postgres()),
    }
    .unwrap();
    rows.into_iter().map(|row| row.n).collect()
}

fn chains(database: &Database) -> Vec<Chain> {
    let sql = "SELECT h.org_id, COUNT(*) AS events, MIN(e.seq) AS least, MAX(e.seq) AS most, h.seq AS head,
        h.hash = (SELECT hash FROM audit_events AS last WHERE last.org_id = h.org_id AND last.seq = h.seq) AS same
        FROM audit_heads AS h JOIN audit_events AS e ON e.org_id = h.org_id GROUP BY h.org_id, h.seq, h.hash";
    match database.backend {
        Backend::Sqlite => sql_query(sql).load(&mut database.sqlite()),
        Backend::Postgres => sql_query(sql).load(&mut database.postgres()),
    }
    .unwrap()
}

/// Panics when something of which somebody was told is not there, or anything is half done.
pub fn nothing_is_lost(database: &Database, bulk: &Bulk, told: &Told) {
    let set = |sql: &str| numbers(database, sql).into_iter().collect::<BTreeSet<i64>>();
    let prepared = bulk.key(bulk.keys);
    let made = set(&format!("SELECT id AS n FROM keys WHERE id > {prepared}"));
    let deleted = set("SELECT id AS n FROM keys WHERE deleted_at IS NOT NULL");
    for (what, acknowledged, there) in [("made", &told.made, &made), ("deleted", &told.deleted, &deleted)] {
        let lost: Vec<&i64> = acknowledged.difference(there).collect();
        assert!(lost.is_empty(), "acknowledged as {what}, and lost: {lost:?}");
    }
    for (action, done) in [("created", &made), ("deleted", &deleted)] {
        let sql = format!("SELECT target_id AS n FROM audit_events WHERE action = 'key.{action}' ORDER BY target_id");
        let each: Vec<i64> = done.iter().copied().collect();
        assert_eq!(numbers(database, &sql), each, "each key that is {action} has one event, and no other has");
    }
    for chain in chains(database) {
        let Chain { org_id, events, least, most, head, same } = chain;
        assert!(least == 1 && most == events && head == events && same, "org {org_id}: {events} {least} {most} {head}");
    }
    nothing_is_half_done(database);
}

/// Panics when an event of any chain is not sealed upon the one before it.
pub fn chains_are_sealed(database: &Database, secrets: &Secrets) {
    for org in numbers(database, "SELECT org_id AS n FROM audit_heads") {
        assert_eq!(chain::broken(database, &secrets.key("audit chain"), org), Vec::<String>::new(), "org {org}");
    }
}

fn nothing_is_half_done(database: &Database) {
    let live = numbers(database, "SELECT COUNT(*) AS n FROM keys WHERE deleted_at IS NULL");
    assert_eq!(numbers(database, "SELECT keys AS n FROM org_counts"), live);
    assert_eq!(numbers(database, "SELECT CAST(SUM(keys_count) AS BIGINT) AS n FROM memberships"), live);
    let found =
        "SELECT COUNT(*) AS n FROM search_terms JOIN keys ON keys.id = search_terms.id WHERE deleted_at IS NOT NULL";
    assert_eq!(numbers(database, found), [0], "a deleted key can be searched for");
    if database.backend == Backend::Sqlite {
        let answer: Vec<Word> = sql_query("PRAGMA integrity_check").load(&mut database.sqlite()).unwrap();
        assert_eq!(answer[0].integrity_check, "ok");
    }
}
