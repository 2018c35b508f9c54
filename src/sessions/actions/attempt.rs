//! Attempts to show a password. Each is counted before the password is compared, so that many at once get no more tries than
//! one after the other; one that proves good is taken back.

use crate::audit::{self, Tx};
use crate::clock::now;
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::sessions::attempt_model::{LONGEST, Subject, Tally};
use crate::sessions::attempt_store as store;
use crate::sessions::model::Account;
use crate::users::model::Email;
use crate::users::store as users;

/// Counts an attempt, and reads the account that the password is to be compared with, if there is one.
///
/// # Errors
/// `TooMany` if the account or the address has to wait.
pub fn attempt(conn: &mut Conn, email: &Email, address: &str) -> Result<Option<Account>> {
    // who revokes has to get in first
    db::make_room();
    audit::unrecorded(conn, "attempts to sign in", |tx| {
        [Subject::account(email), Subject::address(address)].iter().try_for_each(|subject| count(tx, subject))
    })?;
    Ok(users::by_email(conn, email)?.map(|(user, hash)| Account { user, hash }))
}

fn count(tx: &mut Tx, subject: &Subject) -> Result<()> {
    let at = now();
    let before = store::find(tx.conn(), subject)?.unwrap_or(Tally { failures: 0, last_at: at });
    match before.wait(subject.free, at) {
        Some(seconds) => Err(Error::TooMany(seconds)),
        None => store::put(tx, subject, Tally { failures: before.counted(at).saturating_add(1), last_at: at }),
    }
}

/// Takes back an attempt that proved good: the account starts anew, the address loses this one.
///
/// # Errors
/// If the database fails.
pub(super) fn prove(tx: &mut Tx, email: &Email, address: &str) -> Result<()> {
    store::put(tx, &Subject::account(email), Tally { failures: 0, last_at: now() })?;
    let subject = Subject::address(address);
    match store::find(tx.conn(), &subject)? {
        Some(tally) => store::put(tx, &subject, Tally { failures: tally.failures - 1, ..tally }),
        None => Ok(()),
    }
}

/// Takes back an attempt at a password that proved good where a code is still to come, which then need not wait. What failed before
/// stays counted: else whoever knows the password could guess codes without end, and begin anew after each few.
pub(super) fn prove_half(tx: &mut Tx, email: &Email, address: &str) -> Result<()> {
    for subject in [Subject::account(email), Subject::address(address)] {
        if let Some(tally) = store::find(tx.conn(), &subject)? {
            store::put(tx, &subject, Tally { failures: tally.failures - 1, last_at: tally.last_at.plus(-LONGEST) })?;
        }
    }
    Ok(())
}
