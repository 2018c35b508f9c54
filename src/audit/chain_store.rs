//! The queries that check the chains: blocks of events, heads, and who is what at present. Each is short, so that a check of ten
//! million events holds up nobody.

use diesel::prelude::*;

use super::model::{Entry, Head, StoredHead};
use crate::db::Conn;
use crate::db::schema::{audit_events, audit_heads, installation, memberships, orgs, users};
use crate::error::Result;

/// What a membership is at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Standing {
    /// The membership.
    pub id: i64,
    /// Whose it is.
    pub user: i64,
    /// Whether it is an admin's.
    pub admin: bool,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether it is there: not removed.
    pub there: bool,
}

/// What an account is at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct AccountStanding {
    /// The user.
    pub id: i64,
    /// Whether the account is a super admin's.
    pub super_admin: bool,
    /// Whether it is switched on.
    pub enabled: bool,
}

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

/// The id of the org with this slug.
///
/// # Errors
/// If the database fails.
pub fn by_slug(conn: &mut Conn, slug: &str) -> Result<Option<i64>> {
    Ok(orgs::table.filter(orgs::slug.eq(slug)).select(orgs::id).get_result(conn).optional()?)
}

/// Memberships of all orgs by id, those behind this one, also removed ones; each with its org.
///
/// # Errors
/// If the database fails.
pub fn memberships(conn: &mut Conn, after: i64, size: i64) -> Result<Vec<(i64, Standing)>> {
    let behind = memberships::table.filter(memberships::id.gt(after)).order(memberships::id).limit(size);
    Ok(behind
        .select((
            memberships::org_id,
            (
                memberships::id,
                memberships::user_id,
                memberships::admin,
                memberships::enabled,
                memberships::removed_at.is_null(),
            ),
        ))
        .load(conn)?)
}

/// What a membership is at present.
///
/// # Errors
/// If the database fails.
pub fn standing(conn: &mut Conn, id: i64) -> Result<Option<(i64, Standing)>> {
    Ok(memberships(conn, id - 1, 1)?.into_iter().find(|(_, standing)| standing.id == id))
}

/// What an account is at present.
///
/// # Errors
/// If the database fails.
pub fn account(conn: &mut Conn, id: i64) -> Result<Option<AccountStanding>> {
    Ok(accounts(conn, id - 1, 1)?.into_iter().find(|standing| standing.id == id))
}

/// Accounts by id, those behind this one.
///
/// # Errors
/// If the database fails.
pub fn accounts(conn: &mut Conn, after: i64, size: i64) -> Result<Vec<AccountStanding>> {
    let behind = users::table.filter(users::id.gt(after)).order(users::id).limit(size);
    Ok(behind.select((users::id, users::super_admin, users::enabled)).load(conn)?)
}

/// Whether everybody is made up, so that not all of them have an event.
///
/// # Errors
/// If the database fails.
pub fn is_demo(conn: &mut Conn) -> Result<bool> {
    Ok(installation::table.select(installation::demo).get_result(conn)?)
}
