//! Where somebody stands towards somebody else: the facts that the rules about accounts and last admins depend on.

use crate::access::{Actor, OrgScope};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};
use crate::users::confirmer::Confirmer;
use crate::users::membership::Membership;
use crate::users::model::User;
use crate::users::permission::{self, Standing};
use crate::users::{membership_store, standing_store, store};

/// What somebody who acts as somebody else is told of every account.
const NOT_THEIRS: &str = "You act as somebody else, which reaches nobody’s account. Stop impersonating to change this.";

/// Why whoever acts may not change the account of this membership, and who can; `None` if they may.
///
/// # Errors
/// If the database fails.
pub(super) fn obstacle(conn: &mut Conn, scope: &OrgScope, membership: &Membership) -> Result<Option<&'static str>> {
    let actor = scope.actor();
    if actor.is_impersonating() {
        return Ok(Some(NOT_THEIRS));
    }
    let user = store::find(conn, membership.user)?;
    let (by, accepted_here) = (actor.person()?.id, membership.accepted_at.is_some());
    let standing = standing(conn, by, actor.is_super_admin(), &user, accepted_here)?;
    Ok(permission::obstacle(&standing))
}

/// Ends with an error if this admin may not change the account of this membership.
///
/// # Errors
/// `Forbidden`, with why not and who can.
pub(super) fn require(conn: &mut Conn, scope: &OrgScope, membership: &Membership) -> Result<()> {
    let obstacle = obstacle(conn, scope, membership)?;
    obstacle.map_or(Ok(()), |why| Err(Error::Forbidden(why.trim_end_matches('.').into())))
}

/// Whether somebody may change their own account as an admin of it: in all orgs that they ever accepted, or as a super admin.
///
/// # Errors
/// `SignedOut`.
pub(super) fn may_change_oneself(conn: &mut Conn, actor: &Actor) -> Result<bool> {
    let own = store::find(conn, actor.person()?.id)?;
    let accepted = !membership_store::ever_accepted(conn, own.id)?.is_empty();
    let standing = standing(conn, own.id, actor.is_super_admin(), &own, accepted || actor.is_super_admin())?;
    Ok(permission::obstacle(&standing).is_none())
}

/// Whether this admin may (still) change the account of a user of their org, as a password link of theirs does when it is used.
///
/// # Errors
/// `NotFound` if there is no such account.
pub fn may_change(conn: &mut Conn, by: UserId, org: OrgId, user: UserId) -> Result<bool> {
    let admin = store::find(conn, by)?;
    let target = store::find(conn, user)?;
    let present = standing_store::present(conn, user)?;
    let accepted_here = present.iter().any(|(_, at, accepted)| *at == org && *accepted);
    let standing = standing(conn, by, admin.super_admin, &target, accepted_here)?;
    Ok(admin.enabled && accepted_here && permission::obstacle(&standing).is_none())
}

fn standing(conn: &mut Conn, by: UserId, by_super_admin: bool, user: &User, accepted_here: bool) -> Result<Standing> {
    let accepted = membership_store::ever_accepted(conn, user.id)?;
    let run = standing_store::run_by(conn, by)?;
    Ok(Standing {
        own: by == user.id,
        by_super_admin,
        of_super_admin: user.super_admin,
        accepted_here,
        runs_all: accepted.iter().all(|(_, org)| run.contains(org)),
    })
}

/// Returns the role in which this admin confirms an address of a user: super admin, or admin of an org that the user's account does not run.
/// `None` if they have neither role: an admin who runs the same orgs as the account does not confirm its address.
///
/// # Errors
/// `SignedOut`.
pub(super) fn confirmer(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Option<Confirmer>> {
    let by = scope.actor().person()?.id;
    if scope.actor().is_super_admin() {
        return Ok(Some(Confirmer::SuperAdmin(by)));
    }
    let (ours, theirs) = (standing_store::run_by(conn, by)?, standing_store::run_by(conn, user)?);
    let present = standing_store::present(conn, user)?.into_iter();
    let mut orgs = present.filter(|(_, org, accepted)| *accepted && ours.contains(org) && !theirs.contains(org));
    Ok(orgs.next().map(|(_, org, _)| Confirmer::Admin(by, org)))
}

/// Ends with an error at `field` if the org would be left without an admin who can sign in, which only a super admin may do. All
/// changes queue for one writer, so two admins cannot take each other's place at once.
///
/// # Errors
/// `Invalid`.
pub(super) fn keep_an_admin(
    conn: &mut Conn,
    scope: &OrgScope,
    leaving: &Membership,
    field: &'static str,
) -> Result<()> {
    let counts = leaving.admin && leaving.can_sign_in();
    let kept = !counts || standing_store::has_other_admin(conn, leaving.org, leaving.id)?;
    if kept || scope.actor().is_super_admin() {
        return Ok(());
    }
    let name = &leaving.name;
    Err(Error::field(
        field,
        format!("{name} is the only admin who can sign in. An org always keeps one; make somebody else an admin first"),
    ))
}
