//! What belongs to no org: for super admins all of it, and for everybody what is about themselves.

use super::Listed;
use crate::access::{Act, Actor};
use crate::audit::list_store as store;
use crate::audit::model::{Entry, Filter, Found};
use crate::db::Conn;
use crate::error::Result;
use crate::paging::{Cursor, ROWS, Rows};

/// The chain of the installation.
const INSTALLATION: i64 = 0;

/// A page of the events that belong to no org, newest first.
///
/// # Errors
/// As the policy says.
pub fn list_of_installation(conn: &mut Conn, actor: &Actor, filter: &Filter, cursor: &Cursor) -> Result<Listed> {
    actor.require(Act::ReadInstallation)?;
    let total = store::tip(conn, INSTALLATION)?;
    Ok(Listed { total, rows: store::page(conn, INSTALLATION, filter, cursor, ROWS)? })
}

/// One event that belongs to no org.
///
/// # Errors
/// As the policy says; `NotFound` if there is no such event.
pub fn find_of_installation(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Found> {
    actor.require(Act::ReadInstallation)?;
    store::find(conn, INSTALLATION, id)
}

/// One's own sign-ins, and what was done to one's account outside of any org, newest first.
///
/// # Errors
/// `SignedOut`.
pub fn own(conn: &mut Conn, actor: &Actor, cursor: &Cursor, size: usize) -> Result<Rows<Entry>> {
    store::of_person(conn, INSTALLATION, actor.person()?.id.number(), cursor, size)
}
