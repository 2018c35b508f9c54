//! The queries about where people stand: who runs which org, and where somebody belongs.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{memberships, users};
use crate::error::Result;
use crate::id::{MembershipId, OrgId, UserId};

/// Whether the org has an admin besides this one who can sign in: accepted, enabled here and as an account, with a password.
///
/// # Errors
/// If the database fails.
pub fn has_other_admin(conn: &mut Conn, org: OrgId, but: MembershipId) -> Result<bool> {
    let other: Option<MembershipId> = memberships::table
        .inner_join(users::table)
        .filter(memberships::org_id.eq(org).and(memberships::admin.eq(true)).and(memberships::id.ne(but)))
        .filter(memberships::removed_at.is_null().and(memberships::accepted_at.is_not_null()))
        .filter(memberships::enabled.eq(true).and(users::enabled.eq(true)).and(users::password_hash.is_not_null()))
        .select(memberships::id)
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(other.is_some())
}

/// The orgs that this user runs: as an admin, accepted and enabled.
///
/// # Errors
/// If the database fails.
pub fn run_by(conn: &mut Conn, user: UserId) -> Result<Vec<OrgId>> {
    Ok(memberships::table
        .filter(memberships::user_id.eq(user).and(memberships::removed_at.is_null()))
        .filter(memberships::admin.eq(true).and(memberships::enabled.eq(true)))
        .filter(memberships::accepted_at.is_not_null())
        .select(memberships::org_id)
        .load(conn)?)
}

/// The user's memberships that are in use or waiting: which, in which org, and whether it was accepted.
///
/// # Errors
/// If the database fails.
pub fn present(conn: &mut Conn, user: UserId) -> Result<Vec<(MembershipId, OrgId, bool)>> {
    Ok(memberships::table
        .filter(memberships::user_id.eq(user).and(memberships::removed_at.is_null()))
        .select((memberships::id, memberships::org_id, memberships::accepted_at.is_not_null()))
        .load(conn)?)
}
