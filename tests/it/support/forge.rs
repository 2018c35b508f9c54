//! An attacker who can write to the database and holds a line of the secret file, at work on an audit trail.

use keyhouse::secret::{SealKey, hex};

use super::chain;
use super::database::{Backend, Database};

/// Runs SQL past the triggers that keep audit events as they are.
pub fn by_hand(database: &Database, sql: &str) {
    match database.backend {
        Backend::Sqlite => {
            database
                .execute("DROP TRIGGER IF EXISTS audit_events_stay; DROP TRIGGER IF EXISTS audit_events_stay_whole");
        }
        Backend::Postgres => database.execute("ALTER TABLE audit_events DISABLE TRIGGER USER"),
    }
    database.execute(sql);
}

/// Bytes as a literal of SQL.
pub fn bytes(database: &Database, bytes: &[u8]) -> String {
    match database.backend {
        Backend::Sqlite => format!("x'{}'", hex(bytes)),
        Backend::Postgres => format!("'\\x{}'", hex(bytes)),
    }
}

/// Seals the events of a chain again under this key, those from this place on, and moves the head to the last one.
pub fn reseal(database: &Database, key: &SealKey, org: i64, from: i64) {
    let (mut hash, mut last, mut sql) = (vec![0; 32], 0, String::new());
    for event in chain::events(database, org) {
        if event.seq < from {
            hash = event.hash;
        } else {
            hash = event.seal(key, &hash).to_vec();
            let (literal, seq) = (bytes(database, &hash), event.seq);
            sql += &format!("UPDATE audit_events SET hash = {literal} WHERE org_id = {org} AND seq = {seq};");
        }
        last = event.seq;
    }
    by_hand(database, &sql);
    move_head(database, key, org, last, &hash);
}

/// Moves the head of a chain to this event, and seals it under this key.
pub fn move_head(database: &Database, key: &SealKey, org: i64, seq: i64, hash: &[u8]) {
    let seal = key.mac(&[b"head", &org.to_be_bytes(), &seq.to_be_bytes(), hash]);
    let (hash, seal) = (bytes(database, hash), bytes(database, &seal));
    database.execute(&format!("UPDATE audit_heads SET seq = {seq}, hash = {hash}, seal = {seal} WHERE org_id = {org}"));
}

/// Cuts off the end of a chain behind this place, and moves the head there.
pub fn cut(database: &Database, key: &SealKey, org: i64, seq: i64) {
    by_hand(database, &format!("DELETE FROM audit_events WHERE org_id = {org} AND seq > {seq}"));
    let hash = chain::events(database, org).pop().unwrap().hash;
    move_head(database, key, org, seq, &hash);
}
