//! Turning off the two-factor sign-in of somebody who has lost their app and their recovery codes.

use super::standing;
use crate::access::{Act, Actor, OrgScope};
use crate::audit::{self, Change, Tx, stating};
use crate::clock::now;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::two_factor::store as two_factor;
use crate::users::account_model::{News, NewsKind};
use crate::users::membership::Membership;
use crate::users::model::{Email, User};
use crate::users::{account_store, events, membership_store, store};

/// The fields of an account that a reset sets.
const RESET: [&str; 2] = ["sessionEpoch", "twoFactor"];

/// What a reset came to.
pub struct Reset {
    /// The user, as they were before.
    pub membership: Membership,
    /// Whether it was on until now.
    pub changed: bool,
}

/// Turns off a user's two-factor sign-in, and ends their sessions: they sign in with their password, and can turn it on anew.
///
/// # Errors
/// `Forbidden` for one's own, and for people whom this admin may not change; `Unconfirmed`, `NotFound`, `Repeated`; as the policy
/// says.
pub fn reset_two_factor(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<Reset> {
    scope.require(Act::ManageUsers)?;
    let membership = membership_store::of_user(conn, scope.org_id(), user)?;
    require_change(conn, scope, &membership)?;
    scope.actor().require_confirmed()?;
    audit::change(conn, scope.actor(), |tx| {
        let account = store::find(tx.conn(), user)?;
        if !reset(tx, scope.actor(), &account)? {
            return Ok(Change::Unchanged(Reset { changed: false, membership }));
        }
        // the account belongs to no org: its person and the super admins look for this in the installation's chain
        let event = |org| events::two_factor_reset(org, user, &membership.name);
        let told = vec![event(Some(scope.org_id())), stating(tx, event(None), &RESET)?];
        Ok(Change::Changed(Reset { changed: true, membership }, told))
    })
}

fn require_change(conn: &mut Conn, scope: &OrgScope, membership: &Membership) -> Result<()> {
    if scope.actor().person()?.id == membership.user {
        return Err(Error::Forbidden("Turn off your own two-factor sign-in on your profile".into()));
    }
    standing::require(conn, scope, membership)
}

/// The same from the host, for anybody; `false` if it was off.
///
/// # Errors
/// `Forbidden` for everybody else; `NotFound` without such an account.
pub fn reset_two_factor_as_host(conn: &mut Conn, actor: &Actor, email: &Email) -> Result<bool> {
    if !actor.is_host() {
        return Err(Error::Forbidden("Only the host’s command line resets any account".into()));
    }
    let unknown = || Error::NotFound(Some(format!("No account has the email address {email}")));
    let (account, _) = store::by_email(conn, email)?.ok_or_else(unknown)?;
    audit::change(conn, actor, |tx| {
        if !reset(tx, actor, &account)? {
            return Ok(Change::Unchanged(false));
        }
        Ok(Change::one(true, stating(tx, events::two_factor_reset(None, account.id, &account.name), &RESET)?))
    })
}

/// The person is told at their next sign-in, which needs no code any more.
fn reset(tx: &mut Tx, actor: &Actor, account: &User) -> Result<bool> {
    let on = two_factor::disable(tx, account.id)?;
    if on {
        store::end_sessions(tx, account.id)?;
        let (by, address) = (actor.named().name.to_owned(), actor.origin().address.clone());
        let news = News { kind: NewsKind::TwoFactorReset, at: now(), by, address, detail: String::new() };
        account_store::tell(tx, account.id, &news)?;
    }
    Ok(on)
}
