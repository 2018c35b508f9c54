//! The queries of `two_factors` and `recovery_codes`. What makes a code good once is here: a step is compared and moved by one
//! statement, and a recovery code is good for whoever deletes it.

use diesel::prelude::*;

use super::model::RecoveryCode;
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::Conn;
use crate::db::schema::{recovery_codes, two_factors};
use crate::error::Result;
use crate::id::UserId;

/// An account's two-factor sign-in.
pub struct Enrolled {
    /// The app's secret, encrypted.
    pub secret: Vec<u8>,
    /// Since when.
    pub enabled_at: Time,
}

/// What encryption binds the secret of an account to.
pub fn owner(user: UserId) -> Vec<u8> {
    format!("two-factor secret of {user}").into_bytes()
}

/// The two-factor sign-in of an account, if it is on.
///
/// # Errors
/// If the database fails.
pub fn find(conn: &mut Conn, user: UserId) -> Result<Option<Enrolled>> {
    let row: Option<(Vec<u8>, Time)> = two_factors::table
        .find(user)
        .select((two_factors::secret, two_factors::enabled_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(secret, enabled_at)| Enrolled { secret, enabled_at }))
}

/// Turns it on, with a secret whose code of this step has been shown.
///
/// # Errors
/// If the database fails (it is on already: a unique violation).
pub fn enable(tx: &mut Tx, user: UserId, secret: &[u8], step: i64) -> Result<()> {
    let row = (
        two_factors::user_id.eq(user),
        two_factors::secret.eq(secret),
        two_factors::last_step.eq(step),
        two_factors::enabled_at.eq(now()),
    );
    diesel::insert_into(two_factors::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Uses up the code of a step; `false` if it, or a later one, was used before.
///
/// # Errors
/// If the database fails.
pub fn use_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool> {
    let fresh = two_factors::table.find(user).filter(two_factors::last_step.lt(step));
    Ok(diesel::update(fresh).set(two_factors::last_step.eq(step)).execute(tx.conn())? == 1)
}

/// Secrets by user, those behind this user, each as it is encrypted.
///
/// # Errors
/// If the database fails.
pub fn secrets(conn: &mut Conn, after: UserId, size: i64) -> Result<Vec<(UserId, Vec<u8>)>> {
    let behind = two_factors::table.filter(two_factors::user_id.gt(after)).order(two_factors::user_id).limit(size);
    Ok(behind.select((two_factors::user_id, two_factors::secret)).load(conn)?)
}

/// Stores a secret that was encrypted again.
///
/// # Errors
/// If the database fails.
pub fn keep_secret(tx: &mut Tx, user: UserId, secret: &[u8]) -> Result<()> {
    diesel::update(two_factors::table.find(user)).set(two_factors::secret.eq(secret)).execute(tx.conn())?;
    Ok(())
}

/// Turns it off, and with it the recovery codes; `false` if it was off.
///
/// # Errors
/// If the database fails.
pub fn disable(tx: &mut Tx, user: UserId) -> Result<bool> {
    forget_recovery_codes(tx, user)?;
    Ok(diesel::delete(two_factors::table.find(user)).execute(tx.conn())? == 1)
}

/// Replaces the recovery codes.
///
/// # Errors
/// If the database fails.
pub fn keep_recovery_codes(tx: &mut Tx, user: UserId, codes: &[RecoveryCode]) -> Result<()> {
    forget_recovery_codes(tx, user)?;
    for code in codes {
        let row = (recovery_codes::user_id.eq(user), recovery_codes::hash.eq(code.hash(user)));
        diesel::insert_into(recovery_codes::table).values(row).execute(tx.conn())?;
    }
    Ok(())
}

fn forget_recovery_codes(tx: &mut Tx, user: UserId) -> Result<()> {
    let all = recovery_codes::table.filter(recovery_codes::user_id.eq(user));
    diesel::delete(all).execute(tx.conn())?;
    Ok(())
}

/// Uses up a recovery code; `false` if there is none such (any more).
///
/// # Errors
/// If the database fails.
pub fn use_recovery_code(tx: &mut Tx, user: UserId, code: &RecoveryCode) -> Result<bool> {
    let row = recovery_codes::table.find((user, code.hash(user)));
    Ok(diesel::delete(row).execute(tx.conn())? == 1)
}

/// How many recovery codes are left.
///
/// # Errors
/// If the database fails.
pub fn recovery_codes_left(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(recovery_codes::table.filter(recovery_codes::user_id.eq(user)).count().get_result(conn)?)
}
