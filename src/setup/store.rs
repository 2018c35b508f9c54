//! The queries behind the start of an installation and the first steps of an org. Setup has no table of its own.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{installation, keys, memberships};
use crate::error::Result;
use crate::id::{KeyId, MembershipId, OrgId};

/// A membership of the org besides one's own, if one has one: the first by name, which an index carries.
pub(super) fn first_other(conn: &mut Conn, org: OrgId, own: Option<MembershipId>) -> Result<Option<MembershipId>> {
    let own = own.unwrap_or(MembershipId::new(0));
    Ok(memberships::table
        .filter(memberships::org_id.eq(org).and(memberships::removed_at.is_null()))
        .filter(memberships::id.ne(own))
        .select(memberships::id)
        .order(memberships::sort_name)
        .first(conn)
        .optional()?)
}

/// The oldest key of the org.
pub(super) fn first_key(conn: &mut Conn, org: OrgId) -> Result<Option<KeyId>> {
    Ok(keys::table
        .inner_join(memberships::table)
        .filter(keys::org_id.eq(org).and(keys::deleted_at.is_null()).and(memberships::removed_at.is_null()))
        .select(keys::id)
        .order(keys::id)
        .first(conn)
        .optional()?)
}

/// Whether this installation shows made-up data.
pub(super) fn is_demo(conn: &mut Conn) -> Result<bool> {
    Ok(installation::table.select(installation::demo).get_result(conn)?)
}
