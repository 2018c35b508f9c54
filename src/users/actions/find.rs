//! One user of an org, and oneself.

use super::standing;
use crate::access::{Act, OrgScope};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};
use crate::users::account_model::EmailChange;
use crate::users::membership::Membership;
use crate::users::{account_store, membership_store};

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
}

/// A user of the org, and what the admin who looks may change.
///
/// # Errors
/// As `membership`.
pub fn look(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Looked> {
    let membership = membership(conn, scope, user)?;
    let by = scope.actor().person()?.id;
    let locked = standing::obstacle(conn, by, scope.actor().is_super_admin(), &membership)?;
    let wanted = if locked.is_none() { account_store::email_change(conn, user)? } else { None };
    Ok(Looked { membership, own: by == user, locked, wanted })
}

/// The membership of the person whose rights count, in the org of the scope.
///
/// # Errors
/// If the database fails.
pub fn me(conn: &mut Conn, scope: &OrgScope) -> Result<Membership> {
    membership_store::find(conn, scope.org_id(), scope.membership())
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
    scope.require(Act::ReadMembership { own: found.id == scope.membership() })?;
    Ok(found)
}
