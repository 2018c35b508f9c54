//! An event as a row of its table, and the seal over it: an HMAC over every stored column and the event before.

use diesel::prelude::*;
use serde_json::json;

use super::model::Entry;
use crate::clock::Time;
use crate::db::Conn;
use crate::db::bulk::{self, Cell};
use crate::db::schema::audit_events;
use crate::error::Result;
use crate::secret::{SealKey, hex};

/// The version of what is sealed. The bytes are those of the first version; from the second on, the line of the secret file changes
/// only where an event says so.
pub(super) const FORMAT: i64 = 2;
/// The version of events from before.
pub(super) const FIRST_FORMAT: i64 = 1;
/// What the first event of a chain follows.
pub(super) const START: [u8; 32] = [0; 32];

/// The columns, in the table's order.
#[derive(Clone, Insertable)]
#[diesel(table_name = audit_events)]
pub(super) struct Row<'a> {
    pub(super) id: i64,
    pub(super) org_id: i64,
    pub(super) seq: i64,
    pub(super) at: Time,
    pub(super) actor_kind: &'a str,
    pub(super) actor_id: Option<i64>,
    pub(super) actor_name: &'a str,
    pub(super) as_id: Option<i64>,
    pub(super) as_name: Option<&'a str>,
    pub(super) action: &'a str,
    pub(super) target_kind: &'a str,
    pub(super) target_id: Option<i64>,
    pub(super) target_name: &'a str,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) address: &'a str,
    pub(super) request_id: &'a str,
    pub(super) via: &'a str,
    pub(super) operation_id: Option<&'a str>,
    pub(super) format: i64,
    pub(super) hash: Vec<u8>,
}

impl<'a> From<&'a Entry> for Row<'a> {
    fn from(entry: &'a Entry) -> Row<'a> {
        Row {
            id: entry.id,
            org_id: entry.org_id,
            seq: entry.seq,
            at: entry.at,
            actor_kind: &entry.actor_kind,
            actor_id: entry.actor_id,
            actor_name: &entry.actor_name,
            as_id: entry.as_id,
            as_name: entry.as_name.as_deref(),
            action: &entry.action,
            target_kind: &entry.target_kind,
            target_id: entry.target_id,
            target_name: &entry.target_name,
            before: entry.before.clone(),
            after: entry.after.clone(),
            address: &entry.address,
            request_id: &entry.request_id,
            via: &entry.via,
            operation_id: entry.operation_id.as_deref(),
            format: entry.format,
            hash: Vec::new(),
        }
    }
}

/// Inserts the rows by one statement. The one for a single row is prepared once and kept.
pub(super) fn insert(conn: &mut Conn, rows: &[Row]) -> Result<()> {
    if let [row] = rows {
        diesel::insert_into(audit_events::table).values(row).execute(conn)?;
        return Ok(());
    }
    bulk::insert_cells(conn, "audit_events", &COLUMNS, rows.iter().map(cells).collect())
}

const COLUMNS: [(&str, Cell); 21] = [
    ("id", Cell::Number),
    ("org_id", Cell::Number),
    ("seq", Cell::Number),
    ("at", Cell::Number),
    ("actor_kind", Cell::Text),
    ("actor_id", Cell::Number),
    ("actor_name", Cell::Text),
    ("as_id", Cell::Number),
    ("as_name", Cell::Text),
    ("action", Cell::Text),
    ("target_kind", Cell::Text),
    ("target_id", Cell::Number),
    ("target_name", Cell::Text),
    ("before", Cell::Text),
    ("after", Cell::Text),
    ("address", Cell::Text),
    ("request_id", Cell::Text),
    ("via", Cell::Text),
    ("operation_id", Cell::Text),
    ("format", Cell::Number),
    ("hash", Cell::Bytes),
];

/// The columns of a row in their order; bytes in hexadecimal.
#[rustfmt::skip]
fn cells(row: &Row) -> serde_json::Value {
    json!([
        row.id, row.org_id, row.seq, row.at.micros(),
        row.actor_kind, row.actor_id, row.actor_name, row.as_id, row.as_name,
        row.action, row.target_kind, row.target_id, row.target_name, row.before, row.after,
        row.address, row.request_id, row.via, row.operation_id, row.format, hex(&row.hash),
    ])
}

/// HMAC over the event before and every stored column in the table's order; an absent value is not an empty one.
pub(super) fn seal(key: &SealKey, before: &[u8], row: &Row) -> [u8; 32] {
    let some = |text: Option<&str>| text.map_or(vec![0], |text| [&[1], text.as_bytes()].concat());
    let number = |number: Option<i64>| number.map_or(vec![0], |number| [&[1_u8][..], &number.to_be_bytes()].concat());
    let parts: [Vec<u8>; 21] = [
        before.to_vec(),
        number(Some(row.format)),
        number(Some(row.id)),
        number(Some(row.org_id)),
        number(Some(row.seq)),
        number(Some(row.at.micros())),
        some(Some(row.actor_kind)),
        number(row.actor_id),
        some(Some(row.actor_name)),
        number(row.as_id),
        some(row.as_name),
        some(Some(row.action)),
        some(Some(row.target_kind)),
        number(row.target_id),
        some(Some(row.target_name)),
        some(row.before.as_deref()),
        some(row.after.as_deref()),
        some(Some(row.address)),
        some(Some(row.request_id)),
        some(Some(row.via)),
        some(row.operation_id),
    ];
    key.mac(&parts.each_ref().map(Vec::as_slice))
}
