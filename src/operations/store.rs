//! The query of operations: which page is about an id.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{keys, memberships, orgs};
use crate::error::Result;
use crate::id::UserId;

/// The page of what has this id, if it is a key, a membership or an org: one id names one thing. Who opens that page is asked
/// there.
///
/// # Errors
/// If the database fails.
pub fn place(conn: &mut Conn, id: i64) -> Result<Option<String>> {
    let key: Option<String> = keys::table
        .inner_join(orgs::table.on(orgs::id.eq(keys::org_id)))
        .filter(keys::id.eq(id))
        .select(orgs::slug)
        .get_result(conn)
        .optional()?;
    if let Some(slug) = key {
        return Ok(Some(format!("/orgs/{slug}/keys/{id}")));
    }
    let membership: Option<(String, UserId)> = memberships::table
        .inner_join(orgs::table)
        .filter(memberships::id.eq(id))
        .select((orgs::slug, memberships::user_id))
        .get_result(conn)
        .optional()?;
    if let Some((slug, user)) = membership {
        return Ok(Some(format!("/orgs/{slug}/users/{user}/edit")));
    }
    let org: Option<String> = orgs::table.filter(orgs::id.eq(id)).select(orgs::slug).get_result(conn).optional()?;
    Ok(org.map(|slug| format!("/orgs/{slug}")))
}
