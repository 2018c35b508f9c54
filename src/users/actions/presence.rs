//! Whether somebody is there: enabled, disabled, removed with their keys.

use super::standing;
use crate::access::{Act, OrgScope};
use crate::audit::{self, Change};
use crate::db::Conn;
use crate::error::Result;
use crate::id::UserId;
use crate::keys::{events as key_events, store as keys};
use crate::links::model::Kind;
use crate::links::store as links;
use crate::users::membership::Membership;
use crate::users::{events, membership_store};

/// What a switch came to.
pub struct Switched {
    /// The user, as they were before.
    pub membership: Membership,
    /// Whether it was switched now; else it was so before.
    pub changed: bool,
}

/// Enables a user in the org, or disables them: with the next request they cannot open it, and none of their keys here works.
///
/// # Errors
/// `Invalid` for the last admin; `NotFound`, `Repeated`; as the policy says.
pub fn set_enabled(conn: &mut Conn, scope: &OrgScope, user: UserId, enabled: bool) -> Result<Switched> {
    scope.require(Act::ManageUsers)?;
    audit::change_on_reserve(conn, scope.actor(), |tx| {
        let membership = membership_store::of_user(tx.conn(), scope.org_id(), user)?;
        if membership.enabled == enabled {
            return Ok(Change::Unchanged(Switched { membership, changed: false }));
        }
        if !enabled {
            standing::keep_an_admin(tx.conn(), &membership, "")?;
        }
        membership_store::set_enabled(tx, membership.id, enabled)?;
        let event = events::enabled_changed(&membership, enabled);
        Ok(Change::one(Switched { membership, changed: true }, event))
    })
}

/// Removes a user from the org and deletes their keys here. Their account stays; adding them again brings nothing back.
///
/// # Errors
/// `Invalid` for the last admin; `NotFound`, `Repeated`; as the policy says.
pub fn remove(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Membership> {
    scope.require(Act::ManageUsers)?;
    audit::change_on_reserve(conn, scope.actor(), |tx| {
        let membership = membership_store::of_user(tx.conn(), scope.org_id(), user)?;
        standing::keep_an_admin(tx.conn(), &membership, "")?;
        let deleted = keys::delete_all_of(tx, membership.id, scope.actor().user())?;
        membership_store::remove(tx, membership.id)?;
        links::withdraw(tx, Kind::Invitation, Some(user), Some(membership.id))?;
        let keys = deleted.iter().map(|key| key_events::deleted(membership.org, key));
        let events = std::iter::once(events::removed(&membership)).chain(keys).collect();
        Ok(Change::Changed(membership, events))
    })
}
