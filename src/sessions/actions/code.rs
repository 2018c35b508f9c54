//! Codes: of an authenticator app, or for recovery. Each is used up inside the transaction of what it lets somebody do, so it is
//! good once, on however many nodes it is shown.

use super::attempt::{Shown, attempt, prove, unless_full};
use super::begin::begin;
use super::link::refuse_repeated;
use super::news;
use crate::access::Actor;
use crate::audit::{self, Change, Event, Tx};
use crate::clock::wall;
use crate::db::{Conn, Way};
use crate::encryption::Encryption;
use crate::error::{Error, Result};
use crate::sessions::code_model::{Pending, Tried};
use crate::sessions::model::Browser;
use crate::sessions::{events, sign_in_store};
use crate::two_factor::model::{Code, TotpSecret};
use crate::two_factor::store as two_factor;
use crate::users::model::User;
use crate::users::store as users;

/// Signs somebody in whose password was right, by a code. A wrong one counts like a wrong password.
///
/// # Errors
/// `TooMany` if the account or the address has to wait; `Repeated` if this very form was sent before; `Invalid` if the secret is lost
/// that the app's codes were kept under.
pub fn enter_code(
    conn: &mut Conn,
    actor: &Actor,
    encryption: &Encryption,
    pending: &Pending,
    code: &Code,
    browser: &Browser,
) -> Result<Tried> {
    refuse_repeated(conn, actor)?;
    let user = users::find(conn, pending.user)?;
    let same = user.enabled && user.session_epoch == pending.epoch;
    if !same || two_factor::find(conn, user.id)?.is_none() {
        return Ok(Tried::Over);
    }
    let Some(account) = attempt(conn, &user.email, browser, Shown::Code)? else { return Ok(Tried::Over) };
    let tried = audit::change_to_let(conn, actor, (Way::In, user.id), |tx| {
        let Some(mut told) = spend(tx, encryption, &user, code)? else { return Ok(Change::Unchanged(Tried::Wrong)) };
        prove(tx, &account)?;
        sign_in_store::note(tx, user.id, browser)?;
        let key = begin(tx, user.id, true, browser)?;
        told.push(events::signed_in(&user, true));
        Ok(Change::Changed(Tried::In(key), told))
    });
    let tried = unless_full(conn, &account, tried)?;
    if matches!(tried, Tried::Wrong) {
        news::wrong_code(conn, actor, &user)?;
    }
    Ok(tried)
}

/// What is told when the secret file is not the one that the app was set up under.
const UNREADABLE: &str = "Keyhouse can no longer check what your app shows; use a recovery code, or ask your admin to reset your \
     two-factor sign-in";

/// Uses a code up: what is to be told of that, or `None` if it is not good (any more).
pub(super) fn spend(tx: &mut Tx, encryption: &Encryption, user: &User, code: &Code) -> Result<Option<Vec<Event>>> {
    match code {
        Code::App(digits) => Ok(spend_digits(tx, encryption, user, digits)?.then(Vec::new)),
        Code::Recovery(code) => {
            if !two_factor::use_recovery_code(tx, user.id, code)? {
                return Ok(None);
            }
            let left = two_factor::recovery_codes_left(tx.conn(), user.id)?;
            Ok(Some(vec![events::recovery_used(user, left)]))
        }
    }
}

fn spend_digits(tx: &mut Tx, encryption: &Encryption, user: &User, digits: &str) -> Result<bool> {
    let Some(enrolled) = two_factor::find(tx.conn(), user.id)? else { return Ok(false) };
    let opened = encryption.decrypt(&two_factor::owner(user.id), &enrolled.secret);
    let Some(opened) = opened else {
        tracing::error!(user = %user.id, "the first line of the secret file does not open this two-factor secret");
        return Err(Error::field("code", UNREADABLE));
    };
    let secret =
        TotpSecret::from_bytes(&opened).ok_or_else(|| Error::unexpected("a two-factor secret is too short"))?;
    let Some(step) = secret.step(digits, wall()) else { return Ok(false) };
    two_factor::use_step(tx, user.id, step)
}
