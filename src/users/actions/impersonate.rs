//! An admin acts as somebody else of their org: for this session, in this org and with that user's rights only, an hour at most.

use crate::access::{self, Act, Actor, Impersonation, LONGEST, OrgScope};
use crate::audit::{self, Change};
use crate::clock::now;
use crate::db::{Conn, Way};
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::users::membership::Membership;
use crate::users::{events, impersonation_store, membership_store};

/// Somebody whom the admin may act as.
///
/// # Errors
/// `Forbidden` for oneself, and for who does not act as themselves; `Conflict` for who is not active; `NotFound`; as the policy
/// says.
pub fn candidate(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Membership> {
    scope.require(Act::Impersonate)?;
    let target = membership_store::of_user(conn, scope.org_id(), user)?;
    if scope.is_own(target.id) {
        return Err(Error::Forbidden("This is you; only somebody else can be impersonated".into()));
    }
    if !target.is_active() {
        let name = &target.name;
        return Err(Error::Conflict(format!("{name} is not active in this org, so nobody can act as them")));
    }
    Ok(target)
}

/// Makes the session act as a user of the org.
///
/// # Errors
/// As `candidate`; `Unconfirmed`; `Repeated` if this operation was done before.
pub fn impersonate(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Membership> {
    let target = candidate(conn, scope, user)?;
    scope.actor().require_confirmed()?;
    let session = *scope.actor().session()?;
    audit::change(conn, scope.actor(), |tx| {
        let at = now();
        impersonation_store::begin(tx, &session, target.id, at)?;
        let event = events::impersonated(&target, at.plus(LONGEST));
        Ok(Change::one(target, event))
    })
}

/// As whom a session acts, for the person behind it; `None` if it is their own.
///
/// # Errors
/// `SignedOut` without a session.
pub fn impersonation(conn: &mut Conn, actor: &Actor) -> Result<Option<Impersonation>> {
    access::impersonation(conn, actor)
}

/// Makes the session its person's own again; `None` if it was.
///
/// # Errors
/// `SignedOut` without a session.
pub fn stop_impersonating(conn: &mut Conn, actor: &Actor) -> Result<Option<Impersonation>> {
    let Some(found) = access::impersonation(conn, actor)? else { return Ok(None) };
    let session = *actor.session()?;
    let by = actor.behind().ok_or(Error::SignedOut)?;
    audit::change_to_let(conn, actor, (Way::Out, by), |tx| {
        impersonation_store::end(tx, &session)?;
        let event = events::impersonation_ended(&found);
        Ok(Change::one(Some(found), event))
    })
}
