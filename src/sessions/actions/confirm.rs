//! Showing one's password again, before what a borrowed browser must not do.

use super::attempt::{prove, unless_full};
use crate::access::Actor;
use crate::audit::{self, Change};
use crate::clock::now;
use crate::db::{Conn, Way};
use crate::error::{Error, Result};
use crate::sessions::model::{Account, Browser};
use crate::sessions::{events, store};
use crate::users::store as users;

/// Notes that the person of this browser's session has shown their password, which was found to fit `account.hash`. `false` if
/// the password was changed in the meantime.
///
/// # Errors
/// `SignedOut`.
pub fn confirm(conn: &mut Conn, actor: &Actor, account: &Account, browser: &Browser) -> Result<bool> {
    let id = actor.person()?.id;
    let session = browser.session.ok_or(Error::SignedOut)?;
    let confirmed = audit::change_to_let(conn, actor, (Way::In, id), |tx| {
        if account.user.id != id || account.hash.is_none() || users::password_hash(tx.conn(), id)? != account.hash {
            return Ok(Change::Unchanged(false));
        }
        if !store::confirm(tx, &session, now())? {
            return Err(Error::SignedOut);
        }
        prove(tx, account)?;
        Ok(Change::one(true, events::confirmed(&account.user)))
    });
    unless_full(conn, account, confirmed)
}
