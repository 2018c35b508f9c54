//! The session of somebody who has just shown who they are.

use crate::audit::Tx;
use crate::db::PART;
use crate::error::Result;
use crate::id::UserId;
use crate::sessions::model::{Browser, SessionKey};
use crate::sessions::store;
use crate::users::store as users;

/// An account has at most this many sessions: a further sign-in ends the oldest. So a change that ends all of them does not hold the
/// writer up.
const MOST: i64 = 500;

/// Makes a new session, with a second factor or without, in place of the one that the browser brought along. Its key is new
/// each time, so nobody can prepare one for somebody else.
///
/// # Errors
/// If the database fails, or there is no randomness to be had.
pub fn begin(tx: &mut Tx, user: UserId, second_factor: bool, browser: &Browser) -> Result<SessionKey> {
    if let Some(old) = &browser.session {
        store::end(tx, old)?;
    }
    store::keep_newest(tx, user, MOST - 1, PART)?;
    let key = SessionKey::new()?;
    let epoch = users::find(tx.conn(), user)?.session_epoch;
    store::create(tx, &key, (user, epoch), second_factor, browser)?;
    Ok(key)
}
