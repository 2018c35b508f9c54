//! The chains: one per org and one for the installation, gapless, each event sealed with an HMAC over its stored bytes and
//! the event before it. The head row is the tip, so that nobody searches for it.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Event;
use crate::access::Actor;
use crate::clock::{Time, now};
use crate::db::schema::{audit_events, audit_heads};
use crate::db::{Conn, next_ids};
use crate::error::{Error, Result};
use crate::secret::SealKey;

/// The version of the bytes that are sealed.
const FORMAT: i64 = 1;
/// What the first event of a chain follows.
const START: [u8; 32] = [0; 32];

#[derive(Insertable)]
#[diesel(table_name = audit_events)]
struct Row<'a> {
    id: i64,
    org_id: i64,
    seq: i64,
    at: Time,
    actor_kind: &'a str,
    actor_id: Option<i64>,
    actor_name: &'a str,
    as_id: Option<i64>,
    as_name: Option<&'a str>,
    action: &'a str,
    target_kind: &'a str,
    target_id: Option<i64>,
    target_name: &'a str,
    before: Option<String>,
    after: Option<String>,
    address: &'a str,
    request_id: &'a str,
    via: &'a str,
    operation_id: Option<&'a str>,
    format: i64,
    hash: Vec<u8>,
}

/// Appends the events in their order, each to its org's chain: ids are drawn at once, and each head is read and moved once.
pub(super) fn append_all(conn: &mut Conn, actor: &Actor, events: &[Event]) -> Result<()> {
    let first = next_ids(conn, i64::try_from(events.len()).map_err(Error::unexpected)?)?;
    let mut tips: BTreeMap<i64, (i64, Vec<u8>)> = BTreeMap::new();
    for (id, event) in (first..).zip(events) {
        let org_id = event.org.map_or(0, |org| org.number());
        let (seq, before) = match tips.remove(&org_id) {
            Some(tip) => tip,
            None => head(conn, org_id)?,
        };
        let mut row = row(id, org_id, seq + 1, actor, event);
        row.hash = seal(actor.chain(), &before, &row).to_vec();
        diesel::insert_into(audit_events::table).values(&row).execute(conn)?;
        tips.insert(org_id, (row.seq, row.hash));
    }
    tips.iter().try_for_each(|(org_id, (seq, hash))| move_head(conn, *org_id, *seq, hash))
}

/// When the newest event of all chains happened.
///
/// # Errors
/// If the database fails.
pub fn newest(conn: &mut Conn) -> Result<Option<Time>> {
    let newest = audit_events::table.order(audit_events::id.desc()).select(audit_events::at).limit(1);
    Ok(newest.get_result(conn).optional()?)
}

fn row<'a>(id: i64, org_id: i64, seq: i64, actor: &'a Actor, event: &'a Event) -> Row<'a> {
    let (named, origin) = (actor.named(), actor.origin());
    Row {
        id,
        org_id,
        seq,
        at: now(),
        actor_kind: named.kind,
        actor_id: named.id,
        actor_name: named.name,
        as_id: named.as_whom.map(|person| person.id.number()),
        as_name: named.as_whom.map(|person| person.name.as_str()),
        action: event.action,
        target_kind: event.target.kind,
        target_id: Some(event.target.id),
        target_name: &event.target.name,
        before: event.before.as_ref().map(ToString::to_string),
        after: event.after.as_ref().map(ToString::to_string),
        address: &origin.address,
        request_id: &origin.request_id,
        via: origin.via.word(),
        operation_id: origin.operation.as_deref(),
        format: FORMAT,
        hash: Vec::new(),
    }
}

fn head(conn: &mut Conn, org_id: i64) -> Result<(i64, Vec<u8>)> {
    let head: Option<(i64, Vec<u8>)> =
        audit_heads::table.find(org_id).select((audit_heads::seq, audit_heads::hash)).get_result(conn).optional()?;
    Ok(head.unwrap_or((0, START.to_vec())))
}

fn move_head(conn: &mut Conn, org_id: i64, seq: i64, hash: &[u8]) -> Result<()> {
    let tip = (audit_heads::seq.eq(seq), audit_heads::hash.eq(hash));
    let moved = diesel::update(audit_heads::table.find(org_id)).set(tip).execute(conn)?;
    if moved == 0 {
        diesel::insert_into(audit_heads::table).values((audit_heads::org_id.eq(org_id), tip)).execute(conn)?;
    }
    Ok(())
}

/// HMAC over the event before and every stored column in the table's order; an absent value is not an empty one.
fn seal(key: &SealKey, before: &[u8], row: &Row) -> [u8; 32] {
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
