//! Signing in and out.

use super::attempt::{prove, prove_half, unless_full};
use super::begin::begin;
use crate::access::Actor;
use crate::access::caller::Hash;
use crate::audit::{self, Change, Event, Tx, stating};
use crate::db::{self, Conn, Way};
use crate::error::Result;
use crate::sessions::code_model::{Admitted, Pending};
use crate::sessions::model::{Account, Browser};
use crate::sessions::{events, sign_in_store, store};
use crate::two_factor::store as two_factor;
use crate::users::model::User;
use crate::users::store as users;

/// Signs somebody in whose password was found to fit `account.hash`, or lets them show a code if two-factor sign-in is on. `None`
/// if the account was disabled, or its password changed, in the meantime. `renewed` is the same password's hash with the parameters
/// of today, if it had older ones.
///
/// # Errors
/// `Unavailable` also if the disk is full and the account signed in within the last minute, or there is no room to sign in.
pub fn sign_in(
    conn: &mut Conn,
    actor: &Actor,
    account: &Account,
    renewed: Option<&str>,
    browser: &Browser,
) -> Result<Option<Admitted>> {
    let user = users::find(conn, account.user.id)?;
    let same = users::password_hash(conn, user.id)? == account.hash && user.email == account.user.email;
    if !user.enabled || !same || account.hash.is_none() {
        return Ok(None);
    }
    // what can wait until the disk has room
    let renewed = renewed.filter(|_| !db::is_scarce());
    if two_factor::find(conn, user.id)?.is_some() {
        audit::unrecorded(conn, "attempts to sign in", |tx| prove_half(tx, account))?;
        if let Some(hash) = renewed {
            // the form's operation is the sign-in, which the code completes
            audit::change(conn, &actor.without_operation(), |tx| Ok(Change::one((), renew(tx, &user, hash)?)))?;
        }
        return Ok(Some(Admitted::Code(Pending::new(&user))));
    }
    let signed_in = audit::change_to_let(conn, actor, (Way::In, user.id), |tx| {
        prove(tx, account)?;
        let mut told = vec![events::signed_in(&user, false)];
        told.extend(renewed.map(|hash| renew(tx, &user, hash)).transpose()?);
        sign_in_store::note(tx, user.id, browser)?;
        let key = begin(tx, user.id, false, browser)?;
        Ok(Change::Changed(Some(Admitted::In(key)), told))
    });
    unless_full(conn, account, signed_in)
}

fn renew(tx: &mut Tx, user: &User, hash: &str) -> Result<Event> {
    users::renew_password_hash(tx, user.id, hash)?;
    stating(tx, events::password_hash_renewed(user), &["passwordFingerprint"])
}

/// Whether nobody has an account yet, because Keyhouse is not set up.
///
/// # Errors
/// If the database fails.
pub fn nobody_yet(conn: &mut Conn) -> Result<bool> {
    Ok(!users::any(conn)?)
}

/// Ends the session of this browser.
///
/// # Errors
/// `SignedOut` if nobody is signed in.
pub fn sign_out(conn: &mut Conn, actor: &Actor, session: &Hash) -> Result<()> {
    let user = actor.person()?.id;
    audit::change_to_let(conn, actor, (Way::Out, user), |tx| {
        let user = users::find(tx.conn(), user)?;
        if store::end(tx, session)? {
            Ok(Change::one((), events::signed_out(&user)))
        } else {
            Ok(Change::Unchanged(()))
        }
    })
}
