//! The queries that list the users of an org, by name. Each is a range of one index, so it costs the same in an org of ten users
//! and of a million.

use diesel::prelude::*;

use super::membership::{Counts, Membership, Status};
use super::membership_store::{Row, columns};
use crate::clock::Time;
use crate::db::Conn;
use crate::db::schema::{memberships, org_counts, users};
use crate::error::Result;
use crate::id::{MembershipId, OrgId};
use crate::paging::{Cursor, Position, Rows};

/// How many users the org has.
///
/// # Errors
/// If the database fails.
pub fn counts(conn: &mut Conn, org: OrgId) -> Result<Counts> {
    let columns = (
        org_counts::users,
        org_counts::disabled_users,
        org_counts::keyless_users,
        org_counts::admins,
        org_counts::keys,
    );
    let (users, disabled, keyless, admins, keys) =
        org_counts::table.find(org.number()).select(columns).get_result(conn)?;
    Ok(Counts { users, disabled, keyless, admins, keys })
}

/// A page of the org's users, by name: the sort key with each.
///
/// # Errors
/// If the database fails.
pub fn page(
    conn: &mut Conn,
    org: OrgId,
    status: Status,
    cursor: &Cursor,
    size: usize,
) -> Result<Rows<(Position, Membership)>> {
    let mut query = memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq(org).and(memberships::removed_at.is_null()))
        .select((memberships::sort_name, columns!()))
        .limit(size as i64 + 1)
        .into_boxed();
    query = match status {
        Status::All => query,
        Status::Enabled(enabled) => query.filter(memberships::enabled.eq(enabled)),
        Status::NoKeys => query.filter(memberships::keys_count.eq(0)),
    };
    query = match cursor {
        Cursor::First => query.order((memberships::sort_name.asc(), memberships::id.asc())),
        Cursor::After(at) => query
            .filter(memberships::sort_name.ge(at.key.clone()))
            .filter(memberships::sort_name.gt(at.key.clone()).or(memberships::id.gt(at.id)))
            .order((memberships::sort_name.asc(), memberships::id.asc())),
        Cursor::Before(at) => query
            .filter(memberships::sort_name.le(at.key.clone()))
            .filter(memberships::sort_name.lt(at.key.clone()).or(memberships::id.lt(at.id)))
            .order((memberships::sort_name.desc(), memberships::id.desc())),
    };
    let rows: Vec<(String, Row)> = query.load(conn)?;
    Ok(Rows::from_query(rows, cursor, size).map(|(key, row)| {
        let membership = Membership::from(row);
        (Position { key, id: membership.id.number() }, membership)
    }))
}

/// The org's users at these positions, in their order.
///
/// # Errors
/// If the database fails.
pub fn at(conn: &mut Conn, org: OrgId, found: Vec<Position>) -> Result<Vec<(Position, Membership)>> {
    let ids: Vec<MembershipId> = found.iter().map(|position| MembershipId::new(position.id)).collect();
    // whether they were removed is looked at here: asked in SQL, it would offer SQLite the indexes of an org's present members, and
    // it would rather read all of those than look up as many ids as a page has
    let rows: Vec<(Row, Option<Time>)> = memberships::table
        .inner_join(users::table)
        .filter(memberships::id.eq_any(ids).and(memberships::org_id.eq(org)))
        .select((columns!(), memberships::removed_at))
        .load(conn)?;
    let present = rows.into_iter().filter(|(_, removed)| removed.is_none());
    let mut all: Vec<Membership> = present.map(|(row, _)| Membership::from(row)).collect();
    let mut taken = |position: Position| {
        let place = all.iter().position(|membership| membership.id.number() == position.id)?;
        Some((position, all.swap_remove(place)))
    };
    Ok(found.into_iter().filter_map(&mut taken).collect())
}

/// The org's admins, those who were there first: at most so many.
///
/// # Errors
/// If the database fails.
pub fn admins(conn: &mut Conn, org: OrgId, most: i64) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq(org).and(memberships::admin.eq(true)))
        .filter(memberships::removed_at.is_null())
        .select(columns!())
        .order(memberships::id)
        .limit(most)
        .load(conn)?;
    Ok(rows.into_iter().map(Membership::from).collect())
}
