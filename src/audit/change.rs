//! Nothing is written without its event: write functions ask for a `Tx`, only `change` makes one, and the change must return
//! its events, which are written in the same transaction, chained and sealed.

use diesel::Connection;

use super::event::{Echo, Event};
use super::{chain, operation};
use crate::access::Actor;
use crate::db::{self, Conn};
use crate::error::Result;

/// Permission to write, for as long as a change runs.
pub struct Tx<'a> {
    conn: &'a mut Conn,
}

impl Tx<'_> {
    /// The connection to write on.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }
}

/// What a change comes to.
pub enum Change<T> {
    /// Something changed: the value to answer, and an event for each thing that changed.
    Changed(T, Vec<Event>),
    /// The same, and what other orgs are told of it.
    Told(T, Vec<Event>, Vec<Echo>),
    /// Nothing needed to change: the value to answer. Whatever was written is undone.
    Unchanged(T),
}

impl<T> Change<T> {
    /// A change with one event.
    pub fn one(value: T, event: Event) -> Change<T> {
        Change::Changed(value, vec![event])
    }
}

enum Undone<T> {
    Unchanged(T),
    Failed(crate::error::Error),
}

impl<T> From<diesel::result::Error> for Undone<T> {
    fn from(error: diesel::result::Error) -> Self {
        Undone::Failed(error.into())
    }
}

/// Makes a change with its events, or neither. The same operation id of the same actor acts once.
///
/// # Errors
/// `Repeated` with the recorded outcome if this operation was done before; `Unavailable` if the disk is so full that only
/// `change_on_reserve` may write; and what `act` answers.
pub fn change<T>(conn: &mut Conn, actor: &Actor, act: impl FnOnce(&mut Tx) -> Result<Change<T>>) -> Result<T> {
    operation::refuse_repeated(conn, actor)?;
    db::require_room()?;
    record(conn, actor, act)
}

/// The same for what cannot wait until the disk has room again: taking a right away, and letting in or out who does that. It
/// may use the room that is kept for it.
///
/// # Errors
/// As `change`, but for the full disk.
pub fn change_on_reserve<T>(
    conn: &mut Conn,
    actor: &Actor,
    act: impl FnOnce(&mut Tx) -> Result<Change<T>>,
) -> Result<T> {
    operation::refuse_repeated(conn, actor)?;
    db::make_room();
    record(conn, actor, act)
}

fn record<T>(conn: &mut Conn, actor: &Actor, act: impl FnOnce(&mut Tx) -> Result<Change<T>>) -> Result<T> {
    let outcome = conn.transaction(|conn| match act(&mut Tx { conn }).map_err(Undone::Failed)? {
        Change::Unchanged(value) => Err(Undone::Unchanged(value)),
        Change::Changed(value, events) => keep(conn, actor, &events, &[], value),
        Change::Told(value, events, echoes) => keep(conn, actor, &events, &echoes, value),
    });
    match outcome {
        Ok(value) | Err(Undone::Unchanged(value)) => Ok(value),
        Err(Undone::Failed(error)) => Err(error),
    }
}

fn keep<T>(conn: &mut Conn, actor: &Actor, events: &[Event], echoes: &[Echo], value: T) -> Result<T, Undone<T>> {
    operation::remember(conn, actor, events).map_err(Undone::Failed)?;
    chain::append_all(conn, actor, events, echoes).map_err(Undone::Failed)?;
    Ok(value)
}

/// The named exception: writes that are not changes of anybody's (last-used marks, sessions, counters of attempts).
/// `why` is for the reader of the code.
///
/// # Errors
/// What `act` answers.
pub fn unrecorded<T>(conn: &mut Conn, why: &'static str, act: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    tracing::trace!(why, "unrecorded write");
    act(&mut Tx { conn })
}
