//! One user of an org, and oneself.

use super::reports::is_reported;
use super::standing;
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};
use crate::users::account_model::EmailChange;
use crate::users::membership::Membership;
use crate::users::model::{Email, User};
use crate::users::{account_store, membership_store, store};

/// A user of the org, for an admin.
///
/// # Errors
/// `NotFound` if the org has no such user; as the policy says.
pub fn membership(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Membership> {
    scope.require(Act::ManageUsers)?;
    membership_store::of_user(conn, scope.org_id(), user)
}

/// A user as Edit User shows them.
pub struct Looked {
    /// The user.
    pub membership: Membership,
    /// Whether that is whoever looks.
    pub own: bool,
    /// Why name, email address and password are not for this admin to change; `None` if they are.
    pub locked: Option<&'static str>,
    /// The email address that they want and this admin may confirm.
    pub wanted: Option<EmailChange>,
    /// Whether whoever looks may act as them, while they are active.
    pub may_impersonate: bool,
    /// Whether the invited user reported that the account with their address is not theirs.
    pub reported: bool,
}

/// A user of the org, and what the admin who looks may change.
///
/// # Errors
/// As `membership`.
pub fn look(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Looked> {
    let membership = membership(conn, scope, user)?;
    let locked = standing::obstacle(conn, scope, &membership)?;
    let own = scope.actor().user() == Some(user);
    let wanted = if locked.is_none() { account_store::email_change(conn, user)? } else { None };
    let reported = is_reported(conn, &membership)?;
    Ok(Looked { membership, own, locked, wanted, may_impersonate: !own && scope.may(Act::Impersonate), reported })
}

/// The user of the org whom its pages show with this email address, if there is one.
///
/// # Errors
/// As the policy says.
pub fn of_email(conn: &mut Conn, scope: &OrgScope, email: &Email) -> Result<Option<Membership>> {
    scope.require(Act::ManageUsers)?;
    let Some((account, _)) = store::by_email(conn, email)? else { return Ok(None) };
    match membership_store::of_user(conn, scope.org_id(), account.id) {
        // who was invited by another address is not shown with this one
        Ok(membership) => Ok(Some(membership).filter(|membership| membership.email == *email)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Who calls.
pub struct Me {
    /// The account of the person whose rights count.
    pub user: User,
    /// Their membership in the org of the scope; `None` for a super admin who visits it.
    pub membership: Option<Membership>,
}

/// The person whose rights count, in the org of the scope.
///
/// # Errors
/// If the database fails.
pub fn me(conn: &mut Conn, scope: &OrgScope) -> Result<Me> {
    let user = store::find(conn, scope.actor().person()?.id)?;
    let membership = scope.membership().map(|id| membership_store::find(conn, scope.org_id(), id)).transpose()?;
    Ok(Me { user, membership })
}

/// A user's membership, for whoever may read it: an admin, or the user themselves.
///
/// # Errors
/// `NotFound` for another org than the caller's, an unknown user and one that the caller may not know of, all alike.
pub fn own(conn: &mut Conn, scope: &OrgScope, org: OrgId, user: UserId) -> Result<Membership> {
    if org != scope.org_id() {
        return Err(Error::not_found());
    }
    let found = membership_store::of_user(conn, org, user)?;
    scope.require(Act::ReadMembership { own: scope.is_own(found.id) })?;
    Ok(found)
}
