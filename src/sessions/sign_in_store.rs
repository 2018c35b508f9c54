//! The queries of `sign_ins`: of each account the last sign-in, and the one before.

use diesel::prelude::*;

use super::model::{Browser, SignIns};
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::Conn;
use crate::db::schema::sign_ins;
use crate::error::Result;
use crate::id::UserId;

/// When and from where an account was signed in to; `None` if it never was.
///
/// # Errors
/// If the database fails.
pub fn find(conn: &mut Conn, user: UserId) -> Result<Option<SignIns>> {
    let columns = (sign_ins::at, sign_ins::address, sign_ins::earlier_at, sign_ins::earlier_address);
    let row: Option<(Time, String, Option<Time>, Option<String>)> =
        sign_ins::table.find(user).select(columns).get_result(conn).optional()?;
    Ok(row.map(|(at, address, earlier_at, earlier_address)| SignIns {
        last: (at, address),
        earlier: earlier_at.zip(earlier_address),
    }))
}

/// Notes a sign-in.
///
/// # Errors
/// If the database fails.
pub fn note(tx: &mut Tx, user: UserId, browser: &Browser) -> Result<()> {
    let last = (sign_ins::at.eq(now()), sign_ins::address.eq(&browser.address));
    let earlier =
        (sign_ins::earlier_at.eq(sign_ins::at.nullable()), sign_ins::earlier_address.eq(sign_ins::address.nullable()));
    let moved = diesel::update(sign_ins::table.find(user)).set((earlier, last)).execute(tx.conn())?;
    if moved == 0 {
        diesel::insert_into(sign_ins::table).values((sign_ins::user_id.eq(user), last)).execute(tx.conn())?;
    }
    Ok(())
}
