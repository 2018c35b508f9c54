//! The trail of an org, for its admins.

use crate::access::{Act, OrgScope};
use crate::audit::list_store as store;
use crate::audit::model::{Entry, Filter, Found};
use crate::db::Conn;
use crate::error::Result;
use crate::paging::{Cursor, ROWS, Rows};

/// A page of a chain.
pub struct Listed {
    /// The events, newest first.
    pub rows: Rows<Entry>,
    /// How many the whole chain has.
    pub total: i64,
}

/// A page of the org's events, newest first.
///
/// # Errors
/// As the policy says.
pub fn list(conn: &mut Conn, scope: &OrgScope, filter: &Filter, cursor: &Cursor) -> Result<Listed> {
    scope.require(Act::ReadAudit)?;
    let org = scope.org_id().number();
    Ok(Listed { total: store::tip(conn, org)?, rows: store::page(conn, org, filter, cursor, ROWS)? })
}

/// The newest events about one thing of the org; for a user those about their membership too.
///
/// # Errors
/// As the policy says.
pub fn history(conn: &mut Conn, scope: &OrgScope, target: i64, most: usize) -> Result<Vec<Entry>> {
    scope.require(Act::ReadAudit)?;
    let filter = Filter { target: Some(target), ..Filter::default() };
    Ok(store::page(conn, scope.org_id().number(), &filter, &Cursor::First, most)?.rows)
}

/// One event of the org.
///
/// # Errors
/// As the policy says; `NotFound` if the org's chain has no such event.
pub fn find(conn: &mut Conn, scope: &OrgScope, id: i64) -> Result<Found> {
    scope.require(Act::ReadAudit)?;
    store::find(conn, scope.org_id().number(), id)
}
