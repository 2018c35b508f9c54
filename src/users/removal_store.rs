//! The queries of `removals`: memberships that were removed, and how far the deletion of their keys has come.

use diesel::prelude::*;

use super::membership::Membership;
use crate::audit::Tx;
use crate::clock::Time;
use crate::db::Conn;
use crate::db::schema::{memberships, removals};
use crate::error::Result;
use crate::id::{KeyId, MembershipId, OrgId, UserId};

/// A removal whose keys are still being deleted.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Removal {
    /// The removed membership.
    pub membership: MembershipId,
    /// Its org.
    pub org: OrgId,
    /// Who removed it.
    pub by: Option<UserId>,
    /// The keys up to this one are deleted.
    pub after: KeyId,
    /// When it was removed; `None` if an operator put it back by hand.
    pub at: Option<Time>,
}

/// Begins to delete the keys of a removed membership.
///
/// # Errors
/// If the database fails.
pub fn begin(tx: &mut Tx, membership: &Membership, by: Option<UserId>) -> Result<()> {
    let row = (
        removals::membership_id.eq(membership.id),
        removals::org_id.eq(membership.org),
        removals::deleted_by.eq(by),
        removals::after_key.eq(0),
    );
    diesel::insert_into(removals::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Returns the oldest membership whose removal is not finished.
///
/// # Errors
/// If the database fails.
pub fn first(conn: &mut Conn) -> Result<Option<Removal>> {
    let columns =
        (removals::membership_id, removals::org_id, removals::deleted_by, removals::after_key, memberships::removed_at);
    let oldest = removals::table.inner_join(memberships::table).order(removals::membership_id).limit(1);
    Ok(oldest.select(columns).get_result(conn).optional()?)
}

/// Notes that the keys up to this one are deleted.
///
/// # Errors
/// If the database fails.
pub fn move_on(tx: &mut Tx, membership: MembershipId, after: KeyId) -> Result<()> {
    diesel::update(removals::table.find(membership)).set(removals::after_key.eq(after)).execute(tx.conn())?;
    Ok(())
}

/// Notes that all keys are deleted.
///
/// # Errors
/// If the database fails.
pub fn finish(tx: &mut Tx, membership: MembershipId) -> Result<()> {
    diesel::delete(removals::table.find(membership)).execute(tx.conn())?;
    Ok(())
}
