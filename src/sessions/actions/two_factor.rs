//! One's own two-factor sign-in: turning it on and off, and new recovery codes.

use super::attempt::{Shown, attempt, prove};
use super::code::spend;
use super::news;
use crate::access::Actor;
use crate::access::caller::Hash;
use crate::audit::{self, Change, stating};
use crate::clock::{MINUTE, Time, now, wall};
use crate::db::Conn;
use crate::encryption::Encryption;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::secret::{hex, unhex};
use crate::sessions::code_model::wrong_code;
use crate::sessions::model::{Browser, OwnTwoFactor};
use crate::sessions::{events, profile_store, store};
use crate::two_factor::model::{Code, RecoveryCode, TotpSecret};
use crate::two_factor::store as two_factor;
use crate::users::store as users;

/// How long a page that shows a new secret may stay open, in microseconds.
const PATIENCE: i64 = 30 * MINUTE;

/// One's own two-factor sign-in as it is.
///
/// # Errors
/// `SignedOut`.
pub fn own_two_factor(conn: &mut Conn, actor: &Actor) -> Result<OwnTwoFactor> {
    let person = actor.person()?;
    let since = two_factor::find(conn, person.id)?.map(|enrolled| enrolled.enabled_at);
    Ok(OwnTwoFactor {
        since,
        codes_left: two_factor::recovery_codes_left(conn, person.id)?,
        in_session: actor.has_second_factor(),
        required_by: profile_store::requiring_two_factor(conn, person.id)?,
        email: person.email.clone(),
    })
}

/// The same, for whoever is about to change it.
///
/// # Errors
/// `SignedOut`; `Unconfirmed`.
pub fn own_two_factor_to_change(conn: &mut Conn, actor: &Actor) -> Result<OwnTwoFactor> {
    actor.require_confirmed()?;
    own_two_factor(conn, actor)
}

/// A secret that is not anybody's yet.
pub struct Enrolment {
    /// The secret, to be shown.
    pub secret: TotpSecret,
    /// The same, for the form to bring back.
    pub sealed: String,
}

/// What the secret in a form is bound to.
fn owner(user: UserId) -> Vec<u8> {
    format!("two-factor enrolment of {user}").into_bytes()
}

/// The secret of an enrolment that a form brought back, or else a new one. Nothing is stored.
///
/// # Errors
/// `SignedOut`; `Unconfirmed`.
pub fn enrolment(actor: &Actor, encryption: &Encryption, sealed: &str) -> Result<Enrolment> {
    let user = actor.person()?.id;
    actor.require_confirmed()?;
    if let Some(secret) = open(encryption, user, sealed) {
        return Ok(Enrolment { secret, sealed: sealed.to_owned() });
    }
    let secret = TotpSecret::new()?;
    let until = now().plus(PATIENCE).micros().to_be_bytes();
    let sealed = encryption.encrypt(&owner(user), &[secret.reveal().as_slice(), &until].concat())?;
    Ok(Enrolment { secret, sealed: hex(&sealed) })
}

fn open(encryption: &Encryption, user: UserId, sealed: &str) -> Option<TotpSecret> {
    let opened = encryption.decrypt(&owner(user), &unhex(sealed)?)?;
    let (secret, until) = opened.split_last_chunk::<8>()?;
    let fresh = now() < Time::from_micros(i64::from_be_bytes(*until));
    TotpSecret::from_bytes(secret).filter(|_| fresh)
}

/// Turns two-factor sign-in on with the secret of an enrolment, of which a code shows that the app has it. Every other session
/// ends; this one has a second factor from now on. Returns the recovery codes, to be shown once.
///
/// # Errors
/// `Invalid` for the field `code`; `Conflict` if it is on already; `Unconfirmed`, `SignedOut`, `Repeated`.
pub fn enable_two_factor(
    conn: &mut Conn,
    actor: &Actor,
    encryption: &Encryption,
    (sealed, digits): (&str, &str),
    session: &Hash,
) -> Result<Vec<RecoveryCode>> {
    let user = actor.person()?.id;
    actor.require_confirmed()?;
    audit::change(conn, actor, |tx| {
        if two_factor::find(tx.conn(), user)?.is_some() {
            return Err(Error::Conflict("Two-factor sign-in is on already".into()));
        }
        let old = || Error::field("code", "This page was open for too long; set the app up anew with the code below");
        let secret = open(encryption, user, sealed).ok_or_else(old)?;
        let at = wall();
        let wrong = || Error::field("code", wrong_code("Wait for the app’s next code, and enter that", at));
        let step = secret.step(digits, at).ok_or_else(wrong)?;
        let kept = encryption.encrypt(&two_factor::owner(user), secret.reveal())?;
        two_factor::enable(tx, user, &kept, step)?;
        let codes = RecoveryCode::set()?;
        two_factor::keep_recovery_codes(tx, user, &codes)?;
        store::keep_only(tx, user, session, true)?;
        let user = users::find(tx.conn(), user)?;
        let event = stating(tx, events::two_factor_enabled(&user), &["twoFactor"])?;
        Ok(Change::one(codes, event))
    })
}

/// Turns one's own two-factor sign-in off, by a code. Every other session ends. `false` if the code is not good; that counts like a
/// wrong password.
///
/// # Errors
/// `TooMany` if the account or the address has to wait; `Unconfirmed`, `SignedOut`, `Repeated`.
pub fn disable_two_factor(
    conn: &mut Conn,
    actor: &Actor,
    encryption: &Encryption,
    code: &Code,
    browser: &Browser,
) -> Result<bool> {
    let user = users::find(conn, actor.person()?.id)?;
    let session = browser.session.ok_or(Error::SignedOut)?;
    actor.require_confirmed()?;
    super::link::refuse_repeated(conn, actor)?;
    let account = attempt(conn, &user.email, browser, Shown::Code)?.ok_or(Error::SignedOut)?;
    let is_off = audit::change(conn, actor, |tx| {
        let Some(mut told) = spend(tx, encryption, &user, code)? else { return Ok(Change::Unchanged(false)) };
        prove(tx, &account)?;
        two_factor::disable(tx, user.id)?;
        store::keep_only(tx, user.id, &session, false)?;
        told.push(stating(tx, events::two_factor_disabled(&user), &["twoFactor"])?);
        Ok(Change::Changed(true, told))
    })?;
    if !is_off {
        news::wrong_code(conn, actor, &user)?;
    }
    Ok(is_off)
}

/// Makes new recovery codes, to be shown once; the old ones are good for nothing any more. `None` if two-factor sign-in is off.
///
/// # Errors
/// `Unconfirmed`, `SignedOut`, `Repeated`.
pub fn renew_recovery_codes(conn: &mut Conn, actor: &Actor) -> Result<Option<Vec<RecoveryCode>>> {
    let user = actor.person()?.id;
    actor.require_confirmed()?;
    audit::change(conn, actor, |tx| {
        if two_factor::find(tx.conn(), user)?.is_none() {
            return Ok(Change::Unchanged(None));
        }
        let codes = RecoveryCode::set()?;
        two_factor::keep_recovery_codes(tx, user, &codes)?;
        let user = users::find(tx.conn(), user)?;
        Ok(Change::one(Some(codes), events::recovery_codes_renewed(&user)))
    })
}
