//! Saving Edit User: name, email address and role. Enabling and disabling ask first, and are acts of their own.

use super::standing;
use crate::access::{Act, OrgScope};
use crate::audit::{self, Change, Event, Tx};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::users::membership::{Membership, Version};
use crate::users::model::{Email, Name};
use crate::users::{events, membership_store, standing_store, store};

/// What a user should become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What the form was filled from.
    pub version: Version,
    /// Name and email address; `None` if the form showed them as text.
    pub person: Option<(Name, Email)>,
    /// Whether they run the org.
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
    /// Whether they are whoever saved.
    pub own: bool,
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
        let mut events = Vec::new();
        if let Some((name, email)) = &wanted.person {
            events.extend(set_person(tx, scope, &membership, name, email)?);
        }
        events.extend(set_admin(tx, scope, &membership, wanted.admin)?);
        let name = wanted.person.as_ref().map_or(&membership.name, |(name, _)| name).clone();
        let own = scope.actor().user() == Some(user);
        let (changed, invited) = (!events.is_empty(), membership.accepted_at.is_none());
        let saved = Saved { name, changed, enabled: membership.enabled, own, link_died: changed && invited };
        Ok(if saved.changed { Change::Changed(saved, events) } else { Change::Unchanged(saved) })
    })
}

fn set_person(
    tx: &mut Tx,
    scope: &OrgScope,
    membership: &Membership,
    name: &Name,
    email: &Email,
) -> Result<Vec<Event>> {
    let (renamed, moved) = (*name != membership.name, *email != membership.email);
    if !renamed && !moved {
        return Ok(Vec::new());
    }
    let by = scope.actor().person()?.id;
    if moved {
        scope.actor().require_confirmed()?;
    }
    let obstacle = standing::obstacle(tx.conn(), by, scope.actor().is_super_admin(), membership)?;
    if let Some(why) = obstacle {
        return Err(Error::Forbidden(why.trim_end_matches('.').into()));
    }
    let user = store::find(tx.conn(), membership.user)?;
    store::rename(tx, &user, name, email)?;
    for (id, org, accepted) in standing_store::present(tx.conn(), user.id)? {
        if accepted {
            membership_store::show_as(tx, org, id, name, email)?;
        }
    }
    let events =
        [renamed.then(|| events::renamed(membership, name)), moved.then(|| events::email_changed(membership, email))];
    Ok(events.into_iter().flatten().collect())
}

fn set_admin(tx: &mut Tx, scope: &OrgScope, membership: &Membership, admin: bool) -> Result<Option<Event>> {
    if membership.admin == admin {
        return Ok(None);
    }
    if admin {
        scope.actor().require_confirmed()?;
    } else {
        standing::keep_an_admin(tx.conn(), membership, "admin")?;
    }
    membership_store::set_admin(tx, membership.id, admin)?;
    Ok(Some(events::admin_changed(membership, admin)))
}
