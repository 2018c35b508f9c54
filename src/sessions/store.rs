//! The queries of `sessions`: one row for each sign-in that has not ended.

use diesel::prelude::*;

use super::model::{Browser, SessionKey};
use crate::access::caller::Hash;
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::next_id;
use crate::db::schema::sessions;
use crate::error::Result;
use crate::id::UserId;

/// Makes a session, upon the account's epoch.
///
/// # Errors
/// If the database fails.
pub fn create(
    tx: &mut Tx,
    key: &SessionKey,
    (user, epoch): (UserId, i64),
    second_factor: bool,
    browser: &Browser,
) -> Result<()> {
    let at = now();
    let row = (
        sessions::hash.eq(key.hash().to_vec()),
        sessions::id.eq(next_id(tx.conn())?),
        sessions::user_id.eq(user),
        sessions::epoch.eq(epoch),
        sessions::seen_at.eq(at),
        sessions::confirmed_at.eq(at),
        sessions::second_factor.eq(second_factor),
        sessions::address.eq(&browser.address),
        sessions::agent.eq(&browser.agent),
        sessions::created_at.eq(at),
    );
    diesel::insert_into(sessions::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Ends a session; `false` if there was none.
///
/// # Errors
/// If the database fails.
pub fn end(tx: &mut Tx, hash: &Hash) -> Result<bool> {
    Ok(diesel::delete(sessions::table.find(hash.as_slice())).execute(tx.conn())? == 1)
}

/// Ends all sessions of an account.
///
/// # Errors
/// If the database fails.
pub fn end_all(tx: &mut Tx, user: UserId) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(tx.conn())?;
    Ok(())
}

/// Notes that its person showed their password; `false` if there is no such session.
///
/// # Errors
/// If the database fails.
pub fn confirm(tx: &mut Tx, hash: &Hash, at: Time) -> Result<bool> {
    let session = sessions::table.find(hash.as_slice());
    Ok(diesel::update(session).set(sessions::confirmed_at.eq(at)).execute(tx.conn())? == 1)
}

/// Ends all sessions of an account but this one, which from now on has a second factor or not.
///
/// # Errors
/// If the database fails.
pub fn keep_only(tx: &mut Tx, user: UserId, kept: &Hash, second_factor: bool) -> Result<()> {
    let others = sessions::table.filter(sessions::user_id.eq(user).and(sessions::hash.ne(kept.as_slice())));
    diesel::delete(others).execute(tx.conn())?;
    let kept = sessions::table.find(kept.as_slice());
    diesel::update(kept).set(sessions::second_factor.eq(second_factor)).execute(tx.conn())?;
    Ok(())
}

/// Notes that a session was used; never earlier than was noted before.
///
/// # Errors
/// If the database fails.
pub fn seen(tx: &mut Tx, hash: &Hash, at: Time) -> Result<()> {
    let older = sessions::table.find(hash.as_slice()).filter(sessions::seen_at.lt(at));
    diesel::update(older).set(sessions::seen_at.eq(at)).execute(tx.conn())?;
    Ok(())
}

/// Forgets sessions that were not used since `seen`, or were made before `created`; returns how many.
///
/// # Errors
/// If the database fails.
pub fn forget(tx: &mut Tx, seen: Time, created: Time) -> Result<usize> {
    let dead = sessions::table.filter(sessions::seen_at.lt(seen).or(sessions::created_at.lt(created)));
    Ok(diesel::delete(dead).execute(tx.conn())?)
}
