//! What somebody sees and changes of themselves.

use super::attempt::{Shown, attempt, prove, unless_full};
use super::begin::begin;
use super::two_factor::own_two_factor;
use crate::access::Actor;
use crate::audit::{self, Change, stating};
use crate::db::{Conn, Way};
use crate::error::{Error, Result};
use crate::sessions::model::{Account, Browser, Profile, SessionKey};
use crate::sessions::{events, profile_store, sign_in_store, store};
use crate::users::actions::show_as;
use crate::users::model::{Email, Name};
use crate::users::store as users;

/// One's own profile.
///
/// # Errors
/// `SignedOut`.
pub fn profile(conn: &mut Conn, actor: &Actor) -> Result<Profile> {
    let user = users::find(conn, actor.person()?.id)?;
    let mut places = profile_store::places(conn, user.id)?;
    for place in places.iter_mut().filter(|place| !place.own.admin) {
        place.own.admins = profile_store::admins(conn, place.org)?;
    }
    let sign_ins = sign_in_store::find(conn, user.id)?;
    let two_factor = own_two_factor(conn, actor)?;
    let memberships = places.into_iter().map(|place| place.own).collect();
    Ok(Profile { user, sign_ins, memberships, two_factor })
}

/// Changes one's own name, and with it the name that every org shows.
///
/// # Errors
/// `SignedOut`; `Repeated` if this very form was sent before.
pub fn rename(conn: &mut Conn, actor: &Actor, name: &Name) -> Result<()> {
    let id = actor.person()?.id;
    audit::change(conn, actor, |tx| {
        let user = users::find(tx.conn(), id)?;
        if user.name == *name {
            return Ok(Change::Unchanged(()));
        }
        let (events, echoes) = show_as(tx, actor, None, &user, (name, &user.email))?;
        Ok(Change::Told((), events, echoes))
    })
}

/// Counts an attempt at one's own password like one to sign in, and reads what it is to be compared with.
///
/// # Errors
/// `SignedOut`; `TooMany` if the account or the address has to wait.
pub fn try_own_password(conn: &mut Conn, actor: &Actor, browser: &Browser) -> Result<Account> {
    let email = Email::stored(actor.person()?.email.clone());
    attempt(conn, &email, browser, Shown::Password)?.ok_or(Error::SignedOut)
}

/// Changes one's own password to the one that was hashed: ends all sessions, and begins a new one for this browser. `None` if
/// the password, found to fit `account.hash`, was changed in the meantime.
///
/// # Errors
/// `SignedOut`; `Repeated` if this very form was sent before.
pub fn change_password(
    conn: &mut Conn,
    actor: &Actor,
    account: &Account,
    hash: &str,
    browser: &Browser,
) -> Result<Option<SessionKey>> {
    let id = actor.person()?.id;
    let changed = audit::change_to_let(conn, actor, (Way::Out, id), |tx| {
        if account.user.id != id || account.hash.is_none() || users::password_hash(tx.conn(), id)? != account.hash {
            return Ok(Change::Unchanged(None));
        }
        users::set_password_hash(tx, id, hash)?;
        prove(tx, account)?;
        store::end_all(tx, id)?;
        let key = begin(tx, id, actor.has_second_factor(), browser)?;
        let event = stating(tx, events::password_changed(&account.user), &events::PASSWORD)?;
        Ok(Change::one(Some(key), event))
    });
    unless_full(conn, account, changed)
}
