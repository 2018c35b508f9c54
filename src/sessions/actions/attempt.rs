//! Attempts to show a password or a code. Each is counted before it is compared, so that many at once get no more tries than one after
//! the other; one that proves right is taken back.

use super::device::knows;
use crate::audit::{self, Tx};
use crate::clock::now;
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::sessions::attempt_model::{self as model, FREE_OF_DEVICE, Subject, Tally};
use crate::sessions::guess_model::{Counted, Standing};
use crate::sessions::model::{Account, Browser};
use crate::sessions::{attempt_store as store, guess_store};
use crate::users::model::{Email, User};
use crate::users::store as users;

/// What is to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A password. A browser that signed in to the account before has a counter of its own for it.
    Password,
    /// A code. It always counts on the account, whatever browser it comes from.
    Code,
}

/// Counts an attempt, and reads the account that it is to be compared with, if there is one.
///
/// # Errors
/// `TooMany` if the browser’s network or address has to wait, or all networks together have guessed too much.
pub fn attempt(conn: &mut Conn, email: &Email, browser: &Browser, shown: Shown) -> Result<Option<Account>> {
    let found = users::by_email(conn, email)?;
    let counted = audit::unrecorded(conn, "attempts to sign in", |tx| {
        let user = found.as_ref().map(|(user, _)| user);
        let counted = admit(tx.conn(), email, user, browser, shown)?;
        count(tx, &counted)?;
        Ok(counted)
    })?;
    Ok(found.map(|(user, hash)| Account { user, hash, counted }))
}

/// Fails if an attempt with a password has to wait: on a reader, so that it holds up neither the writer nor the hash queue.
///
/// # Errors
/// As `attempt`.
pub fn may_try(conn: &mut Conn, email: &Email, browser: &Browser) -> Result<()> {
    let found = users::by_email(conn, email)?;
    admit(conn, email, found.as_ref().map(|(user, _)| user), browser, Shown::Password).map(|_| ())
}

/// What an attempt that need not wait is counted for.
fn admit(conn: &mut Conn, email: &Email, user: Option<&User>, browser: &Browser, shown: Shown) -> Result<Counted> {
    let at = now();
    let device = browser.device.as_ref().filter(|device| user.is_some_and(|user| knows(device, user)));
    if let (Shown::Password, Some(device)) = (shown, device) {
        let counter = with_failures(conn, Subject::device(device))?;
        if counter.1.wait(FREE_OF_DEVICE, at).is_none() {
            return Ok(Counted { at, subjects: vec![counter], guess: None });
        }
    }
    let account = model::account(email);
    let network = with_failures(conn, Subject::network(&account, &browser.address))?;
    let address = with_failures(conn, Subject::address(&browser.address))?;
    let guesses = guess_store::recent(conn, &account, at)?;
    let known_device = shown == Shown::Code && device.is_some();
    let standing = Standing { network: network.1, address: address.1, guesses: &guesses, known_device };
    let guess = standing.admit(at).map_err(Error::TooMany)?;
    Ok(Counted { at, subjects: vec![network, address], guess: Some((account, guess)) })
}

fn with_failures(conn: &mut Conn, subject: Subject) -> Result<(Subject, Tally)> {
    let tally = store::find(conn, &subject)?.unwrap_or(Tally { failures: 0, last_at: now() });
    Ok((subject, tally))
}

fn count(tx: &mut Tx, counted: &Counted) -> Result<()> {
    for (subject, before) in &counted.subjects {
        let failures = before.counted(counted.at).saturating_add(1);
        store::put(tx, subject, Tally { failures, last_at: counted.at })?;
    }
    counted.guess.iter().try_for_each(|(account, guess)| guess_store::add(tx, account, *guess))
}

/// Takes back an attempt that proved right: the failures of the network on the account, or of the device, are forgotten; the address
/// loses this one.
///
/// # Errors
/// If the database fails.
pub(super) fn prove(tx: &mut Tx, account: &Account) -> Result<()> {
    undo(tx, &account.counted, Subject::is_cleared_by_one)
}

/// Takes back an attempt at a password that proved right where a code is still to come, and nothing else: else an attacker who knows the
/// password could guess codes without end, and begin again after each few.
pub(super) fn prove_half(tx: &mut Tx, account: &Account) -> Result<()> {
    undo(tx, &account.counted, |_| false)
}

fn undo(tx: &mut Tx, counted: &Counted, all: impl Fn(&Subject) -> bool) -> Result<()> {
    for (subject, before) in &counted.subjects {
        if let Some(now) = store::find(tx.conn(), subject)? {
            store::put(tx, subject, counted.taken_back(*before, now, all(subject)))?;
        }
    }
    counted.guess.iter().try_for_each(|(account, guess)| guess_store::remove(tx, account, *guess))
}

/// Takes back an attempt that proved right where nothing else comes of it.
///
/// # Errors
/// If the database fails.
pub fn take_back(conn: &mut Conn, account: &Account) -> Result<()> {
    audit::unrecorded(conn, "attempts to sign in", |tx| prove(tx, account))
}

/// Takes the attempt back, and no earlier one, if the full disk has no room for what would have followed: it did not fail.
pub(super) fn unless_full<T>(conn: &mut Conn, account: &Account, followed: Result<T>) -> Result<T> {
    if matches!(followed, Err(Error::Unavailable(_))) && db::is_scarce() {
        audit::unrecorded(conn, "attempts to sign in", |tx| prove_half(tx, account))?;
    }
    followed
}
