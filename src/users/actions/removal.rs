//! After a removal, the rows of the user's keys are deleted in parts. Each part is a change of its own, so that other callers wait little.
//! How far it has come is in the database. A part reads that under the writers' lock, so any node goes on and none does it twice.

use crate::audit::{self, Change, Earlier};
use crate::clock::now;
use crate::db::Conn;
use crate::error::Result;
use crate::keys::{events as key_events, store as keys};
use crate::secret::SealKey;
use crate::users::{events, removal_store as store};

/// Keys of one part.
const PART: i64 = 250;

/// Returns whether keys of a removed user wait to be deleted.
///
/// # Errors
/// If the database fails.
pub fn is_waiting(conn: &mut Conn) -> Result<bool> {
    Ok(store::first(conn)?.is_some())
}

/// Deletes the next part of the keys of the user who was removed first. Each key gets an event that names who removed the user.
///
/// # Errors
/// `Unavailable` while the disk is nearly full, as the keys do not work anyway.
pub fn delete_part(conn: &mut Conn, chain: &SealKey) -> Result<()> {
    let Some(removal) = store::first(conn)? else { return Ok(()) };
    let earlier = Earlier { org: removal.org, action: events::REMOVED, target: removal.membership.number() };
    audit::go_on(conn, chain, &earlier, |tx| {
        let deleted = keys::live_of(tx.conn(), removal.membership, removal.after, PART)?;
        keys::delete_all(tx, &deleted, removal.at.unwrap_or_else(now), removal.by)?;
        match deleted.last() {
            Some(last) => store::move_on(tx, removal.membership, last.id)?,
            None => store::finish(tx, removal.membership)?,
        }
        let events = deleted.iter().map(|key| key_events::deleted(removal.org, key)).collect();
        Ok(Change::Changed((), events))
    })
}
