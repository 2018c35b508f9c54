//! Operation ids: a form sent twice, or a call repeated with its `Idempotency-Key`, acts once. The outcome is recorded in the
//! transaction of the change, so that "did it happen?" has an answer.

use diesel::prelude::*;

use super::event::Event;
use crate::access::Actor;
use crate::clock::{Time, now};
use crate::db::Conn;
use crate::db::schema::operations;
use crate::error::{Error, Outcome, Result};

/// Ends with an error if the actor did this operation before; for forms that have to know before they change anything.
///
/// # Errors
/// `Repeated`.
pub fn refuse_repeated(conn: &mut Conn, actor: &Actor) -> Result<()> {
    let Some(operation) = &actor.origin().operation else { return Ok(()) };
    find(conn, actor.operator(), operation)?.map_or(Ok(()), |outcome| Err(Error::Repeated(outcome)))
}

/// What an operation came to, if the actor of this id (a user's; 0 for visitors) did it; for forms whose first sending has
/// changed who their sender is.
///
/// # Errors
/// If the database fails.
pub fn find(conn: &mut Conn, operator: i64, operation: &str) -> Result<Option<Outcome>> {
    Ok(look_up(conn, operator, operation)?.map(|(_, outcome)| outcome))
}

pub(super) fn remember(conn: &mut Conn, actor: &Actor, events: &[Event]) -> Result<()> {
    let (Some(operation), Some(event)) = (&actor.origin().operation, events.first()) else { return Ok(()) };
    let row = (
        operations::actor_id.eq(actor.operator()),
        operations::operation_id.eq(operation),
        operations::outcome.eq(format!("{} {}", event.action, event.target.id)),
        operations::created_at.eq(now()),
    );
    diesel::insert_into(operations::table).values(row).execute(conn)?;
    Ok(())
}

/// When an operation of this actor was done, and what it came to.
///
/// # Errors
/// If the database fails.
pub fn look_up(conn: &mut Conn, operator: i64, operation: &str) -> Result<Option<(Time, Outcome)>> {
    let row: Option<(Time, String)> = operations::table
        .find((operator, operation))
        .select((operations::created_at, operations::outcome))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(at, outcome)| (at, parse(&outcome))))
}

fn parse(outcome: &str) -> Outcome {
    let (action, id) = outcome.split_once(' ').unwrap_or((outcome, ""));
    Outcome { action: action.to_owned(), id: id.parse().unwrap_or(0) }
}

/// Deletes operations that were done before `end`, the oldest first, about `most` of them; returns how many. Those of one microsecond go together.
///
/// # Errors
/// If the database fails.
pub fn forget_before(conn: &mut Conn, end: Time, most: usize) -> Result<usize> {
    let old = operations::table.filter(operations::created_at.lt(end)).order(operations::created_at);
    let times: Vec<Time> = old.select(operations::created_at).limit(most as i64).load(conn)?;
    let Some(last) = times.last() else { return Ok(0) };
    Ok(diesel::delete(operations::table.filter(operations::created_at.le(*last))).execute(conn)?)
}
