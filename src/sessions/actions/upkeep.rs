//! What the clock calls: writing who was seen, and forgetting what is dead.

use crate::access::seen::Sightings;
use crate::access::{ABSOLUTE, IDLE};
use crate::audit::{self, operation};
use crate::clock::{HOUR, Time};
use crate::db::Conn;
use crate::error::Result;
use crate::links::store as links;
use crate::sessions::{attempt_model, attempt_store, store};
use crate::users::account_store as accounts;
use crate::users::membership_store;

/// How long a form sent twice is recognised, in microseconds.
const OPERATIONS: i64 = 7 * 24 * HOUR;

/// Writes when sessions and memberships were last seen. The keys among the sightings are the business of `keys`.
///
/// # Errors
/// If the database fails.
pub fn note_seen(conn: &mut Conn, sightings: &Sightings) -> Result<()> {
    audit::unrecorded(conn, "last seen", |tx| {
        for (hash, at) in &sightings.sessions {
            store::seen(tx, hash, *at)?;
        }
        for (membership, at) in &sightings.memberships {
            membership_store::seen(tx, *membership, *at)?;
        }
        Ok(())
    })
}

/// Forgets sessions that are over, links and wishes for an email address that are too old, failures of yesterday, operations of last week; returns how many
/// rows. To be called after `note_seen`, so that nobody's session ends whose use was not written yet.
///
/// # Errors
/// If the database fails.
pub fn sweep(conn: &mut Conn, now: Time) -> Result<usize> {
    let rest = audit::unrecorded(conn, "what is dead anyway", |tx| {
        let sessions = store::forget(tx, now.plus(-IDLE), now.plus(-ABSOLUTE))?;
        let failures = attempt_store::forget_before(tx, now.plus(-attempt_model::MEMORY))?;
        let failures = failures + attempt_store::keep_most(tx, attempt_model::MOST)?;
        Ok(sessions + failures + accounts::forget_before(tx, now)? + links::forget_before(tx, now)?)
    })?;
    Ok(rest + operation::forget_before(conn, now.plus(-OPERATIONS))?)
}
