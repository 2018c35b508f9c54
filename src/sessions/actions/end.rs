//! The end of sessions, inside of a larger change.

use crate::audit::Tx;
use crate::error::Result;
use crate::id::UserId;
use crate::sessions::store;

/// Ends all sessions of an account. The caller has checked the right to do it, and records why.
///
/// # Errors
/// If the database fails.
pub fn end_all(tx: &mut Tx, user: UserId) -> Result<()> {
    store::end_all(tx, user).map(drop)
}
