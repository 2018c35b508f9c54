//! The clock was wrong, and is right again: what was made by it would live on until then.

use crate::access::Actor;
use crate::audit::{self, Change};
use crate::clock::{AHEAD, now};
use crate::db::Conn;
use crate::error::Result;
use crate::links::store as links;
use crate::sessions::store;

/// Ends all sessions, and the links that were made ahead of the present time; each chain says why.
///
/// # Errors
/// If the database fails.
pub fn trust_clock(conn: &mut Conn, host: &Actor) -> Result<()> {
    audit::change(conn, host, |tx| {
        store::end_everybodys(tx)?;
        links::end_made_after(tx, now().plus(AHEAD))?;
        Ok(Change::Changed((), audit::actions::clock_trusted(tx)?))
    })
}
