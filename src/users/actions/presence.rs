//! Whether somebody is there, and as what: enabled, disabled, no admin any more, removed with their keys. Whoever leaves may take
//! keys of others along whose secret they were shown.

use super::along::{Also, delete_also};
use super::standing;
use crate::access::{Act, OrgScope};
use crate::audit::{self, Change, Event, Tx};
use crate::db::Conn;
use crate::error::Result;
use crate::id::UserId;
use crate::links::model::Kind;
use crate::links::store as links;
use crate::users::membership::Membership;
use crate::users::{events, membership_store, removal_store};

/// What a switch came to.
pub struct Switched {
    /// The user, as they were before.
    pub membership: Membership,
    /// Whether it was switched now; else it was so before.
    pub changed: bool,
    /// How many keys of others were deleted along with it.
    pub deleted: usize,
}

/// Enables a user in the org: they can open it again, and their keys here work again.
///
/// # Errors
/// `NotFound`, `Repeated`; `Unconfirmed` for an admin; as the policy says.
pub fn enable(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Switched> {
    scope.require(Act::ManageUsers)?;
    // no use of the reserve: it gives a right, and can wait until the disk has room
    audit::change(conn, scope.actor(), |tx| {
        switched(tx, scope, user, &Also::default(), |tx, membership| {
            if membership.enabled {
                return Ok(Vec::new());
            }
            if membership.admin {
                scope.actor().require_confirmed()?;
            }
            membership_store::set_enabled(tx, membership.id, true)?;
            Ok(vec![events::enabled_changed(membership, true)])
        })
    })
}

/// Disables a user in the org: with the next request they cannot open it, and none of their keys here works.
///
/// # Errors
/// `Invalid` for the last admin, unless by a super admin, and as `delete_also`; `NotFound`, `Repeated`; as the policy says.
pub fn disable(conn: &mut Conn, scope: &OrgScope, user: UserId, also: &Also) -> Result<Switched> {
    switch(conn, scope, user, also, |tx, membership| {
        if !membership.enabled {
            return Ok(Vec::new());
        }
        standing::keep_an_admin(tx.conn(), scope, membership, "")?;
        membership_store::set_enabled(tx, membership.id, false)?;
        Ok(vec![events::enabled_changed(membership, false)])
    })
}

/// Takes the admin's rights from a user: with the next request they and their keys here have a user's.
///
/// # Errors
/// As `disable`.
pub fn demote(conn: &mut Conn, scope: &OrgScope, user: UserId, also: &Also) -> Result<Switched> {
    switch(conn, scope, user, also, |tx, membership| {
        if !membership.admin {
            return Ok(Vec::new());
        }
        standing::keep_an_admin(tx.conn(), scope, membership, "")?;
        membership_store::set_admin(tx, membership.id, false)?;
        Ok(vec![events::admin_changed(membership, false)])
    })
}

/// Takes something away from a membership, also when the disk is full.
fn switch(
    conn: &mut Conn,
    scope: &OrgScope,
    user: UserId,
    also: &Also,
    change: impl FnOnce(&mut Tx, &Membership) -> Result<Vec<Event>>,
) -> Result<Switched> {
    scope.require(Act::ManageUsers)?;
    audit::change_on_reserve(conn, scope.actor(), |tx| switched(tx, scope, user, also, change))
}

/// Makes a change of a membership, and deletes keys of others along with it; neither if there is nothing to change.
fn switched(
    tx: &mut Tx,
    scope: &OrgScope,
    user: UserId,
    also: &Also,
    change: impl FnOnce(&mut Tx, &Membership) -> Result<Vec<Event>>,
) -> Result<Change<Switched>> {
    let membership = membership_store::of_user(tx.conn(), scope.org_id(), user)?;
    let mut events = change(tx, &membership)?;
    if events.is_empty() {
        return Ok(Change::Unchanged(Switched { membership, changed: false, deleted: 0 }));
    }
    let others = delete_also(tx, scope, user, also)?;
    let deleted = others.len();
    events.extend(others);
    Ok(Change::Changed(Switched { membership, changed: true, deleted }, events))
}

/// Removes a user from the org. From this change on none of their keys here works, and every reader takes them as deleted; `removal`
/// deletes the rows. Their account stays; adding them again brings nothing back.
///
/// # Errors
/// As `disable`.
pub fn remove(conn: &mut Conn, scope: &OrgScope, user: UserId, also: &Also) -> Result<Switched> {
    switch(conn, scope, user, also, |tx, membership| {
        standing::keep_an_admin(tx.conn(), scope, membership, "")?;
        membership_store::remove(tx, membership.id)?;
        removal_store::begin(tx, membership, scope.actor().behind())?;
        links::withdraw(tx, Kind::Invitation, Some(user), Some(membership.id))?;
        Ok(vec![events::removed(membership)])
    })
}
