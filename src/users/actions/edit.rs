//! Saving Edit User: name, email address, and making an admin. Enabling, disabling and taking an admin's rights ask first, and are
//! acts of their own.

use super::renaming::show_as;
use super::standing;
use crate::access::{Act, OrgScope};
use crate::audit::{self, Change, Echo, Event, Tx};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::users::membership::{Membership, Version};
use crate::users::model::{Email, Name};
use crate::users::{events, membership_store, store};

/// What a user should become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What the form was filled from.
    pub version: Version,
    /// Name and email address; `None` if the form showed them as text.
    pub person: Option<(Name, Email)>,
    /// Whether they run the org. Saving makes an admin of somebody, and of nobody a user.
    pub admin: bool,
}

/// What saving came to.
pub struct Saved {
    /// The name from now on.
    pub name: Name,
    /// Whether anything changed.
    pub changed: bool,
    /// Whether the user is enabled, which saving does not change.
    pub enabled: bool,
    /// Whether they are an admin from now on.
    pub admin: bool,
    /// Whether they became one by this.
    pub promoted: bool,
    /// Whether name or email address changed.
    pub renamed: bool,
    /// Whether an invitation link that was passed on died by the change.
    pub link_died: bool,
}

/// Saves what an admin changed of a user.
///
/// # Errors
/// `Unconfirmed` for another email address and for a new admin; `Conflict` if somebody else changed the user meanwhile; `Invalid` for a taken email address and for the last admin;
/// `Forbidden` if name or email are not theirs to change; `NotFound`, `Repeated`; as the policy says.
pub fn save(conn: &mut Conn, scope: &OrgScope, user: UserId, wanted: &Wanted) -> Result<Saved> {
    scope.require(Act::ManageUsers)?;
    audit::change(conn, scope.actor(), |tx| {
        let membership = membership_store::of_user(tx.conn(), scope.org_id(), user)?;
        if membership.version() != wanted.version {
            return Err(Error::Conflict("Somebody changed this user while you did".into()));
        }
        let (mut events, echoes) = match &wanted.person {
            Some((name, email)) => set_person(tx, scope, &membership, name, email)?,
            None => (Vec::new(), Vec::new()),
        };
        let (renamed, promoted) = (!events.is_empty(), wanted.admin && !membership.admin);
        if promoted {
            scope.actor().require_confirmed()?;
            membership_store::set_admin(tx, membership.id, true)?;
            events.push(events::admin_changed(&membership, true));
        }
        let name = wanted.person.as_ref().map_or(&membership.name, |(name, _)| name).clone();
        let (changed, invited) = (!events.is_empty(), membership.accepted_at.is_none());
        let admin = membership.admin || wanted.admin;
        let (enabled, link_died) = (membership.enabled, changed && invited);
        let saved = Saved { name, changed, enabled, admin, promoted, renamed, link_died };
        Ok(if saved.changed { Change::Told(saved, events, echoes) } else { Change::Unchanged(saved) })
    })
}

fn set_person(
    tx: &mut Tx,
    scope: &OrgScope,
    membership: &Membership,
    name: &Name,
    email: &Email,
) -> Result<(Vec<Event>, Vec<Echo>)> {
    let (renamed, moved) = (*name != membership.name, *email != membership.email);
    if !renamed && !moved {
        return Ok((Vec::new(), Vec::new()));
    }
    if moved {
        scope.actor().require_confirmed()?;
    }
    standing::require(tx.conn(), scope, membership)?;
    let user = store::find(tx.conn(), membership.user)?;
    let (own, echoes) = show_as(tx, scope.actor(), Some(scope.org_id()), &user, (name, email))?;
    let renamed = renamed.then(|| events::renamed(membership, name));
    let moved = moved.then(|| events::email_changed(membership, email));
    Ok((renamed.into_iter().chain(moved).chain(own).collect(), echoes))
}
