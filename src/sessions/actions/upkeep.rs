//! What the clock calls: writing who was seen, and forgetting what is dead.

use crate::access::seen::Part;
use crate::access::{ABSOLUTE, IDLE};
use crate::audit::{self, operation};
use crate::clock::{HOUR, Time};
use crate::db::{Conn, PART};
use crate::error::Result;
use crate::keys::actions as keys;
use crate::links::store as links;
use crate::sessions::{attempt_model, attempt_store, guess_store, store};
use crate::users::account_store as accounts;
use crate::users::membership_store;

/// How long a form sent twice is recognised, in microseconds.
const OPERATIONS: i64 = 7 * 24 * HOUR;

/// Writes when sessions and memberships were last seen, or keys last used.
///
/// # Errors
/// If the database fails.
pub fn note_seen(conn: &mut Conn, part: &Part) -> Result<()> {
    audit::unrecorded(conn, "last seen", |tx| match part {
        Part::Sessions(seen) => seen.iter().try_for_each(|(hash, at)| store::seen(tx, hash, *at)),
        Part::Memberships(seen) => seen.iter().try_for_each(|(id, at)| membership_store::seen(tx, *id, *at)),
        Part::Keys(used) => keys::note_used(tx, used),
    })
}

/// Deletes rows that are out of date: sessions, links, wishes for an email address, failed attempts, operations. Deletes at most `PART` rows,
/// so that no caller waits long for it, and returns how many. It runs after `note_seen`, so that no session ends whose use was not written yet.
///
/// # Errors
/// If the database fails.
pub fn sweep(conn: &mut Conn, now: Time) -> Result<usize> {
    audit::unrecorded(conn, "what is out of date", |tx| {
        let mut swept = store::forget(tx, now.plus(-IDLE), now.plus(-ABSOLUTE), PART)?;
        swept += attempt_store::forget_before(tx, now.plus(-attempt_model::MEMORY), PART - swept)?;
        swept += attempt_store::keep_most(tx, attempt_model::MOST, PART - swept)?;
        swept += guess_store::sweep(tx, now, PART - swept)?;
        swept += accounts::forget_before(tx, now, PART - swept)?;
        swept += links::forget_before(tx, now, PART - swept)?;
        Ok(swept + operation::forget_before(tx.conn(), now.plus(-OPERATIONS), PART - swept)?)
    })
}
