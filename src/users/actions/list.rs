//! The users of an org, page by page.

use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::Result;
use crate::id::MembershipId;
use crate::paging::{Cursor, Position, ROWS, Rows};
use crate::search::store::{self as search, Kind};
use crate::users::list_store;
use crate::users::membership::{Counts, Membership, Status};
use crate::users::membership_store;

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which users; does not count while searching.
    pub status: Status,
    /// The start of a first name, last name or email address; empty to list.
    pub prefix: String,
    /// Which page.
    pub cursor: Cursor,
}

/// A page of users.
pub struct Listed {
    /// The users, each with its place in the list.
    pub rows: Rows<(Position, Membership)>,
    /// How many the org has.
    pub counts: Counts,
    /// The name of the user whom the page comes after or before.
    pub beside: Option<String>,
}

/// A page of the org's users: by name, or those of whom something begins with `prefix`, by that.
///
/// # Errors
/// As the policy says.
pub fn list(conn: &mut Conn, scope: &OrgScope, wanted: &Wanted) -> Result<Listed> {
    let counts = counts(conn, scope)?;
    let beside = beside(conn, scope, &wanted.cursor);
    let org = scope.org_id();
    if wanted.prefix.is_empty() {
        let rows = list_store::page(conn, org, wanted.status, &wanted.cursor, ROWS)?;
        return Ok(Listed { rows, counts, beside });
    }
    let found = search::find(conn, org, Kind::Membership, &wanted.prefix, &wanted.cursor, ROWS)?;
    let Rows { rows, earlier, later } = Rows::from_query(found, &wanted.cursor, ROWS);
    let rows = Rows { rows: list_store::at(conn, org, rows)?, earlier, later };
    Ok(Listed { rows, counts, beside })
}

/// How many users the org has.
///
/// # Errors
/// As the policy says.
pub fn counts(conn: &mut Conn, scope: &OrgScope) -> Result<Counts> {
    scope.require(Act::ManageUsers)?;
    list_store::counts(conn, scope.org_id())
}

/// The org's admins, those who were there first: at most so many.
///
/// # Errors
/// As the policy says.
pub fn admins(conn: &mut Conn, scope: &OrgScope, most: i64) -> Result<Vec<Membership>> {
    scope.require(Act::ManageUsers)?;
    list_store::admins(conn, scope.org_id(), most)
}

/// Whose row the cursor names; its sort key if they are gone.
fn beside(conn: &mut Conn, scope: &OrgScope, cursor: &Cursor) -> Option<String> {
    let (Cursor::After(at) | Cursor::Before(at)) = cursor else { return None };
    let found = membership_store::find(conn, scope.org_id(), MembershipId::new(at.id));
    Some(found.map_or_else(|_| at.key.clone(), |membership| membership.name.to_string()))
}
