//! The queries that list accounts. They are written by the store of `users`.

use diesel::prelude::*;

use super::model::{Account, Place};
use crate::clock::Time;
use crate::db::Conn;
use crate::db::schema::{memberships, orgs, users};
use crate::error::Result;
use crate::id::{OrgId, UserId};
use crate::paging::{Cursor, Rows};
use crate::users::model::{Email, Name};

/// The most orgs of one person that are looked at.
const MOST: i64 = 1000;

type Row = (UserId, String, String, String, bool, bool, bool, Time);

macro_rules! columns {
    () => {
        (
            users::id,
            users::first_name,
            users::last_name,
            users::email,
            users::password_hash.is_not_null(),
            users::enabled,
            users::super_admin,
            users::created_at,
        )
    };
}

fn account((id, first, last, email, has_password, enabled, super_admin, created_at): Row) -> Account {
    let (name, email) = (Name::stored(first, last), Email::stored(email));
    Account { id, name, email, has_password, enabled, super_admin, created_at }
}

/// The account with this id.
///
/// # Errors
/// `NotFound` if there is none.
pub fn find(conn: &mut Conn, id: UserId) -> Result<Account> {
    Ok(account(users::table.find(id).select(columns!()).get_result(conn)?))
}

/// The account with this email address.
///
/// # Errors
/// If the database fails.
pub fn by_email(conn: &mut Conn, email: &Email) -> Result<Option<Account>> {
    let row = users::table.filter(users::email.eq(email.as_str())).select(columns!()).get_result(conn).optional()?;
    Ok(row.map(account))
}

/// A page of the accounts whose email address begins with `prefix`, by that address.
///
/// # Errors
/// If the database fails.
pub fn page(conn: &mut Conn, prefix: &str, cursor: &Cursor, size: usize) -> Result<Rows<Account>> {
    let mut query = users::table
        .filter(users::email.ge(prefix.to_owned()).and(users::email.lt(format!("{prefix}\u{10FFFF}"))))
        .select(columns!())
        .limit(size as i64 + 1)
        .into_boxed();
    query = match cursor {
        Cursor::First => query.order(users::email.asc()),
        Cursor::After(at) => query.filter(users::email.gt(at.key.clone())).order(users::email.asc()),
        Cursor::Before(at) => query.filter(users::email.lt(at.key.clone())).order(users::email.desc()),
    };
    let rows: Vec<Row> = query.load(conn)?;
    Ok(Rows::from_query(rows, cursor, size).map(account))
}

/// A page of the super admins, the oldest account first.
///
/// # Errors
/// If the database fails.
pub fn super_admins(conn: &mut Conn, cursor: &Cursor, size: usize) -> Result<Rows<Account>> {
    let mut query =
        users::table.filter(users::super_admin.eq(true)).select(columns!()).limit(size as i64 + 1).into_boxed();
    query = match cursor {
        Cursor::First => query.order(users::id.asc()),
        Cursor::After(at) => query.filter(users::id.gt(at.id)).order(users::id.asc()),
        Cursor::Before(at) => query.filter(users::id.lt(at.id)).order(users::id.desc()),
    };
    let rows: Vec<Row> = query.load(conn)?;
    Ok(Rows::from_query(rows, cursor, size).map(account))
}

/// Whether there is a super admin besides this one who can sign in.
///
/// # Errors
/// If the database fails.
pub fn has_other_super_admin(conn: &mut Conn, but: UserId) -> Result<bool> {
    let other: Option<UserId> = users::table
        .filter(users::super_admin.eq(true).and(users::id.ne(but)))
        .filter(users::enabled.eq(true).and(users::password_hash.is_not_null()))
        .select(users::id)
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(other.is_some())
}

/// The orgs that the person belongs to or is invited to; whether somebody else runs them is left open.
///
/// # Errors
/// If the database fails.
pub fn places(conn: &mut Conn, user: UserId) -> Result<Vec<Place>> {
    let rows: Vec<(OrgId, String, bool, bool, bool, i64)> = memberships::table
        .inner_join(orgs::table)
        .filter(memberships::user_id.eq(user).and(memberships::removed_at.is_null()))
        .order(memberships::id)
        .select((
            orgs::id,
            orgs::name,
            memberships::admin,
            memberships::enabled,
            memberships::accepted_at.is_not_null(),
            memberships::keys_count,
        ))
        .limit(MOST)
        .load(conn)?;
    let place = |(org, name, admin, enabled, accepted, keys)| Place {
        org,
        name,
        admin,
        active: enabled && accepted,
        invited: !accepted,
        keys,
        other_admin: true,
    };
    Ok(rows.into_iter().map(place).collect())
}

/// The name of an org; `None` if there is no such org.
///
/// # Errors
/// If the database fails.
pub fn org_name(conn: &mut Conn, org: OrgId) -> Result<Option<String>> {
    Ok(orgs::table.find(org).select(orgs::name).get_result(conn).optional()?)
}

/// Which of these orgs have an admin besides this person who can sign in.
///
/// # Errors
/// If the database fails.
pub fn with_another_admin(conn: &mut Conn, among: &[OrgId], but: UserId) -> Result<Vec<OrgId>> {
    Ok(memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq_any(among).and(memberships::admin.eq(true)).and(users::id.ne(but)))
        .filter(memberships::removed_at.is_null().and(memberships::accepted_at.is_not_null()))
        .filter(memberships::enabled.eq(true).and(users::enabled.eq(true)).and(users::password_hash.is_not_null()))
        .select(memberships::org_id)
        .distinct()
        .load(conn)?)
}
