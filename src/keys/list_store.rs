//! The queries that list keys: by org and by membership, newest or oldest first, and by what they are called. Each is a range
//! of one index, so it costs the same in an org of ten keys and of a million.

use diesel::prelude::*;

use super::model::{ApiKey, Held, Holder, Recipient};
use super::store::{Row, columns, key};
use crate::clock::Time;
use crate::db::schema::{key_usage, keys, memberships, org_counts, users};
use crate::db::{Conn, run_inside};
use crate::error::Result;
use crate::id::{KeyId, MembershipId, OrgId, UserId};
use crate::paging::{Cursor, Position, Rows};

type OwnerRow = (UserId, (String, String, String), (String, String, String), bool, bool, Option<Time>);
type HeldRow = (Row, Option<Time>, OwnerRow);

macro_rules! held {
    () => {
        (
            columns!(),
            key_usage::last_used,
            (
                memberships::user_id,
                (memberships::first_name, memberships::last_name, memberships::email),
                (users::first_name, users::last_name, users::email),
                memberships::enabled,
                users::enabled,
                memberships::accepted_at,
            ),
        )
    };
}

macro_rules! live {
    () => {
        keys::table
            .inner_join(memberships::table.inner_join(users::table))
            .inner_join(key_usage::table)
            .filter(keys::deleted_at.is_null().and(memberships::removed_at.is_null()))
    };
}

fn held((row, last_used, owner): HeldRow) -> Held {
    let (user, typed, account, member_enabled, account_enabled, accepted_at) = owner;
    let (first, last, email) = if accepted_at.is_some() { account } else { typed };
    let name = format!("{first} {last}").trim_end().to_owned();
    let enabled = member_enabled && account_enabled;
    Held { key: key(row), last_used, owner: Holder { user, name, email, enabled, accepted: accepted_at.is_some() } }
}

/// A live key of the org.
///
/// # Errors
/// `NotFound` if the org has no such live key.
pub fn find(conn: &mut Conn, org: OrgId, id: KeyId) -> Result<Held> {
    let row: HeldRow = live!().filter(keys::id.eq(id).and(keys::org_id.eq(org))).select(held!()).get_result(conn)?;
    Ok(held(row))
}

/// A user of the org, as the owner of keys to come.
///
/// # Errors
/// `NotFound` if the org has no such user.
pub fn recipient(conn: &mut Conn, org: OrgId, user: UserId) -> Result<Recipient> {
    let (membership, admin, typed, account, enabled, account_enabled, accepted_at) = memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq(org).and(memberships::user_id.eq(user)))
        .filter(memberships::removed_at.is_null())
        .select((
            memberships::id,
            memberships::admin,
            (memberships::first_name, memberships::last_name),
            (users::first_name, users::last_name),
            memberships::enabled,
            users::enabled,
            memberships::accepted_at,
        ))
        .get_result::<(MembershipId, bool, (String, String), (String, String), bool, bool, Option<Time>)>(conn)?;
    let (first, last) = if accepted_at.is_some() { account } else { typed };
    let name = format!("{first} {last}").trim_end().to_owned();
    let (enabled, accepted) = (enabled && account_enabled, accepted_at.is_some());
    Ok(Recipient { membership, user, name, admin, enabled, accepted })
}

/// Keys of the org, newest first.
///
/// # Errors
/// If the database fails.
pub fn of_org(conn: &mut Conn, org: OrgId, cursor: &Cursor, size: usize) -> Result<Rows<Held>> {
    let query = live!().filter(keys::org_id.eq(org)).select(held!()).limit(size as i64 + 1);
    let rows: Vec<HeldRow> = match cursor {
        Cursor::First => run_inside!(conn, query.order(keys::id.desc()).load(conn))?,
        Cursor::After(at) => query.filter(keys::id.lt(at.id)).order(keys::id.desc()).load(conn)?,
        Cursor::Before(at) => query.filter(keys::id.gt(at.id)).order(keys::id.asc()).load(conn)?,
    };
    Ok(Rows::from_query(rows, cursor, size).map(held))
}

