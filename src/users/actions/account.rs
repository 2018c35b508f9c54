//! The email address of an account: its person asks for another one, and an admin who may change the account confirms or declines
//! it, as Keyhouse sends no mail that could prove it. The person is told at the next sign-in, whoever changed it.

use super::renaming::show_as;
use super::standing;
use crate::access::{Act, Actor, OrgScope};
use crate::audit::{self, Change};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::users::account_model::EmailChange;
use crate::users::membership::Membership;
use crate::users::model::{Email, User};
use crate::users::{account_store, events, list_store, membership_store, store};

/// How many admins are named to whoever has to ask one.
const NAMED: i64 = 5;

/// One's own email address.
pub struct OwnEmail {
    /// The account.
    pub user: User,
    /// The address that waits to be confirmed.
    pub wanted: Option<EmailChange>,
    /// Whether a change counts at once, because one may change one's own account.
    pub at_once: bool,
    /// The admins who can confirm a change, by name, if the person belongs to one org only; else a super admin has to be asked.
    pub admins: Vec<String>,
}

/// One's own email address, the one that waits, and who can confirm it.
///
/// # Errors
/// `SignedOut`.
pub fn own_email(conn: &mut Conn, actor: &Actor) -> Result<OwnEmail> {
    let user = store::find(conn, actor.person()?.id)?;
    let orgs = membership_store::ever_accepted(conn, user.id)?;
    let admins = match orgs.as_slice() {
        [(_, org)] => list_store::admins(conn, *org, NAMED)?,
        _ => Vec::new(),
    };
    let able = admins.into_iter().filter(|admin| admin.can_sign_in() && admin.user != user.id);
    Ok(OwnEmail {
        wanted: account_store::email_change(conn, user.id)?,
        at_once: standing::may_change_oneself(conn, actor)?,
        admins: able.map(|admin| admin.name.to_string()).collect(),
        user,
    })
}

/// What asking for another email address came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It counts from now on, and every session has ended.
    Changed,
    /// It waits to be confirmed.
    Waits,
    /// It is the address that the account has.
    Same,
}

/// Asks for another email address of one's own. It counts at once for people who may change their own account.
///
/// # Errors
/// `Invalid` if another account has it; `SignedOut`, `Unconfirmed`, `Repeated`.
pub fn ask_for_email(conn: &mut Conn, actor: &Actor, email: &Email) -> Result<Asked> {
    let id = actor.person()?.id;
    actor.require_confirmed()?;
    audit::change(conn, actor, |tx| {
        let user = store::find(tx.conn(), id)?;
        if user.email == *email {
            return Ok(Change::Unchanged(Asked::Same));
        }
        store::refuse_reserved(email, Some(id))?;
        if store::by_email(tx.conn(), email)?.is_some() {
            return Err(store::taken());
        }
        if standing::may_change_oneself(tx.conn(), actor)? {
            let (events, echoes) = show_as(tx, actor, None, &user, (&user.name, email))?;
            return Ok(Change::Told(Asked::Changed, events, echoes));
        }
        account_store::ask_for_email(tx, &user, email)?;
        Ok(Change::one(Asked::Waits, events::email_asked_for(&user, email)))
    })
}

/// Takes back what one asked for; `false` if nothing waits.
///
/// # Errors
/// `SignedOut`, `Repeated`.
pub fn withdraw_email(conn: &mut Conn, actor: &Actor) -> Result<bool> {
    let id = actor.person()?.id;
    audit::change(conn, actor, |tx| {
        let user = store::find(tx.conn(), id)?;
        let Some(wanted) = account_store::email_change(tx.conn(), id)? else { return Ok(Change::Unchanged(false)) };
        account_store::forget_email_change(tx, id)?;
        Ok(Change::one(true, events::email_withdrawn(&user, &wanted.email)))
    })
}

/// A user of the org and the email address that they want; `None` if they want none.
///
/// # Errors
/// `Forbidden` if their account is not this admin's to change; `NotFound`; as the policy says.
pub fn wanted_email(conn: &mut Conn, scope: &OrgScope, user: UserId) -> Result<(Membership, Option<EmailChange>)> {
    scope.require(Act::ManageUsers)?;
    let membership = membership_store::of_user(conn, scope.org_id(), user)?;
    standing::require(conn, scope, &membership)?;
    Ok((membership, account_store::email_change(conn, user)?))
}

/// Confirms or declines the email address that a user wants, if it still is the one that the admin was `shown`; `false` if they want
/// none any more.
///
/// # Errors
/// `Invalid` if they want another one by now, or another account has it; `Forbidden` if their account is not this admin's to change;
/// `Unconfirmed`, `NotFound`, `Repeated`; as the policy says.
pub fn decide_email(conn: &mut Conn, scope: &OrgScope, user: UserId, shown: &str, confirm: bool) -> Result<bool> {
    scope.require(Act::ManageUsers)?;
    scope.actor().require_confirmed()?;
    audit::change(conn, scope.actor(), |tx| {
        let (membership, wanted) = wanted_email(tx.conn(), scope, user)?;
        let Some(wanted) = wanted else { return Ok(Change::Unchanged(false)) };
        if wanted.email.as_str() != shown {
            return Err(Error::field(
                "",
                "They have asked for another address meanwhile; look at it before you decide",
            ));
        }
        let account = store::find(tx.conn(), user)?;
        let mut events = vec![events::email_decided(&membership, &wanted.email, confirm)];
        if !confirm {
            account_store::forget_email_change(tx, user)?;
            events.push(events::email_declined(&account, &wanted.email));
            return Ok(Change::Changed(true, events));
        }
        let here = Some(scope.org_id());
        let (own, echoes) = show_as(tx, scope.actor(), here, &account, (&account.name, &wanted.email))?;
        if let Some(confirmer) = standing::confirmer(tx.conn(), scope, user)? {
            store::confirm_email(tx, user, Some(confirmer))?;
        }
        events.extend(own);
        Ok(Change::Told(true, events, echoes))
    })
}

/// Changes the email address of an account from the host, to `email` or to the one that its person wants; answers what it is now.
///
/// # Errors
/// `Forbidden` for everybody else; `NotFound` without such an account, `Conflict` if its person wants none; `Invalid` if another
/// account has it.
pub fn set_email_as_host(conn: &mut Conn, actor: &Actor, old: &Email, email: Option<&Email>) -> Result<Email> {
    if !actor.is_host() {
        return Err(Error::Forbidden("Only the host’s command line changes any account".into()));
    }
    let unknown = || Error::NotFound(Some(format!("No account has the email address {old}")));
    let (user, _) = store::by_email(conn, old)?.ok_or_else(unknown)?;
    let email = match (email, account_store::email_change(conn, user.id)?) {
        (Some(email), _) => email.clone(),
        (None, Some(wanted)) => wanted.email,
        (None, None) => return Err(Error::Conflict(format!("{old} has not asked for another address, or not lately"))),
    };
    audit::change(conn, actor, |tx| {
        if user.email == email {
            return Ok(Change::Unchanged(email));
        }
        let (events, echoes) = show_as(tx, actor, None, &user, (&user.name, &email))?;
        Ok(Change::Told(email, events, echoes))
    })
}
