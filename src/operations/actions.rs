//! What can be asked about an operation: whether it was done, by whoever asks.

use super::store;
use crate::access::Actor;
use crate::audit::operation;
use crate::clock::Time;
use crate::db::Conn;
use crate::error::Result;

/// What an operation did.
pub struct Done {
    /// The action, such as `key.created`.
    pub action: String,
    /// The id of what it was done to.
    pub id: i64,
    /// When.
    pub at: Time,
    /// The page of what it was done to, if there is one.
    pub place: Option<String>,
}

/// Under what the operations of visitors are recorded.
const VISITOR: i64 = 0;

/// What the operation of this id did, if the actor did it. Somebody else's operations are as if they were not.
///
/// # Errors
/// If the database fails.
pub fn look_up(conn: &mut Conn, actor: &Actor, id: &str) -> Result<Option<Done>> {
    let own = operation::look_up(conn, actor.operator(), id)?;
    // what somebody did before they were signed in, such as setting a password by a link; nobody else knows the id
    let found = own.map_or_else(|| operation::look_up(conn, VISITOR, id), |own| Ok(Some(own)))?;
    let Some((at, outcome)) = found else { return Ok(None) };
    let place = store::place(conn, outcome.id)?;
    Ok(Some(Done { action: outcome.action, id: outcome.id, at, place }))
}