/// Keys of a membership, newest first.
///
/// # Errors
/// If the database fails.
pub fn of_membership(conn: &mut Conn, membership: MembershipId, cursor: &Cursor, size: usize) -> Result<Rows<Held>> {
    let query = live!().filter(keys::membership_id.eq(membership)).select(held!()).limit(size as i64 + 1).into_boxed();
    let rows: Vec<HeldRow> = match cursor {
        Cursor::First => query.order(keys::id.desc()).load(conn)?,
        Cursor::After(at) => query.filter(keys::id.lt(at.id)).order(keys::id.desc()).load(conn)?,
        Cursor::Before(at) => query.filter(keys::id.gt(at.id)).order(keys::id.asc()).load(conn)?,
    };
    Ok(Rows::from_query(rows, cursor, size).map(held))
}

/// Live keys of others whose secret this user was shown when they were made, newest first.
///
/// # Errors
/// If the database fails.
pub fn shown_to(conn: &mut Conn, org: OrgId, user: UserId, cursor: &Cursor, size: usize) -> Result<Rows<Held>> {
    let query = live!().filter(keys::org_id.eq(org).and(keys::shown_to.eq(user)));
    let query = query.filter(keys::shown_to.is_not_null()).select(held!()).limit(size as i64 + 1).into_boxed();
    let rows: Vec<HeldRow> = match cursor {
        Cursor::First => query.order(keys::id.desc()).load(conn)?,
        Cursor::After(at) => query.filter(keys::id.lt(at.id)).order(keys::id.desc()).load(conn)?,
        Cursor::Before(at) => query.filter(keys::id.gt(at.id)).order(keys::id.asc()).load(conn)?,
    };
    Ok(Rows::from_query(rows, cursor, size).map(held))
}

/// How many those are, counted up to `most`.
///
/// # Errors
/// If the database fails.
pub fn count_shown_to(conn: &mut Conn, org: OrgId, user: UserId, most: usize) -> Result<usize> {
    let found: Vec<KeyId> = keys::table
        .inner_join(memberships::table)
        .filter(keys::org_id.eq(org).and(keys::shown_to.eq(user)).and(keys::shown_to.is_not_null()))
        .filter(keys::deleted_at.is_null().and(memberships::removed_at.is_null()))
        .select(keys::id)
        .limit(most as i64)
        .load(conn)?;
    Ok(found.len())
}

/// Keys of a membership, oldest first, those after a key: as the REST contract lists them.
///
/// # Errors
/// If the database fails.
pub fn oldest_first(
    conn: &mut Conn,
    membership: MembershipId,
    after: Option<KeyId>,
    size: usize,
) -> Result<Rows<ApiKey>> {
    let rows: Vec<Row> = keys::table
        .filter(keys::membership_id.eq(membership).and(keys::deleted_at.is_null()))
        .filter(keys::id.gt(after.map_or(0, KeyId::number)))
        .order(keys::id)
        .select(columns!())
        .limit(size as i64 + 1)
        .load(conn)?;
    Ok(Rows::from_query(rows, &Cursor::First, size).map(key))
}

/// The live keys with these ids, in the order of the positions.
///
/// # Errors
/// If the database fails.
pub fn in_order(conn: &mut Conn, org: OrgId, found: &[Position]) -> Result<Vec<Held>> {
    let ids: Vec<i64> = found.iter().map(|position| position.id).collect();
    let rows: Vec<HeldRow> =
        live!().filter(keys::org_id.eq(org).and(keys::id.eq_any(ids))).select(held!()).load(conn)?;
    let mut all: Vec<Held> = rows.into_iter().map(held).collect();
    let place = |held: &Held| found.iter().position(|position| position.id == held.key.id.number());
    all.sort_by_key(place);
    Ok(all)
}

/// How many live keys a membership has.
///
/// # Errors
/// `NotFound` if there is no such membership.
pub fn count_of(conn: &mut Conn, membership: MembershipId) -> Result<i64> {
    Ok(memberships::table.find(membership).select(memberships::keys_count).get_result(conn)?)
}

/// How many live keys the org has.
///
/// # Errors
/// If the database fails.
pub fn count(conn: &mut Conn, org: OrgId) -> Result<i64> {
    Ok(org_counts::table.find(org.number()).select(org_counts::keys).get_result(conn)?)
}
