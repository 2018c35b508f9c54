//! The chains: one per org and one for the installation, gapless, each event sealed with an HMAC over its stored bytes and
//! the event before it. The head row is the tip, so that nobody searches for it.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::event::{By, Echo, Event};
use super::model::{Entry, Head};
use super::row::{FORMAT, Row, START, insert, seal};
use crate::access::Actor;
use crate::access::actor::Named;
use crate::clock::{Time, now};
use crate::db::schema::{audit_events, audit_heads};
use crate::db::{Conn, next_ids};
use crate::error::{Error, Result};
use crate::secret::{SealKey, same};

/// Appends the events of an actor in their order, and then what other orgs are told of them.
pub(super) fn append_all(conn: &mut Conn, actor: &Actor, events: &[Event], echoes: &[Echo]) -> Result<()> {
    let author = by_actor(actor);
    let (by_name, by_another) = (elsewhere(&author, None), elsewhere(&author, Some(ANOTHER_ORGS_ADMIN)));
    let told = echoes.iter().map(|echo| match echo.by {
        By::Name => (&by_name, &echo.event),
        By::AnotherOrgsAdmin => (&by_another, &echo.event),
    });
    append(conn, actor.chain(), events.iter().map(|event| (&author, event)).chain(told).collect())
}

/// Appends events that go on with an earlier one: they name its actor, address, request and operation.
pub(super) fn append_to(conn: &mut Conn, chain: &SealKey, earlier: &Entry, events: &[Event]) -> Result<()> {
    let author = Row { format: FORMAT, ..Row::from(earlier) };
    append(conn, chain, events.iter().map(|event| (&author, event)).collect())
}

/// Appends events, each with what its author's rows have in common, to its org's chain: ids are drawn at once, and each head is
/// read and moved once.
fn append(conn: &mut Conn, chain: &SealKey, events: Vec<(&Row, &Event)>) -> Result<()> {
    let first = next_ids(conn, i64::try_from(events.len()).map_err(Error::unexpected)?)?;
    let mut tips: BTreeMap<i64, (i64, Vec<u8>)> = BTreeMap::new();
    let mut rows = Vec::with_capacity(events.len());
    for (id, (author, event)) in (first..).zip(events) {
        let org_id = event.org.map_or(0, |org| org.number());
        let (seq, before) = match tips.remove(&org_id) {
            Some(tip) => tip,
            None => head(conn, org_id)?,
        };
        let mut row = of_event(author, event, (id, org_id, seq + 1));
        row.hash = seal(chain, &before, &row).to_vec();
        tips.insert(org_id, (row.seq, row.hash.clone()));
        rows.push(row);
    }
    if !rows.is_empty() {
        insert(conn, &rows)?;
    }
    let tips = tips.into_iter().map(|(org, (seq, hash))| Head { org, seq, hash });
    tips.into_iter().try_for_each(|head| move_head(conn, chain, &head))
}

const ANOTHER_ORGS_ADMIN: Named = Named { kind: "admin", id: None, name: "An admin of another org", as_whom: None };

/// When the newest event of all chains happened.
///
/// # Errors
/// If the database fails.
pub fn newest(conn: &mut Conn) -> Result<Option<Time>> {
    let newest = audit_events::table.order(audit_events::id.desc()).select(audit_events::at).limit(1);
    Ok(newest.get_result(conn).optional()?)
}

/// Whether one of these keys sealed the newest event of all chains; none when there is no event.
pub(super) fn newest_fits<'a>(conn: &mut Conn, seals: impl IntoIterator<Item = &'a SealKey>) -> Result<Option<bool>> {
    let newest = audit_events::table.order(audit_events::id.desc()).limit(1);
    let newest: Option<Entry> = newest.get_result(conn).optional()?;
    let Some(entry) = newest else { return Ok(None) };
    let before = audit_events::org_id.eq(entry.org_id).and(audit_events::seq.eq(entry.seq - 1));
    let before: Option<Vec<u8>> =
        audit_events::table.filter(before).select(audit_events::hash).get_result(conn).optional()?;
    let (before, row) = (before.unwrap_or_else(|| START.to_vec()), Row::from(&entry));
    Ok(Some(seals.into_iter().any(|key| same(&seal(key, &before, &row), &entry.hash))))
}

/// What rows of the actor's events have in common.
fn by_actor(actor: &Actor) -> Row<'_> {
    let (named, origin) = (actor.named(), actor.origin());
    Row {
        id: 0,
        org_id: 0,
        seq: 0,
        at: now(),
        actor_kind: named.kind,
        actor_id: named.id,
        actor_name: named.name,
        as_id: named.as_whom.map(|person| person.id.number()),
        as_name: named.as_whom.map(|person| person.name.as_str()),
        action: "",
        target_kind: "",
        target_id: None,
        target_name: "",
        before: None,
        after: None,
        address: &origin.address,
        request_id: &origin.request_id,
        via: origin.via.word(),
        operation_id: origin.operation.as_deref(),
        format: FORMAT,
        hash: Vec::new(),
    }
}

/// The same as an org reads it where the actor did not act: without address, request and operation.
fn elsewhere<'a>(author: &Row<'a>, named: Option<Named<'a>>) -> Row<'a> {
    let row = Row { address: "", request_id: "", operation_id: None, ..author.clone() };
    match named {
        Some(named) => Row {
            actor_kind: named.kind,
            actor_id: named.id,
            actor_name: named.name,
            as_id: named.as_whom.map(|person| person.id.number()),
            as_name: named.as_whom.map(|person| person.name.as_str()),
            ..row
        },
        None => row,
    }
}

fn of_event<'a>(author: &Row<'a>, event: &'a Event, (id, org_id, seq): (i64, i64, i64)) -> Row<'a> {
    Row {
        id,
        org_id,
        seq,
        at: now(),
        action: event.action,
        target_kind: event.target.kind,
        target_id: Some(event.target.id),
        target_name: &event.target.name,
        before: event.before.as_ref().map(ToString::to_string),
        after: event.after.as_ref().map(ToString::to_string),
        ..author.clone()
    }
}

fn head(conn: &mut Conn, org_id: i64) -> Result<(i64, Vec<u8>)> {
    let head: Option<(i64, Vec<u8>)> =
        audit_heads::table.find(org_id).select((audit_heads::seq, audit_heads::hash)).get_result(conn).optional()?;
    Ok(head.unwrap_or((0, START.to_vec())))
}

fn move_head(conn: &mut Conn, key: &SealKey, head: &Head) -> Result<()> {
    let seal = head.sealed(key).to_vec();
    let tip = (audit_heads::seq.eq(head.seq), audit_heads::hash.eq(&head.hash), audit_heads::seal.eq(&seal));
    let moved = diesel::update(audit_heads::table.find(head.org)).set(tip).execute(conn)?;
    if moved == 0 {
        diesel::insert_into(audit_heads::table).values((audit_heads::org_id.eq(head.org), tip)).execute(conn)?;
    }
    Ok(())
}
