//! Attempts to show a password. Each is counted before the password is compared, so that many at once get no more tries than
//! one after the other; one that proves good is taken back.

use super::device::knows;
use crate::audit::{self, Tx};
use crate::clock::now;
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::sessions::attempt_model::{LONGEST, Subject, Tally};
use crate::sessions::attempt_store as store;
use crate::sessions::model::{Account, Browser};
use crate::users::model::Email;
use crate::users::store as users;

/// Counts an attempt, and reads the account that the password is to be compared with, if there is one. An attempt of a browser
/// that signed in to the account before is counted for that browser alone, as long as it has not failed there too often.
///
/// # Errors
/// `TooMany` if the account or the address has to wait.
pub fn attempt(conn: &mut Conn, email: &Email, browser: &Browser) -> Result<Option<Account>> {
    let found = users::by_email(conn, email)?;
    // who revokes has to get in first; guesses at accounts that are not there must not use the room up
    if found.is_some() {
        db::make_room();
    }
    let kept = found.is_some() || db::require_room().is_ok();
    let device = browser.device.as_ref().filter(|device| found.as_ref().is_some_and(|(user, _)| knows(device, user)));
    let counted = audit::unrecorded(conn, "attempts to sign in", |tx| {
        if let Some(subject) = device.map(Subject::device)
            && wait(tx, &subject)?.is_none()
        {
            count(tx, &subject, kept)?;
            return Ok(vec![subject]);
        }
        let both = vec![Subject::account(email), Subject::address(&browser.address)];
        both.iter().try_for_each(|subject| count(tx, subject, kept))?;
        Ok(both)
    })?;
    Ok(found.map(|(user, hash)| Account { user, hash, counted }))
}

fn tally(tx: &mut Tx, subject: &Subject) -> Result<Tally> {
    Ok(store::find(tx.conn(), subject)?.unwrap_or(Tally { failures: 0, last_at: now() }))
}

fn wait(tx: &mut Tx, subject: &Subject) -> Result<Option<u32>> {
    Ok(tally(tx, subject)?.wait(subject.free, now()))
}

/// Counts an attempt, unless it cannot be kept and only has to wait for those before.
fn count(tx: &mut Tx, subject: &Subject, kept: bool) -> Result<()> {
    let (before, at) = (tally(tx, subject)?, now());
    match before.wait(subject.free, at) {
        Some(seconds) => Err(Error::TooMany(seconds)),
        None if !kept => Ok(()),
        None => store::put(tx, subject, Tally { failures: before.counted(at).saturating_add(1), last_at: at }),
    }
}

/// Takes back an attempt that proved good: the account or the browser starts anew, the address loses this one.
///
/// # Errors
/// If the database fails.
pub(super) fn prove(tx: &mut Tx, account: &Account) -> Result<()> {
    account.counted.iter().try_for_each(|subject| {
        let tally = tally(tx, subject)?;
        let failures = if subject.is_cleared_by_one() { 0 } else { tally.failures - 1 };
        store::put(tx, subject, Tally { failures, ..tally })
    })
}

/// Takes back an attempt that proved right where nothing else comes of it.
///
/// # Errors
/// If the database fails.
pub fn take_back(conn: &mut Conn, account: &Account) -> Result<()> {
    audit::unrecorded(conn, "attempts to sign in", |tx| prove(tx, account))
}

/// Takes back an attempt at a password that proved good where a code is still to come, which then need not wait. What failed before
/// stays counted: else whoever knows the password could guess codes without end, and begin anew after each few.
pub(super) fn prove_half(tx: &mut Tx, account: &Account) -> Result<()> {
    account.counted.iter().try_for_each(|subject| {
        let tally = tally(tx, subject)?;
        store::put(tx, subject, Tally { failures: tally.failures - 1, last_at: tally.last_at.plus(-LONGEST) })
    })
}
