//! The queries of `visits`: which session of a super admin has entered which org.

use diesel::prelude::*;

use crate::access::LONGEST;
use crate::access::caller::Hash;
use crate::audit::Tx;
use crate::clock::{Time, now};
use crate::db::Conn;
use crate::db::schema::visits;
use crate::error::Result;
use crate::id::OrgId;

/// The orgs that a session visits now.
///
/// # Errors
/// If the database fails.
pub fn of_session(conn: &mut Conn, session: &Hash) -> Result<Vec<OrgId>> {
    Ok(visits::table
        .filter(visits::session_hash.eq(session.to_vec()))
        .filter(visits::started_at.gt(now().plus(-LONGEST)))
        .select(visits::org_id)
        .load(conn)?)
}

/// Begins a visit, in place of an earlier one that is over.
///
/// # Errors
/// If the database fails.
pub fn begin(tx: &mut Tx, session: &Hash, org: OrgId, at: Time) -> Result<()> {
    end(tx, session, org)?;
    let row = (visits::session_hash.eq(session.to_vec()), visits::org_id.eq(org), visits::started_at.eq(at));
    diesel::insert_into(visits::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Ends a visit; `false` if there was none.
///
/// # Errors
/// If the database fails.
pub fn end(tx: &mut Tx, session: &Hash, org: OrgId) -> Result<bool> {
    let visit = visits::table.find((session.to_vec(), org.number()));
    Ok(diesel::delete(visit).execute(tx.conn())? == 1)
}
