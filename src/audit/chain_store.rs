//! The queries that check the chains: blocks of events, events about targets, heads. Each is short, so that a check of ten million
//! events delays no other work.

use diesel::prelude::*;

use super::model::{Entry, Head, StoredHead};
use crate::db::Conn;
use crate::db::schema::{audit_events, audit_heads, orgs};
use crate::error::Result;

/// Events of a chain in their order, those behind this place.
///
/// # Errors
/// If the database fails.
pub fn block(conn: &mut Conn, org: i64, after: i64, size: i64) -> Result<Vec<Entry>> {
    let behind = audit_events::table.filter(audit_events::org_id.eq(org).and(audit_events::seq.gt(after)));
    Ok(behind.order(audit_events::seq).limit(size).load(conn)?)
}

/// The head of a chain.
///
/// # Errors
/// If the database fails.
pub fn head(conn: &mut Conn, org: i64) -> Result<Option<StoredHead>> {
    Ok(heads(conn, org - 1, 1)?.into_iter().find(|stored| stored.head.org == org))
}

/// Org, place, hash, seal.
type HeadRow = (i64, i64, Vec<u8>, Option<Vec<u8>>);

/// Heads by org, those behind this org.
///
/// # Errors
/// If the database fails.
pub fn heads(conn: &mut Conn, after: i64, size: i64) -> Result<Vec<StoredHead>> {
    let rows: Vec<HeadRow> =
        audit_heads::table.filter(audit_heads::org_id.gt(after)).order(audit_heads::org_id).limit(size).load(conn)?;
    Ok(rows.into_iter().map(|(org, seq, hash, seal)| StoredHead { head: Head { org, seq, hash }, seal }).collect())
}

/// The next org behind this one that is an org, has a head, or has events: whichever of the three somebody may have cut away.
///
/// # Errors
/// If the database fails.
pub fn next_org(conn: &mut Conn, after: i64) -> Result<Option<i64>> {
    let orgs: Vec<i64> = orgs::table.filter(orgs::id.gt(after)).order(orgs::id).limit(1).select(orgs::id).load(conn)?;
    let heads: Vec<i64> = audit_heads::table
        .filter(audit_heads::org_id.gt(after))
        .order(audit_heads::org_id)
        .limit(1)
        .select(audit_heads::org_id)
        .load(conn)?;
    let behind = audit_events::table.filter(audit_events::org_id.gt(after));
    let ordered = behind.order((audit_events::org_id, audit_events::seq));
    let events: Vec<i64> = ordered.limit(1).select(audit_events::org_id).load(conn)?;
    Ok(orgs.into_iter().chain(heads).chain(events).min())
}

/// The event before the last one of a chain that did this; `None` if nothing did.
///
/// # Errors
/// If the database fails.
pub fn before_last(conn: &mut Conn, org: i64, action: &str) -> Result<Option<Head>> {
    let of_chain = audit_events::table.filter(audit_events::org_id.eq(org));
    let did = of_chain.filter(audit_events::action.eq(action)).order(audit_events::seq.desc()).limit(1);
    let seq: Option<i64> = did.select(audit_events::seq).get_result(conn).optional()?;
    let Some(seq) = seq else { return Ok(None) };
    let before = of_chain.filter(audit_events::seq.eq(seq - 1)).select(audit_events::hash);
    let hash: Option<Vec<u8>> = before.get_result(conn).optional()?;
    Ok(hash.map(|hash| Head { org, seq: seq - 1, hash }))
}

/// The last event of a chain that did this to this target.
///
/// # Errors
/// If the database fails.
pub fn last(conn: &mut Conn, org: i64, action: &str, target: i64) -> Result<Option<Entry>> {
    let of_target = audit_events::table.filter(audit_events::org_id.eq(org).and(audit_events::target_id.eq(target)));
    let did = of_target.filter(audit_events::action.eq(action)).order(audit_events::seq.desc()).limit(1);
    Ok(did.get_result(conn).optional()?)
}

/// Orgs by id, with their names, those behind this one.
///
/// # Errors
/// If the database fails.
pub fn orgs(conn: &mut Conn, after: i64, size: i64) -> Result<Vec<(i64, String)>> {
    let behind = orgs::table.filter(orgs::id.gt(after)).order(orgs::id).limit(size);
    Ok(behind.select((orgs::id, orgs::name)).load(conn)?)
}

/// What an org is called in addresses; empty for the installation and for an org that is not there.
///
/// # Errors
/// If the database fails.
pub fn slug(conn: &mut Conn, org: i64) -> Result<String> {
    let slug: Option<String> = orgs::table.find(org).select(orgs::slug).get_result(conn).optional()?;
    Ok(slug.unwrap_or_default())
}

/// What an org is called; empty for the installation and for an org that is not there.
///
/// # Errors
/// If the database fails.
pub fn org_name(conn: &mut Conn, org: i64) -> Result<String> {
    let name: Option<String> = orgs::table.find(org).select(orgs::name).get_result(conn).optional()?;
    Ok(name.unwrap_or_default())
}

/// The id of the org with this slug.
///
/// # Errors
/// If the database fails.
pub fn by_slug(conn: &mut Conn, slug: &str) -> Result<Option<i64>> {
    Ok(orgs::table.filter(orgs::slug.eq(slug)).select(orgs::id).get_result(conn).optional()?)
}

/// Events of a chain about these targets, by target and then in their order.
///
/// # Errors
/// If the database fails.
pub fn about(conn: &mut Conn, org: i64, targets: &[i64], size: i64) -> Result<Vec<Entry>> {
    let of_targets = audit_events::org_id.eq(org).and(audit_events::target_id.eq_any(targets));
    let found = audit_events::table.filter(of_targets).order((audit_events::target_id, audit_events::seq));
    Ok(found.limit(size).load(conn)?)
}

/// Events of a chain about one target in their order, those behind this place.
///
/// # Errors
/// If the database fails.
pub fn about_after(conn: &mut Conn, org: i64, target: i64, after: i64, size: i64) -> Result<Vec<Entry>> {
    let of_target = audit_events::org_id.eq(org).and(audit_events::target_id.eq(target));
    let found = audit_events::table.filter(of_target.and(audit_events::seq.gt(after))).order(audit_events::seq);
    Ok(found.limit(size).load(conn)?)
}

/// The event at this place of a chain.
///
/// # Errors
/// If the database fails.
pub fn at(conn: &mut Conn, org: i64, seq: i64) -> Result<Option<Entry>> {
    let place = audit_events::org_id.eq(org).and(audit_events::seq.eq(seq));
    Ok(audit_events::table.filter(place).get_result(conn).optional()?)
}
