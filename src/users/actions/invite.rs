//! Adding people, and the one-time links that let them in. Who has an account already is not touched and not named: pages show what
//! the admin typed until they accept. Whether there is an account can still be told: by the age of a user id, and by "Another account
//! has this email address" elsewhere.

use super::renaming::set_by;
use super::standing;
use crate::access::{Act, Actor, OrgScope};
use crate::audit::{self, Change, Event, Tx, stating_all};
use crate::clock::now;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};
use crate::links::model::{Kind, LIFE, Link, Token};
use crate::links::store as links;
use crate::users::membership::Membership;
use crate::users::model::{Email, Name, User};
use crate::users::{events, membership_store, store};

/// Somebody to add to an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// As the admin types it; pages of the org show it until the person accepts.
    pub name: Name,
    /// Whom the invitation is for.
    pub email: Email,
    /// Whether they will run the org.
    pub admin: bool,
}

/// Somebody who was just added.
pub struct Invited {
    /// Their user id.
    pub user: UserId,
    /// The link to pass on, this once.
    pub token: Token,
}

/// Adds somebody to the org and makes their invitation link.
///
/// # Errors
/// `Unconfirmed`; `Invalid` if they are a user of the org already; `Repeated` if this operation was done before; as the policy says.
pub fn invite(conn: &mut Conn, scope: &OrgScope, new: &NewUser) -> Result<Invited> {
    scope.require(Act::ManageUsers)?;
    scope.actor().require_confirmed()?;
    audit::change(conn, scope.actor(), |tx| {
        let (invited, told) = invite_into(tx, scope.org_id(), scope.actor(), new)?;
        Ok(Change::Changed(invited, told))
    })
}

/// The same inside of a larger change, such as the making of an org. The caller has checked the right to do it.
///
/// # Errors
/// `Invalid` if they are a user of the org already.
pub fn invite_into(tx: &mut Tx, org: OrgId, actor: &Actor, new: &NewUser) -> Result<(Invited, Vec<Event>)> {
    let (account, created) = account(tx, org, actor, new)?;
    let id = membership_store::create(tx, org, account.id, &new.name, &new.email, new.admin, false)?;
    let membership = membership_store::find(tx.conn(), org, id)?;
    let token = issue(tx, Kind::Invitation, &membership, actor.behind())?;
    let invited = events::invited(org, account.id, id, &new.name, &new.email, new.admin);
    Ok((Invited { user: account.id, token }, std::iter::once(invited).chain(created).collect()))
}

/// The account with this address; a new one with its event if there was none.
fn account(tx: &mut Tx, org: OrgId, actor: &Actor, new: &NewUser) -> Result<(User, Option<Event>)> {
    let Some((known, _)) = store::by_email(tx.conn(), &new.email)? else {
        let account = store::create(tx, &new.name, &new.email, false, set_by(actor))?;
        let created = stating_all(tx, events::account_created(&account))?;
        return Ok((account, Some(created)));
    };
    match membership_store::of_user(tx.conn(), org, known.id) {
        Ok(_) => Err(Error::field("email", "A user of this org has this email address already")),
        Err(Error::NotFound(_)) => Ok((known, None)),
        Err(other) => Err(other),
    }
}

/// A link that was just made for a user.
pub struct NewLink {
    /// Whether it invites; else it is for a new password.
    pub invitation: bool,
    /// The link, to be shown once.
    pub token: Token,
}

/// Makes a new link for a user, in place of the old one: an invitation until they accepted, a password link afterwards.
///
/// # Errors
/// `Unconfirmed`; `Forbidden` for one's own password, and for people whom this admin may not change; `Conflict` if no link would be good now;
/// `NotFound`, `Repeated`; as the policy says.
pub fn new_link(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<NewLink> {
    scope.require(Act::ManageUsers)?;
    let membership = membership_store::of_user(conn, scope.org_id(), user)?;
    scope.actor().require_confirmed()?;
    let kind = if membership.accepted_at.is_some() { Kind::Password } else { Kind::Invitation };
    if let Some(why) = membership.link_obstacle() {
        return Err(Error::Conflict(why.trim_end_matches('.').into()));
    }
    if kind == Kind::Password {
        require_change(conn, scope, &membership)?;
    }
    audit::change(conn, scope.actor(), |tx| {
        let token = issue(tx, kind, &membership, scope.actor().behind())?;
        let event = events::link_made(&membership, kind.word());
        Ok(Change::one(NewLink { invitation: kind == Kind::Invitation, token }, event))
    })
}

fn require_change(conn: &mut Conn, scope: &OrgScope, membership: &Membership) -> Result<()> {
    if scope.actor().behind() == Some(membership.user) {
        return Err(Error::Forbidden("Change your own password on your profile".into()));
    }
    standing::require(conn, scope, membership)
}

fn issue(tx: &mut Tx, kind: Kind, membership: &Membership, issuer: Option<UserId>) -> Result<Token> {
    let link = Link {
        kind,
        user: Some(membership.user),
        membership: Some(membership.id),
        issuer,
        issuer_org: Some(membership.org),
        user_epoch: membership.user_epoch,
        membership_version: membership.version,
        expires_at: now().plus(LIFE),
    };
    links::issue(tx, &link)
}
