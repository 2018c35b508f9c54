//! The queries of `impersonations`: which session acts as whom. Whether one still stands is looked at by `access`.

use diesel::prelude::*;

use crate::access::caller::Hash;
use crate::audit::Tx;
use crate::clock::Time;
use crate::db::schema::impersonations;
use crate::error::Result;
use crate::id::MembershipId;

/// Makes a session act as somebody else.
///
/// # Errors
/// If the database fails (it does so already: a unique violation).
pub fn begin(tx: &mut Tx, session: &Hash, membership: MembershipId, at: Time) -> Result<()> {
    let row = (
        impersonations::session_hash.eq(session.to_vec()),
        impersonations::membership_id.eq(membership),
        impersonations::started_at.eq(at),
    );
    diesel::insert_into(impersonations::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Makes a session its person's own again; `false` if it was.
///
/// # Errors
/// If the database fails.
pub fn end(tx: &mut Tx, session: &Hash) -> Result<bool> {
    Ok(diesel::delete(impersonations::table.find(session.as_slice())).execute(tx.conn())? == 1)
}
