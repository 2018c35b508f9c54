//! The queries that list orgs: a person's own, and for super admins all there are.

use diesel::prelude::*;

use super::model::{Listed, Org, Shut};
use crate::db::Conn;
use crate::db::schema::{memberships, org_counts, orgs, users};
use crate::error::Result;
use crate::id::{OrgId, UserId};
use crate::paging::{Cursor, Rows};

/// The most orgs of one person that are looked at.
const MOST: i64 = 1000;

type Row = (OrgId, String, String, bool, i64, i64, i64);
type Columns =
    (orgs::id, orgs::name, orgs::slug, orgs::enabled, org_counts::users, org_counts::keys, org_counts::admins);

const COLUMNS: Columns =
    (orgs::id, orgs::name, orgs::slug, orgs::enabled, org_counts::users, org_counts::keys, org_counts::admins);

fn listed((id, name, slug, enabled, users, keys, admins): Row) -> Listed {
    Listed { org: Org { id, name, slug, enabled }, admin: None, visited: false, users, keys, admins }
}

/// The orgs that this person can open, in no order.
///
/// # Errors
/// If the database fails.
pub fn of_person(conn: &mut Conn, user: UserId) -> Result<Vec<Listed>> {
    let rows: Vec<(Row, bool)> = memberships::table
        .inner_join(orgs::table.inner_join(org_counts::table))
        .filter(memberships::user_id.eq(user).and(memberships::removed_at.is_null()))
        .filter(memberships::enabled.eq(true).and(orgs::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null())
        .select((COLUMNS, memberships::admin))
        .limit(MOST)
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, admin)| Listed { admin: Some(admin), ..listed(row) }).collect())
}

/// The orgs that this person accepted to belong to and cannot open, by name.
///
/// # Errors
/// If the database fails.
pub fn shut_to(conn: &mut Conn, user: UserId) -> Result<Vec<Shut>> {
    let rows: Vec<(String, bool)> = memberships::table
        .inner_join(orgs::table)
        .filter(memberships::user_id.eq(user).and(memberships::removed_at.is_null()))
        .filter(memberships::enabled.eq(false).or(orgs::enabled.eq(false)))
        .filter(memberships::accepted_at.is_not_null())
        .select((orgs::name, orgs::enabled))
        .order((orgs::name, orgs::id))
        .limit(MOST)
        .load(conn)?;
    Ok(rows.into_iter().map(|(name, enabled)| Shut { name, whole: !enabled }).collect())
}

/// A page of all orgs whose slug begins with `prefix`, by slug.
///
/// # Errors
/// If the database fails.
pub fn page(conn: &mut Conn, prefix: &str, cursor: &Cursor, size: usize) -> Result<Rows<Listed>> {
    let mut query = orgs::table
        .inner_join(org_counts::table)
        .filter(orgs::slug.ge(prefix.to_owned()).and(orgs::slug.lt(format!("{prefix}\u{10FFFF}"))))
        .select(COLUMNS)
        .limit(size as i64 + 1)
        .into_boxed();
    query = match cursor {
        Cursor::First => query.order(orgs::slug.asc()),
        Cursor::After(at) => query.filter(orgs::slug.gt(at.key.clone())).order(orgs::slug.asc()),
        Cursor::Before(at) => query.filter(orgs::slug.lt(at.key.clone())).order(orgs::slug.desc()),
    };
    let rows: Vec<Row> = query.load(conn)?;
    Ok(Rows::from_query(rows, cursor, size).map(listed))
}

/// How many orgs there are, counted up to `most`.
///
/// # Errors
/// If the database fails.
pub fn count(conn: &mut Conn, most: i64) -> Result<u64> {
    let ids: Vec<OrgId> = orgs::table.select(orgs::id).limit(most).load(conn)?;
    Ok(ids.len() as u64)
}

/// The org with this short name, in the way of a list.
///
/// # Errors
/// `NotFound` if there is none.
pub fn by_slug(conn: &mut Conn, slug: &str) -> Result<Listed> {
    let row: Row =
        orgs::table.inner_join(org_counts::table).filter(orgs::slug.eq(slug)).select(COLUMNS).get_result(conn)?;
    Ok(listed(row))
}

/// Which of these orgs have an admin who can sign in.
///
/// # Errors
/// If the database fails.
pub fn with_an_admin(conn: &mut Conn, among: &[OrgId]) -> Result<Vec<OrgId>> {
    Ok(memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq_any(among).and(memberships::admin.eq(true)))
        .filter(memberships::removed_at.is_null().and(memberships::accepted_at.is_not_null()))
        .filter(memberships::enabled.eq(true).and(users::enabled.eq(true)).and(users::password_hash.is_not_null()))
        .select(memberships::org_id)
        .distinct()
        .load(conn)?)
}
