//! Nothing is written without its event: write functions ask for a `Tx`, only `change` makes one, and the change must return
//! its events, which are written in the same transaction, chained and sealed.

use diesel::Connection;

use super::event::{Echo, Event};
use super::{chain, chain_store, operation};
use crate::access::Actor;
use crate::db::{self, Conn, Way};
use crate::error::{Error, Result};
use crate::id::{OrgId, UserId};
use crate::secret::SealKey;

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
    Failed(Error),
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
/// `change_on_reserve` and `change_to_let` may write; and what `act` answers.
pub fn change<T>(conn: &mut Conn, actor: &Actor, act: impl FnOnce(&mut Tx) -> Result<Change<T>>) -> Result<T> {
    operation::refuse_repeated(conn, actor)?;
    db::require_room()?;
    record(conn, actor, act)
}

/// The same for what takes a right away, which cannot wait until the disk has room again. It may use all of the reserve.
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

/// The same for an account that signs in or out, and has proved who it is. While the disk is full, an account signs in once a minute,
/// and never with the half of the reserve that is for revocation. Signing out may use that half once a minute.
///
/// # Errors
/// As `change`; `Unavailable` also if the account has to wait, or the room for it is used up.
pub fn change_to_let<T>(
    conn: &mut Conn,
    actor: &Actor,
    (way, user): (Way, UserId),
    act: impl FnOnce(&mut Tx) -> Result<Change<T>>,
) -> Result<T> {
    operation::refuse_repeated(conn, actor)?;
    db::make_room_for(way, user)?;
    transact(conn, act, |conn, events, echoes| {
        db::went(way, user);
        keep(conn, actor, events, echoes)
    })
}

/// An earlier change that is done in parts.
pub struct Earlier {
    /// The org whose chain has its event.
    pub org: OrgId,
    /// The action of that event.
    pub action: &'static str,
    /// The id of its target.
    pub target: i64,
}

/// Does another part of an earlier change, with its events, or neither. They name the actor, the address, the request and the operation
/// of the earlier change.
///
/// # Errors
/// `Unavailable` while the disk is nearly full; `NotFound` if the earlier change has no event; and what `act` answers.
pub fn go_on<T>(
    conn: &mut Conn,
    chain: &SealKey,
    earlier: &Earlier,
    act: impl FnOnce(&mut Tx) -> Result<Change<T>>,
) -> Result<T> {
    db::require_room()?;
    let earlier = chain_store::last(conn, earlier.org.number(), earlier.action, earlier.target)?;
    let earlier = earlier.ok_or_else(Error::not_found)?;
    transact(conn, act, |conn, events, _| chain::append_to(conn, chain, &earlier, events))
}

fn record<T>(conn: &mut Conn, actor: &Actor, act: impl FnOnce(&mut Tx) -> Result<Change<T>>) -> Result<T> {
    transact(conn, act, |conn, events, echoes| keep(conn, actor, events, echoes))
}

fn keep(conn: &mut Conn, actor: &Actor, events: &[Event], echoes: &[Echo]) -> Result<()> {
    operation::remember(conn, actor, events)?;
    chain::append_all(conn, actor, events, echoes)
}

fn transact<T>(
    conn: &mut Conn,
    act: impl FnOnce(&mut Tx) -> Result<Change<T>>,
    append: impl FnOnce(&mut Conn, &[Event], &[Echo]) -> Result<()>,
) -> Result<T> {
    let outcome = conn.transaction(|conn| match act(&mut Tx { conn }).map_err(Undone::Failed)? {
        Change::Unchanged(value) => Err(Undone::Unchanged(value)),
        Change::Changed(value, events) => append(conn, &events, &[]).map(|()| value).map_err(Undone::Failed),
        Change::Told(value, events, echoes) => append(conn, &events, &echoes).map(|()| value).map_err(Undone::Failed),
    });
    match outcome {
        Ok(value) | Err(Undone::Unchanged(value)) => Ok(value),
        Err(Undone::Failed(error)) => Err(error),
    }
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
